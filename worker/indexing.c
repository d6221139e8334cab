/* indexing.c - see indexing.h. */
#include "base/common.h"

#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/intake.h"
#include "agent/project.h"
#include "base/clock.h"
#include "base/log.h"
#include "code/parse.h"
#include "ops/code_index.h"
#include "store/code.h"
#include "store/code_read.h"
#include "store/session.h"
#include "worker/control.h"
#include "worker/indexing.h"

/* Of one transaction: a hook that comes meanwhile waits so long at most. */
#define SLICE_MS 15
/* Trees that wait, files that wait. A tool that writes more at once (a
 * formatter, a checkout) has its tree scanned instead. */
#define TREES_MAX 64
#define FILES_MAX 64
/* The first edit goes at once; what follows it so soon goes together. */
#define GATHER_MS 100
/* At the end of a turn a tree is looked at again, so that this takes a
 * hundredth of the time at most; after ten seconds at any rate. */
#define RESCAN_SHARE   100
#define RESCAN_MOST_MS 10000

/* Files from here on are worth their trees being kept between two edits: the
 * parse of one is felt. Eight megabytes of trees at most, which go when nothing
 * was edited for so long. */
#define KEEP_MIN (64u << 10)
#define KEEP_MS  300000
/* What a hasty parser was unsure of is parsed again when there was no edit for
 * so long. */
#define SURE_MS 1000

/* A file that a tool wrote, and a tree that it is in. */
struct wrote {
    int64_t tree_id;
    char *path;
};

struct indexing {
    struct worker *w;
    struct index_run *run;   /* NULL: nothing under way */
    struct index_run *aside; /* a scan that waits for a run of edited files */
    char root[TREE_PATH];    /* of the scan */
    bool is_scan;
    bool reading; /* on the pool */
    bool stop;    /* closing */
    bool broken_off;
    uv_work_t work;
    uv_timer_t next; /* the next slice, or the next run */
    uv_timer_t later; /* to make sure, then to forget */
    int open;         /* timers */
    int rc;
    struct err err;

    char *trees[TREES_MAX];
    size_t ntrees;
    struct wrote files[FILES_MAX];
    size_t nfiles;
    int64_t took_ms; /* the last ones */
    struct code_parser *parser; /* of edited files; NULL: none yet */
    struct wrote unsure[FILES_MAX];
    size_t nunsure;
    bool surely; /* the run under way makes sure */

    /* for who asks */
    struct scan_count count;
    int64_t total, began_ms;
    char where[256];
    char done_root[TREE_PATH]; /* the last one that ended */
    struct scan_count done;
    int64_t done_ms;
    int64_t runs; /* scans ended since start */
    int64_t project; /* of the scan */
    struct err done_err;
};

static void next_run(struct indexing *x);
static void edits_first(struct indexing *x);
static void on_next(uv_timer_t *t);
static void on_later(uv_timer_t *t);

bool indexing_busy(const struct worker *w)
{
    const struct indexing *x = w->indexing;

    return x && (x->run || x->ntrees || x->nfiles);
}

static char *copy(struct str s)
{
    char *p = malloc(s.n + 1);

    if (!p)
        CM_BUG("out of memory");
    memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return p;
}

static void maybe_free(struct indexing *x)
{
    if (!x->stop || x->reading || x->open)
        return;
    index_end(x->run);
    index_end(x->aside);
    code_parser_destroy(x->parser);
    while (x->nunsure)
        free(x->unsure[--x->nunsure].path);
    while (x->ntrees)
        free(x->trees[--x->ntrees]);
    while (x->nfiles)
        free(x->files[--x->nfiles].path);
    x->w->indexing = NULL;
    free(x);
}

static void soon(struct indexing *x, int64_t ms)
{
    if (!x->stop)
        uv_timer_start(&x->next, on_next, (uint64_t)ms, 0);
}

/* --- a run ------------------------------------------------------------------------ */

/* After edits, and from the thread pool nobody uses the parser now. */
static void note_unsure(struct indexing *x)
{
    const struct str *v;
    size_t n = index_unsure(x->run, &v);
    int64_t tree_id = index_tree(x->run);

    for (size_t i = 0; i < n && x->nunsure < FILES_MAX; i++) {
        bool known = false;

        for (size_t k = 0; k < x->nunsure && !known; k++)
            known = x->unsure[k].tree_id == tree_id &&
                    str_eqz(v[i], x->unsure[k].path);
        if (!known)
            x->unsure[x->nunsure++] = (struct wrote){tree_id, copy(v[i])};
    }
    if (!x->stop)
        uv_timer_start(&x->later, on_later, x->nunsure ? SURE_MS : KEEP_MS, 0);
}

/* A scan that was put aside goes on. */
static void end_run(struct indexing *x)
{
    int64_t total;

    if (x->is_scan) {
        x->done = *index_counts(x->run, &total);
        x->done_ms = clock_mono_ms() - x->began_ms;
        x->done_err = x->err;
        if (x->broken_off && !x->err.code)
            err_set(&x->done_err, CM_EAGAIN, "broken off; the next goes on");
        snprintf(x->done_root, sizeof(x->done_root), "%s", x->root);
        x->runs++;
        /* What a session is told at its start says what has changed. */
        if (x->project && (x->done.parsed || x->done.files != total))
            worker_stale(x->w, x->project);
        log_info("code of %s: %lld files, %lld parsed, in %lld ms%s%s", x->root,
                 (long long)x->done.files, (long long)x->done.parsed,
                 (long long)x->done_ms, x->done_err.code ? ": " : "",
                 x->done_err.msg);
    } else {
        if (x->err.code)
            log_warn("code of edited files: %s", x->err.msg);
        note_unsure(x);
    }
    index_end(x->run);
    x->run = x->aside;
    x->aside = NULL;
    x->is_scan = x->run != NULL;
    x->err = (struct err){0};
    if (x->run && x->broken_off)
        end_run(x);
    x->broken_off = false;
}

static void on_pool(uv_work_t *work)
{
    struct indexing *x = work->data;

    x->rc = index_read(x->run, &x->err);
}

static void on_read(uv_work_t *work, int status)
{
    struct indexing *x = work->data;

    (void)status;
    x->reading = false;
    if (x->stop) {
        maybe_free(x);
        return;
    }
    if (x->is_scan) {
        x->count = *index_counts(x->run, &x->total);
        index_where(x->run, x->where);
    }
    if (x->rc <= 0 || x->broken_off)
        end_run(x);
    soon(x, 0);
}

static void read_more(struct indexing *x)
{
    x->reading = true;
    x->work.data = x;
    worker_active(x->w);
    uv_queue_work(&x->w->loop, &x->work, on_pool, on_read);
}

/* One slice of the portion. */
static int write_some(struct indexing *x)
{
    int rc = worker_own_tx(x->w, &x->err);

    if (rc == 0)
        rc = index_write(x->run, x->w->db, SLICE_MS, &x->err);
    if (rc < 0) {
        db_rollback(x->w->db);
        return rc;
    }
    if (db_commit(x->w->db, &x->err) < 0)
        return x->err.code;
    return rc;
}

static void on_next(uv_timer_t *t)
{
    struct indexing *x = t->data;
    int rc;

    if (x->stop || x->reading)
        return;
    if (!x->run) {
        next_run(x);
        return;
    }
    rc = write_some(x);
    if (rc < 0 || x->broken_off)
        end_run(x);
    else if (rc == 0 && x->is_scan)
        edits_first(x);
    if (!x->run || rc > 0)
        soon(x, 0);
    else
        read_more(x);
}

/* --- which ---------------------------------------------------------------------------- */

/* A tree whose directory is no more: a worktree that was removed. Everything
 * waits meanwhile: hooks spool what they bring. */
static int drop_gone(struct indexing *x, const char *root, struct err *e)
{
    struct arena a = {0};
    struct code_tree_row t;
    int rc = worker_own_tx(x->w, e);

    if (rc == 0)
        rc = code_tree_of(x->w->db, str_of(root), &a, &t, e);
    if (rc > 0 && str_eqz(t.root, root))
        rc = code_tree_drop(x->w->db, t.id, false, e);
    rc = rc < 0 ? rc : db_commit(x->w->db, e);
    if (rc < 0)
        db_rollback(x->w->db);
    arena_free(&a);
    return rc;
}

static void take_tree(struct indexing *x)
{
    struct arena a = {0};
    struct project p;
    char *root = x->trees[0];
    int64_t project = 0;
    int rc;

    x->ntrees--;
    memmove(x->trees, x->trees + 1, x->ntrees * sizeof(x->trees[0]));
    snprintf(x->root, sizeof(x->root), "%s", root);
    x->is_scan = true;
    x->began_ms = clock_mono_ms();
    project_find(root, &a, &p);
    rc = worker_own_tx(x->w, &x->err);
    if (rc == 0)
        rc = project_put(x->w->db, p.keys, p.nkeys, p.name, p.root,
                         clock_now_ms(), &project, &x->err);
    if (rc == 0)
        rc = index_begin(&x->run, x->w->db, root, project, &x->err);
    if (rc == 0)
        rc = db_commit(x->w->db, &x->err);
    else
        db_rollback(x->w->db);
    x->project = project;
    if (rc == CM_ENOTFOUND)
        drop_gone(x, root, NULL);
    if (rc < 0) {
        log_warn("code of %s: %s", root, x->err.msg);
        snprintf(x->done_root, sizeof(x->done_root), "%s", root);
        x->done_err = x->err;
        x->done = (struct scan_count){0};
        x->runs++;
        x->err = (struct err){0};
        index_end(x->run);
        x->run = NULL;
    }
    free(root);
    arena_free(&a);
}

/* The tree's root, in a; empty when it is no more. */
static struct str root_of(struct indexing *x, int64_t tree_id, struct arena *a)
{
    struct code_tree_row *v;
    size_t n;

    if (code_trees(x->w->db, a, &v, &n, NULL) == 0)
        for (size_t i = 0; i < n; i++)
            if (v[i].id == tree_id)
                return v[i].root;
    return STR_NONE;
}

/* The first of the files and those of the same tree, taken from the list:
 * paths below its root, in a. */
static size_t take_tree_files(struct wrote *files, size_t *nfiles,
                              struct str root, struct str *below,
                              struct arena *a)
{
    int64_t tree_id = files[0].tree_id;
    size_t n = 0, left = 0;

    for (size_t i = 0; i < *nfiles; i++) {
        if (files[i].tree_id != tree_id) {
            files[left++] = files[i];
            continue;
        }
        if (files[i].path[0] != '/')
            below[n++] = arena_str(a, str_of(files[i].path));
        else if (strlen(files[i].path) > root.n + 1)
            below[n++] = arena_str(
                a, str_of(files[i].path + root.n + (root.n > 1)));
        free(files[i].path);
    }
    *nfiles = left;
    return n;
}

static void begin_files(struct indexing *x, struct wrote *files, size_t *nfiles)
{
    struct code_keep keep = {.min_bytes = KEEP_MIN,
                             .max_bytes = CODE_KEEP_BYTES,
                             .hasty = !x->surely};
    struct arena a = {0};
    struct str below[FILES_MAX], root;
    int64_t tree_id = files[0].tree_id;
    size_t n;

    root = root_of(x, tree_id, &a);
    n = take_tree_files(files, nfiles, root, below, &a);
    if (!x->parser)
        x->parser = code_parser_create(NULL);
    code_parser_keep(x->parser, &keep);
    if (n && root.n) {
        x->is_scan = false;
        if (index_begin_files(&x->run, x->parser, tree_id,
                              arena_str(&a, root).p, below, n, &x->err) < 0)
            x->run = NULL;
    }
    arena_free(&a);
}

/* All files that wait and are of the tree of the first one. */
static void take_files(struct indexing *x)
{
    x->took_ms = clock_mono_ms();
    x->surely = false;
    begin_files(x, x->files, &x->nfiles);
}

/* No edit came for a while. */
static void on_later(uv_timer_t *t)
{
    struct indexing *x = t->data;

    if (x->stop)
        return;
    if (x->run || x->nfiles) {
        uv_timer_start(t, on_later, SURE_MS, 0);
        return;
    }
    x->surely = true;
    while (!x->run && x->nunsure)
        begin_files(x, x->unsure, &x->nunsure);
    if (x->run) {
        read_more(x);
        return;
    }
    code_parser_destroy(x->parser);
    x->parser = NULL;
    malloc_trim(0);
}

/* Between two portions of a scan, which may take minutes. */
static void edits_first(struct indexing *x)
{
    x->aside = x->run;
    x->run = NULL;
    while (!x->run && x->nfiles)
        take_files(x);
    if (x->run)
        return;
    x->run = x->aside;
    x->aside = NULL;
    x->is_scan = true;
}

static bool is_scanning(const struct indexing *x)
{
    return x->aside || (x->run && x->is_scan);
}

static void next_run(struct indexing *x)
{
    while (!x->run && x->nfiles)
        take_files(x);
    while (!x->run && x->ntrees)
        take_tree(x);
    if (x->run)
        read_more(x);
}

static bool add_tree(struct indexing *x, struct str root)
{
    if (is_scanning(x) && !x->broken_off && str_eqz(root, x->root))
        return true;
    for (size_t i = 0; i < x->ntrees; i++)
        if (str_eqz(root, x->trees[i]))
            return true;
    if (x->ntrees == TREES_MAX)
        return false;
    x->trees[x->ntrees++] = copy(root);
    if (!x->run)
        soon(x, 0);
    return true;
}

static bool waits(const struct indexing *x, int64_t tree_id, struct str path)
{
    for (size_t i = 0; i < x->nfiles; i++)
        if (x->files[i].tree_id == tree_id && str_eqz(path, x->files[i].path))
            return true;
    return false;
}

/* In every tree that it is in: one may stand in another. */
static void add_file(struct indexing *x, struct str path)
{
    struct arena a = {0};
    struct code_tree_row *v;
    int64_t since = clock_mono_ms() - x->took_ms;
    size_t n = 0;

    if (path.n == 0 || path.p[0] != '/' || path.n >= TREE_PATH ||
        code_trees(x->w->db, &a, &v, &n, NULL) < 0)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        if (!code_tree_has(&v[i], path) || waits(x, v[i].id, path))
            continue;
        if (x->nfiles == FILES_MAX) {
            add_tree(x, v[i].root);
            continue;
        }
        x->files[x->nfiles++] = (struct wrote){v[i].id, copy(path)};
        if (!x->run)
            soon(x, since < GATHER_MS ? GATHER_MS - since : 0);
        else if (x->reading && x->is_scan)
            index_hurry(x->run); /* edits_first */
    }
    arena_free(&a);
}

static void look_again(struct indexing *x, struct str dir)
{
    struct arena a = {0};
    struct code_tree_row *v;
    size_t n = 0;

    if (dir.n == 0 || code_trees(x->w->db, &a, &v, &n, NULL) < 0)
        n = 0;
    for (size_t i = 0; i < n; i++) {
        int64_t pause = v[i].ms * RESCAN_SHARE;

        if (pause > RESCAN_MOST_MS)
            pause = RESCAN_MOST_MS;
        if (code_tree_has(&v[i], dir) &&
            clock_now_ms() - v[i].scanned_ms > pause)
            add_tree(x, v[i].root);
    }
    arena_free(&a);
}

/* A repository that nobody has indexed, when it is not too large to be begun
 * unasked. */
static void welcome(struct indexing *x, struct str dir)
{
    int64_t most = config_int(&x->w->config, OPT_INDEX_FILES), files;
    struct arena a = {0};
    struct code_tree_row t;
    struct project p;

    if (most == 0 || dir.n == 0 || dir.p[0] != '/' ||
        code_tree_of(x->w->db, dir, &a, &t, NULL) != 0)
        goto out;
    project_find(arena_str(&a, dir).p, &a, &p);
    files = project_tracked(p.root.p, &a);
    if (files > most)
        log_info("%.*s has %lld files: cmem index indexes it", STR_ARG(p.root),
                 (long long)files);
    else if (files > 0 && p.root.n < TREE_PATH &&
             code_tree_is_kept_out(x->w->db, p.root, NULL) == 0)
        add_tree(x, p.root);
out:
    arena_free(&a);
}

/* What the tools that write call their file. */
static struct str written(const struct intake *in, const struct json *payload)
{
    static const struct {
        const char *tool, *member;
    } tools[] = {
        {"Edit", "file_path"},
        {"Write", "file_path"},
        {"MultiEdit", "file_path"},
        {"NotebookEdit", "notebook_path"},
    };

    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        if (str_eqz(in->tool, tools[i].tool))
            return json_get_str(json_get(payload, "tool_input"),
                                tools[i].member);
    return STR_NONE;
}

/*
 * A large file that was read is likely to be edited next: its tree is there by
 * then. The hook waits meanwhile, so that its payload, which has the file's
 * text, is not parsed for this; what its text has been taken for by mistake is
 * a file that is looked at in vain.
 */
static struct str large_read(const struct intake *in)
{
    static const char member[] = "\"file_path\":\"";
    ptrdiff_t at = str_find(in->payload, STR(member)), end;
    struct str path = STR_NONE;
    char name[TREE_PATH];
    struct stat st;

    if (at >= 0)
        path = str_cut(in->payload, (size_t)at + sizeof(member) - 1,
                       in->payload.n);
    end = str_chr(path, '"');
    path.n = end < 0 ? 0 : (size_t)end;
    if (path.n == 0 || path.p[0] != '/' || path.n >= sizeof(name) ||
        str_chr(path, '\\') >= 0)
        return STR_NONE;
    snprintf(name, sizeof(name), "%.*s", STR_ARG(path));
    if (lstat(name, &st) < 0 || !S_ISREG(st.st_mode) ||
        st.st_size < KEEP_MIN || st.st_size > CODE_KEEP_BYTES)
        return STR_NONE;
    return path;
}

void indexing_event(struct worker *w, const struct intake *in, bool ends_turn)
{
    struct indexing *x = w->indexing;
    bool writes = str_ends(in->tool, STR("Edit")) || str_eqz(in->tool, "Write");

    if (!x || x->stop)
        return;
    if (str_eqz(in->name, "SessionStart"))
        welcome(x, in->cwd);
    if (ends_turn || str_eqz(in->name, "SessionStart"))
        look_again(x, in->cwd);
    if (writes && str_eqz(in->name, "PostToolUse")) {
        struct json *payload = json_parse(in->payload, NULL);

        add_file(x, written(in, payload));
        json_free(payload);
    }
    if (str_eqz(in->tool, "Read") && str_eqz(in->name, "PostToolUse"))
        add_file(x, large_read(in));
}

/* --- life ------------------------------------------------------------------------------ */

/* Trees that are not whole, or no more. */
static void add_unscanned(struct indexing *x)
{
    struct arena a = {0};
    struct code_tree_row *v;
    size_t n;

    if (code_trees(x->w->db, &a, &v, &n, NULL) == 0)
        for (size_t i = 0; i < n; i++)
            if (v[i].scanned_ms == 0 || access(v[i].root.p, F_OK) < 0)
                add_tree(x, v[i].root);
    arena_free(&a);
}

void indexing_open(struct worker *w)
{
    struct indexing *x = calloc(1, sizeof(*x));

    if (!x)
        CM_BUG("out of memory");
    x->w = w;
    w->indexing = x;
    uv_timer_init(&w->loop, &x->next);
    uv_timer_init(&w->loop, &x->later);
    x->next.data = x->later.data = x;
    x->open = 2;
    add_unscanned(x);
}

static void on_timer_closed(uv_handle_t *h)
{
    struct indexing *x = h->data;

    x->open--;
    maybe_free(x);
}

void indexing_close(struct worker *w)
{
    struct indexing *x = w->indexing;

    if (!x || x->stop)
        return;
    x->stop = true;
    if (x->reading)
        index_hurry(x->run);
    uv_close((uv_handle_t *)&x->next, on_timer_closed);
    uv_close((uv_handle_t *)&x->later, on_timer_closed);
}

void indexing_break_off(struct worker *w)
{
    struct indexing *x = w->indexing;

    if (!x)
        return;
    while (x->ntrees)
        free(x->trees[--x->ntrees]);
    if (!x->run)
        return;
    x->broken_off = true;
    if (x->reading)
        index_hurry(x->run);
    else
        end_run(x);
}

void indexing_reload(struct worker *w)
{
    if (w->indexing)
        add_unscanned(w->indexing);
}

/* --- answers ---------------------------------------------------------------------------- */

static void put_count(struct jsonw *j, const struct scan_count *c)
{
    jsonw_int(j, "files", c->files);
    jsonw_int(j, "unchanged", c->same + c->touched);
    jsonw_int(j, "parsed", c->parsed);
    jsonw_int(j, "skipped", c->skipped);
    jsonw_int(j, "ignored", c->ignored);
    jsonw_int(j, "lines", c->lines);
}

static void answer(struct indexing *x, const struct asker *to)
{
    struct buf b;
    struct jsonw j;

    buf_init(&b, 65536);
    jsonw_init(&j, &b);
    jsonw_obj(&j, NULL);
    jsonw_bool(&j, "busy", indexing_busy(x->w));
    jsonw_int(&j, "waiting", (int64_t)x->ntrees);
    jsonw_int(&j, "runs", x->runs);
    if (is_scanning(x)) {
        jsonw_obj(&j, "now");
        jsonw_strz(&j, "root", x->root);
        put_count(&j, &x->count);
        jsonw_int(&j, "known", x->total);
        jsonw_strz(&j, "at", x->where);
        jsonw_end(&j);
    }
    if (x->done_root[0]) {
        jsonw_obj(&j, "last");
        jsonw_strz(&j, "root", x->done_root);
        put_count(&j, &x->done);
        jsonw_int(&j, "ms", x->done_ms);
        if (x->done_err.code)
            jsonw_strz(&j, "error", x->done_err.msg);
        jsonw_end(&j);
    }
    jsonw_end(&j);
    control_answer(x->w, to, buf_str(&b), NULL);
    buf_free(&b);
}

/* Everything waits meanwhile: hooks spool what they bring. */
static int drop_tree(struct indexing *x, struct str dir, struct err *e)
{
    struct arena a = {0};
    struct code_tree_row t;
    int rc;

    if (x->run) /* and go on with the others afterwards */
        indexing_break_off(x->w);
    rc = worker_own_tx(x->w, e);
    if (rc == 0)
        rc = code_tree_of(x->w->db, dir, &a, &t, e);
    if (rc >= 0 && (rc == 0 || !str_eq(t.root, dir)))
        rc = err_set(e, CM_ENOTFOUND, "%.*s is not indexed",
                     STR_ARG(str_cut(dir, 0, 200)));
    if (rc > 0)
        rc = code_tree_drop(x->w->db, t.id, true, e);
    if (rc == 0)
        rc = db_commit(x->w->db, e);
    else
        db_rollback(x->w->db);
    add_unscanned(x);
    arena_free(&a);
    return rc;
}

int indexing_op(struct worker *w, const struct asker *to,
                const struct json *args, struct err *e)
{
    struct indexing *x = w->indexing;
    struct str dir = json_get_str(args, "dir");

    if (!x)
        return err_set(e, CM_EAGAIN, "the worker is leaving");
    if (dir.n && (dir.p[0] != '/' || dir.n >= TREE_PATH))
        return err_set(e, CM_EARG, "index needs an absolute path");
    if (json_get_bool(args, "drop")) {
        int rc = drop_tree(x, dir, e);

        if (rc < 0)
            return rc;
    } else if (json_get_bool(args, "stop")) {
        indexing_break_off(w);
    } else if (dir.n && !add_tree(x, dir)) {
        return err_set(e, CM_EFULL, "too many trees wait to be indexed");
    }
    answer(x, to);
    return 0;
}
