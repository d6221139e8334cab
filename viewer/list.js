// list.js - a list of any length, of which only what is in sight exists.

import {h} from './dom.js';

const BESIDE = 6; // rows above and below those in sight

/** windowed(items, row): `row` makes an element of an item
 * and the one before it; all have the same
 * height, --row-height in the style sheet. Has move(by) for the keyboard. */
export function windowed(items, row, label) {
    const box = h('ul.window', {'aria-label': label});
    const live = new Map();
    let height = 72, current = -1, waiting = false;

    function place(i) {
        const li = h('li', {'aria-setsize': items.length,
            'aria-posinset': i + 1}, row(items[i], items[i - 1]));
        li.style.transform = `translateY(${i * height}px)`;
        li.addEventListener('focusin', () => { current = i; });
        return li;
    }
    function draw() {
        waiting = false;
        if (!box.isConnected)
            return;
        height = parseFloat(getComputedStyle(box)
            .getPropertyValue('--row-height')) || 72;
        box.style.height = `${items.length * height}px`;
        const top = -box.getBoundingClientRect().top;
        const first = Math.max(0, Math.floor(top / height) - BESIDE);
        const last = Math.min(items.length - 1,
            Math.ceil((top + innerHeight) / height) + BESIDE);
        for (const [i, li] of live)
            if (i < first || i > last) {
                li.remove();
                live.delete(i);
            }
        for (let i = first; i <= last; i++)
            if (!live.has(i)) {
                const li = place(i);
                live.set(i, li);
                // In their order: the tab key follows it.
                let next = null;
                for (let k = i + 1; k <= last && !next; k++)
                    next = live.get(k) ?? null;
                box.insertBefore(li, next?.parentNode === box ? next : null);
            }
    }
    function soon() {
        if (!waiting) {
            waiting = true;
            requestAnimationFrame(draw);
        }
    }
    function resized() {
        for (const li of live.values())
            li.remove();
        live.clear();
        soon();
    }
    addEventListener('scroll', soon, {passive: true});
    addEventListener('resize', resized);
    soon();
    return {
        element: box,
        draw,
        move(by) {
            if (current < 0) // from what is in sight
                current = Math.max(0, Math.ceil((130 -
                    box.getBoundingClientRect().top) / height)) - (by > 0);
            current = Math.max(0, Math.min(items.length - 1, current + by));
            const top = box.getBoundingClientRect().top + scrollY +
                current * height;
            if (top < scrollY + 130 ||
                top + height > scrollY + innerHeight - 80)
                scrollTo(0, top - innerHeight / 2);
            draw();
            live.get(current)?.querySelector('a')?.focus({preventScroll: true});
        },
        end() {
            removeEventListener('scroll', soon);
            removeEventListener('resize', resized);
        },
    };
}
