/* caps.c - the terminfo database asked; see caps.h. The one place with its
 * header, whose macros have everyday names. */
#include "base/common.h"

#include <unistd.h>

#include <term.h>

#include "cli/browse/caps.h"

/* Pauses such as $<5/> were for terminals that were slower than the line. */
static void add_plain(struct buf *b, const char *z)
{
    while (z && *z) {
        if (z[0] == '$' && z[1] == '<' && strchr(z, '>'))
            z = strchr(z, '>') + 1;
        else
            buf_addc(b, *z++);
    }
}

static const char *ask(const char *name)
{
    char copy[16];
    char *z;

    snprintf(copy, sizeof(copy), "%s", name);
    z = tigetstr(copy);
    return z == (char *)(intptr_t)-1 ? NULL : z;
}

static void get(char out[CAP_BYTES], const char *name)
{
    struct buf b;

    buf_init(&b, CAP_BYTES - 1);
    add_plain(&b, ask(name));
    snprintf(out, CAP_BYTES, "%s", buf_is_full(&b) ? "" : b.data);
    buf_free(&b);
}

static void move(struct buf *b, const char *name, int n)
{
    if (n > 0)
        add_plain(b, tparm(ask(name), (long)n, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L));
}

void caps_up(struct buf *b, int n)
{
    move(b, "cuu", n);
}

void caps_right(struct buf *b, int n)
{
    move(b, "cuf", n);
}

int caps_load(struct caps *c, struct err *e)
{
    const char *name = getenv("TERM");
    int found = 0;

    *c = (struct caps){0};
    if (!name || !name[0])
        name = "(not set)";
    if (strcmp(name, "dumb") != 0 &&
        setupterm(NULL, STDOUT_FILENO, &found) != 0)
        return err_set(e, CM_EARG,
                       "nothing is known of the terminal TERM=%.64s: "
                       "TERM=xterm-256color may do, cmem search WORDS does "
                       "without",
                       name);
    if (strcmp(name, "dumb") == 0 || !ask("cuu") || !ask("cuf") || !ask("el") ||
        !ask("ed"))
        return err_set(e, CM_EARG,
                       "the terminal (TERM=%.64s) cannot move its cursor, "
                       "which browsing needs; cmem search WORDS does without",
                       name);
    get(c->enter, "smcup");
    get(c->leave, "rmcup");
    get(c->clear, "clear");
    get(c->hide, "civis");
    get(c->show, "cnorm");
    get(c->wipe_line, "el");
    get(c->wipe_below, "ed");
    return 0;
}
