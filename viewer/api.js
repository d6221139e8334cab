// api.js - the worker's operations, and which project is meant.

export class Failure extends Error {
    constructor(status, body) {
        super(body?.error?.message ?? `The worker answered ${status}.`);
        this.status = status;
    }
}

async function answer(r) {
    let body = null;
    try {
        body = await r.json();
    } catch { /* no JSON: the status says enough */ }
    if (r.status === 401)
        throw new Failure(401, {error: {message: 'This page is no longer ' +
            'signed in. Run `cmem view` in a terminal.'}});
    if (!r.ok)
        throw new Failure(r.status, body);
    return body;
}

async function ask(url, options) {
    let r;
    try {
        r = await fetch(url, options);
    } catch (e) {
        if (e.name === 'AbortError')
            throw e;
        throw new Failure(0, {error: {message:
            'cmem does not answer. `cmem view` starts it again.'}});
    }
    return answer(r);
}

/** Asks an operation that reads. */
export function get(operation, args = {}, signal) {
    const q = new URLSearchParams();
    for (const [name, value] of Object.entries(args))
        for (const v of Array.isArray(value) ? value : [value])
            if (v !== undefined && v !== null && v !== '')
                q.append(name, v);
    return ask(`/api/v1/${operation}?${q}`, {signal});
}

/** Asks one that changes something. */
export const post = (operation, args) => ask(`/api/v1/${operation}`, {
    method: 'POST', headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(args)});

/** Sets settings: {name: text}, or null for the default. Gives all of them. */
export const change = (values) => ask('/viewer/api/settings', {method: 'POST',
    headers: {'Content-Type': 'application/json'},
    body: JSON.stringify(values)});

/** What the viewer alone asks: health, settings. */
export const own = (name) => ask(`/viewer/api/${name}`);

// --- the project ------------------------------------------------------------------

let chosen = '';
try {
    chosen = localStorage.getItem('cmem-project') ?? '';
} catch { /* no storage: all projects */ }

export const project = () => chosen;
export function setProject(root) {
    chosen = root;
    try {
        localStorage.setItem('cmem-project', root);
    } catch { /* as above */ }
}
/** The arguments that say it. */
export const scope = () => chosen ? {project: chosen} : {all: true};
