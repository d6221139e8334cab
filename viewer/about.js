// about.js - projects; what a new session is told; health.

import {get, own, project, setProject} from './api.js';
import {ago, bytes, count, day, empty, facts, h, heading, memoryLink, plural,
    when, words} from './dom.js';

export async function projects() {
    const {projects: rows} = await get('stats');
    return {title: 'Projects', element: h('div', null, heading('Projects',
        'Worktrees of one repository are one project.'), rows.length ?
        h('.cards', null, rows.map((p) => h('a.row.card', {href: '#/',
            onclick: () => {
                const root = p.root ?? p.name, picker =
                    document.getElementById('project');
                setProject(root);
                picker.value = root;
            }}, h('strong', null, p.name), h('span.mono.about', null, p.root ??
            ''), h('span.meta', null, h('span', null, plural(p.sessions,
            'session')), h('span', null, plural(p.memories, 'memory',
            'memories')), p.last && when(p.last))))) : empty('No project yet',
            'A directory becomes one with its first session.'))};
}

// --- what would be given behind a prompt --------------------------------------------

/** A prompt to try: what would be given behind it, and what not, and why.
 * asIf() gives settings that are meant to be others; again() asks anew. */
export function tryPrompt(root, asIf = () => [], note = null) {
    const out = h('div', {role: 'status'});
    const input = h('input', {type: 'search', 'aria-label': 'A prompt to try',
        placeholder: 'What would be given behind this prompt?'});
    async function run(e) {
        e?.preventDefault();
        if (!input.value.trim())
            return;
        try {
            const r = await get('why-not', {project: root, what: input.value,
                set: asIf()});
            const rows = r.candidates ?? [];
            out.replaceChildren(h('p.about', null, r.silent ?? (rows.length ?
                `Looked at ${count(r.of)}; needed is ${r.bar}.` :
                'No memory is near it.')), h('ul.lines', null, rows.map((c) =>
                h('li', null, h('span.badge', {class: `badge ${c.fate ===
                    'given' ? 'good' : ''}`}, c.fate === 'given' ? 'given' :
                    'not given'), h('a', {href: memoryLink(c.id)},
                words(c.title)), h('span.meta', null, c.id, c.score !==
                    undefined && `score ${c.score}`, c.why)))));
        } catch (x) {
            out.replaceChildren(h('p.problem', null, x.message));
        }
    }
    return {again: () => run(), element: h('section.try', null, h('h2', null,
        'Behind a prompt'), h('form.filters', {onsubmit: run}, input,
        h('button', null, 'Try')), note, out)};
}

// --- the context block ----------------------------------------------------------

export async function contextPage(argument, query) {
    const root = project() || (await get('stats')).projects[0]?.root;
    if (!root)
        return {title: 'Context', element: h('div', null, heading('Context'),
            empty('Nothing to tell yet', 'There is no project yet.'))};
    const block = h('pre.block', {tabindex: 0, 'aria-label': 'Context block'});
    const line = h('p.about', {role: 'status'}), lines = h('div');
    let timer = 0, running = null, stopped = false;

    const tokens = h('input', {type: 'range', min: 200, max: 4000, step: 100,
        'aria-label': 'Tokens', oninput: () => soon()});
    const number = h('output', null);
    const source = h('select', {'aria-label': 'Source', onchange: () => soon()},
        ['startup', 'clear', 'compact'].map((s) => h('option', {value: s}, s)));

    function considered(r) {
        const part = (name, rows, open) => rows.length ? h('details', {open},
            h('summary', null, name, h('span.about', null, ` ${rows.length}`)),
            h('ul.lines', null, rows.slice(0, 200).map((l) => h('li', null,
                h('span', null, words(l.text)), h('span.meta', null, l.id &&
                    h('a', {href: memoryLink(l.id)}, l.id), l.section, l.why,
                l.tokens && plural(l.tokens, 'token')))))) : null;
        const all = r.lines ?? [];
        lines.replaceChildren(...[part('Said, and why', all.filter((l) =>
            l.taken), false), part('Considered and left out', all.filter((l) =>
            !l.taken), false)].filter(Boolean));
    }
    async function run() {
        running?.abort();
        running = new AbortController();
        number.textContent = `${count(Number(tokens.value))} tokens`;
        try {
            const r = await get('context', {project: root, source: source.value,
                tokens: tokens.value, explain: true}, running.signal);
            block.textContent = r.text || 'A new session is told nothing.';
            line.textContent = `${r.project}: some ` + plural(r.tokens,
                'token') + `, ${bytes(new Blob([r.text]).size)}`;
            considered(r);
        } catch (e) {
            if (e.name !== 'AbortError' && !stopped)
                line.textContent = e.message;
        }
    }
    function soon() {
        number.textContent = `${count(Number(tokens.value))} tokens`;
        clearTimeout(timer);
        timer = setTimeout(run, 80);
    }
    const set = await own('settings').catch(() => []);
    tokens.value = set.find((s) => s.name === 'context_tokens')?.value ?? 1000;
    await run();
    return {title: 'Context', end: () => {
        stopped = true;
        clearTimeout(timer);
        running?.abort();
    }, element: h('div', null, heading('What a new session is told',
        h('span', null, 'The setting ', h('a', {href: '#/settings'},
            'context_tokens'), ' is the budget; try others here.'),
        h('.filters', null, h('label.check', null, 'Budget ', tokens, number),
            source)), line, block, lines,
        tryPrompt(root).element)};
}

// --- health ----------------------------------------------------------

export async function health() {
    const [s, {totals: t}] = await Promise.all([own('health'), get('stats')]);
    const good = (ok, yes, no) => h('span.badge', {class:
        `badge ${ok ? 'good' : 'warn'}`}, ok ? yes : no);
    const waits = s.waiting_events ?? 0;
    return {title: 'Health', element: h('div', null, heading('Health', null,
        h('span.chips', null, good(true, 'the worker runs'),
            good(!s.provider_problem && !s.provider_paused, 'model in order',
                'model paused'),
            good(waits === 0, 'nothing waits', `${plural(waits,
                'event')} waiting`),
            good(!s.dropped, 'nothing was dropped', `${count(s.dropped)} ` +
                'events dropped'))),
    facts([['Version', s.version], ['Started', ago(s.started_ms)],
        ['Process', s.pid], ['Memory', bytes((s.resident_kb ?? 0) * 1000)],
        ['Model', [s.provider, s.model].filter(Boolean).join(', ')],
        ['Problem', s.provider_problem ?? s.config_problem ??
            s.embedder_problem],
        ['Tokens today', count(s.tokens_today)],
        ['Money today', `$${(s.usd_today ?? 0).toFixed(4)}`],
        ['Vectors', s.vectors !== undefined && count(s.vectors)],
        ['Database', bytes(t.db_bytes)], ['Memories', count(t.memories)],
        ['Events', count(t.events)], ['Spool', bytes(s.spool_bytes ?? 0)],
        ['Secrets taken out', count(s.redacted)],
        ['Last event', t.last && day(t.last)], ['SQLite', s.sqlite]]),
    h('details', null, h('summary', null, 'Everything it says'),
        h('pre', {tabindex: 0}, JSON.stringify(s, null, 2))),
    h('p.about', null, words('`cmem doctor` looks further: hooks, plugin, ' +
        'what Claude Code measured.')))};
}

