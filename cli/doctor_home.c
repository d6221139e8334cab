/* doctor_home.c - our own processes and files: see doctor.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/doctor.h"
#include "store/batch.h"
#include "wire/spool.h"

#define DAY_MS         86400000LL
#define WORKER_WAIT_MS 5000
/* A model that thinks before it says one word. */
#define PING_WAIT_MS   60000
#define LOG_DAYS       7
/* quick_check reads the whole file: larger ones are left to the patient. */
#define CHECK_MAX      (2ll << 30)
#define SPACE_LOW_MB   200
/* Events that no batch took for so long: something holds them. */
#define STUCK_MS       DAY_MS

/* --- the worker and its model ------------------------------------------------ */

static void check_model(struct doctor *d)
{
    struct str provider = config_str(&d->c->config, OPT_PROVIDER);
    struct ask ask = {.op = "ping-provider",
                      .start = true,
                      .deadline_ms = clock_mono_ms() + PING_WAIT_MS};
    struct json *j = NULL;
    struct err e = {0};

    if (str_eqz(provider, "none")) {
        doctor_add(d, FINDING_OK, "model", NULL,
                   "none is set: built-in rules make the memories");
        return;
    }
    if (cli_ask(d->c, &ask, &j, &e) < 0)
        doctor_add(d, FINDING_PROBLEM, "model", "cmem logs",
                   "%.*s was not reached: %s", STR_ARG(provider), e.msg);
    else if (!json_get_bool(j, "reachable"))
        doctor_add(d, FINDING_PROBLEM, "model",
                   "cmem config list shows what is set; keys are named in its "
                   "help",
                   "%.*s does not answer: %.*s", STR_ARG(provider),
                   STR_ARG(json_get_str(j, "error")));
    else
        doctor_add(d, FINDING_OK, "model", NULL, "%.*s %.*s answers in %lld ms",
                   STR_ARG(provider), STR_ARG(json_get_str(j, "model")),
                   (long long)json_get_int(j, "ms", 0));
    json_free(j);
}

static void worker_is_up(struct doctor *d, const struct json *j)
{
    struct str version = json_get_str(j, "version");
    struct str problem = json_get_str(j, "config_problem");

    doctor_add(d, FINDING_OK, "worker", NULL,
               "cmemd %.*s, pid %lld, %lld MB; SQLite %.*s, libuv %.*s",
               STR_ARG(version), (long long)json_get_int(j, "pid", 0),
               (long long)json_get_int(j, "resident_kb", 0) / 1024,
               STR_ARG(json_get_str(j, "sqlite")),
               STR_ARG(json_get_str(j, "libuv")));
    if (!str_eqz(version, CMEM_VERSION))
        doctor_add(d, FINDING_PROBLEM, "worker",
                   "kill its process: the next event starts the new one",
                   "the worker is of version %.*s, this program of %s",
                   STR_ARG(version), CMEM_VERSION);
    if (problem.n)
        doctor_add(d, FINDING_PROBLEM, "settings", "cmem config list",
                   "the worker: %.*s", STR_ARG(problem));
}

void doctor_worker(struct doctor *d)
{
    struct ask ask = {.op = "status",
                      .deadline_ms = clock_mono_ms() + WORKER_WAIT_MS};
    struct json *j = NULL;
    struct err e = {0};
    int rc = cli_ask(d->c, &ask, &j, &e);

    if (rc == 0)
        worker_is_up(d, j);
    else if (rc == CM_ENET)
        doctor_add(d, FINDING_OK, "worker", NULL,
                   "not running; the next event starts it (SQLite %s)",
                   db_engine());
    else
        doctor_add(d, FINDING_PROBLEM, "worker", "cmem logs", "%s", e.msg);
    json_free(j);
    check_model(d);
}

/* --- the database ---------------------------------------------------------------- */

struct stuck {
    int64_t now_ms, events;
};

static int count_stuck(void *arg, const struct waiting *w)
{
    struct stuck *s = arg;

    if (s->now_ms - w->oldest_ms > STUCK_MS)
        s->events += w->count;
    return 0;
}

void doctor_database(struct doctor *d)
{
    const char *path = d->c->paths.db;
    struct stuck s = {.now_ms = clock_now_ms()};
    struct db *db = NULL;
    struct err e = {0};
    struct stat st;
    int rc;

    if (stat(path, &st) < 0) {
        doctor_add(d, FINDING_NOTE, "database", "cmem import claude-code",
                   "nothing is remembered yet: there is no %s", path);
        return;
    }
    rc = db_open(&db, path, DB_READ, &e);
    if (rc == 0 && st.st_size < CHECK_MAX)
        rc = db_check(db, &e);
    if (rc < 0)
        doctor_add(d, FINDING_PROBLEM, "database",
                   rc == CM_EVERSION ? "install the newer cmem"
                                     : "copies of earlier versions lie beside "
                                       "it, if there are any (cmem.db.v*.bak)",
                   "%s", e.msg);
    else
        doctor_add(d, FINDING_OK, "database", NULL, "%s, %lld KB, is whole",
                   path, (long long)st.st_size / 1024);
    if (rc == 0 && waiting_sessions(db, count_stuck, &s, NULL) == 0 &&
        s.events)
        doctor_add(d, FINDING_NOTE, "queue", "cmem logs",
                   "%lld events have waited for more than a day",
                   (long long)s.events);
    db_close(db);
}

/* --- files ------------------------------------------------------------------------- */

static void check_mode(struct doctor *d, const char *path, unsigned most)
{
    char remedy[PATHS_MAX + 32];
    struct stat st;

    if (lstat(path, &st) < 0)
        return;
    snprintf(remedy, sizeof(remedy), "chmod %o %s", most, path);
    if (st.st_uid != getuid())
        doctor_add(d, FINDING_PROBLEM, "files",
                   "give it to the user who runs Claude Code (chown)",
                   "%s belongs to another user", path);
    else if (!S_ISLNK(st.st_mode) && (st.st_mode & 0777 & ~most))
        doctor_add(d, FINDING_PROBLEM, "files", remedy,
                   "%s can be read by others (mode %o)", path,
                   (unsigned)st.st_mode & 0777);
}

static void check_modes(struct doctor *d)
{
    const struct paths *p = &d->c->paths;
    const char *dirs[] = {p->data, p->spool, p->cache, p->state};
    const char *files[] = {p->db, p->sock, p->keys, p->config, p->hook_log,
                           p->worker_log};
    size_t before = d->problems;

    for (size_t i = 0; i < ARRAY_LEN(dirs); i++)
        check_mode(d, dirs[i], 0700);
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        check_mode(d, files[i], 0600);
    if (d->problems == before)
        doctor_add(d, FINDING_OK, "files", NULL,
                   "nobody else can read them (%s)", p->data);
}

static void check_space(struct doctor *d)
{
    struct statvfs v;
    long long mb;

    if (statvfs(d->c->paths.data, &v) < 0) {
        if (errno != ENOENT)
            doctor_add(d, FINDING_PROBLEM, "disk", "make it accessible",
                       "%s: %s", d->c->paths.data, strerror(errno));
        return;
    }
    mb = (long long)v.f_bavail * (long long)v.f_frsize >> 20;
    doctor_add(d, mb < SPACE_LOW_MB ? FINDING_PROBLEM : FINDING_OK, "disk",
               mb < SPACE_LOW_MB ? "make room" : NULL, "%lld MB are free", mb);
    if (v.f_flag & ST_RDONLY)
        doctor_add(d, FINDING_PROBLEM, "disk",
                   "set CMEM_HOME to a place that can be written",
                   "%s is on a read-only file system", d->c->paths.data);
}

/* Lines "<ms> <hook> hard-stop" of the last week. */
static int64_t count_hard_stops(const char *path)
{
    int64_t since = clock_now_ms() - LOG_DAYS * DAY_MS, when, n = 0;
    struct buf b;
    struct str rest, line;

    buf_init(&b, 16u << 20);
    if (file_read(path, &b, NULL) == 0) {
        rest = buf_str(&b);
        while (str_line(&rest, &line)) {
            ptrdiff_t blank = str_chr(line, ' ');

            if (blank > 0 && str_ends(line, STR("hard-stop")) &&
                str_int(str_cut(line, 0, (size_t)blank), 0, INT64_MAX,
                        &when) == 0)
                n += when >= since;
        }
    }
    buf_free(&b);
    return n;
}

void doctor_files(struct doctor *d)
{
    uint64_t spool = 0, dropped = 0;
    int64_t stops = count_hard_stops(d->c->paths.hook_log);

    check_modes(d);
    check_space(d);
    if (d->c->config.problem.code)
        doctor_add(d, FINDING_PROBLEM, "settings", "cmem config list",
                   "%s", d->c->config.problem.msg);
    spool_state(d->c->paths.spool, &spool, &dropped);
    if (dropped)
        doctor_add(d, FINDING_PROBLEM, "spool",
                   "cmem logs says why no worker took them; cmem config set "
                   "spool_mb gives more room",
                   "%llu events were dropped because the spool was full",
                   (unsigned long long)dropped);
    if (spool)
        doctor_add(d, FINDING_NOTE, "spool", "the worker takes it when it "
                   "starts next", "%llu bytes of events wait in the spool",
                   (unsigned long long)spool);
    if (stops)
        doctor_add(d, FINDING_PROBLEM, "hooks",
                   "a machine this busy, or a full disk; cmem logs --hooks has "
                   "the times",
                   "%lld hooks of the last %d days stopped themselves after "
                   "half a second", (long long)stops, LOG_DAYS);
}
