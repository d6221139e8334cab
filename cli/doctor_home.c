/* doctor_home.c - our own files; see doctor.h. */
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

#define DAY_MS   86400000LL
#define LOG_DAYS 7
#define LOG_MAX  (16u << 20)
/* quick_check reads the whole file: larger ones take a minute and are left to
 * those who ask SQLite themselves. */
#define CHECK_MAX (2ll << 30)
/* Below the first nothing works for long; the second is time to look. */
#define SPACE_FAIL_MB 50
#define SPACE_WARN_MB 500
/* Events that no batch took for so long: something holds them. */
#define STUCK_MS DAY_MS

/* --- the database --------------------------------------------------------------- */

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

static const char *database_remedy(int rc)
{
    switch (rc) {
    case CM_EVERSION:
        return "install the newer cmem again";
    case CM_EPERM:
    case CM_EIO:
        return "look at its owner and mode";
    default:
        return "copies that were made before an upgrade lie beside it, if "
               "there are any; cmem logs has the history";
    }
}

void doctor_database(struct doctor *d)
{
    const char *path = d->c->paths.db;
    struct stuck s = {.now_ms = clock_now_ms()};
    struct db *db = NULL;
    struct err e = {0};
    struct stat st;
    int rc;

    if (stat(path, &st) < 0 && errno == ENOENT) {
        doctor_add(d, FINDING_OK, "database", NULL,
                   "nothing is remembered yet: the first event, or cmem "
                   "import claude-code, makes %s", path);
        return;
    }
    rc = db_open(&db, path, DB_READ, &e);
    if (rc == 0 && st.st_size < CHECK_MAX)
        rc = db_check(db, &e);
    if (rc < 0)
        doctor_add(d, FINDING_FAIL, "database", database_remedy(rc), "%s",
                   e.msg);
    else
        doctor_add(d, FINDING_OK, "database", NULL,
                   "version %d, %lld KB, %s", DB_VERSION,
                   (long long)db_bytes(db) / 1024,
                   st.st_size < CHECK_MAX ? "passes its check"
                                          : "too large to check here");
    if (rc == 0 && waiting_sessions(db, count_stuck, &s, NULL) == 0 && s.events)
        doctor_add(d, FINDING_WARN, "queue", "cmem logs",
                   "%lld events have waited for more than a day",
                   (long long)s.events);
    db_close(db);
}

/* --- owners and modes ---------------------------------------------------------- */

/* What nobody but us may do with it: 077 nothing at all, 022 write. */
static bool check_mode(struct doctor *d, const char *path, unsigned forbidden)
{
    char remedy[PATHS_MAX + 64];
    struct stat st;

    if (lstat(path, &st) < 0 || S_ISLNK(st.st_mode))
        return true;
    if (st.st_uid != getuid()) {
        snprintf(remedy, sizeof(remedy), "sudo chown %ld '%s'", (long)getuid(),
                 path);
        doctor_add(d, FINDING_FAIL, "files", remedy,
                   "%s belongs to another user", path);
        return false;
    }
    if (!(st.st_mode & forbidden))
        return true;
    snprintf(remedy, sizeof(remedy), "chmod %s '%s'",
             forbidden == 077 ? "go-rwx" : "go-w", path);
    doctor_add(d, FINDING_FAIL, "files", remedy,
               "%s can be %s by others (mode %04o)", path,
               forbidden == 077 ? "read" : "written",
               (unsigned)st.st_mode & 07777);
    return false;
}

void doctor_files(struct doctor *d)
{
    const struct paths *p = &d->c->paths;
    const struct {
        const char *path, *suffix;
        unsigned forbidden;
    } rows[] = {
        {p->data, "", 077},       {p->spool, "", 077},
        {p->cache, "", 077},      {p->state, "", 077},
        {p->db, "", 077},         {p->db, "-wal", 077},
        {p->db, "-shm", 077},     {p->sock, "", 077},
        {p->keys, "", 077},       {p->worker_log, "", 077},
        {p->worker_log, ".1", 077}, {p->hook_log, "", 077},
        {p->config_dir, "", 022}, {p->config, "", 022},
    };
    char path[PATHS_MAX + 8];
    bool well = true;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        snprintf(path, sizeof(path), "%s%s", rows[i].path, rows[i].suffix);
        /* With CMEM_HOME the places are one. */
        if (rows[i].path == p->state && strcmp(p->state, p->data) == 0)
            continue;
        if (rows[i].path == p->config_dir &&
            strcmp(p->config_dir, p->data) == 0)
            continue;
        well = check_mode(d, path, rows[i].forbidden) && well;
    }
    if (well && file_exists(p->data))
        doctor_add(d, FINDING_OK, "files", NULL, "%s is yours alone", p->data);
    else if (well)
        doctor_add(d, FINDING_OK, "files", NULL, "there is no %s yet", p->data);
}

/* --- room ---------------------------------------------------------------------- */

/* The nearest directory that is there: a home that is still to be made lies
 * on the same disk. */
static int space_of(const char *path, struct statvfs *v)
{
    char dir[PATHS_MAX];
    char *slash;

    snprintf(dir, sizeof(dir), "%s", path);
    while (statvfs(dir, v) < 0) {
        slash = strrchr(dir, '/');
        if (errno != ENOENT || !slash)
            return -1;
        slash[slash == dir] = '\0'; /* "/" itself stays */
        if (strcmp(dir, "/") == 0)
            return statvfs(dir, v);
    }
    return 0;
}

void doctor_disk(struct doctor *d)
{
    const char *data = d->c->paths.data;
    struct statvfs v;
    long long mb;

    if (space_of(data, &v) < 0) {
        doctor_add(d, FINDING_FAIL, "disk", "look at its owner and mode",
                   "%s: %s", data, strerror(errno));
        return;
    }
    mb = (long long)v.f_bavail * (long long)v.f_frsize >> 20;
    if (v.f_flag & ST_RDONLY)
        doctor_add(d, FINDING_FAIL, "disk",
                   "set CMEM_HOME to a place that can be written",
                   "%s is on a read-only file system", data);
    else if (mb < SPACE_WARN_MB)
        doctor_add(d, mb < SPACE_FAIL_MB ? FINDING_FAIL : FINDING_WARN, "disk",
                   "make room: when the disk is full, events are dropped",
                   "%lld MB are free for %s", mb, data);
    else
        doctor_add(d, FINDING_OK, "disk", NULL, "%lld MB are free", mb);
}

/* --- the spool and the hooks' log ------------------------------------------------ */

void doctor_spool(struct doctor *d)
{
    char remedy[PATHS_MAX + 96];
    uint64_t spool = 0, dropped = 0;

    spool_state(d->c->paths.spool, &spool, &dropped);
    snprintf(remedy, sizeof(remedy),
             "cmem logs says why no worker took them; then rm '%s/dropped'",
             d->c->paths.spool);
    if (dropped)
        doctor_add(d, FINDING_FAIL, "spool", remedy,
                   "%llu events were dropped: the spool, or the disk, was full",
                   (unsigned long long)dropped);
    if (spool)
        doctor_add(d, FINDING_WARN, "spool",
                   "cmem status, in a moment: the worker takes them as soon as "
                   "it runs",
                   "%llu KB of events wait in the spool",
                   (unsigned long long)(spool + 1023) / 1024);
    if (!spool && !dropped)
        doctor_add(d, FINDING_OK, "spool", NULL,
                   "empty, and nothing was ever dropped");
}

/* --- raw events that are deleted by age ----------------------------------- */

void doctor_retention(struct doctor *d)
{
    long long days = config_int(&d->c->config, OPT_RETENTION_DAYS), gone;
    struct json *args = json_object(), *stats = NULL;

    cli_read(d->c, op_find(STR("stats")), args, &stats, NULL);
    gone = json_int(json_path(stats, "totals.dropped"));
    if (days)
        doctor_add(d, FINDING_OK, "events", NULL,
                   "%lld raw events older than %lld days were deleted "
                   "(retention_days); memories and what they rest on stay",
                   gone, days);
    else if (gone)
        doctor_add(d, FINDING_OK, "events", NULL,
                   "%lld raw events were deleted by age; now they are kept for "
                   "good (retention_days)", gone);
    json_free(stats);
    json_free(args);
}

void hard_stops_read(struct str log, int64_t since_ms, struct hard_stops *out)
{
    struct str line, when, hook;
    int64_t ms;

    *out = (struct hard_stops){0};
    while (str_line(&log, &line)) {
        if (!str_split(&line, ' ', &when) || !str_split(&line, ' ', &hook) ||
            !str_eqz(line, "hard-stop") ||
            str_int(when, 0, INT64_MAX, &ms) < 0 || ms < since_ms)
            continue;
        out->n++;
        if (ms >= out->last_ms) {
            out->last_ms = ms;
            out->last = hook;
        }
    }
}

void doctor_stops(struct doctor *d)
{
    struct hard_stops s;
    struct buf b;
    char minute[20];

    buf_init(&b, LOG_MAX);
    file_read(d->c->paths.hook_log, &b, NULL);
    hard_stops_read(buf_str(&b), clock_now_ms() - LOG_DAYS * DAY_MS, &s);
    if (s.n) {
        clock_local_minute(s.last_ms, minute);
        doctor_add(d, FINDING_WARN, "stops", "cmem logs --hooks",
                   "%lld hooks of the last %d days stopped themselves after "
                   "half a second, last %.*s at %s: the machine or the disk "
                   "was too busy",
                   (long long)s.n, LOG_DAYS, STR_ARG(s.last), minute);
    } else {
        doctor_add(d, FINDING_OK, "stops", NULL,
                   "no hook had to be stopped in the last %d days", LOG_DAYS);
    }
    buf_free(&b);
}

void doctor_settings(struct doctor *d)
{
    if (d->c->config.problem.code)
        doctor_add(d, FINDING_FAIL, "settings", "cmem config list", "%s",
                   d->c->config.problem.msg);
    else
        doctor_add(d, FINDING_OK, "settings", NULL,
                   file_exists(d->c->paths.config) ? "%s" : "all at their "
                   "defaults: there is no %s", d->c->paths.config);
    if (file_exists(d->c->paths.off))
        doctor_add(d, FINDING_WARN, "settings", "cmem on",
                   "cmem is switched off: nothing is recorded");
}
