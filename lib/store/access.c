/* access.c - see access.h. */
#include "base/common.h"

#include <math.h>

#include "base/buf.h"
#include "store/access.h"

/* Ids as a JSON array: 20 bytes each. */
#define IDS_BYTES (1u << 20)
/* What was given to a session was not asked for. */
#define GIVEN_WEIGHT 0.25
#define DAY_MS       86400000.0

static int put_one(struct db *db, int64_t id, const char *how, int64_t now_ms,
                   struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT OR REPLACE INTO accesses (memory_id, time_ms, how) SELECT "
            "id, ?2, ?3 FROM memories WHERE id = ?1");
    int rc;

    stmt_int(s, 1, id);
    stmt_int(s, 2, now_ms);
    stmt_str(s, 3, str_of(how));
    rc = stmt_run(s, e);
    if (rc < 0)
        return rc;
    s = db_stmt(db, "DELETE FROM accesses WHERE memory_id = ?1 AND time_ms < "
                    "(SELECT time_ms FROM accesses WHERE memory_id = ?1 ORDER "
                    "BY time_ms DESC LIMIT 1 OFFSET ?2)");
    stmt_int(s, 1, id);
    stmt_int(s, 2, ACCESS_MAX - 1);
    return stmt_run(s, e);
}

int access_put(struct db *db, const int64_t *ids, size_t n, const char *how,
               int64_t now_ms, struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++)
        rc = put_one(db, ids[i], how, now_ms, e);
    return rc;
}

static double heat_of(int64_t time_ms, int64_t now_ms, bool given)
{
    double days = (double)(now_ms - time_ms) / DAY_MS;

    return (given ? GIVEN_WEIGHT : 1.0) *
           exp2(-(days > 0 ? days : 0) / ACCESS_HALF_DAYS);
}

static void ids_text(const int64_t *ids, size_t n, struct buf *b)
{
    buf_init(b, IDS_BYTES);
    buf_addc(b, '[');
    for (size_t i = 0; i < n && b->len < IDS_BYTES - 32; i++)
        buf_addf(b, "%s%lld", i ? "," : "", (long long)ids[i]);
    buf_addc(b, ']');
}

int access_read(struct db *db, const int64_t *ids, size_t n, int64_t now_ms,
                struct access_use *out, struct err *e)
{
    /* key: the place in the array, so that the answer needs no search. */
    struct stmt *s = db_stmt(
        db, "SELECT j.key, a.time_ms, a.how IN ('start', 'prompt') FROM "
            "json_each(?1) j JOIN accesses a ON a.memory_id = j.value");
    struct buf b;
    int rc;

    for (size_t i = 0; i < n; i++)
        out[i] = (struct access_use){.memory_id = ids[i]};
    ids_text(ids, n, &b);
    stmt_str(s, 1, buf_str(&b));
    while ((rc = stmt_step(s, e)) > 0) {
        int64_t at = col_int(s, 0), ms = col_int(s, 1);

        if (at < 0 || (size_t)at >= n)
            continue;
        out[at].times++;
        if (ms > out[at].last_ms)
            out[at].last_ms = ms;
        out[at].heat += heat_of(ms, now_ms, col_int(s, 2) != 0);
    }
    stmt_done(s);
    buf_free(&b);
    return rc;
}
