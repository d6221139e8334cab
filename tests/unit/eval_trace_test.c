/* eval_trace_test.c - was what a session was told of use to it? */
#include "base/common.h"

#include "cli/eval_trace.h"
#include "test.h"

struct told {
    struct arena a;
    struct trace t;
    size_t n;
};

static void event(struct told *s, const char *payload)
{
    struct json *j = json_parse(str_of(payload), NULL);

    CHECK(j != NULL);
    trace_add(&s->t, j, s->n++);
    json_free(j);
}

static struct trace_use use_of(const struct told *s, const char *text,
                               size_t nth)
{
    struct trace_use use = {false, false};

    trace_judge(&s->t, str_of(text), nth, &use);
    return use;
}

/* Event 0: the prompt; then a look around, an edit and what is said of it. */
static void session(struct told *s)
{
    *s = (struct told){.n = 0};
    trace_init(&s->t, &s->a);
    event(s, "{\"prompt\":\"please repair parse_header in `reader`\"}");
    event(s, "{\"tool_input\":{\"pattern\":\"x\"},\"tool_response\":"
             "{\"filenames\":[\"src/writer.c\",\"src/other.c\"]}}");
    event(s, "{\"tool_input\":{\"file_path\":\"/w/p/src/spool_file.c\","
             "\"new_string\":\"call flush_cache()\"}}");
    event(s, "{\"text\":\"parse_header and src/writer.c agree now\"}");
}

TEST(trace, a_name_that_turns_up_later_was_news)
{
    struct told s;

    session(&s);
    CHECK(use_of(&s, "see src/spool_file.c", 0).news);
    CHECK(use_of(&s, "Spool_File.c, line 3", 0).dealt);
    CHECK(use_of(&s, "flush_cache() first", 0).news);
    arena_free(&s.a);
}

TEST(trace, a_name_of_the_prompt_is_no_news)
{
    struct told s;

    session(&s);
    CHECK(use_of(&s, "parse_header lies", 0).dealt);
    CHECK(!use_of(&s, "parse_header lies", 0).news);
    arena_free(&s.a);
}

TEST(trace, what_a_tool_shows_is_met_and_not_dealt_with)
{
    struct told s;

    session(&s);
    CHECK(!use_of(&s, "src/other.c", 0).dealt);
    CHECK(use_of(&s, "src/writer.c", 0).news);
    CHECK(!use_of(&s, "src/writer.c", 1).news); /* shown by then */
    CHECK(use_of(&s, "src/writer.c", 1).dealt);
    arena_free(&s.a);
}

TEST(trace, what_is_over_is_of_no_use)
{
    struct told s;

    session(&s);
    CHECK(!use_of(&s, "src/spool_file.c", 2).dealt);
    CHECK(!use_of(&s, "of nothing that is here: other_name", 0).dealt);
    CHECK(!use_of(&s, "", 0).dealt);
    arena_free(&s.a);
}

TEST(trace, thousands_of_names_have_room)
{
    struct told s = {.n = 0};
    char text[64];

    trace_init(&s.t, &s.a);
    for (int i = 0; i < 9000; i++) {
        snprintf(text, sizeof(text), "{\"text\":\"name_%d\"}", i);
        event(&s, text);
    }
    CHECK(use_of(&s, "name_17", 3).news);
    CHECK(use_of(&s, "name_8999", 3).news);
    CHECK(!use_of(&s, "name_9000", 3).dealt);
    arena_free(&s.a);
}
