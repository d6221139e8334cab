// graph.mjs - the encoder as a graph for the runtime, in f32, from the weights
// as they are published. It shares nothing with lib/embed: what is wrong there
// is not wrong here, too.
import fs from 'node:fs';

// --- protocol buffers: what a graph's file consists of ----------------------
function varint(n) {
    const out = [];
    for (let v = BigInt(n); ; v >>= 7n) {
        if (v < 128n) {
            out.push(Number(v));
            return Buffer.from(out);
        }
        out.push(Number(v & 127n) | 128);
    }
}
const int = (field, n) => Buffer.concat([varint(field << 3), varint(n)]);
function bytes(field, ...parts) {
    const all = Buffer.concat(parts.map((p) => Buffer.from(p)));
    return Buffer.concat([varint(field << 3 | 2), varint(all.length), all]);
}
function float(field, x) {
    const b = Buffer.alloc(4);
    b.writeFloatLE(x);
    return Buffer.concat([varint(field << 3 | 5), b]);
}

const FLOAT = 1, INT64 = 7;
const tensor = (name, type, dims, data) => bytes(5,
    ...dims.map((d) => int(1, d)), int(2, type), bytes(8, name),
    bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)));
function attribute([name, value]) {
    if (Array.isArray(value))
        return bytes(5, bytes(1, name), ...value.map((v) => int(8, v)),
            int(20, 7));
    return name === 'epsilon'
        ? bytes(5, bytes(1, name), float(2, value), int(20, 1))
        : bytes(5, bytes(1, name), int(3, value), int(20, 2));
}
const port = (field, name, type, dims) => bytes(field, bytes(1, name),
    bytes(2, bytes(1, int(1, type), bytes(2, ...dims.map((d) =>
        bytes(1, typeof d === 'string' ? bytes(2, d) : int(1, d)))))));

// --- the weights -------------------------------------------------------------
function half(h) {
    const sign = h & 0x8000 ? -1 : 1, exponent = h >> 10 & 31, f = h & 1023;
    return exponent ? sign * 2 ** (exponent - 15) * (1 + f / 1024)
        : sign * 2 ** -24 * f;
}
function safetensors(path) {
    const file = fs.readFileSync(path);
    const n = Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.subarray(8, 8 + n));
    return (name) => {
        const {shape, data_offsets: [from, to]} = header[name];
        const out = new Float32Array((to - from) / 2);
        for (let i = 0; i < out.length; i++)
            out[i] = half(file.readUInt16LE(8 + n + from + 2 * i));
        return {shape, data: out};
    };
}
function transposed({shape: [rows, columns], data}) {
    const out = new Float32Array(data.length);
    for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++)
            out[c * rows + r] = data[r * columns + c];
    return {shape: [columns, rows], data: out};
}

// --- the graph: ids [texts, tokens] -> mean [texts, 384] ----------------------
export function graph(path) {
    const get = safetensors(path);
    const parts = [bytes(2, 'encoder')];
    let count = 0;
    const put = (t) => {
        const name = `w${count++}`;
        parts.push(tensor(name, FLOAT, t.shape, t.data));
        return name;
    };
    const ints = (...list) => {
        const name = `i${count++}`;
        parts.push(tensor(name, INT64, [list.length],
            new BigInt64Array(list.map(BigInt))));
        return name;
    };
    const number = (x) => put({shape: [], data: new Float32Array([x])});
    const node = (op, inputs, attributes = {}, output = `n${count++}`) => {
        parts.push(bytes(1, ...inputs.map((i) => bytes(1, i)),
            bytes(2, output), bytes(4, op),
            ...Object.entries(attributes).map(attribute)));
        return output;
    };
    const linear = (x, name) => node('Add', [
        node('MatMul', [x, put(transposed(get(`${name}.weight`)))]),
        put(get(`${name}.bias`))]);
    const norm = (x, name) => node('LayerNormalization',
        [x, put(get(`${name}.weight`)), put(get(`${name}.bias`))],
        {axis: -1n & 0xffffffffffffffffn, epsilon: 1e-12});
    const heads = ints(0, 0, 12, 32), flat = ints(0, 0, 384);
    const split = (x, perm) =>
        node('Transpose', [node('Reshape', [x, heads])], {perm});

    let x = norm(node('Add', [node('Add', [
        node('Gather', [put(get('embeddings.word_embeddings.weight')), 'ids']),
        node('Gather', [put(get('embeddings.position_embeddings.weight')),
            'places'])]),
    node('Gather', [put(get('embeddings.token_type_embeddings.weight')),
        ints(0)])]), 'embeddings.LayerNorm');
    for (let i = 0; i < 6; i++) {
        const at = `encoder.layer.${i}`, self = `${at}.attention.self`;
        const scores = node('Div', [node('MatMul', [
            split(linear(x, `${self}.query`), [0, 2, 1, 3]),
            split(linear(x, `${self}.key`), [0, 2, 3, 1])]),
        number(Math.sqrt(32))]);
        const seen = node('MatMul', [
            node('Softmax', [scores], {axis: 3}),
            split(linear(x, `${self}.value`), [0, 2, 1, 3])]);
        const joined = node('Reshape', [
            node('Transpose', [seen], {perm: [0, 2, 1, 3]}), flat]);
        x = norm(node('Add', [linear(joined, `${at}.attention.output.dense`),
            x]), `${at}.attention.output.LayerNorm`);
        const up = linear(x, `${at}.intermediate.dense`);
        const erf = node('Erf', [node('Div', [up, number(Math.SQRT2)])]);
        const gelu = node('Mul', [node('Mul', [up,
            node('Add', [erf, number(1)])]), number(0.5)]);
        x = norm(node('Add', [linear(gelu, `${at}.output.dense`), x]),
            `${at}.output.LayerNorm`);
    }
    node('ReduceMean', [x], {axes: [1], keepdims: 0}, 'mean');
    parts.push(port(11, 'ids', INT64, ['texts', 'tokens']));
    parts.push(port(11, 'places', INT64, ['tokens']));
    parts.push(port(12, 'mean', FLOAT, ['texts', 384]));
    return Buffer.concat([int(1, 8), bytes(7, ...parts),
        bytes(8, int(2, 17))]);
}
