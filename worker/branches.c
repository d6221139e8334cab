/* branches.c - see branches.h. */
#include "base/common.h"

#include <signal.h>

#include "agent/refs.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/read_session.h"
#include "store/revise.h"
#include "worker/branches.h"

/* Branch and commit pairs of a project that are looked at; a project with more
 * open branches has the newest ones looked at. */
#define BOUND_MAX 64
/* Clones of a project. */
#define DIRS_MAX 4
/* Projects looked at when the worker starts. */
#define PROJECTS_MAX 32

/* --- git, asked ---------------------------------------------------------------- */

struct child {
    uv_process_t process;
    uv_timer_t timer;
    int64_t status;
    bool ended;
};

static void on_exit_child(uv_process_t *p, int64_t status, int signal)
{
    struct child *c = p->data;

    c->status = signal ? -1 : status;
    c->ended = true;
    uv_close((uv_handle_t *)p, NULL);
    uv_close((uv_handle_t *)&c->timer, NULL);
}

static void on_late(uv_timer_t *t)
{
    struct child *c = t->data;

    uv_process_kill(&c->process, SIGKILL);
}

/* Runs git to its end or the deadline's: its exit status, or -1. The loop is
 * the call's own, so that nothing else happens meanwhile. */
static int run_git(char **args, int64_t end_mono_ms)
{
    char path[4096], home[4096];
    char *env[] = {path,
                   home,
                   (char[]){"GIT_OPTIONAL_LOCKS=0"},
                   (char[]){"GIT_TERMINAL_PROMPT=0"},
                   (char[]){"LC_ALL=C"},
                   NULL};
    uv_stdio_container_t io[3] = {
        {.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
    uv_process_options_t o = {.file = "git",
                              .args = args,
                              .env = env,
                              .stdio = io,
                              .stdio_count = 3,
                              .exit_cb = on_exit_child};
    int64_t left = end_mono_ms - clock_mono_ms();
    struct child c = {.status = -1};
    uv_loop_t loop;
    int rc;

    if (left <= 0)
        return -1;
    snprintf(path, sizeof(path), "PATH=%s",
             getenv("PATH") ? getenv("PATH") : "/usr/local/bin:/usr/bin:/bin");
    snprintf(home, sizeof(home), "HOME=%s",
             getenv("HOME") ? getenv("HOME") : "/");
    if (uv_loop_init(&loop) < 0)
        return -1;
    c.process.data = c.timer.data = &c;
    uv_timer_init(&loop, &c.timer);
    rc = uv_spawn(&loop, &c.process, &o);
    if (rc < 0) {
        uv_close((uv_handle_t *)&c.process, NULL);
        uv_close((uv_handle_t *)&c.timer, NULL);
        log_debug("git: %s", uv_strerror(rc));
    } else {
        uv_timer_start(&c.timer, on_late, (uint64_t)left, 0);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return c.ended ? (int)c.status : -1;
}

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_NONE };

/* Is commit x reachable from y? ANSWER_NONE: not known here, no git, no time. */
static enum answer is_ancestor(struct str dir, struct str x, struct str y,
                               struct arena *a, int64_t end)
{
    char *args[] = {(char[]){"git"},
                    (char[]){"--git-dir"},
                    NULL,
                    (char[]){"merge-base"},
                    (char[]){"--is-ancestor"},
                    NULL,
                    NULL,
                    NULL};
    char text[3][4200];
    int status;

    (void)a;
    if (x.n == 0 || y.n == 0 || dir.n >= sizeof(text[0]))
        return ANSWER_NONE;
    if (str_eq(x, y))
        return ANSWER_YES;
    snprintf(text[0], sizeof(text[0]), "%.*s", STR_ARG(dir));
    snprintf(text[1], sizeof(text[1]), "%.*s", STR_ARG(x));
    snprintf(text[2], sizeof(text[2]), "%.*s", STR_ARG(y));
    args[2] = text[0];
    args[5] = text[1];
    args[6] = text[2];
    status = run_git(args, end);
    return status == 0 ? ANSWER_YES : status == 1 ? ANSWER_NO : ANSWER_NONE;
}

/* --- what becomes of one branch and commit --------------------------------------- */

struct clone {
    struct str dir, trunk;  /* git's directory; the default branch */
    struct str here, there; /* where it stands, here and at origin */
};

struct look {
    struct worker *w;
    struct arena a;
    int64_t project_id, end_mono_ms;
    struct clone clones[DIRS_MAX];
    size_t nclones;
    struct bound *rows;
    size_t n;
    bool cut_short; /* git gave no answer: look again next time */
    int64_t changed;
};

static enum answer is_merged(struct look *l, const struct clone *c,
                             struct str commit)
{
    enum answer x =
        is_ancestor(c->dir, commit, c->there, &l->a, l->end_mono_ms);

    if (x == ANSWER_YES || str_eq(c->here, c->there))
        return x;
    return c->here.n
               ? is_ancestor(c->dir, commit, c->here, &l->a, l->end_mono_ms)
               : x;
}

static void promote(struct look *l, const struct bound *b, const char *why)
{
    struct err e;
    int64_t n = memories_unbind(l->w->db, l->project_id, b->branch, b->commit,
                                str_of(why), clock_now_ms(), &e);

    if (n < 0)
        log_warn("branch %.*s: %s", STR_ARG(b->branch), e.msg);
    else
        log_info("branch %.*s is %s: %lld memories belong to every branch",
                 STR_ARG(b->branch), why, (long long)n);
    l->changed += n > 0;
}

static void rebind(struct look *l, const struct bound *b, struct str commit)
{
    struct err e;

    if (memories_rebind(l->w->db, l->project_id, b->branch, b->commit, commit,
                        &e) < 0)
        log_warn("branch %.*s: %s", STR_ARG(b->branch), e.msg);
}

/* Its commit is reachable, but it was so when the branch was made. */
static void settle_fresh(struct look *l, const struct clone *c,
                         const struct bound *b, struct str commit)
{
    struct str tip = refs_commit(c->dir, "refs/heads/", b->branch, &l->a);
    enum answer x;

    if (tip.n == 0) {
        promote(l, b, "gone");
        return;
    }
    if (str_eq(tip, commit))
        return; /* no commit of its own yet */
    x = is_merged(l, c, tip);
    if (x == ANSWER_YES)
        promote(l, b, "merged");
    else if (x == ANSWER_NO)
        rebind(l, b, tip);
    else
        l->cut_short = true;
}

static void settle_unmerged(struct look *l, const struct clone *c,
                            const struct bound *b, struct str commit,
                            bool fresh)
{
    struct str tip = refs_commit(c->dir, "refs/heads/", b->branch, &l->a);

    if (refs_is_gone(c->dir, b->branch, &l->a)) {
        promote(l, b, "gone");
        return;
    }
    if (fresh)
        rebind(l, b, commit);
    if (tip.n &&
        is_ancestor(c->dir, commit, tip, &l->a, l->end_mono_ms) == ANSWER_NO)
        rebind(l, &(struct bound){b->branch, fresh ? commit : b->commit}, tip);
}

static void settle_one(struct look *l, const struct bound *b)
{
    bool fresh = str_starts(b->commit, STR("~")), gone = true;
    struct str commit = fresh ? str_cut(b->commit, 1, b->commit.n) : b->commit;

    for (size_t i = 0; i < l->nclones; i++) {
        const struct clone *c = &l->clones[i];
        struct str own = commit;
        enum answer x;

        /* Said of a branch before it was made: it begins where that does. */
        if (own.n == 0)
            own = refs_commit(c->dir, "refs/heads/", b->branch, &l->a);
        gone = gone && own.n && refs_is_gone(c->dir, b->branch, &l->a);
        x = is_merged(l, c, own);
        if (x == ANSWER_NONE)
            continue;
        if (x == ANSWER_NO)
            settle_unmerged(l, c, b, own, fresh);
        else if (fresh)
            settle_fresh(l, c, b, own);
        else
            promote(l, b, "merged");
        return;
    }
    if (clock_mono_ms() >= l->end_mono_ms)
        l->cut_short = true;
    else if (gone && l->nclones && commit.n)
        promote(l, b, "gone"); /* and its commit with it */
}

/* --- when to look ------------------------------------------------------------------ */

static int find_clones(struct look *l, struct err *e)
{
    struct str *dirs;
    size_t n;
    int rc = project_git_dirs(l->w->db, l->project_id, DIRS_MAX, &l->a, &dirs,
                              &n, e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        struct clone *c = &l->clones[l->nclones];

        c->dir = dirs[i];
        c->trunk = refs_default(c->dir, &l->a);
        if (c->trunk.n == 0)
            continue;
        c->here = refs_commit(c->dir, "refs/heads/", c->trunk, &l->a);
        c->there = refs_commit(c->dir, "refs/remotes/origin/", c->trunk, &l->a);
        if (c->there.n == 0)
            c->there = c->here;
        l->nclones++;
    }
    return rc;
}

/* What the outcome depends on: where the branches stand, and what is bound. */
static uint64_t signature(struct look *l)
{
    uint64_t sum = 1;

    for (size_t i = 0; i < l->nclones; i++)
        sum = sum * 31 + str_hash(l->clones[i].here) * 3 +
              str_hash(l->clones[i].there);
    for (size_t i = 0; i < l->n; i++) {
        sum = sum * 31 + str_hash(l->rows[i].branch) * 3 +
              str_hash(l->rows[i].commit);
        for (size_t k = 0; k < l->nclones; k++) {
            struct str dir = l->clones[k].dir, b = l->rows[i].branch;

            sum = sum * 31 +
                  str_hash(refs_commit(dir, "refs/heads/", b, &l->a)) * 3 +
                  refs_is_gone(dir, b, &l->a);
        }
    }
    return sum;
}

static uint64_t *known(struct worker *w, int64_t project_id)
{
    struct branches_seen *old = &w->branches[0];

    for (size_t i = 0; i < ARRAY_LEN(w->branches); i++) {
        if (w->branches[i].project_id == project_id)
            return &w->branches[i].signature;
        if (w->branches[i].project_id == 0) {
            old = &w->branches[i];
            break;
        }
    }
    *old = (struct branches_seen){.project_id = project_id};
    return &old->signature;
}

static void settle_all(struct look *l)
{
    struct err e;

    if (worker_own_tx(l->w, &e) < 0)
        return;
    for (size_t i = 0; i < l->n; i++)
        settle_one(l, &l->rows[i]);
    if (db_commit(l->w->db, &e) < 0) {
        db_rollback(l->w->db);
        log_warn("branches: %s", e.msg);
        l->cut_short = true;
    }
}

static void look_at(struct worker *w, int64_t project_id, int64_t end_mono_ms)
{
    struct look l = {
        .w = w, .project_id = project_id, .end_mono_ms = end_mono_ms};
    uint64_t now, *last;
    struct err e;

    if (memories_bound(w->db, project_id, BOUND_MAX, &l.a, &l.rows, &l.n, &e) <
            0 ||
        l.n == 0 || find_clones(&l, &e) < 0 || l.nclones == 0)
        goto out;
    last = known(w, project_id);
    now = signature(&l);
    if (*last == now)
        goto out;
    settle_all(&l);
    *last = l.cut_short ? 0 : now;
    if (l.changed)
        worker_stale(w, project_id);
out:
    arena_free(&l.a);
}

void branches_check(struct worker *w, int64_t project_id, int64_t most_ms)
{
    int64_t end = clock_mono_ms() + most_ms, ids[PROJECTS_MAX];
    size_t n = 0;
    struct err e;

    if (project_id) {
        look_at(w, project_id, end);
        return;
    }
    if (projects_bound(w->db, ids, PROJECTS_MAX, &n, &e) < 0)
        log_warn("branches: %s", e.msg);
    for (size_t i = 0; i < n; i++)
        look_at(w, ids[i], end);
}
