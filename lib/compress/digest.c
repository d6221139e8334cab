/* digest.c - see digest.h. */
#include "base/common.h"

#include "compress/digest.h"

bool observation_type_is_known(struct str type)
{
#define X(name, help)                                                          \
    if (str_eqz(type, name))                                                   \
        return true;
    OBSERVATION_TYPES(X)
#undef X
    return false;
}

bool observation_concept_is_known(struct str concept)
{
#define X(name)                                                                \
    if (str_eqz(concept, name))                                                \
        return true;
    OBSERVATION_CONCEPTS(X)
#undef X
    return false;
}
