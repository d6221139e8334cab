/* reading_key.c - see reading_key.h. */
#include "base/common.h"

#include "base/buf.h"
#include "ops/reading_key.h"
#include "search/embedder.h"
#include "store/derive.h"

void reading_key(const struct config *c, char out[READING_KEY_SIZE])
{
    const char *zone = getenv("TZ");
    struct buf b;

    buf_init(&b, 1u << 20);
    buf_addf(&b, "%s %d %s", CMEM_VERSION, DERIVED_VERSION, zone ? zone : "");
    for (int i = 0; i < OPT_COUNT; i++)
        buf_addf(&b, "\n%.*s", STR_ARG(config_str(c, (enum opt_id)i)));
    snprintf(out, READING_KEY_SIZE, "%016llx",
             (unsigned long long)str_hash(buf_str(&b)));
    buf_free(&b);
}

bool reading_is_local(const struct config *c)
{
    struct embedder_choice choice;

    embedder_choose(c, &choice);
    return choice.kind == EMBEDDER_BUILTIN || choice.kind == EMBEDDER_OFF;
}
