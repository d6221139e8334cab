/* embedder_local.c - the built-in embedder on the thread pool: see
 * embedder.h. */
#include "base/common.h"

#include <malloc.h>
#include <time.h>

#include "embed/embed.h"
#include "worker/embedder.h"

#define SLOTS 16
/* The budget of a slot and a little. */
#define PASS_MS 40

/* One batch at a time, on whatever thread; what it needs stays for the next. */
struct slot {
    uv_work_t work;
    struct local *l;
    struct embed_batch *b;
    struct db *db;
    struct embed_run *run;
};

struct local {
    struct embedder *weights; /* NULL while there is nothing to do: what is
                                 mapped counts as ours */
    char name[VECTOR_NAME_MAX];
    const bool *stop;
    struct slot slot[SLOTS];
};

static int map_weights(struct embedder **out, struct err *e)
{
    char path[EMBED_PATH_MAX];
    int rc = embedder_find(path, e);

    return rc < 0 ? rc : embedder_open(out, path, e);
}

int local_create(struct local **out, const bool *stop, struct err *e)
{
    struct embedder *weights;
    struct local *l;
    int rc = map_weights(&weights, e);

    if (rc < 0)
        return rc;
    l = calloc(1, sizeof(*l));
    if (!l)
        CM_BUG("out of memory");
    l->weights = weights;
    l->stop = stop;
    snprintf(l->name, sizeof(l->name), "%s", embedder_name(weights));
    *out = l;
    return 0;
}

void local_rest(struct local *l)
{
    bool busy = false;

    for (size_t i = 0; i < SLOTS; i++) {
        struct slot *s = &l->slot[i];

        busy |= s->b != NULL;
        if (s->b)
            continue;
        db_close(s->db);
        embed_run_destroy(s->run);
        s->db = NULL;
        s->run = NULL;
    }
    if (!busy) {
        embedder_close(l->weights);
        l->weights = NULL;
    }
    malloc_trim(0);
}

void local_destroy(struct local *l)
{
    if (!l)
        return;
    local_rest(l);
    free(l);
}

const char *local_name(const struct local *l)
{
    return l->name;
}

/* --- on the thread pool ------------------------------------------------------ */

static bool is_stopped(const struct local *l)
{
    return __atomic_load_n(l->stop, __ATOMIC_RELAXED);
}

/* A prompt's own vector is being made, and somebody waits for it: what is for
 * later lets it have the machine. No hook waits longer than this. */
static void let_pass(const struct worker *w)
{
    static const struct timespec nap = {.tv_nsec = 1000000};

    for (int i = 0; i < PASS_MS; i++) {
        if (!__atomic_load_n(&w->hook_waits, __ATOMIC_RELAXED))
            return;
        nanosleep(&nap, NULL);
    }
}

static void embed_one(struct slot *s, size_t i)
{
    struct embed_batch *b = s->b;
    struct str piece[VECTOR_PARTS];
    size_t n = embed_chunks(s->run, b->want[i].text, piece, VECTOR_PARTS);
    float *v = arena_array(&b->a, n ? n : 1, EMBED_DIM * sizeof(*v));

    for (size_t k = 0; k < n && !is_stopped(s->l); k++) {
        let_pass(b->w);
        embed_text(s->run, piece[k], v + k * EMBED_DIM);
    }
    b->v[i] = v;
    b->nparts[i] = (int)n;
}

static void on_pool(uv_work_t *work)
{
    struct slot *s = work->data;
    struct embed_batch *b = s->b;

    if (b->rc == 0 && !s->db)
        b->rc = db_open(&s->db, b->w->paths.db, DB_READ, &b->err);
    if (b->rc == 0)
        b->rc = vectors_texts(s->db, b->ids, b->nids, &b->a, &b->want, &b->n,
                              &b->err);
    if (b->rc == 0 && !s->run)
        s->run = embed_run_create(s->l->weights);
    for (size_t i = 0; i < b->n && b->rc == 0 && !is_stopped(s->l); i++)
        embed_one(s, i);
    if (b->rc == 0 && is_stopped(s->l))
        b->rc = err_set(&b->err, CM_EAGAIN, "embedding was stopped");
    b->transient = b->rc < 0 && b->rc != CM_EVERSION && b->rc != CM_ENOTFOUND;
    b->dim = EMBED_DIM;
}

/* --- on the loop -------------------------------------------------------------- */

static void on_done(uv_work_t *work, int status)
{
    struct slot *s = work->data;
    struct embed_batch *b = s->b;

    (void)status;
    s->b = NULL;
    b->done(b);
}

/* Mapped again after a rest; weights of another name are not these. */
static int wake(struct local *l, struct err *e)
{
    int rc = l->weights ? 0 : map_weights(&l->weights, e);

    if (rc == 0 && strcmp(embedder_name(l->weights), l->name) != 0) {
        embedder_close(l->weights);
        l->weights = NULL;
        rc = err_set(e, CM_EVERSION, "the weights were replaced");
    }
    return rc;
}

void local_start(struct local *l, struct embed_batch *b)
{
    struct slot *s = &l->slot[b->slot];

    if (b->slot >= SLOTS || s->b)
        CM_BUG("a batch in a slot that is taken");
    s->l = l;
    s->b = b;
    s->work.data = s;
    b->rc = wake(l, &b->err);
    uv_queue_work(&b->w->loop, &s->work, on_pool, on_done);
}
