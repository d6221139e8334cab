/* rules_phrase.c - see rules_phrase.h. */
#include "base/common.h"

#include "compress/rules_phrase.h"

int phrase_weigh(struct str lower, const struct phrase *p, size_t n)
{
    int sum = 0;

    for (size_t i = 0; i < n; i++)
        if (str_find(lower, str_of(p[i].text)) >= 0)
            sum += p[i].weight;
    return sum;
}

bool phrase_starts(struct str lower, const char *const *list, size_t n)
{
    struct str s = str_cut(lower, 1, lower.n); /* behind the blank */

    for (size_t i = 0; i < n; i++)
        if (str_starts(s, str_of(list[i])))
            return true;
    return false;
}
