/* code_query.c - fuzzes the language of grammars/queries: the first byte
 * chooses a grammar, the rest is a query. It is refused with a line's number,
 * or what it makes of a text keeps parse.h's promises. */
#include "base/common.h"

#include "base/arena.h"
#include "code/language.h"
#include "code/parse.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t n);

static const struct {
    const char *language, *query, *text;
} fuzz_query_on[] = {
    {"c", "c",
     "/* Doc. */\nstatic int (*f(int a))(struct s *) { return g(a)->b(1); }\n"
     "typedef struct { int x, *y; } pair;\n#define M(x) x\n"
     "#include <stdio.h>\nenum e { A, B = 2 };\n"},
    {"python", "python",
     "import a.b as c\nfrom . import *\nclass K(B):\n    \"\"\"Doc.\"\"\"\n"
     "    x = 1\n    def m(self):\n        return self.n(lambda y: z(y))\n"},
    {"typescript", "typescript",
     "import { a as b } from './c';\nexport class K<T> extends B implements I {"
     " #p = 1; private get q(): T { return this.r(() => s(1)); } }\n"
     "namespace n { export const f = (x: number) => x; }\n"},
};

static void fuzz_query_holds(const struct code_file *f, struct str text)
{
    for (size_t i = 0; i < f->n_defs; i++) {
        const struct code_def *d = &f->defs[i];

        FUZZ_CHECK(d->start < d->end && d->end <= text.n);
        FUZZ_CHECK(d->first_line <= d->last_line);
        FUZZ_CHECK(d->parent < (int32_t)i);
        FUZZ_CHECK(d->kind < CODE_KINDS);
    }
    for (size_t i = 0; i < f->n_refs; i++) {
        FUZZ_CHECK(f->refs[i].start < text.n);
        FUZZ_CHECK(f->refs[i].def < (int32_t)f->n_defs);
        FUZZ_CHECK(!i || f->refs[i - 1].start <= f->refs[i].start);
    }
}

int FUZZ_ENTRY(const uint8_t *data, size_t n)
{
    struct code_parser *p;
    struct arena a = {0};
    struct code_file f;
    struct err e = {0};
    struct str text;
    char *query;
    size_t on;

    if (!n)
        return 0;
    on = data[0] % ARRAY_LEN(fuzz_query_on);
    query = malloc(n); /* exactly: a byte read too far is seen */
    FUZZ_CHECK(query != NULL);
    memcpy(query, data + 1, n - 1);
    query[n - 1] = '\0';
    p = code_parser_create(NULL);
    code_parser_set_query(p, fuzz_query_on[on].query, query);
    text = str_of(fuzz_query_on[on].text);
    if (code_parse(p, language_named(str_of(fuzz_query_on[on].language)), text,
                   &a, &f, &e) == 0)
        fuzz_query_holds(&f, text);
    else
        FUZZ_CHECK(strstr(e.msg, ", line ") != NULL);
    arena_free(&a);
    code_parser_destroy(p);
    free(query);
    return 0;
}
