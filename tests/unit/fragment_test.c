/* fragment_test.c - looking inside words (lib/store/fragment.h, near.h). */
#include "base/common.h"

#include "base/arena.h"
#include "search/near.h"
#include "search/search.h"
#include "seed.h"
#include "store/fragment.h"
#include "store/memory.h"
#include "test.h"

struct seen {
    struct buf b;
    size_t length;
};

static int see(void *arg, size_t length, struct str v)
{
    struct seen *k = arg;

    CHECK(length >= k->length);
    k->length = length;
    for (size_t at = 0; at < v.n; at += length)
        buf_addf(&k->b, " %.*s ", (int)length, v.p + at);
    return 0;
}

/* All words of the table, a blank on both sides of each. */
static struct str all_words(struct seed *s)
{
    struct seen k = {.length = 0};
    struct str out;

    buf_init(&k.b, 1 << 20);
    CHECK_INT(fragments_walk(s->db, 0, 99, see, &k, NULL), 0);
    out = arena_str(&s->arena, buf_str(&k.b));
    buf_free(&k.b);
    return out;
}

static struct near near_of(struct seed *s, const char *word)
{
    struct near n;

    CHECK_INT(near_find(s->db, str_of(word), &s->arena, &n, NULL), 0);
    return n;
}

TEST(fragment, keeps_words_and_no_data)
{
    struct seed s;
    struct str words;

    seed_open(&s);
    seed_said(&s, 0, "Parser",
              "parseReply of README in caf\xc3\xa9, "
              "\xd0\x9e\xd0\xa8\xd0\x98\xd0\x91\xd0\x9a\xd0\x90"
              " the 20260318 deadbeef01 a1b2c3d4 sha256");
    words = all_words(&s);
    CHECK_HAS(words, " parser ");
    CHECK_HAS(words, " parsereply ");
    CHECK_HAS(words, " readme ");
    CHECK_HAS(words, " caf\xc3\xa9 ");
    CHECK_HAS(words, " \xd0\xbe\xd1\x88\xd0\xb8\xd0\xb1\xd0\xba\xd0\xb0 ");
    CHECK_LACKS(words, " the ");
    CHECK_LACKS(words, "20260318");
    CHECK_LACKS(words, "deadbeef");
    CHECK_LACKS(words, "a1b2");
    seed_close(&s);
}

TEST(fragment, forgets_with_the_last_memory)
{
    struct forgotten gone = {0};
    int64_t one, session;
    struct seed s;
    struct err e;

    seed_open(&s);
    session = seed_session(&s, "s-1", "main", 0, NULL);
    one = seed_said(&s, 0, "Parser", "gadolinium and kerosene");
    seed_said(&s, 0, "Other", "kerosene alone");
    seed_said(&s, session, "Third", "praseodymium beside kerosene");
    CHECK_HAS(all_words(&s), " gadolinium ");
    CHECK_INT(db_begin(s.db, &e), 0);
    CHECK_INT(memory_forget(s.db, one, &gone, &e), 0);
    CHECK_INT(session_forget(s.db, session, &gone, &e), 0);
    CHECK_INT(db_commit(s.db, &e), 0);
    CHECK_LACKS(all_words(&s), " gadolinium ");
    CHECK_LACKS(all_words(&s), " parser ");
    CHECK_LACKS(all_words(&s), " praseodymium ");
    CHECK_HAS(all_words(&s), " kerosene ");
    seed_close(&s);
}

TEST(fragment, follows_a_text_that_changes)
{
    struct memory_in in = {
        .kind = "note", .title = STR("T"), .topic_key = STR("k")};
    struct seed s;

    seed_open(&s);
    in.text = STR("gadolinium is used");
    seed_memory(&s, in, 0);
    in.text = STR("kerosene is used");
    seed_memory(&s, in, 0);
    CHECK_HAS(all_words(&s), " kerosene ");
    CHECK_HAS(all_words(&s), " used ");
    CHECK_LACKS(all_words(&s), " gadolinium ");
    seed_close(&s);
}

/* The rows of a length stay whole, whatever comes and goes. */
TEST(fragment, holds_what_is_there_over_random_changes)
{
    enum { WORDS = 60 };
    int64_t id[WORDS] = {0};
    uint32_t state = 9;
    struct seed s;
    struct err e;

    seed_open(&s);
    for (int round = 0; round < 400; round++) {
        struct forgotten gone = {0};
        size_t i;
        struct str word;

        state = state * 1103515245u + 12345u;
        i = (state >> 16) % WORDS;
        word = arena_fmt(&s.arena, "w%c%c%cquux", 'a' + (int)(i / 26),
                         'a' + (int)(i % 26), i % 3 ? 'x' : 'y');
        if (!id[i]) {
            id[i] = seed_said(
                &s, 0, "T",
                arena_fmt(&s.arena, "%.*s %d", STR_ARG(word), round).p);
            continue;
        }
        CHECK_INT(db_begin(s.db, &e), 0);
        CHECK_INT(memory_forget(s.db, id[i], &gone, &e), 0);
        CHECK_INT(db_commit(s.db, &e), 0);
        id[i] = 0;
    }
    for (size_t i = 0; i < WORDS; i++) {
        struct str word =
            arena_fmt(&s.arena, " w%c%c%cquux ", 'a' + (int)(i / 26),
                      'a' + (int)(i % 26), i % 3 ? 'x' : 'y');

        CHECK_INT(str_find(all_words(&s), word) >= 0, id[i] != 0);
    }
    seed_close(&s);
}

TEST(near, finds_a_part_of_a_name_and_letters_that_differ)
{
    struct seed s;
    struct near n;

    seed_open(&s);
    seed_said(&s, 0, "Parser", "parseReply fails; authentication; checkpoint");
    n = near_of(&s, "serepl");
    CHECK_INT(n.n, 1);
    CHECK_INT(n.sure, 1);
    CHECK_STR(n.term[0], "parseReply");
    CHECK_STR(n.word_of[0], "parsereply");
    n = near_of(&s, "authetnicaiton"); /* two pairs swapped */
    CHECK_STR(n.term[0], "authentication");
    CHECK_INT(n.sure, 1);
    n = near_of(&s, "xheckpoint"); /* the first letter, too */
    CHECK_STR(n.term[0], "checkpoint");
    n = near_of(&s, "fial"); /* short: said, and not taken */
    CHECK_INT(n.sure, 0);
    n = near_of(&s, "zzzzzz");
    CHECK_INT(n.n, 0);
    n = near_of(&s, "\xe6\x95\xb0\xe6\x8d\xae");
    CHECK_INT(n.n, 0);
    seed_close(&s);
}

TEST(near, a_search_uses_what_it_is_sure_of)
{
    struct search_request rq = {.max = 10, .filter = {.now_ms = SEED_NOW}};
    struct search_result r;
    struct seed s;
    int64_t id;

    seed_open(&s);
    id = seed_said(&s, 0, "Parser", "parseReply fails on cut off texts");
    rq.words = STR("seRepl");
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, NULL), 0);
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, id);
    CHECK(r.hits[0].score > 0);
    rq.words = STR("psrseReply");
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, NULL), 0);
    CHECK_INT(r.n, 1);
    seed_close(&s);
}
