/*
 * intake.h - from a hook's stdin to what is stored.
 *
 * Takes the payload apart just enough to know whose it is, drops bulky parts
 * that are to be had elsewhere, redacts, and caps what is left. Pure: no
 * files, no clock, no database.
 */
#ifndef CMEM_AGENT_INTAKE_H
#define CMEM_AGENT_INTAKE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

struct intake {
    /* Slices live in the arena given. Empty where the payload has none. */
    struct str session;     /* session_id; "unknown" when not to be had */
    struct str name;        /* hook_event_name */
    struct str tool, tool_use_id;
    struct str agent_id, agent_type; /* inside subagents */
    struct str cwd, transcript, source, reason;
    struct str text;        /* prompt or message, after redaction */
    int64_t time_ms;        /* "_ts" of recorded payloads, else 0 */
    struct str payload;     /* what to store: JSON, or JSON that wraps the raw
                               text as {"raw": ...} when it was not JSON */
    size_t bytes;           /* as it came */
    size_t redacted;        /* secrets taken out */
    bool cut;               /* a cap was applied (and is stated in the text) */
    bool was_json;
    bool is_internal;       /* made by cmem itself: to be refused */
};

/*
 * raw: the hook's stdin. max_bytes: most of the payload that is kept.
 * Dropped by rule, with a note in its place: tool_response.originalFile and
 * originalFileContents (the edit's old_string/new_string and structuredPatch
 * stay), base64 images and documents, tool_response fields that repeat
 * tool_input word for word. Strings that are still too long keep head and
 * tail: "first part\n[... 12345 bytes cut ...]\nlast part".
 * A payload none of this applies to is kept byte for byte, without its newline.
 * Never fails: garbage is kept as garbage, cut to max_bytes (1 KB at least).
 */
void intake_parse(struct str raw, size_t max_bytes, struct arena *a,
                  struct intake *out);

/* Did the client write this in the user's place: a command's wrapper or
 * output, a notification, our own block? Empty text counts too. */
bool intake_is_clients(struct str text);

/*
 * What cmem itself put into a session comes back in prompts, tool results and
 * transcripts: a block from "<cmem-memory" to "</cmem-memory>". It is never
 * stored again: "[cmem memory left out]" stands in its place, and in that of
 * what a tool of cmem's own server answered.
 */
bool intake_is_own(struct str text);

#endif
