/* read_search.c - see read_search.h. */
#include "base/common.h"

#include "base/buf.h"
#include "store/read_search.h"
#include "store/read_sql.h"
#include "store/scope_words.h"

/* Ids of one question: all that fit into a question's budget. */
#define IDS_BYTES_MAX (4u << 20)

int words_shape(struct db *db, struct words_shape *out, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT shape(memories_fts) FROM memories_fts LIMIT 1");
    double v[1 + FTS_COLUMNS] = {0};
    int rc = stmt_step(s, e);

    if (rc > 0 && col_str(s, 0).n == sizeof(v))
        memcpy(v, col_str(s, 0).p, sizeof(v));
    stmt_done(s);
    out->rows = v[0];
    memcpy(out->average, v + 1, sizeof(out->average));
    return rc < 0 ? rc : 0;
}

int words_hashes(struct db *db, struct str text, struct arena *a,
                 uint32_t **hashes, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT word_terms(?1)");
    int rc;

    stmt_str(s, 1, text);
    rc = stmt_step(s, e);
    *n = 0;
    *hashes = NULL;
    if (rc > 0) {
        struct str blob = col_str(s, 0);
        const unsigned char *p = (const unsigned char *)blob.p;

        *n = blob.n / 4;
        *hashes = arena_array(a, *n + 1, sizeof(**hashes));
        for (size_t i = 0; i < *n; i++, p += 4)
            (*hashes)[i] = (uint32_t)p[0] | (uint32_t)p[1] << 8 |
                           (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* " AND scope : "p7"", for each thing that the filter names. */
static void within(struct buf *b, const struct memory_filter *f)
{
    if (f->project_id) {
        struct buf w;

        buf_init(&w, 256);
        scope_id(&w, 'p', f->project_id);
        buf_addf(b, " AND scope : (\"%.*s\"", STR_ARG(buf_str(&w)));
        buf_reset(&w);
        scope_id(&w, 'p', 0);
        buf_addf(b, " OR \"%.*s\")", STR_ARG(buf_str(&w)));
        buf_free(&w);
    }
    for (int i = 0; i < 3; i++) {
        struct buf w;

        buf_init(&w, 256);
        if (i == 0 && f->session_id)
            scope_id(&w, 's', f->session_id);
        if (i == 1 && f->group.n)
            scope_word(&w, 'g', f->group);
        if (i == 2 && f->kind.n)
            scope_word(&w, 'k', f->kind);
        if (w.len)
            buf_addf(b, " AND scope : \"%.*s\"", STR_ARG(buf_str(&w)));
        buf_free(&w);
    }
}

struct str words_within(struct str match, const struct memory_filter *f,
                        struct arena *a)
{
    struct str out;
    struct buf b;

    buf_init(&b, match.n + 1024);
    /* No field is named: what stands in `scope` nobody can ask for. */
    buf_addf(&b, "(%.*s)", STR_ARG(match));
    within(&b, f);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

int words_rows(struct db *db, struct str match, size_t max, int64_t *ids,
               size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT rowid FROM memories_fts WHERE "
                                 "memories_fts MATCH ?1 ORDER BY rowid DESC");

    stmt_str(s, 1, match);
    return stmt_take_ids(s, max, ids, n, e);
}

/* The project stands in each query by itself: see read_sql.h. */
#define IN_PROJECT                                                             \
    " AND (?1 IS NULL OR m.project_id = ?1 OR m.project_id IS NULL)"

static void bind_filter(struct stmt *s, const struct memory_filter *f)
{
    if (f->project_id)
        stmt_int(s, P_PROJECT, f->project_id);
    filter_bind(s, f);
}

int words_rows_filtered(struct db *db, struct str match,
                        const struct memory_filter *f, size_t max, int64_t *ids,
                        size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT m.id FROM memories_fts CROSS JOIN memories m ON m.id = "
        "memories_fts.rowid WHERE memories_fts MATCH ?22" IN_PROJECT SCOPE_SQL
        " AND " WANTED_SQL " ORDER BY memories_fts.rowid DESC");

    bind_filter(s, f);
    stmt_str(s, P_FREE, match);
    return stmt_take_ids(s, max, ids, n, e);
}

int words_phrase(struct db *db, struct str match, size_t nphrases,
                 const double weight[FTS_COLUMNS], size_t max,
                 struct words_hit *out, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT rowid, words(memories_fts, ?2, ?3, ?4, ?5) FROM "
            "memories_fts WHERE memories_fts MATCH ?1 ORDER BY rowid DESC");
    char map[FTS_PHRASES];
    int rc = 0;

    memset(map, FTS_UNIT_0, sizeof(map));
    stmt_str(s, 1, match);
    stmt_str(s, 2, (struct str){map, nphrases});
    for (int c = 0; c < FTS_COLUMNS; c++)
        stmt_num(s, 3 + c, weight[c]);
    *n = 0;
    while (*n < max && (rc = stmt_step(s, e)) > 0) {
        struct str blob = col_str(s, 1);

        out[*n].id = col_int(s, 0);
        if (blob.n == sizeof(float))
            memcpy(&out[(*n)++].hits, blob.p, sizeof(float));
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static void fill(struct stmt *s, struct found_row *r)
{
    int c = 0;

    r->id = col_int(s, c++);
    r->session_id = col_int(s, c++);
    r->event_ms = col_int(s, c++);
    r->importance = (int)col_int(s, c++);
    r->pinned = col_int(s, c++) != 0;
    r->is_prompt = col_int(s, c++) != 0;
    r->wanted = col_int(s, c++) != 0;
    r->group = col_is_null(s, c) ? 0 : str_hash(col_str(s, c));
    c++;
    r->order = col_int(s, c++);
    r->origin = col_str(s, c++);
    r->user = col_str(s, c++);
    r->agent = col_str(s, c++);
    r->terms = col_str(s, c);
}

#define ROWS_COLS(wanted)                                                      \
    "SELECT m.id, m.session_id, m.event_ms, m.importance, m.pinned, "          \
    "m.kind = 'prompt', " wanted ", m.group_key, m.ord, m.origin, m.user, "    \
    "m.agent, t.v FROM json_each(?22) j CROSS JOIN memories m INDEXED BY "     \
    "memories_scope ON m.id = j.value LEFT JOIN memory_terms t ON "            \
    "t.memory_id = m.id WHERE 1" IN_PROJECT

/* Most questions name nothing but a project and a branch, and then a quarter of
 * a row's cost would be the conditions that nobody set. The same as SCOPE_SQL
 * and WANTED_SQL without them. */
#define PLAIN_SQL                                                              \
    BRANCH_SQL CHILD_SQL                                                       \
    " AND m.valid_to IS NULL AND (m.expires_ms IS NULL OR m.expires_ms > ?10)"

static bool is_plain(const struct memory_filter *f)
{
    return !f->session_id && !f->kind.n && !f->type.n && !f->branch.n &&
           !f->user.n && !f->agent.n && !f->group.n && !f->only &&
           !f->file.n && !f->since_ms && !f->until_ms && !f->as_of_ms &&
           !f->with_history && f->importance <= 0 && !f->pinned;
}

int rows_read(struct db *db, const struct memory_filter *f, const int64_t *ids,
              size_t n, int (*fn)(void *arg, const struct found_row *r),
              void *arg, struct err *e)
{
    struct stmt *s = is_plain(f)
                         ? db_stmt(db, ROWS_COLS("1") PLAIN_SQL)
                         : db_stmt(db, ROWS_COLS(WANTED_SQL) SCOPE_SQL);
    struct found_row r;
    struct buf b;
    int rc;

    buf_init(&b, IDS_BYTES_MAX);
    buf_addc(&b, '[');
    for (size_t i = 0; i < n; i++)
        buf_addf(&b, "%s%lld", i ? "," : "", (long long)ids[i]);
    buf_addc(&b, ']');
    bind_filter(s, f);
    stmt_str(s, P_FREE, buf_str(&b));
    while ((rc = stmt_step(s, e)) > 0) {
        fill(s, &r);
        rc = fn(arg, &r);
        if (rc < 0)
            break;
    }
    stmt_done(s);
    buf_free(&b);
    return rc < 0 ? rc : 0;
}

/* Two places before and two behind: by its order in the group, or in the
 * session where that has one; of others those with the next ids that are of
 * the same session; and what was asked last. */
#define BESIDE(key, index, has, cmp, dir)                                      \
    "SELECT * FROM (SELECT b.id FROM memories m JOIN memories b INDEXED "      \
    "BY " index " ON b." key " = m." key " AND " has " AND (b.ord, b.id) " cmp \
    " (m.ord, m.id) WHERE m.id = ?1 ORDER BY b.ord " dir ", b.id " dir         \
    " LIMIT 2)"
#define BESIDE_GROUP(cmp, dir)                                                 \
    BESIDE("group_key", "memories_group", "b.group_key IS NOT NULL", cmp, dir)
#define BESIDE_ORDER(cmp, dir)                                                 \
    BESIDE("session_id", "memories_order", "b.ord > 0", cmp, dir)
int rows_beside(struct db *db, const struct row_place *at, int64_t *ids,
                size_t *n, struct err *e)
{
    struct stmt *s;
    int rc = 0;

    if (at->group)
        s = db_stmt(
            db, BESIDE_GROUP("<", "DESC") " UNION ALL " BESIDE_GROUP(">", ""));
    else if (at->order > 0)
        s = db_stmt(
            db, BESIDE_ORDER("<", "DESC") " UNION ALL " BESIDE_ORDER(">", ""));
    else
        s = db_stmt(
            db, "SELECT b.id FROM memories b WHERE b.id IN (?1 - 2, ?1 - 1, "
                "?1 + 1, ?1 + 2) AND b.session_id = ?2 "
                "UNION ALL "
                "SELECT max(b.id) FROM memories b WHERE b.session_id = ?2 AND "
                "b.kind = 'prompt' AND b.id < ?1");
    stmt_int(s, 1, at->id);
    if (!at->group && at->order <= 0)
        stmt_int(s, 2, at->session_id);
    *n = 0;
    while (*n < ROWS_BESIDE && (rc = stmt_step(s, e)) > 0)
        if (!col_is_null(s, 0))
            ids[(*n)++] = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int words_any(struct db *db, struct str match, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT 1 FROM memories_fts WHERE "
                                 "memories_fts MATCH ?1 LIMIT 1");
    int rc;

    stmt_str(s, 1, match);
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc;
}

int64_t words_count(struct db *db, struct str match, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM memories_fts WHERE "
                                 "memories_fts MATCH ?1");
    int64_t n;

    stmt_str(s, 1, match);
    n = stmt_step(s, e);
    if (n > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return n;
}

int words_snippet(struct db *db, struct str match, int64_t id, struct arena *a,
                  struct str *out, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT snippet_of(?1, title, text, names) "
                                 "FROM memories_fts WHERE rowid = ?2");
    int rc;

    *out = STR_NONE;
    stmt_str(s, 1, match);
    stmt_int(s, 2, id);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* The word as it stands in a text, whatever its case. */
static struct str word_in(struct str text, struct str word)
{
    size_t i = 0;

    while (i < text.n) {
        size_t from = i;

        while (i < text.n &&
               (is_alnum(text.p[i]) || (unsigned char)text.p[i] >= 0x80))
            i++;
        if (str_ieq(str_cut(text, from, i), word))
            return str_cut(text, from, i);
        i += i == from;
    }
    return STR_NONE;
}

int words_spelling(struct db *db, struct str word, struct arena *a,
                   struct str *out, struct err *e)
{
    /* Another inflection may match, too: a few rows are looked at. */
    struct stmt *s = db_stmt(db, "SELECT title, text, names FROM memories_fts "
                                 "WHERE memories_fts MATCH ?1 LIMIT 4");
    struct str found = STR_NONE;
    int rc;

    *out = arena_str(a, word);
    stmt_str(s, 1, arena_fmt(a, "\"%.*s\"", STR_ARG(word)));
    while (found.n == 0 && (rc = stmt_step(s, e)) > 0)
        for (int c = 0; c < FTS_COLUMNS && found.n == 0; c++) {
            found = word_in(col_str(s, c), word);
            if (found.n)
                *out = arena_str(a, found);
        }
    stmt_done(s);
    return found.n || rc == 0 ? 0 : rc;
}
