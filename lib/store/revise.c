/* revise.c - see revise.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/trust.h"
#include "base/utf8.h"
#include "store/index.h"
#include "store/revise.h"

/* Titles made of a text: see op_add. */
#define TITLE_BYTES 100

const char *history_words(struct str event)
{
    static const struct {
        const char *name, *words;
    } events[] = {
#define X(name, words) {name, words},
        HISTORY_EVENTS(X)
#undef X
    };

    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        if (str_eqz(event, events[i].name))
            return events[i].words;
    return "changed";
}

int history_put(struct db *db, int64_t id, const char *event, struct str old,
                struct str text, struct str actor, int64_t time_ms,
                struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT INTO history (memory_id, event, "
                                 "old_text, new_text, actor, time_ms) "
                                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6)");

    stmt_int(s, 1, id);
    stmt_str(s, 2, str_of(event));
    stmt_str(s, 3, old);
    stmt_str(s, 4, text);
    stmt_str(s, 5, actor.n ? actor : STR("user"));
    stmt_int(s, 6, time_ms);
    return stmt_run(s, e);
}

static int run_id(struct db *db, const char *sql, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, sql);

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

/* --- what takes whose place ---------------------------------------------------- */

struct side {
    int64_t id, project_id, event_ms, valid_to, superseded_by;
    int standing;
    bool has_project, bound; /* to its branch */
    char branch[256];
    char actor[128];
};

/* CM_ENOTFOUND without a sentence. */
static int read_side(struct db *db, int64_t id, struct side *out, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT project_id, event_ms, valid_to, superseded_by, origin, "
            "born_commit IS NOT NULL, branch, provider FROM memories "
            "WHERE id = ?1");
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    if (rc > 0) {
        *out = (struct side){.id = id};
        out->project_id = col_int(s, 0);
        out->has_project = !col_is_null(s, 0);
        out->event_ms = col_int(s, 1);
        out->valid_to = col_int(s, 2);
        out->superseded_by = col_int(s, 3);
        out->standing = trust_standing(col_str(s, 4));
        out->bound = col_int(s, 5) != 0;
        snprintf(out->branch, sizeof(out->branch), "%.*s",
                 STR_ARG(col_str(s, 6)));
        snprintf(out->actor, sizeof(out->actor), "%.*s",
                 STR_ARG(col_str(s, 7)));
    }
    stmt_done(s);
    return rc > 0 ? 0 : rc < 0 ? rc : CM_ENOTFOUND;
}

static int put_link(struct db *db, int64_t from, int64_t to,
                    const char *relation, bool *added, struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT OR IGNORE INTO links (from_id, to_id, "
                                 "relation) VALUES (?1, ?2, ?3)");
    int rc;

    stmt_int(s, 1, from);
    stmt_int(s, 2, to);
    stmt_str(s, 3, str_of(relation));
    rc = stmt_run(s, e);
    *added = rc == 0 && db_changes(db) > 0;
    return rc;
}

static int end_at(struct db *db, const struct side *old, int64_t valid_to,
                  int64_t by, struct err *e)
{
    struct stmt *s =
        db_stmt(db, "UPDATE memories SET valid_to = max(?2, "
                    "coalesce(valid_from, ?2)), superseded_by = ?3 "
                    "WHERE id = ?1");

    stmt_int(s, 1, old->id);
    stmt_int(s, 2, valid_to);
    stmt_int(s, 3, by);
    return stmt_run(s, e);
}

/* May the newer end the older? */
static bool may_end(const struct side *newer, const struct side *older)
{
    if (newer->standing < older->standing)
        return false;
    if (newer->bound != older->bound)
        return false;
    return !newer->bound || strcmp(newer->branch, older->branch) == 0;
}

/*
 * The newer one takes the older one's place from the time it happened. When
 * another one did so later already, the newer one stands between the two.
 */
static int take_place(struct db *db, const struct side *newer,
                      const struct side *older, struct err *e)
{
    struct side next;
    bool added;
    int rc;

    if (!may_end(newer, older))
        return 0;
    if (older->valid_to && older->valid_to <= newer->event_ms)
        return 0; /* ended before */
    rc = end_at(db, older, newer->event_ms, newer->id, e);
    if (rc == 0 && older->superseded_by && older->superseded_by != newer->id &&
        newer->valid_to == 0) {
        rc = read_side(db, older->superseded_by, &next, e);
        if (rc == 0 && next.event_ms >= newer->event_ms) {
            rc = end_at(db, newer, older->valid_to, next.id, e);
            if (rc == 0)
                rc = put_link(db, next.id, newer->id, "contradicts", &added, e);
        } else if (rc == CM_ENOTFOUND)
            rc = 0;
    }
    if (rc == 0)
        rc = history_put(db, older->id, "supersede", STR_NONE, STR_NONE,
                         str_of(newer->actor), newer->event_ms, e);
    return rc;
}

static bool is_ending(const char *relation)
{
    return strcmp(relation, "contradicts") == 0 ||
           strcmp(relation, "ends") == 0;
}

/* Counted once; a memory that is a repetition is read no more, its original
 * is. */
static int count_repeat(struct db *db, const struct side *again,
                        const struct side *first, int64_t now_ms, struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "UPDATE memories SET seen = seen + (SELECT seen FROM memories WHERE "
        "id = ?3), updated_ms = ?2 WHERE id = ?1");
    int rc;

    stmt_int(s, 1, first->id);
    stmt_int(s, 2, now_ms);
    stmt_int(s, 3, again->id);
    rc = stmt_run(s, e);
    if (rc == 0 && again->valid_to == 0 && first->standing >= again->standing &&
        may_end(first, again))
        rc = end_at(db, again,
                    again->event_ms > first->event_ms ? again->event_ms
                                                      : first->event_ms,
                    first->id, e);
    return rc;
}

int memory_link(struct db *db, int64_t from, int64_t to, const char *relation,
                int64_t now_ms, struct err *e)
{
    struct side x, y;
    bool added;
    int rc;

    rc = from == to ? CM_ENOTFOUND : read_side(db, from, &x, e);
    if (rc == 0)
        rc = read_side(db, to, &y, e);
    if (rc == CM_ENOTFOUND || (rc == 0 && (x.has_project != y.has_project ||
                                           x.project_id != y.project_id)))
        return 0;
    /* Whichever happened later contradicts; what came first ends nothing. */
    if (rc == 0 && strcmp(relation, "contradicts") == 0 &&
        x.event_ms < y.event_ms) {
        struct side z = x;

        x = y;
        y = z;
    }
    if (rc == 0)
        rc = put_link(db, x.id, y.id, relation, &added, e);
    if (rc < 0 || !added)
        return rc;
    if (is_ending(relation) && x.event_ms >= y.event_ms)
        return take_place(db, &x, &y, e);
    if (strcmp(relation, "repeats") == 0 && y.valid_to == 0)
        return count_repeat(db, &x, &y, now_ms, e);
    return 0;
}

/* --- said again, restored, merged -------------------------------------------- */

/* What was said often matters: one more at the third and the eighth time. */
static int weigh_repeats(struct db *db, int64_t id, struct err *e)
{
    return run_id(db,
                  "UPDATE memories SET weighed = coalesce(weighed, "
                  "importance || ' as written') || ', +1 said ' || seen || "
                  "' times', importance = importance + 1 WHERE id = ?1 AND "
                  "importance < 5 AND seen IN (3, 8)",
                  id, e);
}

static int widen(struct db *db, int64_t id, const struct memory_in *in,
                 int64_t now_ms, struct err *e)
{
    struct side m;
    int rc = read_side(db, id, &m, e);

    if (rc < 0 || !m.bound || (in->commit.n && str_eqz(in->branch, m.branch)))
        return rc;
    return memory_promote(
        db, id, in->branch.n ? in->branch : STR("said elsewhere"), now_ms, e);
}

int memory_repeat(struct db *db, int64_t id, const struct memory_in *in,
                  int64_t now_ms, struct err *e)
{
    int64_t event_ms = in->event_ms ? in->event_ms : now_ms;
    struct stmt *s = db_stmt(
        db, "UPDATE memories SET seen = seen + 1, updated_ms = ?2, "
            "pinned = max(pinned, ?3), importance = max(importance, ?4), "
            "event_ms = max(event_ms, ?5), valid_from = min(coalesce("
            "valid_from, ?5), ?5), origin = CASE WHEN ?6 THEN ?7 ELSE origin "
            "END WHERE id = ?1");
    struct side m;
    int rc = read_side(db, id, &m, e);

    if (rc < 0)
        return rc;
    stmt_int(s, 1, id);
    stmt_int(s, 2, now_ms);
    stmt_int(s, 3, in->pinned);
    stmt_int(s, 4, in->importance);
    stmt_int(s, 5, event_ms);
    stmt_int(s, 6, trust_standing(str_of(in->origin)) > m.standing);
    stmt_str(s, 7, str_of(in->origin));
    rc = stmt_run(s, e);
    if (rc == 0) {
        s = db_stmt(db, "INSERT INTO history (memory_id, event, new_text, "
                        "actor, time_ms) SELECT id, 'restate', ?2, ?3, ?4 FROM "
                        "memories WHERE id = ?1 AND text <> ?2");
        stmt_int(s, 1, id);
        stmt_str(s, 2, in->text.p ? in->text : STR(""));
        stmt_str(s, 3, in->provider.n ? in->provider : STR("user"));
        stmt_int(s, 4, event_ms);
        rc = stmt_run(s, e);
    }
    if (rc == 0)
        rc = weigh_repeats(db, id, e);
    if (rc == 0)
        rc = widen(db, id, in, now_ms, e);
    return rc < 0 ? rc : memory_put_rest(db, id, in, e);
}

bool memory_is_of(struct db *db, int64_t id, int64_t project_id, struct err *e)
{
    struct side m;

    return read_side(db, id, &m, e) == 0 && m.project_id == project_id;
}

int memory_restore(struct db *db, int64_t id, struct str actor, int64_t now_ms,
                   struct err *e)
{
    int rc = run_id(db,
                    "UPDATE memories SET valid_to = NULL, superseded_by = "
                    "NULL WHERE id = ?1",
                    id, e);

    return rc < 0 ? rc
                  : history_put(db, id, "restore", STR_NONE, STR_NONE, actor,
                                now_ms, e);
}

#define PROMOTE_LINKS 64

/* Places that it could not take while it was a branch's own. */
static int settle_links(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT to_id FROM links WHERE from_id = ?1 "
                                 "AND relation IN ('contradicts', 'ends') "
                                 "LIMIT ?2");
    int64_t ids[PROMOTE_LINKS];
    struct side x, y;
    size_t n = 0;
    int rc;

    stmt_int(s, 1, id);
    stmt_int(s, 2, PROMOTE_LINKS);
    while ((rc = stmt_step(s, e)) > 0 && n < PROMOTE_LINKS)
        ids[n++] = col_int(s, 0);
    stmt_done(s);
    for (size_t i = 0; i < n && rc >= 0; i++) {
        rc = read_side(db, id, &x, e);
        if (rc == 0)
            rc = read_side(db, ids[i], &y, e);
        if (rc == 0 && x.event_ms >= y.event_ms)
            rc = take_place(db, &x, &y, e);
    }
    return rc < 0 ? rc : 0;
}

int memory_promote(struct db *db, int64_t id, struct str why, int64_t now_ms,
                   struct err *e)
{
    int rc = run_id(db,
                    "UPDATE memories SET born_commit = NULL WHERE id = ?1 "
                    "AND born_commit IS NOT NULL",
                    id, e);

    if (rc < 0 || db_changes(db) == 0)
        return rc;
    rc = history_put(db, id, "promote", STR_NONE, why, STR("cmem"), now_ms, e);
    return rc < 0 ? rc : settle_links(db, id, e);
}

int memories_bind(struct db *db, int64_t session_id, int64_t from_ms,
                  int64_t to_ms, struct str commit, struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE memories SET born_commit = ?4 WHERE "
                                 "session_id = ?1 AND kind = 'prompt' AND "
                                 "event_ms BETWEEN ?2 AND ?3 AND branch IS NOT "
                                 "NULL AND born_commit IS NULL");

    stmt_int(s, 1, session_id);
    stmt_int(s, 2, from_ms);
    stmt_int(s, 3, to_ms);
    stmt_str(s, 4, commit);
    return stmt_run(s, e);
}

/* --- edited ------------------------------------------------------------------- */

struct field {
    const char *event, *read, *write;
};

/* One column changes and history says from what to what; 1 when it did. */
static int edit_text(struct db *db, int64_t id, const struct field *f,
                     struct str value, int64_t now_ms, struct err *e)
{
    struct stmt *s = db_stmt(db, f->read);
    struct arena a = {0};
    struct str old;
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_step(s, e);
    old = rc > 0 ? arena_str(&a, col_str(s, 0)) : STR_NONE;
    stmt_done(s);
    if (rc <= 0 || str_eq(old, value)) {
        arena_free(&a);
        return rc < 0 ? rc : 0;
    }
    s = db_stmt(db, f->write);
    stmt_int(s, 1, id);
    stmt_str(s, 2, value.n ? value : STR_NONE);
    stmt_int(s, 3, now_ms);
    rc = stmt_run(s, e);
    if (rc == 0)
        rc = history_put(db, id, f->event, old, value, STR_NONE, now_ms, e);
    arena_free(&a);
    return rc < 0 ? rc : 1;
}

#define FIELD(column)                                                          \
    "SELECT " column " FROM memories WHERE id = ?1",                           \
        "UPDATE memories SET " column " = ?2, updated_ms = ?3"

static const struct field edit_title = {"title",
                                        FIELD("title") " WHERE id = ?1"};
static const struct field edit_type = {"type", FIELD("type") " WHERE id = ?1"};
static const struct field edit_body = {
    "update", FIELD("text") ", revision = revision + 1 WHERE id = ?1"};
static const struct field edit_metadata = {"metadata",
                                           FIELD("metadata") " WHERE id = ?1"};
static const struct field edit_time = {
    "time",
    "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', event_ms / 1000, 'unixepoch') "
    "FROM memories WHERE id = ?1",
    "UPDATE memories SET event_ms = CAST(strftime('%s', ?2) AS INTEGER) * "
    "1000, updated_ms = ?3 WHERE id = ?1"};
static const struct field edit_importance = {
    "importance", "SELECT CAST(importance AS TEXT) FROM memories WHERE id = ?1",
    "UPDATE memories SET importance = CAST(?2 AS INTEGER), weighed = ?2 || "
    "' set by hand', updated_ms = ?3 WHERE id = ?1"};
static const struct field edit_expires = {
    "expires",
    "SELECT coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', expires_ms / 1000, "
    "'unixepoch'), '') FROM memories WHERE id = ?1",
    "UPDATE memories SET expires_ms = CAST(strftime('%s', ?2) AS INTEGER) * "
    "1000, updated_ms = ?3 "
    "WHERE id = ?1"};

static int edit_pin(struct db *db, int64_t id, bool pinned, int64_t now_ms,
                    struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE memories SET pinned = ?2, updated_ms "
                                 "= ?3 WHERE id = ?1 AND pinned <> ?2");
    int rc;

    stmt_int(s, 1, id);
    stmt_int(s, 2, pinned);
    stmt_int(s, 3, now_ms);
    rc = stmt_run(s, e);
    if (rc < 0 || db_changes(db) == 0)
        return rc;
    rc = history_put(db, id, pinned ? "pin" : "unpin", STR_NONE, STR_NONE,
                     STR_NONE, now_ms, e);
    return rc < 0 ? rc : 1;
}

static int edit_expiry(struct db *db, int64_t id, int64_t expires_ms,
                       int64_t now_ms, struct err *e)
{
    char iso[40] = "";
    struct stmt *s = db_stmt(db, "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', ?1 / "
                                 "1000, 'unixepoch')");
    int rc = 0;

    stmt_int(s, 1, expires_ms);
    if (expires_ms > 0) {
        rc = stmt_step(s, e);
        snprintf(iso, sizeof(iso), "%.*s", STR_ARG(col_str(s, 0)));
    }
    stmt_done(s);
    return rc < 0 ? rc
                  : edit_text(db, id, &edit_expires, str_of(iso), now_ms, e);
}

static int edit_words(struct db *db, int64_t id, const struct memory_edit *ed,
                      int64_t now_ms, struct err *e)
{
    struct stmt *s;
    char iso[32];
    int n = 0, rc = 0;

    if (ed->title.p)
        n += rc = edit_text(db, id, &edit_title, ed->title, now_ms, e);
    if (rc >= 0 && ed->text.p)
        n += rc = edit_text(db, id, &edit_body, ed->text, now_ms, e);
    if (rc > 0 && ed->text.p) {
        s = db_stmt(db, "UPDATE memories SET about = ?2 WHERE id = ?1");
        stmt_int(s, 1, id);
        stmt_str(s, 2, ed->about.n ? ed->about : STR_NONE);
        rc = stmt_run(s, e);
    }
    if (rc >= 0 && ed->type.p)
        n += rc = edit_text(db, id, &edit_type, ed->type, now_ms, e);
    if (rc >= 0 && ed->metadata.p)
        n += rc = edit_text(db, id, &edit_metadata, ed->metadata, now_ms, e);
    if (rc >= 0 && ed->event_ms) {
        clock_iso(ed->event_ms, iso);
        snprintf(iso + strlen("2026-11-21T08:40:55"), 2, "Z");
        n += rc = edit_text(db, id, &edit_time, str_of(iso), now_ms, e);
    }
    if (rc >= 0 && n > 0)
        rc = index_memory(db, id, e);
    return rc < 0 ? rc : n;
}

int memory_edit(struct db *db, int64_t id, const struct memory_edit *ed,
                int64_t now_ms, bool *changed, struct err *e)
{
    struct side m;
    char digit[8];
    int n = 0, rc = read_side(db, id, &m, e);

    *changed = false;
    if (rc < 0)
        return rc;
    n += rc = edit_words(db, id, ed, now_ms, e);
    if (rc >= 0 && ed->importance) {
        snprintf(digit, sizeof(digit), "%d", ed->importance);
        n += rc = edit_text(db, id, &edit_importance, str_of(digit), now_ms, e);
    }
    if (rc >= 0 && ed->expires_ms >= 0)
        n += rc = edit_expiry(db, id, ed->expires_ms, now_ms, e);
    if (rc >= 0 && ed->pinned >= 0)
        n += rc = edit_pin(db, id, ed->pinned != 0, now_ms, e);
    *changed = n > 0;
    return rc < 0 ? rc : 0;
}

/* --- read ---------------------------------------------------------------------- */

int memories_about(struct db *db, struct str about, const struct memory_in *in,
                   size_t max, struct arena *a, struct standing **rows,
                   size_t *n, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT id, event_ms, valid_to, kind, type, title, text FROM "
            "memories WHERE about = ?1 AND project_id IS ?2 AND "
            "coalesce(user, '') = ?3 AND coalesce(agent, '') = ?4 "
            "ORDER BY event_ms DESC, id DESC LIMIT ?5");
    int rc;

    *rows = arena_array(a, max ? max : 1, sizeof(**rows));
    *n = 0;
    stmt_str(s, 1, about);
    if (in->project_id)
        stmt_int(s, 2, in->project_id);
    stmt_str(s, 3, in->user.n ? in->user : STR(""));
    stmt_str(s, 4, in->agent.n ? in->agent : STR(""));
    stmt_int(s, 5, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*rows)[(*n)++] = (struct standing){
            .id = col_int(s, 0),
            .event_ms = col_int(s, 1),
            .valid_to = col_int(s, 2),
            .kind = arena_str(a, col_str(s, 3)),
            .type = arena_str(a, col_str(s, 4)),
            .title = arena_str(a, col_str(s, 5)),
            .text = arena_str(a, col_str(s, 6)),
        };
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int memories_before_it(struct db *db, int64_t id, size_t max, struct arena *a,
                       int64_t **ids, size_t *n, struct err *e)
{
    /* By the links: no index finds superseded_by, and what took a place is
     * linked to it. */
    struct stmt *s = db_stmt(
        db, "SELECT DISTINCT m.id, m.event_ms FROM links l JOIN memories m ON "
            "m.id IN (l.to_id, l.from_id) WHERE (l.from_id = ?1 OR l.to_id = "
            "?1) AND m.superseded_by = ?1 ORDER BY m.event_ms, m.id LIMIT ?2");
    int rc;

    *ids = arena_array(a, max ? max : 1, sizeof(**ids));
    *n = 0;
    stmt_int(s, 1, id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*ids)[(*n)++] = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int memory_as_of(struct db *db, struct memory_row *row, int64_t as_of_ms,
                 struct arena *a, struct err *e)
{
    /* The latest text by then; of one that is younger, its first. */
    struct stmt *s = db_stmt(
        db, "SELECT new_text FROM history WHERE memory_id = ?1 AND event IN "
            "('add', 'update', 'late') AND new_text IS NOT NULL ORDER BY "
            "time_ms <= ?2 DESC, CASE WHEN time_ms <= ?2 THEN -time_ms ELSE "
            "time_ms END, id DESC LIMIT 1");
    struct str rest, line = STR_NONE;
    int rc;

    if (row->revision < 2)
        return 0;
    stmt_int(s, 1, row->id);
    stmt_int(s, 2, as_of_ms);
    rc = stmt_step(s, e);
    if (rc > 0 && !str_eq(col_str(s, 0), row->text)) {
        row->text = arena_str(a, col_str(s, 0));
        row->data = row->subtitle = STR_NONE;
        rest = str_trim(row->text);
        str_line(&rest, &line);
        row->title = utf8_cut(line, TITLE_BYTES);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int64_t memories_on_others(struct db *db, int64_t project_id, struct str on,
                           struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT count(*) FROM memories WHERE "
                                 "born_commit IS NOT NULL AND branch <> ?2 AND "
                                 "(?1 = 0 OR project_id = ?1)");
    int64_t n;

    stmt_int(s, 1, project_id);
    stmt_str(s, 2, on);
    n = stmt_step(s, e);
    if (n > 0)
        n = col_int(s, 0);
    stmt_done(s);
    return n;
}

/* --- branches ------------------------------------------------------------------ */

int memories_bound(struct db *db, int64_t project_id, size_t max,
                   struct arena *a, struct bound **rows, size_t *n,
                   struct err *e)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT branch, born_commit FROM memories WHERE project_id = ?1 AND "
        "born_commit IS NOT NULL AND branch IS NOT NULL GROUP BY branch, "
        "born_commit ORDER BY max(id) DESC LIMIT ?2");
    int rc;

    *rows = arena_array(a, max ? max : 1, sizeof(**rows));
    *n = 0;
    stmt_int(s, 1, project_id);
    stmt_int(s, 2, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        (*rows)[(*n)++] = (struct bound){arena_str(a, col_str(s, 0)),
                                         arena_str(a, col_str(s, 1))};
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int projects_bound(struct db *db, int64_t *ids, size_t max, size_t *n,
                   struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT DISTINCT project_id FROM memories "
                                 "WHERE born_commit IS NOT NULL AND project_id "
                                 "IS NOT NULL LIMIT ?1");
    int rc;

    *n = 0;
    stmt_int(s, 1, (int64_t)max);
    while ((rc = stmt_step(s, e)) > 0 && *n < max)
        ids[(*n)++] = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

/* Promoted in parts, so that no array needs room for all. */
#define UNBIND_STEP 256

int64_t memories_unbind(struct db *db, int64_t project_id, struct str branch,
                        struct str commit, struct str why, int64_t now_ms,
                        struct err *e)
{
    int64_t ids[UNBIND_STEP], done = 0;
    size_t n;
    int rc;

    do {
        struct stmt *s = db_stmt(
            db, "SELECT id FROM memories WHERE project_id = ?1 AND branch = ?2 "
                "AND born_commit = ?3 ORDER BY event_ms, id LIMIT ?4");

        n = 0;
        stmt_int(s, 1, project_id);
        stmt_str(s, 2, branch);
        stmt_str(s, 3, commit);
        stmt_int(s, 4, UNBIND_STEP);
        while ((rc = stmt_step(s, e)) > 0 && n < UNBIND_STEP)
            ids[n++] = col_int(s, 0);
        stmt_done(s);
        for (size_t i = 0; i < n && rc >= 0; i++)
            rc = memory_promote(db, ids[i], why, now_ms, e);
        done += (int64_t)n;
    } while (rc >= 0 && n == UNBIND_STEP);
    return rc < 0 ? rc : done;
}

int memories_rebind(struct db *db, int64_t project_id, struct str branch,
                    struct str commit, struct str to, struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE memories SET born_commit = ?4 WHERE "
                                 "project_id = ?1 AND branch = ?2 AND "
                                 "born_commit = ?3");

    stmt_int(s, 1, project_id);
    stmt_str(s, 2, branch);
    stmt_str(s, 3, commit);
    stmt_str(s, 4, to);
    return stmt_run(s, e);
}
