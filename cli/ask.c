/* ask.c - operations, run here or by the worker; see cmd.h. */
#include "base/common.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/wait.h"
#include "ops/reading_key.h"
#include "search/meaning.h"
#include "store/db.h"
#include "wire/conn.h"

/* As much as the worker answers with, and a frame may hold. */
#define REPLY_MAX (FRAME_BODY_MAX + 4096u)
/* A worker that has a database to open and a spool to drain is up in well
 * under a second; a machine that swaps takes a few. */
#define START_WAIT_MS 10000
/* A worker that leaves ends what it is at first. */
#define STOP_MS 10000
/* What is told in passing must not be felt. */
#define TELL_MS 20
/* A search that takes longer is made here meanwhile. */
#define WARM_WAIT_MS 1000
/* The longest a writing operation takes: forgetting a large session. */
#define WRITE_WAIT_MS 120000

int cli_exit_of(int code)
{
    switch (code) {
    case CM_EARG:
        return CLI_USAGE;
    case CM_ENOTFOUND:
        return CLI_NOTHING;
    case CM_ENET:
    case CM_ETIME:
    case CM_EAGAIN:
        return CLI_NETWORK;
    default:
        return CLI_SYSTEM;
    }
}

void cli_print_json(struct cli *c, struct str json)
{
    /* On a terminal even data must not act on it; a program gets it whole. */
    if (c->term.is_tty)
        utf8_clean(&c->term.out, json);
    else
        buf_adds(&c->term.out, json);
    if (!str_ends(json, STR("\n")))
        buf_addc(&c->term.out, '\n');
    c->term.pager = false;
}

/* --- the worker -------------------------------------------------------------- */

/* Most often it is the database that keeps a worker from starting. */
static int not_started(struct cli *c, struct err *e)
{
    struct err why = {0};
    struct db *db = NULL;
    int rc = db_open(&db, c->paths.db, DB_READ, &why);

    db_close(db);
    if (rc == CM_EDB || rc == CM_EVERSION)
        return err_set(e, rc, "the worker could not be started: %s", why.msg);
    return err_set(e, CM_ENET,
                   "the worker could not be started: see cmem logs");
}

static int connect_worker(struct cli *c, const struct ask *ask, struct err *e)
{
    int fd = conn_open(&c->paths, ask->deadline_ms);

    if (fd == CM_ENOTFOUND && ask->start) {
        if (conn_start_worker(&c->paths, START_WAIT_MS) < 0)
            return not_started(c, e);
        fd = conn_open(&c->paths, ask->deadline_ms);
    }
    if (fd >= 0)
        return fd;
    if (fd == CM_ENOTFOUND)
        return err_set(e, CM_ENET, "no worker is running");
    if (fd == CM_EPERM)
        return err_set(e, CM_EPERM, "%s belongs to somebody else",
                       c->paths.sock);
    return err_set(e, fd == CM_ETIME ? CM_ETIME : CM_ENET,
                   "the worker does not answer at %s", c->paths.sock);
}

static int code_of(struct str name)
{
    for (int code = CM_EARG; code >= CM_EAGAIN; code--)
        if (str_eqz(name, err_name(code)))
            return code;
    return CM_EIO;
}

static int read_reply(struct str body, struct json **result, struct err *e)
{
    struct json *j = json_parse(body, NULL);
    int rc = 0;

    if (!json_is_object(j)) {
        json_free(j);
        return err_set(e, CM_EFORMAT, "the worker's answer is no JSON object");
    }
    if (!json_get_bool(j, "ok")) {
        rc = err_set(e, code_of(json_get_str(j, "code")), "%.*s",
                     STR_ARG(json_get_str(j, "error")));
        json_free(j);
        return rc;
    }
    /* A caller frees at the root. */
    *result = json_get(j, "result") ? json_copy(json_get(j, "result"))
                                    : json_object();
    json_free(j);
    return rc;
}

static void request(struct cli *c, const struct ask *ask, struct buf *body)
{
    struct json *j = json_object();
    struct json *args = ask->args ? ask->args : json_object();

    json_set_str(args, "cwd", str_of(c->cwd));
    json_set_str(j, "op", str_of(ask->op));
    json_set(j, "args", args);
    json_print(j, body, 0);
    json_free(j);
}

int cli_ask(struct cli *c, const struct ask *ask, struct json **result,
            struct err *e)
{
    struct frame f = {.type = FRAME_OP, .time_ms = clock_now_ms()}, answer;
    struct buf body, in;
    int rc, fd;

    buf_init(&body, FRAME_BODY_MAX);
    buf_init(&in, REPLY_MAX);
    request(c, ask, &body);
    f.body = buf_str(&body);
    file_random(f.uid, sizeof(f.uid));
    rc = fd = connect_worker(c, ask, e);
    if (fd < 0)
        goto out;
    rc = conn_send(fd, &f, ask->deadline_ms);
    if (rc == 0)
        rc = conn_recv(fd, &in, &answer, ask->deadline_ms);
    if (rc == CM_ETIME)
        err_set(e, CM_ETIME, "the worker did not answer %s in time", ask->op);
    else if (rc < 0)
        rc = err_set(e, CM_ENET, "the worker went away during %s", ask->op);
    else if (answer.type != FRAME_REPLY)
        rc = err_set(e, CM_EFORMAT, "the worker's answer is of another kind");
    else
        rc = read_reply(answer.body, result, e);
out:
    if (fd >= 0)
        close(fd);
    buf_free(&body);
    buf_free(&in);
    return rc;
}

void cli_tell(struct cli *c, const char *op, struct json *args)
{
    struct ask ask = {
        .op = op, .args = args, .deadline_ms = clock_mono_ms() + TELL_MS};
    struct frame f = {.type = FRAME_OP, .time_ms = clock_now_ms()};
    struct buf body;
    int fd;

    buf_init(&body, FRAME_BODY_MAX);
    request(c, &ask, &body);
    f.body = buf_str(&body);
    file_random(f.uid, sizeof(f.uid));
    fd = connect_worker(c, &ask, NULL);
    if (fd >= 0) {
        conn_send(fd, &f, ask.deadline_ms); /* or nobody hears it */
        close(fd);
    }
    buf_free(&body);
}

bool cli_is_stopped(const struct cli *c)
{
    int fd = open(c->paths.lock, O_RDONLY | O_CLOEXEC);
    bool free_now;

    if (fd < 0)
        return true;
    free_now = flock(fd, LOCK_SH | LOCK_NB) == 0;
    close(fd);
    return free_now;
}

int cli_stop_worker(struct cli *c, bool *stopped, struct err *e)
{
    struct timespec look = {.tv_nsec = 10 * 1000000L};
    struct ask ask = {.op = "shutdown",
                      .deadline_ms = clock_mono_ms() + STOP_MS};

    *stopped = false;
    do {
        struct json *result = NULL;

        /* Asked until it heard: one that has just begun holds the lock before
         * it listens. */
        if (!*stopped)
            *stopped = cli_ask(c, &ask, &result, NULL) == 0;
        json_free(result);
        if (cli_is_stopped(c))
            return 0;
        nanosleep(&look, NULL);
    } while (clock_mono_ms() < ask.deadline_ms);
    return err_set(e, CM_ETIME,
                   "the worker does not leave; its process holds "
                   "%s",
                   c->paths.lock);
}

/* --- operations ---------------------------------------------------------------- */

int cli_open_db(struct cli *c, struct db **db, struct err *e)
{
    int rc = db_open(db, c->paths.db, DB_READ, e);

    if (rc == CM_EAGAIN)
        rc = wait_for_update(c, db, e);
    if (rc == CM_ENOTFOUND)
        err_set(e, rc,
                "nothing is remembered yet: there is no %s (cmem "
                "install begins, cmem import fills it)",
                c->paths.db);
    return rc;
}

/* A remote embedder is asked by the worker, which has its key. */
static int ask_remote(void *arg, const char *name, struct str text, float *out,
                      int dim, struct err *e)
{
    struct ask ask = {.op = "embed-query",
                      .args = json_object(),
                      .start = true,
                      .deadline_ms = clock_mono_ms() + MEANING_REMOTE_MS};
    struct json *v = NULL;
    int i = 0, rc;

    json_set_str(ask.args, "embedder", str_of(name));
    json_set_str(ask.args, "text", text);
    rc = cli_ask(arg, &ask, &v, e);
    if (rc < 0)
        return rc;
    for (const struct json *j = json_first(v); j && i < dim; j = json_next(j))
        out[i++] = (float)json_num(j);
    json_free(v);
    return i == dim ? 0
                    : err_set(e, CM_EFORMAT, "%s gives %d elements, not %d",
                              name, i, dim);
}

struct meaning *cli_meaning(struct cli *c)
{
    /* Maps nothing before it is asked. */
    struct meaning *m = meaning_open(&c->paths, &c->config);

    meaning_set_remote(m, ask_remote, c);
    return m;
}

void cli_meaning_close(struct meaning *m)
{
    meaning_close(m);
}

int cli_read(struct cli *c, const struct op *op, struct json *args,
             struct json **result, struct err *e)
{
    struct op_env env = {.paths = &c->paths,
                         .config = &c->config,
                         .cwd = c->cwd,
                         .now_ms = clock_now_ms(),
                         .a = &c->arena};
    struct reranker reranker = cli_reranker(c);
    struct buf b;
    struct jsonw w;
    int rc;

    buf_init(&b, REPLY_MAX);
    jsonw_init(&w, &b);
    rc = op_check(op, args, env.now_ms, e);
    if (rc == 0)
        rc = cli_open_db(c, &env.db, e);
    if (rc == 0) {
        env.meaning = cli_meaning(c);
        meaning_once(env.meaning);
        env.reranker = &reranker;
        rc = op->run(&env, args, &w, e);
    }
    if (rc >= 0) {
        *result = json_parse(buf_str(&b), e);
        rc = *result ? 0 : err_wrap(e, "the answer of %s", op->name);
    }
    cli_meaning_close(env.meaning);
    db_close(env.db);
    buf_free(&b);
    return rc;
}

/* What is opened stays near the top of searches. */
static void tell_opened(struct cli *c, const struct json *items)
{
    struct json *args = json_object(), *ids = json_array();
    int64_t n;

    for (const struct json *m = json_first(items); m; m = json_next(m)) {
        struct str id = json_get_str(m, "id");

        if (id.n > 1 && id.p[0] == '#' &&
            str_int(str_cut(id, 1, id.n), 1, INT64_MAX, &n) == 0)
            json_push(ids, json_new_int(n));
    }
    json_set(args, "ids", ids);
    if (json_len(ids))
        cli_tell(c, "accessed", args);
    else
        json_free(args);
}

static bool is_reranked(struct cli *c, const struct json *args)
{
    struct reranker reranker = cli_reranker(c);
    struct op_env env = {.config = &c->config, .reranker = &reranker};

    return op_reranker(&env, args) != NULL;
}

/* The worker, if one runs and is not busy, has at hand what this process would
 * have to fetch first. Whatever it says but an answer: read here. */
static bool read_warm(struct cli *c, const struct op *op,
                      const struct json *args, struct json **result)
{
    struct ask ask = {.op = "read",
                      .deadline_ms = clock_mono_ms() + WARM_WAIT_MS};
    char key[READING_KEY_SIZE];

    if (!(op->flags & OP_WARM) || !reading_is_local(&c->config) ||
        is_reranked(c, args))
        return false;
    reading_key(&c->config, key);
    ask.args = json_object();
    json_set_str(ask.args, "name", str_of(op->name));
    json_set_str(ask.args, "key", str_of(key));
    json_set(ask.args, "args", json_copy(args));
    return cli_ask(c, &ask, result, NULL) == 0;
}

int cli_op(struct cli *c, const struct op *op, struct json *args,
           struct json **result, struct err *e)
{
    int rc;

    if (op->flags & OP_WRITES) {
        struct ask ask = {.op = op->name,
                          .args = args,
                          .start = true,
                          .deadline_ms = clock_mono_ms() + WRITE_WAIT_MS};

        return cli_ask(c, &ask, result, e);
    }
    rc = read_warm(c, op, args, result) ? 0 : cli_read(c, op, args, result, e);
    json_free(args);
    if (rc == 0 && op->flags & OP_OPENS)
        tell_opened(c, json_get(*result, "items"));
    return rc;
}

/* A name that several projects have means the one that was used last: that is
 * a guess, and said. */
static void say_namesakes(const struct json *result)
{
    int64_t n = json_get_int(result, "namesakes", 0);
    struct buf b;

    if (n == 0)
        return;
    buf_init(&b, 4096);
    utf8_clean_line(&b, json_get_str(result, "project_root"));
    fprintf(stderr,
            "cmem: %lld projects are called %.*s; this is %s, the one used "
            "last: -p DIRECTORY names another\n",
            (long long)n + 1, STR_ARG(json_get_str(result, "project")), b.data);
    buf_free(&b);
}

int cli_run_op(struct cli *c, const struct cmd *cmd, struct json *args,
               struct err *e)
{
    const struct op *op = op_find(str_of(cmd->name));
    struct json *result = NULL;
    struct buf b;
    int rc;

    if (!op)
        CM_BUG("a command names no operation");
    rc = cli_op(c, op, args, &result, e);
    if (rc < 0)
        return rc;
    if (!c->json)
        say_namesakes(result);
    if (c->json || !cmd->render) {
        buf_init(&b, REPLY_MAX);
        json_print(result, &b, c->json ? 0 : 2);
        cli_print_json(c, buf_str(&b));
        buf_free(&b);
        c->term.silent = true;
    }
    rc = cmd->render ? cmd->render(&c->term, result) : CLI_DONE;
    json_free(result);
    return rc;
}
