/* gz.c - see gz.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/child.h"
#include "cli/gz.h"

#define GZ_MS 120000

int gz_to_file(const char *path, const char *dir, char out[PATHS_MAX + 64],
               struct err *e)
{
    static const char *const argv[] = {"gzip", "-dc", NULL};
    struct child child = {.argv = argv, .max_out_bytes = GZ_MAX_BYTES,
                          .timeout_ms = GZ_MS};
    int rc;

    out[0] = '\0';
    child.in_fd = open(path, O_RDONLY | O_CLOEXEC);
    if (child.in_fd < 0)
        return err_sys(e, errno == ENOENT ? CM_ENOTFOUND : CM_EIO, "open %s",
                       path);
    snprintf(out, PATHS_MAX + 64, "%s/plain-XXXXXX", dir);
    child.out_fd = mkostemp(out, O_CLOEXEC);
    if (child.out_fd < 0) {
        rc = err_sys(e, CM_EIO, "make a file in %s", dir);
        out[0] = '\0';
    } else {
        rc = child_run(&child, NULL, e);
        close(child.out_fd);
    }
    close(child.in_fd);
    if (rc > 0)
        rc = err_set(e, CM_EFORMAT, "%s is not a gzip file, or longer than "
                     "%lld MB", path, GZ_MAX_BYTES >> 20);
    if (rc < 0 && out[0]) {
        unlink(out);
        out[0] = '\0';
    }
    return rc;
}
