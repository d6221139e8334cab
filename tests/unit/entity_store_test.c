/* entity_store_test.c - entities in the database (lib/store/entity.h). */
#include "base/common.h"

#include "seed.h"
#include "store/entity.h"
#include "store/derive.h"
#include "test.h"

static int64_t count(struct seed *s, const char *sql)
{
    struct stmt *st = db_stmt(s->db, sql);
    struct err e = {0};
    int64_t n = stmt_step(st, &e) > 0 ? col_int(st, 0) : -1;

    stmt_done(st);
    return n;
}

static int64_t note(struct seed *s, int64_t session, const char *text)
{
    return seed_memory(s,
                       (struct memory_in){.kind = "note",
                                          .text = str_of(text),
                                          .title = str_of(text),
                                          .session_id = session},
                       0);
}

static struct entity_row *find(struct seed *s, const char *key, size_t *n)
{
    struct entity_row *rows;
    struct err e = {0};

    CHECK_INT(entity_find(s->db, str_of(key), 10, &s->arena, &rows, n, &e), 0);
    return rows;
}

TEST(entity_store, finds_what_names_a_thing)
{
    struct entity_memory *m;
    struct entity_row *r;
    struct seed s;
    struct err e = {0};
    int64_t a, b;
    size_t n;

    seed_open(&s);
    a = note(&s, 0, "parseReply in src/reply.c broke on ENOENT");
    b = note(&s, 0, "ParseReply again, in /w/app/src/reply.c");
    r = find(&s, "parsereply", &n);
    CHECK_INT(n, 1);
    CHECK_INT(r->memories, 2);
    CHECK_STR(r->kind, "symbol");
    CHECK_STR(r->name, "parseReply");
    CHECK_INT(entity_memories(s.db, r->id, 10, &s.arena, &m, &n, &e), 0);
    CHECK_INT(n, 2);
    CHECK_INT(m[0].memory_id, b);
    CHECK_INT(m[1].memory_id, a);
    CHECK_INT(entity_memories(s.db, r->id, 1, &s.arena, &m, &n, &e), 0);
    CHECK_INT(n, 1);
    /* A file below the project's root is one file; its base is an alias. */
    r = find(&s, "reply.c", &n);
    CHECK_INT(n, 1);
    CHECK_STR(r->key, "src/reply.c");
    CHECK_INT(r->memories, 2);
    find(&s, "nothing", &n);
    CHECK_INT(n, 0);
    CHECK_INT(memory_entities(s.db, a, 10, &s.arena, &r, &n, &e), 0);
    CHECK_INT(n, 3);
    seed_close(&s);
}

TEST(entity_store, titles_files_and_facts_weigh_more)
{
    struct memory_file file = {STR("src/a.c"), true};
    struct entity_memory *m;
    struct seed s;
    struct err e = {0};
    size_t n;

    seed_open(&s);
    seed_memory(
        &s,
        (struct memory_in){.title = STR("The titleThing works"),
                           .text = STR("It was textThing. And factThing."),
                           .data = STR("{\"facts\":[\"it is factThing\"],"
                                       "\"entities\":[{\"name\":\"Zephyr\","
                                       "\"kind\":\"name\"},{\"name\":\"x\","
                                       "\"kind\":\"nonsense\"}]}"),
                           .files = &file,
                           .nfiles = 1},
        0);
#define STRENGTH(key, want)                                                    \
    CHECK_INT(                                                                 \
        entity_memories(s.db, find(&s, key, &n)->id, 9, &s.arena, &m, &n, &e), \
        0);                                                                    \
    CHECK_INT(m->strength, want)
    STRENGTH("titlething", 3);
    STRENGTH("src/a.c", 3);
    STRENGTH("factthing", 2);
    STRENGTH("zephyr", 2);
    STRENGTH("textthing", 1);
    CHECK_INT(count(&s, "SELECT count(*) FROM entities"), 5);
    seed_close(&s);
}

TEST(entity_store, forgetting_leaves_no_name_behind)
{
    struct forgotten f = {0};
    struct seed s;
    struct err e = {0};
    struct entity_row *r;
    int64_t a, b;
    size_t n;

    seed_open(&s);
    a = note(&s, 0, "secretThing and sharedThing: \"Cannot find module 'x9'\"");
    b = note(&s, 0, "sharedThing, \"Cannot find module 'y9'\", src/dir/f.c");
    CHECK_INT(count(&s, "SELECT count(*) FROM entities"), 4);
    CHECK_INT(db_begin(s.db, &e), 0);
    CHECK_INT(memory_forget(s.db, a, &f, &e), 0);
    CHECK_INT(db_commit(s.db, &e), 0);
    find(&s, "secretthing", &n);
    CHECK_INT(n, 0);
    r = find(&s, "sharedthing", &n);
    CHECK_INT(n, 1);
    CHECK_INT(r->memories, 1);
    /* The forgotten one's way to write it is gone, too. */
    r = find(&s, "cannot find module", &n);
    CHECK_STR(r->name, "cannot find module");
    CHECK_INT(db_begin(s.db, &e), 0);
    CHECK_INT(memory_forget(s.db, b, &f, &e), 0);
    CHECK_INT(db_commit(s.db, &e), 0);
    CHECK_INT(count(&s, "SELECT (SELECT count(*) FROM entities) + (SELECT "
                        "count(*) FROM entity_aliases) + (SELECT count(*) FROM "
                        "entity_memories) + (SELECT count(*) FROM relations)"),
              0);
    seed_close(&s);
}

/* What the counter must be. */
#define WRONG                                                                  \
    "SELECT count(*) FROM entities e WHERE memories <> (SELECT count(*) FROM " \
    "entity_memories m WHERE m.entity_id = e.id)"

TEST(entity_store, counts_equal_a_recount_whatever_happens)
{
    static const char *const words[] = {"oneThing", "two_things", "src/x/a.c",
                                        "ENOENT",   "#12",        "redis",
                                        "a1b2c3d",  "v1.2.3",     "Fly.io"};
    struct forgotten f = {0};
    struct err e = {0};
    struct seed s;
    int64_t sessions[4], wrong;
    unsigned r = 7;
    char text[200], key[8];

    seed_open(&s);
    for (int i = 0; i < 4; i++)
        sessions[i] = seed_session(&s, (const char *[]){"a", "b", "c", "d"}[i],
                                   "main", 1, i == 1 ? "a" : NULL);
    for (int i = 0; i < 300; i++) {
        r = r * 1103515245u + 12345u;
        snprintf(text, sizeof(text), "%s uses %s and %s (%d)",
                 words[(r >> 8) % 9], words[(r >> 12) % 9],
                 words[(r >> 16) % 9], i % 50);
        snprintf(key, sizeof(key), "k%u", (r >> 20) % 5);
        seed_memory(&s,
                    (struct memory_in){
                        .kind = "note",
                        .title = STR("x"),
                        .text = str_of(text),
                        .session_id = sessions[(r >> 5) % 4],
                        .topic_key = (r >> 24) % 3 ? STR_NONE : str_of(key)},
                    0);
        if ((r >> 26) % 4 == 0) {
            CHECK_INT(db_begin(s.db, &e), 0);
            (void)memory_forget(s.db, 1 + (r >> 10) % (unsigned)(i + 1), &f,
                                &e);
            CHECK_INT(db_commit(s.db, &e), 0);
        }
        wrong = count(&s, WRONG);
        CHECK_INT(wrong, 0);
    }
    CHECK(f.memories > 20);
    CHECK(count(&s, "SELECT count(*) FROM entities") >= 9);
    CHECK(derive_all(s.db, &e) > 0);
    CHECK_INT(count(&s, WRONG), 0);
    CHECK_INT(db_begin(s.db, &e), 0);
    CHECK_INT(session_forget(s.db, sessions[0], &f, &e), 0);
    CHECK_INT(db_commit(s.db, &e), 0);
    CHECK_INT(count(&s, WRONG), 0);
    CHECK_INT(count(&s, "SELECT count(*) FROM entities WHERE memories < 1"), 0);
    seed_close(&s);
}
