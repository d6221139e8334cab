/* query.c - any bytes given as a search query. */
#include "base/common.h"

#include "base/arena.h"
#include "base/names.h"
#include "search/query.h"
#include "search/words.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

/* What MATCH strings are made of, and nothing else. */
static void fuzz_query_form(struct str match)
{
    bool quoted = false;

    for (size_t i = 0; i < match.n; i++) {
        char c = match.p[i];

        if (c == '"')
            quoted = !quoted;
        else if (quoted)
            FUZZ_CHECK(is_alnum(c) || c == ' ' || (unsigned char)c >= 0x80);
        else
            FUZZ_CHECK(c == ' ' || c == '*' || c == 'O' || c == 'R');
    }
    FUZZ_CHECK(!quoted);
}

static void fuzz_query_ask(struct db *db, const struct query *q,
                           struct arena *a)
{
    struct memory_filter f = {.project_id = 1, .kind = STR("note")};
    struct proposals p;
    struct words w;
    struct str match, map;
    struct err e = {0};

    query_match(q, a, &match, &map);
    fuzz_query_form(match);
    FUZZ_CHECK(map.n <= FTS_PHRASES);
    FUZZ_CHECK((match.n == 0) == (map.n == 0));
    FUZZ_CHECK(words_plan(db, q, &f, 1, a, &w, &p, &e) == 0);
    FUZZ_CHECK(p.n <= 1);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    static struct db *db; /* made once: opening costs more than asking */
    struct str text = {(const char *)data, size};
    struct arena a = {0};
    struct query q;
    struct buf names;
    struct err e;

    if (!db) {
        FUZZ_CHECK(db_open(&db, ":memory:", DB_WRITE, &e) == 0);
        FUZZ_CHECK(db_exec(db,
                           "INSERT INTO memories (id, kind, title, text, "
                           "origin, created_ms, updated_ms, event_ms, hash) "
                           "VALUES (1, 'note', 'a', 'a/b.c parseReply', "
                           "'user', 1, 1, 1, x'00');"
                           "INSERT INTO memories_fts (rowid, title, text, "
                           "names) VALUES (1, 'a', 'a/b.c parseReply', "
                           "'parsereply parse reply')",
                           &e) == 0);
    }
    query_parse(text, &a, &q);
    FUZZ_CHECK(q.n <= FTS_UNITS);
    fuzz_query_ask(db, &q, &a);
    for (size_t i = 0; i < q.n; i++) {
        query_widen(&q, i, &a);
        FUZZ_CHECK(q.n <= FTS_UNITS);
    }
    fuzz_query_ask(db, &q, &a);
    buf_init(&names, NAMES_MAX);
    names_of(text, &names);
    FUZZ_CHECK(!buf_is_full(&names));
    buf_free(&names);
    arena_free(&a);
    return 0;
}
