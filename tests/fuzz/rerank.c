/* rerank.c - any bytes as what a reranker answers, a program's or a model's:
 * chances, or a sentence. */
#include "base/common.h"

#include "search/rerank.h"
#include "tests/fuzz/fuzz.h"
#include "worker/rerank.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

static void check(int rc, const struct err *e, const double *chance, size_t n)
{
    FUZZ_CHECK(rc == 0 || (rc == CM_EFORMAT && e->msg[0]));
    for (size_t i = 0; rc == 0 && i < n; i++) {
        double blend = rerank_blend(0.3, chance[i]);

        FUZZ_CHECK(chance[i] >= 0 && chance[i] <= 1); /* no NaN either */
        FUZZ_CHECK(blend > 0 && blend < 1);
    }
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    size_t n = size % 4 + 1;
    double chance[4] = {9, 9, 9, 9};
    struct err e = {0};
    int rc = rerank_read_line(text, n, chance, &e);

    check(rc, &e, chance, n);
    e.msg[0] = '\0';
    rc = rerank_reply(text, n, chance, &e);
    check(rc, &e, chance, n);
    return 0;
}
