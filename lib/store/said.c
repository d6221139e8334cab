/* said.c - see said.h. */
#include "base/common.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/names.h"
#include "base/utf8.h"
#include "store/said.h"
#include "store/scope_words.h"

/* Of a prompt or message, of one string that a tool was given. */
#define TEXT_BYTES  8192
#define INPUT_BYTES 2048
/* Different words of one batch; more is a listing. */
#define WORDS_MAX 3000
#define WORD_MAX  48
#define OUT_BYTES (WORDS_MAX * (WORD_MAX + 1) + 256)
#define IDS_BYTES (1u << 20)

/* Each word once. */
struct bag {
    struct arena a;
    struct str word[WORDS_MAX];
    uint64_t seen[2 * 4096]; /* hashes: more than twice WORDS_MAX */
    size_t n;
};

static void bag_word(struct bag *g, struct str w)
{
    uint64_t h;
    size_t at;
    char low[WORD_MAX];

    if (w.n == 0 || w.n > WORD_MAX || g->n == WORDS_MAX)
        return;
    for (size_t i = 0; i < w.n; i++)
        low[i] = to_lower(w.p[i]);
    w.p = low;
    h = str_hash(w) | 1;
    for (at = h % ARRAY_LEN(g->seen); g->seen[at] && g->seen[at] != h;)
        at = (at + 1) % ARRAY_LEN(g->seen);
    if (g->seen[at])
        return;
    g->seen[at] = h;
    g->word[g->n++] = arena_str(&g->a, w);
}

static void bag_words(struct bag *g, struct str text)
{
    for (size_t i = 0; i < text.n;) {
        size_t from = i;

        while (i < text.n &&
               (is_alnum(text.p[i]) || (unsigned char)text.p[i] >= 0x80))
            i++;
        if (i == from) {
            i++;
            continue;
        }
        /* Scripts without blanks: pieces, as many as it takes. */
        while (i - from > WORD_MAX && (unsigned char)text.p[from] >= 0x80) {
            struct str piece = utf8_cut(str_cut(text, from, i), WORD_MAX);

            if (piece.n == 0)
                break;
            bag_word(g, piece);
            from += piece.n;
        }
        bag_word(g, str_cut(text, from, i));
    }
}

/* Words as they stand, and the parts of names: parseReply, parse, reply. */
static void bag_text(struct bag *g, struct str text)
{
    struct names walk = {text, 0};
    struct str name;

    bag_words(g, text);
    while (g->n < WORDS_MAX && names_next(&walk, &name)) {
        struct buf parts;

        buf_init(&parts, 1024);
        name_parts(name, &parts);
        bag_words(g, buf_str(&parts));
        buf_free(&parts);
    }
}

static void bag_input(struct bag *g, const struct json *input)
{
    struct json_walk w;
    const struct json *j;

    json_walk_init(&w, input);
    while (input && (j = json_walk_next(&w)) != NULL)
        if (json_is_str(j))
            bag_text(g, str_cut(json_str(j), 0, INPUT_BYTES));
}

static void bag_event(struct bag g[SAID_PARTS], struct str payload)
{
    static const char *const texts[] = {"prompt", "text",
                                        "last_assistant_message"};
    struct json *j = json_parse(payload, NULL);

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        bag_text(&g[SAID_WORDS],
                 str_cut(json_get_str(j, texts[i]), 0, TEXT_BYTES));
    bag_input(&g[SAID_DEEDS], json_get(j, "tool_input"));
    json_free(j);
}

static int run_id(struct db *db, const char *sql, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, sql);

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

/* The batch's session and project; 0: it is not there, or not done. */
static int find_batch(struct db *db, int64_t batch_id, int64_t *session,
                      int64_t *project, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT b.session_id, s.project_id FROM "
                                 "batches b JOIN sessions s ON s.id = "
                                 "b.session_id WHERE b.id = ?1");
    int rc;

    stmt_int(s, 1, batch_id);
    rc = stmt_step(s, e);
    *session = rc > 0 ? col_int(s, 0) : 0;
    *project = rc > 0 ? col_int(s, 1) : 0;
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static int read_events(struct db *db, int64_t batch_id,
                       struct bag g[SAID_PARTS], struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT v.payload FROM batches b JOIN events v ON v.session_id = "
            "b.session_id AND v.id BETWEEN b.first_event AND b.last_event "
            "WHERE b.id = ?1");
    int rc;

    stmt_int(s, 1, batch_id);
    while ((rc = stmt_step(s, e)) > 0)
        bag_event(g, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static int by_word(const void *px, const void *py)
{
    const struct str *x = px, *y = py;
    int order = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

    return order ? order : x->n < y->n ? -1 : x->n > y->n;
}

/* The words in the order of the alphabet: nothing of the text can be read out
 * of them. */
static int put_part(struct db *db, int64_t row, struct bag *g, struct str scope,
                    struct err *e)
{
    struct stmt *s =
        db_stmt(db, "INSERT INTO said_fts (rowid, words) VALUES (?1, ?2)");
    struct buf b;
    int rc;

    if (g->n == 0)
        return 0;
    qsort(g->word, g->n, sizeof(*g->word), by_word);
    buf_init(&b, OUT_BYTES);
    buf_adds(&b, scope);
    for (size_t i = 0; i < g->n; i++) {
        buf_addc(&b, ' ');
        buf_adds(&b, g->word[i]);
    }
    stmt_int(s, 1, row);
    stmt_str(s, 2, buf_str(&b));
    rc = stmt_run(s, e);
    buf_free(&b);
    return rc;
}

static int put(struct db *db, int64_t batch_id, int64_t session_id,
               const struct bag g[SAID_PARTS], struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT OR REPLACE INTO said (batch_id, "
                                 "session_id, words, deeds) VALUES (?1, ?2, "
                                 "?3, ?4)");

    stmt_int(s, 1, batch_id);
    stmt_int(s, 2, session_id);
    stmt_int(s, 3, (int64_t)g[SAID_WORDS].n);
    stmt_int(s, 4, (int64_t)g[SAID_DEEDS].n);
    return stmt_run(s, e);
}

int said_index(struct db *db, int64_t batch_id, struct err *e)
{
    struct bag *g;
    struct buf scope;
    int64_t session, project;
    int rc = said_forget(db, batch_id, e);

    if (rc == 0)
        rc = find_batch(db, batch_id, &session, &project, e);
    if (rc < 0 || !session)
        return rc;
    g = calloc(SAID_PARTS, sizeof(*g));
    if (!g)
        CM_BUG("out of memory");
    buf_init(&scope, 256);
    scope_id(&scope, 'p', project);
    scope_id(&scope, 's', session);
    rc = read_events(db, batch_id, g, e);
    for (int i = 0; i < SAID_PARTS && rc == 0; i++)
        rc = put_part(db, SAID_ROW(batch_id, i), &g[i], buf_str(&scope), e);
    if (rc == 0 && (g[SAID_WORDS].n || g[SAID_DEEDS].n))
        rc = put(db, batch_id, session, g, e);
    for (int i = 0; i < SAID_PARTS; i++)
        arena_free(&g[i].a);
    buf_free(&scope);
    free(g);
    return rc;
}

int said_forget(struct db *db, int64_t batch_id, struct err *e)
{
    int rc = run_id(db,
                    "DELETE FROM said_fts WHERE rowid IN (2 * ?1, 2 * ?1 "
                    "+ 1)",
                    batch_id, e);

    return rc < 0 ? rc
                  : run_id(db, "DELETE FROM said WHERE batch_id = ?1", batch_id,
                           e);
}

int said_forget_session(struct db *db, int64_t session_id, struct err *e)
{
    int rc = run_id(db,
                    "DELETE FROM said_fts WHERE rowid IN (SELECT 2 * "
                    "batch_id FROM said WHERE session_id = ?1 UNION ALL "
                    "SELECT 2 * batch_id + 1 FROM said WHERE session_id = "
                    "?1)",
                    session_id, e);

    return rc < 0 ? rc
                  : run_id(db, "DELETE FROM said WHERE session_id = ?1",
                           session_id, e);
}

int64_t said_index_all(struct db *db, struct err *e)
{
    int64_t n = 0, id = 0;
    int rc;

    do {
        struct stmt *s = db_stmt(db, "SELECT min(id) FROM batches WHERE id > "
                                     "?1 AND state <> 'waiting'");

        stmt_int(s, 1, id);
        rc = stmt_step(s, e);
        id = rc > 0 ? col_int(s, 0) : 0;
        stmt_done(s);
        if (rc > 0 && id)
            rc = said_index(db, id, e);
        n += rc >= 0 && id;
    } while (rc >= 0 && id);
    return rc < 0 ? rc : n;
}

struct str said_within(struct str match, const struct memory_filter *f,
                       struct arena *a)
{
    struct str out;
    struct buf b, w;

    buf_init(&b, match.n + 512);
    buf_init(&w, 256);
    buf_addf(&b, "(%.*s)", STR_ARG(match));
    if (f->project_id) {
        scope_id(&w, 'p', f->project_id);
        buf_addf(&b, " AND \"%.*s\"", STR_ARG(buf_str(&w)));
    }
    if (f->session_id) {
        buf_reset(&w);
        scope_id(&w, 's', f->session_id);
        buf_addf(&b, " AND \"%.*s\"", STR_ARG(buf_str(&w)));
    }
    out = arena_str(a, buf_str(&b));
    buf_free(&w);
    buf_free(&b);
    return out;
}

int said_match(struct db *db, struct str text, struct arena *a,
               struct str *match, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT word_match(?1)");
    int rc;

    stmt_str(s, 1, text);
    rc = stmt_step(s, e);
    *match = rc > 0 ? arena_str(a, col_str(s, 0)) : STR_NONE;
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int said_rows(struct db *db, struct str match, size_t max, int64_t *ids,
              size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT rowid FROM said_fts WHERE said_fts "
                                 "MATCH ?1 ORDER BY rowid DESC");

    stmt_str(s, 1, match);
    return stmt_take_ids(s, max, ids, n, e);
}

int said_batches(struct db *db, int64_t memory_id, struct arena *a,
                 int64_t **ids, size_t *n, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT count(*) FROM evidence WHERE memory_id = ?1");
    size_t most = 0;

    stmt_int(s, 1, memory_id);
    if (stmt_step(s, e) > 0)
        most = (size_t)col_int(s, 0);
    stmt_done(s);
    *ids = arena_array(a, most + 1, sizeof(**ids));
    s = db_stmt(
        db, "SELECT DISTINCT b.id FROM evidence x JOIN events v ON v.id = "
            "x.event_id JOIN batches b ON b.session_id = v.session_id AND "
            "v.id BETWEEN b.first_event AND b.last_event WHERE x.memory_id = "
            "?1");
    stmt_int(s, 1, memory_id);
    return stmt_take_ids(s, most, *ids, n, e);
}

static void put_ids(struct buf *b, const int64_t *ids, size_t n)
{
    buf_init(b, IDS_BYTES);
    buf_addc(b, '[');
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "%s%lld", i ? "," : "", (long long)ids[i]);
    buf_addc(b, ']');
}

int said_read(struct db *db, const int64_t *ids, size_t n, struct said_row *out,
              size_t *nout, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT t.batch_id, t.session_id, t.words, "
                                 "t.deeds FROM json_each(?1) j CROSS JOIN said "
                                 "t ON t.batch_id = j.value");
    struct buf b;
    int rc = 0;

    put_ids(&b, ids, n);
    stmt_str(s, 1, buf_str(&b));
    *nout = 0;
    while (*nout < n && (rc = stmt_step(s, e)) > 0)
        out[(*nout)++] =
            (struct said_row){col_int(s, 0),
                              col_int(s, 1),
                              {(int)col_int(s, 2), (int)col_int(s, 3)}};
    stmt_done(s);
    buf_free(&b);
    return rc < 0 ? rc : 0;
}

int said_sizes(struct db *db, const int64_t *sessions, size_t n,
               float (*out)[SAID_PARTS], struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT j.key, (SELECT sum(words) FROM said t WHERE t.session_id = "
            "j.value), (SELECT sum(deeds) FROM said t WHERE t.session_id = "
            "j.value) FROM json_each(?1) j");
    struct buf b;
    int rc;

    put_ids(&b, sessions, n);
    stmt_str(s, 1, buf_str(&b));
    while ((rc = stmt_step(s, e)) > 0) {
        out[col_int(s, 0)][SAID_WORDS] = (float)col_int(s, 1);
        out[col_int(s, 0)][SAID_DEEDS] = (float)col_int(s, 2);
    }
    stmt_done(s);
    buf_free(&b);
    return rc < 0 ? rc : 0;
}

int said_memories(struct db *db, const int64_t *batches, size_t n, size_t max,
                  struct said_memory *out, size_t *nout, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT m.id, j.key FROM json_each(?1) j CROSS "
                    "JOIN memories m INDEXED BY memories_batch ON "
                    "m.batch_id = j.value");
    struct buf b;
    int rc = 0;

    put_ids(&b, batches, n);
    stmt_str(s, 1, buf_str(&b));
    *nout = 0;
    while (*nout < max && (rc = stmt_step(s, e)) > 0) {
        out[*nout].id = col_int(s, 0);
        out[(*nout)++].at = (size_t)col_int(s, 1);
    }
    stmt_done(s);
    buf_free(&b);
    return rc < 0 ? rc : 0;
}

int said_sessions(struct db *db, const int64_t *sessions, size_t n,
                  int64_t *ids, size_t *nids, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT coalesce((SELECT min(m.id) FROM memories m WHERE "
            "m.session_id = j.value AND m.kind = 'prompt'), (SELECT min(m.id) "
            "FROM memories m WHERE m.session_id = j.value)) AS id FROM "
            "json_each(?1) j WHERE id IS NOT NULL");
    struct buf b;
    int rc;

    put_ids(&b, sessions, n);
    stmt_str(s, 1, buf_str(&b));
    rc = stmt_take_ids(s, n, ids, nids, e);
    buf_free(&b);
    return rc;
}
