/* block.c - see block.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "ops/block.h"
#include "ops/tokens.h"

/* "- ", "## " and line ends. */
#define LINE_TOKENS 2
#define LINE_UNITS  3
#define HEAD_UNITS  5

struct block_line *block_add(struct block *b, struct str heading,
                             struct str text, int priority)
{
    struct block_line *l;

    if (b->n == BLOCK_LINES || text.n == 0)
        return NULL;
    l = &b->lines[b->n++];
    *l = (struct block_line){.heading = heading,
                             .text = arena_str(b->a, text),
                             .priority = priority,
                             .tokens = text_tokens(text) + LINE_TOKENS};
    return l;
}

bool block_has(const struct block *b, int64_t memory_id, struct str text)
{
    for (size_t i = 0; i < b->n; i++)
        if ((memory_id && b->lines[i].memory_id == memory_id) ||
            (text.n && str_ieq(b->lines[i].text, text)))
            return true;
    return false;
}

static bool same_section(const struct block_line *x, const struct block_line *y)
{
    return str_eq(x->heading, y->heading);
}

struct cost {
    size_t tokens, units;
};

/* What taking a line adds, with the heading and group that it brings. */
static struct cost cost_of(const struct block *b, const struct block_line *l)
{
    struct cost c = {l->tokens, utf8_utf16_units(l->text) + LINE_UNITS};
    bool heading = l->heading.n > 0, group = l->group.n > 0;

    for (size_t i = 0; i < b->n && (heading || group); i++) {
        const struct block_line *o = &b->lines[i];

        if (!o->taken || !same_section(o, l))
            continue;
        heading = false;
        if (str_eq(o->group, l->group))
            group = false;
    }
    if (heading) {
        c.tokens += text_tokens(l->heading) + LINE_TOKENS;
        c.units += utf8_utf16_units(l->heading) + HEAD_UNITS;
    }
    if (group) {
        c.tokens += text_tokens(l->group) + LINE_TOKENS;
        c.units += utf8_utf16_units(l->group) + LINE_UNITS;
    }
    return c;
}

/* The line of the smallest priority that was not judged yet; the first added
 * one of equals. */
static struct block_line *next_line(struct block *b, const bool *judged)
{
    struct block_line *best = NULL;

    for (size_t i = 0; i < b->n; i++)
        if (!judged[i] && (!best || b->lines[i].priority < best->priority))
            best = &b->lines[i];
    return best;
}

size_t block_choose(struct block *b, size_t max_tokens, size_t max_units)
{
    bool judged[BLOCK_LINES] = {false};
    size_t taken = 0, units;
    struct block_line *l;

    b->tokens = text_tokens(b->head) + text_tokens(b->tail) + LINE_TOKENS;
    units = utf8_utf16_units(b->head) + utf8_utf16_units(b->tail) + LINE_UNITS;
    while ((l = next_line(b, judged))) {
        struct cost c = cost_of(b, l);

        judged[l - b->lines] = true;
        if (b->tokens + c.tokens > max_tokens || units + c.units > max_units)
            continue; /* a shorter one may still fit */
        l->taken = true;
        b->tokens += c.tokens;
        units += c.units;
        taken++;
    }
    if (taken == 0)
        b->tokens = 0;
    return taken;
}

void block_print(const struct block *b, struct buf *out)
{
    const struct block_line *last = NULL;

    for (size_t i = 0; i < b->n; i++) {
        const struct block_line *l = &b->lines[i];

        if (!l->taken)
            continue;
        if (!last)
            buf_addf(out, "%.*s\n", STR_ARG(b->head));
        if (l->heading.n && (!last || !same_section(last, l)))
            buf_addf(out, "\n## %.*s\n", STR_ARG(l->heading));
        if (l->group.n &&
            (!last || !same_section(last, l) || !str_eq(last->group, l->group)))
            buf_addf(out, "%.*s\n", STR_ARG(l->group));
        buf_addf(out, "- %.*s\n", STR_ARG(l->text));
        last = l;
    }
    if (last)
        buf_addf(out, "%.*s", STR_ARG(b->tail));
}
