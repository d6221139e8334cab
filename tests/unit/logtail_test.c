/* logtail_test.c - the end of a log, and following it over rotation. */
#include "base/common.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/logtail.h"
#include "test.h"

static char path[4096];

static const char *log_path(const char *suffix)
{
    static char p[4200];

    snprintf(path, sizeof(path), "%s/worker.log", test_dir());
    snprintf(p, sizeof(p), "%s%s", path, suffix);
    return p;
}

static void append(const char *text)
{
    int fd = open(log_path(""), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    CHECK(fd >= 0);
    CHECK_INT(file_write_all(fd, text, strlen(text)), 0);
    close(fd);
}

static void check_tail(size_t n, const char *want)
{
    struct logtail_follow f = {.fd = -1};
    struct buf b;

    buf_init(&b, LOGTAIL_MAX);
    CHECK_INT(logtail_read(path, n, &b, &f, NULL), 0);
    CHECK_STR(buf_str(&b), want);
    close(f.fd);
    buf_free(&b);
}

static void check_more(struct logtail_follow *f, struct buf *b,
                       const char *want)
{
    CHECK_INT(logtail_more(f, b, NULL), 1);
    CHECK_STR(buf_str(b), want);
}

TEST(logtail, gives_the_last_lines)
{
    append("a\nbb\nccc\n");
    check_tail(2, "bb\nccc\n");
    check_tail(3, "a\nbb\nccc\n");
    check_tail(100, "a\nbb\nccc\n");
    check_tail(0, "");
    append("unfinished");
    check_tail(2, "ccc\nunfinished");
}

TEST(logtail, an_empty_log_has_no_lines_and_a_missing_one_is_told)
{
    struct logtail_follow f = {.fd = -1};
    struct err e = {0};
    struct buf b;

    log_path("");
    buf_init(&b, LOGTAIL_MAX);
    CHECK_INT(logtail_read(path, 5, &b, &f, &e), CM_ENOTFOUND);
    CHECK_INT(f.fd, -1);
    append("");
    check_tail(5, "");
    append("\n");
    check_tail(5, "\n");
    buf_free(&b);
}

TEST(logtail, goes_on_into_the_file_that_was_rotated_away)
{
    append("old 1\nold 2\n");
    CHECK_INT(rename(path, log_path(".1")), 0);
    append("new 1\n");
    check_tail(1, "new 1\n");
    check_tail(2, "old 2\nnew 1\n");
    check_tail(9, "old 1\nold 2\nnew 1\n");
}

TEST(logtail, follows_what_is_added_in_whole_lines)
{
    struct logtail_follow f = {.fd = -1};
    struct buf b;

    buf_init(&b, 4096);
    append("a\n");
    CHECK_INT(logtail_read(path, 1, &b, &f, NULL), 0);
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    append("b\nc");
    check_more(&f, &b, "b\n");
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    append("c\nd\n");
    check_more(&f, &b, "cc\nd\n");
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    close(f.fd);
    buf_free(&b);
}

TEST(logtail, follows_over_rotation_and_loses_no_line)
{
    struct logtail_follow f = {.fd = -1};
    struct buf b;

    buf_init(&b, 4096);
    append("a\n");
    CHECK_INT(logtail_read(path, 0, &b, &f, NULL), 0);
    append("last of the old\n");
    CHECK_INT(rename(path, log_path(".1")), 0);
    check_more(&f, &b, "last of the old\n");
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    append("first of the new\n");
    check_more(&f, &b, "first of the new\n");
    /* Emptied in place: from its start. */
    CHECK_INT(truncate(path, 0), 0);
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    append("x\n");
    check_more(&f, &b, "x\n");
    close(f.fd);
    buf_free(&b);
}

TEST(logtail, waits_for_a_log_that_is_not_there_yet)
{
    struct logtail_follow f = {.path = path, .fd = -1};
    struct buf b;

    log_path("");
    buf_init(&b, 4096);
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    append("a\n");
    check_more(&f, &b, "a\n");
    close(f.fd);
    buf_free(&b);
}

TEST(logtail, a_line_longer_than_the_buffer_comes_in_pieces)
{
    struct logtail_follow f = {.path = path, .fd = -1};
    struct buf b;

    log_path("");
    buf_init(&b, 4);
    append("abcdefg\n");
    check_more(&f, &b, "abcd");
    check_more(&f, &b, "efg\n");
    CHECK_INT(logtail_more(&f, &b, NULL), 0);
    close(f.fd);
    buf_free(&b);
}
