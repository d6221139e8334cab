/* touching.c - see touching.h. */
#include "base/common.h"

#include <sys/stat.h>

#include "agent/edited.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/log.h"
#include "compress/rules_text.h"
#include "ops/touch_find.h"
#include "store/batch.h"
#include "worker/capture.h"
#include "worker/digester.h"
#include "worker/touching.h"

/* The hook that brought an edit has its answer before its parse begins: on a
 * small machine the two would share a core. */
#define GATHER_MS 30
/* Payloads that wait. A spool of a whole day fits. */
#define WAIT_BYTES (32u << 20)
/* Of one visit to the pool. */
#define VISIT_BYTES (1u << 20)
/* Of a worker that leaves. */
#define CLOSE_MS 1000
/* An edited file that takes longer is no source text. */
#define PARSE_MS 500

/* Of a start: what could be lost in the milliseconds before a kill. */
#define LOST_MAX 64

struct waiting_event {
    struct waiting_event *next;
    struct touching_of of;
    bool lost; /* payload as it is stored */
    char *root;
    char *payload; /* freed when it was read */
    size_t bytes;
    struct arena a;
    struct touch_in *v;
    size_t n;
};

struct touching {
    struct worker *w;
    struct waiting_event *first, **last; /* queue */
    size_t bytes;
    struct waiting_event *visit; /* on the pool, or back from it */
    struct code_parser *parser;
    uv_work_t work;
    uv_timer_t timer;
    bool on_pool, closing, timer_gone;
    int64_t dropped, deadline_ms;
};

static void on_timer(uv_timer_t *t);

bool touching_busy(const struct worker *w)
{
    const struct touching *t = w->touching;

    return t && (t->first || t->visit);
}

static char *copy(struct str s)
{
    char *p = malloc(s.n + 1);

    if (!p)
        CM_BUG("out of memory");
    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

static void event_free(struct waiting_event *ev)
{
    arena_free(&ev->a);
    free(ev->payload);
    free(ev->root);
    free(ev);
}

/* --- finding: on any thread ------------------------------------------------------ */

struct code_parser *touching_parser(void)
{
    struct code_limits limits = {.max_bytes = EDITED_TEXT_MAX,
                                 .max_ms = PARSE_MS,
                                 .max_depth = 2000,
                                 .max_defs = 20000,
                                 .max_refs = 200000};

    return code_parser_create(&limits);
}

static struct touch_in *copy_found(const struct touch_in *found, size_t n,
                                   struct arena *a)
{
    struct touch_in *v = n ? arena_array(a, n, sizeof(*v)) : NULL;

    for (size_t i = 0; i < n; i++) {
        v[i] = found[i];
        v[i].path = arena_str(a, found[i].path);
        v[i].symbol = arena_str(a, found[i].symbol);
        v[i].body = arena_str(a, found[i].body);
    }
    return v;
}

size_t touching_find(struct code_parser *p, struct str payload,
                     struct arena *a, struct touch_in **v)
{
    struct touch_in found[TOUCHES_PER_EVENT];
    struct json *j = json_parse(payload, NULL);
    struct arena tmp = {0};
    struct edited ed;
    size_t n = 0;

    /* What was read is looked at when something is said of it: job.c. */
    if (edited_read(j, &tmp, &ed) && ed.modified)
        n = touch_find(p, &ed, STR_NONE, &tmp, found, ARRAY_LEN(found));
    *v = copy_found(found, n, a);
    arena_free(&tmp);
    json_free(j);
    return n;
}

/* Files as they were before the calls that were looked at already, from the
 * last one back. */
struct back {
    struct arena a;
    struct str path[LOST_MAX], text[LOST_MAX];
    size_t n;
};

static struct str disk(struct str path, struct arena *a)
{
    struct str text = STR_NONE;
    struct stat st;
    struct buf b;

    buf_init(&b, EDITED_TEXT_MAX);
    path = arena_str(a, path);
    if (lstat(path.p, &st) == 0 && S_ISREG(st.st_mode) &&
        file_read(path.p, &b, NULL) == 0)
        text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

/* As touching_find, for one that was lost; the newest comes first. */
static size_t find_lost(struct code_parser *p, struct back *b,
                        struct str payload, struct arena *a,
                        struct touch_in **v)
{
    struct json *j = json_parse(payload, NULL);
    struct str path = json_get_str(json_get(j, "tool_input"), "file_path");
    struct touch_in found[TOUCHES_PER_EVENT];
    struct edited ed;
    size_t at = 0, n = 0;

    while (at < b->n && !str_eq(b->path[at], path))
        at++;
    if (at == b->n && at < LOST_MAX) {
        b->path[at] = arena_str(&b->a, path);
        b->text[b->n++] = disk(path, &b->a);
    }
    if (at < b->n && b->text[at].n &&
        edited_back(j, b->text[at], &b->a, &ed, &b->text[at]))
        n = touch_find(p, &ed, STR_NONE, &b->a, found, ARRAY_LEN(found));
    else if (at < b->n)
        b->text[at] = STR_NONE; /* and nothing before it is known */
    *v = copy_found(found, n, a);
    json_free(j);
    return n;
}

static void on_pool(uv_work_t *work)
{
    struct touching *t = work->data;
    struct back back = {0};

    if (!t->parser)
        t->parser = touching_parser();
    for (struct waiting_event *ev = t->visit; ev; ev = ev->next) {
        struct str payload = {ev->payload, ev->bytes};

        ev->n = ev->lost ? find_lost(t->parser, &back, payload, &ev->a, &ev->v)
                         : touching_find(t->parser, payload, &ev->a, &ev->v);
        free(ev->payload);
        ev->payload = NULL;
    }
    arena_free(&back.a);
}

/* --- writing: on the loop ---------------------------------------------------------- */

int touching_write(struct worker *w, const struct touching_of *of,
                   struct touch_in *v, size_t n, struct err *e)
{
    struct session_row s = {0};
    struct arena a = {0};
    int rc = n ? session_get(w->db, of->session_id, &a, &s, e) : 0;

    /* Below the tree that the tool ran in, when it is one of the session's own
     * project (a worktree), else below the project's. */
    for (size_t i = 0; i < n && rc == 0; i++) {
        if (of->project_id == s.project_id)
            v[i].path = path_in(of->root, v[i].path);
        v[i].path = path_in(s.root, v[i].path);
    }
    if (rc == 0)
        rc = touches_put(w->db, of->session_id, of->event_id, of->time_ms, v,
                         n, e);
    arena_free(&a);
    return rc;
}

static int write_visit(struct touching *t, struct err *e)
{
    int rc = worker_own_tx(t->w, e);

    for (struct waiting_event *ev = t->visit; ev && rc == 0; ev = ev->next) {
        rc = db_savepoint(t->w->db, e);
        if (rc == 0)
            rc = touching_write(t->w, &ev->of, ev->v, ev->n, e);
        if (rc == 0) {
            rc = db_savepoint_keep(t->w->db, e);
            continue;
        }
        /* It was forgotten meanwhile. */
        log_debug("touches of event %lld: %s", (long long)ev->of.event_id,
                  e->msg);
        db_savepoint_undo(t->w->db);
        rc = 0;
    }
    return rc == 0 ? db_commit(t->w->db, e) : rc;
}

/* The session's batch may go: its touches are there, or will never be. */
static void let_go(struct touching *t, struct waiting_event *list)
{
    while (list) {
        struct waiting_event *next = list->next;

        digester_hold(t->w, list->of.session_id, false);
        event_free(list);
        list = next;
    }
}

static void maybe_free(struct touching *t)
{
    if (!t->closing || t->on_pool || !t->timer_gone)
        return;
    t->w->touching = NULL;
    code_parser_destroy(t->parser);
    free(t);
}

static void on_timer_closed(uv_handle_t *h)
{
    struct touching *t = h->data;

    t->timer_gone = true;
    maybe_free(t);
}

/* Nothing more will be done. */
static void end(struct touching *t)
{
    struct waiting_event *list = t->first;

    t->first = NULL;
    t->last = &t->first;
    t->bytes = 0;
    let_go(t, list);
    if (!uv_is_closing((uv_handle_t *)&t->timer))
        uv_close((uv_handle_t *)&t->timer, on_timer_closed);
}

static void visit_pool(struct touching *t);

static void on_done(uv_work_t *work, int status)
{
    struct touching *t = work->data;
    struct waiting_event *list;
    struct err e = {0};

    (void)status;
    t->on_pool = false;
    if (write_visit(t, &e) < 0) {
        db_rollback(t->w->db);
        log_error("touches not written: %s", e.msg);
    }
    list = t->visit;
    t->visit = NULL;
    let_go(t, list);
    if (t->first && (!t->closing || clock_mono_ms() < t->deadline_ms))
        visit_pool(t);
    else if (t->closing)
        end(t);
}

static void visit_pool(struct touching *t)
{
    struct waiting_event **to = &t->visit;
    size_t bytes = 0;

    while (t->first && (bytes == 0 || t->first->lost ||
                        bytes + t->first->bytes <= VISIT_BYTES)) {
        struct waiting_event *ev = t->first;

        t->first = ev->next;
        ev->next = NULL;
        *to = ev;
        to = &ev->next;
        bytes += ev->bytes;
    }
    if (!t->first)
        t->last = &t->first;
    t->bytes -= bytes;
    t->on_pool = true;
    t->work.data = t;
    worker_active(t->w);
    uv_queue_work(&t->w->loop, &t->work, on_pool, on_done);
}

static void on_timer(uv_timer_t *h)
{
    struct touching *t = h->data;

    if (!t->on_pool && t->first)
        visit_pool(t);
}

static void add(struct worker *w, const struct touching_of *of,
                struct str payload, bool lost)
{
    struct touching *t = w->touching;
    struct waiting_event *ev;

    if (!t || t->closing)
        return;
    if (t->bytes + payload.n > WAIT_BYTES) {
        if (t->dropped++ == 0)
            log_warn("more edits than can be kept in mind: what the rest of "
                     "them touched is not noted");
        return;
    }
    ev = calloc(1, sizeof(*ev));
    if (!ev)
        CM_BUG("out of memory");
    ev->of = *of;
    ev->lost = lost;
    ev->root = copy(of->root);
    ev->of.root = (struct str){ev->root, of->root.n};
    ev->payload = copy(payload);
    ev->bytes = payload.n;
    *t->last = ev;
    t->last = &ev->next;
    t->bytes += ev->bytes;
    digester_hold(w, of->session_id, true);
    if (!t->on_pool && !uv_is_active((uv_handle_t *)&t->timer))
        uv_timer_start(&t->timer, on_timer, GATHER_MS, 0);
}

void touching_event(struct worker *w, const struct touching_of *of,
                    struct str payload)
{
    add(w, of, payload, false);
}

static int recover(struct worker *w, struct arena *a, struct err *e)
{
    struct touch_lost *v;
    size_t n;
    int rc = touches_lost(w->db, LOST_MAX, a, &v, &n, e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        struct touching_of of = {.session_id = v[i].session_id,
                                 .event_id = v[i].event_id,
                                 .time_ms = v[i].time_ms};
        struct json *j = json_parse(v[i].payload, NULL);

        rc = capture_place(w, json_get_str(j, "cwd"), &of.project_id, &of.root,
                           e);
        if (rc == 0)
            add(w, &of, v[i].payload, true);
        json_free(j);
    }
    return rc;
}

void touching_recover(struct worker *w)
{
    struct arena a = {0};
    struct err e = {0};
    int rc = worker_own_tx(w, &e);

    if (rc == 0)
        rc = recover(w, &a, &e);
    if (rc == 0)
        rc = db_commit(w->db, &e);
    if (rc < 0) {
        db_rollback(w->db);
        log_error("touches that were lost: %s", e.msg);
    }
    arena_free(&a);
}

/* --- life -------------------------------------------------------------------------- */

void touching_open(struct worker *w)
{
    struct touching *t = calloc(1, sizeof(*t));

    if (!t)
        CM_BUG("out of memory");
    t->w = w;
    t->last = &t->first;
    uv_timer_init(&w->loop, &t->timer);
    t->timer.data = t;
    w->touching = t;
}

void touching_close(struct worker *w)
{
    struct touching *t = w->touching;

    if (!t || t->closing)
        return;
    t->closing = true;
    t->deadline_ms = clock_mono_ms() + CLOSE_MS;
    uv_timer_stop(&t->timer);
    if (t->on_pool)
        return;
    if (t->first)
        visit_pool(t);
    else
        end(t);
}
