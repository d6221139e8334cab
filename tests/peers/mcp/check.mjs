/*
 * check.mjs BIN - what a client of the protocol sees of cmem mcp, and of the
 * same over HTTP. TAP.
 */
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from
    '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from
    '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { JSONRPCMessageSchema, ListRootsRequestSchema } from
    '@modelcontextprotocol/sdk/types.js';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const bin = process.argv[2];
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'cmem-peer-'));
const work = path.join(dir, 'work');
const env = { PATH: process.env.PATH, HOME: dir, CMEM_HOME: dir + '/h' };
const cmem = path.join(bin, 'cmem');
fs.mkdirSync(work);

let passed = 0;
let failed = 0;
function tell(good, name, detail = '') {
    good ? passed++ : failed++;
    console.log(`${good ? '' : 'not '}ok ${passed + failed} - ${name}`);
    if (!good)
        console.log(String(detail).slice(0, 3000).replace(/^/gm, '# '));
}
const ok = tell;

function run(args, input = '') {
    return spawnSync(cmem, args, { env, cwd: work, input, encoding: 'utf8' });
}

function stopWorker() {
    try {
        const pid = Number(fs.readFileSync(env.CMEM_HOME + '/lock', 'utf8')
            .split(' ')[0]);
        if (fs.readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('cmemd'))
            process.kill(pid, 'SIGKILL');
    } catch {
        /* There is none. */
    }
}

/* --- schemas --------------------------------------------------------------- */

const RESULTS = {
    'initialize': 'InitializeResult', 'ping': 'EmptyResult',
    'tools/list': 'ListToolsResult', 'tools/call': 'CallToolResult',
    'resources/list': 'ListResourcesResult',
    'resources/templates/list': 'ListResourceTemplatesResult',
    'resources/read': 'ReadResourceResult',
    'prompts/list': 'ListPromptsResult', 'prompts/get': 'GetPromptResult',
    'completion/complete': 'CompleteResult',
};

/* (name, value) => what is wrong, or null; by the protocol's own schema. */
function validator(version) {
    const file = process.env.MCP_SCHEMAS &&
        path.join(process.env.MCP_SCHEMAS, `${version}.schema.json`);
    if (!file)
        return (name, value) => {
            if (name !== 'JSONRPCMessage' || Array.isArray(value))
                return null;
            const r = JSONRPCMessageSchema.safeParse(value);
            /* The id of a message that could not be read is null. */
            return r.success || value.id === null ? null : r.error.message;
        };
    const schema = JSON.parse(fs.readFileSync(file, 'utf8'));
    const defs = schema.$defs ? '$defs' : 'definitions';
    const ajv = new (schema.$defs ? Ajv2020 : Ajv)({ strict: false,
        allErrors: true });
    addFormats(ajv);
    ajv.addFormat('byte', true);
    ajv.addSchema(schema, 'mcp');
    return (name, value) => {
        if (name === 'JSONRPCMessage' && value?.id === null)
            return null; /* JSON-RPC asks for it, the schema has no word */
        const check = ajv.getSchema(`mcp#/${defs}/${name}`);
        return check(value) ? null : ajv.errorsText(check.errors);
    };
}

const call = (name, args) => ['tools/call', { name, arguments: args }];
const REQUESTS = [
    ['ping'], ['tools/list'], ['resources/list'],
    ['resources/templates/list'], ['prompts/list'],
    call('search', { query: 'flywheel' }), call('search', { nothing: 1 }),
    call('timeline', { anchor: '#1' }), call('get_observations', { ids: [1] }),
    call('remember', { text: 'Grease the flywheel weekly' }),
    call('smart_search', { query: 'turn' }),
    call('smart_outline', { file_path: 'wheel.c' }),
    call('smart_unfold', { file_path: 'wheel.c', symbol_name: 'turn' }),
    call('forget', { ids: ['#2'] }), call('unheard', {}),
    ['resources/read', { uri: 'cmem://context' }],
    ['resources/read', { uri: 'cmem://memory/1' }],
    ['resources/read', { uri: 'cmem://session/none' }],
    ['prompts/get', { name: 'recall', arguments: { topic: 'flywheel' } }],
    ['prompts/get', { name: 'what-changed' }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'recall' },
        argument: { name: 'topic', value: '' } }],
    ['no/such'],
];

/* Every request in one version, each answer by the schemas. `say` takes lines
 * and gives the replies. */
async function conversation(version, door, say) {
    const check = validator(version);
    const sent = new Map();
    const lines = [['initialize', { protocolVersion: version,
        capabilities: {}, clientInfo: { name: 'check', version: '1' } }],
    ...REQUESTS].map(([method, params], id) => {
        sent.set(id, method);
        return JSON.stringify({ jsonrpc: '2.0', id, method, params });
    });
    lines.push('{ broken', '{"jsonrpc":"2.0","id":{}}');
    if (version === '2025-03-26')
        lines.push('[{"jsonrpc":"2.0","id":"b","method":"ping"}]');
    const got = await say(lines, version);
    const wrong = [];
    version += door;
    for (const m of got) {
        const why = check('JSONRPCMessage', m);
        const name = RESULTS[sent.get(m.id)];
        const inner = m.result && name ? check(name, m.result) : null;
        if (why || inner)
            wrong.push(`${JSON.stringify(m)}: ${why ?? inner}`);
    }
    ok(got.length === lines.length, `${version}: every message has its reply`,
        `${got.length} of ${lines.length}`);
    ok(!wrong.length, `${version}: every reply is by the schemas`,
        wrong.join('\n'));
    const tools = got.find((m) => sent.get(m.id) === 'tools/list').result;
    ok(JSON.stringify(tools).length <= 3584,
        `${version}: tools/list is ${JSON.stringify(tools).length} bytes`);
}

function overPipes(lines) {
    const r = run(['mcp'], lines.join('\n') + '\n');
    ok(r.status === 0 && r.stderr === '', 'it ends well', r.stderr);
    return r.stdout.split('\n').filter(Boolean).map((l) => JSON.parse(l));
}

/* The address and the headers of the server; the worker serves from now on. */
function serve() {
    run(['serve']);
    const read = (name) => fs.readFileSync(`${env.CMEM_HOME}/${name}`, 'utf8')
        .trim();
    return { url: new URL(`${read('http.address')}/mcp?cwd=${work}`),
        headers: { Authorization: `Bearer ${read('http.token')}` } };
}

async function overHttp(lines, version) {
    const { url, headers } = serve();
    const replies = [];
    for (const body of lines) {
        const r = await fetch(url, { method: 'POST', body, headers: {
            ...headers, 'Content-Type': 'application/json',
            'Accept': 'application/json, text/event-stream',
            'MCP-Protocol-Version': version } });
        replies.push(await r.json());
    }
    return replies;
}

/* --- the client of the SDK ---------------------------------------------------- */

/* The same calls over pipes and over HTTP. */
async function sdk(door, transport) {
    const ok = (good, name, detail) => tell(good, `SDK${door}: ${name}`, detail);
    const client = new Client({ name: 'check', version: '1' },
        { capabilities: { roots: {} } });
    client.setRequestHandler(ListRootsRequestSchema, () => ({
        roots: [{ uri: 'file://' + work, name: 'work' }] }));
    await client.connect(transport);
    ok(client.getServerVersion().name === 'cmem', 'it connects');
    const { tools } = await client.listTools();
    ok(tools.length === 8 && tools.every((t) => t.outputSchema),
        'eight tools with their output');
    /* The client checks what comes by the tool's own output schema. */
    const use = (name, args) => client.callTool({ name, arguments: args });
    const found = await use('search', { query: 'flywheel' });
    ok(found.structuredContent.results.some((r) => r.id === '#1'),
        'search, in the project', JSON.stringify(found));
    const whole = await use('get_observations', { ids: ['#1'] });
    ok(whole.content[0].text.includes('flywheel'), 'get_observations');
    const around = await use('timeline', { anchor: '#1' });
    ok(around.structuredContent.results.length > 0, 'timeline');
    const kept = await use('remember', { text: 'The flywheel is left-handed' });
    ok(/^#\d+$/.test(kept.structuredContent.id), 'remember');
    const gone = await use('forget', { ids: [kept.structuredContent.id] });
    ok(gone.structuredContent.memories === 1, 'forget');
    const symbols = await use('smart_search', { query: 'turn' });
    ok(symbols.structuredContent?.results[0]?.name === 'turn',
        'smart_search', JSON.stringify(symbols));
    const outline = await use('smart_outline', { file_path: 'wheel.c' });
    ok(outline.structuredContent.results.length === 1, 'smart_outline');
    const body = await use('smart_unfold', { file_path: 'wheel.c',
        symbol_name: 'turn' });
    ok(body.structuredContent.text.includes('return'), 'smart_unfold');
    const bad = await use('search', { since: 'whenever' });
    ok(bad.isError && bad.content[0].text.endsWith('call it again.'),
        'an error that tells what to do', JSON.stringify(bad));
    const unknown = await use('unheard', {}).catch((e) => e);
    ok(unknown.code === -32602, 'an unknown tool', unknown);
    const { resources } = await client.listResources();
    ok(resources[0].uri === 'cmem://context', 'resources');
    const block = await client.readResource({ uri: 'cmem://context' });
    ok(block.contents[0].text.includes('flywheel'), 'the context block',
        JSON.stringify(block));
    const p = await client.getPrompt({ name: 'recall',
        arguments: { topic: 'flywheel' } });
    ok(p.messages[0].content.text.includes('#1 '), 'prompts');
    const c = await client.complete({ ref: { type: 'ref/prompt',
        name: 'what-changed' }, argument: { name: 'since', value: '7' } });
    ok(c.completion.values[0] === '7d', 'completion');
    await client.ping();
    await slow(client, ok, use);
    return client;
}

/* A search that takes two seconds: told of, and not waited for. */
async function slow(client, ok, use) {
    const set = (name, value) => run(['config', 'set', name, value]);
    const search = { name: 'search', arguments: { query: 'flywheel' } };
    set('reranker_command', 'sleep 2');
    set('reranker_ms', '20000');
    set('reranker', 'command');
    const notes = [];
    const told = await client.callTool(search, undefined,
        { onprogress: (n) => notes.push(n.progress) });
    ok(!told.isError && notes.length > 0 && notes[0] === 1, 'progress',
        JSON.stringify([notes, told]));
    const stop = new AbortController();
    const left = client.callTool(search, undefined, { signal: stop.signal })
        .catch((e) => e);
    setTimeout(() => stop.abort('not needed'), 300);
    ok(/not needed/.test(await left), 'a cancellation', await left);
    set('reranker', 'off');
    const found = await use('search', { query: 'flywheel' });
    ok(found.structuredContent.results.length > 0, 'and it goes on',
        JSON.stringify(found));
}

async function sdkOverPipes() {
    const client = await sdk('', new StdioClientTransport(
        { command: cmem, args: ['mcp'], env, cwd: dir, stderr: 'pipe' }));
    stopWorker();
    const again = await client.callTool({ name: 'remember',
        arguments: { text: 'Oil is in the red can' } });
    ok(again.structuredContent?.id, 'SDK: it survives the worker',
        JSON.stringify(again));
    await client.ping();
    await client.close();
}

async function sdkOverHttp() {
    const { url, headers } = serve();
    const transport = new StreamableHTTPClientTransport(url,
        { requestInit: { headers } });
    const client = await sdk(' over HTTP', transport);
    ok(transport.protocolVersion === '2025-11-25' &&
        /^[0-9a-f]{32}$/.test(transport.sessionId),
        'SDK over HTTP: the newest version, and a name for the session',
        `${transport.protocolVersion} ${transport.sessionId}`);
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) =>
        client.callTool({ name: 'search', arguments: {
            query: i % 2 ? 'flywheel' : 'nothing of the kind' } })));
    ok(all.every((r, i) => !r.isError && (i % 2 === 0 ||
        r.structuredContent.results.some((m) => m.id === '#1'))),
    'SDK over HTTP: twenty at once', JSON.stringify(all));
    await transport.terminateSession();
    await client.close();
    const stranger = new Client({ name: 'check', version: '1' });
    const e = await stranger.connect(new StreamableHTTPClientTransport(url))
        .catch((e) => e);
    ok(e?.code === 401, 'SDK over HTTP: not without the token', e);
}

/* --- the inspector ------------------------------------------------------------ */

function inspect(...args) {
    return inspectAt([cmem, 'mcp', '-e', 'CMEM_HOME=' + env.CMEM_HOME, '--cwd',
        work], args);
}

function inspectAt(server, args) {
    const program = path.join(path.dirname(process.argv[1]),
        'node_modules/.bin/mcp-inspector');
    const r = spawnSync(program, ['--cli', ...server, ...args], { env: {
        ...process.env, HOME: dir }, cwd: work, encoding: 'utf8',
    timeout: 60000 });
    try {
        return JSON.parse(r.stdout);
    } catch {
        return { failed: r.stdout + r.stderr };
    }
}

function inspector() {
    const list = inspect('--method', 'tools/list');
    ok(list.tools?.length === 8, 'inspector: tools/list', JSON.stringify(list));
    const found = inspect('--method', 'tools/call', '--tool-name', 'search',
        '--tool-arg', 'query=flywheel');
    ok(found.content?.[0].text.includes('#1 '), 'inspector: search',
        JSON.stringify(found));
    const read = inspect('--method', 'resources/read', '--uri',
        'cmem://memory/1');
    ok(read.contents?.[0].text.includes('flywheel'),
        'inspector: resources/read', JSON.stringify(read));
    const prompts = inspect('--method', 'prompts/list');
    ok(prompts.prompts?.length === 2, 'inspector: prompts/list',
        JSON.stringify(prompts));
    const { url, headers } = serve();
    const there = inspectAt([url.href, '--transport', 'http', '--header',
        'Authorization: ' + headers.Authorization],
    ['--method', 'tools/call', '--tool-name', 'search', '--tool-arg',
        'query=flywheel']);
    ok(there.content?.[0].text === found.content[0].text,
        'inspector over HTTP: search', JSON.stringify(there));
}

/* --- how long it takes --------------------------------------------------------- */

/* From its start to the reply to initialize. */
function startup() {
    return new Promise((done) => {
        const began = performance.now();
        const child = spawn(cmem, ['mcp'], { env, cwd: work });
        child.stdout.once('data', () => {
            const ms = performance.now() - began;
            const kb = /VmRSS:\s+(\d+)/.exec(
                fs.readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1];
            child.stdin.end();
            child.once('close', () => done([ms, Number(kb)]));
        });
        child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id: 1,
            method: 'initialize', params: { protocolVersion: '2025-11-25',
                capabilities: {}, clientInfo: { name: 't', version: '1' } } }) +
            '\n');
    });
}

try {
    spawnSync('git', ['init', '-q'], { cwd: work });
    fs.writeFileSync(path.join(work, 'wheel.c'),
        'int turn(int n)\n{\n    return n + 1;\n}\n');
    run(['add', '--pin', 'The flywheel turns anticlockwise']);
    run(['index', work]);
    for (const v of ['2025-03-26', '2025-06-18', '2025-11-25']) {
        await conversation(v, '', overPipes);
        await conversation(v, ' over HTTP', overHttp);
    }
    await sdkOverPipes();
    await sdkOverHttp();
    inspector();
    const times = [];
    for (let i = 0; i < 20; i++)
        times.push(await startup());
    times.sort((a, b) => a[0] - b[0]);
    console.log(`# start to the reply of initialize, as a node client sees ` +
        `it: median ${times[10][0].toFixed(1)} ms; resident ` +
        `${times[10][1]} KB`);
} catch (e) {
    ok(false, 'runs to its end', e.stack);
} finally {
    stopWorker();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
console.log(`1..${passed + failed}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
