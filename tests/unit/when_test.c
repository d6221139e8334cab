/* when_test.c - the time a question speaks of (lib/search/when.h). */
#include "base/common.h"

#include "base/buf.h"
#include "search/when.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_when
#include "tests/fuzz/when.c"
#undef FUZZ_ENTRY

/* Wednesday 2026-03-18 10:00 UTC. */
#define NOW INT64_C(1773828000000)

static void put_time(struct buf *b, int64_t ms)
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;
    char z[40];

    localtime_r(&t, &tm);
    strftime(z, sizeof(z),
             tm.tm_hour || tm.tm_min ? "%Y-%m-%dT%H:%M" : "%Y-%m-%d", &tm);
    buf_addz(b, z);
}

/* "in 2026-03-01 2026-04-01", "before .. 2026-03-01", "after [the release]",
 * "last ~" (vague), "?" behind it: asks when; "-" is nothing. */
static void put_when(struct buf *b, const struct when *w)
{
    static const char *const kinds[] = {"-",     "in",    "before", "after",
                                        "as-of", "first", "last"};

    buf_addz(b, kinds[w->kind]);
    if (w->anchor.n) {
        buf_addf(b, " [%.*s]", STR_ARG(w->anchor));
    } else if (w->kind != WHEN_NONE &&
               (w->from_ms || w->until_ms != INT64_MAX)) {
        buf_addc(b, ' ');
        if (w->from_ms)
            put_time(b, w->from_ms);
        else
            buf_addz(b, "..");
        buf_addc(b, ' ');
        if (w->until_ms != INT64_MAX)
            put_time(b, w->until_ms);
        else
            buf_addz(b, "..");
    }
    if (w->is_vague)
        buf_addz(b, " ~");
    if (w->asks_when)
        buf_addz(b, " ?");
}

struct row {
    const char *query, *when;
};

static void check_rows(const struct row *rows, size_t n)
{
    size_t wrong = 0;

    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < n; i++) {
        struct when w;
        struct buf b;

        buf_init(&b, 1000);
        when_parse(str_of(rows[i].query), NOW, &w);
        put_when(&b, &w);
        if (!str_eqz(buf_str(&b), rows[i].when)) {
            printf("# \"%s\" is \"%s\", not \"%s\"\n", rows[i].query, b.data,
                   rows[i].when);
            wrong++;
        }
        buf_free(&b);
    }
    CHECK_INT(wrong, 0);
}
#define CHECK_ROWS(rows) check_rows((rows), ARRAY_LEN(rows))

TEST(when, reads_days_months_and_years)
{
    static const struct row rows[] = {
        {"on 7 May 2023", "in 2023-05-07 2023-05-08"},
        {"what happened on May 7, 2023?", "in 2023-05-07 2023-05-08"},
        {"May 7th 2023", "in 2023-05-07 2023-05-08"},
        {"the 7th of May 2023", "in 2023-05-07 2023-05-08"},
        {"notes of 2023-05-07", "in 2023-05-07 2023-05-08"},
        {"2023/05/07 deploy", "in 2023-05-07 2023-05-08"},
        {"07.05.2023", "in 2023-05-07 2023-05-08"},
        {"25/12/2025", "in 2025-12-25 2025-12-26"},
        {"12/25/2025", "in 2025-12-25 2025-12-26"},
        {"3/4/2025", "-"},
        {"2023-05", "in 2023-05-01 2023-06-01"},
        {"2026-03-17T08:30:00Z", "in 2026-03-17T08:30 2026-03-17T08:31"},
        {"what did Melanie show on October 13, 2023?",
         "in 2023-10-13 2023-10-14"},
        {"Where was the picture of December 1,2023 taken?",
         "in 2023-12-01 2023-12-02"},
        {"What book did Tim just finish on 8th December, 2023?",
         "in 2023-12-08 2023-12-09"},
        {"in March", "in 2026-03-01 2026-04-01"},
        {"What did we do in April?", "in 2025-04-01 2025-05-01"},
        {"which spot did she visit in May?", "in 2025-05-01 2025-06-01"},
        {"in may", "in 2025-05-01 2025-06-01"},
        {"in December 2023", "in 2023-12-01 2024-01-01"},
        {"May 2022", "in 2022-05-01 2022-06-01"},
        {"in May of 2022", "in 2022-05-01 2022-06-01"},
        {"commits of January", "in 2026-01-01 2026-02-01"},
        {"on March 10", "in 2026-03-10 2026-03-11"},
        {"on April 10", "in 2025-04-10 2025-04-11"},
        {"on Monday, May 5th, 2025", "in 2025-05-05 2025-05-06"},
        {"10 feb", "in 2026-02-10 2026-02-11"},
        {"Feb 10", "in 2026-02-10 2026-02-11"},
        {"Sept 3 2024", "in 2024-09-03 2024-09-04"},
        {"in 2023", "in 2023-01-01 2024-01-01"},
        {"how many times did she go to the beach in 2023?",
         "in 2023-01-01 2024-01-01"},
        {"during 2024", "in 2024-01-01 2025-01-01"},
        {"the year 2022", "in 2022-01-01 2023-01-01"},
        {"on the 5th", "in 2026-03-05 2026-03-06"},
        {"on the 25th", "in 2026-02-25 2026-02-26"},
        {"29 Feb 2024", "in 2024-02-29 2024-03-01"},
    };

    CHECK_ROWS(rows);
}

TEST(when, reads_what_is_beside_now)
{
    static const struct row rows[] = {
        {"today", "in 2026-03-18 2026-03-19"},
        {"what did I do yesterday", "in 2026-03-17 2026-03-18"},
        {"yesterday's deploy", "in 2026-03-17 2026-03-18"},
        {"yesterday morning", "in 2026-03-17T04:00 2026-03-17T12:00"},
        {"the day before yesterday", "in 2026-03-16 2026-03-17"},
        {"this morning", "in 2026-03-18T04:00 2026-03-18T12:00"},
        {"last night", "in 2026-03-17T18:00 2026-03-18T06:00"},
        {"last week", "in 2026-03-09 2026-03-16"},
        {"what broke last week?", "in 2026-03-09 2026-03-16"},
        {"this week", "in 2026-03-16 2026-03-23"},
        {"in the past week", "in 2026-03-11 2026-03-19"},
        {"last month", "in 2026-02-01 2026-03-01"},
        {"previous month's numbers", "in 2026-02-01 2026-03-01"},
        {"this month", "in 2026-03-01 2026-04-01"},
        {"last quarter", "in 2025-10-01 2026-01-01"},
        {"this quarter", "in 2026-01-01 2026-04-01"},
        {"this year", "in 2026-01-01 2027-01-01"},
        {"camping trip last year", "in 2025-01-01 2026-01-01"},
        {"the last 3 days", "in 2026-03-15 2026-03-19"},
        {"in the last few days", "in 2026-03-15 2026-03-19"},
        {"over the past two weeks", "in 2026-03-04 2026-03-19"},
        {"in the last hour", "in 2026-03-18T09:00 2026-03-18T10:00"},
        {"the last 30 minutes", "in 2026-03-18T09:30 2026-03-18T10:00"},
        {"last 12 months", "in 2025-03-18 2026-03-19"},
        {"last Monday", "in 2026-03-16 2026-03-17"},
        {"last Wednesday", "in 2026-03-11 2026-03-12"},
        {"on Friday", "in 2026-03-13 2026-03-14"},
        {"Tuesday evening", "in 2026-03-17T17:00 2026-03-18"},
        {"what did we decide on Tuesday", "in 2026-03-17 2026-03-18"},
        {"Monday's standup", "in 2026-03-16 2026-03-17"},
        {"last weekend", "in 2026-03-14 2026-03-16"},
        {"over the weekend", "in 2026-03-14 2026-03-16"},
        {"this weekend", "in 2026-03-21 2026-03-23"},
        {"last March", "in 2025-03-01 2025-04-01"},
        {"last May", "in 2025-05-01 2025-06-01"},
        {"last february", "in 2026-02-01 2026-03-01"},
        {"last summer", "in 2025-06-01 2025-09-01"},
        {"near Fort Wayne last summer?", "in 2025-06-01 2025-09-01"},
        {"last winter", "in 2025-12-01 2026-03-01"},
        {"this spring", "in 2026-03-01 2026-06-01"},
        {"two months ago", "in 2026-01-02 2026-02-04"},
        {"three days ago", "in 2026-03-15 2026-03-16"},
        {"an hour ago", "in 2026-03-18T08:00 2026-03-18T10:00"},
        {"a week ago", "in 2026-03-07 2026-03-16"},
        {"where did she move from 4 years ago?", "in 2021-09-16 2022-09-18"},
        {"a couple of weeks ago", "in 2026-02-24 2026-03-13"},
        {"a few days ago", "in 2026-03-14 2026-03-17"},
        {"over a year ago", "before .. 2025-03-19"},
        {"more than two months ago", "before .. 2026-01-19"},
    };

    CHECK_ROWS(rows);
}

TEST(when, reads_parts_of_periods)
{
    static const struct row rows[] = {
        {"early March", "in 2026-03-01 2026-03-11"},
        {"mid-March", "in 2026-03-11 2026-03-21"},
        {"late February", "in 2026-02-19 2026-03-01"},
        {"the end of 2025", "in 2025-09-01 2026-01-01"},
        {"in the beginning of November 2022", "in 2022-11-01 2022-11-11"},
        {"the first half of September 2022", "in 2022-09-01 2022-09-16"},
        {"the second half of 2024", "in 2024-07-02 2025-01-01"},
        {"the second week of November", "in 2025-11-08 2025-11-15"},
        {"first week of May 2022", "in 2022-05-01 2022-05-08"},
        {"the last week of January", "in 2026-01-25 2026-02-01"},
        {"the week of May 7 2025", "in 2025-05-05 2025-05-12"},
        {"the weekend of May 7 2025", "in 2025-05-10 2025-05-12"},
        {"on the evening of 7 July, 2023", "in 2023-07-07 2023-07-08"},
        {"the week before August 3, 2023", "in 2023-07-27 2023-08-03"},
        {"the week before 16 November 2023", "in 2023-11-09 2023-11-16"},
        {"last weekend before April 10, 2023", "in 2023-04-08 2023-04-10"},
        {"two weeks before August 11, 2023", "in 2023-07-25 2023-08-01"},
        {"the Sunday before October 25, 2022", "in 2022-10-23 2022-10-24"},
        {"the day after 2026-01-01", "in 2026-01-02 2026-01-03"},
        {"a week after June 1 2025", "in 2025-06-02 2025-06-09"},
        {"in summer 2021", "in 2021-06-01 2021-09-01"},
        {"in the summer of 2021", "in 2021-06-01 2021-09-01"},
        {"during the summer", "in 2025-06-01 2025-09-01"},
        {"spring 2025", "in 2025-03-01 2025-06-01"},
        {"Q3 2024", "in 2024-07-01 2024-10-01"},
        {"in Q1", "in 2026-01-01 2026-04-01"},
        {"the third quarter of 2024", "in 2024-07-01 2024-10-01"},
    };

    CHECK_ROWS(rows);
}

TEST(when, reads_bounds_and_ranges)
{
    static const struct row rows[] = {
        {"since Monday", "after 2026-03-16 .."},
        {"what changed since yesterday", "after 2026-03-17 .."},
        {"since 2026-01-10", "after 2026-01-10 .."},
        {"since last week", "after 2026-03-09 .."},
        {"since March", "after 2026-03-01 .."},
        {"after March 2025", "after 2025-04-01 .."},
        {"after 2026-01-10", "after 2026-01-11 .."},
        {"before 2026-01-10", "before .. 2026-01-10"},
        {"before May 2025", "before .. 2025-05-01"},
        {"prior to 2024", "before .. 2024-01-01"},
        {"until Friday", "before .. 2026-03-14"},
        {"up to 2025-12-31", "before .. 2026-01-01"},
        {"by July 10, 2022", "as-of .. 2022-07-11"},
        {"as of December 2023", "as-of .. 2024-01-01"},
        {"as of 2026-02-01", "as-of .. 2026-02-02"},
        {"as of today", "last"},
        {"as of now", "last"},
        {"between August 11 and August 15 2023", "in 2023-08-11 2023-08-16"},
        {"between Monday and Wednesday", "in 2026-03-16 2026-03-19"},
        {"between April and May 2024", "in 2024-04-01 2024-06-01"},
        {"from 2026-01-01 to 2026-01-31", "in 2026-01-01 2026-02-01"},
        {"2026-01-01 to 2026-01-31", "in 2026-01-01 2026-02-01"},
        {"from March 1 until March 5", "in 2026-03-01 2026-03-06"},
        {"from 2025 on", "after 2025-01-01 .."},
        {"from January onwards", "after 2026-01-01 .."},
        {"notes from January", "in 2026-01-01 2026-02-01"},
        {"last Friday on 23 January, 2022", "in 2022-01-23 2022-01-24"},
    };

    CHECK_ROWS(rows);
}

TEST(when, names_anchors)
{
    static const struct row rows[] = {
        {"before the release", "before [the release]"},
        {"what broke after the migration to WAL?",
         "after [the migration to WAL]"},
        {"as of v2", "as-of [v2]"},
        {"config format as of the release", "as-of [the release]"},
        {"since v2.1", "after [v2.1]"},
        {"since version 3", "after [version 3]"},
        {"after PR 12", "after [PR 12]"},
        {"what changed before a1b2c3d", "before [a1b2c3d]"},
        {"What did Melanie do after the road trip to relax?",
         "after [the road trip to relax]"},
        {"what did we use before we moved to SQLite",
         "before [we moved to SQLite]"},
        {"When did John meet him after returning from Chicago?",
         "after [returning from Chicago] ?"},
        {"before the release, did it work?", "before [the release]"},
        {"since the refactor", "after [the refactor]"},
        {"prior to the launch", "before [the launch]"},
    };

    CHECK_ROWS(rows);
}

TEST(when, reads_order_and_leanings)
{
    static const struct row rows[] = {
        {"when did we first see the crash?", "first ?"},
        {"who last touched parser.c", "last"},
        {"When did Joanna first watch it?", "first ?"},
        {"what was the original plan originally", "first"},
        {"the first time it failed", "first"},
        {"the latest decision about retries", "last"},
        {"most recent failure", "last"},
        {"what is the current version", "last"},
        {"what are we currently using for queues", "last"},
        {"what did she paint recently?", "last ~"},
        {"recent changes in the parser", "last ~"},
        {"the other day", "last ~"},
        {"a while ago", "before .. 2026-03-04T10:00 ~"},
        {"which came first", "first"},
        {"latest news of last week", "in 2026-03-09 2026-03-16"},
    };

    CHECK_ROWS(rows);
}

TEST(when, knows_who_asks_for_a_time)
{
    static const struct row rows[] = {
        {"when did we switch to WAL", "- ?"},
        {"When is my Zoom call scheduled?", "- ?"},
        {"What year did John start surfing?", "- ?"},
        {"In which month was the trip?", "- ?"},
        {"how long ago was it", "- ?"},
        {"what time is the meeting", "- ?"},
        {"when did she go camping in June?", "in 2025-06-01 2025-07-01 ?"},
        {"when building an app, what errors?", "-"},
        {"tell me when it fails", "-"},
    };

    CHECK_ROWS(rows);
}

/* Words that look like times and are none. */
TEST(when, is_not_fooled)
{
    static const struct row rows[] = {
        {"the March release notes", "-"},
        {"may", "-"},
        {"march parser", "-"},
        {"it may fail in production", "-"},
        {"what may be null here", "-"},
        {"3 may fail", "-"},
        {"second", "-"},
        {"the second argument", "-"},
        {"timeout of 30 seconds", "-"},
        {"last commit", "-"},
        {"the last line of the file", "-"},
        {"last element", "-"},
        {"last 5 commits", "-"},
        {"date parser", "-"},
        {"parse the date 3", "-"},
        {"first place", "-"},
        {"what dance did the team perform to win first place?", "-"},
        {"When did Nate win his first tournament?", "- ?"},
        {"John's first job", "-"},
        {"my first sprint", "-"},
        {"src/may.c", "-"},
        {"--since", "-"},
        {"git log --since yesterday.txt", "-"},
        {"second() returns 0", "-"},
        {"\"last week\"", "-"},
        {"`in March`", "-"},
        {"before each commit", "-"},
        {"run the hook before commit", "-"},
        {"redirect after login", "-"},
        {"validate before saving", "-"},
        {"have I used Bootstrap before?", "-"},
        {"since it fails on linux", "-"},
        {"day after day", "-"},
        {"after all", "-"},
        {"monday.com integration", "-"},
        {"on 2023 files", "-"},
        {"over 2000 requests", "-"},
        {"in 2000 lines", "-"},
        {"port 2023", "-"},
        {"error 2019", "-"},
        {"v2.1.3", "-"},
        {"1.2.2026-rc1", "-"},
        {"ABC-2023-05", "-"},
        {"2023-13-45", "-"},
        {"30 Feb 2024", "in 2024-02-01 2024-03-01"},
        {"docker image:latest", "-"},
        {"spring boot", "-"},
        {"in Spring", "-"},
        {"fall back to rules", "-"},
        {"this minute", "-"},
        {"next week", "-"},
        {"a day", "-"},
        {"two weeks", "-"},
        {"one year", "-"},
        {"night mode", "-"},
        {"weekend", "-"},
        {"Sun JVM", "-"},
        {"Mar", "-"},
        {"dec to hex", "-"},
        {"hex to dec", "-"},
        {"end of the file", "-"},
        {"the start of the function", "-"},
        {"half of the tests", "-"},
        {"the month view", "-"},
        {"year 2 plan", "-"},
        {"current directory", "-"},
        {"how is the current user found", "-"},
        {"", "-"},
        {"?", "-"},
        {"ago", "-"},
        {"since", "-"},
        {"before", "-"},
        {"between", "-"},
        {"from to", "-"},
        {"as of", "-"},
        {"the the the", "-"},
    };

    CHECK_ROWS(rows);
}

TEST(when, days_are_the_askers)
{
    struct when w;

    setenv("TZ", "America/New_York", 1);
    tzset();
    /* 2026-03-08 02:00 does not exist there; the day has 23 hours. */
    when_parse(STR("on 2026-03-08"), NOW, &w);
    CHECK_INT(w.from_ms, INT64_C(1772946000000));  /* 05:00 UTC */
    CHECK_INT(w.until_ms, INT64_C(1773028800000)); /* 04:00 UTC */
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    when_parse(STR("yesterday"), NOW, &w);
    CHECK_INT(w.from_ms, INT64_C(1773673200000)); /* 17th, 00:00 JST */
    CHECK_INT(w.until_ms - w.from_ms, 86400000);
}

TEST(when, says_which_words_said_it)
{
    struct when w;

    when_parse(STR("what broke last week in the parser?"), NOW, &w);
    CHECK_STR(w.text, "last week");
    when_parse(STR("what broke on 7 May 2023, at noon"), NOW, &w);
    CHECK_STR(w.text, "on 7 May 2023");
    when_parse(STR("was it the day before yesterday\xe2\x80\x99s demo"), NOW,
               &w);
    CHECK_STR(w.text, "the day before yesterday");
}

TEST(when, takes_any_bytes)
{
    static const char *const words[] = {
        "last ",    "week ",      "of ",    "the ",
        "before ",  "between ",   "and ",   "May ",
        "7 ",       "2023 ",      "9999 ",  "years ",
        "ago ",     "a ",         "few ",   "2023-05-07",
        " to ",     "since ",     "first ", "half ",
        "end ",     "yesterday ", "'s ",    "\xe2\x80\x93",
        "monday ",  "\xff",       "\xe2",   "\"",
        "0 ",       "mid-",       "as of ", "v2 ",
        "night ",   "couple of ", "31st ",  "q4 ",
        "weekend ", "summer ",    "after ", "9999-12-31T23:59:59Z ",
    };
    char text[512];
    uint32_t seed = 7;

    for (size_t i = 0; i < 20000; i++) {
        size_t n = 0;

        for (size_t k = 0; k < i % 14; k++) {
            const char *w;
            size_t len;

            seed = seed * 1103515245u + 12345u;
            w = words[(seed >> 16) % ARRAY_LEN(words)];
            len = strlen(w);
            memcpy(text + n, w, len);
            n += len;
        }
        fuzz_when((const uint8_t *)text, n);
    }
}
