/*
 * model-server-protocols.mjs - requests and replies of the model protocols.
 *
 * normalise() turns a request of any protocol into one shape that scripts
 * are matched against. PROTOCOLS has a row for each protocol:
 *
 *   error(status, message)                        the body of a failure
 *   usage(input, output)                          counted tokens
 *   message(reply, usage, id, model, body)        the body of a whole reply
 *   stream(reply, usage, id, model, body)         the same as a list of
 *                                                 pieces of a stream
 *   streamType                                    its content type
 *
 * where reply is {text, calls: [{name, input}]}.
 */
/* Small, so that a cut stream has a first half whatever its length. */
const CHUNK = 200;
/* A usual rule of thumb, and the one that cmem's budgets use. */
const CHARS_PER_TOKEN = 4;

export const tokensOf = (chars) => Math.ceil(chars / CHARS_PER_TOKEN);

export function pieces(text) {
    const out = [];
    for (let i = 0; i < text.length; i += CHUNK)
        out.push(text.slice(i, i + CHUNK));
    return out.length ? out : [''];
}

/* The text of a message in any of the protocols' shapes. */
function flatten(content) {
    if (content == null)
        return '';
    if (typeof content === 'string')
        return content;
    if (Array.isArray(content))
        return content.map(flatten).join('\n');
    if (typeof content.text === 'string')
        return content.text;
    if (content.type === 'tool_use')
        return JSON.stringify(content.input);
    return flatten(content.content ?? content.parts);
}

/*
 * One shape for the requests of all protocols:
 * {system, turns: [{role, text}], tools: [name], forced: name or null}.
 */
export function normalise(protocol, body) {
    let turns = (body.messages ?? body.contents ?? [])
        .map((m) => ({ role: m.role ?? 'user', text: flatten(m) }));
    let system = flatten(body.system ?? body.systemInstruction ??
        body.system_instruction);
    if (protocol === 'openai' || protocol === 'ollama') {
        const isSystem = (t) => t.role === 'system' || t.role === 'developer';
        system = [system, ...turns.filter(isSystem).map((t) => t.text)]
            .filter(Boolean).join('\n');
        turns = turns.filter((t) => !isSystem(t));
    }
    if (typeof body.prompt === 'string')
        turns.push({ role: 'user', text: body.prompt });

    const tools = (body.tools ?? []).flatMap((t) =>
        t.functionDeclarations ?? [t.function ?? t]).map((t) => t.name);
    const choice = body.tool_choice;
    const mode = body.toolConfig?.functionCallingConfig?.mode;
    let forced = choice?.name ?? choice?.function?.name ?? null;
    if (choice === 'required' || choice?.type === 'any' || mode === 'ANY')
        forced = tools[0] ?? null;

    const users = turns.filter((t) => t.role === 'user' || t.role === 'tool');
    return {
        protocol, system, turns, tools, forced, model: body.model ?? '',
        user: users.at(-1)?.text ?? '', first: users[0]?.text ?? '',
        chars: system.length +
            (body.tools ? JSON.stringify(body.tools).length : 0) +
            turns.reduce((sum, t) => sum + t.text.length, 0),
    };
}

const anthropic = {
    error: (status, message) => ({
        type: 'error',
        error: {
            type: status === 429 ? 'rate_limit_error' : 'api_error', message,
        },
    }),
    usage: (input, output) => ({
        input_tokens: input, cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0, output_tokens: output,
    }),
    message(reply, usage, id, model) {
        const content = [];
        if (reply.text || !reply.calls.length)
            content.push({ type: 'text', text: reply.text });
        reply.calls.forEach((call, i) => content.push({
            type: 'tool_use', id: `toolu_${id}x${i}`,
            name: call.name, input: call.input,
        }));
        return {
            id: `msg_${id}`, type: 'message', role: 'assistant', model,
            content, stop_sequence: null, usage,
            stop_reason: reply.calls.length ? 'tool_use' : 'end_turn',
        };
    },
    stream(reply, usage, id, model) {
        const whole = anthropic.message(reply, usage, id, model);
        const out = [];
        const event = (type, fields) => out.push(
            `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
        event('message_start', {
            message: {
                ...whole, content: [], stop_reason: null,
                usage: { ...usage, output_tokens: 1 },
            },
        });
        whole.content.forEach((block, index) => {
            const text = block.type === 'text';
            event('content_block_start', {
                index,
                content_block: text ? { type: 'text', text: '' }
                    : { ...block, input: {} },
            });
            for (const part of pieces(text ? block.text
                : JSON.stringify(block.input)))
                event('content_block_delta', {
                    index,
                    delta: text ? { type: 'text_delta', text: part }
                        : { type: 'input_json_delta', partial_json: part },
                });
            event('content_block_stop', { index });
        });
        const { stop_reason, stop_sequence } = whole;
        event('message_delta', {
            delta: { stop_reason, stop_sequence }, usage,
        });
        event('message_stop', {});
        return out;
    },
    streamType: 'text/event-stream; charset=utf-8',
};

const openai = {
    error: (status, message) => ({
        error: { message, type: status === 429 ? 'rate_limit' : 'server_error',
            code: null, param: null },
    }),
    usage: (input, output) => ({
        prompt_tokens: input, completion_tokens: output,
        total_tokens: input + output,
    }),
    parts(reply, id) {
        const calls = reply.calls.map((call, i) => ({
            id: `call_${id}x${i}`, type: 'function',
            function: { name: call.name,
                arguments: JSON.stringify(call.input) },
        }));
        return { calls, finish_reason: calls.length ? 'tool_calls' : 'stop' };
    },
    message(reply, usage, id, model) {
        const { calls, finish_reason } = openai.parts(reply, id);
        return {
            id: `chatcmpl-${id}`, object: 'chat.completion',
            created: 1700000000, model, usage,
            choices: [{
                index: 0, finish_reason, logprobs: null,
                message: {
                    role: 'assistant', content: reply.text || null,
                    ...calls.length ? { tool_calls: calls } : {},
                },
            }],
        };
    },
    stream(reply, usage, id, model, body) {
        const { calls, finish_reason } = openai.parts(reply, id);
        const out = [];
        const chunk = (choices, extra) => out.push(`data: ${JSON.stringify({
            id: `chatcmpl-${id}`, object: 'chat.completion.chunk',
            created: 1700000000, model, choices, ...extra,
        })}\n\n`);
        const delta = (d, finish = null) =>
            chunk([{ index: 0, delta: d, finish_reason: finish }]);
        delta({ role: 'assistant', content: '' });
        if (reply.text)
            pieces(reply.text).forEach((content) => delta({ content }));
        calls.forEach((call, index) =>
            delta({ tool_calls: [{ index, ...call }] }));
        delta({}, finish_reason);
        if (body.stream_options?.include_usage)
            chunk([], { usage });
        out.push('data: [DONE]\n\n');
        return out;
    },
    streamType: 'text/event-stream; charset=utf-8',
};

const gemini = {
    error: (code, message) => ({
        error: { code, message,
            status: code === 429 ? 'RESOURCE_EXHAUSTED' : 'INTERNAL' },
    }),
    usage: (input, output) => ({
        promptTokenCount: input, candidatesTokenCount: output,
        totalTokenCount: input + output,
    }),
    chunk(parts, finishReason, usageMetadata, id, modelVersion) {
        return {
            candidates: [{
                index: 0, content: { role: 'model', parts },
                ...finishReason ? { finishReason } : {},
            }],
            usageMetadata, modelVersion, responseId: id,
        };
    },
    calls: (reply) => reply.calls.map((call) => ({
        functionCall: { name: call.name, args: call.input },
    })),
    message(reply, usage, id, model) {
        const parts = reply.text ? [{ text: reply.text }] : [];
        return gemini.chunk([...parts, ...gemini.calls(reply)], 'STOP', usage,
            id, model);
    },
    stream(reply, usage, id, model) {
        const all = pieces(reply.text).map((text) => [{ text }]);
        if (reply.calls.length)
            all.push(gemini.calls(reply));
        return all.map((parts, i) => {
            const finish = i === all.length - 1 && 'STOP';
            const chunk = gemini.chunk(parts, finish, usage, id, model);
            return `data: ${JSON.stringify(chunk)}\r\n\r\n`;
        });
    },
    streamType: 'text/event-stream',
};

const ollama = {
    error: (status, message) => ({ error: message }),
    usage: (input, output) => ({
        prompt_eval_count: input, eval_count: output,
    }),
    chunk(model, body, content, calls, last) {
        const tool_calls = calls.map((call) => ({
            function: { name: call.name, arguments: call.input },
        }));
        return {
            model, created_at: '2026-01-01T00:00:00Z',
            ...typeof body.prompt === 'string' ? { response: content } : {
                message: { role: 'assistant', content,
                    ...calls.length ? { tool_calls } : {} },
            },
            ...last ? { done: true, done_reason: 'stop', total_duration: 1000,
                ...last } : { done: false },
        };
    },
    message: (reply, usage, id, model, body) =>
        ollama.chunk(model, body, reply.text, reply.calls, usage),
    stream(reply, usage, id, model, body) {
        const out = pieces(reply.text).map((part) =>
            ollama.chunk(model, body, part, [], null));
        out.push(ollama.chunk(model, body, '', reply.calls, usage));
        return out.map((chunk) => JSON.stringify(chunk) + '\n');
    },
    streamType: 'application/x-ndjson',
};

export const PROTOCOLS = { anthropic, openai, gemini, ollama };
