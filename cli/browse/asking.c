/* asking.c - the thread that asks; see asking.h. */
#include "base/common.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "agent/project.h"
#include "cli/browse/asking.h"
#include "wire/conn.h"

/* Rows of a list; nobody scrolls further than words bring nearer. */
#define LIST_MAX 100
/* Of what is behind the memories in the list of everything. */
#define BESIDE_MAX 6
#define CLOSE_MS   1000

struct question {
    bool wanted;
    uint64_t n;
    char words[QUERY_BYTES];
    enum browse_tab tab;
    enum browse_scope scope;
    char session[24];
};

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
    /* The thread's own: what a->more goes behind. */
    struct json *memories;
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

/* An operation as a command would run it, with an arena for this one alone. */
static int ask(const struct asking *a, const char *name, struct json *args,
               bool quietly, struct json **result, struct err *e)
{
    struct cli own = *a->c;
    const struct op *op = op_find(str_of(name));
    int rc;

    own.arena = (struct arena){0};
    if (!op)
        CM_BUG("the browser asks for no operation");
    /* What is only looked at while passing was not opened. */
    if (quietly) {
        rc = cli_read(&own, op, args, result, e);
        json_free(args);
    } else {
        rc = cli_op(&own, op, args, result, e);
    }
    arena_free(&own.arena);
    return rc;
}

/* The latest session here, for the scope of that name. */
static void latest_session(const struct asking *a, struct question *q)
{
    struct json *args = json_object(), *result = NULL;

    json_set_int(args, "n", 1);
    if (ask(a, "sessions", args, true, &result, NULL) == 0)
        snprintf(q->session, sizeof(q->session), "%.*s",
                 STR_ARG(json_get_str(json_first(json_get(result, "sessions")),
                                      "id")));
    json_free(result);
}

static struct json *scope_args(const struct asking *a, const struct question *q)
{
    struct json *args = json_object();
    struct arena mem = {0};
    struct project p;

    switch (q->scope) {
    case SCOPE_DIRECTORY:
        json_set_str(args, "file", str_of(a->c->cwd));
        break;
    case SCOPE_BRANCH:
        project_find(a->c->cwd, &mem, &p);
        json_set_str(args, "branch", p.branch);
        break;
    case SCOPE_SESSION:
        if (q->session[0])
            json_set_str(args, "session", str_of(q->session));
        break;
    case SCOPE_ALL:
        json_set_bool(args, "all", true);
        break;
    default:
        break;
    }
    arena_free(&mem);
    return args;
}

static int find_memories(const struct asking *a, const struct question *q,
                         bool by_session, struct json **result, struct err *e)
{
    struct json *args = scope_args(a, q);

    json_set_str(args, "words", str_of(q->words));
    json_set_int(args, "n", LIST_MAX);
    /* A list that waits for somebody's model is no list to type in. */
    json_set_bool(args, "rerank", false);
    if (by_session)
        json_set_str(args, "by", STR("session"));
    if (tab_kind(q->tab)[0])
        json_set_str(args, "kind", str_of(tab_kind(q->tab)));
    return ask(a, "search", args, false, result, e);
}

static int find_sessions(const struct asking *a, const struct question *q,
                         struct json **result, struct err *e)
{
    struct json *args;

    if (q->words[0] || q->scope == SCOPE_DIRECTORY ||
        q->scope == SCOPE_BRANCH || q->scope == SCOPE_SESSION)
        return find_memories(a, q, true, result, e);
    args = json_object();
    json_set_int(args, "n", LIST_MAX);
    if (q->scope == SCOPE_ALL)
        json_set_bool(args, "all", true);
    return ask(a, "sessions", args, true, result, e);
}

static int find_code(const struct asking *a, const struct question *q,
                     const char *op, const char *key, struct json **result,
                     struct err *e)
{
    struct json *args = json_object();

    json_set_str(args, key, str_of(q->words));
    json_set_int(args, "max", LIST_MAX);
    return ask(a, op, args, true, result, e);
}

static bool is_code(enum browse_tab t)
{
    return t == TAB_FILES || t == TAB_SYMBOLS;
}

static int find(const struct asking *a, const struct question *q,
                struct json **result, struct err *e)
{
    if (is_code(q->tab) && !q->words[0])
        return err_set(e, CM_EAGAIN, "type what it is called or about");
    if (q->tab == TAB_SYMBOLS)
        return find_code(a, q, "code-search", "words", result, e);
    if (q->tab == TAB_FILES)
        return find_code(a, q, "code-files", "text", result, e);
    if (q->tab == TAB_SESSIONS)
        return find_sessions(a, q, result, e);
    return find_memories(a, q, false, result, e);
}

static bool is_wanted_still(struct asking *a, uint64_t n)
{
    bool still;

    pthread_mutex_lock(&a->lock);
    still = !a->rows.wanted || a->rows.n == n;
    pthread_mutex_unlock(&a->lock);
    return still;
}

/* Symbols and sessions behind the memories, in one list with them. */
static void find_more(struct asking *a, struct question *q)
{
    struct json *symbols = NULL, *sessions = NULL;
    struct answer *r;

    if (is_wanted_still(a, q->n))
        (void)!find_code(a, q, "code-search", "words", &symbols, NULL);
    if (is_wanted_still(a, q->n) && q->scope != SCOPE_SESSION)
        (void)!find_memories(a, q, true, &sessions, NULL);
    r = answer_new(ANSWER_ROWS, q->n);
    r->rows = rows_new();
    rows_add_all(r->rows, a->memories, symbols, sessions, str_of(q->words),
                 BESIDE_MAX);
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
        latest_session(a, q);
    r->rows = rows_new();
    if (find(a, q, &result, &e) == 0)
        rows_add(r->rows, result, LIST_MAX);
    else
        r->rows->note = arena_strz(&r->rows->a, e.msg);
    json_free(a->memories);
    a->memories = NULL;
    if (q->tab == TAB_ALL && q->words[0] && !e.code) {
        r->more = true;
        a->memories = result;
        result = NULL;
        pthread_mutex_lock(&a->lock);
        a->more = *q;
        a->more.wanted = true;
        pthread_mutex_unlock(&a->lock);
    }
    json_free(result);
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
    if (ask(a, op, args, true, &r->json, &e) < 0) {
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
    if (ask(a, s->op, args, false, &result, &e) < 0)
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

static void *run(void *arg)
{
    struct asking *a = arg;
    bool started = false;

    pthread_mutex_lock(&a->lock);
    while (!a->leave) {
        struct question q = {0};
        struct subject deed = {0}, text = {0};
        bool more = false;

        if (a->deed.wanted) {
            deed = a->deed;
            a->deed.wanted = false;
        } else if (a->rows.wanted) {
            q = a->rows;
            a->rows.wanted = a->more.wanted = false;
        } else if (a->text.wanted) {
            text = a->text;
            a->text.wanted = false;
        } else if (a->more.wanted) {
            q = a->more;
            a->more.wanted = false;
            more = true;
        } else {
            pthread_cond_wait(&a->todo, &a->lock);
            continue;
        }
        pthread_mutex_unlock(&a->lock);
        if (deed.wanted)
            do_deed(a, &deed);
        else if (text.wanted)
            read_text(a, &text);
        else if (more)
            find_more(a, &q);
        else
            find_rows(a, &q);
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
    json_free(a->memories);
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
