/* prompt.c - prompts that a person picks, and completion of arguments. */
#include "base/common.h"

#include "base/utf8.h"
#include "mcp/page.h"
#include "mcp/tool.h"

#define VALUES_MAX 100 /* as the protocol has it */
#define ROWS       20
#define SINCE      "7d"

static const struct prompt {
    const char *name, *title, *about, *arg, *arg_about;
    bool required;
    const char *param; /* of the operation search */
    const char *before, *behind;
} prompts[] = {
    {"recall", "Recall", "What earlier sessions know of something", "topic",
     "words, a name, a file, an error", true, "words", "What do we know about ",
     "? Below is what cmem found. Read what matters with get_observations, "
     "check it against the code where it may be out of date, and answer with "
     "the ids it rests on."},
    {"what-changed", "What changed", "What was done lately in this project",
     "since", "a time: yesterday, 3d, 2026-11-01 (7d)", false, "since",
     "Sum up what changed in this project since ",
     ": what was done, decided and left open. Below are the newest memories; "
     "read more with search and get_observations where they do not say "
     "enough."},
};

static const struct prompt *find_prompt(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(prompts); i++)
        if (str_eqz(name, prompts[i].name))
            return &prompts[i];
    return NULL;
}

void prompts_list(struct request *r)
{
    struct jsonw w;

    if (json_get(r->params, "cursor")) {
        request_fail(r, RPC_PARAMS, "prompts/list: there is no such page");
        return;
    }
    jsonw_init(&w, &r->result);
    jsonw_obj(&w, NULL);
    jsonw_arr(&w, "prompts");
    for (size_t i = 0; i < ARRAY_LEN(prompts); i++) {
        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "name", prompts[i].name);
        if (r->peer->version >= MCP_2025_06_18)
            jsonw_strz(&w, "title", prompts[i].title);
        jsonw_strz(&w, "description", prompts[i].about);
        jsonw_arr(&w, "arguments");
        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "name", prompts[i].arg);
        jsonw_strz(&w, "description", prompts[i].arg_about);
        jsonw_bool(&w, "required", prompts[i].required);
        jsonw_end(&w);
        jsonw_end(&w);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
}

static void finish_prompt(struct request *r, const struct json *result,
                          const struct err *e)
{
    const struct prompt *p = find_prompt(json_get_str(r->params, "name"));
    struct buf text, data, found;
    struct jsonw w;

    if (!result && e->code == CM_EARG) {
        request_fail(r, RPC_PARAMS, "%s", e->msg);
        return;
    }
    buf_init(&found, MCP_REPLY_MAX / 8);
    buf_init(&data, MCP_REPLY_MAX / 8);
    buf_init(&text, MCP_REPLY_MAX / 4);
    jsonw_init(&w, &data);
    jsonw_obj(&w, NULL);
    if (result)
        mcp_show_memories(r, result, &found, &w);
    else
        buf_addf(&found, "(%s)", e->msg);
    buf_addf(&text, "%s%.*s%s\n\n%.*s", p->before, STR_ARG(r->word), p->behind,
             STR_ARG(buf_str(&found)));
    jsonw_init(&w, &r->result);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "description", p->about);
    jsonw_arr(&w, "messages");
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "role", "user");
    jsonw_obj(&w, "content");
    jsonw_strz(&w, "type", "text");
    jsonw_str(&w, "text", buf_str(&text));
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);
    jsonw_end(&w);
    buf_free(&text);
    buf_free(&data);
    buf_free(&found);
}

void prompts_get(struct request *r)
{
    const struct prompt *p = find_prompt(json_get_str(r->params, "name"));
    struct json *args;

    if (!p) {
        request_fail(r, RPC_PARAMS, "there is no prompt %.*s",
                     STR_ARG(utf8_cut(json_get_str(r->params, "name"), 100)));
        return;
    }
    r->word = json_get_str(json_get(r->params, "arguments"), p->arg);
    if (r->word.n == 0 && p->required) {
        request_fail(r, RPC_PARAMS, "%s needs %s", p->name, p->arg);
        return;
    }
    if (r->word.n == 0)
        r->word = STR(SINCE);
    args = json_object();
    json_set_str(args, p->param, r->word);
    json_set_int(args, "n", ROWS);
    r->limit = ROWS;
    request_run(r, "search", args, finish_prompt);
}

/* --- completion ---------------------------------------------------------- */

struct values {
    struct jsonw w;
    int64_t n, total;
};

static void values_begin(struct values *v, struct request *r)
{
    v->n = v->total = 0;
    jsonw_init(&v->w, &r->result);
    jsonw_obj(&v->w, NULL);
    jsonw_obj(&v->w, "completion");
    jsonw_arr(&v->w, "values");
}

static void values_add(struct values *v, struct str s, struct str prefix)
{
    if (s.n < prefix.n || !str_ieq(str_cut(s, 0, prefix.n), prefix))
        return;
    v->total++;
    if (v->n == VALUES_MAX)
        return;
    v->n++;
    jsonw_str(&v->w, NULL, s);
}

static void values_end(struct values *v)
{
    jsonw_end(&v->w);
    jsonw_int(&v->w, "total", v->total);
    jsonw_bool(&v->w, "hasMore", v->total > v->n);
    jsonw_end(&v->w);
    jsonw_end(&v->w);
}

/* Names of what is known, or ids of sessions. Without a database: none. */
static void finish_values(struct request *r, const struct json *result,
                          const struct err *e)
{
    const struct json *list = json_get(result, "entities");
    struct values v;

    (void)e;
    if (!list)
        list = json_get(result, "sessions");
    values_begin(&v, r);
    for (const struct json *j = json_first(list); j; j = json_next(j)) {
        struct str name = json_get_str(j, "name");

        values_add(&v,
                   name.n ? page_line(r->a, name, 100, STR("tool"))
                          : json_get_str(j, "id"),
                   r->word);
    }
    values_end(&v);
}

static void complete_times(struct request *r)
{
    static const char *const times[] = {"today", "yesterday", "3d", "7d",
                                        "30d"};
    struct values v;

    values_begin(&v, r);
    for (size_t i = 0; i < ARRAY_LEN(times); i++)
        values_add(&v, str_of(times[i]), r->word);
    values_end(&v);
}

void complete(struct request *r)
{
    const struct json *ref = json_get(r->params, "ref");
    struct str type = json_get_str(ref, "type");
    struct str name = json_str(json_path(r->params, "argument.name"));
    struct str uri = json_get_str(ref, "uri");
    const struct prompt *p = find_prompt(json_get_str(ref, "name"));
    struct json *args;

    r->word = json_str(json_path(r->params, "argument.value"));
    if (str_eqz(type, "ref/prompt") && p && str_eqz(name, p->arg)) {
        if (!p->required) {
            complete_times(r);
            return;
        }
        args = json_object();
        json_set_int(args, "max", 2 * VALUES_MAX);
        request_run(r, "graph", args, finish_values);
    } else if (str_eqz(type, "ref/resource") && str_eqz(name, "id") &&
               str_eqz(uri, "cmem://session/{id}")) {
        args = json_object();
        json_set_int(args, "n", VALUES_MAX);
        request_run(r, "sessions", args, finish_values);
    } else if (str_eqz(type, "ref/resource") && str_eqz(name, "id") &&
               str_eqz(uri, "cmem://memory/{id}")) {
        finish_values(r, NULL, NULL); /* too many to be a help */
    } else {
        request_fail(r, RPC_PARAMS, "there is nothing of that to complete");
    }
}
