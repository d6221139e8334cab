/* mem0_test.c - what of mem0's protocol needs no server. */
#include "base/common.h"

#include "test.h"
#include "worker/mem0_id.h"

static const unsigned char home[MEM0_HOME_BYTES] = "sixteen bytes...";
static const unsigned char other[MEM0_HOME_BYTES] = "sixteen others..";

TEST(mem0, an_id_comes_back_from_its_uuid)
{
    static const int64_t ids[] = {1, 2, 255, 256, 1000000, 281474976710655};
    char uuid[MEM0_ID_SIZE], again[MEM0_ID_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        int64_t id = 0;

        mem0_id_put(home, ids[i], uuid);
        mem0_id_put(home, ids[i], again);
        CHECK_INT(strlen(uuid), 36);
        CHECK_INT(strcmp(uuid, again), 0);
        CHECK_INT(uuid[14], '4');
        CHECK_INT(mem0_id_get(home, str_of(uuid), &id), 0);
        CHECK_INT(id, ids[i]);
    }
}

TEST(mem0, a_uuid_that_was_made_up_or_is_of_another_home_names_nothing)
{
    char uuid[MEM0_ID_SIZE];
    int64_t id = 7;

    mem0_id_put(home, 12, uuid);
    CHECK_INT(mem0_id_get(other, str_of(uuid), &id), CM_ENOTFOUND);
    for (size_t i = 0; i < 36; i++) {
        char was = uuid[i];

        if (was == '-')
            continue;
        uuid[i] = was == '0' ? '1' : '0';
        CHECK_INT(mem0_id_get(home, str_of(uuid), &id), CM_ENOTFOUND);
        uuid[i] = was;
    }
    CHECK_INT(id, 7);
}

TEST(mem0, what_is_no_uuid_is_told_apart)
{
    char uuid[MEM0_ID_SIZE];
    int64_t id;

    mem0_id_put(home, 12, uuid);
    CHECK_INT(mem0_id_get(home, STR(""), &id), CM_EARG);
    CHECK_INT(mem0_id_get(home, STR("#12"), &id), CM_EARG);
    for (size_t n = 0; n < 36; n++)
        CHECK_INT(mem0_id_get(home, (struct str){uuid, n}, &id), CM_EARG);
    uuid[8] = '_';
    CHECK_INT(mem0_id_get(home, str_of(uuid), &id), CM_EARG);
    uuid[8] = '-';
    uuid[0] = 'g';
    CHECK_INT(mem0_id_get(home, str_of(uuid), &id), CM_EARG);
}
