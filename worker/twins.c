/* twins.c - see twins.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/trust.h"
#include "compress/facts.h"
#include "search/meaning.h"
#include "store/read_memory.h"
#include "store/revise.h"
#include "worker/twins.h"

/* Neighbours that are looked at. */
#define NEAREST 8
/* What is older was there before, or comes from an import of many: each look
 * goes through all vectors. */
#define FRESH_MS (60 * 60 * INT64_C(1000))

static bool is_statement(const struct memory_row *m)
{
    return (str_eqz(m->kind, "fact") || str_eqz(m->kind, "note")) &&
           m->valid_to == 0 && m->topic_key.n == 0 && m->external_id.n == 0;
}

/* Same scope: of one project, person, agent and branch. */
static bool same_scope(const struct memory_row *x, const struct memory_row *y)
{
    return x->project_id == y->project_id && str_eq(x->user, y->user) &&
           str_eq(x->agent, y->agent) && x->bound == y->bound &&
           (!x->bound || str_eq(x->branch, y->branch));
}

static bool says_the_same(const struct memory_row *x,
                          const struct memory_row *y, struct arena *a)
{
    struct fact f, g;

    return fact_read(x->text, a, &f) && fact_read(y->text, a, &g) &&
           facts_reworded(&f, &g);
}

/* Which of two gives way: a fact to a note, then the one of less standing,
 * then the later one. */
static bool gives_way(const struct memory_row *x, const struct memory_row *y)
{
    int s = trust_standing(x->origin), t = trust_standing(y->origin);

    if (!str_eq(x->kind, y->kind))
        return str_eqz(y->kind, "note");
    if (s != t)
        return s < t;
    return x->event_ms > y->event_ms ||
           (x->event_ms == y->event_ms && x->id > y->id);
}

static int join(struct worker *w, const struct memory_row *x,
                const struct memory_row *y, struct err *e)
{
    const struct memory_row *again = gives_way(x, y) ? x : y;
    const struct memory_row *first = again == x ? y : x;
    int rc = worker_own_tx(w, e);

    if (rc == 0)
        rc = memory_link(w->db, again->id, first->id, "repeats", clock_now_ms(),
                         e);
    if (rc == 0)
        rc = db_commit(w->db, e);
    if (rc < 0)
        db_rollback(w->db);
    else
        worker_stale(w, x->project_id);
    return rc;
}

static int look(struct worker *w, int64_t id, const float *v, struct arena *a,
                struct err *e)
{
    struct meaning_hit hits[NEAREST];
    struct memory_row m, other;
    struct memory_filter f = {0};
    size_t n = 0;
    int rc = memory_read(w->db, id, a, &m, e);

    if (rc < 0 || !is_statement(&m) || m.created_ms < clock_now_ms() - FRESH_MS)
        return rc == CM_ENOTFOUND ? 0 : rc;
    f.project_id = m.project_id;
    rc = meaning_nearest(w->meaning, w->db, v, &f, NEAREST, hits, &n, e);
    if (rc < 0)
        return rc == CM_ENOTFOUND ? 0 : rc;
    for (size_t i = 0; i < n && hits[i].cosine >= TWIN_COSINE; i++) {
        if (hits[i].memory_id == id)
            continue;
        rc = memory_read(w->db, hits[i].memory_id, a, &other, e);
        if (rc == CM_ENOTFOUND)
            continue;
        if (rc < 0)
            return rc;
        if (is_statement(&other) && same_scope(&m, &other) &&
            says_the_same(&m, &other, a))
            return join(w, &m, &other, e);
    }
    return 0;
}

void twins_look(struct worker *w, int64_t memory_id, const float *v)
{
    struct arena a = {0};
    struct err e = {0};

    if (w->meaning && look(w, memory_id, v, &a, &e) < 0)
        log_warn("twins of #%lld: %s", (long long)memory_id, e.msg);
    arena_free(&a);
}
