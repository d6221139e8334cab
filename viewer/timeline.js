// timeline.js - every memory in order of time, newest first, as far back as one
// scrolls.

import {get, scope} from './api.js';
import {clock, day, empty, h, heading, kind, memoryLink, words} from './dom.js';
import {go} from './app.js';

const STEP = 60;

function line(m) {
    return h('a.row.beat', {href: memoryLink(m.id),
        'data-kind': m.type ?? m.kind}, h('time', {datetime: m.time},
        clock(m.time)), kind(m), h('span.title', null, words(m.title)),
    h('span.meta', null, m.session));
}

export async function timeline(argument, query) {
    const at = query.get('at') ?? '', only = query.get('kind') ?? '';
    const out = h('.timeline'), foot = h('p.about', {role: 'status'});
    const args = {...scope(), kind: only, before: STEP, after: 0};
    let oldest = null, last = '', busy = false, done = false;

    async function more() {
        if (busy || done)
            return;
        busy = true;
        try {
            const where = oldest ? {id: oldest} : {at: at ?
                `${at} 23:59` : new Date(Date.now() + 60000).toISOString()};
            const r = await get('timeline', {...args, ...where});
            const items = r.items.filter((m) => m.id !== oldest).reverse();
            for (const m of items) {
                if (day(m.time) !== last)
                    out.append(h('h2.day', null, last = day(m.time)));
                out.append(line(m));
            }
            done = items.length === 0;
            oldest = items.at(-1)?.id ?? oldest;
            foot.textContent = done ? 'That is the beginning.' : '';
        } catch (e) {
            done = true;
            foot.textContent = e.message;
        }
        busy = false;
        if (!done && out.isConnected &&
            foot.getBoundingClientRect().top < innerHeight + 200)
            more();
    }
    const watch = new IntersectionObserver((e) => e.some((x) =>
        x.isIntersecting) && more(), {rootMargin: '400px'});
    const to = (name, value) => {
        const q = new URLSearchParams(query);
        value ? q.set(name, value) : q.delete(name);
        go(`#/timeline?${q}`);
    };
    await more();
    return {title: 'Timeline', begin: () => watch.observe(foot),
        end: () => watch.disconnect(), element: h('div', null,
            heading('Timeline', null, h('.filters', null,
                h('label.check', null, 'Until ', h('input', {type: 'date',
                    value: at, onchange: (e) => to('at', e.target.value)})),
                h('select', {'aria-label': 'Kind', onchange: (e) =>
                    to('kind', e.target.value)}, [['', 'Every kind'],
                    ['observation', 'What was done'], ['fact', 'Facts'],
                    ['summary', 'Summaries'], ['note', 'Notes'],
                    ['prompt', 'Prompts']].map(([value, text]) => h('option',
                    {value, selected: value === only}, text))))),
            oldest ? out : empty('Nothing here',
                'No memory is that old, or of that kind.'), foot)};
}
