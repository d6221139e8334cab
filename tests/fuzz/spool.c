/*
 * spool.c - any bytes as a spool file, and a good record behind them.
 *
 * Whatever the bytes are, the reader ends, gives away only what is whole, and
 * gives away the record behind.
 */
#include "base/common.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "tests/fuzz/fuzz.h"
#include "wire/spool.h"

#define MARK "the record behind"

struct found {
    uint64_t frames;
    unsigned sum; /* of all bytes: they can be read */
    bool last_is_mark;
};

static int look(void *arg, const struct frame *f)
{
    struct found *found = arg;

    FUZZ_CHECK(f->body.n <= FRAME_BODY_MAX);
    for (size_t i = 0; i < f->body.n; i++)
        found->sum += (unsigned char)f->body.p[i];
    found->last_is_mark = str_eqz(f->body, MARK);
    found->frames++;
    return 0;
}

/* Removes the directory; true when there was nothing in it. */
static bool remove_dir(const char *dir)
{
    DIR *d = opendir(dir);
    bool was_empty = true;
    struct dirent *entry;

    FUZZ_CHECK(d);
    while ((entry = readdir(d))) {
        if (entry->d_name[0] == '.')
            continue;
        was_empty = false;
        unlinkat(dirfd(d), entry->d_name, 0);
    }
    closedir(d);
    FUZZ_CHECK(rmdir(dir) == 0);
    return was_empty;
}

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    const char *home = getenv("CMEM_HOME"); /* a unit test's own directory */
    struct frame f = {.type = FRAME_EVENT, .body = STR(MARK)};
    struct spool_counts counts;
    struct found found = {0};
    char dir[512], file[600];
    int fd;

    snprintf(dir, sizeof(dir), "%s/fuzz-XXXXXX", home ? home : "/tmp");
    FUZZ_CHECK(mkdtemp(dir));
    snprintf(file, sizeof(file), "%s/events.spool", dir);
    fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    FUZZ_CHECK(fd >= 0 && file_write_all(fd, data, size) == 0);
    close(fd);
    FUZZ_CHECK(spool_append(dir, &f, UINT64_MAX / 2, clock_mono_ms()) == 0);
    FUZZ_CHECK(spool_read(dir, look, NULL, &found, &counts, NULL) == 0);
    FUZZ_CHECK(found.last_is_mark && counts.records == found.frames);
    FUZZ_CHECK(counts.torn_bytes <= size);
    /* Only a whole record of a newer version keeps the file. */
    FUZZ_CHECK(remove_dir(dir) || counts.torn_bytes < size);
    return 0;
}
