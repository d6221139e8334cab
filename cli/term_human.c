/* term_human.c - times, sizes, counts and durations as people say them. */
#include "base/common.h"

#include "cli/term.h"

#define MINUTE_MS 60000LL
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

/* Days of the local calendar since some day long ago. */
static int64_t local_day(const struct tm *tm)
{
    /* Days before each month of a year that begins in March: leap days come
     * last. */
    static const int before[12] = {306, 337, 0,   31,  61,  92,
                                   122, 153, 184, 214, 245, 275};
    int64_t y = tm->tm_year + 1900 - (tm->tm_mon < 2);

    return y * 365 + y / 4 - y / 100 + y / 400 + before[tm->tm_mon] +
           tm->tm_mday;
}

static void calendar(struct term *t, int64_t ms)
{
    time_t then = (time_t)(ms / 1000), now = (time_t)(t->now_ms / 1000);
    struct tm a, b;
    char text[40];
    int64_t days;

    if (!localtime_r(&then, &a) || !localtime_r(&now, &b)) {
        term_printf(t, "?");
        return;
    }
    days = local_day(&b) - local_day(&a);
    if (days == 0)
        strftime(text, sizeof(text), "today %H:%M", &a);
    else if (days == 1)
        strftime(text, sizeof(text), "yesterday %H:%M", &a);
    else if (days > 1 && days < 7)
        strftime(text, sizeof(text), "%a %H:%M", &a);
    else if (a.tm_year == b.tm_year)
        strftime(text, sizeof(text), "%e %b", &a);
    else
        strftime(text, sizeof(text), "%e %b %Y", &a);
    term_printf(t, "%s", text[0] == ' ' ? text + 1 : text);
}

void term_ago(struct term *t, int64_t ms)
{
    int64_t age = t->now_ms - ms;

    if (ms <= 0)
        term_printf(t, "never");
    else if (age < -MINUTE_MS)
        calendar(t, ms);
    else if (age < MINUTE_MS)
        term_printf(t, "just now");
    else if (age < HOUR_MS)
        term_printf(t, "%lld min ago", (long long)(age / MINUTE_MS));
    else if (age < 12 * HOUR_MS)
        term_printf(t, "%lld h ago", (long long)(age / HOUR_MS));
    else
        calendar(t, ms);
}

void term_bytes(struct term *t, int64_t bytes)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB"};
    double v = (double)bytes / 1024;
    size_t u = 0;

    if (bytes < 1024) {
        term_printf(t, "%lld B", (long long)bytes);
        return;
    }
    while (v >= 1000 && u + 1 < ARRAY_LEN(units)) {
        v /= 1024;
        u++;
    }
    term_printf(t, "%.*f %s", v < 10 ? 1 : 0, v, units[u]);
}

void term_count(struct term *t, int64_t n)
{
    char digits[24], text[32];
    size_t len, out = 0;

    snprintf(digits, sizeof(digits), "%lld", (long long)n);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        text[out++] = digits[i];
        if (is_digit(digits[i]) && i + 1 < len && (len - 1 - i) % 3 == 0)
            text[out++] = ',';
    }
    text[out] = '\0';
    term_printf(t, "%s", text);
}

void term_duration(struct term *t, int64_t ms)
{
    int64_t s = ms / 1000;

    if (ms < 1000)
        term_printf(t, "%lld ms", (long long)ms);
    else if (ms < 60000)
        term_printf(t, "%.1f s", (double)ms / 1000);
    else if (s < 3600)
        term_printf(t, "%lld min %lld s", (long long)(s / 60),
                    (long long)(s % 60));
    else if (s < 86400)
        term_printf(t, "%lld h %lld min", (long long)(s / 3600),
                    (long long)(s / 60 % 60));
    else
        term_printf(t, "%lld d %lld h", (long long)(s / 86400),
                    (long long)(s / 3600 % 24));
}
