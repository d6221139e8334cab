// search.js - results as one types; the words mean what they do for cmem search.

import {get, scope} from './api.js';
import {empty, h, memoryRow, plural, words} from './dom.js';
import {go} from './app.js';

const KINDS = [['', 'Every kind'], ['observation', 'What was done'],
    ['fact', 'Facts'], ['summary', 'Summaries'], ['note', 'Notes'],
    ['prompt', 'Prompts']];
const SINCE = [['', 'Any time'], ['1d', 'A day'], ['7d', 'A week'],
    ['30d', '30 days'], ['365d', 'A year']];

function why(r) {
    if (!r.signals)
        return null;
    const part = ([name, v]) => `${name} ${v}`;
    return h('span.meta.why', null, `score ${r.score}: `,
        Object.entries(r.signals).filter(([, v]) => v > 0).map(part).join(', '),
        ' \u00d7 ', Object.entries(r.factors ?? {}).map(part).join(', '));
}

function row(r) {
    const score = r.score === undefined ? null : h('meter', {min: 0, max: 1,
        value: r.score, 'aria-label': `score ${r.score}`});
    const e = memoryRow(r, [r.snippet && h('span.snippet', null,
        words(r.snippet, true)), why(r)]);
    if (score)
        e.querySelector('.row-head').append(score);
    return e;
}

function told(r) {
    const n = r.results.length;
    if (r.listed)
        return `the newest ${plural(n, 'memory', 'memories')}`;
    return `${plural(r.matched, 'match', 'matches')} of ` +
        plural(r.of, 'memory', 'memories') + (n < r.matched ?
        `; the best ${n}` : '');
}

export async function search(argument, query) {
    const out = h('.results', {'aria-label': 'Results'});
    const line = h('p.about', {role: 'status'});
    const select = (name, label, rows) => h('select', {'aria-label': label,
        onchange: (e) => set(name, e.target.value)}, rows.map(([value, text]) =>
        h('option', {value, selected: (query.get(name) ?? '') === value},
            text)));
    const explain = h('input', {type: 'checkbox', onchange: (e) =>
        set('explain', e.target.checked ? 'true' : '')});
    let running = null, timer = 0, now = query;

    function set(name, value) {
        const q = new URLSearchParams(now);
        value ? q.set(name, value) : q.delete(name);
        history.replaceState(null, '', `#/search?${q}`);
        again(q);
    }
    async function run() {
        const q = (name) => now.get(name) ?? undefined;
        running?.abort();
        running = new AbortController();
        const mine = running;
        try {
            const r = await get('search', {...scope(), words: q('q'),
                kind: q('kind'), since: q('since'), file: q('file'), n: 50,
                explain: q('explain'), rerank: false}, mine.signal);
            line.textContent = told(r);
            const unknown = (r.unknown ?? []).map((u) => h('p.about', null,
                `No memory has "${u.word}"` + (u.nearest?.length ?
                    `; looked for ${u.nearest.join(', ')} instead.` : '.')));
            out.replaceChildren(...unknown, ...r.results.map(row));
            if (!r.results.length)
                out.append(empty('Nothing found', r.elsewhere ?
                    `${r.elsewhere} in other projects.` :
                    'Other words, another project or another time may.'));
        } catch (e) {
            if (e.name !== 'AbortError') {
                line.textContent = '';
                out.replaceChildren(empty('This cannot be searched for',
                    e.message));
            }
        }
    }
    function again(q) {
        now = q;
        clearTimeout(timer);
        timer = setTimeout(run, 20);
    }
    const file = query.get('file');
    await run();
    return {title: 'Search', again, end: () => {
        running?.abort();
        clearTimeout(timer);
    }, element: h('div', null, h('header.page', null, h('h1', null, 'Search'),
        h('.filters', null, select('kind', 'Kind', KINDS),
            select('since', 'Since', SINCE), h('label.check', null, explain,
                'why this order'), file && h('button.quiet', {type: 'button',
                onclick: (e) => {
                    e.currentTarget.remove();
                    now.delete('file');
                    go(`#/search?${now}`);
                }}, `about ${file.split('/').pop()} \u00d7`)), line), out)};
}
