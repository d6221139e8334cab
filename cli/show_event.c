/*
 * show_event.c - see show_event.h.
 *
 * Nothing here knows the client's tools one by one: fields are shown by what
 * they hold. Texts of several lines become blocks, short values a line, an
 * edit's patch a diff. What the payload says twice is shown once.
 */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/show_event.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* A screen and a half of one field. */
#define BLOCK_LINES 60
/* Objects in objects: a result's file is at the second. */
#define DEPTH_MAX 4
/* Names of fields stand in a column of this width. */
#define NAME_COLUMNS 14
#define JSON_MAX     (64u << 20)
/* "2026-02-07 14:02  " */
#define MINUTE_COLUMNS 18
/* What is said again and again rests on hundreds. */
#define EVENT_LINES 20

/* The head of the event says these, or they are the machine's. */
static const char *const hidden[] = {
    "session_id",       "transcript_path", "hook_event_name", "tool_name",
    "permission_mode",  "prompt_id",       "tool_use_id",     "cwd",
    "originalFile",     "structuredPatch", "isImage",         "userModified",
    "noOutputExpected", "bashEditDiff",    "effort",
};

/* A patch says these too. */
static const char *const in_patch[] = {
    "old_string", "new_string", "oldString",   "newString",
    "content",    "replaceAll", "replace_all",
};

/* Where the end is what one looks for. */
static const char *const outputs[] = {"stdout", "stderr", "error"};

struct fields {
    const struct json *payload;
    bool has_patch;
    struct str path; /* of the tool's input: its output need not repeat it */
};

static bool is_one_of(struct str name, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(name, names[i]))
            return true;
    return false;
}

static bool is_empty(const struct json *v)
{
    if (json_is_object(v) || json_is_array(v))
        return json_len(v) == 0;
    if (json_is_str(v))
        return str_trim(json_str(v)).n == 0;
    if (json_is_bool(v))
        return !json_bool(v);
    return !json_is_num(v);
}

static bool is_hidden(const struct fields *f, const struct json *v)
{
    struct str key = json_key(v);

    /* Recordings have fields of their own: "_ts". */
    return is_empty(v) || str_starts(key, STR("_")) ||
           is_one_of(key, hidden, ARRAY_LEN(hidden)) ||
           (f->has_patch && is_one_of(key, in_patch, ARRAY_LEN(in_patch))) ||
           (str_eqz(key, "type") && str_eqz(json_str(v), "text")) ||
           (str_eqz(key, "filePath") && str_eq(json_str(v), f->path));
}

/* "last_assistant_message" becomes "last assistant message". */
static void put_name(struct term *t, struct str key)
{
    struct buf b;

    buf_init(&b, key.n + 1);
    for (size_t i = 0; i < key.n; i++)
        buf_addc(&b, key.p[i] == '_' ? ' ' : key.p[i]);
    term_put(t, TERM_DIM, buf_str(&b));
    buf_free(&b);
}

/* Fits on a line with its name; or has no place to break it, as a path. */
static bool is_short(const struct term *t, struct str text)
{
    text = str_trim(text);
    return str_chr(text, '\n') < 0 &&
           (str_chr(text, ' ') < 0 ||
            (int)utf8_columns(text) < t->width - NAME_COLUMNS - 2);
}

static void put_text(struct term *t, struct str key, struct str text)
{
    struct show_block block = {.indent = SHOW_INDENT,
                               .lines = BLOCK_LINES,
                               .tail =
                                   is_one_of(key, outputs, ARRAY_LEN(outputs))};

    if (is_short(t, text)) {
        term_pad(t, SHOW_INDENT);
        put_name(t, key);
        term_pad(t, SHOW_INDENT + NAME_COLUMNS);
        term_put(t, TERM_PLAIN, str_trim(text));
        term_nl(t);
        return;
    }
    term_pad(t, SHOW_INDENT);
    put_name(t, key);
    term_nl(t);
    block.indent += SHOW_INDENT;
    show_block(t, &block, text);
}

/* The texts of a list of content blocks, as tools of MCP servers answer. */
static bool put_content(struct term *t, const struct json *list)
{
    struct show_block block = {.indent = SHOW_INDENT, .lines = BLOCK_LINES};

    for (const struct json *c = json_first(list); c; c = json_next(c))
        if (json_get_str(c, "text").n == 0)
            return false;
    for (const struct json *c = json_first(list); c; c = json_next(c))
        show_block(t, &block, json_get_str(c, "text"));
    return true;
}

/* A small value on one line, others as indented JSON. */
static void put_json(struct term *t, const struct json *v)
{
    struct buf b;

    buf_init(&b, JSON_MAX);
    json_print(v, &b, 0);
    if ((int)b.len > t->width / 2) {
        buf_reset(&b);
        json_print(v, &b, 2);
    }
    put_text(t, json_key(v), buf_str(&b));
    buf_free(&b);
}

/* Fields of an object, and of the objects in it. The depth is bounded, so
 * this may call itself. */
static void put_fields(struct term *t, const struct fields *f,
                       const struct json *obj, int depth)
{
    for (const struct json *v = json_first(obj); v; v = json_next(v)) {
        if (is_hidden(f, v))
            continue;
        if (json_is_str(v))
            put_text(t, json_key(v), json_str(v));
        else if (json_is_object(v) && depth < DEPTH_MAX)
            put_fields(t, f, v, depth + 1);
        else if (!json_is_array(v) || !put_content(t, v))
            put_json(t, v);
    }
}

static void put_patch(struct term *t, const struct json *hunks)
{
    struct show_block block = {
        .indent = SHOW_INDENT, .lines = BLOCK_LINES, .diff = true};
    struct buf b;

    buf_init(&b, JSON_MAX);
    for (const struct json *h = json_first(hunks); h; h = json_next(h)) {
        buf_addf(&b, "@@ -%lld,%lld +%lld,%lld @@\n",
                 (long long)json_get_int(h, "oldStart", 0),
                 (long long)json_get_int(h, "oldLines", 0),
                 (long long)json_get_int(h, "newStart", 0),
                 (long long)json_get_int(h, "newLines", 0));
        for (const struct json *l = json_first(json_get(h, "lines")); l;
             l = json_next(l)) {
            buf_adds(&b, json_str(l));
            buf_addc(&b, '\n');
        }
    }
    show_block(t, &block, buf_str(&b));
    buf_free(&b);
}

/* What a command changed, where the client says so. */
static void put_changes(struct term *t, const struct json *diff)
{
    for (const struct json *f = json_first(json_get(diff, "files")); f;
         f = json_next(f)) {
        term_pad(t, SHOW_INDENT);
        term_put(t, TERM_PATH, json_get_str(f, "filePath"));
        term_nl(t);
        put_patch(t, json_get(f, "hunks"));
    }
}

/* A part of a tool's event: its input or its result. */
static void put_part(struct term *t, const struct fields *f, const char *label,
                     const struct json *part)
{
    struct show_block block = {
        .indent = SHOW_INDENT, .lines = BLOCK_LINES, .tail = true};

    if (is_empty(part))
        return;
    show_label(t, label);
    if (json_is_str(part))
        show_block(t, &block, json_str(part));
    else if (json_is_object(part))
        put_fields(t, f, part, 0);
    else if (!put_content(t, part))
        put_json(t, part);
    if (f->has_patch && json_get(part, "structuredPatch"))
        put_patch(t, json_get(part, "structuredPatch"));
    put_changes(t, json_get(part, "bashEditDiff"));
}

static bool is_tool_part(const struct json *v)
{
    return str_eqz(json_key(v), "tool_input") ||
           str_eqz(json_key(v), "tool_response");
}

/* Everything else at the top: a source, a reason; a prompt, a message. */
static void put_rest(struct term *t, const struct fields *f)
{
    bool first = true;

    for (const struct json *v = json_first(f->payload); v; v = json_next(v)) {
        if (is_hidden(f, v) || is_tool_part(v) || !json_is_str(v) ||
            !is_short(t, json_str(v)))
            continue;
        if (first)
            term_nl(t);
        first = false;
        put_text(t, json_key(v), json_str(v));
    }
    for (const struct json *v = json_first(f->payload); v; v = json_next(v)) {
        if (is_hidden(f, v) || is_tool_part(v) ||
            (json_is_str(v) && is_short(t, json_str(v))))
            continue;
        term_nl(t);
        if (!json_is_str(v)) {
            put_json(t, v);
            continue;
        }
        put_name(t, json_key(v));
        term_nl(t);
        term_wrap(t, TERM_PLAIN, SHOW_INDENT, json_str(v));
    }
}

void show_event(struct term *t, const struct json *ev)
{
    const struct json *payload = json_get(ev, "payload");
    const struct json *patch =
        json_path(payload, "tool_response.structuredPatch");
    struct fields f = {payload, json_len(patch) > 0,
                       json_str(json_path(payload, "tool_input.file_path"))};
    struct show_block block = {.lines = BLOCK_LINES};

    term_put(t, TERM_ID, json_get_str(ev, "id"));
    term_styled(t, TERM_TITLE, "  %.*s", STR_ARG(json_get_str(ev, "name")));
    if (json_get_str(ev, "tool").n)
        term_styled(t, TERM_TITLE, " %.*s", STR_ARG(json_get_str(ev, "tool")));
    term_nl(t);
    show_minute(t, show_time(ev, "time"));
    term_printf(t, ", session %.*s, by %.*s, ",
                STR_ARG(json_get_str(ev, "session")),
                STR_ARG(json_get_str(ev, "origin")));
    term_bytes(t, json_get_int(ev, "bytes", 0));
    term_nl(t);
    if (json_is_str(payload)) {
        term_nl(t);
        show_block(t, &block, json_str(payload));
        return;
    }
    put_part(t, &f, "Input", json_get(payload, "tool_input"));
    put_part(t, &f, "Result", json_get(payload, "tool_response"));
    put_rest(t, &f);
}

void show_event_lines(struct term *t, const struct json *events)
{
    int id = 0, tool = 0;
    size_t n = 0;

    for (const struct json *e = json_first(events); e; e = json_next(e)) {
        struct str name = json_get_str(e, "tool");

        if (name.n == 0)
            name = json_get_str(e, "name");
        if ((int)json_get_str(e, "id").n > id)
            id = (int)json_get_str(e, "id").n;
        if ((int)utf8_columns(name) > tool)
            tool = (int)utf8_columns(name);
    }
    for (const struct json *e = json_first(events); e && n < EVENT_LINES;
         e = json_next(e), n++) {
        struct str name = json_get_str(e, "tool");
        struct str text = json_get_str(e, "text");

        term_pad(t, SHOW_INDENT);
        term_put(t, TERM_ID, json_get_str(e, "id"));
        term_pad(t, SHOW_INDENT + id + 2);
        show_minute(t, show_time(e, "time"));
        term_printf(t, "  ");
        term_put(t, TERM_DIM, name.n ? name : json_get_str(e, "name"));
        if (text.n) {
            term_pad(t, SHOW_INDENT + id + 2 + MINUTE_COLUMNS + tool + 2);
            show_rest(t, TERM_PLAIN, text);
        }
        term_nl(t);
    }
    if (json_len(events) > n) {
        term_pad(t, SHOW_INDENT);
        term_styled(t, TERM_DIM, "and %zu more: --json has all\n",
                    json_len(events) - n);
    }
}
