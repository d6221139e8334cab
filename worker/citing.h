/*
 * citing.h - what a batch's memories can speak of.
 *
 * The definitions that its edits touched are in the store (touching.h). Those of
 * files that it read as a whole are found from the events, and written only
 * when a memory cites them: a session reads a hundred definitions for one that
 * is worth a word.
 */
#ifndef CMEM_WORKER_CITING_H
#define CMEM_WORKER_CITING_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "compress/digest.h"
#include "ops/cite.h"
#include "store/db.h"
#include "store/touch.h"

struct citable {
    /* In the order of events; ids of what is not written are negative: -1 is
     * read[0]. */
    struct touch_row *v;
    size_t n;
    struct touch_in *read;
};

/* Reads the touches of the batch's edits, and sets its events' own. Lives in
 * b->a. */
int citing_load(struct db *db, int64_t session_id, struct batch *b,
                struct citable *c, struct err *e);

/* Adds what whole reads brought. drafts: who is to cite it; files without a
 * name that they name are left alone. NULL: nobody knows yet. */
void citing_add_reads(const struct batch *b, int64_t session_id,
                      const struct drafts *drafts, struct citable *c);

struct cites {
    int64_t id[CITES_MAX];
    size_t n;
};

/* What each draft cites; read definitions are written first. In the caller's
 * transaction; *out lives in b->a. */
int citing_drafts(struct db *db, const struct batch *b,
                  const struct drafts *drafts, const struct citable *c,
                  struct cites **out, struct err *e);

#endif
