/* cmd_replay.c - cmem replay: try cmem without an agent. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/lines.h"
#include "base/child.h"
#include "base/clock.h"
#include "base/file.h"
#include "cli/gz.h"
#include "cli/hook_rows.h"
#include "cli/progress.h"
#include "cli/replay.h"
#include "cli/wait.h"

/* Hooks stop themselves after half a second. */
#define HOOK_MS     5000
#define WAIT_S      600
#define SESSIONS_MAX 100000

static const struct param params[] = {
    {"file", 0, PARAM_STR, PARAM_REQUIRED | PARAM_POSITIONAL, "FILE",
     "payloads as hooks get them, one JSON object a line (.jsonl, .jsonl.gz); "
     "- is standard input"},
    {"wait", 0, PARAM_INT, 0, "SECONDS",
     "the longest to wait for the memories (600)"},
};

/* A replay that is under way. */
struct run {
    struct cli *c;
    struct replay *r;
    struct progress progress;
    int64_t total;     /* lines */
    int line_fd;       /* an anonymous file: the line that a hook reads */
    uint64_t *session; /* hashes of their ids */
    size_t nsessions, cap;
};

/* --- counts ------------------------------------------------------------------ */

static void count_usage(const struct json *stats, struct replay_counts *n)
{
    for (struct json *j = json_first(json_get(stats, "usage")); j;
         j = json_next(j)) {
        n->calls += json_get_int(j, "calls", 0);
        n->input_tokens += json_get_int(j, "input_tokens", 0);
        n->output_tokens += json_get_int(j, "output_tokens", 0);
    }
}

/* Memories of a kind; a kind has a row for each of its types. */
static void count_kinds(const struct json *stats, struct replay *r, bool after)
{
    for (struct json *j = json_first(json_get(stats, "kinds")); j;
         j = json_next(j)) {
        struct str kind = json_get_str(j, "kind");
        int64_t n = json_get_int(j, "memories", 0);
        size_t i = 0;

        while (i < r->nkinds && !str_eqz(kind, r->kind[i].name))
            i++;
        if (i == REPLAY_KINDS || kind.n >= sizeof(r->kind[i].name))
            continue;
        if (i == r->nkinds) {
            snprintf(r->kind[i].name, sizeof(r->kind[i].name), "%.*s",
                     STR_ARG(kind));
            r->nkinds++;
        }
        if (after)
            r->kind[i].after += n;
        else
            r->kind[i].before += n;
    }
}

/* The database's figures; none when there is no database yet. */
static int count_store(struct cli *c, struct replay *r, bool after,
                       struct err *e)
{
    struct replay_counts *n = after ? &r->after : &r->before;
    const struct op *op = op_find(STR("stats"));
    struct json *args = json_object(), *stats = NULL;
    int rc;

    if (!op)
        CM_BUG("there is no operation stats");
    rc = cli_read(c, op, args, &stats, e);
    json_free(args);
    if (rc == CM_ENOTFOUND)
        return 0;
    if (rc < 0)
        return rc;
    n->events = json_int(json_path(stats, "totals.events"));
    n->sessions = json_int(json_path(stats, "totals.sessions"));
    n->memories = json_int(json_path(stats, "totals.memories"));
    count_usage(stats, n);
    count_kinds(stats, r, after);
    json_free(stats);
    return 0;
}

static int count_worker(struct cli *c, struct replay_counts *n, struct err *e)
{
    struct json *status = NULL;
    int rc = worker_status(c, &status, e);

    if (rc < 0)
        return rc;
    n->pid = json_get_int(status, "pid", 0);
    n->started_ms = json_get_int(status, "started_ms", 0);
    n->known = json_get_int(status, "known", 0);
    n->refused = json_get_int(status, "refused", 0);
    n->spooled = json_get_int(status, "spooled", 0);
    n->dropped = json_get_int(status, "dropped", 0);
    json_free(status);
    return 0;
}

/* The worker first: it makes the database, and says what it took by now. */
static int count(struct cli *c, struct replay *r, bool after, struct err *e)
{
    int rc = count_worker(c, after ? &r->after : &r->before, e);

    return rc < 0 ? rc : count_store(c, r, after, e);
}

/* --- one line ------------------------------------------------------------------ */

static void note_session(struct run *run, struct str id)
{
    uint64_t hash = str_hash(id);

    if (id.n == 0 || run->nsessions == SESSIONS_MAX)
        return;
    /* A session's events stand together, mostly: look from the end. */
    for (size_t i = run->nsessions; i > 0; i--)
        if (run->session[i - 1] == hash)
            return;
    if (run->nsessions == run->cap) {
        size_t cap = run->cap ? 2 * run->cap : 64;
        uint64_t *more = arena_array(&run->c->arena, cap, sizeof(*more));

        if (run->nsessions)
            memcpy(more, run->session, run->nsessions * sizeof(*more));
        run->session = more;
        run->cap = cap;
    }
    run->session[run->nsessions++] = hash;
    run->r->sessions++;
}

/* Puts the line where the hook's standard input begins. */
static int put_line(int fd, struct str line, struct err *e)
{
    if (lseek(fd, 0, SEEK_SET) < 0 || ftruncate(fd, 0) < 0 ||
        file_write_all(fd, line.p, line.n) < 0 ||
        file_write_all(fd, "\n", 1) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        return err_sys(e, CM_EIO, "hold a line for the hook");
    return 0;
}

/* Runs the hook as the client would. */
static int run_hook(struct run *run, const struct hook_row *row,
                    const struct json *payload, struct err *e)
{
    char program[PATHS_MAX + 64], when[64];
    const char *argv[] = {program, row->arg, NULL};
    const char *set[] = {NULL, NULL};
    struct child child = {.argv = argv,
                          .set = set,
                          .in_fd = run->line_fd,
                          .out_fd = -1,
                          .timeout_ms = HOOK_MS};
    int64_t ms;
    int rc;

    snprintf(program, sizeof(program), "%s/cmem-hook-%s", run->c->self,
             row->program);
    if (clock_parse(json_get_str(payload, "_ts"), 0, &ms) == 0) {
        snprintf(when, sizeof(when), "CMEM_EVENT_TIME_MS=%lld", (long long)ms);
        set[0] = when;
    }
    rc = child_run(&child, NULL, e);
    if (rc > 0)
        rc = err_set(e, CM_EIO, "%s ended with status %d", program, rc);
    return rc;
}

static void fail(struct replay *r, int64_t *count, const struct err *e)
{
    ++*count;
    if (r->problem.code == 0)
        r->problem = *e;
}

/* 0, also when the line was none; negative: there is no going on. */
static int replay_line(struct run *run, struct str line, struct err *e)
{
    struct replay *r = run->r;
    const struct hook_row *row;
    struct err why = {0};
    struct json *j;
    int64_t from;
    int rc;

    if (str_trim(line).n == 0)
        return 0;
    r->lines++;
    j = json_parse(line, &why);
    if (!json_is_object(j)) {
        if (j)
            err_set(&why, CM_EFORMAT, "it is no JSON object");
        err_wrap(&why, "line %lld", (long long)r->lines);
        fail(r, &r->bad, &why);
        json_free(j);
        return 0;
    }
    row = hook_row_for(json_get_str(j, "hook_event_name"),
                       json_get_str(j, "source"));
    if (!row) {
        r->foreign++;
        json_free(j);
        return 0;
    }
    note_session(run, json_get_str(j, "session_id"));
    from = clock_mono_us();
    rc = put_line(run->line_fd, line, e);
    if (rc == 0) {
        rc = run_hook(run, row, j, &why);
        if (rc == CM_ENOTFOUND || rc == CM_EPERM) {
            if (e) /* the next one would fare the same */
                *e = why;
        } else if (rc < 0) {
            fail(r, &r->failed, &why);
            rc = 0;
        } else {
            r->sent++;
        }
    }
    r->hook_ms += clock_mono_us() - from; /* divided at the end */
    json_free(j);
    return rc;
}

/* --- all of them ------------------------------------------------------------------ */

static int64_t count_lines(int fd)
{
    char block[65536];
    int64_t lines = 0, at = 0;
    ssize_t n;

    while ((n = pread(fd, block, sizeof(block), at)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            lines += block[i] == '\n';
        at += n;
    }
    return lines;
}

static int replay_lines(struct run *run, int fd, struct err *e)
{
    struct err too_long;
    struct lines l;
    struct str line;
    int rc;

    lines_init(&l, fd, 0);
    l.finished = true;
    progress_begin(&run->progress, !run->c->json, "replaying");
    while ((rc = lines_next(&l, &line, e)) > 0) {
        if (run->c->is_interrupted()) {
            run->r->interrupted = true;
            break;
        }
        progress_show(&run->progress, run->r->lines, run->total, STR_NONE);
        rc = replay_line(run, line, e);
        if (rc < 0)
            break;
    }
    progress_end(&run->progress);
    if (l.skipped) {
        err_set(&too_long, CM_EFULL, "%lld lines are longer than %u MB",
                (long long)l.skipped, LINES_MAX_BYTES >> 20);
        fail(run->r, &run->r->bad, &too_long);
        run->r->bad += l.skipped - 1;
        run->r->lines += l.skipped;
    }
    lines_free(&l);
    return rc < 0 ? rc : 0;
}

/* Standard input, which may be a pipe, as a file without a name. */
static int spill_input(struct cli *c, struct err *e)
{
    char path[PATHS_MAX + 64], block[65536];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "%s/plain-XXXXXX", c->paths.cache);
    fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0)
        return err_sys(e, CM_EIO, "make a file in %s", c->paths.cache);
    unlink(path);
    while ((n = read(STDIN_FILENO, block, sizeof(block))) != 0) {
        if (n < 0 && errno == EINTR && !c->is_interrupted())
            continue;
        if (n < 0 || file_write_all(fd, block, (size_t)n) < 0) {
            err_sys(e, CM_EIO, "copy standard input");
            close(fd);
            return CM_EIO;
        }
    }
    return fd;
}

static int refuse_compressed(int fd, struct err *e)
{
    unsigned char head[2];

    if (pread(fd, head, 2, 0) == 2 && head[0] == 0x1f && head[1] == 0x8b)
        return err_set(e, CM_EFORMAT, "this is compressed, and not named "
                                      ".gz: gzip -dc FILE | cmem replay -");
    return 0;
}

/* Opens FILE, decompressed when it is a .gz. */
static int open_input(struct cli *c, struct str file, struct err *e)
{
    char plain[PATHS_MAX + 64];
    const char *path = file.p;
    int fd, rc;

    if (str_eqz(file, "-"))
        return spill_input(c, e);
    if (str_ends(file, STR(".gz"))) {
        rc = gz_to_file(file.p, c->paths.cache, plain, e);
        if (rc < 0)
            return rc;
        path = plain;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fd = err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO, "open %s",
                     file.p);
    if (path == plain)
        unlink(plain); /* gone with the descriptor */
    return fd;
}

static int finish(struct cli *c, struct replay *r, int64_t wait_s,
                  struct err *e)
{
    struct wait wait = {.what = "making memories",
                        .progress = !c->json,
                        .deadline_ms = clock_mono_ms() + wait_s * 1000};
    int rc = r->interrupted ? 0 : wait_for_worker(c, &wait, e);

    if (rc < 0 && rc != CM_ETIME && rc != CM_EAGAIN)
        return rc;
    r->left = wait.left;
    r->interrupted = r->interrupted || rc == CM_EAGAIN;
    return count(c, r, true, e);
}

static int run_replay(struct cli *c, struct replay *r, struct str file,
                      int64_t wait_s, struct err *e)
{
    struct run run = {.c = c, .r = r, .line_fd = -1};
    int64_t from;
    int rc, fd = open_input(c, file, e);

    if (fd < 0)
        return fd;
    run.line_fd = memfd_create("cmem-replay", MFD_CLOEXEC);
    if (run.line_fd < 0) {
        rc = err_sys(e, CM_EIO, "hold a line for the hook");
        goto out;
    }
    run.total = count_lines(fd);
    rc = refuse_compressed(fd, e);
    if (rc == 0)
        rc = count(c, r, false, e);
    if (rc < 0)
        goto out;
    from = clock_mono_ms();
    rc = replay_lines(&run, fd, e);
    r->hook_ms /= 1000;
    if (rc == 0)
        rc = finish(c, r, wait_s, e);
    r->ms = clock_mono_ms() - from;
out:
    if (run.line_fd >= 0)
        close(run.line_fd);
    close(fd);
    return rc;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    int64_t wait_s = json_get_int(args, "wait", WAIT_S);
    struct replay r = {0};
    struct buf b;
    int rc;

    if (wait_s < 0 || wait_s > 86400)
        return err_set(e, CM_EARG, "--wait is 0 to 86400 seconds");
    if (file_exists(c->paths.off))
        return err_set(e, CM_EPERM, "cmem is switched off, so hooks do "
                                    "nothing: cmem on");
    /* Hooks that find it do nothing: it marks cmem's own model calls. */
    unsetenv("CMEM_INTERNAL");
    rc = paths_make(&c->paths, e);
    if (rc == 0)
        rc = run_replay(c, &r, json_get_str(args, "file"), wait_s, e);
    if (rc < 0)
        return rc;
    if (c->json) {
        buf_init(&b, 65536);
        replay_json(&r, &b);
        cli_print_json(c, buf_str(&b));
        buf_free(&b);
    } else {
        replay_print(&c->term, &r);
    }
    return replay_is_whole(&r) && r.left == 0 ? CLI_DONE : CLI_NOTHING;
}

const struct cmd cmd_replay = {
    .name = "replay",
    .group = "Run",
    .summary = "feed recorded hook payloads through the real hooks",
    .details = "This is how to try cmem without an agent. Each line is given "
               "to the hook program its hook_event_name belongs to; \"_ts\" in "
               "it, an ISO time, is when it happened. Then it waits until "
               "memories are made of everything and says what became of every "
               "event. To keep it apart from your own memory, set CMEM_HOME.",
    .example = "cmem replay session.jsonl",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
