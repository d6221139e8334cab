/*
 * code_rig.h - a parser for tests. Where the build has no grammars its
 * directory says so ("absent"), and the test ends here, passed.
 */
#ifndef CMEM_TESTS_CODE_RIG_H
#define CMEM_TESTS_CODE_RIG_H

#include "base/common.h"

#include <unistd.h>

#include "code/parse.h"
#include "test.h"

static inline struct code_parser *code_rig(void)
{
    char dir[CODE_PATH_MAX], absent[CODE_PATH_MAX + 16];

    CHECK_INT(code_grammars_dir(dir, NULL), 0);
    snprintf(absent, sizeof(absent), "%s/absent", dir);
    if (access(absent, F_OK) == 0) {
        printf("# without grammars\n");
        return NULL;
    }
    return code_parser_create(NULL);
}

#endif
