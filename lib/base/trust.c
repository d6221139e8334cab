/* trust.c - see trust.h. */
#include "base/common.h"

#include "base/trust.h"

struct origin {
    const char *name;
    int trust, standing;
    const char *words;
};

static const struct origin origins[] = {
#define X(name, trust, standing, words) {name, trust, standing, words},
    ORIGINS(X)
#undef X
};

static const struct origin *find(struct str name)
{
    static const struct origin none = {"", 2, 1, ""};

    for (size_t i = 0; i < ARRAY_LEN(origins); i++)
        if (str_eqz(name, origins[i].name))
            return &origins[i];
    return &none;
}

int trust_of(struct str origin)
{
    return find(origin)->trust;
}

int trust_standing(struct str origin)
{
    return find(origin)->standing;
}

const char *trust_words(struct str origin)
{
    return find(origin)->words;
}

bool origin_is_known(struct str origin)
{
    return find(origin)->name[0] != '\0';
}
