/*
 * where.h - filters as a tree: and, or, not, comparisons.
 *
 *   {"AND": [{"user_id": "ada"},
 *            {"created_at": {"gte": "2026-01-01"}},
 *            {"NOT": [{"metadata": {"area": "tests"}}]}]}
 *
 * A tree is an object; all of its members hold. AND, OR and NOT (in any case)
 * take a list of trees, or one; NOT is that not all of them hold. {} holds
 * always.
 *
 *   text      user_id agent_id run_id app_id branch kind type origin topic
 *             external_id group text
 *   numbers   importance id ("#12" too)
 *   booleans  pinned
 *   times     created_at updated_at event_at expires_at: milliseconds, or text
 *             as clock.h reads it; a date without a time is the whole day
 *   lists     categories (also an observation's concepts), keywords
 *   metadata  an object: each of its members is compared with the member of
 *             the memory's own; an object with no operator in it goes deeper
 *
 * A field has a value, which it equals, or a list, of which it is one, or an
 * object of operators, which all hold:
 *
 *   eq ne gt gte lt lte in nin contains icontains exists
 *
 * "*" equals any value that is there, null what is not there, and ne "*" is null. What is not
 * there satisfies no comparison but eq null, ne, nin, {"exists": false} and
 * NOT. Values of metadata are equal, and come one after the other, only within
 * their JSON type: 1 and 1.0 are equal, 1 and "1" and true are not. contains
 * looks for a part of a text, also of a category or keyword, or for an element
 * of a list of metadata; icontains does so without regard to the case of ASCII
 * letters.
 *
 * An unknown field or operator, or a value of the wrong type, is CM_EARG with a
 * sentence that names it. Values never become SQL: they are bound.
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
/* Values of one list. */
#define WHERE_VALUES 10000

/* Memories that satisfy a filter. */
struct id_set {
    int64_t *ids; /* ascending; not NULL, also when there are none */
    size_t n;
};
bool id_set_has(const struct id_set *s, int64_t id);

struct sqlite3;
/* Adds in_ids(id, set) to a connection: is the id in the set that stmt_ids
 * bound? Always, where none was. 0, or an SQLite error code. */
int where_register(struct sqlite3 *h);

/* Compiles the tree and collects the ids of all memories that satisfy it; the
 * set lives in a. */
int where_ids(struct db *db, const struct json *tree, int64_t now_ms,
              struct arena *a, struct id_set *out, struct err *e);

#endif
