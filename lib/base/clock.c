/* clock.c - see clock.h. */
#include "base/common.h"

#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"

#define DAY_MS (24 * 3600 * INT64_C(1000))

static int64_t read_clock(clockid_t id, int64_t per_second)
{
    struct timespec ts;

#if defined(CMEM_CLOCK_SYSCALL) && defined(__LP64__)
    /* For processes that live a fraction of a millisecond: finding the vDSO
     * costs more page faults than it ever saves system calls. */
    syscall(SYS_clock_gettime, id, &ts);
#else
    clock_gettime(id, &ts);
#endif
    return ts.tv_sec * per_second + ts.tv_nsec / (1000000000 / per_second);
}

int64_t clock_now_ms(void)
{
    return read_clock(CLOCK_REALTIME, 1000);
}
int64_t clock_mono_ms(void)
{
    return read_clock(CLOCK_MONOTONIC, 1000);
}
int64_t clock_mono_us(void)
{
    return read_clock(CLOCK_MONOTONIC, 1000000);
}

/* Years 1 to 9999: other times are somebody's mistake, and have no place in
 * the fixed forms below. */
#define FIRST_MS INT64_C(-62135596800000)
#define LAST_MS  INT64_C(253402300799999)

static int64_t clamp(int64_t ms)
{
    return ms < FIRST_MS ? FIRST_MS : ms > LAST_MS ? LAST_MS : ms;
}

static time_t seconds_of(int64_t ms)
{
    ms = clamp(ms);
    return (time_t)(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
}

void clock_iso(int64_t ms, char out[32])
{
    time_t t = seconds_of(ms);
    struct tm tm;

    gmtime_r(&t, &tm);
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02u.%03uZ",
             (unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_mon + 1,
             (unsigned)tm.tm_mday, (unsigned)tm.tm_hour, (unsigned)tm.tm_min,
             (unsigned)tm.tm_sec,
             (unsigned)(clamp(ms) - (int64_t)t * 1000) % 1000);
}

void clock_local_date(int64_t ms, char out[16])
{
    time_t t = seconds_of(ms);
    struct tm tm;

    localtime_r(&t, &tm);
    strftime(out, 16, "%Y-%m-%d", &tm);
}

void clock_local_minute(int64_t ms, char out[20])
{
    time_t t = seconds_of(ms);
    struct tm tm;

    localtime_r(&t, &tm);
    strftime(out, 20, "%Y-%m-%d %H:%M", &tm);
}

static int64_t local_midnight(int64_t now, int days_back)
{
    time_t t = seconds_of(now);
    struct tm tm;

    localtime_r(&t, &tm);
    tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
    tm.tm_mday -= days_back;
    tm.tm_isdst = -1;
    return (int64_t)mktime(&tm) * 1000;
}

static int parse_age(struct str s, int64_t now, int64_t *ms)
{
    int64_t n, unit;

    if (s.n < 2 || str_int(str_cut(s, 0, s.n - 1), 0, 100000000, &n) < 0)
        return CM_EARG;
    switch (s.p[s.n - 1]) {
    case 's':
        unit = 1000;
        break;
    case 'm':
        unit = 60 * 1000;
        break;
    case 'h':
        unit = 3600 * 1000;
        break;
    case 'd':
        unit = DAY_MS;
        break;
    case 'w':
        unit = 7 * DAY_MS;
        break;
    default:
        return CM_EARG;
    }
    *ms = now - n * unit;
    return 0;
}

/* Exactly n digits at *p, which goes behind them. */
static bool take_digits(const char **p, int n, int *out)
{
    int v = 0;

    for (int i = 0; i < n; i++, (*p)++) {
        if (!is_digit(**p))
            return false;
        v = v * 10 + (**p - '0');
    }
    *out = v;
    return true;
}

static bool take_char(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

/* "T08:40", "T08:40:55", "T08:40:55.583123" and a zone behind: "Z", "+02:00",
 * "+0200" or nothing, which is local time. */
static bool take_time(const char **p, struct tm *tm, int64_t *frac_ms,
                      bool *zoned, int64_t *offset_ms)
{
    int64_t scale = 100;
    int h, m;
    char sign;

    if (!take_digits(p, 2, &tm->tm_hour) || !take_char(p, ':') ||
        !take_digits(p, 2, &tm->tm_min))
        return false;
    if (take_char(p, ':') && !take_digits(p, 2, &tm->tm_sec))
        return false;
    if (take_char(p, '.'))
        for (; is_digit(**p); (*p)++, scale /= 10)
            *frac_ms += (**p - '0') * scale;
    sign = **p;
    *zoned = take_char(p, 'Z');
    if (!*zoned && (sign == '+' || sign == '-')) {
        (*p)++;
        if (!take_digits(p, 2, &h))
            return false;
        take_char(p, ':');
        if (!take_digits(p, 2, &m) || h > 23 || m > 59)
            return false;
        *zoned = true;
        *offset_ms = (sign == '-' ? -1 : 1) * (h * 60 + m) * INT64_C(60000);
    }
    return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

static int parse_date(const char *p, int64_t *ms)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct tm tm = {.tm_isdst = -1};
    int64_t frac = 0, offset = 0;
    bool zoned = false;
    int y, mo, d;

    if (!take_digits(&p, 4, &y) || !take_char(&p, '-') ||
        !take_digits(&p, 2, &mo) || !take_char(&p, '-') ||
        !take_digits(&p, 2, &d))
        return CM_EARG;
    if (mo < 1 || mo > 12 || d < 1 || d > days[mo - 1] ||
        (mo == 2 && d == 29 && (y % 4 || (y % 100 == 0 && y % 400))))
        return CM_EARG;
    if ((take_char(&p, 'T') || take_char(&p, ' ')) &&
        !take_time(&p, &tm, &frac, &zoned, &offset))
        return CM_EARG;
    if (*p != '\0')
        return CM_EARG;
    tm.tm_year = y - 1900;
    tm.tm_mon = mo - 1;
    tm.tm_mday = d;
    *ms = (int64_t)(zoned ? timegm(&tm) : mktime(&tm)) * 1000 + frac - offset;
    return 0;
}

int clock_parse(struct str s, int64_t now, int64_t *ms)
{
    char z[40];

    if (str_eqz(s, "now")) {
        *ms = now;
        return 0;
    }
    if (str_eqz(s, "today") || str_eqz(s, "yesterday")) {
        *ms = local_midnight(now, s.p[0] == 'y');
        return 0;
    }
    if (s.n == 0 || s.n >= sizeof(z) || str_chr(s, '\0') >= 0)
        return CM_EARG;
    if (parse_age(s, now, ms) == 0)
        return 0;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return parse_date(z, ms);
}
