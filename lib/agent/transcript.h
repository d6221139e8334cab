/*
 * transcript.h - Claude Code's own session files (.jsonl), read forward.
 *
 * The client's file has what hooks do not bring: the assistant's text between
 * tool calls, words the user typed while it worked, and results of tools
 * whose hook never ran. A line gives no item, one or a few. Lines of an
 * unfinished write (no newline yet) are left for the next time.
 *
 * A tool_use and its result are one item, given in the tool_use's place; the
 * result is looked for further on. When it is not there yet, reading stops
 * before it, so that nothing is given twice or out of order.
 */
#ifndef CMEM_AGENT_TRANSCRIPT_H
#define CMEM_AGENT_TRANSCRIPT_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

enum item_kind {
    ITEM_PROMPT,     /* the user's words (not meta, not command output) */
    ITEM_ASSISTANT,  /* assistant text, thinking left out */
    ITEM_TOOL,       /* a tool_use with its result */
    ITEM_COMPACT,    /* the client's own compaction summary */
};

struct item {
    enum item_kind kind;
    struct str session;      /* sessionId */
    struct str agent_id;     /* sidechain: whose work it is; else empty.
                                "sidechain" where the client does not say */
    struct str uuid;         /* of the line; with tool_use_id: identity */
    struct str tool, tool_use_id; /* ITEM_TOOL */
    struct str cwd, branch;
    int64_t time_ms;
    bool failed;             /* ITEM_TOOL: the result says it is an error */
    /* A payload of the same form as the hook's: hook_event_name
     * "UserPromptSubmit" | "Assistant" | "PostToolUse" |
     * "PostToolUseFailure" | "PostCompact", session_id, cwd, tool_name,
     * tool_input, tool_response (toolUseResult where the line has it), _ts.
     * As it was found: it has to go through intake_parse like a hook's. */
    struct str payload;
};

struct transcript_reader;

/* fd is a regular file (compressed ones are the caller's to decompress), read
 * with pread from `offset`: 0, or what transcript_offset said. The reader does
 * not own fd. */
struct transcript_reader *transcript_open(int fd, int64_t offset);
void transcript_close(struct transcript_reader *r);
/* 1 an item (lives in a), 0 the end for now, negative an error. A line that
 * is not JSON or larger than 64 MB is passed over and counted. */
int transcript_next(struct transcript_reader *r, struct arena *a,
                    struct item *out, struct err *e);
/* Nothing more will be written (an old file is imported, the session ended
 * long ago): tool_uses that wait for their result are given up, and a last
 * line without a newline counts. To be called when transcript_next has
 * returned 0; then it may have more items. */
void transcript_finish(struct transcript_reader *r);
/* Where to go on next time: exactly behind the last item given. Between two
 * items of one line it points into that line; transcript_open knows. */
int64_t transcript_offset(const struct transcript_reader *r);
int64_t transcript_bad_lines(const struct transcript_reader *r);

#endif
