/*
 * spool.h - where an event waits when no worker took it.
 *
 * The spool directory holds append-only files. A record is
 *
 *   "CMS1", u32 length, u32 CRC-32 of the frame, then the frame's bytes
 *
 * Invariants:
 *   1. A record that spool_append said 0 for is read back by spool_read,
 *      unless the disk loses it: it is whole, in one file, before it returns.
 *   2. A torn record (writer killed, disk full) never hides the ones behind
 *      it: the reader goes on at the next "CMS1" whose CRC holds.
 *   3. Writers append to `events.spool` under flock; the reader takes the file
 *      by renaming it under the same lock and may then read at leisure.
 *   4. A writer that cannot get the lock in its time writes a file of its own.
 *
 * Full: past `max_bytes` in all, tool events are refused (they are many and
 * the transcript has them); prompts, stops and session events may use a tenth
 * more. What was refused, or met a full disk, is counted in the file `dropped`,
 * which the doctor reads: one byte a dropped event.
 */
#ifndef CMEM_WIRE_SPOOL_H
#define CMEM_WIRE_SPOOL_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "wire/frame.h"

/* Appends f. 0; CM_EFULL when refused by the policy; CM_EIO when the system
 * refused. Makes the directory (0700) and file (0600) when missing. Allocates
 * nothing. The lock is waited for until deadline_ms (on clock_mono_ms) and
 * tried once in any case. Callers ignore SIGXFSZ. */
int spool_append(const char *dir, const struct frame *f, uint64_t max_bytes,
                 int64_t deadline_ms);

/* Called for every whole record, oldest file first. A negative value stops
 * and is handed on; the file then stays for the next time. So do files with a
 * record of a newer version: their other records come again every time. */
typedef int (*spool_fn)(void *arg, const struct frame *f);

struct spool_counts {
    uint64_t records;    /* given to fn */
    uint64_t torn_bytes; /* bytes passed over */
};

/*
 * Takes all files and gives their records to fn; after the last record of a
 * file calls done (commit there; not called where fn was not), then removes
 * the file. When done fails the file stays. done may be NULL. One reader at a
 * time: the worker. Waits at most 20 ms for a writer that holds the lock.
 */
int spool_read(const char *dir, spool_fn fn, int (*done)(void *arg), void *arg,
               struct spool_counts *counts, struct err *e);
/* Bytes waiting, and events dropped because it was full. */
void spool_state(const char *dir, uint64_t *bytes, uint64_t *dropped);
/* CRC-32 (IEEE 802.3, reflected), as in zlib. */
uint32_t spool_crc(uint32_t crc, const void *p, size_t n);

#endif
