/* job.c - see job.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "compress/prompt.h"
#include "compress/reply.h"
#include "compress/rules.h"
#include "worker/branches.h"
#include "worker/budget.h"
#include "worker/citing.h"
#include "worker/job.h"
#include "worker/keep.h"
#include "worker/learn.h"
#include "worker/llm.h"
#include "worker/related.h"
#include "worker/wishing.h"

/* Of the user part of a prompt: some 12,000 tokens. */
#define PROMPT_BYTES (48u * 1024u)
/* Of one session that are looked back at. */
#define SUMMARY_EVENTS 600
/* A model's reply: observations and a summary of one turn fit in half. */
#define REPLY_TOKENS 4096
/* Memories shown to the model so that it can name what it repeats. */
#define RELATED_MAX 6
/* After so many times that the model could not be reached the rules do it:
 * with waits of 1, 2, 4 ... minutes that is about two hours. */
#define TRIES_MAX 8
#define RETRY_STORE_MS 60000

struct job {
    uv_work_t work;
    struct worker *w;
    int64_t session_id;
    bool use_llm;
    size_t max_events, max_bytes;

    struct arena a;
    struct session_row session;
    struct event_row *rows;
    size_t n;
    bool more;
    struct batch batch;
    struct citable citable;
    struct json **parsed; /* freed at the end; evs borrow from them */
    size_t nparsed;
    struct json *summary;
    struct prompt_memory related[RELATED_MAX];
    struct prompt_options options;
    struct wishes wishes;
    struct buf schema; /* of the reply, where the wishes change it */
    struct buf prompt;
    struct drafts drafts;
    struct endings endings;
    int rc;
    struct err err;

    int64_t batch_id, tries;
    bool asked_again;
    struct str refused; /* the model's reply, when it was no use */
    struct err why;     /* why the rules do it though a model is set */
    struct str provider;
    int64_t retry_ms;
};

static void job_clear(struct job *j)
{
    for (size_t i = 0; i < j->nparsed; i++)
        json_free(j->parsed[i]);
    json_free(j->summary);
    j->summary = NULL;
    j->nparsed = 0;
    buf_free(&j->prompt);
    buf_free(&j->schema);
    arena_free(&j->a);
}

static void job_end(struct job *j)
{
    struct worker *w = j->w;
    int64_t id = j->session_id, retry = j->retry_ms;

    job_clear(j);
    free(j);
    job_finished(w, id, retry);
}

/* --- on the thread pool ---------------------------------------------------- */

static struct ev *parse_rows(struct job *j, const struct event_row *rows,
                             size_t n)
{
    struct ev *evs = arena_array(&j->a, n ? n : 1, sizeof(*evs));
    struct json **p = arena_array(&j->a, j->nparsed + n + 1, sizeof(*p));

    if (j->nparsed)
        memcpy(p, j->parsed, j->nparsed * sizeof(*p));
    j->parsed = p;
    for (size_t i = 0; i < n; i++) {
        struct json *payload = json_parse(rows[i].payload, NULL);

        p[j->nparsed++] = payload;
        evs[i].id = rows[i].id;
        evs[i].time_ms = rows[i].time_ms;
        ev_fill(&evs[i], rows[i].name, payload);
    }
    return evs;
}

/* The last message of a turn comes twice: in Stop, and later again from the
 * transcript. (The store knows the text when Stop came first; when it is the
 * other way round it stands here twice.) */
static void drop_repeats(struct ev *evs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; evs[i].kind == EV_ASSISTANT && k < n; k++)
            if (evs[k].kind == EV_STOP &&
                str_eq(str_trim(evs[i].text), str_trim(evs[k].text)))
                evs[i].kind = EV_OTHER;
}

static void fill_batch(struct job *j, struct batch *b,
                       const struct event_row *rows, size_t n)
{
    *b = (struct batch){
        .a = &j->a,
        .session = j->session.uid,
        .project = j->session.project_name,
        .root = j->session.root,
        .cwd = j->session.cwd,
        .branch = j->session.branch,
        .agent_type = j->session.agent_type,
        .evs = parse_rows(j, rows, n),
        .n = n,
        .summary = j->summary,
    };
    drop_repeats(b->evs, n);
}

static void see_ends(struct batch *b)
{
    b->no_summary = b->n && json_get(b->evs[0].payload, "_scope");
    for (size_t i = 0; i < b->n; i++) {
        enum ev_kind k = b->evs[i].kind;

        b->ends_turn = b->ends_turn || k == EV_STOP || k == EV_STOP_FAILED ||
                       k == EV_SUBAGENT_STOP || k == EV_SESSION_END;
        b->ends_session = b->ends_session || k == EV_SESSION_END;
    }
}

/* What needs the whole session: its errors and what ended them and, without a
 * model, its summary. */
static int look_back(struct job *j, struct db *db)
{
    struct drafts d = {0};
    struct event_row *rows;
    struct citable touched;
    struct batch all;
    size_t n;
    int rc = events_all(db, j->session_id, SUMMARY_EVENTS, &j->a, &rows, &n,
                        &j->err);

    if (rc < 0)
        return rc;
    fill_batch(j, &all, rows, n);
    see_ends(&all);
    rc = citing_load(db, j->session_id, &all, &touched, &j->err);
    if (rc < 0)
        return rc;
    endings_find(&all, &j->endings);
    if (!j->use_llm) {
        rules_summarise(&all, &d);
        j->drafts.summary = d.summary;
    }
    return 0;
}

static int load(struct job *j, struct db *db)
{
    int rc = session_get(db, j->session_id, &j->a, &j->session, &j->err);

    if (rc == 0)
        rc = events_waiting(db, j->session_id, j->max_events, j->max_bytes,
                            &j->a, &j->rows, &j->n, &j->more, &j->err);
    if (rc < 0)
        return rc;
    j->summary = j->session.summary.n ? json_parse(j->session.summary, NULL)
                                      : NULL;
    fill_batch(j, &j->batch, j->rows, j->n);
    rc = wishing_load(db, &j->batch, j->rows, &j->wishes, &j->err);
    if (rc < 0)
        return rc;
    j->more = j->more || j->batch.n < j->n;
    j->n = j->batch.n;
    see_ends(&j->batch);
    rc = citing_load(db, j->session_id, &j->batch, &j->citable, &j->err);
    if (rc < 0)
        return rc;
    if (!j->use_llm) {
        rules_extract(&j->batch, &j->drafts);
        wishes_obey(&j->wishes, &j->a, &j->drafts);
        citing_add_reads(&j->batch, j->session_id, &j->drafts, &j->citable);
        /* While more turns wait it would be done again at once. */
        return j->more ? 0 : look_back(j, db);
    }
    citing_add_reads(&j->batch, j->session_id, NULL, &j->citable);
    j->options.max_bytes = PROMPT_BYTES;
    j->options.related = j->related;
    j->options.nrelated = related_memories(db, &j->batch, j->session.project_id,
                                           j->related, RELATED_MAX);
    j->options.wishes = &j->wishes;
    wishes_schema(&j->wishes, prompt_schema(), &j->schema);
    prompt_build(&j->batch, &j->options, &j->prompt);
    return j->more || !j->batch.ends_turn ? 0 : look_back(j, db);
}

static void on_pool(uv_work_t *work)
{
    struct job *j = work->data;
    struct db *db = NULL;

    j->rc = db_open(&db, j->w->paths.db, DB_READ, &j->err);
    if (j->rc == 0)
        j->rc = load(j, db);
    db_close(db);
}

/* --- on the loop ----------------------------------------------------------- */

static void on_loaded(uv_work_t *work, int status);

static void queue(struct job *j)
{
    job_clear(j);
    j->drafts = (struct drafts){0};
    j->endings = (struct endings){0};
    buf_init(&j->prompt, 4 * PROMPT_BYTES);
    buf_init(&j->schema, 4 * PROMPT_BYTES);
    j->work.data = j;
    uv_queue_work(&j->w->loop, &j->work, on_pool, on_loaded);
}

static void write_all(struct job *j)
{
    struct worker *w = j->w;
    int64_t now = clock_now_ms(), added = 0;
    struct keep k = {
        .batch = &j->batch,
        .drafts = &j->drafts,
        .session = &j->session,
        .batch_id = j->batch_id,
        .citable = &j->citable,
        .provider = j->provider,
    };
    struct str error = j->why.code ? str_of(j->why.msg) : STR_NONE;
    int rc = worker_own_tx(w, &j->err);

    if (rc == 0)
        rc = keep_drafts(w->db, &k, now, &added, &j->err);
    if (rc == 0)
        rc = learn(w->db, &j->session, &j->endings, &j->a, &j->err);
    if (rc == 0)
        rc = batch_done(w->db, j->batch_id, j->rows, j->n, j->provider, error,
                        j->refused, now, &j->err);
    if (rc == 0)
        rc = db_commit(w->db, &j->err);
    if (rc < 0) {
        db_rollback(w->db);
        log_error("batch of session %lld not written: %s",
                  (long long)j->session_id, j->err.msg);
        j->retry_ms = RETRY_STORE_MS;
    } else {
        w->counts.batches++;
        w->counts.memories += added;
        log_debug("batch of session %lld: %zu events, %lld memories, by %.*s",
                  (long long)j->session_id, j->n, (long long)added,
                  STR_ARG(j->provider));
        worker_stale(w, j->session.project_id);
        branches_check(w, j->session.project_id, BRANCHES_KEPT_MS);
    }
    job_end(j);
}

/* Leaves the batch to the rules; `why` is kept with it. */
static void fall_back(struct job *j, const struct err *why)
{
    j->use_llm = false;
    j->why = *why;
    /* The refused reply lives in the arena that queue() empties. */
    if (j->refused.p) {
        char *copy = malloc(j->refused.n + 1);

        if (!copy)
            CM_BUG("out of memory");
        memcpy(copy, j->refused.p, j->refused.n);
        queue(j);
        j->refused = arena_str(&j->a, (struct str){copy, j->refused.n});
        free(copy);
        return;
    }
    queue(j);
}

static void delay(struct job *j, const struct err *why, int64_t wait_ms)
{
    struct worker *w = j->w;
    struct err e;
    int64_t base = 60000;

    for (int64_t i = 1; i < j->tries && base < 3600000; i++)
        base *= 2;
    if (wait_ms < base)
        wait_ms = base;
    log_warn("the model could not be asked: %s; again in %lld s", why->msg,
             (long long)(wait_ms / 1000));
    if (worker_own_tx(w, &e) < 0 ||
        batch_delay(w->db, j->batch_id, clock_now_ms() + wait_ms,
                    str_of(why->msg), &e) < 0 ||
        db_commit(w->db, &e) < 0) {
        db_rollback(w->db);
        j->retry_ms = RETRY_STORE_MS;
    }
    job_end(j);
}

static void ledger(struct job *j, const struct llm_result *r)
{
    struct usage_in u = {
        .project_id = j->session.project_id,
        .session_id = j->session_id,
        .batch_id = j->batch_id,
        .prompt_version = PROMPT_VERSION,
    };

    budget_book(j->w, &u, r);
}

static void ask(struct job *j);

static void on_reply(void *arg, const struct llm_result *r)
{
    struct job *j = arg;
    struct err e = {0};

    ledger(j, r);
    if (r->rc < 0 && r->transient && j->tries < TRIES_MAX) {
        delay(j, &r->err, r->retry_ms);
        return;
    }
    if (r->rc < 0) {
        log_error("the model refused, the built-in rules do it: %s",
                  r->err.msg);
        fall_back(j, &r->err);
        return;
    }
    if (reply_parse(r->text, &j->batch, &j->options, &j->drafts, &e) == 0) {
        j->provider = arena_str(&j->a, r->model.n ? r->model : r->provider);
        write_all(j);
        return;
    }
    j->refused = arena_str(&j->a, r->text);
    if (!j->asked_again) {
        j->asked_again = true;
        prompt_again(e.msg, &j->prompt);
        ask(j);
        return;
    }
    log_warn("the model's reply was refused twice (%s): kept, the built-in "
             "rules do it", e.msg);
    fall_back(j, &e);
}

static void ask(struct job *j)
{
    struct llm_request r = {
        .system = prompt_system(),
        .user = buf_str(&j->prompt),
        .schema = j->schema.len ? buf_str(&j->schema) : prompt_schema(),
        .max_tokens = REPLY_TOKENS,
    };
    struct err e = {0};
    int64_t closes = 0, wait = 0;

    if (!budget_is_left(j->w, &e)) {
        fall_back(j, &e);
        return;
    }
    if (llm_submit(j->w->llm, &r, on_reply, j, &e) == 0)
        return;
    if (llm_is_open(j->w->llm, &closes))
        wait = closes - clock_now_ms();
    delay(j, &e, wait);
}

static void on_loaded(uv_work_t *work, int status)
{
    struct job *j = work->data;
    struct worker *w = j->w;
    int rc = status < 0 ? CM_EAGAIN : j->rc;

    if (rc == 0 && j->n == 0) { /* somebody forgot them meanwhile */
        job_end(j);
        return;
    }
    if (rc == 0 && j->batch_id == 0) {
        rc = worker_own_tx(w, &j->err);
        if (rc == 0)
            rc = batch_begin(w->db, j->session_id, j->rows, j->n,
                             j->batch.ends_turn, clock_now_ms(), &j->batch_id,
                             &j->tries, &j->err);
        if (rc == 0)
            rc = db_commit(w->db, &j->err);
    }
    if (rc < 0) {
        db_rollback(w->db);
        log_error("batch of session %lld not read: %s",
                  (long long)j->session_id, j->err.msg);
        j->retry_ms = RETRY_STORE_MS;
        job_end(j);
        return;
    }
    if (j->use_llm) {
        ask(j);
    } else {
        j->provider = STR("rules");
        write_all(j);
    }
}

void job_start(struct worker *w, int64_t session_id)
{
    struct job *j = calloc(1, sizeof(*j));

    if (!j)
        CM_BUG("out of memory");
    worker_reload(w);
    j->w = w;
    j->session_id = session_id;
    j->use_llm = w->llm != NULL;
    j->max_events = j->use_llm
                        ? (size_t)config_int(&w->config, OPT_BATCH_EVENTS)
                        : 500;
    j->max_bytes = j->use_llm
                       ? (size_t)config_int(&w->config, OPT_BATCH_KB) * 1024
                       : 4u << 20;
    queue(j);
}
