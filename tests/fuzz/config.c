/* config.c - any bytes as the settings' file: read, changed, read again. */
#include "base/common.h"

#include <unistd.h>

#include "base/config.h"
#include "base/file.h"
#include "tests/fuzz/fuzz.h"

/* Every value is one of its type, whatever stood in the file. */
static void check_values(const struct config *c)
{
    for (int i = 0; i < OPT_COUNT; i++)
        FUZZ_CHECK(config_check((enum opt_id)i, c->value[i], NULL) == 0);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    const char *home = getenv("CMEM_HOME"); /* a unit test's own directory */
    struct str text = {(const char *)data, size};
    struct config before, after;
    char path[512];

    snprintf(path, sizeof(path), "%s/fuzz-config-%d", home ? home : "/tmp",
             (int)getpid());
    FUZZ_CHECK(file_write(path, text, 0600, NULL) == 0);
    config_load(&before, path);
    check_values(&before);
    if (config_set(path, OPT_BATCH_KB, STR("77"), NULL) == 0) {
        config_load(&after, path);
        check_values(&after);
        FUZZ_CHECK(config_int(&after, OPT_BATCH_KB) == 77);
        for (int i = 0; i < OPT_COUNT; i++)
            FUZZ_CHECK(i == OPT_BATCH_KB ||
                       str_eq(before.value[i], after.value[i]));
        config_free(&after);
    }
    config_free(&before);
    unlink(path);
    return 0;
}
