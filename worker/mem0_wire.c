/* mem0_wire.c - a memory as mem0's clients read it: see mem0.h. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "ops/fields.h"
#include "store/scoped.h"
#include "worker/mem0.h"

bool mem0_wants(const struct json *fields, const char *name)
{
    if (!json_is_array(fields) || json_len(fields) == 0)
        return true;
    for (const struct json *f = json_first(fields); f; f = json_next(f))
        if (str_eqz(json_str(f), name))
            return true;
    return false;
}

void mem0_put_time(struct jsonw *w, const char *key, int64_t ms)
{
    char iso[32];

    if (!ms) {
        jsonw_null(w, key);
        return;
    }
    clock_iso(ms, iso);
    jsonw_strz(w, key, iso);
}

static void put_page(struct jsonw *w, const char *key, struct str base,
                     int64_t page, int64_t size)
{
    char url[512];

    if (page < 1) {
        jsonw_null(w, key);
        return;
    }
    snprintf(url, sizeof(url), "%.*s?page=%lld&page_size=%lld", STR_ARG(base),
             (long long)page, (long long)size);
    jsonw_strz(w, key, url);
}

void mem0_put_pages(struct jsonw *w, const struct json *args, const char *path,
                    int64_t page, int64_t size, int64_t count)
{
    char base[384];

    snprintf(base, sizeof(base), "http://%.*s%s",
             STR_ARG(str_cut(json_get_str(args, "host"), 0, 256)), path);
    put_page(w, "next", str_of(base), page * size < count ? page + 1 : 0, size);
    put_page(w, "previous", str_of(base), page - 1, size);
}

void mem0_put_totals(struct jsonw *w, const size_t *per)
{
    for (int t = 0; t < SCOPE_TYPES; t++) {
        char key[32];

        snprintf(key, sizeof(key), "total_%ss",
                 scope_type_name((enum scope_type)t));
        jsonw_int(w, key, (int64_t)per[t]);
    }
}

struct json *mem0_metadata(const struct json *v)
{
    static const char *const scopes[] = {"user_id", "agent_id", "app_id",
                                         "run_id", "actor_id"};
    struct json *copy = json_is_object(v) ? json_copy(v) : json_object();

    for (size_t i = 0; i < ARRAY_LEN(scopes); i++)
        json_del(copy, scopes[i]);
    return copy;
}

struct str mem0_text(const struct memory_row *m)
{
    return m->text.n ? m->text : m->title;
}

bool mem0_is_immutable(const struct memory_row *m)
{
    struct json *data = m->data.n ? json_parse(m->data, NULL) : NULL;
    bool is = json_get_bool(data, "immutable");

    json_free(data);
    return is;
}

static void put_or_null(struct jsonw *w, const struct json *fields,
                        const char *key, struct str s)
{
    if (!mem0_wants(fields, key))
        return;
    if (s.n)
        jsonw_str(w, key, s);
    else
        jsonw_null(w, key);
}

static void put_strings(struct jsonw *w, const struct json *list)
{
    for (const struct json *v = json_first(list); v; v = json_next(v))
        if (json_is_str(v))
            jsonw_str(w, NULL, json_str(v));
}

/* Said with it, found by compression, or, where no categories were wished for,
 * an observation's concepts. */
static void put_categories(struct jsonw *w, const struct memory_row *m)
{
    struct json *meta = m->metadata.n ? json_parse(m->metadata, NULL) : NULL;
    struct json *data = m->data.n ? json_parse(m->data, NULL) : NULL;

    jsonw_arr(w, "categories");
    put_strings(w, json_get(meta, "categories"));
    put_strings(w, json_get(data, "categories"));
    if (!json_get(data, "categories"))
        put_strings(w, json_get(data, "concepts"));
    jsonw_end(w);
    json_free(meta);
    json_free(data);
}

/* The last day on which it holds. */
static void put_expiry(struct jsonw *w, int64_t ms)
{
    char iso[32];

    if (!ms) {
        jsonw_null(w, "expiration_date");
        return;
    }
    clock_iso(ms - 1, iso);
    iso[10] = '\0';
    jsonw_strz(w, "expiration_date", iso);
}

static const char *state_of(const struct memory_row *m, int64_t now_ms)
{
    if (m->valid_to && m->valid_to <= now_ms)
        return "superseded";
    return m->expires_ms && m->expires_ms <= now_ms ? "expired" : "active";
}

/* With the speaker's name, which mem0_add.c put there, beside it. */
static void put_metadata(struct jsonw *w, const struct json *fields,
                         struct str text)
{
    struct json *meta = text.n ? json_parse(text, NULL) : NULL;
    struct str actor = json_get_str(meta, "actor_id");

    if (mem0_wants(fields, "metadata")) {
        if (json_is_object(meta))
            jsonw_raw(w, "metadata", text);
        else
            jsonw_null(w, "metadata");
    }
    if (actor.n && mem0_wants(fields, "actor_id"))
        jsonw_str(w, "actor_id", actor);
    json_free(meta);
}

void mem0_put_memory(struct jsonw *w, const struct mem0_put *p,
                     const struct memory_row *m)
{
    const struct json *fields = p->fields;
    char id[MEM0_ID_SIZE];
    bool own = str_starts(m->session_uid, STR("mem0:"));

    mem0_id_put(p->home, m->id, id);
    jsonw_strz(w, "id", id);
    put_or_null(w, fields, "memory", mem0_text(m));
    put_or_null(w, fields, "user_id", m->user);
    put_or_null(w, fields, "agent_id", m->agent);
    put_or_null(w, fields, "app_id",
                str_eqz(m->project, "imported") ? STR_NONE : m->project);
    put_or_null(w, fields, p->run, own ? STR_NONE : m->session_uid);
    put_metadata(w, fields, m->metadata);
    if (mem0_wants(fields, "categories"))
        put_categories(w, m);
    if (mem0_wants(fields, "created_at"))
        mem0_put_time(w, "created_at", m->event_ms);
    if (mem0_wants(fields, "updated_at"))
        mem0_put_time(w, "updated_at", m->updated_ms);
    if (mem0_wants(fields, "expiration_date"))
        put_expiry(w, m->expires_ms);
    if (mem0_wants(fields, "lifecycle_state"))
        jsonw_strz(w, "lifecycle_state", state_of(m, p->now_ms));
    if (m->superseded_by && mem0_wants(fields, "replaced_by")) {
        mem0_id_put(p->home, m->superseded_by, id);
        jsonw_strz(w, "replaced_by", id);
    }
    /* What mem0 does not have. */
    put_or_null(w, fields, "kind", m->kind);
    put_or_null(w, fields, "origin", m->origin);
}

int mem0_expiry(const struct json *v, int64_t *ms, struct err *e)
{
    struct str s = str_trim(json_str(v));

    if (json_is_str(v) && s.n == 10) {
        char iso[32];

        snprintf(iso, sizeof(iso), "%.*sT00:00:00Z", STR_ARG(s));
        if (clock_parse(str_of(iso), 0, ms) == 0) {
            *ms += MEM0_DAY_MS;
            return 0;
        }
    } else if (json_is_str(v) && s.n > 10 && is_digit(s.p[0]) &&
               clock_parse(s, 0, ms) == 0) {
        return 0;
    }
    return err_set(e, CM_EARG,
                   "expiration_date is a date such as 2026-11-21, or null");
}

int mem0_timestamp(const struct json *v, int64_t now_ms, int64_t *ms,
                   struct err *e)
{
    double n = json_num(v);

    if (json_is_num(v) && fabs(n) < 9e12) {
        /* Milliseconds, as seconds, would be after the year 5000. */
        *ms = (int64_t)(fabs(n) < 1e11 ? n * 1000 : n);
        return 0;
    }
    if (json_is_str(v)) {
        int64_t s;

        if (str_int(str_trim(json_str(v)), 0, INT64_C(99999999999), &s) == 0) {
            *ms = s * 1000;
            return 0;
        }
        if (clock_parse(str_trim(json_str(v)), now_ms, ms) == 0)
            return 0;
    }
    return err_set(e, CM_EARG,
                   "a timestamp is in seconds since 1970, or ISO 8601");
}
