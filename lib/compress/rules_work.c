/* rules_work.c - see rules_work.h. */
#include "base/common.h"

#include "compress/rules_work.h"

/* Most bytes of one text that are read for sentences. */
#define TEXT_MAX (24u * 1024u)
/* Most of a prompt that can hold wishes: behind that it is pasted. */
#define WISH_MAX 1600

/* --- order ------------------------------------------------------------------ */

struct placed {
    const struct ev *e;
    int64_t time;
    size_t i;
};

static int by_time(const void *pa, const void *pb)
{
    const struct placed *a = pa, *b = pb;

    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return a->i < b->i ? -1 : a->i > b->i;
}

const struct ev **work_order(const struct batch *b)
{
    struct placed *p = arena_array(b->a, b->n + 1, sizeof(*p));
    const struct ev **out = arena_array(b->a, b->n + 1, sizeof(struct ev *));
    int64_t last = 0;

    for (size_t i = 0; i < b->n; i++) {
        /* An event without a time stays behind the one before it. */
        if (b->evs[i].time_ms > 0)
            last = b->evs[i].time_ms;
        p[i] = (struct placed){&b->evs[i], last, i};
    }
    qsort(p, b->n, sizeof(*p), by_time);
    for (size_t i = 0; i < b->n; i++)
        out[i] = p[i].e;
    return out;
}

/* --- what the assistant said --------------------------------------------------- */

/* Keeps a quote; when there is no room, in place of the weakest. */
static void keep_quote(struct work *w, const struct quote *q)
{
    size_t weakest = 0;

    for (size_t i = 0; i < w->nquotes; i++) {
        struct quote *old = &w->quotes[i];

        if (old->said.kind == q->said.kind &&
            sketch_alike(&old->words, &q->words)) {
            /* Said again: later is nearer to the truth. */
            if (q->said.score >= old->said.score)
                *old = *q;
            else
                old->at = q->at;
            return;
        }
        if (old->said.score < w->quotes[weakest].said.score)
            weakest = i;
    }
    if (w->nquotes < WORK_QUOTES)
        w->quotes[w->nquotes++] = *q;
    else if (w->quotes[weakest].said.score < q->said.score)
        w->quotes[weakest] = *q;
}

/* "I've added x" as what was done: "Added x". Only before a verb in the past:
 * "I recommend x" keeps its speaker. */
static struct str without_self(struct arena *a, struct str s)
{
    static const char *const starts[] = {"I've ", "I have ", "I just ", "I ",
                                         "Also "};
    struct str t = s, verb;

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (str_starts(t, str_of(starts[i])))
            t = str_cut(t, strlen(starts[i]), t.n);
    verb = str_cut(t, 0, (size_t)(str_chr(t, ' ') < 0 ? 0 : str_chr(t, ' ')));
    if (t.n == s.n || !(str_ends(verb, STR("ed")) || str_eqz(verb, "made") ||
                        str_eqz(verb, "chose") || str_eqz(verb, "kept")))
        return s;
    return text_as_title(a, t);
}

static void read_text(struct work *w, struct str text, size_t at, int bonus)
{
    struct sentences it = {.rest = str_cut(text, 0, TEXT_MAX)};
    struct quote q = {.at = at};
    struct str s;

    for (int i = 0; i < 200 && sentences_next(&it, &s); i++) {
        if (said_takes_label(&s))
            q.said = (struct said){SAID_REMAINS, SAID_GOOD};
        else
            q.said = said_judge(s, it.heading);
        if (it.is_open && q.said.kind != SAID_OFFER)
            q.said = (struct said){SAID_REMAINS, SAID_FAIR};
        if (q.said.kind == SAID_TALK)
            continue;
        q.said.score += bonus;
        if (q.said.score < 1)
            continue;
        sketch_of(s, &q.words);
        q.text = text_line(w->a, s, 300);
        if (q.said.kind == SAID_RESULT || q.said.kind == SAID_DECISION)
            q.text = without_self(w->a, q.text);
        keep_quote(w, &q);
    }
}

static void take_text(struct work *w, const struct ev *e, size_t at)
{
    struct turn *t = w->nturns ? &w->turns[w->nturns - 1] : NULL;
    int bonus = e->kind == EV_SUBAGENT_STOP ? -2 : 0;

    if (e->text.n == 0)
        return;
    if (e->kind == EV_SUBAGENT_STOP) {
        read_text(w, e->text, at, bonus);
        return;
    }
    /* The end of a turn repeats the text the transcript brought. */
    if (t && str_eq(str_trim(t->text), str_trim(e->text)))
        return;
    read_text(w, e->text, at, bonus);
    if (t) {
        t->text = e->text;
        t->final = at;
    }
}

/* --- what the person said ------------------------------------------------------- */

static void keep_want(struct work *w, struct str s, int score, size_t at)
{
    struct quote q = {.at = at, .said = {SAID_DECISION, score}};

    sketch_of(s, &q.words);
    for (size_t i = 0; i < w->nwants; i++)
        if (sketch_alike(&w->wants[i].words, &q.words))
            return;
    if (w->nwants == WORK_WANTS)
        return;
    q.text = text_line(w->a, s, 300);
    w->wants[w->nwants++] = q;
}

static void read_wishes(struct work *w, struct str words, size_t at)
{
    struct sentences it = {.rest = str_cut(words, 0, WISH_MAX)};
    struct str s;
    int score;

    /* A subagent's prompt is the assistant's, not the person's. */
    if (w->b->agent_type.n)
        return;
    while (sentences_next(&it, &s)) {
        score = said_lasting(s);
        /* A prompt of one sentence is an order: only a plain rule counts. */
        if (s.n + 20 > words.n)
            score -= 2;
        if (score >= SAID_FAIR)
            keep_want(w, s, score, at);
    }
}

static void open_turn(struct work *w, const struct ask *ask, size_t at)
{
    struct turn *t;

    if (w->nturns) {
        t = &w->turns[w->nturns - 1];
        t->end = at;
        if (t->final > t->end)
            t->final = t->end;
    }
    if (w->nturns == w->max_turns)
        return; /* the rest counts as one long turn */
    t = &w->turns[w->nturns++];
    *t = (struct turn){.ask = *ask, .at = at, .end = w->to, .final = w->to};
}

static void take_prompt(struct work *w, const struct ev *e, size_t at)
{
    struct ask ask;
    struct str said;

    ask_read(w->a, e->text, &ask);
    if (ask.interrupted && w->nturns)
        w->turns[w->nturns - 1].ask.interrupted = true;
    if (ask.words.n == 0)
        return;
    ask.interrupted = false;
    if (ask.choice && w->nturns) {
        said = ask_option(w->a, w->turns[w->nturns - 1].text, ask.choice);
        if (said.n) {
            ask.line =
                arena_fmt(w->a, "%.*s: %.*s", STR_ARG(ask.line), STR_ARG(said));
            ask.title = text_as_title(w->a, said);
            ask.is_filler = false;
        }
    }
    open_turn(w, &ask, at);
    if (!ask.is_plan && ask.words.p[0] != '/')
        read_wishes(w, ask.words, at);
}

/* What the person answered when refusing a tool call. */
static void take_refusal(struct work *w, struct str said, size_t at)
{
    int score = said_lasting(said);

    if (said.n == 0 || said.n > 600 ||
        str_starts(said, STR("The user wants to clarify")))
        return;
    if (score >= SAID_FAIR)
        keep_want(w, said, score, at);
}

/* --- the whole --------------------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* As large as the events can fill, at most. */
static void allocate(struct work *w)
{
    size_t n = w->to - w->from + 1;

    w->max_files = least(WORK_FILES, n * 4);
    w->max_runs = least(WORK_RUNS, n * SHELL_PARTS_MAX);
    w->max_turns = least(WORK_TURNS, n);
    w->turns = arena_array(w->a, w->max_turns, sizeof(*w->turns));
    w->files = arena_array(w->a, w->max_files, sizeof(*w->files));
    w->runs = arena_array(w->a, w->max_runs, sizeof(*w->runs));
    w->fixes = arena_array(w->a, w->max_runs, sizeof(*w->fixes));
    w->quotes = arena_array(w->a, WORK_QUOTES, sizeof(*w->quotes));
    w->wants = arena_array(w->a, WORK_WANTS, sizeof(*w->wants));
    w->todos = arena_array(w->a, WORK_TODOS, sizeof(*w->todos));
    w->chosen = arena_array(w->a, WORK_CHOICES, sizeof(*w->chosen));
    w->searches = arena_array(w->a, WORK_NOTES, sizeof(*w->searches));
    w->outside = arena_array(w->a, WORK_NOTES, sizeof(*w->outside));
}

/* A tool of the turn in hand: counts it, and hears a refusal. */
static void take_tool(struct work *w, const struct ev *e, size_t at)
{
    struct outcome o;

    if (e->kind == EV_TOOL_FAILED) {
        shell_outcome(w->a, e, NULL, &o);
        if (o.refused) {
            if (o.missed)
                work_missed(w, e, at);
            /* A plan that was sent back is still the plan in hand. */
            if (str_eqz(e->tool, "ExitPlanMode"))
                work_tool(w, e, at);
            take_refusal(w, o.said, at);
            return;
        }
    }
    work_tool(w, e, at);
}

/* Judged once the turns are known: where the quote stands, and whether a turn
 * that claims results did anything at all. */
static void mark_last(struct work *w)
{
    for (size_t i = 0; i < w->nquotes; i++) {
        const struct turn *t = work_turn(w, w->quotes[i].at);

        if (t && w->quotes[i].said.kind == SAID_RESULT && !t->edits && !t->runs)
            w->quotes[i].said.kind = SAID_TALK;
        if (!t || w->quotes[i].at != t->final)
            continue;
        w->quotes[i].last = true;
        /* At the end the assistant knows what it only guessed before. */
        w->quotes[i].said.score += 2;
    }
}

void work_gather(const struct batch *b, const struct ev **order, size_t from,
                 size_t to, struct work *w)
{
    *w = (struct work){
        .a = b->a, .b = b, .order = order, .from = from, .to = to};
    allocate(w);
    for (size_t at = from; at < to; at++) {
        const struct ev *e = order[at];

        switch (e->kind) {
        case EV_PROMPT:
            take_prompt(w, e, at);
            break;
        case EV_TOOL:
        case EV_TOOL_FAILED:
            take_tool(w, e, at);
            break;
        case EV_ASSISTANT:
        case EV_STOP:
        case EV_SUBAGENT_STOP:
            take_text(w, e, at);
            break;
        case EV_POST_COMPACT:
            w->compact = e->text;
            break;
        default:
            break;
        }
    }
    mark_last(w);
    work_fixes(w);
}

const struct turn *work_turn(const struct work *w, size_t at)
{
    for (size_t i = w->nturns; i-- > 0;)
        if (w->turns[i].at <= at)
            return &w->turns[i];
    return NULL;
}

bool work_changed(const struct work *w)
{
    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].edits && w->files[i].ours)
            return true;
    return false;
}

struct quote *work_quote(struct work *w, enum said_kind kind, int score,
                         size_t from, size_t to)
{
    struct quote *best = NULL;

    for (size_t i = 0; i < w->nquotes; i++) {
        struct quote *q = &w->quotes[i];

        if (q->used || q->at < from || q->at >= to || q->said.kind != kind ||
            q->said.score < score)
            continue;
        if (!best || q->said.score > best->said.score)
            best = q;
    }
    return best;
}
