/* code_scan_test.c - trees walked, and looked at again. */
#include "base/common.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/file.h"
#include "code/ignore.h"
#include "code/scan.h"
#include "code_rig.h"
#include "test.h"

static void at(char out[1024], const char *name)
{
    snprintf(out, 1024, "%s/%s", test_dir(), name);
}

static void put(const char *name, const char *text)
{
    char path[1024], dir[1024];
    char *slash;

    at(path, name);
    at(dir, name);
    slash = strrchr(dir, '/');
    *slash = '\0';
    CHECK_INT(file_mkdirs(dir, NULL), 0);
    CHECK_INT(file_write(path, str_of(text), 0644, NULL), 0);
}

/* Paths of a walk, a blank behind each. */
static struct str walk(struct buf *b)
{
    struct tree *t;
    struct tree_entry en;

    buf_reset(b);
    CHECK_INT(tree_open(&t, test_dir(), NULL), 0);
    while (tree_next(t, &en) > 0)
        buf_addf(b, "%s%.*s ", en.what == TREE_FILE ? "" : "!",
                 STR_ARG(en.path));
    tree_close(t);
    return buf_str(b);
}

TEST(code_tree, gives_code_in_order_and_leaves_out_what_rules_say)
{
    struct buf b;

    buf_init(&b, 65536);
    put("b.c", "");
    put("a/z.py", "");
    put("a/y.o", "");
    put("a/x.c", "");
    put(".gitignore", "x.c\nout/\n");
    put("a/d/.gitignore", "!x.c\nz.c\n");
    put("a/d/x.c", "");
    put("a/d/z.c", "");
    put("out/x.py", "");
    put("node_modules/m/i.js", "");
    put("lib/jquery.min.js", "");
    put("tagged/CACHEDIR.TAG", "");
    put("tagged/a.c", "");
    put("sub/.git", "gitdir: ../x");
    put("sub/a.c", "");
    CHECK_STR(walk(&b), "a/d/x.c a/z.py b.c !sub ");
    CHECK(tree_has(test_dir(), STR("a/d/x.c")));
    CHECK(!tree_has(test_dir(), STR("a/x.c")));
    CHECK(!tree_has(test_dir(), STR("out/x.py")));
    CHECK(!tree_has(test_dir(), STR("a/none.c")));
    CHECK(!tree_has(test_dir(), STR("sub/a.c")));
    /* Our own rules have the last word, both ways. */
    put(".cmemignore", "!node_modules/\n*.py\n");
    CHECK_STR(walk(&b), "a/d/x.c b.c node_modules/m/i.js !sub ");
    buf_free(&b);
}

TEST(code_tree, global_rules_and_those_of_the_repository)
{
    struct buf b;
    char path[1024];

    buf_init(&b, 65536);
    at(path, "home");
    setenv("HOME", path, 1);
    unsetenv("XDG_CONFIG_HOME");
    put("home/.config/git/ignore", "/home/\nold.c\n");
    put("old.c", "");
    put("new.c", "");
    put("own.c", "");
    put(".git/info/exclude", "own.c\n");
    CHECK_STR(walk(&b), "new.c ");
    put("home/.gitconfig", "[core]\n\texcludesFile = ~/mine\n");
    put("home/mine", "/home/\nnew.c\n");
    CHECK_STR(walk(&b), "old.c ");
    buf_free(&b);
}

TEST(code_tree, loops_and_what_cannot_be_read_do_not_stop_it)
{
    struct buf b;
    char path[1024];

    buf_init(&b, 65536);
    put("a/a.c", "");
    put("shut/b.c", "");
    put("z.c", "");
    at(path, "a/loop");
    CHECK_INT(symlink("..", path), 0);
    at(path, "a/pipe.c");
    CHECK_INT(mkfifo(path, 0600), 0);
    at(path, "shut");
    CHECK_INT(chmod(path, 0), 0);
    if (geteuid() == 0)
        CHECK_STR(walk(&b), "a/a.c shut/b.c z.c ");
    else
        CHECK_STR(walk(&b), "a/a.c !shut z.c ");
    CHECK_INT(chmod(path, 0700), 0);
    buf_free(&b);
}

TEST(code_tree, another_file_system_is_not_gone_into)
{
    struct tree *t;
    struct tree_entry en;
    int proc = 0, inside = 0;

    /* The top of every system we run on has one. */
    CHECK_INT(tree_open(&t, "/", NULL), 0);
    for (int i = 0; i < 100000 && tree_next(t, &en) > 0; i++) {
        proc += en.what == TREE_DEVICE && str_eqz(en.path, "proc");
        inside += str_starts(en.path, STR("proc/"));
        if (str_starts(en.path, STR("q")))
            break;
    }
    tree_close(t);
    CHECK_INT(inside, 0);
    (void)proc;
}

TEST(code_tree, a_deep_directory_is_told_and_left)
{
    struct buf b;
    char path[1024];

    buf_init(&b, 65536);
    CHECK_INT(chdir(test_dir()), 0);
    for (int i = 0; i < TREE_DEPTH + 5; i++) {
        CHECK_INT(mkdir("d", 0700), 0);
        CHECK_INT(chdir("d"), 0);
    }
    at(path, "z.c");
    put("z.c", "");
    walk(&b);
    CHECK(str_starts(buf_str(&b), STR("!d/d")));
    CHECK(str_ends(buf_str(&b), STR("d z.c ")));
    CHECK_INT(chdir("/"), 0);
    buf_free(&b);
}

/* --- scans -------------------------------------------------------------------------- */

struct seen {
    struct scan_known v[16];
    size_t n;
    struct arena a;
    char said[512];
};

/* Scans with what is known by *k, which then knows what the scan told. */
static void scan(struct seen *k)
{
    struct scan *s;
    struct scan_item it;
    struct scan_known next[16];
    struct err e = {0};
    size_t n = k->n, len = 0;
    int64_t id;
    int rc;

    memcpy(next, k->v, sizeof(next));
    CHECK_INT(scan_open(&s, test_dir(), k->v, k->n, NULL, &e), 0);
    while ((rc = scan_next(s, &k->a, &it, &e)) > 0) {
        static const char mark[] = "+~-";
        size_t i = it.id ? (size_t)it.id - 1 : n;

        CHECK(i < 16);
        next[i] = (struct scan_known){it.path, (int64_t)i + 1, it.size,
                                      it.mtime_ns, it.hash};
        n += !it.id;
        len += (size_t)snprintf(
            k->said + len, sizeof(k->said) - len, "%c%.*s%s%s ", mark[it.what],
            STR_ARG(it.path), it.status ? ":" : "",
            it.status ? scan_why_name(it.status) : "");
    }
    if (rc < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    while (scan_gone(s, &id))
        len += (size_t)snprintf(k->said + len, sizeof(k->said) - len,
                                "gone:%.*s ", STR_ARG(k->v[id - 1].path));
    k->said[len] = '\0';
    scan_close(s);
    memcpy(k->v, next, sizeof(next));
    k->n = n;
}

static void age(const char *name, int seconds)
{
    char path[1024];
    struct timespec t[2];

    clock_gettime(CLOCK_REALTIME, &t[0]);
    t[0].tv_sec -= seconds;
    t[1] = t[0];
    at(path, name);
    CHECK_INT(utimensat(AT_FDCWD, path, t, 0), 0);
}

TEST(code_scan, opens_only_what_changed)
{
    struct seen k = {0};

    put("a.py", "def f(): pass\n");
    put("b.py", "def g(): pass\n");
    scan(&k);
    CHECK_STR(str_of(k.said), "+a.py +b.py ");
    /* Just written: another write of this moment would look the same. */
    scan(&k);
    CHECK_STR(str_of(k.said), "~a.py ~b.py ");
    /* As it is once the files are old: what is known fits what is there. */
    for (size_t i = 0; i < k.n; i++) {
        char path[1024];
        struct stat st;

        at(path, i ? "b.py" : "a.py");
        CHECK_INT(stat(path, &st), 0);
        k.v[i].mtime_ns =
            (int64_t)st.st_ctim.tv_sec * 1000000000 + st.st_ctim.tv_nsec;
    }
    scan(&k);
    CHECK_STR(str_of(k.said), "");
    age("a.py", 100);
    put("b.py", "def h(): pass\n");
    scan(&k);
    CHECK_STR(str_of(k.said), "~a.py +b.py ");
    arena_free(&k.a);
}

TEST(code_scan, tells_what_is_gone)
{
    struct seen k = {0};
    char path[1024];

    put("a.py", "");
    put("b.py", "x = 1\n");
    scan(&k);
    at(path, "a.py");
    CHECK_INT(unlink(path), 0);
    scan(&k);
    CHECK_STR(str_of(k.said), "~b.py gone:a.py ");
    arena_free(&k.a);
}

TEST(code_scan, says_why_a_file_has_no_definitions)
{
    struct seen k = {0};
    char path[1024], *line;
    int fd;

    put("bin.py", "\x01");
    at(path, "huge.c");
    fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    CHECK(fd >= 0);
    CHECK_INT(ftruncate(fd, 100 << 20), 0);
    close(fd);
    put("made.go", "// Code generated by x. DO NOT EDIT.\npackage a\n");
    line = calloc(1, 10000);
    memset(line, 'a', 9000);
    put("packed.js", line);
    free(line);
    put("data", "no code, no suffix\n");
    put("tool", "#!/bin/sh\nf() { :; }\n");
    scan(&k);
    CHECK_HAS(str_of(k.said), "-huge.c:");
    CHECK_HAS(str_of(k.said), "-made.go:generated");
    CHECK_HAS(str_of(k.said), "-packed.js:minified");
    CHECK_HAS(str_of(k.said), "+tool ");
    CHECK(str_find(str_of(k.said), STR("data")) < 0);
    arena_free(&k.a);
}

TEST(code_tree, tells_of_rules_that_were_not_taken_whole)
{
    struct buf b, rules;

    buf_init(&b, 65536);
    buf_init(&rules, 2 * IGNORE_BYTES);
    for (int i = 0; i < IGNORE_RULES + 1; i++)
        buf_addf(&rules, "x%d\n", i);
    put("a.c", "");
    put("many/.gitignore", rules.data);
    put("many/a.c", "");
    while (rules.len <= IGNORE_BYTES)
        buf_addz(&rules, "and more than a megabyte\n");
    put("large/.gitignore", rules.data);
    put("large/.cmemignore", rules.data);
    put("large/a.c", "");
    put("z/.gitignore", "a.c\n");
    put("z/a.c", "");
    CHECK_STR(walk(&b), "a.c !large/.cmemignore !large/.gitignore large/a.c "
                        "!many/.gitignore many/a.c ");
    buf_free(&b);
    buf_free(&rules);
}

TEST(code_tree, tells_once_of_paths_that_are_too_long)
{
    char name[201], dir[1024];
    struct tree *t;
    struct tree_entry en;
    int fd, up, depth = 0, told = 0;

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    at(dir, ".");
    fd = open(dir, O_RDONLY | O_DIRECTORY);
    for (; depth < TREE_PATH / 201; depth++) {
        CHECK_INT(mkdirat(fd, name, 0700), 0);
        up = fd;
        fd = openat(up, name, O_RDONLY | O_DIRECTORY);
        close(up);
        CHECK(fd >= 0);
    }
    close(openat(fd, "s.c", O_CREAT | O_WRONLY, 0600));
    for (char c = 'a'; c < 'd'; c++) {
        name[0] = c;
        name[100] = '\0';
        CHECK_INT(mkdirat(fd, name, 0700), 0);
    }
    close(fd);
    CHECK_INT(tree_open(&t, test_dir(), NULL), 0);
    while (tree_next(t, &en) > 0) {
        told += en.what == TREE_TOO_DEEP;
        CHECK(en.path.n < TREE_PATH);
        CHECK(en.path.p[en.path.n] == '\0');
    }
    tree_close(t);
    CHECK_INT(told, 1);
}
