/*
 * prompt_slot.h - the few lines that a prompt may bring with it.
 *
 * Behind a prompt of the user stand at most a few memories (prompt_memories,
 * prompt_tokens), and only those whose score clears a high bar (prompt_bar):
 * silence is the normal case. Invariants:
 *
 *   1. Never what the session has: what it was given since it began or was
 *      compacted, whatever way, and what it itself said or made. Never two
 *      lines that say the same.
 *   2. Never for a prompt that asks nothing (prompt_words.h), never in a
 *      subagent, never a prompt's text, never what is superseded, expired, of
 *      another branch or of a subagent.
 *   3. Stored text is data, as in context.h: fenced, a line each, with its
 *      origin; instruction-shaped text of tools and the web is left out.
 *      A memory whose code has changed or gone says so, and counts for less.
 *   4. Everything considered has a fate that can be read afterwards.
 *
 * Reads only, so it runs on any thread with a connection of its own.
 */
#ifndef CMEM_OPS_PROMPT_SLOT_H
#define CMEM_OPS_PROMPT_SLOT_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/str.h"
#include "ops/fresh.h"
#include "ops/op.h"
#include "ops/prompt_match.h"
#include "search/files.h"

/* What became of a candidate, and how it is said. */
#define SLOT_FATES(X)                                                          \
    X(GIVEN, "given", "given")                                                 \
    X(BELOW, "below-bar", "below the bar")                                     \
    X(HAD, "had", "the session had it already")                                \
    X(OWN, "own", "the session's own")                                         \
    X(SAME, "same", "says the same as a better one")                           \
    X(BESIDE, "beside", "a better one of its session is given")                \
    X(ORDER, "instruction", "shaped like an instruction, from outside")        \
    X(PROMPT, "prompt", "an earlier prompt, not something learnt")             \
    X(FULL, "full", "enough others were better")                               \
    X(ROOM, "no-room", "no room in the token budget")                          \
    X(ENDED, "ended", "no longer holds")                                       \
    X(EXPIRED, "expired", "expired")                                           \
    X(BRANCH, "branch", "belongs to another branch")                           \
    X(CHILD, "subagent", "a subagent's")                                       \
    X(LATER, "later", "not known yet")

enum slot_fate {
#define X(id, word, words) SLOT_##id,
    SLOT_FATES(X)
#undef X
        SLOT_FATE_COUNT
};
const char *slot_fate_word(enum slot_fate f);  /* "below-bar" */
const char *slot_fate_words(enum slot_fate f); /* "below the bar" */

struct slot_limits {
    size_t memories, tokens;
    double bar;
};
/* As configured; the defaults without a configuration. */
struct slot_limits slot_limits_of(const struct config *c);

struct slot_request {
    int64_t project_id;
    int64_t session_id; /* 0: of nobody */
    struct str branch, prompt;
    int64_t nth; /* prompt of the session; 0: not known */
    struct slot_limits limits;
    int64_t as_of_ms; /* 0: now */
    bool wide; /* consider also what can only be left out: for why-not */
    /* What the session has beside what its receipts tell: for walks over
     * sessions that had no hooks. */
    const int64_t *had;
    size_t nhad;
    bool had_files;
};

struct slot_candidate {
    struct memory_row row;
    double score;              /* of the search */
    struct prompt_match match; /* its `sure` decides */
    enum freshness fresh; /* asked of what clears the bar: `sure` has been
                           * multiplied with fresh_weight then */
    struct str label;     /* freshness_label */
    struct str about;     /* that the prompt names and it cites, or empty */
    enum slot_fate fate;
    struct str line;  /* as it is shown; empty when it is not */
    size_t tokens;
    int64_t other;    /* SAME, ENDED: the memory that stands instead; or 0 */
};

/* Everything lives in env->a. */
struct prompt_slot {
    const char *silent; /* why nothing was looked up; NULL: it was */
    struct str query;   /* what was looked for */
    struct str text;    /* empty: nothing to say */
    struct str json;    /* what the hook prints; empty with text */
    struct str explain; /* for the receipt */
    const int64_t *ids; /* memories in it */
    size_t nids;
    size_t tokens;
    const struct slot_candidate *candidates; /* best first */
    size_t ncandidates;
    const struct file_rank *files; /* likely ones; shown when shows_files */
    size_t nfiles;
    bool shows_files;
    int64_t of; /* memories looked at */
};

/* Members of an object: score (how sure), code (changed, gone), in_common (words in nats, share of
 * the prompt's, meaning: the cosine), found (the search's score). */
void slot_put_score(struct jsonw *w, const struct slot_candidate *c);

/* env->config is not read. */
int prompt_slot_render(struct op_env *env, const struct slot_request *rq,
                       struct prompt_slot *out, struct err *e);

#endif
