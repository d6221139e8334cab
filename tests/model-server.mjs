#!/usr/bin/env node
/*
 * model-server.mjs - a scripted language model on loopback, for tests.
 *
 *   node model-server.mjs --script FILE --log FILE.jsonl --port-file FILE
 *        [--port 0] [--var NAME=VALUE]... [--recordings DIR]
 *        [--max-seconds 600] [--watch-stdin]
 *
 * It speaks the protocols that cmem's providers and the real client speak:
 *
 *   anthropic  POST .../v1/messages (JSON and SSE), .../count_tokens
 *   openai     POST .../chat/completions (JSON and SSE), whatever the prefix
 *   gemini     POST .../models/NAME:generateContent, :streamGenerateContent
 *   ollama     POST .../api/chat, .../api/generate (NDJSON unless "stream"
 *              is false, as in the real one), GET .../api/tags
 *   models     GET .../models
 *   embeddings POST .../embeddings (openai-embed), .../api/embed
 *              (ollama-embed), .../models/NAME:batchEmbedContents
 *              (gemini-embed): see model-server-embed.mjs
 *
 * Named as HTTPS_PROXY and HTTP_PROXY it refuses every way out of the
 * machine and logs the attempt (protocol "egress").
 *
 * The script:
 *
 *   { "routes": [ { "name": "compress",
 *                   "match": { "system": "memory of a coding" },
 *                   "turns": [ { "status": 429, "retry_after": 1 },
 *                              { "json": { "observations": [] } } ] } ],
 *     "turns": [ { "text": "used where no route matches" } ] }
 *
 * All keys of a match must hold: protocol (a name), path, system, user (the
 * last user message, tool results included), first (the first user message)
 * and model are regular expressions; header is the name of one that must be
 * there; tool (lacks_tool) is the name of one that must (not) be offered.
 * Turns advance with each request of their route; the last one repeats.
 *
 * A turn says what to answer:
 *
 *   text, tools [{name, input}]   what the model says and calls
 *   json OBJ          structured output: the input of the tool that the
 *                     request forces, else text
 *   recording NAME    as json or text: the content of a recorded reply
 *   derive true       as json: a valid reply made from the prompt itself
 *   prose TEXT        text even where a tool was forced
 *   embed {...}       of a request for embeddings: dim, less, bad
 *   usage {...}       replaces counted fields of the usage
 *
 * or how to fail: status N (with retry_after S), hang true, cut true (the
 * connection closes half-way through the reply), raw TEXT (status 200 and a
 * body that is not the protocol's). delay_ms waits before the first byte.
 *
 * ${NAME} in a turn is replaced by --var NAME=VALUE, ${PORT} by the port.
 * The log has a JSON line for each request: n, at_ms, protocol, path, route,
 * turn, chars, tokens, headers (names only: they carry keys), body.
 */
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EMBEDDERS } from './model-server-embed.mjs';
import { deriveReply } from './model-server-derive.mjs';
import { PROTOCOLS, normalise, pieces, tokensOf }
    from './model-server-protocols.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MAX_BODY = 64 * 1024 * 1024;

const holds = {
    protocol: (want, req) => want === req.protocol,
    header: (want, req) => req.headers.includes(want.toLowerCase()),
    tool: (want, req) => req.tools.includes(want),
    lacks_tool: (want, req) => !req.tools.includes(want),
};
for (const key of ['path', 'system', 'user', 'first', 'model'])
    holds[key] = (want, req) => new RegExp(want, 's').test(req[key]);

const CONTENT = ['text', 'tools', 'json', 'recording', 'derive', 'prose',
    'embed'];
const FAILURE = ['status', 'hang', 'cut', 'raw'];
const DETAIL = ['usage', 'delay_ms', 'retry_after', 'message'];

/* A script that is misspelt must fail the test, not answer something else. */
function checkScript(script) {
    const known = (what, object, keys) => {
        for (const key of Object.keys(object))
            if (!keys.includes(key))
                throw new Error(`script: ${what} has an unknown key ${key}`);
    };
    known('the script', script, ['routes', 'turns', 'about']);
    for (const route of script.routes ?? []) {
        known('a route', route, ['name', 'match', 'turns']);
        known('a match', route.match ?? {}, Object.keys(holds));
        if (!route.turns?.length)
            throw new Error(`script: route ${route.name} has no turns`);
    }
    for (const list of [script, ...script.routes ?? []])
        for (const turn of list.turns ?? [])
            known('a turn', turn, [...CONTENT, ...FAILURE, ...DETAIL]);
}

/* Which protocol a path belongs to; the first row that matches. */
const PATHS = [
    [/\/messages\/count_tokens$/, 'count'],
    [/\/messages$/, 'anthropic'],
    [/\/chat\/completions$/, 'openai'],
    [/\/models\/[^/]+:(stream)?[gG]enerateContent$/, 'gemini'],
    [/\/api\/(chat|generate)$/, 'ollama'],
    [/\/api\/(tags|version)$/, 'ollama-info'],
    [/\/embeddings$/, 'openai-embed'],
    [/\/api\/embed$/, 'ollama-embed'],
    [/\/models\/[^/]+:batchEmbedContents$/, 'gemini-embed'],
    [/\/models(\/[^/]+)?$/, 'models'],
];

function modelList(pathname) {
    if (pathname.startsWith('/v1beta'))
        return { models: [{ name: 'models/test-model',
            supportedGenerationMethods: ['generateContent'] }] };
    const one = { id: 'test-model', type: 'model', object: 'model',
        display_name: 'Test model', created: 1700000000,
        created_at: '2026-01-01T00:00:00Z', owned_by: 'tests' };
    return /\/models$/.test(pathname)
        ? { object: 'list', data: [one], has_more: false,
            first_id: one.id, last_id: one.id }
        : { ...one, id: pathname.split('/').at(-1) };
}

/* ---- the server ------------------------------------------------------- */

export class ModelServer {
    /* options: script, log (a file), vars, recordings (a directory) */
    constructor(options = {}) {
        this.log = options.log ?? null;
        this.vars = { ...options.vars };
        this.recordings = options.recordings ?? path.join(HERE, 'recordings');
        /* Every log record of this server, oldest first. */
        this.requests = [];
        /* Called with each record before it is answered; may be async. */
        this.onRequest = null;
        this.use(options.script ?? {});
        this.http = http.createServer((q, s) => this.receive(q, s));
        this.http.on('connect', (q, socket, head) =>
            this.tunnel(q, socket, head));
    }

    /* Replaces the script; what was logged stays. */
    use(script) {
        checkScript(script);
        this.routes = (script.routes ?? []).map((r) => ({ ...r, next: 0 }));
        this.main = { name: 'main', next: 0,
            turns: script.turns?.length ? script.turns : [{ text: 'OK.' }] };
    }

    listen(port = 0) {
        return new Promise((done, failed) => {
            this.http.once('error', failed);
            this.http.listen(port, '127.0.0.1', () => {
                this.port = this.http.address().port;
                this.vars.PORT = String(this.port);
                done(this.port);
            });
        });
    }

    close() {
        return new Promise((done) => {
            this.http.close(() => done());
            this.http.closeAllConnections?.();
        });
    }

    record(fields) {
        const rec = { n: this.requests.length + 1,
            at_ms: performance.now(), ...fields };
        this.requests.push(rec);
        return rec;
    }

    write(rec) {
        if (this.log)
            fs.appendFileSync(this.log, JSON.stringify(rec) + '\n',
                { mode: 0o600 });
    }

    /* As a proxy: only the way back to this server is open. */
    tunnel(q, socket, head) {
        socket.on('error', () => {});
        if (q.url === `127.0.0.1:${this.port}`) {
            const up = net.connect(this.port, '127.0.0.1', () => {
                socket.write('HTTP/1.1 200 OK\r\n\r\n');
                up.write(head);
                up.pipe(socket).pipe(up);
            });
            up.on('error', () => socket.destroy());
            return;
        }
        this.write(this.record({ protocol: 'egress', path: q.url }));
        socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
    }

    receive(q, s) {
        const parts = [];
        let size = 0;
        q.on('error', () => {});
        s.on('error', () => {});
        q.on('data', (d) => {
            size += d.length;
            if (size <= MAX_BODY)
                parts.push(d);
        });
        q.on('end', () => {
            this.answer(q, s, Buffer.concat(parts)).catch((e) => {
                /* Not a 5xx: those are tried again and hide the mistake. */
                process.stderr.write(`model-server: ${e.stack}\n`);
                this.json(s, 400, { error: { message: e.message } });
            });
        });
    }

    json(s, status, body, headers = {}) {
        if (s.headersSent)
            return s.end();
        s.writeHead(status, { 'content-type': 'application/json', ...headers });
        s.end(JSON.stringify(body));
    }

    async answer(q, s, raw) {
        const url = new URL(q.url, 'http://127.0.0.1');
        const where = { path: url.pathname, headers: Object.keys(q.headers) };
        if (!q.url.startsWith('/')) {
            this.write(this.record({ protocol: 'egress', path: q.url }));
            return this.json(s, 403, {});
        }
        const protocol = PATHS.find(([re]) => re.test(url.pathname))?.[1]
            ?? 'other';
        let body = {};
        if (raw.length) {
            try {
                body = JSON.parse(raw.toString('utf8'));
            } catch {
                this.write(this.record({ protocol, ...where,
                    invalid: raw.toString('utf8').slice(0, 2000) }));
                return this.json(s, 400,
                    { error: { message: 'the body is not JSON' } });
            }
        }
        if (EMBEDDERS[protocol] && q.method === 'POST')
            return this.embed(s, protocol, body, where);
        if (PROTOCOLS[protocol] && q.method === 'POST')
            return this.reply(q, s, url, protocol, body, where);

        const req = normalise('anthropic', body);
        this.write(this.record({ protocol, method: q.method, ...where,
            ...raw.length ? { body } : {} }));
        if (protocol === 'count')
            return this.json(s, 200, { input_tokens: tokensOf(req.chars) });
        if (protocol === 'models')
            return this.json(s, 200, modelList(url.pathname));
        if (protocol === 'ollama-info')
            return this.json(s, 200, { version: '0.0.0', models: [
                { name: 'test-model', model: 'test-model', size: 1 }] });
        return this.json(s, protocol === 'other' ? 404 : 405,
            { error: { message: `nothing at ${q.method} ${url.pathname}` } });
    }

    async embed(s, protocol, body, where) {
        const kind = EMBEDDERS[protocol];
        const texts = kind.texts(body);
        const req = { protocol, ...where, system: '', user: texts.join('\n'),
            first: texts[0] ?? '', tools: [], model: kind.model(body, where) };
        const { route, index, turn } = this.pick(req, false);
        this.write(this.record({ protocol, ...where, route: route.name,
            turn: index, chars: req.user.length, body }));
        if (turn.delay_ms)
            await new Promise((done) => setTimeout(done, turn.delay_ms));
        if (turn.hang)
            return undefined;
        if (turn.status)
            return this.json(s, turn.status,
                { error: { message: turn.message ?? 'a scripted failure' } },
                turn.retry_after === undefined ? {}
                    : { 'retry-after': String(turn.retry_after) });
        if (turn.raw !== undefined) {
            s.writeHead(200, { 'content-type': 'application/json' });
            return s.end(turn.raw);
        }
        return this.json(s, 200, kind.reply(texts, turn.embed ?? {}, body,
            tokensOf(req.user.length)));
    }

    /* The turn for a request: {route, index, turn}, variables replaced. */
    pick(req, isRetry) {
        const route = this.routes.find((r) =>
            Object.entries(r.match ?? {}).every(([k, v]) => holds[k](v, req)))
            ?? this.main;
        const last = route.turns[route.next - 1];
        const failed = last && FAILURE.some((k) => last[k] !== undefined);
        /* A client that lost a good answer gets the same one again. */
        if (!(isRetry && last && !failed) && route.next < route.turns.length)
            route.next++;
        const index = route.next - 1;
        const turn = JSON.parse(JSON.stringify(route.turns[index]),
            (key, v) => typeof v === 'string' ? this.replaced(v) : v);
        return { route, index, turn };
    }

    replaced(text) {
        return text.replace(/\$\{([A-Z_]+)\}/g,
            (all, name) => this.vars[name] ?? all);
    }

    /* {text, calls} of a turn that does not fail. */
    content(turn, req) {
        const calls = (turn.tools ?? []).map((t) =>
            ({ name: t.name, input: t.input ?? {} }));
        let object = turn.json;
        let text = turn.prose ?? turn.text ?? '';
        if (turn.derive)
            object = deriveReply(req.system, req.user);
        if (turn.recording) {
            text = fs.readFileSync(
                path.join(this.recordings, turn.recording), 'utf8');
            try {
                object = JSON.parse(text);
            } catch {
                /* A recorded reply may well be bad: it is played as it is. */
            }
        }
        if (object !== undefined && req.forced)
            return { text: '', calls: [{ name: req.forced, input: object }] };
        if (object !== undefined && !turn.recording)
            text = JSON.stringify(object);
        return { text, calls };
    }

    async reply(q, s, url, protocol, body, where) {
        const kind = PROTOCOLS[protocol];
        const req = { ...normalise(protocol, body), ...where };
        if (protocol === 'gemini')
            req.model = url.pathname.match(/([^/]+):/)[1];
        const isRetry = Number(q.headers['x-stainless-retry-count'] ?? 0) > 0;
        const { route, index, turn } = this.pick(req, isRetry);
        const rec = this.record({ protocol, ...where, route: route.name,
            turn: index, chars: req.chars, tokens: tokensOf(req.chars), body });
        this.write(rec);
        await this.onRequest?.(rec);
        if (turn.delay_ms)
            await new Promise((done) => setTimeout(done, turn.delay_ms));

        if (turn.hang)
            return undefined; /* the caller's own time limit has to end it */
        if (turn.status)
            return this.json(s, turn.status, kind.error(turn.status,
                turn.message ?? 'a scripted failure'),
            turn.retry_after === undefined ? {}
                : { 'retry-after': String(turn.retry_after) });
        if (turn.raw !== undefined) {
            s.writeHead(200, { 'content-type': 'application/json' });
            return s.end(turn.raw);
        }
        const content = this.content(turn, req);
        const output = content.text.length + (content.calls.length
            ? JSON.stringify(content.calls).length : 0);
        const usage = { ...kind.usage(rec.tokens, tokensOf(output) || 1),
            ...turn.usage };
        const streams = protocol === 'gemini' ? /:stream/.test(url.pathname)
            : body.stream ?? protocol === 'ollama';
        const args = [content, usage, `test${rec.n}`, req.model, body];
        const parts = streams ? kind.stream(...args)
            : pieces(JSON.stringify(kind.message(...args)));
        this.send(s, parts, turn.cut,
            streams ? kind.streamType : 'application/json');
        rec.done_ms = performance.now();
        return undefined;
    }

    send(s, parts, cut, type) {
        const whole = Buffer.from(parts.join(''));
        const headers = { 'content-type': type };
        if (type === 'application/json')
            headers['content-length'] = whole.length;
        s.writeHead(200, headers);
        if (!cut)
            return s.end(whole);
        const half = whole.subarray(0, Math.floor(whole.length / 2));
        return s.write(half, () => s.destroy());
    }
}

/* ---- as a program ----------------------------------------------------- */

function usage(message) {
    process.stderr.write(`model-server: ${message}\n`);
    process.exit(2);
}

function parseArgs(argv) {
    const o = { vars: {}, port: 0, maxSeconds: 600 };
    const value = {
        '--script': (v) => {
            o.script = JSON.parse(fs.readFileSync(v, 'utf8'));
        },
        '--log': (v) => { o.log = v; },
        '--port': (v) => { o.port = Number(v); },
        '--port-file': (v) => { o.portFile = v; },
        '--recordings': (v) => { o.recordings = v; },
        '--max-seconds': (v) => { o.maxSeconds = Number(v); },
        '--var': (v) => {
            const at = v.indexOf('=');
            o.vars[v.slice(0, at)] = v.slice(at + 1);
        },
    };
    for (let i = 0; i < argv.length; i++) {
        if (argv[i] === '--watch-stdin')
            o.watchStdin = true;
        else if (value[argv[i]] && i + 1 < argv.length)
            value[argv[i]](argv[++i]);
        else
            usage(`${argv[i]}: unknown option, or one without its value`);
    }
    return o;
}

async function main() {
    const o = parseArgs(process.argv.slice(2));
    const server = new ModelServer(o);
    const port = await server.listen(o.port);
    if (o.portFile) {
        /* By rename: who sees the file sees the whole number. */
        fs.writeFileSync(`${o.portFile}.tmp`, `${port}\n`);
        fs.renameSync(`${o.portFile}.tmp`, o.portFile);
    }
    const leave = () => process.exit(0);
    setTimeout(leave, o.maxSeconds * 1000);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
        process.on(signal, leave);
    if (o.watchStdin)
        process.stdin.on('end', leave).on('error', leave).resume();
}

if (process.argv[1] && fs.realpathSync(process.argv[1]) ===
    fileURLToPath(import.meta.url))
    await main();
