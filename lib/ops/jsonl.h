/*
 * jsonl.h - a memory as one line of JSON: what import reads and export writes.
 *
 *   {"id": "7", "text": "...", "kind": "note", "time": "2026-11-21T08:40:55Z",
 *    "user": "ada", "agent": "coder", "run": "s-1", "app": "shop",
 *    "group": "thread-3", "order": 2, "metadata": {"area": "tests"}}
 *
 * Only text is required. Also known: title, subtitle, type, data, topic,
 * branch, importance, pinned, expires. Any other field goes into metadata. An
 * id, user, agent, run, app or group may be a number. A time is ISO text,
 * milliseconds, or seconds where these would be before 1973. What one writes
 * the other reads to the same memory.
 */
#ifndef CMEM_OPS_JSONL_H
#define CMEM_OPS_JSONL_H

#include "base/arena.h"
#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "store/read_memory.h"

/* Names (ids, users, groups); one text; everything else of one line. */
#define JSONL_NAME_BYTES 512
#define JSONL_TEXT_BYTES (1024u * 1024u)
#define JSONL_REST_BYTES (64u * 1024u)
/* A line with all of these, however it is escaped. */
#define JSONL_LINE_BYTES (4u << 20)

struct jsonl {
    struct str id, text, title, subtitle, type, topic, branch;
    struct str user, agent, run, app, group;
    const char *kind;            /* "note" unless said */
    struct str data, metadata;   /* JSON objects, or empty */
    int64_t time_ms, expires_ms; /* 0: not said */
    int64_t order;
    bool has_order, pinned;
    int importance; /* 0: not said */
};

/* Texts come redacted and cleaned, and live in a. CM_EFORMAT or CM_EARG with
 * one sentence about what is wrong with the line. */
int jsonl_read(struct str line, int64_t now_ms, struct arena *a,
               struct jsonl *out, struct err *e);

/* The external id, or "#12". */
void jsonl_put_id(struct jsonw *w, const struct memory_row *m);
void jsonl_write(struct jsonw *w, const struct memory_row *m);

#endif
