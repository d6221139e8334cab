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

static time_t seconds_of(int64_t ms)
{
    return (time_t)(ms >= 0 ? ms / 1000 : (ms - 999) / 1000);
}

void clock_iso(int64_t ms, char out[32])
{
    time_t t = seconds_of(ms);
    struct tm tm;

    size_t n;

    gmtime_r(&t, &tm);
    n = strftime(out, 24, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(out + n, 32 - n, ".%03uZ", (unsigned)(ms - (int64_t)t * 1000) % 1000);
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
    case 's': unit = 1000; break;
    case 'm': unit = 60 * 1000; break;
    case 'h': unit = 3600 * 1000; break;
    case 'd': unit = DAY_MS; break;
    case 'w': unit = 7 * DAY_MS; break;
    default: return CM_EARG;
    }
    *ms = now - n * unit;
    return 0;
}

static int parse_date(const char *z, int64_t *ms)
{
    int y, mo, d, h = 0, mi = 0, sec = 0, used = 0;
    struct tm tm = {.tm_isdst = -1};
    const char *p;
    int64_t frac = 0, offset = 0;
    bool zoned = false;

    if (sscanf(z, "%4d-%2d-%2d%n", &y, &mo, &d, &used) != 3 || used != 10)
        return CM_EARG;
    if (mo < 1 || mo > 12 || d < 1 || d > 31)
        return CM_EARG;
    p = z + used;
    if (*p == 'T' || *p == ' ') {
        if (sscanf(p + 1, "%2d:%2d%n", &h, &mi, &used) != 2)
            return CM_EARG;
        p += 1 + used;
        if (*p == ':' && sscanf(p + 1, "%2d%n", &sec, &used) == 1)
            p += 1 + used;
        if (*p == '.') {
            int64_t scale = 100;

            for (p++; is_digit(*p); p++, scale /= 10)
                frac += (*p - '0') * scale;
        }
        if (*p == 'Z') {
            zoned = true;
            p++;
        } else if (*p == '+' || *p == '-') {
            int oh = 0, om = 0;
            int sign = *p == '-' ? -1 : 1;

            if (sscanf(p + 1, "%2d:%2d%n", &oh, &om, &used) != 2)
                return CM_EARG;
            p += 1 + used;
            offset = sign * (oh * 60 + om) * INT64_C(60000);
            zoned = true;
        }
    }
    if (*p != '\0' || h > 24 || mi > 59 || sec > 60)
        return CM_EARG;
    tm.tm_year = y - 1900;
    tm.tm_mon = mo - 1;
    tm.tm_mday = d;
    tm.tm_hour = h;
    tm.tm_min = mi;
    tm.tm_sec = sec;
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
    if (s.n == 0 || s.n >= sizeof(z))
        return CM_EARG;
    if (parse_age(s, now, ms) == 0)
        return 0;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    return parse_date(z, ms);
}
