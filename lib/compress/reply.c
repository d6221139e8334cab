/* reply.c - see reply.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "compress/prompt_event.h"
#include "compress/reply.h"
#include "compress/reply_files.h"
#include "compress/reply_json.h"
#include "compress/reply_mend.h"
#include "compress/reply_names.h"
#include "compress/reply_text.h"
#include "compress/wishes.h"

/* Characters. */
enum {
    TITLE_CHARS = 120,
    SUBTITLE_CHARS = 200,
    TEXT_CHARS = 4000,
    FACT_CHARS = 500,
    DETAIL_CHARS = 300,
    FIELD_CHARS = 800,
};
/* Twice what the prompt asks for: more is a model that lists everything. */
#define OBSERVATIONS_MAX 12
#define FACTS_MAX        24
#define DETAILS_MAX      10
#define CONCEPTS_MAX     7
#define CATEGORIES_MAX   8
#define EVENTS_MAX       60
/* Columns, as in writing that needs fewer characters these are wider. */
#define FACT_COLUMNS_MIN 20
#define IMPORTANCE       3

struct reader {
    const struct batch *b;
    const struct prompt_options *o;
    struct drafts *out;
    size_t observations, facts;
};

/* --- words that mean another ------------------------------------------------- */

struct synonym {
    const char *word, *means;
};

static const struct synonym types[] = {
    {"bug", "bugfix"},
    {"bug fix", "bugfix"},
    {"fix", "bugfix"},
    {"hotfix", "bugfix"},
    {"feat", "feature"},
    {"enhancement", "feature"},
    {"improvement", "feature"},
    {"refactoring", "refactor"},
    {"cleanup", "refactor"},
    {"docs", "change"},
    {"documentation", "change"},
    {"config", "change"},
    {"configuration", "change"},
    {"chore", "change"},
    {"test", "change"},
    {"dependency", "change"},
    {"update", "change"},
    {"finding", "discovery"},
    {"learning", "discovery"},
    {"insight", "discovery"},
    {"investigation", "discovery"},
    {"gotcha", "discovery"},
    {"choice", "decision"},
    {"design", "decision"},
    {"plan", "decision"},
    {"issue", "problem"},
    {"error", "problem"},
    {"failure", "problem"},
    {"blocker", "problem"},
};

static const struct synonym relations[] = {
    {"repeats", "repeats"},
    {"repeat", "repeats"},
    {"duplicates", "repeats"},
    {"duplicate", "repeats"},
    {"same", "repeats"},
    {"refines", "refines"},
    {"refine", "refines"},
    {"extends", "refines"},
    {"updates", "refines"},
    {"adds", "refines"},
    {"contradicts", "contradicts"},
    {"contradict", "contradicts"},
    {"supersedes", "contradicts"},
    {"replaces", "contradicts"},
    {"ends", "ends"},
    {"end", "ends"},
    {"resolves", "ends"},
    {"closes", "ends"},
    {"settles", "ends"},
    {"fixes", "ends"},
};

static const char *meaning(const struct synonym *list, size_t n, struct str s)
{
    for (size_t i = 0; i < n; i++)
        if (reply_same_words(s, str_of(list[i].word)))
            return list[i].means;
    return NULL;
}

static struct str lower(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);

    for (size_t i = 0; i < s.n; i++) {
        p[i] = to_lower(s.p[i]);
        if (p[i] == '_' || p[i] == ' ')
            p[i] = '-';
    }
    return (struct str){p, s.n};
}

/* Without a known type it is told by whether something was changed. */
static struct str type_of(struct arena *a, const struct json *j,
                          const struct draft *d)
{
    struct str type = lower(a, str_trim(utf8_cut(json_str(j), 40)));
    const char *other = meaning(types, ARRAY_LEN(types), type);

    if (observation_type_is_known(type))
        return type;
    if (other)
        return str_of(other);
    for (size_t i = 0; i < d->nfiles; i++)
        if (d->files[i].modified)
            return STR("change");
    return STR("discovery");
}

/* --- lists of texts ----------------------------------------------------------- */

static bool has_text(const struct str *list, size_t n, struct str s)
{
    for (size_t i = 0; i < n; i++)
        if (reply_same_words(list[i], s))
            return true;
    return false;
}

static void add_detail(struct arena *a, struct draft *d, struct str s)
{
    s = reply_clean(a, s, DETAIL_CHARS);
    if (d->nfacts == DETAILS_MAX || reply_says_none(s) || reply_is_filler(s) ||
        has_text(d->facts, d->nfacts, s))
        return;
    d->facts[d->nfacts++] = s;
}

/* The first of the names that is there. */
static const struct json *either(const struct json *obj, const char *name,
                                 const char *other)
{
    const struct json *j = reply_member(obj, name);

    return j ? j : reply_member(obj, other);
}

/* A text instead of a list may have a line for each. */
static void read_details(struct arena *a, const struct json *j, struct draft *d)
{
    struct str rest = json_str(j), line;
    int n = 0;

    d->facts = arena_array(a, DETAILS_MAX, sizeof(*d->facts));
    for (const struct json *c = json_is_array(j) ? json_first(j) : NULL;
         c && n < 4 * DETAILS_MAX; c = json_next(c), n++) {
        struct str s = json_str(c);

        add_detail(a, d, s.n ? s : json_str(reply_member(c, "text")));
    }
    while (n++ < 4 * DETAILS_MAX && str_line(&rest, &line)) {
        line = str_trim(line);
        if (str_starts(line, STR("- ")) || str_starts(line, STR("* ")))
            line = str_cut(line, 2, line.n);
        add_detail(a, d, line);
    }
}

static void add_concept(struct arena *a, struct draft *d, struct str s)
{
    s = lower(a, str_trim(utf8_cut(s, 40)));
    if (d->nconcepts < CONCEPTS_MAX && observation_concept_is_known(s) &&
        !has_text(d->concepts, d->nconcepts, s))
        d->concepts[d->nconcepts++] = s;
}

static void read_concepts(struct arena *a, const struct json *j,
                          struct draft *d)
{
    struct str rest = json_str(j), part;
    int n = 0;

    d->concepts = arena_array(a, CONCEPTS_MAX, sizeof(*d->concepts));
    for (const struct json *c = json_is_array(j) ? json_first(j) : NULL;
         c && n < 32; c = json_next(c), n++)
        add_concept(a, d, json_str(c));
    while (n++ < 32 && str_split(&rest, ',', &part))
        add_concept(a, d, part);
}

/* Only those that were asked for, as they were spelt. */
static void add_category(const struct wishes *w, struct draft *d, struct str s)
{
    s = wishes_category(w, s);
    if (s.n && d->ncategories < CATEGORIES_MAX &&
        !has_text(d->categories, d->ncategories, s))
        d->categories[d->ncategories++] = s;
}

static void read_categories(struct arena *a, const struct wishes *w,
                            const struct json *j, struct draft *d)
{
    struct str rest = json_str(j), part;
    int n = 0;

    if (!w || w->ncategories == 0)
        return;
    d->categories = arena_array(a, CATEGORIES_MAX, sizeof(*d->categories));
    for (const struct json *c = json_is_array(j) ? json_first(j) : NULL;
         c && n < 32; c = json_next(c), n++)
        add_category(w, d, json_str(c));
    while (n++ < 32 && str_split(&rest, ',', &part))
        add_category(w, d, part);
}

/* --- numbers -------------------------------------------------------------------- */

/* The first whole number in a text ("#12", "[3 14:02]"), or -1. */
static int64_t number_in(struct str s)
{
    int64_t v = 0;
    size_t i = 0, from;

    while (i < s.n && !is_digit(s.p[i]))
        i++;
    from = i;
    while (i < s.n && is_digit(s.p[i]) && i - from < 15)
        v = v * 10 + (s.p[i++] - '0');
    return i > from ? v : -1;
}

static int64_t number(const struct json *j)
{
    if (json_is_num(j))
        return json_int(j);
    return number_in(json_str(j));
}

static int importance_of(const struct json *j)
{
    static const struct {
        const char *word;
        int value;
    } words[] = {{"low", 2},  {"minor", 1},    {"medium", 3},   {"useful", 3},
                 {"high", 4}, {"critical", 5}, {"important", 4}};
    int64_t v = number(j);

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (reply_same_words(json_str(j), str_of(words[i].word)))
            return words[i].value;
    if (!j || (v < 0 && !json_is_num(j)))
        return IMPORTANCE;
    return v < 1 ? 1 : v > 5 ? 5 : (int)v;
}

/* --- evidence --------------------------------------------------------------------- */

/* Are these the user's words, alone or beside a tool's? The client puts what
 * the user says on turning a call down into the call's error. */
static bool has_users_words(const struct ev *e)
{
    switch (e->kind) {
    case EV_PROMPT:
    case EV_PRE_COMPACT:
        return true;
    case EV_TOOL:
        return str_eqz(e->tool, "AskUserQuestion") ||
               str_eqz(e->tool, "ExitPlanMode");
    case EV_TOOL_FAILED:
        return str_find(e->text, STR("user said")) >= 0 ||
               str_find(e->text, STR("user doesn't want")) >= 0;
    default:
        return false;
    }
}

/*
 * Who says it. Only the events can tell that it was the user: a page or a
 * file can claim to speak for them, and their word weighs more.
 */
static struct str origin_of(const struct batch *b, const struct draft *d,
                            struct str by)
{
    bool user = false, tool = d->nevents > 0;

    for (size_t i = 0; i < b->n; i++) {
        bool cited = d->nevents == 0;

        for (size_t k = 0; k < d->nevents; k++)
            cited = cited || d->events[k] == b->evs[i].id;
        if (!cited)
            continue;
        user = user || has_users_words(&b->evs[i]);
        tool = tool &&
               (b->evs[i].kind == EV_TOOL || b->evs[i].kind == EV_TOOL_FAILED);
    }
    if (str_ieq(by, STR("user")) && user)
        return STR("user");
    return tool && !user ? STR("tool") : STR("assistant");
}

/* `n` as the prompt shows it: from 1, and only of events that were shown. */
static void add_event(const struct batch *b, struct draft *d, int64_t n)
{
    const struct ev *e;

    if (n < 1 || n > (int64_t)b->n || d->nevents == EVENTS_MAX)
        return;
    e = &b->evs[n - 1];
    if (!prompt_event_matters(e))
        return;
    for (size_t i = 0; i < d->nevents; i++)
        if (d->events[i] == e->id)
            return;
    if (e->time_ms > d->event_ms || d->nevents == 0)
        d->event_ms = e->time_ms;
    d->events[d->nevents++] = e->id;
}

static void read_event(const struct batch *b, struct draft *d,
                       const struct json *j)
{
    struct str s = json_str(j);
    ptrdiff_t dash = str_chr(s, '-');
    int64_t from = number(j), to = from;

    if (dash > 0)
        to = number_in(str_cut(s, (size_t)dash, s.n));
    for (int64_t n = from; n <= to && n - from < EVENTS_MAX; n++)
        add_event(b, d, n);
}

static void read_events(const struct batch *b, const struct json *j,
                        struct draft *d)
{
    int n = 0;

    d->events = arena_array(b->a, EVENTS_MAX, sizeof(*d->events));
    if (!json_is_array(j) && j)
        read_event(b, d, j);
    for (const struct json *c = json_is_array(j) ? json_first(j) : NULL;
         c && n < 4 * EVENTS_MAX; c = json_next(c), n++)
        read_event(b, d, c);
    if (d->nevents == 0 && b->n > 0)
        d->event_ms = b->evs[b->n - 1].time_ms;
}

/* --- relations ---------------------------------------------------------------------- */

static enum draft_relation kind_of(struct str word)
{
    static const struct {
        const char *name;
        enum draft_relation kind;
    } kinds[] = {{"repeats", REL_REPEATS},
                 {"refines", REL_REFINES},
                 {"contradicts", REL_CONTRADICTS},
                 {"ends", REL_ENDS}};
    const char *means = meaning(relations, ARRAY_LEN(relations), word);

    for (size_t i = 0; i < ARRAY_LEN(kinds) && means; i++)
        if (strcmp(kinds[i].name, means) == 0)
            return kinds[i].kind;
    return REL_NONE;
}

/* {"to": 12, "kind": "ends"}, a list of one, or "ends 12". Numbers of
 * memories that were not shown are made up. */
static void read_relation(const struct prompt_options *o, const struct json *j,
                          struct draft *d)
{
    struct str word;
    int64_t to;

    if (json_is_array(j))
        j = json_first(j);
    word = str_trim(json_str(j));
    if (word.n) {
        to = number_in(word);
        for (size_t i = 0; i < word.n; i++)
            if (!is_alpha(word.p[i]))
                word.n = i;
    } else {
        to = number(reply_member(j, "to"));
        word = json_str(reply_member(j, "kind"));
    }
    d->relation = REL_NONE;
    d->related = 0;
    for (size_t i = 0; i < o->nrelated; i++)
        if (o->related[i].id == to && to > 0)
            d->relation = kind_of(word);
    if (d->relation != REL_NONE)
        d->related = to;
}

/* --- items ----------------------------------------------------------------------------- */

static bool is_known(const struct reader *r, const struct draft *d)
{
    for (size_t i = 0; i < r->out->n; i++) {
        const struct draft *x = &r->out->items[i];

        if (x->kind == d->kind &&
            reply_same_words(x->kind == DRAFT_FACT ? x->text : x->title,
                             d->kind == DRAFT_FACT ? d->text : d->title))
            return true;
    }
    return false;
}

static void put(struct reader *r, const struct draft *d)
{
    if (!is_known(r, d))
        r->out->items[r->out->n++] = *d;
}

static void read_common(struct reader *r, const struct json *j, struct draft *d)
{
    read_events(r->b, reply_member(j, "events"), d);
    read_relation(r->o, reply_member(j, "relation"), d);
    d->importance = importance_of(reply_member(j, "importance"));
    read_categories(r->b->a, r->o->wishes, either(j, "categories", "category"),
                    d);
    d->origin = origin_of(r->b, d, json_str(reply_member(j, "by")));
    reply_names(r->b, reply_member(j, "entities"), reply_member(j, "relations"),
                d);
}

static void read_fact(struct reader *r, const struct json *j)
{
    struct draft d = {.kind = DRAFT_FACT};
    const struct json *text = json_is_str(j) ? j : reply_member(j, "text");

    if (r->facts == FACTS_MAX)
        return;
    d.text = reply_opening_cut(reply_line(r->b->a, text, FACT_CHARS));
    if (utf8_columns(d.text) < FACT_COLUMNS_MIN || reply_is_filler(d.text))
        return;
    read_common(r, j, &d);
    put(r, &d);
    r->facts++;
}

static struct str first_sentence(struct str s)
{
    ptrdiff_t at = str_find(s, STR(". "));
    ptrdiff_t nl = str_chr(s, '\n');

    if (nl >= 0 && (at < 0 || nl < at))
        at = nl;
    return at < 0 ? s : str_cut(s, 0, (size_t)at);
}

static void read_observation(struct reader *r, const struct json *j)
{
    struct arena *a = r->b->a;
    struct draft d = {.kind = DRAFT_OBSERVATION};

    if (r->observations == OBSERVATIONS_MAX)
        return;
    d.title =
        reply_opening_cut(reply_line(a, reply_member(j, "title"), TITLE_CHARS));
    d.subtitle = reply_line(a, reply_member(j, "subtitle"), SUBTITLE_CHARS);
    d.text = reply_opening_cut(
        reply_prose(a, either(j, "narrative", "text"), TEXT_CHARS));
    read_details(a, reply_member(j, "facts"), &d);
    if (reply_says_none(d.title))
        d.title = reply_clean(a, first_sentence(d.text), TITLE_CHARS);
    if (reply_says_none(d.subtitle) || reply_same_words(d.title, d.subtitle))
        d.subtitle = STR_NONE;
    if (reply_says_none(d.title) || reply_is_filler(d.title))
        return;
    /* The reply's end cut it off before it said anything. */
    if (json_get_bool(j, MEND_CUT) && d.text.n == 0)
        return;
    read_concepts(a, reply_member(j, "concepts"), &d);
    reply_files(r->b, reply_member(j, "files_modified"),
                reply_member(j, "files_read"), &d);
    d.type = type_of(a, reply_member(j, "type"), &d);
    read_common(r, j, &d);
    put(r, &d);
    r->observations++;
}

/* Models put items into the wrong list: what an item has tells what it is. */
static void read_item(struct reader *r, const struct json *j)
{
    if (json_is_str(j) || (json_is_object(j) && reply_member(j, "text") &&
                           !reply_member(j, "title")))
        read_fact(r, j);
    else if (json_is_object(j))
        read_observation(r, j);
}

static void read_items(struct reader *r, const struct json *j)
{
    size_t n = 0;

    if (!json_is_array(j)) {
        read_item(r, j);
        return;
    }
    for (const struct json *c = json_first(j); c && n < 200;
         c = json_next(c), n++)
        read_item(r, c);
}

/* --- summary ---------------------------------------------------------------------------- */

static void read_summary(const struct batch *b, const struct json *j,
                         struct summary_draft *s)
{
    const struct {
        const char *name;
        struct str *field;
    } fields[] = {
        {"request", &s->request},       {"investigated", &s->investigated},
        {"learned", &s->learned},       {"completed", &s->completed},
        {"next_steps", &s->next_steps}, {"notes", &s->notes},
    };

    *s = (struct summary_draft){0};
    /* Within a turn none is asked for: it would be half of one. */
    if (!b->ends_turn && !b->ends_session)
        return;
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const struct json *v = reply_member(j, fields[i].name);
        struct str text = reply_line(b->a, v, FIELD_CHARS);

        if (reply_says_none(text))
            continue;
        *fields[i].field = reply_opening_cut(text);
        s->set = true;
    }
    if (json_is_str(j) && !reply_says_none(json_str(j))) {
        s->notes = reply_line(b->a, j, FIELD_CHARS);
        s->set = s->notes.n > 0;
    }
}

int reply_parse(struct str text, const struct batch *b,
                const struct prompt_options *o, struct drafts *out,
                struct err *e)
{
    struct drafts found = {0};
    struct reader r = {.b = b, .o = o, .out = &found};
    struct reply_json j;
    int rc = reply_json_find(text, &j, e);
    bool cut;

    if (rc < 0)
        return rc;
    found.items =
        arena_array(b->a, OBSERVATIONS_MAX + FACTS_MAX, sizeof(*found.items));
    read_items(&r, j.observations);
    read_items(&r, j.facts);
    for (size_t i = 0; i < j.nloose; i++)
        read_items(&r, j.loose[i]);
    read_summary(b, j.summary, &found.summary);
    cut = j.cut;
    reply_json_free(&j);
    /* Empty because it ended too early is not empty. */
    if (cut && found.n == 0 && !found.summary.set)
        return err_set(e, CM_EFORMAT,
                       "it was cut off before its first item was complete");
    *out = found;
    return 0;
}
