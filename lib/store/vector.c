/* vector.c - see vector.h. */
#include "base/common.h"

#include <math.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "store/vector.h"

/* Of one memory's text that is looked at: VECTOR_PARTS pieces of 128 tokens
 * are some 10 KB of prose; code and CJK have fewer bytes a token. */
#define TEXT_MAX_BYTES (24u * 1024u)
/* The end of a text so long does not say what it was about: "let me know if you
 * need more" would stand before most of what is said to an assistant. */
#define BEFORE_LONG 1200
/* Of the end of what was said before: some 60 tokens. */
#define BEFORE_BYTES 300

/* --- embedders -------------------------------------------------------------- */

static int read_embedder(struct stmt *s, struct embedder_row *out,
                         struct err *e)
{
    int rc = stmt_step(s, e);
    struct str uid;

    if (rc > 0) {
        *out = (struct embedder_row){.id = col_int(s, 0),
                                     .dim = (int)col_int(s, 2),
                                     .serves = col_int(s, 4) != 0};
        snprintf(out->name, sizeof(out->name), "%.*s", STR_ARG(col_str(s, 1)));
        uid = col_str(s, 3);
        if (uid.n == VECTOR_UID_BYTES)
            memcpy(out->uid, uid.p, uid.n);
        if (out->dim < 1 || out->dim > VECTOR_DIM_MAX ||
            uid.n != VECTOR_UID_BYTES)
            rc = err_set(e, CM_EFORMAT, "the embedder %s has %d elements",
                         out->name, out->dim);
    } else if (rc == 0) {
        rc = CM_ENOTFOUND;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int embedder_get(struct db *db, struct str name, struct embedder_row *out,
                 struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT id, name, dim, uid, serves FROM "
                                 "embedders WHERE name = ?1");

    stmt_str(s, 1, name);
    return read_embedder(s, out, e);
}

int embedder_serving(struct db *db, struct embedder_row *out, struct err *e)
{
    return read_embedder(db_stmt(db, "SELECT id, name, dim, uid, serves FROM "
                                     "embedders WHERE serves = 1 LIMIT 1"),
                         out, e);
}

int embedder_put(struct db *db, struct str name, int dim,
                 struct embedder_row *out, bool *made, struct err *e)
{
    unsigned char uid[VECTOR_UID_BYTES];
    struct stmt *s;
    int rc = embedder_get(db, name, out, e);

    *made = false;
    if (rc != CM_ENOTFOUND)
        return rc;
    if (dim < 1 || dim > VECTOR_DIM_MAX || name.n >= VECTOR_NAME_MAX)
        return err_set(e, CM_EARG, "an embedder gives 1 to %d elements, not %d",
                       VECTOR_DIM_MAX, dim);
    file_random(uid, sizeof(uid));
    s = db_stmt(db, "INSERT INTO embedders (name, dim, uid, serves) SELECT ?1, "
                    "?2, ?3, NOT EXISTS (SELECT 1 FROM embedders WHERE serves)");
    stmt_str(s, 1, name);
    stmt_int(s, 2, dim);
    stmt_blob(s, 3, (struct str){(const char *)uid, sizeof(uid)});
    rc = stmt_run(s, e);
    *made = rc == 0;
    return rc < 0 ? rc : embedder_get(db, name, out, e);
}

int embedder_serve(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE embedders SET serves = (id = ?1)");

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

int64_t embedder_others(struct db *db, int64_t id, int64_t also, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM embedders WHERE id NOT "
                                 "IN (?1, ?2)");
    int64_t n = -1;
    int rc;

    stmt_int(s, 1, id);
    stmt_int(s, 2, also);
    rc = stmt_step(s, e);
    if (rc > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : n;
}

int64_t embedder_drop_others(struct db *db, int64_t id, int64_t also,
                             int64_t max, struct err *e)
{
    struct stmt *s = db_stmt(db, "DELETE FROM vectors WHERE id IN (SELECT id "
                                 "FROM vectors WHERE embedder NOT IN (?1, ?2) "
                                 "LIMIT ?3)");
    int64_t n;
    int rc;

    stmt_int(s, 1, id);
    stmt_int(s, 2, also);
    stmt_int(s, 3, max);
    rc = stmt_run(s, e);
    n = rc < 0 ? rc : db_changes(db);
    if (n != 0)
        return n;
    s = db_stmt(db, "DELETE FROM embedders WHERE id NOT IN (?1, ?2)");
    stmt_int(s, 1, id);
    stmt_int(s, 2, also);
    return stmt_run(s, e);
}

/* --- numbers ---------------------------------------------------------------- */

float vector_pack(const float *v, int dim, signed char *out)
{
    float most = 0;

    for (int i = 0; i < dim; i++)
        if (fabsf(v[i]) > most)
            most = fabsf(v[i]);
    for (int i = 0; i < dim; i++)
        out[i] = most > 0 ? (signed char)lrintf(v[i] / most * 127) : 0;
    return most / 127;
}

bool vector_normalise(float *v, int dim)
{
    double sum = 0;

    for (int i = 0; i < dim; i++)
        sum += (double)v[i] * v[i];
    if (!isfinite(sum) || sum <= 0)
        return false;
    for (int i = 0; i < dim; i++)
        v[i] = (float)(v[i] / sqrt(sum));
    return true;
}

/* --- rows ------------------------------------------------------------------- */

static int run_id(struct db *db, const char *sql, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, sql);

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

static int put_part(struct db *db, const struct vector_in *in, int part,
                    struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT INTO vectors (memory_id, embedder, "
                                 "part, scale, v) SELECT id, ?2, ?3, ?4, ?5 "
                                 "FROM memories WHERE id = ?1");
    signed char bytes[VECTOR_DIM_MAX];
    float scale = vector_pack(in->v + (size_t)part * (size_t)in->dim, in->dim,
                              bytes);

    stmt_int(s, 1, in->memory_id);
    stmt_int(s, 2, in->embedder);
    stmt_int(s, 3, part);
    stmt_num(s, 4, (double)scale);
    stmt_blob(s, 5, (struct str){(const char *)bytes, (size_t)in->dim});
    return stmt_run(s, e);
}

int vectors_put(struct db *db, const struct vector_in *in, struct err *e)
{
    struct stmt *s = db_stmt(db, "DELETE FROM vectors WHERE memory_id = ?1 AND "
                                 "embedder = ?2");
    int rc;

    if (in->dim < 1 || in->dim > VECTOR_DIM_MAX || in->nparts < 0 ||
        in->nparts > VECTOR_PARTS)
        return err_set(e, CM_EARG, "%d vectors of %d elements", in->nparts,
                       in->dim);
    stmt_int(s, 1, in->memory_id);
    stmt_int(s, 2, in->embedder);
    rc = stmt_run(s, e);
    for (int part = 0; part < in->nparts && rc == 0; part++)
        rc = put_part(db, in, part, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM vectors_wanted WHERE memory_id = ?1",
                    in->memory_id, e);
    return rc;
}

int vectors_stale(struct db *db, int64_t memory_id, struct err *e)
{
    int rc = run_id(db, "DELETE FROM vectors WHERE memory_id = ?1", memory_id,
                    e);

    if (rc == 0)
        rc = run_id(db, "INSERT OR IGNORE INTO vectors_wanted (memory_id) "
                        "VALUES (?1)", memory_id, e);
    return rc;
}

int vectors_want_all(struct db *db, int64_t embedder, struct err *e)
{
    return run_id(db, "INSERT OR IGNORE INTO vectors_wanted (memory_id) "
                      "SELECT id FROM memories m WHERE NOT EXISTS (SELECT 1 "
                      "FROM vectors WHERE memory_id = m.id AND embedder = ?1)",
                  embedder, e);
}

bool vectors_is_wanted(struct db *db, int64_t memory_id, int64_t revision)
{
    struct stmt *s = db_stmt(db, "SELECT 1 FROM vectors_wanted w JOIN memories "
                                 "m ON m.id = w.memory_id WHERE w.memory_id = "
                                 "?1 AND m.revision = ?2");
    bool is;

    stmt_int(s, 1, memory_id);
    stmt_int(s, 2, revision);
    is = stmt_step(s, NULL) > 0;
    stmt_done(s);
    return is;
}

int vectors_texts(struct db *db, const int64_t *ids, size_t nids,
                  struct arena *a, struct vector_want **out, size_t *n,
                  struct err *e)
{
    int rc = 0;

    *n = 0;
    *out = arena_array(a, nids ? nids : 1, sizeof(**out));
    for (size_t i = 0; i < nids && rc >= 0; i++) {
        struct stmt *s = db_stmt(
            db, "SELECT m.revision, m.title, m.subtitle, m.text, m.data, "
                "CASE WHEN m.group_key IS NULL THEN (SELECT p.text FROM "
                "memories p WHERE p.session_id = m.session_id AND p.ord > 0 "
                "AND p.ord < m.ord AND p.group_key IS NULL ORDER BY p.ord "
                "DESC LIMIT 1) ELSE (SELECT p.text FROM memories p WHERE "
                "p.group_key = m.group_key AND p.ord < m.ord AND "
                "p.project_id IS m.project_id ORDER BY p.ord DESC LIMIT 1) "
                "END FROM memories m WHERE m.id = ?1");

        stmt_int(s, 1, ids[i]);
        rc = stmt_step(s, e);
        if (rc > 0) {
            struct vector_source m = {col_str(s, 1), col_str(s, 2),
                                      col_str(s, 3), col_str(s, 4),
                                      col_str(s, 5)};

            (*out)[*n].memory_id = ids[i];
            (*out)[*n].revision = col_int(s, 0);
            (*out)[(*n)++].text = vector_text(&m, a);
        }
        stmt_done(s);
    }
    return rc < 0 ? rc : 0;
}

/* "Fix the parser" and "Fix the pars..." both begin "Fix the parser: it". */
static bool is_said_in(struct str title, struct str text)
{
    static const struct str cut[] = {{"...", 3}, {"\xe2\x80\xa6", 3}};

    title = str_trim(title);
    for (size_t i = 0; i < ARRAY_LEN(cut); i++)
        if (str_ends(title, cut[i]))
            title.n -= cut[i].n;
    return str_starts(str_trim(text), title);
}

/* The last BEFORE_BYTES or so, from the beginning of a word if there is one. */
static struct str end_of(struct str s)
{
    size_t from;

    s = str_trim(s);
    if (s.n <= BEFORE_BYTES)
        return s;
    from = s.n - BEFORE_BYTES;
    for (size_t i = from; i < from + BEFORE_BYTES / 2; i++)
        if (is_space(s.p[i]))
            return str_trim(str_cut(s, i, s.n));
    while (from < s.n && ((unsigned char)s.p[from] & 0xc0) == 0x80)
        from++;
    return str_cut(s, from, s.n);
}

struct str vector_text(const struct vector_source *m, struct arena *a)
{
    struct json *data = m->data.n ? json_parse(m->data, NULL) : NULL;
    struct str all, text = utf8_cut(m->text, TEXT_MAX_BYTES);
    struct buf b;

    buf_init(&b, 2 * TEXT_MAX_BYTES);
    if (m->before.n && m->before.n <= BEFORE_LONG)
        buf_addf(&b, "%.*s\n", STR_ARG(end_of(m->before)));
    if (!is_said_in(m->title, text))
        buf_addf(&b, "%.*s\n", STR_ARG(utf8_cut(m->title, 1024)));
    if (m->subtitle.n && !is_said_in(m->subtitle, text))
        buf_addf(&b, "%.*s\n", STR_ARG(utf8_cut(m->subtitle, 1024)));
    buf_adds(&b, text);
    /* A fact of its own stands in text; those of an observation here. */
    for (struct json *j = json_first(json_get(data, "facts")); j;
         j = json_next(j))
        if (json_is_str(j) && !is_said_in(json_str(j), text))
            buf_addf(&b, "\n%.*s", STR_ARG(utf8_cut(json_str(j), 1024)));
    json_free(data);
    all = arena_str(a, utf8_cut(str_trim(buf_str(&b)), TEXT_MAX_BYTES));
    buf_free(&b);
    return all;
}

int vectors_count(struct db *db, int64_t *have, int64_t *all, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT (SELECT count(*) FROM memories), "
                                 "(SELECT count(*) FROM vectors_wanted)");
    int rc = stmt_step(s, e);

    if (rc > 0) {
        *all = col_int(s, 0);
        *have = *all - col_int(s, 1);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* --- for the matrix ------------------------------------------------------- */

int vectors_after(struct db *db, int64_t embedder, int64_t after, int64_t max,
                  int (*fn)(void *arg, const struct vector_row *r), void *arg,
                  struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT v.id, v.memory_id, coalesce(m.project_id, 0), "
            "coalesce(m.session_id, 0), v.scale, v.v FROM vectors v JOIN "
            "memories m ON m.id = v.memory_id WHERE v.id > ?2 AND v.embedder "
            "= ?1 ORDER BY v.id LIMIT ?3");
    int rc;

    stmt_int(s, 1, embedder);
    stmt_int(s, 2, after);
    stmt_int(s, 3, max);
    while ((rc = stmt_step(s, e)) > 0) {
        struct vector_row r = {col_int(s, 0), col_int(s, 1), col_int(s, 2),
                               col_int(s, 3), (float)col_num(s, 4),
                               col_str(s, 5)};

        rc = fn(arg, &r);
        if (rc < 0)
            break;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int vectors_extent(struct db *db, int64_t embedder, struct vector_extent *out,
                   struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT CASE WHEN ?1 = 0 THEN 0 ELSE (SELECT count(*) FROM "
            "vectors WHERE embedder = ?1) END, "
            "coalesce((SELECT seq FROM sqlite_sequence WHERE name = "
            "'vectors'), 0), coalesce((SELECT max(id) FROM memories), 0)");
    int rc;

    stmt_int(s, 1, embedder);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out = (struct vector_extent){col_int(s, 0), col_int(s, 1),
                                      col_int(s, 2)};
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* The ids that a statement gives, at most `max`. */
static int collect_ids(struct stmt *s, size_t max, struct arena *a,
                       int64_t **ids, size_t *n, struct err *e)
{
    size_t room = 0;
    int rc;

    *n = 0;
    *ids = NULL;
    stmt_int(s, 1, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0) {
        if (*n == room) {
            int64_t *more = arena_array(a, room ? room * 2 : 16, sizeof(*more));

            if (room)
                memcpy(more, *ids, room * sizeof(*more));
            *ids = more;
            room = room ? room * 2 : 16;
        }
        (*ids)[(*n)++] = col_int(s, 0);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int vectors_wanted(struct db *db, size_t max, struct arena *a, int64_t **ids,
                   size_t *n, struct err *e)
{
    return collect_ids(db_stmt(db, "SELECT memory_id FROM vectors_wanted "
                                   "ORDER BY memory_id DESC LIMIT ?1"),
                       max, a, ids, n, e);
}

int vectors_gone(struct db *db, size_t max, struct arena *a, int64_t **ids,
                 size_t *n, struct err *e)
{
    return collect_ids(db_stmt(db, "SELECT id FROM vectors_gone ORDER BY id "
                                   "LIMIT ?1"),
                       max, a, ids, n, e);
}

int vectors_gone_done(struct db *db, const int64_t *ids, size_t n,
                      struct err *e)
{
    int rc = 0;

    for (size_t i = 0; i < n && rc == 0; i++)
        rc = run_id(db, "DELETE FROM vectors_gone WHERE id = ?1", ids[i], e);
    return rc;
}
