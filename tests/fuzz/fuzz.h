/*
 * fuzz.h - one fuzzer a parser.
 *
 * A file here defines FUZZ_ENTRY and nothing else that is not static. For
 * libFuzzer (`make fuzz F=frame S=60`) that is LLVMFuzzerTestOneInput. So that
 * fuzzers cannot rot, tests/unit/fuzz_test.c includes each under a name of its
 * own and runs it over some seeded inputs.
 */
#ifndef CMEM_TESTS_FUZZ_H
#define CMEM_TESTS_FUZZ_H

#include "base/common.h"

#ifndef FUZZ_ENTRY
#define FUZZ_ENTRY LLVMFuzzerTestOneInput
#endif

/* What must hold for every input. */
#define FUZZ_CHECK(cond)                                                       \
    do {                                                                       \
        if (!(cond))                                                           \
            CM_BUG(#cond);                                                     \
    } while (0)

#endif
