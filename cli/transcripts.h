/*
 * transcripts.h - the transcript files below a place, found.
 *
 * Symbolic links are followed; every directory and every file is taken once,
 * however many ways lead to it, so that loops of links end.
 */
#ifndef CMEM_CLI_TRANSCRIPTS_H
#define CMEM_CLI_TRANSCRIPTS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

/* More than any person has. What is beyond is left out. */
#define TRANSCRIPT_FILES_MAX 200000
#define TRANSCRIPT_DIRS_MAX  50000
#define TRANSCRIPT_DEPTH_MAX 32

struct transcript_file {
    struct str path; /* absolute, terminated */
    int64_t mtime_ms, bytes;
    uint64_t dev, ino;
};

struct transcript_list {
    struct arena *a; /* all of it lives there */
    struct transcript_file *at;
    size_t n, cap;
    int64_t bytes;      /* of all files */
    int64_t unreadable; /* directories */
    struct err problem; /* the first of them */
};

/*
 * Adds what is at `path`: a file, whatever its name, or all *.jsonl and
 * *.jsonl.gz of a directory and those below. l->a is the caller's to set.
 * CM_ENOTFOUND when there is nothing of that name; a directory that cannot be
 * read is counted.
 */
int transcripts_find(struct transcript_list *l, const char *path,
                     struct err *e);
/* Sorts by time of last change, oldest first, and drops what was found
 * twice. */
void transcripts_sort(struct transcript_list *l);

#endif
