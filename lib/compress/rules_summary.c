/* rules_summary.c - a session's summary: see rules.h. */
#include "base/common.h"

#include "compress/rules.h"
#include "compress/rules_say.h"

/* A field is a few lines: what a person reads before going on. */
#define FIELD_MAX   600
#define LATER_ASKS  5
#define LEARNED_MAX 5
#define COMMITS_MAX 5
#define RESULTS_MAX 3
#define TODOS_MAX   5
/* A list of todos that so many turns did not touch is forgotten, not open. */
#define TODO_STALE_TURNS 4

static struct str finish(struct work *w, struct buf *b)
{
    struct str s = arena_str(w->a, buf_str(b));

    buf_free(b);
    return s;
}

static bool put_line(struct buf *b, struct str s)
{
    return text_join(b, "\n", s, FIELD_MAX);
}

/* --- request ------------------------------------------------------------------ */

static bool says_something(const struct turn *t)
{
    return t->ask.line.n && !t->ask.is_filler;
}

/* How much a turn moved the work: doing counts, asking a little. */
static unsigned moved(const struct turn *t)
{
    return t->edits * 2 + t->runs + (t->ask.is_question ? 0 : 2);
}

/* The turns that moved the aim: where most was done, in order. */
static size_t later_asks(const struct work *w, size_t first,
                         size_t pick[LATER_ASKS])
{
    size_t n = 0;

    for (size_t i = first + 1; i < w->nturns; i++) {
        const struct turn *t = &w->turns[i];
        size_t least = 0;

        if (!says_something(t) || text_count_words(t->ask.title) < 3)
            continue;
        if (n < LATER_ASKS) {
            pick[n++] = i;
            continue;
        }
        for (size_t k = 1; k < n; k++)
            if (moved(&w->turns[pick[k]]) < moved(&w->turns[pick[least]]))
                least = k;
        if (moved(t) < moved(&w->turns[pick[least]]))
            continue;
        for (size_t k = least; k + 1 < n; k++)
            pick[k] = pick[k + 1];
        pick[n - 1] = i;
    }
    return n;
}

static struct str request_of(struct work *w)
{
    size_t first = 0, pick[LATER_ASKS], n;
    struct buf b;

    while (first < w->nturns && !says_something(&w->turns[first]))
        first++;
    if (first == w->nturns)
        return STR_NONE;
    buf_init(&b, FIELD_MAX + 8);
    if (w->turns[first].ask.is_plan && w->turns[first].ask.why.n)
        put_line(&b, arena_fmt(w->a, "%.*s. %.*s",
                               STR_ARG(w->turns[first].ask.line),
                               STR_ARG(w->turns[first].ask.why)));
    else
        put_line(&b, w->turns[first].ask.line);
    n = later_asks(w, first, pick);
    for (size_t i = 0; i < n; i++)
        put_line(&b, arena_fmt(w->a, "- then: %.*s",
                               STR_ARG(text_line(
                                   w->a, w->turns[pick[i]].ask.title, 90))));
    return finish(w, &b);
}

/* --- investigated ----------------------------------------------------------------- */

static struct str investigated_of(struct work *w)
{
    struct str read = say_read(w, w->from, w->to, 360);
    struct buf b, list;

    buf_init(&b, FIELD_MAX + 8);
    if (read.n)
        put_line(&b, arena_fmt(w->a, "Read %.*s", STR_ARG(read)));
    buf_init(&list, FIELD_MAX);
    for (size_t i = 0; i < w->nsearches && i < 4; i++)
        text_join(&list, ", ",
                  arena_fmt(w->a, "\"%.*s\"", STR_ARG(w->searches[i].text)),
                  200);
    if (list.len)
        put_line(&b,
                 arena_fmt(w->a, "Searched for %.*s", STR_ARG(buf_str(&list))));
    buf_reset(&list);
    for (size_t i = 0; i < w->noutside && i < 5; i++)
        text_join(&list, "; ", w->outside[i].text, 220);
    if (list.len)
        put_line(&b, arena_fmt(w->a, "Also: %.*s", STR_ARG(buf_str(&list))));
    buf_free(&list);
    return finish(w, &b);
}

/* --- learned ------------------------------------------------------------------------ */

static int by_place(const void *pa, const void *pb)
{
    const struct quote *const *a = pa, *const *b = pb;

    return (*a)->at < (*b)->at ? -1 : (*a)->at > (*b)->at;
}

/* The best findings and decisions, in the order they were said. */
static struct str learned_of(struct work *w)
{
    struct quote *best[LEARNED_MAX];
    size_t n = 0;
    struct buf b;

    while (n < LEARNED_MAX) {
        struct quote *f =
            work_quote(w, SAID_FINDING, SAID_FAIR + 1, w->from, w->to);
        struct quote *d =
            work_quote(w, SAID_DECISION, SAID_FAIR + 1, w->from, w->to);
        struct quote *q = !f || (d && d->said.score > f->said.score) ? d : f;

        if (!q)
            break;
        q->used = true;
        best[n++] = q;
    }
    if (n)
        qsort(best, n, sizeof(best[0]), by_place);
    buf_init(&b, FIELD_MAX + 8);
    for (size_t i = 0; i < n; i++)
        put_line(&b, arena_fmt(w->a, "- %.*s", STR_ARG(best[i]->text)));
    for (size_t i = 0; i < w->nfixes && n < LEARNED_MAX; i++)
        if (!w->fixes[i].by_other &&
            w->runs[w->fixes[i].bad].cmd.kind != SHELL_LINT) {
            put_line(&b, arena_fmt(w->a, "- %.*s",
                                   STR_ARG(say_fix_title(w, &w->fixes[i]))));
            n++;
        }
    return finish(w, &b);
}

/* --- completed ---------------------------------------------------------------------- */

static void put_commits(struct work *w, struct buf *b)
{
    size_t all = 0, shown = 0;

    for (size_t i = 0; i < w->nruns; i++)
        all += say_is_commit(w, i);
    for (size_t i = 0; i < w->nruns; i++) {
        const struct run *r = &w->runs[i];

        if (!say_is_commit(w, i))
            continue;
        /* Of many commits the first and the last ones. */
        if (all > COMMITS_MAX && shown >= 2 && all - shown > COMMITS_MAX - 2 &&
            shown + 3 < all) {
            shown++;
            continue;
        }
        put_line(b, arena_fmt(w->a, "- %.*s",
                              STR_ARG(say_commit(w, r, all == 1 ? 180 : 0))));
        shown++;
    }
    for (size_t i = 0; i < w->nruns; i++)
        if (w->runs[i].cmd.kind == SHELL_PR && !w->runs[i].out.failed &&
            w->runs[i].cmd.what.n)
            put_line(b, arena_fmt(w->a, "- Opened PR \"%.*s\" %.*s",
                                  STR_ARG(w->runs[i].cmd.what),
                                  STR_ARG(w->runs[i].out.url)));
}

static struct str completed_of(struct work *w)
{
    struct str changed = say_changed(w, w->from, w->to, 240);
    struct str checks = say_checks(w, w->from, w->to, 160);
    struct quote *q;
    struct buf b;

    buf_init(&b, FIELD_MAX + 8);
    put_commits(w, &b);
    if (changed.n)
        put_line(&b, arena_fmt(w->a, "- Changed %.*s", STR_ARG(changed)));
    if (checks.n)
        put_line(&b, arena_fmt(w->a, "- %.*s", STR_ARG(checks)));
    for (int i = 0; i < RESULTS_MAX; i++) {
        q = work_quote(w, SAID_RESULT, SAID_FAIR + 1, w->from, w->to);
        if (!q)
            break;
        q->used = true;
        put_line(&b, arena_fmt(w->a, "- %.*s", STR_ARG(q->text)));
    }
    return finish(w, &b);
}

/* --- next steps ---------------------------------------------------------------------- */

static void put_todos(struct work *w, struct buf *b)
{
    int n = 0;

    if (w->nturns - w->todo_turn >= TODO_STALE_TURNS)
        return;
    for (size_t i = 0; i < w->ntodos && n < TODOS_MAX; i++)
        if (!w->todos[i].done && w->todos[i].text.n) {
            put_line(
                b, arena_fmt(w->a, "- Open: %.*s", STR_ARG(w->todos[i].text)));
            n++;
        }
}

static void put_failing(struct work *w, struct buf *b)
{
    for (size_t i = w->nruns; i-- > 0;) {
        const struct run *r = &w->runs[i];

        if (r->state != RUN_OPEN || r->cmd.elsewhere || r->misused ||
            !shell_is_check(r->cmd.kind))
            continue;
        put_line(b, arena_fmt(w->a, "- Still failing: %.*s",
                              STR_ARG(say_run(w, r))));
        return;
    }
}

/* "Which one do you prefer?" says nothing without what it was about. */
static void put_offer(struct work *w, struct buf *b, const struct quote *q,
                      const struct turn *t)
{
    if (text_names(q->text) || !says_something(t) || q->text.n > 100)
        put_line(b, arena_fmt(w->a, "- Not answered: %.*s", STR_ARG(q->text)));
    else
        put_line(b, arena_fmt(w->a, "- Not answered: %.*s (asked: %.*s)",
                              STR_ARG(q->text), STR_ARG(t->ask.title)));
}

/* A plan that nothing was done about. */
static void put_plan(struct work *w, struct buf *b)
{
    if (w->plan.n == 0)
        return;
    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].ours && w->files[i].edits &&
            w->files[i].last > w->plan_at)
            return;
    put_line(b, arena_fmt(w->a, "- Planned, not begun: \"%.*s\"%s%.*s",
                          STR_ARG(w->plan), w->plan_why.n ? ": " : "",
                          STR_ARG(w->plan_why)));
}

static struct str next_steps_of(struct work *w)
{
    const struct turn *t = w->nturns ? &w->turns[w->nturns - 1] : NULL;
    struct buf b;

    buf_init(&b, FIELD_MAX + 8);
    put_plan(w, &b);
    put_todos(w, &b);
    put_failing(w, &b);
    for (size_t i = 0; t && i < w->nquotes; i++) {
        struct quote *q = &w->quotes[i];

        if (!q->last || q->at != t->final)
            continue;
        if (q->said.kind == SAID_REMAINS)
            put_line(&b, arena_fmt(w->a, "- %.*s", STR_ARG(q->text)));
        if (q->said.kind == SAID_OFFER)
            put_offer(w, &b, q, t);
    }
    if (t && t->ask.interrupted && says_something(t))
        put_line(&b, arena_fmt(w->a, "- Interrupted at: %.*s",
                               STR_ARG(t->ask.line)));
    return finish(w, &b);
}

/* --- notes -------------------------------------------------------------------------------- */

/* Files edited behind the last commit of a session that commits. */
static struct str uncommitted(struct work *w)
{
    size_t last = 0;
    struct buf b;

    for (size_t i = 0; i < w->nruns; i++)
        if (say_is_commit(w, i))
            last = w->runs[i].at;
    buf_init(&b, FIELD_MAX);
    for (size_t i = 0; last && i < w->nfiles; i++)
        if (w->files[i].ours && w->files[i].edits && w->files[i].last > last)
            text_join(&b, ", ", w->files[i].path, 200);
    return finish(w, &b);
}

static struct str notes_of(struct work *w, struct str request)
{
    struct str left = uncommitted(w);
    struct buf b;

    buf_init(&b, FIELD_MAX + 8);
    for (size_t i = 0; i < w->nwants && i < 4; i++)
        if (!str_eq(request, w->wants[i].text)) /* that it is all of */
            put_line(&b, arena_fmt(w->a, "- The user: \"%.*s\"",
                                   STR_ARG(w->wants[i].text)));
    for (size_t i = 0; i < w->nchosen && i < 4; i++)
        put_line(
            &b, arena_fmt(w->a, "- Chosen: %.*s (%.*s)",
                          STR_ARG(w->chosen[i].answer),
                          STR_ARG(text_line(w->a, w->chosen[i].question, 90))));
    for (size_t i = 0; i < w->nfixes; i++)
        if (w->fixes[i].by_other)
            put_line(&b, arena_fmt(w->a, "- %.*s",
                                   STR_ARG(say_fix_title(w, &w->fixes[i]))));
    for (size_t i = 0; i < w->nruns; i++)
        if (w->runs[i].cmd.kind == SHELL_BRANCH && !w->runs[i].out.failed &&
            !w->runs[i].cmd.elsewhere)
            put_line(&b, arena_fmt(w->a, "- New branch %.*s",
                                   STR_ARG(w->runs[i].cmd.what)));
    if (left.n)
        put_line(&b, arena_fmt(w->a, "- Not committed: %.*s", STR_ARG(left)));
    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].misses > 1)
            put_line(&b,
                     arena_fmt(w->a,
                               "- %u edits of %.*s did not find their "
                               "text: mind its white space",
                               w->files[i].misses, STR_ARG(w->files[i].path)));
    return finish(w, &b);
}

void rules_summarise(const struct batch *b, struct drafts *out)
{
    struct summary_draft *s = &out->summary;
    struct work w;

    work_gather(b, work_order(b), 0, b->n, &w);
    /* Causes of failures are learnt too. */
    for (size_t i = 0; i < w.nquotes; i++)
        w.quotes[i].used = false;
    *s = (struct summary_draft){.set = false};
    s->request = request_of(&w);
    s->learned = learned_of(&w);
    s->completed = completed_of(&w);
    s->investigated = investigated_of(&w);
    s->next_steps = next_steps_of(&w);
    s->notes = notes_of(&w, s->request);
    /* A greeting is no session worth a summary. */
    s->set =
        s->request.n && (s->completed.n || s->learned.n || s->investigated.n);
}
