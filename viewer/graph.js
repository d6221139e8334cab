// graph.js - entities and what they have to do with each other: one in the
// middle, what it is named with around it, what those are named with outside.

import {get, scope} from './api.js';
import {empty, h, heading, memoryLink, plural, svg} from './dom.js';
import {go} from './app.js';

const RING = 12, LEAVES = 3, WIDE = 1000, ROW = 27;

function short(name) {
    const s = name.includes('/') && !name.includes(' ') ?
        name.split('/').at(-1) : name;
    return s.length > 26 ? s.slice(0, 24) + '\u2026' : s;
}

const address = (name) => `#/graph/${encodeURIComponent(name)}`;

function node(e, x, y, r, side) {
    const dx = side === 0 ? 0 : side * (r + 6);
    return svg('a', {href: address(e.name), class: 'node',
        'data-kind': e.kind, 'aria-label': `${e.name}, ${e.kind}, ` +
        plural(e.memories ?? 0, 'memory', 'memories')},
    svg('title', null, `${e.name} (${e.kind})`),
    svg('circle', {cx: x, cy: y, r}),
    svg('text', {x: x + dx, y: side === 0 ? y + r + 16 : y + 4,
        'text-anchor': side === 0 ? 'middle' : side < 0 ? 'end' : 'start'},
    short(e.name)));
}

const curve = (x1, y1, x2, y2, cls, wide) => svg('path', {class: cls,
    d: `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`,
    'stroke-width': wide});

/** One in the middle, neighbours to both sides, theirs farther out; a row for
 * each of those, so that no name lies on another. */
function draw(g) {
    const cx = WIDE / 2, edges = [], nodes = [];
    const near = g.relations.slice(0, RING);
    const most = Math.max(1, ...near.map((r) => r.memories ?? 1));
    const known = new Set([g.entity.name, ...near.map((r) => r.name)]);
    for (const r of near)
        r.leaves = (r.relations ?? []).filter((l) => !known.has(l.name) &&
            known.add(l.name)).slice(0, LEAVES);
    const halves = [near.filter((_, i) => i % 2 === 0),
        near.filter((_, i) => i % 2)];
    const rows = (half) => half.reduce((n, r) => n +
        Math.max(2, r.leaves.length) + 0.6, 0);
    const high = Math.max(200, ...halves.map((half) => rows(half) * ROW)) + 40;
    halves.forEach((half, k) => {
        const side = k ? -1 : 1, x = cx + side * 185, lx = cx + side * 300;
        let at = (high - rows(half) * ROW) / 2;
        for (const r of half) {
            const n = Math.max(2, r.leaves.length), y = at + n * ROW / 2;
            edges.push(curve(cx, high / 2, x, y, r.relation === 'with' ?
                'edge' : 'edge stated', (1 + 4 * (r.memories ?? 1) / most)
                .toFixed(1)));
            r.leaves.forEach((l, i) => {
                const ly = y + (i - (r.leaves.length - 1) / 2) * ROW;
                edges.push(curve(x, y, lx, ly, 'edge faint', 1));
                nodes.push(node(l, lx, ly, 4, side));
            });
            nodes.push(node(r, x, y, 6 + 6 * Math.sqrt((r.memories ?? 1) /
                most), 0));
            at += (n + 0.6) * ROW;
        }
    });
    nodes.unshift(node(g.entity, cx, high / 2, 20, 0));
    return svg('svg', {viewBox: `0 0 ${WIDE} ${high}`, class: 'graph',
        role: 'group', 'aria-label': `${g.entity.name} and its neighbours`},
    edges, nodes);
}

function chooser(names, now) {
    const input = h('input', {type: 'search', value: now, list: 'entities',
        'aria-label': 'Entity', placeholder: 'A file, symbol, person, error'});
    return h('form.filters', {onsubmit: (e) => {
        e.preventDefault();
        if (input.value.trim())
            go(address(input.value.trim()));
    }}, input, h('datalist', {id: 'entities'}, names.map((n) => h('option',
        {value: n.name}))), h('button', null, 'Show'));
}

export async function graph(name) {
    const {entities = []} = await get('graph', {...scope(), max: 60});
    const asked = name || entities[0]?.name;
    if (!asked)
        return {title: 'Graph', element: h('div', null, heading('Graph'),
            empty('Nothing is named yet',
                'Files, symbols, errors and people appear as memories do.'))};
    const g = await get('graph', {...scope(), entity: asked, max: 120});
    const others = h('section', null, h('h2', null, 'Named most'),
        h('ul.cloud', null, entities.slice(0, 30).map((e) => h('li', null,
            h('a', {href: address(e.name), title: e.name, 'data-kind':
                e.kind}, short(e.name)), h('span.about', null,
            ` ${e.memories}`)))));
    const top = heading('Graph', null, chooser(entities, name));
    if (!g.entity)
        return {title: 'Graph', element: h('div', null, top,
            empty(`Nothing is called ${asked}`, g.nearest?.length ?
                'Names like it:' : 'Another name may be.'),
            h('ul.cloud', null, (g.nearest ?? []).map((n) => h('li', null,
                h('a', {href: address(n.name ?? n)}, n.name ?? n)))), others)};
    // What is only named together is told one step far: ask for the next.
    await Promise.all(g.relations.slice(0, RING).map(async (r) => {
        if (!r.relations?.length)
            r.relations = (await get('graph', {...scope(), entity: r.name,
                hops: 1, max: 12}).catch(() => ({}))).relations;
    }));
    const sheet = h('figure.sheet', {tabindex: 0, 'aria-label': 'Drawing'},
        draw(g));
    return {title: g.entity.name, begin: () => { // its middle, on a phone
        sheet.scrollLeft = (sheet.scrollWidth - sheet.clientWidth) / 2;
    }, element: h('div', null, top,
        h('p.about', null, h('strong.mono', null, g.entity.name), ', ',
            g.entity.kind, ', in ', plural(g.entity.memories, 'memory',
                'memories'), g.left_out ? `; ${g.left_out} further ` +
                'connections are not drawn' : ''),
        sheet,
        h('.split', null, h('section', null, h('h2', null, 'Connections'),
            h('ul.lines', null, g.relations.map((r) => h('li', null,
                h('span.about', null, r.incoming && r.relation !== 'with' ?
                    `${r.relation} \u2190` : r.relation),
                h('a', {href: address(r.name)}, r.name), h('span.meta', null,
                    r.kind, plural(r.memories, 'memory', 'memories'),
                    r.memory && h('a', {href: memoryLink(r.memory)},
                        r.memory)))))), h('aside', {'aria-label':
            'Other names'}, others)))};
}
