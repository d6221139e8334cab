/* outcome.c - see outcome.h. */
#include "base/common.h"

#include "base/json.h"
#include "base/sha256.h"
#include "store/outcome.h"

#define FIX_BYTES (64u * 1024u)
#define DAY_MS    INT64_C(86400000)

static void hash_of(const struct outcome_in *in,
                    unsigned char out[SHA256_BYTES])
{
    char project[32];
    struct sha256 h;

    snprintf(project, sizeof(project), "%lld\n", (long long)in->project_id);
    sha256_init(&h);
    sha256_add(&h, str_of(project));
    sha256_add(&h, in->signature);
    sha256_add(&h, STR("\n"));
    sha256_add(&h, in->same);
    sha256_end(&h, out);
}

static struct json *time_of(const struct outcome_in *in)
{
    struct json *t = json_object();

    json_set_int(t, "session", in->session_id);
    json_set_int(t, "bad", in->bad);
    json_set_int(t, "good", in->good);
    json_set_int(t, "ms", in->time_ms);
    if (in->back)
        json_set_int(t, "back", in->back);
    return t;
}

static struct str printed(const struct json *j, struct arena *a)
{
    struct buf b;
    struct str s;

    buf_init(&b, FIX_BYTES);
    json_print(j, &b, 0);
    s = arena_str(a, buf_str(&b));
    buf_free(&b);
    return s;
}

static int insert(struct db *db, const struct outcome_in *in,
                  const unsigned char *hash, struct arena *a, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO outcomes (project_id, signature, error, command, fix, "
            "fix_hash, held, failed, session_id, first_ms, last_ms) VALUES "
            "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)");
    struct json *fix = json_parse(in->what, e), *times;

    if (!fix) {
        stmt_done(s);
        return CM_EFORMAT;
    }
    times = json_array();
    json_push(times, time_of(in));
    json_set(fix, "times", times);
    stmt_int(s, 1, in->project_id);
    stmt_str(s, 2, in->signature);
    stmt_str(s, 3, in->error);
    stmt_str(s, 4, in->command);
    stmt_str(s, 5, printed(fix, a));
    stmt_blob(s, 6, (struct str){(const char *)hash, SHA256_BYTES});
    stmt_int(s, 7, in->back == 0);
    stmt_int(s, 8, in->back != 0);
    stmt_int(s, 9, in->session_id);
    stmt_int(s, 10, in->time_ms);
    json_free(fix);
    return stmt_run(s, e);
}

struct counted {
    int64_t id, held, failed;
    struct json *fix; /* freed by whoever read it */
};

/* 1: there is such a row. */
static int read_counted(struct stmt *s, struct counted *c, struct err *e)
{
    int rc = stmt_step(s, e);

    *c = (struct counted){0};
    if (rc > 0) {
        c->id = col_int(s, 0);
        c->held = col_int(s, 1);
        c->failed = col_int(s, 2);
        c->fix = json_parse(col_str(s, 3), NULL);
        if (!json_is_object(c->fix))
            rc = 0;
    }
    stmt_done(s);
    return rc;
}

static int write_counted(struct db *db, const struct counted *c,
                         const struct outcome_in *in, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE outcomes SET held = ?2, failed = ?3, fix = ?4, error = "
            "CASE WHEN ?6 > last_ms THEN ?5 ELSE error END, session_id = CASE "
            "WHEN ?6 > last_ms THEN ?7 ELSE session_id END, first_ms = "
            "min(first_ms, ?6), last_ms = max(last_ms, ?6) WHERE id = ?1");
    struct arena a = {0};
    int rc;

    stmt_int(s, 1, c->id);
    stmt_int(s, 2, c->held);
    stmt_int(s, 3, c->failed);
    stmt_str(s, 4, printed(c->fix, &a));
    stmt_str(s, 5, in->error);
    stmt_int(s, 6, in->time_ms);
    stmt_int(s, 7, in->session_id);
    rc = stmt_run(s, e);
    arena_free(&a);
    return rc;
}

static void did_not_hold(struct counted *c, struct json *t, int64_t event)
{
    json_set_int(t, "back", event);
    c->held -= c->held > 0;
    c->failed++;
}

/* An occurrence that is known may be told again, now with its return. */
static bool count_known(struct counted *c, const struct outcome_in *in,
                        bool *changed)
{
    struct json *times = json_get(c->fix, "times");

    for (struct json *t = json_first(times); t; t = json_next(t)) {
        if (json_get_int(t, "good", 0) != in->good ||
            json_get_int(t, "bad", 0) != in->bad)
            continue;
        *changed = in->back && !json_get(t, "back");
        if (*changed)
            did_not_hold(c, t, in->back);
        return true;
    }
    return false;
}

/* The newest times, in place of all. */
static void add_time(struct counted *c, const struct outcome_in *in)
{
    const struct json *old = json_get(c->fix, "times");
    struct json *times = json_array();
    size_t n = json_len(old),
           skip = n >= OUTCOME_TIMES ? n + 1 - OUTCOME_TIMES : 0;

    for (const struct json *t = json_first(old); t; t = json_next(t)) {
        struct json *copy;

        if (skip) {
            skip--;
            continue;
        }
        copy = json_object();
        for (const struct json *m = json_first(t); m; m = json_next(m))
            json_set_int(copy, json_key(m).p, json_int(m));
        json_push(times, copy);
    }
    json_push(times, time_of(in));
    json_del(c->fix, "times");
    json_set(c->fix, "times", times);
    if (in->back)
        c->failed++;
    else
        c->held++;
}

int outcome_put(struct db *db, const struct outcome_in *in, struct err *e)
{
    unsigned char hash[SHA256_BYTES];
    struct arena a = {0};
    struct counted c;
    struct stmt *s;
    bool changed = true;
    int rc;

    hash_of(in, hash);
    s = db_stmt(db, "SELECT id, held, failed, fix FROM outcomes WHERE fix_hash "
                    "= ?1");
    stmt_blob(s, 1, (struct str){(const char *)hash, SHA256_BYTES});
    rc = read_counted(s, &c, e);
    if (rc == 0)
        rc = insert(db, in, hash, &a, e);
    else if (rc > 0) {
        if (!count_known(&c, in, &changed))
            add_time(&c, in);
        rc = changed ? write_counted(db, &c, in, e) : 0;
    }
    json_free(c.fix);
    arena_free(&a);
    return rc;
}

int outcome_back(struct db *db, int64_t project_id, int64_t session_id,
                 struct str signature, int64_t event_id, int64_t time_ms,
                 struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, held, failed, fix FROM outcomes WHERE signature = ?1 "
            "AND project_id = ?2 AND last_ms BETWEEN ?3 AND ?4 AND session_id "
            "<> ?5 ORDER BY last_ms DESC LIMIT 1");
    struct outcome_in in = {.session_id = session_id};
    struct json *last = NULL;
    struct counted c;
    int rc;

    stmt_str(s, 1, signature);
    stmt_int(s, 2, project_id);
    stmt_int(s, 3, time_ms - OUTCOME_BACK_DAYS * DAY_MS);
    stmt_int(s, 4, time_ms - 1);
    stmt_int(s, 5, session_id);
    rc = read_counted(s, &c, e);
    if (rc > 0) {
        for (struct json *t = json_first(json_get(c.fix, "times")); t;
             t = json_next(t))
            last = t;
        rc = 0;
        /* A command that helped then helps again: only a change of files is
         * meant to last. */
        if (last && !json_get(last, "back") && json_get(c.fix, "edits") &&
            json_get_int(last, "session", 0) != session_id) {
            did_not_hold(&c, last, event_id);
            rc = write_counted(db, &c, &in, e);
        }
    }
    json_free(c.fix);
    return rc;
}

#define OUTCOME_ROW                                                            \
    "SELECT o.id, o.project_id, o.session_id, o.held, o.failed, "              \
    "o.first_ms, o.last_ms, o.signature, o.error, o.command, o.fix, "          \
    "p.name, s.uid FROM outcomes o LEFT JOIN projects p ON p.id = "            \
    "o.project_id LEFT JOIN sessions s ON s.id = o.session_id "

static void read_row(struct stmt *s, struct arena *a, struct outcome_row *r)
{
    *r = (struct outcome_row){.id = col_int(s, 0),
                              .project_id = col_int(s, 1),
                              .session_id = col_int(s, 2),
                              .held = col_int(s, 3),
                              .failed = col_int(s, 4),
                              .first_ms = col_int(s, 5),
                              .last_ms = col_int(s, 6)};
    r->signature = arena_str(a, col_str(s, 7));
    r->error = arena_str(a, col_str(s, 8));
    r->command = arena_str(a, col_str(s, 9));
    r->fix = arena_str(a, col_str(s, 10));
    r->project = arena_str(a, col_str(s, 11));
    r->session_uid = arena_str(a, col_str(s, 12));
}

/* Every row that s gives; s is done. */
static int read_rows(struct stmt *s, struct arena *a, struct outcome_row **rows,
                     size_t *n, struct err *e)
{
    size_t room = 64;
    int rc;

    *n = 0;
    *rows = arena_array(a, room, sizeof(**rows));
    while ((rc = stmt_step(s, e)) > 0) {
        if (*n == room) {
            struct outcome_row *more = arena_array(a, 2 * room, sizeof(*more));

            memcpy(more, *rows, room * sizeof(*more));
            room *= 2;
            *rows = more;
        }
        read_row(s, a, &(*rows)[(*n)++]);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int outcomes_read(struct db *db, int64_t project_id, bool others, size_t max,
                  struct arena *a, struct outcome_row **rows, size_t *n,
                  struct err *e)
{
    struct stmt *s = db_stmt(
        db, OUTCOME_ROW
        "WHERE (?1 = 0 OR (o.project_id = ?1) <> ?2) ORDER BY o.last_ms "
        "DESC, o.id DESC LIMIT ?3");

    stmt_int(s, 1, project_id);
    stmt_int(s, 2, others);
    stmt_int(s, 3, (int64_t)max);
    return read_rows(s, a, rows, n, e);
}

int outcomes_of_session(struct db *db, int64_t session_id, size_t max,
                        struct arena *a, struct outcome_row **rows, size_t *n,
                        struct err *e)
{
    struct stmt *s = db_stmt(
        db, OUTCOME_ROW
        "CROSS JOIN json_each(o.fix, '$.times') t WHERE o.project_id IS "
        "(SELECT project_id FROM sessions WHERE id = ?1) AND "
        "json_extract(t.value, '$.session') = ?1 GROUP BY o.id ORDER BY "
        "min(json_extract(t.value, '$.good')), o.id LIMIT ?2");

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, (int64_t)max);
    return read_rows(s, a, rows, n, e);
}

int outcomes_count(struct db *db, int64_t *n, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM outcomes");
    int rc = stmt_step(s, e);

    *n = rc > 0 ? col_int(s, 0) : 0;
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int memories_on_events(struct db *db, int64_t bad, int64_t good, size_t max,
                       struct arena *a, int64_t **ids, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT m.id FROM evidence v JOIN memories m ON m.id = v.memory_id "
            "WHERE v.event_id IN (?1, ?2) AND m.kind <> 'prompt' GROUP BY m.id "
            "ORDER BY count(*) DESC, m.type = 'bugfix' DESC, m.id LIMIT ?3");
    int rc;

    *ids = arena_array(a, max ? max : 1, sizeof(**ids));
    *n = 0;
    stmt_int(s, 1, bad);
    stmt_int(s, 2, good);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*ids)[(*n)++] = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}
