/* worker.c - the worker's life: see worker.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "ops/context.h"
#include "search/meaning.h"
#include "wire/conn.h"
#include "wire/spool.h"
#include "worker/branches.h"
#include "worker/capture.h"
#include "worker/digester.h"
#include "worker/elsewhere.h"
#include "worker/embedding.h"
#include "worker/http.h"
#include "worker/indexing.h"
#include "worker/llm.h"
#include "worker/mem0.h"
#include "worker/reading.h"
#include "worker/reconcile.h"
#include "worker/retention.h"
#include "worker/server.h"
#include "worker/slot.h"
#include "worker/touching.h"
#include "worker/worker.h"

/* A project's block is rendered this long after the last change, so that an
 * import does it once and not a thousand times. */
#define CACHE_DELAY_MS 200
/* A killed process lets go of its lock within milliseconds; one that leaves
 * within a few hundred. */
#define LOCK_WAIT_MS 1000
/* Pages of the write-ahead log after which it is moved into the database by
 * the thread pool (8 MB), and after which everybody waits for that (64 MB:
 * readers held it up for long). */
#define WAL_PAGES 2000
#define WAL_PAGES_MAX 16384

void worker_active(struct worker *w)
{
    w->active_mono_ms = clock_mono_ms();
}

/* --- transactions ----------------------------------------------------------- */

int worker_tx(struct worker *w, struct err *e)
{
    return db_in_transaction(w->db) ? 0 : db_begin(w->db, e);
}

static void checkpoint_on_pool(uv_work_t *work)
{
    struct worker *w = work->data;
    struct err e;

    if (db_checkpoint_beside(w->paths.db, &e) < 0)
        log_warn("%s", e.msg);
}

static void checkpointed(uv_work_t *work, int status)
{
    struct worker *w = work->data;

    (void)status;
    w->checkpointing = false;
    /* What readers kept it from goes with the next commit's: trying again at
     * once would never end while nobody writes. */
    db_wal_done(w->db);
}

/* Keeps the log short without making an event wait for the disk. */
static void maybe_checkpoint(struct worker *w)
{
    struct err e;

    if (db_wal_pages(w->db) > WAL_PAGES_MAX) {
        if (db_checkpoint(w->db, &e) < 0)
            log_warn("%s", e.msg);
        db_wal_done(w->db);
    } else if (db_wal_pages(w->db) > WAL_PAGES && !w->checkpointing) {
        w->checkpointing = true;
        w->checkpoint.data = w;
        uv_queue_work(&w->loop, &w->checkpoint, checkpoint_on_pool,
                      checkpointed);
    }
}

void worker_flush(struct worker *w)
{
    struct err e = {0};
    bool ok = true;

    if (!db_in_transaction(w->db))
        return;
    if (w->server)
        server_prepare(w);
    if (db_commit(w->db, &e) < 0) {
        log_error("events not committed: %s", e.msg);
        ok = false;
    }
    if (w->server)
        server_acknowledge(w, ok);
    digester_run(w);
}

int worker_own_tx(struct worker *w, struct err *e)
{
    worker_flush(w);
    return db_begin(w->db, e);
}

static void on_turn_end(uv_check_t *h)
{
    struct worker *w = h->data;

    worker_flush(w);
    if (!w->closing)
        maybe_checkpoint(w); /* whoever wrote */
    if (!w->closing)
        embedding_turn(w);
    if (!w->closing)
        mem0_turn(w);
}

/* --- settings and the model ------------------------------------------------- */

/* Another number when the file is another one. Two changes can fall into one
 * tick of the clock that stamps files; but a file that takes the place of
 * another one is never the same inode. */
static int64_t stamp_of(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return 0;
    return st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec +
           (int64_t)(st.st_ino * UINT64_C(0x9e3779b97f4a7c15) >> 20);
}

/* After the calls under way: they are the old one's. */
static void make_llm(struct worker *w)
{
    struct arena a = {0};
    struct llm_config c;
    int rc;

    if (!w->llm_stale || (w->llm && llm_pending(w->llm)))
        return;
    w->llm_stale = false;
    llm_close(w->llm, NULL, NULL);
    w->llm = NULL;
    w->llm_problem = (struct err){0};
    rc = llm_config_from(&w->config, &w->paths, &a, &c, &w->llm_problem);
    if (rc == 0)
        rc = llm_create(&w->llm, &w->loop, &c, &w->llm_problem);
    if (rc < 0)
        log_warn("no model, the built-in rules do the work: %s",
                 w->llm_problem.msg);
    arena_free(&a);
}

static void on_idle(uv_timer_t *t);

void worker_reload(struct worker *w)
{
    int64_t now = stamp_of(w->paths.config) ^ stamp_of(w->paths.keys);
    struct err e;

    if (w->started_ms && now == w->config_mtime_ns) {
        make_llm(w);
        return;
    }
    w->config_mtime_ns = now;
    config_free(&w->config);
    config_load(&w->config, w->paths.config);
    log_open(w->paths.worker_log,
             log_level_of(config_str(&w->config, OPT_LOG_LEVEL)));
    if (w->config.problem.code)
        log_warn("settings: %s", w->config.problem.msg);
    w->llm_stale = true;
    make_llm(w);
    meaning_close(w->meaning);
    w->meaning = meaning_open(&w->paths, &w->config);
    embedding_reload(w);
    retention_reload(w);
    http_reload(w);
    if (!config_bool(&w->config, OPT_CONTEXT) &&
        context_cache_clear(&w->paths, &e) < 0)
        log_warn("%s", e.msg);
    if (!w->idle.data || w->closing)
        return;
    digester_reload(w);
    worker_stale(w, 0);
    uv_timer_start(&w->idle, on_idle, 1000, 0);
}

/* --- rendered context blocks ------------------------------------------------ */

static void on_cache(uv_timer_t *t)
{
    struct worker *w = t->data;
    struct arena a = {0};
    struct op_env env = {.db = w->db,
                         .meaning = w->meaning,
                         .paths = &w->paths,
                         .config = &w->config,
                         .now_ms = clock_now_ms(),
                         .a = &a};
    struct err e;

    worker_flush(w);
    for (size_t i = 0; i < w->ncache; i++) {
        if (context_cache_write(&env, w->cache_projects[i], &e) < 0)
            log_warn("context block: %s", e.msg);
        arena_free(&a);
    }
    w->ncache = 0;
}

void worker_stale(struct worker *w, int64_t project_id)
{
    for (size_t i = 0; i < w->ncache; i++)
        if (w->cache_projects[i] == project_id)
            return;
    if (w->ncache == ARRAY_LEN(w->cache_projects))
        on_cache(&w->cache_timer);
    w->cache_projects[w->ncache++] = project_id;
    if (!w->closing)
        uv_timer_start(&w->cache_timer, on_cache, CACHE_DELAY_MS, 0);
}

/* --- spool ------------------------------------------------------------------- */

struct drain_state {
    struct worker *w;
    int64_t n;
    char refused[PATHS_MAX + 16]; /* spool of what the database refused */
};

static int take_spooled(void *arg, const struct frame *f)
{
    struct drain_state *d = arg;
    struct context_ask ask;
    struct err e;
    int rc;

    if (f->type != FRAME_EVENT)
        return 0;
    rc = capture_event(d->w, f, "hook", &ask, &e);
    d->n += rc == 0;
    if (rc == 0)
        return 0;
    log_error("spooled event not stored: %s", e.msg);
    /* One that the database will never take must not block the others. */
    if (rc == CM_EFORMAT && db_in_transaction(d->w->db))
        return spool_append(d->refused, f, UINT64_MAX / 2,
                            clock_mono_ms() + 1000);
    return rc;
}

static int commit_spooled(void *arg)
{
    struct drain_state *d = arg;
    struct err e;

    if (db_in_transaction(d->w->db) && db_commit(d->w->db, &e) < 0) {
        log_error("spooled events not committed: %s", e.msg);
        return e.code;
    }
    return 0;
}

void worker_drain_spool(struct worker *w)
{
    struct drain_state d = {.w = w};
    struct spool_counts counts = {0};
    uint64_t waiting, dropped;
    struct err e;

    spool_state(w->paths.spool, &waiting, &dropped);
    if (waiting == 0)
        return;
    snprintf(d.refused, sizeof(d.refused), "%s/refused", w->paths.data);
    worker_flush(w);
    if (spool_read(w->paths.spool, take_spooled, commit_spooled, &d, &counts,
                   &e) < 0) {
        db_rollback(w->db);
        log_warn("spool: %s", e.msg);
    }
    if (counts.torn_bytes)
        log_warn("spool: %llu torn bytes passed over",
                 (unsigned long long)counts.torn_bytes);
    if (d.n) {
        w->counts.spooled += d.n;
        worker_active(w);
        log_info("spool: %lld events taken", (long long)d.n);
        digester_run(w);
    }
}

static void on_spool(uv_fs_event_t *h, const char *name, int events, int status)
{
    (void)name;
    (void)events;
    if (status == 0)
        worker_drain_spool(h->data);
}

/* --- life -------------------------------------------------------------------- */

static void on_idle(uv_timer_t *t)
{
    struct worker *w = t->data;
    int64_t most = config_int(&w->config, OPT_IDLE_EXIT_S) * 1000;
    int64_t idle = clock_mono_ms() - w->active_mono_ms;

    if (idle >= most && digester_jobs(w) == 0 && !reconcile_busy(w) &&
        !embedding_busy(w) && !indexing_busy(w) && !touching_busy(w) &&
        !http_is_serving(w)) {
        log_info("nothing to do for %lld s: leaving", (long long)(idle / 1000));
        worker_close(w);
        return;
    }
    uv_timer_start(t, on_idle, (uint64_t)(idle < most ? most - idle : 1000), 0);
}

/* Long enough for prompts and searches that follow each other. */
#define REST_MS 3000

static void on_rest(uv_timer_t *t)
{
    struct worker *w = t->data;

    if (!slot_rest(w) || !reading_rest(w)) {
        worker_rest_later(w);
        return;
    }
    meaning_rest(w->meaning);
    malloc_trim(0);
}

void worker_rest_later(struct worker *w)
{
    if (!w->closing)
        uv_timer_start(&w->rest, on_rest, REST_MS, 0);
}

static void on_signal(uv_signal_t *h, int number)
{
    log_info("signal %d: leaving", number);
    worker_close(h->data);
}

static void llm_gone(void *arg)
{
    struct worker *w = arg;

    w->llm = NULL;
}

static void shut(void *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void worker_close(struct worker *w)
{
    if (w->closing)
        return;
    worker_flush(w);
    w->closing = true;
    server_close(w);
    digester_close(w);
    reconcile_close(w);
    embedding_close(w);
    indexing_close(w);
    touching_close(w);
    slot_close(w);
    reading_close(w);
    http_close(w); /* after those who answer it */
    mem0_close(w);
    if (w->llm)
        llm_close(w->llm, llm_gone, w);
    if (w->ncache)
        on_cache(&w->cache_timer);
    retention_close(w);
    shut(&w->idle);
    shut(&w->rest);
    shut(&w->cache_timer);
    shut(&w->spool_watch);
    shut(&w->sigterm);
    shut(&w->sigint);
    shut(&w->sighup);
    shut(&w->commit);
}

/* Held by a worker that listens, the lock is its for good; one that does not
 * is leaving or was killed a moment ago, and is waited for. */
static int wait_for_lock(struct worker *w)
{
    int64_t end = clock_mono_ms() + LOCK_WAIT_MS;
    int fd;

    while (flock(w->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK || clock_mono_ms() >= end)
            return CM_EAGAIN;
        fd = conn_open(&w->paths, clock_mono_ms() + 10);
        if (fd >= 0) {
            close(fd);
            return CM_EAGAIN;
        }
        uv_sleep(5);
    }
    return 0;
}

/* One thread for a prompt's search, one for indexing code and one for what
 * edits touched, besides those that embed, those that read for others and the
 * rerankers that these may have running. */
static void size_pool(struct worker *w)
{
    char n[32];

    w->embed_threads = config_int(&w->config, OPT_EMBED_THREADS);
    snprintf(n, sizeof(n), "%lld",
             (long long)w->embed_threads + 3 + (long long)reading_readers() +
                 ELSEWHERE_COMMANDS);
    setenv("UV_THREADPOOL_SIZE", n, 0);
}

/* The lock is the single instance; the file says who holds it. */
static int take_lock(struct worker *w, struct err *e)
{
    char who[64];
    int n;

    w->lock_fd = open(w->paths.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (w->lock_fd < 0)
        return err_sys(e, CM_EIO, "open %s", w->paths.lock);
    if (wait_for_lock(w) < 0)
        return err_set(e, CM_EAGAIN, "another worker is running");
    n = snprintf(who, sizeof(who), "%ld %s\n", (long)getpid(), CMEM_VERSION);
    if (ftruncate(w->lock_fd, 0) < 0 ||
        pwrite(w->lock_fd, who, (size_t)n, 0) != n)
        log_warn("write %s: %s", w->paths.lock, strerror(errno));
    return 0;
}

static void handles(struct worker *w)
{
    uv_loop_t *l = &w->loop;

    uv_timer_init(l, &w->idle);
    uv_timer_init(l, &w->rest);
    uv_timer_init(l, &w->cache_timer);
    uv_check_init(l, &w->commit);
    uv_fs_event_init(l, &w->spool_watch);
    uv_signal_init(l, &w->sigterm);
    uv_signal_init(l, &w->sigint);
    uv_signal_init(l, &w->sighup);
    w->idle.data = w->rest.data = w->cache_timer.data = w->commit.data = w;
    w->spool_watch.data = w;
    w->sigterm.data = w->sigint.data = w->sighup.data = w;
    uv_check_start(&w->commit, on_turn_end);
    uv_signal_start(&w->sigterm, on_signal, SIGTERM);
    uv_signal_start(&w->sigint, on_signal, SIGINT);
    uv_signal_start(&w->sighup, on_signal, SIGHUP);
    if (uv_fs_event_start(&w->spool_watch, on_spool, w->paths.spool, 0) < 0)
        log_warn("the spool cannot be watched: it is read at start only");
    on_idle(&w->idle);
}

int worker_start(struct worker *w, struct err *e)
{
    int rc = paths_init(&w->paths, e);

    if (rc == 0)
        rc = paths_make(&w->paths, e);
    if (rc == 0)
        rc = take_lock(w, e);
    if (rc < 0)
        return rc;
    uv_loop_init(&w->loop);
    worker_reload(w);
    size_pool(w);
    rc = db_open(&w->db, w->paths.db, DB_WRITE, e);
    if (rc < 0)
        return rc;
    w->started_ms = clock_now_ms();
    worker_active(w);
    capture_open(w);
    reconcile_open(w);
    slot_open(w);
    reading_open(w);
    touching_open(w);
    branches_check(w, 0, BRANCHES_START_MS);
    rc = digester_open(w, e);
    if (rc == 0)
        touching_recover(w);
    if (rc == 0)
        rc = server_open(w, e);
    if (rc < 0)
        return rc;
    handles(w);
    retention_open(w);
    embedding_open(w);
    indexing_open(w);
    http_open(w);
    mem0_open(w);
    worker_drain_spool(w);
    log_info("cmemd %s started, pid %ld", CMEM_VERSION, (long)getpid());
    return 0;
}

void worker_end(struct worker *w)
{
    struct err e;

    capture_close(w);
    slot_end(w);
    reading_end(w);
    http_end(w);
    mem0_end(w);
    if (w->db && db_checkpoint(w->db, &e) < 0)
        log_warn("%s", e.msg);
    db_close(w->db);
    meaning_close(w->meaning);
    config_free(&w->config);
    uv_loop_close(&w->loop);
    log_info("cmemd left");
    log_close();
    close(w->lock_fd);
}
