// page.mjs - runs in the browser: what a reader who does not see, or sees
// badly, would miss. Returns sentences.

export function looks() {
    const problems = [];
    const say = (text, e) => problems.push(`${text}: ` +
        `${e.outerHTML.slice(0, 90)}`);
    const seen = (e) => {
        const r = e.getBoundingClientRect();
        return r.width > 0 && r.height > 0 && e.checkVisibility({
            checkOpacity: true, checkVisibilityCSS: true});
    };

    // Names.
    const named = (e) => (e.getAttribute('aria-label') ||
        e.labels?.[0]?.textContent || e.textContent || e.title ||
        e.querySelector('img')?.alt || '').trim();
    for (const e of document.querySelectorAll('a, button, input, select, ' +
        'textarea, [role=img], [role=region], [role=log], meter, dialog[open]'))
        if (seen(e) && !named(e) && !e.getAttribute('aria-labelledby'))
            say('no name', e);
    for (const e of document.querySelectorAll('img'))
        if (!e.hasAttribute('alt'))
            say('no alt', e);
    // Whoever scrolls with the keyboard has to get there.
    for (const e of document.querySelectorAll('pre, .wide, .sheet'))
        if (seen(e) && e.scrollHeight > e.clientHeight + 1 && e.tabIndex < 0)
            say('scrolls and takes no focus', e);

    // Landmarks and headings.
    for (const name of ['header', 'nav', 'main', 'h1'])
        if (document.querySelectorAll(name === 'header' ? 'body > header' :
            name).length !== 1)
            problems.push(`not one ${name}`);
    if (!document.documentElement.lang || !document.title)
        problems.push('no language or title');
    const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
    if (new Set(ids).size !== ids.length)
        problems.push('an id twice');

    // Contrast, as WCAG 2 measures it: 4.5, or 3 for what is large.
    const canvas = new OffscreenCanvas(1, 1).getContext('2d',
        {willReadFrequently: true});
    const rgba = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, below) => [0, 1, 2].map((i) =>
        top[i] * top[3] + below[i] * (1 - top[3]));
    const light = (c) => {
        const [r, g, b] = c.map((v) => v / 255).map((v) => v <= 0.03928 ?
            v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (e) => {
        const layers = [];
        for (; e; e = e.parentElement) {
            layers.push(rgba(getComputedStyle(e).backgroundColor));
            if (layers.at(-1)[3] === 1)
                break;
        }
        return layers.reverse().reduce((below, top) => over(top, below),
            [255, 255, 255]);
    };
    const walker = document.createTreeWalker(document.body,
        NodeFilter.SHOW_TEXT);
    const done = new Set();
    while (walker.nextNode()) {
        const e = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || done.has(e) || !seen(e) ||
            e.closest('option, noscript, .skip, title'))
            continue;
        done.add(e);
        const style = getComputedStyle(e);
        const drawn = e.closest('svg');
        const size = parseFloat(style.fontSize);
        const large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
        const below = ground(drawn ? drawn.parentElement : e);
        const text = over(rgba(drawn ? style.fill : style.color), below);
        const [a, b] = [light(text), light(below)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        if (ratio < (large ? 3 : 4.5))
            say(`contrast ${ratio.toFixed(2)}`, e);
    }
    return [...new Set(problems)];
}
