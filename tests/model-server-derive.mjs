/*
 * model-server-derive.mjs - a compression reply made from the prompt alone.
 *
 * It stands in for a language model where a replay of any length has to be
 * answered: valid in form, true to the events, the same for the same prompt.
 * What it reads is what lib/compress/prompt.c writes: headers at the margin
 * ("[7 14:02] Edit src/a.c"), content behind a leading blank.
 */

const NONE = { to: 0, kind: 'none' };
const NO_SUMMARY = { request: '', investigated: '', learned: '',
    completed: '', next_steps: '', notes: '' };
const EDITS = ['Edit', 'MultiEdit', 'Write', 'NotebookEdit'];

/* The events of the record: {n, head, lines}. */
function eventsOf(userText) {
    const events = [];
    let inside = false;
    for (const line of userText.split('\n')) {
        const m = /^\[(\d+)(?: \d\d:\d\d)?\] (.*)$/.exec(line);
        if (line === '<record>')
            inside = true;
        else if (line === '</record>')
            inside = false;
        else if (inside && m)
            events.push({ n: Number(m[1]), head: m[2], lines: [] });
        else if (inside && line.startsWith(' ') && events.length)
            events.at(-1).lines.push(line.slice(1));
    }
    return events;
}

/* On one line, at most n characters, never half a surrogate pair. */
function short(text, n) {
    const all = [...text.replace(/\s+/g, ' ').trim()];
    return all.length > n ? all.slice(0, n - 1).join('').trim() + '…'
        : all.join('');
}

function toolOf(event) {
    const m = /^(\w+)( FAILED)? ?(.*)$/.exec(event.head);
    return { name: m?.[1] ?? '', failed: Boolean(m?.[2]), rest: m?.[3] ?? '' };
}

/* A path at a header's start, without what stands behind it. */
function pathOf(rest) {
    return rest.replace(/ (\(.*\)|\d+-\d+|insert|replace|delete)$/, '');
}

function commandOf(event) {
    const line = event.lines.find((l) => l.startsWith('$ '));
    return line ? short(line.slice(2), 80) : event.head;
}

export function deriveReply(systemText, userText) {
    const events = eventsOf(userText);
    const field = (name) =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(userText)?.[1] ?? '';
    const date = field('time').slice(0, 10);
    const project = field('project') || 'this project';
    const asked = events.find((e) => e.head === 'USER' && e.lines.length);
    const request = short(asked?.lines.join(' ') ?? '', 160);
    const said = events.findLast((e) => /^ASSISTANT/.test(e.head));
    const last = short(said?.lines.join(' ') ?? '', 400);
    const tools = events.map((e) => ({ ...toolOf(e), event: e }));
    const edits = tools.filter((t) => EDITS.includes(t.name) && !t.failed);
    const failed = tools.filter((t) => t.failed);
    const files = [...new Set(edits.map((t) => pathOf(t.rest)))];
    const read = [...new Set(tools
        .filter((t) => t.name === 'Read' && !t.failed)
        .map((t) => pathOf(t.rest)))].filter((f) => !files.includes(f));
    const numbers = (list) => [...new Set(list.filter(Boolean)
        .map((e) => e.n))].slice(0, 20);
    const reply = { observations: [], facts: [], summary: NO_SUMMARY };

    if (files.length) {
        reply.observations.push({
            type: 'change',
            title: short(`${files.slice(0, 2).join(', ')} changed: `
                + (request || commandOf(edits[0].event)), 100),
            subtitle: files.length > 2 ? `${files.length} files in all.` : '',
            narrative: short(`Asked for: ${request || 'nothing in words'}. `
                + `Changed ${files.join(', ')}. ${last}`, 900),
            facts: failed.slice(0, 3).map((t) =>
                short(`Failed: ${commandOf(t.event)}: `
                    + (t.event.lines.at(-1) ?? ''), 200)),
            concepts: ['what-changed'],
            files_read: read.slice(0, 8),
            files_modified: files.slice(0, 8),
            entities: [],
            relations: [],
            importance: 3,
            events: numbers([asked, ...edits.map((t) => t.event), said]),
            relation: NONE,
        });
        reply.facts.push({
            text: short(`On ${date} ${files[0]} of ${project} was changed: `
                + (request || last), 300),
            by: 'assistant',
            entities: [],
            relations: [],
            importance: 3,
            events: numbers([edits[0].event, said]),
            relation: NONE,
        });
    } else if (failed.length) {
        const f = failed[0];
        reply.observations.push({
            type: 'problem',
            title: short(`${f.name} failed: ${commandOf(f.event)}`, 100),
            subtitle: '',
            narrative: short(`${f.event.lines.slice(1).join(' ')} ${last}`,
                900),
            facts: [],
            concepts: ['gotcha'],
            files_read: read.slice(0, 8),
            files_modified: [],
            entities: [],
            relations: [],
            importance: 3,
            events: numbers([f.event, said]),
            relation: NONE,
        });
    } else if (last.length > 80) {
        reply.observations.push({
            type: 'discovery',
            title: short(request ? `Answered: ${request}` : last, 100),
            subtitle: '',
            narrative: short(`Asked for: ${request || 'nothing in words'}. `
                + last, 900),
            facts: [],
            concepts: ['how-it-works'],
            files_read: read.slice(0, 8),
            files_modified: [],
            entities: [],
            relations: [],
            importance: 2,
            events: numbers([asked, said]),
            relation: NONE,
        });
    }
    if (/^TURN ENDED/m.test(userText)) {
        reply.summary = {
            request,
            investigated: read.slice(0, 5).join(', '),
            learned: '',
            completed: files.length ? short(`Changed ${files.join(', ')}. `
                + last, 400) : last,
            next_steps: '',
            notes: failed.length ? short(`Failed: ${failed.map((t) =>
                commandOf(t.event)).join('; ')}`, 300) : '',
        };
    }
    return reply;
}
