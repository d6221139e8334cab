/* entity.c - any bytes as a text that may name things and state how they
 * stand to each other. */
#include "base/common.h"

#include "base/entity_relation.h"
#include "tests/fuzz/fuzz.h"

static void fuzz_entity_key(const struct entity *en)
{
    FUZZ_CHECK(entity_kind_name(en->kind)[0] != '\0');
    FUZZ_CHECK(en->key.n > 0 && en->key.n <= 400);
    for (size_t i = 0; i < en->key.n; i++)
        FUZZ_CHECK(!is_upper(en->key.p[i]) && en->key.p[i] != '\n');
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, alias[4];
    struct entity en[ENTITIES_MAX];
    struct relation r[RELATIONS_MAX];
    struct arena a = {0};
    size_t n = entities_of(text, &a, en, ARRAY_LEN(en)), k;

    FUZZ_CHECK(n <= ENTITIES_MAX);
    for (size_t i = 0; i < n; i++) {
        fuzz_entity_key(&en[i]);
        FUZZ_CHECK(en[i].name.p >= text.p &&
                   en[i].name.p + en[i].name.n <= text.p + text.n);
        for (k = 0; k < i; k++)
            FUZZ_CHECK(en[k].kind != en[i].kind ||
                       !str_eq(en[k].key, en[i].key));
        k = entity_aliases(&en[i], &a, alias);
        FUZZ_CHECK(k <= 4);
        while (k--)
            FUZZ_CHECK(alias[k].n > 1 && !str_eq(alias[k], en[i].key));
    }
    n = relations_of(text, &a, r, ARRAY_LEN(r));
    FUZZ_CHECK(n <= RELATIONS_MAX);
    for (size_t i = 0; i < n; i++) {
        fuzz_entity_key(&r[i].from);
        fuzz_entity_key(&r[i].to);
        FUZZ_CHECK(!str_eq(r[i].from.key, r[i].to.key));
    }
    relations_of_commits(text, &a, r, ARRAY_LEN(r));
    arena_free(&a);
    return 0;
}
