/*
 * frame.h - the one message format, on the socket and in the spool.
 *
 * A frame is a head of 36 bytes and a body. All numbers are little-endian.
 *
 *   offset  bytes  what
 *        0      4  "CMEM"
 *        4      1  version (1)
 *        5      1  type (enum frame_type)
 *        6      1  kind: which hook (enum hook_kind), 0 outside events
 *        7      1  flags
 *        8      4  bytes of body
 *       12      8  wall time, milliseconds since 1970 UTC
 *       20     16  id: random for an event; an answer repeats the asker's
 *
 * EVENT   hook -> worker   body: the hook's stdin, verbatim
 * ACK     worker -> hook   sent after commit; the body is what the hook is to
 *                          print (may be empty). FRAME_MORE: a REPLY with the
 *                          body that a prompt brings follows within
 *                          SLOT_BUDGET_MS, or is of no use any more
 *         hook -> worker   the REPLY of that was printed
 * OP      cli -> worker    body: {"op": name, "args": {...}}
 * REPLY   worker -> cli    body: {"ok": true, "result": ...} or
 *                          {"ok": false, "code": "...", "error": "..."}
 *
 * Frames of one connection are answered in order. Unknown types and newer
 * versions close the connection: the spool keeps the event for a worker that
 * knows them.
 */
#ifndef CMEM_WIRE_FRAME_H
#define CMEM_WIRE_FRAME_H

#include "base/common.h"
#include "base/str.h"

#define FRAME_VERSION 1
#define FRAME_HEAD_BYTES 36
#define FRAME_UID_BYTES 16
/* More than any hook payload measured (0.85 MB), room for replies. */
#define FRAME_BODY_MAX (32u * 1024u * 1024u)

/* From sending a prompt's event to what is printed behind it, at most. */
#define SLOT_BUDGET_MS 30

enum frame_type { FRAME_EVENT = 1, FRAME_ACK, FRAME_OP, FRAME_REPLY };

enum hook_kind {
    HOOK_NONE,
    HOOK_SESSION_START,
    HOOK_USER_PROMPT,
    HOOK_POST_TOOL_USE,
    HOOK_STOP,
    HOOK_SESSION_END,
    HOOK_PRE_COMPACT,
};

enum frame_flags {
    FRAME_WANTS_CONTEXT = 1, /* the hook will print the ACK's body */
    FRAME_CUT = 2,           /* stdin was not read to its end: too long, or
                                never closed; the body may be whole or not */
    FRAME_MORE = 4,          /* of an ACK: a REPLY follows, whose body is to be
                                printed; the hook sends an ACK for that */
};

struct frame {
    enum frame_type type;
    enum hook_kind kind;
    unsigned flags;
    int64_t time_ms;
    unsigned char uid[FRAME_UID_BYTES];
    struct str body; /* borrowed */
};

/* Writes the head of f, whose body.n is the body's length. */
void frame_head(const struct frame *f, unsigned char out[FRAME_HEAD_BYTES]);

/*
 * Reads one frame from the front of `in`. 0 and *used set; CM_EAGAIN when
 * more bytes are needed (*used is then the bytes wanted in all); CM_EFORMAT
 * or CM_EVERSION when these are no bytes of ours. The body is borrowed.
 */
int frame_decode(struct str in, struct frame *f, size_t *used);

#endif
