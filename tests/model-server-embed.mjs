/*
 * model-server-embed.mjs - embeddings for tests: EMBEDDERS has a row for each
 * protocol, {texts(body), model(body, where), reply(texts, how, body, tokens)}.
 *
 * A text's vector counts its words, each at a place of its own: texts that
 * share words are near. `how` may say: dim (else what the request asks for,
 * else 64), less N (so many vectors too few), bad true (a text for a number).
 */
const DIM = 64;

function place(word, dim) {
    let hash = 2166136261;
    for (const c of word)
        hash = Math.imul(hash ^ c.codePointAt(0), 16777619) >>> 0;
    return hash % dim;
}

function vector(text, dim, bad) {
    const v = new Array(dim).fill(0);
    for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
        v[place(word, dim)] += 1;
    v[0] += 0.01; /* never nothing */
    return bad ? v.map(() => 'x') : v;
}

function all(texts, how, asked) {
    const dim = how.dim ?? asked ?? DIM;
    return texts.map((t) => vector(t, dim, how.bad))
        .slice(0, texts.length - (how.less ?? 0));
}

export const EMBEDDERS = {
    'openai-embed': {
        texts: (body) => [body.input ?? []].flat(),
        model: (body) => body.model ?? '',
        /* Last one first: each says which it is. */
        reply: (texts, how, body, tokens) => ({ object: 'list',
            data: all(texts, how, body.dimensions).map((embedding, index) =>
                ({ object: 'embedding', index, embedding })).reverse(),
            model: body.model,
            usage: { prompt_tokens: tokens, total_tokens: tokens } }),
    },
    'ollama-embed': {
        texts: (body) => [body.input ?? []].flat(),
        model: (body) => body.model ?? '',
        reply: (texts, how, body, tokens) => ({ model: body.model,
            embeddings: all(texts, how, body.dimensions),
            prompt_eval_count: tokens }),
    },
    'gemini-embed': {
        texts: (body) => (body.requests ?? []).map((r) =>
            (r.content?.parts ?? []).map((p) => p.text).join('\n')),
        model: (body, where) => where.path.match(/([^/]+):/)[1],
        reply: (texts, how, body) => ({
            embeddings: all(texts, how,
                body.requests?.[0]?.outputDimensionality)
                .map((values) => ({ values })) }),
    },
};
