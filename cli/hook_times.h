/*
 * hook_times.h - how long hooks took, as the client itself noted.
 *
 * Claude Code writes into its transcripts how long it waited for hooks that
 * said something or went wrong (attachments) and for those at the end of a
 * turn (a summary). That is the wall time a user felt, for the hooks of every
 * plugin, ours among them.
 */
#ifndef CMEM_CLI_HOOK_TIMES_H
#define CMEM_CLI_HOOK_TIMES_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* The newest files, and the end of each: enough for percentiles of what is
 * going on now, and done in a tenth of a second. */
#define HOOK_TIMES_FILES 50
#define HOOK_TIMES_BYTES (8ll << 20)

struct hook_times {
    struct str event; /* "SessionStart" */
    struct str owner; /* "cmem", else the program's name */
    int64_t n, failures; /* cancelled, or ended with an error */
    int64_t p50_ms, p95_ms, p99_ms, max_ms;
};

struct hook_times_scan {
    struct arena *a; /* all of it lives there */
    struct hook_times *rows; /* by event, then owner */
    size_t n;
    int64_t files, bytes; /* read */
    struct hook_groups *groups; /* its own */
};

/* Reads the newest transcripts below `dir`. Finding nothing is no error. */
void hook_times_scan(struct hook_times_scan *s, const char *dir);

/* The two steps of it: a transcript's lines one by one, then the rows. */
void hook_times_line(struct hook_times_scan *s, struct str line);
void hook_times_rows(struct hook_times_scan *s);
/* Whose hook a command is: "cmem", or the base name of its program, behind
 * any interpreter. */
struct str hook_times_owner(struct str command);

#endif
