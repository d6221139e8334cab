/*
 * import.h - transcripts that are already on disk, given to the worker.
 *
 * Files are found here (oldest first), decompressed when they are .gz, and
 * named to the worker one after the other, which takes from each what it does
 * not have yet. Doing it twice adds nothing.
 */
#ifndef CMEM_CLI_IMPORT_H
#define CMEM_CLI_IMPORT_H

#include "cli/cmd.h"

/* So many files that could not be read are named; all are counted. */
#define IMPORT_FAILURES 20

struct import {
    const char *const *paths; /* files and directories */
    size_t npaths;
    bool lines;       /* of JSON, not transcripts: see import_lines.h */
    bool dry_run;     /* count only */
    bool progress;    /* how far it is, on standard error */
    int wait_ms;      /* for the worker to make memories of it; 0: do not */

    /* out: */
    int64_t files, bytes;     /* found */
    int64_t done, failed;     /* files */
    int64_t items, added;     /* as the worker counts: read, new */
    int64_t known;            /* lines: those that were there before */
    int64_t left;             /* events that wait when we stopped waiting */
    int64_t left_vectors;     /* memories that are not found by meaning yet */
    bool interrupted;         /* ended early; what is done stays done */
    struct err first_failure; /* of a file; the others went on */
    struct str failure[IMPORT_FAILURES]; /* sentences; live in c->arena */
    size_t nfailures;
};

/*
 * 0 also when files failed: see `failed`. CM_ENOTFOUND when a path is not
 * there; CM_ENET when there is no worker to be had, with what was done until
 * then. An interrupt ends it after the file under way.
 */
int import_run(struct cli *c, struct import *im, struct err *e);

#endif
