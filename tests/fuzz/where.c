/* where.c - any JSON given as a filter: ids, or a sentence. */
#include "base/common.h"

#include "base/json.h"
#include "store/where.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    static struct db *db; /* made once: opening costs more than asking */
    struct str text = {(const char *)data, size};
    struct json *tree = json_parse(text, NULL);
    struct arena a = {0};
    struct id_set set;
    struct err e = {0};
    int rc;

    if (!tree)
        return 0;
    if (!db)
        FUZZ_CHECK(db_open(&db, ":memory:", DB_WRITE, &e) == 0 &&
                   db_exec(db,
                           "INSERT INTO memories (id, kind, title, text, "
                           "origin, created_ms, updated_ms, event_ms, hash, "
                           "metadata) VALUES (1, 'note', 'a', 'b', 'user', 1, "
                           "1, 1, x'00', '{\"a\":{\"b\":[1,\"x\"]}}')",
                           &e) == 0);
    /* 2026-03-18 10:00 UTC. */
    rc = where_ids(db, tree, INT64_C(1773828000000), &a, &set, &e);
    FUZZ_CHECK(rc == 0 || (rc == CM_EARG && e.msg[0]));
    FUZZ_CHECK(set.n <= 1);
    json_free(tree);
    arena_free(&a);
    return 0;
}
