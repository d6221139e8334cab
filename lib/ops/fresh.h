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
 * "The same" is first asked of the same file and qualified name (of overloads
 * any will do). MOVED takes a text that stands for itself: one long enough, and
 * not in the tree in several places; a short one (an empty function is
 * everywhere) only where its name or its file stayed, and never one of a few
 * bytes. A file that is on the disk and not in the index (ignored, of no
 * language) tells nothing, nor does a tree whose scan is not at its end tell
 * that something is not there.
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
    /* Where it stands now, unless it is GONE or UNKNOWN; path as in was:
     * below the working tree's top. A file as such has no lines. */
    struct str path, symbol;
    uint32_t first_line, last_line;
};

/* Citations of one memory that are looked at (ops/cite.h makes fewer). */
#define FRESH_CITES_MAX 32

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
/* Is there such a tree on the disk? Without one everything is UNKNOWN. */
bool fresh_knows(const struct fresh *f);
struct str fresh_root(const struct fresh *f); /* of the tree; or empty */
/* Of an absolute path in the tree, what citations call it; else empty. */
struct str fresh_cited_path(const struct fresh *f, struct str absolute);
/* What a person means by a name or a line of a cited file: where it is now. 1,
 * or 0: the index does not have it. */
struct code_symbol_row;
int fresh_meant(struct fresh *f, struct str path, struct str text,
                struct code_symbol_row *out, struct err *e);
/* All definitions of a cited file, as the index has them; none: it has not. */
int fresh_symbols(struct fresh *f, struct str path, struct code_symbol_row **v,
                  size_t *n, struct err *e);
/* A path as citations have it, to where it is on the disk; empty when it lies
 * outside of the tree. */
struct str fresh_on_disk(const struct fresh *f, struct str path);
/* Lives in env->a, as everything it gives. Some microseconds a citation.
 * Bodies (was.body) are not read. */
int fresh_memory(struct fresh *f, int64_t memory_id, struct fresh_memory *out,
                 struct err *e);
/* One touch by itself. */
int fresh_touch(struct fresh *f, const struct touch_row *was,
                struct fresh_cite *out, struct err *e);

/* For memories of several projects: {.env = env}, each opened once. What is of
 * no project is UNKNOWN. */
#define FRESH_PROJECTS_MAX 16
struct fresh_set {
    struct op_env *env;
    int64_t project[FRESH_PROJECTS_MAX];
    struct fresh *fresh[FRESH_PROJECTS_MAX];
    size_t n;
};
int fresh_set_memory(struct fresh_set *s, int64_t project_id, int64_t memory_id,
                     struct fresh_memory *out, struct err *e);

/*
 * What a score is multiplied with. Modest, because a memory is more than a
 * description of code: why something was decided, what an error meant outlives
 * the lines. CHANGED gives way to what is about as good and holds (0.85 is less
 * than a step of importance); GONE (0.6) stands behind everything that is
 * found nearly as well, and behind a prompt comes only when nearly all of its
 * words are in it.
 */
double fresh_weight(enum freshness f);

/* "freshness": {"state", "label", "stale"} inside an object of the caller;
 * nothing when it is UNKNOWN. whole: with "cites", each with its lines then,
 * its state, and where it is "now"; also of an UNKNOWN one that cites
 * something. */
void put_freshness(struct jsonw *w, const struct fresh_memory *m, bool whole);
/* The members of one citation, inside an object of the caller. */
void put_fresh_cite(struct jsonw *w, const struct fresh_cite *c);
/* For a line of text: "code changed since", "code gone", "now in PATH"; empty
 * when nothing is to be said. */
struct str freshness_label(const struct fresh_memory *m, struct arena *a);

#endif
