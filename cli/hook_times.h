/*
 * hook_times.h - how long hooks took, as the client itself noted.
 *
 * Claude Code writes an attachment into its transcripts for hooks that said
 * something or went wrong, with the time it waited for them. That is the wall
 * time a user felt, for every hook of every plugin, ours among them.
 */
#ifndef CMEM_CLI_HOOK_TIMES_H
#define CMEM_CLI_HOOK_TIMES_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

struct hook_times {
    struct str event; /* "SessionStart" */
    struct str owner; /* "cmem", else the program's name */
    int64_t n, failures; /* cancelled, or ended with an error */
    int64_t p50_ms, p95_ms, p99_ms, max_ms;
};

struct hook_times_scan {
    struct hook_times *rows; /* by event, then owner; live in the arena */
    size_t n;
    int64_t files, bytes; /* read */
    bool cut;             /* there was more than is read */
};

/* Reads the transcripts below `dir` that changed after since_ms, the newest
 * first, at most HOOK_TIMES_BYTES in all. Finding nothing is no error. */
#define HOOK_TIMES_BYTES (512ll << 20)
void hook_times_scan(const char *dir, int64_t since_ms, struct arena *a,
                     struct hook_times_scan *out);

/* Whose hook a command is: "cmem", or the base name of its program. */
struct str hook_times_owner(struct str command);

#endif
