/* reading.c - see reading.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "ops/op.h"
#include "ops/reading_key.h"
#include "worker/control.h"
#include "worker/elsewhere.h"
#include "worker/reader.h"
#include "worker/reading.h"

/* Read at the same time, and a core for each: what one reads with takes some
 * megabytes, and hooks want their share of the cores. */
#define READERS READING_MOST
/* Questions from the socket that wait; who comes after them reads by itself. */
#define QUEUE 8
/* Questions over HTTP that wait: as many as there are connections. */
#define QUEUE_HTTP 128
#define ANSWER_MAX (8u << 20)

struct reading_job {
    uv_work_t work;
    struct worker *w;
    size_t nth; /* whose reader it has */
    struct reading what;
    int64_t config_mtime_ns; /* the settings that it is to be read by */
    int64_t now_ms;          /* when it was first run; 0: it was not */
    struct elsewhere elsewhere;

    struct arena a;   /* the job's */
    struct arena run; /* of one run */
    struct buf out;
    int rc;
    struct err err;
};

struct queue {
    struct reading_job *jobs[QUEUE_HTTP];
    size_t n, max;
    size_t asking; /* of its jobs, elsewhere: they come back */
};

struct readings {
    struct reader reader[READERS];    /* of the job of the same number */
    struct reading_job *job[READERS]; /* under way; NULL: its reader is free */
    size_t nreaders;
    struct queue socket, http;
    struct elsewhere_queue programs;
    bool was_socket; /* that was begun last */
    bool closing;
};

static void job_free(struct reading_job *j)
{
    elsewhere_free(&j->elsewhere);
    json_free(j->what.args);
    buf_free(&j->out);
    arena_free(&j->run);
    arena_free(&j->a);
    free(j);
}

size_t reading_readers(void)
{
    unsigned n = uv_available_parallelism();

    return n < 1 ? 1 : n < READERS ? n : READERS;
}

void reading_open(struct worker *w)
{
    w->readings = calloc(1, sizeof(*w->readings));
    if (!w->readings)
        CM_BUG("out of memory");
    w->readings->nreaders = reading_readers();
    w->readings->socket.max = QUEUE;
    w->readings->http.max = QUEUE_HTTP;
}

static void give_up(struct reading_job *j)
{
    struct err e;

    err_set(&e, CM_EAGAIN, "the worker is leaving");
    control_answer(j->w, &j->what.to, STR_NONE, &e);
    job_free(j);
}

static void give_up_all(struct queue *q)
{
    while (q->n)
        give_up(q->jobs[--q->n]);
}

void reading_close(struct worker *w)
{
    struct readings *s = w->readings;

    s->closing = true;
    give_up_all(&s->socket);
    give_up_all(&s->http);
    elsewhere_close(&s->programs);
}

bool reading_rest(struct worker *w)
{
    struct readings *s = w->readings;

    for (size_t i = 0; i < s->nreaders; i++)
        if (s->job[i])
            return false;
    reader_rest(&s->reader[0]);
    for (size_t i = 1; i < s->nreaders; i++)
        reader_close(&s->reader[i]);
    return true;
}

void reading_end(struct worker *w)
{
    struct readings *s = w->readings;

    if (!s)
        return;
    for (size_t i = 0; i < s->nreaders; i++)
        reader_close(&s->reader[i]);
    free(s);
    w->readings = NULL;
}

/* --- on the thread pool ------------------------------------------------------ */

static void on_pool(uv_work_t *work)
{
    struct reading_job *j = work->data;
    struct reader *r = &j->w->readings->reader[j->nth];
    struct op_env env = {.paths = &j->w->paths,
                         .config = &r->config,
                         .cwd = j->what.cwd.n ? j->what.cwd.p : NULL,
                         .a = &j->run};
    bool again = j->now_ms != 0;
    struct jsonw out;

    if (!again)
        j->now_ms = clock_now_ms();
    env.now_ms = j->now_ms;
    j->rc = reader_ready(r, &j->w->paths, j->config_mtime_ns, &j->err);
    if (j->rc == 0 && j->what.op && !again)
        j->rc = op_check(j->what.op, j->what.args, env.now_ms, &j->err);
    if (j->rc < 0)
        return;
    env.db = r->db;
    env.meaning = r->meaning;
    elsewhere_attach(&j->elsewhere, &env, &r->config);
    jsonw_init(&out, &j->out);
    j->rc = j->what.run(&env, j->what.args, &out, &j->err);
}

/* --- on the loop --------------------------------------------------------------- */

static void begin_jobs(struct worker *w);

static struct queue *queue_of(struct readings *s, const struct reading *r)
{
    return r->to.answer ? &s->http : &s->socket;
}

/* What it asked for is there: it goes before those that have not begun. */
static void run_again(void *arg)
{
    struct reading_job *j = arg;
    struct readings *s = j->w->readings;
    struct queue *q = queue_of(s, &j->what);

    q->asking--;
    if (s->closing) {
        give_up(j);
        return;
    }
    memmove(q->jobs + 1, q->jobs, q->n++ * sizeof(*q->jobs));
    q->jobs[0] = j;
    begin_jobs(j->w);
}

/* What it wrote is of a run that lacked something. */
static void ask_elsewhere(struct reading_job *j)
{
    queue_of(j->w->readings, &j->what)->asking++;
    buf_free(&j->out);
    buf_init(&j->out, ANSWER_MAX);
    arena_free(&j->run);
    elsewhere_ask(&j->elsewhere, run_again, j);
}

static void on_done(uv_work_t *work, int status)
{
    struct reading_job *j = work->data;
    struct worker *w = j->w;
    struct readings *s = w->readings;

    (void)status;
    s->job[j->nth] = NULL;
    worker_rest_later(w);
    if (j->rc >= 0 && elsewhere_wants(&j->elsewhere) && !s->closing) {
        ask_elsewhere(j);
        begin_jobs(w);
        return;
    }
    log_debug("%s: read for who asked", j->what.name);
    if (j->rc >= 0 && buf_is_full(&j->out))
        j->rc = err_set(&j->err, CM_EFULL, "the answer of %s is too large",
                        j->what.name);
    /* Over HTTP somebody may wait who goes on listening. */
    if (!s->closing || j->what.to.answer)
        control_answer(w, &j->what.to, buf_str(&j->out),
                       j->rc < 0 ? &j->err : NULL);
    job_free(j);
    if (!s->closing)
        begin_jobs(w);
}

/* A question from the socket first; where both wait, in turns. */
static struct reading_job *take_next(struct readings *s)
{
    struct queue *q = &s->http;
    struct reading_job *j;

    if (s->socket.n && (!s->was_socket || s->http.n == 0))
        q = &s->socket;
    if (q->n == 0)
        return NULL;
    s->was_socket = q == &s->socket;
    j = q->jobs[0];
    memmove(q->jobs, q->jobs + 1, --q->n * sizeof(*q->jobs));
    return j;
}

/* The first free reader: the others are not opened before they are needed. */
static void begin_jobs(struct worker *w)
{
    struct readings *s = w->readings;

    for (size_t i = 0; i < s->nreaders; i++) {
        struct reading_job *j = s->job[i] ? NULL : take_next(s);

        if (!j)
            continue;
        j->nth = i;
        s->job[i] = j;
        uv_queue_work(&w->loop, &j->work, on_pool, on_done);
    }
}

int reading_submit(struct worker *w, const struct reading *r, struct err *e)
{
    struct readings *s = w->readings;
    struct queue *q = queue_of(s, r);
    struct reading_job *j;

    if (s->closing || q->n + q->asking >= q->max) {
        json_free(r->args);
        return err_set(e, CM_EAGAIN, "the worker is busy");
    }
    j = calloc(1, sizeof(*j));
    if (!j)
        CM_BUG("out of memory");
    j->work.data = j;
    j->w = w;
    j->what = *r;
    j->what.cwd = arena_str(&j->a, r->cwd);
    j->config_mtime_ns = w->config_mtime_ns;
    j->elsewhere.w = w;
    j->elsewhere.queue = &s->programs;
    buf_init(&j->out, ANSWER_MAX);
    q->jobs[q->n++] = j;
    begin_jobs(w);
    return 0;
}

int reading_op(struct worker *w, const struct asker *to,
               const struct json *args, struct err *e)
{
    const struct op *op = op_find(json_get_str(args, "name"));
    const struct json *inner = json_get(args, "args");
    struct reading what = {.op = op, .to = *to};
    char key[READING_KEY_SIZE];

    reading_key(&w->config, key);
    if (!op || !(op->flags & OP_WARM) || !json_is_object(inner))
        return err_set(e, CM_EARG, "read: no such operation");
    if (!str_eqz(json_get_str(args, "key"), key) ||
        !reading_is_local(&w->config))
        return err_set(e, CM_EAGAIN, "the worker reads by other settings");
    what.run = op->run;
    what.name = op->name;
    what.cwd = json_get_str(args, "cwd");
    what.args = json_copy(inner); /* the request goes before the job does */
    return reading_submit(w, &what, e);
}
