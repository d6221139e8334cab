/*
 * guard.cjs - for every node process of this check: no connection leaves this
 * machine. What was tried is written to $GUARD_LOG.
 */
'use strict';
const dns = require('node:dns');
const fs = require('node:fs');
const net = require('node:net');

const ours = new Set(['127.0.0.1', '::1', 'localhost']);

function refuse(host) {
    fs.appendFileSync(process.env.GUARD_LOG, host + '\n');
    return Object.assign(new Error(`guard: no connection to ${host}`),
        { code: 'ECONNREFUSED' });
}

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
    const o = Array.isArray(args[0]) ? args[0][0] : args[0];
    const host = typeof o === 'object' ? o.host : args[1];

    if (typeof o === 'object' && o.path)
        return connect.apply(this, args); /* a socket in the file system */
    if (typeof host === 'string' && !ours.has(host)) {
        process.nextTick(() => this.destroy(refuse(host)));
        return this;
    }
    return connect.apply(this, args);
};

const lookup = dns.lookup;
dns.lookup = function (name, ...rest) {
    const done = rest[rest.length - 1];

    if (ours.has(name))
        return lookup.call(this, name, ...rest);
    return process.nextTick(() => done(refuse(name)));
};

/* The command line leaves a timer of five seconds behind: nobody waits for it. */
const timeout = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(function (f, ms, ...args) {
    const t = timeout(f, ms, ...args);

    return ms >= 5000 ? t.unref() : t;
}, timeout);
