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

/* Endings off, so that "wiped" and "wipe", "deployment" and "deploy" meet. */
static struct str stem(struct str s)
{
    static const char *const endings[] = {"ments", "ment", "ings", "ing", "ies",
                                          "ed",    "es",   "s",    "y",   "e"};
    static const struct {
        const char *said, *means;
    } odd[] = {{"written", "writ"}, {"sent", "send"}, {"built", "build"},
               {"held", "hold"},    {"taken", "tak"}, {"need", "requir"},
               {"prefer", "want"},  {"done", "do"},   {"set", "set"},
               {"cleared", "wip"},  {"clear", "wip"}, {"manually", "hand"},
               {"keep", "stor"},    {"kept", "stor"}};

    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        if (str_eqz(s, odd[i].said))
            return str_of(odd[i].means);
    for (size_t i = 0; i < ARRAY_LEN(endings); i++) {
        struct str end = str_of(endings[i]);

        if (s.n < end.n + 3 || !str_ends(s, end))
            continue;
        s.n -= end.n;
        if (s.n > 3 && s.p[s.n - 1] == s.p[s.n - 2] && s.p[s.n - 1] != 's' &&
            s.p[s.n - 1] != 'l')
            s.n--; /* "running" */
        break;
    }
    return s;
}

/* Joins words and says nothing that the others do not. */
static bool joins(struct str s)
{
    return str_in(s, " every each all any itself themselve get got gets need "
                     "needs must us required both when which who itself "
                     "make made used use ");
}

#define STEMS_MAX 48

/* The stems in order; false when there are too many to be a statement. */
static bool stems_of(const struct fact *f, struct str out[STEMS_MAX], size_t *n)
{
    *n = 0;
    for (size_t i = 0; i < f->nwords; i++) {
        if (joins(f->word[i]))
            continue;
        if (*n == STEMS_MAX)
            return false;
        out[(*n)++] = stem(f->word[i]);
    }
    return *n > 1;
}

static bool is_among(struct str s, const struct str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(s, list[i]))
            return true;
    return false;
}

static bool same_sequence(const struct str *x, const struct str *y, size_t n,
                          size_t by)
{
    for (size_t i = 0; i < n; i++)
        if (!str_eq(x[(i + by) % n], y[i]))
            return false;
    return true;
}

/* "Write messages in English", "messages are written in English": without the
 * verb that the active one begins with both are the same. */
static bool verb_moved(const struct str *active, const struct str *passive,
                       size_t n)
{
    size_t k = 1;

    for (size_t i = 0; i < n; i++) {
        if (str_eq(passive[i], active[0]))
            continue;
        if (k == n || !str_eq(passive[i], active[k]))
            return false;
        k++;
    }
    return k == n;
}

bool facts_reworded(const struct fact *x, const struct fact *y)
{
    struct str a[STEMS_MAX], b[STEMS_MAX];
    size_t n, m;

    if (!facts_agree(x, y) || x->is_plain != y->is_plain ||
        !stems_of(x, a, &n) || !stems_of(y, b, &m) || n != m)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!is_among(a[i], b, n) || !is_among(b[i], a, n))
            return false;
    if (same_sequence(a, b, n, 0))
        return x->passive == y->passive || n > 3;
    /* "Ada maintains it", "it is maintained by Ada": who does it stands behind
     * in one and before in the other. */
    if (x->passive != y->passive)
        return str_eq(a[0], b[n - 1]) || str_eq(b[0], a[n - 1]) ||
               (x->passive ? verb_moved(b, a, n) : verb_moved(a, b, n));
    for (size_t by = 1; by < n; by++)
        if (x->fronted != y->fronted && same_sequence(a, b, n, by))
            return true;
    return false;
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
