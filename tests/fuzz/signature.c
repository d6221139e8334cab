/* signature.c - any bytes as an error message: bounded, and like itself. */
#include "base/common.h"

#include "compress/signature.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str all = {(const char *)data, size};
    struct arena a = {0};
    struct str x = signature_of(str_cut(all, 0, size / 2), &a);
    struct str y = signature_of(str_cut(all, size / 2, size), &a);
    double alike = signature_alike(x, y);

    FUZZ_CHECK(x.n <= SIGNATURE_BYTES && y.n <= SIGNATURE_BYTES);
    FUZZ_CHECK(alike >= 0 && alike <= 1);
    FUZZ_CHECK(x.n == 0 || signature_alike(x, x) > 0.999);
    alike -= signature_alike(y, x);
    FUZZ_CHECK(alike < 1e-9 && alike > -1e-9);
    arena_free(&a);
    return 0;
}
