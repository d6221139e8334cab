/* find.c - where the weights lie: see embedder_find in embed.h. */
#include "base/common.h"

#include <unistd.h>

#include "embed/embed.h"

/* As seen from the directory of the programs. Not share/cmem, where below
 * ~/.local the memory itself lies. */
#define BESIDE "lib/cmem/minilm.cmem"

int embedder_find(char out[EMBED_PATH_MAX], struct err *e)
{
    const char *named = getenv("CMEM_MODEL");
    char self[EMBED_PATH_MAX];
    struct str prefix = {self, 0};
    ssize_t n;
    int written;

    if (named && *named) {
        written = snprintf(out, EMBED_PATH_MAX, "%s", named);
    } else {
        n = readlink("/proc/self/exe", self, sizeof(self));
        if (n < 0 || (size_t)n >= sizeof(self))
            return err_sys(e, CM_EARG, "find where this program lies");
        prefix.n = (size_t)n;
        for (int up = 0; up < 2; up++) { /* out of PREFIX/bin/program */
            ptrdiff_t slash = str_rchr(prefix, '/');

            prefix.n = slash > 0 ? (size_t)slash : 0;
        }
        written = snprintf(out, EMBED_PATH_MAX, "%.*s/" BESIDE,
                           STR_ARG(prefix));
    }
    if (written < 0 || written >= EMBED_PATH_MAX)
        return err_set(e, CM_EARG, "the path of the weights is too long");
    return 0;
}
