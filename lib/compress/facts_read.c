/* facts_read.c - how a statement is read: see facts.h. */
#include "base/common.h"

#include "compress/facts_reader.h"

static const char articles[] =
    " a an the this that these those our your my their its please just really "
    "very also currently already alway simply actually only-just ";
static const char days[] =
    " monday tuesday wednesday thursday friday saturday sunday ";
/* Numbers behind these name a thing and count nothing. */
static const char labels[] =
    " phase step issue pr ticket task chapter part section bug item stage "
    "milestone sprint week version line page level test case figure table # "
    "round day error code http status commit job build release story number "
    "no rfc section es c++ python node java go php ruby port ";

/* A list has no order in its key: order is compared word by word. */
static struct str hash_key(const struct fact_reader *r, const char *kind,
                           const struct str *w, size_t n, size_t without)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        if (i != without)
            sum += str_hash(w[i]) * UINT64_C(0x9e3779b97f4a7c15);
    return arena_fmt(r->a, "%s%016llx", kind, (unsigned long long)sum);
}

/* The only quantity or day, if it is one that may change. */
static bool read_slot(struct fact_reader *r)
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
    fact_set_about(f, hash_key(r, "slot ", f->word, f->nwords, at));
    return true;
}

/* "X is no longer Y": ends "X is Y". */
static void read_words(struct fact_reader *r)
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
    fact_set_about(f, hash_key(r, "said ", f->word, f->nwords, SIZE_MAX));
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

static void fill(struct fact_reader *r)
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
        if (said_in(w, said_doubts))
            f->is_plain = false;
        if (said_in(w, said_announcing))
            f->announces = true;
        if (said_in(w, said_negations))
            f->negative = !f->negative;
        else if (!said_in(w, said_empty))
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
static bool is_past(const struct fact_reader *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (said_in(r->w[i], said_past) &&
            !(said_in(r->w[i], " was were ") &&
              reader_in(r, i + 1,
                        " renamed moved replaced changed removed dropped "
                        "deprecated retired switched migrated upgraded "
                        "downgraded raised lowered reduced increased ")))
            return true;
    for (size_t i = 0; i + 1 < r->n; i++)
        if (said_is(r->w[i], "used") && reader_is(r, i + 1, "to"))
            return true;
    return r->n && said_is(r->w[r->n - 1], "before");
}

/* The negation of the whole is told by how it is read. */
static bool try_read(struct fact_reader *r, bool (*how)(struct fact_reader *))
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
    static bool (*const ways[])(struct fact_reader *) = {
        fact_read_change,  fact_read_switched, fact_read_place,
        fact_read_end,     fact_read_value,    fact_read_port,
        fact_read_default, fact_read_switch,   fact_read_use,
    };
    struct fact_reader *r = arena_new(a, struct fact_reader);

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
