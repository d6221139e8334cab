/* anchor.c - the time of what a question counts from: "before the release", "as
 * of v2". */
#include "base/common.h"

#include "search/cands.h"

/* The best that have all its words are looked at. */
#define LOOKED_AT 5

/* Has the text a word that says that it came to be? A plan has none, and of
 * what people do ("after my weekend away") the time is told in other ways. */
static bool is_done(struct str text)
{
    static const char *const words[] = {
        "released", "published", "shipped",  "merged",  "tagged",   "deployed",
        "landed",   "finished",  "complete", "migrated", "launched", "committed",
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_ifind(text, str_of(words[i])) >= 0)
            return true;
    return false;
}

static bool says_done(const struct memory_row *m)
{
    return is_done(m->title) || is_done(m->text);
}

/* "the release": its words, without what only points. */
static struct str bare(struct str anchor)
{
    static const char *const points[] = {"the ", "our ", "that ", "my "};

    for (size_t i = 0; i < ARRAY_LEN(points); i++) {
        struct str p = str_of(points[i]);

        if (anchor.n > p.n && str_ieq(str_cut(anchor, 0, p.n), p))
            return str_cut(anchor, p.n, anchor.n);
    }
    return anchor;
}

int anchor_find(struct finding *f, struct err *e)
{
    struct search_request rq = {.words = bare(f->when.anchor),
                                .filter = f->rq->filter,
                                .without = f->rq->without | 1u << SIGNAL_TIME,
                                .max = LOOKED_AT,
                                .all_of_one = true,
                                .no_snippets = true};
    const struct memory_row *best = NULL;
    struct search_result r;
    int rc;

    if (f->when.anchor.n == 0 || without(f, SIGNAL_TIME))
        return 0;
    rc = search_run(f->db, &rq, f->a, &r, e);
    for (size_t i = 0; rc == 0 && i < r.n; i++) {
        const struct memory_row *m = &r.hits[i].row;

        if (r.hits[i].has_all && !r.nnear && says_done(m)) {
            best = m;
            break;
        }
    }
    if (!best)
        return rc; /* nobody knows when that was */
    if (f->when.kind == WHEN_AFTER) {
        f->when.from_ms = best->event_ms;
        f->when.until_ms = INT64_MAX;
    } else {
        f->when.from_ms = 0;
        f->when.until_ms = best->event_ms + (f->when.kind == WHEN_AS_OF);
    }
    f->when.anchor = STR_NONE;
    return 0;
}
