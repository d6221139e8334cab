/* index.c - see index.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/names.h"
#include "store/entity.h"
#include "store/fragment.h"
#include "store/index.h"
#include "store/said.h"
#include "store/scope_words.h"
#include "store/traits.h"
#include "store/vector.h"

/* Most text of one memory that is indexed: far more than any has. */
#define INDEX_MAX_BYTES (256u * 1024u)
/* Memories whose texts are put one after the other when all are indexed: FTS5
 * writes out what it has before whatever else changes more than a row. */
#define TOGETHER 256

/* All string values of a tree, a line each. */
static void add_strings(struct buf *b, const struct json *j, int depth)
{
    if (json_is_str(j)) {
        buf_adds(b, json_str(j));
        buf_addc(b, '\n');
    }
    if (depth < 4)
        for (j = json_first(j); j; j = json_next(j))
            add_strings(b, j, depth + 1);
}

struct indexed {
    int64_t id;
    struct buf title, text, names, scope, speaker;
    unsigned traits;
};

static void index_free(struct indexed *x)
{
    buf_free(&x->title);
    buf_free(&x->text);
    buf_free(&x->names);
    buf_free(&x->scope);
    buf_free(&x->speaker);
}

static void index_text(struct indexed *x, struct str title, struct str subtitle,
                       struct str text, struct str data)
{
    struct json *j = data.n ? json_parse(data, NULL) : NULL;

    buf_init(&x->text, INDEX_MAX_BYTES);
    buf_init(&x->names, INDEX_MAX_BYTES);
    if (subtitle.n)
        buf_addf(&x->text, "%.*s\n", STR_ARG(subtitle));
    buf_adds(&x->text, text);
    buf_addc(&x->text, '\n');
    for (const struct json *v = json_first(j); v; v = json_next(v))
        if (!str_eqz(json_key(v), "entities") &&
            !str_eqz(json_key(v), "relations")) /* said in its texts */
            add_strings(&x->text, v, 1);
    json_free(j);
    names_of(title, &x->names);
    buf_addc(&x->names, ' ');
    names_of(buf_str(&x->text), &x->names);
}

static int put_text(struct db *db, const struct indexed *x, struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT INTO memories_fts (rowid, title, "
                                 "text, names, scope) VALUES (?1, ?2, ?3, ?4, "
                                 "?5)");

    stmt_int(s, 1, x->id);
    stmt_str(s, 2, buf_str(&x->title));
    stmt_str(s, 3, buf_str(&x->text));
    stmt_str(s, 4, buf_str(&x->names));
    stmt_str(s, 5, buf_str(&x->scope));
    return stmt_run(s, e);
}

static int put_terms(struct db *db, const struct indexed *x, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT OR REPLACE INTO memory_terms (memory_id, v) "
                    "VALUES (?1, row_terms(?2, ?3, ?4, ?5, ?6))");

    stmt_int(s, 1, x->id);
    stmt_str(s, 2, buf_str(&x->title));
    stmt_str(s, 3, buf_str(&x->text));
    stmt_str(s, 4, buf_str(&x->names));
    stmt_str(s, 5, buf_str(&x->speaker));
    stmt_int(s, 6, x->traits);
    return stmt_run(s, e);
}

static int run_id(struct db *db, const char *sql, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, sql);

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

static int read_files(struct db *db, int64_t id, struct indexed *x,
                      struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT path FROM memory_files WHERE memory_id = ?1");
    int rc;

    stmt_int(s, 1, id);
    while ((rc = stmt_step(s, e)) > 0) {
        buf_addc(&x->names, ' ');
        names_of(col_str(s, 0), &x->names);
    }
    stmt_done(s);
    return rc;
}

static int read_scope(struct db *db, int64_t id, struct indexed *x,
                      struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT project_id, session_id, kind, "
                                 "group_key, text, user FROM memories WHERE "
                                 "id = ?1");
    int rc;

    buf_init(&x->scope, 256);
    buf_init(&x->speaker, 256);
    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0) {
        scope_id(&x->scope, 'p', col_int(s, 0));
        scope_id(&x->scope, 's', col_int(s, 1));
        scope_word(&x->scope, 'k', col_str(s, 2));
        if (!col_is_null(s, 3))
            scope_word(&x->scope, 'g', col_str(s, 3));
        x->traits = traits_of(col_str(s, 4));
        buf_adds(&x->speaker, speaker_of(col_str(s, 4)));
        if (x->speaker.len == 0)
            buf_adds(&x->speaker, str_cut(col_str(s, 5), 0, 128));
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* The new words go into the vocabulary, and of the old ones those out of it
 * that were the last. */
static int put_fragments(struct db *db, struct fragments *old,
                         const struct indexed *x, struct err *e)
{
    struct fragments f = {.a = old->a};
    int rc;

    fragments_of(&f, buf_str(&x->title));
    fragments_of(&f, buf_str(&x->text));
    fragments_of(&f, buf_str(&x->names));
    rc = fragments_put(db, &f, e);
    return rc < 0 ? rc : fragments_drop(db, old, e);
}

/* What is to be indexed of a memory: 1, or 0 when there is none. */
static int read_memory(struct db *db, int64_t id, struct indexed *x,
                       struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT title, subtitle, text, data FROM "
                                 "memories WHERE id = ?1");
    int rc;

    *x = (struct indexed){.id = id};
    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0) {
        buf_init(&x->title, INDEX_MAX_BYTES);
        buf_adds(&x->title, col_str(s, 0));
        index_text(x, col_str(s, 0), col_str(s, 1), col_str(s, 2),
                   col_str(s, 3));
    }
    stmt_done(s);
    if (rc <= 0)
        return rc;
    rc = read_files(db, id, x, e);
    if (rc == 0)
        rc = read_scope(db, id, x, e);
    if (rc < 0)
        index_free(x);
    return rc < 0 ? rc : 1;
}

/* Everything but the full text. `old`: words that it had before. */
static int put_rest(struct db *db, const struct indexed *x,
                    struct fragments *old, struct err *e)
{
    int rc = put_terms(db, x, e);

    if (rc == 0)
        rc = put_fragments(db, old, x, e);
    if (rc == 0)
        rc = vectors_stale(db, x->id, e);
    return rc < 0 ? rc : entity_index(db, x->id, e);
}

int index_memory(struct db *db, int64_t id, struct err *e)
{
    struct arena a = {0};
    struct fragments old = {.a = &a};
    struct indexed x;
    int rc = read_memory(db, id, &x, e);

    if (rc <= 0)
        return rc;
    rc = fragments_indexed(db, id, &old, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM memories_fts WHERE rowid = ?1", id, e);
    if (rc == 0)
        rc = put_text(db, &x, e);
    if (rc == 0)
        rc = put_rest(db, &x, &old, e);
    index_free(&x);
    arena_free(&a);
    return rc;
}

int index_forget(struct db *db, int64_t id, struct err *e)
{
    struct arena a = {0};
    struct fragments old = {.a = &a};
    int rc = fragments_indexed(db, id, &old, e);

    if (rc == 0)
        rc = run_id(db, "DELETE FROM memories_fts WHERE rowid = ?1", id, e);
    if (rc == 0)
        rc = fragments_drop(db, &old, e);
    arena_free(&a);
    return rc < 0 ? rc : entity_forget(db, id, e);
}

static int session_fragments(struct db *db, int64_t session_id,
                             struct fragments *f, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT f.title, f.text, f.names FROM memories m JOIN memories_fts "
            "f ON f.rowid = m.id WHERE m.session_id = ?1");
    int rc;

    stmt_int(s, 1, session_id);
    while ((rc = stmt_step(s, e)) > 0)
        for (int c = 0; c < 3; c++)
            fragments_of(f, col_str(s, c));
    stmt_done(s);
    return rc;
}

int index_forget_session(struct db *db, int64_t session_id, struct err *e)
{
    struct arena a = {0};
    struct fragments old = {.a = &a};
    int64_t id = 0;
    int rc = session_fragments(db, session_id, &old, e);

    if (rc == 0)
        rc = run_id(db, "DELETE FROM memories_fts WHERE rowid IN (SELECT id "
                        "FROM memories WHERE session_id = ?1)",
                    session_id, e);
    if (rc == 0)
        rc = fragments_drop(db, &old, e);
    arena_free(&a);
    if (rc == 0)
        rc = said_forget_session(db, session_id, e);
    if (rc < 0)
        return rc;
    do {
        struct stmt *s = db_stmt(db, "SELECT min(id) FROM memories WHERE "
                                     "session_id = ?1 AND id > ?2");

        stmt_int(s, 1, session_id);
        stmt_int(s, 2, id);
        rc = stmt_step(s, e);
        id = rc > 0 ? col_int(s, 0) : 0;
        stmt_done(s);
        if (rc > 0 && id)
            rc = entity_forget(db, id, e);
    } while (rc >= 0 && id);
    return rc < 0 ? rc : 0;
}

/* Reads the next memories behind *id and puts their texts; *n were. */
static int put_texts(struct db *db, int64_t *id, struct indexed *x, size_t *n,
                     struct err *e)
{
    int rc = 1;

    for (*n = 0; *n < TOGETHER && rc > 0;) {
        struct stmt *s = db_stmt(db, "SELECT min(id) FROM memories WHERE id > "
                                     "?1");

        stmt_int(s, 1, *id);
        rc = stmt_step(s, e);
        if (rc > 0)
            *id = col_int(s, 0);
        stmt_done(s);
        if (rc > 0 && *id == 0)
            return 0;
        if (rc > 0)
            rc = read_memory(db, *id, &x[*n], e);
        if (rc <= 0)
            break;
        rc = put_text(db, &x[(*n)++], e);
        rc = rc < 0 ? rc : 1;
    }
    return rc < 0 ? rc : 0;
}

int64_t index_all(struct db *db, struct err *e)
{
    struct indexed *x = calloc(TOGETHER, sizeof(*x));
    int64_t all = 0, id = 0;
    size_t n;
    int rc;

    if (!x)
        CM_BUG("out of memory");
    do { /* no statement is open while others write */
        rc = put_texts(db, &id, x, &n, e);
        for (size_t i = 0; i < n; i++) {
            struct arena a = {0};
            struct fragments none = {.a = &a};

            if (rc == 0)
                rc = put_rest(db, &x[i], &none, e);
            index_free(&x[i]);
            arena_free(&a);
        }
        all += (int64_t)n;
    } while (rc == 0 && n == TOGETHER && id);
    free(x);
    return rc < 0 ? rc : all;
}
