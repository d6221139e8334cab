/* said_test.c - turns as they were said: indexed, found, forgotten. */
#include "base/common.h"

#include <math.h>

#include "base/file.h"
#include "search/fuse.h"
#include "search/search.h"
#include "search/weights.h"
#include "seed.h"
#include "store/batch.h"
#include "store/derive.h"
#include "store/said.h"
#include "test.h"

/* A turn of the session: what waits of it becomes a batch that is done. */
static int64_t turn(struct seed *s, int64_t session)
{
    struct event_row *rows;
    struct err e = {0};
    int64_t id = 0, tries;
    size_t n;
    bool more;

    CHECK_INT(db_begin(s->db, NULL), 0);
    CHECK_INT(events_waiting(s->db, session, 100, 1u << 20, &s->arena, &rows,
                             &n, &more, &e),
              0);
    CHECK(n > 0);
    CHECK_INT(
        batch_begin(s->db, session, rows, n, true, SEED_NOW, &id, &tries, &e),
        0);
    CHECK_INT(said_index(s->db, id, &e), 0);
    CHECK_INT(batch_done(s->db, id, rows, n, STR("rules"), STR_NONE, STR_NONE,
                         SEED_NOW, &e),
              0);
    CHECK_INT(db_commit(s->db, NULL), 0);
    return id;
}

static void prompt(struct seed *s, int64_t session, const char *text)
{
    seed_event(s, session, "UserPromptSubmit", NULL,
               arena_fmt(&s->arena, "{\"prompt\":\"%s\"}", text).p);
}

static int64_t session_with(struct seed *s, const char *uid, double days,
                            const char *said, const char *kept)
{
    int64_t id = seed_session(s, uid, "main", days, NULL);

    prompt(s, id, said);
    turn(s, id);
    seed_memory(s,
                (struct memory_in){.title = str_of(kept),
                                   .text = str_of(kept),
                                   .session_id = id},
                days);
    return id;
}

static size_t rows_with(struct seed *s, const char *match)
{
    int64_t ids[16];
    size_t n;

    CHECK_INT(said_rows(s->db, str_of(match), 16, ids, &n, NULL), 0);
    return n;
}

static struct search_result ask(struct seed *s, const char *words,
                                enum search_by by, unsigned without)
{
    struct search_request rq = {.words = str_of(words),
                                .max = 10,
                                .by = by,
                                .without = without,
                                .no_snippets = true};
    struct search_result r;
    struct err e = {0};

    rq.filter.project_id = s->project;
    rq.filter.now_ms = SEED_NOW;
    if (search_run(s->db, &rq, &s->arena, &r, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return r;
}

TEST(said, takes_words_and_what_tools_were_given_not_their_answers)
{
    struct seed s;
    int64_t a, batch, rows[4];
    size_t n;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    prompt(&s, a, "make the walrus faster");
    seed_event(&s, a, "PostToolUse", "Bash",
               "{\"tool_input\":{\"command\":\"run parseReply\"},"
               "\"tool_response\":{\"stdout\":\"pelican\"}}");
    batch = turn(&s, a);
    CHECK_INT(said_rows(s.db, STR("\"walrus\""), 4, rows, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(rows[0], SAID_ROW(batch, SAID_WORDS));
    CHECK_INT(said_rows(s.db, STR("\"reply\""), 4, rows, &n, NULL), 0);
    CHECK_INT(n, 1);
    CHECK_INT(rows[0], SAID_ROW(batch, SAID_DEEDS));
    CHECK_INT(rows_with(&s, "\"pelican\""), 0);
    seed_close(&s);
}

TEST(said, is_asked_in_the_words_of_the_index)
{
    static const struct {
        const char *text, *match;
    } rows[] = {
        {"second", "\"second\""},
        /* Four words to the tokenizer, whatever they look like. */
        {"0.7\xe2\x80\x93"
         "1.0",
         "\"0\" AND \"7\" AND \"1\" AND \"0\""},
        /* Pairs of characters. */
        {"\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd",
         "\"\xe6\x9d\xb1\xe4\xba\xac\" AND "
         "\"\xe4\xba\xac\xe9\x83\xbd\""},
        {"...", ""},
    };
    struct arena mem = {0};
    struct err e = {0};
    struct seed s;
    int64_t a, found[4];
    struct str match;
    size_t n;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    prompt(&s, a,
           "the walrus takes 0.7\xe2\x80\x93"
           "1.0 seconds in "
           "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\xba\x81");
    turn(&s, a);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_INT(said_match(s.db, str_of(rows[i].text), &mem, &match, &e), 0);
        CHECK_STR(match, rows[i].match);
        if (match.n == 0)
            continue;
        CHECK_INT(said_rows(s.db, match, 4, found, &n, &e), 0);
        CHECK_INT(n, 1);
    }
    arena_free(&mem);
    seed_close(&s);
}

TEST(said, keeps_words_in_the_order_of_the_alphabet)
{
    struct stmt *st;
    struct seed s;
    int64_t a;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    prompt(&s, a, "zebra Mango apple zebra");
    turn(&s, a);
    st = db_stmt(s.db, "SELECT words FROM said_fts");
    CHECK(stmt_step(st, NULL) > 0);
    CHECK_HAS(col_str(st, 0), " apple mango zebra");
    CHECK(str_ends(col_str(st, 0), STR(" zebra")));
    stmt_done(st);
    seed_close(&s);
}

TEST(said, finds_a_session_by_what_no_memory_has)
{
    unsigned off = 1u << SIGNAL_SAID;
    struct search_result r;
    struct seed s;
    int64_t a;

    seed_open(&s);
    a = session_with(&s, "a", 20, "the walrus must swim", "Made it swim");
    session_with(&s, "b", 10, "nothing much", "Renamed a column");
    r = ask(&s, "walrus", BY_SESSION, 0);
    CHECK_INT(r.ngroups > 0 ? r.groups[0].session_id : 0, a);
    CHECK(r.groups[0].signal[SIGNAL_SAID] > 0);
    r = ask(&s, "walrus", BY_SESSION, off);
    CHECK_INT(r.ngroups, 0);
    seed_close(&s);
}

TEST(said, word_that_was_said_is_not_taken_for_a_misspelt_one)
{
    struct search_result r;
    struct seed s;

    seed_open(&s);
    session_with(&s, "a", 20, "look at the walruss", "Fed the walrus");
    r = ask(&s, "walruss", BY_MEMORY, 0);
    CHECK_INT(r.nnear, 0);
    r = ask(&s, "walrusz", BY_MEMORY, 0);
    CHECK_INT(r.nnear, 1);
    seed_close(&s);
}

/* Words as they are in the index, in the bytes of the file. */
static bool file_has(const char *path, const char *word)
{
    struct buf b;
    bool has;

    buf_init(&b, 64u << 20);
    CHECK_INT(file_read(path, &b, NULL), 0);
    has = str_find(buf_str(&b), str_of(word)) >= 0;
    buf_free(&b);
    return has;
}

TEST(said, is_forgotten_with_its_events)
{
    struct forgotten f = {0};
    struct err e = {0};
    struct seed s;
    struct stmt *st;
    int64_t a, m;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    prompt(&s, a, "the walrus");
    prompt(&s, a, "the pelican");
    turn(&s, a);
    CHECK_INT(db_checkpoint(s.db, NULL), 0);
    CHECK(file_has(s.paths.db, "walrus"));
    m = seed_said(&s, a, "Feeding", "of animals");
    st = db_stmt(s.db, "INSERT INTO evidence (memory_id, event_id) SELECT ?1, "
                       "min(id) FROM events");
    stmt_int(st, 1, m);
    CHECK_INT(stmt_run(st, &e), 0);
    CHECK_INT(db_begin(s.db, NULL), 0);
    CHECK_INT(memory_forget(s.db, m, &f, &e), 0);
    CHECK_INT(db_commit(s.db, NULL), 0);
    CHECK_INT(memory_forget_done(s.db, &e), 0);
    CHECK_INT(f.events, 1);
    CHECK_INT(rows_with(&s, "\"walrus\""), 0);
    CHECK(!file_has(s.paths.db, "walrus"));
    CHECK(file_has(s.paths.db, "pelican"));
    CHECK_INT(rows_with(&s, "\"pelican\""), 1);
    CHECK_INT(db_begin(s.db, NULL), 0);
    CHECK_INT(session_forget(s.db, a, &f, &e), 0);
    CHECK_INT(db_commit(s.db, NULL), 0);
    CHECK_INT(rows_with(&s, "\"pelican\""), 0);
    st = db_stmt(s.db, "SELECT count(*) FROM said");
    CHECK(stmt_step(st, NULL) > 0);
    CHECK_INT(col_int(st, 0), 0);
    stmt_done(st);
    seed_close(&s);
}

TEST(said, outlives_retired_events_until_it_is_made_anew)
{
    int64_t after = 0, gone = 0;
    struct seed s;
    int64_t a;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    prompt(&s, a, "the walrus");
    turn(&s, a);
    CHECK_INT(db_begin(s.db, NULL), 0);
    CHECK_INT(events_retire(s.db, INT64_MAX, 100, &after, &gone, NULL), 0);
    CHECK_INT(db_commit(s.db, NULL), 0);
    CHECK_INT(gone, 1);
    CHECK_INT(rows_with(&s, "\"walrus\""), 1);
    CHECK(derive_all(s.db, NULL) >= 0);
    CHECK_INT(rows_with(&s, "\"walrus\""), 0);
    seed_close(&s);
}

TEST(said, is_made_anew_as_it_was)
{
    struct seed s;
    int64_t a;

    seed_open(&s);
    a = seed_session(&s, "a", "main", 1, NULL);
    prompt(&s, a, "the walrus");
    turn(&s, a);
    prompt(&s, a, "waits");
    CHECK(derive_all(s.db, NULL) >= 0);
    CHECK_INT(rows_with(&s, "\"walrus\""), 1);
    CHECK_INT(rows_with(&s, "\"waits\""), 0);
    seed_close(&s);
}

/* Two that ran at once are of one work: the other one comes before what says as
 * little of the question at another time, and behind the one that answers. */
TEST(place, what_ran_at_the_same_time_is_lent_to)
{
    struct search_result r;
    struct seed s;
    int64_t a, b;

    seed_open(&s);
    a = session_with(&s, "a", 20, "walrus feeding schedule",
                     "Walrus feeding schedule");
    b = session_with(&s, "b", 20, "colours of the menu", "Menu colours");
    session_with(&s, "c", 10, "sizes of the menu", "Menu sizes");
    r = ask(&s, "walrus feeding schedule", BY_SESSION, 0);
    CHECK_INT(r.ngroups, 2);
    CHECK_INT(r.groups[0].session_id, a);
    CHECK_INT(r.groups[1].session_id, b);
    CHECK(r.groups[0].score > r.groups[1].score);
    CHECK(r.groups[1].signal[SIGNAL_PLACE] > 0);
    r = ask(&s, "walrus feeding schedule", BY_SESSION, 1u << SIGNAL_PLACE);
    CHECK_INT(r.ngroups, 1);
    seed_close(&s);
}

static double random01(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 16777216.0;
}

TEST(place, score_stays_between_0_and_1_and_never_falls_with_evidence)
{
    uint32_t state = 5;

    for (int t = 0; t < 20000; t++) {
        const struct place_weights *w = place_weights_for(t % 2);
        int v = (int)(random01(&state) * PLACE_EVIDENCE_COUNT);
        float x[PLACE_EVIDENCE_COUNT], share[SIGNAL_COUNT], sum = 0;
        double before, after;

        for (int i = 0; i < PLACE_EVIDENCE_COUNT; i++)
            x[i] = (float)(random01(&state) * 1.4 - 0.2);
        before = fuse_place(w, -3, x, share);
        for (int k = 0; k < SIGNAL_COUNT; k++) {
            CHECK(share[k] >= 0);
            sum += share[k];
        }
        x[v] += (float)random01(&state);
        after = fuse_place(w, -3, x, NULL);
        CHECK(before >= 0 && after <= 1 && after >= before);
        if (sum > 0) /* something was there to share */
            CHECK(fabs((double)sum - before) < 1e-5);
    }
}
