#!/usr/bin/env node
/* model-server-test.mjs - what the scripted model answers. Prints TAP. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ModelServer } from './model-server.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'model-server-'));
process.on('exit', () => fs.rmSync(dir, { recursive: true, force: true }));

const OBJECT = { observations: [{ title: 'né \u4e2d' }] };
/* How each protocol asks, and where the text of its answer is. */
const ASK = {
    anthropic: {
        path: '/v1/messages',
        body: (system, user) => ({ model: 'm', max_tokens: 10, system,
            messages: [{ role: 'user', content: user }] }),
        text: (r) => r.content[0].text,
        tokens: (r) => [r.usage.input_tokens, r.usage.output_tokens],
    },
    openai: {
        path: '/api/v1/chat/completions',
        body: (system, user) => ({ model: 'm', messages: [
            { role: 'system', content: system },
            { role: 'user', content: user }] }),
        text: (r) => r.choices[0].message.content,
        tokens: (r) => [r.usage.prompt_tokens, r.usage.completion_tokens],
    },
    gemini: {
        path: '/v1beta/models/g:generateContent',
        body: (system, user) => ({
            systemInstruction: { parts: [{ text: system }] },
            contents: [{ role: 'user', parts: [{ text: user }] }] }),
        text: (r) => r.candidates[0].content.parts[0].text,
        tokens: (r) => [r.usageMetadata.promptTokenCount,
            r.usageMetadata.candidatesTokenCount],
    },
    ollama: {
        path: '/api/chat',
        body: (system, user) => ({ model: 'm', stream: false, messages: [
            { role: 'system', content: system },
            { role: 'user', content: user }] }),
        text: (r) => r.message.content,
        tokens: (r) => [r.prompt_eval_count, r.eval_count],
    },
};

let server;
const post = (where, body, headers = {}) =>
    fetch(`http://127.0.0.1:${server.port}${where}`, { method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers, signal: AbortSignal.timeout(5000) });
const ask = (p, system = 'S', user = 'U', more = {}) =>
    post(ASK[p].path, { ...ASK[p].body(system, user), ...more });

async function serve(script, options = {}) {
    await server?.close();
    server = new ModelServer({ script, ...options });
    await server.listen();
}

/* The text of a stream of server-sent events or JSON lines. */
function streamText(body) {
    const events = body.split(/\r?\n/)
        .map((l) => l.replace(/^data: /, ''))
        .filter((l) => l.startsWith('{')).map((l) => JSON.parse(l));
    return events.map((e) => e.delta?.text ?? e.choices?.[0]?.delta?.content
        ?? e.candidates?.[0]?.content.parts[0].text ?? e.message?.content
        ?? '').join('');
}

/* Prompts as lib/compress/prompt.c writes them, and how much a derived reply
 * has: observations, facts, the summary's request. */
const PROMPTS = [
    [`project: shop
branch: main
time: 2026-05-04 09:01 to 09:06

<record>
[1 09:01] USER
 Why does the import skip
 rows?
[2] Read src/feed.py 10-20
[3] Edit import/nightly.yml
 -  batch: 500
 +  batch: 400
[4 09:05] Bash FAILED
 $ make check
 Exit code 2
[5] ASSISTANT, ending the turn
 It works.
</record>

TURN ENDED: fill the summary too.
`, 1, 1, 'Why does the import skip rows?'],
    [`project: shop
time: 2026-05-04 09:01

<record>
[4 09:01] Write FAILED a.c (new, 2 lines)
 [9] Edit b.c
 disk full
</record>

The turn goes on in the next message.
`, 1, 0, ''],
    ['<record>\n[1] USER\n thanks\n</record>\n', 0, 0, ''],
    ['', 0, 0, ''],
];

function checkSchema(schema, value, where) {
    const type = Array.isArray(value) ? 'array'
        : Number.isInteger(value) ? 'integer' : typeof value;
    assert.equal(type, schema.type, where);
    if (schema.enum)
        assert.ok(schema.enum.includes(value), `${where}: ${value}`);
    if (type === 'array')
        value.forEach((v, i) => checkSchema(schema.items, v, `${where}[${i}]`));
    if (type !== 'object')
        return;
    assert.deepEqual(Object.keys(value).sort(), [...schema.required].sort(),
        where);
    for (const [key, v] of Object.entries(value))
        checkSchema(schema.properties[key], v, `${where}.${key}`);
}

async function derived(prompt) {
    const r = await post(ASK.openai.path, ASK.openai.body('sys', prompt));
    return JSON.parse(ASK.openai.text(await r.json()));
}

const tests = {
    async 'answers text in every protocol, with counted tokens'() {
        await serve({ turns: [{ text: 'x'.repeat(40) }] });
        for (const p of Object.keys(ASK)) {
            const r = await (await ask(p, 's'.repeat(400), 'u'.repeat(40)))
                .json();
            assert.equal(ASK[p].text(r), 'x'.repeat(40), p);
            const [input, output] = ASK[p].tokens(r);
            assert.equal(input, 110, p);
            assert.equal(output, 10, p);
        }
    },
    async 'streams the same text in every protocol'() {
        const text = 'long é '.repeat(300);
        await serve({ turns: [{ text }] });
        for (const p of Object.keys(ASK)) {
            const where = ASK[p].path.replace(':generate', ':streamGenerate');
            const r = await post(where,
                { ...ASK[p].body('S', 'U'), stream: true });
            assert.equal(streamText(await r.text()), text, p);
        }
    },
    async 'gives structured output as text, or as the tool that is forced'() {
        await serve({ turns: [{ json: OBJECT }] });
        for (const p of Object.keys(ASK)) {
            const r = await (await ask(p)).json();
            assert.deepEqual(JSON.parse(ASK[p].text(r)), OBJECT, p);
        }
        const forced = await (await ask('anthropic', 'S', 'U', {
            tools: [{ name: 'keep', input_schema: {} }],
            tool_choice: { type: 'tool', name: 'keep' } })).json();
        assert.equal(forced.stop_reason, 'tool_use');
        assert.equal(forced.content[0].name, 'keep');
        assert.deepEqual(forced.content[0].input, OBJECT);
        const call = (await (await ask('openai', 'S', 'U', {
            tools: [{ type: 'function', function: { name: 'keep' } }],
            tool_choice: 'required' })).json()).choices[0].message
            .tool_calls[0].function;
        assert.deepEqual(JSON.parse(call.arguments), OBJECT);
    },
    async 'talks instead of using the forced tool when told to'() {
        await serve({ turns: [{ prose: 'Sure! Here it is.' }] });
        const r = await (await ask('anthropic', 'S', 'U', {
            tools: [{ name: 'keep' }], tool_choice: { type: 'any' } })).json();
        assert.equal(r.content[0].text, 'Sure! Here it is.');
    },
    async 'takes the first route whose whole match holds'() {
        await serve({ routes: [
            { match: { protocol: 'gemini' }, turns: [{ text: 'g' }] },
            { name: 'both', match: { system: 'memory', user: '^go$' },
                turns: [{ text: 'both' }] },
            { name: 'header', match: { header: 'X-Mark' },
                turns: [{ text: 'header' }] },
            { name: 'tool', match: { tool: 'a', lacks_tool: 'b' },
                turns: [{ text: 'tool' }] }],
        turns: [{ text: 'main' }] });
        const of = async (p, r) => ASK[p].text(await (await r).json());
        assert.equal(await of('gemini', ask('gemini')), 'g');
        assert.equal(await of('openai', ask('openai', 'a memory', 'go')),
            'both');
        assert.equal(await of('openai', ask('openai', 'a memory', 'no')),
            'main');
        assert.equal(await of('ollama', post(ASK.ollama.path,
            ASK.ollama.body('S', 'U'), { 'x-mark': '1' })), 'header');
        const offer = (...names) => ask('anthropic', 'S', 'U',
            { tools: names.map((name) => ({ name })) });
        assert.equal(await of('anthropic', offer('a')), 'tool');
        assert.equal(await of('anthropic', offer('a', 'b')), 'main');
    },
    async 'advances by one turn a request and repeats the last'() {
        await serve({ turns: [{ status: 429, retry_after: 7 },
            { status: 500 }, { text: 'one' }, { text: 'two' }] });
        const first = await ask('openai');
        assert.equal(first.status, 429);
        assert.equal(first.headers.get('retry-after'), '7');
        assert.equal((await ask('openai')).status, 500);
        for (const want of ['one', 'two', 'two'])
            assert.equal(ASK.openai.text(await (await ask('openai')).json()),
                want);
    },
    async 'cuts a reply half-way, streamed or not'() {
        await serve({ turns: [{ text: 'é'.repeat(3000), cut: true }] });
        for (const p of Object.keys(ASK))
            for (const stream of [false, true]) {
                const r = await ask(p, 'S', 'U', { stream });
                assert.equal(r.status, 200);
                await assert.rejects(r.text(), undefined, p);
            }
    },
    async 'hangs until the caller gives up'() {
        await serve({ turns: [{ hang: true }] });
        await assert.rejects(fetch(
            `http://127.0.0.1:${server.port}${ASK.openai.path}`,
            { method: 'POST', body: '{}', signal: AbortSignal.timeout(200) }),
        { name: 'TimeoutError' });
    },
    async 'answers 200 with a body that is not the protocol'() {
        await serve({ turns: [{ raw: 'not json at all' }] });
        const r = await ask('anthropic');
        assert.equal(r.status, 200);
        assert.equal(await r.text(), 'not json at all');
    },
    async 'plays recordings as they are and replaces variables'() {
        const good = ' { "facts": [ "a" ] }\n';
        fs.writeFileSync(path.join(dir, 'good'), good);
        fs.writeFileSync(path.join(dir, 'bad'), 'Here: {"facts": [');
        await serve({ turns: [{ recording: 'good' }, { recording: 'good' },
            { recording: 'bad' }, { text: 'in ${PROJECT} ${NO}' }] },
        { recordings: dir, vars: { PROJECT: '/p' } });
        const text = async () => ASK.openai.text(await (await ask('openai'))
            .json());
        assert.equal(await text(), good);
        const forced = await (await ask('anthropic', 'S', 'U', {
            tools: [{ name: 'keep' }], tool_choice: { type: 'any' } })).json();
        assert.deepEqual(forced.content[0].input, { facts: ['a'] });
        assert.equal(await text(), 'Here: {"facts": [');
        assert.equal(await text(), 'in /p ${NO}');
    },
    async 'logs every request, never the value of a header or a query'() {
        const log = path.join(dir, 'log.jsonl');
        await serve({}, { log });
        const secret = ['do', 'not', 'log'].join('-');
        await post(`/v1beta/models/g:generateContent?key=${secret}`,
            ASK.gemini.body('S', 'hello'), { 'x-api-key': secret });
        await post(ASK.openai.path, 'not json');
        const text = fs.readFileSync(log, 'utf8');
        const lines = text.trim().split('\n').map((l) => JSON.parse(l));
        assert.equal(lines.length, 2);
        assert.equal(lines[0].protocol, 'gemini');
        assert.equal(lines[0].chars, 6);
        assert.ok(lines[0].headers.includes('x-api-key'));
        assert.equal(lines[1].invalid, 'not json');
        assert.ok(!text.includes(secret));
    },
    async 'lists models, counts tokens, knows no other place'() {
        await serve({});
        const get = async (p) =>
            (await fetch(`http://127.0.0.1:${server.port}${p}`)).json();
        assert.ok((await get('/v1/models')).data.length);
        assert.ok((await get('/v1beta/models')).models.length);
        assert.ok((await get('/api/tags')).models.length);
        assert.deepEqual(await (await post('/v1/messages/count_tokens',
            ASK.anthropic.body('x'.repeat(396), 'abcd'))).json(),
        { input_tokens: 100 });
        assert.equal((await post('/elsewhere', '{}')).status, 404);
    },
    async 'refuses, as a proxy, to leave the machine'() {
        await serve({});
        const status = await new Promise((done) => http.request({
            port: server.port, method: 'CONNECT', path: 'example.invalid:443',
        }).on('connect', (r) => done(r.statusCode)).end());
        assert.equal(status, 403);
        assert.deepEqual(server.requests.map((r) => [r.protocol, r.path]),
            [['egress', 'example.invalid:443']]);
    },
    async 'refuses a script with a misspelt key'() {
        assert.throws(() => new ModelServer({ script: {
            turns: [{ txet: 'x' }] } }), /unknown key txet/);
        assert.throws(() => new ModelServer({ script: {
            routes: [{ name: 'r', match: { sytem: 'x' }, turns: [{}] }] } }),
        /unknown key sytem/);
    },
    async 'derives a valid reply from the prompt, the same each time'() {
        await serve({ turns: [{ derive: true }] });
        const schema = JSON.parse(fs.readFileSync(path.join(HERE,
            '../lib/compress/prompts/schema.json'), 'utf8'));
        for (const [prompt, observations, facts, request] of PROMPTS) {
            const first = await derived(prompt);
            checkSchema(schema, first, 'reply');
            assert.equal(first.observations.length, observations);
            assert.equal(first.facts.length, facts);
            assert.equal(first.summary.request, request);
            assert.deepEqual(await derived(prompt), first);
        }
        const [edit] = (await derived(PROMPTS[0][0])).observations;
        assert.match(edit.title, /import\/nightly\.yml.*rows/);
        assert.deepEqual(edit.files_modified, ['import/nightly.yml']);
        assert.deepEqual(edit.files_read, ['src/feed.py']);
        assert.deepEqual(edit.events, [1, 3, 5]);
        assert.match(edit.facts[0], /make check.*Exit code 2/);
    },

    async 'as a program: tells its port, ends with its stdin'() {
        const script = path.join(dir, 's.json');
        const port = path.join(dir, 'port');
        fs.writeFileSync(script, '{"turns": [{"text": "hi ${WHO}"}]}');
        const child = spawn(process.execPath,
            [path.join(HERE, 'model-server.mjs'), '--script', script,
                '--port-file', port, '--var', 'WHO=you', '--watch-stdin',
                '--log', path.join(dir, 'p.jsonl')],
            { stdio: ['pipe', 'ignore', 'inherit'] });
        const ended = new Promise((done) => child.on('exit', done));
        const deadline = Date.now() + 10000;
        while (!fs.existsSync(port) && Date.now() < deadline)
            await new Promise((done) => setTimeout(done, 20));
        const r = await fetch(`http://127.0.0.1:${Number(
            fs.readFileSync(port, 'utf8'))}${ASK.openai.path}`,
        { method: 'POST', body: '{}' });
        assert.equal(ASK.openai.text(await r.json()), 'hi you');
        child.stdin.end();
        assert.equal(await ended, 0);
    },
};

let n = 0;
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
    n++;
    try {
        await test();
        console.log(`ok ${n} - ${name}`);
    } catch (e) {
        failed++;
        console.log(`not ok ${n} - ${name}\n${e.stack.replace(/^/gm, '# ')}`);
    }
}
await server.close();
console.log(`1..${n}`);
process.exitCode = failed ? 1 : 0;
