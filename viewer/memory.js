// memory.js - one memory: what it says, whether it still holds, where it came
// from, and what a person may do with it.

import {get, post} from './api.js';
import {badges, clock, count, day, empty, facts, h, heading, icon, kind,
    memoryLink, memoryRow, prose, when, words} from './dom.js';
import {confirm, reload, say} from './app.js';

const TYPES = ['bugfix', 'feature', 'refactor', 'change', 'discovery',
    'decision', 'problem'];
const STATES = {fresh: 'as it was', moved: 'moved', changed: 'changed since',
    gone: 'gone', unknown: 'not known'};

function section(title, ...content) {
    return h('section', null, h('h2', null, title), content);
}

function cites(f) {
    return section('Code it speaks of', h('ul.lines', null, f.cites.map((c) => {
        const now = c.now ?? {};
        return h('li', null, h('code', null,
            `${c.path}${c.line ? `:${c.line}` : ''}`), c.symbol &&
            h('span.mono', null, c.symbol), h('span.badge', {class:
            `badge ${{fresh: 'good', changed: 'warn', gone: 'warn'}[c.state] ??
            ''}`}, STATES[c.state] ?? c.state),
        now.path && now.path !== c.path && h('span.about', null,
            `now ${now.path}`));
    })));
}

/** An event's payload, fetched when it is opened. */
function evidence(e) {
    const body = h('pre', {tabindex: 0});
    const box = h('details', null, h('summary', null, h('span.mono', null,
        e.tool ?? e.name), ' ', h('span', null, e.text ?? ''),
    h('span.meta', null, e.id, when(e.time))), body);
    box.addEventListener('toggle', async () => {
        if (!box.open || body.textContent)
            return;
        try {
            const {items: [whole]} = await get('show', {ids: e.id});
            body.textContent = JSON.stringify(whole?.payload ??
                'This event is no longer there.', null, 2);
        } catch (x) {
            body.textContent = x.message;
        }
    });
    return box;
}

function chainOf(chain) {
    return section('How it changed', h('ol.chain', null, chain.map((m) =>
        h('li', {'aria-current': m.anchor ? 'true' : null},
            h('p.meta', null, h('a', {href: memoryLink(m.id)}, m.id),
                when(m.since ?? m.time), h('span', null, m.holds === false ?
                    'no longer holds' : 'holds')),
            h('p', null, words(m.title)),
            (m.changes ?? []).map((c) => [h('p.about', null,
                `${day(c.time)} ${clock(c.time)}: ${c.what ?? c.event}` +
                (c.actor ? `, by ${c.actor}` : '')),
            c.old && h('.was', {'aria-label': 'Before', role: 'group'},
                prose(c.old))])))));
}

function editor(m, close) {
    const field = (label, e) => h('label', null, h('span', null, label), e);
    const title = h('input', {type: 'text', value: m.title, name: 'title'});
    const text = h('textarea', {rows: 9, name: 'text', value: m.text ?? ''});
    const type = h('select', {name: 'type'}, TYPES.map((t) =>
        h('option', {value: t, selected: t === m.type}, t)));
    const weight = h('select', {name: 'importance'}, [1, 2, 3, 4, 5].map((n) =>
        h('option', {value: n, selected: n === m.importance}, `${n}`)));
    const problem = h('p.problem', {role: 'alert'});
    async function save(e) {
        const args = {id: m.id};
        e.preventDefault();
        if (title.value !== m.title)
            args.title = title.value;
        if (text.value !== (m.text ?? ''))
            args.text = text.value;
        if (m.type && type.value !== m.type)
            args.type = type.value;
        if (Number(weight.value) !== m.importance)
            args.importance = Number(weight.value);
        try {
            if (Object.keys(args).length > 1) {
                await post('edit', args);
                say(`${m.id} is changed.`);
            }
            reload();
        } catch (x) {
            problem.textContent = x.message;
        }
    }
    return h('form.edit', {onsubmit: save, 'aria-label': 'Edit'},
        field('Title', title), field('Text', text), h('.pair', null,
            m.type && field('Type', type), field('Importance', weight)),
        problem, h('.buttons', null, h('button.quiet', {type: 'button',
            onclick: close}, 'Cancel'), h('button', {type: 'submit'}, 'Save')));
}

function actions(m, body) {
    async function does(f) {
        try {
            await f();
        } catch (e) {
            say(e.message);
        }
    }
    const button = (name, label, f) => h('button.quiet', {type: 'button',
        onclick: () => does(f)}, icon(name), label);
    return h('.buttons', null,
        button('edit', 'Edit', () => {
            const form = editor(m, () => form.replaceWith(body));
            body.replaceWith(form);
            form.querySelector('input').focus();
        }),
        button('pin', m.pinned ? 'Unpin' : 'Pin', async () => {
            await post(m.pinned ? 'unpin' : 'pin', {ids: [m.id]});
            say(`${m.id} is ${m.pinned ? 'no longer pinned' : 'pinned'}.`);
            reload();
        }),
        button('forget', 'Forget', async () => {
            if (!await confirm(`Forget ${m.id}?`, 'It is deleted for good, ' +
                'with its history. There is no way back.', 'Forget'))
                return;
            await post('forget', {ids: [m.id]});
            say(`${m.id} is forgotten.`);
            history.back();
        }));
}

export async function memory(id) {
    const [{items: [m]}, {chain}] = await Promise.all([
        get('show', {ids: `#${id}`}),
        get('history', {id: `#${id}`}).catch(() => ({chain: []}))]);
    if (!m)
        return {title: 'No such memory', element: empty('No such memory',
            `#${id} is not there; it may have been forgotten.`)};
    const d = m.data ?? {};
    const list = (name, items, one) => items?.length ?
        section(name, h('ul.lines', null, items.map(one))) : null;
    const body = h('.body', null, m.subtitle && h('p.request', null,
        words(m.subtitle)), m.text !== m.title && prose(m.text),
    list('Facts', d.facts, (f) => h('li', null, h('span', null, words(f)))));
    return {title: m.title, element: h('div', null,
        heading(m.title, h('span.chips', null, kind(m), badges(m)),
            actions(m, body)),
        h('.split', null, h('div', null, body,
            m.freshness?.cites?.length && cites(m.freshness),
            m.evidence?.length && section('Evidence', h('.events', null,
                m.evidence.map(evidence))),
            chain.length > 0 && chainOf(chain),
            m.successors?.length && section('What took its place',
                m.successors.map((x) => memoryRow(x))),
            m.links?.length && section('Beside it', m.links.map((x) =>
                memoryRow(x, h('span.about', null, x.relation))))),
        h('aside', {'aria-label': 'About it'}, facts([
            ['When', h('span', null, `${day(m.time)}, ${clock(m.time)}`)],
            ['Session', m.session && h('a', {href: `#/session/${m.session}`},
                m.session)],
            ['Project', m.project], ['Branch', m.branch && h('span.mono', null,
                m.branch)],
            ['Said by', `${m.origin} (trust ${m.trust} of 5)`],
            ['Written by', m.provider],
            ['Importance', m.importance && `${m.importance} of 5`],
            ['Topic', m.topic && h('span.mono', null, m.topic)],
            ['Said', m.seen > 1 && `${count(m.seen)} times`],
            ['Given or opened', m.used?.last && h('span', null, when(
                m.used.last))],
            ['Expires', m.expires && day(m.expires)], ['Id', m.id]]),
        list('Files', m.files, (f) => h('li', null, h('code', null, f.path))),
        list('Names', m.entities, (x) => h('li', null, h('a', {href:
            `#/graph/${encodeURIComponent(x.name)}`}, x.name), h('span.about',
            null, x.kind))))))};
}
