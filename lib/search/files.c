/* files.c - see files.h. */
#include "base/common.h"

#include <math.h>

#include "search/files.h"
#include "search/files_prompt.h"
#include "store/read_files.h"

/* Sessions that are looked at, the newest ones, and files of these; places to
 * find a file by, a power of two. */
#define SESSIONS_READ 150
#define FILES_KNOWN   2000
#define FILE_SLOTS    8192
/* Hits of a search, and sessions of these. */
#define HITS_MAX     40
#define SESSIONS_MAX 8

/*
 * The weights. All were chosen on real sessions of two projects (docs/
 * retrieval.md); around each the measure is flat, so the numbers are round.
 */
/* A session in place p (the newest in 0) counts (p + 2) ^ -0.85: half for each
 * doubling of the distance, a little less for what was changed once. */
#define PLACE_OFFSET 2.0
#define PLACE_POWER  0.85
#define TIMES_WORTH  0.25
/* Sessions of the same branch, unless it is everybody's; words of its name. */
#define BRANCH_WORTH       9.0
#define BRANCH_WORDS_WORTH 0.25
/* How many of the sessions changed it, beside how lately; and how lately it
 * was read: what is looked at today is changed tomorrow. */
#define OFTEN_WORTH 0.2
#define READ_WORTH  0.4
/* What the prompt adds to that: a file that it names is above all others. */
#define NAMED_WORTH      3.0
#define WORDED_WORTH     1.0
#define FOUND_WORTH      1.0
#define FOUND_READ_WORTH 0.8
#define BESIDE_WORTH     0.5
#define BESIDE_FILES     100 /* that are looked beside */
#define TOGETHER_WORTH   0.2
#define TOGETHER_SEEDS   8
/* A session that changed more files says nothing about what goes together. */
#define TOGETHER_FILES 30
/* The score of a best hit that is surely about the prompt. */
#define SCORE_SURE 0.3

static int by_length(const void *pa, const void *pb)
{
    const struct str *x = pa, *y = pb;

    return x->n < y->n ? -1 : x->n > y->n;
}

static bool is_below(struct str dir, struct str root)
{
    return root.n > 1 && dir.n > root.n && str_starts(dir, root) &&
           dir.p[root.n] == '/';
}

bool file_below(const struct file_roots *r, struct str path, struct str *below)
{
    size_t cut = 0; /* the longest root: worktrees lie inside of others */

    if (path.n && path.p[0] != '/') {
        *below = path;
        return true;
    }
    for (size_t i = 0; i < r->n; i++)
        if (is_below(path, r->dir[i]) && r->dir[i].n > cut)
            cut = r->dir[i].n;
    if (cut == 0)
        return false;
    *below = str_cut(path, cut + 1, path.n);
    return true;
}

int file_roots_find(struct db *db, const struct project_row *project,
                    struct arena *a, struct file_roots *out, struct err *e)
{
    struct str *dirs;
    size_t n;
    int rc = project_cwds(db, project->id, FILE_ROOTS - 1, a, &dirs, &n, e);

    out->n = 0;
    if (rc < 0)
        return rc;
    if (n)
        qsort(dirs, n, sizeof(*dirs), by_length);
    out->dir[out->n++] = project->root;
    for (size_t i = 0; i < n; i++) {
        bool inside = false;

        for (size_t k = 0; k < out->n; k++)
            inside |= str_eq(dirs[i], out->dir[k]) ||
                      (is_below(dirs[i], out->dir[k]) &&
                       str_find(dirs[i], STR("worktrees/")) < 0);
        if (!inside)
            out->dir[out->n++] = dirs[i];
    }
    return 0;
}

/* --- what is known of the past --------------------------------------------- */

struct work { /* one session's */
    int64_t session_id;
    size_t from, to;           /* of files.done: changed */
    size_t read_from, read_to; /* of files.read */
    double weight;             /* how near it is to what comes */
};

struct files {
    const struct files_request *rq;
    struct arena *a;
    struct str path[FILES_KNOWN]; /* below the root */
    size_t n;
    uint16_t at[FILE_SLOTS]; /* index + 1, by hash */
    struct work *work;
    size_t nwork;
    struct done {
        size_t file;
        int64_t times;
    } * done, *read;
    double *score, *seed; /* of each file */
};

static size_t file_place(const struct files *f, struct str path)
{
    size_t at = (size_t)str_hash(path) & (FILE_SLOTS - 1);

    while (f->at[at] && !str_eq(f->path[f->at[at] - 1], path))
        at = (at + 1) & (FILE_SLOTS - 1);
    return at;
}

/* The file's index; FILES_KNOWN when there are too many: newer ones came
 * first. Made only where something changed it: what is just read is no
 * candidate. */
static size_t file_index(struct files *f, struct str path, bool make)
{
    size_t at = file_place(f, path);

    if (f->at[at])
        return (size_t)f->at[at] - 1;
    if (!make || f->n == FILES_KNOWN)
        return FILES_KNOWN;
    f->path[f->n++] = path;
    f->at[at] = (uint16_t)f->n;
    return f->n - 1;
}

/* Branches on which everything happens tell nothing. */
static bool is_own_branch(struct str branch)
{
    static const char *const common[] = {"main",    "master", "trunk",
                                         "develop", "dev",    "HEAD"};

    for (size_t i = 0; i < ARRAY_LEN(common); i++)
        if (str_eqz(branch, common[i]))
            return false;
    return branch.n > 0;
}

static double nearness(const struct files *f, const struct file_edit *e)
{
    bool same =
        is_own_branch(f->rq->branch) && str_eq(f->rq->branch, e->branch);

    return pow((double)e->place + PLACE_OFFSET, -PLACE_POWER) *
           (same ? BRANCH_WORTH : 1);
}

/* The session's work; rows of one session stand together. */
static struct work *work_of(struct files *f, const struct file_edit *e,
                            size_t *at)
{
    while (*at < f->nwork && f->work[*at].session_id != e->session_id)
        (*at)++;
    if (*at == f->nwork)
        f->work[f->nwork++] = (struct work){.session_id = e->session_id,
                                            .weight = nearness(f, e)};
    return &f->work[*at];
}

/* Sessions and what they changed (or, in a second pass, read) of the files
 * that any changed, the newest first. Worktrees have the same file at several
 * places. */
static void take(struct files *f, const struct file_roots *roots,
                 const struct file_edit *rows, size_t n, bool modified)
{
    struct done *list = arena_array(f->a, n + 1, sizeof(*list));
    size_t nlist = 0, at = 0;

    for (size_t i = 0; i < n; i++) {
        struct work *w = work_of(f, &rows[i], &at);
        size_t *from = modified ? &w->from : &w->read_from;
        size_t *to = modified ? &w->to : &w->read_to;
        struct str path;
        size_t file, k;

        if (rows[i].modified != modified ||
            !file_below(roots, rows[i].path, &path))
            continue;
        file = file_index(f, path, modified);
        if (file == FILES_KNOWN)
            continue;
        if (*from == *to)
            *from = *to = nlist;
        for (k = *from; k < *to && list[k].file != file; k++)
            ;
        if (k == *to) {
            list[nlist++] = (struct done){file, 0};
            *to = nlist;
        }
        list[k].times += rows[i].times;
    }
    if (modified)
        f->done = list;
    else
        f->read = list;
}

/* Adds times[i] * weight / the largest to the score. */
static void add_scaled(const struct files *f, double *to, const double *from,
                       double weight)
{
    double most = 0;

    for (size_t i = 0; i < f->n; i++)
        most = from[i] > most ? from[i] : most;
    for (size_t i = 0; i < f->n && most > 0; i++)
        to[i] += weight * from[i] / most;
}

static double worth_of(const struct work *w, const struct done *d)
{
    return w->weight * (1 + TIMES_WORTH * log((double)d->times));
}

/* What was changed lately, on this branch before all, what is changed often,
 * and what was read lately. */
static void add_past(struct files *f)
{
    double *lately = arena_array(f->a, f->n + 1, sizeof(*lately));
    double *often = arena_array(f->a, f->n + 1, sizeof(*often));
    double *read = arena_array(f->a, f->n + 1, sizeof(*read));
    double *word = arena_array(f->a, f->n + 1, sizeof(*word));

    for (size_t i = 0; i < f->nwork; i++) {
        const struct work *w = &f->work[i];

        for (size_t k = w->from; k < w->to; k++) {
            lately[f->done[k].file] += worth_of(w, &f->done[k]);
            often[f->done[k].file]++;
        }
        for (size_t k = w->read_from; k < w->read_to; k++)
            read[f->read[k].file] += worth_of(w, &f->read[k]);
    }
    add_scaled(f, f->score, lately, 1);
    add_scaled(f, f->score, often, OFTEN_WORTH);
    add_scaled(f, f->score, read, READ_WORTH);
    if (!is_own_branch(f->rq->branch))
        return;
    files_worded(f->rq->branch, f->path, f->n, f->a, word);
    add_scaled(f, f->score, word, BRANCH_WORDS_WORTH);
}

/* --- what the prompt adds ---------------------------------------------------- */

/* Sessions that the search found, by their best memory. */
struct hit {
    int64_t session_id;
    double score;
};

static int by_score(const void *pa, const void *pb)
{
    const struct hit *x = pa, *y = pb;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    return x->session_id < y->session_id ? 1 : -1; /* the newer one */
}

static size_t sessions_found(const struct search_result *r, struct hit *hit)
{
    size_t n = 0;

    for (size_t i = 0; r && i < r->n && i < HITS_MAX; i++) {
        int64_t id = r->hits[i].row.session_id;
        size_t k = 0;

        if (id == 0)
            continue;
        while (k < n && hit[k].session_id != id)
            k++;
        if (k == n)
            hit[n++] = (struct hit){id, 0};
        if (r->hits[i].score > hit[k].score)
            hit[k].score = r->hits[i].score;
    }
    if (n)
        qsort(hit, n, sizeof(*hit), by_score);
    return n < SESSIONS_MAX ? n : SESSIONS_MAX;
}

/* Files that the sessions found by the search changed and read; of one that
 * has many each tells less. What was only read is told apart: it is looked at
 * again, and changed at last, but speaks for nothing else. */
static void add_found(struct files *f, double *seed, double *read)
{
    struct hit hit[HITS_MAX];
    double *w = arena_array(f->a, f->n + 1, sizeof(*w));
    double *r = arena_array(f->a, f->n + 1, sizeof(*r));
    size_t n = sessions_found(f->rq->found, hit);
    double best = n ? hit[0].score / SCORE_SURE : 0;

    best = best < 1 ? best : 1;
    for (size_t i = 0; i < f->nwork; i++) {
        const struct work *s = &f->work[i];
        size_t k = 0;

        while (k < n && hit[k].session_id != s->session_id)
            k++;
        for (size_t d = s->from; k < n && d < s->to; d++)
            w[f->done[d].file] +=
                hit[k].score / sqrt((double)(s->to - s->from));
        for (size_t d = s->read_from; k < n && d < s->read_to; d++)
            r[f->read[d].file] +=
                hit[k].score / sqrt((double)(s->read_to - s->read_from));
    }
    add_scaled(f, seed, w, FOUND_WORTH * best);
    add_scaled(f, read, r, FOUND_READ_WORTH * best);
}

/* What is changed together with the files that the prompt most likely means:
 * the share of their sessions that changed it, too. */
static void add_together(struct files *f, const double *seed)
{
    double *with = arena_array(f->a, f->n + 1, sizeof(*with));
    bool *used = arena_array(f->a, f->n + 1, sizeof(*used));

    for (int round = 0; round < TOGETHER_SEEDS; round++) {
        size_t x = f->n, sessions = 0;

        for (size_t i = 0; i < f->n; i++)
            if (!used[i] && seed[i] > 0 && (x == f->n || seed[i] > seed[x]))
                x = i;
        if (x == f->n)
            return;
        used[x] = true;
        memset(with, 0, f->n * sizeof(*with));
        for (size_t i = 0; i < f->nwork; i++) {
            const struct work *s = &f->work[i];
            bool has = false;

            for (size_t d = s->from; d < s->to && !has; d++)
                has = f->done[d].file == x;
            sessions += has;
            for (size_t d = s->from;
                 has && s->to - s->from <= TOGETHER_FILES && d < s->to; d++)
                with[f->done[d].file]++;
        }
        for (size_t i = 0; i < f->n; i++)
            if (i != x)
                f->score[i] +=
                    TOGETHER_WORTH * seed[x] * with[i] / (double)(sessions + 1);
    }
}

static struct str dir_of(struct str path)
{
    ptrdiff_t slash = str_rchr(path, '/');

    return str_cut(path, 0, slash < 0 ? 0 : (size_t)slash);
}

/* Beside a file that the prompt names stands what it may mean, too. */
static void add_beside(struct files *f, const double *named)
{
    size_t by[BESIDE_FILES], n = 0;

    for (size_t i = 0; i < f->n && n < BESIDE_FILES; i++)
        if (named[i] > 0)
            by[n++] = i;
    for (size_t i = 0; i < f->n; i++) {
        struct str dir = dir_of(f->path[i]);
        double most = 0;

        for (size_t k = 0; k < n; k++)
            if (named[by[k]] > most && str_eq(dir_of(f->path[by[k]]), dir))
                most = named[by[k]];
        f->score[i] += BESIDE_WORTH * most;
    }
}

static const char *why_of(double named, double worded, double found)
{
    if (named >= 0.5)
        return "named in the prompt";
    if (found > 0.3)
        return "changed in a session about this";
    if (worded > 0.5)
        return "its name has the prompt's words";
    return "changed lately";
}

static void add_prompt(struct files *f, struct file_rank *rank)
{
    double *named = arena_array(f->a, f->n + 1, sizeof(*named));
    double *worded = arena_array(f->a, f->n + 1, sizeof(*worded));
    double *found = arena_array(f->a, f->n + 1, sizeof(*found));
    double *seed = arena_array(f->a, f->n + 1, sizeof(*seed));

    files_named(f->rq->prompt, f->path, f->n, f->a, named);
    files_worded(f->rq->prompt, f->path, f->n, f->a, worded);
    add_found(f, found, f->score);
    for (size_t i = 0; i < f->n; i++) {
        seed[i] = NAMED_WORTH * named[i] + WORDED_WORTH * worded[i] + found[i];
        rank[i].evidence =
            named[i] > 0.6 * found[i] ? named[i] : 0.6 * found[i];
        rank[i].why = why_of(named[i], worded[i], found[i]);
    }
    add_together(f, seed);
    add_beside(f, named);
    for (size_t i = 0; i < f->n; i++)
        f->score[i] += seed[i];
}

/* --- the whole ---------------------------------------------------------------- */

static int by_rank(const void *pa, const void *pb)
{
    const struct file_rank *x = pa, *y = pb;
    size_t n = x->path.n < y->path.n ? x->path.n : y->path.n;
    int order;

    if (x->score != y->score)
        return x->score < y->score ? 1 : -1;
    order = memcmp(x->path.p, y->path.p, n);
    return order ? order : x->path.n < y->path.n ? -1 : 1;
}

static int read_past(struct db *db, struct files *f, struct err *e)
{
    struct file_edits_of of = {f->rq->project_id, f->rq->session_id,
                               f->rq->as_of_ms, SESSIONS_READ};
    struct project_row project;
    struct file_roots roots;
    struct file_edit *rows;
    size_t n;
    int rc = project_by_id(db, f->rq->project_id, f->a, &project, e);

    if (rc == 0)
        rc = file_roots_find(db, &project, f->a, &roots, e);
    if (rc == 0)
        rc = file_edits_read(db, &of, f->a, &rows, &n, e);
    if (rc < 0)
        return rc == CM_ENOTFOUND ? 0 : rc;
    f->work = arena_array(f->a, n + 1, sizeof(*f->work));
    take(f, &roots, rows, n, true);
    take(f, &roots, rows, n, false);
    return 0;
}

int files_rank(struct db *db, const struct files_request *rq, size_t max,
               struct arena *a, struct file_rank **out, size_t *n,
               struct err *e)
{
    struct files *f = arena_new(a, struct files);
    struct file_rank *rank;
    int rc;

    *n = 0;
    f->rq = rq;
    f->a = a;
    rc = read_past(db, f, e);
    if (rc < 0)
        return rc;
    f->score = arena_array(a, f->n + 1, sizeof(*f->score));
    rank = arena_array(a, f->n + 1, sizeof(*rank));
    for (size_t i = 0; i < f->n; i++)
        rank[i] =
            (struct file_rank){.path = f->path[i], .why = "changed lately"};
    add_past(f);
    if (rq->prompt.n)
        add_prompt(f, rank);
    for (size_t i = 0; i < f->n; i++)
        rank[i].score = f->score[i];
    if (f->n)
        qsort(rank, f->n, sizeof(*rank), by_rank);
    *out = rank;
    *n = f->n < max ? f->n : max;
    return 0;
}
