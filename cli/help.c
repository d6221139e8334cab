/* help.c - see help.h: help on the terminal. */
#include "base/common.h"

#include "cli/help.h"

#define USAGE_MAX 1024
#define NAME_MAX_BYTES 64
/* Behind the longest command's name. */
#define COMMAND_COLUMN 16
#define CODE           "code-"
/* Where explanations begin; longer names put them on the next line. */
#define HELP_COLUMN 24

void help_option(const struct param *p, struct buf *b)
{
    const char *value = p->value ? p->value : "VALUE";

    if (p->name[1] == '\0') { /* has no long form worth typing */
        buf_addf(b, "-%s%s%s", p->name, p->type == PARAM_BOOL ? "" : " ",
                 p->type == PARAM_BOOL ? "" : value);
        return;
    }
    if (p->letter)
        buf_addf(b, "-%c, ", p->letter);
    else
        buf_addz(b, "    ");
    buf_addf(b, "--%s", p->name);
    if (p->type != PARAM_BOOL)
        buf_addf(b, "=%s", value);
}

void help_usage(const struct cmd *cmd, struct buf *b)
{
    size_t n;
    const struct param *params = cmd_params(cmd, &n);
    bool options = false;

    for (size_t i = 0; i < n; i++)
        options = options || !(params[i].flags & PARAM_POSITIONAL);
    if (options)
        buf_addz(b, " [OPTION]...");
    for (size_t i = 0; i < n; i++) {
        const struct param *p = &params[i];
        bool must = p->flags & PARAM_REQUIRED;
        bool many = p->type == PARAM_LIST || p->flags & PARAM_JOINED;

        if (p->flags & PARAM_POSITIONAL)
            buf_addf(b, " %s%s%s%s", must ? "" : "[",
                     p->value ? p->value : p->name, many ? "..." : "",
                     must ? "" : "]");
    }
}

static void row(struct term *t, int column, const char *left, const char *right)
{
    term_printf(t, "  ");
    term_styled(t, TERM_ID, "%s", left);
    if (t->column > column - 2)
        term_nl(t);
    term_wrap(t, TERM_PLAIN, column, str_of(right));
}

void help_overview(struct term *t)
{
    const char *group = "";

    term_styled(t, TERM_TITLE, "cmem %s", CMEM_VERSION);
    term_printf(t, " - long-term memory for Claude Code\n\n");
    term_printf(t, "Usage: cmem COMMAND [OPTION]...\n");
    for (size_t i = 0; i < cmds_count; i++) {
        if (strcmp(cmds[i]->group, group) != 0)
            term_heading(t, "%s", cmds[i]->group);
        group = cmds[i]->group;
        row(t, COMMAND_COLUMN, cmds[i]->name, cmd_about(cmds[i]));
    }
    term_nl(t);
    term_wrap(t, TERM_PLAIN, 0,
              STR("cmem help COMMAND tells more of one. "
                  "Every command takes --json."));
}

void help_code(struct term *t)
{
    term_printf(t, "Usage: cmem code COMMAND [OPTION]...\n\n");
    for (size_t i = 0; i < cmds_count; i++)
        if (str_starts(str_of(cmds[i]->name), STR(CODE)))
            row(t, COMMAND_COLUMN, cmds[i]->name + strlen(CODE),
                cmd_about(cmds[i]));
    term_nl(t);
    term_wrap(t, TERM_PLAIN, 0,
              STR("cmem index makes the index that they read; cmem help code "
                  "COMMAND tells more of one."));
}

const struct cmd *help_find(struct str name)
{
    char full[NAME_MAX_BYTES];

    snprintf(full, sizeof(full), "%.*s", STR_ARG(name));
    if (str_starts(name, STR("code ")))
        full[4] = '-';
    return cmd_find(str_of(full));
}

/* As one types it. */
static const char *typed(const char *name, char out[NAME_MAX_BYTES])
{
    snprintf(out, NAME_MAX_BYTES, "%s", name);
    if (str_starts(str_of(out), STR(CODE)))
        out[4] = ' ';
    return out;
}

int help_no_command(struct str name, struct err *e)
{
    const char *names[NAME_MAX_BYTES], *near;
    char said[NAME_MAX_BYTES], meant[NAME_MAX_BYTES];
    size_t n = 0;

    for (; n < cmds_count && n < ARRAY_LEN(names); n++)
        names[n] = cmds[n]->name;
    near = args_nearest(name, names, n);
    snprintf(said, sizeof(said), "%.*s", STR_ARG(name));
    return err_set(e, CM_EARG, "there is no command \"%s\"%s%s%s", said,
                   near ? "; did you mean " : "; try cmem help",
                   near ? typed(near, meant) : "", near ? "?" : "");
}

static void option_rows(struct term *t, const struct param *params, size_t n,
                        bool positional)
{
    struct buf b;

    buf_init(&b, USAGE_MAX);
    for (size_t i = 0; i < n; i++) {
        bool is_pos = params[i].flags & PARAM_POSITIONAL;

        if (is_pos != positional)
            continue;
        buf_reset(&b);
        if (is_pos)
            buf_addz(&b, params[i].value ? params[i].value : params[i].name);
        else
            help_option(&params[i], &b);
        row(t, HELP_COLUMN, b.data, params[i].help);
    }
    buf_free(&b);
}

void help_command(struct term *t, const struct cmd *cmd)
{
    struct buf b;
    size_t n;
    const struct param *params = cmd_params(cmd, &n);

    buf_init(&b, USAGE_MAX);
    buf_addf(&b, "Usage: cmem %s", cmd->name);
    help_usage(cmd, &b);
    term_styled(t, TERM_TITLE, "cmem %s", cmd->name);
    term_printf(t, " - ");
    term_wrap(t, TERM_PLAIN, 2, str_of(cmd_about(cmd)));
    term_nl(t);
    term_wrap(t, TERM_PLAIN, 0, buf_str(&b));
    if (cmd->details) {
        term_nl(t);
        term_wrap(t, TERM_PLAIN, 0, str_of(cmd->details));
    }
    term_heading(t, "Options");
    option_rows(t, params, n, true);
    option_rows(t, params, n, false);
    option_rows(t, cmd_globals, cmd_globals_count, false);
    if (cmd->example) {
        term_heading(t, "Example");
        term_wrap(t, TERM_PLAIN, 2, str_of(cmd->example));
    }
    buf_free(&b);
}
