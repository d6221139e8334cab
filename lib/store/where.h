/*
 * where.h - filters as a tree: and, or, not, comparisons.
 *
 *   {"AND": [{"user_id": "ada"},
 *            {"created_at": {"gte": "2026-01-01"}},
 *            {"NOT": [{"metadata": {"area": "tests"}}]}]}
 *
 * Fields: user_id, agent_id, run_id, app_id, branch, kind, type, origin,
 * topic, pinned, importance, created_at, updated_at, event_at, expires_at, id,
 * external_id, group, text, categories, keywords, and metadata (an object: each
 * of its members is compared with the member of the memory's own).
 * Operators: eq ne gt gte lt lte in nin contains icontains exists; a bare value
 * is eq; "*" is any value that is there. NULL answers no comparison but ne, nin
 * and NOT. AND, OR, NOT take lists (AND of the members for NOT), in either
 * case, any depth up to WHERE_DEPTH. An unknown field or operator is CM_EARG
 * with a sentence.
 */
#ifndef CMEM_STORE_WHERE_H
#define CMEM_STORE_WHERE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "store/db.h"

#define WHERE_DEPTH 16
/* Comparisons of one tree. */
#define WHERE_TERMS 256

/* Memories that satisfy a filter. */
struct id_set {
    int64_t *ids; /* ascending */
    size_t n;
};
bool id_set_has(const struct id_set *s, int64_t id);

/* Compiles the tree and collects the ids of all memories that satisfy it; the
 * set lives in a. */
int where_ids(struct db *db, const struct json *tree, int64_t now_ms,
              struct arena *a, struct id_set *out, struct err *e);

#endif
