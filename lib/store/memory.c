/* memory.c - see memory.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/sha256.h"
#include "store/index.h"
#include "store/memory.h"
#include "store/revise.h"
#include "store/said.h"

/* Most text of one memory: far more than any has. */
#define TEXT_MAX_BYTES (1024u * 1024u)

static struct str some(struct str s)
{
    return s.n ? s : STR_NONE;
}

static void bind_id(struct stmt *s, int i, int64_t id)
{
    if (id)
        stmt_int(s, i, id);
    else
        stmt_null(s, i);
}

/* Words only: case, white space and punctuation at the ends do not make two
 * memories of one. */
static void hash_text(struct sha256 *h, struct str t)
{
    bool gap = false, any = false;
    char low;

    for (size_t i = 0; i < t.n; i++) {
        if (is_space(t.p[i])) {
            gap = any;
            continue;
        }
        if (gap)
            sha256_add(h, STR(" "));
        gap = false;
        any = true;
        low = to_lower(t.p[i]);
        sha256_add(h, (struct str){&low, 1});
    }
    sha256_add(h, (struct str){"\0", 1});
}

/* Scope: the project, and user, agent, branch and run where they are given. A
 * prompt, the one summary and what was imported belong to their session. */
static void hash_of(const struct memory_in *in, unsigned char out[SHA256_BYTES])
{
    bool own = strcmp(in->kind, "prompt") == 0 || in->own_session ||
               strcmp(in->kind, "summary") == 0 || in->external_id.n > 0;
    struct sha256 h;
    char scope[96];

    sha256_init(&h);
    snprintf(scope, sizeof(scope), "%s %lld %lld", in->kind,
             (long long)in->project_id, own ? (long long)in->session_id : 0LL);
    hash_text(&h, str_of(scope));
    hash_text(&h, in->user);
    hash_text(&h, in->agent);
    if (in->own_branch)
        hash_text(&h, in->branch);
    hash_text(&h, in->topic_key);
    if (in->external_id.n) { /* has a name of its own, whatever it says */
        hash_text(&h, in->group);
        hash_text(&h, in->external_id);
    } else if (in->topic_key.n == 0) { /* a topic's text may change */
        hash_text(&h,
                  strcmp(in->kind, "observation") == 0 ? in->title : STR_NONE);
        hash_text(&h, in->text);
    }
    sha256_end(&h, out);
}

/* Said again after the code changed it speaks of the code as it is then: of
 * touches of one definition the newest is cited. */
static int drop_older_cites(struct db *db, int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "DELETE FROM citations WHERE memory_id = ?1 AND touch_id IN (SELECT "
            "o.id FROM citations c JOIN touches o ON o.id = c.touch_id JOIN "
            "citations d ON d.memory_id = c.memory_id JOIN touches n ON n.id = "
            "d.touch_id WHERE c.memory_id = ?1 AND o.path = n.path AND "
            "o.symbol = n.symbol AND (o.time_ms, o.id) < (n.time_ms, n.id))");

    stmt_int(s, 1, id);
    return stmt_run(s, e);
}

int memory_put_rest(struct db *db, int64_t id, const struct memory_in *in,
                    struct err *e)
{
    struct stmt *s;
    int rc = 0;

    for (size_t i = 0; i < in->nfiles && rc == 0; i++) {
        s = db_stmt(db, "INSERT OR IGNORE INTO memory_files (memory_id, path, "
                        "modified) VALUES (?1, ?2, ?3)");
        stmt_int(s, 1, id);
        stmt_str(s, 2, in->files[i].path);
        stmt_int(s, 3, in->files[i].modified);
        rc = stmt_run(s, e);
    }
    for (size_t i = 0; i < in->nevents && rc == 0; i++) {
        s = db_stmt(db, "INSERT OR IGNORE INTO evidence (memory_id, event_id) "
                        "SELECT ?1, id FROM events WHERE id = ?2");
        stmt_int(s, 1, id);
        stmt_int(s, 2, in->events[i]);
        rc = stmt_run(s, e);
    }
    for (size_t i = 0; i < in->ncites && rc == 0; i++) {
        s = db_stmt(db, "INSERT OR IGNORE INTO citations (memory_id, touch_id) "
                        "SELECT ?1, id FROM touches WHERE id = ?2");
        stmt_int(s, 1, id);
        stmt_int(s, 2, in->cites[i]);
        rc = stmt_run(s, e);
    }
    return rc == 0 && in->ncites ? drop_older_cites(db, id, e) : rc;
}

static int find_same(struct db *db, const unsigned char hash[SHA256_BYTES],
                     int64_t *id, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT id FROM memories WHERE hash = ?1");
    int rc;

    stmt_blob(s, 1, (struct str){(const char *)hash, SHA256_BYTES});
    rc = stmt_step(s, e);
    if (rc > 0)
        *id = col_int(s, 0);
    stmt_done(s);
    return rc;
}

static int insert(struct db *db, const struct memory_in *in, int64_t now_ms,
                  const unsigned char hash[SHA256_BYTES], int64_t *id,
                  struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO memories (kind, type, title, subtitle, text, data, "
            "project_id, session_id, batch_id, branch, user, agent, origin, "
            "provider, importance, pinned, created_ms, updated_ms, event_ms, "
            "valid_from, expires_ms, topic_key, hash, external_id, group_key, "
            "ord, metadata, about, born_commit, weighed) VALUES (?1, ?2, ?3, "
            "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
            "?17, ?18, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, "
            "?28)");
    int rc;

    stmt_str(s, 1, str_of(in->kind));
    stmt_str(s, 2, some(in->type));
    stmt_str(s, 3, in->title.p ? in->title : STR(""));
    stmt_str(s, 4, some(in->subtitle));
    stmt_str(s, 5, in->text.p ? in->text : STR(""));
    stmt_str(s, 6, some(in->data));
    bind_id(s, 7, in->project_id);
    bind_id(s, 8, in->session_id);
    bind_id(s, 9, in->batch_id);
    stmt_str(s, 10, some(in->branch));
    stmt_str(s, 11, some(in->user));
    stmt_str(s, 12, some(in->agent));
    stmt_str(s, 13, str_of(in->origin));
    stmt_str(s, 14, some(in->provider));
    stmt_int(s, 15, in->importance ? in->importance : 3);
    stmt_int(s, 16, in->pinned);
    stmt_int(s, 17, now_ms);
    stmt_int(s, 18, in->event_ms ? in->event_ms : now_ms);
    bind_id(s, 19, in->expires_ms);
    stmt_str(s, 20, some(in->topic_key));
    stmt_blob(s, 21, (struct str){(const char *)hash, SHA256_BYTES});
    stmt_str(s, 22, some(in->external_id));
    stmt_str(s, 23, some(in->group));
    stmt_int(s, 24, in->order);
    stmt_str(s, 25, some(in->metadata));
    stmt_str(s, 26, some(in->about));
    stmt_str(s, 27, some(in->commit));
    stmt_str(s, 28, some(in->weighed));
    rc = stmt_run(s, e);
    if (rc == 0)
        *id = db_last_id(db);
    return rc;
}

static int64_t happened(const struct memory_in *in, int64_t now_ms)
{
    return in->event_ms ? in->event_ms : now_ms;
}

/* The row that has this hash: what it says now, and since when. */
struct known {
    int64_t event_ms, valid_to;
    struct buf text;
    bool same; /* as `in` */
};

static int read_known(struct db *db, int64_t id, const struct memory_in *in,
                      struct known *k, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT text, coalesce(data, '') = "
                                 "coalesce(?2, '') AND text = ?3, event_ms, "
                                 "valid_to FROM memories WHERE id = ?1");
    int rc;

    stmt_int(s, 1, id);
    stmt_str(s, 2, some(in->data));
    stmt_str(s, 3, in->text.p ? in->text : STR(""));
    rc = stmt_step(s, e);
    if (rc > 0) {
        buf_adds(&k->text, col_str(s, 0));
        k->same = col_int(s, 1) != 0;
        k->event_ms = col_int(s, 2);
        k->valid_to = col_int(s, 3);
    }
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

static int revise_row(struct db *db, int64_t id, const struct memory_in *in,
                      int64_t now_ms, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE memories SET title = ?2, subtitle = ?3, text = ?4, "
            "data = ?5, updated_ms = ?6, event_ms = ?7, revision = "
            "revision + 1, provider = ?8, batch_id = ?9, branch = "
            "coalesce(?10, branch), pinned = max(pinned, ?11), about = ?12, "
            "valid_to = NULL, superseded_by = NULL WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_str(s, 2, in->title.p ? in->title : STR(""));
    stmt_str(s, 3, some(in->subtitle));
    stmt_str(s, 4, in->text.p ? in->text : STR(""));
    stmt_str(s, 5, some(in->data));
    stmt_int(s, 6, now_ms);
    stmt_int(s, 7, happened(in, now_ms));
    stmt_str(s, 8, some(in->provider));
    bind_id(s, 9, in->batch_id);
    stmt_str(s, 10, some(in->branch));
    stmt_int(s, 11, in->pinned);
    stmt_str(s, 12, some(in->about));
    return stmt_run(s, e);
}

/* An older text that comes later is one of the past. */
static int revise_late(struct db *db, int64_t id, const struct memory_in *in,
                       struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE memories SET valid_from = min("
                                 "coalesce(valid_from, ?2), ?2), revision = "
                                 "revision + 1 WHERE id = ?1");
    int rc;

    stmt_int(s, 1, id);
    stmt_int(s, 2, in->event_ms);
    rc = stmt_run(s, e);
    return rc < 0 ? rc
                  : history_put(db, id, "late", STR_NONE, in->text,
                                in->provider, in->event_ms, e);
}

/* The topic's row takes the new text; the old one is in history. */
static int revise(struct db *db, int64_t id, const struct memory_in *in,
                  int64_t now_ms, struct err *e)
{
    struct known k = {0};
    int rc;

    buf_init(&k.text, TEXT_MAX_BYTES);
    rc = read_known(db, id, in, &k, e);
    if (rc < 0 || (k.same && k.valid_to == 0))
        goto out;
    if (happened(in, now_ms) < k.event_ms) {
        rc = revise_late(db, id, in, e);
        goto out;
    }
    rc = revise_row(db, id, in, now_ms, e);
    if (rc == 0)
        rc = history_put(db, id, "update", buf_str(&k.text), in->text,
                         in->provider, happened(in, now_ms), e);
    if (rc == 0)
        rc = memory_put_rest(db, id, in, e);
    if (rc == 0)
        rc = index_memory(db, id, e);
out:
    buf_free(&k.text);
    return rc < 0 ? rc : 0;
}

/* Said again after it had ceased to hold: a memory of its own, so that the time
 * between stays what it was. The old row gives its hash away. */
static int give_way(struct db *db, int64_t id, struct err *e)
{
    unsigned char hash[SHA256_BYTES];
    struct stmt *s = db_stmt(db, "UPDATE memories SET hash = ?2 WHERE id = ?1");
    char name[48];

    snprintf(name, sizeof(name), "no longer #%lld", (long long)id);
    sha256(str_of(name), hash);
    stmt_int(s, 1, id);
    stmt_blob(s, 2, (struct str){(const char *)hash, SHA256_BYTES});
    return stmt_run(s, e);
}

/* 1: counted with `id`. 0: `id` no longer held by then, a new row is to be
 * made. */
static int again(struct db *db, int64_t id, const struct memory_in *in,
                 int64_t now_ms, struct err *e)
{
    struct known k = {0};
    int rc;

    buf_init(&k.text, TEXT_MAX_BYTES);
    rc = read_known(db, id, in, &k, e);
    buf_free(&k.text);
    if (rc < 0)
        return rc;
    if (k.valid_to && happened(in, now_ms) >= k.valid_to)
        return give_way(db, id, e);
    rc = memory_repeat(db, id, in, now_ms, e);
    return rc < 0 ? rc : 1;
}

static int add_new(struct db *db, const struct memory_in *in, int64_t now_ms,
                   const unsigned char hash[SHA256_BYTES], int64_t *id,
                   struct err *e)
{
    int rc = insert(db, in, now_ms, hash, id, e);

    if (rc == 0)
        rc = history_put(db, *id, "add", STR_NONE, in->text, in->provider,
                         happened(in, now_ms), e);
    if (rc == 0)
        rc = memory_put_rest(db, *id, in, e);
    if (rc == 0)
        rc = index_memory(db, *id, e);
    return rc;
}

int memory_put(struct db *db, const struct memory_in *in, int64_t now_ms,
               int64_t *id, bool *added, struct err *e)
{
    unsigned char hash[SHA256_BYTES];
    int64_t old = 0;
    int rc;

    hash_of(in, hash);
    *added = false;
    rc = find_same(db, hash, &old, e);
    if (rc < 0)
        return rc;
    if (old) {
        *id = old;
        if (in->topic_key.n || in->external_id.n)
            return revise(db, old, in, now_ms, e);
        rc = again(db, old, in, now_ms, e);
        if (rc != 0)
            return rc < 0 ? rc : 0;
    }
    *added = true;
    rc = add_new(db, in, now_ms, hash, id, e);
    return rc == 0 && old ? memory_link(db, *id, old, "repeats", now_ms, e)
                          : rc;
}

static int run_id(struct db *db, const char *sql, int64_t id, int64_t *changes,
                  struct err *e)
{
    struct stmt *s = db_stmt(db, sql);
    int rc;

    stmt_int(s, 1, id);
    rc = stmt_run(s, e);
    if (rc == 0 && changes)
        *changes += db_changes(db);
    return rc;
}

/* What it took the place of stands where it stood: the one after it follows,
 * or, when there is none, what it ended holds again. */
static int close_gap(struct db *db, int64_t id, struct err *e)
{
    int rc =
        run_id(db,
               "INSERT INTO history (memory_id, event, actor, time_ms) SELECT "
               "o.id, 'restore', 'user', CAST(strftime('%s', 'now') AS "
               "INTEGER) * 1000 FROM memories o JOIN memories m ON m.id = ?1 "
               "WHERE o.superseded_by = ?1 AND m.valid_to IS NULL",
               id, NULL, e);

    if (rc < 0)
        return rc;
    return run_id(db,
                  "UPDATE memories SET (valid_to, superseded_by) = (SELECT "
                  "valid_to, superseded_by FROM memories WHERE id = ?1) WHERE "
                  "superseded_by = ?1",
                  id, NULL, e);
}

/* Raw events that only this memory rests on, and their words. */
static int forget_events(struct db *db, int64_t id, struct forgotten *f,
                         struct err *e)
{
    struct arena a = {0};
    int64_t *batches;
    size_t n;
    int rc = said_batches(db, id, &a, &batches, &n, e);

    if (rc == 0) /* what they left of the code goes with them */
        rc = run_id(db,
                    "DELETE FROM touches WHERE event_id IN (SELECT event_id "
                    "FROM evidence WHERE memory_id = ?1) AND event_id NOT IN "
                    "(SELECT event_id FROM evidence WHERE memory_id <> ?1)",
                    id, NULL, e);
    if (rc == 0)
        rc = run_id(db,
                    "DELETE FROM events WHERE id IN (SELECT event_id FROM "
                    "evidence WHERE memory_id = ?1) AND id NOT IN (SELECT "
                    "event_id FROM evidence WHERE memory_id <> ?1)",
                    id, &f->events, e);
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = said_index(db, batches[i], e);
    arena_free(&a);
    return rc;
}

int memory_forget(struct db *db, int64_t id, struct forgotten *f, struct err *e)
{
    int64_t gone = 0;
    int rc = forget_events(db, id, f, e);

    if (rc == 0) /* receipts of blocks that had it, with their texts */
        rc = run_id(db,
                    "DELETE FROM injections WHERE EXISTS (SELECT 1 FROM "
                    "json_each(memories) WHERE value = ?1)",
                    id, NULL, e);
    if (rc == 0)
        rc = close_gap(db, id, e);
    if (rc == 0)
        rc = index_forget(db, id, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM memories WHERE id = ?1", id, &gone, e);
    if (rc == 0 && gone == 0)
        return err_set(e, CM_ENOTFOUND, "there is no memory #%lld",
                       (long long)id);
    f->memories += gone;
    return rc;
}

static int forget_one_session(struct db *db, int64_t id, struct forgotten *f,
                              struct err *e)
{
    int rc = run_id(db,
                    "DELETE FROM injections WHERE EXISTS (SELECT 1 FROM "
                    "json_each(memories) WHERE value IN (SELECT id FROM "
                    "memories WHERE session_id = ?1))",
                    id, NULL, e);

    if (rc == 0)
        rc = index_forget_session(db, id, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM memories WHERE session_id = ?1", id,
                    &f->memories, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM events WHERE session_id = ?1", id,
                    &f->events, e);
    if (rc == 0)
        rc = run_id(db, "DELETE FROM sessions WHERE id = ?1", id, &f->sessions,
                    e);
    return rc;
}

int session_forget(struct db *db, int64_t session_id, struct forgotten *f,
                   struct err *e)
{
    int64_t child = 0;
    int rc;

    do { /* subagents have none of their own */
        struct stmt *s = db_stmt(db, "SELECT id FROM sessions WHERE "
                                     "parent_id = ?1 LIMIT 1");

        stmt_int(s, 1, session_id);
        rc = stmt_step(s, e);
        child = rc > 0 ? col_int(s, 0) : 0;
        stmt_done(s);
        if (rc > 0)
            rc = forget_one_session(db, child, f, e);
    } while (rc >= 0 && child);
    return rc < 0 ? rc : forget_one_session(db, session_id, f, e);
}

int memory_forget_done(struct db *db, struct err *e)
{
    /* Engines older than 3.42 leave deleted terms in FTS segments until these
     * are merged: make the index anew there. */
    if (!db_has_secure_fts(db) &&
        db_exec(db,
                "INSERT INTO memories_fts(memories_fts) VALUES('rebuild');"
                "INSERT INTO said_fts(said_fts) VALUES('rebuild')",
                e) < 0)
        return CM_EDB;
    return db_checkpoint(db, e);
}
