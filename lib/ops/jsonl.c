/* jsonl.c - see jsonl.h. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "base/redact.h"
#include "ops/fields.h"
#include "ops/jsonl.h"

/* Numbers below are seconds: as milliseconds they would be before 1973. */
#define SECONDS_BELOW 1e11

enum field_is {
    IS_NAME, /* kept byte for byte; may be a number */
    IS_LINE, /* cleaned, one line */
    IS_TEXT, /* cleaned */
    IS_OWN,  /* read by a function of its own */
};

struct field {
    const char *name;
    enum field_is is;
    size_t at; /* of the struct str in struct jsonl */
};

#define FIELD(name, is)                                                        \
    {                                                                          \
#name, is, offsetof(struct jsonl, name)                                \
    }
#define OWN(name)                                                              \
    {                                                                          \
        name, IS_OWN, 0                                                        \
    }
static const struct field fields[] = {
    FIELD(id, IS_NAME),
    FIELD(text, IS_TEXT),
    OWN("kind"),
    OWN("time"),
    FIELD(user, IS_NAME),
    FIELD(agent, IS_NAME),
    FIELD(run, IS_NAME),
    FIELD(app, IS_NAME),
    FIELD(group, IS_NAME),
    OWN("order"),
    OWN("metadata"),
    FIELD(title, IS_LINE),
    FIELD(subtitle, IS_LINE),
    FIELD(type, IS_LINE),
    OWN("data"),
    FIELD(topic, IS_NAME),
    FIELD(branch, IS_NAME),
    OWN("importance"),
    OWN("pinned"),
    OWN("expires"),
};

static const char *const kinds[] = {"observation", "fact", "summary", "note",
                                    "prompt"};

struct reader {
    struct jsonl *out;
    struct arena *a;
    int64_t now_ms;
    struct json *more; /* fields that are not ours */
    struct err *e;
};

static int read_name(struct reader *r, const struct field *f,
                     const struct json *v)
{
    struct str *out = (struct str *)(void *)((char *)r->out + f->at);
    double n = json_num(v);

    if (json_is_num(v) && floor(n) == n && fabs(n) < 9e15)
        *out = arena_fmt(r->a, "%.0f", n);
    else if (json_is_str(v))
        *out = arena_str(r->a, json_str(v));
    else
        return err_set(r->e, CM_EARG, "%s is a string", f->name);
    if (out->n > JSONL_NAME_BYTES)
        return err_set(r->e, CM_EARG, "%s is longer than %d bytes", f->name,
                       JSONL_NAME_BYTES);
    return 0;
}

static int read_text(struct reader *r, const struct field *f,
                     const struct json *v)
{
    struct str *out = (struct str *)(void *)((char *)r->out + f->at);

    if (!json_is_str(v))
        return err_set(r->e, CM_EARG, "%s is a string", f->name);
    if (json_str(v).n > JSONL_TEXT_BYTES)
        return err_set(r->e, CM_EARG, "%s is longer than %u KB", f->name,
                       JSONL_TEXT_BYTES / 1024);
    *out = redact_clean(json_str(v), f->is == IS_LINE, r->a);
    return 0;
}

static int read_time(struct reader *r, const char *name, const struct json *v,
                     int64_t *out)
{
    double n = json_num(v);

    if (json_is_num(v) && fabs(n) < 9e15) {
        *out = (int64_t)(fabs(n) < SECONDS_BELOW ? n * 1000 : n);
        return 0;
    }
    if (json_is_str(v) &&
        clock_parse(str_trim(json_str(v)), r->now_ms, out) == 0)
        return 0;
    return err_set(r->e, CM_EARG,
                   "%s is a time, such as \"2026-11-21T08:40:55Z\" or "
                   "milliseconds since 1970",
                   name);
}

/* A JSON object, as text without its secrets; an empty one is none. */
static int print_object(struct reader *r, const char *name, struct json *v,
                        struct str *out)
{
    struct buf b;
    int rc = 0;

    redact_json(v);
    buf_init(&b, JSONL_REST_BYTES);
    if (!json_print(v, &b, 0))
        rc = err_set(r->e, CM_EARG, "%s is longer than %u KB", name,
                     JSONL_REST_BYTES / 1024);
    else if (json_len(v))
        *out = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return rc;
}

/* A copy of v becomes a member of what is no field of ours. */
static int keep(struct reader *r, struct str key, const struct json *v)
{
    struct json *copy = NULL;
    struct buf b;

    buf_init(&b, JSONL_REST_BYTES);
    if (json_print(v, &b, 0))
        copy = json_parse(buf_str(&b), NULL);
    buf_free(&b);
    if (!copy)
        return err_set(r->e, CM_EARG, "%.*s is longer than %u KB",
                       STR_ARG(str_cut(key, 0, 64)), JSONL_REST_BYTES / 1024);
    if (!r->more)
        r->more = json_object();
    json_set(r->more, arena_str(r->a, key).p, copy);
    return 0;
}

static int read_metadata(struct reader *r, const struct json *v)
{
    int rc = 0;

    if (!json_is_object(v))
        return err_set(r->e, CM_EARG, "metadata is a JSON object");
    for (struct json *m = json_first(v); m && rc == 0; m = json_next(m))
        rc = keep(r, json_key(m), m);
    return rc;
}

static int read_kind(struct reader *r, const struct json *v)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_eqz(json_str(v), kinds[i])) {
            r->out->kind = kinds[i];
            return 0;
        }
    return err_set(r->e, CM_EARG,
                   "kind is observation, fact, summary, note or prompt");
}

static int read_int(struct reader *r, const char *name, const struct json *v,
                    double most, int64_t *out)
{
    double n = json_num(v);

    if (!json_is_num(v) || floor(n) != n || fabs(n) > most)
        return err_set(r->e, CM_EARG, "%s is a whole number up to %.0f", name,
                       most);
    *out = (int64_t)n;
    return 0;
}

static int read_own(struct reader *r, const char *name, struct json *v)
{
    struct jsonl *out = r->out;
    int64_t n = 0;
    int rc = 0;

    if (strcmp(name, "kind") == 0)
        return read_kind(r, v);
    if (strcmp(name, "time") == 0)
        return read_time(r, name, v, &out->time_ms);
    if (strcmp(name, "expires") == 0)
        return read_time(r, name, v, &out->expires_ms);
    if (strcmp(name, "metadata") == 0)
        return read_metadata(r, v);
    if (strcmp(name, "data") == 0)
        return json_is_object(v)
                   ? print_object(r, name, v, &out->data)
                   : err_set(r->e, CM_EARG, "data is a JSON object");
    if (strcmp(name, "order") == 0) {
        out->has_order = true;
        return read_int(r, name, v, 9e15, &out->order);
    }
    if (strcmp(name, "importance") == 0) {
        rc = read_int(r, name, v, 5, &n);
        out->importance = n > 0 ? (int)n : 0;
        return rc;
    }
    if (!json_is_bool(v)) /* pinned is left */
        return err_set(r->e, CM_EARG, "%s is true or false", name);
    out->pinned = json_bool(v);
    return 0;
}

static int read_field(struct reader *r, struct json *v)
{
    struct str key = json_key(v);

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const struct field *f = &fields[i];

        if (!str_eqz(key, f->name))
            continue;
        if (json_is_null(v))
            return 0;
        switch (f->is) {
        case IS_NAME:
            return read_name(r, f, v);
        case IS_LINE:
        case IS_TEXT:
            return read_text(r, f, v);
        case IS_OWN:
            return read_own(r, f->name, v);
        }
    }
    return keep(r, key, v);
}

int jsonl_read(struct str line, int64_t now_ms, struct arena *a,
               struct jsonl *out, struct err *e)
{
    struct reader r = {.out = out, .a = a, .now_ms = now_ms, .e = e};
    struct json *j = json_parse(line, e);
    int rc = 0;

    *out = (struct jsonl){.kind = "note"};
    if (!j)
        return CM_EFORMAT;
    if (!json_is_object(j))
        rc = err_set(e, CM_EFORMAT, "it is no JSON object");
    for (struct json *v = json_first(j); v && rc == 0; v = json_next(v))
        rc = read_field(&r, v);
    if (rc == 0 && out->text.n == 0)
        rc = err_set(e, CM_EARG,
                     json_get_str(j, "text").n ? "text has nothing to read"
                                               : "text is missing");
    if (rc == 0 && r.more)
        rc = print_object(&r, "metadata", r.more, &out->metadata);
    json_free(r.more);
    json_free(j);
    return rc;
}

void jsonl_put_id(struct jsonw *w, const struct memory_row *m)
{
    if (m->external_id.n)
        jsonw_str(w, "id", m->external_id);
    else
        put_id(w, "id", ID_MEMORY, m->id);
}

/* Stored JSON that is none (nobody of ours writes such) is left out. */
static void put_object(struct jsonw *w, const char *key, struct str text)
{
    struct json *j = text.n ? json_parse(text, NULL) : NULL;

    if (json_is_object(j) && json_len(j))
        jsonw_raw(w, key, text);
    json_free(j);
}

void jsonl_write(struct jsonw *w, const struct memory_row *m)
{
    jsonw_obj(w, NULL);
    jsonl_put_id(w, m);
    jsonw_str(w, "text", m->text.n ? m->text : m->title);
    jsonw_str(w, "kind", m->kind);
    put_time(w, "time", m->event_ms);
    put_text(w, "user", m->user);
    put_text(w, "agent", m->agent);
    put_text(w, "run", m->session_uid);
    put_text(w, "app", m->project);
    put_text(w, "group", m->group);
    if (m->order)
        jsonw_int(w, "order", m->order);
    put_object(w, "metadata", m->metadata);
    put_text(w, "title", m->title);
    put_text(w, "subtitle", m->subtitle);
    put_text(w, "type", m->type);
    put_object(w, "data", m->data);
    put_text(w, "topic", m->topic_key);
    put_text(w, "branch", m->branch);
    if (m->importance != 3)
        jsonw_int(w, "importance", m->importance);
    if (m->pinned)
        jsonw_bool(w, "pinned", true);
    put_time(w, "expires", m->expires_ms);
    jsonw_end(w);
}
