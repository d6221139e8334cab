/* read_search.c - see read_search.h. */
#include "base/common.h"

#include "store/read_search.h"
#include "store/read_sql.h"

/* ?19: MATCH; ?20: map; ?21 to ?23: weights of title, text, names. */
#define SEARCH_SQL(where)                                                      \
    "SELECT m.id, m.session_id, m.event_ms, m.importance, m.pinned,"           \
    " m.kind = 'prompt', " WANTED_SQL ","                                      \
    " words(memories_fts, ?20, ?21, ?22, ?23)"                                 \
    " FROM memories_fts JOIN memories m INDEXED BY memories_scope"             \
    " ON m.id = memories_fts.rowid"                                            \
    " WHERE memories_fts MATCH ?19" where SCOPE_SQL

static bool fill(struct stmt *s, struct words_match *m)
{
    struct str blob = col_str(s, 7);

    if (blob.n > sizeof(m->hits))
        return false;
    m->id = col_int(s, 0);
    m->session_id = col_int(s, 1);
    m->event_ms = col_int(s, 2);
    m->importance = (int)col_int(s, 3);
    m->pinned = col_int(s, 4) != 0;
    m->is_prompt = col_int(s, 5) != 0;
    m->wanted = col_int(s, 6) != 0;
    m->nunits = blob.n / sizeof(*m->hits);
    memcpy(m->hits, blob.p, blob.n);
    return true;
}

int words_search(struct db *db, const struct words_query *q,
                 const struct memory_filter *f,
                 int (*fn)(void *arg, const struct words_match *m), void *arg,
                 struct err *e)
{
    struct stmt *s = f->project_id
                         ? db_stmt(db, SEARCH_SQL(" AND (m.project_id = ?1 OR "
                                                  "m.project_id IS NULL)"))
                         : db_stmt(db, SEARCH_SQL(" AND ?1 IS ?1"));
    struct words_match m;
    int rc;

    if (f->project_id)
        stmt_int(s, P_PROJECT, f->project_id);
    filter_bind(s, f);
    stmt_str(s, P_FREE, q->match);
    stmt_str(s, P_FREE + 1, q->map);
    for (int c = 0; c < FTS_COLUMNS; c++)
        stmt_num(s, P_FREE + 2 + c, q->weight[c]);
    while ((rc = stmt_step(s, e)) > 0) {
        if (!fill(s, &m))
            continue;
        rc = fn(arg, &m);
        if (rc < 0)
            break;
    }
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
    /* 24 tokens are two lines of a terminal. */
    struct stmt *s = db_stmt(
        db, "SELECT snippet(memories_fts, 1, char(2), char(3), '...', 24) "
            "FROM memories_fts WHERE memories_fts MATCH ?1 AND rowid = ?2");
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

int words_walk(struct db *db, struct str prefix,
               int (*fn)(void *arg, struct str term, int64_t rows), void *arg,
               struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT term, doc FROM memories_terms WHERE "
                                 "term >= ?1 ORDER BY term");
    int rc;

    stmt_str(s, 1, prefix.p ? prefix : STR(""));
    while ((rc = stmt_step(s, e)) > 0) {
        struct str term = col_str(s, 0);

        if (!str_starts(term, prefix))
            break;
        rc = fn(arg, term, col_int(s, 1));
        if (rc < 0)
            break;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* The first word of text that begins as the term does. A stem may have changed
 * its last letter: "repli" of "reply". */
static struct str word_like(struct str text, struct str term)
{
    size_t same = term.n > 3 ? term.n - 1 : term.n, i = 0;

    while (i < text.n) {
        size_t from = i, end = i;

        while (end < text.n &&
               (is_alnum(text.p[end]) || (unsigned char)text.p[end] >= 0x80))
            end++;
        i = end > from ? end : from + 1;
        if (end - from >= same &&
            str_ieq(str_cut(text, from, from + same), str_cut(term, 0, same)))
            return str_cut(text, from, end);
    }
    return STR_NONE;
}

int words_spelling(struct db *db, struct str term, struct arena *a,
                   struct str *out, struct err *e)
{
    struct str word = STR_NONE;
    struct stmt *s;
    int rc = db_exec(db,
                     "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_at "
                     "USING fts5vocab('main', 'memories_fts', 'instance')",
                     e);

    *out = arena_str(a, term);
    if (rc < 0)
        return rc;
    s = db_stmt(db, "SELECT f.title, f.text, f.names FROM memories_fts f WHERE "
                    "f.rowid = (SELECT doc FROM temp.words_at WHERE term = ?1 "
                    "LIMIT 1)");
    stmt_str(s, 1, term);
    rc = stmt_step(s, e);
    for (int c = 0; rc > 0 && c < FTS_COLUMNS && word.n == 0; c++)
        word = word_like(col_str(s, c), term);
    if (word.n)
        *out = arena_str(a, word);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}
