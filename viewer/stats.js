// stats.js - activity, tokens and money over time, drawn.

import {get, project, scope} from './api.js';
import {bytes, count, day, h, heading, plural, svg} from './dom.js';

const DAYS = 366;

/** Days from the first to the last that has something, each with its values. */
function byDay(rows, dayOf, add) {
    const of = new Map();
    for (const r of rows) {
        const d = dayOf(r);
        if (!of.has(d))
            of.set(d, {day: d});
        add(of.get(d), r);
    }
    const names = [...of.keys()].sort();
    if (!names.length)
        return [];
    const out = [], end = new Date(names.at(-1));
    let at = new Date(Math.max(new Date(names[0]), end - (DAYS - 1) * 864e5));
    if (end - at < 13 * 864e5) // a week or two at least
        at = new Date(end - 13 * 864e5);
    for (; at <= end; at = new Date(+at + 864e5)) {
        const name = at.toISOString().slice(0, 10);
        out.push(of.get(name) ?? {day: name});
    }
    return out;
}

/** Bars, one a day; parts: [[name, class]], stacked from below. */
function bars(title, days, parts, say) {
    const w = 720, height = 150, foot = 26;
    const sum = (d) => parts.reduce((n, [name]) => n + (d[name] ?? 0), 0);
    const top = Math.max(1e-9, ...days.map(sum));
    const step = w / days.length, wide = Math.max(1, Math.min(26, step * 0.7));
    const g = svg('svg', {viewBox: `0 0 ${w} ${height + foot}`, role: 'img',
        'aria-label': `${title}: ${days.length} days, at most ${say(top)}`,
        class: 'bars'});
    for (const part of [0, 0.5, 1])
        g.append(svg('line', {x1: 0, x2: w, y1: height - part * (height - 14),
            y2: height - part * (height - 14), class: 'grid'}));
    days.forEach((d, i) => {
        let y = height;
        const x = i * step + (step - wide) / 2;
        const bar = svg('g', null, svg('title', null,
            `${day(d.day)}: ${say(sum(d), d)}`));
        bar.append(svg('rect', {x: i * step, y: 0, width: step, height,
            class: 'hit'}));
        for (const [name, cls] of parts) {
            const tall = (d[name] ?? 0) / top * (height - 14);
            y -= tall;
            if (tall > 0)
                bar.append(svg('rect', {x, y, width: wide, height: tall,
                    rx: Math.min(3, wide / 3), class: cls}));
        }
        g.append(bar);
    });
    const every = Math.ceil(days.length / 5);
    days.forEach((d, i) => {
        if (i % every === 0)
            g.append(svg('text', {x: i * step + step / 2, y: height + 20,
                'text-anchor': i ? 'middle' : 'start'}, d.day.slice(5)));
    });
    return h('figure', null, h('figcaption', null, h('h2', null, title),
        h('span.legend', null, parts.map(([name, cls]) => h('span', {class:
            `key ${cls}`}, name)), h('span.about', null,
        `at most ${say(top)} a day`))), g);
}

function kinds(rows) {
    const most = Math.max(1, ...rows.map((r) => r.memories));
    return h('section', null, h('h2', null, 'What is remembered'),
        h('ul.share', null, [...rows].sort((a, b) => b.memories - a.memories)
            .map((r) => {
                const bar = h('span.bar', {'data-kind': r.type ?? r.kind});
                bar.style.width = `${r.memories / most * 100}%`;
                return h('li', null, h('span', null, r.type ?? r.kind),
                    h('span.track', null, bar), h('span.number', null,
                        count(r.memories)));
            })));
}

function table(label, head, rows) {
    return h('.wide', {tabindex: 0, role: 'region', 'aria-label': label},
        h('table', null, h('thead', null, h('tr', null, head.map((t) =>
            h('th', {scope: 'col'}, t)))), h('tbody', null, rows.map((r) =>
            h('tr', null, r.map((c) => h('td', null, c)))))));
}

const usd = (n) => `$${n.toFixed(n < 1 ? 4 : 2)}`;

export async function stats() {
    const [s, {sessions}] = await Promise.all([
        get('stats', {project: project(), since: '365d'}),
        get('sessions', {...scope(), n: 10000})]);
    const t = s.totals;
    const active = byDay(sessions, (r) => r.started.slice(0, 10), (d, r) => {
        d.sessions = (d.sessions ?? 0) + 1;
        d.prompts = (d.prompts ?? 0) + r.prompts;
        d.made = (d.made ?? 0) + Math.max(0, r.memories - r.prompts);
    });
    const usage = byDay(s.usage, (r) => r.day, (d, r) => {
        d.in = (d.in ?? 0) + r.input_tokens;
        d.out = (d.out ?? 0) + r.output_tokens;
        d.usd = (d.usd ?? 0) + r.micro_usd / 1e6;
    });
    const money = usage.some((d) => d.usd > 0);
    return {title: 'Activity', element: h('div', null, heading('Activity',
        t.first && `${day(t.first)} to ${day(t.last)}`),
    h('.tiles', null, [[t.memories, 'memories'], [t.sessions, 'sessions'],
        [t.events, 'events'], [t.pinned, 'pinned']].map(([n, name]) =>
        h('div', null, h('strong', null, count(n)), h('span', null, name))),
    h('div', null, h('strong', null, bytes(t.db_bytes)), h('span', null,
        'on disk'))),
    active.length ? [bars('Sessions', active, [['sessions', 'c1']], (n) =>
        plural(Math.round(n), 'session')),
    bars('Prompts and memories', active, [['made', 'c2'],
        ['prompts', 'c3']], (n, d) => d ? `${d.made ?? 0} made, ` +
        `${d.prompts ?? 0} prompts` : count(Math.round(n)))] : null,
    kinds(s.kinds),
    h('section', null, h('h2', null, 'Tokens and money'), usage.length ?
        [bars('Tokens of the model', usage, [['in', 'c1'], ['out', 'c2']],
            (n) => plural(Math.round(n), 'token')),
        money ? bars('Money', usage, [['usd', 'c3']], usd) : null,
        table('Model calls', ['Day', 'Model', 'Calls', 'In', 'Out', 'Price'],
            s.usage.slice(-60).reverse().map((u) => [u.day, u.model ??
                u.provider, count(u.calls), count(u.input_tokens),
            count(u.output_tokens), u.micro_usd ? usd(u.micro_usd / 1e6) :
                '\u2013']))] : h('p.about', null,
            'No model was asked in the last year: the built-in rules cost ' +
            'nothing.')),
    s.contexts.length ? h('section', null, h('h2', null, 'Given to sessions'),
        table('Given to sessions', ['At', 'Times', 'Tokens'], s.contexts.map(
            (c) => [c.source, count(c.blocks), count(c.tokens)]))) : null)};
}

