/*
 * search-fill.c - fills a home with memories that nobody has.
 *
 *     CMEM_HOME=DIR search-fill N
 *
 * Straight into the store, through the functions that the worker uses, so that
 * everything derived is there as usual. Vectors are those of a few thousand
 * texts, each memory's turned a little by chance: making a million takes an
 * hour, and for the speed of a search they need not mean anything.
 */
#include "base/common.h"

#include <math.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/paths.h"
#include "bench/corpus.h"
#include "embed/embed.h"
#include "search/embedder.h"
#include "search/matrix.h"
#include "store/memory.h"
#include "store/session.h"
#include "store/vector.h"

/* Memories of one transaction. */
#define BATCH 5000
/* Texts that are embedded, and how far a memory's vector is from one. */
#define SEEDS 500
#define TURN  0.6

struct fill {
    struct db *db;
    struct corpus *corpus;
    struct err e;
    int64_t project, session, session_no;
    uint64_t n;
    float *seeds;     /* SEEDS x EMBED_DIM; NULL: without vectors */
    int64_t embedder; /* its id */
};

static void die(const struct fill *f, const char *what)
{
    fprintf(stderr, "search-fill: %s: %s\n", what, f->e.msg);
    exit(1);
}

static void put_project(struct fill *f)
{
    static const struct str key = {"path:" CORPUS_ROOT,
                                   sizeof("path:" CORPUS_ROOT) - 1};

    if (project_put(f->db, &key, 1, STR("bench"), STR(CORPUS_ROOT),
                    CORPUS_END_MS, &f->project, &f->e) < 0)
        die(f, "project");
}

static void put_session(struct fill *f, const struct corpus_memory *m)
{
    char uid[64];
    struct session_in s = {.project_id = f->project,
                           .cwd = STR(CORPUS_ROOT),
                           .branch = STR("main"),
                           .time_ms = m->time_ms};

    if (f->session && m->session == f->session_no)
        return;
    snprintf(uid, sizeof(uid), "bench-%08lld", (long long)m->session);
    s.uid = str_of(uid);
    if (session_put(f->db, &s, &f->session, &f->e) < 0)
        die(f, uid);
    f->session_no = m->session;
}

/* Embeds the first memories' texts. Without weights there are no vectors. */
static void embed_seeds(struct fill *f)
{
    struct embedder *m = NULL;
    struct embed_run *run;
    struct embedder_choice choice;
    struct embedder_row row;
    struct config config;
    char path[EMBED_PATH_MAX], name[VECTOR_NAME_MAX];
    bool made;

    if (embedder_find(path, &f->e) < 0 || embedder_open(&m, path, &f->e) < 0) {
        fprintf(stderr, "search-fill: no vectors: %s\n", f->e.msg);
        return;
    }
    config_load(&config, "/nonexistent");
    embedder_choose(&config, &choice);
    if (embedder_name_of(&choice, embedder_name(m), name, &f->e) < 0 ||
        db_begin(f->db, &f->e) < 0 ||
        embedder_put(f->db, str_of(name), EMBED_DIM, &row, &made, &f->e) < 0 ||
        db_commit(f->db, &f->e) < 0)
        die(f, "embedder");
    f->embedder = row.id;
    f->seeds = calloc(SEEDS * EMBED_DIM, sizeof(*f->seeds));
    if (!f->seeds)
        die(f, "memory");
    run = embed_run_create(m);
    for (uint64_t i = 0; i < SEEDS; i++) {
        struct arena a = {0};
        struct corpus_memory c;

        corpus_memory(f->corpus, i, f->n, &a, &c);
        embed_text(run, c.text, f->seeds + i * EMBED_DIM);
        arena_free(&a);
    }
    embed_run_destroy(run);
    embedder_close(m);
    config_free(&config);
}

/* Near that of its seed, in a direction of its own. */
static void put_vector(struct fill *f, int64_t id, uint64_t i)
{
    struct corpus_rng r = {i * 2 + 1};
    const float *seed = f->seeds + i % SEEDS * EMBED_DIM;
    float v[EMBED_DIM];
    struct vector_in in = {f->embedder, id, v, 1, EMBED_DIM};
    /* The sum of even ones has this length, nearly. */
    double step = TURN * sqrt(12.0 / EMBED_DIM);

    for (int k = 0; k < EMBED_DIM; k++)
        v[k] = seed[k] + (float)(step * (corpus_unit(&r) - .5));
    vector_normalise(v, EMBED_DIM);
    if (vectors_put(f->db, &in, &f->e) < 0)
        die(f, "vector");
}

static void put_one(struct fill *f, uint64_t i)
{
    struct arena a = {0};
    struct corpus_memory m;
    struct memory_file file = {.modified = true};
    struct memory_in in = {.origin = "assistant",
                           .provider = STR("rules"),
                           .branch = STR("main"),
                           .project_id = f->project};
    int64_t id;
    bool added;

    corpus_memory(f->corpus, i, f->n, &a, &m);
    put_session(f, &m);
    in.kind = m.kind;
    in.title = m.title;
    in.text = m.text;
    in.type = m.title.n ? STR("change") : STR_NONE;
    in.session_id = f->session;
    in.event_ms = m.time_ms;
    file.path = m.path;
    in.files = &file;
    in.nfiles = m.path.n > 0;
    if (memory_put(f->db, &in, m.time_ms, &id, &added, &f->e) < 0)
        die(f, "memory");
    if (f->seeds && added)
        put_vector(f, id, i);
    arena_free(&a);
}

/* What searches scan: as the worker makes it of the table. */
static void put_matrix(struct fill *f, const char *path)
{
    struct embedder_row em;
    struct matrix_job job = {.path = path, .db = f->db, .em = &em};
    struct matrix_synced out;

    if (embedder_serving(f->db, &em, &f->e) < 0 ||
        matrix_sync(&job, &out, &f->e) < 0)
        die(f, "matrix");
    free(out.gone);
}

int main(int argc, char **argv)
{
    struct fill f = {0};
    struct paths paths;
    int64_t n, began = clock_mono_ms();

    if (argc != 2 || str_int(str_of(argv[1]), 1, 10000000, &n) < 0) {
        fputs("usage: CMEM_HOME=DIR search-fill N\n", stderr);
        return 2;
    }
    f.n = (uint64_t)n;
    f.corpus = corpus_create();
    if (paths_init(&paths, &f.e) < 0 || paths_make(&paths, &f.e) < 0 ||
        db_open(&f.db, paths.db, DB_WRITE, &f.e) < 0)
        die(&f, "open");
    db_stays(f.db);
    embed_seeds(&f);
    for (uint64_t i = 0; i < f.n; i++) {
        if (i % BATCH == 0 && db_begin(f.db, &f.e) < 0)
            die(&f, "begin");
        if (i == 0)
            put_project(&f);
        put_one(&f, i);
        if ((i + 1) % BATCH == 0 || i + 1 == f.n) {
            if (db_commit(f.db, &f.e) < 0 || db_checkpoint(f.db, &f.e) < 0)
                die(&f, "commit");
            if (isatty(STDERR_FILENO))
                fprintf(stderr, "\r%llu of %llu", (unsigned long long)i + 1,
                        (unsigned long long)f.n);
        }
    }
    if (f.seeds)
        put_matrix(&f, paths.vectors);
    fprintf(stderr, "%smade %lld memories in %lld s\n",
            isatty(STDERR_FILENO) ? "\r" : "", (long long)n,
            (long long)(clock_mono_ms() - began) / 1000);
    db_close(f.db);
    free(f.seeds);
    corpus_destroy(f.corpus);
    return 0;
}
