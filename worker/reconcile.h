/*
 * reconcile.h - what the hooks did not bring is taken from the transcript.
 *
 * At the end of a turn the session's transcript is read from where it was
 * left: the assistant's text, and results of tools whose hook never came.
 * Reading and parsing are on the thread pool; one transcript at a time.
 * Importing is the same from the start of the file, prompts included.
 *
 * Invariant: how far a transcript was taken and what was taken from it are
 * committed together, so nothing is taken twice or left out.
 */
#ifndef CMEM_WORKER_RECONCILE_H
#define CMEM_WORKER_RECONCILE_H

#include "base/common.h"
#include "base/str.h"
#include "worker/server.h"
#include "worker/worker.h"

void reconcile_open(struct worker *w);
/* No new reads; the one under way ends first. */
void reconcile_close(struct worker *w);
/* The session's transcript grew, or may have. */
void reconcile_session(struct worker *w, int64_t session_id);
/* Imports the file at `path`; `label` is its name in the store (a .jsonl.gz
 * is decompressed by the asker). Answers `to` when done. */
void reconcile_import(struct worker *w, struct str path, struct str label,
                      const struct asker *to);
bool reconcile_busy(const struct worker *w);

#endif
