/* code.c - see code.h. */
#include "base/common.h"

#include "base/buf.h"
#include "store/code.h"
#include "store/code_pack.h"

/* Of one symbol's words, of one file's references. */
#define WORDS_MAX 16384
#define PACK_MAX  (16u << 20)

/* --- words ------------------------------------------------------------------------ */

/* The text with a blank where a word begins inside a name: "parseHTTPReply"
 * gives "parse HTTP Reply". The tokenizer does the rest. */
static void split(struct buf *b, struct str s)
{
    char *to = buf_reserve(b, 2 * s.n + 1);
    size_t n = 0;

    if (!to)
        return;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (i && is_upper(c) &&
            (is_lower(s.p[i - 1]) || is_digit(s.p[i - 1]) ||
             (is_upper(s.p[i - 1]) && i + 1 < s.n && is_lower(s.p[i + 1]))))
            to[n++] = ' ';
        to[n++] = c;
    }
    to[n++] = ' ';
    buf_commit(b, n);
}

/* Of one row; see invariant 3. What a signature has of the name need not be
 * said twice. */
static struct str words(struct buf *b, struct str name, struct str qualified,
                        struct str signature, struct str doc)
{
    buf_reset(b);
    if (qualified.n)
        split(b, qualified);
    else if (str_find(signature, name) < 0)
        split(b, name);
    split(b, signature);
    buf_adds(b, doc);
    return buf_str(b);
}

static int put_words(struct db *db, int64_t id, struct str text, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT INTO code_fts(rowid, words) VALUES (?1, ?2)");

    stmt_int(s, 1, id);
    stmt_str(s, 2, text);
    return stmt_run(s, e);
}

/* --- tokens of uses ----------------------------------------------------------------- */

/* A token for each name that is used; qualifiers are names in the blob, too,
 * and get none of their own. */
static struct str tokens(struct str blob, struct arena *a)
{
    struct code_unpack u;
    struct code_use_in use;
    char *out;
    uint8_t *seen;
    size_t n = 0;

    code_unpack_begin(&u, blob, a);
    out = arena_alloc(a, (u.n_names + 1) * (CODE_TOKEN + 1));
    seen = arena_alloc(a, u.n_names + 1);
    while (code_unpack_next(&u, &use)) {
        size_t i = 0;

        /* Names are interned: the slice tells which one it is. */
        for (size_t low = 0, high = u.n_names; low < high;) {
            size_t mid = (low + high) / 2;

            if (u.names[mid].p == use.name.p) {
                i = mid;
                break;
            }
            if (u.names[mid].p < use.name.p)
                low = mid + 1;
            else
                high = mid;
        }
        if (seen[i])
            continue;
        seen[i] = 1;
        code_token(use.name, out + n);
        n += CODE_TOKEN;
        out[n++] = ' ';
    }
    return (struct str){out, n};
}

/* --- trees ---------------------------------------------------------------------------- */

int code_tree_put(struct db *db, struct str root, int64_t project_id,
                  int64_t *id, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT INTO code_trees (root, project_id) VALUES (?1, ?2) "
                    "ON CONFLICT (root) DO UPDATE SET "
                    "project_id = coalesce(excluded.project_id, project_id), "
                    "scanned_ms = max(scanned_ms, 0) "
                    "RETURNING id");
    int rc;

    stmt_str(s, 1, root);
    if (project_id)
        stmt_int(s, 2, project_id);
    else
        stmt_null(s, 2);
    rc = stmt_step(s, e);
    if (rc > 0)
        *id = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int code_tree_scanned(struct db *db, int64_t id, int64_t now_ms, int64_t ms,
                      struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE code_trees SET scanned_ms = ?2, ms = ?3 WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_int(s, 2, now_ms);
    stmt_int(s, 3, ms);
    return stmt_run(s, e);
}

/* Is there no other tree? Then everything goes at once. */
static int is_only_tree(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT NOT EXISTS (SELECT 1 FROM code_trees "
                                 "WHERE id <> ?1)");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        rc = col_int(s, 0) != 0;
    stmt_done(s);
    return rc;
}

int code_tree_drop(struct db *db, int64_t id, bool keep_out, struct err *e)
{
    struct stmt *s;
    int64_t file;
    int rc = is_only_tree(db, id, e);

    if (rc > 0)
        rc = db_exec(db,
                     "INSERT INTO code_fts(code_fts) VALUES('delete-all');"
                     "INSERT INTO code_uses_fts(code_uses_fts) "
                     "VALUES('delete-all');"
                     "DELETE FROM code_symbols; DELETE FROM code_uses;"
                     "DELETE FROM code_imports; DELETE FROM code_files",
                     e);
    while (rc == 0) {
        s = db_stmt(db, "SELECT id FROM code_files WHERE tree_id = ?1 LIMIT 1");
        stmt_int(s, 1, id);
        rc = stmt_step(s, e);
        file = rc > 0 ? col_int(s, 0) : 0;
        stmt_done(s);
        if (rc <= 0)
            break;
        rc = code_file_drop(db, file, e);
    }
    if (rc < 0)
        return rc;
    s = keep_out
            ? db_stmt(db, "UPDATE code_trees SET scanned_ms = -1 WHERE id = ?1")
            : db_stmt(db, "DELETE FROM code_trees WHERE id = ?1");
    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

int code_tree_is_kept_out(struct db *db, struct str root, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT 1 FROM code_trees WHERE root = ?1 AND "
                                 "scanned_ms < 0");
    int rc;

    stmt_str(s, 1, root);
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc;
}

static int is_there(struct db *db, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM sqlite_master WHERE "
                                 "type = 'table' AND name = 'code_trees'");
    int rc = stmt_step(s, e);

    if (rc > 0)
        rc = col_int(s, 0) > 0;
    stmt_done(s);
    return rc;
}

int code_roots_keep(struct db *db, struct err *e)
{
    int rc = db_exec(db,
                     "DROP TABLE IF EXISTS temp.code_roots;"
                     "CREATE TEMP TABLE code_roots (root, project_id, "
                     "scanned_ms)",
                     e);

    if (rc == 0)
        rc = is_there(db, e);
    return rc <= 0 ? rc
                   : db_exec(db,
                             "INSERT INTO temp.code_roots "
                             "SELECT root, project_id, min(scanned_ms, 0) "
                             "FROM main.code_trees",
                             e);
}

int code_roots_back(struct db *db, struct err *e)
{
    return db_exec(db,
                   "INSERT INTO main.code_trees (root, project_id, "
                   "scanned_ms) SELECT root, project_id, scanned_ms FROM "
                   "temp.code_roots;"
                   "DROP TABLE temp.code_roots",
                   e);
}

/* --- files ------------------------------------------------------------------------------ */

/* What the full-text tables have of a file, taken out. */
static int drop_words(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s, *d;
    struct buf b;
    int rc;

    buf_init(&b, WORDS_MAX);
    s = db_stmt(db, "SELECT id, name, qualified, signature, doc "
                    "FROM code_symbols WHERE id BETWEEN ?1 AND ?2");
    stmt_int(s, 1, id * CODE_PER_FILE);
    stmt_int(s, 2, (id + 1) * CODE_PER_FILE - 1);
    while ((rc = stmt_step(s, e)) > 0) {
        d = db_stmt(db, "INSERT INTO code_fts(code_fts, rowid, words) "
                        "VALUES ('delete', ?1, ?2)");
        stmt_int(d, 1, col_int(s, 0));
        stmt_str(d, 2,
                 words(&b, col_str(s, 1), col_str(s, 2), col_str(s, 3),
                       col_str(s, 4)));
        rc = stmt_run(d, e);
        if (rc < 0)
            break;
    }
    stmt_done(s);
    buf_free(&b);
    return rc;
}

static int drop_uses(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT v FROM code_uses WHERE file_id = ?1"),
                *d;
    struct arena a = {0};
    struct str text = STR_NONE;
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        text = tokens(arena_str(&a, col_str(s, 0)), &a);
    stmt_done(s);
    if (rc > 0) {
        d = db_stmt(db, "INSERT INTO code_uses_fts(code_uses_fts, rowid, "
                        "names) VALUES ('delete', ?1, ?2)");
        stmt_int(d, 1, id);
        stmt_str(d, 2, text);
        rc = stmt_run(d, e);
        d = db_stmt(db, "DELETE FROM code_uses WHERE file_id = ?1");
        stmt_int(d, 1, id);
        if (rc == 0)
            rc = stmt_run(d, e);
        else
            stmt_done(d);
    }
    arena_free(&a);
    return rc;
}

static int drop_parts(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s;
    int rc = drop_words(db, id, e);

    if (rc == 0)
        rc = drop_uses(db, id, e);
    if (rc < 0)
        return rc;
    s = db_stmt(db, "DELETE FROM code_symbols WHERE id BETWEEN ?1 AND ?2");
    stmt_int(s, 1, id * CODE_PER_FILE);
    stmt_int(s, 2, (id + 1) * CODE_PER_FILE - 1);
    rc = stmt_run(s, e);
    if (rc < 0)
        return rc;
    s = db_stmt(db, "DELETE FROM code_imports WHERE id BETWEEN ?1 AND ?2");
    stmt_int(s, 1, id * CODE_PER_FILE);
    stmt_int(s, 2, (id + 1) * CODE_PER_FILE - 1);
    return stmt_run(s, e);
}

int code_file_drop(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s;
    int rc = drop_parts(db, id, e);

    if (rc < 0)
        return rc;
    s = db_stmt(db, "DELETE FROM code_files WHERE id = ?1");
    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

int code_file_touch(struct db *db, int64_t id, int64_t size, int64_t mtime_ns,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE code_files SET size = ?2, mtime_ns = ?3 WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_int(s, 2, size);
    stmt_int(s, 3, mtime_ns);
    return stmt_run(s, e);
}

static void str_or_null(struct stmt *s, int i, struct str v)
{
    if (v.n)
        stmt_str(s, i, v);
    else
        stmt_null(s, i);
}

/* The row; *known: there was one, whose parts are still there. */
static int put_row(struct db *db, const struct code_file_in *in, int64_t *id,
                   bool *known, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id FROM code_files WHERE tree_id = ?1 AND path = ?2");
    int rc;

    *id = in->id;
    stmt_int(s, 1, in->tree_id);
    stmt_str(s, 2, in->path);
    rc = *id ? 0 : stmt_step(s, e);
    if (rc > 0)
        *id = col_int(s, 0);
    stmt_done(s);
    if (rc < 0)
        return rc;
    *known = *id != 0;
    s = db_stmt(db,
                "INSERT INTO code_files (id, tree_id, path, language, package, "
                "size, mtime_ns, hash, status, lines, errors, error_bytes, "
                "symbols) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
                "?11, ?12, ?13) ON CONFLICT (id) DO UPDATE SET "
                "language = ?4, package = ?5, size = ?6, mtime_ns = ?7, "
                "hash = ?8, status = ?9, lines = ?10, errors = ?11, "
                "error_bytes = ?12, symbols = ?13");
    if (*known)
        stmt_int(s, 1, *id);
    else
        stmt_null(s, 1);
    stmt_int(s, 2, in->tree_id);
    stmt_str(s, 3, in->path);
    stmt_str(s, 4, in->language.p ? in->language : STR(""));
    str_or_null(s, 5, in->package);
    stmt_int(s, 6, in->size);
    stmt_int(s, 7, in->mtime_ns);
    stmt_int(s, 8, (int64_t)in->hash);
    stmt_int(s, 9, in->status);
    stmt_int(s, 10, in->lines);
    stmt_int(s, 11, in->errors);
    stmt_int(s, 12, in->error_bytes);
    stmt_int(s, 13, (int64_t)in->n_symbols);
    rc = stmt_run(s, e);
    if (rc == 0 && !*known)
        *id = db_last_id(db);
    return rc;
}

static int put_symbol(struct db *db, int64_t id, const struct code_symbol_in *c,
                      struct buf *b, struct err *e)
{
    struct str qualified =
        str_eq(c->qualified, c->name) ? STR_NONE : c->qualified;
    struct stmt *s = db_stmt(
        db, "INSERT INTO code_symbols (id, name, qualified, kind, exported, "
            "parent, start, length, first_line, lines, hash, signature, doc) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");
    int rc;

    stmt_int(s, 1, id);
    stmt_str(s, 2, c->name);
    str_or_null(s, 3, qualified);
    stmt_int(s, 4, c->kind);
    stmt_int(s, 5, c->exported);
    if (c->parent >= 0)
        stmt_int(s, 6, c->parent);
    else
        stmt_null(s, 6);
    stmt_int(s, 7, c->start);
    stmt_int(s, 8, c->end - c->start);
    stmt_int(s, 9, c->first_line);
    stmt_int(s, 10, c->last_line - c->first_line);
    stmt_int(s, 11, (int64_t)c->hash);
    stmt_str(s, 12, c->signature.p ? c->signature : STR(""));
    str_or_null(s, 13, c->doc);
    rc = stmt_run(s, e);
    return rc < 0
               ? rc
               : put_words(db, id,
                           words(b, c->name, qualified, c->signature, c->doc),
                           e);
}

static int put_uses(struct db *db, int64_t id, const struct code_file_in *in,
                    struct arena *a, struct err *e)
{
    struct buf b;
    struct stmt *s;
    int rc;

    if (in->n_uses == 0)
        return 0;
    buf_init(&b, PACK_MAX);
    code_pack(in->uses, in->n_uses, a, &b);
    if (buf_is_full(&b))
        buf_reset(&b);
    s = db_stmt(db, "INSERT INTO code_uses (file_id, v) VALUES (?1, ?2)");
    stmt_int(s, 1, id);
    stmt_blob(s, 2, buf_str(&b));
    rc = stmt_run(s, e);
    if (rc == 0) {
        s = db_stmt(db, "INSERT INTO code_uses_fts(rowid, names) "
                        "VALUES (?1, ?2)");
        stmt_int(s, 1, id);
        stmt_str(s, 2, tokens(buf_str(&b), a));
        rc = stmt_run(s, e);
    }
    buf_free(&b);
    return rc;
}

static int put_import(struct db *db, int64_t id,
                      const struct code_import_in *in, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT INTO code_imports (id, line, module, name, alias) "
                    "VALUES (?1, ?2, ?3, ?4, ?5)");

    stmt_int(s, 1, id);
    stmt_int(s, 2, in->line);
    stmt_str(s, 3, in->module.p ? in->module : STR(""));
    str_or_null(s, 4, in->name);
    str_or_null(s, 5, in->alias);
    return stmt_run(s, e);
}

int code_file_put(struct db *db, const struct code_file_in *in, struct arena *a,
                  int64_t *out, struct err *e)
{
    struct buf b;
    int64_t id = 0;
    bool known = false;
    int rc = put_row(db, in, &id, &known, e);

    buf_init(&b, WORDS_MAX);
    if (rc == 0 && known)
        rc = drop_parts(db, id, e);
    for (size_t i = 0; i < in->n_symbols && rc == 0; i++)
        if ((int64_t)i < CODE_PER_FILE)
            rc = put_symbol(db, id * CODE_PER_FILE + (int64_t)i,
                            &in->symbols[i], &b, e);
    if (rc == 0)
        rc = put_uses(db, id, in, a, e);
    for (size_t i = 0; i < in->n_imports && rc == 0; i++)
        if ((int64_t)i < CODE_PER_FILE)
            rc = put_import(db, id * CODE_PER_FILE + (int64_t)i,
                            &in->imports[i], e);
    buf_free(&b);
    if (rc == 0 && out)
        *out = id;
    return rc;
}
