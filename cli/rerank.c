/*
 * rerank.c - the reranker, asked by the terminal program: a command of the
 * user's, run here, or the language model, asked by the worker.
 */
#include "base/common.h"

#include "base/clock.h"
#include "cli/cmd.h"
#include "ops/rerank_command.h"

static int ask_command(struct cli *c, const struct rerank_ask *ask,
                       struct str line, double *chance, struct err *e)
{
    struct rerank_program program = {
        .command = config_str(&c->config, OPT_RERANKER_COMMAND),
        .limit_ms = reranker_limit_ms(&c->config)};

    return rerank_by_command(&program, line, ask->n, chance, e);
}

static int ask_model(struct cli *c, const struct rerank_ask *ask,
                     struct str line, double *chance, struct err *e)
{
    int ms = reranker_limit_ms(&c->config);
    struct ask to = {.op = "rerank",
                     .args = json_parse(line, e),
                     .start = true,
                     .deadline_ms = clock_mono_ms() + ms};
    struct json *reply = NULL;
    int rc;

    if (!to.args)
        return CM_EFORMAT;
    json_set_int(to.args, "ms", ms);
    rc = cli_ask(c, &to, &reply, e);
    if (rc == CM_ETIME)
        return err_set(e, rc, "the model did not answer within %d ms "
                       "(reranker_ms)", ms);
    if (rc == 0)
        rc = rerank_read(reply, ask->n, chance, e);
    json_free(reply);
    return rc;
}

static int ask(void *arg, const struct rerank_ask *ask, double *chance,
               struct err *e)
{
    struct cli *c = arg;
    struct buf line;
    int rc;

    buf_init(&line, RERANK_ASK_BYTES);
    if (!rerank_put(ask, &line))
        rc = err_set(e, CM_EFULL, "the question is too long for a reranker");
    else if (reranker_is_command(&c->config))
        rc = buf_addc(&line, '\n')
                 ? ask_command(c, ask, buf_str(&line), chance, e)
                 : err_set(e, CM_EFULL, "the question is too long");
    else
        rc = ask_model(c, ask, buf_str(&line), chance, e);
    buf_free(&line);
    return rc;
}

struct reranker cli_reranker(struct cli *c)
{
    return (struct reranker){
        .ask = ask,
        .arg = c,
        .name = reranker_is_command(&c->config) ? "command" : "model"};
}
