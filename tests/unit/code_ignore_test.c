/* code_ignore_test.c - .gitignore, beside git itself. */
#include "base/common.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "code/ignore.h"
#include "test.h"

static enum ignore_verdict ask(const char *rules, const char *path, bool is_dir)
{
    struct ignore g = {0};
    enum ignore_verdict v;

    ignore_push(&g, STR(""), str_of(rules));
    v = ignore_match(&g, str_of(path), is_dir);
    ignore_free(&g);
    return v;
}

TEST(code_ignore, names_paths_and_directories)
{
    CHECK_INT(ask("*.o\n", "a/b/c.o", false), IGNORE_OUT);
    CHECK_INT(ask("*.o\n!keep.o\n", "a/keep.o", false), IGNORE_IN);
    CHECK_INT(ask("/build\n", "build", true), IGNORE_OUT);
    CHECK_INT(ask("/build\n", "a/build", true), IGNORE_SILENT);
    CHECK_INT(ask("doc/*.txt\n", "doc/a/b.txt", false), IGNORE_SILENT);
    CHECK_INT(ask("doc/**/b.txt\n", "doc/b.txt", false), IGNORE_OUT);
    CHECK_INT(ask("out/\n", "out", false), IGNORE_SILENT);
    CHECK_INT(ask("out/\n", "x/out", true), IGNORE_OUT);
    CHECK_INT(ask("# a\n\\#b\n", "#b", false), IGNORE_OUT);
    CHECK_INT(ask("a  \r\nb\\ \n", "b ", false), IGNORE_OUT);
    CHECK_INT(ask("", "a", false), IGNORE_SILENT);
}

TEST(code_ignore, a_directorys_rules_go_with_it)
{
    struct ignore g = {0};
    size_t mark;

    ignore_push(&g, STR(""), STR("*.a\n"));
    mark = ignore_push(&g, STR("sub"), STR("!x.a\n/y\n"));
    CHECK_INT(ignore_match(&g, STR("sub/x.a"), false), IGNORE_IN);
    CHECK_INT(ignore_match(&g, STR("x.a"), false), IGNORE_OUT);
    CHECK_INT(ignore_match(&g, STR("sub/y"), false), IGNORE_OUT);
    CHECK_INT(ignore_match(&g, STR("subtle/y"), false), IGNORE_SILENT);
    ignore_pop(&g, mark);
    CHECK_INT(ignore_match(&g, STR("sub/x.a"), false), IGNORE_OUT);
    ignore_free(&g);
}

/* What takes other matchers forever. */
TEST(code_ignore, many_stars_take_no_time)
{
    char pattern[4096], text[4096];

    for (size_t i = 0; i < sizeof(pattern) - 1; i++)
        pattern[i] = i % 2 ? 'a' : '*';
    memset(text, 'a', sizeof(text));
    pattern[sizeof(pattern) - 2] = 'b';
    pattern[sizeof(pattern) - 1] = '\0';
    text[sizeof(text) - 1] = '\0';
    CHECK(!ignore_glob(str_of(pattern), str_of(text), true));
}

static uint64_t state = 88172645463325252;
static size_t below(size_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % n);
}

static void random_rules(struct buf *b)
{
    static const char *const part[] = {
        "a", "b", "a", "b", "ab", "*", "?", "**", "/", "/", "/", "[ab]",
        "[!a]", "[^b-x]", "\\", " ", ".", "#", "!", "**/", "/**", "/**/", "]",
        "[", "[[:alpha:]]", "[]-a]", "\\ ", "[a-b-x]", "x",
    };
    size_t lines = 1 + below(4);

    while (lines--) {
        size_t n = 1 + below(6);

        if (below(5) == 0)
            buf_addc(b, '!');
        while (n--)
            buf_addz(b, part[below(ARRAY_LEN(part))]);
        if (below(8) == 0)
            buf_addc(b, '\r');
        buf_addc(b, '\n');
    }
}

static const char *const dirs[] = {"", "a", "a/b"};

static enum ignore_verdict ours(struct str *rules, struct str path)
{
    struct ignore g = {0};
    enum ignore_verdict v = IGNORE_SILENT;

    for (size_t i = 0; i < path.n + 1 && v != IGNORE_OUT; i++) {
        struct str part = str_cut(path, 0, i);

        if (i < path.n && path.p[i] != '/')
            continue;
        ignore_free(&g);
        for (size_t d = 0; d < ARRAY_LEN(dirs); d++) {
            size_t n = strlen(dirs[d]);

            if (n == 0 || (part.n > n && part.p[n] == '/' &&
                           str_starts(part, str_of(dirs[d]))))
                ignore_push(&g, str_of(dirs[d]), rules[d]);
        }
        v = ignore_match(&g, part,
                         i < path.n || str_eqz(part, "a") ||
                             str_eqz(part, "a/b"));
    }
    ignore_free(&g);
    return v;
}

static void write_at(const char *name, struct str text)
{
    char path[1024];
    struct err e = {0};

    snprintf(path, sizeof(path), "%s/%s", test_dir(), name);
    if (file_write(path, text, 0600, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
}

/* git in the test's directory: paths on its input, answers from its output. */
static void git(const char *const *argv)
{
    int status;
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0) {
        setenv("HOME", "/nonexistent", 1);
        setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
        if (chdir(test_dir()) < 0 || !freopen("paths", "a+", stdin) ||
            !freopen("answers", "w", stdout))
            _exit(9);
        execvp("git", (char *const *)(uintptr_t)argv);
        _exit(9);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) <= 1);
}

/* One round: rules in three directories, fifty paths, both are asked. */
static void compare(void)
{
    static const char *const word[] = {"a", "b", "ab", "ba", "x", ".a",
                                       "a b", "#", "!", "aab", "]", "a "};
    struct buf rules[3], paths, out;
    struct str text[3], rest, field;
    char name[1024];
    struct err e = {0};

    for (size_t d = 0; d < 3; d++) {
        buf_init(&rules[d], 4096);
        random_rules(&rules[d]);
        text[d] = buf_str(&rules[d]);
        snprintf(name, sizeof(name), "%s%s.gitignore", dirs[d], d ? "/" : "");
        write_at(name, text[d]);
    }
    buf_init(&paths, 65536);
    for (int i = 0; i < 50; i++) {
        for (size_t n = 1 + below(4); n--;) {
            buf_addz(&paths, word[below(n > 1 ? 3 : ARRAY_LEN(word))]);
            buf_addc(&paths, n ? '/' : '\0');
        }
    }
    write_at("paths", buf_str(&paths));
    git((const char *const[]){"git", "check-ignore", "-z", "-v", "-n",
                              "--no-index", "--stdin", NULL});
    buf_init(&out, 1 << 20);
    snprintf(name, sizeof(name), "%s/answers", test_dir());
    CHECK_INT(file_read(name, &out, &e), 0);
    CHECK(out.len > 0);
    rest = buf_str(&out);
    while (rest.n) {
        struct str pattern, path;
        enum ignore_verdict want;

        str_split(&rest, '\0', &field);
        str_split(&rest, '\0', &field);
        str_split(&rest, '\0', &pattern);
        str_split(&rest, '\0', &path);
        want = !pattern.n ? IGNORE_SILENT
                          : pattern.p[0] == '!' ? IGNORE_IN : IGNORE_OUT;
        if ((ours(text, path) == IGNORE_OUT) != (want == IGNORE_OUT))
            test_fail(__FILE__, __LINE__,
                      "\"%.*s\": git says %d by \"%.*s\"; rules:\n%s--\n%s--\n%s",
                      STR_ARG(path), want, STR_ARG(pattern), rules[0].data,
                      rules[1].data, rules[2].data);
    }
    for (size_t d = 0; d < 3; d++)
        buf_free(&rules[d]);
    buf_free(&paths);
    buf_free(&out);
}

TEST(code_ignore, agrees_with_git)
{
    char path[1024];

    git((const char *const[]){"git", "init", "-q", NULL});
    snprintf(path, sizeof(path), "%s/a/b", test_dir());
    CHECK_INT(file_mkdirs(path, NULL), 0);
    for (int round = 0; round < 300; round++)
        compare();
}
