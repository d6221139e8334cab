/*
 * fresh.h - does the code that a memory speaks of still look as it did?
 *
 * For each citation the code index is asked for the definition of that path and
 * name; its hash is compared with the one that was noted:
 *
 *   FRESH    the same
 *   CHANGED  it is there, with another text
 *   MOVED    the same text under another name or in another place, told where
 *   GONE     neither is to be found
 *   UNKNOWN  nobody can say: the tree is not indexed (yet), the file was too
 *            large or did not parse, no hash was noted
 *
 * Of a memory: CHANGED when any citation of a definition is changed or gone,
 * GONE when all are gone, MOVED when all hold and some stand elsewhere. Files
 * cited as such weigh only when there is nothing else: most lines of a file are
 * not what a memory is about. UNKNOWN citations do not count; a memory without
 * others is UNKNOWN, and nothing is said of it.
 *
 * The truth is that of the working tree as it was last indexed: on another
 * branch the answer may be another one.
 */
#ifndef CMEM_OPS_FRESH_H
#define CMEM_OPS_FRESH_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "ops/op.h"
#include "store/touch.h"

enum freshness {
    FRESH_UNKNOWN,
    FRESH_SAME,
    FRESH_MOVED,
    FRESH_CHANGED,
    FRESH_GONE,
};
const char *freshness_name(enum freshness f); /* "fresh", "moved", ... */

struct fresh_cite {
    struct touch_row was;
    enum freshness state;
    /* MOVED and CHANGED: where it stands now. */
    struct str path, symbol;
    uint32_t first_line, last_line;
};

struct fresh_memory {
    enum freshness state;
    struct fresh_cite *cites;
    size_t n;     /* 0: it cites nothing */
    size_t stale; /* citations changed or gone */
};

/* Which tree a project's citations are compared with: the one that holds
 * env->cwd if it is of the project, else the one scanned last. */
struct fresh;
int fresh_open(struct op_env *env, int64_t project_id, struct fresh **out,
               struct err *e);
/* Lives in env->a, as everything it gives. Some microseconds a citation. */
int fresh_memory(struct fresh *f, int64_t memory_id, struct fresh_memory *out,
                 struct err *e);

/* What a score is multiplied with: 1 for what holds or is not known. */
double fresh_weight(enum freshness f);

/* "freshness": {"state", "cites": [...]} inside an object of the caller;
 * nothing when it is UNKNOWN. whole: each citation, with its lines and where
 * it went. */
void put_freshness(struct jsonw *w, const struct fresh_memory *m, bool whole);
/* For a line of text: "code changed since", "code gone", "now in PATH"; empty
 * when nothing is to be said. */
struct str freshness_label(const struct fresh_memory *m, struct arena *a);

#endif
