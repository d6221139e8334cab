/* matrix_test.c - the mapped file of vectors and its scans, beside a plain
 * loop over the same vectors. */
#include "base/common.h"

#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "search/matrix.h"
#include "search/matrix_file.h"
#include "search/matrix_scan.h"
#include "seed.h"
#include "test.h"

#define DIM 100 /* no multiple of anything */

static uint64_t state = 1;
static float noise(void)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (float)(int32_t)(state >> 32) / 2147483648.0f;
}

static void a_vector(float *v, int dim)
{
    for (int i = 0; i < dim; i++)
        v[i] = noise();
    CHECK(vector_normalise(v, dim));
}

struct rig {
    struct seed s;
    struct embedder_row em;
    int64_t other, session;
};

static void rig_open(struct rig *r)
{
    bool made;

    seed_open(&r->s);
    CHECK_INT(embedder_put(r->s.db, STR("builtin a - t1"), DIM, &r->em, &made,
                           NULL), 0);
    r->other = seed_project(&r->s, "/w/other");
    r->session = seed_session(&r->s, "s1", "main", 1, NULL);
}

static void rig_put(struct rig *r, int64_t memory, int parts)
{
    float v[VECTOR_PARTS * DIM];
    struct vector_in in = {r->em.id, memory, v, parts, DIM};

    for (int i = 0; i < parts; i++)
        a_vector(v + (size_t)i * DIM, DIM);
    CHECK_INT(vectors_put(r->s.db, &in, NULL), 0);
}

/* n memories: every third of another project, every fifth of the session,
 * every seventh of none; some with several parts. In one transaction. */
static int64_t rig_fill(struct rig *r, int n)
{
    int64_t last = 0;

    CHECK_INT(db_begin(r->s.db, NULL), 0);
    for (int i = 0; i < n; i++) {
        struct stmt *s = db_stmt(
            r->s.db, "INSERT INTO memories (kind, title, text, origin, "
                     "project_id, session_id, created_ms, updated_ms, "
                     "event_ms, hash) VALUES ('note', '', '', 'user', ?1, ?2, "
                     "0, 0, 0, randomblob(32))");

        if (i % 7)
            stmt_int(s, 1, i % 3 ? r->s.project : r->other);
        if (i % 5 == 0)
            stmt_int(s, 2, r->session);
        CHECK_INT(stmt_run(s, NULL), 0);
        last = db_last_id(r->s.db);
        rig_put(r, last, 1 + i % 4 / 3 * 2);
    }
    CHECK_INT(db_commit(r->s.db, NULL), 0);
    return last;
}

static struct matrix_synced sync_file(struct rig *r, bool check)
{
    struct matrix_job job = {r->s.paths.vectors, r->s.db, &r->em, check, NULL};
    struct matrix_synced out;
    struct err e = {0};

    if (matrix_sync(&job, &out, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    CHECK_INT(db_begin(r->s.db, NULL), 0);
    CHECK_INT(vectors_gone_done(r->s.db, out.gone, out.ngone, NULL), 0);
    CHECK_INT(db_commit(r->s.db, NULL), 0);
    free(out.gone);
    return out;
}

static struct matrix *open_file(struct rig *r)
{
    struct matrix *m = NULL;
    struct err e = {0};

    if (matrix_open(&m, r->s.paths.vectors, &r->em, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return m;
}

/* What a plain loop over the table finds. */
struct model {
    struct matrix_query q;
    const struct matrix_scope *scope;
    struct meaning_hit *all;
    size_t n;
};

static int model_add(void *arg, const struct vector_row *r)
{
    struct model *m = arg;
    const signed char *v = (const signed char *)r->v.p;
    int32_t dot = 0;
    float cosine;

    if (m->scope->project_id && r->project_id &&
        r->project_id != m->scope->project_id)
        return 0;
    if (m->scope->session_id && r->session_id != m->scope->session_id)
        return 0;
    for (size_t i = 0; i < r->v.n; i++)
        dot += v[i] * m->q.q[i];
    cosine = (float)dot * r->scale * m->q.scale;
    if (m->n && m->all[m->n - 1].memory_id == r->memory_id) {
        if (m->all[m->n - 1].cosine < cosine)
            m->all[m->n - 1].cosine = cosine;
    } else {
        m->all[m->n++] = (struct meaning_hit){r->memory_id, cosine};
    }
    return 0;
}

static int best_first(const void *pa, const void *pb)
{
    const struct meaning_hit *x = pa, *y = pb;

    if (x->cosine != y->cosine)
        return x->cosine > y->cosine ? -1 : 1;
    return x->memory_id > y->memory_id ? -1 : 1;
}

static void check_against_model(struct rig *r, const struct matrix *m,
                                const struct scan_kernel *k,
                                const struct matrix_scope *scope, size_t max)
{
    struct meaning_hit *hits = calloc(max + 1, sizeof(*hits));
    struct matrix_best best = {.hit = hits, .max = max};
    struct model model = {.scope = scope,
                          .all = calloc(20000, sizeof(*model.all))};
    float v[DIM];

    a_vector(v, DIM);
    matrix_query(&model.q, v, DIM);
    CHECK_INT(vectors_after(r->s.db, r->em.id, 0, INT64_MAX, model_add, &model,
                            NULL), 0);
    qsort(model.all, model.n, sizeof(*model.all), best_first);
    matrix_nearest(m, k, &model.q, scope, &best);
    matrix_best_end(&best);
    /* Parts that come apart at the end of a block may cost a place. */
    CHECK_INT(best.n, model.n < max ? model.n : max);
    for (size_t i = 0; i < best.n; i++) {
        CHECK_INT(hits[i].memory_id, model.all[i].memory_id);
        CHECK(hits[i].cosine == model.all[i].cosine);
    }
    for (size_t i = 0; i < model.n; i += 7)
        CHECK(matrix_cosine(m, k, &model.q, model.all[i].memory_id) ==
              model.all[i].cosine);
    free(model.all);
    free(hits);
}

TEST(matrix, every_kernel_sums_the_same)
{
    static int8_t q[4096] __attribute__((aligned(64))), rows[9 * 4096];
    static uint64_t planes[64 * SCAN_PLANES], groups[2 * 64 * SCAN_GROUP];
    int32_t want[16], got[16];

    for (size_t stride = 64; stride <= 4096; stride *= 2) {
        size_t words = stride / 64;

        for (size_t i = 0; i < stride; i++)
            q[i] = (int8_t)(noise() * 127);
        for (size_t i = 0; i < 9 * stride; i++)
            rows[i] = i % 5 ? (int8_t)(noise() * 127) : i % 2 ? 127 : -127;
        file_random(planes, sizeof(planes));
        file_random(groups, sizeof(groups));
        for (size_t i = 0; scan_kernels[i]; i++) {
            if (!scan_kernels[i]->usable())
                continue;
            for (size_t n = 0; n <= 9; n++) {
                scan_scalar.dots(q, rows, stride, n, want);
                scan_kernels[i]->dots(q, rows, stride, n, got);
                CHECK(memcmp(want, got, n * sizeof(*got)) == 0);
            }
            scan_scalar.signs(planes, groups, words, 2, want);
            scan_kernels[i]->signs(planes, groups, words, 2, got);
            CHECK(memcmp(want, got, sizeof(got)) == 0);
        }
    }
}

TEST(matrix, signs_are_summed_as_the_header_says)
{
    float v[DIM], row[DIM];
    uint64_t bits[2 * SCAN_GROUP] = {0};
    struct matrix_query q;
    int32_t got[SCAN_GROUP], want = 0;
    float most = 0;

    a_vector(v, DIM);
    a_vector(row, DIM);
    for (int i = 0; i < DIM; i++)
        most = fabsf(v[i]) > most ? fabsf(v[i]) : most;
    matrix_query(&q, v, DIM);
    for (int i = 0; i < DIM; i++)
        if (row[i] > 0) {
            bits[i / 64 * SCAN_GROUP + 3] |= UINT64_C(1) << (i % 64);
            want += 2 * (int)lrintf((v[i] / most + 1) * 7.5f) - 15;
        }
    scan_scalar.signs(q.planes, bits, q.words, 1, got);
    CHECK_INT(got[3], want);
    CHECK_INT(got[2], 0);
}

TEST(matrix, finds_what_a_plain_loop_finds_in_every_scope)
{
    struct rig r;
    struct matrix *m;

    rig_open(&r);
    rig_fill(&r, 3000);
    CHECK(sync_file(&r, true).made_anew);
    m = open_file(&r);
    CHECK_INT(matrix_rows(m), 4500);
    for (size_t i = 0; scan_kernels[i]; i++)
        for (int scope = 0; scope < 6; scope++) {
            struct matrix_scope s = {
                .project_id = scope % 3 == 1   ? r.s.project
                              : scope % 3 == 2 ? r.other
                                               : 0,
                .session_id = scope >= 3 ? r.session : 0,
                .mode = MATRIX_EXACT,
            };

            if (!scan_kernels[i]->usable())
                continue;
            check_against_model(&r, m, scan_kernels[i], &s, 10);
            check_against_model(&r, m, scan_kernels[i], &s, 0);
            check_against_model(&r, m, scan_kernels[i], &s, 5000);
        }
    matrix_close(m);
    seed_close(&r.s);
}

/* Noise is the hardest case there is for signs: nothing is near anything. Of
 * 3,000 they bring 1,600, among them nearly all of the best ten. */
TEST(matrix, signs_lead_to_nearly_the_same)
{
    struct rig r;
    struct matrix *m;
    size_t same = 0;

    rig_open(&r);
    rig_fill(&r, 3000);
    sync_file(&r, true);
    m = open_file(&r);
    for (int t = 0; t < 20; t++) {
        struct meaning_hit a[200], b[200];
        struct matrix_best exact = {.hit = a, .max = 200};
        struct matrix_best signs = {.hit = b, .max = 200};
        struct matrix_scope s = {.mode = MATRIX_EXACT};
        struct matrix_query q;
        float v[DIM];

        a_vector(v, DIM);
        matrix_query(&q, v, DIM);
        matrix_nearest(m, scan_choose(NULL), &q, &s, &exact);
        s.mode = MATRIX_SIGNS;
        matrix_nearest(m, scan_choose(NULL), &q, &s, &signs);
        matrix_best_end(&exact);
        matrix_best_end(&signs);
        for (size_t i = 0; i < 10; i++)
            for (size_t k = 0; k < 10; k++)
                same += a[i].memory_id == b[k].memory_id &&
                        a[i].cosine == b[k].cosine;
    }
    CHECK(same >= 196);
    matrix_close(m);
    seed_close(&r.s);
}

TEST(matrix, grows_by_what_the_table_has_more)
{
    struct rig r;
    struct matrix *m;
    struct matrix_scope s = {.mode = MATRIX_EXACT};
    struct matrix_synced y;

    rig_open(&r);
    rig_fill(&r, 10);
    CHECK(sync_file(&r, true).made_anew);
    m = open_file(&r);
    rig_fill(&r, 100);
    y = sync_file(&r, false);
    CHECK(!y.made_anew);
    CHECK_INT(y.added, 150);
    /* Whoever has it mapped sees them. */
    CHECK(!matrix_is_replaced(m));
    check_against_model(&r, m, scan_choose(NULL), &s, 20);
    CHECK(!sync_file(&r, true).made_anew); /* nothing to find fault with */
    matrix_close(m);
    seed_close(&r.s);
}

TEST(matrix, a_reader_keeps_what_it_mapped_while_the_file_is_replaced)
{
    struct rig r;
    struct matrix *m;
    struct matrix_scope s = {.mode = MATRIX_EXACT};
    size_t rows;

    rig_open(&r);
    rig_fill(&r, 10);
    sync_file(&r, true);
    m = open_file(&r);
    rows = matrix_rows(m);
    rig_fill(&r, 1500); /* beyond its room */
    CHECK(sync_file(&r, false).made_anew);
    CHECK(matrix_is_replaced(m));
    CHECK(matrix_rows(m) >= rows);
    matrix_close(m);
    m = open_file(&r);
    CHECK(!matrix_is_replaced(m));
    check_against_model(&r, m, scan_choose(NULL), &s, 20);
    matrix_close(m);
    seed_close(&r.s);
}

/* Is this memory's vector, or half of it, anywhere in the file? */
static bool file_has(struct rig *r, const char *v)
{
    struct buf b;
    bool has;

    buf_init(&b, 64u << 20);
    CHECK_INT(file_read(r->s.paths.vectors, &b, NULL), 0);
    has = memmem(b.data, b.len, v, DIM / 2) != NULL;
    buf_free(&b);
    return has;
}

static int keep_bytes(void *arg, const struct vector_row *r)
{
    memcpy(arg, r->v.p, DIM);
    return 0;
}

TEST(matrix, what_is_forgotten_is_not_in_the_file)
{
    struct rig r;
    struct forgotten f = {0};
    struct matrix_scope s = {.mode = MATRIX_EXACT};
    struct matrix *m;
    int64_t last, *gone;
    char first[DIM], v[DIM];
    size_t n;

    rig_open(&r);
    rig_fill(&r, 20);
    sync_file(&r, true);
    CHECK_INT(vectors_after(r.s.db, r.em.id, 0, 1, keep_bytes, first, NULL), 0);
    CHECK_INT(vectors_after(r.s.db, r.em.id, 0, 99, keep_bytes, v, NULL), 0);
    last = rig_fill(&r, 0);
    (void)last;
    CHECK(file_has(&r, v));
    CHECK_INT(memory_forget(r.s.db, 20, &f, NULL), 0);
    CHECK_INT(vectors_gone(r.s.db, 10, &r.s.arena, &gone, &n, NULL), 0);
    CHECK(n > 0);
    CHECK_INT(matrix_forget(r.s.paths.vectors, gone, n, NULL), 0);
    CHECK(!file_has(&r, v));
    CHECK(file_has(&r, first));
    /* By the worker's next look, too, and it is no reason to make it anew. */
    CHECK_INT(memory_forget(r.s.db, 1, &f, NULL), 0);
    CHECK(!sync_file(&r, true).made_anew);
    CHECK(!file_has(&r, first));
    m = open_file(&r);
    check_against_model(&r, m, scan_choose(NULL), &s, 30);
    matrix_close(m);
    seed_close(&r.s);
}

TEST(matrix, a_replaced_memory_counts_with_its_new_vector)
{
    struct rig r;
    struct matrix_scope s = {.mode = MATRIX_EXACT};
    struct matrix *m;

    rig_open(&r);
    rig_fill(&r, 20);
    sync_file(&r, true);
    rig_put(&r, 7, 3);
    CHECK(!sync_file(&r, true).made_anew);
    m = open_file(&r);
    check_against_model(&r, m, scan_choose(NULL), &s, 30);
    matrix_close(m);
    /* And one of holes is made anew. */
    for (int i = 0; i < 1200; i++)
        rig_put(&r, 7, 2);
    sync_file(&r, false);
    for (int i = 0; i < 1200; i++) {
        rig_put(&r, 7, 1);
        if (sync_file(&r, false).made_anew)
            break;
        CHECK(i < 1199);
    }
    seed_close(&r.s);
}

static void patch(struct rig *r, size_t at, const void *p, size_t n)
{
    FILE *f = fopen(r->s.paths.vectors, "r+b");

    CHECK(f && fseek(f, (long)at, SEEK_SET) == 0 && fwrite(p, 1, n, f) == n);
    fclose(f);
}

TEST(matrix, a_file_that_is_not_whole_is_refused_and_made_anew)
{
    struct rig r;
    struct matrix *m = NULL;
    struct embedder_row other;
    struct stat st;

    rig_open(&r);
    rig_fill(&r, 20);
    CHECK_INT(matrix_open(&m, r.s.paths.vectors, &r.em, NULL), CM_ENOTFOUND);
    sync_file(&r, true);
    CHECK(stat(r.s.paths.vectors, &st) == 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK(truncate(r.s.paths.vectors, st.st_size - 1) == 0);
    CHECK_INT(matrix_open(&m, r.s.paths.vectors, &r.em, NULL), CM_EFORMAT);
    CHECK(sync_file(&r, true).made_anew);
    patch(&r, 0, "xxxx", 4);
    CHECK_INT(matrix_open(&m, r.s.paths.vectors, &r.em, NULL), CM_EFORMAT);
    CHECK(sync_file(&r, true).made_anew);
    CHECK(truncate(r.s.paths.vectors, 10) == 0);
    CHECK_INT(matrix_open(&m, r.s.paths.vectors, &r.em, NULL), CM_EFORMAT);
    CHECK(sync_file(&r, false).made_anew);
    other = r.em;
    other.uid[3] ^= 1;
    CHECK_INT(matrix_open(&m, r.s.paths.vectors, &other, NULL), CM_EFORMAT);
    seed_close(&r.s);
}

TEST(matrix, a_row_torn_by_a_power_cut_is_noticed)
{
    struct rig r;
    struct matrix_map map;
    struct matrix *m;
    struct matrix_scope s = {.mode = MATRIX_EXACT};
    struct err e = {0};

    rig_open(&r);
    rig_fill(&r, 20);
    sync_file(&r, true);
    CHECK_INT(matrix_map_open(&map, r.s.paths.vectors, true, &e), 0);
    map.v[5 * map.stride + 1] ^= 1;
    CHECK(map.h->boot[0] != '\0');
    matrix_map_close(&map);
    CHECK(!sync_file(&r, true).made_anew); /* this system was not cut off */
    CHECK_INT(matrix_map_open(&map, r.s.paths.vectors, true, &e), 0);
    map.h->boot[0] ^= 1;
    matrix_map_close(&map);
    CHECK(sync_file(&r, true).made_anew);
    m = open_file(&r);
    check_against_model(&r, m, scan_choose(NULL), &s, 30);
    matrix_close(m);
    /* Rows that never reached the disk, too. */
    CHECK_INT(matrix_map_open(&map, r.s.paths.vectors, true, &e), 0);
    map.memory[6] = 0;
    matrix_map_close(&map);
    CHECK(sync_file(&r, true).made_anew);
    seed_close(&r.s);
}

TEST(matrix, a_database_put_back_from_a_copy_gets_its_own_file)
{
    struct rig r;

    rig_open(&r);
    rig_fill(&r, 20);
    sync_file(&r, true);
    CHECK_INT(db_exec(r.s.db, "DELETE FROM vectors WHERE id > 5;"
                              "DELETE FROM vectors_gone;"
                              "UPDATE sqlite_sequence SET seq = 5 WHERE name "
                              "= 'vectors'", NULL), 0);
    CHECK(sync_file(&r, false).made_anew);
    seed_close(&r.s);
}

TEST(matrix, rows_of_the_tail_count_like_those_of_the_file)
{
    struct rig r;
    struct matrix_tail *t = matrix_tail_create(DIM);
    struct matrix_query q;
    struct meaning_hit hit[5];
    struct matrix_best best = {.hit = hit, .max = 5};
    struct matrix_scope s = {0};
    float v[DIM];

    rig_open(&r);
    rig_fill(&r, 200);
    CHECK_INT(vectors_after(r.s.db, r.em.id, 100, 50, matrix_tail_add, t, NULL),
              0);
    CHECK_INT(matrix_tail_rows(t), 50);
    CHECK_INT(matrix_tail_last(t), 150);
    matrix_tail_drop(t, 120);
    CHECK_INT(matrix_tail_rows(t), 30);
    a_vector(v, DIM);
    matrix_query(&q, v, DIM);
    matrix_tail_nearest(t, scan_choose(NULL), &q, &s, &best);
    matrix_best_end(&best);
    CHECK_INT(best.n, 5);
    CHECK(matrix_tail_cosine(t, scan_choose(NULL), &q, hit[0].memory_id) ==
          hit[0].cosine);
    CHECK(matrix_tail_cosine(t, scan_choose(NULL), &q, 1) < -1.5f);
    CHECK(matrix_tail_vector(t, hit[0].memory_id, v));
    matrix_tail_drop(t, 1000);
    CHECK_INT(matrix_tail_rows(t), 0);
    matrix_tail_destroy(t);
    seed_close(&r.s);
}

TEST(matrix, making_it_is_stopped_at_once)
{
    struct rig r;
    bool stop = true;
    struct matrix_job job = {.check = true, .stop = &stop};
    struct matrix_synced out;
    char temp[PATHS_MAX + 8];

    rig_open(&r);
    rig_fill(&r, 20);
    job.path = r.s.paths.vectors;
    job.db = r.s.db;
    job.em = &r.em;
    snprintf(temp, sizeof(temp), "%s.new", job.path);
    CHECK_INT(matrix_sync(&job, &out, NULL), CM_EAGAIN);
    CHECK(!file_exists(job.path) && !file_exists(temp));
    seed_close(&r.s);
}
