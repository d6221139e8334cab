/* eval_home.c - homes of an evaluation; see eval.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "cli/eval.h"
#include "cli/gz.h"
#include "cli/import_lines.h"
#include "cli/wait.h"
#include "search/meaning.h"
#include "store/derive.h"

/* Counts changes of how homes are filled: older ones are made anew. */
#define FILL_VERSION 1
/* Compressing and embedding some hundred sessions on a busy machine. */
#define SETTLE_MS   1800000
#define TAKE_MS     300000
#define PLAIN_BYTES (1u << 30)
/* Written last: a home that has it is whole. It says of what. */
#define STAMP "filled"

static int remove_one(const char *path, const struct stat *st, int type,
                      struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    remove(path); /* what stays, stays: the directory then does, too */
    return 0;
}

void eval_remove(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static struct str stamp_of(struct eval *ev, const struct eval_part *p)
{
    return arena_fmt(ev->a, "%d %llx %.*s\n", FILL_VERSION,
                     (unsigned long long)schema_id(), STR_ARG(p->seen));
}

static bool is_filled(struct eval *ev, const struct eval_part *p)
{
    struct str file = arena_fmt(ev->a, "%.*s/" STAMP, STR_ARG(ev->home));
    struct buf b;
    bool same;

    buf_init(&b, 65536);
    same = file_read(file.p, &b, NULL) == 0 &&
           str_eq(buf_str(&b), stamp_of(ev, p));
    buf_free(&b);
    return same;
}

/* Everything that is started from here on lives in that home. Rules only, and
 * nothing of the user's own. */
static int enter(struct eval *ev, struct err *e)
{
    if (setenv("CMEM_HOME", ev->home.p, 1) < 0 ||
        setenv("CMEM_PROVIDER", "none", 1) < 0)
        return err_sys(e, CM_EIO, "set the environment");
    return paths_init(&ev->c->paths, e);
}

static int settle_vectors(struct eval *ev, struct err *e)
{
    struct wait wait = {.what = "vectors",
                        .progress = !ev->c->json,
                        .deadline_ms = clock_mono_ms() + SETTLE_MS};

    return wait_for_vectors(ev->c, &wait, e);
}

static int fill(struct eval *ev, const struct eval_task *t,
                const struct eval_part *p, struct err *e)
{
    struct str file = arena_fmt(ev->a, "%.*s/" STAMP, STR_ARG(ev->home));
    struct wait wait = {.what = "making memories",
                        .progress = !ev->c->json,
                        .deadline_ms = clock_mono_ms() + SETTLE_MS};
    int rc;

    eval_remove(ev->home.p);
    rc = file_mkdirs(ev->home.p, e);
    if (rc == 0)
        rc = paths_make(&ev->c->paths, e);
    if (rc == 0)
        rc = t->fill(ev, p, e);
    if (rc == 0)
        rc = wait_for_worker(ev->c, &wait, e);
    if (rc == 0)
        rc = settle_vectors(ev, e);
    if (rc == 0)
        rc = file_write(file.p, stamp_of(ev, p), 0600, e);
    return rc < 0 ? err_wrap(e, "fill %.*s", STR_ARG(ev->home)) : 0;
}

/* A kept home may have been made by an older program: the worker brings what
 * is derived up to date. */
static int refresh(struct eval *ev, struct err *e)
{
    struct json *status = NULL;
    int rc = worker_status(ev->c, &status, e);

    json_free(status);
    return rc < 0 ? rc : settle_vectors(ev, e);
}

int eval_home_open(struct eval *ev, const struct eval_task *t,
                   const struct eval_part *p, struct err *e)
{
    bool stopped, ready;
    int rc;

    ev->home = arena_fmt(ev->a, "%s/%.*s", ev->base, STR_ARG(p->name));
    rc = enter(ev, e);
    if (rc == 0)
        rc = is_filled(ev, p) ? refresh(ev, e) : fill(ev, t, p, e);
    /* Everything is on disk: what asks now needs no worker. */
    if (file_exists(ev->c->paths.lock))
        cli_stop_worker(ev->c, &stopped, NULL);
    if (rc == 0)
        rc = db_open(&ev->db, ev->c->paths.db, DB_READ, e);
    if (rc < 0)
        return rc;
    db_stays(ev->db);
    ev->meaning = cli_meaning(ev->c);
    ev->sense = arena_strz(ev->a, meaning_state(ev->meaning, ev->db, &ready));
    return 0;
}

void eval_home_close(struct eval *ev)
{
    cli_meaning_close(ev->meaning);
    ev->meaning = NULL;
    db_close(ev->db);
    ev->db = NULL;
}

int eval_take_lines(struct eval *ev, struct str lines, struct err *e)
{
    struct str file = arena_fmt(ev->a, "%.*s/lines.jsonl", STR_ARG(ev->home));
    const char *paths[] = {file.p};
    struct import im = {
        .paths = paths, .npaths = 1, .lines = true, .progress = !ev->c->json};
    int rc = file_write(file.p, lines, 0600, e);

    if (rc == 0)
        rc = import_lines(ev->c, &im, e);
    if (rc == 0 && im.interrupted)
        rc = err_set(e, CM_EAGAIN, "interrupted");
    if (rc == 0 && im.failed)
        rc = err_set(e, CM_EFORMAT, "%.*s", STR_ARG(im.failure[0]));
    return rc;
}

/* --- transcripts --------------------------------------------------------- */

/* The directory that the session began in: the root of what it worked on. */
static struct str first_cwd(struct str text, struct arena *a)
{
    static const struct str key = {"\"cwd\":\"", 7};
    ptrdiff_t at = str_find(text, key);
    struct str rest;

    if (at < 0)
        return STR_NONE;
    rest = str_cut(text, (size_t)at + key.n, text.n);
    at = str_chr(rest, '"');
    return at > 1 ? arena_str(a, str_cut(rest, 0, (size_t)at)) : STR_NONE;
}

/* Is what was found at p a whole directory name, not the beginning of a longer
 * one? */
static bool ends_there(struct str rest)
{
    return rest.n == 0 || !(is_alnum(rest.p[0]) || rest.p[0] == '-' ||
                            rest.p[0] == '_' || rest.p[0] == '.');
}

static void replace(struct buf *out, struct str text, struct str from,
                    struct str to)
{
    ptrdiff_t at;

    while (from.n && (at = str_find(text, from)) >= 0) {
        struct str rest = str_cut(text, (size_t)at + from.n, text.n);

        buf_adds(out, str_cut(text, 0, (size_t)at));
        buf_adds(out, ends_there(rest) ? to : from);
        text = rest;
    }
    buf_adds(out, text);
}

static int ask_import(struct eval *ev, const char *plain, const char *label,
                      struct err *e)
{
    struct ask ask = {.op = "import-file",
                      .args = json_object(),
                      .start = true,
                      .deadline_ms = clock_mono_ms() + TAKE_MS};
    struct json *result = NULL;
    int rc;

    json_set_str(ask.args, "path", str_of(plain));
    json_set_str(ask.args, "label", str_of(label));
    rc = cli_ask(ev->c, &ask, &result, e);
    json_free(result);
    return rc;
}

int eval_take_transcript(struct eval *ev, const struct eval_transcript *t,
                         struct err *e)
{
    char plain[PATHS_MAX + 64] = "";
    struct str file = arena_fmt(ev->a, "%.*s/one.jsonl", STR_ARG(ev->home));
    struct buf in, out;
    int rc = 0;

    buf_init(&in, PLAIN_BYTES);
    buf_init(&out, PLAIN_BYTES);
    if (str_ends(str_of(t->path), STR(".gz")))
        rc = gz_to_file(t->path, ev->c->paths.cache, plain, e);
    if (rc == 0)
        rc = file_read(plain[0] ? plain : t->path, &in, e);
    if (plain[0])
        unlink(plain);
    if (rc == 0) {
        replace(&out, buf_str(&in), first_cwd(buf_str(&in), ev->a), t->as);
        rc = file_write(file.p, buf_str(&out), 0600, e);
    }
    if (rc == 0)
        rc = ask_import(ev, file.p, t->path, e);
    unlink(file.p);
    buf_free(&in);
    buf_free(&out);
    return rc;
}
