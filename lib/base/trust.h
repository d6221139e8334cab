/*
 * trust.h - where a statement comes from, and how far it is believed.
 *
 * The one list of origins. Trust decides what may take whose place, what may
 * stand in a context block, and is a mild factor of the ranking; it never
 * hides anything.
 */
#ifndef CMEM_BASE_TRUST_H
#define CMEM_BASE_TRUST_H

#include "base/common.h"
#include "base/str.h"

/* Most trusted first. The standing is who may supersede whom: one's own class
 * and those below it. Between a file, a tool and an assistant the newer one is
 * right; what a person said stands until a person says otherwise; a web page
 * takes nobody's place but a web page's. */
#define ORIGINS(X)                                                             \
    X("user", 5, 3, "a person said it")                                        \
    X("assistant", 4, 2, "the assistant concluded it")                         \
    X("import", 4, 2, "it was imported")                                       \
    X("repo", 3, 2, "a file of the project says it")                           \
    X("tool", 2, 2, "a command's output says it")                              \
    X("web", 1, 1, "a web page says it")

#define TRUST_MAX 5

/* 1 (web) to TRUST_MAX (user); 2 for a word that is no origin. */
int trust_of(struct str origin);
/* 3 a person, 2 work on this machine, 1 the outside world. */
int trust_standing(struct str origin);
/* "a person said it"; empty for a word that is no origin. */
const char *trust_words(struct str origin);
bool origin_is_known(struct str origin);

#endif
