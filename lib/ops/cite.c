/* cite.c - see cite.h. */
#include "base/common.h"

#include "base/names.h"
#include "compress/rules_code.h"
#include "ops/cite.h"

/* Names of one draft that are looked at. */
#define NAMES_LOOKED_AT 128

/* One definition, or file as such, among the batch's touches. */
struct cand {
    int64_t id;       /* its last touch within what the draft is about */
    int64_t event_id; /* of that */
    struct str path, symbol;
    bool modified, named;
    size_t edits;
};

struct citing {
    const struct draft *d;
    const struct touch_row *touches;
    size_t n;
    int64_t from, to; /* events that the draft is about */
    struct str names[NAMES_LOOKED_AT];
    size_t nnames;
    struct cand *cands;
    size_t ncands;
};

/* --- what the draft names ---------------------------------------------------------- */

static void take_names(struct citing *c, struct str text)
{
    struct names n = {text, 0};
    struct str name;

    while (c->nnames < NAMES_LOOKED_AT && names_next(&n, &name)) {
        ptrdiff_t open = str_chr(name, '(');

        if (open > 0)
            name.n = (size_t)open;
        c->names[c->nnames++] = name;
    }
}

static bool is_named(const struct citing *c, struct str symbol)
{
    struct str last = code_last_name(symbol);

    if (last.n < 2)
        return false;
    for (size_t i = 0; i < c->nnames; i++) {
        struct str name = c->names[i];

        if (str_eq(name, symbol) || str_eq(name, last))
            return true;
        /* "Cache.get" says more than the definition's own "get"; what it says
         * must be so. */
        if (str_eq(code_last_name(name), last) && str_chr(name, '/') < 0 &&
            str_ends(symbol, name))
            return true;
    }
    return false;
}

/* --- what it is about --------------------------------------------------------------- */

static bool changed_file(const struct draft *d, struct str path)
{
    for (size_t i = 0; i < d->nfiles; i++)
        if (d->files[i].modified && str_eq(d->files[i].path, path))
            return true;
    return false;
}

static bool has_changed_files(const struct draft *d)
{
    for (size_t i = 0; i < d->nfiles; i++)
        if (d->files[i].modified)
            return true;
    return false;
}

/* Evidence is some of the events of a stretch of work: a file's last edit, the
 * prompt that it was done for. */
static void set_stretch(struct citing *c)
{
    c->from = INT64_MIN;
    c->to = INT64_MAX;
    if (c->d->nevents == 0)
        return;
    c->from = c->to = c->d->events[0];
    for (size_t i = 1; i < c->d->nevents; i++) {
        if (c->d->events[i] < c->from)
            c->from = c->d->events[i];
        if (c->d->events[i] > c->to)
            c->to = c->d->events[i];
    }
}

static struct cand *cand_of(struct citing *c, const struct touch_row *t)
{
    for (size_t i = 0; i < c->ncands; i++)
        if (str_eq(c->cands[i].symbol, t->symbol) &&
            str_eq(c->cands[i].path, t->path))
            return &c->cands[i];
    c->cands[c->ncands] = (struct cand){.path = t->path,
                                        .symbol = t->symbol,
                                        .named = is_named(c, t->symbol)};
    return &c->cands[c->ncands++];
}

static void gather(struct citing *c)
{
    bool by_files = c->d->nevents && has_changed_files(c->d);

    for (size_t i = 0; i < c->n; i++) {
        const struct touch_row *t = &c->touches[i];
        struct cand *k;

        if (t->modified && by_files &&
            (t->event_id < c->from || t->event_id > c->to ||
             !changed_file(c->d, t->path)))
            continue;
        k = cand_of(c, t);
        /* What it looked like when it was spoken of, not what became of it;
         * and an edit says more than a read. */
        if (k->modified && !t->modified)
            continue;
        if (k->id && c->d->nevents && t->event_id > c->to)
            continue;
        k->id = t->id;
        k->event_id = t->event_id;
        k->modified = k->modified || t->modified;
        k->edits += t->modified;
    }
}

static bool is_cited(const struct citing *c, const struct cand *k)
{
    if (k->symbol.n == 0) /* a file as such */
        return k->modified && changed_file(c->d, k->path);
    if (k->named)
        return true;
    return k->modified && c->d->nevents && changed_file(c->d, k->path);
}

/* Named before others, definitions before files, much edited before little;
 * then as it happened. */
static bool stands_before(const struct cand *a, const struct cand *b)
{
    if (a->named != b->named)
        return a->named;
    if ((a->symbol.n > 0) != (b->symbol.n > 0))
        return a->symbol.n > 0;
    if (a->edits != b->edits)
        return a->edits > b->edits;
    return a->id < b->id;
}

size_t cite_draft(const struct batch *b, const struct draft *d,
                  const struct touch_row *touches, size_t n,
                  int64_t out[CITES_MAX])
{
    struct citing c = {.d = d, .touches = touches, .n = n};
    const struct cand *best[CITES_MAX];
    size_t found = 0;

    if (n == 0)
        return 0;
    c.cands = arena_array(b->a, n, sizeof(*c.cands));
    take_names(&c, d->title);
    take_names(&c, d->subtitle);
    take_names(&c, d->text);
    for (size_t i = 0; i < d->nfacts; i++)
        take_names(&c, d->facts[i]);
    set_stretch(&c);
    gather(&c);
    for (size_t i = 0; i < c.ncands; i++) {
        const struct cand *k = &c.cands[i];
        size_t at = found;

        if (!is_cited(&c, k))
            continue;
        for (; at > 0 && stands_before(k, best[at - 1]); at--)
            if (at < CITES_MAX)
                best[at] = best[at - 1];
        if (at < CITES_MAX)
            best[at] = k;
        found += found < CITES_MAX;
    }
    for (size_t i = 0; i < found; i++)
        out[i] = best[i]->id;
    return found;
}
