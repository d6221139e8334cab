/* help_man.c - the manual page, written from the tables. See help.h. */
#include "base/common.h"

#include "cli/help.h"

/* Text in roff: a backslash is escaped, a hyphen is a hyphen (not a dash that
 * cannot be searched for), and no line begins with a request. */
static void roff(struct buf *b, const char *text)
{
    bool fresh = true;

    for (const char *p = text; *p; p++) {
        if (fresh && (*p == '.' || *p == '\''))
            buf_addz(b, "\\&");
        fresh = *p == '\n';
        if (*p == '\\')
            buf_addz(b, "\\e");
        else if (*p == '-')
            buf_addz(b, "\\-");
        else if (p[0] == '\n' && p[1] == '\n')
            buf_addz(b, "\n.PP");
        else
            buf_addc(b, *p);
    }
}

static void options(struct buf *b, const struct param *params, size_t n,
                    bool positional)
{
    struct buf o;

    buf_init(&o, 1024);
    for (size_t i = 0; i < n; i++) {
        bool is_pos = params[i].flags & PARAM_POSITIONAL;

        if (is_pos != positional)
            continue;
        buf_reset(&o);
        if (is_pos)
            buf_addz(&o, params[i].value ? params[i].value : params[i].name);
        else
            help_option(&params[i], &o);
        buf_addz(b, ".TP\n.B ");
        roff(b, str_trim(buf_str(&o)).p);
        buf_addc(b, '\n');
        roff(b, params[i].help);
        buf_addz(b, ".\n");
    }
    buf_free(&o);
}

static void command(struct buf *b, const struct cmd *cmd)
{
    struct buf u;
    size_t n;
    const struct param *params = cmd_params(cmd, &n);

    buf_init(&u, 1024);
    help_usage(cmd, &u);
    buf_addf(b, ".SS \"cmem %s", cmd->name);
    roff(b, u.data);
    buf_addz(b, "\"\n");
    roff(b, cmd_about(cmd));
    buf_addz(b, ".\n");
    if (cmd->details) {
        buf_addz(b, ".PP\n");
        roff(b, cmd->details);
        buf_addc(b, '\n');
    }
    options(b, params, n, true);
    options(b, params, n, false);
    if (cmd->example) {
        buf_addz(b, ".PP\nExample:\n.PP\n.nf\n    ");
        roff(b, cmd->example);
        buf_addz(b, "\n.fi\n");
    }
    buf_free(&u);
}

static void settings(struct buf *b)
{
    for (int i = 0; i < OPT_COUNT; i++) {
        const struct opt *o = config_opt((enum opt_id)i);

        buf_addf(b, ".TP\n.B %s\n", o->name);
        roff(b, o->help);
        if (o->choices) {
            buf_addz(b, " One of ");
            roff(b, o->choices);
            buf_addc(b, '.');
        }
        if (o->fallback[0]) {
            buf_addz(b, " Default: ");
            roff(b, o->fallback);
            buf_addc(b, '.');
        }
        buf_addc(b, '\n');
    }
}

static void files(struct buf *b)
{
    static const char *const rows[][2] = {
        {"~/.local/share/cmem/cmem.db", "Everything that is remembered."},
        {"~/.local/share/cmem/spool/", "Events that wait for the worker."},
        {"~/.config/cmem/config", "Settings; cmem config example writes one."},
        {"~/.config/cmem/keys",
         "Keys of language models, one NAME=value a line; mode 0600."},
        {"~/.cache/cmem/", "What new sessions are given, ready-made."},
        {"~/.local/state/cmem/", "worker.log and hooks.log."},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_addz(b, ".TP\n.I ");
        roff(b, rows[i][0]);
        buf_addc(b, '\n');
        roff(b, rows[i][1]);
        buf_addc(b, '\n');
    }
}

static void environment(struct buf *b)
{
    static const char *const rows[][2] = {
        {"CMEM_HOME", "One directory for everything above."},
        {"CMEM_SETTING", "Any setting, by its name in capitals: CMEM_MODEL. "
                         "Stronger than the config file."},
        {"CMEM_PAGER, PAGER", "Shows long output on a terminal; cat or "
                              "nothing for none."},
        {"NO_COLOR", "When not empty, no colours."},
        {"CLAUDE_CONFIG_DIR", "Where Claude Code keeps its settings and "
                              "transcripts, else ~/.claude."},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_addz(b, ".TP\n.B ");
        roff(b, rows[i][0]);
        buf_addc(b, '\n');
        roff(b, rows[i][1]);
        buf_addc(b, '\n');
    }
}

void help_man(struct buf *b)
{
    const char *group = "";

    buf_addz(b, ".\\\" Written by `cmem help --man`. Do not edit.\n");
    buf_addf(b, ".TH CMEM 1 \"\" \"cmem %s\" \"User Commands\"\n",
             CMEM_VERSION);
    buf_addz(b, ".SH NAME\ncmem \\- long\\-term memory for Claude Code\n"
                ".SH SYNOPSIS\n.B cmem\n.I COMMAND\n[\\fIOPTION\\fR]...\n"
                ".SH DESCRIPTION\n");
    roff(b, "Hooks of Claude Code hand every event of a session to a worker, "
            "cmemd, which keeps it, makes memories of it and gives the next "
            "session what it needs. This program sets that up and shows what "
            "is remembered. It reads the database itself and works with no "
            "worker; what changes something is sent to the worker, which is "
            "started when needed.\n");
    for (size_t i = 0; i < cmds_count; i++) {
        if (strcmp(cmds[i]->group, group) != 0) {
            buf_addz(b, ".SH \"COMMANDS: ");
            roff(b, cmds[i]->group);
            buf_addz(b, "\"\n");
        }
        group = cmds[i]->group;
        command(b, cmds[i]);
    }
    buf_addz(b, ".SH OPTIONS\nEvery command takes these.\n");
    options(b, cmd_globals, cmd_globals_count, false);
    buf_addz(b, ".SH \"EXIT STATUS\"\n");
#define MAN_EXIT(name, value, text)                                            \
    buf_addf(b, ".TP\n.B %d\n", value);                                        \
    roff(b, text ".\n");
    CLI_EXITS(MAN_EXIT)
#undef MAN_EXIT
    roff(b, "Errors are one sentence on standard error; with --json also "
            "{\"error\": {\"code\", \"message\"}} on standard output.\n");
    buf_addz(b, ".SH SETTINGS\n");
    settings(b);
    buf_addz(b, ".SH FILES\n");
    files(b);
    buf_addz(b, ".SH ENVIRONMENT\n");
    environment(b);
}
