/* code_git.c - see code_git.h. */
#include "base/common.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "ops/code_git.h"

#define GIT_MS    15000
#define OUT_BYTES (64u << 20)
/* Of a name of a commit. */
#define REV_BYTES 256
#define UNTRACKED_MAX 2000
/* Texts of one question, and of one file: what the parser takes. */
#define TEXT_BYTES (4u << 20)

#define ARGS_MAX 32

/* Runs git in root with these arguments (NULL ends them). */
static int git(struct op_env *env, struct str root, const char *const *args,
               int in_fd, struct str *out, struct err *e)
{
    static const char *const quiet[] = {"GIT_OPTIONAL_LOCKS=0",
                                        "GIT_TERMINAL_PROMPT=0",
                                        "GIT_EXTERNAL_DIFF=",
                                        "GIT_DIFF_OPTS=",
                                        "GIT_PAGER=cat",
                                        "LC_ALL=C", NULL};
    const char *argv[ARGS_MAX] = {"git", "-C", arena_str(env->a, root).p,
                                  "-c", "core.fsmonitor=false",
                                  "-c", "core.quotePath=true"};
    struct child c = {.argv = argv, .set = quiet, .in_fd = in_fd,
                      .out_fd = -1, .timeout_ms = GIT_MS,
                      .dies_with_us = true};
    size_t n = 7;
    struct buf b;
    int rc;

    while (*args && n < ARGS_MAX - 1)
        argv[n++] = *args++;
    argv[n] = NULL;
    buf_init(&b, OUT_BYTES);
    rc = child_run(&c, &b, e);
    if (rc >= 0 && buf_is_full(&b))
        rc = err_set(e, CM_EFULL, "git %s said more than %u MB", argv[7],
                     OUT_BYTES >> 20);
    if (rc == 0)
        *out = arena_str(env->a, buf_str(&b));
    buf_free(&b);
    return rc;
}

/* The commit's own name; *name lives in the arena. */
static int commit_of(struct op_env *env, struct str root, struct str rev,
                     struct str *name, struct err *e)
{
    struct str spec = arena_fmt(env->a, "%.*s^{commit}", STR_ARG(rev)), out;
    const char *const args[] = {"rev-parse", "--verify", "--quiet", spec.p,
                                NULL};
    const char *const there[] = {"rev-parse", "--git-dir", NULL};
    int rc;

    if (rev.n == 0 || rev.n > REV_BYTES || rev.p[0] == '-' ||
        memchr(rev.p, '\0', rev.n))
        return err_set(e, CM_EARG, "%.*s is no name of a commit",
                       STR_ARG(str_cut(rev, 0, 64)));
    rc = git(env, root, args, -1, &out, e);
    if (rc == 0)
        *name = arena_str(env->a, str_trim(out));
    if (rc <= 0)
        return rc;
    if (git(env, root, there, -1, &out, e) != 0)
        return err_set(e, CM_ENOTFOUND,
                       "%.*s is in no git repository: name a symbol instead",
                       STR_ARG(root));
    return err_set(e, CM_ENOTFOUND, "%.*s has no commit %.*s", STR_ARG(root),
                   STR_ARG(rev));
}

/* Files that git does not know, behind those of the difference. */
static int add_untracked(struct op_env *env, struct str root, struct diff *d,
                         size_t *n, struct err *e)
{
    const char *const args[] = {"ls-files", "--others", "--exclude-standard",
                                "-z", NULL};
    struct diff_file *all;
    struct str rest, path;
    int rc = git(env, root, args, -1, &rest, e);

    *n = 0;
    if (rc != 0)
        return rc < 0 ? rc : 0;
    all = arena_array(env->a, d->n + UNTRACKED_MAX, sizeof(all[0]));
    if (d->n)
        memcpy(all, d->files, d->n * sizeof(all[0]));
    while (*n < UNTRACKED_MAX && str_split(&rest, '\0', &path))
        if (path.n)
            all[d->n + (*n)++] =
                (struct diff_file){.what = DIFF_ADDED, .path = path};
    d->files = all;
    d->n += *n;
    return 0;
}

int code_git_diff(struct op_env *env, struct str root, struct str rev,
                  struct diff *out, size_t *untracked, struct err *e)
{
    struct str name, text;
    int rc = commit_of(env, root, rev, &name, e);
    const char *const args[] = {
        "diff",         "--no-color",       "--no-ext-diff",
        "--no-textconv", "-U0",             "--inter-hunk-context=0",
        "--src-prefix=a/", "--dst-prefix=b/", "--find-renames",
        "--relative",   "--submodule=short", "--ignore-submodules=all",
        "-p",           name.p,             "--",
        NULL};

    if (rc < 0)
        return rc;
    rc = git(env, root, args, -1, &text, e);
    if (rc > 0)
        rc = err_set(e, CM_EIO, "git diff ended with %d", rc);
    if (rc < 0)
        return rc;
    diff_read(text, env->a, out);
    return add_untracked(env, root, out, untracked, e);
}

/* "<name> blob <size>\n<text>\n", or "... missing\n" */
static struct str next_text(struct str *rest)
{
    struct str line, text;
    int64_t size;
    ptrdiff_t at;

    if (!str_line(rest, &line))
        return STR_NONE;
    at = str_rchr(line, ' ');
    if (at < 0 || str_int(str_cut(line, (size_t)at + 1, line.n), 0, INT32_MAX,
                          &size) < 0 ||
        (size_t)size >= rest->n)
        return STR_NONE;
    text = str_cut(*rest, 0, (size_t)size);
    *rest = str_cut(*rest, (size_t)size + 1, rest->n);
    if (size > TEXT_BYTES || str_find(line, STR(" blob ")) < 0)
        return STR_NONE;
    return text.p ? text : STR("");
}

int code_git_texts(struct op_env *env, struct str root, struct str rev,
                   const struct str *paths, size_t n, struct str *texts,
                   struct err *e)
{
    static const char *const args[] = {"cat-file", "--batch", NULL};
    struct str name, out;
    struct buf ask;
    int fd = -1, rc = commit_of(env, root, rev, &name, e);

    buf_init(&ask, OUT_BYTES);
    /* A name with a line break in it cannot be asked for. */
    for (size_t i = 0; i < n && rc == 0; i++)
        if (memchr(paths[i].p, '\n', paths[i].n))
            buf_addz(&ask, "-\n");
        else
            buf_addf(&ask, "%.*s:./%.*s\n", STR_ARG(name), STR_ARG(paths[i]));
    if (rc == 0 && n) {
        fd = memfd_create("cmem", MFD_CLOEXEC);
        if (fd < 0 || file_write_all(fd, ask.data, ask.len) < 0 ||
            lseek(fd, 0, SEEK_SET) != 0)
            rc = err_sys(e, CM_EIO, "ask git for %zu files", n);
    }
    if (rc == 0 && n)
        rc = git(env, root, args, fd, &out, e);
    if (rc > 0)
        rc = err_set(e, CM_EIO, "git cat-file ended with %d", rc);
    for (size_t i = 0; i < n && rc == 0; i++)
        texts[i] = next_text(&out);
    if (fd >= 0)
        close(fd);
    buf_free(&ask);
    return rc;
}
