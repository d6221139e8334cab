/* code_read.c - see code_read.h. */
#include "base/common.h"

#include "base/buf.h"
#include "store/code_read.h"
#include "store/code_pack.h"

/* Words of a question. */
#define ASK_WORDS 16
#define ASK_BYTES 4096

/* --- trees and files -------------------------------------------------------------- */

int code_trees(struct db *db, struct arena *a, struct code_tree_row **v,
               size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT id, root, project_id, scanned_ms, ms "
                                 "FROM code_trees WHERE scanned_ms >= 0 "
                                 "ORDER BY root");
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = (struct code_tree_row){
            .id = col_int(s, 0),
            .root = arena_str(a, col_str(s, 1)),
            .project_id = col_int(s, 2),
            .scanned_ms = col_int(s, 3),
            .ms = col_int(s, 4),
        };
    }
    stmt_done(s);
    return rc;
}

int code_tree_count(struct db *db, struct code_tree_row *t, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*), total(symbols), "
                                 "total(lines) FROM code_files "
                                 "WHERE tree_id = ?1");
    int rc;

    stmt_int(s, 1, t->id);
    rc = stmt_step(s, e);
    if (rc > 0) {
        t->files = col_int(s, 0);
        t->symbols = col_int(s, 1);
        t->lines = col_int(s, 2);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

bool code_tree_has(const struct code_tree_row *t, struct str path)
{
    struct str root = t->root;

    return str_starts(path, root) &&
           (path.n == root.n || path.p[root.n] == '/' || str_eqz(root, "/"));
}

int code_tree_of(struct db *db, struct str path, struct arena *a,
                 struct code_tree_row *out, struct err *e)
{
    struct code_tree_row *v;
    size_t n, best = 0;
    int rc = code_trees(db, a, &v, &n, e), found = 0;

    for (size_t i = 0; i < n && rc == 0; i++) {
        if (code_tree_has(&v[i], path) && v[i].root.n >= best) {
            *out = v[i];
            best = v[i].root.n;
            found = 1;
        }
    }
    return rc < 0 ? rc : found;
}

#define FILE_COLUMNS                                                           \
    "id, tree_id, path, language, package, size, mtime_ns, hash, status, "     \
    "lines, errors, error_bytes, symbols FROM code_files "

static struct code_file_row read_file(struct stmt *s, struct arena *a)
{
    return (struct code_file_row){
        .id = col_int(s, 0),
        .tree_id = col_int(s, 1),
        .path = arena_str(a, col_str(s, 2)),
        .language = arena_str(a, col_str(s, 3)),
        .package = arena_str(a, col_str(s, 4)),
        .size = col_int(s, 5),
        .mtime_ns = col_int(s, 6),
        .hash = (uint64_t)col_int(s, 7),
        .status = (int)col_int(s, 8),
        .lines = col_int(s, 9),
        .errors = col_int(s, 10),
        .error_bytes = col_int(s, 11),
        .symbols = col_int(s, 12),
    };
}

/* A range of the index: below "a" is everything from "a/" to before "a0". */
int code_files(struct db *db, int64_t tree_id, struct str under,
               struct arena *a, struct code_file_row **v, size_t *n,
               struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT " FILE_COLUMNS "WHERE tree_id = ?1 AND (?2 = '' OR "
                    "path = ?2 OR (path > ?2 || '/' AND path < ?2 || '0')) "
                    "ORDER BY path");
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    stmt_int(s, 1, tree_id);
    stmt_str(s, 2, under.p ? under : STR(""));
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = read_file(s, a);
    }
    stmt_done(s);
    return rc;
}

int code_known(struct db *db, int64_t tree_id, struct arena *a,
               struct code_known_row **v, size_t *n, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT count(*) FROM code_files WHERE tree_id = ?1");
    size_t all = 0;
    int rc;

    *n = 0;
    stmt_int(s, 1, tree_id);
    rc = stmt_step(s, e);
    if (rc > 0)
        all = (size_t)col_int(s, 0);
    stmt_done(s);
    if (rc < 0)
        return rc;
    *v = arena_array(a, all + 1, sizeof(**v));
    s = db_stmt(db, "SELECT path, id, size, mtime_ns, hash FROM code_files "
                    "WHERE tree_id = ?1 ORDER BY path");
    stmt_int(s, 1, tree_id);
    while (*n < all && (rc = stmt_step(s, e)) > 0)
        (*v)[(*n)++] = (struct code_known_row){
            .path = arena_str(a, col_str(s, 0)),
            .id = col_int(s, 1),
            .size = col_int(s, 2),
            .mtime_ns = col_int(s, 3),
            .hash = (uint64_t)col_int(s, 4),
        };
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static int one_file(struct stmt *s, struct arena *a, struct code_file_row *out,
                    struct err *e)
{
    int rc = stmt_step(s, e);

    if (rc > 0)
        *out = read_file(s, a);
    stmt_done(s);
    return rc;
}

int code_file_get(struct db *db, int64_t id, struct arena *a,
                  struct code_file_row *out, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT " FILE_COLUMNS "WHERE id = ?1");

    stmt_int(s, 1, id);
    return one_file(s, a, out, e);
}

int code_file_find(struct db *db, int64_t tree_id, struct str path,
                   struct arena *a, struct code_file_row *out, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT " FILE_COLUMNS "WHERE tree_id = ?1 AND path = ?2");

    stmt_int(s, 1, tree_id);
    stmt_str(s, 2, path);
    return one_file(s, a, out, e);
}

/* --- symbols ---------------------------------------------------------------------- */

#define SYMBOL_COLUMNS                                                         \
    "SELECT s.id, s.name, s.qualified, s.kind, s.exported, s.parent, "         \
    "s.start, s.length, s.first_line, s.lines, s.hash, s.signature, s.doc, "   \
    "f.id, f.tree_id, f.path, f.language "
/* Of 131,072 a file: see CODE_PER_FILE. */
#define OF_FILE "JOIN code_files f ON f.id = s.id >> 17 "

static struct code_symbol_row read_symbol(struct stmt *s, struct arena *a)
{
    struct code_symbol_row r = {
        .id = col_int(s, 0),
        .name = arena_str(a, col_str(s, 1)),
        .kind = (int)col_int(s, 3),
        .exported = col_int(s, 4) != 0,
        .parent = col_is_null(s, 5) ? -1 : (int32_t)col_int(s, 5),
        .start = col_int(s, 6),
        .first_line = col_int(s, 8),
        .hash = (uint64_t)col_int(s, 10),
        .signature = arena_str(a, col_str(s, 11)),
        .doc = arena_str(a, col_str(s, 12)),
        .file_id = col_int(s, 13),
        .tree_id = col_int(s, 14),
        .path = arena_str(a, col_str(s, 15)),
        .language = arena_str(a, col_str(s, 16)),
    };

    r.qualified = col_is_null(s, 2) ? r.name : arena_str(a, col_str(s, 2));
    r.end = r.start + col_int(s, 7);
    r.last_line = r.first_line + col_int(s, 9);
    return r;
}

static int read_symbols(struct stmt *s, struct arena *a,
                        struct code_symbol_row **v, size_t *n, struct err *e)
{
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = read_symbol(s, a);
    }
    stmt_done(s);
    return rc;
}

int code_symbols_of(struct db *db, int64_t file_id, struct arena *a,
                    struct code_symbol_row **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, SYMBOL_COLUMNS
                             "FROM code_symbols s " OF_FILE
                             "WHERE s.id BETWEEN ?1 AND ?2 ORDER BY s.id");

    stmt_int(s, 1, file_id * CODE_PER_FILE);
    stmt_int(s, 2, (file_id + 1) * CODE_PER_FILE - 1);
    return read_symbols(s, a, v, n, e);
}

int code_symbols_all(struct db *db, int64_t tree_id, struct arena *a,
                     struct code_symbol_row **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT s.id, s.name, s.qualified, s.kind, s.exported, s.parent, "
            "s.first_line, s.lines, f.id "
            "FROM code_files f CROSS JOIN code_symbols s "
            "ON s.id BETWEEN f.id << 17 AND (f.id << 17) + 131071 "
            "WHERE f.tree_id = ?1 ORDER BY f.path, s.id");
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    stmt_int(s, 1, tree_id);
    while ((rc = stmt_step(s, e)) > 0) {
        struct code_symbol_row *r;

        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        r = &(*v)[(*n)++];
        *r = (struct code_symbol_row){
            .id = col_int(s, 0),
            .name = arena_str(a, col_str(s, 1)),
            .kind = (int)col_int(s, 3),
            .exported = col_int(s, 4) != 0,
            .parent = col_is_null(s, 5) ? -1 : (int32_t)col_int(s, 5),
            .first_line = col_int(s, 6),
            .file_id = col_int(s, 8),
            .tree_id = tree_id,
        };
        r->last_line = r->first_line + col_int(s, 7);
        r->qualified =
            col_is_null(s, 2) ? r->name : arena_str(a, col_str(s, 2));
    }
    stmt_done(s);
    return rc;
}

int code_symbols_named(struct db *db, const struct code_name_ask *ask,
                       struct arena *a, struct code_symbol_row **v, size_t *n,
                       struct err *e)
{
    struct stmt *s;
    struct buf end;
    int rc;

    buf_init(&end, 4096);
    buf_adds(&end, ask->name);
    if (ask->prefix) {
        buf_addz(&end, "\xf4\x8f\xbf\xbf"); /* behind every other letter */
        s = db_stmt(db, SYMBOL_COLUMNS "FROM code_symbols s " OF_FILE
                                       "WHERE s.name COLLATE NOCASE >= ?1 AND "
                                       "s.name COLLATE NOCASE < ?4 AND "
                                       "(?2 = 0 OR f.tree_id = ?2) LIMIT ?3");
        stmt_str(s, 4, buf_str(&end));
    } else if (ask->fold) {
        s = db_stmt(db, SYMBOL_COLUMNS "FROM code_symbols s " OF_FILE
                                       "WHERE s.name COLLATE NOCASE = ?1 AND "
                                       "(?2 = 0 OR f.tree_id = ?2) LIMIT ?3");
    } else {
        s = db_stmt(db, SYMBOL_COLUMNS
                    "FROM code_symbols s " OF_FILE
                    "WHERE s.name COLLATE NOCASE = ?1 AND s.name = ?1 AND "
                    "(?2 = 0 OR f.tree_id = ?2) LIMIT ?3");
    }
    stmt_str(s, 1, ask->name);
    stmt_int(s, 2, ask->tree_id);
    stmt_int(s, 3, (int64_t)ask->max);
    rc = read_symbols(s, a, v, n, e);
    buf_free(&end);
    return rc;
}

/* "parseReply fast" becomes "parse" "reply" "fast"*, with OR or AND. */
static bool match_string(struct str text, bool any, struct buf *out)
{
    size_t words = 0;

    for (size_t i = 0; i < text.n && words < ASK_WORDS;) {
        size_t from = i;

        while (i < text.n && (is_alnum(text.p[i]) || text.p[i] & 0x80)) {
            char c = text.p[i];
            bool begins = i > from && is_upper(c) &&
                          (is_lower(text.p[i - 1]) || is_digit(text.p[i - 1]) ||
                           (is_upper(text.p[i - 1]) && i + 1 < text.n &&
                            is_lower(text.p[i + 1])));

            if (begins)
                break;
            i++;
        }
        if (i == from) {
            i++;
            continue;
        }
        buf_addf(out, "%s\"%.*s\"",
                 !words ? ""
                 : any  ? " OR "
                        : " ",
                 (int)(i - from), text.p + from);
        words++;
    }
    if (words && !any)
        buf_addc(out, '*');
    return words && !buf_is_full(out);
}

int code_symbols_about(struct db *db, struct str text, int64_t tree_id,
                       bool any, size_t max, struct arena *a,
                       struct code_symbol_row **v, size_t *n, struct err *e)
{
    struct buf match;
    struct stmt *s;
    int rc = 0;

    *v = NULL;
    *n = 0;
    buf_init(&match, ASK_BYTES);
    if (match_string(text, any, &match)) {
        /* The file first: what is of another tree costs no symbol's page. */
        s = db_stmt(db, SYMBOL_COLUMNS
                    "FROM code_fts CROSS JOIN code_files f ON "
                    "f.id = code_fts.rowid >> 17 AND "
                    "(?2 = 0 OR f.tree_id = ?2) "
                    "CROSS JOIN code_symbols s ON s.id = code_fts.rowid "
                    "WHERE code_fts MATCH ?1 LIMIT ?3");
        stmt_str(s, 1, buf_str(&match));
        stmt_int(s, 2, tree_id);
        stmt_int(s, 3, (int64_t)max);
        rc = read_symbols(s, a, v, n, e);
    }
    buf_free(&match);
    return rc;
}

int code_files_with(struct db *db, struct str word, bool prefix,
                    struct arena *a, struct code_word_row **v, size_t *n,
                    struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT rowid >> 17, count(*) FROM code_fts "
                    "WHERE code_fts MATCH ?1 GROUP BY 1 ORDER BY 1");
    size_t cap = 0;
    struct buf match;
    int rc;

    *v = NULL;
    *n = 0;
    buf_init(&match, ASK_BYTES);
    buf_addf(&match, "\"%.*s\"%s", STR_ARG(word), prefix ? "*" : "");
    stmt_str(s, 1, buf_str(&match));
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = (struct code_word_row){col_int(s, 0), col_int(s, 1)};
    }
    stmt_done(s);
    buf_free(&match);
    return rc;
}

int code_symbol_get(struct db *db, int64_t id, struct arena *a,
                    struct code_symbol_row *out, struct err *e)
{
    struct stmt *s = db_stmt(db, SYMBOL_COLUMNS "FROM code_symbols s " OF_FILE
                                                "WHERE s.id = ?1");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out = read_symbol(s, a);
    stmt_done(s);
    return rc;
}

/* --- uses --------------------------------------------------------------------------- */

int code_files_using(struct db *db, struct str name, int64_t tree_id,
                     struct arena *a, int64_t **ids, size_t *n, struct err *e)
{
    char token[CODE_TOKEN];
    struct stmt *s =
        db_stmt(db, "SELECT f.id FROM code_uses_fts u JOIN code_files f "
                    "ON f.id = u.rowid WHERE code_uses_fts MATCH ?1 "
                    "AND (?2 = 0 OR f.tree_id = ?2) ORDER BY f.path");
    size_t cap = 0;
    int rc;

    *ids = NULL;
    *n = 0;
    code_token(name, token);
    stmt_str(s, 1, (struct str){token, CODE_TOKEN});
    stmt_int(s, 2, tree_id);
    while ((rc = stmt_step(s, e)) > 0) {
        *ids = arena_grow(a, *ids, *n, &cap, sizeof(**ids));
        (*ids)[(*n)++] = col_int(s, 0);
    }
    stmt_done(s);
    return rc;
}

int code_uses_of(struct db *db, int64_t file_id, struct arena *a,
                 struct str *blob, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT v FROM code_uses WHERE file_id = ?1");
    int rc;

    *blob = STR_NONE;
    stmt_int(s, 1, file_id);
    rc = stmt_step(s, e);
    if (rc > 0)
        *blob = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int code_imports_of(struct db *db, int64_t file_id, struct arena *a,
                    struct code_import_in **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT module, name, alias, line FROM "
                                 "code_imports WHERE id BETWEEN ?1 AND ?2");
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    stmt_int(s, 1, file_id * CODE_PER_FILE);
    stmt_int(s, 2, (file_id + 1) * CODE_PER_FILE - 1);
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = (struct code_import_in){
            .module = arena_str(a, col_str(s, 0)),
            .name = arena_str(a, col_str(s, 1)),
            .alias = arena_str(a, col_str(s, 2)),
            .line = (uint32_t)col_int(s, 3),
        };
    }
    stmt_done(s);
    return rc;
}

int code_imports_all(struct db *db, int64_t tree_id, struct arena *a,
                     struct code_import_row **v, size_t *n, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT f.id, i.module, i.name, i.alias, i.line "
                    "FROM code_files f CROSS JOIN code_imports i "
                    "ON i.id BETWEEN f.id << 17 AND (f.id << 17) + 131071 "
                    "WHERE f.tree_id = ?1 ORDER BY f.path, i.id");
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    stmt_int(s, 1, tree_id);
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = (struct code_import_row){
            .file_id = col_int(s, 0),
            .in = {.module = arena_str(a, col_str(s, 1)),
                   .name = arena_str(a, col_str(s, 2)),
                   .alias = arena_str(a, col_str(s, 3)),
                   .line = (uint32_t)col_int(s, 4)},
        };
    }
    stmt_done(s);
    return rc;
}

int code_coverage(struct db *db, int64_t tree_id, struct arena *a,
                  struct code_coverage_row **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT language, status, count(*), total(lines), total(size), "
            "total(errors), total(error_bytes) FROM code_files "
            "WHERE tree_id = ?1 GROUP BY language, status "
            "ORDER BY language, status");
    size_t cap = 0;
    int rc;

    *v = NULL;
    *n = 0;
    stmt_int(s, 1, tree_id);
    while ((rc = stmt_step(s, e)) > 0) {
        *v = arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = (struct code_coverage_row){
            .language = arena_str(a, col_str(s, 0)),
            .status = (int)col_int(s, 1),
            .files = col_int(s, 2),
            .lines = col_int(s, 3),
            .bytes = col_int(s, 4),
            .errors = col_int(s, 5),
            .error_bytes = col_int(s, 6),
        };
    }
    stmt_done(s);
    return rc;
}
