/* http_viewer.c - the web viewer: its files, and what it alone asks.
 *
 *   GET /                      the page
 *   GET /viewer/FILE           its parts, as they stand in viewer/
 *   GET /viewer/api/health     what `cmem status` asks the worker
 *   GET /viewer/api/settings   as `cmem config list --json`
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

static void put_origin(struct jsonw *j, const struct worker *w, int id)
{
    char text[PATHS_MAX + 16];

    switch (w->config.origin[id]) {
    case FROM_DEFAULT:
        jsonw_strz(j, "origin", "default");
        break;
    case FROM_FILE:
        snprintf(text, sizeof(text), "file %s", w->paths.config);
        jsonw_strz(j, "origin", text);
        break;
    case FROM_ENV:
        jsonw_strz(j, "origin", "environment");
        break;
    }
}

static void settings(struct http_request *r)
{
    struct buf b;
    struct jsonw j;

    worker_reload(r->w); /* what the file says now */
    buf_init(&b, 1u << 20);
    jsonw_init(&j, &b);
    jsonw_arr(&j, NULL);
    for (int i = 0; i < OPT_COUNT; i++) {
        const struct opt *o = config_opt((enum opt_id)i);

        jsonw_obj(&j, NULL);
        jsonw_strz(&j, "name", o->name);
        jsonw_str(&j, "value", config_str(&r->w->config, (enum opt_id)i));
        put_origin(&j, r->w, i);
        jsonw_strz(&j, "default", o->fallback);
        jsonw_strz(&j, "help", o->help);
        jsonw_end(&j);
    }
    jsonw_end(&j);
    http_json(r, 200, buf_str(&b));
    buf_free(&b);
}

static const struct http_route rows[] = {
    {METHOD_GET, "/", page, 0},
    {METHOD_GET, "/viewer/api/health", health, 0},
    {METHOD_GET, "/viewer/api/settings", settings, 0},
    {METHOD_GET, "/viewer/{file}", part, 0},
};

const struct http_routes http_viewer = {rows, ARRAY_LEN(rows)};
