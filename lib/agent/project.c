/* project.c - see project.h. */
#include "base/common.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/project.h"

/* HEAD, commondir and .git files are one line; a config that is larger than
 * this is not a config. */
#define LINE_MAX_BYTES   (PATH_MAX + 16)
#define CONFIG_MAX_BYTES (256u * 1024u)
/* Directories looked at from the inside outwards. */
#define LEVELS_MAX 64

/* A regular file's first bytes, trimmed; empty when there is none. Anything
 * that is not a regular file (a pipe would hang us) counts as absent. */
static struct str read_small(const char *path, size_t max, struct arena *a)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    struct str text = STR_NONE;
    char *to;
    size_t n;

    if (fd < 0)
        return text;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        n = (size_t)st.st_size < max ? (size_t)st.st_size : max;
        to = arena_alloc(a, n + 1);
        while (text.n < n) {
            ssize_t got = read(fd, to + text.n, n - text.n);

            if (got <= 0)
                break;
            text.n += (size_t)got;
        }
        text.p = to;
    }
    close(fd);
    return str_trim(text);
}

static bool join(char out[PATH_MAX], const char *dir, struct str name)
{
    int n = snprintf(out, PATH_MAX, "%s/%.*s", dir, STR_ARG(name));

    return n > 0 && n < PATH_MAX;
}

static struct str read_in(const char *dir, const char *name, size_t max,
                          struct arena *a)
{
    char path[PATH_MAX];

    if (!join(path, dir, str_of(name)))
        return STR_NONE;
    return read_small(path, max, a);
}

static bool is_dir(const char *dir, const char *name)
{
    char path[PATH_MAX];
    struct stat st;

    return join(path, dir, str_of(name)) && stat(path, &st) == 0 &&
           S_ISDIR(st.st_mode);
}

/* `to` as written in a file of directory `from`, resolved. */
static bool resolve(const char *from, struct str to, char out[PATH_MAX])
{
    char path[PATH_MAX];
    int n;

    if (to.n == 0 || to.n >= PATH_MAX || str_chr(to, '\0') >= 0)
        return false;
    if (to.p[0] == '/')
        n = snprintf(path, sizeof(path), "%.*s", STR_ARG(to));
    else
        n = snprintf(path, sizeof(path), "%s/%.*s", from, STR_ARG(to));
    return n > 0 && n < PATH_MAX && realpath(path, out) != NULL;
}

struct git {
    char top[PATH_MAX];    /* working tree, or the bare repository */
    char dir[PATH_MAX];    /* this tree's own: HEAD */
    char common[PATH_MAX]; /* shared by worktrees: objects, config */
    struct str head;
    bool linked; /* a worktree beside the main one */
    bool bare;
};

/* Is `dir` a git directory? Then its HEAD and common directory are known. */
static bool read_git_dir(const char *dir, struct git *g, struct arena *a)
{
    struct str common;

    g->head = read_in(dir, "HEAD", LINE_MAX_BYTES, a);
    if (g->head.n == 0)
        return false;
    common = read_in(dir, "commondir", LINE_MAX_BYTES, a);
    g->linked = common.n > 0;
    if (!realpath(dir, g->dir) ||
        !resolve(g->dir, common.n ? common : STR("."), g->common))
        return false;
    return is_dir(g->common, "objects") && is_dir(g->common, "refs");
}

/* The repository whose top is `top`, if there is one. */
static bool open_git(const char *top, struct git *g, struct arena *a)
{
    char path[PATH_MAX], dir[PATH_MAX];
    struct stat st;
    struct str line;

    g->bare = false;
    if (join(path, top, STR(".git")) && stat(path, &st) == 0) {
        if (S_ISDIR(st.st_mode) && read_git_dir(path, g, a))
            return true;
        if (S_ISREG(st.st_mode)) {
            line = read_small(path, LINE_MAX_BYTES, a);
            if (str_starts(line, STR("gitdir:")) &&
                resolve(top, str_trim(str_cut(line, 7, line.n)), dir) &&
                read_git_dir(dir, g, a))
                return true;
        }
    }
    g->bare = true;
    return is_dir(top, "objects") && is_dir(top, "refs") &&
           read_git_dir(top, g, a);
}

static bool find_git(const char *dir, struct git *g, struct arena *a)
{
    char *slash;

    snprintf(g->top, sizeof(g->top), "%s", dir);
    for (int i = 0; i < LEVELS_MAX; i++) {
        if (open_git(g->top, g, a))
            return true;
        slash = strrchr(g->top, '/');
        if (!slash || slash == g->top)
            return false; /* the root is nobody's project */
        *slash = '\0';
    }
    return false;
}

/* A name for people. A linked worktree is called as the main one is. */
static struct str name_of(const struct git *g)
{
    struct str common = str_of(g->common);
    struct str base = str_base(common);

    if (!g->linked && !g->bare)
        return str_base(str_of(g->top));
    /* "/x/name/.git" and "/x/name/.bare": the directory around it. */
    if (base.n && base.p[0] == '.')
        return str_base(str_cut(common, 0, common.n - base.n - 1));
    if (str_ends(base, STR(".git")) && base.n > 4)
        base.n -= 4;
    return base;
}

static struct str branch_of(struct str head, struct arena *a)
{
    struct str ref;

    if (str_starts(head, STR("ref:"))) {
        ref = str_trim(str_cut(head, 4, head.n));
        if (str_starts(ref, STR("refs/heads/")))
            ref = str_cut(ref, 11, ref.n);
        /* Git's reftable format leaves this in HEAD for older readers. */
        if (str_eqz(ref, ".invalid"))
            return STR_NONE;
        return arena_str(a, ref);
    }
    for (size_t i = 0; i < head.n; i++)
        if (!is_digit(head.p[i]) && (head.p[i] < 'a' || head.p[i] > 'f'))
            return STR_NONE;
    if (head.n < 40)
        return STR_NONE;
    return arena_fmt(a, "(%.7s)", head.p);
}

/* [remote "name"] of a config line; false for every other section. */
static bool remote_section(struct str line, struct str *name)
{
    ptrdiff_t open = str_chr(line, '"'), close = str_rchr(line, '"');

    if (open < 0 || close <= open ||
        !str_ieq(str_trim(str_cut(line, 1, (size_t)open)), STR("remote")))
        return false;
    *name = str_cut(line, (size_t)open + 1, (size_t)close);
    return true;
}

/* The value behind "url =", without quotes and trailing comment. */
static struct str url_value(struct str line)
{
    ptrdiff_t eq = str_chr(line, '=');
    struct str v;

    if (eq < 0 || !str_ieq(str_trim(str_cut(line, 0, (size_t)eq)), STR("url")))
        return STR_NONE;
    v = str_trim(str_cut(line, (size_t)eq + 1, line.n));
    if (v.n > 1 && v.p[0] == '"') {
        ptrdiff_t end = str_chr(str_cut(v, 1, v.n), '"');

        return end < 0 ? STR_NONE : str_cut(v, 1, 1 + (size_t)end);
    }
    for (size_t i = 1; i < v.n; i++)
        if ((v.p[i] == '#' || v.p[i] == ';') && is_space(v.p[i - 1]))
            return str_trim(str_cut(v, 0, i));
    return v;
}

/* The remote "origin" that is an identity, else the first one that is. */
static struct str find_remote(const char *common, struct arena *a)
{
    struct str rest = read_in(common, "config", CONFIG_MAX_BYTES, a);
    struct str line, name = STR_NONE, first = STR_NONE, url;
    bool inside = false;

    while (str_line(&rest, &line)) {
        line = str_trim(line);
        if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
            continue;
        if (line.p[0] == '[') {
            inside = remote_section(line, &name);
            continue;
        }
        if (!inside)
            continue;
        url = url_value(line);
        if (url.n == 0)
            continue;
        url = project_remote(url, a);
        if (url.n && str_eqz(name, "origin"))
            return url;
        if (first.n == 0)
            first = url;
    }
    return first;
}

/* Cuts "/.worktrees/x..." and "/.claude/worktrees/x..." off a path. */
static struct str without_worktree(struct str dir)
{
    ptrdiff_t at = str_find(dir, STR("/.claude/worktrees/"));

    if (at <= 0)
        at = str_find(dir, STR("/.worktrees/"));
    return at > 0 ? str_cut(dir, 0, (size_t)at) : dir;
}

static void by_path(struct str dir, struct arena *a, struct project *out)
{
    while (dir.n > 1 && dir.p[dir.n - 1] == '/')
        dir.n--;
    out->root = arena_str(a, dir);
    out->name = str_base(out->root);
    if (out->name.n == 0)
        out->name = out->root;
    out->keys[0] = arena_fmt(a, "path:%.*s", STR_ARG(dir));
    out->nkeys = 1;
}

static void by_git(const struct git *g, struct arena *a, struct project *out)
{
    struct str remote = find_remote(g->common, a);

    out->name = arena_str(a, name_of(g));
    out->root = arena_strz(a, g->top);
    out->branch = branch_of(g->head, a);
    out->keys[0] = arena_fmt(a, "dir:%s", g->common);
    out->nkeys = 1;
    if (remote.n) {
        out->keys[1] = arena_fmt(a, "remote:%.*s", STR_ARG(remote));
        out->nkeys = 2;
    }
}

void project_find(const char *dir, struct arena *a, struct project *out)
{
    char real[PATH_MAX];
    struct str cut;
    struct git g;

    *out = (struct project){0};
    if (!realpath(dir, real)) {
        /* Not here (any more). A worktree that was removed still belongs to
         * the repository it hung on. */
        cut = without_worktree(str_of(dir));
        if (cut.n == str_of(dir).n || !realpath(arena_str(a, cut).p, real)) {
            by_path(cut, a, out);
            return;
        }
    }
    if (find_git(real, &g, a))
        by_git(&g, a, out);
    else
        by_path(str_of(real), a, out);
}

/* The index begins with "DIRC", its version and the number of its entries, four
 * bytes each in network order (gitformat-index). */
int64_t project_tracked(const char *top, struct arena *a)
{
    unsigned char head[12];
    char path[PATH_MAX];
    struct git g;
    int64_t n = 0;
    int fd;

    if (!open_git(top, &g, a) || g.bare || !join(path, g.dir, STR("index")))
        return 0;
    fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return 0;
    if (read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
        memcmp(head, "DIRC", 4) == 0)
        n = (int64_t)head[8] << 24 | head[9] << 16 | head[10] << 8 | head[11];
    close(fd);
    return n;
}

/* Hosts that take "Owner/Name" and "owner/name" for the same. */
static bool host_folds_case(struct str host)
{
    static const char *const hosts[] = {"github.com", "gitlab.com",
                                        "bitbucket.org", "codeberg.org"};

    for (size_t i = 0; i < ARRAY_LEN(hosts); i++)
        if (str_eqz(host, hosts[i]))
            return true;
    return false;
}

/* "host" and "path" of a URL, or of git's own "user@host:path". */
static bool split_remote(struct str url, struct str *host, struct str *path)
{
    ptrdiff_t at = str_find(url, STR("://")), slash, colon;
    struct str scheme = str_cut(url, 0, at < 0 ? 0 : (size_t)at);

    if (at >= 0) {
        if (str_ieq(scheme, STR("file")))
            return false;
        url = str_cut(url, (size_t)at + 3, url.n);
        slash = str_chr(url, '/');
    } else {
        slash = str_chr(url, '/');
        colon = str_find(url, STR("]:")) + 1; /* an IPv6 address */
        if (colon == 0)
            colon = str_chr(url, ':');
        if (colon <= 1 || (slash >= 0 && slash < colon))
            return false; /* a path here; "C:/x" is one too */
        slash = colon;
    }
    if (slash < 0)
        return false;
    *host = str_cut(url, 0, (size_t)slash);
    *path = str_cut(url, (size_t)slash + 1, url.n);
    at = str_rchr(*host, '@'); /* user, and perhaps a password */
    *host = str_cut(*host, (size_t)(at + 1), host->n);
    /* A port tells nothing, but for web servers off their usual one: two
     * of those on one host are two places. */
    at = str_rchr(*host, ':');
    if (at >= 0 && host->p[host->n - 1] != ']') {
        struct str port = str_cut(*host, (size_t)at + 1, host->n);

        if (!str_starts(scheme, STR("http")) || str_eqz(port, "443") ||
            str_eqz(port, "80"))
            host->n = (size_t)at;
    }
    return host->n > 0;
}

struct str project_remote(struct str url, struct arena *a)
{
    struct str host, path, part, rest;
    bool fold;
    char *to;
    size_t n = 0;

    url = str_trim(url);
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f)
            return STR_NONE;
    if (url.n >= PATH_MAX || !split_remote(url, &host, &path))
        return STR_NONE;
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '?' || path.p[i] == '#')
            path.n = i;
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    if (str_ends(path, STR(".git")))
        path.n -= 4;
    to = arena_alloc(a, host.n + path.n + 2);
    for (; n < host.n; n++)
        to[n] = to_lower(host.p[n]);
    fold = host_folds_case((struct str){to, n});
    for (rest = path; str_split(&rest, '/', &part);) {
        if (part.n == 0)
            continue;
        to[n++] = '/';
        for (size_t i = 0; i < part.n; i++)
            to[n++] = fold ? to_lower(part.p[i]) : part.p[i];
    }
    return n > host.n ? (struct str){to, n} : STR_NONE;
}
