// http-client.mjs - what curl cannot do to an HTTP server. Exits 0 when the
// server did what it should.
//
//   raw PORT                        stdin to the server, its answer to stdout
//   pipeline|dribble|slow|rate PORT TOKEN
//   streams PORT TOKEN MOST
//   crowd PORT TOKEN CONNECTIONS    prints "here"; until SIGUSR1
//   hooks HOOK N                    how long a hook's process takes
import net from 'node:net';
import { spawn } from 'node:child_process';

const [what, port, token, ...rest] = process.argv.slice(2);
const head = `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n`;
const ping = `GET /api/v1/ping HTTP/1.1\r\n${head}\r\n`;

const connect = () => new Promise((yes, no) => {
    const s = net.connect({ host: '127.0.0.1', port: Number(port) });
    s.text = '';
    s.on('data', (d) => { s.text += d; });
    s.ended = new Promise((end) => s.on('close', end));
    s.once('connect', () => yes(s));
    s.once('error', no);
});
// `ms` on a machine that has nothing else to do.
const until = async (hold, ms, why) => {
    for (const end = Date.now() + 3 * ms; !hold();) {
        if (Date.now() > end) throw new Error(why);
        await new Promise((go) => setTimeout(go, 10));
    }
};
const count = (text, part) => text.split(part).length - 1;
const assert = (ok, why) => { if (!ok) throw new Error(why); };

const does = {
    async raw() {
        const s = await connect();
        process.stdin.pipe(s, { end: false });
        await Promise.race([s.ended, until(() => s.text.includes('\r\n\r\n'),
            10000, 'no answer')]);
        process.stdout.write(s.text);
    },
    async pipeline() {
        const s = await connect();
        const search = (w) => `GET /api/v1/search?words=${w} HTTP/1.1\r\n${head}\r\n`;
        s.write(search('one') + ping + search('two') + ping + ping);
        await until(() => count(s.text, 'HTTP/1.1 200') === 5, 10000, s.text);
        const order = [...s.text.matchAll(/"query":"(\w+)"|"cmem":/g)]
            .map((m) => m[1] ?? 'ping').join(' ');
        assert(order === 'one ping two ping ping', order);
        s.write(ping.repeat(500)); // more than one read brings
        await until(() => count(s.text, 'HTTP/1.1 200') === 505, 10000, 'lost');
    },
    async dribble() {
        const s = await connect();
        s.setNoDelay(true);
        const body = '{"words":"heron"}';
        const text = `POST /api/v1/search HTTP/1.1\r\n${head}Content-Type: ` +
            `application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        for (const c of text) {
            s.write(c);
            await new Promise((go) => setImmediate(go));
        }
        await until(() => s.text.startsWith('HTTP/1.1 200'), 10000, s.text);
    },
    async slow() {
        const slow = [];
        for (let i = 0; i < 20; i++) {
            slow.push(await connect());
            slow[i].write(`GET /api/v1/ping HTTP/1.1\r\n${head}X-Slow: `);
            slow[i].on('error', () => {});
        }
        const began = Date.now();
        const drip = setInterval(() => slow.forEach((s) => s.write('a')), 200);
        const good = await connect();
        good.write(ping);
        await until(() => good.text.startsWith('HTTP/1.1 200'), 2000, 'starved');
        await Promise.race([Promise.all(slow.map((s) => s.ended)),
            new Promise((_, no) => setTimeout(() => no(new Error(
                'still connected')), 60000))]);
        clearInterval(drip);
        assert(Date.now() - began > 3000, 'cut off at once');
        assert(slow[0].text.startsWith('HTTP/1.1 408'), slow[0].text);
    },
    async streams() {
        const most = Number(rest[0]);
        const all = [];
        for (let i = 0; i <= most; i++) {
            all.push(await connect());
            all[i].write(`GET /api/v1/events HTTP/1.1\r\n${head}\r\n`);
            await until(() => all[i].text.includes('\r\n\r\n'), 5000, 'silent');
        }
        assert(all.slice(0, most).every((s) => s.text.startsWith('HTTP/1.1 200')),
            'refused too early');
        assert(all[most].text.startsWith('HTTP/1.1 503'), all[most].text);
        all[0].destroy(); // and its place is free again
        let again;
        await until(() => {
            if (again?.text.startsWith('HTTP/1.1 200')) return true;
            if (!again || again.text.startsWith('HTTP/1.1 503')) {
                again = { text: '' };
                connect().then((s) => { again = s; s.write(
                    `GET /api/v1/events HTTP/1.1\r\n${head}\r\n`); });
            }
            return false;
        }, 5000, 'the place is lost');
    },
    async rate() {
        const s = await connect();
        for (let i = 0; i < 40; i++) s.write(ping);
        await s.ended;
        assert(s.text.startsWith('HTTP/1.1 200'), s.text);
        assert(s.text.includes('HTTP/1.1 429'), 'no limit');
        assert(count(s.text, 'HTTP/1.1 200') < 20, 'a wide limit');
    },
    // As many connections as asked for, all the time, until SIGUSR1.
    async crowd() {
        let served = 0, busy = true;
        process.on('SIGUSR1', () => { busy = false; });
        const one = async () => {
            while (busy) {
                const s = await connect().catch(() => null);
                if (!s) continue;
                s.on('error', () => {});
                s.write(ping);
                await Promise.race([s.ended, until(() =>
                    s.text.includes('"cmem"'), 5000, '').catch(() => {})]);
                served += s.text.startsWith('HTTP/1.1 200');
                s.destroy();
            }
        };
        const crowd = Array.from({ length: Number(rest[0]) }, one);
        await until(() => served > 0, 10000, 'nobody is served');
        console.log('here');
        await Promise.all(crowd);
        const s = await connect();
        s.write(ping);
        await until(() => s.text.startsWith('HTTP/1.1 200'), 5000, 'broken');
        console.log(`${served} requests of the crowd were answered`);
    },
};

// hooks HOOK N: runs it so often, prints how long its process took.
const hooks = async () => {
    const [hook, n] = [port, Number(token)];
    const ms = [];
    for (let i = 0; i < n; i++) {
        ms.push(await new Promise((done) => {
            const began = process.hrtime.bigint();
            const p = spawn(hook, { stdio: ['pipe', 'ignore', 'ignore'] });
            p.on('close', (code) => done(code === 0
                ? Number(process.hrtime.bigint() - began) / 1e6 : NaN));
            p.stdin.end(JSON.stringify({ session_id: 'crowd', cwd: '/nowhere',
                hook_event_name: 'UserPromptSubmit', prompt: `word ${i}` }));
        }));
    }
    assert(ms.every((m) => m === m), 'a hook failed');
    ms.sort((a, b) => a - b);
    const at = (q) => ms[Math.min(n - 1, Math.ceil(n * q))].toFixed(1);
    console.log(`p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
};

const run = what === 'hooks' ? hooks : does[what];
run().then(() => process.exit(0), (e) => {
    console.error(e.message);
    process.exit(1);
});
