/* cmd_help.c - cmem help: of all commands, of one, or the manual page. */
#include "base/common.h"

#include "cli/help.h"

#define MAN_MAX (1u << 20)

static const struct param params[] = {
    {"command", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED, "COMMAND",
     "of this one; code: of those that read code"},
    {"man", 0, PARAM_BOOL, 0, NULL, "write the manual page (roff)"},
};

static void print_json(struct cli *c)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, MAN_MAX);
    jsonw_init(&w, &b);
    jsonw_arr(&w, NULL);
    for (size_t i = 0; i < cmds_count; i++) {
        size_t n;
        const struct param *p = cmd_params(cmds[i], &n);

        jsonw_obj(&w, NULL);
        jsonw_strz(&w, "name", cmds[i]->name);
        jsonw_strz(&w, "summary", cmd_about(cmds[i]));
        jsonw_arr(&w, "parameters");
        for (size_t k = 0; k < n; k++) {
            jsonw_obj(&w, NULL);
            jsonw_strz(&w, "name", p[k].name);
            jsonw_bool(&w, "positional", p[k].flags & PARAM_POSITIONAL);
            jsonw_bool(&w, "required", p[k].flags & PARAM_REQUIRED);
            jsonw_strz(&w, "help", p[k].help);
            jsonw_end(&w);
        }
        jsonw_end(&w);
        jsonw_end(&w);
    }
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct str name = json_get_str(args, "command");
    const struct cmd *cmd = name.n ? help_find(name) : NULL;
    bool code = str_eqz(name, "code");
    struct buf b;

    if (name.n && !cmd && !code)
        return help_no_command(name, e);
    if (json_get_bool(args, "man")) {
        buf_init(&b, MAN_MAX);
        help_man(&b);
        cli_print_json(c, buf_str(&b)); /* as it is: for a file */
        buf_free(&b);
    } else if (c->json) {
        print_json(c);
    } else if (code) {
        help_code(&c->term);
    } else if (cmd) {
        help_command(&c->term, cmd);
    } else {
        help_overview(&c->term);
    }
    return CLI_DONE;
}

const struct cmd cmd_help = {
    .name = "help",
    .group = "Run",
    .summary = "explain a command",
    .example = "cmem help import",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_BARE,
    .run = run,
};
