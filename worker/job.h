/*
 * job.h - one batch: read, compressed, written.
 *
 * On the thread pool: the session's waiting events are read and parsed, and
 * the built-in rules applied or the prompt built. On the loop: the model is
 * asked, its reply checked (asked once more when it is refused), memories and
 * the batch's end written in one transaction.
 *
 * A model that cannot be reached delays the batch (its events stay); one that
 * answers nonsense twice, refuses for good, or costs more than the day's cap
 * leaves the batch to the rules. A refused reply is kept in `batches`.
 */
#ifndef CMEM_WORKER_JOB_H
#define CMEM_WORKER_JOB_H

#include "base/common.h"
#include "worker/worker.h"

/* Begins; job_finished is called from the loop when it is over. */
void job_start(struct worker *w, int64_t session_id);
/* Given by the digester. retry_ms > 0: our own store refused, so not again
 * for so long; delays because of the model stand in the database. */
void job_finished(struct worker *w, int64_t session_id, int64_t retry_ms);

#endif
