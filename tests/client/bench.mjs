/*
 * bench.mjs - what cmem adds to a tool turn of the real client.
 *
 * A turn is measured at the model server: from the end of one reply, which
 * calls a tool, to the arrival of the next request. That is the client, the
 * tool and every hook between. Sessions with and without cmem alternate, so
 * that a busy machine is busy for both.
 */
import { say } from './scenarios.mjs';
import { World, until } from './world.mjs';

const TURNS_PER_SESSION = 25;

const median = (list) => {
    const sorted = [...list].sort((a, b) => a - b);
    const half = Math.floor(sorted.length / 2);
    return sorted.length % 2 ? sorted[half]
        : (sorted[half - 1] + sorted[half]) / 2;
};

async function measure(w, turns) {
    const tool = { name: 'Bash', input: { command: 'echo measured',
        description: 'Print a word' } };
    say(w, [...Array(turns).fill({ tools: [tool] }), { text: 'Done.' }]);
    const s = await w.session('Run it.');
    const { requests } = s;
    if (s.rc !== 0 || requests.length !== turns + 1)
        throw new Error(
            `status ${s.rc}, ${requests.length} requests: ${s.err}`);
    return requests.slice(1)
        .map((r, i) => r.at_ms - requests[i].done_ms);
}

export async function bench(shared, turns) {
    const worlds = { without: await World.create(shared),
        with: await World.create(shared) };
    const times = { without: [], with: [] };
    try {
        const r = await worlds.with.cmem('install');
        if (r.rc !== 0)
            throw new Error(`cmem install: ${r.out}${r.err}`);
        for (const w of Object.values(worlds))
            await measure(w, 2); /* the first session is not like others */
        while (times.with.length < turns)
            for (const [name, w] of Object.entries(worlds)) {
                const left = turns - times[name].length;
                times[name].push(
                    ...await measure(w, Math.min(left, TURNS_PER_SESSION)));
            }
        const seen = await until(async () => {
            const all = (await worlds.with.json('sessions'))?.sessions ?? [];
            return all.reduce((n, s) => n + s.events, 0) > turns;
        });
        if (!seen)
            throw new Error('cmem did not record the turns it was timed with');
    } finally {
        for (const w of Object.values(worlds))
            await w.close();
    }
    const [a, b] = [median(times.without), median(times.with)];
    console.log(`client ${shared.version}, ${turns} tool turns each, medians`);
    console.log(`without cmem  ${a.toFixed(1)} ms`);
    console.log(`with cmem     ${b.toFixed(1)} ms`);
    console.log(`difference    ${(b - a).toFixed(1)} ms`);
}
