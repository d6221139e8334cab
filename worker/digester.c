/* digester.c - see digester.h. */
#include "base/common.h"

#include <malloc.h>

#include "base/clock.h"
#include "base/log.h"
#include "worker/digester.h"
#include "worker/job.h"

/* Sessions with waiting events that are kept in mind; the rest are found
 * again in the database when these are done. */
#define SESSIONS_MAX 256
/* Batches worked on at once; the model's own limit is llm's. */
#define JOBS_MAX 2
/* With no model there is nothing to save by cutting a turn in two, so only a
 * bound on memory remains. */
#define RULES_EVENTS 500
#define RULES_BYTES (4 * 1024 * 1024)
/* Parallel tools' hooks, and the client's own write of the transcript, come
 * within this of the Stop. */
#define SETTLE_MS 150

int64_t batch_due(const struct batch_policy *p, const struct batch_state *s)
{
    int64_t due;

    if (s->events == 0 || s->busy)
        return INT64_MAX;
    if (s->forced)
        return INT64_MIN;
    if (s->events >= p->max_events || s->bytes >= p->max_bytes)
        due = s->last_ms;
    else if (s->turn_ended)
        due = s->last_ms + p->settle_ms;
    else
        due = s->first_ms + p->max_age_ms;
    return due > s->not_before_ms ? due : s->not_before_ms;
}

struct session_state {
    int64_t id;
    struct batch_state b;
    int hold;
};

struct digester {
    struct session_state s[SESSIONS_MAX];
    size_t n;
    bool overflow; /* there are more in the database */
    size_t jobs;
    uv_timer_t timer;
    bool closing;
    void (*idle)(void *arg, int64_t left);
    void *idle_arg;
};

static struct batch_policy policy(const struct worker *w)
{
    return (struct batch_policy){
        .max_events = w->llm ? config_int(&w->config, OPT_BATCH_EVENTS)
                             : RULES_EVENTS,
        .max_bytes = w->llm ? config_int(&w->config, OPT_BATCH_KB) * 1024
                            : RULES_BYTES,
        .max_age_ms = config_int(&w->config, OPT_BATCH_AGE_S) * 1000,
        .settle_ms = SETTLE_MS,
    };
}

static struct session_state *state_of(struct worker *w, int64_t id, bool make)
{
    struct digester *d = w->digester;

    if (!d) /* the worker is leaving; the database knows what waits */
        return NULL;
    for (size_t i = 0; i < d->n; i++)
        if (d->s[i].id == id)
            return &d->s[i];
    if (!make)
        return NULL;
    if (d->n == SESSIONS_MAX) {
        d->overflow = true;
        return NULL;
    }
    d->s[d->n] = (struct session_state){.id = id};
    return &d->s[d->n++];
}

void digester_event(struct worker *w, int64_t session_id, int64_t bytes,
                    bool ends_turn)
{
    struct session_state *s = state_of(w, session_id, true);
    int64_t now = clock_mono_ms();

    if (!s)
        return;
    if (bytes) {
        if (s->b.events == 0)
            s->b.first_ms = now;
        s->b.events++;
        s->b.bytes += bytes;
    }
    s->b.last_ms = now;
    s->b.turn_ended = s->b.turn_ended || ends_turn;
}

void digester_hold(struct worker *w, int64_t session_id, bool hold)
{
    struct session_state *s = state_of(w, session_id, hold);

    /* One that came when there was no room for more was never held. */
    if (s && (hold || s->hold))
        s->hold += hold ? 1 : -1;
    if (!hold)
        digester_run(w);
}

static int found_waiting(void *arg, const struct waiting *f)
{
    struct worker *w = arg;
    struct session_state *s = state_of(w, f->session_id, true);
    int64_t age, now = clock_mono_ms();

    if (!s)
        return CM_EFULL;
    if (s->b.busy)
        return 0;
    age = clock_now_ms() - f->oldest_ms;
    s->b.events = f->count;
    s->b.bytes = f->bytes;
    s->b.turn_ended = f->turn_ended;
    s->b.first_ms = now - (age > 0 ? age : 0);
    s->b.last_ms = now;
    return 0;
}

/* What the database says waits, after a start and after an overflow. */
static int look(struct worker *w, struct err *e)
{
    int rc;

    w->digester->overflow = false;
    rc = waiting_sessions(w->db, found_waiting, w, e);
    if (rc == CM_EFULL) {
        w->digester->overflow = true;
        rc = 0;
    }
    return rc;
}

static void on_timer(uv_timer_t *t)
{
    digester_run(t->data);
}

/* From the loop, not from here: a job that begins looks at the settings. */
void digester_reload(struct worker *w)
{
    struct digester *d = w->digester;

    if (d && !d->closing && d->n)
        uv_timer_start(&d->timer, on_timer, 0, 0);
}

int digester_open(struct worker *w, struct err *e)
{
    struct digester *d = calloc(1, sizeof(*d));

    if (!d)
        CM_BUG("out of memory");
    w->digester = d;
    uv_timer_init(&w->loop, &d->timer);
    d->timer.data = w;
    return look(w, e);
}

static void timer_gone(uv_handle_t *h)
{
    struct worker *w = h->data;

    free(w->digester);
    w->digester = NULL;
}

void digester_close(struct worker *w)
{
    struct digester *d = w->digester;

    if (!d || d->closing)
        return;
    d->closing = true;
    if (d->jobs == 0)
        uv_close((uv_handle_t *)&d->timer, timer_gone);
    else
        uv_timer_stop(&d->timer);
}

size_t digester_jobs(const struct worker *w)
{
    return w->digester ? w->digester->jobs : 0;
}

static void forget_state(struct digester *d, struct session_state *s)
{
    *s = d->s[--d->n];
}

/* After a batch: what of the session still waits, and not before when. */
static void refresh(struct worker *w, int64_t id, bool forced)
{
    struct session_state *s = state_of(w, id, false);
    struct waiting now = {0};
    int64_t next = 0, wall = clock_now_ms(), mono = clock_mono_ms();
    struct err e;

    if (!s)
        return;
    s->b.busy = false;
    if (waiting_session(w->db, id, &now, &e) < 0 ||
        batch_not_before(w->db, id, &next, &e) < 0) {
        log_error("%s", e.msg);
        next = wall + 60000;
    }
    s->b.events = now.count;
    s->b.bytes = now.bytes;
    s->b.turn_ended = now.turn_ended;
    s->b.first_ms = mono;
    s->b.last_ms = mono - SETTLE_MS; /* it has settled */
    s->b.not_before_ms = next > wall ? mono + (next - wall) : 0;
    /* A forced batch that failed waits for its provider like any other. */
    s->b.forced = forced && s->b.not_before_ms == 0;
    if (now.count == 0 && s->hold == 0)
        forget_state(w->digester, s);
}

void job_finished(struct worker *w, int64_t session_id, int64_t retry_ms)
{
    struct digester *d = w->digester;
    struct session_state *s = state_of(w, session_id, false);
    bool forced = s && s->b.forced;

    d->jobs--;
    worker_active(w);
    refresh(w, session_id, forced || d->idle != NULL);
    s = state_of(w, session_id, false);
    if (s && retry_ms) {
        s->b.not_before_ms = clock_mono_ms() + retry_ms;
        s->b.forced = false;
    }
    if (d->jobs == 0)
        malloc_trim(0); /* a batch's arena and the model's reply */
    if (d->closing && d->jobs == 0)
        uv_close((uv_handle_t *)&d->timer, timer_gone);
    else
        digester_run(w);
}

static void maybe_idle(struct worker *w)
{
    struct digester *d = w->digester;
    void (*idle)(void *, int64_t) = d->idle;
    int64_t left = 0;

    if (!idle || d->jobs || d->overflow)
        return;
    for (size_t i = 0; i < d->n; i++) {
        if (d->s[i].hold || d->s[i].b.forced)
            return;
        left += d->s[i].b.events;
    }
    d->idle = NULL;
    idle(d->idle_arg, left);
}

void digester_run(struct worker *w)
{
    struct digester *d = w->digester;
    struct batch_policy p = policy(w);
    int64_t now = clock_mono_ms(), next = INT64_MAX;
    struct err e = {0};

    if (!d || d->closing)
        return;
    if (d->overflow && d->n < SESSIONS_MAX / 2 && look(w, &e) < 0)
        log_error("%s", e.msg);
    for (size_t i = 0; i < d->n; i++) {
        struct session_state *s = &d->s[i];
        int64_t due;

        if (d->idle && s->b.not_before_ms <= now && s->b.events)
            s->b.forced = true;
        due = s->hold ? INT64_MAX : batch_due(&p, &s->b);
        if (due <= now && d->jobs < JOBS_MAX) {
            s->b.busy = true;
            d->jobs++;
            job_start(w, s->id);
        } else if (due > now && due < next) {
            next = due;
        }
    }
    if (next == INT64_MAX || d->jobs >= JOBS_MAX)
        uv_timer_stop(&d->timer);
    else
        uv_timer_start(&d->timer, on_timer, (uint64_t)(next - now), 0);
    maybe_idle(w);
}

void digester_drain(struct worker *w, void (*idle)(void *arg, int64_t left),
                    void *arg)
{
    w->digester->idle = idle;
    w->digester->idle_arg = arg;
    digester_run(w);
}
