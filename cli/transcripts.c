/* transcripts.c - see transcripts.h. */
#include "base/common.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "cli/transcripts.h"

/* A directory that is to be read, and how deep it lies. */
struct dir {
    struct str path;
    int depth;
};

struct seen {
    dev_t dev;
    ino_t ino;
};

struct walk {
    struct transcript_list *l;
    struct dir *todo;
    struct seen *seen;
    size_t ntodo, todo_cap, nseen, seen_cap;
};

static void add_file(struct transcript_list *l, struct str path,
                     const struct stat *st)
{
    if (l->n == TRANSCRIPT_FILES_MAX)
        return;
    l->at = arena_grow(l->a, l->at, l->n, &l->cap, sizeof(*l->at));
    l->at[l->n++] = (struct transcript_file){
        .path = path,
        .mtime_ms =
            (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000,
        .bytes = st->st_size,
        .dev = st->st_dev,
        .ino = st->st_ino,
    };
    l->bytes += st->st_size;
}

/* A directory is read once: the first way that leads to it. */
static void add_dir(struct walk *w, struct str path, int depth,
                    const struct stat *st)
{
    struct arena *a = w->l->a;

    if (depth > TRANSCRIPT_DEPTH_MAX || w->nseen == TRANSCRIPT_DIRS_MAX)
        return;
    for (size_t i = 0; i < w->nseen; i++)
        if (w->seen[i].ino == st->st_ino && w->seen[i].dev == st->st_dev)
            return;
    w->seen = arena_grow(a, w->seen, w->nseen, &w->seen_cap, sizeof(*w->seen));
    w->seen[w->nseen++] = (struct seen){st->st_dev, st->st_ino};
    w->todo = arena_grow(a, w->todo, w->ntodo, &w->todo_cap, sizeof(*w->todo));
    w->todo[w->ntodo++] = (struct dir){path, depth};
}

static bool is_transcript(const char *name)
{
    return str_ends(str_of(name), STR(".jsonl")) ||
           str_ends(str_of(name), STR(".jsonl.gz"));
}

static void unreadable(struct transcript_list *l, struct str path)
{
    if (l->unreadable++ == 0)
        err_sys(&l->problem, errno == EACCES ? CM_EPERM : CM_EIO, "read %s",
                path.p);
}

static void read_dir(struct walk *w, struct dir dir)
{
    DIR *d = opendir(dir.path.p);
    struct dirent *entry;

    if (!d) {
        unreadable(w->l, dir.path);
        return;
    }
    while ((entry = readdir(d))) {
        const char *name = entry->d_name;
        bool slash = str_ends(dir.path, STR("/"));
        struct str path;
        struct stat st;

        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        /* Most entries are neither: no path is made for them. */
        if (entry->d_type == DT_REG && !is_transcript(name))
            continue;
        path = arena_fmt(w->l->a, "%s%s%s", dir.path.p, slash ? "" : "/", name);
        if (stat(path.p, &st) < 0)
            continue; /* a link that leads nowhere, or gone by now */
        if (S_ISDIR(st.st_mode))
            add_dir(w, path, dir.depth + 1, &st);
        else if (S_ISREG(st.st_mode) && is_transcript(name))
            add_file(w->l, path, &st);
    }
    closedir(d);
}

int transcripts_find(struct transcript_list *l, const char *path, struct err *e)
{
    struct walk w = {.l = l};
    char real[PATH_MAX];
    struct stat st;

    if (!realpath(path, real) || stat(real, &st) < 0)
        return err_sys(
            e, errno == ENOENT || errno == ENOTDIR ? CM_ENOTFOUND : CM_EIO,
            "read %s", path);
    if (S_ISREG(st.st_mode)) {
        add_file(l, arena_strz(l->a, real), &st);
        return 0;
    }
    if (!S_ISDIR(st.st_mode))
        return err_set(e, CM_EARG, "%s is neither a file nor a directory",
                       path);
    add_dir(&w, arena_strz(l->a, real), 0, &st);
    while (w.ntodo)
        read_dir(&w, w.todo[--w.ntodo]);
    return 0;
}

static int by_file(const void *a, const void *b)
{
    const struct transcript_file *x = a, *y = b;

    if (x->dev != y->dev)
        return x->dev < y->dev ? -1 : 1;
    if (x->ino != y->ino)
        return x->ino < y->ino ? -1 : 1;
    return strcmp(x->path.p, y->path.p);
}

static int by_age(const void *a, const void *b)
{
    const struct transcript_file *x = a, *y = b;

    if (x->mtime_ms != y->mtime_ms)
        return x->mtime_ms < y->mtime_ms ? -1 : 1;
    return strcmp(x->path.p, y->path.p);
}

void transcripts_sort(struct transcript_list *l)
{
    size_t kept = 0;

    if (l->n == 0)
        return;
    qsort(l->at, l->n, sizeof(l->at[0]), by_file);
    for (size_t i = 0; i < l->n; i++) {
        const struct transcript_file *last = kept ? &l->at[kept - 1] : NULL;

        if (last && last->dev == l->at[i].dev && last->ino == l->at[i].ino)
            l->bytes -= l->at[i].bytes;
        else
            l->at[kept++] = l->at[i];
    }
    l->n = kept;
    qsort(l->at, l->n, sizeof(l->at[0]), by_age);
}
