/*
 * transcript.c - any bytes as a session file: read in one go, and stopped and
 * resumed behind every item, it gives the same.
 */
#include "base/common.h"

#include <sys/mman.h>
#include <unistd.h>

#include "agent/transcript.h"
#include "base/buf.h"
#include "base/file.h"
#include "tests/fuzz/fuzz.h"

static void read_items(int fd, bool stop, struct buf *out)
{
    struct transcript_reader *r = transcript_open(fd, 0);
    struct arena a = {0};
    struct item it;
    struct err e;
    bool finished = false;

    for (;;) {
        int rc = transcript_next(r, &a, &it, &e);

        FUZZ_CHECK(rc == 0 || rc == 1);
        if (rc == 0 && finished)
            break;
        if (rc == 0) {
            transcript_finish(r);
            finished = true;
            continue;
        }
        buf_addf(out, "%d %.*s %.*s %.*s\n", (int)it.kind, STR_ARG(it.uuid),
                 STR_ARG(it.tool_use_id), STR_ARG(it.payload));
        if (stop) {
            int64_t at = transcript_offset(r);

            transcript_close(r);
            r = transcript_open(fd, at);
            finished = false;
        }
        arena_free(&a);
    }
    FUZZ_CHECK(transcript_offset(r) == lseek(fd, 0, SEEK_END));
    arena_free(&a);
    transcript_close(r);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    struct buf once, parts;

    FUZZ_CHECK(fd >= 0 && file_write_all(fd, data, size) == 0);
    buf_init(&once, SIZE_MAX / 4);
    buf_init(&parts, SIZE_MAX / 4);
    read_items(fd, false, &once);
    read_items(fd, true, &parts);
    FUZZ_CHECK(str_eq(buf_str(&once), buf_str(&parts)));
    buf_free(&once);
    buf_free(&parts);
    close(fd);
    return 0;
}
