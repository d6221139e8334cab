/*
 * crash.c - hooks and worker are killed at random while events are replayed;
 * in the end every event must be stored exactly once.
 *
 *     crash --bin DIR --home DIR [--events N] [--file F.jsonl] [--seed S]
 *
 * Each line of F (or a made-up payload) is given to the real hook program. A
 * hook that is killed has promised nothing, so its event is sent again, as a
 * new process with a new event id: the tool_use_id makes it one event. The
 * worker is killed at any instant and comes back by the next hook. A hook that
 * the machine let stand still for half a second stops hard, delivers nothing
 * and says so in hooks.log. Exit 0 when nothing else was lost, nothing is there
 * twice and the database is whole.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "store/db.h"
#include "wire/spool.h"

#define PARALLEL 4
/* One hook in so many is killed, and the worker once in so many events. */
#define KILL_HOOK_EVERY 20
#define KILL_WORKER_EVERY 60

struct options {
    const char *bin, *home, *file;
    long events;
    unsigned seed;
};

struct running {
    pid_t pid;
    char *payload;
    const char *hook;
    bool killed;
};

static unsigned rng_state;

static unsigned rng(void)
{
    rng_state = rng_state * 1664525u + 1013904223u; /* Numerical Recipes */
    return rng_state >> 8;
}

static long hooks_killed, workers_killed;

static const char *hook_of(const char *payload)
{
    static const char *const rows[][2] = {
        {"\"SessionStart\"", "session-start"},
        {"\"UserPromptSubmit\"", "user-prompt"},
        {"\"SessionEnd\"", "session-end"},
        {"\"PreCompact\"", "pre-compact"},
        {"\"Stop\"", "stop"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char needle[64];

        snprintf(needle, sizeof(needle), "\"hook_event_name\": %s", rows[i][0]);
        if (strstr(payload, needle))
            return rows[i][1];
    }
    return "post-tool-use";
}

/* Sizes as in real traffic: median 2 KB, one in ten over 20 KB. */
static char *make_payload(long i)
{
    size_t fill = 200 + rng() % 3600;
    struct buf b;

    if (rng() % 10 == 0)
        fill = 20000 + rng() % 45000;
    buf_init(&b, 1u << 20);
    buf_addf(&b, "{\"session_id\": \"s%ld\", \"cwd\": \"/tmp\", "
                 "\"hook_event_name\": \"PostToolUse\", \"tool_name\": "
                 "\"Bash\", \"tool_input\": {\"command\": \"echo %ld\"}, "
                 "\"tool_response\": {\"stdout\": \"", i / 100, i);
    for (size_t k = 0; k < fill; k++)
        buf_addc(&b, (char)('a' + (k * 7 + (size_t)i) % 26));
    buf_addf(&b, "\"}, \"tool_use_id\": \"toolu_%ld\"}\n", i);
    return b.data; /* freed by the caller like any malloc'ed text */
}

static void feed(int fd, const char *text)
{
    file_write_all(fd, text, strlen(text));
    close(fd);
}

static void spawn(const struct options *o, struct running *r)
{
    char path[1024];
    int in[2];

    snprintf(path, sizeof(path), "%s/cmem-hook-%s", o->bin, r->hook);
    if (pipe2(in, O_CLOEXEC) < 0)
        CM_BUG("pipe");
    r->pid = fork();
    if (r->pid == 0) {
        int out = open("/dev/null", O_WRONLY);

        dup2(in[0], 0);
        dup2(out, 1);
        execl(path, path, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    /* A hook that dies early must not take us along. */
    feed(in[1], r->payload);
    r->killed = false;
    if (strstr(r->payload, "\"tool_use_id\"") && rng() % KILL_HOOK_EVERY == 0) {
        struct timespec t = {0, (long)(rng() % 600000)};

        nanosleep(&t, NULL);
        kill(r->pid, SIGKILL);
        r->killed = true;
        hooks_killed++;
    }
}

static pid_t worker_pid(const struct options *o)
{
    char path[1024];
    struct buf b;
    long pid = 0;

    snprintf(path, sizeof(path), "%s/lock", o->home);
    buf_init(&b, 4096);
    if (file_read(path, &b, NULL) == 0)
        pid = strtol(b.data, NULL, 10);
    buf_free(&b);
    return (pid_t)pid;
}

/* Is that process really a worker of ours? */
static bool is_worker(pid_t pid)
{
    char path[64];
    struct buf b;
    bool yes;

    if (pid <= 1)
        return false;
    snprintf(path, sizeof(path), "/proc/%ld/comm", (long)pid);
    buf_init(&b, 256);
    yes = file_read(path, &b, NULL) == 0 &&
          str_starts(buf_str(&b), STR("cmemd"));
    buf_free(&b);
    return yes;
}

static void maybe_kill_worker(const struct options *o)
{
    pid_t pid;

    if (rng() % KILL_WORKER_EVERY)
        return;
    pid = worker_pid(o);
    if (is_worker(pid) && kill(pid, SIGKILL) == 0)
        workers_killed++;
}

/* Waits for one hook; a killed one starts again. */
static void reap(const struct options *o, struct running *r, int *running)
{
    int status;
    pid_t pid = wait(&status);

    for (int i = 0; i < PARALLEL; i++) {
        if (r[i].pid != pid)
            continue;
        if (r[i].killed && WIFSIGNALED(status)) {
            spawn(o, &r[i]);
            return;
        }
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            printf("# a hook ended with status %d\n", status);
            exit(1);
        }
        free(r[i].payload);
        r[i].pid = 0;
        (*running)--;
    }
}

static long replay(const struct options *o)
{
    struct running r[PARALLEL] = {0};
    FILE *f = o->file ? fopen(o->file, "re") : NULL;
    size_t cap = 0;
    long n = 0;
    int running = 0;

    while (n < o->events) {
        char *payload = NULL;

        if (f && getline(&payload, &cap, f) < 0) {
            free(payload);
            break;
        }
        cap = 0;
        if (!f)
            payload = make_payload(n);
        while (running == PARALLEL)
            reap(o, r, &running);
        for (int i = 0; i < PARALLEL; i++)
            if (r[i].pid == 0) {
                r[i].payload = payload;
                r[i].hook = hook_of(payload);
                spawn(o, &r[i]);
                running++;
                break;
            }
        n++;
        maybe_kill_worker(o);
    }
    while (running)
        reap(o, r, &running);
    if (f)
        fclose(f);
    return n;
}

/* The spool empty and nobody writing: a last worker takes what is left. */
static bool settle(const struct options *o)
{
    char spool[1024], cmemd[1024];
    int64_t end = clock_mono_ms() + 60000;
    uint64_t bytes = 1, dropped = 0;
    pid_t pid, last = 0;

    snprintf(spool, sizeof(spool), "%s/spool", o->home);
    snprintf(cmemd, sizeof(cmemd), "%s/cmemd", o->bin);
    while (clock_mono_ms() < end) {
        struct timespec t = {0, 20000000};

        spool_state(spool, &bytes, &dropped);
        if (bytes == 0)
            break;
        if (!is_worker(worker_pid(o))) {
            pid = fork();
            last = pid > 0 ? pid : last;
            if (pid == 0) {
                int null = open("/dev/null", O_RDWR);

                /* Who reads our output must not wait for the worker. */
                dup2(null, 1);
                dup2(null, 2);
                execl(cmemd, cmemd, (char *)NULL);
                _exit(127);
            }
        }
        nanosleep(&t, NULL);
    }
    pid = worker_pid(o);
    if (!is_worker(pid)) /* one just begun has not said who it is */
        pid = last;
    if (is_worker(pid))
        kill(pid, SIGTERM);
    while (is_worker(pid) && clock_mono_ms() < end) {
        struct timespec t = {0, 20000000};

        nanosleep(&t, NULL);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
    printf("# spool %llu bytes left, %llu dropped\n",
           (unsigned long long)bytes, (unsigned long long)dropped);
    return bytes == 0 && dropped == 0;
}

static int64_t count(struct db *db, const char *sql)
{
    struct stmt *s = db_stmt(db, sql);
    int64_t n = stmt_step(s, NULL) > 0 ? col_int(s, 0) : -1;

    stmt_done(s);
    return n;
}

/* Lines of hooks.log. */
static int64_t hard_stops(const struct options *o)
{
    char path[1024];
    struct buf b;
    int64_t n = 0;

    snprintf(path, sizeof(path), "%s/hooks.log", o->home);
    buf_init(&b, 1u << 20);
    if (file_read(path, &b, NULL) == 0)
        for (size_t i = 0; i < b.len; i++)
            n += b.data[i] == '\n';
    buf_free(&b);
    return n;
}

static int verify(const struct options *o, long sent)
{
    char path[1024];
    struct db *db = NULL;
    struct err e;
    int64_t stored, twice, stops = hard_stops(o), lost;
    int rc;

    snprintf(path, sizeof(path), "%s/cmem.db", o->home);
    if (db_open(&db, path, DB_READ, &e) < 0) {
        printf("# %s\n", e.msg);
        return 1;
    }
    stored = count(db, "SELECT count(*) FROM events WHERE origin = 'hook'");
    twice = count(db, "SELECT count(*) FROM (SELECT 1 FROM events WHERE "
                      "tool_use_id IS NOT NULL GROUP BY session_id, "
                      "tool_use_id HAVING count(*) > 1)");
    rc = db_check(db, &e);
    db_close(db);
    lost = stored < sent ? sent - stored : 0;
    twice += stored > sent ? stored - sent : 0;
    printf("# %ld events, %ld hooks and %ld workers killed: %lld stored, "
           "%lld lost, %lld hard stops, %lld twice, database %s\n",
           sent, hooks_killed, workers_killed, (long long)stored,
           (long long)lost, (long long)stops, (long long)twice,
           rc == 0 ? "whole" : e.msg);
    return lost <= stops && twice == 0 && rc == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct options o = {.events = 5000, .seed = 1};
    long sent;
    bool settled;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--bin") == 0)
            o.bin = argv[i + 1];
        else if (strcmp(argv[i], "--home") == 0)
            o.home = argv[i + 1];
        else if (strcmp(argv[i], "--file") == 0)
            o.file = argv[i + 1];
        else if (strcmp(argv[i], "--events") == 0)
            o.events = strtol(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--seed") == 0)
            o.seed = (unsigned)strtoul(argv[i + 1], NULL, 10);
    }
    if (!o.bin || !o.home) {
        fprintf(stderr, "usage: crash --bin DIR --home DIR [--events N] "
                        "[--file F.jsonl] [--seed S]\n");
        return 2;
    }
    rng_state = o.seed;
    signal(SIGPIPE, SIG_IGN);
    setenv("CMEM_HOME", o.home, 1);
    sent = replay(&o);
    settled = settle(&o);
    return verify(&o, sent) || !settled;
}
