/*
 * scenarios.mjs - what the real client has to see and to leave behind.
 *
 * Each scenario takes a context {client, version, bin, t, world, control}
 * and reports through t.ok() and t.equal(). One that throws has failed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { atLeast, difference, occurrences, until } from './world.mjs';

/*
 * The marks. MARK is in the last text of the first session and nowhere
 * else; that text names no file, so that a file name found beside it in a
 * later request came out of the memory.
 */
const MARK = 'PLOVER-4417';
const EDITED = 'src/adder.c';
const FAILED = 'expected 5 but got -1';
const LAST_TEXT = 'The function subtracted where it should add. I changed ' +
    `the operator and the tests pass now. Next: negative numbers (${MARK}).`;

const FILES = {
    [EDITED]: 'int add(int a, int b)\n{\n    return a - b;\n}\n',
    'run-tests.sh': `grep -q 'a + b' ${EDITED} && echo all passed && exit\n` +
        `echo "FAIL add: ${FAILED}" >&2\nexit 3\n`,
};

/* A user's own files; none is formatted as a program would format it. */
const OWN_CONFIG = {
    'settings.json': '{\n\t"cleanupPeriodDays" : 90,\n  "hooks": {\n' +
        '    "PostToolUse": [ {"matcher":"Edit", "hooks":[{"type":"command",' +
        '"command":"touch \\"$HOME/own-hook-ran\\""}]} ]}\n}',
    'CLAUDE.md': '# Mine\nUse spaces.',
    'skills/mine/SKILL.md':
        '---\nname: mine\ndescription: A skill of the user.\n---\nNothing.\n',
};

const call = (name, input, text = '') =>
    ({ text, tools: [{ name, input }] });
const bash = (command, more = {}) =>
    call('Bash', { command, description: 'Run it', ...more });

const WORK = [
    bash('sh run-tests.sh'),
    call('Read', { file_path: `\${PROJECT}/${EDITED}` }),
    call('Edit', { file_path: `\${PROJECT}/${EDITED}`, old_string: 'a - b',
        new_string: 'a + b' }),
    bash('sh run-tests.sh'),
    { text: LAST_TEXT },
];

/* Start, prompt, tool calls, stop and end of that session. */
const EVENTS = 4 + WORK.length - 1;

/* Questions that some clients ask beside the conversation. */
const SIDE = [
    { name: 'warmup', match: { first: '\\bWarmup\\b' },
        turns: [{ text: 'warm' }] },
    { name: 'haiku', match: { model: 'haiku' },
        turns: [{ text: '{"isNewTopic": false, "title": null}' }] },
];

export const say = (w, turns, routes = []) =>
    w.model.use({ routes: [...routes, ...SIDE], turns });

const sent = (request) =>
    JSON.stringify([request?.body.system, request?.body.messages]);

/* The texts of a request that hold the mark. */
function textsWith(request, mark) {
    const found = [];
    JSON.stringify(request?.body.messages ?? [], (key, v) => {
        if (typeof v === 'string' && v.includes(mark))
            found.push(v);
        return v;
    });
    return found.join('\n');
}

async function work(ctx, w, options = {}, routes = []) {
    say(w, WORK, routes);
    const s = await w.session('The tests fail. Please fix add.', options);
    ctx.t.ok(s.rc === 0 && s.text === LAST_TEXT, 'the session ends well',
        `${s.rc} ${s.text} ${s.err}`);
    ctx.t.equal(s.requests.length, WORK.length,
        'it makes the scripted requests and no more');
    ctx.t.ok(fs.readFileSync(path.join(w.project, EDITED), 'utf8')
        .includes('a + b'), 'the edit is done');
    return s;
}

async function install(ctx, w) {
    const r = await w.cmem('install');
    ctx.t.ok(r.rc === 0, 'cmem install succeeds', r.out + r.err);
    return r;
}

const sessionOf = async (w, id) =>
    (await w.json('sessions'))?.sessions.find((s) => s.uid === id);

/* Everything that the session's hooks gave has become memory. */
async function processed(ctx, w, id) {
    const row = await until(async () => {
        const status = await w.json('status');
        const s = await sessionOf(w, id);
        return status?.waiting_events === 0 && !status.spool_bytes &&
            !status.worker?.pending && s?.events > 0 && s;
    });
    ctx.t.ok(row, 'the session is processed', JSON.stringify(
        [await w.json('status'), await w.json('sessions')]));
    return row;
}

async function remembers(ctx, w, what) {
    say(w, [{ text: 'Noted.' }]);
    const s = await w.session('What did we do?');
    const memory = textsWith(s.requests[0], MARK);
    ctx.t.ok(memory, `${what}: the first request holds the memory`,
        textsWith(s.requests[0], 'SessionStart'));
    ctx.t.ok(memory.includes(EDITED), `${what}: it names the edited file`,
        memory);
    return s;
}

const count = (s) => occurrences(sent(s.requests[0]), MARK);
/* How the client introduces what a hook of that event adds. */
const blocks = (s) => occurrences(sent(s.requests[0]),
    'SessionStart hook additional context');

/*
 * Newer clients send what was injected again when a session is resumed;
 * 2.0.76 forgets it, and then one injection is right and none is bearable.
 */
function oneCopy(ctx, s, first, what) {
    const kept = atLeast(ctx.version, '2.1.150');
    for (const [of, n, want] of [['marks', count(s), count(first)],
        ['blocks', blocks(s), blocks(first)]])
        ctx.t.ok(s.requests.length && (n === want || (n === 0 && !kept)),
            `${what} has no second copy`, `${n} ${of}, once ${want}`);
}

/* ---- the scenarios ---------------------------------------------------- */

/* What cmem install changes, cmem uninstall takes back to the byte. */
async function roundTrip(ctx) {
    for (const [what, config] of [['empty', {}], ['own', OWN_CONFIG]]) {
        const w = await ctx.world({ config, files: FILES });
        const before = w.snapshot();
        await install(ctx, w);
        const installed = w.snapshot();
        ctx.t.ok(difference(before, installed).length,
            `${what}: install registers something`);
        await install(ctx, w);
        ctx.t.equal(difference(installed, w.snapshot()), [],
            `${what}: a second install changes nothing`);
        const r = await w.cmem('uninstall');
        ctx.t.ok(r.rc === 0, `${what}: uninstall succeeds`, r.out + r.err);
        ctx.t.equal(difference(before, w.snapshot()), [],
            `${what}: every file is as it was`);
        ctx.t.equal((await w.cmem('uninstall')).rc, 0,
            `${what}: a second uninstall is no error`);
    }
}

async function memory(ctx) {
    const own = await ctx.control(OWN_CONFIG);
    const w = await ctx.world({ config: OWN_CONFIG, files: FILES });
    const before = w.snapshot();
    await install(ctx, w);
    const s1 = await work(ctx, w);
    ctx.t.ok(fs.existsSync(path.join(w.home, 'own-hook-ran')),
        'the user\'s own hook ran beside ours');
    const row = await processed(ctx, w, s1.id);
    ctx.t.equal(row?.prompts, 1, 'one prompt is recorded');
    ctx.t.ok(row?.events >= EVENTS, 'every event is recorded',
        `${row?.events} of ${EVENTS}`);
    const hits = await w.json('search', FAILED);
    ctx.t.ok(hits?.results.length, 'search finds the failed command',
        JSON.stringify(hits));

    const s2 = await remembers(ctx, w, 'next session');
    ctx.t.equal(blocks(s2), 1, 'it is one block');
    say(w, [{ text: 'Resumed.' }]);
    const s3 = await w.session('Go on.', { resume: s2.id });
    oneCopy(ctx, s3, s2, 'a resumed session');
    say(w, [{ text: 'Forked.' }]);
    const s4 = await w.session('Another way.',
        { resume: s2.id, args: ['--fork-session'] });
    ctx.t.ok(s4.id && s4.id !== s2.id, 'the fork has an id of its own');
    oneCopy(ctx, s4, s2, 'a forked session');
    if (atLeast(ctx.version, '2.1.150'))
        ctx.t.equal(w.egress(), [], 'nobody tried to leave the machine');

    const r = await w.cmem('uninstall');
    ctx.t.ok(r.rc === 0, 'cmem uninstall succeeds', r.out + r.err);
    /* It keeps a log of what every server said, too. */
    const logs = /\/home\/\.cache(\/claude-cli-nodejs(\/.*)?)?$/;
    const strange = difference(before, w.snapshot())
        .filter((d) => !own.has(topName(w, d.path)) && !logs.test(d.path));
    ctx.t.equal(strange, [], 'only the client\'s own files have changed');
    say(w, [{ text: 'Alone.' }]);
    const s5 = await w.session('Are you there?');
    ctx.t.equal(count(s5), 0, 'after uninstall nothing is injected');
}

async function killed(ctx) {
    const w = await ctx.world({ files: FILES });
    await install(ctx, w);
    let killedAt = 0;
    w.model.onRequest = (rec) => {
        if (rec.route === 'main' && rec.turn === 2)
            killedAt = w.killWorkers().length;
    };
    const s1 = await work(ctx, w);
    w.model.onRequest = null;
    ctx.t.equal(killedAt, 1, 'one worker ran and was killed in mid-session');
    const row = await processed(ctx, w, s1.id);
    ctx.t.equal(row?.prompts, 1, 'one prompt is recorded');
    ctx.t.equal(row?.events, await ctx.eventsOfWork(),
        'every event is stored once');
    ctx.t.equal(w.killWorkers().length, 1, 'one worker runs, and is killed');
    await remembers(ctx, w, 'worker killed between the sessions');
}

async function subagent(ctx) {
    const tool = atLeast(ctx.version, '2.1.150') ? 'Agent' : 'Task';
    const w = await ctx.world({ files: FILES });
    await install(ctx, w);
    const ask = (prompt, background) => call(tool, {
        description: 'Look around', prompt, subagent_type: 'general-purpose',
        ...tool === 'Agent' ? { run_in_background: background } : {} });
    say(w, [ask('SUBTASK one', false), { text: 'The report came.' },
        { text: 'All done.' }],
    [{ name: 'sub', match: { first: 'SUBTASK' }, turns: [
        call('Read', { file_path: '${PROJECT}/run-tests.sh' }),
        { text: 'HERON-2210: the tests are a shell script.' }] }]);
    const s = await w.session('How are the tests run?');
    ctx.t.ok(s.rc === 0, 'the session ends well', s.err);
    const parent = await processed(ctx, w, s.id);
    ctx.t.equal(parent?.prompts, 1, 'the parent has one prompt');
    if (!atLeast(ctx.version, '2.1.150'))
        return; /* gives no way to tell whose a tool call is */
    const shown = await w.json('show', parent?.id);
    const child = shown?.items?.[0]?.subagents?.[0];
    ctx.t.ok(child, 'the subagent is a child session of the parent',
        JSON.stringify(shown));
    ctx.t.ok(child?.events > 0, 'its events are its own');
}

/* The report of a task in the background is not the user's words. */
async function background(ctx) {
    const w = await ctx.world({ files: FILES });
    await install(ctx, w);
    say(w, [bash('sleep 0.3; echo EGRET', { run_in_background: true }),
        { text: 'Started.' }, { text: 'It has ended.' }]);
    const s = await w.session('Run it in the background.');
    ctx.t.ok(s.rc === 0, 'the session ends well', s.err);
    ctx.t.ok(sent(s.requests.at(-1)).includes('<task-notification>'),
        'the client reports the end of the task');
    const row = await processed(ctx, w, s.id);
    ctx.t.equal(row?.prompts, 1, 'the report is not taken for a prompt');
}

async function compaction(ctx) {
    const w = await ctx.world({ files: FILES });
    await install(ctx, w);
    say(w, [...WORK, { text: 'Negative numbers next.' }],
        [{ name: 'compact',
            match: { user: '[Cc]reate a detailed|Respond with TEXT ONLY' },
            turns: [{ text: '<summary>\nBITTERN-8806: the adder was ' +
                'repaired.\n</summary>' }] }]);
    const s = await w.session(
        ['Fix add.', '/compact', 'What is next?'], {});
    ctx.t.ok(s.rc === 0, 'the session ends well', s.err);
    const after = s.requests.at(-1);
    ctx.t.equal(s.requests.length, WORK.length + 1,
        'the compacted conversation goes on');
    ctx.t.ok(sent(after).includes('BITTERN-8806'),
        'the client\'s summary is in the next request');
    ctx.t.ok(!sent(after).includes('"tool_use"'),
        'the conversation itself is gone from it');
    const block = textsWith(after, '<cmem-memory');
    ctx.t.ok(block.includes(EDITED) && block.includes('Fix add'),
        'the compaction block has the goal and the file in hand', block);
    await processed(ctx, w, s.id);
    if (atLeast(ctx.version, '2.1.150'))
        ctx.t.ok((await w.json('search', 'BITTERN-8806'))?.results.length,
            'the client\'s summary is kept');
}

/*
 * With a model to compress: few calls, and none of its own is recorded or
 * given hooks, also when that model is this very client.
 */
async function provider(ctx) {
    for (const name of ['anthropic', 'claude']) {
        const w = await ctx.world({ files: FILES });
        w.env.CMEM_PROVIDER = name;
        if (name === 'anthropic')
            w.env.CMEM_BASE_URL = w.env.ANTHROPIC_BASE_URL;
        await install(ctx, w);
        const compress = { name: 'compress', match: { lacks_tool: 'Bash' },
            turns: [{ derive: true }] };
        const s = await work(ctx, w, {}, [compress]);
        await processed(ctx, w, s.id);
        const calls = w.model.requests.filter((q) => q.route === 'compress');
        ctx.t.ok(calls.length >= 1 && calls.length <= 2,
            `${name}: one or two model calls`, `${calls.length}`);
        ctx.t.ok(sent(calls[0]).includes(FAILED),
            `${name}: the model is told what happened`);
        ctx.t.equal((await w.json('sessions'))?.sessions.length, 1,
            `${name}: cmem's own calls are no sessions`);
    }
}

/*
 * What a prompt brings: once, when it was remembered after the session began,
 * and not again when the same is asked, when the session is resumed, or with
 * the setting off. What does not come in time does not come, and machines that
 * run tests are busy: it is asked several times.
 */
const NOTE = 'The frobnicator cache must be flushed before the spool ' +
    'rotates, or records are lost (CURLEW-3391).';
const ASKED = 'Why does the frobnicator cache lose records when the spool ' +
    'rotates?';

async function askMany(w, options = {}) {
    const prompts = ['Hello, we begin.', ...Array(5).fill(ASKED)];
    let added = false;
    say(w, prompts.map((_, i) => ({ text: `Answer ${i}.` })));
    w.model.onRequest = async (rec) => {
        if (rec.route === 'main' && !added) {
            added = true;
            await w.cmem('add', NOTE);
        }
    };
    const s = await w.session(prompts, options);
    w.model.onRequest = null;
    return s;
}

async function slot(ctx) {
    const w = await ctx.world({ files: FILES });
    const mark = (s) => occurrences(sent(s.requests.at(-1)), 'CURLEW-3391');
    await install(ctx, w);
    await w.cmem('config', 'set', 'prompt_bar', '0');
    const s1 = await askMany(w);
    ctx.t.ok(s1.rc === 0, 'the session ends well', s1.err);
    ctx.t.equal(mark(s1), 1, 'what a prompt brings reaches the model once');
    const block = textsWith(s1.requests.at(-1), 'CURLEW-3391');
    ctx.t.ok(block.includes('<cmem-memory') && block.includes('(user)'),
        'as a block that says where it is from', block);
    await processed(ctx, w, s1.id);
    const why = await w.json('why', s1.id);
    ctx.t.equal(why?.given.filter((g) => g.source === 'prompt').length, 1,
        'one receipt is written');
    const found = (await w.json('search', 'CURLEW-3391'))?.results;
    const same = found?.filter((m) => JSON.stringify(m).includes('CURLEW'));
    ctx.t.equal(same?.map((m) => m.kind), ['note'],
        'it is not taken for something new when it comes back');

    say(w, [{ text: 'Again.' }]);
    const s2 = await w.session(ASKED, { resume: s1.id });
    const kept = atLeast(ctx.version, '2.1.150');
    ctx.t.ok(mark(s2) === 1 || (mark(s2) === 0 && !kept),
        'a resumed session gets no second copy', `${mark(s2)}`);

    const off = await ctx.world({ files: FILES });
    await install(ctx, off);
    await off.cmem('config', 'set', 'prompt_bar', '0');
    await off.cmem('config', 'set', 'prompt_context', 'off');
    const s3 = await askMany(off);
    ctx.t.equal(mark(s3), 0, 'one setting turns it off');
}

/*
 * The tools of cmem's server: there from the first request on, under the name
 * that the client gives them; what search answers reaches the model, and is
 * not taken for something new.
 */
async function tools(ctx) {
    const w = await ctx.world({ files: FILES });
    const plugin = atLeast(ctx.version, '2.1.157');
    const name = `mcp__${plugin ? 'plugin_cmem_' : ''}cmem__search`;
    await install(ctx, w);
    await w.cmem('add', NOTE);
    say(w, [call(name, { query: 'frobnicator' }), { text: 'It is known.' }]);
    const s = await w.session('What do we know of the frobnicator?');
    ctx.t.ok(s.rc === 0 && s.text === 'It is known.', 'the session ends well',
        `${s.rc} ${s.text} ${s.err}`);
    const offered = s.requests[0]?.body.tools?.map((t) => t.name) ?? [];
    const ours = offered.filter((t) => t.includes('cmem__'));
    ctx.t.equal(ours.length, 8, 'the first request offers eight tools');
    ctx.t.ok(ours.includes(name), `one of them is ${name}`, offered.join(' '));
    ctx.t.ok(sent(s.requests[0]).includes('get_observations gives'),
        'the server\'s instructions are in the first request');
    const results = JSON.stringify(s.requests.at(-1)?.body.messages ?? [])
        .match(/"type":"tool_result".*/)?.[0] ?? '';
    ctx.t.ok(results.includes('CURLEW-3391') && !results.includes('is_error":t'),
        'what search found reaches the model', results);
    await processed(ctx, w, s.id);
    const found = (await w.json('search', 'CURLEW-3391'))?.results;
    const same = found?.filter((m) => JSON.stringify(m).includes('CURLEW'));
    ctx.t.equal(same?.map((m) => m.kind), ['note'],
        'it is not taken for something new when it comes back');
}

function topName(w, file) {
    const dir = file.startsWith(w.config) ? w.config : w.home;
    return file === dir ? '' : path.relative(dir, file).split(path.sep)[0];
}

/* The names that the client itself makes or changes, without cmem. */
export async function ownNames(ctx, config) {
    const w = await ctx.world({ config, files: FILES });
    const before = w.snapshot();
    const s = await work(ctx, w);
    ctx.t.equal(count(s), 0, 'without cmem nothing is injected');
    return new Set([...difference(before, w.snapshot())
        .map((d) => topName(w, d.path)), '']);
}

/* How many events the work session gives when nothing is killed. */
export async function eventsOfWork(ctx) {
    const w = await ctx.world({ files: FILES });
    await install(ctx, w);
    const s = await work(ctx, w);
    return (await processed(ctx, w, s.id))?.events ?? 'some';
}

export const SCENARIOS = [
    { name: 'round-trip', run: roundTrip },
    { name: 'memory', run: memory },
    { name: 'killed', run: killed },
    { name: 'subagent', run: subagent },
    { name: 'background', run: background, since: '2.1.150' },
    { name: 'compaction', run: compaction },
    { name: 'slot', run: slot },
    { name: 'tools', run: tools },
    { name: 'provider', run: provider, since: '2.1.250' },
];
