/*
 * read_stats.h - the store in numbers.
 *
 * A table of counts is a list of rows in a stable order, each with up to two
 * words and some numbers.
 */
#ifndef CMEM_STORE_READ_STATS_H
#define CMEM_STORE_READ_STATS_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/str.h"
#include "store/db.h"

enum stats_table {
    STATS_KINDS,      /* words: kind, type; numbers: memories */
    STATS_PROJECTS,   /* name, root; memories, sessions, events, last_ms */
    STATS_USAGE,      /* provider, model; day_ms, calls, input, cached, output,
                       micro_usd, failed; of a day (UTC) each, newest first */
    STATS_INJECTIONS, /* source, -; blocks, tokens, last_ms */
    STATS_TABLES
};

#define STATS_WORDS   2
#define STATS_NUMBERS 7

struct stats_row {
    struct str word[STATS_WORDS];
    int64_t number[STATS_NUMBERS];
};

struct stats_list {
    struct stats_row *rows;
    size_t n;
};

/* project 0: all. since_ms: usage and injections not older. */
int stats_read(struct db *db, enum stats_table which, int64_t project_id,
               int64_t since_ms, struct arena *a, struct stats_list *out,
               struct err *e);

struct stats_totals {
    int64_t memories, current, pinned;
    int64_t sessions, subagents;
    int64_t events, waiting; /* waiting: not compressed yet */
    int64_t dropped;         /* events that retention_days took */
    int64_t first_ms, last_ms;
};
int stats_totals(struct db *db, int64_t project_id, struct stats_totals *out,
                 struct err *e);

#endif
