/* facts_value.c - "X is V", and the like: a thing has one value. */
#include "base/common.h"

#include "compress/facts_reader.h"

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

/* --- "NP is VALUE" ----------------------------------------------------------- */

static bool is_atom(const struct said_word *w)
{
    struct str s = w->norm;

    if (w->number || w->name || w->path)
        return true;
    return !said_in(w, adjectives) && !said_in(w, said_negations) &&
           !said_in(w, said_qualifying) && !str_ends(s, STR("ed")) &&
           !str_ends(s, STR("ing")) && !str_ends(s, STR("able")) &&
           !str_ends(s, STR("ful"));
}

static bool value_fits(const struct fact_reader *r, enum attribute kind,
                       size_t from)
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
static enum attribute phrase_attribute(const struct fact_reader *r, size_t from,
                                       size_t to)
{
    size_t end = reader_find(r, from, to, " of for in on ");

    if (said_is(r->w[from], "default"))
        return ATTRIBUTE_ATOM;
    while (end > from + 1 && said_in(r->w[end - 1], " name number "))
        end--;
    if (end == from || is_plural(r->w[end - 1]))
        return ATTRIBUTE_NONE; /* of several there is a list */
    return attribute_of(r->w[end - 1]->norm);
}

/* Did "the" stand before that word? */
static bool has_article(const struct fact_reader *r, size_t i)
{
    const struct said_word *w = r->w[i];

    return w > r->all.w && said_in(w - 1, " the our ");
}

/* "This skill", "the current branch": what is meant changes with the place. */
static bool points(const struct fact_reader *r, size_t from, size_t to)
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

bool fact_read_value(struct fact_reader *r)
{
    struct fact_key k = {.n = 0};
    size_t from = reader_skip_front(r, &k), verb, v,
           end = reader_clause_end(r, from);
    enum attribute kind;

    verb = reader_find(r, from, r->n, " is are = equal ");
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
    while (reader_in(r, v, said_negations)) {
        r->f->negative = !r->f->negative;
        v++;
    }
    if (reader_is(r, v, "called") || reader_is(r, v, "named"))
        v++;
    if (reader_is(r, v, "set") && reader_is(r, v + 1, "to"))
        v += 2;
    if (reader_is(r, v, "now") && reader_is(r, v + 1, "called"))
        v += 2;
    if (!value_fits(r, kind, v))
        return false;
    key_add_range(r, &k, from, verb);
    if (!reader_take_value(r, v, &k) || k.n == 0 ||
        (k.n == 1 && !has_article(r, from)))
        return false; /* "Status: done" has no subject */
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    fact_set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "X listens on port 8080", "X runs on port 8080". */
bool fact_read_port(struct fact_reader *r)
{
    struct fact_key k = {.n = 0};
    size_t from = reader_skip_front(r, &k), verb, at;

    verb = reader_find(r, from, r->n,
                       " listen run serve bind is available reachable served ");
    at = reader_find(r, verb, r->n, " port ");
    if (verb == from || verb - from > 5 || at + 1 >= r->n || at - verb > 5 ||
        !r->w[at + 1]->number || reader_find(r, verb, at, said_negations) < at)
        return false;
    key_add_range(r, &k, from, verb);
    key_add(&k, STR("port"));
    if (!reader_take_value(r, at + 1, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    fact_set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "X defaults to V". */
bool fact_read_default(struct fact_reader *r)
{
    struct fact_key k = {.n = 0};
    size_t from = reader_skip_front(r, &k);
    size_t verb = reader_find(r, from, r->n, " default ");

    if (verb == from || verb - from > 6 || !reader_is(r, verb + 1, "to"))
        return false;
    key_add_range(r, &k, from, verb);
    key_add(&k, STR("default"));
    if (!reader_take_value(r, verb + 2, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    fact_set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "X is enabled", "X is turned off". */
bool fact_read_switch(struct fact_reader *r)
{
    struct fact_key k = {.n = 0};
    size_t from = reader_skip_front(r, &k);
    size_t verb = reader_find(r, from, r->n, " is are "), v = verb + 1;
    bool off = false, on = false;

    if (verb == from || verb == r->n || verb - from > 6)
        return false;
    if (reader_in(r, v, " turned switched "))
        v++;
    while (reader_in(r, v, " now not again ")) {
        r->f->negative ^= reader_is(r, v, "not");
        v++;
    }
    on = reader_in(r, v, " enabled on ");
    off = reader_in(r, v, " disabled off ");
    if (!on && !off)
        return false;
    if (r->f->negative) { /* "not enabled" is disabled */
        bool was = on;

        on = off;
        off = was;
        r->f->negative = false;
    }
    /* "is on the roadmap" switches nothing. */
    if (v + 1 < r->n && reader_clause_end(r, v) != v + 1 &&
        !reader_in(r, v + 1, said_qualifying))
        return false;
    key_add_range(r, &k, from, verb);
    key_add_range(r, &k, v + 1, reader_clause_end(r, v));
    reader_set_more(r, reader_clause_end(r, v));
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    r->f->value = on ? STR("on") : STR("off");
    fact_set_about(r->f, key_text(r, &k, "switch"));
    return true;
}

/* "X lives in src/x", "X moved to src/x": one thing can be in two places, so
 * only an announced move contradicts. */
bool fact_read_place(struct fact_reader *r)
{
    struct fact_key k = {.n = 0};
    size_t from = reader_skip_front(r, &k), verb, v;
    bool moved;

    verb =
        reader_find(r, from, r->n,
                    " live located stored sit reside moved found kept is are ");
    if (verb == from || verb >= r->n || verb - from > 6 ||
        said_in(r->w[from], " we i they "))
        return false;
    moved = said_is(r->w[verb], "moved");
    v = verb + 1;
    while (reader_in(r, v, " now located stored found kept moved been ")) {
        moved |= reader_is(r, v, "moved");
        v++;
    }
    if (moved && reader_is(r, v, "from") && v + 3 < r->n &&
        reader_find(r, v, r->n, " to ") < r->n) {
        size_t to = reader_find(r, v, r->n, " to ");

        r->f->from = reader_join(r, v + 1, to);
        v = to;
    }
    if (!reader_in(r, v, moved ? " to into under " : " in at under inside "))
        return false;
    if (v + 1 >= r->n || (!moved && !r->w[v + 1]->path))
        return false;
    key_add_range(r, &k, from, verb);
    key_add(&k, STR("@"));
    if (k.n < 2 || !reader_take_value(r, v + 1, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->announces |= moved;
    fact_set_about(r->f, key_text(r, &k, ""));
    return true;
}

/* "The port changed from 8080 to 9090", "X was renamed from A to B". */
bool fact_read_change(struct fact_reader *r)
{
    struct fact_key k = {.n = 0};
    size_t from = reader_skip_front(r, &k), verb, a, to;

    verb = reader_find(r, from, r->n,
                       " changed renamed upgraded downgraded bumped raised "
                       "lowered increased decreased reduced went moved ");
    if (verb >= r->n || verb - from > 7)
        return false;
    a = reader_find(r, verb + 1, r->n, " from ");
    to = reader_find(r, verb + 1, r->n, " to ");
    if (to + 1 >= r->n)
        return false;
    if (a > to)
        a = to;
    /* "we upgraded Node from 18 to 20", "the port was changed to 9090" */
    for (size_t i = from; i < verb; i++)
        if (!said_in(r->w[i], " we i they was were ha have been is are got "))
            key_add(&k, r->w[i]->norm);
    key_add_range(r, &k, verb + 1, a);
    if (said_in(r->w[verb], " upgraded downgraded bumped ")) {
        if (to + 2 < r->n && !r->w[to + 1]->number && r->w[to + 2]->number) {
            key_add(&k, r->w[to + 1]->norm); /* "upgraded to Node 22" */
            to++;
        }
        if (!r->w[to + 1]->number)
            return false;
        key_add(&k, STR("version"));
    }
    if (a < to)
        r->f->from = reader_join(r, a + 1, to);
    if (said_is(r->w[verb], "moved") && !r->w[to + 1]->number)
        return false; /* to a place: fact_read_place */
    if (k.n == 0 || !reader_take_value(r, to + 1, &k))
        return false;
    r->f->kind = FACT_VALUE;
    r->f->is_single = true;
    r->f->announces = true;
    fact_set_about(r->f, key_text(r, &k, ""));
    return true;
}
