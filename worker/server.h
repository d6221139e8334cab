/*
 * server.h - the socket: who may connect, frames in, answers out.
 *
 * Only this user's processes are served (peer uid, besides the 0600 socket in
 * a 0700 directory). A connection that sends what is not a frame is closed;
 * so is the oldest when there are more than SERVER_CONNECTIONS.
 */
#ifndef CMEM_WORKER_SERVER_H
#define CMEM_WORKER_SERVER_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "wire/frame.h"
#include "worker/worker.h"

#define SERVER_CONNECTIONS 512

/* Binds, listens; the lock must be held. */
int server_open(struct worker *w, struct err *e);
/* Stops listening, closes connections, removes the socket if it is ours. */
void server_close(struct worker *w);

/* Who asked, for an answer later: the connection may be gone by then. */
struct asker {
    uint64_t serial;
    unsigned char uid[FRAME_UID_BYTES];
    /* NULL: over the socket. Else what control_answer (control.h) calls: an
     * HTTP request's, see http_route.h. */
    void (*answer)(struct worker *w, const struct asker *to, struct str result,
                   const struct err *e);
};

/* Answers an op: body is the whole JSON of a FRAME_REPLY. */
void server_reply(struct worker *w, const struct asker *to, struct str body);

/* Sends the ACKs of the events that the transaction just committed held; or,
 * when it failed, closes their connections, so that the hooks spool them. */
void server_acknowledge(struct worker *w, bool committed);
/* Before the commit: makes what the context hooks among them will print. */
void server_prepare(struct worker *w);

#endif
