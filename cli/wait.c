/* wait.c - see wait.h. */
#include "base/common.h"

#include "base/clock.h"
#include "cli/progress.h"
#include "cli/wait.h"
#include "store/db.h"
#include "wire/conn.h"

#define LOOK_MS 200
/* Long enough to hand the question over; the answer comes when all is done,
 * which status tells too, with how far it is. */
#define DRAIN_MS 500
/* What comes in meanwhile (a spool that is read) waits for a question of its
 * own. */
#define DRAIN_AGAIN_MS 5000
#define STATUS_MS      10000
/* A worker that begins holds its lock by then. */
#define UP_MS 2000
/* A million memories are indexed anew in some minutes. */
#define UPDATE_MS    (30 * 60 * INT64_C(1000))
#define STATUS_TRIES 5

static void drain(struct cli *c)
{
    struct ask ask = {.op = "drain",
                      .start = true,
                      .deadline_ms = clock_mono_ms() + DRAIN_MS};
    struct json *result = NULL;

    if (cli_ask(c, &ask, &result, NULL) == 0)
        json_free(result);
}

int worker_status(struct cli *c, struct json **status, struct err *e)
{
    int rc = CM_ENET;

    for (int i = 0; i < STATUS_TRIES; i++) {
        struct ask ask = {.op = "status",
                          .start = true,
                          .deadline_ms = clock_mono_ms() + STATUS_MS};

        rc = cli_ask(c, &ask, status, e);
        if (rc != CM_ENET && rc != CM_EAGAIN)
            break;
    }
    return rc;
}

/* Everything that stands between here and done: waiting events, jobs under
 * way, a spool that is not empty. */
static int look(struct cli *c, struct wait *w, int64_t *pending, struct err *e)
{
    struct json *status = NULL;
    int rc = worker_status(c, &status, e);

    if (rc < 0)
        return rc;
    *pending = json_get_int(status, "pending", 0);
    w->left = json_get_int(status, "waiting_events", 0);
    if (w->left == 0)
        w->left = *pending;
    json_free(status);
    return 0;
}

int wait_for_worker(struct cli *c, struct wait *w, struct err *e)
{
    struct timespec nap = {.tv_nsec = LOOK_MS * 1000000L};
    int64_t total = 0, pending = 1, asked_ms = 0;
    struct progress p;
    int rc = 0;

    progress_begin(&p, w->progress, w->what);
    for (;;) {
        int64_t now = clock_mono_ms();

        if (!asked_ms || now - asked_ms > DRAIN_AGAIN_MS) {
            drain(c);
            asked_ms = now;
        }
        rc = look(c, w, &pending, e);
        if (rc < 0 || pending == 0)
            break;
        if (w->left > total)
            total = w->left;
        progress_show(&p, total - w->left, total, STR_NONE);
        if (c->is_interrupted())
            rc = err_set(e, CM_EAGAIN, "interrupted");
        else if (clock_mono_ms() >= w->deadline_ms)
            rc = err_set(e, CM_ETIME, "the worker was not done in time");
        if (rc < 0)
            break;
        nanosleep(&nap, NULL);
    }
    progress_end(&p);
    return rc;
}

int vectors_status(struct cli *c, struct json **status, struct err *e)
{
    struct ask ask = {.op = "embed",
                      .start = true,
                      .deadline_ms = clock_mono_ms() + STATUS_MS};

    return cli_ask(c, &ask, status, e);
}

int wait_for_vectors(struct cli *c, struct wait *w, struct err *e)
{
    struct timespec nap = {.tv_nsec = LOOK_MS * 1000000L};
    bool under_way = true;
    struct progress p;
    int rc = 0;

    progress_begin(&p, w->progress, w->what);
    while (rc == 0 && under_way) {
        struct json *j = NULL;
        int64_t of;

        rc = vectors_status(c, &j, e);
        if (rc < 0)
            break;
        under_way = json_get_bool(j, "embedding");
        of = json_get_int(j, "vectors_of", 0);
        w->left = of - json_get_int(j, "vectors", 0);
        progress_show(&p, of - w->left, of, STR_NONE);
        json_free(j);
        if (!under_way)
            break;
        if (c->is_interrupted())
            rc = err_set(e, CM_EAGAIN, "interrupted");
        else if (clock_mono_ms() >= w->deadline_ms)
            rc = err_set(e, CM_ETIME, "not all memories have vectors in time");
        else
            nanosleep(&nap, NULL);
    }
    progress_end(&p);
    return rc;
}

/* A worker listens when it has brought the database up to date: one that
 * answers and has not is of another version, left from before an update. It
 * leaves, and ours comes; false when it is ours that does not do it. */
static bool make_way(struct cli *c, int *left)
{
    bool stopped;

    return (*left)-- > 0 && cli_stop_worker(c, &stopped, NULL) == 0;
}

int wait_for_update(struct cli *c, struct db **db, struct err *e)
{
    struct timespec nap = {.tv_nsec = LOOK_MS * 1000000L};
    int64_t from = clock_mono_ms(), now = from;
    int rc = CM_EAGAIN, answers, stops = 1;
    struct progress p;

    progress_begin(&p, !c->json, "bringing the memory up to date, seconds:");
    while (rc == CM_EAGAIN && now - from < UPDATE_MS) {
        answers = conn_start_worker(&c->paths, UP_MS);
        /* One that gave up left why in its log, and is not started for ever. */
        if (answers < 0 && cli_is_stopped(c))
            break;
        rc = db_open(db, c->paths.db, DB_READ, e);
        if (rc == CM_EAGAIN && answers == 0 && !make_way(c, &stops))
            break;
        if (rc == CM_EAGAIN)
            nanosleep(&nap, NULL);
        now = clock_mono_ms();
        progress_show(&p, (now - from) / 1000, 0, STR_NONE);
    }
    progress_end(&p);
    if (rc == 0 && e)
        *e = (struct err){0}; /* of the tries before */
    return rc;
}
