/*
 * spool_file.h - what spool.c and spool_read.c share, and nobody else.
 */
#ifndef CMEM_WIRE_SPOOL_FILE_H
#define CMEM_WIRE_SPOOL_FILE_H

#include "base/common.h"

#define SPOOL_MAGIC      "CMS1"
#define SPOOL_HEAD_BYTES 12 /* magic, length, CRC */
#define SPOOL_EVENTS     "events.spool"
#define SPOOL_DROPPED    "dropped"
#define SPOOL_SUFFIX     ".spool"
#define SPOOL_TMP        ".tmp"
/* 19 digits or more, a dash, 32 hexadecimal digits, a suffix. */
#define SPOOL_NAME_BYTES 80

struct stat;

/* flock(LOCK_EX), tried until the deadline and at least once. CM_ETIME, also
 * where the file system knows no locks. */
int spool_lock(int fd, int64_t deadline_ms);
/* Is the file that st is of still the one of that name? */
bool spool_is_named(int dirfd, const char *name, const struct stat *st);
/* "<nanoseconds since 1970>-<id>suffix": sorts by time. */
void spool_name(char out[SPOOL_NAME_BYTES], const unsigned char *id,
                const char *suffix);

#endif
