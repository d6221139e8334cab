/* file_test.c - files, paths and the log. */
#include "base/common.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/paths.h"
#include "test.h"

static struct arena arena;

static const char *at(const char *name)
{
    return arena_fmt(&arena, "%s/%s", test_dir(), name).p;
}

static unsigned mode_of(const char *path)
{
    struct stat st;

    CHECK_INT(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

static struct str text_of(const char *path)
{
    struct buf b;
    struct err e = {0};
    struct str s;

    buf_init(&b, 16u << 20);
    if (file_read(path, &b, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    s = arena_str(&arena, buf_str(&b));
    buf_free(&b);
    return s;
}

TEST(file, what_was_written_is_read)
{
    struct err e;

    umask(0);
    CHECK_INT(file_write(at("f"), STR("one\0two"), 0600, &e), 0);
    CHECK_INT(text_of(at("f")).n, 7);
    CHECK_INT(mode_of(at("f")), 0600);
    CHECK_INT(file_write(at("f"), STR(""), 0644, &e), 0);
    CHECK_STR(text_of(at("f")), "");
    CHECK_INT(mode_of(at("f")), 0644);
    CHECK(file_exists(at("f")));
    CHECK(!file_exists(at("g")));
    arena_free(&arena);
}

TEST(file, reading_has_a_limit)
{
    struct buf b;
    struct err e;

    CHECK_INT(file_write(at("f"), STR("0123456789"), 0600, &e), 0);
    buf_init(&b, 10);
    CHECK_INT(file_read(at("f"), &b, &e), 0);
    buf_free(&b);
    buf_init(&b, 9);
    CHECK_INT(file_read(at("f"), &b, &e), CM_EFULL);
    CHECK_HAS(str_of(e.msg), "larger than 9 bytes");
    CHECK_INT(file_read(at("none"), &b, &e), CM_ENOTFOUND);
    CHECK_HAS(str_of(e.msg), "none: No such file");
    CHECK_INT(file_read(test_dir(), &b, &e), CM_EIO);
    buf_free(&b);
    arena_free(&arena);
}

TEST(file, writing_follows_a_link_and_leaves_nothing_behind)
{
    struct err e;

    CHECK_INT(file_mkdirs(at("d"), &e), 0);
    CHECK_INT(file_write(at("d/real"), STR("a"), 0600, &e), 0);
    CHECK_INT(symlink("d/real", at("link")), 0);
    CHECK_INT(file_write(at("link"), STR("b"), 0600, &e), 0);
    CHECK_STR(text_of(at("d/real")), "b");
    CHECK_INT(unlink(at("link")), 0); /* it is still a link */
    CHECK_INT(unlink(at("d/real")), 0);
    CHECK_INT(rmdir(at("d")), 0); /* and no temporary file */
    CHECK(file_write(at("no/such/dir"), STR("x"), 0600, &e) < 0);
    arena_free(&arena);
}

TEST(file, directories_are_made_private)
{
    struct err e;

    umask(0);
    CHECK_INT(file_mkdirs(at("a/b/c"), &e), 0);
    CHECK_INT(mode_of(at("a")), 0700);
    CHECK_INT(mode_of(at("a/b/c")), 0700);
    CHECK_INT(file_mkdirs(at("a/b/c"), &e), 0);
    CHECK_INT(file_mkdirs(at("a/b/d/"), &e), 0);
    CHECK_INT(file_write(at("a/file"), STR(""), 0600, &e), 0);
    CHECK(file_mkdirs(at("a/file"), &e) < 0);
    CHECK(file_mkdirs(at("a/file/x"), &e) < 0);
    CHECK_INT(file_mkdirs("", &e), CM_EARG);
    arena_free(&arena);
}

TEST(file, random_bytes_differ)
{
    unsigned char a[16] = {0}, b[16] = {0};

    file_random(a, sizeof(a));
    file_random(b, sizeof(b));
    CHECK(memcmp(a, b, sizeof(a)) != 0);
}

TEST(paths, one_home_holds_everything)
{
    struct paths p;
    struct err e;

    setenv("CMEM_HOME", "/x/y", 1);
    CHECK_INT(paths_init(&p, &e), 0);
    CHECK_STR(str_of(p.db), "/x/y/cmem.db");
    CHECK_STR(str_of(p.sock), "/x/y/cmem.sock");
    CHECK_STR(str_of(p.config), "/x/y/config");
    CHECK_STR(str_of(p.cache), "/x/y/cache");
    CHECK_STR(str_of(p.worker_log), "/x/y/worker.log");
    setenv("CMEM_HOME", "relative", 1);
    CHECK_INT(paths_init(&p, &e), CM_EARG);
}

TEST(paths, without_it_they_are_the_usual_places)
{
    struct paths p;
    struct err e;

    setenv("CMEM_HOME", "", 1);
    setenv("HOME", "/home/me", 1);
    setenv("XDG_CACHE_HOME", "/var/tmp/c", 1);
    setenv("XDG_CONFIG_HOME", "not/absolute", 1);
    CHECK_INT(paths_init(&p, &e), 0);
    CHECK_STR(str_of(p.db), "/home/me/.local/share/cmem/cmem.db");
    CHECK_STR(str_of(p.cache), "/var/tmp/c/cmem");
    CHECK_STR(str_of(p.config), "/home/me/.config/cmem/config");
    CHECK_STR(str_of(p.hook_log), "/home/me/.local/state/cmem/hooks.log");
    /* Without a home the password file knows. */
    unsetenv("HOME");
    CHECK_INT(paths_init(&p, &e), 0);
    CHECK_INT(p.db[0], '/');
}

TEST(paths, a_path_that_is_too_long_is_refused)
{
    char home[PATHS_MAX + 10];
    struct paths p;
    struct err e;

    memset(home, 'x', sizeof(home));
    home[0] = '/';
    for (size_t n = PATHS_MAX - 40; n < sizeof(home); n++) {
        home[n] = '\0';
        setenv("CMEM_HOME", home, 1);
        if (paths_init(&p, &e) < 0)
            CHECK_HAS(str_of(e.msg), "too long");
        else
            CHECK(str_ends(str_of(p.worker_log), STR("x/worker.log")));
        home[n] = 'x';
    }
    CHECK_INT(paths_init(&p, &e), CM_EARG);
}

TEST(paths, directories_are_made_and_context_files_named)
{
    char a[PATHS_MAX + 32], b[PATHS_MAX + 32];
    struct paths p;
    struct err e;

    CHECK_INT(paths_init(&p, &e), 0);
    CHECK_INT(paths_make(&p, &e), 0);
    CHECK(file_exists(p.spool) && file_exists(p.cache));
    paths_context(&p, "/w/a", a);
    paths_context(&p, "/w/b", b);
    CHECK(strcmp(a, b) != 0);
    CHECK(str_starts(str_of(a), str_of(p.cache)));
    CHECK(str_ends(str_of(a), STR(".json")));
}

TEST(log, lines_have_a_time_a_level_and_no_control_characters)
{
    log_open(at("log"), LOG_INFO);
    log_info("intake: %d events", 3);
    log_debug("not at this level");
    log_error("two\nlines\033[31m");
    log_close();
    CHECK_HAS(text_of(at("log")), "Z info  intake: 3 events\n");
    CHECK_HAS(text_of(at("log")), "Z error two lines\n");
    CHECK_LACKS(text_of(at("log")), "not at this level");
    CHECK_INT(mode_of(at("log")), 0600);
    CHECK_INT(log_level_of(STR("debug")), LOG_DEBUG);
    CHECK_INT(log_level_of(STR("?")), LOG_INFO);
    arena_free(&arena);
}

TEST(log, the_file_is_begun_anew_before_it_grows_too_large)
{
    struct str old;

    CHECK_INT(file_write(at("log"), STR("x"), 0600, NULL), 0);
    CHECK_INT(truncate(at("log"), 4 * 1024 * 1024), 0);
    log_open(at("log"), LOG_INFO);
    log_info("first of the new");
    log_info("second");
    log_close();
    CHECK_HAS(text_of(at("log")), "first of the new");
    CHECK(text_of(at("log")).n < 200);
    old = text_of(at("log.1"));
    CHECK_INT(old.n, 4 * 1024 * 1024);
    arena_free(&arena);
}
