/* log.c - see log.h. The state is one of the two places with globals. */
#include "base/common.h"

#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"

#define LOG_MAX_BYTES (4 * 1024 * 1024)

static int log_fd = -1;
static char log_path[4096];
static enum log_level log_limit = LOG_WARN;

static void open_file(void)
{
    log_fd = open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

void log_open(const char *path, enum log_level level)
{
    log_close();
    log_limit = level;
    if (path && strlen(path) < sizeof(log_path) - 4) {
        snprintf(log_path, sizeof(log_path), "%s", path);
        open_file();
    }
}

void log_close(void)
{
    if (log_fd >= 0)
        close(log_fd);
    log_fd = -1;
    log_path[0] = '\0';
}

enum log_level log_level_of(struct str name)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eqz(name, names[i]))
            return (enum log_level)i;
    return LOG_INFO;
}

static void rotate(void)
{
    struct stat st;
    char old[4100];

    if (!log_path[0] || fstat(log_fd, &st) < 0 || st.st_size < LOG_MAX_BYTES)
        return;
    snprintf(old, sizeof(old), "%s.1", log_path);
    if (rename(log_path, old) == 0) {
        close(log_fd);
        open_file();
    }
}

void log_at(enum log_level level, const char *fmt, ...)
{
    static const char *const names[] = {"error", "warn ", "info ", "debug"};
    char text[1024], when[32];
    struct buf line;
    va_list ap;

    if (level > log_limit)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    clock_iso(clock_now_ms(), when);
    buf_init(&line, 8192);
    buf_addf(&line, "%s %s ", when, names[level]);
    utf8_clean_line(&line, str_of(text));
    buf_addc(&line, '\n');
    if (log_fd >= 0)
        rotate();
    (void)!write(log_fd >= 0 ? log_fd : STDERR_FILENO, line.data, line.len);
    buf_free(&line);
}
