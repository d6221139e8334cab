/* claude.c - see claude.h. */
#include "base/common.h"

#include "base/arena.h"
#include "base/child.h"
#include "cli/claude.h"
#include "cli/hook_rows.h"

/* The program answers in 20 ms; a JavaScript one in half a second, and on a
 * busy machine in some. Taken for absent it would get the wrong hooks. */
#define VERSION_MS 15000

int client_version_of(struct str text)
{
    int64_t part[3] = {0};
    struct str rest = str_trim(text), word;

    for (size_t i = 0; i < rest.n; i++)
        if (!is_digit(rest.p[i]) && rest.p[i] != '.')
            rest = str_cut(rest, 0, i);
    for (int i = 0; i < 3; i++)
        if (!str_split(&rest, '.', &word) || str_int(word, 0, 9999, &part[i]))
            return 0;
    if (part[0] > 199)
        return 0;
    return CLIENT_VERSION((int)part[0], (int)part[1], (int)part[2]);
}

int claude_places(struct claude *cl, struct err *e)
{
    const char *dir = getenv("CLAUDE_CONFIG_DIR"), *home = getenv("HOME");
    int n;

    *cl = (struct claude){0};
    if (dir && dir[0] == '/')
        n = snprintf(cl->dir, sizeof(cl->dir), "%s", dir);
    else if (home && home[0] == '/')
        n = snprintf(cl->dir, sizeof(cl->dir), "%s/.claude", home);
    else
        return err_set(e, CM_EARG, "there is no home directory: set HOME");
    if (n >= (int)sizeof(cl->dir))
        return err_set(e, CM_EARG,
                       "the path of Claude Code's directory is too "
                       "long");
    while (n > 1 && cl->dir[n - 1] == '/')
        cl->dir[--n] = '\0';
    snprintf(cl->settings, sizeof(cl->settings), "%s/settings.json", cl->dir);
    snprintf(cl->link, sizeof(cl->link), "%s/skills/cmem", cl->dir);
    snprintf(cl->projects, sizeof(cl->projects), "%s/projects", cl->dir);
    /* Beside ~/.claude, but in a directory that was named. */
    snprintf(cl->state, sizeof(cl->state), "%s/.claude.json",
             dir && dir[0] == '/' ? cl->dir : home);
    return 0;
}

int claude_find(struct claude *cl, const struct config *config, struct err *e)
{
    struct arena a = {0};
    struct str bin = arena_str(&a, config_str(config, OPT_CLAUDE_BIN));
    const char *argv[] = {bin.n ? bin.p : "claude", "--version", NULL};
    /* Ours is not to be captured, should the client run hooks for this. */
    static const char *const set[] = {"CMEM_INTERNAL=1", NULL};
    struct child child = {.argv = argv,
                          .set = set,
                          .in_fd = -1,
                          .out_fd = -1,
                          .timeout_ms = VERSION_MS};
    struct buf out;
    int rc = claude_places(cl, e);

    buf_init(&out, 4096);
    if (rc == 0 && child_run(&child, &out, NULL) == 0) {
        struct str s = str_trim(buf_str(&out));
        ptrdiff_t blank = str_chr(s, ' ');

        cl->version = client_version_of(s);
        cl->found = cl->version > 0;
        if (cl->found)
            snprintf(cl->version_text, sizeof(cl->version_text), "%.*s",
                     blank < 0 ? (int)s.n : (int)blank, s.p);
    }
    buf_free(&out);
    arena_free(&a);
    return rc;
}
