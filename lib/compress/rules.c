/* rules.c - drafts from turns: see rules.h. */
#include "base/common.h"

#include "compress/rules.h"
#include "compress/rules_say.h"
#include "compress/rules_title.h"

/* A turn gives at most so many drafts beside its main one. */
#define FIXES_MAX     3
#define FINDINGS_MAX  2
#define DECISIONS_MAX 2
#define WANTS_MAX     4
#define CHOSEN_MAX    6
#define FACTS_MAX     8
#define FILES_MAX     16
#define EVENTS_MAX    16
#define TITLE_MAX     120
#define TEXT_MAX      1400
/* A batch is bounded by its caller; a long import still ends. */
#define DRAFTS_MAX 512

struct maker {
    struct work w;
    struct drafts *out;
};

/* --- one draft --------------------------------------------------------------- */

static struct draft *new_draft(struct maker *m, const char *type)
{
    struct draft *d;

    if (m->out->n == DRAFTS_MAX)
        return NULL;
    d = &m->out->items[m->out->n++];
    *d = (struct draft){.kind = type ? DRAFT_OBSERVATION : DRAFT_FACT,
                        .type = str_of(type),
                        .origin = STR("assistant"),
                        .importance = 3};
    d->facts = arena_array(m->w.a, FACTS_MAX, sizeof(*d->facts));
    d->concepts = arena_array(m->w.a, 4, sizeof(*d->concepts));
    d->files = arena_array(m->w.a, FILES_MAX, sizeof(*d->files));
    d->events = arena_array(m->w.a, EVENTS_MAX, sizeof(*d->events));
    return d;
}

static void add_fact(struct draft *d, struct str s)
{
    if (s.n && d->nfacts < FACTS_MAX)
        d->facts[d->nfacts++] = s;
}

static void add_concept(struct draft *d, const char *name)
{
    if (d->nconcepts < 4)
        d->concepts[d->nconcepts++] = str_of(name);
}

static void add_event(struct maker *m, struct draft *d, size_t at)
{
    const struct ev *e;

    if (at >= m->w.to)
        return;
    e = m->w.order[at];
    for (size_t i = 0; i < d->nevents; i++)
        if (d->events[i] == e->id)
            return;
    if (d->nevents < EVENTS_MAX)
        d->events[d->nevents++] = e->id;
    if (e->time_ms > d->event_ms)
        d->event_ms = e->time_ms;
}

static void add_file(struct draft *d, const struct file_work *f)
{
    if (f->ours && d->nfiles < FILES_MAX)
        d->files[d->nfiles++] = (struct draft_file){f->path, f->edits > 0};
}

/* Changed files first, then those only read. */
static void add_files(struct maker *m, struct draft *d)
{
    for (size_t i = 0; i < m->w.nfiles; i++)
        if (m->w.files[i].edits)
            add_file(d, &m->w.files[i]);
    for (size_t i = 0; i < m->w.nfiles; i++)
        if (!m->w.files[i].edits)
            add_file(d, &m->w.files[i]);
}

/* --- the main draft: something was changed ---------------------------------------- */

static const struct run *last_commit(const struct work *w)
{
    for (size_t i = w->nruns; i-- > 0;)
        if (say_is_commit(w, i))
            return &w->runs[i];
    return NULL;
}

static void put_sentence(struct buf *b, const char *frame, struct str s)
{
    size_t n = s.n + strlen(frame) + 2;

    if (s.n == 0 || b->len + n > TEXT_MAX)
        return;
    if (b->len)
        buf_addc(b, ' ');
    buf_addz(b, frame);
    buf_adds(b, s);
    if (!strchr(".!?\"", s.p[s.n - 1]))
        buf_addc(b, '.');
}

/* Sentences of the turn's end that say what was done or found. */
static void add_quotes(struct maker *m, struct buf *b, int max)
{
    static const enum said_kind kinds[] = {SAID_RESULT, SAID_FINDING,
                                           SAID_DECISION};

    for (int i = 0; i < max; i++) {
        struct quote *best = NULL;

        for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
            struct quote *q =
                work_quote(&m->w, kinds[k], SAID_FAIR, m->w.from, m->w.to);

            if (q && (!best || q->said.score > best->said.score))
                best = q;
        }
        if (!best)
            return;
        put_sentence(b, "", best->text);
        best->used = true;
    }
}

static void add_commits(struct maker *m, struct draft *d, struct buf *b)
{
    for (size_t i = 0; i < m->w.nruns; i++) {
        const struct run *r = &m->w.runs[i];

        if (r->cmd.kind == SHELL_PR && !r->out.failed && r->cmd.what.n)
            add_fact(d, arena_fmt(m->w.a, "Opened PR \"%.*s\" %.*s",
                                  STR_ARG(r->cmd.what), STR_ARG(r->out.url)));
        if (!say_is_commit(&m->w, i))
            continue;
        put_sentence(b, "", say_commit(&m->w, r, 320));
        add_fact(d, say_commit(&m->w, r, 0));
        add_event(m, d, r->at);
    }
}

static int change_importance(const struct work *w, const struct run *commit,
                             const struct ask *ask)
{
    int64_t lines = 0;

    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].ours && w->files[i].edits)
            lines += w->files[i].change.added + w->files[i].change.removed;
    if (ask && ask->is_plan)
        return 4;
    if (lines > 120 || (commit && lines > 40))
        return 4;
    return lines <= 4 ? 2 : 3;
}

static void add_change_facts(struct maker *m, struct draft *d)
{
    struct work *w = &m->w;
    struct str checks = say_checks(w, w->from, w->to, 300);

    add_fact(d, checks);
    for (size_t i = 0; i < w->nquotes; i++)
        if (w->quotes[i].last && w->quotes[i].said.kind == SAID_REMAINS)
            add_fact(d, arena_fmt(w->a, "Left open: %.*s",
                                  STR_ARG(w->quotes[i].text)));
    for (size_t i = 0; i < w->nruns; i++)
        if (w->runs[i].cmd.kind == SHELL_INSTALL && !w->runs[i].out.failed &&
            w->runs[i].cmd.what.n && !w->runs[i].cmd.elsewhere)
            add_fact(d, arena_fmt(w->a, "Installed %.*s",
                                  STR_ARG(w->runs[i].cmd.what)));
    for (size_t i = 0; i < w->nfiles && d->nfacts < FACTS_MAX; i++)
        if (w->files[i].ours && w->files[i].edits && w->files[i].change.nnames)
            add_fact(d, say_file(w, &w->files[i], 6));
}

/* A part of a turn has no prompt of its own: what the session was for. */
static struct str goal_so_far(struct maker *m)
{
    struct str s = json_get_str(m->w.b->summary, "request"), line;

    return str_line(&s, &line) ? text_line(m->w.a, line, 240) : STR_NONE;
}

static void draft_change(struct maker *m, const struct turn *t)
{
    struct work *w = &m->w;
    const struct ask *ask = t ? &t->ask : NULL;
    const struct run *commit = last_commit(w);
    struct draft *d = new_draft(m, title_type(w, commit, ask));
    struct buf b;

    if (!d)
        return;
    d->title = title_of_change(w, ask, commit);
    d->importance = change_importance(w, commit, ask);
    buf_init(&b, TEXT_MAX);
    if (ask && !ask->is_filler)
        put_sentence(&b, "", say_ask(w, ask));
    else if (!ask)
        put_sentence(&b, "Part of: ", goal_so_far(m));
    add_quotes(m, &b, 3);
    put_sentence(&b, "Changed ", say_changed(w, w->from, w->to, 500));
    put_sentence(&b, "", say_checks(w, w->from, w->to, 240));
    if (t)
        add_event(m, d, t->at);
    add_commits(m, d, &b);
    d->text = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    add_change_facts(m, d);
    add_files(m, d);
    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].edits)
            add_event(m, d, w->files[i].last);
    add_concept(d, "what-changed");
    if (str_eqz(d->type, "bugfix"))
        add_concept(d, "problem-solution");
}

/* --- the main draft: something was looked into ------------------------------------- */

static void add_look_concept(struct draft *d, const struct ask *ask)
{
    char tmp[128];
    struct str low = text_lower(ask ? ask->line : STR_NONE, tmp, sizeof(tmp));

    if (text_has_word(low, "why"))
        add_concept(d, "why-it-exists");
    else
        add_concept(d, "how-it-works");
}

/* What was said already needs no second saying. */
static void forget_alike(struct work *w, struct str said)
{
    struct sketch words;

    sketch_of(said, &words);
    for (size_t i = 0; i < w->nquotes; i++)
        if (sketch_alike(&w->quotes[i].words, &words))
            w->quotes[i].used = true;
}

static struct str look_title(struct maker *m, const struct turn *t)
{
    struct work *w = &m->w;
    struct quote *q =
        work_quote(w, SAID_FINDING, SAID_FAIR + 1, w->from, w->to);
    struct str lead = said_lead(t->text), s;

    if (q && (q->said.score >= SAID_GOOD || lead.n == 0)) {
        q->used = true;
        s = q->text;
    } else if (lead.n) {
        forget_alike(w, lead);
        s = text_line(w->a, lead, 300);
    } else {
        s = t->ask.title;
    }
    return text_as_title(w->a, s);
}

/* A plan was written and nothing done about it yet. */
static void draft_plan(struct maker *m, const struct turn *t)
{
    struct work *w = &m->w;
    struct draft *d = new_draft(m, "decision");
    struct buf b;

    if (!d)
        return;
    d->title = text_line(
        w->a, arena_fmt(w->a, "Planned: %.*s", STR_ARG(w->plan)), TITLE_MAX);
    buf_init(&b, TEXT_MAX);
    if (t && !t->ask.is_filler)
        put_sentence(&b, "", say_ask(w, &t->ask));
    put_sentence(&b, "",
                 arena_fmt(w->a, "Plan \"%.*s\"%s%.*s", STR_ARG(w->plan),
                           w->plan_why.n ? ": " : "", STR_ARG(w->plan_why)));
    put_sentence(&b, "Read ", say_read(w, w->from, w->to, 300));
    d->text = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    add_files(m, d);
    add_event(m, d, w->plan_at);
    add_concept(d, "what-changed");
}

static void draft_look(struct maker *m, const struct turn *t)
{
    struct work *w = &m->w;
    bool worked = t->reads || t->runs;
    struct quote *best = work_quote(w, SAID_FINDING, SAID_FAIR, w->from, w->to);
    struct draft *d;
    struct str s;
    struct buf b;

    /* Talk: only what is well said is kept, and that by draft_findings. */
    if (!worked || (t->ask.is_filler && !best))
        return;
    if (said_lead(t->text).n == 0 && !best)
        return;
    d = new_draft(m, "discovery");
    if (!d)
        return;
    s = look_title(m, t);
    d->title = text_line(w->a, s, TITLE_MAX);
    buf_init(&b, TEXT_MAX);
    if (!t->ask.is_filler)
        put_sentence(&b, "", say_ask(w, &t->ask));
    put_sentence(&b, "", s);
    add_quotes(m, &b, 3);
    put_sentence(&b, "Read ", say_read(w, w->from, w->to, 300));
    d->text = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    /* A word or two in passing is no discovery. */
    d->importance = best && best->said.score >= SAID_GOOD ? 3
                    : best || t->text.n > 200             ? 2
                                                          : 1;
    add_files(m, d);
    add_event(m, d, t->at);
    add_event(m, d, t->final);
    add_look_concept(d, &t->ask);
}

/* --- the other drafts ------------------------------------------------------------------ */

static void draft_fixes(struct maker *m)
{
    struct work *w = &m->w;
    size_t n = 0;

    for (size_t i = 0; i < w->nfixes && n < FIXES_MAX; i++) {
        const struct fix *f = &w->fixes[i];
        struct draft *d;

        /* A linter's word matters only when somebody explained it. */
        if (w->runs[f->bad].cmd.kind == SHELL_LINT && f->cause.n == 0)
            continue;
        d = new_draft(m, f->by_other ? "discovery" : "bugfix");
        if (!d)
            return;
        n++;
        d->origin = STR("tool");
        d->title = say_fix_title(w, f);
        d->text = say_fix(w, f);
        d->importance = f->cause.n ? 3 : 2;
        add_fact(d, say_run(w, &w->runs[f->bad]));
        for (size_t k = 0; k < f->nfiles; k++)
            add_file(d, &w->files[f->files[k]]);
        add_event(m, d, w->runs[f->bad].at);
        add_event(m, d, w->runs[f->good].at);
        add_concept(d, f->by_other ? "gotcha" : "problem-solution");
    }
}

static void draft_quote(struct maker *m, struct quote *q)
{
    struct work *w = &m->w;
    bool decided = q->said.kind == SAID_DECISION;
    const struct turn *t = work_turn(w, q->at);
    struct draft *d = new_draft(m, decided ? "decision" : "discovery");
    const struct file_work *f;
    struct buf b;

    q->used = true;
    if (!d)
        return;
    f = say_main_file(w, w->from, w->to, work_changed(w));
    d->title = title_with_file(w, text_as_title(w->a, q->text), f);
    buf_init(&b, TEXT_MAX);
    put_sentence(&b, "", q->text);
    if (t && !t->ask.is_filler)
        put_sentence(&b, "", say_ask(w, &t->ask));
    d->text = arena_str(w->a, buf_str(&b));
    buf_free(&b);
    if (f)
        add_file(d, f);
    add_event(m, d, q->at);
    add_concept(d, decided ? "trade-off" : "how-it-works");
}

static void draft_quotes(struct maker *m)
{
    struct work *w = &m->w;
    struct quote *q;

    for (int i = 0; i < FINDINGS_MAX; i++)
        if ((q = work_quote(w, SAID_FINDING, SAID_GOOD + 1, w->from, w->to)))
            draft_quote(m, q);
    for (int i = 0; i < DECISIONS_MAX; i++)
        if ((q = work_quote(w, SAID_DECISION, SAID_GOOD, w->from, w->to)))
            draft_quote(m, q);
}

/* What the person chose when asked. */
static void draft_chosen(struct maker *m)
{
    struct work *w = &m->w;

    for (size_t i = 0; i < w->nchosen && i < CHOSEN_MAX; i++) {
        const struct chosen *c = &w->chosen[i];
        struct draft *d = new_draft(m, "decision");

        if (!d)
            return;
        d->origin = STR("user");
        d->importance = 4;
        d->title =
            text_line(w->a,
                      arena_fmt(w->a, "Chosen: %.*s (%.*s)", STR_ARG(c->answer),
                                STR_ARG(c->question)),
                      TITLE_MAX);
        d->text = arena_fmt(w->a, "To \"%.*s\" the user answered \"%.*s\".",
                            STR_ARG(c->question), STR_ARG(c->answer));
        add_event(m, d, c->at);
        add_concept(d, "trade-off");
    }
}

static void draft_wants(struct maker *m)
{
    struct work *w = &m->w;
    const struct file_work *f =
        say_main_file(w, w->from, w->to, work_changed(w));

    for (size_t i = 0; i < w->nwants && i < WANTS_MAX; i++) {
        struct draft *d = new_draft(m, NULL);

        if (!d)
            return;
        d->origin = STR("user");
        d->importance = 4;
        if (f)
            d->text = arena_fmt(w->a, "The user said: \"%.*s\" (about %.*s)",
                                STR_ARG(w->wants[i].text), STR_ARG(f->path));
        else
            d->text = arena_fmt(w->a, "The user said: \"%.*s\"",
                                STR_ARG(w->wants[i].text));
        add_event(m, d, w->wants[i].at);
    }
}

/* A check that fails when the session ends. */
static void draft_problems(struct maker *m)
{
    struct work *w = &m->w;
    struct draft *d;

    for (size_t i = w->nruns; i-- > 0;) {
        const struct run *r = &w->runs[i];

        if (r->state != RUN_OPEN || r->misused ||
            !shell_is_check(r->cmd.kind) || r->cmd.elsewhere ||
            r->out.error.n == 0)
            continue;
        d = new_draft(m, "problem");
        if (!d)
            return;
        d->origin = STR("tool");
        d->importance = 4;
        d->title = text_raw_line(w->a, say_run(w, r), TITLE_MAX);
        d->text = arena_fmt(w->a,
                            "%.*s. It had not passed again when the "
                            "session ended.",
                            STR_ARG(say_run(w, r)));
        add_event(m, d, r->at);
        add_concept(d, "gotcha");
        return; /* the last one says how it stands */
    }
}

/* --- turns -------------------------------------------------------------------------------- */

static void draft_turn(struct maker *m)
{
    struct work *w = &m->w;
    const struct turn *t = w->nturns ? &w->turns[w->nturns - 1] : NULL;

    if (work_changed(w) || last_commit(w))
        draft_change(m, t);
    else if (w->plan.n)
        draft_plan(m, t);
    else if (t)
        draft_look(m, t);
    draft_fixes(m);
    draft_quotes(m);
    draft_chosen(m);
    draft_wants(m);
}

/* A prompt of the person's own words begins a turn. */
static bool begins_turn(struct arena *a, const struct ev *e)
{
    struct ask ask;

    if (e->kind != EV_PROMPT)
        return false;
    ask_read(a, e->text, &ask);
    return ask.words.n > 0;
}

void rules_extract(const struct batch *b, struct drafts *out)
{
    const struct ev **order = work_order(b);
    struct maker m = {.out = out};
    size_t from = 0;

    out->items = arena_array(b->a, DRAFTS_MAX, sizeof(*out->items));
    out->n = 0;
    for (size_t at = 1; at <= b->n; at++) {
        if (at < b->n && !begins_turn(b->a, order[at]))
            continue;
        work_gather(b, order, from, at, &m.w);
        draft_turn(&m);
        from = at;
    }
    if (b->ends_session) {
        work_gather(b, order, 0, b->n, &m.w);
        draft_problems(&m);
    }
}
