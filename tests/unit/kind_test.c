/* kind_test.c - the sorts of queries (lib/search/kind.h). */
#include "base/common.h"

#include "base/arena.h"
#include "search/kind.h"
#include "test.h"

#define NOW INT64_C(1773828000000) /* Wednesday 2026-03-18 10:00 UTC */

static void check_kind(const char *text, const char *want)
{
    struct arena a = {0};
    struct query q;
    struct when w;
    const char *got;

    query_parse(str_of(text), &a, &q);
    when_parse(str_of(text), NOW, &w);
    got = query_kind_name(kind_of(str_of(text), &q, &w));
    if (!str_eqz(str_of(got), want))
        test_fail(__FILE__, __LINE__, "\"%s\" is \"%s\", not \"%s\"", text, got,
                  want);
    arena_free(&a);
}

TEST(kind, tells_what_was_typed)
{
    static const struct {
        const char *text, *kind;
    } rows[] = {
        {"", "none"},
        {"?!", "none"},
        {"parseReply", "identifier"},
        {"src/llm/parse.c", "identifier"},
        {"worker_flush ordering", "identifier"},
        {"ENOENT", "error"},
        {"\"cut off reply\"", "quoted"},
        {"\"a b\" \"c d\"", "quoted"},
        {"why does the parser fail", "question"},
        {"What did Caroline research?", "question"},
        {"Would Caroline pursue writing as a career option?", "question"},
        {"did we decide on retries", "question"},
        {"is there a limit of tokens", "question"},
        {"retries and the backoff?", "question"},
        {"why ENOENT in the parser?", "question"},
        {"TypeError: x is not a function", "error"},
        {"bash: foo: command not found", "error"},
        {"error[E0308]: mismatched types", "error"},
        {"main.c:3: undefined reference to `f'", "error"},
        {"java.lang.NullPointerException at Foo.java:12", "error"},
        {"git rebase --onto main", "command"},
        {"npm install left-pad", "command"},
        {"make -j4 check", "command"},
        {"$ ls", "command"},
        {"make the parser faster", "topic"},
        {"go home early", "topic"},
        {"find the leak in the worker", "topic"},
        {"retry uploads", "topic"},
        {"handle an empty reply of the model", "topic"},
        {"fix the parser when replies are cut", "topic"},
        {"yesterday", "date"},
        {"what did I do yesterday", "date"},
        {"what happened on 7 May 2023?", "date"},
        {"last week", "date"},
        {"since Monday", "date"},
        {"What did Maria donate in December 2023?", "question"},
        {"is", "topic"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_kind(rows[i].text, rows[i].kind);
}

TEST(kind, takes_a_prompt_for_a_task)
{
    check_kind("Please add a retry with exponential backoff to the uploader, "
               "three tries at most, write a test with a fake clock, and make "
               "sure the worker does not block its loop while it waits; keep "
               "the configuration names as they are, update the manual page, "
               "mention the new limit in the readme, and tell me which other "
               "callers of upload_file would change their behaviour, in a list "
               "at the end of your answer with file names and line numbers",
               "task");
}

TEST(kind, tells_who_wants_something_now_from_who_asks_what_was)
{
    static const struct {
        const char *text;
        bool now;
    } rows[] = {
        {"Could you show me how to implement a login feature?", true},
        {"Which libraries should I use?", true},
        {"How do we format dates", true},
        {"Can you help me set up a cache? I'd like it simple.", true},
        {"Which library did I choose?", false},
        {"Have I ever met Kyle?", false},
        {"Can you list the order in which I brought up my plans?", false},
        {"Add a retry to uploads", false}, /* asks nothing */
        {"?", true},
        {"", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (kind_asks_now(str_of(rows[i].text)) != rows[i].now)
            test_fail(__FILE__, __LINE__, "\"%s\"", rows[i].text);
}

TEST(kind, tells_who_asks_what_the_other_one_said)
{
    CHECK(kind_asks_reply(STR("How did you recommend handling retries?")));
    CHECK(kind_asks_reply(STR("which of the libraries that you suggested?")));
    CHECK(kind_asks_reply(STR("What you said, of tests")));
    CHECK(!kind_asks_reply(STR("Which libraries can you recommend?")));
    CHECK(!kind_asks_reply(STR("Did I tell you?")));
    CHECK(!kind_asks_reply(STR("what did")));
    CHECK(!kind_asks_reply(STR("")));
}
