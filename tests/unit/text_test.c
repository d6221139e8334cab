/* text_test.c - UTF-8 and times. */
#include "base/common.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/utf8.h"
#include "test.h"

TEST(utf8, characters_are_well_formed_or_not)
{
    static const struct {
        const char *s;
        size_t len;
        uint32_t cp;
    } rows[] = {
        {"a", 1, 'a'},
        {"\xc3\xa4", 2, 0xe4},
        {"\xe2\x82\xac", 3, 0x20ac},
        {"\xf0\x9f\x98\x80", 4, 0x1f600},
        {"\xf4\x8f\xbf\xbf", 4, 0x10ffff},
        {"\xc0\x80", 0, 0},         /* overlong */
        {"\xe0\x80\x80", 0, 0},     /* overlong */
        {"\xf0\x80\x80\x80", 0, 0}, /* overlong */
        {"\xed\xa0\x80", 0, 0},     /* surrogate */
        {"\xf4\x90\x80\x80", 0, 0}, /* too large */
        {"\xe2\x82", 0, 0},         /* cut */
        {"\x80", 0, 0},             /* a continuation alone */
        {"\xff", 0, 0},
        {"", 0, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t cp = 0;

        CHECK_INT(utf8_decode(str_of(rows[i].s), &cp), rows[i].len);
        CHECK_INT(cp, rows[i].cp);
        if (rows[i].len) {
            struct buf b;

            buf_init(&b, 8);
            utf8_put(&b, cp);
            CHECK_STR(buf_str(&b), rows[i].s);
            buf_free(&b);
        }
    }
}

TEST(utf8, bytes_of_no_character_are_replaced)
{
    /* at every place of the eight that are looked at together */
    for (size_t i = 0; i < 20; i++) {
        char text[21] = "aaaaaaaaaaaaaaaaaaaa", want[30];
        struct buf b;

        CHECK(utf8_is_valid(str_of(text)));
        snprintf(want, sizeof(want), "%.*s\xef\xbf\xbd%s", (int)i, text,
                 text + i + 1);
        text[i] = '\xe2';
        CHECK(!utf8_is_valid(str_of(text)));
        buf_init(&b, 100);
        CHECK(utf8_mend(&b, str_of(text)));
        CHECK_STR(buf_str(&b), want);
        CHECK(utf8_is_valid(buf_str(&b)));
        buf_free(&b);
    }
    CHECK(utf8_is_valid(STR("\xc3\xa4"
                            "aaaaa\xe2\x82\xac\xf0\x9f\x98\x80")));
    CHECK(utf8_is_valid(STR_NONE));
}

TEST(utf8, cutting_does_not_split_a_character)
{
    struct str s = STR("a\xc3\xa4\xf0\x9f\x98\x80z");
    char garbage[1000];

    CHECK_INT(utf8_cut(s, 100).n, 8);
    CHECK_INT(utf8_cut(s, 8).n, 8);
    CHECK_INT(utf8_cut(s, 7).n, 7);
    CHECK_INT(utf8_cut(s, 6).n, 3);
    CHECK_INT(utf8_cut(s, 4).n, 3);
    CHECK_INT(utf8_cut(s, 3).n, 3);
    CHECK_INT(utf8_cut(s, 2).n, 1);
    CHECK_INT(utf8_cut(s, 0).n, 0);
    /* What is no character is not given up to its beginning. */
    memset(garbage, 0x80, sizeof(garbage));
    CHECK_INT(utf8_cut((struct str){garbage, sizeof(garbage)}, 500).n, 500);
}

TEST(utf8, lengths_are_those_of_the_client_and_the_terminal)
{
    CHECK_INT(utf8_utf16_units(STR("a\xc3\xa4\xe2\x82\xac")), 3);
    CHECK_INT(utf8_utf16_units(STR("\xf0\x9f\x98\x80")), 2);
    CHECK_INT(utf8_utf16_units(STR("\xff\xff")), 2);
    CHECK_INT(utf8_columns(STR("a\xcc\x88z")), 2);
    CHECK_INT(utf8_columns(STR("\xe6\xbc\xa2\xe5\xad\x97")), 4);
    CHECK_INT(utf8_columns(STR("\xf0\x9f\x98\x80")), 2);
    CHECK_INT(utf8_width(0x07), 0);
}

static struct arena arena;

static struct str cleaned(const char *z, bool line)
{
    struct buf b;
    struct str s;

    buf_init(&b, 10000);
    if (line)
        utf8_clean_line(&b, str_of(z));
    else
        utf8_clean(&b, str_of(z));
    s = arena_str(&arena, buf_str(&b));
    buf_free(&b);
    return s;
}

TEST(utf8, what_acts_on_a_terminal_goes)
{
    CHECK_STR(cleaned("a\tb\nc", false), "a\tb\nc");
    CHECK_STR(cleaned("\033[1;31mred\033[0m", false), "red");
    CHECK_STR(cleaned("\033]0;title\atext", false), "text");
    CHECK_STR(cleaned("\033]8;;http://x\033\\link\033]8;;\033\\", false),
              "link");
    CHECK_STR(cleaned("\033Pq#0;2\033\\x", false), "x");
    CHECK_STR(cleaned("bold\033(B\033[m end\0337", false), "bold end");
    CHECK_STR(cleaned("\033]0;never closed\nnext", false), "\nnext");
    CHECK_STR(cleaned("a\bb\rc\x7f", false), "abc");
    CHECK_STR(cleaned("\xc2\x9b"
                      "31mx",
                      false),
              "31mx");
    CHECK_STR(cleaned("\033", false), "");
    CHECK_STR(cleaned("\033[", false), "");
    CHECK_STR(cleaned("\033\xc3\xa4", false), "\xc3\xa4");
    arena_free(&arena);
}

TEST(utf8, what_hides_from_a_reader_goes)
{
    CHECK_STR(cleaned("a\xe2\x80\xae"
                      "b",
                      false),
              "ab"); /* bidi */
    CHECK_STR(cleaned("a\xe2\x80\x8b"
                      "b",
                      false),
              "ab"); /* zero */
    CHECK_STR(cleaned("a\xf3\xa0\x81\x81"
                      "b",
                      false),
              "ab"); /* tag */
    CHECK_STR(cleaned("\xef\xbb\xbf"
                      "a",
                      false),
              "a"); /* BOM */
    CHECK_STR(cleaned("a\xff"
                      "b",
                      false),
              "a\xef\xbf\xbd"
              "b");
    arena_free(&arena);
}

TEST(utf8, a_line_is_one_line)
{
    CHECK_STR(cleaned("  a \n\t b\xc2\xa0 c \r\n", true), "a b c");
    CHECK_STR(cleaned(" \n ", true), "");
    arena_free(&arena);
}

TEST(clock, times_are_written_in_utc)
{
    char t[32];

    clock_iso(0, t);
    CHECK_STR(str_of(t), "1970-01-01T00:00:00.000Z");
    clock_iso(INT64_C(1767323045678), t);
    CHECK_STR(str_of(t), "2026-01-02T03:04:05.678Z");
    clock_iso(-1, t);
    CHECK_STR(str_of(t), "1969-12-31T23:59:59.999Z");
    /* Nonsense from outside stays within the form. */
    clock_iso(INT64_MAX, t);
    CHECK_STR(str_of(t), "9999-12-31T23:59:59.999Z");
    clock_iso(INT64_MIN, t);
    CHECK_STR(str_of(t), "0001-01-01T00:00:00.000Z");
    clock_local_date(INT64_C(1767323045678), t);
    CHECK_STR(str_of(t), "2026-01-02");
    clock_local_minute(INT64_MAX, t);
    CHECK_STR(str_of(t), "9999-12-31 23:59");
}

TEST(clock, times_are_read)
{
    static const struct {
        const char *s;
        int64_t ms;
    } rows[] = {
        {"2026-01-02T03:04:05.678Z", INT64_C(1767323045678)},
        {"2026-01-02T03:04:05Z", INT64_C(1767323045000)},
        {"2026-01-02T03:04:05.6Z", INT64_C(1767323045600)},
        {"2026-01-02T03:04:05.678999Z", INT64_C(1767323045678)},
        {"2026-01-02T05:04:05+02:00", INT64_C(1767323045000)},
        {"2026-01-01T21:34:05-0530", INT64_C(1767323045000)},
        {"2026-01-02 03:04", INT64_C(1767323040000)},
        {"2026-01-02", INT64_C(1767312000000)},
        {"1970-01-01", 0},
        {"2024-02-29", INT64_C(1709164800000)},
        {"now", INT64_C(1767323045678)},
        {"today", INT64_C(1767312000000)},
        {"yesterday", INT64_C(1767225600000)},
        {"45s", INT64_C(1767323000678)},
        {"2w", INT64_C(1766113445678)},
    };
    int64_t ms;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_INT(clock_parse(str_of(rows[i].s), INT64_C(1767323045678), &ms),
                  0);
        CHECK_INT(ms, rows[i].ms);
    }
}

TEST(clock, what_is_no_time_is_refused)
{
    static const char *const bad[] = {
        "",
        "x",
        "12",
        "-5d",
        "5y",
        "2026",
        "2026-13-01",
        "2026-02-30",
        "2025-02-29",
        "2026-1-2",
        "2026-01-02T",
        "2026-01-02T25:00",
        "2026-01-02T03:60",
        "26-01-02",
        "2026-01-02x",
        "2026-01-02T03:04:05+25:00",
        " 2026-01-02",
        "2026-01-02T3:04",
        "2026-01-02T03:04:05.678ZZ",
        "d",
        "2026-01-02T03:04:05.000000000000000000000000000000000000000Z",
    };
    int64_t ms = 7;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (clock_parse(str_of(bad[i]), 0, &ms) != CM_EARG)
            test_fail(__FILE__, __LINE__, "took \"%s\"", bad[i]);
    CHECK_INT(clock_parse((struct str){"2026-01-02\0x", 12}, 0, &ms), CM_EARG);
    CHECK_INT(ms, 7);
}

TEST(clock, local_times_are_local)
{
    int64_t ms;

    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    CHECK_INT(clock_parse(STR("2026-07-01 12:00"), 0, &ms), 0);
    CHECK_INT(ms, INT64_C(1782900000000)); /* 10:00 UTC */
    CHECK_INT(clock_parse(STR("2026-07-01T12:00Z"), 0, &ms), 0);
    CHECK_INT(ms, INT64_C(1782907200000));
}
