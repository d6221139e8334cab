/* where_test.c - filters as trees (lib/store/where.h), against a model. */
#include "base/common.h"

#include "base/arena.h"
#include "store/where.h"
#include "test.h"
#include "where_rig.h"

#define FUZZ_ENTRY fuzz_where
#include "tests/fuzz/where.c"
#undef FUZZ_ENTRY

#define NOW  INT64_C(1773828000000)
#define MEMS 48

static void bind(struct stmt *s, int i, const char *z)
{
    stmt_str(s, i, z ? str_of(z) : STR_NONE);
}

static void bind_json(struct stmt *s, int i, const struct json *j,
                      struct arena *a)
{
    struct buf b;

    if (!j) {
        stmt_null(s, i);
        return;
    }
    buf_init(&b, 1 << 16);
    json_print(j, &b, 0);
    stmt_str(s, i, arena_str(a, buf_str(&b)));
    buf_free(&b);
}

static void store(struct db *db, const struct where_mem *m, int64_t id,
                  struct arena *a)
{
    struct stmt *s = db_stmt(
        db, "INSERT INTO memories (id, kind, type, title, text, data, branch, "
            "user, agent, origin, importance, pinned, created_ms, updated_ms, "
            "event_ms, expires_ms, topic_key, hash, external_id, group_key, "
            "metadata, session_id, project_id) VALUES (?1, ?2, ?3, '', ?4, ?5, "
            "?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, NULL, "
            "CAST(?1 AS BLOB), ?16, ?17, "
            "?18, (SELECT id FROM sessions WHERE uid = ?19), "
            "(SELECT id FROM projects WHERE name = ?20))");
    const char *const texts[] = {m->kind, m->type, m->text};
    struct err e;

    stmt_int(s, 1, id);
    for (int i = 0; i < 3; i++)
        bind(s, 2 + i, texts[i]);
    bind_json(s, 5, m->data, a);
    bind(s, 6, m->branch);
    bind(s, 7, m->user);
    bind(s, 8, m->agent);
    bind(s, 9, m->origin);
    stmt_int(s, 10, m->importance);
    stmt_int(s, 11, m->pinned);
    stmt_int(s, 12, m->created);
    stmt_int(s, 13, m->updated);
    stmt_int(s, 14, m->event);
    if (m->expires)
        stmt_int(s, 15, m->expires);
    bind(s, 16, m->ext);
    bind(s, 17, m->group);
    bind_json(s, 18, m->metadata, a);
    bind(s, 19, m->run);
    bind(s, 20, m->app);
    if (stmt_run(s, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
}

static struct db *open_db(void)
{
    struct db *db;
    struct err e;

    setenv("TZ", "UTC", 1);
    tzset();
    if (db_open(&db, ":memory:", DB_WRITE, &e) < 0 ||
        db_exec(db,
                "INSERT INTO projects (id, name, root, created_ms) VALUES "
                "(1, 'alpha', '/w/alpha', 1), (2, 'beta', '/w/beta', 1);"
                "INSERT INTO project_keys VALUES ('app:gamma', 2);"
                "INSERT INTO sessions (id, uid, project_id, cwd, "
                "started_ms, last_ms) VALUES (1, 'run-1', 1, '/', 1, 1), "
                "(2, 'run-2', 2, '/', 1, 1)",
                &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return db;
}

static void check_tree(struct db *db, const struct where_mem *mems,
                       const struct buf *text, size_t *hits)
{
    struct json *tree = where_parsed(text);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};

    if (where_ids(db, tree, NOW, &a, &set, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", e.msg, text->data);
    for (int64_t i = 0; i < MEMS; i++)
        if (id_set_has(&set, i + 1) != where_model_holds(&mems[i], tree))
            test_fail(__FILE__, __LINE__, "#%lld: the model says %d: %s",
                      (long long)i + 1, where_model_holds(&mems[i], tree),
                      text->data);
    *hits += set.n > 0 && set.n < MEMS;
    json_free(tree);
    arena_free(&a);
}

TEST(where, what_nothing_satisfies_is_an_empty_list_that_can_be_copied)
{
    struct db *db = open_db();
    struct json *tree = json_parse(STR("{\"user_id\": \"nobody\"}"), NULL);
    struct arena a = {0};
    struct id_set set;

    CHECK_INT(where_ids(db, tree, NOW, &a, &set, NULL), 0);
    CHECK_INT(set.n, 0);
    CHECK(set.ids != NULL);
    json_free(tree);
    arena_free(&a);
    db_close(db);
}

TEST(where, agrees_with_a_model_over_random_trees)
{
    struct db *db = open_db();
    struct where_mem mems[MEMS];
    struct arena a = {0};
    struct buf b;
    size_t hits = 0, trees = 4000;

    where_seed(20260318);
    for (int i = 0; i < MEMS; i++) {
        where_make_mem(&mems[i]);
        store(db, &mems[i], i + 1, &a);
    }
    buf_init(&b, 1 << 20);
    for (size_t i = 0; i < trees; i++) {
        buf_reset(&b);
        where_put_tree(&b);
        check_tree(db, mems, &b, &hits);
    }
    CHECK(hits > trees / 3); /* neither all nor none: the trees say something */
    for (int i = 0; i < MEMS; i++) {
        json_free(mems[i].metadata);
        json_free(mems[i].data);
    }
    buf_free(&b);
    arena_free(&a);
    db_close(db);
}

static struct err fails(struct db *db, const char *text)
{
    struct json *tree = json_parse(str_of(text), NULL);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};

    CHECK(tree != NULL);
    if (where_ids(db, tree, NOW, &a, &set, &e) != CM_EARG)
        test_fail(__FILE__, __LINE__, "no error: %s", text);
    CHECK_INT(e.code, CM_EARG);
    json_free(tree);
    arena_free(&a);
    return e;
}
#define CHECK_FAILS(text, why)                                                 \
    do {                                                                       \
        struct err fe_ = fails(db, text);                                      \
        CHECK_HAS(str_of(fe_.msg), why);                                       \
    } while (0)

TEST(where, says_in_a_sentence_what_is_wrong)
{
    struct db *db = open_db();
    struct buf b;

    CHECK_FAILS("[]", "JSON object");
    CHECK_FAILS("\"x\"", "JSON object");
    CHECK_FAILS("{\"AND\": []}", "at least");
    CHECK_FAILS("{\"OR\": [1]}", "JSON object");
    CHECK_FAILS("{\"colour\": 1}", "no field colour");
    CHECK_FAILS("{\"user_id\": {\"like\": \"a\"}}", "no operator like");
    CHECK_FAILS("{\"user_id\": {}}", "user_id needs");
    CHECK_FAILS("{\"user_id\": 1}", "user_id eq wants text");
    CHECK_FAILS("{\"user_id\": {\"in\": \"a\"}}", "user_id in wants a list");
    CHECK_FAILS("{\"user_id\": [\"a\", 2]}", "wants text");
    CHECK_FAILS("{\"importance\": \"3\"}", "importance eq wants a number");
    CHECK_FAILS("{\"importance\": {\"contains\": \"3\"}}",
                "importance has no operator contains");
    CHECK_FAILS("{\"pinned\": 1}", "true or false");
    CHECK_FAILS("{\"pinned\": {\"gt\": true}}", "pinned has no operator gt");
    CHECK_FAILS("{\"created_at\": \"soon\"}", "created_at eq wants a time");
    CHECK_FAILS("{\"created_at\": {\"gt\": true}}", "wants a time");
    CHECK_FAILS("{\"id\": \"abc\"}", "id eq wants a number");
    CHECK_FAILS("{\"categories\": {\"lt\": \"a\"}}", "no operator lt");
    CHECK_FAILS("{\"user_id\": {\"exists\": \"yes\"}}", "true or false");
    CHECK_FAILS("{\"metadata\": 3}", "metadata is compared with an object");
    CHECK_FAILS("{\"metadata\": {\"a\": {\"gt\": true}}}",
                "metadata a: gt wants");
    CHECK_FAILS("{\"metadata\": {\"a\": {\"in\": [[1]]}}}", "in wants");
    CHECK_FAILS("{\"metadata\": {\"a\": {\"b\": {\"c\": {\"d\": {\"e\": "
                "{\"f\": {\"g\": {\"h\": {\"i\": 1}}}}}}}}}}",
                "8 members deep");
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 20; i++)
        buf_addz(&b, "{\"NOT\":[");
    buf_addz(&b, "{}");
    for (int i = 0; i < 20; i++)
        buf_addz(&b, "]}");
    CHECK_FAILS(b.data, "16 levels");
    buf_reset(&b);
    buf_addz(&b, "{\"OR\":[{}");
    for (int i = 0; i < 300; i++)
        buf_addz(&b, ",{\"user_id\":\"a\"}");
    buf_addz(&b, "]}");
    CHECK_FAILS(b.data, "256 comparisons");
    buf_reset(&b);
    buf_addz(&b, "{\"user_id\":[\"a\"");
    for (int i = 0; i < 10001; i++)
        buf_addz(&b, ",\"a\"");
    buf_addz(&b, "]}");
    CHECK_FAILS(b.data, "10000 values");
    buf_free(&b);
    db_close(db);
}

static size_t count(struct db *db, const char *text)
{
    struct json *tree = json_parse(str_of(text), NULL);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};

    CHECK(tree != NULL);
    if (where_ids(db, tree, NOW, &a, &set, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", e.msg, text);
    json_free(tree);
    arena_free(&a);
    return set.n;
}

TEST(where, takes_as_much_as_it_says)
{
    struct db *db = open_db();
    struct where_mem m = {.kind = "note",
                          .origin = "user",
                          .text = "x",
                          .user = "ada",
                          .app = "beta",
                          .event = WHERE_BASE};
    struct arena a = {0};
    struct buf b;

    for (int64_t i = 1; i <= 40; i++)
        store(db, &m, i, &a);
    buf_init(&b, 1 << 20);
    buf_addz(&b, "{\"id\":[0");
    for (int i = 1; i < 10000; i++)
        buf_addf(&b, ",%d", i);
    buf_addz(&b, "]}");
    CHECK_INT(count(db, b.data), 40);
    buf_reset(&b);
    buf_addz(&b, "{\"OR\":[{\"user_id\":\"b\"}");
    for (int i = 1; i < 256; i++)
        buf_addf(&b, ",{\"metadata\":{\"k%d\":{\"gt\":%d}}}", i, i);
    buf_addz(&b, "]}");
    CHECK_INT(count(db, b.data), 0);
    buf_reset(&b);
    for (int i = 0; i < 15; i++)
        buf_addz(&b, "{\"NOT\":[");
    buf_addz(&b, "{\"user_id\":\"ada\"}");
    for (int i = 0; i < 15; i++)
        buf_addz(&b, "]}");
    CHECK_INT(count(db, b.data), 0);
    CHECK_INT(count(db, "{\"id\": [\"#3\", \"4\", 5]}"), 3);
    CHECK_INT(count(db, "{\"id\": {\"gt\": \"#38\"}}"), 2);
    CHECK_INT(count(db, "{\"app_id\": \"gamma\"}"), 40);
    CHECK_INT(count(db, "{\"app_id\": \"/w/beta\"}"), 40);
    CHECK_INT(count(db, "{\"event_at\": \"2026-01-01\"}"), 40);
    CHECK_INT(count(db, "{\"NOT\": {\"user_id\": \"ada\"}}"), 0);
    CHECK_INT(count(db, "{}"), 40);
    buf_free(&b);
    arena_free(&a);
    db_close(db);
}

/* What is no JSON in the store is no error of the filter. */
TEST(where, passes_over_damaged_metadata)
{
    struct db *db = open_db();
    struct err e;

    CHECK_INT(db_exec(db,
                      "INSERT INTO memories (id, kind, title, text, "
                      "origin, created_ms, updated_ms, event_ms, hash, "
                      "metadata, data) VALUES (1, 'note', '', '', 'user', "
                      "1, 1, 1, x'01', '{broken', 'x'), (2, 'note', '', "
                      "'', 'user', 1, 1, 1, x'02', '{\"a\":1}', NULL)",
                      &e),
              0);
    CHECK_INT(count(db, "{\"metadata\": {\"a\": 1}}"), 1);
    CHECK_INT(count(db, "{\"metadata\": {\"a\": {\"ne\": 1}}}"), 1);
    CHECK_INT(count(db, "{\"categories\": {\"exists\": false}}"), 2);
    db_close(db);
}

TEST(where, takes_any_json)
{
    static const char *const parts[] = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"AND\"",
        "\"OR\"",
        "\"not\"",
        "\"user_id\"",
        "\"metadata\"",
        "\"eq\"",
        "\"in\"",
        "null",
        "true",
        "1e308",
        "-1",
        "\"*\"",
        "\"2026-01-01\"",
        "\"created_at\"",
        "\"\\u0000\"",
        "\"gt\"",
        "\"x\"",
    };
    char text[512];

    where_seed(5);
    for (int i = 0; i < 20000; i++) {
        size_t n = 1;

        text[0] = '{';
        for (uint32_t k = 0, m = where_rnd(24); k < m; k++) {
            const char *p = parts[where_rnd(ARRAY_LEN(parts))];

            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        fuzz_where((const uint8_t *)text, n);
    }
}
