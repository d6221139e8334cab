/* facts.c - see facts.h. */
#include "base/common.h"

#include "compress/facts_words.h"

static bool same_order(const struct fact *x, const struct fact *y)
{
    if (x->nwords != y->nwords)
        return false;
    for (size_t i = 0; i < x->nwords; i++)
        if (!str_eq(x->word[i], y->word[i]))
            return false;
    return true;
}

/* "On Fridays we deploy", "we deploy on Fridays": the words turn. */
static bool turned(const struct fact *x, const struct fact *y)
{
    size_t n = x->nwords;

    if (n != y->nwords || n < 2 || x->fronted == y->fronted)
        return false;
    for (size_t by = 1; by < n; by++) {
        size_t i = 0;

        while (i < n && str_eq(x->word[(i + by) % n], y->word[i]))
            i++;
        if (i == n)
            return true;
    }
    return false;
}

static bool same_words(const struct fact *x, const struct fact *y)
{
    return same_order(x, y) || turned(x, y);
}

static bool has_word(const struct fact *f, struct str w)
{
    for (size_t i = 0; i < f->nwords; i++)
        if (str_eq(f->word[i], w))
            return true;
    return false;
}

/* Does what stands behind x's value say nothing that y does not say? */
static bool nothing_more(const struct fact *x, const struct fact *y)
{
    for (size_t i = 0; i < x->nmore; i++)
        if (!has_word(y, x->more[i]))
            return false;
    return true;
}

static bool has_all_special(const struct fact *x, const struct fact *y)
{
    for (size_t i = 0; i < x->nspecial; i++)
        if (!has_word(y, x->special[i]))
            return false;
    return true;
}

bool facts_agree(const struct fact *x, const struct fact *y)
{
    return has_all_special(x, y) && has_all_special(y, x) &&
           x->negative == y->negative &&
           (x->kind == FACT_END) == (y->kind == FACT_END);
}

bool fact_adds(const struct fact *s, const struct fact *in)
{
    return !has_all_special(s, in) || s->negative != in->negative;
}

static bool compatible(struct str x, struct str y)
{
    return x.n == 0 || y.n == 0 || str_eq(x, y);
}

/* Of one attribute, one use or one slot. */
static enum fact_stand compare_values(const struct fact *newer,
                                      const struct fact *older)
{
    bool same = str_eq(newer->value, older->value);
    bool names_it = newer->from.n && str_eq(newer->from, older->value);

    if (newer->kind == FACT_USE && !same &&
        !str_eq(newer->about, older->about) && !names_it)
        return FACT_UNRELATED;
    if (same && newer->negative != older->negative)
        return str_eq(newer->purpose, older->purpose) ? FACT_CONTRADICTS
                                                      : FACT_UNRELATED;
    if (same)
        return nothing_more(newer, older) &&
                       str_eq(newer->purpose, older->purpose)
                   ? FACT_SAME
                   : FACT_UNRELATED;
    if (newer->negative || older->negative || newer->is_list || older->is_list)
        return FACT_UNRELATED;
    if (names_it)
        return compatible(newer->purpose, older->purpose) ? FACT_CONTRADICTS
                                                          : FACT_UNRELATED;
    if (newer->from.n) /* it names another one as gone */
        return newer->is_single ? FACT_CONTRADICTS : FACT_UNRELATED;
    if (newer->is_single && older->is_single)
        return FACT_CONTRADICTS;
    if (newer->announces && compatible(newer->purpose, older->purpose))
        return FACT_CONTRADICTS;
    return FACT_UNRELATED;
}

static enum fact_stand compare_end(const struct fact *newer,
                                   const struct fact *older)
{
    if (older->kind == FACT_END)
        return str_eq(newer->about, older->about) &&
                       str_eq(newer->value, older->value) &&
                       same_words(newer, older)
                   ? FACT_SAME
                   : FACT_UNRELATED;
    if (older->negative)
        return FACT_UNRELATED;
    if (newer->value.n)
        return older->kind == FACT_USE && str_eq(newer->value, older->value) &&
                       compatible(newer->purpose, older->purpose)
                   ? FACT_ENDS
                   : FACT_UNRELATED;
    return same_words(newer, older) ? FACT_ENDS : FACT_UNRELATED;
}

enum fact_stand fact_compare(const struct fact *newer, const struct fact *older)
{
    if (same_order(newer, older) && newer->negative == older->negative &&
        newer->is_plain == older->is_plain && newer->kind == older->kind &&
        str_eq(newer->value, older->value))
        return FACT_SAME;
    if (!newer->is_plain || !older->is_plain)
        return FACT_UNRELATED;
    if (newer->kind == FACT_END)
        return compare_end(newer, older);
    if (older->kind == FACT_END)
        return newer->kind == FACT_USE && !newer->negative &&
                       str_eq(newer->value, older->value)
                   ? FACT_CONTRADICTS /* used again */
                   : FACT_UNRELATED;
    if (newer->kind != older->kind)
        return FACT_UNRELATED;
    if (newer->kind == FACT_WORDS_ONLY) {
        if (!same_words(newer, older))
            return FACT_UNRELATED;
        if (newer->negative == older->negative)
            return FACT_SAME;
        return newer->nwords > 1 ? FACT_CONTRADICTS : FACT_UNRELATED;
    }
    if (newer->kind == FACT_SLOT && newer->negative != older->negative)
        return FACT_UNRELATED;
    if (newer->kind != FACT_USE && !str_eq(newer->about, older->about))
        return FACT_UNRELATED;
    if (newer->kind == FACT_SLOT && newer->nwords != older->nwords)
        return FACT_UNRELATED;
    return compare_values(newer, older);
}
