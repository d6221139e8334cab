/* retention.c - see retention.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/batch.h"
#include "worker/retention.h"

/* Events looked at in one step: some milliseconds of work. */
#define STEP_EVENTS 2000
#define PAUSE_MS    100
#define DAY_MS      (24 * 3600 * INT64_C(1000))
/* After the start: first come the events that wait. */
#define START_MS 10000

static void on_step(uv_timer_t *t)
{
    struct worker *w = t->data;
    int64_t days, before, gone = 0;
    struct err e = {0};
    int rc;

    worker_reload(w); /* nobody may have spoken to it for a day */
    days = config_int(&w->config, OPT_RETENTION_DAYS);
    before = clock_now_ms() - days * DAY_MS;
    if (days == 0) {
        uv_timer_start(t, on_step, DAY_MS, 0);
        return;
    }
    rc = worker_own_tx(w, &e);
    if (rc == 0)
        rc = events_retire(w->db, before, STEP_EVENTS, &w->retired_to, &gone,
                           &e);
    if (rc >= 0 && db_commit(w->db, &e) < 0)
        rc = e.code;
    if (rc < 0) {
        db_rollback(w->db);
        log_warn("retention: %s", e.msg);
    }
    w->retired += gone;
    if (rc > 0) { /* there are more */
        uv_timer_start(t, on_step, PAUSE_MS, 0);
        return;
    }
    if (w->retired)
        log_info("retention: %lld events older than %lld days are gone",
                 (long long)w->retired, (long long)days);
    w->retired = w->retired_to = 0;
    uv_timer_start(t, on_step, DAY_MS, 0);
}

void retention_open(struct worker *w)
{
    uv_timer_init(&w->loop, &w->retention);
    w->retention.data = w;
    uv_timer_start(&w->retention, on_step, START_MS, 0);
}

void retention_reload(struct worker *w)
{
    uv_handle_t *h = (uv_handle_t *)&w->retention;

    if (h->data && !uv_is_closing(h))
        uv_timer_start(&w->retention, on_step, START_MS, 0);
}

void retention_close(struct worker *w)
{
    uv_handle_t *h = (uv_handle_t *)&w->retention;

    if (!uv_is_closing(h))
        uv_close(h, NULL);
}
