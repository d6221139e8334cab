/*
 * test.h - unit tests: TEST(area, what_it_does) { CHECK(...); }
 *
 * Every test is a process of its own with a private, empty directory as HOME
 * and CMEM_HOME, so a crash or a leak is one test's. The first failed CHECK
 * ends the test and prints the values. The runner speaks TAP and ends with
 * "N passed, N failed".
 */
#ifndef CMEM_TESTS_TEST_H
#define CMEM_TESTS_TEST_H

#include "base/common.h"
#include "base/str.h"

struct test {
    const char *area, *name, *file;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *t);
void test_fail(const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(3, 4) __attribute__((noreturn));
/* This test's own empty directory. */
const char *test_dir(void);
/* "<repository>/name": tests run from the repository's root. */
const char *test_source(const char *name);

#define TEST(area_, name_)                                                     \
    static void test_##area_##_##name_(void);                                  \
    static struct test test_row_##area_##_##name_ = {                          \
        #area_, #name_, __FILE__, test_##area_##_##name_, NULL};               \
    __attribute__((constructor)) static void test_reg_##area_##_##name_(void)  \
    {                                                                          \
        test_register(&test_row_##area_##_##name_);                            \
    }                                                                          \
    static void test_##area_##_##name_(void)

#define CHECK(cond)                                                            \
    do {                                                                       \
        if (!(cond))                                                           \
            test_fail(__FILE__, __LINE__, "CHECK(%s)", #cond);                 \
    } while (0)
#define CHECK_INT(got_, want_)                                                 \
    do {                                                                       \
        long long g_ = (long long)(got_), w_ = (long long)(want_);             \
        if (g_ != w_)                                                          \
            test_fail(__FILE__, __LINE__, "%s is %lld, not %lld", #got_, g_,   \
                      w_);                                                     \
    } while (0)
#define CHECK_STR(got_, want_)                                                 \
    do {                                                                       \
        struct str g_ = (got_), w_ = str_of(want_);                            \
        if (!str_eq(g_, w_))                                                   \
            test_fail(__FILE__, __LINE__, "%s is\n  \"%.*s\", not\n  \"%.*s\"",\
                      #got_, STR_ARG(g_), STR_ARG(w_));                        \
    } while (0)
#define CHECK_HAS(hay_, needle_)                                               \
    do {                                                                       \
        struct str h_ = (hay_);                                                \
        if (str_find(h_, str_of(needle_)) < 0)                                 \
            test_fail(__FILE__, __LINE__, "\"%s\" is not in %s:\n%.*s",        \
                      needle_, #hay_, STR_ARG(h_));                            \
    } while (0)
#define CHECK_LACKS(hay_, needle_)                                             \
    do {                                                                       \
        struct str h_ = (hay_);                                                \
        if (str_find(h_, str_of(needle_)) >= 0)                                \
            test_fail(__FILE__, __LINE__, "\"%s\" is in %s:\n%.*s", needle_,   \
                      #hay_, STR_ARG(h_));                                     \
    } while (0)

#endif
