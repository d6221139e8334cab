/* cmd_logs.c - cmem logs: what the worker and the hooks wrote down. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cmd.h"

#define LINES_DEFAULT 50
/* Logs are kept under 4 MB and their last part is what is wanted. */
#define READ_MAX (8u << 20)

static const struct param params[] = {
    {"lines", 'n', PARAM_INT, 0, "N", "so many lines from the end (50)"},
    {"follow", 'f', PARAM_BOOL, 0, NULL, "go on as it grows, until Ctrl-C"},
    {"hooks", 0, PARAM_BOOL, 0, NULL, "the hooks' log, not the worker's"},
};

/* The whole file, or its last READ_MAX bytes; *end is where it ended. */
static int read_log(const char *path, struct buf *b, off_t *end,
                    struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    int rc = 0;

    *end = 0;
    if (fd < 0 && errno == ENOENT)
        return 0;
    if (fd < 0)
        return err_sys(e, errno == EACCES ? CM_EPERM : CM_EIO, "open %s",
                       path);
    if (fstat(fd, &st) == 0 && st.st_size > 0) {
        off_t from = st.st_size > READ_MAX ? st.st_size - READ_MAX : 0;
        size_t want = (size_t)(st.st_size - from);
        char *at = buf_reserve(b, want);
        ssize_t n = at ? pread(fd, at, want, from) : -1;

        if (n < 0)
            rc = err_sys(e, CM_EIO, "read %s", path);
        else
            buf_commit(b, (size_t)n);
        *end = from + (n > 0 ? n : 0);
    }
    close(fd);
    return rc;
}

/* The last n lines of a text. */
static struct str tail(struct str s, int64_t n)
{
    size_t at = s.n;

    if (at && s.p[at - 1] == '\n')
        at--;
    while (at > 0) {
        if (s.p[at - 1] == '\n' && --n <= 0)
            break;
        at--;
    }
    return str_cut(s, at, s.n);
}

static enum term_style style_of(struct str line)
{
    if (str_find(line, STR("Z error")) >= 0 ||
        str_find(line, STR("hard-stop")) >= 0)
        return TERM_BAD;
    if (str_find(line, STR("Z warn")) >= 0)
        return TERM_WARN;
    return TERM_PLAIN;
}

static void show(struct term *t, struct str text)
{
    struct str line;

    while (str_line(&text, &line)) {
        term_put(t, style_of(line), line);
        term_nl(t);
    }
}

/* New text behind *end; from the start when the file is a new one. */
static int more(struct cli *c, const char *path, off_t *end, struct err *e)
{
    struct buf b;
    off_t now;
    int rc;

    buf_init(&b, READ_MAX);
    rc = read_log(path, &b, &now, e);
    if (rc == 0 && now != *end) {
        size_t fresh = now > *end ? (size_t)(now - *end) : b.len;

        if (fresh > b.len)
            fresh = b.len;
        show(&c->term, str_cut(buf_str(&b), b.len - fresh, b.len));
        *end = now;
        rc = term_flush(&c->term, e);
    }
    buf_free(&b);
    return rc;
}

/* Sleeps in the kernel until something in the log's directory changes. */
static int follow(struct cli *c, const char *path, off_t end, struct err *e)
{
    char events[4096];
    int fd = inotify_init1(IN_CLOEXEC);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int rc = term_flush(&c->term, e);

    if (fd < 0 || inotify_add_watch(fd, c->paths.state,
                                    IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
        rc = err_sys(e, CM_EIO, "watch %s", c->paths.state);
    while (rc == 0 && !c->is_interrupted()) {
        /* Looks first: it may have grown before the watch began. The second
         * is for a signal that comes just before poll. */
        rc = more(c, path, &end, e);
        if (rc == 0 && poll(&p, 1, 1000) > 0 &&
            read(fd, events, sizeof(events)) < 0 && errno != EINTR)
            rc = err_sys(e, CM_EIO, "watch %s", c->paths.state);
    }
    if (fd >= 0)
        close(fd);
    return rc;
}

static void print_json(struct cli *c, const char *path, struct str text)
{
    struct buf b;
    struct jsonw w;
    struct str line;

    buf_init(&b, 4 * READ_MAX);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_strz(&w, "path", path);
    jsonw_arr(&w, "lines");
    while (str_line(&text, &line))
        jsonw_str(&w, NULL, line);
    jsonw_end(&w);
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    int64_t lines = json_get_int(args, "lines", LINES_DEFAULT);
    bool following = json_get_bool(args, "follow");
    const char *path = json_get_bool(args, "hooks") ? c->paths.hook_log
                                                    : c->paths.worker_log;
    struct buf b;
    off_t end;
    int rc;

    if (following && c->json)
        return err_set(e, CM_EARG, "--follow has no end, and --json wants "
                                   "one: choose");
    buf_init(&b, READ_MAX);
    rc = read_log(path, &b, &end, e);
    if (rc < 0)
        goto out;
    if (c->json)
        print_json(c, path, lines > 0 ? tail(buf_str(&b), lines) : STR_NONE);
    else if (lines > 0)
        show(&c->term, tail(buf_str(&b), lines));
    rc = b.len ? CLI_DONE : CLI_NOTHING;
    if (following)
        rc = follow(c, path, end, e);
    else if (b.len == 0 && !c->json)
        term_printf(&c->term, "%s is empty\n", path);
out:
    buf_free(&b);
    return rc;
}

const struct cmd cmd_logs = {
    .name = "logs",
    .group = "Run",
    .summary = "show the worker's log",
    .example = "cmem logs -n 20",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
