// check.mjs ADDRESS TOKEN - see check.sh.
import { Validator } from '@seriousme/openapi-schema-validator';

const [address, token] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };
let passed = 0, failed = 0;
const check = (name, ok, why) => {
    console.log(`${ok ? 'ok' : 'not ok'} ${passed + failed + 1} - ${name}`);
    if (!ok && why !== undefined) console.log(`# ${JSON.stringify(why)}`);
    if (ok) passed++; else failed++;
};

const document = await (await fetch(`${address}/api/v1/openapi.json`,
    { headers })).json();
const verdict = await new Validator().validate(structuredClone(document));
check('the document is OpenAPI', verdict.valid, verdict.errors);
check('of version 3.1', /^3\.1/.test(document.openapi), document.openapi);
check('and says where the server is',
    document.servers[0].url === address, document.servers);

// Every operation with what it needs, and with what it does not know.
const values = { id: '#1', ids: ['#1'], words: 'heron', error: 'no such file',
    text: 'The otter sleeps', name: 'heron', symbol: 'heron', file: 'heron.c',
    prompt: 'where does the heron stand' };
for (const [path, methods] of Object.entries(document.paths)) {
    const { get, post } = methods;
    if (!post || path.endsWith('/import')) continue;
    const schema = post.requestBody.content['application/json'].schema;
    const body = Object.fromEntries(schema.required.map((name) => {
        const of = schema.properties[name];
        const v = values[name] ?? 'heron';
        return [name, of.type === 'array' && !Array.isArray(v) ? [v] : v];
    }));
    const send = (b) => fetch(address + path, { method: 'POST',
        headers: { ...headers, 'Content-Type': 'application/json' },
        body: JSON.stringify(b) });
    const good = await send(body);
    const text = await good.json();
    check(`POST ${path}: ${good.status}`, good.status < 500 &&
        (good.ok || typeof text.error.message === 'string'), text);
    const bad = await send({ ...body, colour: 'red' });
    check(`POST ${path} refuses what it does not know`, bad.status === 400,
        bad.status);
    if (!get) continue;
    const query = new URLSearchParams();
    for (const [k, v] of Object.entries(body))
        for (const one of [v].flat()) query.append(k, one);
    const same = await fetch(`${address}${path}?${query}`, { headers });
    check(`GET ${path} answers as POST does`, same.status === good.status,
        await same.text());
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
