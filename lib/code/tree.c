/* tree.c - see tree.h. */
#include "base/common.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "code/ignore.h"
#include "code/language.h"
#include "code/tree.h"

/* What no one wrote here: packages of others, what a tool made. Directories by
 * names that mean nothing else; "build", "dist" and "target" are left to
 * .gitignore, and to their tag where a tool left one. */
const char tree_rules[] = ".git/\n.hg/\n.svn/\n.bzr/\nCVS/\n"
                          "node_modules/\nbower_components/\njspm_packages/\n"
                          ".venv/\n__pycache__/\nsite-packages/\n"
                          ".tox/\n.nox/\n.mypy_cache/\n.pytest_cache/\n"
                          ".ruff_cache/\n*.egg-info/\n.eggs/\n"
                          ".gradle/\n.idea/\n.vscode/\n.terraform/\n"
                          ".next/\n.nuxt/\n.svelte-kit/\n.cache/\n"
                          ".dart_tool/\n.bundle/\nPods/\nDerivedData/\n"
                          "vendor/bundle/\nvendor/github.com/\n"
                          "vendor/golang.org/\nvendor/composer/\n"
                          "*.min.js\n*.min.css\n*.min.mjs\n*-min.js\n"
                          "*.bundle.js\n*.chunk.js\n*.js.map\n*.css.map\n"
                          "package-lock.json\nnpm-shrinkwrap.json\n"
                          "yarn.lock\npnpm-lock.yaml\ncomposer.lock\n"
                          "Cargo.lock\npoetry.lock\nuv.lock\nPipfile.lock\n"
                          "go.sum\nflake.lock\n"
                          "*.pb.go\n*.pb.cc\n*.pb.h\n*_pb2.py\n*_pb2_grpc.py\n"
                          "*.pb.swift\n*.g.dart\n*.freezed.dart\n"
                          "*.Designer.cs\n*.designer.cs\n*.g.cs\n"
                          "moc_*.cpp\nui_*.h\nqrc_*.cpp\n";

/* One directory on the way down: its entries, sorted, and what it pushed. */
struct level {
    char *names;   /* type byte, name, NUL; one behind the other */
    char **v;      /* sorted */
    size_t n, at;
    size_t path_n; /* of the path up to it */
    size_t mark, own_mark;
    int fd;
    bool told_long; /* that a path in it was too long */
};

struct tree {
    char root[TREE_PATH];
    char path[TREE_PATH];
    size_t path_n;
    struct level level[TREE_DEPTH];
    size_t depth;
    dev_t device;
    struct ignore rules; /* built-in and git's */
    struct ignore own;   /* .cmemignore */
    int64_t ignored;
    const char *cut[2];  /* names of rules' files in the directory just
                          * entered that were not taken whole */
    size_t n_cut;
};

/* False: not taken whole. A directory of this name, or a link that leads
 * nowhere, has no rules. */
static bool read_rules(int dir, const char *name, struct str base,
                       struct ignore *g)
{
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    bool whole = true;
    char *text;
    ssize_t n;

    if (fd < 0)
        return errno != EACCES;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        whole = st.st_size <= IGNORE_BYTES;
        if (whole && (text = malloc((size_t)st.st_size))) {
            n = read(fd, text, (size_t)st.st_size);
            if (n > 0)
                ignore_push(g, base, (struct str){text, (size_t)n});
            free(text);
            whole = g->n < IGNORE_RULES;
        }
    }
    close(fd);
    return whole;
}

static void read_rules_here(struct tree *t, int dir, const char *name,
                            struct ignore *g)
{
    struct str base = {t->path, t->path_n};

    if (!read_rules(dir, name, base, g))
        t->cut[t->n_cut++] = name;
}

/* core.excludesFile of the user's settings; git's default when it says none. */
static void global_rules(struct tree *t)
{
    const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
    char path[TREE_PATH], excludes[TREE_PATH] = "";
    struct buf b;
    struct str rest, line;
    bool in_core = false;

    buf_init(&b, IGNORE_BYTES);
    if (home)
        snprintf(path, sizeof(path), "%s/.gitconfig", home);
    if (home && file_read(path, &b, NULL) == 0) {
        rest = buf_str(&b);
        while (str_line(&rest, &line)) {
            ptrdiff_t eq = str_chr(line, '=');

            line = str_trim(line);
            eq = str_chr(line, '=');
            if (line.n && line.p[0] == '[')
                in_core = str_ieq(line, STR("[core]"));
            else if (in_core && eq > 0 &&
                     str_ieq(str_trim(str_cut(line, 0, (size_t)eq)),
                             STR("excludesfile"))) {
                struct str v = str_trim(str_cut(line, (size_t)eq + 1, line.n));

                if (v.n > 1 && v.p[0] == '"' && v.p[v.n - 1] == '"')
                    v = str_cut(v, 1, v.n - 1);
                if (str_starts(v, STR("~/")))
                    snprintf(excludes, sizeof(excludes), "%s/%.*s", home,
                             (int)v.n - 2, v.p + 2);
                else
                    snprintf(excludes, sizeof(excludes), "%.*s", STR_ARG(v));
            }
        }
    }
    if (!excludes[0] && xdg && xdg[0])
        snprintf(excludes, sizeof(excludes), "%s/git/ignore", xdg);
    else if (!excludes[0] && home)
        snprintf(excludes, sizeof(excludes), "%s/.config/git/ignore", home);
    if (excludes[0])
        read_rules(AT_FDCWD, excludes, STR_NONE, &t->rules);
    buf_free(&b);
}

static void top_rules(struct tree *t)
{
    char path[TREE_PATH + 32];

    ignore_push(&t->rules, STR_NONE, str_of(tree_rules));
    global_rules(t);
    snprintf(path, sizeof(path), "%s/.git/info/exclude", t->root);
    read_rules(AT_FDCWD, path, STR_NONE, &t->rules);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a + 1, *(char *const *)b + 1);
}

/* Reads the names of a directory. False: too many. */
static bool read_names(struct level *l, DIR *d)
{
    struct dirent *en;
    size_t len = 0, cap = 0;

    while ((en = readdir(d))) {
        size_t n = strlen(en->d_name) + 2;

        if (!strcmp(en->d_name, ".") || !strcmp(en->d_name, ".."))
            continue;
        if (l->n == TREE_ENTRIES)
            return false;
        if (len + n > cap) {
            cap = cap ? 2 * cap : 4096;
            while (cap < len + n)
                cap *= 2;
            l->names = realloc(l->names, cap);
            if (!l->names)
                CM_BUG("out of memory");
        }
        l->names[len] = (char)en->d_type;
        memcpy(l->names + len + 1, en->d_name, n - 1);
        len += n;
        l->n++;
    }
    l->v = calloc(l->n + 1, sizeof(l->v[0]));
    if (!l->v)
        CM_BUG("out of memory");
    for (size_t i = 0, at = 0; i < l->n; i++) {
        l->v[i] = l->names + at;
        at += strlen(l->names + at + 1) + 2;
    }
    qsort(l->v, l->n, sizeof(l->v[0]), by_name);
    return true;
}

static bool has_name(const struct level *l, const char *name)
{
    size_t low = 0, high = l->n;

    while (low < high) {
        size_t mid = (low + high) / 2;
        int c = strcmp(l->v[mid] + 1, name);

        if (c == 0)
            return true;
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static void drop_level(struct level *l)
{
    free(l->names);
    free(l->v);
    if (l->fd >= 0)
        close(l->fd);
    *l = (struct level){.fd = -1};
}

static void leave(struct tree *t)
{
    struct level *l = &t->level[--t->depth];

    ignore_pop(&t->rules, l->mark);
    ignore_pop(&t->own, l->own_mark);
    t->path_n = t->depth ? t->level[t->depth - 1].path_n : 0;
    drop_level(l);
}

/* Into the directory at t->path, which is `name` of the one it is in. */
static enum tree_what enter(struct tree *t, const char *name)
{
    struct level *l;
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC, fd;
    struct stat st;
    DIR *d;

    if (t->depth == TREE_DEPTH)
        return TREE_TOO_DEEP;
    if (t->depth)
        fd = openat(t->level[t->depth - 1].fd, name, flags | O_NOFOLLOW);
    else
        fd = open(t->root, flags);
    if (fd < 0) /* removed since its name was read: nothing to tell */
        return t->depth && errno == ENOENT ? TREE_FILE : TREE_UNREADABLE;
    if (fstat(fd, &st) < 0 || (t->depth && st.st_dev != t->device)) {
        close(fd);
        return TREE_DEVICE;
    }
    t->device = st.st_dev;
    l = &t->level[t->depth];
    *l = (struct level){.fd = fd, .path_n = t->path_n};
    d = fdopendir(dup(fd));
    if (!d || !read_names(l, d)) {
        enum tree_what what = d ? TREE_TOO_DEEP : TREE_UNREADABLE;

        if (d)
            closedir(d);
        drop_level(l);
        return what;
    }
    closedir(d);
    if (t->depth && has_name(l, ".git")) {
        drop_level(l);
        return TREE_REPOSITORY;
    }
    if (t->depth && has_name(l, "CACHEDIR.TAG")) {
        l->n = 0; /* what a tool can make again, by its own word */
        t->ignored++;
    }
    l->mark = t->rules.n;
    l->own_mark = t->own.n;
    if (has_name(l, ".gitignore"))
        read_rules_here(t, fd, ".gitignore", &t->rules);
    if (has_name(l, ".cmemignore"))
        read_rules_here(t, fd, ".cmemignore", &t->own);
    t->depth++;
    return TREE_FILE;
}

static bool is_out(const struct tree *t, bool is_dir)
{
    struct str path = {t->path, t->path_n};
    enum ignore_verdict v = ignore_match(&t->own, path, is_dir);

    if (v == IGNORE_SILENT)
        v = ignore_match(&t->rules, path, is_dir);
    return v == IGNORE_OUT;
}

static void put_state(struct tree_entry *out, const struct stat *st)
{
    int64_t m = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
            c = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;

    out->size = st->st_size;
    out->mtime_ns = m > c ? m : c;
}

/* Looks at one name of the innermost directory. 1: *out is an entry. */
static int look(struct tree *t, struct level *l, const char *name, int type,
                struct tree_entry *out)
{
    struct stat st;
    size_t n = strlen(name);
    bool known = type == DT_DIR || type == DT_LNK || type == DT_REG;

    t->path_n = l->path_n;
    if (l->path_n + n + 2 > TREE_PATH) { /* told once, of the directory */
        out->path = (struct str){t->path, t->path_n};
        out->what = TREE_TOO_DEEP;
        t->path[t->path_n] = '\0';
        n = l->told_long;
        l->told_long = true;
        return n == 0;
    }
    if (t->path_n)
        t->path[t->path_n++] = '/';
    memcpy(t->path + t->path_n, name, n + 1);
    t->path_n += n;
    out->path = (struct str){t->path, t->path_n};
    if (!known && fstatat(l->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG
                                                                  : DT_UNKNOWN;
    if (type == DT_DIR) {
        if (is_out(t, true)) {
            t->ignored++;
            return 0;
        }
        out->what = enter(t, name);
        return out->what != TREE_FILE;
    }
    if (type != DT_REG || !language_may_be(out->path))
        return 0;
    if (is_out(t, false)) {
        t->ignored++;
        return 0;
    }
    out->what = TREE_FILE;
    if (fstatat(l->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        put_state(out, &st);
    else if (errno == ENOENT) /* removed since its name was read */
        return 0;
    else
        out->what = TREE_UNREADABLE;
    return 1;
}

/* A file of rules of the innermost directory that was not taken whole. */
static void tell_cut(struct tree *t, struct tree_entry *out)
{
    const char *name = t->cut[--t->n_cut];
    int n;

    t->path_n = t->level[t->depth - 1].path_n;
    n = snprintf(t->path + t->path_n, TREE_PATH - t->path_n, "%s%s",
                 t->path_n ? "/" : "", name);
    t->path_n += n > 0 ? (size_t)n : 0;
    if (t->path_n >= TREE_PATH)
        t->path_n = TREE_PATH - 1;
    out->path = (struct str){t->path, t->path_n};
    out->what = TREE_RULES;
}

int tree_next(struct tree *t, struct tree_entry *out)
{
    *out = (struct tree_entry){0};
    while (t->depth) {
        struct level *l = &t->level[t->depth - 1];

        if (t->n_cut) {
            tell_cut(t, out);
            return 1;
        }
        if (l->at == l->n) {
            leave(t);
            continue;
        }
        l->at++;
        if (look(t, l, l->v[l->at - 1] + 1, l->v[l->at - 1][0], out))
            return 1;
    }
    return 0;
}

int tree_open(struct tree **out, const char *root, struct err *e)
{
    struct tree *t;
    size_t n = strlen(root);
    struct stat st;

    if (n >= TREE_PATH)
        return err_set(e, CM_EARG, "%.60s...: the path is too long", root);
    if (stat(root, &st) < 0)
        return err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO, "open %s",
                       root);
    if (!S_ISDIR(st.st_mode))
        return err_set(e, CM_EARG, "%s is not a directory", root);
    t = calloc(1, sizeof(*t));
    if (!t)
        CM_BUG("out of memory");
    memcpy(t->root, root, n + 1);
    top_rules(t);
    if (enter(t, NULL) != TREE_FILE) {
        tree_close(t);
        return err_sys(e, CM_EIO, "read %s", root);
    }
    *out = t;
    return 0;
}

void tree_close(struct tree *t)
{
    if (!t)
        return;
    while (t->depth)
        leave(t);
    ignore_free(&t->rules);
    ignore_free(&t->own);
    free(t);
}

int64_t tree_ignored(const struct tree *t)
{
    return t->ignored;
}

bool tree_has(const char *root, struct str path)
{
    struct tree *t;
    struct tree_entry en;
    bool there = tree_open(&t, root, NULL) == 0;
    struct str rest = path, part;

    if (!there)
        return false;
    while (there && str_split(&rest, '/', &part)) {
        struct level *l = &t->level[t->depth - 1];
        size_t depth = t->depth;
        char name[NAME_MAX + 1];

        if (part.n == 0 || part.n > NAME_MAX) {
            there = false;
            break;
        }
        memcpy(name, part.p, part.n);
        name[part.n] = '\0';
        if (rest.n == 0) /* the file itself */
            there = look(t, l, name, DT_UNKNOWN, &en) == 1 &&
                    en.what == TREE_FILE;
        else
            there = look(t, l, name, DT_UNKNOWN, &en) == 0 && t->depth > depth;
    }
    tree_close(t);
    return there;
}
