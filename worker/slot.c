/* slot.c - see slot.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "ops/prompt_slot.h"
#include "store/access.h"
#include "store/injection.h"
#include "worker/reader.h"
#include "worker/slot.h"

/* Prompts that wait for their search: sessions that are sent one at the same
 * moment. More are answered with nothing. */
#define QUEUE 8
/* Answers whose hook has not said yet that it printed them. */
#define UNCONFIRMED 8

struct slot_job {
    uv_work_t work;
    struct worker *w;
    struct asker to;
    int64_t event_id;
    int64_t asked_ms; /* on clock_mono_ms */
    struct slot_limits limits;
    int64_t config_mtime_ns; /* the settings that it is to be read by */

    struct arena a;
    int64_t session_id;
    struct prompt_slot slot;
    int rc;
    struct err err;
};

struct slots {
    /* An embedder somewhere else is not asked: it would not answer in time. */
    struct reader reader;
    struct slot_job *queue[QUEUE];
    size_t nqueue;
    struct slot_job *job; /* under way */
    struct slot_job *given[UNCONFIRMED];
    size_t next;
    bool closing;
};

static void job_free(struct slot_job *j)
{
    if (!j)
        return;
    arena_free(&j->a);
    free(j);
}

void slot_open(struct worker *w)
{
    w->slots = calloc(1, sizeof(*w->slots));
    if (!w->slots)
        CM_BUG("out of memory");
}

void slot_close(struct worker *w)
{
    struct slots *s = w->slots;

    s->closing = true;
    for (size_t i = 0; i < s->nqueue; i++)
        job_free(s->queue[i]);
    s->nqueue = 0;
}

bool slot_rest(struct worker *w)
{
    struct slots *s = w->slots;

    if (s->job)
        return false;
    reader_rest(&s->reader);
    return true;
}

void slot_end(struct worker *w)
{
    struct slots *s = w->slots;

    if (!s)
        return;
    for (size_t i = 0; i < UNCONFIRMED; i++)
        job_free(s->given[i]);
    reader_close(&s->reader);
    free(s);
    w->slots = NULL;
}

static bool is_late(const struct slot_job *j)
{
    return clock_mono_ms() - j->asked_ms >= SLOT_BUDGET_MS;
}

/* --- on the thread pool ------------------------------------------------------ */

static int look(struct slot_job *j, const struct reader *r, struct err *e)
{
    struct db *db = r->db;
    struct op_env env = {.db = db,
                         .meaning = r->meaning,
                         .now_ms = clock_now_ms(),
                         .a = &j->a};
    struct slot_request rq = {.limits = j->limits};
    struct session_info session;
    struct event_info event;
    struct json *payload;
    int rc = event_read(db, j->event_id, &j->a, &event, e);

    if (rc == 0)
        rc = session_read(db, event.session_id, &j->a, &session, e);
    if (rc < 0)
        return rc;
    j->session_id = session.id;
    rq.project_id = session.project_id;
    rq.session_id = session.id;
    rq.branch = session.branch;
    rq.nth = session.prompts;
    env.cwd = session.cwd.n ? session.cwd.p : NULL;
    payload = json_parse(event.payload, NULL);
    rq.prompt = json_get_str(payload, "prompt");
    if (session.parent_id == 0)
        rc = prompt_slot_render(&env, &rq, &j->slot, e);
    json_free(payload);
    return rc;
}

static void on_pool(uv_work_t *work)
{
    struct slot_job *j = work->data;
    struct reader *r = &j->w->slots->reader;

    if (is_late(j)) /* the pool was busy; nobody waits any more */
        return;
    j->rc = reader_ready(r, &j->w->paths, j->config_mtime_ns, &j->err);
    if (j->rc == 0)
        j->rc = look(j, r, &j->err);
}

/* --- on the loop --------------------------------------------------------------- */

static void next_job(struct worker *w);

/* Kept until the hook says that it printed it, or others push it out. */
static void keep_unconfirmed(struct slots *s, struct slot_job *j)
{
    job_free(s->given[s->next]);
    s->given[s->next] = j;
    s->next = (s->next + 1) % UNCONFIRMED;
}

static void on_done(uv_work_t *work, int status)
{
    struct slot_job *j = work->data;
    struct worker *w = j->w;
    struct slots *s = w->slots;

    (void)status;
    s->job = NULL;
    worker_rest_later(w);
    __atomic_store_n(&w->hook_waits, false, __ATOMIC_RELAXED);
    if (j->rc < 0)
        log_warn("what a prompt brings: %s", j->err.msg);
    if (!s->closing && !is_late(j)) {
        server_reply(w, &j->to, j->rc < 0 ? STR_NONE : j->slot.json);
        if (j->rc == 0 && j->slot.json.n) {
            keep_unconfirmed(s, j);
            j = NULL;
        }
    } else {
        log_debug("what a prompt brings came too late");
    }
    job_free(j);
    if (!s->closing)
        next_job(w);
}

static void next_job(struct worker *w)
{
    struct slots *s = w->slots;

    while (!s->job && s->nqueue) {
        struct slot_job *j = s->queue[0];

        memmove(s->queue, s->queue + 1, --s->nqueue * sizeof(*s->queue));
        if (is_late(j)) {
            job_free(j);
            continue;
        }
        s->job = j;
        __atomic_store_n(&w->hook_waits, true, __ATOMIC_RELAXED);
        uv_queue_work(&w->loop, &j->work, on_pool, on_done);
    }
}

bool slot_wanted(const struct worker *w, const struct context_ask *ask)
{
    return ask->prompt_event && w->slots && !w->slots->closing &&
           w->slots->nqueue < QUEUE;
}

void slot_start(struct worker *w, const struct asker *to,
                const struct context_ask *ask)
{
    struct slots *s = w->slots;
    struct slot_job *j;

    if (!slot_wanted(w, ask))
        return;
    j = calloc(1, sizeof(*j));
    if (!j)
        CM_BUG("out of memory");
    j->work.data = j;
    j->w = w;
    j->to = *to;
    j->event_id = ask->prompt_event;
    j->asked_ms = clock_mono_ms();
    j->config_mtime_ns = w->config_mtime_ns;
    j->limits = slot_limits_of(&w->config);
    s->queue[s->nqueue++] = j;
    next_job(w);
}

static int put_receipt(struct worker *w, const struct slot_job *j,
                       struct err *e)
{
    struct injection_in in = {
        .session_id = j->session_id,
        .time_ms = clock_now_ms(),
        .source = "prompt",
        .tokens = (int64_t)j->slot.tokens,
        .ids = j->slot.ids,
        .nids = j->slot.nids,
        .text = j->slot.text,
        .query = j->slot.query,
        .explain = j->slot.explain,
    };
    int rc = worker_tx(w, e);

    if (rc == 0)
        rc = db_savepoint(w->db, e);
    if (rc == 0)
        rc = injection_put(w->db, &in, e);
    if (rc == 0)
        rc = access_put(w->db, in.ids, in.nids, "prompt", in.time_ms, e);
    if (rc < 0)
        db_savepoint_undo(w->db);
    else
        rc = db_savepoint_keep(w->db, e);
    return rc;
}

void slot_printed(struct worker *w, const struct asker *to)
{
    struct slots *s = w->slots;
    struct err e = {0};

    for (size_t i = 0; i < UNCONFIRMED; i++) {
        struct slot_job *j = s->given[i];

        if (!j || j->to.serial != to->serial ||
            memcmp(j->to.uid, to->uid, sizeof(to->uid)) != 0)
            continue;
        s->given[i] = NULL;
        if (put_receipt(w, j, &e) < 0)
            log_warn("receipt of a prompt: %s", e.msg);
        job_free(j);
        return;
    }
}
