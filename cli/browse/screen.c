/* screen.c - the terminal taken over and given back; see screen.h. */
#include "base/common.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/browse/caps.h"
#include "cli/browse/pen.h"
#include "cli/browse/screen.h"

#define OUT_MAX (4u << 20)
/* Between these a terminal that knows them shows nothing half drawn; others
 * pass over them. */
#define DRAW_BEGIN "\033[?2026h"
#define DRAW_END   "\033[?2026l"
#define PASTE_ON   "\033[?2004h"
#define PASTE_OFF  "\033[?2004l"

struct screen {
    struct caps caps;
    struct termios was;
    sigset_t signals_were;
    struct sigaction acts_were[16];
    int want_rows; /* 0: all */
    int rows;      /* that are ours */
    int cols;
    int at;     /* row of the cursor, of ours */
    bool ours;  /* taken over */
    bool whole; /* what is shown is not known */
    int shown_h;
    struct str shown[VIEW_ROWS]; /* allocated */
    struct buf out;
};

/* Signals come to handlers, which have no argument for what they serve: these
 * are the process's. */
static volatile sig_atomic_t caught[65];
static struct screen *volatile the_screen;

static const int kept[] = {SIGWINCH, SIGTERM, SIGHUP,  SIGINT,
                           SIGQUIT,  SIGTSTP, SIGCONT, SIGUSR1};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

static void on_signal(int sig)
{
    caught[sig] = 1;
}

static bool take_signal(int sig)
{
    bool was = caught[sig];

    caught[sig] = 0;
    return was;
}

/* --- giving back ----------------------------------------------------------------- */

static void write_z(const char *z)
{
    size_t n = strlen(z);

    while (n) {
        ssize_t done = write(STDOUT_FILENO, z, n);

        if (done < 0 && errno != EINTR)
            return;
        if (done > 0) {
            z += done;
            n -= (size_t)done;
        }
    }
}

/* What may be called in a handler: write and tcsetattr alone. Leaves rows that
 * are drawn where they are. */
static void give_back(struct screen *s)
{
    write_z("\033[0m" DRAW_END PASTE_OFF);
    write_z(s->caps.show);
    if (!s->want_rows)
        write_z(s->caps.leave);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &s->was);
}

static void on_crash(int sig)
{
    struct screen *s = the_screen;

    if (s && s->ours)
        give_back(s);
    signal(sig, SIG_DFL);
    raise(sig);
}

static void flush(struct screen *s)
{
    file_write_all(STDOUT_FILENO, s->out.data, s->out.len);
    buf_reset(&s->out);
}

/* The cursor to the first of our rows, in the first column. */
static void home(struct screen *s)
{
    buf_addc(&s->out, '\r');
    caps_up(&s->out, s->at);
    s->at = 0;
}

void screen_leave(struct screen *s)
{
    if (!s->ours)
        return;
    if (s->want_rows) {
        home(s);
        buf_addz(&s->out, s->caps.wipe_below);
        flush(s);
    }
    give_back(s);
    s->ours = false;
}

/* --- taking over ------------------------------------------------------------------ */

static void ask_size(struct screen *s)
{
    struct winsize ws = {0};

    s->cols = 80;
    s->rows = 24;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col && ws.ws_row) {
        s->cols = ws.ws_col;
        s->rows = ws.ws_row;
    }
    if (s->want_rows && s->want_rows < s->rows)
        s->rows = s->want_rows;
    if (s->cols > VIEW_COLUMNS)
        s->cols = VIEW_COLUMNS;
    if (s->rows > VIEW_ROWS)
        s->rows = VIEW_ROWS;
}

static void raw_mode(struct screen *s)
{
    struct termios raw = s->was;

    raw.c_iflag &= ~(tcflag_t)(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
    raw.c_cflag |= CS8;
    raw.c_lflag &= ~(tcflag_t)(ECHO | ICANON | IEXTEN | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

/* Room below the cursor: lines that are not there scroll in. */
static void make_room(struct screen *s)
{
    buf_addc(&s->out, '\r');
    for (int i = 1; i < s->rows; i++)
        buf_addc(&s->out, '\n');
    s->at = s->rows - 1;
    home(s);
}

void screen_forget(struct screen *s)
{
    s->whole = true;
}

void screen_enter(struct screen *s)
{
    if (s->ours)
        return;
    raw_mode(s);
    s->ours = true;
    ask_size(s);
    s->at = 0;
    buf_addz(&s->out, PASTE_ON);
    if (s->want_rows) {
        make_room(s);
    } else {
        buf_addz(&s->out, s->caps.enter);
        buf_addz(&s->out, s->caps.clear);
    }
    flush(s);
    screen_forget(s);
}

static void catch_signals(struct screen *s)
{
    struct sigaction act = {.sa_handler = on_signal};
    struct sigaction crash = {.sa_handler = on_crash, .sa_flags = SA_RESETHAND};
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
        sigaddset(&set, kept[i]);
        sigaction(kept[i], &act, &s->acts_were[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(crashes); i++)
        sigaction(crashes[i], &crash, NULL);
    /* They come in screen_wait alone, and never to another thread. */
    pthread_sigmask(SIG_BLOCK, &set, &s->signals_were);
}

void screen_signals_back(const struct screen *s)
{
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        sigaction(kept[i], &s->acts_were[i], NULL);
    pthread_sigmask(SIG_SETMASK, &s->signals_were, NULL);
}

int screen_open(struct screen **out, int want_rows, struct err *e)
{
    struct screen *s = calloc(1, sizeof(*s));
    int rc;

    if (!s)
        CM_BUG("out of memory");
    s->want_rows = want_rows;
    buf_init(&s->out, OUT_MAX);
    rc = caps_load(&s->caps, e);
    if (rc == 0 && tcgetattr(STDIN_FILENO, &s->was) < 0)
        rc = err_sys(e, CM_EIO, "ask the terminal for its mode");
    if (rc < 0) {
        buf_free(&s->out);
        free(s);
        return rc;
    }
    the_screen = s;
    catch_signals(s);
    screen_enter(s);
    *out = s;
    return 0;
}

static void forget_rows(struct screen *s)
{
    for (int i = 0; i < VIEW_ROWS; i++) {
        free((void *)(uintptr_t)s->shown[i].p);
        s->shown[i] = STR_NONE;
    }
    s->shown_h = 0;
}

void screen_close(struct screen *s)
{
    if (!s)
        return;
    screen_leave(s);
    the_screen = NULL;
    screen_signals_back(s);
    forget_rows(s);
    buf_free(&s->out);
    free(s);
}

/* --- drawing ---------------------------------------------------------------------- */

/* A narrower terminal breaks the rows that are on it: the first of ours is
 * further up than it was by so many. */
static int broken_rows(const struct screen *s, int cols)
{
    int more = 0;

    for (int i = 0; i < s->at && i < s->shown_h; i++) {
        int n = pen_columns(s->shown[i]);

        if (n > cols)
            more += (n - 1) / cols;
    }
    return more;
}

void screen_size(struct screen *s, int *w, int *h)
{
    int cols = s->cols, rows = s->rows;

    ask_size(s);
    if (s->cols != cols || s->rows != rows) {
        if (s->want_rows) {
            if (s->cols < cols)
                s->at += broken_rows(s, s->cols);
            home(s);
            buf_addz(&s->out, s->caps.wipe_below);
            make_room(s);
        } else {
            buf_addz(&s->out, s->caps.clear);
            s->at = 0;
        }
        screen_forget(s);
    }
    *w = s->cols;
    *h = s->rows;
}

static void to_row(struct screen *s, int row)
{
    buf_addc(&s->out, '\r');
    if (row < s->at)
        caps_up(&s->out, s->at - row);
    for (; s->at < row; s->at++)
        buf_addc(&s->out, '\n');
    s->at = row;
}

static bool keep(struct screen *s, int i, struct str row)
{
    char *copy;

    if (!s->whole && i < s->shown_h && str_eq(s->shown[i], row))
        return false;
    free((void *)(uintptr_t)s->shown[i].p);
    s->shown[i] = STR_NONE;
    if (row.n) {
        copy = malloc(row.n);
        if (!copy)
            CM_BUG("out of memory");
        memcpy(copy, row.p, row.n);
        s->shown[i] = (struct str){copy, row.n};
    }
    return true;
}

void screen_draw(struct screen *s, const struct frame *f)
{
    if (!s->ours)
        return;
    buf_addz(&s->out, DRAW_BEGIN);
    buf_addz(&s->out, s->caps.hide);
    for (int i = 0; i < f->h; i++) {
        struct str row = buf_str(&f->row[i]);

        if (!keep(s, i, row))
            continue;
        to_row(s, i);
        buf_adds(&s->out, row);
        /* Behind the last column a terminal would wipe that one. */
        if (pen_columns(row) < s->cols)
            buf_addz(&s->out, s->caps.wipe_line);
    }
    s->shown_h = f->h;
    s->whole = false;
    to_row(s, f->cursor_row);
    caps_right(&s->out, f->cursor_col);
    buf_addz(&s->out, s->caps.show);
    buf_addz(&s->out, DRAW_END);
    flush(s);
}

void screen_send(struct screen *s, const char *p, size_t n)
{
    buf_add(&s->out, p, n);
    flush(s);
}

/* --- waiting ---------------------------------------------------------------------- */

void screen_suspend(struct screen *s)
{
    screen_leave(s);
    screen_signals_back(s);
    signal(SIGTSTP, SIG_DFL);
    kill(0, SIGTSTP); /* all of the job: here is where it stops */
    catch_signals(s);
    take_signal(SIGTSTP);
    screen_enter(s);
}

static int ending_signal(void)
{
    static const int ends[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (caught[ends[i]])
            return ends[i];
    return 0;
}

int screen_signal(const struct screen *s)
{
    (void)s;
    return ending_signal();
}

unsigned screen_wait(struct screen *s, int fd, int timeout_ms)
{
    struct timespec ts = {timeout_ms / 1000, timeout_ms % 1000 * 1000000L};
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = fd, .events = POLLIN}};
    unsigned events = 0;
    int n = ppoll(fds, 2, timeout_ms < 0 ? NULL : &ts, &s->signals_were);

    if (n > 0 && fds[0].revents)
        events |= SCREEN_INPUT;
    if (n > 0 && fds[1].revents)
        events |= SCREEN_WAKE;
    if (n == 0)
        events |= SCREEN_TIME;
    if (take_signal(SIGWINCH))
        events |= SCREEN_RESIZE;
    if (take_signal(SIGCONT)) {
        /* Stopped by SIGSTOP: a shell may have set its own mode since. */
        raw_mode(s);
        screen_forget(s);
        events |= SCREEN_RESIZE;
    }
    if (take_signal(SIGTSTP))
        events |= SCREEN_STOP;
    if (ending_signal())
        events |= SCREEN_END;
    return events;
}
