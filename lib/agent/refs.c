/* refs.c - see refs.h. */
#include "base/common.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/refs.h"

/* The end of a reflog that is read: some 400 entries. */
#define LOG_BYTES (64u * 1024u)
/* A repository with more packed refs than this fills has none for us. */
#define PACKED_BYTES (4u << 20)
#define SMALL_BYTES  (256u * 1024u)
/* Without a reflog: what happened so shortly ago happened where the branch
 * stands now. */
#define RECENT_MS (10 * 60 * INT64_C(1000))

/* The last `max` bytes of a regular file; empty when there is none. */
static struct str read_end(const char *path, size_t max, struct arena *a)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct str text = STR_NONE;
    struct stat st;
    off_t from = 0;
    char *to;
    size_t n;

    if (fd < 0)
        return text;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        if ((size_t)st.st_size > max)
            from = st.st_size - (off_t)max;
        n = (size_t)(st.st_size - from);
        to = arena_alloc(a, n + 1);
        while (text.n < n) {
            ssize_t got =
                pread(fd, to + text.n, n - text.n, from + (off_t)text.n);

            if (got <= 0)
                break;
            text.n += (size_t)got;
        }
        text.p = to;
    }
    close(fd);
    return text;
}

/* A name that leads out of its directory is no ref's. */
static bool is_safe(struct str name)
{
    return name.n && name.n < 512 && name.p[0] != '/' && name.p[0] != '.' &&
           str_find(name, STR("..")) < 0 && str_chr(name, '\0') < 0;
}

static bool path_of(char out[PATH_MAX], struct str dir, const char *prefix,
                    struct str name)
{
    int n = snprintf(out, PATH_MAX, "%.*s/%s%.*s", STR_ARG(dir), prefix,
                     STR_ARG(name));

    return n > 0 && n < PATH_MAX;
}

static bool is_commit(struct str s)
{
    if (s.n != 40 && s.n != 64)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
            return false;
    return true;
}

struct str refs_dir(const struct project *p)
{
    if (p->nkeys == 0 || !str_starts(p->keys[0], STR("dir:")))
        return STR_NONE;
    return str_cut(p->keys[0], 4, p->keys[0].n);
}

/* "1234... refs/heads/x" of packed-refs. */
static struct str packed(struct str dir, const char *prefix, struct str name,
                         struct arena *a)
{
    char path[PATH_MAX];
    struct str rest, line, hash;

    if (!path_of(path, dir, "packed-refs", STR_NONE))
        return STR_NONE;
    rest = read_end(path, PACKED_BYTES, a);
    while (str_line(&rest, &line)) {
        ptrdiff_t blank = str_chr(line, ' ');

        if (blank <= 0 || line.p[0] == '#' || line.p[0] == '^')
            continue;
        hash = str_cut(line, 0, (size_t)blank);
        line = str_trim(str_cut(line, (size_t)blank + 1, line.n));
        if (str_starts(line, str_of(prefix)) &&
            str_eq(str_cut(line, strlen(prefix), line.n), name) &&
            is_commit(hash))
            return hash;
    }
    return STR_NONE;
}

struct str refs_commit(struct str dir, const char *prefix, struct str name,
                       struct arena *a)
{
    char path[PATH_MAX];
    struct str s;

    if (dir.n == 0 || !is_safe(name) || !path_of(path, dir, prefix, name))
        return STR_NONE;
    s = str_trim(read_end(path, 4096, a));
    return is_commit(s) ? s : packed(dir, prefix, name, a);
}

static bool exists(struct str dir, struct str branch, struct arena *a)
{
    return refs_commit(dir, "refs/heads/", branch, a).n ||
           refs_commit(dir, "refs/remotes/origin/", branch, a).n;
}

struct str refs_default(struct str dir, struct arena *a)
{
    static const char *const usual[] = {"main", "master"};
    struct str ref = STR("ref: refs/remotes/origin/"), s;
    char path[PATH_MAX];

    if (dir.n == 0 || !path_of(path, dir, "refs/remotes/origin/HEAD", STR_NONE))
        return STR_NONE;
    s = str_trim(read_end(path, 4096, a));
    if (str_starts(s, ref) && is_safe(str_cut(s, ref.n, s.n)))
        return str_cut(s, ref.n, s.n);
    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (exists(dir, str_of(usual[i]), a))
            return str_of(usual[i]);
    return STR_NONE;
}

/* "OLD NEW Name <mail> 1700000000 +0100\tmessage" */
static bool log_line(struct str line, struct str *old, struct str *new_one,
                     int64_t *time_ms)
{
    ptrdiff_t blank = str_chr(line, ' '), mail;
    struct str rest;
    size_t n = 0;

    if (blank <= 0)
        return false;
    *old = str_cut(line, 0, (size_t)blank);
    rest = str_cut(line, (size_t)blank + 1, line.n);
    *new_one = str_cut(rest, 0, old->n);
    if (!is_commit(*old) || !is_commit(*new_one))
        return false;
    mail = str_chr(rest, '\t');
    rest = str_cut(rest, 0, mail < 0 ? rest.n : (size_t)mail);
    mail = str_rchr(rest, '>');
    if (mail < 0)
        return false;
    rest = str_trim(str_cut(rest, (size_t)mail + 1, rest.n));
    while (n < rest.n && is_digit(rest.p[n]))
        n++;
    if (str_int(str_cut(rest, 0, n), 0, INT64_C(1) << 40, time_ms) < 0)
        return false;
    *time_ms *= 1000;
    return true;
}

struct str refs_commit_at(struct str dir, struct str branch, int64_t time_ms,
                          int64_t now_ms, struct arena *a, bool *is_fresh)
{
    struct str rest, line, old, now, found = STR_NONE;
    char path[PATH_MAX];
    bool any = false;
    int64_t at;

    *is_fresh = false;
    if (dir.n == 0 || !is_safe(branch) ||
        !path_of(path, dir, "logs/refs/heads/", branch))
        return STR_NONE;
    rest = read_end(path, LOG_BYTES, a);
    while (str_line(&rest, &line)) {
        if (!log_line(line, &old, &now, &at))
            continue;
        any = true;
        /* The log counts seconds: one that began has begun. */
        if (at > time_ms)
            break;
        found = now;
        *is_fresh = strspn(old.p, "0") >= old.n;
    }
    if (found.n || any)
        return found;
    if (now_ms - time_ms > RECENT_MS)
        return STR_NONE;
    *is_fresh = true; /* without a log nothing tells */
    return refs_commit(dir, "refs/heads/", branch, a);
}

/* branch.NAME.remote is set: it was pushed, or came from there. */
static bool has_upstream(struct str dir, struct str branch, struct arena *a)
{
    struct str rest, line, head;
    char path[PATH_MAX];
    bool inside = false;

    if (!path_of(path, dir, "config", STR_NONE))
        return false;
    head = arena_fmt(a, "[branch \"%.*s\"]", STR_ARG(branch));
    rest = read_end(path, SMALL_BYTES, a);
    while (str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n && line.p[0] == '[')
            inside = str_eq(line, head);
        else if (inside && str_starts(line, STR("remote")) &&
                 str_find(line, STR("origin")) >= 0)
            return true;
    }
    return false;
}

bool refs_is_gone(struct str dir, struct str branch, struct arena *a)
{
    bool here = refs_commit(dir, "refs/heads/", branch, a).n > 0;
    bool there = refs_commit(dir, "refs/remotes/origin/", branch, a).n > 0;

    if (here || there)
        return here && !there && has_upstream(dir, branch, a);
    return true;
}

struct str refs_born(struct str cwd, struct str branch, int64_t time_ms,
                     int64_t now_ms, struct arena *a)
{
    struct project p;
    struct str dir, commit, trunk;
    bool fresh;

    if (branch.n == 0 || branch.p[0] == '(' || cwd.n == 0 || cwd.p[0] != '/')
        return STR_NONE;
    project_find(arena_str(a, cwd).p, a, &p);
    dir = refs_dir(&p);
    trunk = refs_default(dir, a);
    if (trunk.n == 0 || str_eq(trunk, branch))
        return STR_NONE;
    commit = refs_commit_at(dir, branch, time_ms, now_ms, a, &fresh);
    return commit.n && fresh ? arena_fmt(a, "~%.*s", STR_ARG(commit)) : commit;
}
