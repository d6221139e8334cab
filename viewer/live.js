// live.js - what happens, while it happens.

import {get, project, scope} from './api.js';
import {clock, h, heading, kind, memoryLink, words} from './dom.js';

const MOST = 300; // lines that stay

function eventLine(e) {
    return h('.beat.event', null, h('time', {datetime: e.time}, clock(e.time)),
        h('span.mono', null, e.tool ?? e.name), h('span.title', null,
            e.title ?? (e.tool ? e.name : '')),
        h('span.meta', null, e.project, e.session && h('a', {href:
            `#/session/${e.session}`}, e.session.slice(0, 8))));
}

function memoryLine(m) {
    return h('a.row.beat', {href: memoryLink(m.id), 'data-kind':
        m.type ?? m.kind}, h('time', {datetime: m.time}, clock(m.time)),
    kind(m), h('span.title', null, words(m.title ?? '')),
    h('span.meta', null, m.change && m.change !== 'add' ? m.change : null,
        m.id));
}

export async function live() {
    const out = h('.timeline', {role: 'log', 'aria-label': 'What happens'});
    const state = h('span.badge', null, 'connecting');
    let source = null;

    function put(e) {
        e.classList.add('fresh');
        out.prepend(e);
        while (out.childElementCount > MOST)
            out.lastElementChild.remove();
    }
    function status(text, good) {
        state.textContent = text;
        state.className = `badge ${good ? 'good' : 'warn'}`;
    }
    async function before() { // so that the page is not empty
        const r = await get('timeline', {...scope(), before: 30, after: 0,
            at: new Date(Date.now() + 60000).toISOString()});
        out.replaceChildren(...r.items.reverse().map(memoryLine));
    }
    /** Of the project that is chosen; the stream has those of all. */
    function take(line, e) {
        const data = JSON.parse(e.data);
        const only = project() && document.getElementById('project')
            .selectedOptions[0]?.textContent;
        if (!only || !data.project || data.project === only)
            put(line(data));
    }
    function begin() {
        source = new EventSource('/api/v1/events');
        source.addEventListener('open', () => status('listening', true));
        source.addEventListener('error', () => status(source.readyState ===
            EventSource.CLOSED ? 'not available' : 'connecting again'));
        source.addEventListener('event', (e) => take(eventLine, e));
        source.addEventListener('memory', (e) => take(memoryLine, e));
        source.addEventListener('reset', () => before().catch(() => {}));
    }
    await before();
    return {title: 'Live', begin, end: () => source?.close(),
        element: h('div', null, heading('Live', 'Every hook\u2019s event and ' +
            'every memory made of them, as they come.', state), out)};
}
