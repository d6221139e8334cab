/*
 * digest.h - what goes into compression and what comes out of it.
 *
 * A batch is some consecutive events of one session, parsed. Compressing it,
 * by the built-in rules (rules.h) or by a language model (prompt.h, reply.h),
 * gives drafts: memories that have no id yet. Nothing here touches the
 * database, the network or the clock.
 */
#ifndef CMEM_COMPRESS_DIGEST_H
#define CMEM_COMPRESS_DIGEST_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

/* A definition that a tool call changed or read: store/touch.h. */
struct ev_touch {
    struct str path;   /* as in a draft's files */
    struct str symbol; /* qualified; empty: the file outside of any */
    struct str kind;
    bool modified;
};

enum ev_kind {
    EV_OTHER,
    EV_SESSION_START,
    EV_PROMPT,       /* the user's words */
    EV_NOTIFICATION, /* a prompt that the client made (<task-notification>) */
    EV_TOOL,         /* a tool ran: tool_input, tool_response */
    EV_TOOL_FAILED,  /* a tool failed: tool_input, error */
    EV_ASSISTANT,    /* text the assistant wrote */
    EV_STOP,         /* a turn ended; text is its last message */
    EV_STOP_FAILED,
    EV_SUBAGENT_START,
    EV_SUBAGENT_STOP, /* text is the subagent's report */
    EV_PRE_COMPACT,
    EV_POST_COMPACT, /* text is the client's own summary */
    EV_SESSION_END,
};

struct ev {
    int64_t id; /* row in events */
    int64_t time_ms;
    enum ev_kind kind;
    struct str tool; /* EV_TOOL*: "Edit", "Bash", "mcp__x__y" */
    struct str tool_use_id;
    const struct json *payload; /* the hook's payload as stored, or NULL when
                                   it was not JSON */
    struct str text;            /* prompt, message or report; may be empty */
    const struct ev_touch *touches; /* filled by who knows them, else none */
    size_t ntouches;
};

/*
 * Fills kind, tool, tool_use_id, payload and text of *e from a stored event:
 * its name (hook_event_name, or "Assistant" for text taken from a transcript)
 * and its payload (NULL when it was not JSON). id and time_ms are left alone.
 * Slices are borrowed from the payload.
 */
void ev_fill(struct ev *e, struct str name, const struct json *payload);

struct batch {
    struct arena *a;    /* drafts and their texts go here */
    struct str session; /* the client's id */
    struct str project; /* short name for people */
    struct str root;    /* absolute; paths below it are shown relative */
    struct str cwd;
    struct str branch;
    struct str agent_type; /* of a subagent's session, else empty */
    struct ev *evs;
    size_t n;
    bool ends_turn; /* the last event closes a turn */
    bool ends_session;
    bool no_summary; /* a program's run: several users may speak in it */
    const struct json *summary; /* the session's summary so far, or NULL */
};

/* Observation types and concepts: the words a model may use, in this order.
 * One list each; prompts, validation, filters and help read them. */
#define OBSERVATION_TYPES(X)                                                   \
    X("bugfix", "something was broken and now works")                          \
    X("feature", "a capability that was not there before")                     \
    X("refactor", "code reorganised, behaviour unchanged")                     \
    X("change", "configuration, docs, dependencies, anything else changed")    \
    X("discovery", "something learnt about how things are")                    \
    X("decision", "a choice made, with its reason")                            \
    X("problem", "something is broken and still is")

#define OBSERVATION_CONCEPTS(X)                                                \
    X("how-it-works")                                                          \
    X("why-it-exists")                                                         \
    X("what-changed")                                                          \
    X("problem-solution")                                                      \
    X("gotcha")                                                                \
    X("pattern")                                                               \
    X("trade-off")

bool observation_type_is_known(struct str type);
bool observation_concept_is_known(struct str concept);

struct draft_file {
    struct str path; /* relative to the root when below it */
    bool modified;   /* else read */
};

/* What the item names and how that stands to each other, by a model's word. */
struct draft_name {
    struct str name, kind; /* kind: ENTITY_KINDS of base/entity.h */
};
struct draft_stated {
    struct str from, relation, to; /* RELATIONS of base/entity_relation.h */
};

enum draft_kind { DRAFT_OBSERVATION, DRAFT_FACT };
enum draft_relation {
    REL_NONE,
    REL_REPEATS,
    REL_REFINES,
    REL_CONTRADICTS,
    REL_ENDS
};

struct draft {
    enum draft_kind kind;
    struct str type;     /* observation: a known type; fact: empty */
    struct str title;    /* observation: one line, at most 120 characters */
    struct str subtitle; /* may be empty */
    struct str text;     /* observation: narrative; fact: the sentence */
    struct str *facts;
    size_t nfacts;
    struct str *concepts;
    size_t nconcepts;
    struct str *categories; /* wished for: wishes.h; NULL: none were */
    size_t ncategories;
    struct draft_file *files;
    size_t nfiles;
    struct draft_name *names;
    size_t nnames;
    struct draft_stated *stated;
    size_t nstated;
    struct str origin; /* "user", "assistant" or "tool" */
    int64_t event_ms;  /* when it happened */
    int64_t *events;   /* evidence: event ids, may be empty */
    size_t nevents;
    int importance; /* 1 (trivia) to 5 (must not be forgotten) */
    enum draft_relation relation;
    int64_t related; /* memory id that the relation is to */
};

/* All fields may be empty; `set` says whether there is a summary at all. */
struct summary_draft {
    bool set;
    struct str request; /* what the user wanted, in one or two lines */
    struct str investigated;
    struct str learned;
    struct str completed;
    struct str next_steps; /* only what was really left open */
    struct str notes;
};

struct drafts {
    struct draft *items;
    size_t n;
    struct summary_draft summary;
};

#endif
