/*
 * rerank.c - the reranker, asked by the terminal program: a command of the
 * user's, run here, or the language model, asked by the worker.
 *
 * The command is started for each search and leaves with it: nothing of ours
 * outlives its call, and a program that takes long to load is the client of a
 * server of its own. It has a process group, which is killed when the time is
 * up.
 */
#include "base/common.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "cli/cmd.h"

#define COMMAND_MS 300
#define MODEL_MS   3000
/* Words of the command. */
#define WORDS_MAX 32

static bool is_command(const struct cli *c)
{
    struct str who = config_str(&c->config, OPT_RERANKER);

    return str_eqz(who, "command") ||
           (str_eqz(who, "off") &&
            config_str(&c->config, OPT_RERANKER_COMMAND).n > 0);
}

static int limit_ms(const struct cli *c, int usual)
{
    int64_t ms = config_int(&c->config, OPT_RERANKER_MS);

    return ms > 0 ? (int)ms : usual;
}

/* Standard input for a program: a file without a name, which cannot block us,
 * however little of it is read. */
static int input_of(struct str text, struct err *e)
{
    int fd = memfd_create("cmem-rerank", MFD_CLOEXEC);
    size_t at = 0;

    while (fd >= 0 && at < text.n) {
        ssize_t n = write(fd, text.p + at, text.n - at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            close(fd);
            fd = -1;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0) {
        int rc = err_sys(e, CM_EIO, "the question for the reranker");

        if (fd >= 0)
            close(fd);
        return rc;
    }
    return fd;
}

static int split(struct cli *c, const char **argv, struct err *e)
{
    struct str rest = config_str(&c->config, OPT_RERANKER_COMMAND), word;
    size_t n = 0;

    while (str_split(&rest, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (n == WORDS_MAX)
            return err_set(e, CM_EARG, "reranker_command has more than %d "
                           "words", WORDS_MAX);
        argv[n++] = arena_str(&c->arena, word).p;
    }
    argv[n] = NULL;
    return n ? 0
             : err_set(e, CM_EARG,
                       "there is no reranker_command (cmem config set "
                       "reranker_command ...)");
}

static int ask_command(struct cli *c, const struct rerank_ask *ask,
                       struct str line, double *chance, struct err *e)
{
    static const char *const env[] = {"CMEM_INTERNAL=1", NULL};
    const char *argv[WORDS_MAX + 1];
    struct child child = {.argv = argv,
                          .set = env,
                          .in_fd = -1,
                          .out_fd = -1,
                          .dies_with_us = true,
                          .timeout_ms = limit_ms(c, COMMAND_MS)};
    struct buf out;
    int rc = split(c, argv, e);

    if (rc < 0)
        return rc;
    rc = child.in_fd = input_of(line, e);
    if (rc < 0)
        return rc;
    buf_init(&out, RERANK_REPLY_BYTES);
    rc = child_run(&child, &out, e);
    close(child.in_fd);
    if (rc > 0)
        rc = err_set(e, CM_EIO, "%s ended with status %d", argv[0], rc);
    else if (rc == 0 && buf_is_full(&out))
        rc = err_set(e, CM_EFULL, "%s printed more than %u bytes", argv[0],
                     RERANK_REPLY_BYTES);
    else if (rc == 0 &&
             rerank_read_line(buf_str(&out), ask->n, chance, e) < 0) {
        rc = err_wrap(e, "%s", argv[0]);
    }
    buf_free(&out);
    return rc;
}

static int ask_model(struct cli *c, const struct rerank_ask *ask,
                     struct str line, double *chance, struct err *e)
{
    int ms = limit_ms(c, MODEL_MS);
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
    else if (is_command(c))
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
        .ask = ask, .arg = c, .name = is_command(c) ? "command" : "model"};
}
