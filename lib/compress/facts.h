/*
 * facts.h - one statement beside another: does it say the same, the contrary,
 * or end it?
 *
 * Rules only, English only, and shy: taking two statements for one, or
 * one for the end of another, hides something that was true, while a miss
 * leaves two lines where one would do. So a statement is read as
 *
 *   a value   "The API port is 8080", "The worker listens on port 8080",
 *             "Node version: 20", "X defaults to Y", "X is enabled":
 *             subject and attribute (`about`) and the value;
 *   a use     "We use pnpm", "Never use npm", "The backend uses Go 1.22": what
 *             the tool is for (a table of kinds) and the tool;
 *   an end    "We no longer use X", "X is deprecated", "stopped using X";
 *   a slot    "The suite takes 5 minutes", "We deploy on Fridays": its words
 *             but one quantity or day;
 *   words     everything else: what it says, in order.
 *
 * Two statements say the same when they are read the same way, have the same
 * value, number, names and negation, and the newer has nothing to add. Words
 * count as the same in the same order, but for a phrase of time or place that
 * moved to the front.
 *
 * The newer contradicts the older when
 *   - the attribute can have one value only (a port, a version, a timeout, a
 *     URL, ...: a table) and the values differ;
 *   - it announces the change ("now", "switched to", "moved to", "renamed",
 *     "from A to B", "B instead of A", "no longer", "as of") and the old value
 *     is the one it names, or of the same kind;
 *   - the words are the same and one is negated ("use X" / "do not use X").
 * Not: other subject, other qualifier ("in production", "for the worker"),
 * lists ("supports X", "X and Y"), questions, what if, what was, plans.
 *
 * Scope, time and who said it are for whoever asks (ops/settle.h). Pure: no
 * database, no clock; linear in the text, which is cut at FACT_BYTES.
 */
#ifndef CMEM_COMPRESS_FACTS_H
#define CMEM_COMPRESS_FACTS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* A longer text is a story. Its words are still compared, up to here. */
#define FACT_BYTES 600
#define FACT_WORDS 96
/* Keys under which an older statement may stand. */
#define FACT_KEYS 4

enum fact_kind { FACT_WORDS_ONLY, FACT_VALUE, FACT_USE, FACT_SLOT, FACT_END };

struct fact {
    enum fact_kind kind;
    struct str about; /* under which it is kept: never empty */
    struct str value;
    struct str from;           /* the value that is gone, where it says so */
    struct str purpose;        /* of a use: "for tests" */
    struct str key[FACT_KEYS]; /* to look under, `about` is the first */
    size_t nkeys;
    bool negative;
    bool announces; /* that something changed */
    bool is_plain; /* states how things are: no question, no what-if, no past */
    bool is_single;   /* the attribute has one value */
    bool is_list;     /* "X and Y" */
    struct str *word; /* what it says, in order, normalised */
    size_t nwords;
    struct str *more; /* words behind the value that add to it */
    size_t nmore;
    struct str *special; /* numbers and names in it */
    size_t nspecial;
    bool passive; /* "is maintained by" */
    bool fronted; /* begins with a phrase of time or place */
};

/* Reads a statement; everything lives in a. False for one without words. */
bool fact_read(struct str text, struct arena *a, struct fact *out);

enum fact_stand {
    FACT_UNRELATED,
    FACT_SAME,        /* the newer says nothing new */
    FACT_CONTRADICTS, /* the newer takes the older's place */
    FACT_ENDS,        /* the older no longer holds; the newer says no more */
};
enum fact_stand fact_compare(const struct fact *newer,
                             const struct fact *older);

/* Have both the same numbers and names, and the same negation? What a model
 * of meaning takes for one must pass this first. */
bool facts_agree(const struct fact *x, const struct fact *y);
/*
 * Is y x in other words: the same words but for their endings, what joins them
 * and a few that mean the same, turned at most from active to passive or with a
 * phrase moved? For statements that a model of meaning finds alike: it takes
 * "runs before" and "runs after", or "for reads" and "for writes", for one, and
 * no bound on its number tells these from true repetitions (cosines of both
 * go from 0.77 to 0.98).
 */
bool facts_reworded(const struct fact *x, const struct fact *y);
/* Has `s` numbers or names that `in` has not? Then it is no repetition. */
bool fact_adds(const struct fact *s, const struct fact *in);

#endif
