// app.js - the frame: which page stands at which address, the search box, the
// project, the theme, the keyboard.

import {get, project, setProject} from './api.js';
import {empty, h, icon} from './dom.js';
import {contextPage, health, projects} from './about.js';
import {graph} from './graph.js';
import {live} from './live.js';
import {memory} from './memory.js';
import {search} from './search.js';
import {session, sessions} from './session.js';
import {settings} from './settings.js';
import {stats} from './stats.js';
import {timeline} from './timeline.js';

// name: as in the address; key: after g; show(argument, query) makes the page.
const PAGES = [
    {name: '', icon: 'sessions', label: 'Sessions', key: 's', show: sessions},
    {name: 'live', icon: 'live', label: 'Live', key: 'l', show: live},
    {name: 'timeline', icon: 'timeline', label: 'Timeline', key: 't',
        show: timeline},
    {name: 'graph', icon: 'graph', label: 'Graph', key: 'g', show: graph},
    {name: 'stats', icon: 'stats', label: 'Activity', key: 'a', show: stats},
    {name: 'context', icon: 'context', label: 'Context', key: 'c',
        show: contextPage},
    {name: 'projects', icon: 'projects', label: 'Projects', key: 'p',
        show: projects},
    {name: 'settings', icon: 'settings', label: 'Settings', key: 'e',
        show: settings},
    {name: 'health', icon: 'health', label: 'Health', key: 'h', show: health},
    {name: 'search', show: search},
    {name: 'session', under: '', show: session},
    {name: 'memory', under: '', show: memory},
];

const $ = (id) => document.getElementById(id);
const main = $('main'), box = $('q');
let page = null, turn = 0, here = '';
const places = new Map(); // how far down each address was left

/** Tells it to screen readers, and for a moment at the page's foot. */
export function say(text) {
    $('say').textContent = text;
    $('say').classList.add('shown');
    setTimeout(() => $('say').classList.remove('shown'), 4000);
}

// --- pages ----------------------------------------------------------------------

function place() {
    const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
    const [name, ...rest] = path.split('/');
    let argument = rest.join('/');
    try {
        argument = decodeURIComponent(argument);
    } catch { /* as it stands */ }
    return {row: PAGES.find((p) => p.name === name) ?? PAGES[0], argument,
        query: new URLSearchParams(query)};
}

async function open() {
    const {row, argument, query} = place(), mine = ++turn;
    if (row.show === search && page?.again) { // the letters that follow
        page.again(query);
        here = location.hash;
        scrollTo(0, 0);
        return;
    }
    places.set(here, scrollY);
    page?.end?.();
    page = null;
    for (const a of $('nav').children)
        if (a.dataset.name === (row.under ?? row.name)) {
            a.setAttribute('aria-current', 'page');
            $('nav').scrollLeft = a.offsetLeft - $('nav').clientWidth / 3;
        } else {
            a.removeAttribute('aria-current');
        }
    if (row.show !== search && document.activeElement !== box)
        box.value = '';
    main.setAttribute('aria-busy', 'true');
    let made;
    try {
        made = await row.show(argument, query);
    } catch (e) {
        made = {title: 'Problem', element: empty('This did not work',
            e.message)};
    }
    if (mine !== turn) {
        made.end?.();
        return;
    }
    page = made;
    main.replaceChildren(made.element);
    main.removeAttribute('aria-busy');
    document.title = `${made.title} \u00b7 cmem`;
    made.begin?.();
    here = location.hash || '#/';
    scrollTo(0, places.get(here) ?? 0);
    if (row.show !== search && document.activeElement === document.body)
        main.focus({preventScroll: true});
}

export const reload = () => open();
export const go = (address) => { location.hash = address; };

// --- the keyboard -------------------------------------------------------------------

function move(by) {
    if (page?.move) {
        page.move(by);
        return;
    }
    const rows = [...main.querySelectorAll('a.row')];
    if (!rows.length) {
        scrollBy({top: by * 90});
        return;
    }
    const at = rows.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : rows.length - 1) :
        Math.max(0, Math.min(rows.length - 1, at + by));
    rows[to].focus();
    rows[to].scrollIntoView({block: 'nearest'});
}

const KEYS = [['/', 'search'], ['j k', 'next, previous'], ['Enter', 'open'],
    ['Esc', 'back, or out of the search box'],
    ...PAGES.filter((p) => p.key).map((p) => [`g ${p.key}`,
        p.label.toLowerCase()]), ['?', 'these keys']];

/** A dialog; the answer is the value of the button that closed it. */
export function dialog(title, ...content) {
    const d = $('dialog');
    d.replaceChildren(h('h2', {id: 'dialog-title'}, title), ...content);
    d.returnValue = '';
    d.showModal();
    return new Promise((done) => d.addEventListener('close',
        () => done(d.returnValue), {once: true}));
}

export const confirm = (title, text, button) => dialog(title, h('p', null, text),
    h('form.buttons', {method: 'dialog'},
        h('button.quiet', {value: '', autofocus: true}, 'Cancel'),
        h('button.danger', {value: 'yes'}, button)))
    .then((answer) => answer === 'yes');

function keys() {
    dialog('Keys', h('dl.keys', null, KEYS.map(([key, text]) => h('div', null,
        h('dt', null, key.split(' ').map((k) => h('kbd', null, k))),
        h('dd', null, text)))), h('form.buttons', {method: 'dialog'},
        h('button', null, 'Close')));
}

let afterG = 0;
addEventListener('keydown', (e) => {
    const typing = e.target.matches?.('input, textarea, select');
    if (e.ctrlKey || e.metaKey || e.altKey || $('dialog').open)
        return;
    if (e.key === 'Escape') {
        if (typing)
            e.target.blur();
        else if (place().row.name !== '')
            history.length > 1 ? history.back() : go('#/');
        return;
    }
    if (e.target === box && e.key === 'ArrowDown') {
        e.preventDefault();
        move(1);
        return;
    }
    if (typing)
        return;
    if (afterG && Date.now() - afterG < 1500) {
        const to = PAGES.find((p) => p.key === e.key);
        afterG = 0;
        if (to)
            go(`#/${to.name}`);
        return;
    }
    const does = {'/': () => { box.focus(); box.select(); }, '?': keys,
        j: () => move(1), k: () => move(-1), g: () => { afterG = Date.now(); }};
    if (does[e.key]) {
        e.preventDefault();
        does[e.key]();
    }
});

// --- the frame -----------------------------------------------------------------------

function theme() {
    const names = ['auto', 'light', 'dark'];
    const root = document.documentElement, button = $('theme');
    let now = 'auto';
    try {
        now = localStorage.getItem('cmem-theme') ?? 'auto';
    } catch { /* the system's */ }
    const set = () => {
        root.dataset.theme = now;
        button.replaceChildren(icon('theme'));
        button.setAttribute('aria-label', `Theme: ${now}`);
        button.title = `Theme: ${now}`;
    };
    button.addEventListener('click', () => {
        now = names[(names.indexOf(now) + 1) % names.length];
        try {
            localStorage.setItem('cmem-theme', now);
        } catch { /* for this page */ }
        set();
        say(`Theme: ${now}`);
    });
    set();
}

async function projectPicker() {
    const select = $('project');
    const option = (value, text) => h('option', {value}, text);
    select.append(option('', 'All projects'));
    select.addEventListener('change', () => {
        setProject(select.value);
        open();
    });
    try {
        for (const p of (await get('stats')).projects)
            select.append(option(p.root ?? p.name, p.name));
    } catch { /* the page itself says what is wrong */ }
    if (![...select.options].some((o) => o.value === project()))
        setProject('');
    select.value = project();
}

async function begin() {
    // Signed in already: the ticket was not needed.
    if (location.hash.startsWith('#ticket='))
        history.replaceState(null, '', location.pathname);
    history.scrollRestoration = 'manual';
    theme();
    $('nav').append(...PAGES.filter((p) => p.label).map((p) => h('a',
        {href: `#/${p.name}`, 'data-name': p.name, title: `g ${p.key}`,
            onclick: () => places.delete(`#/${p.name}`)},
        icon(p.icon), h('span', null, p.label))),
        h('button.quiet', {type: 'button', onclick: keys,
            'aria-label': 'Keys'}, h('kbd', null, '?'), h('span', null, 'Keys')));
    document.querySelector('.skip').addEventListener('click', (e) => {
        e.preventDefault();
        main.focus();
    });
    document.querySelector('.find').addEventListener('submit', (e) => {
        e.preventDefault();
        move(1);
    });
    box.addEventListener('input', () => {
        const to = `#/search?q=${encodeURIComponent(box.value)}`;
        if (place().row.show === search) {
            history.replaceState(null, '', to);
            open();
        } else if (box.value.trim()) {
            go(to);
        }
    });
    addEventListener('hashchange', () => {
        if (place().row.show !== search)
            page?.again && (page.end?.(), page = null);
        open();
    });
    const {row, query} = place();
    if (row.show === search)
        box.value = query.get('q') ?? '';
    await projectPicker();
    open();
}

begin();
