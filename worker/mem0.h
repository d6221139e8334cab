/*
 * mem0.h - mem0's protocol, so that its clients work here.
 *
 * Two sets of routes on the HTTP server (http_route.h): those of the platform,
 * which the official clients and the command line speak, and those of the open
 * source server. docs/mem0.md says what each method does; mem0.c has the table.
 *
 * An adapter: memories are written by the operations add's relatives import,
 * edit and forget, and by the same compression as a session's events; they are
 * read by the same search and filters. What the protocol has and cmem has not
 * (webhooks, a project's settings, exports, feedback, what became of a request)
 * is kept in the file mem0.json of the data directory, mode 0600, as one JSON
 * object, every list of it bounded; there is no text of a memory in it.
 * Deliveries to webhooks that wait are in the database (store/delivery.h), and
 * what a request wishes of its memories stands with its events (wishing.h).
 *
 * Ids on the wire are those of mem0_id.h. Everything here runs on the loop but
 * the functions that are given to http_read.
 */
#ifndef CMEM_WORKER_MEM0_H
#define CMEM_WORKER_MEM0_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"
#include "compress/wishes.h"
#include "ops/op.h"
#include "store/read_memory.h"
#include "worker/http_route.h"
#include "worker/mem0_id.h"
#include "worker/worker.h"

/* Requests that wait for compression. */
#define MEM0_PENDING 256
/* Entries of each list of the state. */
#define MEM0_EVENTS   500
#define MEM0_KEPT     1000
#define MEM0_WEBHOOKS 32
/* Of a webhook. */
#define MEM0_URL_BYTES 2048
/* Of a batch, and of results of one search. */
#define MEM0_BATCH_MAX 1000
#define MEM0_PAGE_MAX  1000
#define MEM0_DAY_MS    INT64_C(86400000)

struct mem0_pending;
struct mem0_hooks;

struct mem0 {
    struct worker *w;
    unsigned char home[MEM0_HOME_BYTES];
    struct json *state;
    bool dirty;                   /* the file is older than the state, */
    int64_t saved_mono;           /* which is written once a second at most */
    struct mem0_pending *pending; /* mem0_infer.c */
    int64_t batches;              /* done when it last looked */
    struct mem0_hooks *hooks;     /* mem0_delivery.c; NULL before the first */
};

/* --- mem0.c ---------------------------------------------------------------- */

/* Goes on with what an earlier worker left: of a home whose file is there. */
void mem0_open(struct worker *w);
/* Made and read from its file by the first request. */
struct mem0 *mem0_of(struct worker *w);
/* End of a turn of the loop: what was compressed, what is to be saved. */
void mem0_turn(struct worker *w);
/* The loop ends: handles close; and after it ran out. */
void mem0_close(struct worker *w);
void mem0_end(struct worker *w);

/* A list of the state, made when it is not there. */
struct json *mem0_list(struct mem0 *m, const char *name);
/* The entry with that "id"; NULL. */
struct json *mem0_entry(struct mem0 *m, const char *list, struct str id);
/* Appends; the oldest go past `most`. */
void mem0_keep(struct mem0 *m, const char *list, struct json *entry,
               size_t most);
/* Takes an entry out. */
void mem0_drop(struct mem0 *m, const char *list, struct str id);
void mem0_changed(struct mem0 *m);
/* Now: what a person set has to outlive everything. */
void mem0_save(struct mem0 *m);

/* {"error": sentence, "detail": sentence}: each client reads one of them. */
void mem0_fail(struct http_request *r, int status, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void mem0_error(struct http_request *r, const struct err *e);
/* {"message": text} */
void mem0_message(struct http_request *r, const char *fmt, ...)
    PRINTF_LIKE(2, 3);
/* For http_read: the result as it is, or mem0_error. */
void mem0_give(struct http_request *r, struct str result, const struct err *e);

/* A request without the token, of a client that wants an account: answers in
 * words that it shows, 401 as any other. False: it is none. */
bool mem0_refuse(struct http_request *r);

/* Arguments for http_read: "home", for mem0_home in there. */
struct json *mem0_args(struct worker *w);
void mem0_home(const struct json *args, unsigned char home[MEM0_HOME_BYTES]);
/* The memory that the parameter {id} names; false: answered. */
bool mem0_param_id(struct http_request *r, int64_t *id);

/* A number from 1 on of the query string; -1: it is none. */
int64_t mem0_number(struct http_request *r, const char *name, int64_t absent);

/* --- mem0_wire.c: a memory on the wire ----------------------------------------- */

struct mem0_put {
    const unsigned char *home;
    const struct json *fields; /* names; NULL: all */
    const char *run;           /* how the run is called: run_id, session_id */
    int64_t now_ms;
};
/* Into an object that the caller opened. */
void mem0_put_memory(struct jsonw *w, const struct mem0_put *p,
                     const struct memory_row *m);
bool mem0_wants(const struct json *fields, const char *name);
void mem0_put_time(struct jsonw *w, const char *key, int64_t ms);
/* "next" and "previous" of a list at `path`; args has the "host". */
void mem0_put_pages(struct jsonw *w, const struct json *args, const char *path,
                    int64_t page, int64_t size, int64_t count);
/* "total_users" and so on; per[SCOPE_TYPES]. */
void mem0_put_totals(struct jsonw *w, const size_t *per);
/* Metadata as it may be kept: a copy without what would read as a scope. */
struct json *mem0_metadata(const struct json *v);
/* What stands for a memory in one line of text. */
struct str mem0_text(const struct memory_row *m);
/* "2026-11-21" is the end of that day in UTC; also with a time. */
int mem0_expiry(const struct json *v, int64_t *ms, struct err *e);
/* Seconds since 1970, or text. */
int mem0_timestamp(const struct json *v, int64_t now_ms, int64_t *ms,
                   struct err *e);
bool mem0_is_immutable(const struct memory_row *m);

/* --- mem0_memory.c: of one memory ------------------------------------------------ */

/* The arguments of op_forget. */
struct json *mem0_forget_args(const int64_t *ids, size_t n);

/* --- mem0_filter.c: filters ------------------------------------------------------ */

struct mem0_ask {
    const unsigned char *home;
    const struct json *body;
    bool is_oss; /* unknown fields are metadata's */
    int64_t now_ms;
};
/*
 * The body's filters, and everything beside them that limits what is found
 * (ids, categories, metadata, dates, ...), as one tree of where.h. The caller
 * frees *tree.
 */
int mem0_filters(const struct mem0_ask *ask, struct json **tree, struct err *e);
/* `f` for that tree and the body's show_expired, latest_only, include_merged
 * and reference_date; what it points to lives in env->a. */
int mem0_filter(struct op_env *env, const struct json *args,
                struct memory_filter *f, struct err *e);

/* --- mem0_infer.c: messages that are compressed -------------------------------------- */

/* What `add` is told, checked. Slices are borrowed from the request. */
struct mem0_add {
    struct json *messages; /* [{"role", "content"}]; freed by who made it */
    struct str user, agent, app, run;
    struct json *metadata;       /* an object or NULL; likewise */
    struct json *wishes;         /* of wishes.h, or NULL; likewise */
    int64_t time_ms, expires_ms; /* 0: not said */
    bool infer, immutable;
    bool is_oss; /* waits for the outcome */
};
void mem0_infer(struct http_request *r, const struct mem0_add *add);
/* The lines of import (jsonl.h) that the messages are word for word. */
struct json *mem0_lines(const struct mem0_add *add);
/* Those of the user that the wishes let, with the categories that they have by
 * words. */
struct json *mem0_user_lines(const struct mem0_add *add, const struct wishes *w,
                             struct arena *a);
/* Goes on with what waited when the worker ended. */
void mem0_infer_load(struct mem0 *m);
void mem0_infer_turn(struct mem0 *m);
void mem0_infer_end(struct mem0 *m);

/* --- mem0_event.c: what became of a request ---------------------------------------- */

struct mem0_became {
    int64_t id;
    const char *event; /* ADD, NOOP, UPDATE, DELETE */
};
/* Notes a request. status: PENDING, SUCCEEDED, FAILED. */
struct json *mem0_event_new(struct mem0 *m, const char *type,
                            const char *status, char id[MEM0_ID_SIZE]);
void mem0_event_done(struct mem0 *m, struct str id,
                     const struct mem0_became *rows, size_t n,
                     const char *problem);

/* --- mem0_delivery.c ------------------------------------------------------------------ */

/* Tells those who asked for `type` (memory_add, ...): noted on return, sent
 * later. `text` may be empty. */
void mem0_notify(struct mem0 *m, const char *type, int64_t id, struct str text);
/* A webhook was changed; nobody registers it any more. */
void mem0_hook_changed(struct mem0 *m, struct str id);
void mem0_hook_gone(struct mem0 *m, struct str id);
/* Goes on with what waited when the worker ended. */
void mem0_hooks_load(struct mem0 *m);
void mem0_hooks_close(struct mem0 *m);
void mem0_hooks_free(struct mem0 *m);

/* --- handlers: the table in mem0.c ------------------------------------------------------ */

void mem0_add_platform(struct http_request *r);
void mem0_add_oss(struct http_request *r);
void mem0_search_platform(struct http_request *r);
void mem0_search_oss(struct http_request *r);
void mem0_list_platform(struct http_request *r);
void mem0_list_oss(struct http_request *r);
void mem0_get(struct http_request *r);
void mem0_update(struct http_request *r);
void mem0_delete(struct http_request *r);
void mem0_history(struct http_request *r);
void mem0_batch_update(struct http_request *r);
void mem0_batch_delete(struct http_request *r);
void mem0_delete_all(struct http_request *r);
void mem0_reset(struct http_request *r);
void mem0_entities(struct http_request *r);
void mem0_entity_delete(struct http_request *r);
void mem0_events(struct http_request *r);
void mem0_event(struct http_request *r);
void mem0_feedback(struct http_request *r);
void mem0_export(struct http_request *r);
void mem0_export_get(struct http_request *r);
void mem0_summary(struct http_request *r);
void mem0_stats(struct http_request *r);
void mem0_project_get(struct http_request *r);
void mem0_project_set(struct http_request *r);
void mem0_configure(struct http_request *r);
void mem0_webhooks(struct http_request *r);
void mem0_webhook_new(struct http_request *r);
void mem0_webhook_set(struct http_request *r);
void mem0_webhook_drop(struct http_request *r);
void mem0_profile(struct http_request *r);
void mem0_profile_settings(struct http_request *r);
void mem0_profile_set(struct http_request *r);
void mem0_profile_job(struct http_request *r);

#endif
