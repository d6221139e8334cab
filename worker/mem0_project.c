/* mem0_project.c - a project's settings, feedback, profiles: see mem0.h.
 *
 * Settings are stored and given back; docs/mem0.md says which do something. */
#include "base/common.h"

#include "base/clock.h"
#include "ops/ops.h"
#include "worker/mem0.h"

/* Of settings and of a schema, printed. */
#define SETTINGS_BYTES (64u * 1024u)

static void give(struct http_request *r, int status, const struct json *j)
{
    struct buf b;

    buf_init(&b, 4u << 20);
    json_print(j, &b, 0);
    http_json(r, status, buf_str(&b));
    buf_free(&b);
}

/* An object of the state, made when it is not there. */
static struct json *settings(struct mem0 *m, const char *name)
{
    struct json *j = json_get(m->state, name);

    if (json_is_object(j))
        return j;
    json_set(m->state, name, json_object());
    return json_get(m->state, name);
}

static bool is_small(struct http_request *r)
{
    struct buf b;
    bool is;

    buf_init(&b, SETTINGS_BYTES);
    is = json_is_object(r->body) && json_print(r->body, &b, 0);
    buf_free(&b);
    if (!is)
        mem0_fail(r, 400, "The body has to be a JSON object of at most %u KB.",
                  SETTINGS_BYTES / 1024);
    return is;
}

/* Members of the body take the place of those of `to`. */
static void merge(struct json *to, const struct json *from)
{
    char name[256];

    for (const struct json *c = json_first(from); c; c = json_next(c)) {
        snprintf(name, sizeof(name), "%.*s", STR_ARG(json_key(c)));
        json_set(to, name, json_copy(c));
    }
}

/* --- project --------------------------------------------------------------------- */

void mem0_project_get(struct http_request *r)
{
    static const char *const always[] = {"custom_instructions",
                                         "agent_custom_instructions",
                                         "custom_categories"};
    struct json *stored = settings(mem0_of(r->w), "project");
    struct json *out = json_object(), *asked = json_array();
    char name[256];

    for (size_t i = 0; i < r->nquery; i++)
        if (str_eqz(r->query[i].name, "fields"))
            json_push_str(asked, r->query[i].value);
    if (json_len(asked) == 0) {
        json_set_str(out, "id", STR("local"));
        json_set_str(out, "name", STR("cmem"));
        merge(out, stored);
        for (size_t i = 0; i < ARRAY_LEN(always); i++)
            json_push_str(asked, str_of(always[i]));
    }
    for (const struct json *f = json_first(asked); f; f = json_next(f)) {
        const struct json *v;

        snprintf(name, sizeof(name), "%.*s", STR_ARG(json_str(f)));
        v = json_get(stored, name);
        if (!json_get(out, name))
            json_set(out, name,
                     v ? json_copy(v) : json_parse(STR("null"), NULL));
    }
    give(r, 200, out);
    json_free(out);
    json_free(asked);
}

void mem0_project_set(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    struct json *wishes = NULL;
    struct err e = {0};

    if (!is_small(r))
        return;
    if (wishes_take(r->body, NULL, &wishes, &e) < 0) {
        mem0_fail(r, 400, "%s", e.msg);
        return;
    }
    json_free(wishes);
    merge(settings(m, "project"), r->body);
    mem0_save(m);
    mem0_message(r, "Updated custom instructions");
}

/* The open source server's settings: what to keep is the project's, models and
 * stores are cmem's own, and keys to them are not kept. */
void mem0_configure(struct http_request *r)
{
    static const char *const names[] = {"custom_instructions",
                                        "custom_fact_extraction_prompt"};
    struct mem0 *m = mem0_of(r->w);
    struct json *body = json_object(), *wishes = NULL;
    struct err e = {0};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct json *v = json_get(r->body, names[i]);

        if (v)
            json_set(body, "custom_instructions", json_copy(v));
    }
    if (!json_is_object(r->body)) {
        mem0_fail(r, 400, "The body has to be a JSON object.");
    } else if (wishes_take(body, NULL, &wishes, &e) < 0) {
        mem0_fail(r, 400, "%s", e.msg);
    } else if (json_len(body)) {
        merge(settings(m, "project"), body);
        mem0_save(m);
        mem0_message(r, "Configuration set successfully: the instructions. "
                        "Models and stores are cmem's own.");
    } else {
        mem0_message(r, "Nothing is changed: models and stores are cmem's own "
                        "(cmem config).");
    }
    json_free(wishes);
    json_free(body);
}

/* --- feedback ----------------------------------------------------------------------- */

/* What people think of a memory is how much it weighs. */
static const struct {
    const char *word;
    int importance;
} feedbacks[] = {{"POSITIVE", 5}, {"NEGATIVE", 2}, {"VERY_NEGATIVE", 1}};

static void weighed(struct http_request *r, struct str result,
                    const struct err *e)
{
    (void)result;
    if (e->code < 0)
        mem0_error(r, e);
    else
        give(r, 200, r->state);
}

void mem0_feedback(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);
    struct str uuid = json_get_str(r->body, "memory_id");
    struct str word = json_get_str(r->body, "feedback");
    struct str reason = json_get_str(r->body, "feedback_reason");
    char id[MEM0_ID_SIZE], name[32];
    struct json *entry, *args;
    int importance = 0;
    int64_t n;

    for (size_t i = 0; i < ARRAY_LEN(feedbacks); i++)
        if (str_eqz(word, feedbacks[i].word))
            importance = feedbacks[i].importance;
    if (word.n && !importance) {
        mem0_fail(r, 400, "feedback is POSITIVE, NEGATIVE or VERY_NEGATIVE.");
        return;
    }
    if (mem0_id_get(m->home, uuid, &n) < 0) {
        mem0_fail(r, 404, "Memory not found!");
        return;
    }
    mem0_id_random(id);
    entry = json_object();
    json_set_str(entry, "id", str_of(id));
    json_set_int(entry, "memory", n);
    json_set_str(entry, "feedback", word);
    json_set_str(entry, "feedback_reason", str_cut(reason, 0, 1000));
    mem0_keep(m, "feedback", entry, MEM0_KEPT);
    /* What the answer says, freed with the request's body. */
    entry = json_copy(entry);
    json_del(entry, "memory");
    json_set(r->body, "_answer", entry);
    r->state = entry;
    if (!importance) {
        give(r, 200, entry);
        return;
    }
    snprintf(name, sizeof(name), "#%lld", (long long)n);
    args = json_object();
    json_set_str(args, "id", str_of(name));
    json_set_int(args, "importance", importance);
    http_op(r, &op_edit, args, weighed);
}

/* --- profiles -------------------------------------------------------------------------- */

/* cmem writes no profiles; the settings are kept. */
void mem0_profile(struct http_request *r)
{
    struct json *out = json_object();

    json_set_str(out, "entity_id", http_param(r, "name"));
    json_set_str(out, "entity_type", STR("user"));
    json_set_str(out, "status", STR("not_enabled"));
    json_set(out, "profile", json_object());
    give(r, 200, out);
    json_free(out);
}

static void give_profiles(struct http_request *r)
{
    struct json *out = json_copy(settings(mem0_of(r->w), "profiles"));

    if (!json_get(out, "enabled"))
        json_set_bool(out, "enabled", false);
    if (!json_get(out, "entities"))
        json_set(out, "entities", json_object());
    json_set_str(out, "status", STR("not_enabled"));
    give(r, 200, out);
    json_free(out);
}

void mem0_profile_settings(struct http_request *r)
{
    give_profiles(r);
}

void mem0_profile_set(struct http_request *r)
{
    struct mem0 *m = mem0_of(r->w);

    if (!is_small(r))
        return;
    merge(settings(m, "profiles"), r->body);
    mem0_save(m);
    give_profiles(r);
}

void mem0_profile_job(struct http_request *r)
{
    http_json(r, 200,
              STR("{\"id\":\"none\",\"job_id\":\"none\",\"status\":"
                  "\"not_enabled\",\"status_url\":\"/v2/profiles/jobs/none/\","
                  "\"results\":[]}"));
}
