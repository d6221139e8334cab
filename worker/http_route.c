/* http_route.c - see http_route.h. */
#include "base/common.h"

#include <stdarg.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "worker/control.h"
#include "worker/http_conn.h"
#include "worker/http_route.h"
#include "worker/reading.h"

static const struct http_routes *const tables[] = {
    &http_live, /* before {operation} */
    &http_mem0,
    &http_api,
    &http_mcp,
    &http_viewer,
};

/* --- taking apart --------------------------------------------------------------- */

static int hex_digit(char c)
{
    if (is_digit(c))
        return c - '0';
    c = to_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_unescape(struct str s, bool plus, struct arena *a, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '%') {
            int hi = i + 2 < s.n ? hex_digit(s.p[i + 1]) : -1;
            int lo = i + 2 < s.n ? hex_digit(s.p[i + 2]) : -1;

            if (hi < 0 || lo < 0 || (hi == 0 && lo == 0))
                return false;
            c = (char)(hi * 16 + lo);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        p[n++] = c;
    }
    *out = (struct str){p, n};
    return utf8_is_valid(*out);
}

bool http_query_parse(struct str s, struct arena *a, struct http_pair **pairs,
                      size_t *n)
{
    struct str part;
    size_t most = 0;

    for (size_t i = 0; i < s.n; i++)
        most += s.p[i] == '&';
    *n = 0;
    if (++most > HTTP_QUERIES)
        return false;
    *pairs = arena_array(a, most, sizeof(**pairs));
    while (str_split(&s, '&', &part)) {
        struct http_pair *p = &(*pairs)[*n];
        ptrdiff_t eq = str_chr(part, '=');
        size_t at = eq < 0 ? part.n : (size_t)eq;

        if (part.n == 0)
            continue;
        if (!http_unescape(str_cut(part, 0, at), true, a, &p->name) ||
            !http_unescape(str_cut(part, at + 1, part.n), true, a, &p->value))
            return false;
        ++*n;
    }
    return true;
}

/* One segment of the pattern against one of the path. */
static bool match_segment(struct str want, struct str got, struct arena *a,
                          struct http_pair params[HTTP_PARAMS], size_t *n)
{
    struct http_pair *p = &params[*n];

    if (want.n < 2 || want.p[0] != '{')
        return str_eq(want, got);
    if (got.n == 0 || *n == HTTP_PARAMS ||
        !http_unescape(got, false, a, &p->value))
        return false;
    p->name = str_cut(want, 1, want.n - 1);
    if (str_ends(p->name, STR("*")))
        p->name.n--;
    ++*n;
    return true;
}

bool http_match(const char *pattern, struct str path, struct arena *a,
                struct http_pair params[HTTP_PARAMS], size_t *n)
{
    struct str rest = str_of(pattern), want, got;

    *n = 0;
    if (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    if (rest.n > 1 && rest.p[rest.n - 1] == '/')
        rest.n--;
    while (str_split(&rest, '/', &want)) {
        if (str_ends(want, STR("*}")))
            return match_segment(want, path, a, params, n);
        if (!str_split(&path, '/', &got) ||
            !match_segment(want, got, a, params, n))
            return false;
    }
    return !str_split(&path, '/', &got);
}

/* --- asking ------------------------------------------------------------------------ */

static struct str find_pair(const struct http_pair *p, size_t n,
                            const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(p[i].name, name))
            return p[i].value;
    return STR_NONE;
}

struct str http_param(const struct http_request *r, const char *name)
{
    return find_pair(r->params, r->nparams, name);
}

struct str http_query(const struct http_request *r, const char *name)
{
    return find_pair(r->query, r->nquery, name);
}

struct str http_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->nheaders; i++)
        if (str_ieq(r->headers[i].name, str_of(name)))
            return r->headers[i].value;
    return STR_NONE;
}

/* "text/html;q=0.9" is text/html. */
static struct str bare_type(struct str s)
{
    ptrdiff_t semicolon = str_chr(s, ';');

    return str_trim(semicolon < 0 ? s : str_cut(s, 0, (size_t)semicolon));
}

bool http_accepts(const struct http_request *r, const char *type)
{
    struct str accept = http_header(r, "Accept"), part, want = str_of(type);
    ptrdiff_t slash = str_chr(want, '/');

    if (!accept.p)
        return true;
    while (str_split(&accept, ',', &part)) {
        part = bare_type(part);
        if (str_ieq(part, want) || str_eqz(part, "*/*") ||
            (str_ends(part, STR("/*")) &&
             str_ieq(str_cut(part, 0, part.n - 2),
                     str_cut(want, 0, (size_t)slash))))
            return true;
    }
    return false;
}

bool http_has_json(const struct http_request *r)
{
    struct str type = bare_type(http_header(r, "Content-Type"));

    return str_ieq(type, STR("application/json")) ||
           (type.n > 5 && str_ieq(str_cut(type, type.n - 5, type.n),
                                  STR("+json")));
}

/* --- answering ----------------------------------------------------------------------- */

#define OUT_HEADERS 16

void http_set(struct http_request *r, const char *name, struct str value)
{
    char *copy = arena_alloc(&r->a, value.n + 1);
    struct http_pair *p = NULL;

    for (size_t i = 0; i < value.n; i++)
        copy[i] = (unsigned char)value.p[i] < 0x20 || value.p[i] == 0x7f
                      ? ' '
                      : value.p[i];
    if (!r->out)
        r->out = arena_array(&r->a, OUT_HEADERS, sizeof(*r->out));
    for (size_t i = 0; i < r->nout && !p; i++)
        if (str_ieq(r->out[i].name, str_of(name)))
            p = &r->out[i];
    if (!p && r->nout == OUT_HEADERS)
        CM_BUG("too many headers in an answer");
    if (!p)
        p = &r->out[r->nout++];
    p->name = arena_strz(&r->a, name);
    p->value = (struct str){copy, value.n};
}

void http_json(struct http_request *r, int status, struct str json)
{
    http_send(r, status, "application/json", json);
}

void http_nothing(struct http_request *r, int status)
{
    http_send(r, status, NULL, STR_NONE);
}

void http_fail(struct http_request *r, int status, const char *code,
               const char *fmt, ...)
{
    char sentence[512];
    struct buf b;
    struct jsonw j;
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(sentence, sizeof(sentence), fmt, ap);
    va_end(ap);
    buf_init(&b, 8192);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_obj(&j, "error");
    jsonw_strz(&j, "code", code);
    jsonw_strz(&j, "message", sentence);
    jsonw_end(&j);
    jsonw_end(&j);
    http_json(r, status, buf_str(&b));
    buf_free(&b);
}

int http_status_of(int code)
{
    switch (code) {
    case CM_EARG:
        return 400;
    case CM_EPERM:
        return 403;
    case CM_ENOTFOUND:
        return 404;
    case CM_EFULL:
        return 413;
    case CM_ENET:
        return 502;
    case CM_EAGAIN:
        return 503;
    case CM_ETIME:
        return 504;
    default:
        return 500;
    }
}

void http_error(struct http_request *r, const struct err *e)
{
    int status = http_status_of(e->code);

    if (status == 503)
        http_set(r, "Retry-After", STR("1"));
    http_fail(r, status, err_name(e->code), "%s", e->msg);
}

/* --- answering later -------------------------------------------------------------------- */

static void give(struct http_request *r, struct str result, const struct err *e)
{
    if (e && e->code < 0)
        http_error(r, e);
    else
        http_json(r, 200, result.n ? result : STR("null"));
}

void http_later(struct http_request *r, struct str result, const struct err *e)
{
    struct err none = {0};

    (r->then ? r->then : give)(r, result, e ? e : &none);
}

static void on_answer(struct worker *w, const struct asker *to,
                      struct str result, const struct err *e)
{
    struct http_request *r = http_find(w, to->serial);

    if (r)
        http_later(r, result, e);
}

struct asker http_asker(struct http_request *r, http_then then)
{
    r->then = then;
    return (struct asker){.serial = r->id, .answer = on_answer};
}

static void read_it(struct http_request *r, const struct op *op, http_run run,
                    struct json *args, http_then then)
{
    struct reading what = {.op = op,
                           .run = run,
                           .name = op ? op->name : r->route->pattern,
                           .args = args,
                           .cwd = arena_str(&r->a, json_get_str(args, "cwd")),
                           .to = http_asker(r, then)};
    struct err e = {0};

    if (args)
        json_del(args, "cwd");
    if (reading_submit(r->w, &what, &e) < 0)
        http_later(r, STR_NONE, &e);
}

void http_read(struct http_request *r, http_run run, struct json *args,
               http_then then)
{
    read_it(r, NULL, run, args, then);
}

void http_op(struct http_request *r, const struct op *op, struct json *args,
             http_then then)
{
    struct asker to;
    struct err e = {0};

    if (!(op->flags & OP_WRITES)) {
        read_it(r, op, op->run, args, then);
        return;
    }
    to = http_asker(r, then);
    if (control_write(r->w, op, args, &to, &e) < 0)
        http_later(r, STR_NONE, &e);
    json_free(args);
}

/* --- routing ------------------------------------------------------------------------------ */

static const struct {
    enum http_method method;
    const char *name;
} method_names[] = {
    {METHOD_GET, "GET"},       {METHOD_GET, "HEAD"},
    {METHOD_POST, "POST"},     {METHOD_PUT, "PUT"},
    {METHOD_PATCH, "PATCH"},   {METHOD_DELETE, "DELETE"},
    {METHOD_OPTIONS, "OPTIONS"},
};

static void allow(struct http_request *r, unsigned methods)
{
    struct buf b;

    buf_init(&b, 256);
    for (size_t i = 0; i < ARRAY_LEN(method_names); i++)
        if ((methods | METHOD_OPTIONS) & method_names[i].method)
            buf_addf(&b, "%s%s", b.len ? ", " : "", method_names[i].name);
    http_set(r, "Allow", buf_str(&b));
    buf_free(&b);
}

/* The row, and what others of the same path allow. */
static const struct http_route *find_route(struct http_request *r,
                                           unsigned *methods)
{
    struct http_pair params[HTTP_PARAMS];
    size_t n;

    *methods = 0;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++)
        for (size_t i = 0; i < tables[t]->n; i++) {
            const struct http_route *row = &tables[t]->rows[i];

            if (!http_match(row->pattern, r->path, &r->a, params, &n))
                continue;
            *methods |= row->methods;
            if (!(row->methods & r->method))
                continue;
            r->params = arena_array(&r->a, HTTP_PARAMS, sizeof(*r->params));
            memcpy(r->params, params, n * sizeof(*params));
            r->nparams = n;
            return row;
        }
    return NULL;
}

/* What takes longer to parse than the loop should be away (a millisecond or
 * two) is parsed on the pool. */
#define PARSE_BYTES (128u << 10)

struct parse {
    uv_work_t work;
    struct http_request *r;
    struct err err;
};

static void parse_body(uv_work_t *work)
{
    struct parse *p = work->data;

    p->r->body = json_parse(p->r->raw, &p->err);
}

static void on_parsed(uv_work_t *work, int status)
{
    struct parse *p = work->data;
    struct http_request *r = p->r;

    (void)status;
    if (r->body)
        r->route->run(r);
    else
        http_fail(r, 400, "format", "The body is not JSON: %s", p->err.msg);
    free(p);
}

/* Runs the row when the body is there as it wants it. */
static void run(struct http_request *r)
{
    struct parse *p;

    if (r->raw.n == 0 || r->route->flags & HTTP_ANY_BODY) {
        r->route->run(r);
        return;
    }
    if (!http_has_json(r)) {
        http_fail(r, 415, "arg", "The body has to be application/json.");
        return;
    }
    p = calloc(1, sizeof(*p));
    if (!p)
        CM_BUG("out of memory");
    p->work.data = p;
    p->r = r;
    if (r->raw.n > PARSE_BYTES) {
        uv_queue_work(&r->w->loop, &p->work, parse_body, on_parsed);
    } else {
        parse_body(&p->work);
        on_parsed(&p->work, 0);
    }
}

void http_route(struct http_request *r, struct str target)
{
    ptrdiff_t mark = str_chr(target, '?');
    unsigned methods;

    r->path = mark < 0 ? target : str_cut(target, 0, (size_t)mark);
    if (r->path.n == 0 || r->path.p[0] != '/') {
        http_fail(r, 400, "arg", "The request's target has to be a path.");
        return;
    }
    if (mark >= 0 &&
        !http_query_parse(str_cut(target, (size_t)mark + 1, target.n), &r->a,
                          &r->query, &r->nquery)) {
        http_fail(r, 400, "arg", "The query string is not well formed.");
        return;
    }
    r->route = find_route(r, &methods);
    if (r->route) {
        run(r);
    } else if (methods && r->method == METHOD_OPTIONS) {
        allow(r, methods);
        http_nothing(r, 204);
    } else if (methods) {
        allow(r, methods);
        http_fail(r, 405, "arg", "This path does not take that method.");
    } else {
        http_fail(r, 404, "not-found",
                  "Nothing is at this path; /api/v1/openapi.json says what "
                  "there is.");
    }
}
