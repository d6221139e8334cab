/* cmd_serve.c - cmem serve: HTTP for this user's programs, in the worker. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/show.h"

#define ASK_MS 10000

static const struct param params[] = {
    {"port", 'p', PARAM_INT, 0, "N", "listen there (a free port)"},
    {"status", 0, PARAM_BOOL, 0, NULL, "only tell"},
    {"stop", 0, PARAM_BOOL, 0, NULL, "serve no more"},
};

static void show(struct cli *c, const struct json *r)
{
    struct term *t = &c->term;
    struct str address = json_get_str(r, "address");
    struct str file = json_get_str(r, "token_file");

    if (!json_get_bool(r, "serving")) {
        term_printf(t, "HTTP is off; cmem serve turns it on.\n");
        return;
    }
    term_printf(t, "%.*s  (this machine only)\n\n", STR_ARG(address));
    term_printf(t, "token    %.*s\n", STR_ARG(file));
    term_printf(t, "stays    %s\n",
                json_get_bool(r, "by_setting")
                    ? "as long as the setting http is on"
                    : "until cmem serve --stop or the worker ends; for good: "
                      "cmem config set http on");
    term_printf(t, "so far   %lld answered, %lld refused, %lld connected\n",
                (long long)json_get_int(r, "requests", 0),
                (long long)json_get_int(r, "refused", 0),
                (long long)json_get_int(r, "connections", 0));
    term_printf(t, "\ncurl -H \"Authorization: Bearer $(cat '%.*s')\" \\\n"
                   "    '%.*s/api/v1/search?words=parser'\n",
                STR_ARG(file), STR_ARG(address));
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    bool status = json_get_bool(args, "status");
    bool stop = json_get_bool(args, "stop");
    int64_t port = json_get_int(args, "port", 0);
    struct ask ask = {.op = "serve",
                      .args = json_object(),
                      .start = !status && !stop,
                      .deadline_ms = clock_mono_ms() + ASK_MS};
    struct json *result = NULL;
    struct buf b;
    int rc;

    if (json_get(args, "port") && (port < 1 || port > 65535)) {
        json_free(ask.args);
        return err_set(e, CM_EARG, "a port is between 1 and 65535");
    }
    json_set_int(ask.args, "port", port);
    json_set_bool(ask.args, "status", status);
    json_set_bool(ask.args, "stop", stop);
    rc = cli_ask(c, &ask, &result, e);
    if (rc == CM_ENET && !ask.start) { /* no worker: nothing is served */
        result = json_object();
        json_set_bool(result, "serving", false);
    } else if (rc < 0) {
        return rc;
    }
    if (c->json) {
        buf_init(&b, 65536);
        json_print(result, &b, 0);
        cli_print_json(c, buf_str(&b));
        buf_free(&b);
    } else {
        show(c, result);
    }
    rc = json_get_bool(result, "serving") || stop ? CLI_DONE : CLI_NOTHING;
    json_free(result);
    return rc;
}

const struct cmd cmd_serve = {
    .name = "serve",
    .group = "Run",
    .summary = "answer programs of this user over HTTP, on 127.0.0.1",
    .details =
        "Off unless asked for. The worker then serves every operation at "
        "/api/v1/OPERATION, a description of them at /api/v1/openapi.json and "
        "what is new as it happens at /api/v1/events. Every request needs the "
        "token, which only you can read. docs/http.md tells the rest.",
    .example = "cmem serve",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
