/* life_test.c - facts with a life: said again, contradicted, as of then. */
#include "base/common.h"

#include "ops/settle.h"
#include "seed.h"
#include "store/batch.h"
#include "store/read_memory.h"
#include "store/revise.h"
#include "test.h"

static int64_t day(int n)
{
    return SEED_NOW - 100 * SEED_DAY + n * SEED_DAY;
}

/* A fact of the seed's project, said on day n. */
static struct settled say_as(struct seed *s, struct memory_in in,
                             const char *text, int n)
{
    struct settled done;
    struct err e = {0};

    in.kind = in.kind ? in.kind : "fact";
    in.origin = in.origin ? in.origin : "assistant";
    in.project_id = in.project_id ? in.project_id : s->project;
    in.text = str_of(text);
    in.title = in.title.n ? in.title : in.text;
    in.event_ms = day(n);
    in.provider = STR("rules");
    if (settle_put(s->db, &in, SEED_NOW, &s->arena, &done, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return done;
}

static int64_t say(struct seed *s, const char *text, int n)
{
    return say_as(s, (struct memory_in){0}, text, n).id;
}

static struct memory_row row(struct seed *s, int64_t id)
{
    struct memory_row m;

    CHECK_INT(memory_read(s->db, id, &s->arena, &m, NULL), 0);
    return m;
}

/* What holds as of day n, one text a line, oldest first. */
static struct str held(struct seed *s, int n)
{
    struct memory_filter f = {
        .project_id = s->project, .as_of_ms = day(n), .now_ms = SEED_NOW};
    struct memory_list l;
    struct buf b;
    struct str out;

    CHECK_INT(memories_after(s->db, &f, PLACE_START, 100, &s->arena, &l, NULL),
              0);
    buf_init(&b, 65536);
    for (size_t i = 0; i < l.n; i++)
        buf_addf(&b, "%s%.*s", i ? "|" : "", STR_ARG(l.rows[i].text));
    out = arena_str(&s->arena, buf_str(&b));
    buf_free(&b);
    return out;
}

TEST(life, counts_what_is_said_again)
{
    struct seed s;
    struct settled again;
    int64_t id;

    seed_open(&s);
    id = say(&s, "The API port is 8080", 1);
    again = say_as(&s, (struct memory_in){0}, "API port: 8080", 5);
    CHECK_INT(again.id, id);
    CHECK(again.repeated && !again.added);
    again = say_as(&s, (struct memory_in){0}, "the api port is 8080", 3);
    CHECK_INT(again.id, id);
    CHECK_INT(row(&s, id).seen, 3);
    CHECK_INT(row(&s, id).importance, 4);
    CHECK_HAS(row(&s, id).weighed, "+1 said 3 times");
    CHECK_INT(row(&s, id).event_ms, day(5));
    CHECK_INT(row(&s, id).valid_from, day(1));
    CHECK_HAS(seed_run(&s, "history", "{\"id\":\"1\"}"),
              "\"new\":\"API port: 8080\"");
    seed_close(&s);
}

TEST(life, keeps_both_and_shows_what_holds)
{
    struct seed s;
    int64_t old, now;
    struct str out;

    seed_open(&s);
    old = say(&s, "The API port is 8080", 1);
    now = say(&s, "The API port is now 9090", 10);
    CHECK_INT(row(&s, old).valid_to, day(10));
    CHECK_INT(row(&s, old).superseded_by, now);
    CHECK_INT(row(&s, now).valid_to, 0);
    CHECK_STR(held(&s, 5), "The API port is 8080");
    CHECK_STR(held(&s, 10), "The API port is now 9090");
    CHECK_STR(held(&s, 0), "");
    out = seed_run(&s, "history", "{\"id\":\"1\"}");
    CHECK_HAS(out, "\"superseded_by\":\"#2\"");
    CHECK_HAS(out, "\"event\":\"supersede\",\"what\":\"no longer holds\","
                   "\"actor\":\"rules\"");
    CHECK_STR(seed_run(&s, "history", "{\"id\":\"2\"}"),
              seed_run(&s, "history", "{\"id\":\"2\"}").p);
    out = seed_run(&s, "search", "{\"words\":\"API port\"}");
    CHECK_HAS(out, "9090");
    CHECK_LACKS(out, "8080");
    seed_close(&s);
}

TEST(life, an_old_transcript_that_comes_late_finds_its_place_between)
{
    struct seed s;
    int64_t first, last, between, before;

    seed_open(&s);
    first = say(&s, "The API port is 8080", 10);
    last = say(&s, "The API port is 9090", 30);
    between = say(&s, "The API port is 8500", 20);
    before = say(&s, "The API port is 7000", 5);
    CHECK_INT(row(&s, before).superseded_by, first);
    CHECK_INT(row(&s, before).valid_to, day(10));
    CHECK_INT(row(&s, first).superseded_by, between);
    CHECK_INT(row(&s, first).valid_to, day(20));
    CHECK_INT(row(&s, between).superseded_by, last);
    CHECK_INT(row(&s, between).valid_to, day(30));
    CHECK_INT(row(&s, last).valid_to, 0);
    CHECK_STR(held(&s, 7), "The API port is 7000");
    CHECK_STR(held(&s, 12), "The API port is 8080");
    CHECK_STR(held(&s, 25), "The API port is 8500");
    CHECK_STR(held(&s, 40), "The API port is 9090");
    seed_close(&s);
}

TEST(life, what_comes_back_is_said_anew)
{
    struct seed s;
    int64_t first, again;

    seed_open(&s);
    first = say(&s, "The API port is 8080", 1);
    say(&s, "The API port is 9090", 10);
    again = say(&s, "The API port is 8080", 20);
    CHECK(again != first);
    CHECK_STR(held(&s, 5), "The API port is 8080");
    CHECK_STR(held(&s, 15), "The API port is 9090");
    CHECK_STR(held(&s, 25), "The API port is 8080");
    seed_close(&s);
}

TEST(life, a_persons_word_outranks_inference)
{
    struct memory_in user = {.origin = "user"}, web = {.origin = "web"};
    struct seed s;
    int64_t said, guess, page;

    seed_open(&s);
    said = say_as(&s, user, "The API port is 8080", 1).id;
    guess = say(&s, "The API port is 9090", 10);
    CHECK_INT(row(&s, said).valid_to, 0);
    CHECK_INT(row(&s, guess).valid_to, 0);
    CHECK(row(&s, said).disputed);
    CHECK(row(&s, guess).disputed);
    page = say_as(&s, web, "The API port is now 6666", 20).id;
    CHECK_INT(row(&s, said).valid_to, 0);
    CHECK_INT(row(&s, guess).valid_to, 0);
    CHECK(row(&s, page).disputed);
    say_as(&s, user, "The API port is 7070", 30);
    CHECK_STR(held(&s, 31), "The API port is 7070");
    CHECK(!row(&s, said).disputed);
    seed_close(&s);
}

TEST(life, between_equals_the_newer_is_right)
{
    struct memory_in tool = {.origin = "tool"};
    struct seed s;

    seed_open(&s);
    say(&s, "The API port is 8080", 1);
    say_as(&s, tool, "The API port is 9090", 2);
    CHECK_STR(held(&s, 3), "The API port is 9090");
    say(&s, "The API port is 9191", 4);
    CHECK_STR(held(&s, 5), "The API port is 9191");
    seed_close(&s);
}

TEST(life, scopes_are_apart)
{
    struct seed s;
    struct memory_in ada = {.user = STR("ada")}, bot = {.agent = STR("bot")},
                     other = {0};

    seed_open(&s);
    other.project_id = seed_project(&s, "/w/other");
    say(&s, "The API port is 8080", 1);
    say_as(&s, ada, "The API port is 8081", 2);
    say_as(&s, bot, "The API port is 8082", 3);
    say_as(&s, other, "The API port is 8083", 4);
    CHECK_STR(held(&s, 10), "The API port is 8080|The API port is 8081|"
                            "The API port is 8082");
    say_as(&s, ada, "The API port is 9091", 5);
    CHECK_STR(held(&s, 10), "The API port is 8080|The API port is 8082|"
                            "The API port is 9091");
    CHECK(say_as(&s, ada, "The API port is 8080", 6).added);
    seed_close(&s);
}

TEST(life, a_branch_changes_nothing_elsewhere_before_it_is_merged)
{
    struct memory_in x = {.branch = STR("x"), .commit = STR("123")};
    struct seed s;
    int64_t main_one, on_x;

    seed_open(&s);
    main_one = say(&s, "The API port is 8080", 1);
    on_x = say_as(&s, x, "The API port is now 9090", 2).id;
    CHECK_INT(row(&s, main_one).valid_to, 0);
    CHECK(row(&s, on_x).bound);
    say_as(&s, x, "The API port is 9191", 3);
    CHECK_INT(row(&s, on_x).valid_to, day(3));
    CHECK_INT(memory_promote(s.db, 3, STR("merged"), SEED_NOW, NULL), 0);
    CHECK_INT(row(&s, main_one).superseded_by, 3);
    CHECK_INT(row(&s, main_one).valid_to, day(3));
    CHECK(!row(&s, 3).bound);
    CHECK_HAS(seed_run(&s, "history", "{\"id\":\"3\"}"),
              "\"event\":\"promote\"");
    seed_close(&s);
}

TEST(life, said_outside_its_branch_it_belongs_to_all)
{
    struct memory_in x = {.branch = STR("x"), .commit = STR("123")};
    struct seed s;
    int64_t id;

    seed_open(&s);
    id = say_as(&s, x, "The cache is cold at noon", 1).id;
    CHECK(row(&s, id).bound);
    say_as(&s, x, "the cache is cold at noon.", 2);
    CHECK(row(&s, id).bound);
    say(&s, "The cache is cold at noon", 3);
    CHECK(!row(&s, id).bound);
    CHECK_INT(row(&s, id).seen, 3);
    seed_close(&s);
}

TEST(life, a_topic_shows_what_it_said_then)
{
    struct memory_in t = {
        .kind = "note", .origin = "user", .topic_key = STR("db")};
    struct seed s;
    int64_t id;

    seed_open(&s);
    id = say_as(&s, t, "SQLite it is", 1).id;
    CHECK_INT(say_as(&s, t, "SQLite with WAL", 10).id, id);
    CHECK_INT(say_as(&s, t, "Postgres, after all", 20).id, id);
    CHECK_INT(say_as(&s, t, "first we thought of CSV", 15).id, id); /* late */
    CHECK_STR(row(&s, id).text, "Postgres, after all");
    CHECK_STR(held(&s, 0), "");
    CHECK_STR(held(&s, 5), "SQLite it is");
    CHECK_STR(held(&s, 12), "SQLite with WAL");
    CHECK_STR(held(&s, 16), "first we thought of CSV");
    CHECK_STR(held(&s, 30), "Postgres, after all");
    CHECK_HAS(seed_run(&s, "history", "{\"id\":\"1\"}"),
              "\"old\":\"SQLite it is\",\"new\":\"SQLite with WAL\"");
    seed_close(&s);
}

TEST(life, forgetting_closes_the_gap)
{
    struct forgotten f = {0};
    struct seed s;
    int64_t a, b, c;

    seed_open(&s);
    a = say(&s, "The API port is 1", 1);
    b = say(&s, "The API port is 2", 2);
    c = say(&s, "The API port is 3", 3);
    CHECK_INT(memory_forget(s.db, b, &f, NULL), 0);
    CHECK_INT(row(&s, a).superseded_by, c);
    CHECK_INT(row(&s, a).valid_to, day(3));
    CHECK_INT(memory_forget(s.db, c, &f, NULL), 0);
    CHECK_INT(row(&s, a).valid_to, 0);
    seed_close(&s);
}

TEST(life, a_note_stands_before_the_fact_that_says_the_same)
{
    struct memory_in note = {.kind = "note", .origin = "user"};
    struct seed s;
    int64_t fact;
    struct settled done;

    seed_open(&s);
    fact = say(&s, "We use pnpm", 1);
    done = say_as(&s, note, "we use pnpm", 2);
    CHECK(done.added);
    CHECK_STR(held(&s, 1), "We use pnpm");
    CHECK_STR(held(&s, 3), "we use pnpm");
    CHECK_INT(row(&s, fact).superseded_by, done.id);
    CHECK_INT(row(&s, done.id).seen, 2);
    CHECK_INT(say(&s, "The project uses pnpm", 3), done.id);
    seed_close(&s);
}

TEST(life, an_end_is_linked_and_dated)
{
    struct seed s;
    int64_t use;

    seed_open(&s);
    use = say(&s, "We use Redis for sessions", 1);
    say(&s, "We no longer use Redis", 5);
    CHECK_INT(row(&s, use).valid_to, day(5));
    CHECK_HAS(seed_run(&s, "show", "{\"ids\":[\"1\"]}"),
              "\"relation\":\"ends\",\"incoming\":true");
    seed_close(&s);
}

TEST(life, observations_are_one_only_when_their_texts_are)
{
    struct memory_in o = {.kind = "observation",
                          .type = STR("bugfix"),
                          .title = STR("Fixed the parser")};
    struct seed s;

    seed_open(&s);
    CHECK(say_as(&s, o, "It read past the end.", 1).added);
    CHECK(say_as(&s, o, "It leaked a buffer.", 2).added);
    CHECK(!say_as(&s, o, "it read past the end", 3).added);
    o.title = STR("Do not fix the parser");
    CHECK(say_as(&s, o, "It is generated.", 4).added);
    CHECK_INT(row(&s, 1).valid_to, 0);
    seed_close(&s);
}

TEST(life, edits_keep_what_was_there)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    say(&s, "The API port is 8080", 1);
    out = seed_run(&s, "edit",
                   "{\"id\":\"1\",\"text\":\"The API port is 8081\","
                   "\"importance\":5,\"expires\":\"2030-01-01\"}");
    CHECK_HAS(out, "\"changed\":true");
    CHECK_HAS(out, "\"title\":\"The API port is 8081\"");
    CHECK_HAS(out, "\"importance\":5");
    CHECK_HAS(out, "\"importance_why\":\"5 set by hand\"");
    CHECK_HAS(out, "\"expires\":\"20");
    CHECK_HAS(seed_run(&s, "edit", "{\"id\":\"1\",\"importance\":5}"),
              "\"changed\":false");
    out = seed_run(&s, "history", "{\"id\":\"1\"}");
    CHECK_HAS(out, "\"old\":\"The API port is 8080\",\"new\":"
                   "\"The API port is 8081\"");
    CHECK_HAS(out, "\"event\":\"importance\"");
    CHECK_HAS(seed_run(&s, "search", "{\"words\":\"8081\"}"), "\"matched\":1");
    CHECK_HAS(seed_run(&s, "edit", "{\"id\":\"1\",\"forever\":true}"),
              "\"changed\":true");
    CHECK_INT(row(&s, 1).expires_ms, 0);
    CHECK_INT(seed_fail(&s, "edit", "{\"id\":\"1\"}").code, CM_EARG);
    CHECK_INT(seed_fail(&s, "edit", "{\"id\":\"9\",\"type\":\"x\"}").code,
              CM_ENOTFOUND);
    CHECK_INT(seed_fail(&s, "edit", "{\"id\":\"1\",\"text\":\" \"}").code,
              CM_EARG);
    CHECK_INT(seed_fail(&s, "edit", "{\"id\":\"1\",\"importance\":9}").code,
              CM_EARG);
    seed_close(&s);
}

TEST(life, what_was_wrongly_ended_can_hold_again)
{
    struct seed s;

    seed_open(&s);
    say(&s, "The API port is 8080", 1);
    say(&s, "The API port is 9090", 2);
    CHECK_HAS(seed_run(&s, "edit", "{\"id\":\"1\",\"holds\":true}"),
              "\"changed\":true");
    CHECK_INT(row(&s, 1).valid_to, 0);
    CHECK_HAS(seed_run(&s, "history", "{\"id\":\"1\"}"),
              "\"event\":\"restore\"");
    seed_close(&s);
}

TEST(life, pins_and_unpins)
{
    struct seed s;

    seed_open(&s);
    say(&s, "The API port is 8080", 1);
    CHECK_HAS(seed_run(&s, "pin", "{\"ids\":[\"#1\"]}"), "\"pinned\":true");
    CHECK_HAS(seed_run(&s, "pin", "{\"ids\":[\"1\"]}"), "\"changed\":false");
    CHECK_LACKS(seed_run(&s, "unpin", "{\"ids\":[\"1\"]}"), "\"pinned\"");
    CHECK_INT(seed_fail(&s, "pin", "{\"ids\":[\"1\",\"7\"]}").code,
              CM_ENOTFOUND);
    CHECK(!row(&s, 1).pinned); /* all or none */
    CHECK_HAS(seed_run(&s, "history", "{\"id\":\"1\"}"), "\"event\":\"unpin\"");
    seed_close(&s);
}

TEST(life, adding_takes_every_scope)
{
    struct seed s;
    struct str out;

    seed_open(&s);
    out = seed_run(&s, "add",
                   "{\"text\":\"likes tabs\",\"user\":\"ada\",\"agent\":"
                   "\"coder\",\"run\":\"run-77\",\"branch\":\"x\"}");
    CHECK_HAS(out, "\"branch\":\"x\",\"unmerged\":true,\"user\":\"ada\","
                   "\"agent\":\"coder\"");
    CHECK_HAS(out, "\"session\":\"s1\"");
    CHECK_HAS(seed_run(&s, "add",
                       "{\"text\":\"likes tabs\",\"user\":\"ada\",\"agent\":"
                       "\"coder\",\"run\":\"run-77\",\"branch\":\"x\"}"),
              "\"added\":false");
    CHECK_HAS(seed_run(&s, "add", "{\"text\":\"likes tabs\",\"user\":\"bob\"}"),
              "\"added\":true");
    CHECK_HAS(seed_run(&s, "add",
                       "{\"text\":\"likes tabs\",\"user\":\"ada\",\"agent\":"
                       "\"coder\",\"run\":\"run-78\",\"branch\":\"x\"}"),
              "\"added\":true");
    CHECK_HAS(seed_run(&s, "add",
                       "{\"text\":\"likes tabs\",\"user\":\"ada\",\"agent\":"
                       "\"coder\",\"run\":\"run-77\",\"branch\":\"y\"}"),
              "\"added\":true");
    out = seed_run(&s, "add", "{\"text\":\"likes tabs\",\"app\":\"shop\"}");
    CHECK_HAS(out, "\"added\":true");
    CHECK_HAS(out, "\"project\":\"shop\"");
    seed_close(&s);
}

static int64_t number(struct seed *s, const char *sql)
{
    struct stmt *q = db_stmt(s->db, sql);
    int64_t n = stmt_step(q, NULL) > 0 ? col_int(q, 0) : -1;

    stmt_done(q);
    return n;
}

TEST(retention, takes_what_nothing_rests_on_and_counts_it)
{
    int64_t one, keep = 3, after = 0, gone = 0;
    struct seed s;

    seed_open(&s);
    one = seed_session(&s, "one", "main", 1, NULL);
    for (int i = 0; i < 5; i++)
        seed_event(&s, one, "PostToolUse", "Bash", "{}");
    CHECK_INT(db_exec(s.db, "UPDATE events SET state = 1 WHERE id <> 5", NULL),
              0);
    seed_memory(&s,
                (struct memory_in){.title = STR("rests on one"),
                                   .text = STR("x"),
                                   .session_id = one,
                                   .events = &keep,
                                   .nevents = 1},
                1);
    CHECK_INT(events_retire(s.db, SEED_NOW, 2, &after, &gone, NULL), 1);
    CHECK_INT(gone, 0); /* none is older than that */
    after = 0;
    CHECK_INT(events_retire(s.db, SEED_NOW + 1, 2, &after, &gone, NULL), 1);
    CHECK_INT(gone, 2);
    CHECK_INT(events_retire(s.db, SEED_NOW + 1, 2, &after, &gone, NULL), 1);
    CHECK_INT(events_retire(s.db, SEED_NOW + 1, 2, &after, &gone, NULL), 0);
    CHECK_INT(gone, 3); /* not the one it rests on, nor the one that waits */
    CHECK_INT(number(&s, "SELECT count(*) FROM events WHERE id IN (3, 5)"), 2);
    CHECK_INT(number(&s, "SELECT dropped FROM sessions"), 3);
    CHECK_HAS(seed_run(&s, "stats", "{}"), "\"dropped\":3");
    seed_close(&s);
}
