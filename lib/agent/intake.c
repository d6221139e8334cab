/* intake.c - see intake.h. */
#include "base/common.h"

#include "agent/intake.h"
#include "agent/trim.h"
#include "base/clock.h"
#include "base/redact.h"
#include "base/utf8.h"

#define MAX_BYTES_MIN 1024
/* Names are short; a longer one is somebody's mistake. */
#define NAME_MAX_BYTES 256
#define PATH_MAX_BYTES 4096

/* Where an event's own words are. */
static const struct {
    const char *name, *member;
} text_members[] = {
    {"UserPromptSubmit", "prompt"},
    {"Assistant", "text"},
    {"Stop", "last_assistant_message"},
    {"StopFailure", "last_assistant_message"},
    {"SubagentStop", "last_assistant_message"},
    {"PreCompact", "custom_instructions"},
    {"PostCompact", "compact_summary"},
    {"Notification", "message"},
};

static struct str take(const struct json *j, const char *key, size_t max,
                       struct arena *a)
{
    struct str s = json_get_str(j, key);

    return s.n ? arena_str(a, utf8_cut(s, max)) : STR_NONE;
}

static struct str text_of(const struct json *j, struct str name,
                          struct arena *a)
{
    for (size_t i = 0; i < ARRAY_LEN(text_members); i++)
        if (str_eqz(name, text_members[i].name))
            return take(j, text_members[i].member, SIZE_MAX, a);
    return STR_NONE;
}

/* Recorded payloads say when they happened, as text or in milliseconds. */
static int64_t time_of(const struct json *j)
{
    const struct json *ts = json_get(j, "_ts");
    int64_t ms = 0;

    if (json_is_num(ts))
        return json_int(ts);
    if (json_is_str(ts) && clock_parse(json_str(ts), 0, &ms) < 0)
        return 0;
    return ms;
}

/*
 * A prompt of ours to a language model, in its form (compress/prompt.c). The
 * hooks of such a session do nothing, so this is for clients that lose the
 * environment on the way.
 */
static bool is_internal(struct str text)
{
    return str_ends(str_trim(text), STR("Reply with the JSON object only.")) &&
           str_find(text, STR("\n<record>\n")) >= 0 &&
           str_find(text, STR("\n</record>\n")) >= 0;
}

static void take_members(const struct json *j, struct arena *a,
                         struct intake *out)
{
    out->session = take(j, "session_id", NAME_MAX_BYTES, a);
    out->name = take(j, "hook_event_name", NAME_MAX_BYTES, a);
    out->tool = take(j, "tool_name", NAME_MAX_BYTES, a);
    out->tool_use_id = take(j, "tool_use_id", NAME_MAX_BYTES, a);
    out->agent_id = take(j, "agent_id", NAME_MAX_BYTES, a);
    out->agent_type = take(j, "agent_type", NAME_MAX_BYTES, a);
    out->cwd = take(j, "cwd", PATH_MAX_BYTES, a);
    out->transcript = take(j, "transcript_path", PATH_MAX_BYTES, a);
    out->source = take(j, "source", NAME_MAX_BYTES, a);
    out->reason = take(j, "reason", NAME_MAX_BYTES, a);
    out->text = text_of(j, out->name, a);
    out->time_ms = time_of(j);
    out->is_internal = is_internal(out->text);
}

/*
 * May these bytes be stored as they are? Strict readers of JSON want UTF-8
 * and no control characters; the parser lets both pass.
 */
static bool is_strict(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ')
            return false;
    return utf8_is_valid(s);
}

static void parse_object(struct json *j, struct str raw, size_t max,
                         struct arena *a, struct intake *out)
{
    size_t changed = trim_bulk(j, raw);
    struct buf b;

    out->was_json = true;
    out->redacted = redact_json(j);
    changed += out->redacted;
    take_members(j, a, out);
    if (!changed && raw.n <= max && is_strict(raw)) {
        out->payload = arena_str(a, raw);
        return;
    }
    buf_init(&b, max);
    out->cut = trim_print(j, max, &b);
    out->payload = arena_str(a, buf_str(&b));
    buf_free(&b);
}

static void keep_raw(struct str raw, size_t max, struct arena *a,
                     struct intake *out)
{
    struct buf clean, b;

    /* A mark may be longer than the secret it stands for, never by much. */
    buf_init(&clean, 4 * raw.n + 1024);
    out->redacted = redact_text(raw, &clean);
    buf_init(&b, max);
    out->cut = trim_raw(buf_str(&clean), max, &b);
    out->payload = arena_str(a, buf_str(&b));
    buf_free(&b);
    buf_free(&clean);
}

void intake_parse(struct str raw, size_t max_bytes, struct arena *a,
                  struct intake *out)
{
    size_t max = max_bytes < MAX_BYTES_MIN ? MAX_BYTES_MIN : max_bytes;
    struct json *j;

    *out = (struct intake){.bytes = raw.n};
    raw = str_trim(raw);
    j = json_parse(raw, NULL);
    if (json_is_object(j))
        parse_object(j, raw, max, a, out);
    else
        keep_raw(raw, max, a, out);
    json_free(j);
    if (out->session.n == 0)
        out->session = arena_strz(a, "unknown");
}

/* How texts begin that the client wrote in the user's place. */
bool intake_is_clients(struct str text)
{
    static const char *const openings[] = {
        "<command-name>",       "<command-message>",
        "<command-args>",       "<local-command-",
        "<bash-input>",         "<bash-stdout>",
        "<bash-stderr>",        "<task-notification>",
        "<agent-notification>", "<system-reminder>",
        "<user-memory-input>",  "<ide_",
        "[Request interrupted", "Caveat: The messages below were generated",
        "Stop hook feedback:",  "Operation stopped by hook:",
    };

    text = str_trim(text);
    for (size_t i = 0; i < ARRAY_LEN(openings); i++)
        if (str_starts(text, str_of(openings[i])))
            return true;
    return text.n == 0 || intake_is_own(text);
}
