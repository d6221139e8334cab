/*
 * mcp.h - the Model Context Protocol's server side, without a transport.
 *
 * A message of the client goes in as text; what is to be sent back comes out
 * as text. In between the library may want operations (ops/op.h) to be run,
 * and leaves that to its caller, who may do it at once, on a thread, or over
 * a socket. Nothing here waits, reads a clock or keeps anything but what
 * stands in struct mcp_peer:
 *
 *     struct mcp_message *m = mcp_open(&peer, text);
 *     struct mcp_op op;
 *
 *     while (mcp_next(m, &op)) {
 *         rc = run(op.name, op.args, op.cwd, &result, &e);
 *         mcp_done(m, rc == 0 ? result : NULL, &e);
 *     }
 *     if (mcp_reply(m, &out))
 *         send(out);           (over HTTP: 202 with no body where it is false)
 *     mcp_close(m);
 *
 * A transport that has no connection to remember anything with (HTTP) makes a
 * peer anew for each request, with the version of the request's header.
 */
#ifndef CMEM_MCP_MCP_H
#define CMEM_MCP_MCP_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/paths.h"
#include "base/str.h"

/* Oldest first. */
#define MCP_VERSIONS(X)                                                        \
    X(MCP_2025_03_26, "2025-03-26")                                            \
    X(MCP_2025_06_18, "2025-06-18")                                            \
    X(MCP_2025_11_25, "2025-11-25")

enum mcp_version {
#define MCP_VERSION_ENUM(name, text) name,
    MCP_VERSIONS(MCP_VERSION_ENUM)
#undef MCP_VERSION_ENUM
};
#define MCP_NEWEST MCP_2025_11_25

/* The longest message that is read; a transport refuses longer ones by
 * mcp_refuse. */
#define MCP_MESSAGE_MAX (4u << 20)
/* As much as a reply, or a batch of them, may be. */
#define MCP_REPLY_MAX (8u << 20)

/* What is known of the other side. */
struct mcp_peer {
    enum mcp_version version; /* before initialize: what is assumed */
    bool asks;                /* the transport can carry requests of ours */
    bool has_roots;           /* the client will tell where it works */
    bool wants_roots;         /* a question for them is due: mcp_ask */
    bool awaits_roots;        /* asked, not answered yet */
    int64_t asked;            /* how often: the id of the question */
    char cwd[PATHS_MAX];      /* which project is meant; "" for none */
};

/* "2025-06-18"; false for one that is not spoken here. */
bool mcp_version_of(struct str text, enum mcp_version *out);
const char *mcp_version_text(enum mcp_version v);

/* A message under way: a request, a notification, an answer, or a batch. */
struct mcp_message;
/* Never fails: what is wrong with the text becomes the reply. May change
 * *peer, which must outlive the message. text is not kept. */
struct mcp_message *mcp_open(struct mcp_peer *peer, struct str text);
void mcp_close(struct mcp_message *m); /* NULL is fine */

struct mcp_op {
    const char *name;        /* of a row of ops/op.h */
    const struct json *args; /* borrowed until mcp_done */
    const char *cwd;         /* likewise; "" for none */
};
/* The next operation to be run; false when there is none (any more). The same
 * one again until mcp_done. */
bool mcp_next(struct mcp_message *m, struct mcp_op *op);
/* What it gave: a result, which is taken over, or NULL and what went wrong. */
void mcp_done(struct mcp_message *m, struct json *result, const struct err *e);

/* Appends the reply, one JSON value on one line without its end. False: there
 * is nothing to be said (notifications, answers, what was cancelled). */
bool mcp_reply(struct mcp_message *m, struct buf *out);

/* The request that the client is no longer interested in, when that is what
 * the message says; else NULL. */
const struct json *mcp_cancels(const struct mcp_message *m);
/* No reply to that request of m any more, and none of its operations. True
 * when m had it. */
bool mcp_cancel(struct mcp_message *m, const struct json *id);

/* Appends a notification of progress for the operation under way. False: the
 * client did not ask for it. `seconds` grows from one to the next. */
bool mcp_progress(const struct mcp_message *m, int64_t seconds,
                  struct buf *out);

/* Was the text no message (or, in this version, no batch)? A transport that has
 * statuses says so with one. */
bool mcp_is_refused(const struct mcp_message *m);

/* Is it the handshake? A transport may give the client a session then. */
bool mcp_is_initialize(const struct mcp_message *m);

/* Appends the request that we have for the client, if one is due. */
bool mcp_ask(struct mcp_peer *peer, struct buf *out);

/* Appends the refusal of a message that could not be read: it was longer than
 * MCP_MESSAGE_MAX. */
void mcp_refuse(const struct mcp_peer *peer, const char *why, struct buf *out);

#endif
