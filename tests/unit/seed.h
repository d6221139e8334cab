/*
 * seed.h - a store with something in it, for tests of what reads it.
 */
#ifndef CMEM_TESTS_SEED_H
#define CMEM_TESTS_SEED_H

#include "base/arena.h"
#include "base/common.h"
#include "base/config.h"
#include "base/paths.h"
#include "ops/op.h"
#include "store/db.h"
#include "store/memory.h"

/* 2026-03-01 12:00 UTC: the "now" of seeded stores, and one day. */
#define SEED_NOW INT64_C(1772366400000)
#define SEED_DAY INT64_C(86400000)

struct seed {
    struct db *db;
    struct paths paths;
    struct config config;
    struct arena arena;
    struct op_env env; /* cwd: SEED_ROOT */
    int64_t project;   /* of SEED_ROOT, which has no git */
};

/* Does not exist, so that it is judged by its path. */
#define SEED_ROOT "/w/app"

void seed_open(struct seed *s);
void seed_close(struct seed *s);
/* Another project. */
int64_t seed_project(struct seed *s, const char *root);
/* A session `days` before now; parent NULL: of the user. */
int64_t seed_session(struct seed *s, const char *uid, const char *branch,
                     double days, const char *parent);
/* A memory of the seed's project; kind and origin have defaults ("observation",
 * "assistant"), event_ms is `days` before now. Returns its id. */
int64_t seed_memory(struct seed *s, struct memory_in in, double days);
/* Shorter: title and text of an observation. */
int64_t seed_said(struct seed *s, int64_t session, const char *title,
                  const char *text);
/* Memories of other things: a word that everything has tells nothing. */
void seed_others(struct seed *s);
/* A summary of the session with these fields (NULL: none). */
int64_t seed_summary(struct seed *s, int64_t session, const char *branch,
                     double days, const char *data);
void seed_event(struct seed *s, int64_t session, const char *name,
                const char *tool, const char *payload);
void seed_file(struct seed *s, int64_t session, const char *path, bool modified,
               double days);

/* Runs an operation with checked arguments; the test fails when it does. The
 * result lives in the arena. */
struct str seed_run(struct seed *s, const char *op, const char *args);
/* The same where it is to fail: its error. */
struct err seed_fail(struct seed *s, const char *op, const char *args);

#endif
