/*
 * fresh_rig.h - a seeded store whose project has a small tree on the disk, that
 * is indexed, touched and cited: for tests of what reads citations.
 */
#ifndef CMEM_TESTS_FRESH_RIG_H
#define CMEM_TESTS_FRESH_RIG_H

#include "base/common.h"
#include "ops/fresh.h"
#include "seed.h"

struct fresh_rig {
    struct seed s;
    int64_t session;
};

/* Longer than what is found again by its text alone. */
#define RIG_BODY                                                               \
    "    total = 0\n"                                                          \
    "    for line in text.split(\"\\n\"):\n"                                   \
    "        total += len(line)\n"                                             \
    "    return total\n"

/* False where the build has no grammars: the test ends, passed. */
bool rig_open(struct fresh_rig *r);
void rig_close(struct fresh_rig *r);
/* A file of the tree; NULL removes it. */
void rig_put(const char *path, const char *text);
const char *rig_root(void);
void rig_index(struct fresh_rig *r);
/* A touch of what the index now says is there, in an event of its own; symbol
 * "" the file. Returns the touch's id. */
int64_t rig_touch(struct fresh_rig *r, const char *path, const char *symbol,
                  const char *body);
/* A memory that cites these touches. */
int64_t rig_memory(struct fresh_rig *r, const char *title,
                   const int64_t *touches, size_t n);
/* The same of one definition. */
int64_t rig_about(struct fresh_rig *r, const char *title, const char *path,
                  const char *symbol);
/* How it stands. */
struct fresh_memory rig_fresh(struct fresh_rig *r, int64_t memory);

#endif
