/*
 * where_sql.h - a filter on its way to SQL.
 *
 * Private to where*.c. where.c walks the tree, where_field.c compares the
 * fields of a memory, where_metadata.c its metadata. What they write are
 * conditions on an alias m of memories, each in brackets and never NULL.
 */
#ifndef CMEM_STORE_WHERE_SQL_H
#define CMEM_STORE_WHERE_SQL_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "store/db.h"

enum where_op {
    OP_EQ,
    OP_NE,
    OP_GT,
    OP_GTE,
    OP_LT,
    OP_LTE,
    OP_IN,
    OP_NIN,
    OP_CONTAINS,
    OP_ICONTAINS,
    OP_EXISTS,
    OP_NONE
};

struct where_value {
    struct str s; /* text when s.p */
    double d;
    int64_t i;
    bool is_int;
};

/* Values of one tree: a comparison has at most a handful. */
#define WHERE_BINDS 8192

struct where {
    struct buf sql;
    struct where_value *binds; /* WHERE_BINDS */
    size_t nbinds, terms;
    int64_t now_ms;
    struct arena *a;
    struct err *e;
};

/* The operator of this name, in any case; OP_NONE. */
enum where_op where_op_of(struct str name);
const char *where_op_name(enum where_op op);
/* " > " and so on: of OP_GT to OP_LTE. */
const char *where_op_sql(enum where_op op);

/* Each gives the number of a new parameter, 0 when there are too many. */
int where_bind_str(struct where *w, struct str s);
int where_bind_int(struct where *w, int64_t v);
/* A string, number or boolean (1 or 0) of JSON. */
int where_bind_json(struct where *w, const struct json *v);

/* One more comparison; CM_EARG when there are too many. */
int where_count(struct where *w);

/* Is there such a field but metadata? */
bool where_is_field(struct str name);
/* The comparison of a field with v. */
int where_field(struct where *w, struct str field, enum where_op op,
                const struct json *v);
/* What the member "metadata" says. */
int where_metadata(struct where *w, const struct json *v);

/* How a bare value is to be compared: a list by OP_IN, others by OP_EQ. */
enum where_op where_bare(const struct json *v);
/* An object with nothing but operators in it. */
bool where_is_ops(const struct json *v);
/* "*" is any value that is there. */
bool where_is_any(enum where_op op, const struct json *v);

#endif
