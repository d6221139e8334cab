/* diff.c - see diff.h. */
#include "base/common.h"

#include "base/diff.h"

struct lines {
    struct str *v;
    bool *odd; /* not in the other text */
    size_t n;
};

/* One way through the grid of both texts: x lines of the old one and y of the
 * new one are done; k = x - y is its diagonal. furthest[d] has for each k from
 * -d to d the x that d changes lead to. */
struct walk {
    const struct lines *a, *b;
    size_t from, a_to, b_to; /* what is not the same at begin and end */
    struct arena *arena;
    int32_t **furthest;
};

static struct lines split(struct str text, struct arena *a)
{
    struct lines l = {NULL, NULL, 0};
    struct str rest = text, line;
    size_t n = 1;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    l.v = arena_array(a, n + 1, sizeof(*l.v));
    l.odd = arena_array(a, n + 1, sizeof(*l.odd));
    while (str_line(&rest, &line))
        l.v[l.n++] = line;
    return l;
}

static int32_t follow(const struct walk *w, int32_t x, int32_t k)
{
    int32_t n = (int32_t)(w->a_to - w->from), m = (int32_t)(w->b_to - w->from);

    while (x < n && x - k < m &&
           str_eq(w->a->v[w->from + (size_t)x],
                  w->b->v[w->from + (size_t)(x - k)]))
        x++;
    return x;
}

/* Does the way to diagonal k with d changes come from above (a line of the new
 * text was added), and not from the left (one of the old was taken)? */
static bool comes_down(const int32_t *before, int32_t d, int32_t k)
{
    /* before has d - 1 changes: its diagonals are -(d - 1) .. d - 1. */
    return k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
}

/* Fewest changes that lead through, or -1: more than DIFF_MAX. */
static int32_t search(struct walk *w)
{
    int32_t n = (int32_t)(w->a_to - w->from), m = (int32_t)(w->b_to - w->from);

    w->furthest = arena_array(w->arena, DIFF_MAX + 1, sizeof(*w->furthest));
    for (int32_t d = 0; d <= DIFF_MAX && d <= n + m; d++) {
        const int32_t *before = d ? w->furthest[d - 1] : NULL;
        int32_t *row = arena_array(w->arena, 2 * (size_t)d + 1, sizeof(*row));

        w->furthest[d] = row;
        for (int32_t k = -d; k <= d; k += 2) {
            int32_t x = d == 0                     ? 0
                        : comes_down(before, d, k) ? before[k + 1 + d - 1]
                                                   : before[k - 1 + d - 1] + 1;

            row[k + d] = follow(w, x, k);
            if (row[k + d] >= n && row[k + d] - k >= m)
                return d;
        }
    }
    return -1;
}

/* Back along the way, marking the lines that were taken or added. */
static void mark(struct walk *w, int32_t d)
{
    int32_t n = (int32_t)(w->a_to - w->from), m = (int32_t)(w->b_to - w->from);
    int32_t k = n - m;

    for (; d > 0; d--) {
        const int32_t *before = w->furthest[d - 1];

        if (comes_down(before, d, k)) {
            int32_t x = before[k + 1 + d - 1];

            k++;
            w->b->odd[w->from + (size_t)(x - k)] = true;
        } else {
            int32_t x = before[k - 1 + d - 1];

            k--;
            w->a->odd[w->from + (size_t)x] = true;
        }
    }
}

static void compare(struct lines *a, struct lines *b, struct arena *arena)
{
    struct walk w = {.a = a, .b = b, .arena = arena};
    int32_t d;

    w.a_to = a->n;
    w.b_to = b->n;
    while (w.from < a->n && w.from < b->n && str_eq(a->v[w.from], b->v[w.from]))
        w.from++;
    while (w.a_to > w.from && w.b_to > w.from &&
           str_eq(a->v[w.a_to - 1], b->v[w.b_to - 1])) {
        w.a_to--;
        w.b_to--;
    }
    d = search(&w);
    if (d >= 0) {
        mark(&w, d);
        return;
    }
    memset(a->odd + w.from, true, (w.a_to - w.from) * sizeof(bool));
    memset(b->odd + w.from, true, (w.b_to - w.from) * sizeof(bool));
}

/* A place: lines [a, a_to) of the old and [b, b_to) of the new text. */
struct place {
    size_t a, a_to, b, b_to;
};

/* The next place from *p on, with what stands around it; false: no more. */
static bool next_place(const struct lines *a, const struct lines *b,
                       size_t around, struct place *p)
{
    size_t i = p->a_to, k = p->b_to, same = 0;

    while (i < a->n && k < b->n && !a->odd[i] && !b->odd[k]) {
        i++;
        k++;
    }
    if (i == a->n && k == b->n)
        return false;
    same = i - p->a_to < around ? i - p->a_to : around;
    p->a = i - same;
    p->b = k - same;
    same = 0;
    while (i < a->n || k < b->n) {
        if (i < a->n && a->odd[i]) {
            i++;
            same = 0;
        } else if (k < b->n && b->odd[k]) {
            k++;
            same = 0;
        } else if (same == 2 * around) {
            break; /* the next change is further than both surroundings */
        } else {
            i++;
            k++;
            same++;
        }
    }
    same = same > around ? same - around : 0;
    p->a_to = i - same;
    p->b_to = k - same;
    return true;
}

static void put_line(struct buf *out, char mark, struct str line)
{
    buf_addc(out, mark);
    buf_adds(out, line);
    buf_addc(out, '\n');
}

/* "-3,4", as diff writes it: an empty range names the line before it. */
static void put_range(struct buf *out, char mark, size_t from, size_t to,
                      uint32_t first)
{
    buf_addf(out, "%c%zu,%zu", mark, from + (first ? first : 1) - (from == to),
             to - from);
}

size_t diff_lines(const struct diff_text *old, const struct diff_text *new,
                  size_t around, struct arena *arena, struct buf *out)
{
    struct lines a = split(old->text, arena), b = split(new->text, arena);
    struct place p = {0, 0, 0, 0};
    size_t changed = 0;

    compare(&a, &b, arena);
    while (next_place(&a, &b, around, &p)) {
        buf_addz(out, "@@ ");
        put_range(out, '-', p.a, p.a_to, old->line);
        buf_addc(out, ' ');
        put_range(out, '+', p.b, p.b_to, new->line);
        buf_addz(out, " @@\n");
        for (size_t i = p.a, k = p.b; i < p.a_to || k < p.b_to;) {
            if (i < p.a_to && a.odd[i]) {
                put_line(out, '-', a.v[i++]);
                changed++;
            } else if (k < p.b_to && b.odd[k]) {
                put_line(out, '+', b.v[k++]);
                changed++;
            } else {
                put_line(out, ' ', a.v[i++]);
                k++;
            }
        }
    }
    return changed;
}
