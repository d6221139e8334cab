/* http_openapi.c - /api/v1/openapi.json: the rows of ops/op.h as OpenAPI 3.1. */
#include "base/common.h"

#include "worker/http_conn.h"
#include "worker/http_route.h"

#define DOCUMENT_MAX (1u << 20)

static void put_types(struct jsonw *j, const char *one, const char *other)
{
    if (!other) {
        jsonw_strz(j, "type", one);
        return;
    }
    jsonw_arr(j, "type");
    jsonw_strz(j, NULL, one);
    jsonw_strz(j, NULL, other);
    jsonw_end(j);
}

static void put_schema(struct jsonw *j, const char *key, const struct param *p)
{
    jsonw_obj(j, key);
    switch (p->type) {
    case PARAM_STR:
        put_types(j, "string", NULL);
        break;
    case PARAM_INT:
        put_types(j, "integer", NULL);
        break;
    case PARAM_BOOL:
        put_types(j, "boolean", NULL);
        break;
    case PARAM_TIME:
        put_types(j, "string", "integer");
        break;
    case PARAM_JSON:
        put_types(j, "object", "string");
        break;
    case PARAM_LIST:
        put_types(j, "array", NULL);
        jsonw_obj(j, "items");
        put_types(j, "string", NULL);
        jsonw_end(j);
        break;
    }
    if (key)
        jsonw_strz(j, "description", p->help);
    jsonw_end(j);
}

static const struct param cwd = {
    "cwd", 0, PARAM_STR, 0, NULL,
    "the directory that the question comes from: which project is meant"};

static const struct param opened = {
    "opened", 0, PARAM_BOOL, 0, NULL,
    "false: only looked at in passing, which does not count as used"};

static void put_query(struct jsonw *j, const struct param *p)
{
    jsonw_obj(j, NULL);
    jsonw_strz(j, "name", p->name);
    jsonw_strz(j, "in", "query");
    jsonw_strz(j, "description", p->help);
    if (p->flags & PARAM_REQUIRED)
        jsonw_bool(j, "required", true);
    put_schema(j, "schema", p);
    jsonw_end(j);
}

static bool is_offered(const struct param *p)
{
    return !(p->flags & PARAM_TERMINAL);
}

static void put_body(struct jsonw *j, const struct op *op)
{
    jsonw_obj(j, "requestBody");
    jsonw_obj(j, "content");
    jsonw_obj(j, "application/json");
    jsonw_obj(j, "schema");
    jsonw_strz(j, "type", "object");
    jsonw_bool(j, "additionalProperties", false);
    jsonw_obj(j, "properties");
    for (size_t i = 0; i < op->nparams; i++)
        if (is_offered(&op->params[i]))
            put_schema(j, op->params[i].name, &op->params[i]);
    put_schema(j, cwd.name, &cwd);
    if (op->flags & OP_OPENS)
        put_schema(j, opened.name, &opened);
    jsonw_end(j);
    jsonw_arr(j, "required");
    for (size_t i = 0; i < op->nparams; i++)
        if (op->params[i].flags & PARAM_REQUIRED && is_offered(&op->params[i]))
            jsonw_strz(j, NULL, op->params[i].name);
    jsonw_end(j);
    for (int i = 0; i < 4; i++)
        jsonw_end(j);
}

static void put_answers(struct jsonw *j, const char *type, const char *what)
{
    jsonw_obj(j, "responses");
    jsonw_obj(j, "200");
    jsonw_strz(j, "description", what);
    jsonw_obj(j, "content");
    jsonw_obj(j, type);
    jsonw_obj(j, "schema");
    jsonw_end(j);
    jsonw_end(j);
    jsonw_end(j);
    jsonw_end(j);
    jsonw_obj(j, "default");
    jsonw_strz(j, "$ref", "#/components/responses/Error");
    jsonw_end(j);
    jsonw_end(j);
}

static void put_method(struct jsonw *j, const char *method, const char *id,
                       const char *summary)
{
    char name[96];

    jsonw_obj(j, method);
    snprintf(name, sizeof(name), "%s-%s", method, id);
    jsonw_strz(j, "operationId", name);
    jsonw_strz(j, "summary", summary);
}

static void put_op(struct jsonw *j, const struct op *op)
{
    char path[96];

    snprintf(path, sizeof(path), "/api/v1/%s", op->name);
    jsonw_obj(j, path);
    if (!(op->flags & OP_WRITES)) {
        put_method(j, "get", op->name, op->summary);
        jsonw_arr(j, "parameters");
        for (size_t i = 0; i < op->nparams; i++)
            if (is_offered(&op->params[i]))
                put_query(j, &op->params[i]);
        put_query(j, &cwd);
        if (op->flags & OP_OPENS)
            put_query(j, &opened);
        jsonw_end(j);
        put_answers(j, "application/json", "The result.");
        jsonw_end(j);
    }
    put_method(j, "post", op->name, op->summary);
    put_body(j, op);
    put_answers(j, "application/json", "The result.");
    jsonw_end(j);
    jsonw_end(j);
}

static void put_components(struct jsonw *j)
{
    jsonw_raw(
        j, "components",
        STR("{\"securitySchemes\":{"
            "\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
            "\"key\":{\"type\":\"apiKey\",\"in\":\"header\","
            "\"name\":\"X-API-Key\"},"
            "\"page\":{\"type\":\"apiKey\",\"in\":\"cookie\","
            "\"name\":\"" HTTP_COOKIE "\"}},"
            "\"responses\":{\"Error\":{\"description\":\"What went wrong, in a "
            "sentence.\",\"content\":{\"application/json\":{\"schema\":{"
            "\"type\":\"object\",\"required\":[\"error\"],\"properties\":{"
            "\"error\":{\"type\":\"object\",\"required\":[\"code\","
            "\"message\"],\"properties\":{\"code\":{\"type\":\"string\"},"
            "\"message\":{\"type\":\"string\"}}}}}}}}}}"));
}

static void put_document(struct jsonw *j, int port)
{
    char address[64];

    snprintf(address, sizeof(address), "http://127.0.0.1:%d", port);
    jsonw_obj(j, NULL);
    jsonw_strz(j, "openapi", "3.1.0");
    jsonw_obj(j, "info");
    jsonw_strz(j, "title", "cmem");
    jsonw_strz(j, "version", CMEM_VERSION);
    jsonw_end(j);
    jsonw_arr(j, "servers");
    jsonw_obj(j, NULL);
    jsonw_strz(j, "url", address);
    jsonw_end(j);
    jsonw_end(j);
    jsonw_raw(j, "security", STR("[{\"bearer\":[]},{\"key\":[]},{\"page\":[]}]"));
    jsonw_obj(j, "paths");
    jsonw_obj(j, "/api/v1/ping");
    put_method(j, "get", "ping", "is somebody there, and of which version");
    put_answers(j, "application/json", "The version.");
    jsonw_end(j);
    jsonw_end(j);
    jsonw_obj(j, "/api/v1/events");
    put_method(j, "get", "events", "what is new, as it happens");
    put_answers(j, "text/event-stream", "Server-sent events, without end.");
    jsonw_end(j);
    jsonw_end(j);
    for (size_t i = 0; i < ops_count; i++)
        if (!(ops[i]->flags & OP_TERMINAL))
            put_op(j, ops[i]);
    jsonw_end(j);
    put_components(j);
    jsonw_end(j);
}

void http_openapi(struct http_request *r)
{
    struct buf b;
    struct jsonw j;

    buf_init(&b, DOCUMENT_MAX);
    jsonw_init(&j, &b);
    put_document(&j, r->w->http->port);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}
