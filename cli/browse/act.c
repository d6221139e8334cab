/* act.c - what is done with a row outside of the list; see act.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "cli/browse/act.h"
#include "cli/show_text.h"

#define COPY_WAIT_MS 2000

/* --- copying ---------------------------------------------------------------------- */

static void base64(struct buf *b, struct str s)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < s.n; i += 3) {
        size_t left = s.n - i;
        uint32_t v = 0;

        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (k < left ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            buf_addc(b, k > left ? '=' : digits[v >> (18 - 6 * k) & 63]);
    }
}

void act_osc52(struct buf *b, struct str text)
{
    buf_addz(b, "\033]52;c;");
    base64(b, str_cut(text, 0, COPY_BYTES));
    buf_addz(b, "\a");
}

/* The text as what it reads; an unnamed file, so that no pipe fills up. */
static bool copy_by(const char *const *argv, struct str text)
{
    struct child child = {
        .argv = argv, .in_fd = -1, .out_fd = -1, .timeout_ms = COPY_WAIT_MS};
    FILE *f = tmpfile();
    int rc = -1;

    if (!f)
        return false;
    child.in_fd = fileno(f);
    if (file_write_all(child.in_fd, text.p, text.n) == 0 &&
        lseek(child.in_fd, 0, SEEK_SET) == 0)
        rc = child_run(&child, NULL, NULL);
    fclose(f);
    return rc == 0;
}

const char *act_copy(struct screen *s, struct str text)
{
    static const struct {
        const char *where; /* set: this program is the one */
        const char *argv[5];
    } programs[] = {
        {"TMUX", {"tmux", "load-buffer", "-w", "-", NULL}},
        {"WAYLAND_DISPLAY", {"wl-copy", NULL}},
        {"DISPLAY", {"xclip", "-selection", "clipboard", NULL}},
    };
    struct buf b;

    for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
        const char *set = getenv(programs[i].where);

        if (set && set[0] && copy_by(programs[i].argv, text))
            return programs[i].argv[0];
    }
    buf_init(&b, 2 * COPY_BYTES);
    act_osc52(&b, text);
    screen_send(s, b.data, b.len);
    buf_free(&b);
    return "the terminal";
}

static void add_unmarked(struct buf *out, struct str title)
{
    for (size_t i = 0; i < title.n; i++)
        if (title.p[i] != SHOW_MARK)
            buf_addc(out, title.p[i]);
}

void act_text_of(const struct row *row, const struct json *item,
                 struct buf *out)
{
    struct str text = json_get_str(item, "text");

    if (row->what == ROW_SESSION)
        text = json_get_str(item, "uid");
    if (text.n)
        buf_adds(out, text);
    else if (row->path.n)
        buf_adds(out, row->path);
    else
        add_unmarked(out, row->title);
}

/* --- the editor -------------------------------------------------------------------- */

static bool is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool try_place(struct act_place *out, const char *root, struct str path,
                      int64_t line)
{
    if (path.n == 0)
        return false;
    if (path.p[0] == '/')
        snprintf(out->path, sizeof(out->path), "%.*s", STR_ARG(path));
    else
        snprintf(out->path, sizeof(out->path), "%s/%.*s", root, STR_ARG(path));
    out->line = line > 0 ? line : 1;
    return is_there(out->path);
}

static struct str cited_path(const struct json *cite, int64_t *line)
{
    const struct json *now = json_get(cite, "now");
    const struct json *at = json_get_str(now, "path").n ? now : cite;

    *line = json_get_int(at, "line", json_get_int(cite, "line", 1));
    return json_get_str(at, "path");
}

int act_place_of(const struct row *row, const struct json *item,
                 const char *root, struct act_place *out, struct err *e)
{
    const struct json *cites = json_path(item, "freshness.cites");
    struct str named = row->path;
    int64_t line;

    if (row->path.n && try_place(out, "", row->path, row->line))
        return 0;
    for (const struct json *c = json_first(cites); c; c = json_next(c)) {
        struct str path = cited_path(c, &line);

        if (try_place(out, root, path, line))
            return 0;
        named = named.n ? named : path;
    }
    for (int modified = 1; modified >= 0; modified--)
        for (const struct json *f = json_first(json_get(item, "files")); f;
             f = json_next(f)) {
            struct str path = json_get_str(f, "path");

            if (json_get_bool(f, "modified") != modified)
                continue;
            if (try_place(out, root, path, 1))
                return 0;
            named = named.n ? named : path;
        }
    if (named.n)
        return err_set(e, CM_ENOTFOUND, "%.*s is not here", STR_ARG(named));
    return err_set(e, CM_ENOTFOUND, "%.*s names no file", STR_ARG(row->id));
}

int act_edit(struct screen *s, const struct act_place *at, struct err *e)
{
    const char *editor = getenv("VISUAL");
    char line[32], command[PATHS_MAX];
    pid_t pid;
    int status = 0;

    if (!editor || !editor[0])
        editor = getenv("EDITOR");
    if (!editor || !editor[0])
        editor = "vi";
    snprintf(line, sizeof(line), "+%lld", (long long)at->line);
    /* As git does it: an editor may come with options of its own. */
    snprintf(command, sizeof(command), "%s \"$@\"", editor);
    screen_leave(s);
    pid = fork();
    if (pid == 0) {
        screen_signals_back(s);
        execl("/bin/sh", "sh", "-c", command, editor, line, at->path,
              (char *)NULL);
        _exit(127);
    }
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    screen_enter(s);
    if (pid < 0)
        return err_sys(e, CM_EIO, "start %s", editor);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 127)
        return err_set(e, CM_EIO, "%s could not be run", editor);
    return 0;
}

/* --- the session --------------------------------------------------------------------- */

int act_session_of(const struct json *session, struct act_session *out,
                   struct err *e)
{
    struct str parent = json_get_str(session, "parent");

    if (parent.n)
        return err_set(e, CM_EARG,
                       "that is a subagent's: resume %.*s, where it was begun",
                       STR_ARG(parent));
    snprintf(out->uid, sizeof(out->uid), "%.*s",
             STR_ARG(json_get_str(session, "uid")));
    snprintf(out->cwd, sizeof(out->cwd), "%.*s",
             STR_ARG(json_get_str(session, "cwd")));
    /* It becomes an argument; ids of the client never look like an option. */
    if (!out->uid[0] || out->uid[0] == '-')
        return err_set(e, CM_ENOTFOUND, "its session is not known");
    if (access(out->cwd, X_OK) != 0)
        return err_set(e, CM_ENOTFOUND, "its directory is not here: %s",
                       out->cwd);
    return 0;
}

int act_resume(struct screen *s, const char *claude,
               const struct act_session *at, struct err *e)
{
    const char *const argv[] = {claude, "--resume", at->uid, NULL};

    if (chdir(at->cwd) < 0)
        return err_sys(e, CM_EIO, "go to %s", at->cwd);
    screen_leave(s);
    screen_signals_back(s);
    execvp(claude, (char *const *)(uintptr_t)argv);
    return err_sys(e, CM_ENOTFOUND, "start %s --resume %s", claude, at->uid);
}
