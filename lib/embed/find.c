/* find.c - where the weights lie: see embedder_find in embed.h. */
#include "base/common.h"

#include "base/installed.h"
#include "embed/embed.h"

/* Below the prefix. Not share/cmem, where below
 * ~/.local the memory itself lies. */
#define BESIDE "lib/cmem/minilm.cmem"

int embedder_find(char out[EMBED_PATH_MAX], struct err *e)
{
    return installed_path("CMEM_MODEL", BESIDE, out, EMBED_PATH_MAX, e);
}
