#!/usr/bin/env node
/*
 * run.mjs - cmem in the real client, against a scripted model.
 *
 *   node run.mjs --client PATH [--client PATH] [--bin DIR] [--only REGEX]
 *                [--keep] [--bench [--turns N]]
 *
 * A client is the directory that npm installed it into, or its program.
 * Prints TAP, then "N passed, N failed"; status 1 when something failed.
 * With --bench it measures instead (bench.mjs). --keep leaves every
 * scenario's directory; that of a failed one stays anyhow.
 */
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bench } from './bench.mjs';
import { SCENARIOS, eventsOfWork, ownNames } from './scenarios.mjs';
import { World, atLeast, clientCommand, run } from './world.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

class Tap {
    constructor() {
        this.passed = 0;
        this.failed = 0;
        this.prefix = '';
    }

    ok(good, name, detail = '') {
        const n = good ? ++this.passed + this.failed
            : this.passed + ++this.failed;
        console.log(`${good ? '' : 'not '}ok ${n} - ${this.prefix}${name}`);
        if (!good && detail)
            console.log(String(detail).slice(0, 4000).replace(/^/gm, '#   '));
        return Boolean(good);
    }

    equal(is, want, name) {
        const [a, b] = [is, want].map((v) => JSON.stringify(v, null, 1));
        return this.ok(a === b, name, `is ${a}\nwant ${b}`);
    }
}

function parseArgs(argv) {
    const o = { clients: [], bin: path.join(HERE, '../../build/bin'),
        only: /./, turns: 100 };
    const value = {
        '--client': (v) => o.clients.push(clientCommand(v)),
        '--bin': (v) => { o.bin = path.resolve(v); },
        '--only': (v) => { o.only = new RegExp(v); },
        '--turns': (v) => { o.turns = Number(v); },
    };
    for (let i = 0; i < argv.length; i++) {
        if (argv[i] === '--keep' || argv[i] === '--bench')
            o[argv[i].slice(2)] = true;
        else if (value[argv[i]] && i + 1 < argv.length)
            value[argv[i]](argv[++i]);
        else
            throw new Error(`${argv[i]}: unknown option or no value`);
    }
    if (!o.clients.length)
        throw new Error('--client is missing');
    return o;
}

async function versionOf(client) {
    const r = await run([...client, '--version'], { cwd: os.tmpdir(),
        env: { PATH: process.env.PATH, HOME: '/nonexistent' }, ms: 30000 });
    const version = r.out.match(/\d+\.\d+\.\d+/)?.[0];
    if (!version)
        throw new Error(`${client.join(' ')} --version: ${r.out}${r.err}`);
    return version;
}

/* Calls fn once; later calls give what it gave. */
function once(fn) {
    let got;
    return (...args) => got ??= fn(...args);
}

/* Worlds are closed by the scenario that made them; a failed one's stay. */
async function runScenario(scenario, shared, t, keep) {
    const worlds = [];
    const before = t.failed;
    const ctx = { ...shared, t, world: async (options) => {
        const w = await World.create({ ...shared, ...options });
        worlds.push(w);
        return w;
    } };
    ctx.control = (config) => shared.control(ctx, config);
    ctx.eventsOfWork = () => shared.eventsOfWork(ctx);
    t.prefix = `${shared.version} ${scenario.name}: `;
    try {
        await scenario.run(ctx);
    } catch (e) {
        t.ok(false, 'runs to its end', e.stack);
    }
    for (const w of worlds) {
        const stays = keep || t.failed > before;
        await w.close(stays);
        if (stays)
            console.log(`# ${scenario.name}: see ${w.root}`);
    }
}

async function main() {
    const o = parseArgs(process.argv.slice(2));
    const t = new Tap();
    for (const client of o.clients) {
        const version = await versionOf(client);
        const shared = { client, version, bin: o.bin,
            control: once(ownNames), eventsOfWork: once(eventsOfWork) };
        if (o.bench) {
            await bench(shared, o.turns);
            continue;
        }
        for (const s of SCENARIOS)
            if (o.only.test(s.name) && atLeast(version, s.since ?? '0.0.0'))
                await runScenario(s, shared, t, o.keep);
    }
    if (o.bench)
        return;
    console.log(`1..${t.passed + t.failed}`);
    console.log(`${t.passed} passed, ${t.failed} failed`);
    process.exitCode = t.failed || !t.passed ? 1 : 0;
}

try {
    await main();
} catch (e) {
    console.error(`run.mjs: ${e.message}`);
    process.exitCode = 2;
}
