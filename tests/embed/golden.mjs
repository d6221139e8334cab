// golden.mjs - writes golden.jsonl and golden.vectors: `make oracle`.
//
//     node golden.mjs DIRECTORY      (what fetch.sh printed)
//
// golden.jsonl: a line a text, {"text", "ids"}. golden.vectors: a text's
// vector as 384 signed bytes, the largest being 127; the length is 1, so no
// scale is needed.
import fs from 'node:fs';

import {oracle} from './oracle.mjs';
import {texts} from './texts.mjs';

const TOKENS_MAX = 256; // EMBED_TOKENS_MAX
const here = new URL('.', import.meta.url);
const o = await oracle(process.argv[2], 2);
const lines = [], vectors = [];
for (const text of texts()) {
    const ids = await o.ids(text);
    const v = await o.vector(ids.slice(0, TOKENS_MAX - 2));
    const most = Math.max(...v.map(Math.abs));
    lines.push(JSON.stringify({text, ids}));
    vectors.push(Buffer.from(Int8Array.from(v, (x) =>
        Math.round(x / most * 127)).buffer));
}
fs.writeFileSync(new URL('golden.jsonl', here), lines.join('\n') + '\n');
fs.writeFileSync(new URL('golden.vectors', here), Buffer.concat(vectors));
