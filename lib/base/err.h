/*
 * err.h - error codes and the sentence a person reads.
 *
 * Functions return 0 (or a count) on success and a negative enum cm_err on
 * failure. Where a person may read about it, the last parameter is
 * `struct err *e`: one complete sentence that names the object, such as
 * "open /x/cmem.db: permission denied". Callers wrap outwards with err_wrap
 * and print once, at the top. `e` may be NULL everywhere.
 */
#ifndef CMEM_BASE_ERR_H
#define CMEM_BASE_ERR_H

#include "base/common.h"

enum cm_err {
    CM_OK = 0,
    CM_EARG = -1,     /* the caller's or the person's words are off */
    CM_ENOTFOUND = -2,/* the thing asked for is not there */
    CM_EIO = -3,      /* the system refused: see errno's text */
    CM_EDB = -4,      /* SQLite refused */
    CM_EFORMAT = -5,  /* bytes that are not what they should be */
    CM_EFULL = -6,    /* a limit of ours was reached */
    CM_ETIME = -7,    /* a deadline passed */
    CM_ENET = -8,     /* a peer did not answer or refused */
    CM_EPERM = -9,    /* not allowed: owner, mode, cap */
    CM_EVERSION = -10,/* made by a newer cmem */
    CM_EAGAIN = -11,  /* not yet: more bytes or another try needed */
};

struct err {
    int code;       /* the enum above, 0 when unset */
    char msg[512];  /* always terminated; cut with "..." when longer */
};

/* Sets the sentence and returns `code`, so that `return err_set(...)` works. */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* As err_set, with ": " and strerror(errno) behind. */
int err_sys(struct err *e, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "prefix: " before the sentence that is there. Returns e->code. */
int err_wrap(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A word for a code, for logs and --json: "not-found", "io", ... */
const char *err_name(int code);

#endif
