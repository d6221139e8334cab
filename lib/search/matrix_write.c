/* matrix_write.c - the worker's side of the file: see matrix.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/paths.h"
#include "search/matrix_file.h"

/* Ids of vectors_gone that are dealt with at once. */
#define GONE_MAX 65536
/* A new file has room for a quarter more than it holds, and this. */
#define SPARE_ROWS 1024
#define SPARE_IDS  4096
/* Overwritten rows beyond a third and these are not worth keeping. */
#define DEAD_LEAST 1024

/* --- single rows ------------------------------------------------------------ */

static uint64_t *sign_word(const struct matrix_map *m, size_t row, size_t word)
{
    return &m->signs[(row / SCAN_GROUP * m->words + word) * SCAN_GROUP +
                     row % SCAN_GROUP];
}

static void put_signs(const struct matrix_map *m, size_t row, const int8_t *v)
{
    for (size_t w = 0; w < m->words; w++) {
        uint64_t bits = 0;

        for (size_t i = 0; i < 64 && w * 64 + i < m->stride; i++)
            bits |= (uint64_t)(v[w * 64 + i] > 0) << i;
        *sign_word(m, row, w) = bits;
    }
}

/* Row number of a vector's id, or -1: ids ascend, dead ones keep theirs. */
static int64_t find_id(const struct matrix_map *m, int64_t id)
{
    size_t lo = 0, hi = matrix_map_rows(m), rows = hi;

    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;

        if (m->id[mid] < id)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < rows && m->id[lo] == id ? (int64_t)lo : -1;
}

static void bury(const struct matrix_map *m, size_t row)
{
    int64_t memory = m->memory[row];

    if (memory == 0)
        return;
    if (memory > 0 && (uint64_t)memory < m->h->id_room &&
        m->first[memory] == row + 1)
        m->first[memory] = 0;
    __atomic_store_n(&m->memory[row], 0, __ATOMIC_RELEASE);
    m->project[row] = m->session[row] = 0;
    m->scale[row] = 0;
    m->sum[row] = 0;
    for (size_t w = 0; w < m->words; w++)
        *sign_word(m, row, w) = 0;
    memset(m->v + row * m->stride, 0, m->stride);
    __atomic_add_fetch(&m->h->dead, 1, __ATOMIC_RELAXED);
}

/* What was forgotten must be gone from the disk before anybody says so. */
static int bury_all(const struct matrix_map *m, const int64_t *ids, size_t n,
                    struct err *e)
{
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        int64_t row = find_id(m, ids[i]);

        if (row >= 0) {
            bury(m, (size_t)row);
            found++;
        }
    }
    if (found && msync(m->h, m->bytes, MS_SYNC) < 0)
        return err_sys(e, CM_EIO, "write the matrix");
    return 0;
}

int matrix_forget(const char *path, const int64_t *ids, size_t n, struct err *e)
{
    struct matrix_map m;
    int rc = n ? matrix_map_open(&m, path, true, e) : CM_ENOTFOUND;

    if (rc == CM_ENOTFOUND || rc == CM_EFORMAT)
        return 0; /* none is read, and the next one has them not */
    if (rc < 0)
        return rc;
    rc = bury_all(&m, ids, n, e);
    matrix_map_close(&m);
    return rc;
}

/* --- rows of the table ------------------------------------------------------- */

struct adder {
    struct matrix_map *m;
    const bool *stop;
    int64_t added;
    bool full;
};

static int add_row(void *arg, const struct vector_row *r)
{
    struct adder *ad = arg;
    struct matrix_map *m = ad->m;
    size_t row = m->h->rows;
    int8_t *v = m->v + row * m->stride;

    if (ad->stop && __atomic_load_n(ad->stop, __ATOMIC_RELAXED))
        return CM_EAGAIN;
    if (r->v.n != m->h->dim || r->memory_id <= 0)
        return 0;
    if (row == m->h->room || (uint64_t)r->memory_id >= m->h->id_room) {
        ad->full = true;
        return CM_EFULL;
    }
    memcpy(v, r->v.p, r->v.n);
    memset(v + r->v.n, 0, m->stride - r->v.n);
    put_signs(m, row, v);
    m->id[row] = r->id;
    m->memory[row] = r->memory_id;
    m->project[row] = (uint32_t)r->project_id;
    m->session[row] = (uint32_t)r->session_id;
    m->scale[row] = r->scale;
    m->sum[row] = matrix_row_sum(m, row);
    if (row == 0 || m->memory[row - 1] != r->memory_id)
        m->first[r->memory_id] = (uint32_t)row + 1;
    __atomic_store_n(&m->h->rows, row + 1, __ATOMIC_RELEASE);
    __atomic_store_n(&m->h->last_id, r->id, __ATOMIC_RELEASE);
    ad->added++;
    return 0;
}

/* All that the table has and m has not; the rows of other embedders between
 * them are seen, too. */
static int append(struct matrix_map *m, const struct matrix_job *job,
                  int64_t seen, struct adder *ad, struct err *e)
{
    int rc;

    *ad = (struct adder){.m = m, .stop = job->stop};
    rc = vectors_after(job->db, job->em->id, m->h->last_id, INT64_MAX, add_row,
                       ad, e);
    if (ad->full)
        return 0;
    if (rc == 0 && seen > m->h->last_id)
        __atomic_store_n(&m->h->last_id, seen, __ATOMIC_RELEASE);
    return rc;
}

/* --- the whole file ---------------------------------------------------------- */

/* Since the system was started anew, what was written before may be torn. */
static bool is_untorn(struct matrix_map *m)
{
    char boot[MATRIX_BOOT];
    size_t rows = matrix_map_rows(m);

    matrix_boot(boot);
    if (memcmp(boot, m->h->boot, sizeof(boot)) == 0)
        return true;
    for (size_t i = 0; i < rows; i++) {
        if (i > 0 && m->id[i] <= m->id[i - 1])
            return false;
        if (m->memory[i] && m->sum[i] != matrix_row_sum(m, i))
            return false;
    }
    memcpy(m->h->boot, boot, sizeof(boot));
    return true;
}

/* A row that never reached the disk looks like one that went: count. */
static void count_dead(struct matrix_map *m)
{
    uint64_t dead = 0;

    for (size_t i = 0; i < m->h->rows; i++)
        dead += m->memory[i] == 0;
    __atomic_store_n(&m->h->dead, dead, __ATOMIC_RELAXED);
}

static uint64_t with_spare(int64_t n, uint64_t spare)
{
    uint64_t room = (uint64_t)n + (uint64_t)n / 4 + spare;

    return (room + SCAN_GROUP - 1) / SCAN_GROUP * SCAN_GROUP;
}

/* `old` may be a map of the file that is replaced, or zeroed. */
static int make_anew(const struct matrix_job *job, const struct matrix_map *old,
                     struct matrix_synced *out, struct err *e)
{
    struct vector_extent x = {0};
    struct matrix_map m = {0};
    struct adder ad = {0};
    char temp[PATHS_MAX + 8];
    int rc;

    snprintf(temp, sizeof(temp), "%s.new", job->path);
    rc = vectors_extent(job->db, job->em->id, &x, e);
    if (rc == 0)
        rc = matrix_map_make(&m, temp, job->em, with_spare(x.rows, SPARE_ROWS),
                             with_spare(x.last_memory, SPARE_IDS), e);
    if (rc < 0)
        return rc;
    m.h->generation = old->h ? old->h->generation + 1 : 1;
    rc = append(&m, job, x.last_id, &ad, e);
    if (rc == 0 && old->h) /* first, so that nobody misses it */
        __atomic_store_n(&old->h->replaced, 1, __ATOMIC_RELEASE);
    if (rc == 0 && rename(temp, job->path) < 0)
        rc = err_sys(e, CM_EIO, "rename %s", temp);
    if (rc < 0)
        unlink(temp);
    out->made_anew = rc == 0;
    out->rows = (int64_t)m.h->rows;
    out->added = ad.added;
    out->more = ad.full;
    matrix_map_close(&m);
    return rc;
}

/* In place: 1 when that is not to be had, 0 when it was done. */
static int bring_up(struct matrix_map *m, const struct matrix_job *job,
                    struct matrix_synced *out, struct err *e)
{
    struct vector_extent x = {0};
    struct adder ad = {0};
    int64_t live;
    int rc = vectors_extent(job->db, job->check ? job->em->id : 0, &x, e);

    if (rc < 0)
        return rc;
    /* Ids beyond those that were ever given are of another database. */
    if (m->h->last_id > x.last_id || (job->check && !is_untorn(m)))
        return 1;
    rc = append(m, job, x.last_id, &ad, e);
    if (rc < 0)
        return rc;
    if (job->check)
        count_dead(m);
    live = (int64_t)(m->h->rows - m->h->dead);
    out->added = ad.added;
    out->rows = (int64_t)m->h->rows;
    return ad.full || m->h->dead > m->h->rows / 3 + DEAD_LEAST ||
           (job->check && live != x.rows);
}

int matrix_sync(const struct matrix_job *job, struct matrix_synced *out,
                struct err *e)
{
    struct arena a = {0};
    struct matrix_map m = {0};
    int64_t *gone;
    size_t ngone;
    bool usable;
    int rc;

    memset(out, 0, sizeof(*out));
    rc = vectors_gone(job->db, GONE_MAX, &a, &gone, &ngone, e);
    if (rc < 0)
        goto out;
    usable = matrix_map_open(&m, job->path, true, NULL) == 0 &&
             matrix_map_fits(&m, job->em);
    if (usable)
        rc = bury_all(&m, gone, ngone, e);
    if (rc == 0)
        rc = usable ? bring_up(&m, job, out, e) : 1;
    if (rc > 0)
        rc = make_anew(job, &m, out, e);
    if (rc == 0 && ngone) {
        out->gone = calloc(ngone, sizeof(*gone));
        if (!out->gone)
            CM_BUG("out of memory");
        memcpy(out->gone, gone, ngone * sizeof(*gone));
        out->ngone = ngone;
        out->more |= ngone == GONE_MAX;
    }
out:
    matrix_map_close(&m);
    arena_free(&a);
    return rc;
}
