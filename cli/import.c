/* import.c - see import.h. */
#include "base/common.h"

#include <unistd.h>

#include "base/clock.h"
#include "cli/gz.h"
#include "cli/import.h"
#include "cli/progress.h"
#include "cli/transcripts.h"
#include "cli/wait.h"

/* One transcript of 64 MB takes the worker some seconds. */
#define FILE_WAIT_MS 300000
/* A worker that is killed comes back with the next question; one that dies of
 * a file does so each time. */
#define FILE_TRIES 3

/* The worker reads the file at `path`; to the store it is `label`. */
static int take(struct cli *c, struct import *im, struct str path,
                struct str label, struct err *e)
{
    struct json *result = NULL;
    int rc = CM_ENET;

    for (int i = 0; i < FILE_TRIES; i++) {
        struct ask ask = {.op = "import-file",
                          .args = json_object(),
                          .start = true,
                          .deadline_ms = clock_mono_ms() + FILE_WAIT_MS};

        json_set_str(ask.args, "path", path);
        json_set_str(ask.args, "label", label);
        rc = cli_ask(c, &ask, &result, e);
        if ((rc != CM_ENET && rc != CM_EAGAIN) || c->is_interrupted())
            break;
    }
    if (rc == 0) {
        im->items += json_get_int(result, "items", 0);
        im->added += json_get_int(result, "added", 0);
        json_free(result);
    }
    return rc;
}

static int import_file(struct cli *c, struct import *im,
                       const struct transcript_file *f, struct err *e)
{
    char plain[PATHS_MAX + 64] = "";
    int rc;

    if (access(f->path.p, R_OK) < 0)
        return err_sys(e, CM_EPERM, "read %s", f->path.p);
    if (!str_ends(f->path, STR(".gz")))
        return take(c, im, f->path, f->path, e);
    rc = gz_to_file(f->path.p, c->paths.cache, plain, e);
    if (rc == 0)
        rc = take(c, im, str_of(plain), f->path, e);
    if (plain[0])
        unlink(plain);
    return rc;
}

static void failed(struct cli *c, struct import *im, struct str sentence,
                   const struct err *why)
{
    im->failed++;
    if (im->first_failure.code == 0)
        im->first_failure = *why;
    if (im->nfailures < IMPORT_FAILURES)
        im->failure[im->nfailures++] = arena_str(&c->arena, sentence);
}

/* The sentence of a file that failed, which names it in any case. */
static void file_failed(struct cli *c, struct import *im, struct str path,
                        const struct err *why)
{
    struct str said = str_of(why->msg);

    if (str_find(said, path) < 0)
        said = arena_fmt(&c->arena, "%s: %s", path.p, why->msg);
    failed(c, im, said, why);
}

static int import_all(struct cli *c, struct import *im,
                      const struct transcript_list *l, struct err *e)
{
    struct progress p;
    int rc = 0;

    progress_begin(&p, im->progress, "reading transcripts");
    for (size_t i = 0; i < l->n && rc == 0 && !c->is_interrupted(); i++) {
        const struct transcript_file *f = &l->at[i];
        struct err why = {0};

        progress_show(&p, (int64_t)i, (int64_t)l->n, str_base(f->path));
        rc = import_file(c, im, f, &why);
        if (rc == CM_ENET || rc == CM_ETIME || rc == CM_EAGAIN) {
            if (e) /* others would fare the same */
                *e = why;
        } else if (rc < 0) {
            file_failed(c, im, f->path, &why);
            rc = 0;
        } else {
            im->done++;
        }
    }
    progress_end(&p);
    im->interrupted = c->is_interrupted();
    return rc;
}

int import_run(struct cli *c, struct import *im, struct err *e)
{
    struct transcript_list l = {.a = &c->arena};
    struct wait wait = {.what = "making memories", .progress = im->progress};
    int rc = 0;

    for (size_t i = 0; i < im->npaths && rc == 0; i++)
        rc = transcripts_find(&l, im->paths[i], e);
    if (rc < 0)
        return err_wrap(e, "import");
    transcripts_sort(&l);
    im->files = (int64_t)l.n;
    im->bytes = l.bytes;
    if (l.unreadable) {
        failed(c, im, str_of(l.problem.msg), &l.problem);
        im->failed = l.unreadable;
    }
    if (im->dry_run || l.n == 0)
        return 0;
    rc = paths_make(&c->paths, e);
    if (rc == 0)
        rc = import_all(c, im, &l, e);
    if (rc < 0 || im->wait_ms == 0 || im->added == 0 || im->interrupted)
        return rc;
    /* Nothing is lost when this fails: the worker gets there by itself. */
    wait.deadline_ms = clock_mono_ms() + im->wait_ms;
    rc = wait_for_worker(c, &wait, NULL);
    im->left = wait.left;
    wait.what = "vectors for searching by meaning";
    wait.left = 0;
    if (rc == 0)
        wait_for_vectors(c, &wait, NULL);
    im->left_vectors = wait.left;
    return 0;
}
