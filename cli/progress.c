/* progress.c - see progress.h. */
#include "base/common.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/progress.h"

#define REDRAW_MS 100
#define LINE_MS   5000
#define BAR       24

void progress_begin(struct progress *p, bool wanted, const char *what)
{
    struct winsize ws = {0};

    *p = (struct progress){.wanted = wanted, .what = what, .width = 80};
    p->is_tty = isatty(STDERR_FILENO);
    if (p->is_tty && ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col)
        p->width = ws.ws_col;
    /* What ends soon needs no line in a log. */
    if (!p->is_tty)
        p->drawn_ms = clock_mono_ms();
}

static void put_bar(struct buf *b, int64_t done, int64_t total)
{
    int filled = done >= total ? BAR : (int)(done * BAR / total);

    buf_addc(b, '[');
    for (int i = 0; i < BAR; i++)
        buf_addc(b, i < filled ? '#' : '.');
    buf_addz(b, "] ");
}

void progress_show(struct progress *p, int64_t done, int64_t total,
                   struct str item)
{
    int64_t now = clock_mono_ms();
    struct buf line, clean;
    size_t columns;

    if (!p->wanted || (p->drawn_ms && now - p->drawn_ms <
                                          (p->is_tty ? REDRAW_MS : LINE_MS)))
        return;
    p->drawn_ms = now;
    buf_init(&line, 1024);
    buf_init(&clean, 1024);
    buf_addf(&line, "%s ", p->what);
    if (p->is_tty && total > 0)
        put_bar(&line, done, total);
    buf_addf(&line, "%lld", (long long)done);
    if (total > 0)
        buf_addf(&line, "/%lld", (long long)total);
    /* One column stays free: a full line would wrap. */
    columns = line.len + 2 < (size_t)p->width ? (size_t)p->width - line.len - 2
                                              : 0;
    utf8_clean_line(&clean, utf8_cut(item, columns));
    fprintf(stderr, p->is_tty ? "\r\033[K%s%s%s" : "%s%s%s\n", line.data,
            clean.len ? " " : "", clean.data);
    fflush(stderr);
    buf_free(&line);
    buf_free(&clean);
}

void progress_end(struct progress *p)
{
    if (p->wanted && p->is_tty && p->drawn_ms)
        fprintf(stderr, "\r\033[K");
}
