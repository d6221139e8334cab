/* http_viewer.c - the web viewer: its files, and what it alone asks.
 *
 *   GET /                      the page
 *   GET /viewer/FILE           its parts, as they stand in viewer/
 *   GET /viewer/api/health     what `cmem status` asks the worker
 *   GET /viewer/api/settings   as `cmem config list --json`
 *   POST /viewer/api/settings  as `cmem config set` and, with null, `unset`:
 *                              {"NAME": "VALUE", ...}; gives what GET gives.
 *                              Not what config_check_remote refuses
 *
 * All of it needs the token or the cookie, as everything does: without, a
 * browser gets the page of http_unlock.c, which gets it the cookie. */
#include "base/common.h"

#include "viewer.h"
#include "worker/control.h"
#include "worker/http_conn.h"
#include "worker/http_route.h"

/* No inline script or style, nothing from elsewhere; and no text can become
 * HTML, not even by a mistake of ours (Trusted Types, with no policy). */
#define POLICY                                                                 \
    "default-src 'none'; script-src 'self'; style-src 'self'; "                \
    "img-src 'self'; connect-src 'self'; base-uri 'none'; "                    \
    "form-action 'none'; frame-ancestors 'none'; "                             \
    "require-trusted-types-for 'script'; trusted-types 'none'"

static const struct {
    const char *name, *data;
    size_t n;
} files[] = {
#define FILE_ROW(name, data) {name, data, sizeof(data) - 1},
    EMBEDDED(FILE_ROW)
#undef FILE_ROW
};

static const struct {
    const char *end, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".svg", "image/svg+xml"},
};

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_ends(str_of(name), str_of(types[i].end)))
            return types[i].type;
    return "application/octet-stream";
}

static void give_file(struct http_request *r, struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        if (str_eqz(name, files[i].name)) {
            http_set(r, "Content-Security-Policy", STR(POLICY));
            http_send(r, 200, type_of(files[i].name),
                      (struct str){files[i].data, files[i].n});
            return;
        }
    http_fail(r, 404, "not-found", "The viewer has no such file.");
}

static void page(struct http_request *r)
{
    give_file(r, STR("index.html"));
}

static void part(struct http_request *r)
{
    give_file(r, http_param(r, "file"));
}

static void health(struct http_request *r)
{
    struct asker to = http_asker(r, NULL);

    control_op(r->w, &to, STR("{\"op\":\"status\"}"));
}

/* --- settings --------------------------------------------------------------- */

/* As the file says now: the worker's own may wait for calls under way. */
static void give_settings(struct http_request *r)
{
    const char *file = r->w->paths.config;
    struct config c;
    struct buf b;
    struct jsonw j;

    config_load(&c, file);
    buf_init(&b, 1u << 20);
    jsonw_init(&j, &b);
    jsonw_arr(&j, NULL);
    for (int i = 0; i < OPT_COUNT; i++)
        config_put(&j, &c, (enum opt_id)i, file);
    jsonw_end(&j);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
    config_free(&c);
}

/* One member of the body: which setting, and its text; p == NULL: unset. */
static int read_change(const struct json *v, int *id, struct str *value,
                       struct err *e)
{
    *id = config_find(json_key(v));
    *value = json_str(v);
    if (*id < 0)
        return err_set(e, CM_EARG, "There is no setting \"%.*s\".",
                       STR_ARG(str_cut(json_key(v), 0, 64)));
    if (json_is_null(v))
        *value = STR_NONE;
    else if (!json_is_str(v))
        return err_set(e, CM_EARG, "%s: a value is a text, or null.",
                       config_opt((enum opt_id) * id)->name);
    if (config_check_remote((enum opt_id) * id, e) < 0)
        return e->code;
    return json_is_null(v) ? 0 : config_check((enum opt_id) * id, *value, e);
}

/* All of them are looked at before the first is written. */
static int change(struct worker *w, const struct json *body, struct err *e)
{
    struct str value;
    int id, rc = 0;

    if (!json_is_object(body) || json_len(body) == 0)
        return err_set(e, CM_EARG,
                       "The body has to be an object: {\"NAME\": \"VALUE\"}.");
    for (const struct json *v = json_first(body); rc == 0 && v;
         v = json_next(v))
        rc = read_change(v, &id, &value, e);
    for (const struct json *v = json_first(body); rc == 0 && v;
         v = json_next(v)) {
        rc = read_change(v, &id, &value, e);
        if (rc == 0)
            rc = config_set(w->paths.config, (enum opt_id)id, value, e);
    }
    worker_reload(w);
    return rc;
}

static void set_settings(struct http_request *r)
{
    struct err e = {0};

    if (change(r->w, r->body, &e) < 0)
        http_error(r, &e);
    else
        give_settings(r);
}

static const struct http_route rows[] = {
    {METHOD_GET, "/", page, 0},
    {METHOD_GET, "/viewer/api/health", health, 0},
    {METHOD_GET, "/viewer/api/settings", give_settings, 0},
    {METHOD_POST, "/viewer/api/settings", set_settings, 0},
    {METHOD_GET, "/viewer/{file}", part, 0},
};

const struct http_routes http_viewer = {rows, ARRAY_LEN(rows)};
