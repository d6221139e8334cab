/* rules_phrase.c - see rules_phrase.h. */
#include "base/common.h"

#include "compress/rules_phrase.h"

static unsigned pair_at(const char *p)
{
    return ((unsigned char)p[0] * 37u + (unsigned char)p[1]) & 1023u;
}

void pairs_of(struct str s, struct pairs *p)
{
    *p = (struct pairs){{0}};
    for (size_t i = 0; i + 1 < s.n; i++) {
        unsigned at = pair_at(s.p + i);

        p->bit[at >> 6] |= UINT64_C(1) << (at & 63);
    }
}

bool pairs_find(const struct pairs *p, struct str s, const char *z)
{
    /* Three pairs are enough to rule out nearly all. */
    for (int i = 0; i < 3 && z[i] && z[i + 1]; i++) {
        unsigned at = pair_at(z + i);

        if (!(p->bit[at >> 6] >> (at & 63) & 1))
            return false;
    }
    return str_find(s, str_of(z)) >= 0;
}

int phrase_weigh(struct str lower, const struct phrase *p, size_t n)
{
    struct pairs pairs;
    int sum = 0;

    pairs_of(lower, &pairs);
    for (size_t i = 0; i < n; i++)
        if (pairs_find(&pairs, lower, p[i].text))
            sum += p[i].weight;
    return sum;
}

bool phrase_starts(struct str lower, const char *const *list, size_t n)
{
    struct str s = str_cut(lower, 1, lower.n); /* behind the blank */

    for (size_t i = 0; i < n; i++)
        if (starts_with(s, list[i]))
            return true;
    return false;
}
