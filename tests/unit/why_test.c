/* why_test.c - the operations "why" and "why-not". */
#include "base/common.h"

#include "base/json.h"
#include "ops/prompt_slot.h"
#include "seed.h"
#include "store/injection.h"
#include "test.h"

static const char asked[] =
    "why does the frobnicator cache lose records when the spool rotates?";

static int64_t frobnicator(struct seed *s)
{
    return seed_said(s, seed_session(s, "sess-old", "main", 3, NULL),
                     "The frobnicator cache loses records",
                     "It must be flushed before the spool rotates.");
}

/* What the session is given for `asked`, with its receipt. */
static void give(struct seed *s, int64_t session)
{
    struct slot_request rq = {.project_id = s->project,
                              .session_id = session,
                              .prompt = STR(asked),
                              .limits = {3, 300, 0.3}};
    struct prompt_slot slot;
    struct injection_in in = {
        .session_id = session, .time_ms = SEED_NOW, .source = "prompt"};
    struct err e;

    CHECK_INT(prompt_slot_render(&s->env, &rq, &slot, &e), 0);
    in.tokens = (int64_t)slot.tokens;
    in.ids = slot.ids;
    in.nids = slot.nids;
    in.text = slot.text;
    in.query = slot.query;
    in.explain = slot.explain;
    CHECK_INT(db_begin(s->db, &e), 0);
    CHECK_INT(injection_put(s->db, &in, &e), 0);
    CHECK_INT(db_commit(s->db, &e), 0);
}

static void prompt(struct seed *s, int64_t session, const char *text)
{
    char payload[400];

    snprintf(payload, sizeof(payload), "{\"prompt\":\"%s\"}", text);
    seed_event(s, session, "UserPromptSubmit", NULL, payload);
}

TEST(why, tells_what_was_given_and_what_passed_over)
{
    struct seed s;
    int64_t session, other;
    struct str r;

    seed_open(&s);
    seed_others(&s);
    frobnicator(&s);
    other = seed_said(&s, 0, "The spool of the printer", "is empty");
    session = seed_session(&s, "sess-new", "main", 0, NULL);
    give(&s, session);
    r = seed_run(&s, "why", "{\"session\":\"sess-new\"}");
    CHECK_HAS(r, "\"source\":\"prompt\"");
    CHECK_HAS(r, "\"query\":\"why does the frobnicator");
    CHECK_HAS(r, "\"id\":\"#9\"");
    CHECK_HAS(r, "flushed before the spool");
    CHECK_HAS(r, "\"passed_over\":[{");
    CHECK_HAS(r, "below the bar");
    CHECK(other > 0);
    seed_close(&s);
}

TEST(why, is_empty_for_a_session_that_was_given_nothing)
{
    struct seed s;

    seed_open(&s);
    seed_others(&s);
    seed_session(&s, "sess-new", "main", 0, NULL);
    CHECK_HAS(seed_run(&s, "why", "{\"session\":\"sess-new\"}"),
              "\"tokens\":0,\"given\":[]");
    CHECK_HAS(str_of(seed_fail(&s, "why", "{\"session\":\"nowhere\"}").msg),
              "there is no session");
    seed_close(&s);
}

TEST(why, passes_over_what_was_forgotten_since)
{
    struct seed s;
    int64_t session;
    struct err e;

    seed_open(&s);
    seed_others(&s);
    frobnicator(&s);
    seed_said(&s, 0, "The spool of the printer", "is empty");
    session = seed_session(&s, "sess-new", "main", 0, NULL);
    give(&s, session);
    CHECK_INT(db_exec(s.db,
                      "DELETE FROM memories WHERE title LIKE "
                      "'%printer'",
                      &e),
              0);
    CHECK_HAS(seed_run(&s, "why", "{\"session\":\"sess-new\"}"),
              "\"passed_over\":[]");
    seed_close(&s);
}

TEST(why, not_tells_each_candidates_fate)
{
    struct seed s;
    struct str r;

    seed_open(&s);
    seed_others(&s);
    frobnicator(&s);
    seed_said(&s, 0, "The spool of the printer", "is empty");
    r = seed_run(&s, "why-not",
                 "{\"what\":\"does the frobnicator cache lose records\","
                 "\"bar\":\"0.05\"}");
    CHECK_HAS(r, "\"fate\":\"given\"");
    r = seed_run(&s, "why-not",
                 "{\"what\":\"does the frobnicator cache lose records\","
                 "\"bar\":\"1\"}");
    CHECK_HAS(r, "\"fate\":\"below-bar\"");
    CHECK_HAS(r, "\"short\":");
    CHECK_HAS(seed_run(&s, "why-not", "{\"what\":\"yes\"}"), "\"silent\":");
    CHECK_HAS(
        str_of(seed_fail(&s, "why-not", "{\"what\":\"x\",\"bar\":\"7\"}").msg),
        "prompt_bar");
    seed_close(&s);
}

TEST(why, not_shows_what_could_only_be_left_out)
{
    struct seed s;
    struct memory_in in = {.title = STR("The frobnicator cache loses records"),
                           .text = STR("when the spool rotates"),
                           .expires_ms = SEED_NOW - SEED_DAY};
    struct str r;

    seed_open(&s);
    seed_others(&s);
    seed_memory(&s, in, 3);
    r = seed_run(&s, "why-not",
                 "{\"what\":\"does the frobnicator cache lose records\"}");
    CHECK_HAS(r, "\"fate\":\"expired\"");
    seed_close(&s);
}

TEST(why, not_follows_a_memory_through_a_session)
{
    struct seed s;
    int64_t session;
    char args[64];
    struct str r;

    seed_open(&s);
    seed_others(&s);
    snprintf(args, sizeof(args), "{\"what\":\"#%lld\"}",
             (long long)frobnicator(&s));
    session = seed_session(&s, "sess-new", "main", 0, NULL);
    prompt(&s, session, asked);
    prompt(&s, session, "yes");
    prompt(&s, session, "please translate the installer into Portuguese");
    r = seed_run(&s, "why-not", args);
    CHECK_HAS(r, "\"given\":[]");
    CHECK_HAS(r, "\"prompt\":\"why does the frobnicator");
    CHECK_HAS(r, "\"place\":1");
    CHECK_HAS(r, "it says too little");
    CHECK_HAS(r, "not among what was found");
    give(&s, session);
    CHECK_HAS(seed_run(&s, "why-not", args), "\"source\":\"prompt\"");
    CHECK_HAS(str_of(seed_fail(&s, "why-not", "{\"what\":\"#999\"}").msg),
              "there is no memory #999");
    seed_close(&s);
}
