/* rerank_command.c - see rerank_command.h. */
#include "base/common.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/child.h"
#include "ops/rerank_command.h"
#include "search/rerank.h"

#define COMMAND_MS 300
#define MODEL_MS   3000
/* Words of the command. */
#define WORDS_MAX 32

bool reranker_is_command(const struct config *c)
{
    struct str who = config_str(c, OPT_RERANKER);

    return str_eqz(who, "command") ||
           (str_eqz(who, "off") && config_str(c, OPT_RERANKER_COMMAND).n > 0);
}

int reranker_limit_ms(const struct config *c)
{
    int64_t ms = config_int(c, OPT_RERANKER_MS);

    return ms > 0 ? (int)ms : reranker_is_command(c) ? COMMAND_MS : MODEL_MS;
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

static int split(struct str command, struct arena *a, const char **argv,
                 struct err *e)
{
    struct str word;
    size_t n = 0;

    while (str_split(&command, ' ', &word)) {
        if (word.n == 0)
            continue;
        if (n == WORDS_MAX)
            return err_set(e, CM_EARG, "reranker_command has more than %d "
                           "words", WORDS_MAX);
        argv[n++] = arena_str(a, word).p;
    }
    argv[n] = NULL;
    return n ? 0
             : err_set(e, CM_EARG,
                       "there is no reranker_command (cmem config set "
                       "reranker_command ...)");
}

static int run_and_read(struct child *child, struct str line, size_t n,
                        double *chance, struct err *e)
{
    struct buf out;
    int rc = child->in_fd = input_of(line, e);

    if (rc < 0)
        return rc;
    buf_init(&out, RERANK_REPLY_BYTES);
    rc = child_run(child, &out, e);
    close(child->in_fd);
    if (rc > 0)
        rc = err_set(e, CM_EIO, "%s ended with status %d", child->argv[0], rc);
    else if (rc == 0 && buf_is_full(&out))
        rc = err_set(e, CM_EFULL, "%s printed more than %u bytes",
                     child->argv[0], RERANK_REPLY_BYTES);
    else if (rc == 0 && rerank_read_line(buf_str(&out), n, chance, e) < 0)
        rc = err_wrap(e, "%s", child->argv[0]);
    buf_free(&out);
    return rc;
}

int rerank_by_command(const struct rerank_program *p, struct str line, size_t n,
                      double *chance, struct err *e)
{
    static const char *const env[] = {"CMEM_INTERNAL=1", NULL};
    const char *argv[WORDS_MAX + 1];
    struct child child = {.argv = argv,
                          .set = env,
                          .in_fd = -1,
                          .out_fd = -1,
                          .dies_with_us = true,
                          .timeout_ms = p->limit_ms};
    struct arena a = {0};
    int rc = split(p->command, &a, argv, e);

    if (rc == 0)
        rc = run_and_read(&child, line, n, chance, e);
    arena_free(&a);
    return rc;
}
