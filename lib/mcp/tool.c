/* tool.c - the table of tools, and their schemas; see tool.h. */
#include "base/common.h"

#include "mcp/tool.h"
#include "ops/op.h"

#define ARG_OFFSET                                                             \
    {                                                                          \
        "offset", NULL, "", false, false                                       \
    }
#define ARG_HIDDEN(name, param)                                                \
    {                                                                          \
        name, param, NULL, false, true                                         \
    }

const struct mcp_tool mcp_tools[] = {
    {"search",
     "Search memory",
     "Step 1: what earlier sessions did, learned and decided; one line each "
     "with its #id.",
     "search",
     MCP_READS,
     "results",
     {{"query", "words", "words, names, errors; none: newest", false, false},
      {"limit", "n", "", false, false},
      {"kind", "kind", NULL, false, false},
      {"file", "file", "", false, false},
      {"since", "since", "2026-11-01 or 7d", false, false},
      {"until", "until", "", false, false},
      {"all", "all", NULL, false, false},
      {"offset", NULL, "where the last reply ended", false, false},
      ARG_HIDDEN("dateStart", "since"),
      ARG_HIDDEN("dateEnd", "until"),
      ARG_HIDDEN("obs_type", "type")},
     mcp_show_memories},
    {"timeline",
     "Timeline",
     "Step 2: what happened around a memory, session or time.",
     "timeline",
     MCP_READS,
     "results",
     {{"anchor", "id", "#12 or s4", false, false},
      {"at", "at", "", false, false},
      {"depth_before", "before", "", false, false},
      {"depth_after", "after", "", false, false}},
     mcp_show_timeline},
    {"get_observations",
     "Read memories",
     "Step 3: full text of a few by id.",
     "show",
     MCP_READS,
     "results",
     {{"ids", "ids", "", true, false}, ARG_OFFSET},
     mcp_show_whole},
    {"remember",
     "Remember",
     "Keep a decision, cause or pitfall: one self-contained statement.",
     "add",
     MCP_IDEMPOTENT,
     "id",
     {{"text", "text", "", true, false},
      {"type", "type", NULL, false, false},
      {"topic", "topic", NULL, false, false},
      {"all", "all", "", false, false},
      ARG_HIDDEN("title", "title"),
      ARG_HIDDEN("content", "text")},
     mcp_show_remembered},
    {"forget",
     "Forget",
     "Delete memories for good. Only when the user asks.",
     "forget",
     MCP_DESTROYS,
     "memories",
     {{"ids", "ids", "", true, false}},
     mcp_show_forgotten},
    {"smart_search",
     "Search code",
     "Find symbols of this code base.",
     "code-search",
     MCP_READS,
     "results",
     {{"query", "words", "a name, a part of one, or words", true, false},
      {"path", "path", "", false, false},
      {"kind", "kind", "", false, false},
      {"limit", "max", "", false, false},
      ARG_OFFSET,
      ARG_HIDDEN("max_results", "max")},
     mcp_show_symbols},
    {"smart_outline",
     "Outline a file",
     "What a file defines, without bodies.",
     "code-outline",
     MCP_READS,
     "results",
     {{"file_path", "file", "", true, false}, ARG_OFFSET},
     mcp_show_outline},
    {"smart_unfold",
     "Show a symbol",
     "One definition's source. file_path may be FILE:LINE or a symbol.",
     "code-unfold",
     MCP_READS,
     "text",
     {{"file_path", "file", "", true, false},
      {"symbol_name", "symbol", "", false, false},
      ARG_OFFSET},
     mcp_show_body},
};
const size_t mcp_tools_count = ARRAY_LEN(mcp_tools);

static const struct param *param_of(const struct op *op, struct str name)
{
    for (size_t i = 0; op && i < op->nparams; i++)
        if (str_eqz(name, op->params[i].name) &&
            !(op->params[i].flags & PARAM_TERMINAL))
            return &op->params[i];
    return NULL;
}

/* --- tools/list ---------------------------------------------------------- */

static void put_type(struct jsonw *w, enum param_type type)
{
    static const char *const names[] = {
        [PARAM_STR] = "string",   [PARAM_INT] = "integer",
        [PARAM_BOOL] = "boolean", [PARAM_TIME] = "string",
        [PARAM_LIST] = "array",   [PARAM_JSON] = "object",
    };

    jsonw_strz(w, "type", names[type]);
    if (type == PARAM_LIST)
        jsonw_raw(w, "items", STR("{\"type\":\"string\"}"));
}

static void put_arg(struct jsonw *w, const struct mcp_arg *a,
                    const struct op *op)
{
    const struct param *p = a->param ? param_of(op, str_of(a->param)) : NULL;
    const char *help = a->help ? a->help : p ? p->help : "";

    jsonw_obj(w, a->name);
    put_type(w, p ? p->type : PARAM_INT);
    if (help[0])
        jsonw_strz(w, "description", help);
    jsonw_end(w);
}

static void put_input(struct jsonw *w, const struct mcp_tool *t)
{
    const struct op *op = op_find(str_of(t->op));
    bool any = false;

    jsonw_obj(w, "inputSchema");
    jsonw_strz(w, "type", "object");
    jsonw_obj(w, "properties");
    for (size_t i = 0; t->args[i].name; i++) {
        if (!t->args[i].hidden)
            put_arg(w, &t->args[i], op);
        any |= t->args[i].required;
    }
    jsonw_end(w);
    if (any) {
        jsonw_arr(w, "required");
        for (size_t i = 0; t->args[i].name; i++)
            if (t->args[i].required)
                jsonw_strz(w, NULL, t->args[i].name);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_output(struct jsonw *w, const struct mcp_tool *t)
{
    jsonw_obj(w, "outputSchema");
    jsonw_strz(w, "type", "object");
    jsonw_arr(w, "required");
    jsonw_strz(w, NULL, t->gives);
    jsonw_end(w);
    jsonw_end(w);
}

/* What is said is what is not assumed: a tool is taken for a writing, a
 * destructive and an open-world one. */
static void put_hints(struct jsonw *w, const struct mcp_tool *t,
                      enum mcp_version v)
{
    jsonw_obj(w, "annotations");
    if (v < MCP_2025_06_18)
        jsonw_strz(w, "title", t->title);
    if (t->hints & MCP_READS)
        jsonw_bool(w, "readOnlyHint", true);
    else
        jsonw_bool(w, "destructiveHint", t->hints & MCP_DESTROYS);
    if (t->hints & MCP_IDEMPOTENT)
        jsonw_bool(w, "idempotentHint", true);
    jsonw_bool(w, "openWorldHint", false);
    jsonw_end(w);
}

void tools_list(struct request *r)
{
    enum mcp_version v = r->peer->version;
    struct jsonw w;

    if (json_get(r->params, "cursor")) {
        request_fail(r, RPC_PARAMS, "tools/list: there is no such page");
        return;
    }
    jsonw_init(&w, &r->result);
    jsonw_obj(&w, NULL);
    jsonw_arr(&w, "tools");
    for (size_t i = 0; i < mcp_tools_count; i++) {
        const struct mcp_tool *t = &mcp_tools[i];

        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "name", t->name);
        if (v >= MCP_2025_06_18)
            jsonw_strz(&w, "title", t->title);
        jsonw_strz(&w, "description", t->about);
        put_input(&w, t);
        if (v >= MCP_2025_06_18)
            put_output(&w, t);
        put_hints(&w, t, v);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    jsonw_end(&w);
}

/* --- tools/call ---------------------------------------------------------- */

static void put_result(struct request *r, struct str text, struct str data,
                       bool is_error)
{
    struct jsonw w;

    jsonw_init(&w, &r->result);
    jsonw_obj(&w, NULL);
    jsonw_arr(&w, "content");
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "type", "text");
    jsonw_str(&w, "text", text);
    jsonw_end(&w);
    jsonw_end(&w);
    if (data.n && r->peer->version >= MCP_2025_06_18)
        jsonw_raw(&w, "structuredContent", data);
    if (is_error)
        jsonw_bool(&w, "isError", true);
    jsonw_end(&w);
}

/* What a model can do about it. */
static const char *next_step(const struct request *r, int code)
{
    switch (code) {
    case CM_EARG:
        return "Correct the arguments and call it again.";
    case CM_ENOTFOUND:
        if (strcmp(r->tool->name, "smart_search") == 0)
            return "Until then search the files themselves.";
        if (strncmp(r->tool->name, "smart_", 6) == 0)
            return "Use smart_search for the name, or read the file.";
        return "search lists what there is.";
    case CM_ENET:
    case CM_ETIME:
    case CM_EAGAIN:
        return "Call it once more; if it stays so, go on without and tell the "
               "user to run cmem doctor.";
    default:
        return "Go on without it and tell the user to run cmem doctor.";
    }
}

static void tool_fails(struct request *r, const struct err *e)
{
    struct str said = arena_fmt(r->a, "%s%s %s", e->msg,
                                str_ends(str_of(e->msg), STR(".")) ? "" : ".",
                                next_step(r, e->code));

    put_result(r, said, STR_NONE, true);
}

static void finish(struct request *r, const struct json *result,
                   const struct err *e)
{
    struct buf text, data;
    struct jsonw w;

    if (!result) {
        tool_fails(r, e);
        return;
    }
    buf_init(&text, MCP_REPLY_MAX / 4);
    buf_init(&data, MCP_REPLY_MAX / 4);
    jsonw_init(&w, &data);
    jsonw_obj(&w, NULL);
    r->tool->show(r, result, &text, &w);
    jsonw_end(&w);
    put_result(r, buf_str(&text), buf_str(&data), false);
    buf_free(&data);
    buf_free(&text);
}

static const struct mcp_tool *find_tool(struct str name)
{
    for (size_t i = 0; i < mcp_tools_count; i++)
        if (str_eqz(name, mcp_tools[i].name))
            return &mcp_tools[i];
    return NULL;
}

static const struct mcp_arg *find_arg(const struct mcp_tool *t, struct str name)
{
    for (size_t i = 0; t->args[i].name; i++)
        if (str_eqz(name, t->args[i].name))
            return &t->args[i];
    return NULL;
}

static int unknown_arg(const struct mcp_tool *t, struct str name, struct err *e)
{
    struct buf b;
    int rc;

    buf_init(&b, 512);
    for (size_t i = 0; t->args[i].name; i++)
        if (!t->args[i].hidden)
            buf_addf(&b, "%s%s", b.len ? ", " : "", t->args[i].name);
    rc = err_set(e, CM_EARG, "%s has no argument %.*s; it has %s", t->name,
                 STR_ARG(str_cut(name, 0, 64)), b.data);
    buf_free(&b);
    return rc;
}

static struct str as_text(const struct json *v, struct arena *a)
{
    if (json_is_num(v) && json_int(v) == json_num(v))
        return arena_fmt(a, "%lld", (long long)json_int(v));
    return json_str(v);
}

static void set_list(struct json *args, const char *key, const struct json *v,
                     struct arena *a)
{
    struct json *list = json_array();

    if (!json_is_array(v))
        json_push_str(list, as_text(v, a));
    for (const struct json *c = json_is_array(v) ? json_first(v) : NULL; c;
         c = json_next(c)) {
        if (json_is_num(c) || json_is_str(c))
            json_push_str(list, as_text(c, a));
        else
            json_push(list, json_copy(c)); /* op_check refuses it */
    }
    json_set(args, key, list);
}

/* Models write 12 for "12", "5" for 5 and one id for a list of one. */
static void set_value(struct json *args, const struct param *p,
                      const struct json *v, struct arena *a)
{
    bool plain = json_is_str(v) || json_is_num(v);
    int64_t n;

    if (json_is_null(v))
        return; /* as if it were not there */
    if (p->type == PARAM_LIST && (plain || json_is_array(v)))
        set_list(args, p->name, v, a);
    else if (p->type == PARAM_STR && json_is_num(v))
        json_set_str(args, p->name, as_text(v, a));
    else if (p->type == PARAM_INT && json_is_str(v) &&
             str_int(str_trim(json_str(v)), INT32_MIN, INT32_MAX, &n) == 0)
        json_set_int(args, p->name, n);
    else if (p->type == PARAM_BOOL && json_is_str(v) &&
             (str_eqz(json_str(v), "true") || str_eqz(json_str(v), "false")))
        json_set_bool(args, p->name, str_eqz(json_str(v), "true"));
    else
        json_set(args, p->name, json_copy(v));
}

static int read_offset(struct request *r, const struct json *v, struct err *e)
{
    int64_t n = json_int(v);

    if (json_is_null(v) ||
        (json_is_str(v) && str_int(json_str(v), 0, INT32_MAX, &n) == 0) ||
        (json_is_num(v) && n >= 0 && n <= INT32_MAX)) {
        r->offset = n;
        return 0;
    }
    return err_set(e, CM_EARG, "%s: offset is a whole number from 0 on",
                   r->tool->name);
}

static int read_args(struct request *r, const struct op *op, struct json *args,
                     struct err *e)
{
    const struct json *given = json_get(r->params, "arguments");
    const struct mcp_tool *t = r->tool;
    int rc = 0;

    for (const struct json *v = json_first(given); v && rc == 0;
         v = json_next(v)) {
        const struct mcp_arg *a = find_arg(t, json_key(v));
        const struct param *p =
            a ? a->param ? param_of(op, str_of(a->param)) : NULL
              : param_of(op, json_key(v));

        if (a && !a->param)
            rc = read_offset(r, v, e);
        else if (p)
            set_value(args, p, v, r->a);
        else
            rc = unknown_arg(t, json_key(v), e);
    }
    for (size_t i = 0; t->args[i].name && rc == 0; i++)
        if (t->args[i].required && !json_get(args, t->args[i].param))
            rc = err_set(e, CM_EARG, "%s needs %s", t->name, t->args[i].name);
    return rc;
}

/* Pages are cut here: the operation gives all up to the page's end. */
static void set_page(struct request *r, struct json *args)
{
    static const struct {
        const char *op, *param;
        int64_t usual, most; /* of a page, and as the operation allows */
    } pages[] = {
        {"search", "n", 20, 1000},
        {"code-search", "max", 20, 500},
        {"code-outline", "max", 5000, 5000},
        {"code-unfold", "max", 5000, 5000},
    };

    for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
        const struct json *asked = json_get(args, pages[i].param);
        int64_t n = pages[i].usual;

        if (strcmp(r->tool->op, pages[i].op) != 0)
            continue;
        if (json_is_num(asked) && json_int(asked) > 0)
            n = json_int(asked);
        else if (asked)
            return; /* op_check says what is wrong with it */
        r->limit = n;
        n = n < pages[i].most - r->offset ? n + r->offset : pages[i].most;
        json_set_int(args, pages[i].param, n);
    }
}

void tools_call(struct request *r)
{
    struct str name = json_get_str(r->params, "name");
    const struct json *given = json_get(r->params, "arguments");
    struct json *args;
    struct err e = {0};

    r->tool = find_tool(name);
    if (!r->tool) {
        request_fail(r, RPC_PARAMS, "there is no tool %.*s",
                     STR_ARG(str_cut(name, 0, 100)));
        return;
    }
    if (given && !json_is_object(given)) {
        request_fail(r, RPC_PARAMS, "tools/call: arguments are an object");
        return;
    }
    args = json_object();
    if (read_args(r, op_find(str_of(r->tool->op)), args, &e) < 0) {
        tool_fails(r, &e);
        json_free(args);
        return;
    }
    set_page(r, args);
    if (strcmp(r->tool->op, "add") == 0)
        json_set_str(args, "origin", STR("assistant"));
    request_run(r, r->tool->op, args, finish);
}
