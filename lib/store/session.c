/* session.c - see session.h. */
#include "base/common.h"

#include "base/sha256.h"
#include "base/utf8.h"
#include "store/session.h"

/* A title is what fits a line of a list. */
#define TITLE_BYTES 100

static int project_by_key(struct db *db, struct str key, int64_t *id,
                          struct err *e)
{
    struct stmt *s = db_stmt(
        db, "SELECT project_id FROM project_keys WHERE key = ?1");
    int rc;

    stmt_str(s, 1, key);
    rc = stmt_step(s, e);
    if (rc > 0)
        *id = col_int(s, 0);
    stmt_done(s);
    return rc;
}

static int project_create(struct db *db, struct str name, struct str root,
                          int64_t now_ms, int64_t *id, struct err *e)
{
    struct stmt *s = db_stmt(db, "INSERT INTO projects (name, root, created_ms) "
                                 "VALUES (?1, ?2, ?3)");
    int rc;

    stmt_str(s, 1, name);
    stmt_str(s, 2, root);
    stmt_int(s, 3, now_ms);
    rc = stmt_run(s, e);
    if (rc == 0)
        *id = db_last_id(db);
    return rc;
}

int project_put(struct db *db, const struct str *keys, size_t nkeys,
                struct str name, struct str root, int64_t now_ms, int64_t *id,
                struct err *e)
{
    struct stmt *s;
    int rc = 0;

    for (size_t i = 0; i < nkeys && rc == 0; i++)
        rc = project_by_key(db, keys[i], id, e);
    if (rc == 0)
        rc = project_create(db, name, root, now_ms, id, e);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < nkeys; i++) {
        s = db_stmt(db, "INSERT OR IGNORE INTO project_keys (key, project_id) "
                        "VALUES (?1, ?2)");
        stmt_str(s, 1, keys[i]);
        stmt_int(s, 2, *id);
        if ((rc = stmt_run(s, e)) < 0)
            return rc;
    }
    s = db_stmt(db, "UPDATE projects SET root = ?2 WHERE id = ?1 AND "
                    "root <> ?2");
    stmt_int(s, 1, *id);
    stmt_str(s, 2, root);
    return stmt_run(s, e);
}

static int session_by_uid(struct db *db, struct str uid, int64_t *id,
                          struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT id FROM sessions WHERE uid = ?1");
    int rc;

    stmt_str(s, 1, uid);
    rc = stmt_step(s, e);
    if (rc > 0)
        *id = col_int(s, 0);
    stmt_done(s);
    return rc;
}

static struct str some(struct str s)
{
    return s.n ? s : STR_NONE;
}

static int session_update(struct db *db, const struct session_in *in,
                          int64_t id, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE sessions SET last_ms = max(last_ms, ?2), "
            "started_ms = min(started_ms, ?2), "
            "branch = coalesce(?3, branch), "
            "transcript = coalesce(?4, transcript), "
            "agent_type = coalesce(agent_type, ?5), "
            "project_id = ?6, cwd = coalesce(?7, cwd) WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_int(s, 2, in->time_ms);
    stmt_str(s, 3, some(in->branch));
    stmt_str(s, 4, some(in->transcript));
    stmt_str(s, 5, some(in->agent_type));
    stmt_int(s, 6, in->project_id);
    stmt_str(s, 7, some(in->cwd));
    return stmt_run(s, e);
}

static int session_create(struct db *db, const struct session_in *in,
                          int64_t parent, int64_t *id, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO sessions (uid, project_id, parent_id, agent_type, "
            "cwd, branch, started_ms, last_ms, transcript) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)");
    int rc;

    stmt_str(s, 1, in->uid);
    stmt_int(s, 2, in->project_id);
    if (parent)
        stmt_int(s, 3, parent);
    stmt_str(s, 4, some(in->agent_type));
    stmt_str(s, 5, in->cwd.p ? in->cwd : STR(""));
    stmt_str(s, 6, some(in->branch));
    stmt_int(s, 7, in->time_ms);
    stmt_str(s, 8, some(in->transcript));
    rc = stmt_run(s, e);
    if (rc == 0)
        *id = db_last_id(db);
    return rc;
}

int session_put(struct db *db, const struct session_in *in, int64_t *id,
                struct err *e)
{
    int64_t parent = 0;
    int rc = session_by_uid(db, in->uid, id, e);

    if (rc > 0)
        return in->known_is_enough ? 0 : session_update(db, in, *id, e);
    if (rc == 0 && in->parent_uid.n) {
        struct session_in p = *in;

        p.uid = in->parent_uid;
        p.parent_uid = p.agent_type = p.transcript = STR_NONE;
        rc = session_put(db, &p, &parent, e);
    }
    return rc < 0 ? rc : session_create(db, in, parent, id, e);
}

int session_cwd(struct db *db, struct str uid, struct arena *a,
                struct str *out, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT cwd FROM sessions WHERE uid = ?1");
    int rc;

    *out = STR_NONE;
    stmt_str(s, 1, uid);
    rc = stmt_step(s, e);
    if (rc > 0)
        *out = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int session_ended(struct db *db, int64_t id, struct str reason, int64_t time_ms,
                  struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE sessions SET ended_ms = ?2, "
                                 "end_reason = ?3 WHERE id = ?1");

    stmt_int(s, 1, id);
    stmt_int(s, 2, time_ms);
    stmt_str(s, 3, some(reason));
    return stmt_run(s, e);
}

int session_prompted(struct db *db, int64_t id, struct str text, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "UPDATE sessions SET prompts = prompts + 1, ended_ms = NULL, "
            "title = coalesce(title, ?2) WHERE id = ?1");
    struct buf line;
    int rc;

    buf_init(&line, 4 * TITLE_BYTES);
    utf8_clean_line(&line, utf8_cut(str_trim(text), 2 * TITLE_BYTES));
    stmt_int(s, 1, id);
    stmt_str(s, 2, some(utf8_cut(buf_str(&line), TITLE_BYTES)));
    rc = stmt_run(s, e);
    buf_free(&line);
    return rc;
}

int session_title(struct db *db, int64_t id, struct str title, struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE sessions SET title = ?2 WHERE id = ?1 "
                                 "AND ?2 <> ''");

    stmt_int(s, 1, id);
    stmt_str(s, 2, title.p ? title : STR(""));
    return stmt_run(s, e);
}

/* Text from a transcript that the session has already (a hook brought it). */
static int text_is_known(struct db *db, const struct event_in *in,
                         struct err *e)
{
    struct stmt *s;
    int rc;

    if (in->text.n == 0 || strcmp(in->origin, "hook") == 0)
        return 0;
    s = db_stmt(db, "SELECT 1 FROM events WHERE session_id = ?1 AND "
                    "text_hash = ?2 LIMIT 1");
    stmt_int(s, 1, in->session_id);
    stmt_int(s, 2, (int64_t)str_hash(str_trim(in->text)));
    rc = stmt_step(s, e);
    stmt_done(s);
    return rc;
}

void event_tool_uid(struct str session_uid, struct str tool_use_id,
                    unsigned char uid[EVENT_UID_BYTES])
{
    unsigned char hash[SHA256_BYTES];
    struct sha256 h;

    sha256_init(&h);
    sha256_add(&h, session_uid);
    sha256_add(&h, STR("\n"));
    sha256_add(&h, tool_use_id);
    sha256_end(&h, hash);
    memcpy(uid, hash, EVENT_UID_BYTES);
}

int event_put(struct db *db, const struct event_in *in, int64_t *id,
              struct err *e)
{
    struct stmt *s;
    int rc = text_is_known(db, in, e);

    *id = 0;
    if (rc != 0)
        return rc < 0 ? rc : 0;
    /* Not OR IGNORE, which would pass over every other constraint too. */
    s = db_stmt(db, "INSERT INTO events (uid, session_id, name, tool, "
                    "tool_use_id, time_ms, origin, state, bytes, text_hash, "
                    "payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, "
                    "?11) ON CONFLICT (uid) DO NOTHING");
    stmt_blob(s, 1, in->uid);
    stmt_int(s, 2, in->session_id);
    stmt_str(s, 3, in->name.p ? in->name : STR("")); /* was no JSON */
    stmt_str(s, 4, some(in->tool));
    stmt_str(s, 5, some(in->tool_use_id));
    stmt_int(s, 6, in->time_ms);
    stmt_str(s, 7, str_of(in->origin));
    stmt_int(s, 8, in->state);
    stmt_int(s, 9, in->bytes);
    if (in->text.n)
        stmt_int(s, 10, (int64_t)str_hash(str_trim(in->text)));
    stmt_str(s, 11, in->payload);
    rc = stmt_run(s, e);
    if (rc == 0 && db_changes(db) > 0)
        *id = db_last_id(db);
    return rc;
}

int event_claim(struct db *db, struct str from_uid, int64_t child_id,
                struct str child_uid, struct err *e)
{
    struct stmt *s = db_stmt(db, "UPDATE OR IGNORE events SET session_id = ?2, "
                                 "uid = ?3 WHERE uid = ?1");

    int rc;

    stmt_blob(s, 1, from_uid);
    stmt_int(s, 2, child_id);
    stmt_blob(s, 3, child_uid);
    rc = stmt_run(s, e);
    if (rc < 0 || db_changes(db) == 0)
        return rc;
    s = db_stmt(db, "UPDATE touches SET session_id = ?2 WHERE event_id = "
                    "(SELECT id FROM events WHERE uid = ?1)");
    stmt_blob(s, 1, child_uid);
    stmt_int(s, 2, child_id);
    return stmt_run(s, e);
}

int transcript_taken(struct db *db, struct str path, int64_t inode,
                     int64_t *offset, struct err *e)
{
    struct stmt *s = db_stmt(db, "SELECT offset FROM transcripts WHERE "
                                 "path = ?1 AND inode = ?2");
    int rc;

    *offset = 0;
    stmt_str(s, 1, path);
    stmt_int(s, 2, inode);
    rc = stmt_step(s, e);
    if (rc > 0)
        *offset = col_int(s, 0);
    stmt_done(s);
    return rc < 0 ? rc : 0;
}

int transcript_take(struct db *db, struct str path, int64_t inode,
                    int64_t session_id, int64_t offset, int64_t now_ms,
                    struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO transcripts (path, session_id, offset, inode, read_ms)"
            " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (path) DO UPDATE SET "
            "session_id = ?2, offset = ?3, inode = ?4, read_ms = ?5");

    stmt_str(s, 1, path);
    if (session_id)
        stmt_int(s, 2, session_id);
    stmt_int(s, 3, offset);
    stmt_int(s, 4, inode);
    stmt_int(s, 5, now_ms);
    return stmt_run(s, e);
}

int session_file_put(struct db *db, int64_t session_id, struct str path,
                     bool modified, int64_t time_ms, struct err *e)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO session_files (session_id, path, modified, last_ms) "
            "VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET "
            "times = times + 1, last_ms = max(last_ms, ?4)");

    stmt_int(s, 1, session_id);
    stmt_str(s, 2, path);
    stmt_int(s, 3, modified);
    stmt_int(s, 4, time_ms);
    return stmt_run(s, e);
}
