/*
 * keep.h - drafts become memories.
 */
#ifndef CMEM_WORKER_KEEP_H
#define CMEM_WORKER_KEEP_H

#include "base/common.h"
#include "base/err.h"
#include "compress/digest.h"
#include "store/batch.h"
#include "store/db.h"
#include "worker/citing.h"

struct keep {
    const struct batch *batch;
    const struct drafts *drafts;
    const struct session_row *session;
    int64_t batch_id;
    const struct citable *citable;
    struct str provider; /* "rules" or the model's name */
    struct str commit;   /* set by keep_drafts: refs.h */
    struct cites *cites; /* likewise, of each draft */
};

/* Writes everything of k in the caller's transaction: memories, links, the
 * session's summary, the client's own compaction summary, files touched.
 * *n counts new memories. */
int keep_drafts(struct db *db, const struct keep *k, int64_t now_ms, int64_t *n,
                struct err *e);

/* Notes the files of events that still wait for compression: a session that
 * was just compacted is told what it had in hand, and cannot wait. In the
 * caller's transaction. */
int keep_waiting_files(struct db *db, int64_t session_id, struct arena *a,
                       struct err *e);

#endif
