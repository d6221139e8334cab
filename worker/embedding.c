/* embedding.c - see embedding.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "embed/embed.h"
#include "search/meaning.h"
#include "worker/control.h"
#include "worker/embedder.h"
#include "worker/embedding.h"
#include "worker/llm_policy.h"
#include "worker/vecfile.h"
#include "worker/twins.h"

#define SLOTS 16
/* Vectors after which the file is brought up though more are coming: readers
 * take what it lacks from the table. */
#define SYNC_EVERY 512
/* Vectors of an embedder that was replaced, dropped in one transaction. */
#define DROP_AT_ONCE 500
/* Between failures: from a second up to ten minutes. */
#define AGAIN_BASE_MS 1000
#define AGAIN_MOST_MS (10 * 60 * 1000)

struct waiter {
    struct asker to;
    struct waiter *next;
};

struct embedding {
    struct worker *w;
    enum embedder_kind kind;
    char name[VECTOR_NAME_MAX]; /* that is wanted; empty: see problem */
    struct err problem;         /* why nothing is embedded */
    struct embedder_row target;
    bool known; /* target is its row */

    struct local *local;
    struct remote *remote; /* also for queries of one that serves still */
    bool closing_remote, timer_gone;
    struct embed_batch *slot[SLOTS];
    size_t nslots;
    bool stop;

    struct vecfile *file;
    int64_t unsynced;
    bool dropping;
    bool rested; /* memory was given back */
    bool stale;  /* the settings are others */

    uv_timer_t again; /* after a failure, or for the next drop */
    bool waits;       /* after a failure that may pass */
    bool blocked;     /* after one that will not */
    bool probing;     /* a remote model is asked how long its vectors are */
    int failures;
    int64_t commits; /* of the database, as last looked at */
    struct waiter *waiters;
};

static void go_on(struct embedding *em);

/* --- answers ------------------------------------------------------------------ */

void embedding_status(struct worker *w, struct jsonw *j)
{
    struct embedding *em = w->embedding;
    int64_t have = 0, all = 0;
    bool ready = false;

    vectors_count(w->db, &have, &all, NULL);
    jsonw_strz(j, "meaning", meaning_state(w->meaning, w->db, &ready));
    jsonw_bool(j, "meaning_ready", ready);
    jsonw_strz(j, "embedder", em->name);
    jsonw_int(j, "vectors", have);
    jsonw_int(j, "vectors_of", all);
    jsonw_bool(j, "embedding", embedding_busy(w));
    if (em->problem.code)
        jsonw_strz(j, "embedder_problem", em->problem.msg);
}

static void answer(struct embedding *em, const struct asker *to)
{
    struct buf b;
    struct jsonw j;

    buf_init(&b, 16384);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    embedding_status(em->w, &j);
    jsonw_end(&j);
    control_answer(em->w, to, buf_str(&b), NULL);
    buf_free(&b);
}

static void answer_all(struct embedding *em)
{
    while (em->waiters) {
        struct waiter *next = em->waiters->next;

        if (!em->stop)
            answer(em, &em->waiters->to);
        free(em->waiters);
        em->waiters = next;
    }
}

/* --- what is under way --------------------------------------------------------- */

static size_t batches(const struct embedding *em)
{
    size_t n = 0;

    for (size_t i = 0; i < SLOTS; i++)
        n += em->slot[i] != NULL;
    return n;
}

bool embedding_busy(const struct worker *w)
{
    const struct embedding *em = w->embedding;

    return em && (batches(em) || vecfile_busy(em->file) || em->dropping ||
                  em->probing);
}

/* The last one out frees everything. */
static void maybe_free(struct embedding *em)
{
    if (!em->stop || batches(em) || vecfile_busy(em->file) ||
        em->closing_remote || !em->timer_gone)
        return;
    local_destroy(em->local);
    vecfile_destroy(em->file);
    em->w->embedding = NULL;
    free(em);
}

static void on_file_idle(void *arg)
{
    struct embedding *em = arg;

    if (em->stop)
        maybe_free(em);
    else
        go_on(em);
}

static void on_again(uv_timer_t *t)
{
    struct embedding *em = t->data;

    em->waits = false;
    go_on(em);
}

/* --- the target ------------------------------------------------------------------ */

/* The queue is made the target's, if it was another one's or nobody's. */
static int settle(struct embedding *em, bool made, struct err *e)
{
    struct db *db = em->w->db;
    struct embedder_row serving;
    int64_t others;
    int rc = embedder_serving(db, &serving, e);

    if (rc < 0)
        return rc;
    others = embedder_others(db, em->target.id, serving.id, e);
    if (others < 0)
        return (int)others;
    em->dropping = others > 0;
    if (made || others > 0) {
        rc = vectors_want_all(db, em->target.id, e);
        if (rc == 0 && serving.id != em->target.id)
            log_info("vectors are made anew: %s", em->name);
    }
    return rc;
}

static int take_target(struct embedding *em, int dim, struct err *e)
{
    struct db *db = em->w->db;
    bool made = false;
    int rc = worker_own_tx(em->w, e);

    if (rc == 0)
        rc = embedder_put(db, str_of(em->name), dim, &em->target, &made, e);
    if (rc == 0)
        rc = settle(em, made, e);
    if (rc == 0)
        rc = db_commit(db, e);
    if (rc < 0)
        db_rollback(db);
    em->known = rc == 0;
    em->unsynced += rc == 0 && made;
    return rc;
}

static void again_later(struct embedding *em, int64_t least_ms)
{
    uint32_t random;
    int64_t wait;

    file_random(&random, sizeof(random));
    em->failures++;
    wait = AGAIN_BASE_MS +
           backoff_ms(em->failures, AGAIN_BASE_MS, AGAIN_MOST_MS, random);
    if (wait < least_ms)
        wait = least_ms;
    em->waits = true;
    uv_timer_start(&em->again, on_again, (uint64_t)wait, 0);
    answer_all(em); /* this may take long */
}

/* A reply that is none may have cost money: not for ever. */
#define NONSENSE_MOST 5

static void fail(struct embedding *em, const struct err *why, bool transient,
                 int64_t retry_ms)
{
    em->stale |= why->code == CM_EVERSION; /* another one is there now */
    if (why->code == CM_EFORMAT && em->failures >= NONSENSE_MOST)
        transient = false;
    if (em->problem.code == 0 || strcmp(em->problem.msg, why->msg) != 0)
        log_warn("vectors: %s", why->msg);
    em->problem = *why;
    em->blocked = !transient;
    if (transient)
        again_later(em, retry_ms);
}

/* How long a vector of a remote model is only it can tell. */
static void on_probe(void *arg, int rc, const float *v, int dim,
                     const struct err *why)
{
    struct embedding *em = arg;
    struct err e = {0};

    (void)v;
    em->probing = false;
    if (em->stop)
        return;
    if (rc == 0)
        rc = take_target(em, dim, &e);
    else
        e = *why;
    if (rc < 0)
        fail(em, &e, rc != CM_EARG && rc != CM_EPERM && rc != CM_ENOTFOUND, 0);
    else
        em->problem = (struct err){0};
    go_on(em);
}

static void choose_builtin(struct embedding *em,
                           const struct embedder_choice *c)
{
    int rc = local_create(&em->local, &em->stop, &em->problem);

    if (rc == 0)
        rc = embedder_name_of(c, local_name(em->local), em->name,
                              &em->problem);
    if (rc == 0)
        take_target(em, EMBED_DIM, &em->problem);
}

static void choose_remote(struct embedding *em, const struct embedder_choice *c)
{
    int rc = embedder_name_of(c, NULL, em->name, &em->problem);

    if (rc == 0 && !em->remote)
        rc = remote_create(&em->remote, em->w, &em->problem);
    if (rc == 0)
        rc = remote_check(em->remote, em->name, &em->problem);
    if (rc < 0)
        return;
    rc = embedder_get(em->w->db, str_of(em->name), &em->target, &em->problem);
    if (rc == 0)
        take_target(em, em->target.dim, &em->problem);
}

/* Nothing may be under way. */
static void choose(struct embedding *em)
{
    struct embedder_choice c;
    int64_t threads = config_int(&em->w->config, OPT_EMBED_THREADS);

    if (threads > em->w->embed_threads) /* others need theirs */
        threads = em->w->embed_threads;
    embedder_choose(&em->w->config, &c);
    local_destroy(em->local);
    em->local = NULL;
    em->kind = c.kind;
    em->name[0] = '\0';
    em->known = em->stale = em->blocked = false;
    em->problem = (struct err){0};
    em->failures = 0;
    if (c.kind == EMBEDDER_BUILTIN)
        choose_builtin(em, &c);
    else if (c.kind != EMBEDDER_OFF)
        choose_remote(em, &c);
    em->blocked = em->problem.code != 0;
    if (em->blocked)
        log_warn("no vectors: %s", em->problem.msg);
    em->nslots = !em->local ? 1 : threads < SLOTS ? (size_t)threads : SLOTS;
}

void embedding_reload(struct worker *w)
{
    struct embedding *em = w->embedding;

    if (!em || em->stop)
        return;
    em->stale = true;
    em->known = false; /* what is under way was for the one before */
    em->waits = false;
    uv_timer_stop(&em->again);
    go_on(em);
}

/* --- batches --------------------------------------------------------------------- */

static bool is_under_way(const struct embedding *em, int64_t id)
{
    for (size_t i = 0; i < SLOTS; i++)
        for (size_t k = 0; em->slot[i] && k < em->slot[i]->nids; k++)
            if (em->slot[i]->ids[k] == id)
                return true;
    return false;
}

static int write_batch(struct embedding *em, struct embed_batch *b)
{
    struct db *db = em->w->db;
    int rc = worker_own_tx(em->w, &b->err);

    for (size_t i = 0; i < b->n && rc == 0; i++) {
        struct vector_in in = {em->target.id, b->want[i].memory_id, b->v[i],
                               b->nparts[i], em->target.dim};

        if (!vectors_is_wanted(db, in.memory_id, b->want[i].revision))
            continue;
        rc = vectors_put(db, &in, &b->err);
        em->unsynced += b->nparts[i];
    }
    if (rc == 0)
        rc = db_commit(db, &b->err);
    if (rc < 0)
        db_rollback(db);
    for (size_t i = 0; i < b->n && rc == 0; i++)
        if (b->nparts[i] > 0)
            twins_look(em->w, b->want[i].memory_id, b->v[i]);
    return rc;
}

static void on_batch(struct embed_batch *b)
{
    struct embedding *em = b->w->embedding;
    int rc = b->rc;

    em->slot[b->slot] = NULL;
    /* One that was begun for another embedder has its dimension, or is done
     * again because it waits still. */
    if (!em->stop && rc == 0 && em->known &&
        (b->dim == 0 || b->dim == em->target.dim)) {
        rc = write_batch(em, b);
        b->transient = rc < 0;
        em->failures = 0;
        if (rc == 0)
            em->problem = (struct err){0};
    } else if (!em->stop && rc == 0 && em->known) {
        rc = err_set(&b->err, CM_EFORMAT, "%s gives %d elements now, not %d: "
                     "cmem rebuild makes all vectors anew", em->name, b->dim,
                     em->target.dim);
        b->transient = false;
    }
    if (rc < 0 && !em->stop)
        fail(em, &b->err, b->transient, b->retry_ms);
    arena_free(&b->a);
    free(b);
    if (em->stop)
        maybe_free(em);
    else
        go_on(em);
}

/* Fills the slot with what waits and is not under way; false: nothing is. */
static bool start_batch(struct embedding *em, size_t slot)
{
    struct arena a = {0};
    struct embed_batch *b;
    size_t n = 0, take = 0;
    int64_t *ids;

    if (vectors_wanted(em->w->db, (batches(em) + 1) * EMBED_BATCH, &a, &ids,
                       &n, NULL) < 0)
        n = 0;
    for (size_t i = 0; i < n; i++)
        if (!is_under_way(em, ids[i]))
            ids[take++] = ids[i];
    if (take > EMBED_BATCH)
        take = EMBED_BATCH;
    if (take > 0) {
        b = calloc(1, sizeof(*b));
        if (!b)
            CM_BUG("out of memory");
        b->w = em->w;
        b->slot = slot;
        b->nids = take;
        b->done = on_batch;
        memcpy(b->ids, ids, take * sizeof(*ids));
        em->slot[slot] = b;
        em->rested = false;
        if (em->local)
            local_start(em->local, b);
        else
            remote_start(em->remote, b);
    }
    arena_free(&a);
    return take > 0;
}

/* --- the end of it --------------------------------------------------------------- */

/* Of embedders that are neither the target nor serving. */
static void drop_some(struct embedding *em)
{
    struct db *db = em->w->db;
    struct embedder_row serving;
    struct err e = {0};
    int64_t n = 0;
    int rc = worker_own_tx(em->w, &e);

    if (rc == 0)
        rc = embedder_serving(db, &serving, &e);
    if (rc == 0)
        n = embedder_drop_others(db, em->target.id, serving.id, DROP_AT_ONCE,
                                 &e);
    if (rc == 0 && n >= 0)
        rc = db_commit(db, &e);
    if (rc < 0 || n < 0) {
        db_rollback(db);
        log_warn("old vectors: %s", e.msg);
        n = 0; /* at the next start */
    }
    em->dropping = n > 0;
    if (n == 0)
        em->unsynced++;
}

/* The target has all: it takes over. */
static void take_over(struct embedding *em)
{
    struct err e = {0};
    int rc = worker_own_tx(em->w, &e);

    if (rc == 0)
        rc = embedder_serve(em->w->db, em->target.id, &e);
    if (rc == 0)
        rc = db_commit(em->w->db, &e);
    if (rc < 0) {
        db_rollback(em->w->db);
        fail(em, &e, true, 0);
        return;
    }
    log_info("searches go by %s from now on", em->name);
    em->target.serves = true;
    em->dropping = true;
    em->unsynced = 0;
    vecfile_sync(em->file); /* before the old ones go: they are many */
}

/* Nothing waits that is not under way. */
static void rest(struct embedding *em)
{
    if (batches(em))
        return;
    if (!em->target.serves) {
        take_over(em);
        if (!em->target.serves)
            return;
    }
    if (vecfile_busy(em->file))
        return;
    if (em->dropping) {
        drop_some(em);
        if (em->dropping) {
            uv_timer_start(&em->again, on_again, 1, 0);
            return;
        }
    }
    if (em->unsynced) {
        em->unsynced = 0;
        vecfile_sync(em->file);
        if (vecfile_busy(em->file))
            return;
    }
    if (!em->rested) {
        if (em->local)
            local_rest(em->local);
        worker_rest_later(em->w); /* what twins looked at */
    }
    em->rested = true;
    answer_all(em);
}

static bool starts_anything(struct embedding *em)
{
    bool more = true;

    for (size_t i = 0; i < em->nslots && more; i++)
        if (!em->slot[i])
            more = start_batch(em, i);
    return batches(em) > 0;
}

static void probe(struct embedding *em)
{
    const struct remote_query q = {
        .text = STR("cmem"), .done = on_probe, .arg = em};
    struct err e = {0};

    em->probing = true;
    if (remote_ask(em->remote, &q, &e) < 0) {
        em->probing = false;
        fail(em, &e, true, 0);
    }
}

static void go_on(struct embedding *em)
{
    bool goes;

    if (em->stop || em->waits || em->probing)
        return;
    em->commits = db_commits(em->w->db);
    if (em->stale && batches(em))
        return; /* they come back first */
    if (em->stale)
        choose(em);
    if (!em->known && em->kind > EMBEDDER_BUILTIN && !em->blocked) {
        probe(em);
        return;
    }
    goes = em->known && !em->blocked;
    if (em->unsynced >= (goes ? SYNC_EVERY : 1)) {
        em->unsynced = 0;
        vecfile_sync(em->file);
    }
    if (!goes)
        answer_all(em);
    else if (!starts_anything(em))
        rest(em);
}

void embedding_turn(struct worker *w)
{
    struct embedding *em = w->embedding;
    struct arena a = {0};
    int64_t *ids;
    size_t n = 0;

    if (!em || em->stop || em->commits == db_commits(w->db))
        return;
    if (vectors_gone(w->db, 1, &a, &ids, &n, NULL) == 0 && n)
        em->unsynced++;
    arena_free(&a);
    em->commits = db_commits(w->db);
    go_on(em);
}

/* --- life, and who asks ------------------------------------------------------------ */

void embedding_open(struct worker *w)
{
    struct embedding *em = calloc(1, sizeof(*em));

    if (!em)
        CM_BUG("out of memory");
    em->w = w;
    em->file = vecfile_create(w, on_file_idle, em);
    uv_timer_init(&w->loop, &em->again);
    em->again.data = em;
    w->embedding = em;
    em->stale = true;
    vecfile_sync(em->file); /* what a crash left undone */
    go_on(em);
}

static void on_timer_gone(uv_handle_t *h)
{
    struct embedding *em = h->data;

    em->timer_gone = true;
    maybe_free(em);
}

static void on_remote_gone(void *arg)
{
    struct embedding *em = arg;

    em->closing_remote = false;
    maybe_free(em);
}

void embedding_close(struct worker *w)
{
    struct embedding *em = w->embedding;

    if (!em || em->stop)
        return;
    __atomic_store_n(&em->stop, true, __ATOMIC_RELAXED);
    answer_all(em);
    vecfile_stop(em->file);
    em->closing_remote = true;
    uv_close((uv_handle_t *)&em->again, on_timer_gone);
    remote_close(em->remote, on_remote_gone, em);
    em->remote = NULL;
}

void embedding_ask(struct worker *w, const struct asker *to, bool wait)
{
    struct embedding *em = w->embedding;
    struct waiter *asks;

    /* Whoever asks may have mended what was missing. */
    if (em->problem.code && !batches(em))
        em->stale = true;
    if (!wait) {
        go_on(em);
        answer(em, to);
        return;
    }
    asks = calloc(1, sizeof(*asks));
    if (!asks)
        CM_BUG("out of memory");
    asks->to = *to;
    asks->next = em->waiters;
    em->waiters = asks;
    em->waits = false; /* now, not in ten minutes */
    go_on(em);
}

struct query {
    struct worker *w;
    struct asker to;
};

static void on_query(void *arg, int rc, const float *v, int dim,
                     const struct err *e)
{
    struct query *q = arg;
    struct buf b;
    struct jsonw j;

    buf_init(&b, 1u << 20);
    jsonw_init(&j, &b);
    jsonw_arr(&j, NULL);
    for (int i = 0; i < dim && rc == 0; i++)
        jsonw_num(&j, NULL, (double)v[i]);
    jsonw_end(&j);
    if (!q->w->closing)
        control_answer(q->w, &q->to, buf_str(&b), rc < 0 ? e : NULL);
    buf_free(&b);
    free(q);
}

int embedding_vector(struct worker *w, const struct remote_query *q,
                     struct err *e)
{
    struct embedding *em = w->embedding;
    int rc = 0;

    if (!em || em->stop)
        return err_set(e, CM_EAGAIN, "the worker is leaving");
    if (!em->remote)
        rc = remote_create(&em->remote, w, e);
    return rc < 0 ? rc : remote_ask(em->remote, q, e);
}

int embedding_query(struct worker *w, const struct asker *to, struct str name,
                    struct str text, struct err *e)
{
    char z[VECTOR_NAME_MAX];
    struct remote_query rq = {.name = z, .text = text, .done = on_query};
    struct query *q;
    int rc;

    if (name.n >= sizeof(z))
        return err_set(e, CM_EARG, "an embedder's name is shorter");
    snprintf(z, sizeof(z), "%.*s", STR_ARG(name));
    q = calloc(1, sizeof(*q));
    if (!q)
        CM_BUG("out of memory");
    q->w = w;
    q->to = *to;
    rq.arg = q;
    rc = embedding_vector(w, &rq, e);
    if (rc < 0)
        free(q);
    return rc;
}
