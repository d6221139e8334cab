/* cli_term_test.c - text for a terminal: clean, wrapped, cut, in words. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/term.h"
#include "test.h"

#define NOW 1795257600000LL /* 2026-11-21 10:40 UTC, a Saturday */

static struct term t;

static void begin(int width)
{
    term_init_plain(&t, width, NOW);
}

/* What was said since begin; the terminal is used up. */
static void check_said(const char *want)
{
    CHECK_STR(buf_str(&t.out), want);
    buf_free(&t.out);
    buf_free(&t.scratch);
}

TEST(term, takes_out_what_could_act_on_a_terminal)
{
    begin(80);
    term_put(&t, TERM_PLAIN, STR("a\033[2Jb\rc\nd\te\x07"));
    term_printf(&t, "|%s|", "x\033]0;title\007y\xe2\x80\xaez");
    check_said("ab c d e|xyz|");
    begin(80);
    term_wrap(&t, TERM_PLAIN, 2,
              STR("one\033[31m two\xc2\x9b"
                  "1m"));
    check_said("  one two1m\n");
}

TEST(term, colours_only_when_it_may)
{
    begin(80);
    term_styled(&t, TERM_BAD, "x");
    check_said("x");
    begin(80);
    t.colour = true;
    term_styled(&t, TERM_BAD, "x\ny");
    term_styled(&t, TERM_PLAIN, "z");
    check_said("\033[1;31mx\033[0m\n\033[1;31my\033[0mz");
}

TEST(term, wraps_between_words)
{
    begin(20);
    term_wrap(&t, TERM_PLAIN, 2, STR("the quick brown fox jumps over"));
    check_said("  the quick brown\n  fox jumps over\n");
    begin(20);
    term_printf(&t, "ab: ");
    term_wrap(&t, TERM_PLAIN, 4, STR("the quick brown fox"));
    check_said("ab: the quick brown\n    fox\n");
}

TEST(term, begins_a_line_when_the_first_word_does_not_fit)
{
    begin(20);
    term_printf(&t, "a title, and then ");
    term_wrap(&t, TERM_PLAIN, 2, STR("words"));
    check_said("a title, and then \n  words\n");
}

TEST(term, keeps_line_breaks_and_lists)
{
    begin(20);
    term_wrap(&t, TERM_PLAIN, 0,
              STR("list:\n- the quick brown fox jumps\n\n* over\n  code();\n"));
    check_said("list:\n- the quick brown\n  fox jumps\n\n* over\n  code();\n");
}

TEST(term, breaks_words_that_are_wider_than_the_line)
{
    begin(20);
    term_wrap(&t, TERM_PLAIN, 4, STR("0123456789abcdefghijk lmn"));
    check_said("    0123456789abcdef\n    ghijk lmn\n");
}

TEST(term, counts_columns_not_bytes)
{
    /* Ten wide characters are twenty columns, thirty bytes. */
    static const char wide[] = "\xe8\xa8\x98\xe6\x86\xb6\xe8\xa8\x98"
                               "\xe6\x86\xb6\xe8\xa8\x98\xe6\x86\xb6"
                               "\xe8\xa8\x98\xe6\x86\xb6\xe8\xa8\x98"
                               "\xe6\x86\xb6";

    begin(20);
    term_wrap(&t, TERM_PLAIN, 0, STR(wide));
    CHECK_INT(str_chr(buf_str(&t.out), '\n'), 30);
    buf_free(&t.out);
    buf_free(&t.scratch);
    begin(80);
    term_cut(&t, TERM_PLAIN, STR(wide), 6);
    CHECK_INT(t.column, 5);
    check_said("\xe8\xa8\x98\xe6\x86\xb6\xe2\x80\xa6");
}

TEST(term, never_passes_the_width)
{
    static const char text[] =
        "It was \xe8\xa8\x98\xe6\x86\xb6 once:\n- that a line/of/path/that/is/"
        "long\n    indented deeply, deeply, deeply\n\ttabbed e\xcc\x81"
        "e\n";

    for (int width = 20; width < 60; width++)
        for (int indent = 0; indent < 10; indent++) {
            struct str rest, line;

            begin(width);
            term_wrap(&t, TERM_PLAIN, indent, STR(text));
            rest = buf_str(&t.out);
            while (str_line(&rest, &line))
                if ((int)utf8_columns(line) > width)
                    test_fail(__FILE__, __LINE__, "%d of %d columns: %.*s",
                              (int)utf8_columns(line), width, STR_ARG(line));
            buf_free(&t.out);
            buf_free(&t.scratch);
        }
}

TEST(term, cuts_with_an_ellipsis)
{
    begin(80);
    term_cut(&t, TERM_PLAIN, STR("abcdef"), 6);
    term_nl(&t);
    term_cut(&t, TERM_PLAIN, STR("abc def"), 5);
    term_nl(&t);
    term_cut(&t, TERM_PLAIN, STR("abc"), 0);
    check_said("abcdef\nabc\xe2\x80\xa6\n");
}

TEST(term, pads_and_heads)
{
    begin(80);
    term_heading(&t, "One");
    term_printf(&t, "ab");
    term_pad(&t, 5);
    term_printf(&t, "c");
    term_pad(&t, 2);
    term_printf(&t, "d");
    term_heading(&t, "Two");
    check_said("One\nab   c d\n\nTwo\n");
}

static void check_ago(int64_t before_ms, const char *want)
{
    begin(80);
    term_ago(&t, NOW - before_ms);
    check_said(want);
}

TEST(term, says_times_as_people_do)
{
    const int64_t min = 60000, hour = 60 * min, day = 24 * hour;

    check_ago(0, "just now");
    check_ago(59000, "just now");
    check_ago(min, "1 min ago");
    check_ago(59 * min, "59 min ago");
    check_ago(hour, "1 h ago");
    check_ago(11 * hour, "11 h ago");
    check_ago(12 * hour, "yesterday 22:40");
    check_ago(day, "yesterday 10:40");
    check_ago(2 * day, "Thu 10:40");
    check_ago(6 * day, "Sun 10:40");
    check_ago(7 * day, "14 Nov");
    check_ago(20 * day, "1 Nov");
    check_ago(400 * day, "17 Oct 2025");
    check_ago(-hour, "today 11:40");
    check_ago(NOW, "never");
}

TEST(term, says_sizes_counts_and_durations)
{
    begin(80);
    term_bytes(&t, 0);
    term_printf(&t, " ");
    term_bytes(&t, 1023);
    term_printf(&t, " ");
    term_bytes(&t, 4200);
    term_printf(&t, " ");
    term_bytes(&t, 17000000);
    term_printf(&t, " ");
    term_bytes(&t, 1023ll << 20);
    check_said("0 B 1023 B 4.1 KB 16 MB 1.0 GB");
    begin(80);
    term_count(&t, 0);
    term_printf(&t, " ");
    term_count(&t, 999);
    term_printf(&t, " ");
    term_count(&t, 1000);
    term_printf(&t, " ");
    term_count(&t, -1234567);
    check_said("0 999 1,000 -1,234,567");
    begin(80);
    term_duration(&t, 999);
    term_printf(&t, " ");
    term_duration(&t, 4200);
    term_printf(&t, " ");
    term_duration(&t, 185000);
    term_printf(&t, " ");
    term_duration(&t, 7500000);
    term_printf(&t, " ");
    term_duration(&t, 90000000);
    check_said("999 ms 4.2 s 3 min 5 s 2 h 5 min 1 d 1 h");
}

TEST(term, says_nothing_when_silent)
{
    begin(80);
    t.silent = true;
    term_printf(&t, "x");
    term_wrap(&t, TERM_PLAIN, 2, STR("y"));
    check_said("");
}
