/* reading.c - see reading.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "ops/op.h"
#include "ops/reading_key.h"
#include "worker/control.h"
#include "worker/reader.h"
#include "worker/reading.h"

/* Questions that wait; who comes after them reads by itself. */
#define QUEUE      8
#define ANSWER_MAX (8u << 20)

struct reading_job {
    uv_work_t work;
    struct worker *w;
    struct asker to;
    const struct op *op;
    struct json *args;
    int64_t config_mtime_ns; /* the settings that it is to be read by */

    struct arena a;
    struct str cwd;
    struct buf out;
    int rc;
    struct err err;
};

struct readings {
    struct reader reader; /* the job's that is under way */
    struct reading_job *queue[QUEUE];
    size_t nqueue;
    struct reading_job *job; /* under way */
    bool closing;
};

static void job_free(struct reading_job *j)
{
    json_free(j->args);
    buf_free(&j->out);
    arena_free(&j->a);
    free(j);
}

void reading_open(struct worker *w)
{
    w->readings = calloc(1, sizeof(*w->readings));
    if (!w->readings)
        CM_BUG("out of memory");
}

void reading_close(struct worker *w)
{
    struct readings *s = w->readings;

    s->closing = true;
    for (size_t i = 0; i < s->nqueue; i++)
        job_free(s->queue[i]);
    s->nqueue = 0;
}

bool reading_rest(struct worker *w)
{
    struct readings *s = w->readings;

    if (s->job)
        return false;
    reader_rest(&s->reader);
    return true;
}

void reading_end(struct worker *w)
{
    struct readings *s = w->readings;

    if (!s)
        return;
    reader_close(&s->reader);
    free(s);
    w->readings = NULL;
}

/* --- on the thread pool ------------------------------------------------------ */

static void on_pool(uv_work_t *work)
{
    struct reading_job *j = work->data;
    struct reader *r = &j->w->readings->reader;
    struct op_env env = {.paths = &j->w->paths,
                         .config = &r->config,
                         .cwd = j->cwd.n ? j->cwd.p : NULL,
                         .now_ms = clock_now_ms(),
                         .a = &j->a};
    struct jsonw out;

    j->rc = reader_ready(r, &j->w->paths, j->config_mtime_ns, &j->err);
    if (j->rc == 0)
        j->rc = op_check(j->op, j->args, env.now_ms, &j->err);
    env.db = r->db;
    env.meaning = r->meaning;
    jsonw_init(&out, &j->out);
    if (j->rc == 0)
        j->rc = j->op->run(&env, j->args, &out, &j->err);
}

/* --- on the loop --------------------------------------------------------------- */

static void next_job(struct worker *w);

static void on_done(uv_work_t *work, int status)
{
    struct reading_job *j = work->data;
    struct worker *w = j->w;
    struct readings *s = w->readings;

    (void)status;
    s->job = NULL;
    worker_rest_later(w);
    log_debug("%s: read for who asked", j->op->name);
    if (!s->closing)
        control_answer(w, &j->to, buf_str(&j->out), j->rc < 0 ? &j->err : NULL);
    job_free(j);
    if (!s->closing)
        next_job(w);
}

static void next_job(struct worker *w)
{
    struct readings *s = w->readings;

    if (s->job || s->nqueue == 0)
        return;
    s->job = s->queue[0];
    memmove(s->queue, s->queue + 1, --s->nqueue * sizeof(*s->queue));
    uv_queue_work(&w->loop, &s->job->work, on_pool, on_done);
}

int reading_op(struct worker *w, const struct asker *to,
               const struct json *args, struct err *e)
{
    struct readings *s = w->readings;
    const struct op *op = op_find(json_get_str(args, "name"));
    const struct json *inner = json_get(args, "args");
    char key[READING_KEY_SIZE];
    struct reading_job *j;

    reading_key(&w->config, key);
    if (!op || !(op->flags & OP_WARM) || !json_is_object(inner))
        return err_set(e, CM_EARG, "read: no such operation");
    if (!str_eqz(json_get_str(args, "key"), key) ||
        !reading_is_local(&w->config))
        return err_set(e, CM_EAGAIN, "the worker reads by other settings");
    if (s->closing || s->nqueue == QUEUE)
        return err_set(e, CM_EAGAIN, "the worker is busy");
    j = calloc(1, sizeof(*j));
    if (!j)
        CM_BUG("out of memory");
    j->args = json_copy(inner); /* the request goes before the job does */
    j->work.data = j;
    j->w = w;
    j->to = *to;
    j->op = op;
    j->config_mtime_ns = w->config_mtime_ns;
    j->cwd = arena_str(&j->a, json_get_str(args, "cwd"));
    buf_init(&j->out, ANSWER_MAX);
    s->queue[s->nqueue++] = j;
    next_job(w);
    return 0;
}
