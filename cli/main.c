/* main.c - cmem, the terminal program: finds the command and runs it. */
#include "base/common.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/browse/browse.h"
#include "cli/cmd.h"
#include "cli/help.h"

/* Options that every command has, and the words that are left. */
struct line {
    int argc;
    char **argv; /* behind the command's name */
    const struct cmd *cmd;
    const char *color;
    bool json, no_pager, help, version;
    bool code; /* "code", and its command not yet */
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int sig)
{
    interrupted = sig;
}

static bool is_interrupted(void)
{
    return interrupted != 0;
}

static void catch_interrupts(void)
{
    struct sigaction act = {.sa_handler = on_interrupt};

    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
}

/* Dies of the signal that was caught, for the shell to see. */
static void die_of_interrupt(void)
{
    struct sigaction act = {.sa_handler = SIG_DFL};

    sigaction(interrupted, &act, NULL);
    raise(interrupted);
}

/* Takes word as one of the options that every command has. 1 taken, 0 not,
 * or an error. */
static int global_option(struct line *l, const char *word, struct err *e)
{
    if (strcmp(word, "--json") == 0)
        l->json = true;
    else if (strcmp(word, "--no-pager") == 0)
        l->no_pager = true;
    else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        l->help = true;
    else if (strcmp(word, "--color") == 0)
        l->color = "always";
    else if (strncmp(word, "--color=", 8) == 0)
        l->color = word + 8;
    else
        return 0;
    if (strcmp(l->color, "auto") && strcmp(l->color, "always") &&
        strcmp(l->color, "never"))
        return err_set(e, CM_EARG,
                       "--color is auto, always or never, not "
                       "\"%s\"",
                       l->color);
    return 1;
}

static int unknown_command(const char *word, struct err *e)
{
    if (word[0] == '-')
        return err_set(e, CM_EARG, "there is no option %s; try cmem help",
                       word);
    return help_no_command(str_of(word), e);
}

/* Behind the word "code": code-search and the others of its group by their
 * short names. Alone it asks what there is. */
static int code_command(struct line *l, const char *word, struct err *e)
{
    char name[64];

    l->code = word == NULL;
    if (!word)
        return 0;
    snprintf(name, sizeof(name), "code %s", word);
    l->cmd = help_find(str_of(name));
    return l->cmd ? 0 : help_no_command(str_of(name), e);
}

/* Sorts the words out; those left for the command are moved to the front. */
static int read_line(struct line *l, int argc, char **argv, struct err *e)
{
    bool ended = false;
    int rc;

    l->argv = argv;
    for (int i = 0; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        rc = ended ? 0 : global_option(l, argv[i], e);
        if (rc < 0)
            return rc;
        if (rc > 0)
            continue;
        if (l->cmd) {
            l->argv[l->argc++] = argv[i];
        } else if (strcmp(argv[i], "--version") == 0 ||
                   strcmp(argv[i], "-V") == 0) {
            l->version = true;
        } else {
            l->cmd = cmd_find(str_of(argv[i]));
            if (l->code || (!l->cmd && strcmp(argv[i], "code") == 0))
                rc = code_command(l, l->code ? argv[i] : NULL, e);
            else if (!l->cmd)
                rc = unknown_command(argv[i], e);
            if (rc < 0)
                return rc;
        }
    }
    return 0;
}

/* Directory of this executable: programs of ours stand beside it. */
static void find_self(struct cli *c)
{
    ssize_t n = readlink("/proc/self/exe", c->self, sizeof(c->self) - 1);
    char *slash;

    c->self[n > 0 ? n : 0] = '\0';
    slash = strrchr(c->self, '/');
    if (slash)
        *slash = '\0';
}

static int set_up(struct cli *c, struct err *e)
{
    int rc = paths_init(&c->paths, e);

    if (rc < 0)
        return rc;
    config_load(&c->config, c->paths.config);
    if (!getcwd(c->cwd, sizeof(c->cwd)))
        snprintf(c->cwd, sizeof(c->cwd), "/");
    return 0;
}

static int run_command(struct cli *c, const struct line *l, struct err *e)
{
    struct json *args = NULL;
    int rc = args_parse(l->cmd, l->argc, l->argv, &args, e);

    if (rc < 0)
        return rc;
    if (!(l->cmd->flags & CMD_BARE))
        rc = set_up(c, e);
    if (rc < 0) {
        json_free(args);
        return rc;
    }
    if (l->cmd->flags & CMD_ENDS_WHOLE)
        catch_interrupts();
    if (l->cmd->run_bare && l->argc == 0 && !c->json && browse_can(c)) {
        rc = l->cmd->run_bare(c, args, e);
        json_free(args);
        return rc;
    }
    if (!l->cmd->run || (l->cmd->run_with && !json_get(args, l->cmd->run_with)))
        return cli_run_op(c, l->cmd, args, e);
    rc = l->cmd->run(c, args, e);
    json_free(args);
    return rc;
}

static void say_error(struct cli *c, const struct err *e)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 8192);
    if (c->json) {
        jsonw_init(&w, &b);
        jsonw_obj(&w, NULL);
        jsonw_obj(&w, "error");
        jsonw_strz(&w, "code", err_name(e->code));
        jsonw_strz(&w, "message", e->msg);
        jsonw_end(&w);
        jsonw_end(&w);
        cli_print_json(c, buf_str(&b));
        buf_reset(&b);
    }
    utf8_clean_line(&b, str_of(e->msg));
    fprintf(stderr, "cmem: %s\n", b.data);
    buf_free(&b);
}

int main(int argc, char **argv)
{
    struct line l = {.color = "auto"};
    struct cli c = {.is_interrupted = is_interrupted};
    struct err e = {0};
    int rc;

    /* A reader that goes away ends us as it ends any filter; a worker or a
     * child that does must not: their writers ask for errors. */
    signal(SIGPIPE, SIG_IGN);
    find_self(&c);
    rc = read_line(&l, argc - 1, argv + 1, &e);
    c.json = l.json;
    term_init(&c.term, l.color, !l.no_pager && !l.json);
    if (rc == 0 && l.version && !l.cmd)
        term_printf(&c.term, "cmem %s\n", CMEM_VERSION);
    else if (rc == 0 && l.code)
        help_code(&c.term);
    else if (rc == 0 && !l.cmd)
        help_overview(&c.term);
    else if (rc == 0 && l.help)
        help_command(&c.term, l.cmd);
    else if (rc == 0)
        rc = run_command(&c, &l, &e);
    if (rc < 0) {
        say_error(&c, &e);
        rc = cli_exit_of(e.code ? e.code : rc);
    }
    if (term_end(&c.term, &e) < 0) {
        fprintf(stderr, "cmem: %s\n", e.msg);
        rc = CLI_SYSTEM;
    }
    config_free(&c.config);
    arena_free(&c.arena);
    if (interrupted)
        die_of_interrupt();
    return rc;
}
