/* meaning.c - see meaning.h. */
#include "base/common.h"

#include <pthread.h>

#include "base/buf.h"
#include "embed/embed.h"
#include "search/embedder.h"
#include "search/matrix.h"
#include "search/matrix_scan.h"
#include "search/meaning.h"

/* Rows that are taken from the table because the file has them not: as many as
 * cost about 10 ms. More there are only before the worker came to it. */
#define TAIL_MAX 8192
/* A query's text, kept to know it again. */
#define QUERY_MAX_BYTES (64u * 1024u)

struct meaning {
    char path[PATHS_MAX]; /* of the matrix */
    enum embedder_kind kind; /* as set */
    char wanted[VECTOR_NAME_MAX]; /* its name; empty: not known */
    const struct scan_kernel *kernel;

    bool is_once;
    bool looked; /* for the weights */
    struct embedder *builtin;
    struct err problem; /* why it is not there */

    struct embedder_row em; /* that serves, as of the last call */
    struct matrix *matrix;
    struct matrix_tail *tail;

    meaning_remote remote;
    void *remote_arg;

    struct buf asked; /* the last query, and for whom it was embedded */
    int64_t asked_for;
    pthread_t thread; /* that embeds it, while is_embedding: `asked` and
                         `vector` are that thread's */
    bool is_embedding;
    struct embed_run *run; /* that thread's */
    float vector[VECTOR_DIM_MAX];
    char state[768];
};

struct meaning *meaning_open(const struct paths *p, const struct config *c)
{
    struct meaning *m = calloc(1, sizeof(*m));
    struct embedder_choice choice;

    if (!m)
        CM_BUG("out of memory");
    snprintf(m->path, sizeof(m->path), "%s", p->vectors);
    buf_init(&m->asked, QUERY_MAX_BYTES);
    embedder_choose(c, &choice);
    m->kind = choice.kind;
    if (choice.kind != EMBEDDER_BUILTIN &&
        embedder_name_of(&choice, NULL, m->wanted, &m->problem) < 0)
        m->wanted[0] = '\0';
    m->kernel = scan_choose(getenv("CMEM_KERNEL"));
    if (!m->kernel)
        m->kernel = scan_choose(NULL);
    return m;
}

static void *embed_asked(void *arg)
{
    struct meaning *m = arg;

    embed_text(m->run, buf_str(&m->asked), m->vector);
    return NULL;
}

/* From here on nobody else has m in hand. */
static void embed_wait(struct meaning *m)
{
    if (!m->is_embedding)
        return;
    pthread_join(m->thread, NULL);
    embed_run_destroy(m->run);
    m->run = NULL;
    m->is_embedding = false;
}

void meaning_once(struct meaning *m)
{
    m->is_once = true;
}

static void close_vectors(struct meaning *m)
{
    matrix_close(m->matrix);
    matrix_tail_destroy(m->tail);
    m->matrix = NULL;
    m->tail = NULL;
}

void meaning_rest(struct meaning *m)
{
    if (!m || m->is_embedding)
        return;
    if (m->builtin)
        embedder_rest(m->builtin);
    if (m->matrix)
        matrix_rest(m->matrix);
}

void meaning_close(struct meaning *m)
{
    if (!m)
        return;
    embed_wait(m);
    close_vectors(m);
    embedder_close(m->builtin);
    buf_free(&m->asked);
    free(m);
}

void meaning_set_remote(struct meaning *m, meaning_remote fn, void *arg)
{
    m->remote = fn;
    m->remote_arg = arg;
}

/* --- what serves -------------------------------------------------------------- */

/* The weights are mapped when somebody first asks for them. */
static void look_for_weights(struct meaning *m)
{
    struct embedder_choice own = {.kind = EMBEDDER_BUILTIN,
                                  .text_version = VECTOR_TEXT_VERSION};
    char path[EMBED_PATH_MAX];

    if (m->looked)
        return;
    m->looked = true;
    if (embedder_find(path, &m->problem) == 0)
        embedder_open(&m->builtin, path, &m->problem);
    if (m->builtin && m->kind == EMBEDDER_BUILTIN)
        embedder_name_of(&own, embedder_name(m->builtin), m->wanted, NULL);
}

/* Can a query be embedded so that it compares with em's vectors? */
static bool can_ask(struct meaning *m, const struct embedder_row *em)
{
    struct embedder_choice c;

    if (m->kind == EMBEDDER_OFF || embedder_parse(em->name, &c) < 0)
        return false;
    if (c.kind != EMBEDDER_BUILTIN)
        return m->remote != NULL;
    look_for_weights(m);
    return m->builtin && em->dim == EMBED_DIM &&
           str_eqz(c.model, embedder_name(m->builtin));
}

/* Who serves; what was kept of another one is let go. */
static int serving(struct meaning *m, struct db *db, struct err *e)
{
    struct embedder_row em;
    int rc = m->kind == EMBEDDER_OFF ? CM_ENOTFOUND
                                     : embedder_serving(db, &em, e);

    if (rc == 0 && (m->em.id != em.id ||
                    memcmp(m->em.uid, em.uid, sizeof(em.uid)) != 0)) {
        embed_wait(m);
        close_vectors(m);
        buf_reset(&m->asked);
        m->asked_for = 0;
    }
    if (rc == 0)
        m->em = em;
    return rc;
}

/* The file as it is now, and what the table has beyond it. */
static int refresh(struct meaning *m, struct db *db, struct err *e)
{
    int64_t last = 0, from;
    int rc = serving(m, db, e);

    if (rc < 0)
        return rc;
    if (m->matrix && matrix_is_replaced(m->matrix)) {
        matrix_close(m->matrix);
        m->matrix = NULL;
    }
    if (!m->matrix)
        matrix_open(&m->matrix, m->path, &m->em, NULL);
    if (m->matrix && m->is_once)
        matrix_once(m->matrix);
    if (!m->tail)
        m->tail = matrix_tail_create(m->em.dim);
    if (m->matrix)
        last = matrix_last(m->matrix);
    matrix_tail_drop(m->tail, last);
    from = matrix_tail_last(m->tail);
    return vectors_after(db, m->em.id, from > last ? from : last,
                         TAIL_MAX - (int64_t)matrix_tail_rows(m->tail),
                         matrix_tail_add, m->tail, e);
}

int meaning_dim(struct meaning *m, struct db *db)
{
    return serving(m, db, NULL) == 0 && can_ask(m, &m->em) ? m->em.dim : 0;
}

/* --- for people ---------------------------------------------------------------- */

/* "all-MiniLM-L6-v2/int8-1" of "builtin all-MiniLM-L6-v2/int8-1 - t1". */
static struct str short_name(const char *name)
{
    struct embedder_choice c;

    return embedder_parse(name, &c) == 0 ? c.model : str_of(name);
}

int meaning_verify(const struct meaning *m, struct err *e)
{
    return m->builtin ? embedder_verify(m->builtin, e) : 0;
}

static bool say_missing(struct meaning *m)
{
    if (m->kind == EMBEDDER_OFF)
        snprintf(m->state, sizeof(m->state),
                 "off: cmem config set embedder builtin turns it on");
    else if (m->kind == EMBEDDER_BUILTIN && !m->builtin)
        snprintf(m->state, sizeof(m->state), "none: %s", m->problem.msg);
    else if (!m->wanted[0])
        snprintf(m->state, sizeof(m->state), "none: %s", m->problem.msg);
    else
        return false;
    return true;
}

static void say_counts(struct meaning *m, struct db *db, bool can)
{
    const char *kernel = m->builtin ? embedder_kernel(m->builtin)
                                    : m->kernel->name;
    struct str now = short_name(m->em.name), next = short_name(m->wanted);
    int64_t have = 0, all = 0;

    vectors_count(db, &have, &all, NULL);
    if (strcmp(m->em.name, m->wanted) == 0)
        snprintf(m->state, sizeof(m->state),
                 "%.*s (%s): %lld of %lld memories", STR_ARG(now), kernel,
                 (long long)have, (long long)all);
    else
        snprintf(m->state, sizeof(m->state),
                 "%.*s%s until %.*s has all: %lld of %lld memories",
                 STR_ARG(now), can ? " (goes on)" : " (cannot be asked)",
                 STR_ARG(next), (long long)have, (long long)all);
}

const char *meaning_state(struct meaning *m, struct db *db, bool *ready)
{
    int rc;

    *ready = false;
    look_for_weights(m);
    rc = serving(m, db, NULL);
    *ready = rc == 0 && can_ask(m, &m->em);
    if (rc == 0 && m->kind != EMBEDDER_OFF && (*ready || m->wanted[0]))
        say_counts(m, db, *ready);
    else if (!say_missing(m))
        snprintf(m->state, sizeof(m->state),
                 "%.*s: no memory has a vector yet; the worker makes them",
                 STR_ARG(short_name(m->wanted)));
    return m->state;
}

const char *meaning_kernel(const struct meaning *m)
{
    return m->kernel->name;
}

/* --- queries -------------------------------------------------------------------- */

static int embed(struct meaning *m, struct str text, float *out, struct err *e)
{
    struct embedder_choice c;
    struct embed_run *run;
    int rc = embedder_parse(m->em.name, &c);

    if (rc == 0 && c.kind != EMBEDDER_BUILTIN) {
        rc = m->remote(m->remote_arg, m->em.name, text, out, m->em.dim, e);
        if (rc == 0 && !vector_normalise(out, m->em.dim))
            rc = err_set(e, CM_EFORMAT, "the query's vector has no length");
        return rc;
    }
    if (rc < 0)
        return rc;
    run = embed_run_create(m->builtin); /* pages that are touched, no more */
    embed_text(run, text, out);
    embed_run_destroy(run);
    return 0;
}

void meaning_embed_begin(struct meaning *m, struct db *db, struct str text)
{
    struct embedder_choice c;

    embed_wait(m);
    if (serving(m, db, NULL) < 0 || !can_ask(m, &m->em) ||
        embedder_parse(m->em.name, &c) < 0 || c.kind != EMBEDDER_BUILTIN)
        return;
    if (m->asked_for == m->em.id && str_eq(buf_str(&m->asked), text))
        return;
    buf_reset(&m->asked);
    m->asked_for = 0;
    if (!buf_adds(&m->asked, text))
        return;
    /* Made here: a thread's first allocation would map a heap of its own. */
    m->run = embed_run_create(m->builtin);
    m->is_embedding = pthread_create(&m->thread, NULL, embed_asked, m) == 0;
    if (m->is_embedding) {
        m->asked_for = m->em.id;
    } else {
        embed_run_destroy(m->run);
        m->run = NULL;
    }
}

int meaning_embed(struct meaning *m, struct db *db, struct str text, float *out,
                  struct err *e)
{
    int rc;

    embed_wait(m);
    rc = serving(m, db, e);
    if (rc < 0)
        return rc;
    if (!can_ask(m, &m->em))
        return CM_ENOTFOUND;
    if (m->asked_for != m->em.id || !str_eq(buf_str(&m->asked), text)) {
        buf_reset(&m->asked);
        m->asked_for = 0;
        rc = embed(m, text, m->vector, e);
        if (rc < 0)
            return rc;
        if (buf_adds(&m->asked, text))
            m->asked_for = m->em.id;
    }
    memcpy(out, m->vector, (size_t)m->em.dim * sizeof(*out));
    return 0;
}

int meaning_nearest(struct meaning *m, struct db *db, const float *q,
                    const struct memory_filter *f, size_t max,
                    struct meaning_hit *out, size_t *n, struct err *e)
{
    struct matrix_best best = {.hit = out, .max = max};
    struct matrix_scope scope = {.project_id = f ? f->project_id : 0,
                                 .session_id = f ? f->session_id : 0};
    struct matrix_query query;
    int rc = refresh(m, db, e);

    *n = 0;
    if (rc < 0)
        return rc;
    if (!m->matrix && matrix_tail_rows(m->tail) == 0)
        return CM_ENOTFOUND;
    matrix_query(&query, q, m->em.dim);
    if (m->matrix)
        matrix_nearest(m->matrix, m->kernel, &query, &scope, &best);
    matrix_tail_nearest(m->tail, m->kernel, &query, &scope, &best);
    matrix_best_end(&best);
    *n = best.n;
    return 0;
}

int meaning_cosines(struct meaning *m, struct db *db, const float *q,
                    const int64_t *ids, size_t n, float *out, struct err *e)
{
    struct matrix_query query;
    int rc = refresh(m, db, e);

    if (rc < 0)
        return rc;
    matrix_query(&query, q, m->em.dim);
    for (size_t i = 0; i < n; i++) {
        out[i] = m->matrix
                     ? matrix_cosine(m->matrix, m->kernel, &query, ids[i])
                     : -2;
        if (out[i] < -1.5f)
            out[i] = matrix_tail_cosine(m->tail, m->kernel, &query, ids[i]);
    }
    return 0;
}

float meaning_between(struct meaning *m, struct db *db, int64_t a, int64_t b)
{
    float v[VECTOR_DIM_MAX], cosine = -2;

    if (refresh(m, db, NULL) < 0)
        return -2;
    if (!(m->matrix && matrix_vector(m->matrix, a, v)) &&
        !matrix_tail_vector(m->tail, a, v))
        return -2;
    return meaning_cosines(m, db, v, &b, 1, &cosine, NULL) < 0 ? -2 : cosine;
}
