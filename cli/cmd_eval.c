/* cmd_eval.c - cmem eval: how well search finds, on data that others made. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/eval.h"

static const struct param params[] = {
    {"dir", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_REQUIRED, "DIR",
     "the data: memory/locomo, memory/beam, transcripts, embed/sts"},
    {"task", 't', PARAM_LIST, 0, "NAME",
     "turns, talks, beam, commits, files, slot or sts; all that DIR has"},
    {"keep", 0, PARAM_STR, 0, "HOME",
     "fill homes in this directory, and use what it has already"},
    {"without", 0, PARAM_STR, 0, "SIGNALS",
     "leave signals out: meaning,names,graph"},
    {"ablation", 0, PARAM_BOOL, 0, NULL,
     "also once without each signal; slot: with other bars"},
    {"rerank", 0, PARAM_BOOL, 0, NULL,
     "with the reranker of the settings, asked once for each question"},
    {"folds", 0, PARAM_BOOL, 0, NULL,
     "also a line for each conversation, chat or project"},
    {"dump", 0, PARAM_STR, 0, "FILE",
     "write each question with its candidates and their signals"},
};

static int read_without(struct str list, unsigned *out, struct err *e)
{
    struct str name;

    while (list.n && str_split(&list, ',', &name)) {
        int s = 0;

        name = str_trim(name);
        while (s < SIGNAL_COUNT && !str_eqz(name, signal_name((enum signal)s)))
            s++;
        if (s == SIGNAL_COUNT)
            return err_set(e, CM_EARG, "eval: there is no signal \"%.*s\"",
                           STR_ARG(name));
        *out |= 1u << s;
    }
    return 0;
}

static bool is_chosen(const struct eval_task *t, const struct json *names)
{
    for (struct json *j = json_first(names); j; j = json_next(j))
        if (eval_is_chosen(t, json_str(j)))
            return true;
    return json_len(names) == 0;
}

static int check_tasks(const struct json *names, struct err *e)
{
    for (struct json *j = json_first(names); j; j = json_next(j)) {
        bool known = false;

        for (size_t i = 0; i < eval_tasks_count; i++)
            known |= eval_is_chosen(&eval_tasks[i], json_str(j));
        if (!known || json_str(j).n == 0)
            return err_set(e, CM_EARG,
                           "eval: there is no task \"%.*s\"; they are turns, "
                           "talks, beam, commits, files, slot and sts",
                           STR_ARG(json_str(j)));
    }
    return 0;
}

/* Absolute, so that a worker, which stands in /, finds it too. */
static int make_base(struct eval *ev, struct str keep, struct err *e)
{
    const char *tmp = getenv("TMPDIR");
    struct str path;
    char *base;

    if (keep.n) {
        path = keep.p[0] == '/'
                   ? arena_str(ev->a, keep)
                   : arena_fmt(ev->a, "%s/%.*s", ev->c->cwd, STR_ARG(keep));
        ev->base = path.p;
        ev->keep = true;
        return file_mkdirs(ev->base, e);
    }
    path = arena_fmt(ev->a, "%s/cmem-eval-XXXXXX",
                     tmp && tmp[0] == '/' ? tmp : "/tmp");
    base = arena_alloc(ev->a, path.n + 1);
    memcpy(base, path.p, path.n);
    ev->base = base;
    return mkdtemp(base) ? 0 : err_sys(e, CM_EIO, "make %s", base);
}

struct shown {
    struct eval *ev;
    struct jsonw *w; /* NULL: for a person */
    bool folds, ablation;
    bool wanted; /* the task was asked for by its name */
    int64_t n;
};

static int left_out(struct shown *sh, const struct eval_task *t,
                    const char *why, struct err *e)
{
    struct term *term = &sh->ev->c->term;

    if (sh->w) {
        jsonw_obj(sh->w, NULL);
        jsonw_strz(sh->w, "task", t->name);
        jsonw_strz(sh->w, "left_out", why);
        jsonw_end(sh->w);
        return 0;
    }
    term_heading(term, "%s", t->title);
    term_printf(term, "  left out: %s\n", why);
    return term_flush(term, e);
}

static int run_one(struct shown *sh, const struct eval_task *t, struct err *e)
{
    struct eval_shown s = {.task = t};
    struct eval_result *results;
    struct term *term = &sh->ev->c->term;
    struct err why = {0};
    int rc = eval_run_task(sh->ev, t, sh->ablation, &results, &s.n, &why);

    if (rc == CM_ENOTFOUND && !sh->wanted)
        return left_out(sh, t, why.msg, e);
    if (rc < 0) {
        if (e)
            *e = why;
        return err_wrap(e, "eval %s", t->name);
    }
    s.results = results;
    sh->n++;
    if (sh->w) {
        eval_put(sh->w, &s);
        return 0;
    }
    eval_show(term, &s, sh->folds);
    return term_flush(term, e);
}

static int run_tasks(struct eval *ev, const struct json *args, struct err *e)
{
    struct buf b;
    struct jsonw w;
    struct shown sh = {.ev = ev,
                       .folds = json_get_bool(args, "folds"),
                       .ablation = json_get_bool(args, "ablation"),
                       .wanted = json_len(json_get(args, "task")) > 0};
    int rc = 0;

    buf_init(&b, 64u << 20);
    jsonw_init(&w, &b);
    if (ev->c->json) {
        sh.w = &w;
        jsonw_obj(&w, NULL);
        jsonw_arr(&w, "tasks");
    }
    ev->c->term.pager = false; /* a task shows its table when it is done */
    for (size_t i = 0; i < eval_tasks_count && rc == 0; i++)
        if (is_chosen(&eval_tasks[i], json_get(args, "task")))
            rc = run_one(&sh, &eval_tasks[i], e);
    if (rc == 0 && sh.w) {
        jsonw_end(&w);
        jsonw_end(&w);
        cli_print_json(ev->c, buf_str(&b));
    }
    buf_free(&b);
    return rc < 0 ? rc : sh.n ? CLI_DONE : CLI_NOTHING;
}

static int run(struct cli *c, const struct json *args, struct err *e)
{
    struct eval ev = {.c = c, .a = &c->arena};
    struct str dump = json_get_str(args, "dump");
    struct str dir = json_get_str(args, "dir");
    struct stat st;
    int rc = check_tasks(json_get(args, "task"), e);

    ev.dir = arena_str(&c->arena, dir).p;
    ev.rerank = cli_reranker(c);
    ev.reranker = json_get_bool(args, "rerank") ? &ev.rerank : NULL;
    if (rc == 0)
        rc = read_without(json_get_str(args, "without"), &ev.without, e);
    if (rc == 0 && (stat(ev.dir, &st) < 0 || !S_ISDIR(st.st_mode)))
        rc = err_set(e, CM_ENOTFOUND, "there is no directory %s", ev.dir);
    if (rc == 0 && dump.n) {
        ev.dump = fopen(arena_str(&c->arena, dump).p, "we");
        if (!ev.dump)
            rc = err_sys(e, CM_EIO, "write %.*s", STR_ARG(dump));
    }
    /* Days and hours are the data's, not the place's where it is measured. */
    setenv("TZ", "UTC", 1);
    if (rc == 0)
        rc = make_base(&ev, json_get_str(args, "keep"), e);
    if (rc == 0) {
        rc = run_tasks(&ev, args, e);
        if (!ev.keep)
            eval_remove(ev.base);
    }
    if (ev.dump && fclose(ev.dump) != 0 && rc >= 0)
        rc = err_sys(e, CM_EIO, "write %.*s", STR_ARG(dump));
    return rc;
}

const struct cmd cmd_eval = {
    .name = "eval",
    .group = "Run",
    .summary = "measure how well search finds",
    .details = "Takes in data that others made (conversations, coding "
               "sessions, pairs of sentences) and asks its questions: R@10 is "
               "the share of what is right among the first ten results, hit@1 "
               "how often the first is right, MRR the mean of 1/place of the "
               "first right one. Everything happens in homes of its own, "
               "which are removed unless --keep names a place for them; with "
               "it the next run only asks. Two runs give the same figures.",
    .example = "cmem eval data --task=turns --keep=/tmp/eval",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .flags = CMD_ENDS_WHOLE,
    .run = run,
};
