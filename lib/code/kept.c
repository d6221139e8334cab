/* kept.c - see kept.h. */
#include "base/common.h"

#include "code/kept.h"

#if CODE_HAVE_SITTER

static bool is_inside(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* What stays of `was` in `now`, from the start and from the end, in whole
 * characters. */
static void common(struct str was, struct str now, size_t *head, size_t *tail)
{
    size_t most = was.n < now.n ? was.n : now.n, i = 0, k = 0;

    while (i < most && was.p[i] == now.p[i])
        i++;
    while (i && i < was.n && is_inside(was.p[i]))
        i--;
    while (i && i < now.n && is_inside(now.p[i]))
        i--;
    while (k < most - i && was.p[was.n - 1 - k] == now.p[now.n - 1 - k])
        k++;
    while (k && is_inside(now.p[now.n - k]))
        k--;
    *head = i;
    *tail = k;
}

static TSPoint point_at(struct str text, size_t at)
{
    TSPoint p = {0, 0};
    const char *line = text.p, *end = text.p + at, *next;

    while (at && (next = memchr(line, '\n', (size_t)(end - line)))) {
        p.row++;
        line = next + 1;
    }
    p.column = at ? (uint32_t)(end - line) : 0;
    return p;
}

/* The place of the kept text that has most in common with this one, or
 * KEPT_MAX. */
static size_t nearest(const struct kept_texts *k, const TSLanguage *g,
                      struct str text, size_t *head, size_t *tail)
{
    size_t best = KEPT_MAX, most = 0;

    for (size_t i = 0; i < KEPT_MAX; i++) {
        const struct kept *v = &k->v[i];
        size_t from, to, least;

        if (v->g != g)
            continue;
        common(v->text, text, &from, &to);
        least = (v->text.n > text.n ? v->text.n : text.n) / 4 * 3;
        if (from + to <= most || from + to < least)
            continue;
        best = i;
        most = from + to;
        *head = from;
        *tail = to;
    }
    return best;
}

TSTree *kept_find(const struct kept_texts *k, const TSLanguage *g,
                  struct str text)
{
    size_t head, tail, at = nearest(k, g, text, &head, &tail);
    const struct kept *v;
    TSInputEdit edit;
    TSTree *old;

    if (at == KEPT_MAX)
        return NULL;
    v = &k->v[at];
    edit = (TSInputEdit){
        .start_byte = (uint32_t)head,
        .old_end_byte = (uint32_t)(v->text.n - tail),
        .new_end_byte = (uint32_t)(text.n - tail),
        .start_point = point_at(text, head),
        .old_end_point = point_at(v->text, v->text.n - tail),
        .new_end_point = point_at(text, text.n - tail),
    };
    old = ts_tree_copy(v->tree);
    ts_tree_edit(old, &edit);
    return old;
}

const struct kept *kept_same(const struct kept_texts *k, const TSLanguage *g,
                             struct str text)
{
    for (size_t i = 0; i < KEPT_MAX; i++)
        if (k->v[i].g == g && str_eq(k->v[i].text, text))
            return &k->v[i];
    return NULL;
}

static void drop(struct kept_texts *k, struct kept *v)
{
    if (!v->g)
        return;
    k->bytes -= v->text.n;
    ts_tree_delete(v->tree);
    free(v->copy);
    *v = (struct kept){0};
}

/* A free one was never used. */
static struct kept *oldest(struct kept_texts *k)
{
    struct kept *v = &k->v[0];

    for (size_t i = 1; i < KEPT_MAX; i++)
        if (k->v[i].used < v->used)
            v = &k->v[i];
    return v;
}

/* The one that was used least lately among those that are there. */
static struct kept *stalest(struct kept_texts *k)
{
    struct kept *v = NULL;

    for (size_t i = 0; i < KEPT_MAX; i++)
        if (k->v[i].g && (!v || k->v[i].used < v->used))
            v = &k->v[i];
    return v;
}

void kept_put(struct kept_texts *k, const struct code_keep *keep,
              const struct kept *in)
{
    size_t head, tail, at, n = in->text.n;
    struct kept *v;

    if (n < keep->min_bytes || n > keep->max_bytes ||
        (!keep->hasty && ts_node_has_error(ts_tree_root_node(in->tree)))) {
        ts_tree_delete(in->tree);
        return;
    }
    at = nearest(k, in->g, in->text, &head, &tail);
    v = at < KEPT_MAX ? &k->v[at] : oldest(k);
    drop(k, v);
    while (k->bytes + n > keep->max_bytes)
        drop(k, stalest(k));
    *v = *in;
    v->copy = malloc(n + 1);
    if (!v->copy)
        CM_BUG("out of memory");
    if (n)
        memcpy(v->copy, in->text.p, n);
    v->text.p = v->copy;
    v->used = ++k->uses;
    k->bytes += n;
}

void kept_free(struct kept_texts *k)
{
    for (size_t i = 0; i < KEPT_MAX; i++)
        drop(k, &k->v[i]);
}

#endif
