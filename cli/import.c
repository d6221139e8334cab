/* import.c - see import.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/child.h"
#include "cli/gz.h"
#include "cli/import.h"
#include "cli/progress.h"

/* More transcripts than any person has. */
#define FILES_MAX 200000
/* One transcript of 64 MB takes the worker some seconds. */
#define FILE_WAIT_MS 300000

struct found {
    struct str path; /* absolute */
    int64_t mtime_ms, bytes;
};

struct found_list {
    struct found *at;
    size_t n, cap;
};

static void add_found(struct cli *c, struct found_list *l, const char *path,
                      const struct stat *st)
{
    if (l->n == l->cap) {
        size_t cap = l->cap ? 2 * l->cap : 256;
        struct found *more = arena_array(&c->arena, cap, sizeof(*more));

        if (l->n)
            memcpy(more, l->at, l->n * sizeof(*more));
        l->at = more;
        l->cap = cap;
    }
    l->at[l->n++] = (struct found){
        .path = arena_strz(&c->arena, path),
        .mtime_ms = (int64_t)st->st_mtim.tv_sec * 1000 +
                    st->st_mtim.tv_nsec / 1000000,
        .bytes = st->st_size,
    };
}

static bool is_transcript(const char *name)
{
    return str_ends(str_of(name), STR(".jsonl")) ||
           str_ends(str_of(name), STR(".jsonl.gz"));
}

/* A file that was named is taken whatever it is called. */
static int find_below(struct cli *c, const char *path, struct found_list *l,
                      struct err *e)
{
    char real[PATHS_MAX * 4];
    char *roots[] = {real, NULL};
    FTS *fts;
    FTSENT *f;

    if (!realpath(path, real))
        return err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO, "import %s",
                       path);
    fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    if (!fts)
        return err_sys(e, CM_EIO, "read %s", path);
    while ((f = fts_read(fts)) && l->n < FILES_MAX)
        if (f->fts_info == FTS_F && (f->fts_level == 0 ||
                                     is_transcript(f->fts_name)))
            add_found(c, l, f->fts_path, f->fts_statp);
    fts_close(fts);
    return 0;
}

static int by_age(const void *a, const void *b)
{
    const struct found *x = a, *y = b;

    if (x->mtime_ms != y->mtime_ms)
        return x->mtime_ms < y->mtime_ms ? -1 : 1;
    return strcmp(x->path.p, y->path.p);
}

/* One file: the worker reads it, or a plain copy of it. */
static int import_file(struct cli *c, struct import *im, struct found *f,
                       struct err *e)
{
    char plain[PATHS_MAX + 64] = "";
    struct ask ask = {.op = "import-file",
                      .start = true,
                      .deadline_ms = clock_mono_ms() + FILE_WAIT_MS};
    struct json *result = NULL;
    int rc = 0;

    if (str_ends(f->path, STR(".gz")))
        rc = gz_to_file(f->path.p, c->paths.cache, plain, e);
    if (rc == 0) {
        ask.args = json_object();
        json_set_str(ask.args, "path", plain[0] ? str_of(plain) : f->path);
        json_set_str(ask.args, "label", f->path);
        rc = cli_ask(c, &ask, &result, e);
    }
    if (rc == 0) {
        im->items += json_get_int(result, "items", 0);
        im->added += json_get_int(result, "added", 0);
    }
    json_free(result);
    if (plain[0])
        unlink(plain);
    return rc;
}

/* Lets the worker make memories of what it took; says what still waits. */
static void wait_for_worker(struct cli *c, struct import *im)
{
    struct progress p;
    int64_t deadline = clock_mono_ms() + im->wait_ms;
    int64_t total = 0;

    progress_begin(&p, im->progress, "making memories");
    while (clock_mono_ms() < deadline && !c->is_interrupted()) {
        struct ask ask = {.op = "status", .deadline_ms = deadline};
        struct timespec look = {.tv_nsec = 200 * 1000000L};
        struct json *status = NULL;

        if (cli_ask(c, &ask, &status, NULL) < 0)
            break;
        im->left = json_get_int(status, "waiting_events", 0);
        if (im->left > total)
            total = im->left;
        progress_show(&p, total - im->left, total, "");
        if (json_get_int(status, "pending", 0) == 0)
            im->left = 0;
        json_free(status);
        if (im->left == 0)
            break;
        nanosleep(&look, NULL);
    }
    progress_end(&p);
}

static int import_all(struct cli *c, struct import *im, struct found_list *l,
                      struct err *e)
{
    struct progress p;
    int rc = 0;

    progress_begin(&p, im->progress, "reading transcripts");
    for (size_t i = 0; i < l->n && rc == 0 && !c->is_interrupted(); i++) {
        struct err why = {0};

        progress_show(&p, (int64_t)i, (int64_t)l->n,
                      str_base(l->at[i].path).p);
        rc = import_file(c, im, &l->at[i], &why);
        if (rc == CM_ENET || rc == CM_ETIME) { /* others would fare the same */
            if (e)
                *e = why;
        } else if (rc < 0) {
            im->failed++;
            if (im->first_failure.code == 0)
                im->first_failure = why;
            rc = 0;
        } else {
            im->done++;
        }
    }
    progress_end(&p);
    return rc;
}

int import_run(struct cli *c, struct import *im, struct err *e)
{
    struct found_list l = {0};
    struct ask drain = {.op = "drain"};
    struct json *result = NULL;
    int rc = 0;

    for (size_t i = 0; i < im->npaths && rc == 0; i++)
        rc = find_below(c, im->paths[i], &l, e);
    if (rc < 0)
        return rc;
    if (l.n)
        qsort(l.at, l.n, sizeof(l.at[0]), by_age);
    for (size_t i = 0; i < l.n; i++) {
        im->files++;
        im->bytes += l.at[i].bytes;
    }
    if (im->dry_run || l.n == 0)
        return 0;
    rc = paths_make(&c->paths, e);
    if (rc == 0)
        rc = import_all(c, im, &l, e);
    if (rc < 0 || im->wait_ms == 0 || im->added == 0 || c->is_interrupted())
        return rc;
    /* Asked for without waiting for the answer: wait_for_worker shows how it
     * goes. Nothing is lost when this fails; the worker gets there. */
    drain.deadline_ms = clock_mono_ms() + 50;
    if (cli_ask(c, &drain, &result, NULL) == 0)
        json_free(result);
    wait_for_worker(c, im);
    return 0;
}
