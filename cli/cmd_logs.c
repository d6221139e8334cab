/* cmd_logs.c - cmem logs: what the worker, or the hooks, wrote down. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/logtail.h"

#define LINES_DEFAULT 50
#define LINES_MOST    1000000
#define LOOK_MS       500
/* What is written between two looks comes in pieces of this. */
#define PIECE 65536

static const struct param params[] = {
    {"lines", 'n', PARAM_INT, 0, "N", "so many of the last lines (50)"},
    {"follow", 'f', PARAM_BOOL, 0, NULL, "go on with what is added"},
    {"hooks", 0, PARAM_BOOL, 0, NULL,
     "the hooks' log: when one had to be stopped"},
};

/* "2026-11-21T08:40:55.583Z warn  ..." in the colour of its level. */
static enum term_style style_of(struct str line)
{
    static const struct {
        const char *word;
        enum term_style style;
    } levels[] = {{"Z error ", TERM_BAD},
                  {"Z warn  ", TERM_WARN},
                  {"Z debug ", TERM_DIM}};
    struct str level = str_cut(line, 23, 31);

    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        if (str_eqz(level, levels[i].word))
            return levels[i].style;
    return TERM_PLAIN;
}

static void put_line(struct term *t, struct str line)
{
    char when[32];
    ptrdiff_t blank = str_chr(line, ' ');
    int64_t ms;

    /* The hooks' lines begin with milliseconds: they cannot afford more. */
    if (blank > 0 && str_int(str_cut(line, 0, (size_t)blank), 0,
                             INT64_C(253402300799999), &ms) == 0) {
        clock_iso(ms, when);
        term_styled(t, TERM_DIM, "%s", when);
        line = str_cut(line, (size_t)blank, line.n);
    }
    /* Blanks stay as they are: the columns are the log's. */
    term_styled(t, style_of(line), "%.*s\n", STR_ARG(line));
}

static void put_lines(struct term *t, struct str text)
{
    struct str line;

    while (str_line(&text, &line))
        put_line(t, line);
}

static void print_json(struct cli *c, const char *path, struct str text)
{
    struct str line;
    struct jsonw w;
    struct buf b;

    buf_init(&b, 2 * LOGTAIL_MAX);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "file", path);
    jsonw_arr(&w, "lines");
    while (str_line(&text, &line))
        jsonw_str(&w, NULL, line);
    jsonw_end(&w);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

/* --- following ------------------------------------------------------------- */

/* Waits for a look's time; false when nobody reads us any more. */
static bool pause_read(void)
{
    struct pollfd out = {.fd = STDOUT_FILENO};

    return poll(&out, 1, LOOK_MS) <= 0 || !(out.revents & (POLLERR | POLLNVAL));
}

/* Whole lines of what is there beyond f->offset are put out. */
static int put_new(struct cli *c, struct logtail_follow *f, struct buf *b,
                   struct err *e)
{
    int rc;

    while ((rc = logtail_more(f, b, e)) > 0) {
        put_lines(&c->term, buf_str(b));
        rc = term_flush(&c->term, e);
        if (rc < 0)
            return rc;
    }
    return rc;
}

static int follow(struct cli *c, struct logtail_follow *f, struct err *e)
{
    struct buf b;
    int rc = term_flush(&c->term, e);

    buf_init(&b, PIECE);
    while (rc == 0 && !c->is_interrupted()) {
        rc = put_new(c, f, &b, e);
        if (rc == 0 && !pause_read())
            break;
    }
    buf_free(&b);
    return rc;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    int64_t n = json_get_int(args, "lines", LINES_DEFAULT);
    bool follows = json_get_bool(args, "follow");
    const char *path = json_get_bool(args, "hooks") ? c->paths.hook_log
                                                    : c->paths.worker_log;
    struct logtail_follow f = {.path = path, .fd = -1};
    struct buf b;
    int rc;

    if (n < 0 || n > LINES_MOST)
        return err_set(e, CM_EARG, "-n is 0 to %d lines", LINES_MOST);
    if (follows && c->json)
        return err_set(e, CM_EARG, "logs -f does not end, so it has no --json");
    buf_init(&b, LOGTAIL_MAX);
    rc = logtail_read(path, (size_t)n, &b, &f, e);
    if (rc == CM_ENOTFOUND && follows)
        rc = 0; /* it may come */
    else if (rc == CM_ENOTFOUND && json_get_bool(args, "hooks"))
        err_set(e, rc, "there is no %s: no hook had to be stopped", path);
    else if (rc == CM_ENOTFOUND)
        err_set(e, rc, "there is no %s: the worker has not run yet", path);
    if (rc == 0 && c->json)
        print_json(c, path, buf_str(&b));
    else if (rc == 0)
        put_lines(&c->term, buf_str(&b));
    buf_free(&b);
    if (rc == 0 && follows) {
        c->term.pager = false;
        rc = follow(c, &f, e);
    }
    if (f.fd >= 0)
        close(f.fd);
    return rc < 0 ? rc : CLI_DONE;
}

const struct cmd cmd_logs = {
    .name = "logs",
    .group = "Run",
    .summary = "show the end of the worker's log",
    .details = "With --hooks that of the hooks, which has a line only for one "
               "that had to be stopped after half a second.",
    .example = "cmem logs -n 20",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
