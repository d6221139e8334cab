/* asking.c - the thread that asks; see asking.h. */
#include "base/common.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "cli/browse/asking.h"
#include "cli/browse/question.h"
#include "wire/conn.h"

/* Who types goes on within that; what is behind the first screen waits for
 * who does not. */
#define MORE_WAIT_MS 150
/* Of what is behind the memories in the list of everything. */
#define BESIDE_MAX 6
#define CLOSE_MS   1000

struct subject { /* of a preview, or a deed */
    bool wanted;
    enum row_what what;
    char id[512], path[PATHS_MAX], name[512];
    const char *op;
};

struct asking {
    const struct cli *c;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t todo, gone;
    bool leave, left;
    struct question rows, more;
    struct subject text, deed;
    struct answer *first, **last;
    int wake[2];
};

/* --- the thread's side ------------------------------------------------------------ */

static struct answer *answer_new(enum answer_sort sort, uint64_t n)
{
    struct answer *r = calloc(1, sizeof(*r));

    if (!r)
        CM_BUG("out of memory");
    r->sort = sort;
    r->n = n;
    return r;
}

void answer_free(struct answer *r)
{
    if (!r)
        return;
    rows_free(r->rows);
    json_free(r->json);
    free(r);
}

static void give(struct asking *a, struct answer *r)
{
    pthread_mutex_lock(&a->lock);
    *a->last = r;
    a->last = &r->next;
    pthread_mutex_unlock(&a->lock);
    if (write(a->wake[1], "", 1) < 0)
        return; /* full: it will be read anyway */
}

static bool is_wanted_still(struct asking *a, uint64_t n)
{
    bool still;

    pthread_mutex_lock(&a->lock);
    still = !a->rows.wanted || a->rows.n == n;
    pthread_mutex_unlock(&a->lock);
    return still;
}

/* The whole list; of everything with symbols and sessions beside the
 * memories. */
static void find_more(struct asking *a, struct question *q)
{
    struct json *memories = NULL, *symbols = NULL, *sessions = NULL;
    bool beside = q->tab == TAB_ALL && q->words[0];
    struct answer *r;

    if (question_memories(a->c, q, false, &memories, NULL) < 0)
        return;
    if (beside && is_wanted_still(a, q->n))
        (void)!question_code(a->c, q, "code-search", "words", &symbols, NULL);
    if (beside && is_wanted_still(a, q->n) && q->scope != SCOPE_SESSION)
        (void)!question_memories(a->c, q, true, &sessions, NULL);
    r = answer_new(ANSWER_ROWS, q->n);
    r->rows = rows_new();
    rows_add_all(r->rows, memories, symbols, sessions, str_of(q->words),
                 BESIDE_MAX);
    json_free(memories);
    json_free(symbols);
    json_free(sessions);
    give(a, r);
}

static void find_rows(struct asking *a, struct question *q)
{
    struct answer *r = answer_new(ANSWER_ROWS, q->n);
    struct json *result = NULL;
    struct err e = {0};

    if (q->scope == SCOPE_SESSION && !q->session[0])
        question_latest_session(a->c, q);
    r->rows = rows_new();
    if (question_rows(a->c, q, &result, &e) == 0)
        rows_add(r->rows, result, LIST_MAX);
    else
        r->rows->note = arena_strz(&r->rows->a, e.msg);
    json_free(result);
    if (!e.code && q->tab != TAB_SESSIONS && !question_is_of_code(q->tab)) {
        r->more = true;
        pthread_mutex_lock(&a->lock);
        a->more = *q;
        a->more.wanted = a->more.is_more = true;
        pthread_mutex_unlock(&a->lock);
    }
    give(a, r);
}

static void read_text(struct asking *a, const struct subject *s)
{
    struct answer *r = answer_new(ANSWER_TEXT, 0);
    struct json *args = json_object(), *ids;
    struct err e = {0};
    const char *op = "show";

    snprintf(r->id, sizeof(r->id), "%s", s->id);
    r->what = s->what;
    if (s->what == ROW_SYMBOL) {
        op = "code-unfold";
        json_set_str(args, "file", str_of(s->path));
        json_set_str(args, "symbol", str_of(s->name));
    } else if (s->what == ROW_FILE) {
        op = "code-outline";
        json_set_str(args, "file", str_of(s->path));
    } else {
        ids = json_array();
        json_push_str(ids, str_of(s->id));
        json_set(args, "ids", ids);
    }
    if (ask_op(a->c, op, args, true, &r->json, &e) < 0) {
        r->json = NULL;
        snprintf(r->say, sizeof(r->say), "%s", e.msg);
    }
    give(a, r);
}

static void do_deed(struct asking *a, const struct subject *s)
{
    struct answer *r;
    struct json *args = json_object(), *ids = json_array(), *result = NULL;
    struct err e = {0};
    int64_t n = 0;

    if (!s->op) {
        if (s->id[0] == '#' &&
            str_int(str_of(s->id + 1), 1, INT64_MAX, &n) == 0)
            json_push(ids, json_new_int(n));
        json_set(args, "ids", ids);
        if (n) {
            struct cli own = *a->c;

            cli_tell(&own, "accessed", args);
        } else {
            json_free(args);
        }
        return;
    }
    r = answer_new(ANSWER_DEED, 0);
    snprintf(r->id, sizeof(r->id), "%s", s->id);
    json_push_str(ids, str_of(s->id));
    json_set(args, "ids", ids);
    if (ask_op(a->c, s->op, args, false, &result, &e) < 0)
        snprintf(r->say, sizeof(r->say), "%s", e.msg);
    else
        snprintf(r->say, sizeof(r->say), "%s %s",
                 strcmp(s->op, "pin") == 0     ? "pinned"
                 : strcmp(s->op, "unpin") == 0 ? "unpinned"
                                               : "forgot",
                 s->id);
    json_free(result);
    give(a, r);
}

/* A worker that runs answers in a millisecond or two. */
static void start_worker(const struct asking *a)
{
    if (access(a->c->paths.off, F_OK) != 0 && !getenv("CMEM_INTERNAL") &&
        access(a->c->paths.db, F_OK) == 0)
        conn_start_worker(&a->c->paths, 0);
}

struct todo {
    struct question rows, more;
    struct subject text, deed;
};

/* The first of what is to be done; waits for it, holding the lock. What is
 * behind the first screen has to wait until nothing else came for a while.
 * false: leave. */
static bool next_todo(struct asking *a, struct todo *t)
{
    struct timespec until;
    bool waited = false;

    *t = (struct todo){0};
    while (!a->leave) {
        if (a->deed.wanted) {
            t->deed = a->deed;
            a->deed.wanted = false;
            return true;
        }
        if (a->rows.wanted) {
            t->rows = a->rows;
            a->rows.wanted = a->more.wanted = false;
            return true;
        }
        if (a->text.wanted) {
            t->text = a->text;
            a->text.wanted = false;
            return true;
        }
        if (a->more.wanted && waited) {
            t->more = a->more;
            a->more.wanted = false;
            return true;
        }
        waited = false;
        if (!a->more.wanted) {
            pthread_cond_wait(&a->todo, &a->lock);
            continue;
        }
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += MORE_WAIT_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        waited = pthread_cond_timedwait(&a->todo, &a->lock, &until) != 0;
    }
    return false;
}

static void *run(void *arg)
{
    struct asking *a = arg;
    bool started = false;
    struct todo t;

    pthread_mutex_lock(&a->lock);
    while (next_todo(a, &t)) {
        pthread_mutex_unlock(&a->lock);
        if (t.deed.wanted)
            do_deed(a, &t.deed);
        else if (t.rows.wanted)
            find_rows(a, &t.rows);
        else if (t.text.wanted)
            read_text(a, &t.text);
        else
            find_more(a, &t.more);
        if (!started)
            start_worker(a);
        started = true;
        pthread_mutex_lock(&a->lock);
    }
    a->left = true;
    pthread_cond_signal(&a->gone);
    pthread_mutex_unlock(&a->lock);
    return NULL;
}

/* --- the keyboard's side ------------------------------------------------------------ */

int asking_open(struct asking **out, const struct cli *c, struct err *e)
{
    struct asking *a = calloc(1, sizeof(*a));
    int rc;

    if (!a)
        CM_BUG("out of memory");
    a->c = c;
    a->last = &a->first;
    pthread_mutex_init(&a->lock, NULL);
    pthread_cond_init(&a->todo, NULL);
    pthread_cond_init(&a->gone, NULL);
    if (pipe2(a->wake, O_CLOEXEC | O_NONBLOCK) < 0) {
        rc = err_sys(e, CM_EIO, "make a pipe");
        free(a);
        return rc;
    }
    rc = pthread_create(&a->thread, NULL, run, a);
    if (rc != 0) {
        close(a->wake[0]);
        close(a->wake[1]);
        free(a);
        return err_set(e, CM_EIO, "make a thread: %s", strerror(rc));
    }
    *out = a;
    return 0;
}

void asking_close(struct asking *a)
{
    struct timespec until;
    struct answer *r;
    bool left;

    if (!a)
        return;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += CLOSE_MS / 1000;
    pthread_mutex_lock(&a->lock);
    a->leave = true;
    pthread_cond_signal(&a->todo);
    while (!a->left && pthread_cond_timedwait(&a->gone, &a->lock, &until) == 0)
        ;
    left = a->left;
    pthread_mutex_unlock(&a->lock);
    if (!left)
        return; /* it still uses what would be freed; the process ends */
    pthread_join(a->thread, NULL);
    while ((r = asking_take(a)))
        answer_free(r);
    close(a->wake[0]);
    close(a->wake[1]);
    free(a);
}

int asking_fd(const struct asking *a)
{
    return a->wake[0];
}

struct answer *asking_take(struct asking *a)
{
    struct answer *r;
    char bytes[64];

    while (read(a->wake[0], bytes, sizeof(bytes)) > 0)
        ;
    pthread_mutex_lock(&a->lock);
    r = a->first;
    if (r)
        a->first = r->next;
    if (!a->first)
        a->last = &a->first;
    pthread_mutex_unlock(&a->lock);
    return r;
}

static void put(struct asking *a)
{
    pthread_cond_signal(&a->todo);
    pthread_mutex_unlock(&a->lock);
}

void asking_rows(struct asking *a, const struct model *m)
{
    pthread_mutex_lock(&a->lock);
    a->rows = (struct question){
        .wanted = true, .n = m->asked, .tab = m->tab, .scope = m->scope};
    memcpy(a->rows.words, m->query, m->len + 1);
    memcpy(a->rows.session, m->session, sizeof(m->session));
    put(a);
}

static struct subject subject_of(const struct row *row)
{
    struct subject s = {.wanted = true, .what = row->what};

    snprintf(s.id, sizeof(s.id), "%.*s", STR_ARG(row->id));
    snprintf(s.path, sizeof(s.path), "%.*s", STR_ARG(row->path));
    snprintf(s.name, sizeof(s.name), "%.*s", STR_ARG(row->name));
    return s;
}

void asking_text(struct asking *a, const struct row *row)
{
    pthread_mutex_lock(&a->lock);
    a->text = subject_of(row);
    put(a);
}

void asking_deed(struct asking *a, const char *op, const struct row *row)
{
    pthread_mutex_lock(&a->lock);
    a->deed = subject_of(row);
    a->deed.op = op;
    put(a);
}
