/* cmd_replay.c - cmem replay: recorded payloads through the real hooks. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/lines.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/child.h"
#include "cli/cmd.h"
#include "cli/gz.h"
#include "cli/hook_rows.h"
#include "cli/progress.h"

/* A hook stops itself after half a second. */
#define HOOK_MS 5000
/* How long the worker may take for what it was given. */
#define SETTLE_MS    1800000
#define SESSIONS_MAX 100000

static const struct param params[] = {
    {"file", 0, PARAM_STR, PARAM_REQUIRED | PARAM_POSITIONAL, "FILE",
     "payloads, one JSON object a line (.gz too); - for standard input"},
    {"speed", 0, PARAM_STR, 0, "SPEED",
     "max (the default), or so many times as fast as it happened"},
    {"home", 0, PARAM_STR, 0, "DIR",
     "keep (the default: the memory in use), temp (thrown away at the end), "
     "or a directory"},
};

struct counts {
    int64_t events, known, refused; /* of the worker, since it started */
    int64_t pid;
};

struct replay {
    double speed; /* 0: as fast as possible */
    char temp[PATHS_MAX];
    uint64_t *sessions; /* hashes of their ids */
    size_t nsessions;
    int64_t fed, skipped, bad, failed, contexts;
    int64_t last_ts;
    int64_t started_ms, fed_ms;
    int64_t *us; /* of each hook */
    size_t nus, cap_us;
    struct counts before, after;
    int64_t left; /* not yet worked through at the end */
};

/* --- one line ------------------------------------------------------------------ */

static void note_session(struct cli *c, struct replay *r, struct str id)
{
    uint64_t h = str_hash(id);

    for (size_t i = r->nsessions; i > 0; i--)
        if (r->sessions[i - 1] == h)
            return;
    if (!r->sessions)
        r->sessions = arena_array(&c->arena, SESSIONS_MAX, sizeof(h));
    if (r->nsessions < SESSIONS_MAX)
        r->sessions[r->nsessions++] = h;
}

static void note_time(struct replay *r, int64_t us)
{
    if (r->nus == r->cap_us) {
        r->cap_us = r->cap_us ? 2 * r->cap_us : 4096;
        r->us = realloc(r->us, r->cap_us * sizeof(*r->us));
        if (!r->us)
            CM_BUG("out of memory");
    }
    r->us[r->nus++] = us;
}

/* The pause that was there when it happened. */
static void keep_pace(struct replay *r, int64_t ts)
{
    struct timespec t;
    int64_t ns;

    if (r->speed > 0 && r->last_ts && ts > r->last_ts) {
        ns = (int64_t)((double)(ts - r->last_ts) * 1e6 / r->speed);
        t.tv_sec = (time_t)(ns / 1000000000);
        t.tv_nsec = (long)(ns % 1000000000);
        nanosleep(&t, NULL);
    }
    r->last_ts = ts;
}

static int payload_fd(struct str line, struct err *e)
{
    int fd = memfd_create("payload", MFD_CLOEXEC);

    if (fd < 0 || file_write_all(fd, line.p, line.n) < 0 ||
        file_write_all(fd, "\n", 1) < 0 || lseek(fd, 0, SEEK_SET) < 0) {
        err_sys(e, CM_EIO, "keep a payload in memory");
        if (fd >= 0)
            close(fd);
        return CM_EIO;
    }
    return fd;
}

static int run_hook(struct cli *c, struct replay *r,
                    const struct hook_row *row, struct str line, int64_t ts,
                    struct err *e)
{
    char path[PATHS_MAX + 64], when[64] = "";
    const char *argv[] = {path, row->arg, NULL};
    const char *set[] = {when, NULL};
    struct child child = {.argv = argv, .set = ts ? set : NULL, .out_fd = -1,
                          .timeout_ms = HOOK_MS};
    struct buf out;
    int64_t began;
    int rc;

    snprintf(path, sizeof(path), "%s/cmem-hook-%s", c->self, row->program);
    snprintf(when, sizeof(when), "CMEM_EVENT_TIME_MS=%lld", (long long)ts);
    child.in_fd = payload_fd(line, e);
    if (child.in_fd < 0)
        return child.in_fd;
    buf_init(&out, 1u << 20);
    began = clock_mono_us();
    rc = child_run(&child, &out, e);
    note_time(r, clock_mono_us() - began);
    close(child.in_fd);
    if (rc >= 0) {
        r->fed++;
        r->failed += rc != 0;
        r->contexts += out.len > 0;
        rc = 0;
    }
    buf_free(&out);
    return rc;
}

static int feed(struct cli *c, struct replay *r, struct str line,
                struct err *e)
{
    struct json *j;
    const struct hook_row *row;
    int64_t ts = 0;
    int rc = 0;

    if (str_trim(line).n == 0)
        return 0;
    j = json_parse(line, NULL);
    row = hook_row_for(json_get_str(j, "hook_event_name"),
                       json_get_str(j, "source"));
    if (!j) {
        r->bad++;
    } else if (!row) {
        r->skipped++;
    } else {
        note_session(c, r, json_get_str(j, "session_id"));
        if (json_get_str(j, "_ts").n &&
            clock_parse(json_get_str(j, "_ts"), 0, &ts) < 0)
            ts = 0;
        keep_pace(r, ts);
        rc = run_hook(c, r, row, line, ts, e);
    }
    json_free(j);
    return rc;
}

/* --- the worker's side ------------------------------------------------------------ */

static int ask_counts(struct cli *c, struct counts *out, int64_t *pending,
                      struct err *e)
{
    struct ask ask = {.op = "status", .start = true,
                      .deadline_ms = clock_mono_ms() + 30000};
    struct json *j = NULL;
    int rc = cli_ask(c, &ask, &j, e);

    if (rc < 0)
        return rc;
    *out = (struct counts){
        .events = json_get_int(j, "events", 0),
        .known = json_get_int(j, "known", 0),
        .refused = json_get_int(j, "refused", 0),
        .pid = json_get_int(j, "pid", 0),
    };
    *pending = json_get_int(j, "pending", 0);
    json_free(j);
    return 0;
}

/* Until the worker has nothing left to do. */
static int settle(struct cli *c, struct replay *r, struct err *e)
{
    int64_t deadline = clock_mono_ms() + SETTLE_MS, most = 1;
    struct timespec look = {.tv_nsec = 100 * 1000000L};
    struct ask drain = {.op = "drain", .start = true,
                        .deadline_ms = clock_mono_ms() + 50};
    struct json *ignored = NULL;
    struct progress p;
    int rc;

    if (cli_ask(c, &drain, &ignored, NULL) == 0)
        json_free(ignored);
    progress_begin(&p, !c->json, "making memories");
    for (;;) {
        rc = ask_counts(c, &r->after, &r->left, e);
        if (rc < 0 || r->left == 0 || clock_mono_ms() > deadline ||
            c->is_interrupted())
            break;
        if (r->left > most)
            most = r->left;
        progress_show(&p, most - r->left, most, "");
        nanosleep(&look, NULL);
    }
    progress_end(&p);
    return rc;
}

static int64_t stored(const struct replay *r)
{
    return r->after.events - r->before.events;
}

static int64_t known(const struct replay *r)
{
    return r->after.known - r->before.known;
}

static int64_t refused(const struct replay *r)
{
    return r->after.refused - r->before.refused;
}

/* Events that nobody can account for. A worker that died meanwhile took its
 * counts with it: then there is no telling, and all count. */
static int64_t lost(const struct replay *r)
{
    int64_t sum = stored(r) + known(r) + refused(r);

    if (r->after.pid != r->before.pid)
        return r->fed;
    return sum < r->fed ? r->fed - sum : 0;
}

/* --- what is said ----------------------------------------------------------------- */

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double percentile_ms(const struct replay *r, int percent)
{
    if (r->nus == 0)
        return 0;
    return (double)r->us[(r->nus - 1) * (size_t)percent / 100] / 1000;
}

static void print_json(struct cli *c, const struct replay *r)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 65536);
    jsonw_init(&w, &b);
    jsonw_obj(&w, NULL);
    jsonw_int(&w, "sessions", (int64_t)r->nsessions);
    jsonw_int(&w, "events", r->fed);
    jsonw_int(&w, "stored", stored(r));
    jsonw_int(&w, "known", known(r));
    jsonw_int(&w, "refused", refused(r));
    jsonw_int(&w, "unaccounted", lost(r));
    jsonw_int(&w, "not_hooked", r->skipped);
    jsonw_int(&w, "not_json", r->bad);
    jsonw_int(&w, "hook_failures", r->failed);
    jsonw_int(&w, "contexts", r->contexts);
    jsonw_int(&w, "waiting", r->left);
    jsonw_bool(&w, "worker_restarted", r->after.pid != r->before.pid);
    jsonw_int(&w, "ms", r->fed_ms);
    jsonw_num(&w, "hook_p50_ms", percentile_ms(r, 50));
    jsonw_num(&w, "hook_p99_ms", percentile_ms(r, 99));
    jsonw_num(&w, "hook_max_ms", percentile_ms(r, 100));
    jsonw_end(&w);
    cli_print_json(c, buf_str(&b));
    buf_free(&b);
}

static void row(struct term *t, const char *name, int64_t n, const char *note)
{
    term_styled(t, TERM_DIM, "%s", name);
    term_pad(t, 12);
    term_count(t, n);
    term_printf(t, "%s%s\n", note[0] ? "  " : "", note);
}

static void print(struct term *t, const struct replay *r)
{
    row(t, "sessions", (int64_t)r->nsessions, "");
    row(t, "events", r->fed, "went through the hooks");
    row(t, "stored", stored(r), "");
    row(t, "known", known(r), "were there already");
    if (refused(r))
        row(t, "refused", refused(r), "of directories that are not recorded");
    if (r->skipped)
        row(t, "skipped", r->skipped, "of kinds that cmem has no hook for");
    if (r->bad)
        row(t, "not JSON", r->bad, "");
    if (r->failed)
        row(t, "failed", r->failed, "hooks ended with another status than 0");
    if (r->left)
        row(t, "waiting", r->left, "still being worked through");
    term_styled(t, lost(r) ? TERM_BAD : TERM_DIM, "unaccounted");
    term_pad(t, 12);
    term_count(t, lost(r));
    term_printf(t, "%s\n", r->after.pid != r->before.pid
                               ? "  (the worker was restarted meanwhile)" : "");
    term_styled(t, TERM_DIM, "hook time");
    term_pad(t, 12);
    term_printf(t, "p50 %.1f ms, p99 %.1f ms, at most %.1f ms, with starting "
                   "the process\n", percentile_ms(r, 50), percentile_ms(r, 99),
                percentile_ms(r, 100));
}

/* --- where ------------------------------------------------------------------------- */

static int remove_one(const char *p, const struct stat *s, int f,
                      struct FTW *w)
{
    (void)s;
    (void)f;
    (void)w;
    return remove(p);
}

static int use_home(struct cli *c, struct replay *r, struct str home,
                    struct err *e)
{
    const char *tmp = getenv("TMPDIR");
    char dir[PATHS_MAX], real[PATHS_MAX * 4];
    int rc;

    if (home.n == 0 || str_eqz(home, "keep"))
        return 0;
    if (str_eqz(home, "temp")) {
        snprintf(r->temp, sizeof(r->temp), "%s/cmem-replay-XXXXXX",
                 tmp && tmp[0] == '/' ? tmp : "/tmp");
        if (!mkdtemp(r->temp))
            return err_sys(e, CM_EIO, "make %s", r->temp);
        snprintf(dir, sizeof(dir), "%s", r->temp);
    } else {
        snprintf(dir, sizeof(dir), "%.*s", STR_ARG(home));
        rc = file_mkdirs(dir, e);
        if (rc < 0)
            return rc;
    }
    if (!realpath(dir, real))
        return err_sys(e, CM_EIO, "find %s", dir);
    setenv("CMEM_HOME", real, 1);
    config_free(&c->config);
    rc = paths_init(&c->paths, e);
    if (rc == 0)
        config_load(&c->config, c->paths.config);
    return rc;
}

static void leave_home(struct cli *c, struct replay *r)
{
    struct ask stop = {.op = "shutdown",
                       .deadline_ms = clock_mono_ms() + 10000};
    struct timespec look = {.tv_nsec = 10 * 1000000L};
    struct json *ignored = NULL;

    if (!r->temp[0])
        return;
    if (cli_ask(c, &stop, &ignored, NULL) == 0)
        json_free(ignored);
    while (file_exists(c->paths.sock) && clock_mono_ms() < stop.deadline_ms)
        nanosleep(&look, NULL);
    nftw(r->temp, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* Standard input as a file: a pipe cannot be read from an offset. */
static int open_stdin(struct err *e)
{
    char block[65536];
    int fd = memfd_create("payloads", MFD_CLOEXEC);
    ssize_t n = 0;

    while (fd >= 0 && ((n = read(STDIN_FILENO, block, sizeof(block))) > 0 ||
                       (n < 0 && errno == EINTR)))
        if (n > 0 && file_write_all(fd, block, (size_t)n) < 0) {
            n = -1;
            break;
        }
    if (fd >= 0 && n == 0)
        return fd;
    err_sys(e, CM_EIO, "read standard input");
    if (fd >= 0)
        close(fd);
    return CM_EIO;
}

static int open_input(struct cli *c, const char *name, struct err *e)
{
    char plain[PATHS_MAX + 64];
    int fd, rc;

    if (strcmp(name, "-") == 0)
        return open_stdin(e);
    if (!str_ends(str_of(name), STR(".gz"))) {
        fd = open(name, O_RDONLY | O_CLOEXEC);
        return fd >= 0 ? fd
                       : err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO,
                                 "open %s", name);
    }
    rc = paths_make(&c->paths, e);
    if (rc == 0)
        rc = gz_to_file(name, c->paths.cache, plain, e);
    if (rc < 0)
        return rc;
    fd = open(plain, O_RDONLY | O_CLOEXEC);
    unlink(plain);
    return fd >= 0 ? fd : err_sys(e, CM_EIO, "open %s", plain);
}

static int feed_all(struct cli *c, struct replay *r, int fd, struct err *e)
{
    struct lines l;
    struct str line;
    struct progress p;
    int64_t n = 0;
    int rc = 0;

    lines_init(&l, fd, 0);
    l.finished = true;
    progress_begin(&p, !c->json, "feeding hooks");
    r->started_ms = clock_mono_ms();
    while (rc >= 0 && !c->is_interrupted() &&
           (rc = lines_next(&l, &line, e)) > 0) {
        progress_show(&p, ++n, 0, "");
        rc = feed(c, r, line, e);
    }
    r->fed_ms = clock_mono_ms() - r->started_ms;
    r->bad += l.skipped;
    progress_end(&p);
    lines_free(&l);
    return rc < 0 ? rc : 0;
}

static int speed_of(struct str s, double *out, struct err *e)
{
    char z[32], *end = z;

    *out = 0;
    if (s.n == 0 || str_eqz(s, "max"))
        return 0;
    snprintf(z, sizeof(z), "%.*s", STR_ARG(s));
    *out = strtod(z, &end);
    if (*end || *out <= 0 || *out > 1e9)
        return err_set(e, CM_EARG, "--speed is max or a number above 0, not "
                       "\"%s\"", z);
    return 0;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct replay r = {0};
    int64_t pending;
    int fd = -1, rc;

    rc = speed_of(json_get_str(args, "speed"), &r.speed, e);
    if (rc == 0)
        rc = use_home(c, &r, json_get_str(args, "home"), e);
    if (rc == 0 && file_exists(c->paths.off))
        rc = err_set(e, CM_EARG, "cmem is off: cmem on first");
    if (rc == 0)
        rc = fd = open_input(c, json_get_str(args, "file").p, e);
    if (rc >= 0)
        rc = ask_counts(c, &r.before, &pending, e);
    if (rc == 0)
        rc = feed_all(c, &r, fd, e);
    if (rc == 0)
        rc = settle(c, &r, e);
    if (rc == 0) {
        if (r.nus)
            qsort(r.us, r.nus, sizeof(r.us[0]), by_size);
        if (c->json)
            print_json(c, &r);
        else
            print(&c->term, &r);
        rc = lost(&r) || r.failed || r.fed == 0 ? CLI_NOTHING : CLI_DONE;
    }
    if (fd >= 0)
        close(fd);
    free(r.us);
    leave_home(c, &r);
    return rc;
}

const struct cmd cmd_replay = {
    .name = "replay",
    .group = "Run",
    .summary = "feed recorded hook payloads through the real hooks",
    .details = "Every line goes to the standard input of the hook program for "
               "its hook_event_name, as Claude Code would send it; its \"_ts\" "
               "is when it happened. Waits until the worker has made memories "
               "of it, and counts: every event must be accounted for.",
    .example = "cmem replay session.jsonl.gz --home=temp",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
