/* installed.c - see installed.h. */
#include "base/common.h"

#include <limits.h>
#include <unistd.h>

#include "base/installed.h"
#include "base/str.h"

int installed_path(const char *variable, const char *below, char *out,
                   size_t size, struct err *e)
{
    const char *named = getenv(variable);
    char self[PATH_MAX];
    struct str prefix = {self, 0};
    ssize_t n;
    int written;

    if (named && *named) {
        written = snprintf(out, size, "%s", named);
    } else {
        n = readlink("/proc/self/exe", self, sizeof(self));
        if (n < 0 || (size_t)n >= sizeof(self))
            return err_sys(e, CM_EARG, "find where this program lies");
        prefix.n = (size_t)n;
        for (int up = 0; up < 2; up++) { /* out of PREFIX/bin/program */
            ptrdiff_t slash = str_rchr(prefix, '/');

            prefix.n = slash > 0 ? (size_t)slash : 0;
        }
        written = snprintf(out, size, "%.*s/%s", STR_ARG(prefix), below);
    }
    if (written < 0 || (size_t)written >= size)
        return err_set(e, CM_EARG, "the path of %s is too long", below);
    return 0;
}
