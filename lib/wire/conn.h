/*
 * conn.h - the client's end of the worker's socket, and starting the worker.
 *
 * Everything here has a deadline (clock_mono_ms). Nothing allocates but
 * conn_recv's buffer. Socket paths longer than sun_path are reached through
 * /proc/self/fd of their directory.
 */
#ifndef CMEM_WIRE_CONN_H
#define CMEM_WIRE_CONN_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/paths.h"
#include "wire/frame.h"

/* Connects; returns a descriptor (close-on-exec, non-blocking). CM_ENOTFOUND
 * when nobody listens, CM_EPERM when the listener is not this user's, CM_ETIME,
 * CM_ENET. */
int conn_open(const struct paths *p, int64_t deadline_ms);
/* Fills a sockaddr_un for path, through *dirfd when it is too long for one
 * (then *dirfd >= 0 and the caller closes it after bind or connect). */
struct sockaddr_un;
int conn_address(const char *path, struct sockaddr_un *sa, int *dirfd);
/* Sends the whole frame. */
int conn_send(int fd, const struct frame *f, int64_t deadline_ms);
/* Receives one frame into b (reset first); f->body is borrowed from b. */
int conn_recv(int fd, struct buf *b, struct frame *f, int64_t deadline_ms);
/*
 * Starts the worker beside this executable, detached (own session, /dev/null
 * on 0, 1, 2, no other descriptor), unless one holds the lock already. Does
 * not wait for it. `wait_ms` > 0 waits until it answers or the time is up.
 */
int conn_start_worker(const struct paths *p, int wait_ms);

#endif
