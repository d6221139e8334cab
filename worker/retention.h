/*
 * retention.h - raw events that are older than the setting retention_days.
 *
 * Memories stay, whatever their age, and so does every event that one rests
 * on or that still waits to be compressed. Of the rest, those older than so
 * many days are deleted, in steps of a few hundred with pauses between, once
 * when the worker starts, when the settings changed, and once a day. How many went is counted with their
 * session: `cmem stats` and `cmem show SESSION` say it. Off (0) by default.
 */
#ifndef CMEM_WORKER_RETENTION_H
#define CMEM_WORKER_RETENTION_H

#include "worker/worker.h"

void retention_open(struct worker *w);
/* The settings are others now: looks again, soon. */
void retention_reload(struct worker *w);
void retention_close(struct worker *w); /* more than once is fine */

#endif
