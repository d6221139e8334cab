/*
 * lines.h - the lines of a growing file, with their offsets.
 *
 * Reads with pread in chunks; holds one chunk, or one line when that is
 * longer. A last line without a newline is still being written: it is not
 * given, unless the file is said to be finished.
 */
#ifndef CMEM_AGENT_LINES_H
#define CMEM_AGENT_LINES_H

#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

/* Longer lines are passed over. */
#define LINES_MAX_BYTES (64u << 20)

struct lines {
    int fd; /* borrowed */
    struct buf b;
    int64_t base;   /* offset of b.data[0] in the file */
    size_t next;    /* where the next line begins in b */
    size_t seen;    /* no newline between next and here */
    bool skipping;   /* within a line that is too long */
    int64_t skipped; /* how many were */
    bool finished;   /* set it when nothing more will be written */
};

/* offset is where a line begins. */
void lines_init(struct lines *l, int fd, int64_t offset);
void lines_free(struct lines *l);
/* 1 and *line without its newline (good until the next call), 0 when there is
 * no whole line, CM_EIO. */
int lines_next(struct lines *l, struct str *line, struct err *e);
/* Goes to another line's beginning; what has been read is used again. */
void lines_seek(struct lines *l, int64_t offset);
/* Where the next line begins. */
int64_t lines_offset(const struct lines *l);

#endif
