/* eval_show.c - tables of figures; see eval.h. */
#include "base/common.h"

#include <math.h>

#include "cli/eval.h"

#define NAME_COLUMNS   28
#define FIGURE_COLUMNS 9
#define COUNT_COLUMNS  6

static double mean(const struct eval_row *r, size_t figure)
{
    return r->of[figure] ? r->sum[figure] / (double)r->of[figure] : 0;
}

static size_t figures_of(const struct eval_task *t)
{
    size_t n = 0;

    while (t->figures[n])
        n++;
    return n;
}

/* Of the main figure over the scopes: how far one conversation stands from
 * another. */
struct spread {
    double sd, min, max;
    size_t n;
};

static struct spread spread_of(const struct eval_task *t,
                               const struct eval_result *r)
{
    struct spread s = {.min = 1, .n = r->scopes.n};
    double sum = 0, squares = 0;

    for (size_t i = 0; i < r->scopes.n; i++) {
        double v = mean(&r->scopes.at[i], t->main);

        sum += v;
        squares += v * v;
        if (v < s.min)
            s.min = v;
        if (v > s.max)
            s.max = v;
    }
    if (s.n) {
        double var =
            squares / (double)s.n - sum * sum / (double)s.n / (double)s.n;

        s.sd = var > 0 ? sqrt(var) : 0;
    }
    return s;
}

static int by_value(const void *pa, const void *pb)
{
    const int64_t *x = pa, *y = pb;

    return (*x > *y) - (*x < *y);
}

/* The p-th part of the times, in milliseconds. */
static double percentile(const struct eval_result *r, double p)
{
    if (r->nus == 0)
        return 0;
    qsort(r->us, r->nus, sizeof(*r->us), by_value);
    return (double)r->us[(size_t)(p * (double)(r->nus - 1))] / 1000;
}

/* ".812", "1" for all, and "187" for what is no share. */
static void put_figure(struct term *t, int column, double v)
{
    char z[32];

    snprintf(z, sizeof(z), v < 10 ? "%.3f" : "%.0f", v);
    term_pad(t, column);
    term_printf(t, "%s", v < 0.9995 && z[0] == '0' ? z + 1 : z);
}

static void put_row(struct term *t, const struct eval_task *task,
                    struct str name, size_t n, const double *v)
{
    int column = NAME_COLUMNS;

    term_printf(t, "  ");
    term_cut(t, TERM_PLAIN, name, NAME_COLUMNS - 4);
    term_pad(t, column);
    if (n)
        term_printf(t, "%zu", n);
    column += COUNT_COLUMNS;
    for (size_t i = 0; task->figures[i]; i++, column += FIGURE_COLUMNS)
        if (v[i] > 0 || n)
            put_figure(t, column, v[i]);
}

static void put_sums(struct term *t, const struct eval_task *task,
                     struct str name, const struct eval_row *r)
{
    double v[EVAL_FIGURES];

    for (size_t i = 0; i < EVAL_FIGURES; i++)
        v[i] = mean(r, i);
    put_row(t, task, name, r->n, v);
}

static void put_spread(struct term *t, const struct eval_task *task,
                       const struct eval_result *r)
{
    struct spread s = spread_of(task, r);

    if (s.n < 2)
        return;
    term_styled(t, TERM_DIM,
                "  %s over %zu %ss: %.3f to %.3f, "
                "standard deviation %.3f\n",
                task->figures[task->main], s.n, task->unit, s.min, s.max, s.sd);
}

static void put_rows(struct term *t, const struct eval_task *task,
                     const struct eval_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        put_sums(t, task, rows->at[i].name, &rows->at[i]);
        term_nl(t);
    }
}

void eval_show(struct term *t, const struct eval_shown *s, bool folds)
{
    const struct eval_task *task = s->task;
    const struct eval_result *r = &s->results[0];
    int column = NAME_COLUMNS;

    term_heading(t, "%s", task->title);
    term_pad(t, column);
    term_styled(t, TERM_DIM, "n");
    column += COUNT_COLUMNS;
    for (size_t i = 0; task->figures[i]; i++, column += FIGURE_COLUMNS) {
        term_pad(t, column);
        term_styled(t, TERM_DIM, "%s", task->figures[i]);
    }
    term_nl(t);
    put_sums(t, task, STR("cmem"), &r->all);
    if (r->nus) {
        term_pad(t, column);
        term_printf(t, "%.2f ms", percentile(r, .5));
    }
    term_nl(t);
    for (const struct eval_mark *m = task->marks; m && m->label; m++)
        if (m->n == r->all.n) {
            put_row(t, task, str_of(m->label), 0, m->figure);
            term_nl(t);
        }
    if (r->sense.n && task->fill) {
        term_styled(t, TERM_DIM, "  meaning: %.*s", STR_ARG(r->sense));
        term_nl(t);
    }
    put_spread(t, task, r);
    put_rows(t, task, &r->categories);
    if (folds)
        put_rows(t, task, &r->scopes);
    for (size_t i = 1; i < s->n; i++) {
        put_sums(t, task, s->results[i].label, &s->results[i].all);
        term_nl(t);
    }
}

/* --- JSON ---------------------------------------------------------------- */

static double rounded(double v)
{
    return floor(v * 10000 + 0.5) / 10000;
}

static void json_row(struct jsonw *w, const struct eval_task *task,
                     const struct eval_row *r)
{
    jsonw_int(w, "n", (int64_t)r->n);
    for (size_t i = 0; task->figures[i]; i++)
        jsonw_num(w, task->figures[i], rounded(mean(r, i)));
}

static void json_rows(struct jsonw *w, const char *key,
                      const struct eval_task *task,
                      const struct eval_rows *rows)
{
    if (rows->n == 0)
        return;
    jsonw_arr(w, key);
    for (size_t i = 0; i < rows->n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "name", rows->at[i].name);
        json_row(w, task, &rows->at[i]);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void json_marks(struct jsonw *w, const struct eval_task *task,
                       size_t questions)
{
    jsonw_arr(w, "beside");
    for (const struct eval_mark *m = task->marks; m && m->label; m++) {
        if (m->n != questions)
            continue;
        jsonw_obj(w, NULL);
        jsonw_strz(w, "name", m->label);
        for (size_t i = 0; i < figures_of(task); i++)
            if (m->figure[i] > 0)
                jsonw_num(w, task->figures[i], m->figure[i]);
        jsonw_end(w);
    }
    jsonw_end(w);
}

void eval_put(struct jsonw *w, const struct eval_shown *s)
{
    const struct eval_result *r = &s->results[0];
    struct spread spread = spread_of(s->task, r);

    jsonw_obj(w, NULL);
    jsonw_strz(w, "task", s->task->name);
    json_row(w, s->task, &r->all);
    if (r->sense.n && s->task->fill)
        jsonw_str(w, "meaning", r->sense);
    jsonw_obj(w, "spread");
    jsonw_strz(w, "of", s->task->figures[s->task->main]);
    jsonw_int(w, "n", (int64_t)spread.n);
    jsonw_num(w, "sd", rounded(spread.sd));
    if (spread.n) {
        jsonw_num(w, "min", rounded(spread.min));
        jsonw_num(w, "max", rounded(spread.max));
    }
    jsonw_end(w);
    json_marks(w, s->task, r->all.n);
    json_rows(w, "categories", s->task, &r->categories);
    json_rows(w, "scopes", s->task, &r->scopes);
    if (s->n > 1)
        jsonw_arr(w, "ablation");
    for (size_t i = 1; i < s->n; i++) {
        jsonw_obj(w, NULL);
        jsonw_str(w, "name", s->results[i].label);
        json_row(w, s->task, &s->results[i].all);
        jsonw_end(w);
    }
    if (s->n > 1)
        jsonw_end(w);
    jsonw_obj(w, "ms");
    jsonw_num(w, "p50", percentile(r, .5));
    jsonw_num(w, "p99", percentile(r, .99));
    jsonw_end(w);
    jsonw_end(w);
}
