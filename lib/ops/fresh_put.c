/* fresh_put.c - what freshness is called: in JSON and in a line of text. */
#include "base/common.h"

#include "ops/fields.h"
#include "ops/fresh.h"

/* Where the first citation that stands elsewhere is now. */
static const struct fresh_cite *first_moved(const struct fresh_memory *m)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->cites[i].state == FRESH_MOVED)
            return &m->cites[i];
    return NULL;
}

struct str freshness_label(const struct fresh_memory *m, struct arena *a)
{
    const struct fresh_cite *c;

    switch (m->state) {
    case FRESH_CHANGED:
        return STR("code changed since");
    case FRESH_GONE:
        return STR("code gone");
    case FRESH_MOVED:
        c = first_moved(m);
        if (!c)
            return STR_NONE;
        if (str_eq(c->path, c->was.path))
            return arena_fmt(a, "now %.*s", STR_ARG(c->symbol));
        return arena_fmt(a, "now in %.*s", STR_ARG(c->path));
    case FRESH_SAME:
    case FRESH_UNKNOWN:
        break;
    }
    return STR_NONE;
}

static void put_place(struct jsonw *w, struct str path, struct str symbol,
                      uint32_t first, uint32_t last)
{
    jsonw_str(w, "path", path);
    put_text(w, "symbol", symbol);
    if (first) {
        jsonw_int(w, "line", first);
        jsonw_int(w, "end_line", last);
    }
}

void put_fresh_cite(struct jsonw *w, const struct fresh_cite *c)
{
    put_place(w, c->was.path, c->was.symbol, c->was.first_line,
              c->was.last_line);
    put_text(w, "kind", c->was.kind);
    jsonw_bool(w, "modified", c->was.modified);
    jsonw_strz(w, "state", freshness_name(c->state));
    if (c->path.n == 0)
        return;
    jsonw_obj(w, "now");
    put_place(w, c->path, c->symbol, c->first_line, c->last_line);
    jsonw_end(w);
}

void put_freshness(struct jsonw *w, const struct fresh_memory *m, bool whole)
{
    struct arena a = {0};

    if (m->state == FRESH_UNKNOWN && (!whole || m->n == 0))
        return;
    jsonw_obj(w, "freshness");
    jsonw_strz(w, "state", freshness_name(m->state));
    put_text(w, "label", freshness_label(m, &a));
    if (m->stale)
        jsonw_int(w, "stale", (int64_t)m->stale);
    if (whole) {
        jsonw_arr(w, "cites");
        for (size_t i = 0; i < m->n; i++) {
            jsonw_obj(w, NULL);
            put_fresh_cite(w, &m->cites[i]);
            jsonw_end(w);
        }
        jsonw_end(w);
    }
    jsonw_end(w);
    arena_free(&a);
}
