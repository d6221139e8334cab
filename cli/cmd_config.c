/* cmd_config.c - cmem config: settings, shown and changed. */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "cli/cmd.h"
#include "ops/context.h"

#define ACTIONS "list|get|set|unset|example|path"
/* A worker that is busy hears of it later. */
#define TELL_WAIT_MS 1000

static const struct param params[] = {
    {"action", 0, PARAM_STR, PARAM_POSITIONAL, "ACTION",
     "list (the default), get NAME, set NAME VALUE, unset NAME, example "
     "(a commented file), path"},
    {"name", 0, PARAM_STR, PARAM_POSITIONAL, "NAME", "the setting"},
    {"value", 0, PARAM_STR, PARAM_POSITIONAL, "VALUE", "its new value"},
};

static int list(struct cli *c)
{
    struct term *t = &c->term;
    struct buf b;
    struct jsonw w;

    buf_init(&b, 1u << 20);
    jsonw_init(&w, &b);
    jsonw_arr(&w, NULL);
    for (int i = 0; i < OPT_COUNT; i++)
        config_put(&w, &c->config, (enum opt_id)i, c->paths.config);
    jsonw_end(&w);
    if (c->json)
        cli_print_json(c, buf_str(&b));
    for (int i = 0; i < OPT_COUNT && !c->json; i++) {
        bool set = c->config.origin[i] != FROM_DEFAULT;

        term_styled(t, set ? TERM_TITLE : TERM_PLAIN, "%s",
                    config_opt((enum opt_id)i)->name);
        term_pad(t, 20);
        term_put(t, set ? TERM_GOOD : TERM_PLAIN,
                 config_str(&c->config, (enum opt_id)i));
        term_pad(t, 34);
        buf_reset(&b);
        config_origin(&c->config, (enum opt_id)i, c->paths.config, &b);
        term_styled(t, TERM_DIM, "%s\n", b.data);
    }
    if (c->config.problem.code && !c->json)
        term_styled(t, TERM_WARN, "\nnot used: %s\n", c->config.problem.msg);
    buf_free(&b);
    return CLI_DONE;
}

static int unknown(struct str name, struct err *e)
{
    const char *names[OPT_COUNT], *near;

    for (int i = 0; i < OPT_COUNT; i++)
        names[i] = config_opt((enum opt_id)i)->name;
    near = args_nearest(name, names, OPT_COUNT);
    return err_set(e, CM_EARG, "there is no setting \"%.*s\"%s%s%s",
                   STR_ARG(name), near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static int get(struct cli *c, enum opt_id id)
{
    struct buf b;
    struct jsonw w;

    if (!c->json) {
        term_put(&c->term, TERM_PLAIN, config_str(&c->config, id));
        term_nl(&c->term);
        return CLI_DONE;
    }
    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    config_put(&w, &c->config, id, c->paths.config);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
    return CLI_DONE;
}

/* One that runs reads the file again when it is spoken to; one that does not
 * reads it when it starts. */
static void tell_worker(struct cli *c)
{
    struct ask ask = {.op = "embed",
                      .deadline_ms = clock_mono_ms() + TELL_WAIT_MS};
    struct json *result = NULL;

    if (cli_ask(c, &ask, &result, NULL) == 0)
        json_free(result);
}

/* Sets, or takes out when value.p is NULL; then says what holds now: the
 * environment may be stronger. */
static int set(struct cli *c, enum opt_id id, struct str value, struct err *e)
{
    int rc = file_mkdirs(c->paths.config_dir, e);

    if (rc == 0)
        rc = config_set(c->paths.config, id, value, e);
    if (rc < 0)
        return rc;
    config_free(&c->config);
    config_load(&c->config, c->paths.config);
    tell_worker(c);
    if (!config_bool(&c->config, OPT_CONTEXT))
        rc = context_cache_clear(&c->paths, e);
    if (rc < 0)
        return rc;
    if (c->config.origin[id] == FROM_ENV && !c->json)
        term_styled(&c->term, TERM_WARN,
                    "the environment's value stays stronger: ");
    return get(c, id);
}

static int example(struct cli *c)
{
    struct buf b, text;

    buf_init(&b, 1u << 20);
    buf_init(&text, 1u << 20);
    config_example(&b);
    if (c->json) {
        json_put_str(&text, buf_str(&b));
        cli_print_json(c, buf_str(&text));
    } else {
        term_printf(&c->term, "%s", b.data);
    }
    buf_free(&b);
    buf_free(&text);
    return CLI_DONE;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct str action = json_get_str(args, "action");
    struct str name = json_get_str(args, "name");
    struct json *value = json_get(args, "value");
    struct buf b;
    int id;

    if (action.n == 0 || str_eqz(action, "list"))
        return list(c);
    if (str_eqz(action, "example"))
        return example(c);
    if (str_eqz(action, "path")) {
        buf_init(&b, 8192);
        json_put_str(&b, str_of(c->paths.config));
        if (c->json)
            cli_print_json(c, buf_str(&b));
        else
            term_printf(&c->term, "%s\n", c->paths.config);
        buf_free(&b);
        return CLI_DONE;
    }
    if (!str_eqz(action, "get") && !str_eqz(action, "set") &&
        !str_eqz(action, "unset"))
        return err_set(e, CM_EARG, "config does one of %s, not \"%.*s\"",
                       ACTIONS, STR_ARG(action));
    if (name.n == 0)
        return err_set(e, CM_EARG, "config %.*s needs the name of a setting",
                       STR_ARG(action));
    id = config_find(name);
    if (id < 0)
        return unknown(name, e);
    if (str_eqz(action, "get"))
        return get(c, (enum opt_id)id);
    if (str_eqz(action, "unset"))
        return set(c, (enum opt_id)id, STR_NONE, e);
    if (!value)
        return err_set(e, CM_EARG, "config set %.*s needs a value",
                       STR_ARG(name));
    return set(c, (enum opt_id)id, json_str(value), e);
}

const struct cmd cmd_config = {
    .name = "config",
    .group = "Run",
    .summary = "show and change settings",
    .details = "A setting comes from the environment (CMEM_ and its name in "
               "capitals), else from the config file, else it is the default. "
               "The worker sees a change by itself.",
    .example = "cmem config set context_tokens 800",
    .words = ACTIONS,
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
