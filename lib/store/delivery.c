/* delivery.c - see delivery.h. */
#include "base/common.h"

#include "store/delivery.h"
#include "store/read_sql.h"

int delivery_put(struct db *db, struct delivery_row *d, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT INTO deliveries (uid, webhook, event, memory_id, "
                    "created_ms, due_ms, tries) VALUES (?1, ?2, ?3, ?4, ?5, "
                    "?6, ?7)");
    int rc;

    stmt_str(s, 1, d->uid);
    stmt_str(s, 2, d->webhook);
    stmt_str(s, 3, d->event);
    stmt_int(s, 4, d->memory_id);
    stmt_int(s, 5, d->created_ms);
    stmt_int(s, 6, d->due_ms);
    stmt_int(s, 7, d->tries);
    rc = stmt_run(s, e);
    if (rc == 0)
        d->id = db_last_id(db);
    return rc;
}

int delivery_later(struct db *db, int64_t id, int64_t due_ms, int64_t tries,
                   struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE deliveries SET due_ms = ?2, tries = ?3 WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_int(s, 2, due_ms);
    stmt_int(s, 3, tries);
    return stmt_run(s, e);
}

int delivery_end(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, "DELETE FROM deliveries WHERE id = ?1");

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

int deliveries_drop(struct db *db, struct str webhook, struct err *e)
{
    struct stmt *s = db_stmt(db, "DELETE FROM deliveries WHERE webhook = ?1");

    stmt_str(s, 1, webhook);
    return stmt_run(s, e);
}

int deliveries_read(struct db *db, size_t max, struct arena *a,
                    struct delivery_row **rows, size_t *n, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT id, uid, webhook, event, memory_id, created_ms, "
                    "due_ms, tries FROM deliveries ORDER BY id LIMIT ?1");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        (*rows)[(*n)++] = (struct delivery_row){
            .id = col_int(s, 0),
            .uid = arena_str(a, col_str(s, 1)),
            .webhook = arena_str(a, col_str(s, 2)),
            .event = arena_str(a, col_str(s, 3)),
            .memory_id = col_int(s, 4),
            .created_ms = col_int(s, 5),
            .due_ms = col_int(s, 6),
            .tries = col_int(s, 7),
        };
    }
    stmt_done(s);
    return rc;
}
