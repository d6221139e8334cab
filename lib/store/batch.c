/* batch.c - see batch.h. */
#include "base/common.h"

#include "store/batch.h"
#include "store/session.h"

/* Names of events that end a turn. */
#define TURN_ENDS "('Stop', 'StopFailure', 'SubagentStop', 'SessionEnd')"
/* A session that is over has no open turn. */
#define SESSION_ENDED                                                          \
    "(SELECT ended_ms IS NOT NULL FROM sessions WHERE id = session_id)"

static void waiting_row(struct stmt *s, struct waiting *w)
{
    *w = (struct waiting){.session_id = col_int(s, 0),
                          .count = col_int(s, 1),
                          .bytes = col_int(s, 2),
                          .oldest_ms = col_int(s, 3),
                          .turn_ended = col_int(s, 4) != 0};
}

int waiting_sessions(struct db *db,
                     int (*fn)(void *arg, const struct waiting *), void *arg,
                     struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT session_id, count(*), sum(length(payload)), min(time_ms), "
            "max(name IN " TURN_ENDS " OR " SESSION_ENDED ") FROM events "
            "WHERE state = 0 GROUP BY session_id ORDER BY min(id)");
    struct waiting w;
    int rc;

    while ((rc = stmt_step(s, e)) > 0) {
        waiting_row(s, &w);
        if ((rc = fn(arg, &w)) < 0)
            break;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int waiting_session(struct db *db, int64_t session_id, struct waiting *out,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT ?1, count(*), coalesce(sum(length(payload)), 0), "
            "coalesce(min(time_ms), 0), coalesce(max(name IN " TURN_ENDS
            " OR " SESSION_ENDED "), 0) FROM events WHERE session_id = ?1 AND "
            "state = 0");
    int rc;

    stmt_int(s, 1, session_id);
    rc = stmt_step(s, e);
    if (rc > 0)
        waiting_row(s, out);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int session_get(struct db *db, int64_t id, struct arena *a,
                struct session_row *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT s.project_id, s.parent_id, s.uid, s.cwd, s.branch, "
            "s.agent_type, p.name, p.root, s.transcript, s.ended_ms, "
            "(SELECT data FROM memories m WHERE m.session_id = s.id AND "
            " m.kind = 'summary') FROM sessions s "
            "JOIN projects p ON p.id = s.project_id WHERE s.id = ?1");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0) {
        *out = (struct session_row){
            .id = id,
            .project_id = col_int(s, 0),
            .parent_id = col_int(s, 1),
            .uid = arena_str(a, col_str(s, 2)),
            .cwd = arena_str(a, col_str(s, 3)),
            .branch = arena_str(a, col_str(s, 4)),
            .agent_type = arena_str(a, col_str(s, 5)),
            .project_name = arena_str(a, col_str(s, 6)),
            .root = arena_str(a, col_str(s, 7)),
            .transcript = arena_str(a, col_str(s, 8)),
            .ended_ms = col_int(s, 9),
            .summary = arena_str(a, col_str(s, 10)),
        };
    }
    stmt_done(s);
    if (rc == 0)
        return err_set(e, CM_ENOTFOUND, "there is no session %lld",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

static bool ends_turn(struct str name)
{
    return str_eqz(name, "Stop") || str_eqz(name, "StopFailure") ||
           str_eqz(name, "SubagentStop") || str_eqz(name, "SessionEnd");
}

static void event_take(struct stmt *s, struct arena *a, struct event_row *row)
{
    *row = (struct event_row){.id = col_int(s, 0),
                              .time_ms = col_int(s, 1),
                              .name = arena_str(a, col_str(s, 2)),
                              .payload = arena_str(a, col_str(s, 3))};
}

int events_waiting(struct db *db, int64_t session_id, size_t max_events,
                   size_t max_bytes, struct arena *a, struct event_row **rows,
                   size_t *n, bool *more, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, time_ms, name, payload FROM events WHERE state = 0 AND "
            "session_id = ?1 ORDER BY time_ms, id");
    size_t bytes = 0;
    bool closed = false;
    int rc;

    *rows = arena_array(a, max_events, sizeof(**rows));
    *n = 0;
    *more = false;
    stmt_int(s, 1, session_id);
    while ((rc = stmt_step(s, e)) > 0) {
        bool end = str_eqz(col_str(s, 2), "SessionEnd");

        /* The end of the session goes with the turn before it. */
        if ((closed && !end) || *n == max_events ||
            (*n && bytes + col_str(s, 3).n > max_bytes)) {
            *more = true;
            break;
        }
        bytes += col_str(s, 3).n;
        event_take(s, a, &(*rows)[*n]);
        closed = closed || ends_turn((*rows)[*n].name);
        (*n)++;
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static int take_all(struct stmt *s, int64_t session_id, size_t max_events,
                    struct arena *a, struct event_row **rows, size_t *n,
                    struct err *e)
{
    int rc;

    *rows = arena_array(a, max_events, sizeof(**rows));
    *n = 0;
    stmt_int(s, 1, session_id);
    stmt_int(s, 2, (int64_t)max_events);
    while ((rc = stmt_step(s, e)) > 0 && *n < max_events)
        event_take(s, a, &(*rows)[(*n)++]);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int events_all(struct db *db, int64_t session_id, size_t max_events,
               struct arena *a, struct event_row **rows, size_t *n,
               struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, time_ms, name, payload FROM (SELECT id, time_ms, name, "
            "payload FROM events WHERE session_id = ?1 ORDER BY time_ms DESC, "
            "id DESC LIMIT ?2) ORDER BY time_ms, id");

    return take_all(s, session_id, max_events, a, rows, n, e);
}

int events_waiting_all(struct db *db, int64_t session_id, size_t max_events,
                       struct arena *a, struct event_row **rows, size_t *n,
                       struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, time_ms, name, payload FROM (SELECT id, time_ms, name, "
            "payload FROM events WHERE session_id = ?1 AND state = 0 ORDER BY "
            "time_ms DESC, id DESC LIMIT ?2) ORDER BY time_ms, id");

    return take_all(s, session_id, max_events, a, rows, n, e);
}

int batch_begin(struct db *db, int64_t session_id, const struct event_row *rows,
                size_t n, bool turn, int64_t now_ms, int64_t *id,
                int64_t *tries, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT id, tries FROM batches WHERE session_id = ?1 AND "
                    "state = 'waiting'");
    int rc;

    stmt_int(s, 1, session_id);
    rc = stmt_step(s, e);
    *tries = rc > 0 ? col_int(s, 1) : 0;
    *id = rc > 0 ? col_int(s, 0) : 0;
    stmt_done(s);
    if (rc < 0)
        return rc;
    if (rc > 0)
        s = db_stmt(db, "UPDATE batches SET first_event = ?2, last_event = ?3, "
                        "events = ?4, ends_turn = ?5, tries = tries + 1 "
                        "WHERE session_id = ?1 AND state = 'waiting'");
    else
        s = db_stmt(db, "INSERT INTO batches (session_id, first_event, "
                        "last_event, events, ends_turn, state, tries, "
                        "created_ms) VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 1, "
                        "?6)");
    stmt_int(s, 1, session_id);
    stmt_int(s, 2, n ? rows[0].id : 0);
    stmt_int(s, 3, n ? rows[n - 1].id : 0);
    stmt_int(s, 4, (int64_t)n);
    stmt_int(s, 5, turn);
    if (rc == 0)
        stmt_int(s, 6, now_ms);
    rc = stmt_run(s, e);
    if (rc == 0 && *id == 0)
        *id = db_last_id(db);
    return rc;
}

int batch_delay(struct db *db, int64_t id, int64_t next_ms, struct str error,
                struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE batches SET next_ms = ?2, error = ?3 "
                                 "WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_int(s, 2, next_ms);
    stmt_str(s, 3, error);
    return stmt_run(s, e);
}

int batch_not_before(struct db *db, int64_t session_id, int64_t *next_ms,
                     struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT coalesce(max(next_ms), 0) FROM batches "
                    "WHERE session_id = ?1 AND state = 'waiting'");
    int rc;

    stmt_int(s, 1, session_id);
    rc = stmt_step(s, e);
    if (rc > 0)
        *next_ms = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int batch_done(struct db *db, int64_t id, const struct event_row *rows,
               size_t n, struct str provider, struct str error,
               struct str reply, int64_t now_ms, struct err *e)
{
    struct stmt *s;
    int rc;

    for (size_t i = 0; i < n; i++) {
        s = db_stmt(db, "UPDATE events SET state = 1 WHERE id = ?1");
        stmt_int(s, 1, rows[i].id);
        if ((rc = stmt_run(s, e)) < 0)
            return rc;
    }
    s = db_stmt(db, "UPDATE batches SET state = ?2, provider = ?3, error = ?4, "
                    "reply = ?5, done_ms = ?6 WHERE id = ?1");
    stmt_int(s, 1, id);
    stmt_str(s, 2, reply.p ? STR("refused") : STR("done"));
    stmt_str(s, 3, provider);
    stmt_str(s, 4, error);
    stmt_str(s, 5, reply);
    stmt_int(s, 6, now_ms);
    return stmt_run(s, e);
}

int usage_put(struct db *db, const struct usage_in *in, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO usage (time_ms, project_id, session_id, batch_id, "
            "provider, model, prompt_version, input_tokens, cached_tokens, "
            "output_tokens, micro_usd, ms, error) VALUES (?1, ?2, ?3, ?4, ?5, "
            "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)");

    stmt_int(s, 1, in->time_ms);
    if (in->project_id)
        stmt_int(s, 2, in->project_id);
    if (in->session_id)
        stmt_int(s, 3, in->session_id);
    if (in->batch_id)
        stmt_int(s, 4, in->batch_id);
    stmt_str(s, 5, in->provider);
    stmt_str(s, 6, in->model.p ? in->model : STR(""));
    stmt_int(s, 7, in->prompt_version);
    stmt_int(s, 8, in->input_tokens);
    stmt_int(s, 9, in->cached_tokens);
    stmt_int(s, 10, in->output_tokens);
    stmt_int(s, 11, in->micro_usd);
    stmt_int(s, 12, in->ms);
    stmt_str(s, 13, in->error);
    return stmt_run(s, e);
}

int usage_since(struct db *db, int64_t from_ms, int64_t *tokens,
                int64_t *micro_usd, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT coalesce(sum(input_tokens + output_tokens), 0), "
            "coalesce(sum(micro_usd), 0) FROM usage WHERE time_ms >= ?1");
    int rc;

    stmt_int(s, 1, from_ms);
    rc = stmt_step(s, e);
    if (rc > 0) {
        *tokens = col_int(s, 0);
        *micro_usd = col_int(s, 1);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

#define RETIRED                                                                \
    "events.id > ?1 AND events.id <= ?2 AND state <> 0 AND time_ms < ?3 "      \
    "AND NOT EXISTS "                                                          \
    "(SELECT 1 FROM evidence v WHERE v.event_id = events.id)"
#define RETIRE_COUNT                                                           \
    "UPDATE sessions SET dropped = dropped + (SELECT count(*) FROM events "    \
    "WHERE session_id = sessions.id AND " RETIRED ") WHERE id IN (SELECT "     \
    "session_id FROM events WHERE " RETIRED ")"
#define RETIRE_DELETE "DELETE FROM events WHERE " RETIRED

int events_retire(struct db *db, int64_t before_ms, size_t max, int64_t *after,
                  int64_t *gone, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "SELECT max(id), count(*) FROM (SELECT id FROM "
                    "events WHERE id > ?1 ORDER BY id LIMIT ?2)");
    int64_t last = 0, n = 0;
    int rc;

    stmt_int(s, 1, *after);
    stmt_int(s, 2, (int64_t)max);
    rc = stmt_step(s, e);
    if (rc > 0) {
        last = col_int(s, 0);
        n = col_int(s, 1);
    }
    stmt_done(s);
    if (rc < 0 || n == 0)
        return rc < 0 ? rc : 0;
    s = db_stmt(db, RETIRE_COUNT);
    stmt_int(s, 1, *after);
    stmt_int(s, 2, last);
    stmt_int(s, 3, before_ms);
    rc = stmt_run(s, e);
    if (rc == 0) {
        s = db_stmt(db, RETIRE_DELETE);
        stmt_int(s, 1, *after);
        stmt_int(s, 2, last);
        stmt_int(s, 3, before_ms);
        rc = stmt_run(s, e);
        *gone += rc == 0 ? db_changes(db) : 0;
    }
    *after = last;
    return rc < 0 ? rc : n == (int64_t)max;
}
