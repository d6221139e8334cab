/* facts_read.c - how a statement is read: see facts.h. */
#include "base/common.h"

#include "base/buf.h"
#include "compress/facts_words.h"

/* Words that carry no meaning of their own: a statement is the same without
 * them. */
static const char empty[] =
    " a an the this that these those is are be been being am it its of in on "
    "at "
    "to for with and by as we our us i you your my they their user say said "
    "tell told please just really very so then also do doe did ha have has "
    "there here currently now today already alway must shall should = "
    "note fyi btw ok okay actually remember keep mind will ";
static const char articles[] =
    " a an the this that these those our your my their its please just really "
    "very also currently already alway simply actually only-just ";
static const char negations[] = " not no never none neither nor avoid ";
/* It may be so, or it was so, or somebody thinks of it. */
static const char doubts[] =
    " if unless would could might may maybe perhap probably possibly consider "
    "considering wonder whether propose proposed suggest suggested plan "
    "planned "
    "planning think thinking thought try trying tried want wanted hope wish "
    "should will going until when while assume suppose imagine seem seemed "
    "appear appeared like? let let's lets shall ";
static const char past[] =
    " was were had did previously formerly originally earlier initially "
    "historically ago yesterday once former ";
static const char announcing[] =
    " now switched switch moved migrated changed replaced renamed dropped "
    "stopped deprecated retired removed instead upgraded downgraded longer "
    "any-more henceforth ";
/* A clause behind the statement. */
static const char clauses[] =
    " because since so which who whose although though but as otherwise where "
    "thus hence therefore and-so = ";
static const char qualifying[] =
    " in on for under at during within per inside by with via from across to ";
/* Not a value but a judgement. */
static const char adjectives[] =
    " slow fast broken wrong right good bad better missing required optional "
    "important available empty correct invalid valid unknown unclear ready "
    "done "
    "clean dirty closed full free busy small large big huge long short too "
    "hard easy "
    "simple "
    "complex unique deprecated obsolete safe unsafe public private same "
    "different correct stable unstable flaky green fine ok okay still not "
    "hardcoded hard-coded configurable read-only case-sensitive up down used ";
static const char days[] =
    " monday tuesday wednesday thursday friday saturday sunday ";
/* Numbers behind these name a thing and count nothing. */
static const char labels[] =
    " phase step issue pr ticket task chapter part section bug item stage "
    "milestone sprint week version line page level test case figure table # "
    "round day error code http status commit job build release story number "
    "no rfc section es c++ python node java go php ruby port ";

struct reader {
    struct arena *a;
    struct said_words all;
    const struct said_word *w[FACT_WORDS]; /* without articles */
    size_t n;
    struct fact *f;
};

static bool at_is(const struct reader *r, size_t i, const char *z)
{
    return i < r->n && said_is(r->w[i], z);
}

static bool at_in(const struct reader *r, size_t i, const char *list)
{
    return i < r->n && said_in(r->w[i], list);
}

static size_t find_in(const struct reader *r, size_t from, size_t to,
                      const char *list)
{
    while (from < to && !said_in(r->w[from], list))
        from++;
    return from;
}

/* --- keys ------------------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    size_t n = a->n < b->n ? a->n : b->n;
    int order = memcmp(a->p, b->p, n);

    return order ? order : a->n < b->n ? -1 : a->n > b->n;
}

#define KEY_WORDS 16

struct key {
    struct str w[KEY_WORDS];
    size_t n;
};

static void key_word(struct key *k, struct str s)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->w[i], s))
            return;
    if (k->n < KEY_WORDS)
        k->w[k->n++] = s;
}

static void key_range(const struct reader *r, struct key *k, size_t from,
                      size_t to)
{
    for (size_t i = from; i < to && i < r->n; i++)
        if (!said_in(r->w[i], empty) && !said_in(r->w[i], qualifying) &&
            !said_in(r->w[i], " name called "))
            key_word(k, r->w[i]->norm);
}

/* Words in alphabetical order: "port of the API" is "API port". */
static struct str key_text(const struct reader *r, struct key *k,
                           const char *before)
{
    struct buf b;
    struct str s;

    qsort(k->w, k->n, sizeof(k->w[0]), by_text);
    buf_init(&b, 4096);
    buf_addz(&b, before);
    for (size_t i = 0; i < k->n; i++)
        buf_addf(&b, "%s%.*s", b.len ? " " : "", STR_ARG(k->w[i]));
    s = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return s;
}

static void add_key(struct fact *f, struct str s)
{
    if (s.n && f->nkeys < FACT_KEYS)
        f->key[f->nkeys++] = s;
}

static void set_about(struct fact *f, struct str s)
{
    f->about = s;
    f->nkeys = 0;
    add_key(f, s);
}

/* A list has no order in its key: order is compared word by word. */
static struct str hash_key(const struct reader *r, const char *kind,
                           const struct str *w, size_t n, size_t without)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        if (i != without)
            sum += str_hash(w[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return arena_fmt(r->a, "%s%016llx", kind, (unsigned long long)sum);
}

/* --- values ----------------------------------------------------------------- */

struct span {
    size_t from, to;
};

/* Where the clause that begins at `from` ends. */
static size_t clause_end(const struct reader *r, size_t from)
{
    for (size_t i = from; i < r->n; i++) {
        if (i > from && (said_in(r->w[i], clauses) || r->w[i]->opens))
            return i;
        if (r->w[i]->stop && strchr(",;:.!", r->w[i]->stop))
            return i + 1;
    }
    return r->n;
}

static struct str join_words(const struct reader *r, size_t from, size_t to)
{
    struct buf b;
    struct str s;

    buf_init(&b, 2048);
    for (size_t i = from; i < to; i++)
        buf_addf(&b, "%s%.*s", b.len ? " " : "", STR_ARG(r->w[i]->norm));
    s = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* Words that say something, of a clause behind the value. */
static void set_more(struct reader *r, size_t from)
{
    struct fact *f = r->f;

    f->more = arena_array(r->a, r->n + 1, sizeof(*f->more));
    f->nmore = 0;
    for (size_t i = from; i < r->n; i++)
        if (!said_in(r->w[i], empty) && !said_in(r->w[i], announcing))
            f->more[f->nmore++] = r->w[i]->norm;
}

/*
 * Reads "VALUE [in QUALIFIER]" at `from`: the value's words become f->value,
 * the qualifier's join the key. False when there is no short value.
 */
static bool take_value(struct reader *r, size_t from, struct key *k)
{
    size_t end = clause_end(r, from), to = from;
    struct fact *f = r->f;

    while (from < end && said_in(r->w[from], " about around roughly ~ exactly "
                                             "set now still "))
        from++;
    to = from;
    while (to < end && (to == from || !said_in(r->w[to], qualifying)))
        to++;
    if (to == from || to - from > 4)
        return false;
    for (size_t i = from; i < to; i++) {
        if (said_in(r->w[i], " and or & plus both ") ||
            (i + 1 < to && r->w[i]->stop == ','))
            f->is_list = true;
        if (said_in(r->w[i], doubts) || said_in(r->w[i], past))
            return false;
    }
    if (to == end && end < r->n && r->w[to - 1]->stop == ',' &&
        at_in(r, end, " and or "))
        f->is_list = true;
    f->value = join_words(r, from, to);
    key_range(r, k, to, end);
    set_more(r, end);
    return true;
}

/* --- "NP is VALUE" ----------------------------------------------------------- */

static bool is_atom(const struct said_word *w)
{
    struct str s = w->norm;

    if (w->number || w->name || w->path)
        return true;
    return !said_in(w, adjectives) && !said_in(w, negations) &&
           !said_in(w, qualifying) && !str_ends(s, STR("ed")) &&
           !str_ends(s, STR("ing")) && !str_ends(s, STR("able")) &&
           !str_ends(s, STR("ful"));
}

static bool value_fits(const struct reader *r, enum attribute kind, size_t from)
{
    while (from < r->n &&
           said_in(r->w[from], " about around set now still exactly "))
        from++;
    if (from >= r->n)
        return false;
    if (kind == ATTRIBUTE_NUMBER)
        return r->w[from]->number || str_chr(r->w[from]->text, '.') > 0;
    if (kind == ATTRIBUTE_ATOM)
        return is_atom(r->w[from]);
    return kind == ATTRIBUTE_ANY;
}

static bool is_plural(const struct said_word *w)
{
    return w->text.n > w->norm.n && str_ends(w->text, STR("s"));
}

/* The attribute of a noun phrase: its last word, or the one before "of". */
static enum attribute phrase_attribute(const struct reader *r, size_t from,
                                       size_t to)
{
    size_t end = find_in(r, from, to, " of for in on ");

    if (said_is(r->w[from], "default"))
        return ATTRIBUTE_ATOM;
    while (end > from + 1 && said_in(r->w[end - 1], " name number "))
        end--;
    if (end == from || is_plural(r->w[end - 1]))
        return ATTRIBUTE_NONE; /* of several there is a list */
    return attribute_of(r->w[end - 1]->norm);
}

/* A phrase in front ("in production, ...") belongs to the key. */
static size_t skip_front(const struct reader *r, struct key *k)
{
    size_t i = 0;

    if (r->n && said_in(r->w[0], " in on for under at with by ") &&
        !r->w[0]->stop) {
        for (i = 0; i < r->n && i < 5 && r->w[i]->stop != ','; i++)
            ;
        /* "In production the port ...": an article stood there. */
        if ((i == r->n || r->w[i]->stop != ',') && r->n > 2 &&
            r->w[2] - r->w[1] > 1)
            i = 1;
        else if (i == r->n || r->w[i]->stop != ',')
            return 0;
        key_range(r, k, 0, i + 1);
        return i + 1;
    }
    while (i < r->n && (said_in(r->w[i], " now note fyi btw ok remember update "
                                         "correction from-now-on so and ") ||
                        (said_is(r->w[i], "of") && i)))
        i++;
    return i;
}

/* Did "the" stand before that word? */
static bool has_article(const struct reader *r, size_t i)
{
    const struct said_word *w = r->w[i];

    return w > r->all.w && said_in(w - 1, " the our ");
}

/* "This skill", "the current branch": what is meant changes with the place. */
static bool points(const struct reader *r, size_t from, size_t to)
{
    const struct said_word *w = r->w[from], *end = r->w[to - 1];

    if (w > r->all.w)
        w--;
    for (; w <= end; w++)
        if (said_in(w, " this that these those current following next last "
                       "same other another each every "))
            return true;
    return false;
}

static bool read_value(struct reader *r)
{
    struct key k = {.n = 0};
    size_t from = skip_front(r, &k), verb, v, end = clause_end(r, from);
    enum attribute kind;

    verb = find_in(r, from, r->n, " is are = equal ");
    if (verb == r->n && end > from && end < r->n && r->w[end - 1]->stop == ':')
        verb = end - 1; /* "API port: 8080" has its colon for a verb */
    if (verb == r->n || verb - from > 8)
        return false;
    v = verb + 1;
    if (r->w[verb]->stop == ':' && !said_in(r->w[verb], " is are = "))
        verb++; /* the word with the colon is the attribute */
    if (verb == from)
        return false;
    kind = phrase_attribute(r, from, verb);
    if (kind == ATTRIBUTE_NONE || points(r, from, verb))
        return false;
    for (size_t i = from; i < verb; i++)
        if (r->w[i]->stop == ',' || said_in(r->w[i], " that which and or "))
            return false;
    while (at_in(r, v, negations)) {
        r->f->negative = !r->f->negative;
        v++;
    }
    if (at_is(r, v, "called") || at_is(r, v, "named"))
        v++;
    if (at_is(r, v, "set") && at_is(r, v + 1, "to"))
        v += 2;
    if (at_is(r, v, "now") && at_is(r, v + 1, "called"))
        v += 2;
    if (!value_fits(r, kind, v))
        return false;
    key_range(r, &k, from, verb);
    if (!take_value(r, v, &k) || k.n == 0 ||
        (k.n == 1 && !has_article(r, from)))
        return false; /* "Status: done" has no subject */
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "X listens on port 8080", "X runs on port 8080". */
static bool read_port(struct reader *r)
{
    struct key k = {.n = 0};
    size_t from = skip_front(r, &k), verb, at;

    verb = find_in(r, from, r->n,
                   " listen run serve bind is available reachable served ");
    at = find_in(r, verb, r->n, " port ");
    if (verb == from || verb - from > 5 || at + 1 >= r->n || at - verb > 5 ||
        !r->w[at + 1]->number || find_in(r, verb, at, negations) < at)
        return false;
    key_range(r, &k, from, verb);
    key_word(&k, STR("port"));
    if (!take_value(r, at + 1, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "X defaults to V". */
static bool read_default(struct reader *r)
{
    struct key k = {.n = 0};
    size_t from = skip_front(r, &k);
    size_t verb = find_in(r, from, r->n, " default ");

    if (verb == from || verb - from > 6 || !at_is(r, verb + 1, "to"))
        return false;
    key_range(r, &k, from, verb);
    key_word(&k, STR("default"));
    if (!take_value(r, verb + 2, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "X is enabled", "X is turned off". */
static bool read_switch(struct reader *r)
{
    struct key k = {.n = 0};
    size_t from = skip_front(r, &k);
    size_t verb = find_in(r, from, r->n, " is are "), v = verb + 1;
    bool off = false, on = false;

    if (verb == from || verb == r->n || verb - from > 6)
        return false;
    if (at_in(r, v, " turned switched "))
        v++;
    while (at_in(r, v, " now not again ")) {
        r->f->negative ^= at_is(r, v, "not");
        v++;
    }
    on = at_in(r, v, " enabled on ");
    off = at_in(r, v, " disabled off ");
    if (!on && !off)
        return false;
    if (r->f->negative) { /* "not enabled" is disabled */
        bool was = on;

        on = off;
        off = was;
        r->f->negative = false;
    }
    /* "is on the roadmap" switches nothing. */
    if (v + 1 < r->n && clause_end(r, v) != v + 1 &&
        !at_in(r, v + 1, qualifying))
        return false;
    key_range(r, &k, from, verb);
    key_range(r, &k, v + 1, clause_end(r, v));
    set_more(r, clause_end(r, v));
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    r->f->value = on ? STR("on") : STR("off");
    set_about(r->f, key_text(r, &k, "switch"));
    return true;
}

/* "X lives in src/x", "X moved to src/x": one thing can be in two places, so
 * only an announced move contradicts. */
static bool read_place(struct reader *r)
{
    struct key k = {.n = 0};
    size_t from = skip_front(r, &k), verb, v;
    bool moved;

    verb = find_in(r, from, r->n,
                   " live located stored sit reside moved found kept is are ");
    if (verb == from || verb >= r->n || verb - from > 6 ||
        said_in(r->w[from], " we i they "))
        return false;
    moved = said_is(r->w[verb], "moved");
    v = verb + 1;
    while (at_in(r, v, " now located stored found kept moved been ")) {
        moved |= at_is(r, v, "moved");
        v++;
    }
    if (moved && at_is(r, v, "from") && v + 3 < r->n &&
        find_in(r, v, r->n, " to ") < r->n) {
        size_t to = find_in(r, v, r->n, " to ");

        r->f->from = join_words(r, v + 1, to);
        v = to;
    }
    if (!at_in(r, v, moved ? " to into under " : " in at under inside "))
        return false;
    if (v + 1 >= r->n || (!moved && !r->w[v + 1]->path))
        return false;
    key_range(r, &k, from, verb);
    key_word(&k, STR("@"));
    if (k.n < 2 || !take_value(r, v + 1, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->announces |= moved;
    set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "The port changed from 8080 to 9090", "X was renamed from A to B". */
static bool read_change(struct reader *r)
{
    struct key k = {.n = 0};
    size_t from = skip_front(r, &k), verb, a, to;

    verb = find_in(r, from, r->n,
                   " changed renamed upgraded downgraded bumped raised "
                   "lowered increased decreased reduced went moved ");
    if (verb >= r->n || verb - from > 7)
        return false;
    a = find_in(r, verb + 1, r->n, " from ");
    to = find_in(r, verb + 1, r->n, " to ");
    if (to + 1 >= r->n)
        return false;
    if (a > to)
        a = to;
    /* "we upgraded Node from 18 to 20", "the port was changed to 9090" */
    for (size_t i = from; i < verb; i++)
        if (!said_in(r->w[i], " we i they was were ha have been is are got "))
            key_word(&k, r->w[i]->norm);
    key_range(r, &k, verb + 1, a);
    if (said_in(r->w[verb], " upgraded downgraded bumped ")) {
        if (to + 2 < r->n && !r->w[to + 1]->number && r->w[to + 2]->number) {
            key_word(&k, r->w[to + 1]->norm); /* "upgraded to Node 22" */
            to++;
        }
        if (!r->w[to + 1]->number)
            return false;
        key_word(&k, STR("version"));
    }
    if (a < to)
        r->f->from = join_words(r, a + 1, to);
    if (said_is(r->w[verb], "moved") && !r->w[to + 1]->number)
        return false; /* to a place: read_place */
    if (k.n == 0 || !take_value(r, to + 1, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    r->f->announces = true;
    set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* --- uses -------------------------------------------------------------------- */

/* Who uses it: nobody in particular ("we", "the project", an order), or a part
 * of the whole ("the backend"). */
static void use_subject(const struct reader *r, size_t from, size_t to,
                        struct key *k)
{
    for (size_t i = from; i < to; i++)
        if (!said_in(r->w[i], empty) && !said_in(r->w[i], negations) &&
            !said_in(r->w[i], announcing) && !said_in(r->w[i], doubts) &&
            !said_in(r->w[i], past) &&
            !said_in(r->w[i], " project repository app application codebase "
                              "team everybody everyone people let any "))
            key_word(k, r->w[i]->norm);
}

static struct str use_key(struct reader *r, const struct key *subject,
                          struct str tool)
{
    const char *kind = tool_kind(tool);
    struct key k = *subject;

    key_word(&k, kind ? str_of(kind) : tool);
    return key_text(r, &k, "use");
}

/* A tool at i: one to three words, up to a preposition. Where it ends. */
static size_t tool_at(const struct reader *r, size_t i, struct str *tool)
{
    size_t end = clause_end(r, i), to = i;

    while (to < end && to < i + 3 && !said_in(r->w[to], qualifying) &&
           !said_in(r->w[to], " instead rather over any-more now not and or "
                              "everywhere again than "))
        to++;
    *tool = to > i ? join_words(r, i, to) : STR_NONE;
    return to;
}

/* "Node 20": the version is the value, of Node. */
static bool use_version(struct reader *r, const struct key *subject, size_t i,
                        size_t to)
{
    struct key k = *subject;

    if (to - i != 2 || r->w[i]->number || !r->w[i + 1]->number)
        return false;
    key_word(&k, r->w[i]->norm);
    key_word(&k, STR("version"));
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    r->f->value = r->w[i + 1]->norm;
    set_about(r->f, key_text(r, &k, ""));
    set_more(r, to);
    return true;
}

/* What stands behind the tool: its purpose, what it is instead of. */
static void use_rest(struct reader *r, const struct key *subject, size_t i)
{
    size_t end = clause_end(r, i > 0 ? i - 1 : 0), at;
    struct key why = {.n = 0};
    struct fact *f = r->f;

    at = find_in(r, i, end, " instead than ");
    if (at_is(r, at, "instead") && at_is(r, at + 1, "of"))
        at++;
    if (at < end && at_in(r, at, " of than ") && at + 1 < end) {
        tool_at(r, at + 1, &f->from);
        if (f->from.n) {
            add_key(f, use_key(r, subject, f->from));
            f->announces = true;
        }
    } else {
        at = end;
    }
    key_range(r, &why, i, at < end ? at - 1 : end);
    f->purpose = why.n ? key_text(r, &why, "") : STR_NONE;
    if (at_in(r, i, " and or & plus "))
        f->is_list = true;
    if (end == i && end < r->n && at_is(r, end, "not") && end + 1 < r->n) {
        tool_at(r, end + 1, &f->from); /* "use pnpm, not npm" */
        if (f->from.n)
            add_key(f, use_key(r, subject, f->from));
        set_more(r, r->n);
        return;
    }
    set_more(r, end);
}

/* Is it a tool by its looks: known, a name, a capital, joined words? */
static bool is_tool(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from; i < to && i < r->n; i++)
        if (r->w[i]->name || tool_kind(r->w[i]->norm) ||
            str_chr(r->w[i]->norm, '-') > 0 ||
            (r->w[i]->text.n && is_upper(r->w[i]->text.p[0]) &&
             r->w[i] == r->all.w))
            return true;
    return false;
}

static void set_use(struct reader *r, const struct key *subject,
                    struct str tool)
{
    r->f->kind = FACT_USE;
    r->f->value = tool;
    set_about(r->f, use_key(r, subject, tool));
}

/* "We use X", "The backend uses X", "Never use X", "We no longer use X". */
static bool read_use(struct reader *r)
{
    struct key subject = {.n = 0};
    size_t from = skip_front(r, &subject), verb, to;
    struct fact *f = r->f;
    bool ends = false;
    struct str tool;

    verb = find_in(r, from, r->n, " use ");
    if (verb >= r->n || verb - from > 7 || verb + 1 >= r->n)
        return false;
    for (size_t i = from; i < verb; i++) {
        f->negative ^=
            said_in(r->w[i], negations) && !at_is(r, i + 1, "longer");
        ends |= said_is(r->w[i], "longer") || said_is(r->w[i], "stopped") ||
                said_is(r->w[i], "stop");
        if (r->w[i]->stop == ',' || said_is(r->w[i], "to"))
            return false;
    }
    use_subject(r, from, verb, &subject);
    to = tool_at(r, verb + 1, &tool);
    if (tool.n == 0 || subject.n > 4)
        return false;
    if (f->negative && find_in(r, to, r->n, " any-more ") < r->n)
        ends = true;
    if (!ends && !f->negative && use_version(r, &subject, verb + 1, to))
        return true;
    set_use(r, &subject, tool);
    use_rest(r, &subject, to);
    if (ends) {
        f->kind = FACT_END;
        f->negative = false;
        f->announces = true;
        add_key(f, key_text(r, &(struct key){{tool}, 1}, "use"));
    }
    return true;
}

/* "We switched from A to B", "moved the tests to B", "replaced A with B",
 * "B replaces A": the use of B, announced. */
static bool read_switched(struct reader *r)
{
    struct key subject = {.n = 0};
    size_t from = skip_front(r, &subject), verb, a, b, i;
    struct fact *f = r->f;
    struct str tool;

    verb = find_in(r, from, r->n,
                   " switched migrated moved converted replaced replace ");
    if (verb >= r->n || verb - from > 5)
        return false;
    use_subject(r, from, verb, &subject);
    if (said_in(r->w[verb], " replaced replace ")) {
        if (subject.n == 0) { /* "we replaced A with B" */
            i = tool_at(r, verb + 1, &f->from);
            if (!at_in(r, i, " with by "))
                return false;
            b = i + 1;
        } else if (at_in(r, verb + 1,
                         " with by ")) { /* "A was replaced by B" */
            f->from = key_text(r, &subject, "");
            b = verb + 2;
        } else { /* "B replaced A" */
            tool = key_text(r, &subject, "");
            subject.n = 0;
            i = tool_at(r, verb + 1, &f->from);
            if (!is_tool(r, from, verb) || !is_tool(r, verb + 1, i))
                return false;
            set_use(r, &subject, tool);
            goto named;
        }
        subject.n = 0;
    } else {
        if (subject.n)
            return false; /* a thing moved: read_place */
        a = find_in(r, verb + 1, r->n, " from ");
        b = find_in(r, verb + 1, r->n, " to ");
        if (b >= r->n)
            return false;
        if (a < b)
            tool_at(r, a + 1, &f->from);
        else if (a < r->n)
            tool_at(r, a + 1, &f->from);
        key_range(r, &subject, verb + 1, a < b ? a : b);
        b++;
    }
    if (b >= r->n || tool_at(r, b, &tool) == b || r->w[b]->path)
        return false;
    i = tool_at(r, b, &tool);
    if (!is_tool(r, b, i))
        return false;
    if (use_version(r, &subject, b, i)) {
        f->announces = true;
        return true;
    }
    set_use(r, &subject, tool);
    use_rest(r, &subject, i);
named:
    f->announces = true;
    if (f->from.n)
        add_key(f, use_key(r, &subject, f->from));
    return true;
}

/* "X is deprecated", "X was removed", "X is no longer Y". */
static bool read_end(struct reader *r)
{
    struct key subject = {.n = 0};
    size_t from = skip_front(r, &subject), verb;
    struct fact *f = r->f;

    verb = find_in(r, from, r->n, " deprecated retired dropped removed ");
    if (verb >= r->n || verb - from > 6)
        return false;
    for (size_t i = from; i < verb; i++)
        if (said_in(r->w[i], negations))
            return false;
    use_subject(r, from, verb, &subject);
    if (subject.n == 0 && verb + 1 < r->n) { /* "we dropped X" */
        size_t to = tool_at(r, verb + 1, &f->value);

        if (!is_tool(r, verb + 1, to))
            return false;
    } else {
        f->value = key_text(r, &subject, "");
        if (!is_tool(r, from, verb))
            return false;
    }
    if (f->value.n == 0)
        return false;
    f->kind = FACT_END;
    f->announces = true;
    subject.n = 0;
    set_about(f, use_key(r, &subject, f->value));
    add_key(f, key_text(r, &(struct key){{f->value}, 1}, "use"));
    set_more(r, clause_end(r, verb));
    return true;
}

/* --- everything else ----------------------------------------------------------- */

/* The only quantity or day, if it is one that may change. */
static bool read_slot(struct reader *r)
{
    struct fact *f = r->f;
    size_t slot = r->n, at = 0;

    for (size_t i = 0; i < r->n; i++) {
        bool day = said_in(r->w[i], days);

        if (!r->w[i]->number && !day)
            continue;
        if (slot < r->n)
            return false; /* two of them */
        if (!day && (i + 1 >= r->n || i == 0 || said_in(r->w[i - 1], labels) ||
                     r->w[i - 1]->name || r->w[i + 1]->number))
            return false;
        slot = i;
    }
    if (slot == r->n || r->n < 4)
        return false;
    for (size_t i = 0; i < f->nwords; i++)
        if (str_eq(f->word[i], r->w[slot]->norm))
            at = i;
    f->kind = FACT_SLOT;
    f->value = r->w[slot]->norm;
    set_about(f, hash_key(r, "slot ", f->word, f->nwords, at));
    return true;
}

/* "X is no longer Y": ends "X is Y". */
static void read_words(struct reader *r)
{
    struct fact *f = r->f;
    bool longer = false;
    size_t n = 0;

    for (size_t i = 0; i < f->nwords; i++) {
        if (str_in(f->word[i], " longer any-more ")) {
            longer = true;
            continue;
        }
        f->word[n++] = f->word[i];
    }
    if (longer && f->negative) {
        f->nwords = n;
        f->kind = FACT_END;
        f->negative = false;
    }
    set_about(f, hash_key(r, "said ", f->word, f->nwords, SIZE_MAX));
}

/* "is maintained by", "are written", "gets cleared". */
static bool is_passive(const struct said_words *all)
{
    for (size_t i = 0; i + 1 < all->n; i++) {
        const struct said_word *w = &all->w[i + 1];

        if (!said_in(&all->w[i], " is are be been being get was were "))
            continue;
        if (str_ends(w->norm, STR("ed")) || str_ends(w->norm, STR("en")) ||
            said_in(w, " kept sent built held done made set put run "))
            return true;
    }
    return false;
}

static void fill(struct reader *r)
{
    const struct said_words *all = &r->all;
    struct fact *f = r->f;

    f->word = arena_array(r->a, all->n + 1, sizeof(*f->word));
    f->special = arena_array(r->a, all->n + 1, sizeof(*f->special));
    f->is_plain = !all->asks;
    for (size_t i = 0; i < all->n; i++) {
        const struct said_word *w = &all->w[i];

        if (!said_in(w, articles))
            r->w[r->n++] = w;
        if (said_in(w, doubts))
            f->is_plain = false;
        if (said_in(w, announcing))
            f->announces = true;
        if (said_in(w, negations))
            f->negative = !f->negative;
        else if (!said_in(w, empty))
            f->word[f->nwords++] = w->norm;
        if (w->number || w->name)
            f->special[f->nspecial++] = w->norm;
    }
    /* "What we know", "No tests": a heading, not a claim. */
    if (all->n && said_in(&all->w[0], " what why how when where which who no "
                                      "none not "))
        f->is_plain = false;
    f->passive = is_passive(all);
    f->fronted =
        all->n && said_in(&all->w[0], " in on for with at when by under as "
                                      "during after before every each ");
}

/* "was" and "were" tell of the past, but in "was moved to". */
static bool is_past(const struct reader *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (said_in(r->w[i], past) &&
            !(said_in(r->w[i], " was were ") &&
              at_in(r, i + 1,
                    " renamed moved replaced changed removed dropped "
                    "deprecated retired switched migrated upgraded "
                    "downgraded raised lowered reduced increased ")))
            return true;
    for (size_t i = 0; i + 1 < r->n; i++)
        if (said_is(r->w[i], "used") && at_is(r, i + 1, "to"))
            return true;
    return r->n && said_is(r->w[r->n - 1], "before");
}

/* The negation of the whole is told by how it is read. */
static bool try_read(struct reader *r, bool (*how)(struct reader *))
{
    struct fact before = *r->f;

    r->f->negative = false;
    if (how(r))
        return true;
    *r->f = before;
    return false;
}

bool fact_read(struct str text, struct arena *a, struct fact *out)
{
    static bool (*const ways[])(struct reader *) = {
        read_change, read_switched, read_place,  read_end, read_value,
        read_port,   read_default,  read_switch, read_use,
    };
    struct reader *r = arena_new(a, struct reader);

    *out = (struct fact){.is_plain = true};
    r->a = a;
    r->f = out;
    said_words_read(text, a, &r->all);
    fill(r);
    if (out->nwords == 0)
        return false;
    if (is_past(r))
        out->is_plain = false;
    if (out->is_plain && !r->all.many)
        for (size_t i = 0; i < ARRAY_LEN(ways); i++)
            if (try_read(r, ways[i]))
                return true;
    if (r->all.many || !out->is_plain || !read_slot(r))
        read_words(r);
    return true;
}
