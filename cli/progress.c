/* progress.c - see progress.h. */
#include "base/common.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/progress.h"

#define REDRAW_MS 100
#define BAR       24

void progress_begin(struct progress *p, bool wanted, const char *what)
{
    struct winsize ws = {0};

    *p = (struct progress){.what = what, .width = 80};
    p->on = wanted && isatty(STDERR_FILENO);
    if (p->on && ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col)
        p->width = ws.ws_col;
}

void progress_show(struct progress *p, int64_t done, int64_t total,
                   const char *item)
{
    char bar[BAR + 1], head[160];
    int64_t now = clock_mono_ms();
    int filled = total > 0 ? (int)(done * BAR / total) : 0;
    struct buf b;
    int left;

    if (!p->on || (p->drawn_ms && now - p->drawn_ms < REDRAW_MS))
        return;
    p->drawn_ms = now;
    for (int i = 0; i < BAR; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR] = '\0';
    if (total > 0)
        snprintf(head, sizeof(head), "%s [%s] %lld/%lld ", p->what, bar,
                 (long long)done, (long long)total);
    else
        snprintf(head, sizeof(head), "%s: %lld ", p->what, (long long)done);
    left = p->width - 1 - (int)strlen(head);
    buf_init(&b, 4096);
    utf8_clean_line(&b, str_of(item));
    fprintf(stderr, "\r\033[K%s%.*s", head,
            left > 0 ? (int)utf8_cut(buf_str(&b), (size_t)left).n : 0, b.data);
    fflush(stderr);
    buf_free(&b);
}

void progress_end(struct progress *p)
{
    if (p->on && p->drawn_ms)
        fprintf(stderr, "\r\033[K");
}
