/*
 * injection.h - receipts of what was put into which session.
 */
#ifndef CMEM_STORE_INJECTION_H
#define CMEM_STORE_INJECTION_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

struct injection_in {
    int64_t session_id, time_ms;
    const char *source; /* startup, clear, compact */
    int64_t tokens;
    const int64_t *ids; /* memories */
    size_t nids;
    struct str text;
};

/* In the caller's transaction. */
int injection_put(struct db *db, const struct injection_in *in, struct err *e);

#endif
