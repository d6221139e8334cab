/*
 * check.mjs BIN - every method of mem0's client, and every command of its
 * command line, against a worker. TAP.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

process.env.MEM0_TELEMETRY = 'false';
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'cmem-mem0-'));
process.env.MEM0_DIR = path.join(dir, '.mem0');
const { MemoryClient, MemoryNotFoundError, ValidationError,
    AuthenticationError } = await import('mem0ai');

const bin = process.argv[2];
const here = path.dirname(new URL(import.meta.url).pathname);
const env = { PATH: process.env.PATH, HOME: dir, CMEM_HOME: dir + '/h',
    NODE_OPTIONS: process.env.NODE_OPTIONS,
    GUARD_LOG: process.env.GUARD_LOG };
const work = path.join(dir, 'work');
fs.mkdirSync(work);

let passed = 0;
let failed = 0;
function ok(good, name, detail = '') {
    good ? passed++ : failed++;
    console.log(`${good ? '' : 'not '}ok ${passed + failed} - ${name}`);
    if (!good)
        console.log(JSON.stringify(detail, null, 1).slice(0, 3000)
            .replace(/^/gm, '# '));
}

/* Runs f; a wrong answer and an exception are both a failure. */
async function is(name, f, right) {
    let r;

    try {
        r = await f();
        ok(right(r), name, r);
    } catch (e) {
        ok(false, name, { threw: String(e), stack: e.stack });
    }
    return r;
}

async function throws(name, f, kind) {
    try {
        ok(false, name, await f());
    } catch (e) {
        ok(e instanceof kind, name, { threw: String(e), is: e.name });
    }
}

async function until(f) {
    const end = Date.now() + 20000;

    for (;;) {
        const r = await f();

        if (r || Date.now() > end)
            return r;
        await new Promise((go) => setTimeout(go, 50));
    }
}

const run = (args) => spawnSync(path.join(bin, 'cmem'), args,
    { env, cwd: work, encoding: 'utf8' });

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

run(['config', 'set', 'idle_exit_s', '600']);
run(['add', 'a person noted this']);
run(['serve']);
const host = fs.readFileSync(env.CMEM_HOME + '/http.address', 'utf8').trim();
const apiKey = fs.readFileSync(env.CMEM_HOME + '/http.token', 'utf8').trim();
const texts = (r) => r.results.map((m) => m.memory).sort().join('|');
const said = (content, role = 'user') => [{ role, content }];

/* The method calls that were made: the client has no others. */
const called = new Set();
const m = new Proxy(new MemoryClient({ apiKey, host }), {
    get(target, name) {
        const v = target[name];
        if (typeof v !== 'function')
            return v;
        called.add(name);
        return v.bind(target);
    },
});

/* --- the client ------------------------------------------------------------ */

await is('ping', async () => { await m.ping(); return m; },
    (c) => c.organizationId === 'local' && c.projectId === 'local');
{
    const error = console.error;
    console.error = () => {}; /* it says so by itself, too */
    const wrong = new MemoryClient({ apiKey: 'wrong'.padEnd(64, '0'), host });
    await throws('ping with a wrong key', () => wrong.ping(),
        AuthenticationError);
    await wrong.initialized;
    console.error = error;
}

const one = await is('add, word for word', () => m.add([
    { role: 'user', content: 'Ada keeps bees' },
    { role: 'assistant', content: 'Bees need flowers' }],
    { userId: 'ada', infer: false, metadata: { someKey: 'kept', n: 7 },
        timestamp: 1700000000, expirationDate: '2099-05-06' }),
    (r) => r.status === 'SUCCEEDED' && r.eventId && r.results.length === 2 &&
        r.results[0].event === 'ADD' &&
        r.results[0].data.memory === 'Ada keeps bees');
const bees = one.results[0].id;
const flowers = one.results[1].id;
const two = await m.add(said('Bob mends clocks'),
    { userId: 'bob', agentId: 'helper', appId: 'shop', runId: 'r-1',
        infer: false });
const clocks = two.results[0].id;

const asked = await is('add, to be compressed', () => m.add(
    said('Cleo moved to the lighthouse at Skagen'),
    { userId: 'cleo', metadata: { via: 'chat' } }),
    (r) => r.status === 'PENDING' && r.eventId);
const listed = await until(async () => {
    const r = await m.getAll({ filters: { user_id: 'cleo' } });
    return r.count ? r : null;
});
ok(listed && texts(listed).includes('Skagen') &&
    listed.results[0].metadata.via === 'chat', 'what was asked for came',
    listed);
await throws('add for nobody', () => m.add(said('x'), { infer: false }),
    ValidationError);

await is('get', () => m.get(bees), (r) => r.id === bees &&
    r.memory === 'Ada keeps bees' && r.userId === 'ada' &&
    r.metadata.someKey === 'kept' && r.metadata.n === 7 &&
    r.createdAt.startsWith('2023-11-14T22:13:20') &&
    r.expirationDate === '2099-05-06');
await throws('get of an unknown one',
    () => m.get('00000000-0000-4000-8000-000000000000'), MemoryNotFoundError);
await throws('get of what is no id', () => m.get('12'), ValidationError);

await is('getAll', () => m.getAll({ filters: { user_id: 'ada' } }),
    (r) => r.count === 2 && r.next === null &&
        texts(r) === 'Ada keeps bees|Bees need flowers');
await is('getAll, a page', () => m.getAll({ filters: { user_id: 'ada' },
    page: 2, pageSize: 1 }), (r) => r.count === 2 && r.results.length === 1 &&
    r.next === null && r.previous.includes('page=1'));
await is('getAll, a nested filter', () => m.getAll({ filters: { AND: [
    { OR: [{ user_id: 'bob' }, { user_id: 'ada' }] },
    { NOT: [{ metadata: { n: { gte: 7 } } }] }] } }),
    (r) => texts(r) === 'Bob mends clocks' && r.results[0].sessionId === 'r-1' &&
        r.results[0].appId === 'shop' && r.results[0].agentId === 'helper');
await is('getAll, dates and a wildcard', () => m.getAll({
    filters: { AND: [{ user_id: '*' }, { created_at: { lt: '2024-01-01' } }] } }),
    (r) => texts(r) === 'Ada keeps bees|Bees need flowers');
await is('search', () => m.search('who keeps bees?',
    { filters: { user_id: 'ada' }, topK: 5 }), (r) =>
    r.results[0].memory === 'Ada keeps bees' && r.results[0].score > 0.1 &&
    typeof r.results[0].scoreBreakdown.bm25 === 'number' &&
    r.results.every((x) => x.userId === 'ada'));
await is('search, a threshold and a field', () => m.search('bees',
    { filters: { user_id: 'ada' }, threshold: 0.01, fields: ['memory'] }),
    (r) => r.results.length && r.results[0].memory && !('userId' in r.results[0]));
await is('search, of another user', () => m.search('bees',
    { filters: { user_id: 'bob' } }), (r) =>
    r.results.every((x) => x.userId === 'bob'));
await throws('search by a field that is none', () => m.search('bees',
    { filters: { colour: 'red' } }), ValidationError);

await is('update', () => m.update(bees, { text: 'Ada keeps ten bees',
    metadata: { n: 10 }, expirationDate: null }), (r) =>
    r.memory === 'Ada keeps ten bees' && r.metadata.n === 10 &&
    r.metadata.someKey === undefined && r.expirationDate === null);
await is('update, backdated', () => m.update(bees, { timestamp: 1600000000 }),
    (r) => r.createdAt.startsWith('2020-09-13'));
await is('history', () => m.history(bees), (r) =>
    r.some((h) => h.event === 'ADD') && r.some((h) => h.event === 'UPDATE' &&
        h.oldMemory === 'Ada keeps bees' &&
        h.newMemory === 'Ada keeps ten bees' && h.memoryId === bees));

await is('users', () => m.users(), (r) => ['user:ada', 'user:bob', 'user:cleo',
    'agent:helper', 'app:shop', 'run:r-1'].every((x) => r.results.some(
    (e) => `${e.type}:${e.name}` === x && e.totalMemories > 0)));
await is('users, a page', () => m.users({ page: 1, pageSize: 2 }),
    (r) => r.results.length === 2 && r.next);

await is('batchUpdate', () => m.batchUpdate([
    { memoryId: bees, text: 'Ada keeps hives' },
    { memoryId: flowers, text: 'Hives need flowers' }]),
    (r) => r.message === 'Successfully updated 2 memories');
await is('and what it did', () => m.getAll({ filters: { user_id: 'ada' } }),
    (r) => texts(r) === 'Ada keeps hives|Hives need flowers');
await is('feedback', () => m.feedback({ memoryId: bees, feedback: 'POSITIVE',
    feedbackReason: 'true' }), (r) => r.id && r.feedback === 'POSITIVE' &&
    r.feedbackReason === 'true');

const made = await is('createMemoryExport', () => m.createMemoryExport({
    schema: { type: 'object', properties: { memory: { type: 'string' } } },
    filters: { user_id: 'ada' } }), (r) => r.id && r.message);
await is('getMemoryExport', () => m.getMemoryExport(
    { memoryExportId: made.id }), (r) => r.count === 2 &&
    r.memories.every((x) => x.memory && !('userId' in x)));

await is('updateProject', () => m.updateProject({
    customInstructions: 'be brief',
    customCategories: [{ bee_keeping: 'hives' }] }), (r) => r.message);
await is('getProject', () => m.getProject({
    fields: ['customInstructions', 'customCategories'] }), (r) =>
    r.customInstructions === 'be brief' &&
    r.customCategories[0].bee_keeping === 'hives');

/* --- webhooks --------------------------------------------------------------- */

const got = [];
const listener = http.createServer((q, a) => {
    let b = '';
    q.on('data', (c) => b += c).on('end', () => {
        got.push(JSON.parse(b));
        a.end();
    });
});
await new Promise((go) => listener.listen(0, '127.0.0.1', go));
const url = `http://127.0.0.1:${listener.address().port}/hook`;
const hook = await is('createWebhook', () => m.createWebhook({ name: 'bell',
    url, eventTypes: ['memory_add'] }), (r) => r.webhookId && r.url === url);
await is('getWebhooks', () => m.getWebhooks(), (r) => r.length === 1 &&
    r[0].name === 'bell' && r[0].eventTypes.join() === 'memory_add');
const rung = await m.add(said('Dora rings'), { userId: 'dora', infer: false });
await until(() => got.length);
ok(got.length === 1 && got[0].event_details.event === 'ADD' &&
    got[0].event_details.id === rung.results[0].id &&
    got[0].event_details.data.memory === 'Dora rings', 'it is delivered', got);
await is('updateWebhook', () => m.updateWebhook({ webhookId: hook.webhookId,
    name: 'gong', eventTypes: ['memory_delete'] }), (r) => r.message);
await is('and what it did', () => m.getWebhooks(), (r) =>
    r[0].name === 'gong' && r[0].eventTypes.join() === 'memory_delete');
await is('deleteWebhook', () => m.deleteWebhook(
    { webhookId: hook.webhookId }), (r) => r.message);
await is('and it is gone', () => m.getWebhooks(), (r) => r.length === 0);
listener.close();

/* --- profiles ------------------------------------------------------------------ */

await is('getProfile', () => m.getProfile({ entityId: 'ada' }),
    (r) => r.status === 'not_enabled' && r.entityId === 'ada');
await is('updateProfileSettings', () => m.updateProfileSettings({
    enabled: true, schema: { properties: { favourite_tea: {} } } }),
    (r) => r.enabled === true);
await is('getProfileSettings', () => m.getProfileSettings(), (r) =>
    r.entities.user.schema.properties.favourite_tea);
const job = await is('generateProfile', () => m.generateProfile(
    { entityId: 'ada' }), (r) => r.status === 'not_enabled');
await is('sampleProfiles', () => m.sampleProfiles({ limit: 2 }),
    (r) => r.status === 'not_enabled');
await is('getProfileJob', () => m.getProfileJob(job.statusUrl),
    (r) => r.status === 'not_enabled');

/* --- options ------------------------------------------------------------------- */

const opal = { filters: { user_id: 'opal' } };
const kept = {};
for (const [text, o] of [
    ['Opal stores cider in the barn',
        { timestamp: 1500000000, metadata: { categories: ['drink', 'farm'] } }],
    ['Opal stores apples in the cellar',
        { timestamp: 1600000000, metadata: { categories: ['food'], row: 3 } }],
    ['Opal stores hay in the loft',
        { timestamp: 1700000000, metadata: { categories: ['farm'] },
            expirationDate: '2024-01-01' }]])
    kept[text.split(' ')[2]] = (await m.add(said(text),
        { userId: 'opal', infer: false, ...o })).results[0].id;
const what = (r) => r.results.map((x) => x.memory.split(' ')[2]).sort().join();
const list = (name, options, right) => is(`getAll, ${name}`,
    () => m.getAll({ ...opal, ...options }), (r) => what(r) === right &&
        r.count === r.results.length);
const search = (name, options, right) => is(`search, ${name}`,
    () => m.search('what does Opal store?', { ...opal, ...options }), (r) =>
        what(r) === right && r.results.every((x) => x.score > 0 &&
            x.score <= 1));

await list('startDate', { startDate: '2020-09-13' }, 'apples');
await list('endDate, which is a whole day', { endDate: '2020-09-13' },
    'apples,cider');
await list('both', { startDate: '2017-07-15', endDate: '2020-09-12' }, '');
await list('categories', { categories: ['farm'] }, 'cider');
await list('any of the categories', { categories: ['food', 'drink'] },
    'apples,cider');
await list('showExpired', { categories: ['farm'], showExpired: true },
    'cider,hay');
await search('without what expired', {}, 'apples,cider');
await search('showExpired', { showExpired: true }, 'apples,cider,hay');
await search('latestOnly: false does not show what expired',
    { latestOnly: false }, 'apples,cider');
await search('categories', { categories: ['drink'] }, 'cider');
await search('metadata', { metadata: { row: 3 } }, 'apples');
await search('rerank, keywordSearch and source take nothing away',
    { rerank: true, keywordSearch: true, source: 'CLI' }, 'apples,cider');
await search('referenceDate', { referenceDate: '2018-01-01' }, 'cider');
await search('referenceDate in seconds, when the hay was good',
    { referenceDate: 1701000000 }, 'apples,cider,hay');
await is('search, fields', () => m.search('cider', { ...opal,
    fields: ['memory', 'categories', 'score_breakdown'] }), (r) =>
    Object.keys(r.results[0]).sort().join() ===
        'categories,id,memory,score,scoreBreakdown' &&
    r.results[0].categories.join() === 'drink,farm' &&
    r.results[0].scoreBreakdown.bm25 > 0 &&
    ['semantic', 'entity'].every(
        (x) => typeof r.results[0].scoreBreakdown[x] === 'number'));

const before = Date.now() - 1;
await m.update(kept.cider, { text: 'Opal stores perry in the barn' });
await is('search, as the text was', () => m.search('barn',
    { ...opal, referenceDate: before }), (r) =>
    r.results[0].id === kept.cider && what(r).includes('cider') &&
    !what(r).includes('perry'));
await is('search, as it is', () => m.search('barn', opal), (r) =>
    r.results[0].memory === 'Opal stores perry in the barn');
for (const [feedback, importance] of [['POSITIVE', 5], ['NEGATIVE', 2],
    ['VERY_NEGATIVE', 1]])
    await is(`feedback, ${feedback}`, async () => {
        await m.feedback({ memoryId: kept.apples, feedback });
        return m.getAll({ filters: { AND: [opal.filters, { importance }] } });
    }, (r) => what(r) === 'apples');

/* One that takes another's place: the second port. */
const port = (n, user) => run(['add', '--user', user, '--app', 'port',
    `The deploy port of billing is ${n}`]);
port(8080, 'zed');
port(9090, 'zed');
const zed = { filters: { user_id: 'zed' } };
const newest = await is('getAll, the latest only', () => m.getAll(
    { ...zed, latestOnly: true }), (r) =>
    texts(r) === 'The deploy port of billing is 9090');
await is('getAll, latestOnly: false', () => m.getAll(
    { ...zed, latestOnly: false }), (r) => r.count === 2 &&
    r.results.some((x) => x.lifecycleState === 'superseded' &&
        x.replacedBy === newest.results[0].id));
await is('search, the latest only', () => m.search('deploy port', zed), (r) =>
    texts(r) === 'The deploy port of billing is 9090');
await is('search, latestOnly: false', () => m.search('deploy port',
    { ...zed, latestOnly: false }), (r) => r.results.length === 2);
await is('delete, with the one it replaced', () => m.delete(
    newest.results[0].id, { deleteLinked: true }), (r) =>
    r.cascadeCount === 1);
await is('both are gone', () => m.getAll({ ...zed, latestOnly: false }),
    (r) => r.count === 0);
await m.deleteAll({ userId: 'opal' });

/* --- deleting -------------------------------------------------------------------- */

await is('delete', () => m.delete(rung.results[0].id), (r) => r.message);
await throws('what is deleted is gone', () => m.get(rung.results[0].id),
    MemoryNotFoundError);
const linked = await m.add(said('Dora sings'), { userId: 'dora', infer: false });
await is('delete, with what it replaced', () => m.delete(linked.results[0].id,
    { deleteLinked: true }), (r) => r.cascadeCount === 0);
await is('batchDelete', () => m.batchDelete([flowers]),
    (r) => r.message === 'Successfully deleted 1 memories');
await is('deleteAll', () => m.deleteAll({ userId: 'cleo' }), (r) => r.message);
await is('leaves the others', () => m.getAll({ filters: { user_id: '*' } }),
    (r) => texts(r) === 'Ada keeps hives|Bob mends clocks');
await is('deleteUser', () => m.deleteUser({ entity_id: 'ada' }),
    (r) => r.message === 'Entity deleted successfully!');
await is('deleteUsers of one', () => m.deleteUsers({ runId: 'r-1' }),
    (r) => r.message === 'Entity deleted successfully.');
await throws('what went with it is gone', () => m.get(clocks),
    MemoryNotFoundError);
await m.add(said('Eve waits'), { userId: 'eve', appId: 'inn', infer: false });
await m.add(said('Finn waits'), { agentId: 'finn', infer: false });
/* It lists first and deletes then: Eve's app went with her only memory. */
await is('deleteUsers of all', () => m.deleteUsers(),
    (r) => r.message === 'All users, agents, apps and runs deleted.');
await is('nothing of any program is left', () => m.users(),
    (r) => r.count === 0);
await m.add(said('Gil waits'), { userId: 'gil', infer: false });
await m.add(said('Hue waits'), { agentId: 'hue', infer: false });
await is('deleteAll of all', () => m.deleteAll(
    { userId: '*', agentId: '*', appId: '*', runId: '*' }), (r) => r.message);
await is('nothing is left again', () => m.users(), (r) => r.count === 0);
ok(run(['search', 'person', 'noted']).stdout.includes('noted'),
    'what a person noted is');

const own = Object.getOwnPropertyNames(MemoryClient.prototype).filter(
    (n) => n !== 'constructor' && !n.startsWith('_'));
ok(own.every((n) => called.has(n)),
    `every method of the client was called: ${own.length}`,
    own.filter((n) => !called.has(n)));

/* --- the command line ---------------------------------------------------------------- */

const pkg = path.join(here, 'node_modules/@mem0/cli');
const main = path.join(pkg, Object.values(JSON.parse(fs.readFileSync(
    path.join(pkg, 'package.json'), 'utf8')).bin)[0]);
const cliEnv = { ...env, MEM0_API_KEY: apiKey, MEM0_BASE_URL: host,
    MEM0_TELEMETRY: 'false', NO_COLOR: '1', CI: '1' };

const cli = (...args) => cliAs(cliEnv, ...args);
function cliAs(as, ...args) {
    const r = spawnSync(process.execPath, [main, ...args],
        { env: as, cwd: work, encoding: 'utf8', timeout: 60000 });
    let json = null;

    try {
        json = JSON.parse(r.stdout);
    } catch {
        /* Text was asked for. */
    }
    return { status: r.status, out: r.stdout, err: r.stderr, json,
        data: json && json.data };
}
const cmd = (name, args, right) => is(`mem0 ${name}`, () => cli(...args),
    (r) => right(r));

await cmd('status', ['--json', 'status'], (r) => r.status === 0 &&
    r.data.connected === true && r.out.includes(host));
const added = await cmd('add', ['--json', 'add', 'Gus paints boats', '-u',
    'gus', '--no-infer', '-m', '{"craft":"paint"}', '--expires', '2099-01-02'],
    (r) => r.status === 0 && r.data[0].event === 'ADD' &&
        r.data[0].memory === 'Gus paints boats');
const gus = added.data?.[0]?.id;
const queued = await cmd('add, to be compressed', ['--json', 'add',
    'Gus sails on Sundays in the bay', '-u', 'gus'], (r) => r.status === 0 &&
    r.data[0].status === 'PENDING' && r.data[0].event_id);
await until(() => cli('--json', 'event', 'status', queued.data[0].event_id)
    .data?.status === 'SUCCEEDED');
await cmd('event status', ['--json', 'event', 'status',
    queued.data[0].event_id], (r) => r.data.status === 'SUCCEEDED' &&
    r.data.results[0].memory.includes('Sundays') &&
    r.data.results[0].user_id === 'gus');
await cmd('event list', ['--json', 'event', 'list'], (r) =>
    r.data.some((e) => e.id === queued.data[0].event_id &&
        e.event_type === 'ADD'));
await cmd('search', ['--json', 'search', 'boats', '-u', 'gus'], (r) =>
    r.data[0].memory === 'Gus paints boats' && r.data[0].score >= 0.3);
await cmd('search, as text', ['search', 'boats', '-u', 'gus'], (r) =>
    r.out.includes('Gus paints boats') && r.out.includes('Score'));
await cmd('list', ['--json', 'list', '-u', 'gus'], (r) =>
    r.data.length === 2 && r.json.count === 2);
await cmd('list, in a page', ['--json', 'list', '-u', 'gus', '--page-size',
    '1', '--page', '2'], (r) => r.data.length === 1);
await cmd('list, by dates', ['--json', 'list', '-u', 'gus', '--after',
    '2099-01-01'], (r) => r.status === 0 && r.data.length === 0);
await cmd('list, as a table', ['list', '-u', 'gus'], (r) =>
    r.out.includes('Gus paints boats'));
await cmd('get', ['--json', 'get', gus], (r) =>
    r.data.memory === 'Gus paints boats' && r.data.metadata.craft === 'paint' &&
    r.data.expiration_date === '2099-01-02');
await cmd('get, of an unknown one', ['--json', 'get',
    '00000000-0000-4000-8000-000000000000'], (r) => r.status !== 0);
await cmd('update', ['--json', 'update', gus, 'Gus paints ships'], (r) =>
    r.status === 0 && r.data.memory === 'Gus paints ships');
await cmd('entity list', ['--json', 'entity', 'list', 'users'], (r) =>
    r.data.length === 1 && r.data[0].name === 'gus');
fs.writeFileSync(work + '/in.json', JSON.stringify([
    { memory: 'Hal counts stars', user_id: 'hal' },
    { memory: 'Hal sleeps late', user_id: 'hal' }]));
await cmd('import', ['--json', 'import', work + '/in.json', '-u', 'hal'],
    (r) => r.status === 0);
const imported = await until(async () => {
    const r = cli('--json', 'list', '-u', 'hal');
    return r.data?.length === 2 ? r : null;
});
ok(imported && imported.out.includes('stars'), 'mem0 import: they are there',
    imported);
await cmd('delete, only said', ['delete', gus, '--dry-run'],
    (r) => r.status === 0 && cli('--json', 'get', gus).status === 0);
await cmd('delete', ['--json', 'delete', gus, '--force'], (r) =>
    r.status === 0 && cli('--json', 'get', gus).status !== 0);
await cmd('delete --all of one', ['--json', 'delete', '--all', '-u', 'gus',
    '--force'], (r) => r.status === 0 &&
    cli('--json', 'list', '-u', 'gus').data.length === 0);
await cmd('delete --entity', ['--json', 'delete', '--entity', '-u', 'hal',
    '--force'], (r) => r.status === 0 &&
    cli('--json', 'entity', 'list', 'users').data.length === 0);
cli('--json', 'add', 'Ida reads', '-u', 'ida', '--no-infer');
await cmd('entity delete', ['--json', 'entity', 'delete', '-u', 'ida',
    '--force'], (r) => r.status === 0 &&
    cli('--json', 'entity', 'list', 'users').data.length === 0);
cli('--json', 'add', 'Kai mows', '-u', 'kai', '--agent-id', 'mower',
    '--app-id', 'lawn', '--run-id', 'mow-1', '--no-infer', '--expires',
    '2099-01-02');
for (const [type, name] of [['users', 'kai'], ['agents', 'mower'],
    ['apps', 'lawn'], ['runs', 'mow-1']])
    await cmd(`entity list ${type}`, ['--json', 'entity', 'list', type], (r) =>
        r.data.length === 1 && r.data[0].name === name &&
        `${r.data[0].type}s` === type);
await cmd('entity list, as a table', ['entity', 'list', 'runs'], (r) =>
    r.status === 0 && r.out.includes('mow-1') && !r.out.includes('mower'));
const timed = ['--timestamp', '1600000000', '-m'];
cli('--json', 'add', 'Kai mows the meadow', '-u', 'kai', '--no-infer',
    ...timed, '{"categories":["grass"]}');
const kai = (r) => r.data.map((x) => x.memory).sort().join('|');
await cmd('search --rerank', ['--json', 'search', 'mows', '-u', 'kai',
    '--threshold', '0', '--rerank'], (r) => r.status === 0 &&
    kai(r) === 'Kai mows|Kai mows the meadow');
await cmd('search --keyword', ['--json', 'search', 'meadow', '-u', 'kai',
    '--keyword'], (r) => r.status === 0 &&
    r.data[0].memory === 'Kai mows the meadow');
await cmd('search --reference-date', ['--json', 'search', 'mows', '-u', 'kai',
    '--threshold', '0', '--reference-date', '2021-01-01'], (r) =>
    kai(r) === 'Kai mows the meadow');
await cmd('search --filter', ['--json', 'search', 'mows', '-u', 'kai',
    '--threshold', '0', '--filter', '{"AND":[{"run_id":"mow-1"}]}'], (r) =>
    kai(r) === 'Kai mows');
await cmd('search --fields', ['--json', 'search', 'meadow', '-u', 'kai',
    '--fields', 'memory'], (r) =>
    r.data[0].memory === 'Kai mows the meadow' && !r.data[0].metadata);
await cmd('list --category', ['--json', 'list', '-u', 'kai', '--category',
    'grass'], (r) => kai(r) === 'Kai mows the meadow');
await cmd('list --before', ['--json', 'list', '-u', 'kai', '--before',
    '2020-12-31'], (r) => kai(r) === 'Kai mows the meadow');
cli('--json', 'delete', '--all', '-u', 'kai', '--force');
port(8081, 'lou');
port(9091, 'lou');
const lou = cli('--json', 'list', '-u', 'lou');
await cmd('delete --delete-linked', ['--json', 'delete', lou.data?.[0]?.id,
    '--delete-linked', '--force'], (r) => r.status === 0 &&
    lou.data.length === 1);
await is('and what it replaced is gone', () => m.getAll({
    filters: { user_id: 'lou' }, latestOnly: false }), (r) => r.count === 0);
cli('--json', 'add', 'Jo writes', '-u', 'jo', '--no-infer');
await cmd('delete --all --project', ['--json', 'delete', '--all', '--project',
    '--force'], (r) => r.status === 0 &&
    cli('--json', 'entity', 'list', 'users').data.length === 0);
await cmd('init, with a key', ['init', '--api-key', apiKey, '-u', 'kim',
    '--force'], (r) => r.status === 0);
/* Accounts that the platform makes by mail, or for agents: none is here. */
await cmd('init --agent, with a key', ['init', '--agent', '--agent-caller',
    'tester'], (r) => r.status === 0 && r.out.includes('No new Agent Mode key'));
const newcomer = path.join(dir, 'newcomer');
fs.mkdirSync(newcomer);
const noKey = { ...cliEnv, HOME: newcomer, MEM0_DIR: newcomer + '/.mem0' };
delete noKey.MEM0_API_KEY;
const sentence = 'the key is what the file http.token';
for (const [name, ...args] of [['init --agent', '--agent'],
    ['init --email', '--email', 'ada@example.org'],
    ['init --email --code', '--email', 'ada@example.org', '--code', '123456']])
    await is(`mem0 ${name}, without a key, says where it is`,
        () => cliAs(noKey, 'init', ...args), (r) => r.status === 1 &&
            (r.out + r.err).includes(sentence));
await is('mem0 agent-rush, without a key',
    () => cliAs(noKey, 'agent-rush', 'search', 'x'), (r) => r.status === 1);
for (const what of ['search', 'add'])
    await cmd(`agent-rush ${what}`, ['agent-rush', what, 'bees and hives'],
        (r) => r.status === 1 && (r.out + r.err).includes(
            'AGENTRUSH is not provisioned in this environment'));
const agent = path.join(dir, 'agent');
fs.mkdirSync(agent + '/.mem0', { recursive: true });
fs.writeFileSync(agent + '/.mem0/config.json', JSON.stringify({ version: 1,
    platform: { api_key: apiKey, base_url: host, agent_mode: true,
        default_user_id: 'agent-7' } }));
const once = { ...cliEnv, HOME: agent, MEM0_DIR: agent + '/.mem0' };
await is('mem0 identify, of an agent that had an account elsewhere',
    () => cliAs(once, 'identify', 'ada'), (r) => r.status === 1 &&
        (r.out + r.err).includes(sentence));
await is('mem0 whoami, of it', () => cliAs(once, 'whoami'), (r) =>
    r.status === 0 && r.out.includes('agent-7'));
await cmd('identify', ['identify', 'somebody'], (r) => r.status === 1 &&
    (r.out + r.err).includes('only works on unclaimed agent-mode keys'));
await cmd('whoami', ['whoami'], (r) => r.status === 1 &&
    (r.out + r.err).includes('No default_user_id found'));
await cmd('config set and get', ['config', 'set', 'defaults.user_id', 'lea'],
    (r) => r.status === 0 && cli('config', 'get', 'defaults.user_id').out
        .includes('lea'));
await cmd('config show', ['--json', 'config', 'show'], (r) =>
    r.data.defaults.user_id === 'lea' && !r.out.includes(apiKey));
await cmd('with a wrong key', ['--json', 'list', '-u', 'gus', '--api-key',
    'wrong'.padEnd(64, '0')], (r) => r.status !== 0);
await cmd('version', ['version'], (r) => r.status === 0 && r.out);
await cmd('help', ['help'], (r) => r.status === 0 && r.out.includes('search'));

/* --- elsewhere ------------------------------------------------------------------------- */

ok(!fs.existsSync(env.GUARD_LOG), 'nobody tried to reach another machine',
    fs.existsSync(env.GUARD_LOG) && fs.readFileSync(env.GUARD_LOG, 'utf8'));
await new Promise((go) => net.connect(80, 'example.org')
    .on('error', go).on('connect', go));
ok(fs.existsSync(env.GUARD_LOG), 'and would not have reached it');

stopWorker();
fs.rmSync(dir, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
