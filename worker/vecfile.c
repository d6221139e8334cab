/* vecfile.c - see vecfile.h. */
#include "base/common.h"

#include "base/log.h"
#include "search/matrix.h"
#include "worker/vecfile.h"

/* Ids overwritten at once on the loop. */
#define FORGET_MAX 65536

struct vecfile {
    struct worker *w;
    void (*idle)(void *arg);
    void *arg;
    uv_work_t work;
    bool running, again, stop;
    bool checked; /* once in the life of the process */

    /* Of the work under way. */
    struct embedder_row em;
    struct matrix_synced out;
    int rc;
    struct err err;
};

struct vecfile *vecfile_create(struct worker *w, void (*idle)(void *arg),
                               void *arg)
{
    struct vecfile *f = calloc(1, sizeof(*f));

    if (!f)
        CM_BUG("out of memory");
    f->w = w;
    f->idle = idle;
    f->arg = arg;
    return f;
}

void vecfile_stop(struct vecfile *f)
{
    __atomic_store_n(&f->stop, true, __ATOMIC_RELAXED);
}

void vecfile_destroy(struct vecfile *f)
{
    free(f);
}

bool vecfile_busy(const struct vecfile *f)
{
    return f->running;
}

static void on_pool(uv_work_t *work)
{
    struct vecfile *f = work->data;
    struct matrix_job job = {.path = f->w->paths.vectors, .em = &f->em,
                             .check = !f->checked, .stop = &f->stop};
    struct db *db = NULL;

    f->rc = db_open(&db, f->w->paths.db, DB_READ, &f->err);
    job.db = db;
    if (f->rc == 0)
        f->rc = matrix_sync(&job, &f->out, &f->err);
    db_close(db);
}

/* These are in no file any more. */
static int let_go(struct vecfile *f, struct err *e)
{
    struct db *db = f->w->db;
    int rc = f->out.ngone ? worker_own_tx(f->w, e) : 0;

    if (rc == 0 && f->out.ngone)
        rc = vectors_gone_done(db, f->out.gone, f->out.ngone, e);
    if (rc == 0 && f->out.ngone)
        rc = db_commit(db, e);
    if (rc < 0)
        db_rollback(db);
    return rc;
}

static void on_done(uv_work_t *work, int status)
{
    struct vecfile *f = work->data;
    struct arena a = {0};
    int64_t *gone;
    size_t ngone = 0;

    (void)status;
    f->running = false;
    if (f->rc == 0) {
        f->checked = true;
        if (f->out.made_anew)
            log_debug("vectors: file made anew, %lld rows",
                      (long long)f->out.rows);
        if (let_go(f, &f->err) < 0)
            log_warn("vectors: %s", f->err.msg);
        /* What went meanwhile may be in what was just written. */
        else if (vectors_gone(f->w->db, 1, &a, &gone, &ngone, NULL) == 0)
            f->again |= ngone > 0;
        f->again |= f->out.more;
    } else if (f->rc != CM_EAGAIN) {
        log_warn("vectors: %s", f->err.msg);
        f->again = false; /* the next change tries again */
    }
    free(f->out.gone);
    f->out.gone = NULL;
    arena_free(&a);
    if (f->again && !f->stop)
        vecfile_sync(f);
    if (!f->running)
        f->idle(f->arg);
}

void vecfile_sync(struct vecfile *f)
{
    if (f->stop)
        return;
    if (f->running) {
        f->again = true;
        return;
    }
    f->again = false;
    worker_flush(f->w);
    if (embedder_serving(f->w->db, &f->em, NULL) < 0)
        return; /* no vectors, no file */
    f->running = true;
    f->work.data = f;
    f->rc = 0;
    f->err = (struct err){0};
    uv_queue_work(&f->w->loop, &f->work, on_pool, on_done);
}

int vecfile_forget(struct worker *w, struct err *e)
{
    struct arena a = {0};
    int64_t *gone;
    size_t n;
    int rc = vectors_gone(w->db, FORGET_MAX, &a, &gone, &n, e);

    if (rc == 0 && n)
        rc = matrix_forget(w->paths.vectors, gone, n, e);
    arena_free(&a);
    return rc;
}
