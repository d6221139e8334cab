/* code.c - fuzzes lib/code: the first byte chooses the language, the rest is
 * the text. What parse.h promises of a result is checked of each. */
#include "base/common.h"

#include "base/arena.h"
#include "code/language.h"
#include "code/parse.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t n);

/* SQL's scanner loses the few bytes of every dollar quote's name. It is not
 * ours, and what it loses is bounded by the text. The unit tests run with this,
 * too. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:sql.so\n";
}

int FUZZ_ENTRY(const uint8_t *data, size_t n)
{
    static struct code_parser *p; /* one for all: loading is what costs */
    struct code_limits limits = {1u << 20, 500, 500, 5000, 20000};
    struct arena a = {0};
    struct code_file f;
    size_t languages;
    const struct language *all = language_all(&languages);
    struct str text;

    if (!n)
        return 0;
    if (!p)
        p = code_parser_create(&limits);
    text = (struct str){(const char *)data + 1, n - 1};
    if (code_parse(p, &all[data[0] % languages], text, &a, &f, NULL) == 0) {
        for (size_t i = 0; i < f.n_defs; i++) {
            const struct code_def *d = &f.defs[i];

            FUZZ_CHECK(d->start < d->end && d->end <= text.n);
            FUZZ_CHECK(d->first_line <= d->last_line);
            FUZZ_CHECK(d->parent < (int32_t)i);
        }
        for (size_t i = 1; i < f.n_refs; i++)
            FUZZ_CHECK(f.refs[i - 1].start <= f.refs[i].start);
    }
    arena_free(&a);
    return 0;
}
