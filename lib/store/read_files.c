/* read_files.c - see read_files.h. */
#include "base/common.h"

#include "store/read_files.h"
#include "store/read_sql.h"

int file_edits_read(struct db *db, const struct file_edits_of *of,
                    struct arena *a, struct file_edit **rows, size_t *n,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "WITH recent AS (SELECT id, branch, row_number() OVER (ORDER BY "
            "started_ms DESC, id DESC) - 1 AS place FROM sessions WHERE "
            "project_id = ?1 AND parent_id IS NULL AND id <> ?2 AND "
            "started_ms <= ?3 ORDER BY place LIMIT ?4), "
            "touched AS (SELECT r.id AS id, r.place AS place, r.branch AS "
            "branch, f.path AS path, f.times AS times, f.modified AS modified "
            "FROM recent r JOIN session_files f ON f.session_id = r.id WHERE "
            "f.last_ms <= ?3 UNION ALL SELECT r.id, r.place, r.branch, f.path, "
            "f.times, f.modified FROM recent r JOIN sessions c ON c.parent_id "
            "= r.id JOIN session_files f ON f.session_id = c.id WHERE "
            "f.last_ms <= ?3) "
            "SELECT id, place, branch, path, sum(times), modified FROM touched "
            "GROUP BY place, path, modified ORDER BY place, path, modified");
    int rc;

    *rows = NULL;
    *n = 0;
    stmt_int(s, 1, of->project_id);
    stmt_int(s, 2, of->except);
    stmt_int(s, 3, of->as_of_ms ? of->as_of_ms : INT64_MAX);
    stmt_int(s, 4, (int64_t)of->max);
    while ((rc = stmt_step(s, e)) > 0) {
        struct file_edit *r;

        rows_grow(a, (void **)rows, *n, sizeof(**rows));
        r = &(*rows)[(*n)++];
        r->session_id = col_int(s, 0);
        r->place = (size_t)col_int(s, 1);
        r->branch = arena_str(a, col_str(s, 2));
        r->path = arena_str(a, col_str(s, 3));
        r->times = col_int(s, 4);
        r->modified = col_int(s, 5) != 0;
    }
    stmt_done(s);
    return rc;
}
