/* reconcile.c - see reconcile.h. */
#include "base/common.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/edited.h"
#include "agent/transcript.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "store/batch.h"
#include "store/session.h"
#include "worker/capture.h"
#include "worker/control.h"
#include "worker/digester.h"
#include "worker/reconcile.h"
#include "worker/touching.h"

/* Sessions that wait to be read; one more than that is read at its next turn.
 */
#define QUEUE_MAX 64
/* Items and bytes of one read: the loop must not be held for long. The rest
 * follows in the next. */
#define ITEMS_MAX 400
#define BYTES_MAX (4u << 20)

struct want {
    int64_t session_id; /* 0: an import */
    char path[4096];
    char label[4096];
    struct asker to;
    bool import;
    bool is_whole;        /* nobody writes to it any more */
    int64_t added, items; /* so far */
    char seed[64];        /* of the import's turn markers */
    bool dirty;           /* something happened since the last marker */
    int64_t last_ms;
    int64_t last_session;
};

struct item_touches {
    struct touch_in *v;
    size_t n;
};

struct read_job {
    uv_work_t work;
    struct worker *w;
    struct want want;
    int64_t offset, next, inode, bad;
    struct item *items;
    struct item_touches *touches; /* of each item, in an import */
    size_t n;
    bool at_end;
    struct arena a;
    int rc;
    struct err err;
};

struct reconciler {
    struct want *queue;
    size_t n, cap;
    struct read_job *job; /* under way */
    struct code_parser *parser; /* the job's */
    bool closing;
};

void reconcile_open(struct worker *w)
{
    w->reconciler = calloc(1, sizeof(*w->reconciler));
    if (!w->reconciler)
        CM_BUG("out of memory");
}

void reconcile_close(struct worker *w)
{
    struct reconciler *r = w->reconciler;

    if (!r)
        return;
    r->closing = true;
    if (!r->job) {
        code_parser_destroy(r->parser);
        free(r->queue);
        free(r);
        w->reconciler = NULL;
    }
}

bool reconcile_busy(const struct worker *w)
{
    return w->reconciler && (w->reconciler->job || w->reconciler->n);
}

/* --- on the thread pool ---------------------------------------------------- */

/* The original files are here and nowhere else. What the hooks may have brought
 * (a transcript that is not imported) is not looked at twice. */
static void find_touches(struct read_job *j, size_t i)
{
    struct reconciler *r = j->w->reconciler;
    const struct item *it = &j->items[i];

    if (!j->want.import || it->kind != ITEM_TOOL || it->failed ||
        !edited_is_of(it->tool))
        return;
    if (!r->parser) {
        r->parser = touching_parser();
        /* Versions of some files follow. */
        code_parser_keep(r->parser,
                         &(struct code_keep){.max_bytes = CODE_KEEP_BYTES});
    }
    j->touches[i].n =
        touching_find(r->parser, it->payload, &j->a, &j->touches[i].v);
}

static void on_pool(uv_work_t *work)
{
    struct read_job *j = work->data;
    struct transcript_reader *t;
    bool finished = false;
    struct stat st;
    int fd = open(j->want.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        j->rc = err_sys(&j->err, CM_ENOTFOUND, "read %s", j->want.path);
        if (fd >= 0)
            close(fd);
        return;
    }
    if (j->offset > st.st_size) /* written anew: from the start */
        j->offset = 0;
    t = transcript_open(fd, j->offset);
    while (j->n < ITEMS_MAX && arena_bytes(&j->a) < BYTES_MAX) {
        j->rc = transcript_next(t, &j->a, &j->items[j->n], &j->err);
        if (j->rc == 0 && j->want.is_whole && !finished) {
            transcript_finish(t);
            finished = true;
            continue;
        }
        if (j->rc <= 0)
            break;
        find_touches(j, j->n++);
    }
    j->at_end = j->rc == 0;
    j->rc = j->rc < 0 ? j->rc : 0;
    j->next = transcript_offset(t);
    j->bad = transcript_bad_lines(t);
    transcript_close(t);
    close(fd);
}

/* --- on the loop ----------------------------------------------------------- */

static void next_job(struct worker *w);

static int marker(struct worker *w, struct want *want, const char *name,
                  int64_t n, struct err *e)
{
    struct buf seed;
    int rc;

    buf_init(&seed, 8192);
    buf_addf(&seed, "%s %lld %lld", want->label, (long long)want->last_ms,
             (long long)n);
    rc = capture_marker(w, want->last_session, name, want->last_ms,
                        buf_str(&seed), e);
    buf_free(&seed);
    return rc;
}

/* An import has no hooks: a turn ends where the next prompt begins. */
static int take_import(struct worker *w, struct read_job *j, size_t i,
                       bool *added, int64_t *session, struct err *e)
{
    struct want *want = &j->want;
    const struct item *it = &j->items[i];
    struct capture_from from = {.origin = "import",
                                .path = str_of(want->label),
                                .touches_looked_for = true,
                                .touches = j->touches[i].v,
                                .ntouches = j->touches[i].n};
    int rc = 0;

    if (it->kind == ITEM_PROMPT && it->agent_id.n == 0 && want->dirty) {
        rc = marker(w, want, "Stop", want->items, e);
        want->dirty = false;
    }
    if (rc == 0)
        rc = capture_item(w, it, &from, added, session, e);
    if (rc == 0 && *session && it->agent_id.n == 0) {
        want->last_session = *session;
        want->last_ms = it->time_ms;
        want->dirty = want->dirty || (*added && it->kind != ITEM_PROMPT);
    }
    return rc;
}

static int take(struct worker *w, struct read_job *j, struct err *e)
{
    struct want *want = &j->want;
    int64_t session = want->session_id, now = clock_now_ms();
    int rc = 0;

    for (size_t i = 0; i < j->n && rc == 0; i++) {
        struct item *it = &j->items[i];
        bool added = false;

        if (want->import) {
            session = 0;
            rc = take_import(w, j, i, &added, &session, e);
        } else if (it->kind != ITEM_PROMPT) {
            struct capture_from from = {.origin = "transcript"};

            rc = capture_item(w, it, &from, &added, &session, e);
        }
        want->items++;
        want->added += added;
    }
    if (rc == 0 && want->import && j->at_end && want->dirty) {
        rc = marker(w, want, "Stop", want->items, e);
        want->dirty = false;
    }
    if (rc == 0)
        rc = transcript_take(w->db, str_of(want->label), j->inode,
                             want->import ? want->last_session
                                          : want->session_id,
                             j->next, now, e);
    return rc;
}

static void answer(struct worker *w, const struct want *want,
                   const struct err *e)
{
    struct buf b;
    struct jsonw j;

    if (!want->import)
        return;
    buf_init(&b, 8192);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_int(&j, "items", want->items);
    jsonw_int(&j, "added", want->added);
    jsonw_end(&j);
    control_answer(w, &want->to, e->code < 0 ? STR_NONE : buf_str(&b), e);
    buf_free(&b);
}

static void start(struct worker *w, const struct want *want);

static void on_read(uv_work_t *work, int status)
{
    struct read_job *j = work->data;
    struct worker *w = j->w;
    struct reconciler *r = w->reconciler;
    struct want want;
    struct err e = {0};
    bool more = false;
    int rc = status < 0 ? err_set(&e, CM_EAGAIN, "the worker is leaving")
                        : j->rc;

    if (rc < 0 && status >= 0)
        e = j->err;
    if (rc == 0)
        rc = worker_own_tx(w, &e);
    if (rc == 0)
        rc = take(w, j, &e);
    if (rc == 0)
        rc = db_commit(w->db, &e);
    if (rc < 0) {
        db_rollback(w->db);
        if (rc != CM_ENOTFOUND || j->want.import)
            log_warn("transcript not taken: %s", e.msg);
    }
    if (j->bad)
        log_info("%s: lines that are not JSON: %lld", j->want.path,
                 (long long)j->bad);
    more = rc == 0 && !j->at_end && j->next > j->offset;
    want = j->want;
    arena_free(&j->a);
    free(j);
    r->job = NULL;
    worker_active(w);
    if (more && !r->closing) {
        start(w, &want);
        return;
    }
    answer(w, &want, &e);
    if (want.session_id)
        digester_hold(w, want.session_id, false);
    if (r->closing)
        reconcile_close(w);
    else
        next_job(w);
    digester_run(w);
}

static void start(struct worker *w, const struct want *want)
{
    struct read_job *j = calloc(1, sizeof(*j));
    struct stat st = {0};
    struct err e;

    if (!j)
        CM_BUG("out of memory");
    j->w = w;
    j->want = *want;
    j->work.data = j;
    j->items = arena_array(&j->a, ITEMS_MAX, sizeof(*j->items));
    j->touches = arena_array(&j->a, ITEMS_MAX, sizeof(*j->touches));
    /* The label's: a decompressed import is a new file each time. */
    if (stat(want->label, &st) == 0)
        j->inode = (int64_t)st.st_ino;
    if (transcript_taken(w->db, str_of(want->label), j->inode, &j->offset,
                         &e) < 0)
        log_error("%s", e.msg);
    w->reconciler->job = j;
    uv_queue_work(&w->loop, &j->work, on_pool, on_read);
}

static void next_job(struct worker *w)
{
    struct reconciler *r = w->reconciler;
    struct want want;

    if (!r->job && r->n == 0) { /* what it keeps is of use to an import only */
        code_parser_destroy(r->parser);
        r->parser = NULL;
    }
    if (r->job || r->n == 0 || r->closing)
        return;
    want = r->queue[0];
    memmove(r->queue, r->queue + 1, --r->n * sizeof(want));
    start(w, &want);
}

static void enqueue(struct worker *w, const struct want *want)
{
    struct reconciler *r = w->reconciler;

    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 4;
        struct want *q = realloc(r->queue, cap * sizeof(*q));

        if (!q)
            CM_BUG("out of memory");
        r->queue = q;
        r->cap = cap;
    }
    r->queue[r->n++] = *want;
    next_job(w);
}

void reconcile_session(struct worker *w, int64_t session_id)
{
    struct reconciler *r = w->reconciler;
    struct want want = {.session_id = session_id};
    struct session_row row = {0};
    struct arena a = {0};
    struct err e;

    if (r->closing || r->n >= QUEUE_MAX)
        return;
    for (size_t i = 0; i < r->n; i++)
        if (r->queue[i].session_id == session_id)
            return;
    if (session_get(w->db, session_id, &a, &row, &e) == 0 &&
        row.transcript.n && row.transcript.n < sizeof(want.path) &&
        row.transcript.p[0] == '/') {
        snprintf(want.path, sizeof(want.path), "%.*s",
                 STR_ARG(row.transcript));
        memcpy(want.label, want.path, sizeof(want.label));
        want.is_whole = row.ended_ms != 0;
        digester_hold(w, session_id, true);
        enqueue(w, &want);
    }
    arena_free(&a);
}

void reconcile_import(struct worker *w, struct str path, struct str label,
                      const struct asker *to)
{
    struct want want = {.import = true, .is_whole = true, .to = *to};

    snprintf(want.path, sizeof(want.path), "%.*s", STR_ARG(path));
    snprintf(want.label, sizeof(want.label), "%.*s", STR_ARG(label));
    enqueue(w, &want);
}
