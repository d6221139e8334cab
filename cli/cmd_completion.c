/* cmd_completion.c - cmem completion: what a shell needs to complete words. */
#include "base/common.h"

#include "cli/help.h"

#define SCRIPT_MAX (1u << 20)
#define SHELLS     "bash|zsh|fish"

static const struct param params[] = {
    {"shell", 0, PARAM_STR, PARAM_REQUIRED | PARAM_POSITIONAL, "SHELL",
     "bash, zsh or fish"},
};

/* Text inside single quotes of a shell. */
static void quoted(struct buf *b, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            buf_addz(b, "'\\''");
        else
            buf_addc(b, *text);
    }
}

/* Sub-commands and, for config, the settings; with a blank before each. */
static void words_of(struct buf *b, const struct cmd *cmd)
{
    struct str rest = str_of(cmd->words), word;

    while (str_split(&rest, '|', &word))
        buf_addf(b, " %.*s", STR_ARG(word));
    if (strcmp(cmd->name, "config") == 0)
        for (int i = 0; i < OPT_COUNT; i++)
            buf_addf(b, " %s", config_opt((enum opt_id)i)->name);
    if (strcmp(cmd->name, "help") == 0)
        for (size_t i = 0; i < cmds_count; i++)
            buf_addf(b, " %s", cmds[i]->name);
}

static void options_of(struct buf *b, const struct param *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i].flags & PARAM_POSITIONAL)
            continue;
        else if (p[i].name[1] == '\0')
            buf_addf(b, " -%s", p[i].name);
        else
            buf_addf(b, " --%s%s", p[i].name,
                     p[i].type == PARAM_BOOL ? "" : "=");
}

/* Does the command take names of files? */
static bool takes_files(const struct cmd *cmd)
{
    size_t n;
    const struct param *p = cmd_params(cmd, &n);

    for (size_t i = 0; i < n; i++)
        if (p[i].flags & PARAM_POSITIONAL && p[i].value &&
            (strcmp(p[i].value, "PATH") == 0 ||
             strcmp(p[i].value, "FILE") == 0))
            return true;
    return false;
}

static void bash(struct buf *b)
{
    buf_addz(b, "# bash completion for cmem; written by `cmem completion "
                "bash`.\n_cmem()\n{\n"
                "    local cur=${COMP_WORDS[COMP_CWORD]} cmd= words= i\n"
                "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                "        case ${COMP_WORDS[i]} in\n"
                "        -*) ;;\n"
                "        *) cmd=${COMP_WORDS[i]}; break ;;\n"
                "        esac\n    done\n"
                "    local globals='");
    options_of(b, cmd_globals, cmd_globals_count);
    buf_addz(b, "'\n    case $cmd in\n    '') words=\"");
    for (size_t i = 0; i < cmds_count; i++)
        buf_addf(b, "%s%s", i ? " " : "", cmds[i]->name);
    buf_addz(b, " --version\" ;;\n");
    for (size_t i = 0; i < cmds_count; i++) {
        size_t n;
        const struct param *p = cmd_params(cmds[i], &n);

        buf_addf(b, "    %s) words='", cmds[i]->name);
        words_of(b, cmds[i]);
        options_of(b, p, n);
        buf_addf(b, "'%s ;;\n",
                 takes_files(cmds[i]) ? "; compopt -o default" : "");
    }
    buf_addz(b, "    esac\n"
                "    COMPREPLY=($(compgen -W \"$words $globals\" -- "
                "\"$cur\"))\n"
                "    [[ ${COMPREPLY-} == *= ]] && compopt -o nospace\n"
                "    return 0\n}\ncomplete -F _cmem cmem\n");
}

static void zsh_option(struct buf *b, const struct param *p)
{
    if (p->flags & PARAM_POSITIONAL)
        return;
    buf_addf(b, "            '-%s%s%s[", p->name[1] ? "-" : "", p->name,
             p->type == PARAM_BOOL ? ""
             : p->name[1]          ? "="
                                   : "+");
    for (const char *h = p->help; *h; h++) {
        if (*h == '[' || *h == ']' || *h == ':')
            buf_addc(b, '\\');
        if (*h == '\'')
            buf_addz(b, "'\\'");
        buf_addc(b, *h);
    }
    buf_addf(b, "]%s%s%s' \\\n", p->type == PARAM_BOOL ? "" : ":",
             p->type == PARAM_BOOL ? ""
             : p->value            ? p->value
                                   : "VALUE",
             p->type == PARAM_BOOL ? "" : ": ");
}

static void zsh(struct buf *b)
{
    buf_addz(b, "#compdef cmem\n# zsh completion for cmem; written by `cmem "
                "completion zsh`.\n_cmem() {\n    local -a commands\n"
                "    commands=(\n");
    for (size_t i = 0; i < cmds_count; i++) {
        buf_addf(b, "        '%s:", cmds[i]->name);
        quoted(b, cmd_about(cmds[i]));
        buf_addz(b, "'\n");
    }
    buf_addz(b, "    )\n    if (( CURRENT == 2 )); then\n"
                "        _describe command commands\n        return\n    fi\n"
                "    case $words[2] in\n");
    for (size_t i = 0; i < cmds_count; i++) {
        size_t n;
        const struct param *p = cmd_params(cmds[i], &n);

        buf_addf(b,
                 "    %s)\n        shift words; (( CURRENT-- ))\n"
                 "        _arguments \\\n",
                 cmds[i]->name);
        for (size_t k = 0; k < n; k++)
            zsh_option(b, &p[k]);
        for (size_t k = 0; k < cmd_globals_count; k++)
            zsh_option(b, &cmd_globals[k]);
        buf_addz(b, "            '*:word:");
        if (takes_files(cmds[i])) {
            buf_addz(b, "_files");
        } else {
            buf_addz(b, "(");
            words_of(b, cmds[i]);
            buf_addz(b, ")");
        }
        buf_addz(b, "' ;;\n");
    }
    buf_addz(b, "    esac\n}\n_cmem \"$@\"\n");
}

static void fish_option(struct buf *b, const struct cmd *cmd,
                        const struct param *p)
{
    if (p->flags & PARAM_POSITIONAL)
        return;
    buf_addz(b, "complete -c cmem");
    if (cmd)
        buf_addf(b, " -n '__fish_seen_subcommand_from %s'", cmd->name);
    if (p->name[1])
        buf_addf(b, " -l %s", p->name);
    if (p->letter)
        buf_addf(b, " -s %c", p->letter);
    buf_addf(b, "%s -d '", p->type == PARAM_BOOL ? "" : " -x");
    quoted(b, p->help);
    buf_addz(b, "'\n");
}

static void fish(struct buf *b)
{
    buf_addz(b, "# fish completion for cmem; written by `cmem completion "
                "fish`.\ncomplete -c cmem -f\n");
    for (size_t i = 0; i < cmds_count; i++) {
        buf_addf(b, "complete -c cmem -n __fish_use_subcommand -a %s -d '",
                 cmds[i]->name);
        quoted(b, cmd_about(cmds[i]));
        buf_addz(b, "'\n");
    }
    for (size_t i = 0; i < cmds_count; i++) {
        size_t n;
        const struct param *p = cmd_params(cmds[i], &n);

        for (size_t k = 0; k < n; k++)
            fish_option(b, cmds[i], &p[k]);
        buf_addf(b,
                 "complete -c cmem -n '__fish_seen_subcommand_from %s' %s"
                 "-a '",
                 cmds[i]->name, takes_files(cmds[i]) ? "-F " : "");
        words_of(b, cmds[i]);
        buf_addz(b, "'\n");
    }
    for (size_t k = 0; k < cmd_globals_count; k++)
        fish_option(b, NULL, &cmd_globals[k]);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct str shell = json_get_str(args, "shell");
    struct buf b, text;
    int rc = CLI_DONE;

    buf_init(&b, SCRIPT_MAX);
    buf_init(&text, 2 * SCRIPT_MAX);
    if (str_eqz(shell, "bash"))
        bash(&b);
    else if (str_eqz(shell, "zsh"))
        zsh(&b);
    else if (str_eqz(shell, "fish"))
        fish(&b);
    else
        rc = err_set(e, CM_EARG, "completion is for %s, not \"%.*s\"", SHELLS,
                     STR_ARG(shell));
    if (c->json)
        json_put_str(&text, buf_str(&b));
    if (rc == CLI_DONE)
        cli_print_json(c, c->json ? buf_str(&text) : buf_str(&b));
    buf_free(&b);
    buf_free(&text);
    return rc;
}

const struct cmd cmd_completion = {
    .name = "completion",
    .group = "Run",
    .summary = "write the completion script of a shell",
    .details = "make install puts these where the shells look for them.",
    .example = "cmem completion bash",
    .words = SHELLS,
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_BARE,
    .run = run,
};
