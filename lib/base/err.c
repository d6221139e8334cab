/* err.c - see err.h. */
#include "base/common.h"

#include <errno.h>
#include <stdarg.h>

#include "base/err.h"

PRINTF_LIKE(3, 0)
static void put(struct err *e, int code, const char *fmt, va_list ap)
    PRINTF_LIKE(3, 0);
static void put(struct err *e, int code, const char *fmt, va_list ap)
{
    int n;

    e->code = code;
    n = vsnprintf(e->msg, sizeof(e->msg), fmt, ap);
    if (n >= (int)sizeof(e->msg))
        memcpy(e->msg + sizeof(e->msg) - 4, "...", 4);
}

static void append(struct err *e, const char *text)
{
    size_t used = strlen(e->msg), room = sizeof(e->msg) - used;

    if (snprintf(e->msg + used, room, ": %s", text) >= (int)room)
        memcpy(e->msg + sizeof(e->msg) - 4, "...", 4);
}

int err_set(struct err *e, int code, const char *fmt, ...)
{
    va_list ap;

    if (e) {
        va_start(ap, fmt);
        put(e, code, fmt, ap);
        va_end(ap);
    }
    return code;
}

int err_sys(struct err *e, int code, const char *fmt, ...)
{
    int saved = errno;
    va_list ap;

    if (e) {
        va_start(ap, fmt);
        put(e, code, fmt, ap);
        va_end(ap);
        append(e, strerror(saved));
    }
    return code;
}

int err_wrap(struct err *e, const char *fmt, ...)
{
    struct err old;
    va_list ap;

    if (!e)
        return CM_EIO;
    old = *e;
    va_start(ap, fmt);
    put(e, old.code, fmt, ap);
    va_end(ap);
    append(e, old.msg);
    return e->code;
}

const char *err_name(int code)
{
    static const char *const names[] = {
        "ok",   "usage", "not-found", "io",         "database", "format",
        "full", "time",  "network",   "permission", "version",  "again",
    };

    if (code > 0 || -code >= (int)ARRAY_LEN(names))
        return "error";
    return names[-code];
}
