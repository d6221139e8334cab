/* eval_tasks.c - the table of tasks, and running one; see eval.h. */
#include "base/common.h"

#include "cli/eval.h"

static const char *const files_figures[] = {"@5", "@10", "@20", "@50", NULL};
static const char *const sts_figures[] = {"Spearman", NULL};

/* BM25: SQLite's own over the same texts, with stop words and the porter
 * stemmer, no neighbours. */
static const struct eval_mark turns_marks[] = {
    {"BM25", 997, {.558, .630, .689, 0, .480}},
    {"to reach", 997, {0, .80, 0, 0, .58}},
    {"to aim at", 997, {0, .86, 0, 0, .65}},
    {.label = NULL},
};
static const struct eval_mark talks_marks[] = {
    {"BM25", 997, {0, .953, 0, 0, 0}},
    {"to reach", 997, {0, .965, 0, .74, 0}},
    {"to aim at", 997, {0, .985, 0, .80, 0}},
    {.label = NULL},
};
static const struct eval_mark beam_marks[] = {
    {"BM25", 178, {0, .469, 0, 0, 0}},
    {"to reach", 178, {0, .55, 0, 0, 0}},
    {"to aim at", 178, {0, .65, 0, 0, 0}},
    {.label = NULL},
};
static const struct eval_mark commits_marks[] = {
    {"BM25", 265, {.701, .777, 0, 0, .635}},
    {"to reach", 265, {0, .85, 0, 0, .72}},
    {"to aim at", 265, {0, .92, 0, 0, .80}},
    {.label = NULL},
};
static const struct eval_mark files_marks[] = {
    {"changed last", 182, {.260, .392, .566, .844}},
    {"BM25 and last", 182, {.361, .482, .636, .889}},
    {"to reach", 182, {0, .56, .70, 0}},
    {"to aim at", 182, {0, .65, .80, 0}},
    {.label = NULL},
};
static const struct eval_mark slot_marks[] = {{.label = NULL}};
static const struct eval_mark sts_marks[] = {
    {"same words", 6750, {.711}},
    {"to reach", 6750, {.78}},
    {.label = NULL},
};

const struct eval_task eval_tasks[] = {
    {
        .name = "turns",
        .group = "locomo",
        .title = "LoCoMo, turns",
        .unit = "conversation",
        .figures = eval_ranking_figures,
        .main = FIG_R10,
        .marks = turns_marks,
        .by = BY_MEMORY,
        .find = eval_locomo_find,
        .fill = eval_locomo_fill,
        .load = eval_locomo_load,
    },
    {
        .name = "talks",
        .group = "locomo",
        .title = "LoCoMo, sessions",
        .unit = "conversation",
        .figures = eval_ranking_figures,
        .main = FIG_R10,
        .marks = talks_marks,
        .by = BY_SESSION,
        .find = eval_locomo_find,
        .fill = eval_locomo_fill,
        .load = eval_locomo_load,
    },
    {
        .name = "beam",
        .group = "beam",
        .title = "BEAM, messages",
        .unit = "chat",
        .figures = eval_ranking_figures,
        .main = FIG_R10,
        .marks = beam_marks,
        .by = BY_MEMORY,
        .find = eval_beam_find,
        .fill = eval_beam_fill,
        .load = eval_beam_load,
    },
    {
        .name = "commits",
        .group = "code",
        .title = "A*, commit to session",
        .unit = "project",
        .figures = eval_ranking_figures,
        .main = FIG_R10,
        .marks = commits_marks,
        .by = BY_SESSION,
        .find = eval_code_find,
        .fill = eval_code_fill,
        .load = eval_code_load,
    },
    {
        .name = "files",
        .group = "code",
        .title = "D, files of the next session",
        .unit = "project",
        .figures = files_figures,
        .main = 1,
        .marks = files_marks,
        .find = eval_code_find,
        .fill = eval_code_fill,
        .run = eval_files_run,
    },
    {
        .name = "slot",
        .group = "code",
        .title = "What a prompt brings",
        .unit = "project",
        .figures = eval_slot_figures,
        .main = 2,
        .marks = slot_marks,
        .find = eval_code_find,
        .fill = eval_code_fill,
        .run = eval_slot_run,
        .ways = eval_slot_ways,
    },
    {
        .name = "sts",
        .group = "embed",
        .title = "STS, pairs of sentences",
        .unit = "file",
        .figures = sts_figures,
        .marks = sts_marks,
        .find = eval_sts_find,
        .run = eval_sts_run,
    },
};
const size_t eval_tasks_count = ARRAY_LEN(eval_tasks);

bool eval_is_chosen(const struct eval_task *t, struct str name)
{
    return name.n == 0 || str_eqz(name, t->name) || str_eqz(name, t->group);
}

static int run_part(struct eval *ev, const struct eval_task *t,
                    const struct eval_part *p, struct eval_result *out,
                    struct err *e)
{
    struct eval_cases cases = {0};
    int rc = 0;

    if (t->run)
        return t->run(ev, p, out, e);
    rc = t->load(ev, p, &cases, e);
    return rc < 0 ? rc : eval_ask(ev, &cases, out, e);
}

/* The results: as it is, and once without each signal. */
static size_t plan(struct eval *ev, const struct eval_task *t, bool ablation,
                   struct eval_result **out)
{
    size_t n = ablation && t->fill ? 1 + SIGNAL_COUNT : 1;

    for (size_t i = 0; t->ways && (i == 0 || t->ways[i - 1]); i++)
        n = ablation ? i + 1 : 1;
    *out = arena_array(ev->a, n, sizeof(**out));
    for (size_t i = 1; i < n; i++)
        (*out)[i].label =
            t->ways ? str_of(t->ways[i - 1])
                    : arena_fmt(ev->a, "without %s",
                                signal_name((enum signal)(i - 1)));
    return n;
}

int eval_run_task(struct eval *ev, const struct eval_task *t, bool ablation,
                  struct eval_result **out, size_t *n, struct err *e)
{
    struct eval_parts parts = {0};
    unsigned without = ev->without;
    int rc;

    ev->task = t;
    *n = plan(ev, t, ablation, out);
    rc = t->find(ev, &parts, e);
    for (size_t i = 0; i < parts.n && rc == 0; i++) {
        if (t->fill)
            rc = eval_home_open(ev, t, &parts.at[i], e);
        for (size_t k = 0; k < *n && rc == 0; k++) {
            FILE *dump = ev->dump;

            ev->way = k;
            if (!t->ways)
                ev->without = without | (k ? 1u << (k - 1) : 0);
            if (k)
                ev->dump = NULL;
            rc = run_part(ev, t, &parts.at[i], &(*out)[k], e);
            ev->dump = dump;
            (*out)[k].sense = ev->sense;
        }
        ev->without = without;
        if (t->fill)
            eval_home_close(ev);
    }
    return rc;
}
