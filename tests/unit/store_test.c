/* store_test.c - the write side of the store (lib/store). */
#include "base/common.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"
#include "schema_v1.h"
#include "schema_v2.h"
#include "schema_v3.h"
#include "store/batch.h"
#include "store/derive.h"
#include "store/injection.h"
#include "store/memory.h"
#include "store/read_memory.h"
#include "store/session.h"
#include "test.h"

static struct db *open_db(void)
{
    struct db *db = NULL;
    struct err e = {0};
    char path[512];

    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    if (db_open(&db, path, DB_WRITE, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return db;
}

static int64_t count(struct db *db, const char *sql)
{
    struct stmt *s = db_stmt(db, sql);
    int64_t n = stmt_step(s, NULL) > 0 ? col_int(s, 0) : -1;

    stmt_done(s);
    return n;
}

static int64_t a_project(struct db *db, const char *key)
{
    struct str keys[1] = {str_of(key)};
    int64_t id;

    CHECK_INT(project_put(db, keys, 1, STR("p"), STR("/p"), 1, &id, NULL), 0);
    return id;
}

static int64_t a_session(struct db *db, const char *uid, const char *parent)
{
    struct session_in in = {.uid = str_of(uid),
                            .parent_uid = str_of(parent),
                            .project_id = a_project(db, "path:/p"),
                            .cwd = STR("/p"),
                            .time_ms = 1000};
    int64_t id;

    CHECK_INT(session_put(db, &in, &id, NULL), 0);
    return id;
}

static int64_t put_event(struct db *db, int64_t session, char first,
                         const char *name, const char *tool_use)
{
    char uid[EVENT_UID_BYTES] = {first};
    struct event_in in = {.uid = {uid, sizeof(uid)},
                          .session_id = session,
                          .name = str_of(name),
                          .tool_use_id = str_of(tool_use),
                          .time_ms = 1000 + first,
                          .origin = "hook",
                          .payload = STR("{}")};
    int64_t id;

    if (*tool_use)
        event_tool_uid(STR("s"), in.tool_use_id, (unsigned char *)uid);
    CHECK_INT(event_put(db, &in, &id, NULL), 0);
    return id;
}

TEST(store, database_is_private_and_ours)
{
    struct db *db = open_db(), *other = NULL;
    struct err e;
    struct stat st;
    char path[512];

    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    CHECK_INT(stat(path, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
    CHECK_INT(count(db, "PRAGMA application_id"), 0x636d656d);
    CHECK_INT(count(db, "PRAGMA user_version"), DB_VERSION);
    CHECK_INT(count(db, "PRAGMA foreign_keys"), 1);
    db_close(db);
    CHECK_INT(db_open(&other, path, DB_READ, &e), 0);
    db_close(other);
}

TEST(store, refuses_a_newer_and_a_foreign_database)
{
    struct db *db = open_db(), *again = NULL;
    struct err e;
    char path[512];

    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    CHECK_INT(db_exec(db, "PRAGMA user_version = 99", NULL), 0);
    db_close(db);
    CHECK_INT(db_open(&again, path, DB_READ, &e), CM_EVERSION);
    CHECK_HAS(str_of(e.msg), "newer cmem");
    CHECK_INT(db_open(&again, path, DB_WRITE, &e), CM_EVERSION);
    snprintf(path, sizeof(path), "%s/other.db", test_dir());
    CHECK_INT(
        file_write(path, STR("this is no database at all, not ours"), 0600, &e),
        0);
    CHECK(db_open(&again, path, DB_WRITE, &e) < 0);
    snprintf(path, sizeof(path), "%s/none.db", test_dir());
    CHECK_INT(db_open(&again, path, DB_READ, &e), CM_ENOTFOUND);
}

/* Everything that the schema says of columns and indexes, in one order. */
static struct str shape(struct db *db, struct arena *a)
{
    struct stmt *s = db_stmt(
        db,
        "SELECT m.type || ' ' || m.name || ' ' || coalesce(c.name || ' ' "
        "|| c.type || ' ' || c.\"notnull\" || ' ' || coalesce(c.dflt_value, "
        "'') || ' ' || c.pk, '') FROM sqlite_master m LEFT JOIN "
        "pragma_table_xinfo(m.name) c ON m.type = 'table' "
        "ORDER BY m.type, m.name, c.cid");
    struct buf b;
    struct str out;

    buf_init(&b, 1u << 20);
    while (stmt_step(s, NULL) > 0) {
        buf_adds(&b, col_str(s, 0));
        buf_addc(&b, '\n');
    }
    stmt_done(s);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* A file as an older version left it, with one memory. */
static void make_old(const char *path, const char *schema, int version)
{
    char stamp[64];
    sqlite3 *h = NULL;

    snprintf(stamp, sizeof(stamp), "PRAGMA user_version = %d", version);
    CHECK_INT(sqlite3_open(path, &h), SQLITE_OK);
    CHECK_INT(sqlite3_exec(h, schema, NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_exec(h, stamp, NULL, NULL, NULL), SQLITE_OK);
    CHECK_INT(sqlite3_exec(h,
                           "PRAGMA journal_mode = WAL;"
                           "PRAGMA application_id = 0x636d656d;"
                           "INSERT INTO memories (kind, title, text, "
                           "origin, created_ms, updated_ms, event_ms, "
                           "hash) VALUES ('note', 't', 'old parseReply', "
                           "'user', 1, 1, 1, x'00');"
                           "INSERT INTO memory_files (memory_id, path, "
                           "modified) VALUES (1, 'src/a.c', 1)",
                           NULL, NULL, NULL),
              SQLITE_OK);
    sqlite3_close(h);
}

TEST(store, schema_is_the_same_made_or_migrated)
{
    const char *const schemas[] = {schema_v1, schema_v2, schema_v3};
    struct db *db = open_db();
    struct arena a = {0};
    struct err e = {0};

    _Static_assert(ARRAY_LEN(schemas) == DB_VERSION - 1, "each older version");
    for (int v = 1; v < DB_VERSION; v++) {
        struct db *old = NULL;
        char path[512];

        snprintf(path, sizeof(path), "%s/old%d.db", test_dir(), v);
        make_old(path, schemas[v - 1], v);
        CHECK_INT(db_open(&old, path, DB_READ, &e), CM_EAGAIN);
        CHECK_INT(db_open(&old, path, DB_WRITE, &e), 0);
        CHECK_HAS(shape(old, &a),
                  arena_fmt(&a, "%.*s", STR_ARG(shape(db, &a))).p);
        CHECK_INT(count(old, "SELECT count(*) FROM memories_fts WHERE "
                             "memories_fts MATCH '\"parse reply\"'"),
                  1);
        CHECK_INT(count(old, "SELECT count(*) FROM memory_files"), 1);
        CHECK_INT(db_check(old, NULL), 0);
        CHECK_INT(count(old, "SELECT count(*) FROM pragma_foreign_key_check"),
                  0);
        db_close(old);
    }
    arena_free(&a);
    db_close(db);
}

TEST(store, project_is_one_by_any_of_its_keys)
{
    struct db *db = open_db();
    struct str both[2] = {STR("dir:/a/.git"), STR("remote:h/o/n")};
    struct str clone[2] = {STR("dir:/b/.git"), STR("remote:h/o/n")};
    struct str other[1] = {STR("dir:/c/.git")};
    int64_t a, b, c;

    CHECK_INT(project_put(db, both, 2, STR("n"), STR("/a"), 1, &a, NULL), 0);
    CHECK_INT(project_put(db, clone, 2, STR("n"), STR("/b"), 2, &b, NULL), 0);
    CHECK_INT(project_put(db, other, 1, STR("n"), STR("/c"), 3, &c, NULL), 0);
    CHECK_INT(a, b);
    CHECK(a != c);
    db_close(db);
}

TEST(store, event_is_stored_once_by_uid_and_by_tool_use)
{
    struct db *db = open_db();
    int64_t s = a_session(db, "s", "");

    CHECK(put_event(db, s, 1, "PostToolUse", "t1") != 0);
    CHECK_INT(put_event(db, s, 2, "PostToolUse", "t1"), 0);
    CHECK(put_event(db, s, 3, "PostToolUse", "t2") != 0);
    CHECK(put_event(db, s, 4, "Stop", "") != 0);
    CHECK_INT(put_event(db, s, 4, "Stop", ""), 0);
    CHECK(put_event(db, s, 5, "Stop", "") != 0);
    CHECK_INT(count(db, "SELECT count(*) FROM events"), 4);
    db_close(db);
}

TEST(store, text_of_a_transcript_is_not_taken_twice)
{
    struct db *db = open_db();
    int64_t id, s = a_session(db, "s", "");
    struct event_in in = {.uid = STR("0123456789abcdef"),
                          .session_id = s,
                          .name = STR("Stop"),
                          .time_ms = 5,
                          .origin = "hook",
                          .text = STR("All done.\n"),
                          .payload = STR("{}")};

    CHECK_INT(event_put(db, &in, &id, NULL), 0);
    CHECK(id != 0);
    in.uid = STR("x123456789abcdef");
    in.name = STR("Assistant");
    in.origin = "transcript";
    in.text = STR("All done.");
    CHECK_INT(event_put(db, &in, &id, NULL), 0);
    CHECK_INT(id, 0);
    in.text = STR("Something else.");
    CHECK_INT(event_put(db, &in, &id, NULL), 0);
    CHECK(id != 0);
    db_close(db);
}

TEST(store, subagent_has_a_parent_and_claims_its_tool_calls)
{
    struct db *db = open_db();
    int64_t child = a_session(db, "s:a1", "s");
    int64_t parent = a_session(db, "s", "");

    CHECK_INT(count(db, "SELECT parent_id FROM sessions WHERE uid = 's:a1'"),
              parent);
    unsigned char from[EVENT_UID_BYTES];
    struct str new_uid = STR("sixteen bytes !!");

    put_event(db, parent, 1, "PostToolUse", "t1");
    event_tool_uid(STR("s"), STR("t1"), from);
    CHECK_INT(event_claim(db, (struct str){(char *)from, sizeof(from)}, child,
                          new_uid, NULL),
              0);
    CHECK_INT(count(db, "SELECT session_id FROM events"), child);
    db_close(db);
}

TEST(store, batch_ends_at_the_first_end_of_a_turn)
{
    struct db *db = open_db();
    struct arena a = {0};
    struct event_row *rows;
    size_t n;
    bool more;
    int64_t s = a_session(db, "s", "");

    put_event(db, s, 1, "UserPromptSubmit", "");
    put_event(db, s, 2, "PostToolUse", "t1");
    put_event(db, s, 3, "Stop", "");
    put_event(db, s, 4, "UserPromptSubmit", "");
    CHECK_INT(events_waiting(db, s, 100, 1000, &a, &rows, &n, &more, NULL), 0);
    CHECK_INT(n, 3);
    CHECK(more);
    CHECK_STR(rows[2].name, "Stop");
    CHECK_INT(events_waiting(db, s, 2, 1000, &a, &rows, &n, &more, NULL), 0);
    CHECK_INT(n, 2);
    CHECK(more);
    arena_free(&a);
    db_close(db);
}

/* SessionEnd itself is only kept: what waits when it comes must not wait for
 * an end of turn that never will. */
TEST(store, nothing_of_an_ended_session_waits_for_a_turn)
{
    struct db *db = open_db();
    int64_t s = a_session(db, "s", "");
    struct waiting w;

    put_event(db, s, 1, "UserPromptSubmit", "");
    CHECK_INT(waiting_session(db, s, &w, NULL), 0);
    CHECK(!w.turn_ended);
    CHECK_INT(session_ended(db, s, STR("other"), 9, NULL), 0);
    CHECK_INT(waiting_session(db, s, &w, NULL), 0);
    CHECK(w.turn_ended);
    CHECK_INT(session_prompted(db, s, STR("again"), NULL), 0);
    CHECK_INT(waiting_session(db, s, &w, NULL), 0);
    CHECK(!w.turn_ended);
    db_close(db);
}

TEST(store, batch_is_found_again_and_counts_its_tries)
{
    struct db *db = open_db();
    struct event_row row = {
        .id = put_event(db, a_session(db, "s", ""), 1, "Stop", "")};
    int64_t s = a_session(db, "s", ""), first, again, tries, next = 0;
    struct waiting w;

    CHECK_INT(batch_begin(db, s, &row, 1, true, 10, &first, &tries, NULL), 0);
    CHECK_INT(tries, 0);
    CHECK_INT(batch_delay(db, first, 777, STR("no"), NULL), 0);
    CHECK_INT(batch_not_before(db, s, &next, NULL), 0);
    CHECK_INT(next, 777);
    CHECK_INT(batch_begin(db, s, &row, 1, true, 20, &again, &tries, NULL), 0);
    CHECK_INT(again, first);
    CHECK_INT(tries, 1);
    CHECK_INT(batch_done(db, first, &row, 1, STR("rules"), STR_NONE, STR_NONE,
                         30, NULL),
              0);
    CHECK_INT(waiting_session(db, s, &w, NULL), 0);
    CHECK_INT(w.count, 0);
    db_close(db);
}

static int64_t put_memory(struct db *db, const char *kind, const char *text,
                          bool *added)
{
    struct memory_in m = {.kind = kind,
                          .title = str_of(text),
                          .text = str_of(text),
                          .project_id = a_project(db, "path:/p"),
                          .origin = "user"};
    int64_t id;

    CHECK_INT(memory_put(db, &m, 100, &id, added, NULL), 0);
    return id;
}

TEST(store, memory_said_again_is_counted)
{
    struct db *db = open_db();
    bool added;
    int64_t a = put_memory(db, "fact", "The port is 8080", &added), b;

    CHECK(added);
    b = put_memory(db, "fact", "  the port\tis 8080 ", &added);
    CHECK(!added);
    CHECK_INT(a, b);
    CHECK_INT(count(db, "SELECT seen FROM memories"), 2);
    put_memory(db, "fact", "The port is 8081", &added);
    CHECK(added);
    put_memory(db, "note", "The port is 8080", &added);
    CHECK(added);
    db_close(db);
}

TEST(store, topic_is_one_row_with_revisions)
{
    struct db *db = open_db();
    struct memory_in m = {.kind = "note",
                          .title = STR("db"),
                          .text = STR("We use SQLite"),
                          .project_id = a_project(db, "path:/p"),
                          .origin = "user",
                          .topic_key = STR("database")};
    int64_t a, b;
    bool added;

    CHECK_INT(memory_put(db, &m, 1, &a, &added, NULL), 0);
    m.text = STR("We use SQLite with WAL");
    CHECK_INT(memory_put(db, &m, 2, &b, &added, NULL), 0);
    CHECK_INT(a, b);
    CHECK(!added);
    CHECK_INT(memory_put(db, &m, 3, &b, &added, NULL), 0); /* nothing new */
    CHECK_INT(count(db, "SELECT revision FROM memories"), 2);
    CHECK_INT(count(db, "SELECT count(*) FROM history WHERE event = 'update' "
                        "AND old_text = 'We use SQLite'"),
              1);
    CHECK_INT(count(db, "SELECT count(*) FROM memories_fts WHERE memories_fts "
                        "MATCH 'wal'"),
              1);
    db_close(db);
}

TEST(store, contradicted_memory_is_kept_but_not_current)
{
    struct db *db = open_db();
    bool added;
    int64_t old = put_memory(db, "fact", "Deploys go to Heroku", &added);
    int64_t now = put_memory(db, "fact", "Deploys go to Fly", &added);

    CHECK_INT(memory_link(db, now, old, "contradicts", 500, NULL), 0);
    CHECK_INT(count(db, "SELECT superseded_by FROM memories WHERE valid_to = "
                        "(SELECT max(event_ms) FROM memories)"),
              now);
    CHECK_INT(memory_link(db, now, 999, "ends", 500, NULL), 0);
    CHECK_INT(memory_link(db, now, now, "ends", 500, NULL), 0);
    CHECK_INT(count(db, "SELECT count(*) FROM links"), 1);
    db_close(db);
}

static bool file_has(const char *name, const char *needle)
{
    char path[512];
    struct buf b;
    bool has;

    snprintf(path, sizeof(path), "%s/%s", test_dir(), name);
    buf_init(&b, 64u << 20);
    file_read(path, &b, NULL);
    has = str_find(buf_str(&b), str_of(needle)) >= 0;
    buf_free(&b);
    return has;
}

/* Not in the table, not in the full text, not in the bytes of any file. */
TEST(store, forgotten_is_gone_from_the_files)
{
    struct db *db = open_db();
    struct forgotten f = {0};
    struct injection_in receipt = {.session_id = a_session(db, "s", ""),
                                   .source = "startup",
                                   .nids = 1,
                                   .text = STR("- the xylophonezebra line")};
    bool added;
    int64_t id;

    CHECK_INT(db_begin(db, NULL), 0);
    id = put_memory(db, "note", "the xylophonezebra password", &added);
    put_memory(db, "note", "something else stays", &added);
    CHECK_INT(db_commit(db, NULL), 0);
    receipt.ids = &id;
    CHECK_INT(injection_put(db, &receipt, NULL), 0);
    CHECK(file_has("cmem.db-wal", "xylophonezebra"));
    CHECK_INT(db_begin(db, NULL), 0);
    CHECK_INT(memory_forget(db, id, &f, NULL), 0);
    CHECK_INT(db_commit(db, NULL), 0);
    CHECK_INT(memory_forget_done(db, NULL), 0);
    CHECK_INT(f.memories, 1);
    CHECK(!file_has("cmem.db", "xylophonezebra"));
    CHECK(!file_has("cmem.db-wal", "xylophonezebra"));
    CHECK(file_has("cmem.db", "something else stays"));
    CHECK_INT(memory_forget(db, id, &f, NULL), CM_ENOTFOUND);
    db_close(db);
}

TEST(store, forgetting_a_session_takes_all_of_it)
{
    struct db *db = open_db();
    struct forgotten f = {0};
    int64_t child = a_session(db, "s:a1", "s"), s = a_session(db, "s", "");
    int64_t keep = a_session(db, "other", "");

    put_event(db, s, 1, "Stop", "");
    put_event(db, child, 2, "Stop", "");
    put_event(db, keep, 3, "Stop", "");
    CHECK_INT(session_forget(db, s, &f, NULL), 0);
    CHECK_INT(f.sessions, 2);
    CHECK_INT(f.events, 2);
    CHECK_INT(count(db, "SELECT count(*) FROM events"), 1);
    CHECK_INT(count(db, "SELECT count(*) FROM sessions"), 1);
    db_close(db);
}

/* The index of another version is made anew; readers wait for that. */
TEST(store, what_is_derived_follows_the_program)
{
    struct db *db = open_db(), *again = NULL;
    struct err e = {0};
    char path[512];
    bool added;

    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    put_memory(db, "note", "parseReply lives in worker/llm.c", &added);
    CHECK_INT(db_exec(db,
                      "UPDATE derived SET version = 0;"
                      "DELETE FROM memories_fts",
                      NULL),
              0);
    db_close(db);
    CHECK_INT(db_open(&again, path, DB_READ, &e), CM_EAGAIN);
    CHECK_INT(db_open(&again, path, DB_WRITE, &e), 0);
    CHECK_INT(count(again, "SELECT count(*) FROM memories_fts WHERE "
                           "memories_fts MATCH 'llm'"),
              1);
    db_close(again);
}

/* Nobody counts them anew: what comes and goes is counted as it does. */
TEST(store, knows_how_many_memories_there_are)
{
    struct db *db = open_db();
    struct forgotten gone = {0};
    bool added;
    int64_t id = put_memory(db, "note", "one", &added);
    int64_t project = a_project(db, "path:/p");

    put_memory(db, "note", "two", &added);
    CHECK_INT(memories_count(db, 0, NULL), 2);
    CHECK_INT(memories_count(db, project + 1, NULL), 0);
    CHECK_INT(db_exec(db,
                      "UPDATE memories SET project_id = NULL WHERE "
                      "text = 'two'",
                      NULL),
              0);
    CHECK_INT(memories_count(db, project + 1, NULL), 1); /* of none */
    CHECK_INT(memories_count(db, project, NULL), 2);
    CHECK_INT(derive_all(db, NULL), 2);
    CHECK_INT(memories_count(db, project, NULL), 2);
    CHECK_INT(memory_forget(db, id, &gone, NULL), 0);
    CHECK_INT(memories_count(db, project, NULL), 1);
    CHECK_INT(memories_count(db, 0, NULL), 1);
    db_close(db);
}

TEST(store, full_text_can_be_made_anew)
{
    struct db *db = open_db();
    bool added;

    put_memory(db, "note", "parseReply lives in worker/llm.c", &added);
    CHECK_INT(derive_all(db, NULL), 1);
    CHECK_INT(count(db, "SELECT count(*) FROM memories_fts WHERE memories_fts "
                        "MATCH '\"parse reply\"'"),
              1);
    db_close(db);
}

/* Else the worker would put it away again and again while nobody writes. */
TEST(store, a_log_that_was_put_away_is_not_long_any_more)
{
    struct db *db = open_db();
    char path[512];

    snprintf(path, sizeof(path), "%s/cmem.db", test_dir());
    CHECK_INT(
        db_exec(db, "CREATE TABLE t AS SELECT zeroblob(1000000) AS x", NULL),
        0);
    CHECK(db_wal_pages(db) > 200);
    CHECK_INT(db_checkpoint_beside(path, NULL), 0);
    db_wal_done(db);
    CHECK_INT(db_wal_pages(db), 0);
    CHECK_INT(db_exec(db, "INSERT INTO t VALUES (1)", NULL), 0);
    CHECK(db_wal_pages(db) > 0 && db_wal_pages(db) < 20);
    db_close(db);
}

TEST(store, usage_is_summed_from_a_moment_on)
{
    struct db *db = open_db();
    struct usage_in u = {.time_ms = 1000,
                         .provider = STR("openai"),
                         .model = STR("m"),
                         .input_tokens = 10,
                         .output_tokens = 5,
                         .micro_usd = 7};
    int64_t tokens = 0, micro = 0;

    CHECK_INT(usage_put(db, &u, NULL), 0);
    u.time_ms = 2000;
    CHECK_INT(usage_put(db, &u, NULL), 0);
    CHECK_INT(usage_since(db, 1500, &tokens, &micro, NULL), 0);
    CHECK_INT(tokens, 15);
    CHECK_INT(micro, 7);
    db_close(db);
}
