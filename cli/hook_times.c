/* hook_times.c - see hook_times.h. */
#include "base/common.h"

#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/lines.h"
#include "base/json.h"
#include "cli/hook_times.h"
#include "cli/settings.h"

#define FILES_MAX  20000
#define GROUPS_MAX 256

struct group {
    struct str event, owner;
    int64_t *ms;
    size_t n, cap;
    int64_t failures;
};

struct scan {
    struct arena *a;
    struct group groups[GROUPS_MAX];
    size_t ngroups;
};

struct file {
    struct str path;
    int64_t mtime, bytes;
};

static bool is_interpreter(struct str name)
{
    static const char *const names[] = {"sh",     "bash", "zsh",  "node",
                                        "bun",    "deno", "npx",  "python",
                                        "python3", "uv",  "env",  "timeout"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eqz(name, names[i]))
            return true;
    return false;
}

/* The next word of a shell command, its quotes taken off. */
static bool next_word(struct str *rest, struct str *word)
{
    struct str s = str_trim(*rest);
    size_t n = 0;
    char quote = 0;

    while (n < s.n && (quote || !is_space(s.p[n]))) {
        if (quote ? s.p[n] == quote : s.p[n] == '"' || s.p[n] == '\'')
            quote = quote ? 0 : s.p[n];
        n++;
    }
    *rest = str_cut(s, n, s.n);
    *word = str_cut(s, 0, n);
    while (word->n && (word->p[0] == '"' || word->p[0] == '\''))
        *word = str_cut(*word, 1, word->n);
    while (word->n && (word->p[word->n - 1] == '"' ||
                       word->p[word->n - 1] == '\''))
        word->n--;
    return s.n > 0;
}

struct str hook_times_owner(struct str command)
{
    struct str rest = command, word, name = STR("?");

    if (settings_is_ours(command))
        return STR("cmem");
    while (next_word(&rest, &word)) {
        name = str_base(word);
        if (!is_interpreter(name) && name.n && name.p[0] != '-' &&
            str_chr(name, '=') < 0)
            break;
    }
    return name;
}

static struct group *group_for(struct scan *s, struct str event,
                               struct str owner)
{
    struct group *g;

    for (size_t i = 0; i < s->ngroups; i++)
        if (str_eq(s->groups[i].event, event) &&
            str_eq(s->groups[i].owner, owner))
            return &s->groups[i];
    if (s->ngroups == GROUPS_MAX)
        return NULL;
    g = &s->groups[s->ngroups++];
    *g = (struct group){.event = arena_str(s->a, event),
                        .owner = arena_str(s->a, owner)};
    return g;
}

static void take_line(struct scan *s, struct str line)
{
    struct json *j, *att;
    struct str type;
    struct group *g;

    /* Most lines are long and none of ours: they are not parsed. */
    if (str_find(line, STR("\"durationMs\"")) < 0 ||
        str_find(line, STR("\"hook_")) < 0)
        return;
    j = json_parse(line, NULL);
    att = json_get(j, "attachment");
    type = json_get_str(att, "type");
    if (str_starts(type, STR("hook_")) &&
        json_is_num(json_get(att, "durationMs"))) {
        g = group_for(s, json_get_str(att, "hookEvent"),
                      hook_times_owner(json_get_str(att, "command")));
        if (g && g->n == g->cap) {
            size_t cap = g->cap ? 2 * g->cap : 64;
            int64_t *more = arena_array(s->a, cap, sizeof(*more));

            if (g->n)
                memcpy(more, g->ms, g->n * sizeof(*more));
            g->ms = more;
            g->cap = cap;
        }
        if (g) {
            g->ms[g->n++] = json_get_int(att, "durationMs", 0);
            g->failures += !str_eqz(type, "hook_success");
        }
    }
    json_free(j);
}

static void scan_file(struct scan *s, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct lines l;
    struct str line;

    if (fd < 0)
        return;
    lines_init(&l, fd, 0);
    while (lines_next(&l, &line, NULL) > 0)
        take_line(s, line);
    lines_free(&l);
    close(fd);
}

static size_t find_files(const char *dir, int64_t since_ms, struct arena *a,
                         struct file *files, size_t max)
{
    char root[4096];
    char *roots[] = {root, NULL};
    size_t n = 0;
    FTSENT *f;
    FTS *fts;

    snprintf(root, sizeof(root), "%s", dir);
    fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    while (fts && n < max && (f = fts_read(fts)))
        if (f->fts_info == FTS_F &&
            str_ends(str_of(f->fts_name), STR(".jsonl")) &&
            (int64_t)f->fts_statp->st_mtime * 1000 >= since_ms)
            files[n++] = (struct file){arena_strz(a, f->fts_path),
                                       f->fts_statp->st_mtime,
                                       f->fts_statp->st_size};
    if (fts)
        fts_close(fts);
    return n;
}

static int newest_first(const void *a, const void *b)
{
    const struct file *x = a, *y = b;

    return (x->mtime < y->mtime) - (x->mtime > y->mtime);
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static int by_name(const void *a, const void *b)
{
    const struct hook_times *x = a, *y = b;
    int by_event = strcmp(x->event.p, y->event.p);

    return by_event ? by_event : strcmp(x->owner.p, y->owner.p);
}

static struct hook_times summary(const struct group *g)
{
    qsort(g->ms, g->n, sizeof(g->ms[0]), by_size);
    return (struct hook_times){
        .event = g->event,
        .owner = g->owner,
        .n = (int64_t)g->n,
        .failures = g->failures,
        .p50_ms = g->ms[(g->n - 1) / 2],
        .p95_ms = g->ms[(g->n - 1) * 95 / 100],
        .p99_ms = g->ms[(g->n - 1) * 99 / 100],
        .max_ms = g->ms[g->n - 1],
    };
}

void hook_times_scan(const char *dir, int64_t since_ms, struct arena *a,
                     struct hook_times_scan *out)
{
    struct file *files = arena_array(a, FILES_MAX, sizeof(*files));
    struct scan *s = arena_new(a, struct scan);
    size_t n = find_files(dir, since_ms, a, files, FILES_MAX);

    *out = (struct hook_times_scan){0};
    s->a = a;
    if (n)
        qsort(files, n, sizeof(*files), newest_first);
    for (size_t i = 0; i < n; i++) {
        if (out->bytes + files[i].bytes > HOOK_TIMES_BYTES) {
            out->cut = true;
            break;
        }
        out->files++;
        out->bytes += files[i].bytes;
        scan_file(s, files[i].path.p);
    }
    out->rows = arena_array(a, s->ngroups + 1, sizeof(*out->rows));
    for (size_t i = 0; i < s->ngroups; i++)
        out->rows[out->n++] = summary(&s->groups[i]);
    if (out->n)
        qsort(out->rows, out->n, sizeof(*out->rows), by_name);
}
