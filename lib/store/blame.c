/* blame.c - see blame.h. */
#include "base/common.h"

#include "base/json.h"
#include "store/blame.h"

/* Prompts of a session that are passed over because the client wrote them. */
#define PROMPTS_MAX 50

#define COLUMNS                                                                \
    "t.id, t.session_id, t.event_id, t.time_ms, t.path, t.symbol, t.kind, "    \
    "t.first_line, t.last_line, t.hash, coalesce(length(t.body), 0) "

static int read_changes(struct stmt *s, size_t max, struct arena *a,
                        struct change_row **v, size_t *n, struct err *e)
{
    int rc;

    *n = 0;
    *v = arena_array(a, max + 1, sizeof(**v));
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*v)[(*n)++] = (struct change_row){
            .id = col_int(s, 0),
            .session_id = col_int(s, 1),
            .event_id = col_int(s, 2),
            .time_ms = col_int(s, 3),
            .path = arena_str(a, col_str(s, 4)),
            .symbol = arena_str(a, col_str(s, 5)),
            .kind = arena_str(a, col_str(s, 6)),
            .first_line = (uint32_t)col_int(s, 7),
            .last_line = (uint32_t)col_int(s, 8),
            .hash = (uint64_t)col_int(s, 9),
            .bytes = col_int(s, 10),
        };
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int changes_of_path(struct db *db, int64_t project_id, struct str path,
                    struct str symbol, int64_t until_ms, size_t max,
                    struct arena *a, struct change_row **v, size_t *n,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " COLUMNS "FROM touches t JOIN sessions s ON s.id = "
            "t.session_id WHERE t.path = ?2 AND (?3 = '' OR t.symbol = ?3) AND "
            "t.modified = 1 AND t.time_ms <= ?4 AND s.project_id = ?1 "
            "ORDER BY t.time_ms DESC, t.id DESC LIMIT ?5");

    stmt_int(s, 1, project_id);
    stmt_str(s, 2, path);
    stmt_str(s, 3, symbol.p ? symbol : STR(""));
    stmt_int(s, 4, until_ms);
    stmt_int(s, 5, (int64_t)max);
    return read_changes(s, max, a, v, n, e);
}

int changes_of_hash(struct db *db, int64_t project_id, uint64_t hash,
                    size_t max, struct arena *a, struct change_row **v,
                    size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT " COLUMNS "FROM touches t JOIN sessions s ON s.id = "
            "t.session_id WHERE t.hash = ?2 AND t.symbol <> '' AND "
            "t.modified = 1 AND s.project_id = ?1 "
            "ORDER BY t.time_ms DESC, t.id DESC LIMIT ?3");

    stmt_int(s, 1, project_id);
    stmt_int(s, 2, (int64_t)hash);
    stmt_int(s, 3, (int64_t)max);
    return read_changes(s, max, a, v, n, e);
}

int changed_paths(struct db *db, int64_t project_id, struct str end, size_t max,
                  struct arena *a, struct str **v, size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT DISTINCT t.path FROM touches t WHERE (t.path = ?2 OR "
            "substr(t.path, -length(?2) - 1) = '/' || ?2) AND t.modified = 1 "
            "AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = t.session_id "
            "AND s.project_id = ?1) ORDER BY t.path LIMIT ?3");
    int rc;

    *n = 0;
    *v = arena_array(a, max + 1, sizeof(**v));
    stmt_int(s, 1, project_id);
    stmt_str(s, 2, end);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*v)[(*n)++] = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int file_changes(struct db *db, int64_t project_id, struct str path, size_t max,
                 struct arena *a, struct file_change_row **v, size_t *n,
                 struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT f.session_id, f.last_ms, f.times FROM session_files f "
            "JOIN sessions s ON s.id = f.session_id WHERE f.path = ?2 AND "
            "f.modified = 1 AND s.project_id = ?1 ORDER BY f.last_ms DESC, "
            "f.session_id DESC LIMIT ?3");
    int rc;

    *n = 0;
    *v = arena_array(a, max + 1, sizeof(**v));
    stmt_int(s, 1, project_id);
    stmt_str(s, 2, path);
    stmt_int(s, 3, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*v)[(*n)++] = (struct file_change_row){col_int(s, 0), col_int(s, 1),
                                                col_int(s, 2)};
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* The last event of the session before the change that has the user's words. */
static int prompt_event(struct db *db, int64_t session_id,
                        const struct change_row *c, struct arena *a,
                        struct prompt_row *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, time_ms, payload FROM events WHERE session_id = ?1 AND "
            "name = 'UserPromptSubmit' AND time_ms <= ?2 AND "
            "(?3 = 0 OR id < ?3) ORDER BY time_ms DESC, id DESC LIMIT ?4");
    int rc;

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, c->time_ms);
    stmt_int(s, 3, c->event_id);
    stmt_int(s, 4, PROMPTS_MAX);
    while ((rc = stmt_step(s, e)) > 0) {
        struct json *j = json_parse(col_str(s, 2), NULL);
        struct str text = str_trim(json_get_str(j, "prompt"));
        bool words = text.n && text.p[0] != '<';

        if (words)
            *out = (struct prompt_row){col_int(s, 0), col_int(s, 1),
                                       arena_str(a, text)};
        json_free(j);
        if (words)
            break;
    }
    stmt_done(s);
    return rc;
}

/* The same from what is remembered of it. */
static int prompt_memory(struct db *db, int64_t session_id,
                         const struct change_row *c, struct arena *a,
                         struct prompt_row *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT event_ms, text FROM memories WHERE session_id = ?1 AND "
            "kind = 'prompt' AND event_ms <= ?2 ORDER BY event_ms DESC, "
            "id DESC LIMIT 1");
    int rc;

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, c->time_ms);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out =
            (struct prompt_row){0, col_int(s, 0), arena_str(a, col_str(s, 1))};
    stmt_done(s);
    return rc;
}

static int parent_of(struct db *db, int64_t session_id, int64_t *parent,
                     struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT parent_id FROM sessions WHERE id = ?1");
    int rc;

    stmt_int(s, 1, session_id);
    rc = stmt_step(s, e);
    *parent = rc > 0 ? col_int(s, 0) : 0;
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int change_prompt(struct db *db, const struct change_row *c, struct arena *a,
                  struct prompt_row *out, struct err *e)
{
    int64_t session = c->session_id;
    int rc = 0;

    /* A subagent may have been begun by one; deeper there is none. */
    for (int depth = 0; depth < 4 && session && rc == 0; depth++) {
        rc = prompt_event(db, session, c, a, out, e);
        if (rc == 0)
            rc = prompt_memory(db, session, c, a, out, e);
        if (rc == 0)
            rc = parent_of(db, session, &session, e);
    }
    return rc;
}

int change_memories(struct db *db, int64_t touch_id, size_t max, int64_t *ids,
                    size_t *n, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT m.id FROM citations c JOIN memories m ON m.id = "
                    "c.memory_id WHERE c.touch_id = ?1 AND m.valid_to IS NULL "
                    "ORDER BY m.importance DESC, m.id DESC");

    stmt_int(s, 1, touch_id);
    return stmt_take_ids(s, max, ids, n, e);
}
