/* rerank.c - see rerank.h. */
#include "base/common.h"

#include "search/rerank.h"
#include "worker/budget.h"
#include "worker/control.h"
#include "worker/llm.h"
#include "worker/rerank.h"

/* Twenty-five scores are some 350 tokens. */
#define REPLY_TOKENS 1024
#define USUAL_MS     3000
#define MOST_MS      60000

/* Of the operation's request, quoted. */
#define PROMPT_BYTES (2u << 20)

struct reranking {
    struct worker *w;
    size_t n;
    int limit_ms;
    rerank_done done;
    void *arg;
};

static void on_reply(void *arg, const struct llm_result *r)
{
    struct reranking *k = arg;
    struct usage_in u = {0};
    double chance[RERANK_MAX];
    struct err e = r->err;
    int rc = r->rc;

    budget_book(k->w, &u, r);
    if (rc == 0)
        rc = rerank_reply(r->text, k->n, chance, &e);
    else if (rc == CM_ETIME)
        err_set(&e, rc, "the model did not answer within %d ms (reranker_ms)",
                k->limit_ms);
    k->done(k->arg, chance, rc == 0 ? k->n : 0, rc < 0 ? &e : NULL);
    free(k);
}

static int submit(struct worker *w, const struct json *args,
                  struct reranking *k, struct err *e)
{
    struct llm_request r = {.system = rerank_system(),
                            .schema = rerank_schema(),
                            .max_tokens = REPLY_TOKENS,
                            .timeout_ms = k->limit_ms};
    struct buf prompt;
    int rc;

    buf_init(&prompt, PROMPT_BYTES);
    rerank_prompt(args, &prompt);
    r.user = buf_str(&prompt);
    rc = buf_is_full(&prompt)
             ? err_set(e, CM_EFULL, "the documents are too long")
             : llm_submit(w->llm, &r, on_reply, k, e);
    buf_free(&prompt);
    return rc;
}

int rerank_submit(struct worker *w, const struct json *args, rerank_done done,
                  void *arg, struct err *e)
{
    int64_t ms = json_get_int(args, "ms", USUAL_MS);
    struct reranking *k;
    int n = rerank_check(args, e), rc;

    if (n < 0)
        return n;
    if (w->llm_problem.code) {
        *e = w->llm_problem;
        return e->code;
    }
    if (!w->llm)
        return err_set(e, CM_EARG, "there is no model to rerank with: "
                       "provider is none");
    if (!budget_is_left(w, e))
        return CM_EFULL;
    k = calloc(1, sizeof(*k));
    if (!k)
        CM_BUG("out of memory");
    *k = (struct reranking){.w = w,
                            .n = (size_t)n,
                            .limit_ms = (int)(ms < 1         ? 1
                                              : ms > MOST_MS ? MOST_MS
                                                             : ms),
                            .done = done,
                            .arg = arg};
    rc = submit(w, args, k, e);
    if (rc < 0)
        free(k);
    return rc;
}

/* --- over the socket --------------------------------------------------------- */

struct asked {
    struct worker *w;
    struct asker to;
};

static void answer(void *arg, const double *chance, size_t n,
                   const struct err *e)
{
    struct asked *k = arg;
    struct buf out;
    struct jsonw j;

    buf_init(&out, 4096);
    jsonw_init(&j, &out);
    jsonw_obj(&j, NULL);
    jsonw_arr(&j, "scores");
    for (size_t i = 0; i < n; i++)
        jsonw_num(&j, NULL, chance[i]);
    jsonw_end(&j);
    jsonw_end(&j);
    control_answer(k->w, &k->to, buf_str(&out), e);
    buf_free(&out);
    free(k);
}

int rerank_op(struct worker *w, const struct asker *to, const struct json *args,
              struct err *e)
{
    struct asked *k = calloc(1, sizeof(*k));
    int rc;

    if (!k)
        CM_BUG("out of memory");
    *k = (struct asked){w, *to};
    rc = rerank_submit(w, args, answer, k, e);
    if (rc < 0)
        free(k);
    return rc;
}
