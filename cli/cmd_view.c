/* cmd_view.c - cmem view: opens the web viewer in a browser.
 *
 * Everybody on the machine can see what a browser was started with. So its
 * address has no token but a ticket, good once and for a minute, behind a "#",
 * which a browser keeps to itself; the page exchanges it for a cookie. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cmd.h"

#define ASK_MS 10000

static const struct param params[] = {
    {"port", 'p', PARAM_INT, 0, "N", "listen there (a free port)"},
    {"no-open", 0, PARAM_BOOL, 0, NULL,
     "only print the address, which is good once and for a minute"},
};

/* Has the worker serve HTTP. The address, which lives in c->arena. */
static int serve(struct cli *c, int64_t port, struct str *url, struct err *e)
{
    struct ask ask = {.op = "serve",
                      .args = json_object(),
                      .start = true,
                      .deadline_ms = clock_mono_ms() + ASK_MS};
    struct json *result = NULL;
    int rc;

    json_set_int(ask.args, "port", port);
    json_set_bool(ask.args, "ticket", true);
    rc = cli_ask(c, &ask, &result, e);
    if (rc < 0)
        return rc;
    *url = arena_fmt(&c->arena, "%.*s/#ticket=%.*s",
                     STR_ARG(json_get_str(result, "address")),
                     STR_ARG(json_get_str(result, "ticket")));
    json_free(result);
    return 0;
}

/* What opens an address here, or NULL: nothing to open it on. */
static const char *opener(void)
{
    const char *browser = getenv("BROWSER");

    if (browser && *browser)
        return browser;
#ifdef __APPLE__
    return "open";
#else
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return NULL;
    return "xdg-open";
#endif
}

static void become(const char *program, const char *url, int tell)
{
    char *argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)url, NULL};
    int null = open("/dev/null", O_RDWR), why;

    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
    }
    execvp(program, argv);
    why = errno;
    if (write(tell, &why, sizeof(why)) < 0)
        _exit(126);
    _exit(127);
}

/* Starts it and does not wait: it may become the browser itself. Twice forked,
 * it is nobody's child. */
static bool start(const char *program, const char *url)
{
    int tell[2], why = 0;
    ssize_t n;
    pid_t pid;

    if (pipe2(tell, O_CLOEXEC) < 0)
        return false;
    pid = fork();
    if (pid == 0) {
        if (setsid() >= 0 && fork() == 0)
            become(program, url, tell[1]);
        _exit(0);
    }
    close(tell[1]);
    if (pid > 0)
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
            continue;
    do /* until the end: it runs, and has closed its side */
        n = read(tell[0], &why, sizeof(why));
    while (n < 0 && errno == EINTR);
    close(tell[0]);
    return pid > 0 && n == 0;
}

static void print_json(struct cli *c, struct str url, bool opened)
{
    struct buf b;
    struct jsonw j;

    buf_init(&b, 8192);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_str(&j, "url", url);
    jsonw_bool(&j, "opened", opened);
    jsonw_end(&j);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    int64_t port = json_get_int(args, "port", 0);
    struct str url;
    const char *program = opener();
    bool opened = false;
    int rc;

    if (json_get(args, "port") && (port < 1 || port > 65535))
        return err_set(e, CM_EARG, "a port is between 1 and 65535");
    rc = serve(c, port, &url, e);
    if (rc < 0)
        return rc;
    if (program && !json_get_bool(args, "no-open"))
        opened = start(program, url.p);
    if (c->json)
        print_json(c, url, opened);
    else if (opened)
        term_printf(&c->term, "opened %.*s\n",
                    STR_ARG(str_cut(url, 0, (size_t)str_chr(url, '#'))));
    else
        term_printf(&c->term, "%.*s\n", STR_ARG(url));
    return CLI_DONE;
}

const struct cmd cmd_view = {
    .name = "view",
    .group = "Find",
    .summary = "see what is remembered, in a browser",
    .details =
        "Has the worker serve HTTP on 127.0.0.1 as cmem serve does, and opens "
        "the page: sessions as stories, search, timeline, what happens live, "
        "who is named with whom, activity, what a new session is told. With no "
        "display it prints the address, which lets one browser in, within a "
        "minute. The page works without a network. docs/viewer.md tells "
        "the rest.",
    .example = "cmem view",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = run,
};
