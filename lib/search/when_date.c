/* when_date.c - see when_date.h. */
#include "base/common.h"

#include "search/when_date.h"

#define DAY_MS    INT64_C(86400000)
#define HOUR_MS   INT64_C(3600000)
#define MINUTE_MS INT64_C(60000)
/* Expressions within expressions: "the end of the week before May 7". */
#define DEPTH_MAX 3

typedef size_t (*rule)(const struct when_text *x, size_t i,
                       const struct when_lead *lead, struct when_span *out);

bool when_light(const struct when_text *x, size_t j)
{
    return j >= x->n || (j > 0 && x->t[j - 1].ends) || x->t[j].w != W_OTHER;
}

/* Local midnight, `days` from today. */
static int64_t day_from_now(const struct when_text *x, int days)
{
    return when_day(x->now.tm_year + 1900, x->now.tm_mon + 1,
                    x->now.tm_mday + days);
}

/* now and n units, on the local clock. */
static int64_t shifted(const struct when_text *x, int64_t from_ms, int unit,
                       int n)
{
    time_t t = (time_t)(from_ms / 1000);
    struct tm tm;

    if (unit == UNIT_MINUTE || unit == UNIT_HOUR)
        return from_ms + n * (unit == UNIT_HOUR ? HOUR_MS : MINUTE_MS);
    (void)x;
    localtime_r(&t, &tm);
    if (unit == UNIT_DAY || unit == UNIT_WEEK)
        tm.tm_mday += unit == UNIT_WEEK ? 7 * n : n;
    else
        tm.tm_mon += unit == UNIT_YEAR    ? 12 * n
                     : unit == UNIT_MONTH ? n
                                          : 3 * n;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000;
}

/* Midnight of the day that ms is in, and `days` on. */
static int64_t midnight(const struct when_text *x, int64_t ms, int days)
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;

    (void)x;
    localtime_r(&t, &tm);
    return when_day(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday + days);
}

static int weekday_of(int64_t ms)
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;

    localtime_r(&t, &tm);
    return tm.tm_wday;
}

/* Weeks begin on Monday. */
static int64_t monday_of(const struct when_text *x, int64_t ms)
{
    return midnight(x, ms, -((weekday_of(ms) + 6) % 7));
}

static void set(struct when_span *out, int64_t from, int64_t until, int rank)
{
    *out = (struct when_span){.from_ms = from, .until_ms = until, .rank = rank};
}

static bool is_year(const struct when_text *x, size_t i)
{
    return when_at(x, i) == W_NUMBER && x->t[i].s.n == 4 && x->t[i].v >= 1970 &&
           x->t[i].v <= 2100;
}

static bool is_day_number(const struct when_text *x, size_t i)
{
    enum when_word w = when_at(x, i);

    return (w == W_NUMBER && x->t[i].s.n <= 2 && is_digit(x->t[i].s.p[0]) &&
            x->t[i].v <= 31) ||
           (w == W_ORDINAL && is_digit(x->t[i].s.p[0]));
}

/* A day or, with day 0, a month; without a year the newest that has begun. */
static void set_date(const struct when_text *x, int year, int month, int day,
                     struct when_span *out)
{
    int y = year ? year : x->now.tm_year + 1900;
    int rank = year && day ? 4 : year ? 3 : 2;

    if (!year && when_day(y, month, day ? day : 1) > x->now_ms)
        y--;
    set(out, when_day(y, month, day ? day : 1),
        day ? when_day(y, month, day + 1) : when_day(y, month + 1, 1), rank);
    out->year = year;
}

/* "May" alone is a month only behind a preposition, and where nothing makes
 * it a part of something else. */
static bool is_month_alone(const struct when_text *x, size_t i,
                           enum when_word by)
{
    const struct when_token *t = &x->t[i];
    bool light = when_light(x, i + 1);

    if (by == W_OTHER || by == W_ON || by == W_AT)
        return false;
    if (!t->is_unsure)
        return true;
    if (by == W_OF || by == W_BY)
        return t->is_capital && light;
    return t->is_capital || light;
}

/* 7 May 2023, May 7th, the 7th of May, May 2023, in May. */
static size_t rule_month(const struct when_text *x, size_t i,
                         const struct when_lead *lead, struct when_span *out)
{
    size_t at = i, month;
    int day = 0, said = 0;

    if (when_at(x, at) == W_THE && is_day_number(x, at + 1))
        at++;
    if (is_day_number(x, at)) {
        day = x->t[at++].v;
        at += when_at(x, at) == W_OF;
    }
    month = at;
    if (when_at(x, at) != W_MONTH)
        return 0;
    at++;
    if (!day && is_day_number(x, at))
        day = x->t[at++].v;
    if (when_at(x, at) == W_OF && is_year(x, at + 1))
        at++;
    if (is_year(x, at)) {
        said = x->t[at++].v;
    } else if (day) { /* "3 may fail", "may 2 of them" */
        if (x->t[month].is_unsure && !x->t[month].is_capital &&
            lead->by == W_OTHER)
            return 0;
    } else if (!is_month_alone(x, i, lead->by)) {
        return 0;
    }
    /* 2024 stands for any year: it has a 29th of February. */
    if (!when_is_day(said ? said : 2024, x->t[month].v, day ? day : 1))
        return 0;
    set_date(x, said ? said : lead->year, x->t[month].v, day, out);
    out->year = said;
    return at - i;
}

static size_t rule_iso(const struct when_text *x, size_t i,
                       const struct when_lead *lead, struct when_span *out)
{
    (void)lead;
    if (when_at(x, i) != W_DATE)
        return 0;
    set(out, x->t[i].from_ms, x->t[i].until_ms, 4);
    return 1;
}

/* What a number of four digits may count. */
static bool counts_things(const struct when_text *x, size_t j)
{
    static const char *const things[] = {
        "lines",    "files",   "bytes",    "ms",     "tests",   "rows",
        "tokens",   "users",   "requests", "errors", "items",   "records",
        "entries",  "words",   "seconds",  "steps",  "commits", "messages",
        "memories", "points",  "percent",  "times",  "pages",   "calls",
        "samples",  "queries", "events",   "nodes",  "people",  "iterations",
    };

    for (size_t i = 0; i < ARRAY_LEN(things); i++)
        if (when_is(x, j, things[i]))
            return true;
    return when_at(x, j) == W_UNIT;
}

static size_t rule_year(const struct when_text *x, size_t i,
                        const struct when_lead *lead, struct when_span *out)
{
    size_t at = i;
    bool said = false;

    if (when_at(x, at) == W_THE && when_at(x, at + 1) == W_UNIT)
        at++;
    if (when_at(x, at) == W_UNIT && x->t[at].v == UNIT_YEAR) {
        said = true;
        at++;
    }
    if (!is_year(x, at))
        return 0;
    if (!said) {
        if (lead->by == W_OTHER || lead->by == W_ON || lead->by == W_AT ||
            counts_things(x, at + 1))
            return 0;
        if ((lead->by != W_IN || !when_is(x, i - 1, "in")) &&
            lead->by != W_SINCE && lead->by != W_DURING &&
            !when_light(x, at + 1))
            return 0;
    }
    set(out, when_day(x->t[at].v, 1, 1), when_day(x->t[at].v + 1, 1, 1), 3);
    out->year = x->t[at].v;
    return at + 1 - i;
}

/* The season that begins with this month, of a year or the newest begun. */
static void set_season(const struct when_text *x, int month, int year,
                       struct when_span *out)
{
    int y = year ? year : x->now.tm_year + 1900;

    if (!year && when_day(y, month, 1) > x->now_ms)
        y--;
    set(out, when_day(y, month, 1), when_day(y, month + 3, 1), year ? 3 : 2);
    out->year = year;
}

static size_t rule_season(const struct when_text *x, size_t i,
                          const struct when_lead *lead, struct when_span *out)
{
    size_t at = i + (when_at(x, i) == W_THE);
    bool the = at > i;
    int year = lead->year, month;

    if (when_at(x, at) != W_SEASON)
        return 0;
    month = x->t[at].v;
    if (is_year(x, at + 1))
        year = x->t[++at].v;
    else if (when_at(x, at + 1) == W_OF && is_year(x, at + 2))
        year = x->t[at += 2].v;
    else if (lead->by != W_IN && lead->by != W_DURING && lead->by != W_SINCE)
        return 0;
    else if (!when_light(x, at + 1) ||
             (x->t[at].is_unsure && !the && x->t[at].is_capital))
        return 0;
    set_season(x, month, year, out);
    return at + 1 - i;
}

/* Q3, Q3 2026, the third quarter of 2026. */
static size_t rule_quarter(const struct when_text *x, size_t i,
                           const struct when_lead *lead, struct when_span *out)
{
    size_t at = i + (when_at(x, i) == W_THE);
    int q, y = lead->year, now = x->now.tm_year + 1900;

    if (when_at(x, at) == W_QUARTER)
        q = x->t[at++].v;
    else if (when_at(x, at) == W_ORDINAL && x->t[at].v <= 4 &&
             when_at(x, at + 1) == W_UNIT && x->t[at + 1].v == UNIT_QUARTER)
        q = x->t[(at += 2) - 2].v;
    else
        return 0;
    if (when_at(x, at) == W_OF && is_year(x, at + 1))
        at++;
    if (is_year(x, at))
        y = x->t[at++].v;
    else if (lead->by == W_OTHER)
        return 0;
    set(out, 0, 0, y ? 3 : 2);
    out->year = y;
    if (!y)
        y = when_day(now, 3 * q - 2, 1) > x->now_ms ? now - 1 : now;
    out->from_ms = when_day(y, 3 * q - 2, 1);
    out->until_ms = when_day(y, 3 * q + 1, 1);
    return at - i;
}

/* Morning, afternoon, evening, night of the day that begins at `day`. */
static void set_part(struct when_span *out, int part, int64_t day)
{
    static const int hours[][2] = {{4, 12}, {12, 18}, {17, 24}, {18, 30}};

    out->from_ms = day + hours[part][0] * HOUR_MS;
    out->until_ms = day + hours[part][1] * HOUR_MS;
}

/* today, yesterday morning, this morning, last night */
static size_t rule_today(const struct when_text *x, size_t i,
                         const struct when_lead *lead, struct when_span *out)
{
    int back;

    (void)lead;
    if ((when_at(x, i) == W_THIS || when_at(x, i) == W_LAST) &&
        when_at(x, i + 1) == W_DAYPART) {
        back = when_at(x, i) == W_LAST;
        set(out, 0, 0, 1);
        set_part(out, x->t[i + 1].v, day_from_now(x, -back));
        return 2;
    }
    if (when_at(x, i) != W_TODAY)
        return 0;
    back = x->t[i].v;
    set(out, day_from_now(x, -back), day_from_now(x, 1 - back), 1);
    if (when_at(x, i + 1) != W_DAYPART)
        return 1;
    set_part(out, x->t[i + 1].v, out->from_ms);
    return 2;
}

/* Saturday and Sunday of the week that begins `monday`. */
static void set_weekend(const struct when_text *x, int64_t monday,
                        struct when_span *out)
{
    set(out, midnight(x, monday, 5), midnight(x, monday, 7), 1);
}

/* The newest of this weekday that is not after `ms`. */
static int64_t weekday_until(const struct when_text *x, int64_t ms, int day)
{
    return midnight(x, ms, -((weekday_of(ms) - day + 7) % 7));
}

static bool is_full_unit(const struct when_token *t)
{
    return t->v >= UNIT_DAY;
}

/* The unit that now is in, `back` of them ago. */
static bool calendar_unit(const struct when_text *x, int unit, int back,
                          struct when_span *out)
{
    int y = x->now.tm_year + 1900, m = x->now.tm_mon + 1;
    int64_t week = monday_of(x, x->now_ms);

    switch (unit) {
    case UNIT_DAY:
        set(out, day_from_now(x, -back), day_from_now(x, 1 - back), 1);
        return true;
    case UNIT_WEEK:
        set(out, midnight(x, week, -7 * back), midnight(x, week, 7 - 7 * back),
            1);
        return true;
    case UNIT_MONTH:
        set(out, when_day(y, m - back, 1), when_day(y, m - back + 1, 1), 1);
        return true;
    case UNIT_QUARTER:
        m = (m - 1) / 3 * 3 + 1 - 3 * back;
        set(out, when_day(y, m, 1), when_day(y, m + 3, 1), 1);
        return true;
    case UNIT_YEAR:
        set(out, when_day(y - back, 1, 1), when_day(y - back + 1, 1, 1), 1);
        return true;
    default:
        return false;
    }
}

/* The last N units up to now. */
static void rolling(const struct when_text *x, int unit, int n,
                    struct when_span *out)
{
    int64_t from = shifted(x, x->now_ms, unit, -n);

    if (unit < UNIT_DAY)
        set(out, from, x->now_ms + 1, 1);
    else
        set(out, midnight(x, from, 0), day_from_now(x, 1), 1);
}

/* "couple of", "few" and digits; *n tokens. */
static int count_at(const struct when_text *x, size_t i, size_t *n)
{
    *n = 0;
    if (when_at(x, i) == W_A && when_at(x, i + 1) == W_NUMBER)
        *n = 1; /* a few, a couple */
    if (when_at(x, i + *n) != W_NUMBER)
        return 0;
    ++*n;
    if (when_is(x, i + *n - 1, "couple") && when_at(x, i + *n) == W_OF)
        ++*n;
    return x->t[i + *n - 1].w == W_OF ? 2 : x->t[i + *n - 1].v;
}

/* What follows "last" or "this" and is no unit. */
static size_t named_after_last(const struct when_text *x, size_t at, bool last,
                               struct when_span *out)
{
    const struct when_token *t = &x->t[at];
    int64_t week = monday_of(x, x->now_ms);
    int y = x->now.tm_year + 1900;

    if (t->is_unsure && !when_light(x, at + 1))
        return 0;
    if (t->w == W_WEEKEND) {
        set_weekend(x, midnight(x, week, last ? -7 : 0), out);
        /* On a Saturday "this weekend" has begun; before, and for "last",
         * the one that is over. */
    } else if (t->w == W_WEEKDAY) {
        int64_t day = last ? weekday_until(x, day_from_now(x, -1), t->v)
                           : midnight(x, week, (t->v + 6) % 7);

        set(out, day, midnight(x, day, 1), 1);
    } else if (t->w == W_MONTH) {
        int back = last && t->v >= x->now.tm_mon + 1;

        set(out, when_day(y - back, t->v, 1), when_day(y - back, t->v + 1, 1),
            1);
    } else if (t->w == W_SEASON) {
        set_season(x, t->v, last ? 0 : y, out);
        if (last && out->until_ms > x->now_ms)
            set_season(x, t->v, y - 1 - (out->from_ms < when_day(y, 1, 1)),
                       out);
        out->rank = 1;
        out->year = 0;
    } else {
        return 0;
    }
    return 1;
}

/* last week, the past three days, this month, last summer, this weekend */
static size_t rule_last(const struct when_text *x, size_t i,
                        const struct when_lead *lead, struct when_span *out)
{
    size_t at = i + (when_at(x, i) == W_THE), n, k;
    bool last = when_at(x, at) == W_LAST, part;
    int count;

    (void)lead;
    if (!last && when_at(x, at) != W_THIS)
        return 0;
    at++;
    count = last ? count_at(x, at, &n) : 0;
    if (count && when_at(x, at + n) == W_UNIT) {
        rolling(x, x->t[at + n].v, count, out);
        return at + n + 1 - i;
    }
    if (when_at(x, at) == W_UNIT) {
        bool past = last && x->t[at - 1].v == 1;

        if (when_at(x, at + 1) == W_OF || x->t[at].v == UNIT_MINUTE ||
            x->t[at].s.p[x->t[at].s.n - 1] == 's')
            return 0;
        if (past || (last && x->t[at].v == UNIT_HOUR))
            rolling(x, x->t[at].v, 1, out);
        else if (!is_full_unit(&x->t[at]) ||
                 (x->t[at].v == UNIT_DAY && at > i + 1) ||
                 !calendar_unit(x, x->t[at].v, last, out))
            return 0;
        return at + 1 - i;
    }
    k = at < x->n ? named_after_last(x, at, last, out) : 0;
    part = k && when_at(x, at) == W_WEEKDAY && when_at(x, at + 1) == W_DAYPART;
    if (part)
        set_part(out, x->t[at + 1].v, out->from_ms);
    return k ? at + k + part - i : 0;
}

/* two months ago, a week ago, over a year ago */
static size_t rule_ago(const struct when_text *x, size_t i,
                       const struct when_lead *lead, struct when_span *out)
{
    static const int64_t slack[] = {
        [UNIT_MINUTE] = 5 * MINUTE_MS,
        [UNIT_HOUR] = HOUR_MS,
        [UNIT_DAY] = 0,
        [UNIT_WEEK] = 4 * DAY_MS,
        [UNIT_MONTH] = 16 * DAY_MS,
        [UNIT_QUARTER] = 46 * DAY_MS,
        [UNIT_YEAR] = 183 * DAY_MS,
    };
    size_t n = 1;
    int count = count_at(x, i, &n), unit;
    int64_t mid, around;

    (void)lead;
    if (!count) {
        n = 1;
        if (when_at(x, i) != W_A)
            return 0;
        count = 1;
    }
    if (when_at(x, i + n) != W_UNIT ||
        (when_at(x, i + n + 1) != W_AGO && !when_is(x, i + n + 1, "back")))
        return 0;
    unit = x->t[i + n].v;
    mid = shifted(x, x->now_ms, unit, -count);
    around = slack[unit];
    if (x->t[i + n - 1].is_unsure || x->t[i + n - 1].w == W_OF)
        around += slack[unit] + (unit == UNIT_DAY ? DAY_MS : 0);
    if (unit < UNIT_DAY)
        set(out, mid - around, mid + around, 1);
    else
        set(out, midnight(x, mid - around, 0), midnight(x, mid + around, 1), 1);
    /* What is told may have been told in these words. */
    if (i > 0 && (when_is(x, i - 1, "over") || when_is(x, i - 1, "than"))) {
        out->until_ms = midnight(x, mid, 1);
        out->from_ms = 0;
    }
    return n + 2;
}

/* on Monday, Friday's, since Tuesday evening, the weekend, on the 5th */
static size_t rule_weekday(const struct when_text *x, size_t i,
                           const struct when_lead *lead, struct when_span *out)
{
    size_t at = i + (when_at(x, i) == W_THE), n = 0;
    const struct when_token *t = at < x->n ? &x->t[at] : NULL;
    struct when_lead none = {.depth = lead->depth + 1};

    if (t && at > i && lead->by == W_ON && t->w == W_ORDINAL &&
        is_digit(t->s.p[0]) && when_light(x, at + 1)) {
        int64_t day = when_day(x->now.tm_year + 1900, x->now.tm_mon + 1, t->v);

        if (day > x->now_ms)
            day = when_day(x->now.tm_year + 1900, x->now.tm_mon, t->v);
        set(out, day, midnight(x, day, 1), 1);
        return 2;
    }
    if (t && at > i && t->w == W_WEEKEND && when_light(x, at + 1) &&
        (lead->by == W_IN || lead->by == W_ON || lead->by == W_SINCE ||
         lead->by == W_DURING || lead->by == W_AT)) {
        int64_t week = monday_of(x, x->now_ms);
        bool now = x->now.tm_wday == 0 || x->now.tm_wday == 6;

        set_weekend(x, midnight(x, week, now ? 0 : -7), out);
        return 2;
    }
    if (!t || t->w != W_WEEKDAY || at > i)
        return 0;
    if (lead->depth < DEPTH_MAX) /* Monday, May 5th */
        n = rule_month(x, at + 1, &none, out);
    if (n)
        return 1 + n;
    if (lead->by == W_OTHER && !t->has_s &&
        (t->is_unsure || !when_light(x, at + 1)))
        return 0;
    if (t->is_unsure && !when_light(x, at + 1))
        return 0;
    out->from_ms = weekday_until(x, x->now_ms, t->v);
    set(out, out->from_ms, midnight(x, out->from_ms, 1), 1);
    if (when_at(x, at + 1) == W_DAYPART) {
        set_part(out, x->t[at + 1].v, out->from_ms);
        return 2;
    }
    return 1;
}

/* What "the end of", "early" and "the first half of" leave of a period. */
static void narrow(const struct when_text *x, struct when_span *s, int from,
                   int to, int of)
{
    int64_t len = s->until_ms - s->from_ms, begin = s->from_ms;

    s->from_ms = midnight(x, begin + len / of * from + HOUR_MS, 0);
    if (to < of)
        s->until_ms = midnight(x, begin + len / of * to + HOUR_MS, 0);
}

/* early March, the end of 2026, the second week of November, the week of May
 * 7, the first half of September, the evening of 7 July */
static size_t rule_part(const struct when_text *x, size_t i,
                        const struct when_lead *lead, struct when_span *out)
{
    struct when_lead inner = {W_OF, lead->year, lead->depth + 1};
    size_t at = i + (when_at(x, i) == W_THE), n;
    enum when_word w = when_at(x, at), next = when_at(x, at + 1);
    bool of_unit = next == W_UNIT && (w == W_ORDINAL || w == W_LAST);
    bool half = next == W_HALF && w == W_ORDINAL;
    bool whole = w == W_DAYPART || (w == W_UNIT && x->t[at].v == UNIT_WEEK) ||
                 w == W_WEEKEND;
    size_t head = of_unit || half ? 2 : 1;

    if (lead->depth >= DEPTH_MAX ||
        (w != W_PART && !of_unit && !half && !whole))
        return 0;
    if (when_at(x, at + head) == W_OF)
        head++;
    else if (w != W_PART || x->t[at].is_unsure)
        return 0;
    n = when_span_at(x, at + head, &inner, out);
    if (!n)
        return 0;
    if (whole) {
        if (w != W_DAYPART) {
            int64_t week = monday_of(x, out->from_ms);

            out->from_ms = w == W_UNIT ? week : midnight(x, week, 5);
            out->until_ms = midnight(x, week, 7);
        }
    } else if (of_unit && x->t[at + 1].v == UNIT_WEEK) {
        int k = w == W_LAST ? 0 : x->t[at].v - 1;

        if (w == W_LAST)
            out->from_ms = midnight(x, out->until_ms, -7);
        else
            out->from_ms = midnight(x, out->from_ms, 7 * k);
        out->until_ms = midnight(x, out->from_ms, 7);
    } else if (of_unit) {
        return 0;
    } else if (out->until_ms - out->from_ms < 5 * DAY_MS) {
        return 0;
    } else if (half) {
        narrow(x, out, x->t[at].v > 1, x->t[at].v > 1 ? 2 : 1, 2);
    } else {
        narrow(x, out, x->t[at].v - 1, x->t[at].v, 3);
    }
    return at + head + n - i;
}

/* the week before May 7, two weeks after the 3rd of June, the Sunday before
 * 2026-10-25 */
static size_t rule_beside(const struct when_text *x, size_t i,
                          const struct when_lead *lead, struct when_span *out)
{
    struct when_lead inner = {W_BEFORE, lead->year, lead->depth + 1};
    size_t at = i + (when_at(x, i) == W_THE), n, k;
    int count, unit, sign;
    enum when_word w;
    int64_t d;

    if (lead->depth >= DEPTH_MAX)
        return 0;
    at += when_at(x, at) == W_LAST || when_at(x, at) == W_A;
    count = count_at(x, at, &n);
    at += count ? n : 0;
    w = when_at(x, at);
    if (w != W_UNIT && (count || (w != W_WEEKDAY && w != W_WEEKEND)))
        return 0;
    sign = when_at(x, at + 1) == W_BEFORE ? -1 : 1;
    if (sign > 0 && when_at(x, at + 1) != W_AFTER)
        return 0;
    k = when_span_at(x, at + 2, &inner, out);
    if (!k || out->until_ms - out->from_ms > DAY_MS + 2 * HOUR_MS)
        return 0;
    unit = w == W_UNIT ? x->t[at].v : UNIT_WEEK;
    d = out->from_ms;
    if (w == W_WEEKDAY) {
        d = sign < 0 ? weekday_until(x, midnight(x, d, -1), x->t[at].v)
                     : weekday_until(x, midnight(x, d, 7), x->t[at].v);
        out->from_ms = d;
        out->until_ms = midnight(x, d, 1);
    } else if (w == W_WEEKEND) {
        d = monday_of(x, midnight(x, d, sign < 0 ? -5 : 2));
        out->from_ms = midnight(x, d, 5);
        out->until_ms = midnight(x, d, 7);
    } else if (count > 0) { /* a day, with some slack for longer units */
        int slack = unit == UNIT_DAY ? 0 : unit == UNIT_WEEK ? 3 : 15;

        d = shifted(x, d, unit, sign * count);
        out->from_ms = midnight(x, d, -slack);
        out->until_ms = midnight(x, d, slack + 1);
    } else {
        int64_t other = shifted(x, sign < 0 ? d : out->until_ms, unit, sign);

        out->from_ms = sign < 0 ? other : out->until_ms;
        out->until_ms = sign < 0 ? d : other;
    }
    return at + 2 + k - i;
}

size_t when_span_at(const struct when_text *x, size_t i,
                    const struct when_lead *lead, struct when_span *out)
{
    static const rule rules[] = {
        rule_iso,    rule_beside, rule_part,    rule_month,
        rule_today,  rule_last,   rule_ago,     rule_quarter,
        rule_season, rule_year,   rule_weekday,
    };

    for (size_t k = 0; k < ARRAY_LEN(rules) && i < x->n; k++) {
        struct when_span s = {0};
        size_t n = rules[k](x, i, lead, &s);

        if (n && s.from_ms < s.until_ms) {
            *out = s;
            return n;
        }
    }
    return 0;
}
