// settings.js - settings: changed in a draft, looked at, and then saved.

import {confirm, say} from './app.js';
import {change, get, own, project} from './api.js';
import {tryPrompt} from './about.js';
import {bytes, count, h, heading, plural, words} from './dom.js';

const GROUPS = [
    ['context', 'Context', 'What a new session is told, and what is put ' +
        'behind a prompt.'],
    ['model', 'Language model', 'Who makes memories of what happened, and ' +
        'what that may cost.'],
    ['search', 'Search', 'Finding by meaning, and in which order.'],
    ['capture', 'Capture', 'What is recorded, and for how long.'],
    ['worker', 'Worker', 'The program behind this page.'],
];
const SHOWS = { // which of them each preview rests on
    block: ['context', 'context_tokens'],
    prompt: ['prompt_memories', 'prompt_tokens', 'prompt_bar'],
};
// Not saved yet: the name, and the text or null for the default. It outlives
// the page: whoever looks something up comes back to it.
const draft = new Map();

const isOn = (value) => /^(on|true|yes|1)$/i.test(value);
const readable = (s, value) => value === '' ? '(empty)' :
    s.type === 'integer' ? count(Number(value)) : value;

// --- one setting ----------------------------------------------------------------

function control(s, id, changed) {
    const props = {id, name: s.name, form: 'save-settings', 'aria-describedby': `${id}-help`,
        disabled: s.origin.startsWith('environment')};
    if (s.type === 'switch')
        return h('input.switch', {...props, type: 'checkbox', role: 'switch',
            onchange: (e) => changed(e.target.checked ? 'on' : 'off')});
    if (s.type === 'choice')
        return h('select', {...props, onchange: (e) =>
            changed(e.target.value)}, s.choices.map((c) => h('option',
            {value: c}, c)));
    return h('input', {...props, type: 'number', min: s.min, max: s.max,
        step: s.type === 'integer' ? 1 : 'any', required: true,
        oninput: (e) => changed(e.target.value.trim())});
}

function put(input, s, value) {
    if (s.type === 'switch')
        input.checked = isOn(value);
    else
        input.value = value;
}

const same = (s, a, b) => s.type === 'switch' ? isOn(a) === isOn(b) :
    s.type === 'integer' || s.type === 'number' ? a !== '' &&
        Number(a) === Number(b) : a === b;

const limits = (s) => s.min === undefined ? null :
    s.max >= 1e6 ? `${count(s.min)} or more` :
        `${count(s.min)} to ${count(s.max)}`;

/** A row: its element, and load(), which takes what the worker says of it. */
function row(first, touched) {
    const id = `set-${first.name}`;
    let s = first;
    const badge = h('span.badge'), now = h('code'), byEnv = h('p.about');
    const from = h('span');
    const reset = h('button.link', {type: 'button', onclick: () => {
        if (s.origin === 'default')
            draft.delete(s.name);
        else
            draft.set(s.name, null);
        show();
        touched(s.name);
    }}, 'Back to the default');
    const input = first.terminal ? null : control(first, id, (value) => {
        if (same(s, value, s.value))
            draft.delete(s.name);
        else
            draft.set(s.name, value);
        show(true);
        touched(s.name);
    });
    const meta = h('p.meta', null, (!s.terminal || s.origin !== 'default') &&
        h('span', null, `default ${readable(s, s.default)}`),
    input && limits(s), from, input && reset);
    const element = h('li', null,
        h('.setting-head', null, h(input ? 'label' : 'span', input && {for: id},
            h('strong.mono', null, s.name)), badge, input ?? now),
        h('p.about', {id: `${id}-help`}, words(s.help)),
        s.terminal && h('p.about', null, words('Not from here, because ' +
            `${s.terminal}.`)),
        byEnv, meta);

    function show(typing) {
        const value = draft.has(s.name) ? draft.get(s.name) ?? s.default :
            s.value;
        const changed = draft.has(s.name);
        const file = /^file (.*)/.exec(s.origin)?.[1];
        const name = /^environment (.*)/.exec(s.origin)?.[1];
        element.className = changed ? 'changed' : s.origin === 'default' ? '' :
            'set';
        badge.textContent = changed ? 'not saved' : name ? 'environment' :
            'set';
        byEnv.replaceChildren(...words(name ? `\`${name}\` in the worker's ` +
            'environment decides; it is stronger than what is set.' : ''));
        byEnv.hidden = !name;
        from.textContent = file ? `set in ${file}` : '';
        from.hidden = !file;
        badge.hidden = !changed && s.origin === 'default';
        badge.className = `badge ${changed ? 'warn' : ''}`;
        reset.hidden = Boolean(name) || (changed ? draft.get(s.name) === null ||
            s.origin === 'default' && same(s, value, s.default) :
            s.origin === 'default');
        const seen = [...meta.children].filter((e) => !e.hidden);
        for (const e of meta.children)
            e.classList.toggle('end', e === seen.at(-1)); // no dot behind it
        now.textContent = readable(s, s.value);
        if (input && !typing)
            put(input, s, value);
        input?.setAttribute('aria-invalid', String(!input.checkValidity()));
    }
    show();
    return {element, name: s.name, input, isValid: () => !input ||
        input.disabled || input.checkValidity(), load: (next) => {
        s = next;
        show();
    }};
}

// --- previews -----------------------------------------------------------------

/** What is not saved, as arguments of an operation. */
function asIf(names, defaults) {
    return names.filter((n) => draft.has(n)).map((n) =>
        `${n}=${draft.get(n) ?? defaults.get(n)}`);
}

function blockPreview(root, defaults) {
    const block = h('pre.block', {tabindex: 0, 'aria-label': 'Context block'});
    const line = h('p.about', {role: 'status'});
    let timer = 0, running = null, stopped = false;

    async function run() {
        const set = asIf(SHOWS.block, defaults);
        running?.abort();
        running = new AbortController();
        try {
            const r = await get('context', {project: root, set, explain: true},
                running.signal);
            const left = (r.lines ?? []).filter((l) => !l.taken).length;
            block.textContent = r.text || 'A new session is told nothing.';
            block.classList.toggle('none', !r.text);
            line.textContent = `${set.length ? 'As it would be' : 'As it is'}` +
                (r.text ? `: some ${plural(r.tokens, 'token')}, ` +
                `${bytes(new Blob([r.text]).size)}; ${plural(left, 'line')} ` +
                'left out' : '');
        } catch (e) {
            if (e.name !== 'AbortError' && !stopped)
                line.textContent = e.message;
        }
    }
    return {run, soon: () => {
        clearTimeout(timer);
        timer = setTimeout(run, 100);
    }, end: () => {
        stopped = true;
        clearTimeout(timer);
        running?.abort();
    }, element: h('section', null, h('h2', null, 'What a new session is told'),
        line, block)};
}

// --- the page -------------------------------------------------------------------

/** Events that go do not come back: whoever asks for that is asked once more. */
async function isMeant(rows) {
    const days = Number(draft.get('retention_days') ?? 0);
    const had = Number(rows.find((s) => s.name === 'retention_days').value);
    if (!days || had && days >= had)
        return true;
    return confirm('Let events go?', 'Raw events older than ' +
        `${plural(days, 'day')} on which no memory rests are deleted for ` +
        'good. Memories stay.', 'Save');
}

export async function settings() {
    let rows = await own('settings');
    const root = project() || (await get('stats').catch(() => null))
        ?.projects[0]?.root;
    const defaults = new Map(rows.map((s) => [s.name, s.default]));
    for (const name of draft.keys()) // the environment has it meanwhile
        if (rows.find((s) => s.name === name)?.origin.startsWith('environment'))
            draft.delete(name);
    const preview = root && blockPreview(root, defaults);
    const silent = h('p.about', {role: 'status'});
    const prompt = root && tryPrompt(root, () => asIf(SHOWS.prompt, defaults),
        silent);
    const number = h('span', {role: 'status'});
    const problem = h('span.problem', {role: 'alert'});
    // Every control belongs to this form, so that Enter saves.
    const bar = h('form.savebar', {id: 'save-settings', onsubmit: save,
        novalidate: true, 'aria-label': 'Not saved'},
        number, problem, h('button.quiet', {type: 'button', onclick: () => {
            draft.clear();
            load(rows);
            touched();
        }}, 'Discard'), h('button', {type: 'submit'}, 'Save'));
    const all = rows.map((s) => row(s, touched));
    const of = (group) => all.filter((r, i) => rows[i].group === group);

    function load(next) {
        rows = next;
        all.forEach((r) => r.load(rows.find((s) => s.name === r.name)));
    }
    function touched(name) {
        bar.hidden = draft.size === 0;
        problem.textContent = '';
        number.textContent = draft.size ? `${plural(draft.size, 'change')}, ` +
            'not saved yet' : '';
        const off = ['context', 'prompt_context'].find((n) => !isOn(
            draft.has(n) ? draft.get(n) ?? defaults.get(n) :
                rows.find((s) => s.name === n).value));
        silent.textContent = off ? `With ${off} off nothing is put behind a ` +
            'prompt. With it on it would be this:' : '';
        silent.hidden = !off;
        if (!name || SHOWS.block.includes(name))
            preview?.soon();
        if (!name || SHOWS.prompt.includes(name))
            prompt?.again();
    }
    async function save(e) {
        e.preventDefault();
        const names = [...draft.keys()];
        const bad = all.find((r) => !r.isValid());
        if (bad)
            bad.input.reportValidity();
        if (bad || !names.length || !await isMeant(rows))
            return;
        try {
            const next = await change(Object.fromEntries(draft));
            draft.clear();
            load(next);
            touched();
            say(`Saved: ${names.join(', ')}.`);
            all.find((r) => r.name === names[0])?.input.focus();
        } catch (x) {
            problem.textContent = x.message;
        }
    }
    touched();
    await preview?.run();
    const section = (name, title, about) => h('section', {'aria-label': title},
        h('h2', null, title), h('p.about', null, about),
        h('ul.settings', null, of(name).map((r) => r.element)));
    const [context, ...others] = GROUPS.map((g) => section(...g));
    return {title: 'Settings', end: () => preview?.end(), element: h('div',
        null, heading('Settings', null, h('p.about', null, words('What you ' +
            'save is written as `cmem config set` writes it, and the worker ' +
            'goes by it at once.'))),
    h('.beside', null, context, preview && h('.preview', null,
        preview.element, prompt.element)), others, bar)};
}
