/* elsewhere.c - see elsewhere.h. */
#include "base/common.h"

#include "base/clock.h"
#include "search/meaning.h"
#include "worker/elsewhere.h"
#include "worker/embedder.h"
#include "worker/embedding.h"
#include "worker/rerank.h"

static int not_yet(struct err *e)
{
    return err_set(e, CM_EAGAIN, "it was not asked yet");
}

/* --- asked on the pool ---------------------------------------------------------- */

/* A meaning_remote. */
static int give_vector(void *arg, const char *name, struct str text, float *out,
                       int dim, struct err *e)
{
    struct elsewhere *x = arg;

    if (x->vector.state == ELSEWHERE_UNASKED) {
        snprintf(x->vector.name, sizeof(x->vector.name), "%s", name);
        x->vector.text = arena_str(&x->a, text);
        x->vector.state = ELSEWHERE_WANTED;
    }
    if (x->vector.state == ELSEWHERE_WANTED)
        return not_yet(e);
    if (x->vector.err.code) {
        if (e)
            *e = x->vector.err;
        return x->vector.err.code;
    }
    if (strcmp(name, x->vector.name) != 0 || !str_eq(text, x->vector.text))
        return err_set(e, CM_EAGAIN, "another text was embedded");
    if (x->vector.dim != dim)
        return err_set(e, CM_EFORMAT, "%s gives %d elements, not %d", name,
                       x->vector.dim, dim);
    memcpy(out, x->vector.v, (size_t)dim * sizeof(*out));
    return 0;
}

/* Keeps what is to be asked, as the one who will be asked wants it. */
static int keep_question(struct elsewhere *x, const struct rerank_ask *ask,
                         struct err *e)
{
    struct buf line;
    int rc = 0;

    buf_init(&line, RERANK_ASK_BYTES);
    if (!rerank_put(ask, &line) || !buf_addc(&line, '\n'))
        rc = err_set(e, CM_EFULL, "the question is too long for a reranker");
    else if (x->opinion.program.limit_ms)
        x->opinion.line = arena_str(&x->a, buf_str(&line));
    else
        x->opinion.args = json_parse(buf_str(&line), e);
    if (rc == 0 && x->opinion.args)
        json_set_int(x->opinion.args, "ms", x->opinion.limit_ms);
    buf_free(&line);
    for (size_t i = 0; i < ask->n && rc == 0; i++)
        x->opinion.id[i] = arena_str(&x->a, ask->doc[i].id);
    x->opinion.n = ask->n;
    return rc;
}

static int find_id(const struct elsewhere *x, struct str id)
{
    for (size_t i = 0; i < x->opinion.n; i++)
        if (str_eq(x->opinion.id[i], id))
            return (int)i;
    return -1;
}

/* A reranker's `ask`. */
static int give_opinion(void *arg, const struct rerank_ask *ask, double *chance,
                        struct err *e)
{
    struct elsewhere *x = arg;

    if (x->vector.state == ELSEWHERE_WANTED)
        return not_yet(e); /* there will be others to judge */
    if (x->opinion.state == ELSEWHERE_UNASKED) {
        int rc = keep_question(x, ask, e);

        if (rc < 0)
            return rc;
        x->opinion.state = ELSEWHERE_WANTED;
    }
    if (x->opinion.state == ELSEWHERE_WANTED)
        return not_yet(e);
    if (x->opinion.err.code) {
        *e = x->opinion.err;
        return e->code;
    }
    for (size_t i = 0; i < ask->n; i++) {
        int at = find_id(x, ask->doc[i].id);

        if (at < 0)
            return err_set(e, CM_EAGAIN, "the memories changed meanwhile");
        chance[i] = x->opinion.chance[at];
    }
    return 0;
}

void elsewhere_attach(struct elsewhere *x, struct op_env *env,
                      const struct config *c)
{
    bool by_command = reranker_is_command(c);

    meaning_set_remote(env->meaning, give_vector, x);
    env->reranker = &x->reranker;
    if (x->opinion.state == ELSEWHERE_ANSWERED)
        return; /* by the settings that held when it was asked */
    x->reranker = (struct reranker){.ask = give_opinion,
                                    .arg = x,
                                    .name = by_command ? "command" : "model"};
    x->opinion.limit_ms = reranker_limit_ms(c);
    x->opinion.program = (struct rerank_program){0};
    if (by_command) {
        x->opinion.program.command =
            arena_str(&x->a, config_str(c, OPT_RERANKER_COMMAND));
        x->opinion.program.limit_ms = x->opinion.limit_ms;
    }
}

/* --- on the loop ------------------------------------------------------------------- */

bool elsewhere_wants(const struct elsewhere *x)
{
    return x->vector.state == ELSEWHERE_WANTED ||
           x->opinion.state == ELSEWHERE_WANTED;
}

static void on_vector(void *arg, int rc, const float *v, int dim,
                      const struct err *e)
{
    struct elsewhere *x = arg;
    size_t bytes = (size_t)dim * sizeof(*v);

    x->vector.state = ELSEWHERE_ANSWERED;
    if (rc < 0) {
        x->vector.err = *e;
    } else {
        x->vector.v = arena_alloc(&x->a, bytes);
        x->vector.dim = dim;
        memcpy(x->vector.v, v, bytes);
    }
    x->again(x->arg);
}

static void have_opinion(struct elsewhere *x)
{
    int64_t took = clock_mono_ms() - x->opinion.asked_ms;

    x->opinion.state = ELSEWHERE_ANSWERED;
    x->reranker.took_ms = took > 0 ? (int)took : 1;
    x->again(x->arg);
}

static void on_opinion(void *arg, const double *chance, size_t n,
                       const struct err *e)
{
    struct elsewhere *x = arg;

    if (e)
        x->opinion.err = *e;
    else
        memcpy(x->opinion.chance, chance, n * sizeof(*chance));
    have_opinion(x);
}

/* --- programs ------------------------------------------------------------------------ */

static void run_program(uv_work_t *work)
{
    struct elsewhere *x = work->data;

    rerank_by_command(&x->opinion.program, x->opinion.line, x->opinion.n,
                      x->opinion.chance, &x->opinion.err);
}

static void next_program(struct elsewhere_queue *q);

static void on_program(uv_work_t *work, int status)
{
    struct elsewhere *x = work->data;

    (void)status;
    x->queue->running--;
    next_program(x->queue);
    have_opinion(x);
}

static struct elsewhere *take_first(struct elsewhere_queue *q)
{
    struct elsewhere *x = q->first;

    q->first = x->next;
    if (!q->first)
        q->last = NULL;
    x->next = NULL;
    return x;
}

static void next_program(struct elsewhere_queue *q)
{
    while (q->first && q->running < ELSEWHERE_COMMANDS) {
        struct elsewhere *x = take_first(q);

        q->running++;
        x->opinion.asked_ms = clock_mono_ms();
        x->work.data = x;
        uv_queue_work(&x->w->loop, &x->work, run_program, on_program);
    }
}

void elsewhere_close(struct elsewhere_queue *q)
{
    while (q->first) {
        struct elsewhere *x = take_first(q);

        err_set(&x->opinion.err, CM_EAGAIN, "the worker is leaving");
        have_opinion(x);
    }
}

static void wait_for_program(struct elsewhere *x)
{
    struct elsewhere_queue *q = x->queue;

    if (q->last)
        q->last->next = x;
    else
        q->first = x;
    q->last = x;
    next_program(q);
}

/* --- asking ------------------------------------------------------------------------------ */

void elsewhere_ask(struct elsewhere *x, void (*again)(void *arg), void *arg)
{
    const struct remote_query rq = {.name = x->vector.name,
                                    .text = x->vector.text,
                                    .limit_ms = MEANING_REMOTE_MS,
                                    .done = on_vector,
                                    .arg = x};
    struct err e = {0};

    x->again = again;
    x->arg = arg;
    if (x->vector.state == ELSEWHERE_WANTED) {
        if (embedding_vector(x->w, &rq, &e) < 0)
            on_vector(x, e.code, NULL, 0, &e);
        return;
    }
    x->opinion.asked_ms = clock_mono_ms();
    if (x->opinion.program.limit_ms)
        wait_for_program(x);
    else if (rerank_submit(x->w, x->opinion.args, on_opinion, x, &e) < 0)
        on_opinion(x, NULL, 0, &e);
}

void elsewhere_free(struct elsewhere *x)
{
    json_free(x->opinion.args);
    arena_free(&x->a);
    x->opinion.args = NULL;
}
