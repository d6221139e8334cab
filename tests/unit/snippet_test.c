/* snippet_test.c - what is shown of a hit (lib/store/snippet.h), beside FTS5's
 * own function of that name, which it must not differ from. */
#include "base/common.h"

#include "base/arena.h"
#include "search/query.h"
#include "seed.h"
#include "store/read_search.h"
#include "test.h"

/* Words that texts and questions are made of: few, so that they meet. */
static const char *const words[] = {
    "socket", "sockets",   "parseReply", "the",       "path", "src/llm/x.c",
    "fail",   "failed",    "went",       "go",        "is.",  "so:",
    "E0308",  "\xe6\x8e\xa5\xe7\xb6\x9a\xe3\x82\xa8\xe3\x83\xa9\xe3\x83\xbc",
    "caf\xc3\xa9",         "cut",        "off",       "(no)", "\xef\xbd\x81\xef\xbd\x82",
    "a",      "retry\n\n", "\"quoted\"", "time-out,", "100%", "--flag=1",
};

static unsigned next(uint64_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return (unsigned)(*s >> 32);
}

static struct str some_words(struct arena *a, uint64_t *rng, unsigned n)
{
    struct str out;
    struct buf b;

    buf_init(&b, 1 << 16);
    while (n-- > 0)
        buf_addf(&b, "%s%s", words[next(rng) % ARRAY_LEN(words)],
                 next(rng) % 9 ? " " : "");
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

static struct str fts5_says(struct db *db, struct str match, int64_t id,
                            struct arena *a)
{
    struct stmt *s = db_stmt(
        db, "SELECT snippet(memories_fts, 1, char(2), char(3), '...', 24) FROM "
            "memories_fts WHERE memories_fts MATCH ?1 AND rowid = ?2");
    struct str out = STR_NONE;

    stmt_str(s, 1, match);
    stmt_int(s, 2, id);
    if (stmt_step(s, NULL) > 0)
        out = arena_str(a, col_str(s, 0));
    stmt_done(s);
    return out;
}

static int64_t put_row(struct db *db, int64_t id, struct str title,
                       struct str text, struct str names)
{
    struct stmt *s =
        db_stmt(db, "INSERT INTO memories_fts (rowid, title, text, names, "
                    "scope) VALUES (?1, ?2, ?3, ?4, '')");

    stmt_int(s, 1, id);
    stmt_str(s, 2, title);
    stmt_str(s, 3, text);
    stmt_str(s, 4, names);
    CHECK_INT(stmt_run(s, NULL), 0);
    return id;
}

static void compare(struct seed *s, struct str match, int64_t id)
{
    struct str mine, theirs = fts5_says(s->db, match, id, &s->arena);

    CHECK_INT(words_snippet(s->db, match, id, &s->arena, &mine, NULL), 0);
    if (!str_eq(mine, theirs))
        test_fail(__FILE__, __LINE__, "%.*s in #%lld:\n  %.*s\nnot\n  %.*s",
                  STR_ARG(match), (long long)id, STR_ARG(mine),
                  STR_ARG(theirs));
}

TEST(snippet, is_the_one_that_fts5_would_give)
{
    uint64_t rng = 88172645463325252u;
    struct seed s;
    int64_t id = 1000;

    seed_open(&s);
    for (int i = 0; i < 60; i++) {
        id++;
        put_row(s.db, id, some_words(&s.arena, &rng, next(&rng) % 6),
                some_words(&s.arena, &rng, next(&rng) % 90),
                some_words(&s.arena, &rng, next(&rng) % 4));
        for (int k = 0; k < 12; k++) {
            struct str match, map;
            struct query q;

            query_parse(some_words(&s.arena, &rng, 1 + next(&rng) % 6),
                        &s.arena, &q);
            if (q.n && next(&rng) % 4 == 0) /* the beginning of a word */
                query_widen(&q, 0, &s.arena);
            query_match(&q, &s.arena, &match, &map);
            if (match.n)
                compare(&s, match, id);
        }
    }
    seed_close(&s);
}

TEST(snippet, of_a_row_that_has_nothing_is_empty)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    put_row(s.db, 1001, STR("a title"), STR("and a text"), STR_NONE);
    CHECK_INT(words_snippet(s.db, STR("\"socket\""), 1001, &s.arena, &out,
                            NULL), 0);
    CHECK_INT(out.n, 0);
    compare(&s, STR("\"title\""), 1001);
    compare(&s, STR("\"socket\" OR \"tit\" *"), 1001);
    compare(&s, STR("\"a text\""), 1001);
    CHECK_INT(words_snippet(s.db, STR("\"socket"), 1001, &s.arena, &out, NULL),
              0); /* not one of ours */
    seed_close(&s);
}
