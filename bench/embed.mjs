// embed.mjs - our embedder beside an independent runtime: see embed.sh.
//
//     node embed.mjs ORACLE-DIRECTORY PROGRAM WEIGHTS
//
// The two take turns on one thread with the same texts; each figure is the
// median of the turns. The runtime is handed tokens, ours has to find them.
// It runs the f32 weights and another's int8 form of them, one text at a time
// and eight: the best of these is what ours is compared with.
import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import {oracle} from '../tests/embed/oracle.mjs';
import {texts} from '../tests/embed/texts.mjs';

const [dir, program, weights] = process.argv.slice(2);
const TURNS = Number(process.env.TURNS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 1);
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const resident = () => Number(/VmRSS:\s+(\d+)/.exec(
    fs.readFileSync('/proc/self/status', 'utf8'))[1]);

const before = resident();
const o = await oracle(dir);
const int8 = await o.ort.InferenceSession.create(
    path.join(dir, 'model_quantized.onnx'), o.options);

function runInt8(rows) {
    const n = rows[0].length, all = rows.length * n;
    const of = (list) => o.int64(list, [rows.length, n]);
    return int8.run({input_ids: of(rows.flat()),
        attention_mask: of(Array(all).fill(1)),
        token_type_ids: of(Array(all).fill(0))});
}

// Eight texts of exactly n tokens with the two that frame them.
async function sized(n) {
    const words = texts().slice(0, 8).join(' ').split(/\s+/);
    const out = [];
    for (let at = 0; out.length < 8; at += 3) {
        let text = '', ids = [];
        for (let i = at; ids.length < n - 2; i++) {
            const longer = `${text}${text && ' '}${words[i % words.length]}`;
            const more = await o.ids(longer);
            if (more.length > n - 2)
                continue;
            [text, ids] = [longer, more];
        }
        out.push({text, ids: [101, ...ids, 102]});
    }
    return out;
}

async function perSecond(run, rows, batch) {
    const times = [];
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() < end || times.length < 3) {
        const from = performance.now();
        for (let i = 0; i < rows.length; i += batch)
            await run(rows.slice(i, i + batch));
        times.push(performance.now() - from);
    }
    return rows.length * 1000 / median(times);
}

function ours(list) {
    return JSON.parse(execFileSync(program,
        [weights, 'bench', String(SECONDS)],
        {input: list.map((t) => t.text).join('\n') + '\n'}));
}

const kinds = [
    ['f32, one text', (r) => o.means(r), 1],
    ['f32, eight texts', (r) => o.means(r), 8],
    ['int8, one text', runInt8, 1],
    ['int8, eight texts', runInt8, 8],
];
console.log('texts a second, one thread, medians of', TURNS, 'turns');
for (const n of [8, 32, 128]) {
    const list = await sized(n), rows = list.map((t) => t.ids);
    const got = kinds.map(() => []), own = [];
    for (let turn = 0; turn < TURNS; turn++) {
        own.push(ours(list).per_second);
        for (const [i, [, run, batch]] of kinds.entries())
            got[i].push(await perSecond(run, rows, batch));
    }
    const mine = median(own), best = Math.max(...got.map(median));
    console.log(`${n} tokens`);
    kinds.forEach(([name], i) => console.log(
        `  runtime, ${name.padEnd(20)} ${median(got[i]).toFixed(1)}`));
    console.log(`  cmem${' '.repeat(26)} ${mine.toFixed(1)}`);
    console.log(`  ratio to the runtime's best    ${(mine / best).toFixed(2)}`);
}
console.log(`runtime, resident: ${((resident() - before) / 1024).toFixed(0)}`
    + ' MB more, with both models');
