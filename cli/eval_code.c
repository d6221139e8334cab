/* eval_code.c - coding sessions as tasks; see eval.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "cli/eval.h"
#include "cli/progress.h"
#include "search/files.h"
#include "store/read_session.h"

#define DAY_MS INT64_C(86400000)
/* Sessions before a forecast is asked for. */
#define FILES_FROM 5
/* Results that a prompt's forecast may look at. */
#define FOUND_MAX 50

int eval_code_find(struct eval *ev, struct eval_parts *out, struct err *e)
{
    struct str dir = arena_fmt(ev->a, "%s/transcripts/ground_truth", ev->dir);
    struct str *names;
    size_t n;

    if (eval_list(ev, dir.p, ".json", &names, &n) < 0)
        return err_set(e, CM_ENOTFOUND,
                       "there is no transcripts/ground_truth/*.json");
    for (size_t i = 0; i < n; i++)
        eval_part_add(ev, out,
                      arena_fmt(ev->a, "code-%.*s",
                                STR_ARG(str_cut(names[i], 0, names[i].n - 5))),
                      arena_fmt(ev->a, "%s/%s", dir.p, names[i].p));
    return 0;
}

/* The project's sessions are one body of work, whoever's machine they ran on:
 * all roots become this directory, which does not exist. */
static struct str root_of(struct eval *ev, const struct json *truth)
{
    return arena_fmt(ev->a, "/w/%.*s", STR_ARG(json_get_str(truth, "project")));
}

/* Its transcript, packed or not; NONE when the folder has it not. */
static struct str transcript_of(struct eval *ev, const struct json *truth,
                                struct str session)
{
    static const char *const endings[] = {".jsonl.gz", ".jsonl"};

    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        struct str path =
            arena_fmt(ev->a, "%s/transcripts/%.*s/%.*s%s", ev->dir,
                      STR_ARG(json_get_str(truth, "project")), STR_ARG(session),
                      endings[i]);

        if (file_exists(path.p))
            return path;
    }
    return STR_NONE;
}

int eval_code_fill(struct eval *ev, const struct eval_part *p, struct err *e)
{
    struct json *truth = NULL;
    const struct json *sessions;
    struct progress bar;
    int64_t done = 0;
    int rc = eval_read_json(p->path.p, &truth, e);

    sessions = json_get(truth, "sessions");
    progress_begin(&bar, !ev->c->json, "reading transcripts");
    for (struct json *s = json_first(sessions); s && rc == 0;
         s = json_next(s)) {
        struct str path = transcript_of(ev, truth, json_get_str(s, "session"));
        struct eval_transcript t = {path.p, root_of(ev, truth)};

        if (ev->c->is_interrupted())
            rc = err_set(e, CM_EAGAIN, "interrupted");
        else if (path.n)
            rc = eval_take_transcript(ev, &t, e);
        progress_show(&bar, ++done, (int64_t)json_len(sessions),
                      json_get_str(s, "session"));
    }
    progress_end(&bar);
    json_free(truth);
    return rc;
}

static int64_t time_of(const struct json *session, const char *name)
{
    int64_t ms = 0;

    if (clock_parse(json_get_str(session, name), 0, &ms) < 0)
        return 0;
    return ms;
}

static int64_t last_of(const struct json *truth)
{
    int64_t last = 0;

    for (struct json *s = json_first(json_get(truth, "sessions")); s;
         s = json_next(s))
        if (time_of(s, "last") > last)
            last = time_of(s, "last");
    return last;
}

static const struct str *strings(struct eval *ev, const struct json *list,
                                 size_t *n)
{
    struct str *out = arena_array(ev->a, json_len(list) + 1, sizeof(*out));

    *n = 0;
    for (struct json *j = json_first(list); j; j = json_next(j)) {
        bool known = false;

        for (size_t i = 0; i < *n; i++)
            known |= str_eq(out[i], json_str(j));
        if (!known)
            out[(*n)++] = arena_str(ev->a, json_str(j));
    }
    return out;
}

/* A commit's subject leads to the sessions that were worked in for it. */
int eval_code_load(struct eval *ev, const struct eval_part *p,
                   struct eval_cases *out, struct err *e)
{
    struct json *truth = NULL;
    int rc = eval_read_json(p->path.p, &truth, e);
    int64_t now = last_of(truth) + DAY_MS;

    for (struct json *k = json_first(json_get(truth, "commits")); k;
         k = json_next(k)) {
        struct eval_case c = {.now_ms = now}, *to;

        c.gold = strings(ev, json_get(k, "reachable"), &c.ngold);
        if (c.ngold == 0)
            continue;
        c.id = arena_str(ev->a, json_get_str(k, "commit"));
        c.scope = arena_str(ev->a, json_get_str(truth, "project"));
        c.query = arena_str(ev->a, json_get_str(k, "subject"));
        to = eval_more(ev->a, (void **)&out->at, &out->n, &out->room,
                       sizeof(*to));
        *to = c;
    }
    json_free(truth);
    return rc;
}

/* --- files of the next session ------------------------------------------- */

struct forecast {
    struct eval *ev;
    const struct json *truth, *session;
    int64_t project_id, session_id;
    struct str branch;
    struct arena *a; /* of one session */
    struct eval_case c;
    struct eval_result *out;
};

/* Files of the session that an earlier one edited. */
static void gold_of(struct forecast *f)
{
    const struct str *edited;
    struct str *gold;
    size_t n, ngold = 0;

    edited = strings(f->ev, json_get(f->session, "edited"), &n);
    gold = arena_array(f->ev->a, n + 1, sizeof(*gold));
    for (size_t i = 0; i < n; i++) {
        bool known = false;

        for (struct json *s = json_first(json_get(f->truth, "sessions"));
             s != f->session && !known; s = json_next(s))
            for (struct json *x = json_first(json_get(s, "edited")); x;
                 x = json_next(x))
                known |= str_eq(json_str(x), edited[i]);
        if (known)
            gold[ngold++] = edited[i];
    }
    f->c.gold = gold;
    f->c.ngold = ngold;
}

static void judge(struct forecast *f, const struct str *files, size_t n,
                  const char *way)
{
    static const size_t depth[] = {5, 10, 20, 50};
    double figure[EVAL_FIGURES] = {0}, found = 0;

    for (size_t i = 0; i < n; i++) {
        for (size_t g = 0; g < f->c.ngold; g++)
            found += str_eq(files[i], f->c.gold[g]);
        for (size_t k = 0; k < ARRAY_LEN(depth); k++)
            if (i < depth[k])
                figure[k] = found / (double)f->c.ngold;
    }
    if (way)
        eval_count_as(f->ev, f->out, str_of(way), figure);
    else
        eval_count(f->ev, f->out, &f->c, figure);
}

static size_t list_of(const struct file_rank *rows, size_t n, struct arena *a,
                      struct str **out)
{
    *out = arena_array(a, n + 1, sizeof(**out));
    for (size_t i = 0; i < n; i++)
        (*out)[i] = rows[i].path;
    return n;
}

/* One of each in turn, as a session is given them: at its start, and with the
 * first prompt. */
static size_t both(const struct str *x, size_t nx, const struct str *y,
                   size_t ny, struct str *out)
{
    size_t n = 0;

    for (size_t i = 0; i < 2 * (nx > ny ? nx : ny); i++) {
        const struct str *from = i % 2 ? y : x;
        bool known = i / 2 >= (i % 2 ? ny : nx);

        for (size_t k = 0; k < n && !known; k++)
            known = str_eq(out[k], from[i / 2]);
        if (!known)
            out[n++] = from[i / 2];
    }
    return n;
}

/* What a search for the prompt finds of the time before. */
static int search_prompt(struct forecast *f, struct str prompt, int64_t as_of,
                         struct search_result *r, struct err *e)
{
    struct search_request rq = {.words = prompt,
                                .max = FOUND_MAX,
                                .meaning = f->ev->meaning,
                                .without = f->ev->without,
                                .no_snippets = true};

    rq.filter = (struct memory_filter){.project_id = f->project_id,
                                       .until_ms = as_of,
                                       .as_of_ms = as_of,
                                       .now_ms = as_of};
    return search_run(f->ev->db, &rq, f->a, r, e);
}

/* The list at the session's start, the one that the first prompt brings, and
 * both together. */
static int forecast_one(struct forecast *f, struct err *e)
{
    struct files_request rq = {.project_id = f->project_id,
                               .session_id = f->session_id,
                               .branch = f->branch,
                               .as_of_ms = time_of(f->session, "first")};
    struct search_result found = {0};
    struct file_rank *rows;
    struct str *start, *slot, *all;
    size_t n, nstart, nslot;
    int64_t began = clock_mono_us();
    int rc = files_rank(f->ev->db, &rq, FILES_MAX, f->a, &rows, &n, e);

    if (rc < 0)
        return rc;
    nstart = list_of(rows, n, f->a, &start);
    rq.prompt = json_get_str(f->session, "first_prompt");
    if (rq.prompt.n) {
        rc = search_prompt(f, rq.prompt, rq.as_of_ms, &found, e);
        rq.found = &found;
    }
    if (rc == 0)
        rc = files_rank(f->ev->db, &rq, FILES_MAX, f->a, &rows, &n, e);
    if (rc < 0)
        return rc;
    *(int64_t *)eval_more(f->ev->a, (void **)&f->out->us, &f->out->nus,
                          &f->out->room, sizeof(*f->out->us)) =
        clock_mono_us() - began;
    nslot = list_of(rows, n, f->a, &slot);
    all = arena_array(f->a, nstart + nslot + 1, sizeof(*all));
    judge(f, all, both(slot, nslot, start, nstart, all), NULL);
    judge(f, start, nstart, "session start");
    judge(f, slot, nslot, "with first prompt");
    return 0;
}

static int find_session(struct forecast *f, struct err *e)
{
    struct session_info s;
    int rc = session_by_uid(f->ev->db, json_get_str(f->session, "session"),
                            f->a, &s, e);

    f->session_id = rc == 0 ? s.id : 0;
    f->branch = rc == 0 ? s.branch : STR_NONE;
    f->project_id = rc == 0 ? s.project_id : f->project_id;
    return rc == CM_ENOTFOUND ? 0 : rc;
}

int eval_files_run(struct eval *ev, const struct eval_part *p,
                   struct eval_result *out, struct err *e)
{
    struct json *truth = NULL;
    struct forecast f = {.ev = ev, .out = out};
    int64_t i = 0;
    int rc = eval_read_json(p->path.p, &truth, e);

    f.truth = truth;
    f.c.scope = arena_str(ev->a, json_get_str(truth, "project"));
    for (struct json *s = json_first(json_get(truth, "sessions")); s && rc == 0;
         s = json_next(s), i++) {
        struct arena a = {0};

        f.session = s;
        f.a = &a;
        gold_of(&f);
        if (ev->c->is_interrupted())
            rc = err_set(e, CM_EAGAIN, "interrupted");
        else if (f.c.ngold && i >= FILES_FROM) {
            rc = find_session(&f, e);
            if (rc == 0 && f.session_id)
                rc = forecast_one(&f, e);
        }
        arena_free(&a);
    }
    json_free(truth);
    return rc;
}
