/* mem0.c - see mem0.h: the table of routes, the state, answers. */
#include "base/common.h"

#include <stdarg.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "worker/http_conn.h"
#include "worker/mem0.h"

#define STATE_BYTES   (16u << 20)
#define SAVE_EVERY_MS 1000

/* --- state ------------------------------------------------------------------- */

static void place(const struct worker *w, char out[PATHS_MAX + 32])
{
    snprintf(out, PATHS_MAX + 32, "%s/mem0.json", w->paths.data);
}

void mem0_save(struct mem0 *m)
{
    char path[PATHS_MAX + 32];
    struct err e = {0};
    struct buf b;

    place(m->w, path);
    buf_init(&b, STATE_BYTES);
    if (!json_print(m->state, &b, 0))
        log_warn("mem0: the state is too large to be saved");
    else if (file_write(path, buf_str(&b), 0600, &e) < 0)
        log_warn("mem0: %s", e.msg);
    buf_free(&b);
    m->dirty = false;
    m->saved_mono = clock_mono_ms();
}

void mem0_changed(struct mem0 *m)
{
    m->dirty = true;
}

static void put_hex(const unsigned char *p, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++)
        snprintf(out + 2 * i, 3, "%02x", p[i]);
}

static bool get_hex(struct str s, unsigned char *out, size_t n)
{
    if (s.n != 2 * n)
        return false;
    for (size_t i = 0; i < n; i++) {
        char two[3] = {s.p[2 * i], s.p[2 * i + 1], '\0'}, *end;

        out[i] = (unsigned char)strtoul(two, &end, 16);
        if (*end)
            return false;
    }
    return true;
}

/* Another home's bytes would give every memory another id: a file that cannot
 * be read is put aside, not written over. */
static void load(struct mem0 *m)
{
    char path[PATHS_MAX + 32], aside[PATHS_MAX + 40];
    char hex[2 * MEM0_HOME_BYTES + 1];
    struct err e = {0};
    struct buf b;

    place(m->w, path);
    buf_init(&b, STATE_BYTES);
    if (file_read(path, &b, &e) == 0)
        m->state = json_parse(buf_str(&b), &e);
    buf_free(&b);
    if (json_is_object(m->state) &&
        get_hex(json_get_str(m->state, "home"), m->home, MEM0_HOME_BYTES))
        return;
    if (e.code != CM_ENOTFOUND) {
        snprintf(aside, sizeof(aside), "%s.bad", path);
        log_warn("mem0: %s cannot be read and becomes %s", path, aside);
        if (rename(path, aside) < 0)
            log_warn("mem0: %s stays", path);
    }
    json_free(m->state);
    m->state = json_object();
    file_random(m->home, MEM0_HOME_BYTES);
    put_hex(m->home, MEM0_HOME_BYTES, hex);
    json_set_str(m->state, "home", str_of(hex));
    mem0_save(m);
}

struct mem0 *mem0_of(struct worker *w)
{
    struct mem0 *m = w->mem0;

    if (m)
        return m;
    m = calloc(1, sizeof(*m));
    if (!m)
        CM_BUG("out of memory");
    w->mem0 = m;
    m->w = w;
    load(m);
    mem0_infer_load(m);
    mem0_hooks_load(m);
    return m;
}

void mem0_open(struct worker *w)
{
    char path[PATHS_MAX + 32];

    place(w, path);
    if (access(path, F_OK) == 0)
        mem0_of(w);
}

void mem0_turn(struct worker *w)
{
    struct mem0 *m = w->mem0;

    if (!m)
        return;
    mem0_infer_turn(m);
    if (m->dirty && clock_mono_ms() - m->saved_mono >= SAVE_EVERY_MS)
        mem0_save(m);
}

void mem0_close(struct worker *w)
{
    if (w->mem0)
        mem0_hooks_close(w->mem0);
}

void mem0_end(struct worker *w)
{
    struct mem0 *m = w->mem0;

    if (!m)
        return;
    if (m->dirty)
        mem0_save(m);
    mem0_hooks_free(m);
    mem0_infer_end(m);
    json_free(m->state);
    free(m);
    w->mem0 = NULL;
}

struct json *mem0_list(struct mem0 *m, const char *name)
{
    struct json *l = json_get(m->state, name);

    if (json_is_array(l))
        return l;
    json_set(m->state, name, json_array());
    return json_get(m->state, name);
}

struct json *mem0_entry(struct mem0 *m, const char *list, struct str id)
{
    for (struct json *j = json_first(mem0_list(m, list)); j; j = json_next(j))
        if (str_eq(json_get_str(j, "id"), id))
            return j;
    return NULL;
}

/* A copy without some of its entries takes the list's place. */
static void thin_out(struct mem0 *m, const char *list, size_t skip,
                     struct str id)
{
    struct json *kept = json_array();

    for (struct json *j = json_first(mem0_list(m, list)); j; j = json_next(j)) {
        if (skip) {
            skip--;
            continue;
        }
        if (!id.n || !str_eq(json_get_str(j, "id"), id))
            json_push(kept, json_copy(j));
    }
    json_set(m->state, list, kept);
    mem0_changed(m);
}

void mem0_keep(struct mem0 *m, const char *list, struct json *entry,
               size_t most)
{
    json_push(mem0_list(m, list), entry);
    /* By an eighth at once: a copy for each entry would cost its square. */
    if (json_len(mem0_list(m, list)) > most + most / 8)
        thin_out(m, list, json_len(mem0_list(m, list)) - most, STR_NONE);
    mem0_changed(m);
}

void mem0_drop(struct mem0 *m, const char *list, struct str id)
{
    thin_out(m, list, 0, id);
}

/* --- answers ------------------------------------------------------------------- */

static void say(struct http_request *r, int status, const char *const *keys,
                const char *text)
{
    struct buf b;
    struct jsonw j;

    buf_init(&b, 8192);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    for (; *keys; keys++)
        jsonw_strz(&j, *keys, text);
    jsonw_end(&j);
    http_json(r, status, buf_str(&b));
    buf_free(&b);
}

void mem0_fail(struct http_request *r, int status, const char *fmt, ...)
{
    static const char *const keys[] = {"error", "detail", NULL};
    char sentence[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    say(r, status, keys, sentence);
}

void mem0_message(struct http_request *r, const char *fmt, ...)
{
    static const char *const keys[] = {"message", NULL};
    char sentence[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    say(r, 200, keys, sentence);
}

void mem0_error(struct http_request *r, const struct err *e)
{
    int status = http_status_of(e->code);

    if (status == 404)
        mem0_fail(r, 404, "Memory not found!");
    else
        mem0_fail(r, status, "%s", e->msg);
}

void mem0_give(struct http_request *r, struct str result, const struct err *e)
{
    if (e->code < 0)
        mem0_error(r, e);
    else
        http_json(r, 200, result);
}

struct json *mem0_args(struct worker *w)
{
    struct json *args = json_object();
    char hex[2 * MEM0_HOME_BYTES + 1];

    put_hex(mem0_of(w)->home, MEM0_HOME_BYTES, hex);
    json_set_str(args, "home", str_of(hex));
    return args;
}

void mem0_home(const struct json *args, unsigned char home[MEM0_HOME_BYTES])
{
    if (!get_hex(json_get_str(args, "home"), home, MEM0_HOME_BYTES))
        CM_BUG("arguments without a home");
}

int64_t mem0_number(struct http_request *r, const char *name, int64_t absent)
{
    struct str s = http_query(r, name);
    int64_t n;

    if (!s.p)
        return absent;
    return str_int(s, 1, INT32_MAX, &n) == 0 ? n : -1;
}

bool mem0_param_id(struct http_request *r, int64_t *id)
{
    int rc = mem0_id_get(mem0_of(r->w)->home, http_param(r, "id"), id);

    if (rc == CM_EARG)
        mem0_fail(r, 400, "Memory id must be a valid UUID.");
    else if (rc < 0)
        mem0_fail(r, 404, "Memory not found!");
    return rc == 0;
}

/* --- routes ----------------------------------------------------------------------- */

/* No e-mail address: the client would tell it to its makers. */
static void ping(struct http_request *r)
{
    http_json(r, 200,
              STR("{\"status\":\"ok\",\"org_id\":\"local\","
                  "\"project_id\":\"local\",\"user_email\":\"local\"}"));
}

static void health(struct http_request *r)
{
    http_json(r, 200, STR("{\"status\":\"ok\"}"));
}

/* The platform makes accounts by mail and, for agents, without; a game runs on
 * those. Whoever can read the token has one here. */
#define AUTH "/api/v1/auth"
#define RUSH "/v1/agent-rush/memories"

#define NO_ACCOUNTS                                                            \
    "there are no accounts here: the key is what the file http.token in "      \
    "cmem's data directory holds (MEM0_API_KEY, or mem0 init --api-key)."

bool mem0_refuse(struct http_request *r)
{
    if (!str_starts(r->path, STR(AUTH "/")))
        return false;
    mem0_fail(r, 401, NO_ACCOUNTS);
    return true;
}

static void no_accounts(struct http_request *r)
{
    mem0_fail(r, 404, NO_ACCOUNTS);
}

/* The command line has a sentence for this code. */
static void no_game(struct http_request *r)
{
    http_json(r, 404,
              STR("{\"error\":{\"code\":\"agentrush_not_provisioned\","
                  "\"message\":\"There is no game here.\"}}"));
}

#define PROJECT  "/api/v1/orgs/organizations/{org}/projects/{project}"
#define WEBHOOKS "/api/v1/webhooks"

static const struct http_route rows[] = {
    /* The platform's. */
    {METHOD_GET, "/v1/ping", ping, 0},
    {METHOD_POST, "/v3/memories/add", mem0_add_platform, 0},
    {METHOD_POST, "/v3/memories/search", mem0_search_platform, 0},
    {METHOD_POST, "/v3/memories", mem0_list_platform, 0},
    {METHOD_DELETE, "/v1/memories", mem0_delete_all, 0},
    {METHOD_GET, "/v1/memories/{id}", mem0_get, 0},
    {METHOD_PUT, "/v1/memories/{id}", mem0_update, 0},
    {METHOD_DELETE, "/v1/memories/{id}", mem0_delete, 0},
    {METHOD_GET, "/v1/memories/{id}/history", mem0_history, 0},
    {METHOD_GET, "/v1/entities", mem0_entities, 0},
    {METHOD_DELETE, "/v1/entities/{type}/{name}", mem0_entity_delete, 0},
    {METHOD_DELETE, "/v2/entities/{type}/{name}", mem0_entity_delete, 0},
    {METHOD_PUT, "/v1/batch", mem0_batch_update, 0},
    {METHOD_DELETE, "/v1/batch", mem0_batch_delete, 0},
    {METHOD_GET, "/v1/events", mem0_events, 0},
    {METHOD_GET, "/v1/event/{id}", mem0_event, 0},
    {METHOD_POST, "/v1/feedback", mem0_feedback, 0},
    {METHOD_POST, "/v1/exports", mem0_export, 0},
    {METHOD_POST, "/v1/exports/get", mem0_export_get, 0},
    {METHOD_POST, "/v1/summary", mem0_summary, 0},
    {METHOD_GET, "/v1/stats", mem0_stats, 0},
    {METHOD_GET, PROJECT, mem0_project_get, 0},
    {METHOD_PATCH, PROJECT, mem0_project_set, 0},
    {METHOD_GET, WEBHOOKS "/projects/{project}", mem0_webhooks, 0},
    {METHOD_POST, WEBHOOKS "/projects/{project}", mem0_webhook_new, 0},
    {METHOD_PUT, WEBHOOKS "/{id}", mem0_webhook_set, 0},
    {METHOD_DELETE, WEBHOOKS "/{id}", mem0_webhook_drop, 0},
    {METHOD_GET, "/v2/entities/user/{name}/profile", mem0_profile, 0},
    {METHOD_GET, "/v2/profiles/settings", mem0_profile_settings, 0},
    {METHOD_POST, "/v2/profiles/settings", mem0_profile_set, 0},
    {METHOD_POST, "/v2/profiles/jobs", mem0_profile_job, 0},
    {METHOD_GET, "/v2/profiles/jobs/{id}", mem0_profile_job, 0},
    {METHOD_POST, AUTH "/agent_mode", no_accounts, 0},
    {METHOD_PATCH, AUTH "/agent_mode/caller", no_accounts, 0},
    {METHOD_POST, AUTH "/email_code", no_accounts, 0},
    {METHOD_POST, AUTH "/email_code/verify", no_accounts, 0},
    {METHOD_POST, RUSH, no_game, 0},
    {METHOD_POST, RUSH "/search", no_game, 0},
    /* Older ones of it, that other programs still use. */
    {METHOD_POST, "/v1/memories", mem0_add_platform, 0},
    {METHOD_POST, "/v1/memories/search", mem0_search_platform, 0},
    {METHOD_POST, "/v2/memories/search", mem0_search_platform, 0},
    {METHOD_POST, "/v2/memories", mem0_list_platform, 0},
    /* The open source server's. */
    {METHOD_POST, "/memories", mem0_add_oss, 0},
    {METHOD_GET, "/memories", mem0_list_oss, 0},
    {METHOD_DELETE, "/memories", mem0_delete_all, 0},
    {METHOD_GET, "/memories/{id}", mem0_get, 0},
    {METHOD_PUT, "/memories/{id}", mem0_update, 0},
    {METHOD_DELETE, "/memories/{id}", mem0_delete, 0},
    {METHOD_GET, "/memories/{id}/history", mem0_history, 0},
    {METHOD_POST, "/search", mem0_search_oss, 0},
    {METHOD_POST, "/reset", mem0_reset, 0},
    {METHOD_POST, "/configure", mem0_configure, 0},
    {METHOD_GET, "/health", health, 0},
};

const struct http_routes http_mem0 = {rows, ARRAY_LEN(rows)};
