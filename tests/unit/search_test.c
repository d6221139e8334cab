/* search_test.c - finding memories (lib/search). */
#include "base/common.h"

#include <math.h>

#include "search/near.h"
#include "search/rank.h"
#include "search/search.h"
#include "search/weights.h"
#include "seed.h"
#include "store/read_session.h"
#include "test.h"

static struct search_result search(struct seed *s, const char *words)
{
    struct search_request rq = {.words = str_of(words), .max = 10};
    struct search_result r;
    struct err e = {0};

    rq.filter.project_id = s->project;
    rq.filter.now_ms = SEED_NOW;
    if (search_run(s->db, &rq, &s->arena, &r, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s: %s", words, e.msg);
    return r;
}

static int64_t first(struct seed *s, const char *words)
{
    struct search_result r = search(s, words);

    return r.n ? r.hits[0].row.id : 0;
}

TEST(near, counts_letters_that_differ)
{
    CHECK_INT(near_distance(STR("abc"), STR("abc"), 2, false), 0);
    CHECK_INT(near_distance(STR("serch"), STR("search"), 2, false), 1);
    CHECK_INT(near_distance(STR("saerch"), STR("search"), 2, false), 1);
    CHECK_INT(near_distance(STR("kitten"), STR("sitting"), 2, false), 3);
    CHECK_INT(near_distance(STR(""), STR("ab"), 2, false), 2);
    CHECK_INT(near_distance(STR("a"), STR("abcdefgh"), 2, false), 3);
}

TEST(near, forgives_the_ending_that_a_stem_lacks)
{
    CHECK_INT(near_distance(STR("conection"), STR("connect"), 2, true), 1);
    CHECK_INT(near_distance(STR("conection"), STR("connect"), 2, false), 3);
}

TEST(near, never_reads_past_long_words)
{
    char a[100], b[100];

    memset(a, 'a', sizeof(a));
    memset(b, 'a', sizeof(b));
    CHECK_INT(
        near_distance((struct str){a, 100}, (struct str){b, 100}, 2, true), 3);
    CHECK_INT(near_distance((struct str){a, 32}, (struct str){b, 32}, 2, false),
              0);
}

TEST(search, finds_by_stem_title_and_text)
{
    struct seed s;
    int64_t a, b;

    seed_open(&s);
    a = seed_said(&s, 0, "Socket path too long", "bind failed");
    b = seed_said(&s, 0, "Retries", "connections are retried with backoff");
    CHECK_INT(first(&s, "why do sockets fail"), a);
    CHECK_INT(first(&s, "retrying a connection"), b);
    seed_close(&s);
}

TEST(search, finds_names_however_they_are_spelled)
{
    static const char *const spelled[] = {"parseReply",  "parse_reply",
                                          "parse-reply", "ParseReply",
                                          "parse reply", "parsereply"};
    static const char *const stored[] = {"parseReply", "parse_reply"};

    for (size_t k = 0; k < ARRAY_LEN(stored); k++) {
        struct seed s;
        int64_t id;

        seed_open(&s);
        seed_said(&s, 0, "Something else", "that replies to a question");
        id = seed_said(&s, 0, "Fix",
                       arena_fmt(&s.arena, "%s was cut off", stored[k]).p);
        for (size_t i = 0; i < ARRAY_LEN(spelled); i++)
            if (first(&s, spelled[i]) != id)
                test_fail(__FILE__, __LINE__, "%s does not find %s", spelled[i],
                          stored[k]);
        seed_close(&s);
        CHECK_INT(remove(s.paths.db), 0);
    }
}

TEST(search, finds_paths_whole_and_by_their_end)
{
    struct seed s;
    int64_t id;

    seed_open(&s);
    seed_said(&s, 0, "Other", "touched lib/store/memory.c and more");
    id = seed_said(&s, 0, "This", "touched lib/store/db.c there");
    CHECK_INT(first(&s, "lib/store/db.c"), id);
    CHECK_INT(first(&s, "db.c"), id);
    seed_close(&s);
}

TEST(search, puts_all_words_before_some)
{
    struct seed s;
    int64_t both;
    struct search_result r;

    seed_open(&s);
    seed_said(&s, 0, "Worker restarts", "the worker the worker the worker");
    both = seed_said(&s, 0, "Notes", "the worker keeps a spool on disk");
    seed_said(&s, 0, "Spool format", "spool spool spool");
    r = search(&s, "worker spool");
    CHECK_INT(r.n, 3);
    CHECK_INT(r.matched, 3);
    CHECK_INT(r.hits[0].row.id, both);
    CHECK(r.hits[0].has_all);
    CHECK(!r.hits[1].has_all);
    CHECK(r.hits[0].score > r.hits[1].score);
    CHECK(r.hits[0].score <= 1);
    seed_close(&s);
}

TEST(search, names_a_quoted_phrase_that_nothing_has)
{
    struct seed s;
    struct search_result r;

    seed_open(&s);
    seed_said(&s, 0, "Sockets", "the socket path is too long");
    r = search(&s, "\"path socket\" long");
    CHECK_INT(r.n, 1);
    CHECK_INT(r.nnear, 1);
    CHECK_STR(r.near[0].word, "path socket");
    CHECK_INT(r.near[0].n, 0);
    CHECK_INT(search(&s, "\"socket path\" long").nnear, 0);
    seed_close(&s);
}

TEST(search, counts_elsewhere_only_what_other_projects_have)
{
    struct search_request rq = {.words = STR("heron"), .max = 10};
    struct search_result r;
    struct err e = {0};
    struct seed s;

    seed_open(&s);
    seed_memory(&s,
                (struct memory_in){.text = STR("a heron of this project"),
                                   .user = STR("ada")},
                1);
    rq.filter = (struct memory_filter){
        .project_id = s.project, .user = STR("bob"), .now_ms = SEED_NOW};
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 0);
    CHECK_INT(r.elsewhere, 0); /* ada's is of this one */
    seed_memory(&s,
                (struct memory_in){.text = STR("a heron of another"),
                                   .project_id = seed_project(&s, "/w/other"),
                                   .user = STR("bob")},
                1);
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 0);
    CHECK_INT(r.elsewhere, 1);
    seed_close(&s);
}

TEST(search, leaves_out_prompts_that_say_nothing_themselves)
{
    static const char *const said[] = {"may I change the heron's checkpoint",
                                       "yes", "ok, go on",
                                       "and mind the nest while you do it"};
    struct search_result r;
    struct seed s;
    int64_t in;

    seed_open(&s);
    in = seed_session(&s, "one", "main", 1, NULL);
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        seed_memory(&s,
                    (struct memory_in){.kind = "prompt",
                                       .origin = "user",
                                       .text = str_of(said[i]),
                                       .session_id = in},
                    1 - (double)i / 1000);
    r = search(&s, "heron checkpoint");
    CHECK(r.n >= 1);
    for (size_t i = 0; i < r.n; i++) {
        CHECK(!str_eqz(r.hits[i].row.text, "yes"));
        CHECK(!str_eqz(r.hits[i].row.text, "ok, go on"));
    }
    CHECK_INT(search(&s, "yes").n > 0, 1); /* asked for, it is found */
    seed_close(&s);
}

/* Days before SEED_NOW, which is 2026-03-01. */
static int64_t told(struct seed *s, double days, const char *text)
{
    return seed_memory(s, (struct memory_in){.text = str_of(text)}, days);
}

TEST(search, looks_up_what_a_question_counts_from)
{
    struct seed s;
    int64_t before, after, plan;

    seed_open(&s);
    plan = told(&s, 60, "we plan v2 for the spring");
    before = told(&s, 40, "the checkout had a bug with coupons");
    told(&s, 20, "version v2 of the shop was released");
    after = told(&s, 10, "the checkout had a bug with gifts");
    CHECK_INT(first(&s, "which bug did the checkout have before v2"), before);
    CHECK_INT(first(&s, "which bug did the checkout have after v2"), after);
    CHECK_INT(first(&s, "which bug had the checkout before the release"),
              before);
    CHECK_INT(first(&s, "which bug had the checkout before v9"), after);
    CHECK(plan > 0);
    seed_close(&s);
}

TEST(search, as_of_asks_what_held_then)
{
    struct seed s;
    struct search_result r;
    int64_t old;

    seed_open(&s);
    old = told(&s, 40, "orders are kept in MySQL");
    told(&s, 20, "version v2 of the shop was released");
    told(&s, 10, "orders are kept in Postgres");
    r = search(&s, "where are orders kept as of v2");
    CHECK(r.as_of_ms > 0);
    CHECK_INT(r.hits[0].row.id, old);
    CHECK_INT(r.n, 1 + (r.n > 1));
    r = search(&s, "where are orders kept as of 2026-02-01");
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, old);
    CHECK_INT(r.nnear, 0); /* the date's words are none that are missing */
    r = search(&s, "where are orders kept as of 2020-02-01");
    CHECK_INT(r.n, 2); /* of then there is nothing; which is said */
    CHECK_INT(r.as_of_ms, 0);
    CHECK(r.until_ms > 0);
    CHECK_INT(search(&s, "where are orders kept").as_of_ms, 0);
    seed_close(&s);
}

TEST(search, prefers_what_has_the_quoted_phrase)
{
    struct seed s;
    int64_t id;

    seed_open(&s);
    seed_said(&s, 0, "Path of a long socket", "long path, socket path");
    id = seed_said(&s, 0, "Errors", "said: socket path too long, once");
    CHECK_INT(first(&s, "\"path too long\" socket"), id);
    seed_close(&s);
}

TEST(search, looks_for_what_is_near_when_nothing_has_a_word)
{
    struct seed s;
    struct search_result r;

    seed_open(&s);
    seed_said(&s, 0, "Database", "the database of everything");
    r = search(&s, "databse");
    CHECK_INT(r.n, 1);
    CHECK_INT(r.of, 1);
    CHECK_INT(r.nnear, 1);
    CHECK_INT(r.near[0].n, 1);
    CHECK_INT(r.near[0].sure, 1);
    CHECK_STR(r.near[0].term[0], "Database");
    seed_said(&s, 0, "Data", "data, data and more data");
    r = search(&s, "databse"); /* not the more frequent "data" */
    CHECK_INT(r.near[0].n, 1);
    CHECK_STR(r.near[0].term[0], "Database");
    r = search(&s, "xyzzy");
    CHECK_INT(r.n, 0);
    CHECK_INT(r.near[0].n, 0);
    seed_close(&s);
}

TEST(search, takes_a_beginning_for_its_word)
{
    struct seed s;
    struct search_result r;

    seed_open(&s);
    seed_said(&s, 0, "Login", "authentication by a token");
    r = search(&s, "auth");
    CHECK_INT(r.n, 1);
    CHECK_INT(r.nnear, 0);
    seed_close(&s);
}

TEST(search, falls_back_to_the_parts_of_an_unknown_name)
{
    struct seed s;
    int64_t id;

    seed_open(&s);
    seed_said(&s, 0, "Other", "words");
    id = seed_said(&s, 0, "Reply", "how replies are parsed");
    CHECK_INT(first(&s, "parseReplyQuickly"), id);
    seed_close(&s);
}

TEST(search, tells_an_empty_memory_from_an_empty_answer)
{
    struct seed s;
    struct search_result r;
    int64_t other;

    seed_open(&s);
    r = search(&s, "anything");
    CHECK_INT(r.of, 0);
    CHECK_INT(r.matched, 0);
    other = seed_project(&s, "/w/other");
    seed_memory(&s,
                (struct memory_in){.title = STR("x"),
                                   .text = STR("anything"),
                                   .project_id = other},
                1);
    seed_said(&s, 0, "Here", "nothing of it");
    r = search(&s, "anything");
    CHECK_INT(r.of, 1);
    CHECK_INT(r.matched, 0);
    CHECK_INT(r.elsewhere, 1);
    seed_close(&s);
}

TEST(search, leaves_out_what_no_longer_holds)
{
    struct seed s;
    struct err e;
    int64_t old, new_one;
    struct search_result r;

    seed_open(&s);
    old = seed_said(&s, 0, "Port", "the server listens on port 80");
    new_one = seed_said(&s, 0, "Port", "the server listens on port 81 now");
    CHECK_INT(memory_link(s.db, new_one, old, "contradicts", SEED_NOW, &e), 0);
    seed_memory(&s,
                (struct memory_in){.title = STR("Port for today"),
                                   .text = STR("port 82 until tonight"),
                                   .expires_ms = SEED_NOW - 1},
                2);
    r = search(&s, "server port");
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, new_one);
    seed_close(&s);
}

TEST(search, lends_a_prompt_to_what_followed_it)
{
    struct seed s;
    int64_t session, other, id;

    seed_open(&s);
    session = seed_session(&s, "sess-one", "main", 2, NULL);
    other = seed_session(&s, "sess-two", "main", 2, NULL);
    seed_memory(&s,
                (struct memory_in){.kind = "prompt",
                                   .title = STR("why is the login slow"),
                                   .text = STR("why is the login slow"),
                                   .session_id = session},
                1.5);
    seed_memory(&s,
                (struct memory_in){.title = STR("Cache in front of queries"),
                                   .text = STR("answers of the cache"),
                                   .session_id = other},
                1.4);
    seed_said(&s, other, "Something", "between them");
    seed_said(&s, other, "Something else", "so that they are not beside");
    id = seed_memory(&s,
                     (struct memory_in){.title = STR("Cache before users"),
                                        .text = STR("answers of the cache"),
                                        .session_id = session},
                     1.4);
    {
        struct search_result r = search(&s, "slow login cache");
        size_t i = 0;

        while (i < r.n && !str_eqz(r.hits[i].row.kind, "observation"))
            i++;
        CHECK(i < r.n);
        CHECK_INT(r.hits[i].row.id, id);
    }
    seed_close(&s);
}

TEST(search, groups_by_session)
{
    struct seed s;
    struct search_request rq = {
        .words = STR("cache eviction"), .max = 10, .by = BY_SESSION};
    struct search_result r;
    struct err e;
    int64_t one, two;

    seed_open(&s);
    one = seed_session(&s, "sess-one", "main", 2, NULL);
    two = seed_session(&s, "sess-two", "main", 3, NULL);
    seed_said(&s, two, "Cache", "one mention of the cache");
    seed_said(&s, one, "Cache size", "the cache grew");
    seed_said(&s, one, "Eviction", "oldest entries leave");
    seed_said(&s, one, "Unrelated", "something else");
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 0);
    CHECK_INT(r.ngroups, 2);
    CHECK_INT(r.groups[0].session_id, one);
    CHECK_INT(r.groups[0].matched, 2);
    CHECK_INT(r.groups[0].n, 2);
    CHECK(r.groups[0].score > r.groups[1].score);
    seed_close(&s);
}

TEST(search, filters_by_kind_time_session_and_file)
{
    struct seed s;
    struct memory_file file = {STR("lib/store/db.c"), true};
    struct search_request rq = {.words = STR("word"), .max = 10};
    struct search_result r;
    struct err e;
    int64_t one, with_file, note;

    seed_open(&s);
    one = seed_session(&s, "sess-one", "main", 2, NULL);
    with_file = seed_memory(&s,
                            (struct memory_in){.title = STR("word"),
                                               .text = STR("a"),
                                               .files = &file,
                                               .nfiles = 1},
                            5);
    note = seed_memory(&s,
                       (struct memory_in){.kind = "note",
                                          .title = STR("word"),
                                          .text = STR("b"),
                                          .session_id = one},
                       1);
    seed_file(&s, one, "/w/app/lib/wire/frame.c", false, 1);
    rq.filter.kind = STR("note");
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, note);
    rq.filter = (struct memory_filter){.until_ms = SEED_NOW - 3 * SEED_DAY};
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, with_file);
    rq.filter = (struct memory_filter){.session_id = one};
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 1);
    rq.filter = (struct memory_filter){.file = STR("store/db.c")};
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, with_file);
    rq.filter.file = STR("b.c"); /* whole components only */
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 0);
    rq.filter.file = STR("wire/frame.c"); /* by its session */
    CHECK_INT(search_run(s.db, &rq, &s.arena, &r, &e), 0);
    CHECK_INT(r.n, 1);
    CHECK_INT(r.hits[0].row.id, note);
    seed_close(&s);
}

TEST(search, shows_the_newest_without_words)
{
    struct seed s;
    struct search_result r;
    int64_t id;

    seed_open(&s);
    seed_memory(&s, (struct memory_in){.title = STR("old"), .text = STR("a")},
                9);
    id = seed_memory(
        &s, (struct memory_in){.title = STR("new"), .text = STR("b")}, 1);
    seed_memory(&s,
                (struct memory_in){.title = STR("everywhere"),
                                   .text = STR("c"),
                                   .project_id = -1},
                5);
    r = search(&s, "");
    CHECK_INT(r.n, 3);
    CHECK_INT(r.hits[0].row.id, id);
    CHECK_STR(r.hits[1].row.title, "everywhere");
    seed_close(&s);
}

TEST(search, marks_matches_in_its_snippet)
{
    struct seed s;
    struct search_result r;

    seed_open(&s);
    seed_said(&s, 0, "T", "far before it; the spool was torn at a byte");
    r = search(&s, "torn spools");
    CHECK_STR(r.hits[0].snippet,
              "far before it; the \2spool\3 was \2torn\3 at a byte\n");
    seed_close(&s);
}

/* More matches than are kept: the good ones survive. */
TEST(search, keeps_the_best_of_very_many)
{
    struct seed s;
    struct err e;
    int64_t best = 0;
    char text[64];

    seed_open(&s);
    CHECK_INT(db_begin(s.db, &e), 0);
    for (int i = 0; i < 9000; i++) {
        snprintf(text, sizeof(text), "common thing number %d", i);
        if (i == 17)
            best = seed_said(&s, 0, "common rare", "a common and rare thing");
        else
            seed_said(&s, 0, "x", text);
    }
    CHECK_INT(db_commit(s.db, &e), 0);
    CHECK_INT(first(&s, "common rare thing"), best);
    CHECK_INT(search(&s, "common").matched, 9000);
    seed_close(&s);
}

TEST(rank, grows_with_rareness_hits_and_coverage)
{
    struct query q = {.n = 2};
    float found_in[FTS_UNITS] = {100, 2}, common[FTS_UNITS] = {3, 0},
          rare[FTS_UNITS] = {0, 3}, more[FTS_UNITS] = {0, 6},
          both[FTS_UNITS] = {1, 1};
    struct rank r;

    rank_init(&r, &q, 1000, found_in);
    CHECK(rank_words(&r, rare).score > rank_words(&r, common).score);
    CHECK(rank_words(&r, more).score > rank_words(&r, rare).score);
    CHECK(rank_words(&r, both).coverage > 0.99);
    CHECK(rank_words(&r, both).all);
    CHECK(!rank_words(&r, rare).all);
    CHECK(rank_words(&r, both).score > rank_words(&r, common).score);
}

TEST(rank, lets_new_used_weighty_and_trusted_ones_win_near_ties)
{
    struct rank_about plain = {0, 0, 3, false, 4}, m = plain;

    m.age_ms = 400 * SEED_DAY;
    CHECK(rank_factors(&m).age < rank_factors(&plain).age);
    m.age_ms = INT64_MAX;
    CHECK(rank_factors(&m).age >= 0.3);
    m.age_ms = -5;
    CHECK(rank_factors(&m).age <= 1);
    m = plain;
    m.heat = 20;
    CHECK(rank_factors(&m).use > 1);
    CHECK(rank_factors(&m).use <= 1.5);
    m.importance = 5;
    CHECK(rank_factors(&m).weight > rank_factors(&plain).weight);
    m = plain;
    m.importance = 1;
    m.pinned = true;
    CHECK(rank_factors(&m).weight > rank_factors(&plain).weight);
    m.trust = 1;
    CHECK(rank_factors(&m).faith < rank_factors(&plain).faith);
}

static double random01(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / 16777216.0;
}

TEST(fuse, stays_between_0_and_1_and_never_falls_with_evidence)
{
    uint32_t state = 7;

    for (int t = 0; t < 20000; t++) {
        const struct weights *w = weights_for(t % 2);
        int v = (int)(random01(&state) * EVIDENCE_COUNT);
        float x[EVIDENCE_COUNT], share[SIGNAL_COUNT], sum = 0;
        double before, after;

        for (int i = 0; i < EVIDENCE_COUNT; i++)
            x[i] = (float)(random01(&state) * 1.4 - 0.2);
        before = fuse(w, -3, x, share);
        for (int s = 0; s < SIGNAL_COUNT; s++) {
            CHECK(share[s] >= 0);
            sum += share[s];
        }
        x[v] += (float)random01(&state);
        after = fuse(w, -3, x, NULL);
        CHECK(before >= 0 && after <= 1 && after >= before);
        CHECK((double)sum > before - 1e-5 && (double)sum < before + 1e-5);
    }
}

TEST(fuse, takes_what_is_no_number_for_nothing)
{
    float x[EVIDENCE_COUNT] = {0}, y[EVIDENCE_COUNT] = {0};

    y[EVIDENCE_WORDS] = (float)NAN;
    y[EVIDENCE_MEANING] = -(float)INFINITY;
    CHECK(fuse(weights_for(true), 0, x, NULL) == fuse(weights_for(true), 0, y, NULL));
    CHECK(fuse_cosine((float)NAN) == 0);
    CHECK(fuse_cosine(-2) == 0);
    CHECK(fuse_cosine(7) == 1);
}

/* What is taken away changes nothing between two of which it said the same. */
TEST(fuse, is_reordered_by_nothing_but_the_signal_taken_away)
{
    uint32_t state = 11;

    for (int t = 0; t < 20000; t++) {
        const struct weights *w = weights_for(true);
        enum signal gone = (enum signal)(random01(&state) * SIGNAL_COUNT);
        float x[EVIDENCE_COUNT], y[EVIDENCE_COUNT];
        double with;

        for (int i = 0; i < EVIDENCE_COUNT; i++) {
            x[i] = (float)random01(&state);
            y[i] = (float)random01(&state);
            if (evidence_signal((enum evidence)i) == gone)
                y[i] = x[i];
        }
        with = fuse(w, -3, x, NULL) - fuse(w, -3, y, NULL);
        for (int i = 0; i < EVIDENCE_COUNT; i++)
            if (evidence_signal((enum evidence)i) == gone)
                x[i] = y[i] = 0;
        CHECK(with * (fuse(w, -3, x, NULL) - fuse(w, -3, y, NULL)) >= 0);
    }
}

/* A message of a conversation, as an import gives it. */
static int64_t message(struct seed *s, int64_t order, const char *text)
{
    struct memory_in in = {.kind = "note",
                           .origin = "import",
                           .title = str_of(text),
                           .text = str_of(text),
                           .group = STR("chat"),
                           .order = order};

    return seed_memory(s, in, 0);
}

static int of_conversation(const struct search_result *r)
{
    int n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += r->hits[i].row.order > 0;
    return n;
}

#define ARTICLE                                                                \
    "# Move server\n1. Choose port\n2. Move server to port\n- Port moved\n"

TEST(search, what_the_asker_said_comes_before_articles_about_it)
{
    struct seed s;
    int64_t said, article;

    seed_open(&s);
    article = message(&s, 10, ARTICLE);
    said = message(&s, 20, "I moved my server to 5001, a free port");
    CHECK_INT(first(&s, "which port did I move my server to"), said);
    CHECK_INT(first(&s, "how is the server moved to the port"), article);
    seed_close(&s);
}

TEST(search, a_conversation_is_cut_down_only_where_its_course_is_asked_for)
{
    struct seed s;
    struct search_result r;
    int64_t session;

    seed_open(&s);
    session = seed_session(&s, "talk", NULL, 0, NULL);
    for (int i = 0; i < 12; i++) {
        char text[64];
        struct memory_in in = {.kind = "note",
                               .origin = "import",
                               .session_id = i < 6 ? session : 0,
                               .order = i < 6 ? i + 1 : 0};

        snprintf(text, sizeof(text), "My plan for the harbour, part %d", i);
        in.title = in.text = str_of(text);
        seed_memory(&s, in, 0);
    }
    r = search(&s, "what is my plan for the harbour");
    CHECK_INT(of_conversation(&r), 6);
    r = search(&s, "summarize how my plan for the harbour went");
    CHECK_INT(of_conversation(&r), 4);
    seed_close(&s);
}

TEST(search, what_is_to_hold_always_answers_requests)
{
    struct seed s;
    int64_t always, once;

    seed_open(&s);
    always = message(&s, 10, "Always give versions when I ask for libraries");
    once = message(&s, 20, "The libraries that I chose are small libraries");
    CHECK_INT(first(&s, "which libraries are there for this?"), always);
    CHECK_INT(first(&s, "which libraries did I choose?"), once);
    seed_close(&s);
}
