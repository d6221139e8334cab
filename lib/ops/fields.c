/* fields.c - see fields.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/trust.h"
#include "base/utf8.h"
#include "ops/fields.h"

/* A line about an event: as much as two terminal lines show. */
#define BRIEF_BYTES 200
/* A title made of a text: one line. */
#define TITLE_BYTES 100

static const char id_letter[] = {
    [ID_MEMORY] = '#', [ID_SESSION] = 's', [ID_EVENT] = 'e'};

int id_parse(struct str s, struct id *out, struct err *e)
{
    *out = (struct id){ID_MEMORY, 0, STR_NONE};
    s = str_trim(s);
    if (str_int(s, 1, INT64_MAX, &out->n) == 0)
        return 0;
    for (size_t k = 0; s.n > 1 && k < ARRAY_LEN(id_letter); k++) {
        if (s.p[0] != id_letter[k] ||
            str_int(str_cut(s, 1, s.n), 1, INT64_MAX, &out->n) < 0)
            continue;
        out->kind = (enum id_kind)k;
        return 0;
    }
    if (s.n < 4 || s.p[0] == '#' || s.n > 128)
        return err_set(e, CM_EARG,
                       "%.*s is no id: #12 is a memory, s4 a session, e99 an "
                       "event, or give the client's own session id",
                       STR_ARG(str_cut(s, 0, 64)));
    out->kind = ID_SESSION;
    out->n = 0;
    out->uid = s;
    return 0;
}

int id_session(struct db *db, const struct id *id, struct arena *a,
               struct session_info *out, struct err *e)
{
    int rc;

    if (id->kind != ID_SESSION)
        return err_set(e, CM_EARG, "%c%lld is not a session",
                       id_letter[id->kind], (long long)id->n);
    rc = id->n ? session_read(db, id->n, a, out, e)
               : session_by_uid(db, id->uid, a, out, e);
    if (rc != CM_ENOTFOUND)
        return rc;
    if (id->n)
        return err_set(e, rc, "there is no session s%lld", (long long)id->n);
    return err_set(e, rc, "there is no session %.*s", STR_ARG(id->uid));
}

void put_id(struct jsonw *w, const char *key, enum id_kind kind, int64_t n)
{
    char z[32];

    if (n == 0)
        return;
    snprintf(z, sizeof(z), "%c%lld", id_letter[kind], (long long)n);
    jsonw_strz(w, key, z);
}

void put_time(struct jsonw *w, const char *key, int64_t ms)
{
    char z[32];

    if (ms == 0)
        return;
    clock_iso(ms, z);
    jsonw_strz(w, key, z);
}

void put_text(struct jsonw *w, const char *key, struct str s)
{
    if (s.n)
        jsonw_str(w, key, s);
}

struct str memory_title(const struct memory_row *m)
{
    struct str rest = str_trim(m->text), line;

    if (m->title.n)
        return m->title;
    if (!str_line(&rest, &line))
        return STR_NONE;
    return utf8_cut(line, TITLE_BYTES);
}

void put_memory_line(struct jsonw *w, const struct memory_row *m)
{
    put_id(w, "id", ID_MEMORY, m->id);
    put_text(w, "kind", m->kind);
    put_text(w, "type", m->type);
    jsonw_str(w, "title", memory_title(m));
    put_time(w, "time", m->event_ms);
    put_id(w, "session", ID_SESSION, m->session_id);
    put_text(w, "project", m->project);
    put_text(w, "branch", m->branch);
    if (m->bound)
        jsonw_bool(w, "unmerged", true);
    put_text(w, "user", m->user);
    put_text(w, "agent", m->agent);
    put_text(w, "origin", m->origin);
    jsonw_int(w, "trust", trust_of(m->origin));
    if (m->disputed)
        jsonw_bool(w, "disputed", true);
    if (m->pinned)
        jsonw_bool(w, "pinned", true);
    put_time(w, "ended", m->valid_to);
    put_id(w, "superseded_by", ID_MEMORY, m->superseded_by);
}

void put_memory_body(struct jsonw *w, const struct memory_row *m)
{
    struct json *data = m->data.n ? json_parse(m->data, NULL) : NULL;

    put_memory_line(w, m);
    put_text(w, "subtitle", m->subtitle);
    put_text(w, "text", m->text);
    if (json_is_object(data))
        jsonw_raw(w, "data", m->data);
    json_free(data);
    put_text(w, "session_uid", m->session_uid);
    put_text(w, "provider", m->provider);
    put_text(w, "topic", m->topic_key);
    jsonw_int(w, "importance", m->importance);
    put_text(w, "importance_why", m->weighed);
    jsonw_int(w, "seen", m->seen);
    jsonw_int(w, "revision", m->revision);
    put_time(w, "created", m->created_ms);
    put_time(w, "updated", m->updated_ms);
    put_time(w, "expires", m->expires_ms);
}

void put_session(struct jsonw *w, const struct session_info *s)
{
    put_id(w, "id", ID_SESSION, s->id);
    put_text(w, "uid", s->uid);
    put_text(w, "title", s->title);
    put_text(w, "project", s->project);
    put_text(w, "branch", s->branch);
    put_text(w, "cwd", s->cwd);
    put_text(w, "agent", s->agent);
    put_text(w, "agent_type", s->agent_type);
    put_id(w, "parent", ID_SESSION, s->parent_id);
    put_time(w, "started", s->started_ms);
    put_time(w, "last", s->last_ms);
    put_time(w, "ended", s->ended_ms);
    put_text(w, "end_reason", s->end_reason);
    jsonw_int(w, "prompts", s->prompts);
    jsonw_int(w, "events", s->events);
    jsonw_int(w, "memories", s->memories);
    jsonw_int(w, "children", s->children);
    if (s->dropped)
        jsonw_int(w, "dropped", s->dropped);
}

/* Where the words of an event stand, in the order of preference. */
static const char *const brief_fields[] = {
    "prompt",
    "last_assistant_message",
    "message",
    "text",
    "tool_input.command",
    "tool_input.file_path",
    "tool_input.notebook_path",
    "tool_input.pattern",
    "tool_input.query",
    "tool_input.url",
    "tool_input.description",
    "tool_input.prompt",
    "compact_summary",
    "error",
    "reason",
    "source",
    "trigger",
    "raw",
};

void event_brief(const struct event_info *ev, struct buf *out)
{
    struct json *j = json_parse(ev->payload, NULL);
    struct str s = STR_NONE;
    struct buf line;

    for (size_t i = 0; i < ARRAY_LEN(brief_fields) && s.n == 0; i++)
        s = str_trim(json_str(json_path(j, brief_fields[i])));
    buf_init(&line, 4 * BRIEF_BYTES);
    utf8_clean_line(&line, utf8_cut(s, BRIEF_BYTES));
    buf_adds(out, buf_str(&line));
    if (s.n > BRIEF_BYTES)
        buf_addz(out, "...");
    buf_free(&line);
    json_free(j);
}

void put_event_line(struct jsonw *w, const struct event_info *ev)
{
    struct buf line;

    buf_init(&line, 4 * BRIEF_BYTES + 8);
    event_brief(ev, &line);
    put_id(w, "id", ID_EVENT, ev->id);
    put_text(w, "name", ev->name);
    put_text(w, "tool", ev->tool);
    put_time(w, "time", ev->time_ms);
    put_text(w, "text", buf_str(&line));
    buf_free(&line);
}
