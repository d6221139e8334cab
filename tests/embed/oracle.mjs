// oracle.mjs - the reference: tokens and vectors by others' programs.
//
//     const o = await oracle(DIRECTORY);     // what fetch.sh made
//     const ids = await o.ids(text);         // without the two that frame it
//     const v = await o.vector(ids);         // 384 numbers of length 1
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';

import {graph} from './graph.mjs';

// The published tokenizer pads and cuts, and takes "[SEP]" in a text for the
// sign itself: for us, text is data.
function tokenizerFile(dir) {
    const t = JSON.parse(fs.readFileSync(path.join(dir, 'tokenizer.json')));
    const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'cmem-oracle-'));
    const out = path.join(tmp, 'tokenizer.json');
    Object.assign(t, {truncation: null, padding: null, added_tokens: [],
        post_processor: null});
    fs.writeFileSync(out, JSON.stringify(t));
    return {out, done: () => fs.rmSync(tmp, {recursive: true})};
}

export async function oracle(dir, threads = 1) {
    const need = createRequire(path.join(path.resolve(dir), 'x.cjs'));
    const ort = need('onnxruntime-node');
    const {Tokenizer} = need('@anush008/tokenizers-linux-x64-gnu');
    const file = tokenizerFile(dir);
    const tokenizer = Tokenizer.fromFile(file.out);
    file.done();
    const options = {intraOpNumThreads: threads, interOpNumThreads: 1,
        executionMode: 'sequential', graphOptimizationLevel: 'all'};
    const f32 = await ort.InferenceSession.create(
        graph(path.join(dir, 'model.fp16.safetensors')), options);
    const int64 = (list, dims) => new ort.Tensor('int64',
        BigInt64Array.from(list, BigInt), dims);

    return {
        ort, options, int64,
        async ids(text) {
            const e = await tokenizer.encode(text, null,
                {addSpecialTokens: false});
            return Array.from(e.getIds());
        },
        // rows of equal length, framed; their means, not scaled
        async means(rows) {
            const n = rows[0].length;
            const r = await f32.run({
                ids: int64(rows.flat(), [rows.length, n]),
                places: int64([...Array(n).keys()], [n])});
            return r.mean.data;
        },
        async vector(ids) {
            const v = await this.means([[101, ...ids, 102]]);
            const length = Math.hypot(...v);
            return Array.from(v, (x) => x / length);
        },
    };
}
