// session.js - the list of sessions, and one of them as a story.

import {get, post, scope} from './api.js';
import {clock, count, day, empty, facts, folded, h, heading, icon, kind, lasted,
    memoryLink, named, plural, prose, shortDay, words} from './dom.js';
import {windowed} from './list.js';
import {confirm, go, say} from './app.js';

const MOST = 10000;

export async function sessions() {
    const {sessions: rows} = await get('sessions', {...scope(), n: MOST});
    if (!rows.length)
        return {title: 'Sessions', element: h('div', null, heading('Sessions'),
            empty('Nothing is remembered yet', 'Work with Claude Code and it ' +
                'fills by itself, or run `cmem import claude-code` to begin ' +
                'with what is on disk.'))};
    const days = new Set(rows.map((s) => s.last.slice(0, 10)));
    const row = (s, before) => h('a.row.dated', {href: `#/session/${s.id}`},
        h('time', {datetime: s.last, title: `${day(s.last)} ${clock(s.last)}`},
            shortDay(s.last) === shortDay(before?.last) ? null :
                h('strong', null, shortDay(s.last)), h('span', null,
                clock(s.last))),
        h('span.what', null, h('span.row-head', null, h('span.title', null,
            words(named(s))), !s.ended && Date.now() - new Date(s.last) <
            600000 && h('span.badge.good', null, 'now')),
        h('span.meta', null, s.project && h('span', null, s.project),
            s.branch && h('span.mono', null, s.branch), h('span', null,
                plural(s.prompts, 'prompt')), h('span', null,
                plural(s.memories, 'memory', 'memories')), h('span', null,
                lasted(s.started, s.last)))));
    const list = windowed(rows, row, 'Sessions');
    return {title: 'Sessions', begin: list.draw, move: list.move,
        end: list.end,
        element: h('div', null, heading('Sessions',
            `${plural(rows.length, 'session')} on ${plural(days.size, 'day')}, ` +
            `${day(rows.at(-1).last)} to ${day(rows[0].last)}`),
        list.element)};
}

// --- one of them ------------------------------------------------------------------

/** The texts of what a list has titles of; `show` takes 100 at a time. */
async function texts(list) {
    const out = new Map(), ids = list.map((m) => m.id);
    for (let i = 0; i < ids.length; i += 100)
        for (const m of (await get('show', {ids: ids.slice(i, i + 100),
            opened: false})).items)
            out.set(m.id, m);
    return out;
}

const SAID = [['learned', 'Learned'], ['completed', 'Done'],
    ['investigated', 'Looked at'], ['next_steps', 'Still open'],
    ['notes', 'Notes']];

function inShort(summary) {
    const d = summary.data ?? {};
    const parts = SAID.filter(([key]) => d[key]);
    return h('section.short', {'aria-label': 'Summary'},
        h('h2', null, 'In short'),
        d.request ? h('p.request', null, words(d.request)) : null,
        parts.length ? parts.map(([key, label]) => h('div.said', null,
            h('h3', null, label), prose(d[key]))) : prose(summary.text),
        h('p.meta', null, h('a', {href: memoryLink(summary.id)}, summary.id),
            h('span', null, `by ${summary.provider ?? 'rules'}`)));
}

function moment(m) {
    const body = m.text && m.text !== m.title ? folded(m.text) : null;
    if (m.kind === 'prompt')
        return h('article.prompt', null, h('p.meta', null, h('span.who', null,
            'You'), h('time', {datetime: m.time}, clock(m.time)),
        h('a', {href: memoryLink(m.id)}, m.id)), body ?? prose(m.title));
    return h('article.moment', {'data-kind': m.type ?? m.kind},
        h('h3', null, kind(m), h('a', {href: memoryLink(m.id)},
            words(m.title))), body,
        m.files?.length ? h('p.files', null, m.files.slice(0, 4).map((f) =>
            h('code', null, shortPath(f.path))), m.files.length > 4 &&
            h('span', null, `and ${m.files.length - 4} more`)) : null);
}

export function shortPath(path) {
    const parts = path.split('/');
    return parts.length > 3 ? '\u2026/' + parts.slice(-3).join('/') : path;
}

function given(why) {
    if (!why?.given?.length)
        return null;
    return h('details.given', null, h('summary', null, 'What it was given ',
        h('span.about', null, `${plural(why.given.length, 'time')}, some ` +
            plural(why.tokens, 'token'))),
    why.given.map((g) => h('section', null, h('h3', null,
        g.source === 'prompt' ? 'Behind a prompt' : `At ${g.source}`,
        h('span.about', null, ` ${clock(g.time)}, some ` +
            plural(g.tokens, 'token'))), g.query &&
        h('p.about', null, `asked for: ${g.query}`),
    h('ul.lines', null, (g.lines ?? []).map((l) => h('li', null,
        h('span', null, words(l.text)), h('span.meta', null, l.id &&
            h('a', {href: memoryLink(l.id)}, l.id), l.section, l.why,
        l.score !== undefined && `sure to ${Math.round(l.score * 100)} %`)))),
    (g.passed_over ?? []).length ? h('details', null, h('summary', null,
        `${g.passed_over.length} considered and not given`), h('ul.lines', null,
        g.passed_over.map((p) => h('li', null, h('a', {href:
            memoryLink(p.id)}, p.id, ' ', p.title ?? ''), h('span.meta', null,
            p.why ?? p.fate))))) : null)));
}

/** One error: what was said, and what was done until it was gone. */
function fix(f) {
    const way = (name, text) => text && h('li', null, h('span.about', null,
        `${name} `), h('code', null, text));
    return h('li', null, h('p.wrong', null, words(f.error)),
        h('ul.plain', null, way('in', f.command),
            (f.commands ?? []).map((c) => way('ran', c)),
            (f.edits ?? []).map((d) => [h('li', null, h('span.about', null,
                'edited '), h('code', {title: d.path}, shortPath(d.path))),
            d.old && h('li', null, h('del', null, d.old)),
            d.new && h('li', null, h('ins', null, d.new))]),
            f.more_edits && h('li.about', null,
                `and ${plural(f.more_edits, 'other file')}`)),
        h('p.meta', null, h('time', {datetime: f.time}, clock(f.time)),
            h('span', null, `held ${plural(f.held, 'time')}`),
            f.failed ? h('span.badge.warn', null,
                `was back ${plural(f.failed, 'time')}`) : null));
}

function fixes(s) {
    if (!s.fixes?.length)
        return null;
    return h('section.fixes', {'aria-label': 'Errors and fixes'},
        h('h2', null, 'Errors and fixes'), h('ul', null, s.fixes.map(fix)),
        s.fixes_cut && h('p.about', null, 'and more: cmem fix finds them'));
}

function aside(s) {
    const files = s.files ?? [], changed = files.filter((f) => f.modified);
    const read = files.filter((f) => !f.modified);
    const list = (name, rows, one) => rows.length ? h('details', {open:
        rows.length <= 12}, h('summary', null, name, h('span.about', null,
        ` ${count(rows.length)}`)), h('ul.plain', null, rows.map(one))) : null;
    const file = (f) => h('li', null, h('a', {title: f.path, href:
        `#/search?q=&file=${encodeURIComponent(f.path)}`}, shortPath(f.path)));
    return h('aside', {'aria-label': 'Files and definitions'},
        list('Files changed', changed, file),
        list('Definitions', s.symbols ?? [], (c) => h('li', null,
            h('span.mono', {title: `${c.path}:${c.line ?? 1}`}, c.symbol ??
                shortPath(c.path)), h('span.about', null, ` ${c.kind ?? ''}`))),
        list('Files read', read, file),
        list('Subagents', s.subagents ?? [], (c) => h('li', null, h('a',
            {href: `#/session/${c.id}`}, named(c)))));
}

export async function session(id) {
    const {items: [s]} = await get('show', {ids: id});
    if (!s || s.kind !== 'session')
        return {title: 'No such session', element: empty('No such session',
            `Nothing is called ${id}; it may have been forgotten.`)};
    const told = s.results.filter((m) => m.kind !== 'summary');
    const [whole, why] = await Promise.all([texts(told),
        get('why', {session: s.id}).catch(() => null)]);
    let last = '';
    const story = told.map((m) => {
        const date = day(m.time), first = date !== last;
        last = date;
        return [first && h('h2.day', null, date), moment(whole.get(m.id) ?? m)];
    });
    async function forget() {
        if (!await confirm('Forget this session?', 'Its ' +
            plural(s.memories, 'memory', 'memories') + ' and ' +
            plural(s.events, 'event') + ' are deleted for good, with those of ' +
            'its subagents. There is no way back.', 'Forget the session'))
            return;
        try {
            await post('forget', {session: s.id});
            say(`Session ${s.id} is forgotten.`);
            go('#/');
        } catch (e) {
            say(e.message);
        }
    }
    return {title: named(s), element: h('div', null,
        heading(named(s), null, facts([
            ['When', `${day(s.started)}, ${clock(s.started)}, ` +
                lasted(s.started, s.last)],
            ['Project', s.project], ['Branch', s.branch && h('span.mono',
                null, s.branch)],
            ['Prompts', count(s.prompts)], ['Events', count(s.events)],
            ['Memories', count(s.memories)], ['Session', h('span.mono', null,
                `${s.id} \u00b7 ${s.uid.slice(0, 8)}`)]])),
        h('.split', null, h('div', null, s.summary && inShort(s.summary),
            fixes(s), given(why), h('section.story', {'aria-label': 'Story'}, story),
            h('p.actions', null, h('button.quiet', {type: 'button',
                onclick: forget}, icon('forget'), 'Forget this session'))),
        aside(s)))};
}
