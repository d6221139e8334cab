// check.mjs - a story for each page of the viewer, in Chromium. TAP.

import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {chromium} from 'playwright-core';
import {hostile} from './hostile.mjs';
import {looks} from './page.mjs';

const [bin, cwd] = process.argv.slice(2);
const SESSIONS = 10000;
const ID = '11111111-2222-4333-8444-555555555555';
const notes = []; // of the hostile strings
let n = 0;

function check(name, good, why) {
    console.log(`${good ? 'ok' : 'not ok'} ${++n} - ${name}`);
    if (!good && why !== undefined)
        console.log(`# ${String(typeof why === 'string' ? why :
            JSON.stringify(why)).slice(0, 2000).replaceAll('\n', '\n# ')}`);
}
const cmem = (...args) => execFileSync(`${bin}/cmem`, args, {cwd,
    encoding: 'utf8', maxBuffer: 1 << 26});
const json = (...args) => JSON.parse(cmem(...args, '--json'));

function hook(name, payload) {
    const event = {'user-prompt': 'UserPromptSubmit', 'post-tool-use':
        'PostToolUse', stop: 'Stop', 'session-start': 'SessionStart',
    'session-end': 'SessionEnd'}[name];
    const r = spawnSync(`${bin}/cmem-hook-${name}`, {cwd, encoding: 'utf8',
        input: JSON.stringify({session_id: ID, cwd, hook_event_name: event,
            ...payload})});
    return r.stdout;
}

async function until(what, seconds = 20) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
        const got = await what();
        if (got || Date.now() > end)
            return got;
        await new Promise((done) => setTimeout(done, 100));
    }
}

// --- what is remembered -----------------------------------------------------------

function edit(file, from, to) {
    hook('post-tool-use', {tool_name: 'Edit', tool_use_id: `u${file}${to}`,
        tool_input: {file_path: `${cwd}/${file}`, old_string: from,
            new_string: to}, tool_response: {filePath: `${cwd}/${file}`,
            oldString: from, newString: to, structuredPatch: []}});
}

async function remember() {
    cmem('config', 'set', 'idle_exit_s', '3600');
    cmem('add', '--pin', '--title', 'Herons are counted twice',
        'The census counts herons at dawn and at dusk.');
    await until(() => /counts herons/.test(hook('session-start',
        {source: 'startup'})));
    hook('user-prompt', {prompt: 'Make the heron census add up ' +
        hostile[0]});
    edit('census.py', 'total = dawn', 'total = dawn + dusk');
    hook('post-tool-use', {tool_name: 'Bash', tool_use_id: 'b1', tool_input:
        {command: 'python -m pytest'}, tool_response: {stdout:
        '2 passed in 0.1s', stderr: '', interrupted: false}});
    hook('post-tool-use', {hook_event_name: 'PostToolUseFailure',
        tool_name: 'Bash', tool_use_id: 'b2', tool_input: {command: 'python count.py'}, error: 'Exit code 1\n' +
        `NameError: name 'dusks' is not defined in nest.py`});
    edit('nest.py', 'return dusks', 'return dusk');
    hook('post-tool-use', {tool_name: 'Bash', tool_use_id: 'b3', tool_input:
        {command: 'python count.py'}, tool_response: {stdout: '12',
        stderr: '', interrupted: false}});
    hook('stop', {last_assistant_message: 'Fixed: `census.py` adds dusk to ' +
        'dawn, because herons fly twice. All tests pass.'});
    hook('session-end', {reason: 'exit'});
    cmem('add', '--topic', 'nest', 'The nest is kept in the red box');
    cmem('add', '--topic', 'nest', 'The nest is kept in the blue box');
    for (const s of hostile)
        notes.push(JSON.parse(cmem('add', '--json', '--title',
            s.slice(0, 200), '--', `${s}\n\nsecond part`)));
    const more = process.env.NAUGHTY ? JSON.parse(fs.readFileSync(
        process.env.NAUGHTY, 'utf8')).filter((s) => s.trim()) : [];
    fs.writeFileSync(`${cwd}/more.jsonl`, more.map((s) => JSON.stringify(
        {text: s})).join('\n') + '\n');
    if (more.length) // some have nothing to read: that is a status, too
        spawnSync(`${bin}/cmem`, ['import', '--format=jsonl', '--no-wait',
            `${cwd}/more.jsonl`], {cwd});
    await until(() => json('sessions').sessions.some((s) => s.uid === ID &&
        s.memories >= 2));
    return more.length;
}

// --- the browser ----------------------------------------------------------------------

const more = await remember();
const address = () => cmem('view', '--no-open').trim(); // good once
const at = address().split('/#')[0];
const browser = await chromium.launch({executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update',
    '--disable-sync']});
const trouble = [];

async function enter(options) {
    const context = await browser.newContext({viewport: {width: 1280,
        height: 900}, ...options});
    const page = await context.newPage();
    page.setDefaultTimeout(10000);
    page.on('pageerror', (e) => trouble.push(`error: ${e.message}`));
    page.on('dialog', (d) => { trouble.push('a dialog'); d.dismiss(); });
    page.on('console', (m) => m.type() === 'error' &&
        !/ 401 /.test(m.text()) && trouble.push(m.text()));
    page.on('request', (r) => new URL(r.url()).origin !== at &&
        trouble.push(`asked ${r.url()}`));
    await page.goto(address());
    await page.waitForSelector('#nav a');
    await ready(page);
    return page;
}
const ready = (page) => page.waitForFunction(() =>
    document.querySelector('main > *') &&
    !document.querySelector('main[aria-busy]'));
async function open(page, address) {
    // What is in main now does not count as the new page.
    await page.evaluate((a) => {
        document.querySelector('main').replaceChildren();
        if (location.hash === a)
            dispatchEvent(new HashChangeEvent('hashchange'));
        else
            location.hash = a;
    }, address);
    await ready(page);
}
const text = (page) => page.evaluate(() =>
    document.querySelector('main').innerText);

const page = await enter();
const story = json('sessions').sessions.find((s) => s.uid === ID);
const of = (words) => json('search', '--kind', 'note', words).results[0];

// The door.
check('the ticket is not left in the address', page.url() === `${at}/`,
    page.url());
check('scripts cannot see the cookie', await page.evaluate(() =>
    document.cookie) === '');
{
    for (const [width, colorScheme] of [[1280, 'light'], [360, 'dark']]) {
        const closed = await (await browser.newContext({colorScheme,
            viewport: {width, height: 760}})).newPage();
        const wrong = [];
        closed.on('console', (m) => / 401 /.test(m.text()) ||
            wrong.push(m.text()));
        await closed.goto(`${at}/`);
        check('without a cookie there is a door and no more',
            /To open this page, run cmem view/.test(
                await closed.innerText('body')) && !await closed.$('#nav'));
        check('which looks as the rest does', await closed.evaluate(() =>
            getComputedStyle(document.body).backgroundColor) === {light:
            'rgb(250, 249, 246)', dark: 'rgb(22, 22, 20)'}[colorScheme] &&
            !(await closed.evaluate(looks)).filter((s) => !/^not one (header|nav)/
                .test(s)).length, await closed.evaluate(looks));
        if (process.env.SHOTS)
            await closed.screenshot({path: `${process.env.SHOTS}/door-` +
                `${width}-${colorScheme}.png`});
        await closed.goto(`${at}/#ticket=${'0'.repeat(64)}`);
        await closed.reload();
        check('and a ticket that is not good says so', await until(async () =>
            /was good once, and for a minute. For a new one, run cmem view/
                .test(await closed.innerText('body')), 5),
            await closed.innerText('body'));
        check('and stands nowhere', !closed.url().includes('ticket'));
        check('its policy lets it be what it is', !wrong.length, wrong);
        await closed.context().close();
    }
    const once = address(), first = await (await browser.newContext())
        .newPage();
    await first.goto(once);
    await first.waitForSelector('#nav a');
    await first.context().close();
    const second = await (await browser.newContext()).newPage();
    await second.goto(once);
    check('an address opens one browser', await until(async () =>
        /was good once/.test(await second.innerText('body')), 5));
    await second.context().close();
}

// Sessions, and one as a story.
check('sessions are listed', /heron census/.test(await text(page)),
    await text(page));
await page.click(`a[href="#/session/${story.id}"]`);
await page.waitForSelector('.story');
{
    const t = await text(page);
    check('a story has the prompt as it was', t.includes(
        `Make the heron census add up ${hostile[0]}`), t);
    check('what was done, and to which file', /census\.py/.test(t), t);
    check('a summary', /In short/.test(t), t);
    const fixed = await page.locator('.fixes').innerText({timeout: 2000})
        .catch(() => '');
    check('an error and what ended it', /name 'dusks'[^]*in python count\.py/
        .test(fixed) && /edited nest\.py[^]*return dusk\b/.test(fixed) &&
        /held 1 time/.test(fixed), fixed);
    await page.click('details.given > summary');
    const given = await page.innerText('details.given');
    check('and what it was given', /counts herons at dawn/.test(given),
        given);
}

// Search.
await page.keyboard.press('/');
await page.keyboard.type('census dawn', {delay: 15});
await page.waitForFunction(() => /Herons are counted/.test(
    document.querySelector('.results')?.innerText));
check('results come while one types', true);
check('matches are marked', await page.$$eval('.results mark',
    (m) => m.length) > 0);
check('the search is in the address', page.url().endsWith(
    '#/search?q=census%20dawn'), page.url());
await page.check('input[type=checkbox]');
await page.waitForSelector('.why');
check('each score says what it is made of', /words/.test(
    await page.innerText('.why')));
await page.fill('#q', 'hron');
await page.waitForFunction(() => /No memory has "hron"/.test(
    document.querySelector('.results').innerText));
check('a word that nothing has is named', true);

// A memory: edit, pin, forget.
const note = of('census dawn dusk herons');
await open(page, `#/memory/${note.id.slice(1)}`);
check('a memory says who said it', /user \(trust 5 of 5\)/.test(
    await text(page)), await text(page));
await page.click('button:has-text("Edit")');
await page.fill('input[name=title]', 'Herons are counted thrice');
await page.click('form.edit button[type=submit]');
await page.waitForFunction(() => document.querySelector('h1')?.innerText ===
    'Herons are counted thrice');
check('an edit is kept', json('show', note.id).items[0].title ===
    'Herons are counted thrice');
check('and told in its history', /How it changed/.test(await text(page)));
await page.click('button:has-text("Unpin")');
await page.waitForSelector('button:has-text("Pin"):not(:has-text("Unpin"))');
check('it can be unpinned', !json('show', note.id).items[0].pinned);
await page.click('button:has-text("Forget")');
await page.waitForSelector('dialog[open]');
check('forgetting asks first, with the focus on Cancel', await page.evaluate(
    () => document.activeElement.textContent) === 'Cancel');
await page.keyboard.press('Enter');
check('and does nothing when told so', json('show', note.id).items.length === 1);
await page.click('button:has-text("Forget")');
await page.click('dialog button.danger');
check('else it is gone', await until(() => {
    try {
        return json('show', note.id).items.length === 0;
    } catch {
        return true;
    }
}, 5));
await page.waitForFunction(() => !location.hash.startsWith('#/memory/'));
await ready(page);
await open(page, `#/memory/${note.id.slice(1)}`);
check('and the page says so', /No such memory/.test(await text(page)));
await open(page, `#/memory/${of('nest box').id.slice(1)}`);
check('what was said before is in the chain', /red box/.test(await text(page)),
    await text(page));
const done = json('show', story.id).items[0].results.find((m) =>
    m.kind === 'observation');
await open(page, `#/memory/${done?.id.slice(1)}`);
await page.click('.events summary');
await page.waitForFunction(() => document.querySelector('.events pre')
    .innerText.includes('hook_event_name'));
check('evidence opens to the event as it came', true);

// The other pages.
await open(page, '#/live');
await page.waitForFunction(() => /listening/.test(
    document.querySelector('header.page').innerText));
cmem('add', 'An egret has landed');
await page.waitForFunction(() => /An egret has landed/.test(
    document.querySelector('.timeline').innerText), null, {timeout: 10000});
check('what happens is seen while it happens', true);
await open(page, '#/timeline');
check('the timeline has it', /egret/.test(await text(page)));
await open(page, '#/graph/census.py');
{
    const nodes = await page.$$('a.node');
    check('a graph is drawn', nodes.length > 1, await text(page));
    const next = await page.$$eval('a.node', (a) => a.at(-1)
        .getAttribute('href'));
    await page.evaluate(() => [...document.querySelectorAll('a.node')].at(-1)
        .dispatchEvent(new MouseEvent('click', {bubbles: true})));
    await page.waitForFunction((h) => location.hash === h, next);
    await ready(page);
    check('and a node leads to the next', true);
}
await open(page, '#/stats');
check('activity is drawn', await page.$$eval('svg.bars rect.c1',
    (r) => r.length) > 0);
await open(page, '#/context');
{
    const before = await page.innerText('.block');
    check('the context block is shown', /cmem-memory/.test(before), before);
    await page.$eval('input[type=range]', (e) => {
        e.value = 200;
        e.dispatchEvent(new Event('input', {bubbles: true}));
    });
    check('and follows the budget', await until(async () =>
        await page.innerText('.block') !== before, 5));
}
await page.fill('main input[type=search]', 'count the herons in the nest box');
await page.press('main input[type=search]', 'Enter');
await page.waitForSelector('.try li');
check('what a prompt would bring is told, and why', /score/.test(
    await page.innerText('.try')));
await open(page, '#/projects');
await page.click('a.card');
await ready(page);
check('a project is chosen', await page.$eval('#project', (e) => e.value) ===
    cwd, await page.$eval('#project', (e) => e.value));
await page.selectOption('#project', '');
await open(page, '#/settings');
{
    const value = (name) => json('config', 'get', name).value;
    const row = (name) => page.locator('.settings li', {has: page.locator(
        `#set-${name}-help`)});
    check('settings are told, and which ones are set', /context_tokens/.test(
        await text(page)) && /set/.test(await row('idle_exit_s')
        .locator('.badge').innerText()));
    check('with the command for those that are a terminal\'s alone',
        /who is sent what is remembered: cmem config set provider VALUE/.test(
            await row('provider').innerText()) &&
        await row('provider').locator('input, select').count() === 0);
    check('what the environment decides cannot be changed',
        await row('batch_age_s').locator('input').isDisabled() &&
        /CMEM_BATCH_AGE_S in the worker.s environment decides/.test(await row('batch_age_s')
            .innerText()), await row('batch_age_s').innerText());
    check('nothing is there to be saved', !await page.isVisible('.savebar'));

    const before = await page.innerText('.preview .block');
    await page.fill('#set-context_tokens', '120');
    check('the block follows what is not saved', await until(async () =>
        /As it would be/.test(await page.innerText('.preview')) &&
        await page.innerText('.preview .block') !== before, 5));
    check('which is not saved', value('context_tokens') === '1000' &&
        /1 change, not saved/.test(await page.innerText('.savebar')));
    await open(page, '#/health');
    await open(page, '#/settings');
    check('nor lost by looking elsewhere', await page.inputValue(
        '#set-context_tokens') === '120');
    await page.uncheck('#set-context');
    check('with context off nothing is told', await until(async () =>
        /is told nothing/.test(await page.innerText('.preview .block')), 5));
    await page.check('#set-context');
    await page.fill('#set-prompt_bar', '0.99');
    await page.fill('.try input', 'count the herons in the nest box');
    await page.press('.try input', 'Enter');
    check('nor behind a prompt with a bar that high', await until(async () =>
        /needed is 0\.99/.test(await page.innerText('.try')), 5),
    await page.innerText('.try'));
    await page.uncheck('#set-prompt_context');
    check('and with prompt_context off that is said', /With prompt_context off/
        .test(await page.innerText('.try')));
    await page.check('#set-prompt_context');
    check('two changes', /2 changes/.test(await page.innerText('.savebar')),
        await page.innerText('.savebar'));
    await page.click('.savebar button[type=submit]');
    check('saving writes them', await until(() =>
        value('context_tokens') === '120' && value('prompt_bar') === '0.99', 5));
    check('and says so', await until(async () => !await page.isVisible(
        '.savebar') && /Saved: context_tokens, prompt_bar/.test(
        await page.innerText('#say')), 5));
    const told = cmem('context').trim();
    check('the block is that one now', await until(async () =>
        /As it is/.test(await page.innerText('.preview')) &&
        await page.innerText('.preview .block') === told, 5),
    await page.innerText('.preview') + told);
    if (process.env.SHOTS) {
        await page.fill('#set-context_tokens', '150');
        await page.uncheck('#set-prompt_context');
        await page.waitForTimeout(300);
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({path: `${process.env.SHOTS}/changed.png`});
        await page.click('.savebar button.quiet');
    }
    await page.fill('#set-context_tokens', '9');
    check('a value that is not allowed says why', await until(async () =>
        /from 100 to 2500/.test(await page.innerText('.preview')), 5));
    await page.press('#set-context_tokens', 'Enter');
    check('and is not saved', value('context_tokens') === '120' &&
        await page.isVisible('.savebar'));
    await page.click('.savebar button.quiet');
    check('it can be discarded', await page.inputValue('#set-context_tokens')
        === '120' && !await page.isVisible('.savebar'));
    for (const name of ['context_tokens', 'prompt_bar'])
        await row(name).locator('button.link').click();
    check('back to the default is a change', await page.inputValue(
        '#set-context_tokens') === '1000' && /2 changes/.test(
        await page.innerText('.savebar')));
    await page.press('#set-prompt_bar', 'Enter');
    check('that Enter saves', await until(() =>
        json('config', 'get', 'context_tokens').origin === 'default' &&
        json('config', 'get', 'prompt_bar').origin === 'default', 5));
    await page.fill('#set-retention_days', '30');
    await page.press('#set-retention_days', 'Enter');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Enter');
    check('what deletes is asked once more', value('retention_days') === '0');
    await page.click('.savebar button.quiet');
}
await open(page, '#/health');
check('health is told', /the worker runs/.test(await text(page)));

// Hostile strings, wherever they are shown.
{
    const bad = [];
    const stray = () => [...document.querySelectorAll('main script, ' +
        'main iframe, main img, main style, main base, main math, main ' +
        'template, main form:not(.filters):not(.edit), ' +
        'main [onerror], main [onload], a[href^="javascript"]')].map((e) =>
        e.outerHTML);
    let shown = 0;
    for (const m of notes) {
        await open(page, `#/memory/${m.id.slice(1)}`);
        const t = (await page.evaluate(() => document.querySelector('main')
            .textContent)).replace(/[\s`*]/g, '');
        const want = m.title.replace(/[\s`*]/g, '');
        if (!t.includes(want))
            bad.push(`${m.id} not as it is: ${m.title}`);
        shown++;
        bad.push(...await page.evaluate(stray));
    }
    check(`${shown} notes are shown as they are`, shown === hostile.length &&
        !bad.length, bad.join('\n'));
    for (const a of ['#/', '#/timeline', '#/live', '#/graph', '#/projects',
        '#/context', `#/session/${story.id}`])
        await open(page, a), bad.push(...await page.evaluate(stray));
    for (const s of hostile) {
        const q = encodeURIComponent(s);
        await open(page, `#/search?q=${q}`);
        await open(page, `#/graph/${q}`);
        await open(page, `#/session/${q}`);
        await open(page, `#/memory/${q}`);
        bad.push(...await page.evaluate(stray));
    }
    check('as they are in lists, questions and addresses', !bad.length,
        bad.join('\n'));
    if (more) {
        await open(page, '#/timeline');
        for (let i = 0; i < 40; i++)
            await page.evaluate(() => scrollTo(0, 1e9)),
            await page.waitForTimeout(30);
        check(`${more} more are shown`, (await page.$$('.beat')).length > 100 &&
            !(await page.evaluate(stray)).length);
    }
    check('none of them ran', await page.evaluate(() => window.pwned) ===
        undefined);
}
check('the browser refuses HTML from text', await page.evaluate(() => {
    try {
        document.createElement('p').innerHTML = '<b>x</b>';
        return false;
    } catch {
        return true;
    }
}));
// Their addresses name nothing: the browser's log of that may come late.
const real = () => trouble.filter((t) =>
    !/TrustedHTML|status of 40[04]/.test(t));

// The keyboard alone.
await open(page, '#/');
await page.keyboard.press('j');
await page.keyboard.press('j');
await page.keyboard.press('k');
check('j and k walk a list', await page.evaluate(() =>
    document.activeElement.matches('.window a.row')));
check('the focus is seen', await page.evaluate(() => getComputedStyle(
    document.activeElement).outlineStyle) === 'solid');
await page.keyboard.press('Enter');
await page.waitForFunction(() => location.hash.startsWith('#/session/'));
await ready(page);
await page.keyboard.press('Escape');
await page.waitForFunction(() => location.hash === '#/');
check('Enter opens, Esc goes back', true);
for (const [key, hash] of [['t', 'timeline'], ['l', 'live'], ['g', 'graph'],
    ['a', 'stats'], ['c', 'context'], ['p', 'projects'], ['e', 'settings'],
    ['h', 'health'], ['s', '']]) {
    await page.keyboard.press('g');
    await page.keyboard.press(key);
    check(`g ${key}`, await until(() => page.url().endsWith(`#/${hash}`), 3),
        page.url());
}
await ready(page);
await page.keyboard.press('?');
check('? tells the keys', /next, previous/.test(
    await page.innerText('dialog[open]')));
await page.keyboard.press('Escape');
check('Esc closes them', !await page.$('dialog[open]'));
await page.keyboard.press('/');
await page.keyboard.type('egret');
await page.waitForFunction(() => /egret/.test(document.querySelector(
    '.results a.row')?.innerText) && location.hash.endsWith('egret'));
await page.keyboard.press('Escape');
// The answer to the last letter may take the rows' place once more.
let onRow = false;
for (let i = 0; i < 50 && !onRow; i++) {
    await page.keyboard.press('j');
    onRow = await page.evaluate(() =>
        document.activeElement.matches('.results a.row'));
}
check('from the search to its first result', onRow);

// Every page, wide and narrow, light and dark.
const pages = ['#/', `#/session/${story.id}`, `#/memory/${done?.id.slice(1)}`,
    '#/search?q=heron', '#/timeline', '#/live', '#/graph/census.py', '#/stats',
    '#/context', '#/projects', '#/settings', '#/health'];
for (const [width, colorScheme] of [[1280, 'light'], [1280, 'dark'],
    [360, 'light'], [360, 'dark']]) {
    const p = await enter({viewport: {width, height: 760}, colorScheme,
        reducedMotion: 'reduce'});
    const found = [];
    for (const a of pages) {
        await open(p, a);
        await p.evaluate(() => document.fonts.ready);
        if (await p.evaluate(() => document.documentElement.scrollWidth >
            innerWidth))
            found.push(`${a} scrolls sideways`);
        found.push(...(await p.evaluate(looks)).map((s) => `${a} ${s}`));
        if (process.env.SHOTS)
            await p.screenshot({fullPage: a === '#/settings', path:
                `${process.env.SHOTS}/${a.split(/[/?]/)[1] || 'sessions'}-` +
                `${width}-${colorScheme}.png`});
    }
    check(`${width} px, ${colorScheme}: names, contrast, width`,
        !found.length, found.join('\n'));
    await p.context().close();
}

// Very many sessions.
{
    const lines = [];
    for (let i = 0; i < SESSIONS; i++)
        lines.push(JSON.stringify({text: `Heron number ${i} was seen`, run:
            `run-${i}`, time: new Date(17e11 + i * 6e5).toISOString()}));
    fs.writeFileSync(`${cwd}/many.jsonl`, lines.join('\n') + '\n');
    cmem('import', '--format=jsonl', '--no-wait', `${cwd}/many.jsonl`);
    await open(page, '#/');
    const rows = await page.$$eval('.window li', (l) => [l.length,
        Number(l[0].getAttribute('aria-setsize'))]);
    check(`of ${SESSIONS} sessions what is in sight exists`, rows[0] < 60 &&
        rows[1] >= SESSIONS - 1, rows);
    const frames = await page.evaluate(async () => {
        const took = [];
        let last = performance.now();
        for (let i = 0; i < 60; i++) {
            scrollTo(0, i * document.documentElement.scrollHeight / 60);
            await new Promise(requestAnimationFrame);
            took.push(performance.now() - last);
            last = performance.now();
        }
        return took.sort((a, b) => a - b);
    });
    console.log(`# a frame of scrolling: median ${frames[30].toFixed(1)} ms, ` +
        `worst ${frames[59].toFixed(1)} ms`);
    await page.evaluate(() => scrollTo(0, 1e9));
    check('and the last is reached', await until(() => page.$(
        `.window li[aria-posinset="${rows[1]}"]`), 5));
}
{
    await page.evaluate(() => scrollTo(0, 200000));
    await page.keyboard.press('j');
    const y = await page.evaluate(() => scrollY);
    check('j begins with what is in sight', y > 199000 && await page.evaluate(
        () => document.activeElement.matches('.window a.row')), y);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.startsWith('#/session/'));
    await ready(page);
    await page.keyboard.press('Escape');
    check('and one comes back to where one was', await until(async () =>
        await page.$('.window') && await page.evaluate(() => scrollY) === y,
    5), await page.evaluate(() => scrollY));
}
await open(page, `#/session/${story.id}`);
await page.click('button:has-text("Forget this session")');
await page.click('dialog button.danger');
await page.waitForFunction(() => location.hash === '#/');
check('a session is forgotten', !json('sessions', '--all', '-n', '10000')
    .sessions.some((s) => s.id === story.id));
check('nothing went wrong meanwhile, nothing was asked elsewhere',
    !real().length, real().join('\n'));
await browser.close();
console.log(`1..${n}`);
