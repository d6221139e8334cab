/*
 * world.mjs - everything one scenario with the real client needs, and
 * nothing from outside: its own home, client configuration, cmem home,
 * project repository and model server. Only PATH comes from the caller.
 *
 *   const w = await World.create({ client, bin, name: 'install' });
 *   w.model.use({ turns: [{ text: 'Hello.' }] });
 *   const s = await w.session('say hello');    // s.id, s.text, s.requests
 *   await w.close();
 */
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ModelServer } from '../model-server.mjs';

const SESSION_MS = 120000;
/* Assembled, so that no key-shaped text stands in the source. */
const FAKE_KEY = ['sk', 'loopback', 'only'].join('-');

/* Process groups to end if this program is ended. */
const running = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
        running.forEach((pid) => kill(-pid, 'SIGKILL'));
        process.exit(130);
    });

function kill(pid, signal) {
    try {
        process.kill(pid, signal);
    } catch {
        /* It has ended by itself. */
    }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/*
 * Runs a program to its end: {rc, out, err, ms}. rc is -1 when it ran over
 * its time or was killed. onLine(line, child) sees its output as it comes;
 * onStart(child) feeds stdin, which is closed at once without it.
 */
export function run(argv, { cwd, env, onStart, onLine, ms = SESSION_MS }) {
    return new Promise((done) => {
        const start = performance.now();
        const child = spawn(argv[0], argv.slice(1),
            { cwd, env, detached: true, stdio: 'pipe' });
        const r = { rc: -1, out: '', err: '', ms: 0 };
        let seen = 0;
        if (child.pid)
            running.add(child.pid);
        const timer = setTimeout(() => kill(-child.pid, 'SIGKILL'), ms);
        child.stdout.setEncoding('utf8').on('data', (d) => {
            r.out += d;
            for (let end; (end = r.out.indexOf('\n', seen)) >= 0;
                seen = end + 1)
                onLine?.(r.out.slice(seen, end), child);
        });
        child.stderr.setEncoding('utf8').on('data', (d) => { r.err += d; });
        child.stdin.on('error', () => {});
        if (onStart)
            onStart(child);
        else
            child.stdin.end();
        child.on('error', (e) => {
            r.err += e.message;
            clearTimeout(timer);
            done(r);
        });
        child.on('close', (code) => {
            clearTimeout(timer);
            running.delete(child.pid);
            done({ ...r, rc: code ?? -1, ms: performance.now() - start });
        });
    });
}

/* The command of a client: a directory that npm filled, or its program. */
export function clientCommand(given) {
    const scope = path.join(given, 'node_modules/@anthropic-ai');
    const native = `claude-code-linux-${process.arch}/claude`;
    const file = [given, path.join(given, 'claude'), path.join(given, 'cli.js'),
        path.join(scope, native), path.join(scope, 'claude-code/cli.js')]
        .find((f) => fs.existsSync(f) && fs.statSync(f).isFile());
    if (!file)
        throw new Error(`no client in ${given}`);
    const full = path.resolve(file);
    return /\.[cm]?js$/.test(full) ? [process.execPath, full] : [full];
}

/* Is version a at least b? */
export function atLeast(a, b) {
    const [x, y] = [a, b].map((v) => v.split('.').map(Number));
    const i = x.findIndex((n, k) => n !== y[k]);
    return i < 0 || x[i] > y[i];
}

/* Every file below the roots: its kind, mode and content, by path. */
export function snapshot(roots) {
    const files = new Map();
    const visit = (p) => {
        const st = fs.lstatSync(p);
        const mode = (st.mode & 0o7777).toString(8);
        if (st.isSymbolicLink()) {
            files.set(p, `link to ${fs.readlinkSync(p)}`);
        } else if (st.isDirectory()) {
            files.set(p, `directory ${mode}`);
            fs.readdirSync(p).forEach((name) => visit(path.join(p, name)));
        } else if (st.isFile()) {
            const hash = crypto.createHash('sha256')
                .update(fs.readFileSync(p)).digest('hex');
            files.set(p, `file ${mode} ${st.size} bytes ${hash.slice(0, 16)}`);
        } else {
            files.set(p, 'special');
        }
    };
    roots.forEach(visit);
    return files;
}

/* What differs between two snapshots: [{path, was, is}]. */
export function difference(before, after) {
    const paths = new Set([...before.keys(), ...after.keys()]);
    return [...paths].sort().map((p) =>
        ({ path: p, was: before.get(p), is: after.get(p) }))
        .filter((d) => d.was !== d.is);
}

export function occurrences(text, part) {
    return text.split(part).length - 1;
}

export class World {
    /* options: client (a command), bin, name, files {path: text}, config */
    static async create(options) {
        const w = new World();
        w.options = options;
        /* Short: a socket's path has to fit into 107 bytes. */
        w.root = fs.mkdtempSync(path.join(os.tmpdir(), 'cmem-client-'));
        for (const name of ['home', 'config', 'data', 'project', 'tmp', 'bin'])
            fs.mkdirSync(w[name] = path.join(w.root, name), { mode: 0o700 });
        w.model = new ModelServer({ log: path.join(w.root, 'model.jsonl'),
            vars: { PROJECT: w.project } });
        await w.model.listen();
        w.env = w.environment();
        w.furnish(w.config, options.config ?? {});
        w.furnish(w.project, options.files ?? {});
        w.writeClientState();
        fs.writeFileSync(path.join(w.bin, 'claude'), '#!/bin/sh\nexec ' +
            options.client.map((a) => `'${a}'`).join(' ') + ' "$@"\n',
        { mode: 0o755 });
        await w.must(['git', 'init', '-q', '-b', 'main']);
        await w.must(['git', 'add', '-A']);
        await w.must(['git', 'commit', '-q', '--allow-empty', '-m', 'start']);
        return w;
    }

    environment() {
        const url = `http://127.0.0.1:${this.model.port}`;
        return {
            PATH: [this.bin, this.options.bin, process.env.PATH].join(':'),
            HOME: this.home, CLAUDE_CONFIG_DIR: this.config,
            CMEM_HOME: this.data, TMPDIR: this.tmp,
            CLAUDE_CODE_TMPDIR: this.tmp, LANG: 'C.UTF-8', TZ: 'UTC',
            TERM: 'xterm-256color', SHELL: '/bin/sh', USER: 'dev',
            LOGNAME: 'dev', ANTHROPIC_API_KEY: FAKE_KEY,
            ANTHROPIC_BASE_URL: url, HTTPS_PROXY: url, HTTP_PROXY: url,
            NO_PROXY: '127.0.0.1,localhost',
            CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
            CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
            CLAUDE_CODE_MAX_RETRIES: '2', DISABLE_TELEMETRY: '1',
            DISABLE_AUTOUPDATER: '1', DISABLE_ERROR_REPORTING: '1',
            IS_SANDBOX: '1', /* root may then skip permissions */
            GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null',
            GIT_AUTHOR_NAME: 'dev', GIT_AUTHOR_EMAIL: 'dev@example.invalid',
            GIT_COMMITTER_NAME: 'dev',
            GIT_COMMITTER_EMAIL: 'dev@example.invalid',
        };
    }

    furnish(dir, files) {
        for (const [name, text] of Object.entries(files)) {
            const file = path.join(dir, name);
            fs.mkdirSync(path.dirname(file), { recursive: true });
            fs.writeFileSync(file, text);
        }
    }

    /* The client as somebody left it who has used it before. */
    writeClientState() {
        fs.writeFileSync(path.join(this.config, '.claude.json'),
            JSON.stringify({
                hasCompletedOnboarding: true, numStartups: 5,
                bypassPermissionsModeAccepted: true,
                projects: { [this.project]: { hasTrustDialogAccepted: true } },
            }, null, 2));
    }

    run(argv, options = {}) {
        const { env, ...rest } = options;
        return run(argv, { cwd: this.project, env: { ...this.env, ...env },
            ...rest });
    }

    async must(argv) {
        const r = await this.run(argv);
        if (r.rc !== 0)
            throw new Error(`${argv.join(' ')}: ${r.rc}: ${r.err || r.out}`);
        return r;
    }

    cmem(...args) {
        return this.run([path.join(this.options.bin, 'cmem'), ...args]);
    }

    /* The JSON that a cmem command prints; null when it prints none. */
    async json(...args) {
        const r = await this.cmem(...args, '--json');
        try {
            return JSON.parse(r.out);
        } catch {
            return null;
        }
    }

    /*
     * One process of the client. prompts: a text, or a list for one process
     * that gets the next when the last was answered. options: resume (an
     * id), args, env, ms.
     */
    async session(prompts, options = {}) {
        const argv = [...this.options.client, '-p'];
        const list = Array.isArray(prompts);
        if (list)
            argv.push('--input-format', 'stream-json');
        else
            argv.push(prompts);
        argv.push('--output-format', 'stream-json', '--verbose',
            '--dangerously-skip-permissions');
        if (options.resume)
            argv.push('--resume', options.resume);
        argv.push(...options.args ?? []);

        const from = this.model.requests.length;
        const s = { id: null, text: '', events: [] };
        const left = list ? [...prompts] : [];
        const next = (child) => {
            if (!left.length)
                return child.stdin.end();
            return child.stdin.write(JSON.stringify({ type: 'user', message: {
                role: 'user', content: left.shift() } }) + '\n');
        };
        const r = await this.run(argv, { env: options.env, ms: options.ms,
            onLine: (line, child) => {
                if (!line.startsWith('{'))
                    return;
                const event = JSON.parse(line);
                s.events.push(event);
                s.id = event.session_id ?? s.id;
                if (event.type === 'result') {
                    s.text = event.result ?? s.text;
                    if (list)
                        next(child);
                }
            },
            onStart: next });
        return { ...r, ...s,
            requests: this.model.requests.slice(from)
                .filter((q) => q.route === 'main') };
    }

    /* The pids of the workers of this world, and only of this one. */
    workers() {
        const mine = `CMEM_HOME=${this.data}`;
        return fs.readdirSync('/proc').filter((p) => /^\d+$/.test(p))
            .filter((pid) => {
                try {
                    return path.basename(fs.readlinkSync(`/proc/${pid}/exe`))
                        .startsWith('cmemd') && fs.readFileSync(
                        `/proc/${pid}/environ`, 'utf8').split('\0')
                        .includes(mine);
                } catch {
                    return false; /* ended, or not ours to look at */
                }
            }).map(Number);
    }

    killWorkers(signal = 'SIGKILL') {
        const pids = this.workers();
        pids.forEach((pid) => kill(pid, signal));
        return pids;
    }

    /* The hosts that somebody tried to reach. */
    egress() {
        return this.model.requests.filter((q) => q.protocol === 'egress')
            .map((q) => q.path);
    }

    snapshot() {
        return snapshot([this.home, this.config]);
    }

    async close(keep = false) {
        this.killWorkers();
        await this.model.close();
        if (!keep)
            fs.rmSync(this.root, { recursive: true, force: true,
                maxRetries: 5 });
    }
}

/* Tries again until fn gives something true; what it last gave. */
export async function until(fn, ms = 15000) {
    const end = Date.now() + ms;
    for (;;) {
        const got = await fn();
        if (got || Date.now() > end)
            return got;
        await sleep(100);
    }
}
