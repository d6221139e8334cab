// dom.js - elements, text and times. Stored text only ever becomes text nodes:
// nothing here, or anywhere in this folder, parses HTML.

const SVG = 'http://www.w3.org/2000/svg';

function fill(e, props, children) {
    for (const [name, value] of Object.entries(props ?? {})) {
        if (value === undefined || value === null || value === false)
            continue;
        if (name.startsWith('on'))
            e.addEventListener(name.slice(2), value);
        else if (name === 'value')
            e.value = value;
        else
            e.setAttribute(name, value === true ? '' : String(value));
    }
    e.append(...children.flat(3).filter((c) => c !== null && c !== undefined &&
        c !== false && c !== ''));
    return e;
}

/** h('a.row', {href}, 'text', child): an element with classes. */
export function h(tag, props, ...children) {
    const [name, ...classes] = tag.split('.');
    const e = document.createElement(name || 'div');
    if (classes.length)
        e.className = classes.join(' ');
    if (classes.includes('meta')) // its parts have dots between them
        children = children.flat(3).filter(Boolean).map((c) =>
            typeof c === 'string' ? h('span', null, c) : c);
    return fill(e, props, children);
}

export function svg(name, props, ...children) {
    return fill(document.createElementNS(SVG, name), props, children);
}

const ICONS = {
    sessions: 'M4 6h16M4 12h16M4 18h10',
    search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
    timeline: 'M6 3v18M6 7h12M6 13h8M6 19h11',
    live: 'M3 12h4l3-8 4 16 3-8h4',
    projects: 'M3 7h6l2 2h10v10H3z',
    graph: 'M7 7l10 4M7 8l3 9M16 13l-4 5M6 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4z' +
        'M18 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM11 17a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
    stats: 'M4 20V10M10 20V4M16 20v-7M21 20H3',
    context: 'M5 3h10l4 4v14H5zM9 11h6M9 15h6',
    settings: 'M4 7h9M19 7h1M4 17h1M11 17h9M16 4.500v5M8 14.500v5',
    health: 'M12 21s-8-5-8-11a4.5 4.5 0 0 1 8-3 4.5 4.5 0 0 1 8 3c0 6-8 11-8 11z',
    pin: 'M9 3h6l-1 7 3 3H7l3-3zM12 13v8',
    edit: 'M4 20l1-5L16 4l4 4L9 19z',
    forget: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
    theme: 'M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18',
};

export function icon(name) {
    return svg('svg', {viewBox: '0 0 24 24', class: 'icon',
        'aria-hidden': 'true'}, svg('path', {d: ICONS[name]}));
}

/** Words with `code` and, in snippets, **matches**. */
export function words(text, marks) {
    const rule = marks ? /`([^`\n]+)`|\*\*([^*\n]+)\*\*/g : /`([^`\n]+)`/g;
    const s = String(text ?? ''), out = [];
    let at = 0;
    for (const m of s.matchAll(rule)) {
        out.push(s.slice(at, m.index));
        out.push(m[2] ? h('mark', null, m[2]) : h('code', null, marks ?
            m[1].replaceAll('**', '') : m[1]));
        at = m.index + m[0].length;
    }
    out.push(s.slice(at));
    return out;
}

/** A text as it was written: paragraphs, lists, fenced code. */
export function prose(text) {
    const out = h('.prose');
    const parts = String(text ?? '').split(/^```[^\n]*$/m);
    parts.forEach((part, i) => {
        if (i % 2) {
            out.append(h('pre', {tabindex: 0}, part.replace(/^\n|\n$/g, '')));
            return;
        }
        let list = null, lines = [];
        const flush = () => {
            if (lines.length)
                out.append(h('p', null, words(lines.join('\n'))));
            lines = [];
        };
        for (const line of part.split('\n')) {
            const item = /^\s*(?:[-*]|\d+[.)])\s+(.*)$/.exec(line);
            if (item) {
                flush();
                if (!list)
                    out.append(list = h('ul'));
                list.append(h('li', null, words(item[1])));
            } else if (line.trim() === '') {
                flush();
                list = null;
            } else {
                list = null;
                lines.push(line);
            }
        }
        flush();
    });
    return out;
}

const LONG = 1400;

/** The same; what is long begins, and the rest is a press away. */
export function folded(text) {
    const s = String(text ?? '');
    const cut = s.length > LONG ? s.lastIndexOf('\n', LONG / 2) : -1;
    if (s.length <= LONG)
        return prose(s);
    const at = cut > LONG / 4 ? cut : s.lastIndexOf(' ', LONG / 2);
    return [prose(s.slice(0, at > 0 ? at : LONG / 2)), h('details', null,
        h('summary', null, 'The rest'), prose(s.slice(at > 0 ? at :
            LONG / 2)))];
}

// --- times and numbers ---------------------------------------------------------

const dayFormat = new Intl.DateTimeFormat('en', {weekday: 'short',
    day: 'numeric', month: 'short', year: 'numeric'});
const shortFormat = new Intl.DateTimeFormat('en', {day: 'numeric',
    month: 'short'});
const clockFormat = new Intl.DateTimeFormat('en', {hour: '2-digit',
    minute: '2-digit', hourCycle: 'h23'});
const near = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
const big = new Intl.NumberFormat('en');

export const day = (t) => t ? dayFormat.format(new Date(t)) : '';
export const shortDay = (t) => t ? shortFormat.format(new Date(t)) : '';
export const clock = (t) => t ? clockFormat.format(new Date(t)) : '';
export const count = (n) => big.format(n ?? 0);
export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one :
    many ?? one + 's'}`;

export function ago(t) {
    const s = (new Date(t) - Date.now()) / 1000;
    for (const [unit, size] of [['year', 31557600], ['month', 2629800],
        ['day', 86400], ['hour', 3600], ['minute', 60]])
        if (Math.abs(s) >= size)
            return near.format(Math.round(s / size), unit);
    return 'just now';
}

export function lasted(from, to) {
    const m = Math.round((new Date(to) - new Date(from)) / 60000);
    if (!(m > 0))
        return 'under a minute';
    return m < 60 ? `${m} min` : `${Math.floor(m / 60)} h ${m % 60} min`;
}

export function bytes(n) {
    const units = ['B', 'kB', 'MB', 'GB'];
    let i = 0;
    for (; n >= 1000 && i < 3; i++)
        n /= 1000;
    return `${i ? n.toFixed(1) : n} ${units[i]}`;
}

export const when = (t) => h('time', {datetime: t, title: `${day(t)} ${clock(t)}`},
    ago(t));

// --- pieces that several pages have ----------------------------------------------

/** A session's title without what every title of a plan begins with. */
export function named(s) {
    const plan = /^Implement the (?:following )?plan "(.+?)"(?:\.\s|\.?$)/.exec(
        s.title ?? '');
    return plan?.[1] ?? s.title ?? 'Untitled';
}

export const memoryLink = (id) => `#/memory/${String(id).replace('#', '')}`;

/** What a memory is: "bugfix", "fact". */
export function kind(m) {
    const name = m.type ?? m.kind;
    return h('span.kind', {'data-kind': name}, name);
}

export function badges(m) {
    const f = m.freshness;
    return [
        f?.label && h('span.badge.warn', null, f.label),
        f?.state === 'fresh' && h('span.badge.good', null, 'code unchanged'),
        m.pinned && h('span.badge', null, 'pinned'),
        m.disputed && h('span.badge.warn', null, 'disputed'),
        m.ended && h('span.badge.warn', null, 'no longer holds'),
        m.unmerged && h('span.badge', null, `on ${m.branch}`),
    ];
}

/** A memory as a line of a list. */
export function memoryRow(m, extra) {
    return h('a.row', {href: memoryLink(m.id)},
        h('span.row-head', null, kind(m), h('span.title', null,
            words(m.title)), badges(m)),
        extra,
        h('span.meta', null, h('span', null, m.id), m.session &&
            h('span', null, m.session), m.project &&
            h('span', null, m.project), when(m.time)));
}

export function heading(title, about, ...more) {
    return h('header.page', null, h('h1', null, words(title)),
        about && h('p.about', null, about), more);
}

export const empty = (title, text) => h('.empty', null, h('h2', null, title),
    h('p', null, words(text)));

export function facts(rows) {
    return h('dl.facts', null, rows.filter((r) => r[1] !== undefined &&
        r[1] !== null && r[1] !== '' && r[1] !== false).map(([name, value]) =>
        h('div', null, h('dt', null, name), h('dd', null, value))));
}
