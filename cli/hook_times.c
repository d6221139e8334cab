/* hook_times.c - see hook_times.h. */
#include "base/common.h"

#include <fcntl.h>
#include <unistd.h>

#include "agent/lines.h"
#include "base/json.h"
#include "cli/hook_times.h"
#include "cli/settings.h"
#include "cli/transcripts.h"

#define GROUPS_MAX 256
/* Of one event and owner; later ones are left out. */
#define SAMPLES_MAX 100000

struct group {
    struct str event, owner;
    int64_t *ms;
    size_t n, cap;
    int64_t failures;
};

struct hook_groups {
    struct group at[GROUPS_MAX];
    size_t n;
};

/* --- whose ------------------------------------------------------------------ */

static bool is_interpreter(struct str name)
{
    static const char *const names[] = {
        "sh",   "bash",   "zsh",     "dash", "node", "bun",  "deno", "npx",
        "bunx", "python", "python3", "uv",   "uvx",  "ruby", "go",   "run",
        "env",  "exec",   "timeout", "nice"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eqz(name, names[i]))
            return true;
    return false;
}

/* The next word of a shell command; one that begins with a quote without its
 * quotes. */
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
    while (word->n &&
           (word->p[word->n - 1] == '"' || word->p[word->n - 1] == '\''))
        word->n--;
    return s.n > 0;
}

/* Neither an option, nor a variable, nor how long something may take. */
static bool is_program(struct str word)
{
    return word.n && word.p[0] != '-' && !is_digit(word.p[0]) &&
           str_chr(word, '=') < 0 && !is_interpreter(word);
}

struct str hook_times_owner(struct str command)
{
    struct str rest = command, word, name = STR_NONE;

    if (settings_is_ours(command))
        return STR("cmem");
    while (next_word(&rest, &word)) {
        name = str_base(word);
        if (is_program(name))
            break;
    }
    if (str_starts(name, STR("cmem-hook-")))
        return STR("cmem");
    return name.n ? name : STR("?");
}

/* --- samples ---------------------------------------------------------------- */

static struct group *group_for(struct hook_times_scan *s, struct str event,
                               struct str owner)
{
    struct hook_groups *all = s->groups;
    struct group *g;

    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].event, event) && str_eq(all->at[i].owner, owner))
            return &all->at[i];
    if (all->n == GROUPS_MAX)
        return NULL;
    g = &all->at[all->n++];
    *g = (struct group){.event = arena_str(s->a, event),
                        .owner = arena_str(s->a, owner)};
    return g;
}

static void add(struct hook_times_scan *s, struct str event,
                const struct json *hook, bool failed)
{
    const struct json *ms = json_get(hook, "durationMs");
    struct group *g;

    if (event.n == 0 || !json_is_num(ms) || json_int(ms) < 0)
        return;
    g = group_for(s, event, hook_times_owner(json_get_str(hook, "command")));
    if (!g || g->n == SAMPLES_MAX)
        return;
    if (g->n == g->cap) {
        size_t cap = g->cap ? 2 * g->cap : 64;
        int64_t *more = arena_array(s->a, cap, sizeof(*more));

        if (g->n)
            memcpy(more, g->ms, g->n * sizeof(*more));
        g->ms = more;
        g->cap = cap;
    }
    g->ms[g->n++] = json_int(ms);
    g->failures += failed;
}

void hook_times_line(struct hook_times_scan *s, struct str line)
{
    const struct json *attachment;
    struct json *j;
    struct str type;

    if (!s->groups)
        s->groups = arena_new(s->a, struct hook_groups);
    /* Most lines are long and none of ours: they are not parsed. */
    if (str_find(line, STR("\"durationMs\"")) < 0)
        return;
    if (str_find(line, STR("\"hook_")) < 0 &&
        str_find(line, STR("\"stop_hook_summary\"")) < 0)
        return;
    j = json_parse(line, NULL);
    attachment = json_get(j, "attachment");
    type = json_get_str(attachment, "type");
    if (str_starts(type, STR("hook_")))
        add(s, json_get_str(attachment, "hookEvent"), attachment,
            !str_eqz(type, "hook_success"));
    if (str_eqz(json_get_str(j, "subtype"), "stop_hook_summary"))
        for (const struct json *h = json_first(json_get(j, "hookInfos")); h;
             h = json_next(h))
            add(s, STR("Stop"), h, false);
    json_free(j);
}

static void scan_file(struct hook_times_scan *s,
                      const struct transcript_file *f)
{
    int fd = open(f->path.p, O_RDONLY | O_CLOEXEC);
    int64_t from = f->bytes > HOOK_TIMES_BYTES ? f->bytes - HOOK_TIMES_BYTES
                                               : 0;
    struct lines l;
    struct str line;

    if (fd < 0)
        return;
    s->files++;
    s->bytes += f->bytes - from;
    /* The first line is half a one, then, and no JSON. */
    lines_init(&l, fd, from);
    while (lines_next(&l, &line, NULL) > 0)
        hook_times_line(s, line);
    lines_free(&l);
    close(fd);
}

/* --- rows ------------------------------------------------------------------- */

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

/* The smallest value that at least `percent` of all do not exceed. */
static int64_t percentile(const struct group *g, size_t percent)
{
    size_t rank = (g->n * percent + 99) / 100;

    return g->ms[rank ? rank - 1 : 0];
}

void hook_times_rows(struct hook_times_scan *s)
{
    size_t n = s->groups ? s->groups->n : 0;

    s->rows = arena_array(s->a, n + 1, sizeof(*s->rows));
    s->n = 0;
    for (size_t i = 0; i < n; i++) {
        struct group *g = &s->groups->at[i];

        if (g->n == 0)
            continue;
        qsort(g->ms, g->n, sizeof(g->ms[0]), by_size);
        s->rows[s->n++] = (struct hook_times){
            .event = g->event,
            .owner = g->owner,
            .n = (int64_t)g->n,
            .failures = g->failures,
            .p50_ms = percentile(g, 50),
            .p95_ms = percentile(g, 95),
            .p99_ms = percentile(g, 99),
            .max_ms = g->ms[g->n - 1],
        };
    }
    if (s->n)
        qsort(s->rows, s->n, sizeof(*s->rows), by_name);
}

void hook_times_scan(struct hook_times_scan *s, const char *dir)
{
    struct transcript_list l = {.a = s->a};
    size_t left = HOOK_TIMES_FILES;

    if (transcripts_find(&l, dir, NULL) == 0)
        transcripts_sort(&l);
    for (size_t i = l.n; i > 0 && left > 0; i--) {
        if (str_ends(l.at[i - 1].path, STR(".gz")))
            continue; /* put away: of no interest for how things are now */
        scan_file(s, &l.at[i - 1]);
        left--;
    }
    hook_times_rows(s);
}
