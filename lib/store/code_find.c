/* code_find.c - see code_find.h. */
#include "base/common.h"

#include "store/code.h"
#include "store/code_find.h"

int code_file_state(struct db *db, int64_t tree_id, struct str path,
                    struct code_file_state *out, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT id, hash, status, mtime_ns FROM code_files "
                                 "WHERE tree_id = ?1 AND path = ?2");
    int rc;

    stmt_int(s, 1, tree_id);
    stmt_str(s, 2, path);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out = (struct code_file_state){
            .id = col_int(s, 0),
            .hash = (uint64_t)col_int(s, 1),
            .status = (int)col_int(s, 2),
            .mtime_ns = col_int(s, 3),
        };
    stmt_done(s);
    return rc;
}

/* kind, first_line, lines, length, hash */
static struct code_found read_place(struct stmt *s)
{
    return (struct code_found){
        .kind = (int)col_int(s, 0),
        .first_line = (uint32_t)col_int(s, 1),
        .last_line = (uint32_t)(col_int(s, 1) + col_int(s, 2)),
        .bytes = (uint32_t)col_int(s, 3),
        .hash = (uint64_t)col_int(s, 4),
    };
}

static int find_one(struct stmt *s, int64_t file_id, struct str symbol,
                    struct code_found *out, struct err *e)
{
    int rc;

    stmt_int(s, 1, file_id * CODE_PER_FILE);
    stmt_int(s, 2, (file_id + 1) * CODE_PER_FILE - 1);
    stmt_str(s, 3, symbol);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out = read_place(s);
    stmt_done(s);
    return rc;
}

int code_find_same(struct db *db, int64_t file_id, struct str symbol,
                   uint64_t hash, struct code_found *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT kind, first_line, lines, length, hash FROM code_symbols "
            "WHERE hash = ?4 AND id BETWEEN ?1 AND ?2 AND "
            "coalesce(qualified, name) = ?3 LIMIT 1");

    stmt_int(s, 4, (int64_t)hash);
    return find_one(s, file_id, symbol, out, e);
}

int code_find_named(struct db *db, int64_t file_id, struct str symbol,
                    struct code_found *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT kind, first_line, lines, length, hash FROM code_symbols "
            "WHERE id BETWEEN ?1 AND ?2 AND coalesce(qualified, name) = ?3 "
            "LIMIT 1");

    return find_one(s, file_id, symbol, out, e);
}

int code_find_hashed(struct db *db, int64_t tree_id, uint64_t hash, size_t max,
                     struct arena *a, struct code_found **v, size_t *n,
                     struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT s.kind, s.first_line, s.lines, s.length, s.hash, f.path, "
            "coalesce(s.qualified, s.name) FROM code_symbols s "
            "INDEXED BY code_symbols_hash JOIN code_files f ON "
            "f.id = s.id / 131072 WHERE s.hash = ?1 AND f.tree_id = ?2 "
            "ORDER BY s.id LIMIT ?3");
    int rc;

    *n = 0;
    *v = arena_array(a, max + 1, sizeof(**v));
    stmt_int(s, 1, (int64_t)hash);
    stmt_int(s, 2, tree_id);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max) {
        struct code_found *f = &(*v)[(*n)++];

        *f = read_place(s);
        f->path = arena_str(a, col_str(s, 5));
        f->symbol = arena_str(a, col_str(s, 6));
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int code_find_file(struct db *db, int64_t tree_id, uint64_t hash,
                   struct arena *a, struct str *path, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT path FROM code_files WHERE "
                                 "tree_id = ?1 AND hash = ?2 LIMIT 2");
    size_t n = 0;
    int rc;

    stmt_int(s, 1, tree_id);
    stmt_int(s, 2, (int64_t)hash);
    while ((rc = stmt_step(s, e)) > 0)
        if (n++ == 0)
            *path = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : n == 1;
}
