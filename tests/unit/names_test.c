/* names_test.c - names in running text (lib/base/names.h). */
#include "base/common.h"

#include "base/names.h"
#include "test.h"

/* The names of a text, joined by '|'. */
static struct str found(const char *text)
{
    static char all[1024];
    struct names n = {str_of(text), 0};
    struct str name;
    size_t len = 0;

    while (names_next(&n, &name))
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%.*s",
                                len ? "|" : "", STR_ARG(name));
    return (struct str){all, len};
}

static struct str parts(const char *name)
{
    static struct buf b;

    buf_free(&b);
    buf_init(&b, 4096);
    name_parts(str_of(name), &b);
    return buf_str(&b);
}

TEST(names, finds_every_kind)
{
    CHECK_STR(found("edit src/main.c, ./run and ~/x/y."),
              "src/main.c|./run|~/x/y");
    CHECK_STR(found("call parseReply or ParseReply or parse_reply() now"),
              "parseReply|ParseReply|parse_reply");
    CHECK_STR(found("os.path.join and std::vector; e.g. this."),
              "os.path.join|std::vector");
    CHECK_STR(found("ENOENT, SIGSEGV: E0308 TS2345 SQLITE_BUSY (HTTP 429)"),
              "ENOENT|SIGSEGV|E0308|TS2345|SQLITE_BUSY|HTTP 429");
    CHECK_STR(found("v2.1.3 and 1.2.3 fix #123 in abc1234 (0d15ea5e1)."),
              "v2.1.3|1.2.3|#123|abc1234|0d15ea5e1");
    CHECK_STR(found("use sha256, gpt-4o, utf-8, --no-verify"),
              "sha256|gpt-4o|utf-8|--no-verify");
    CHECK_STR(found("the `word` and main() are marked"), "word|main");
}

TEST(names, leaves_prose_alone)
{
    CHECK_STR(found("I would read/write and/or wait 10ms for the 2nd URLs."),
              "");
    CHECK_STR(found("On 2026-11-21 at 3.5 percent; well-known, e.g. PRs"), "");
    CHECK_STR(found("A deadbeef effaced HTTP 99 HTTP 4290 # 1 -"), "");
}

TEST(names, drops_line_numbers_behind_paths)
{
    CHECK_STR(found("at lib/base/str.c:120:7: error"), "lib/base/str.c");
    CHECK_STR(found("see foo/bar.py:9."), "foo/bar.py");
}

TEST(names, splits_into_parts)
{
    CHECK_STR(parts("parseReply"), "parse reply");
    CHECK_STR(parts("HTTPServerError"), "http server error");
    CHECK_STR(parts("src/parseReply.c"), "src parse reply c");
    CHECK_STR(parts("sha256"), "sha 256");
    CHECK_STR(parts("E0308"), "e0308");
    CHECK_STR(parts("TS2345"), "ts2345");
    CHECK_STR(parts("URLs"), "urls");
    CHECK_STR(parts("a1b2c3d"), "a1b2c3d");
    CHECK_STR(parts("caf\xc3\xa9_menu"), "caf\xc3\xa9 menu");
    CHECK_STR(parts("--"), "");
}

TEST(names, writes_whole_parts_and_joined)
{
    struct buf b;

    buf_init(&b, NAMES_MAX);
    names_of(STR("parseReply in src/a_b.c, file_size, v1.2.3"), &b);
    CHECK_STR(buf_str(&b), "parsereply parse reply\nsrc/a_b.c\n"
                           "file_size filesize\nv1.2.3 1.2.3\n");
    buf_free(&b);
}

TEST(names, says_each_once_over_several_texts)
{
    struct buf b;

    buf_init(&b, NAMES_MAX);
    names_of(STR("parseReply ParseReply ENOENT"), &b);
    names_of(STR("enough of parseReply and EACCES and ENOENT"), &b);
    CHECK_STR(buf_str(&b), "parsereply parse reply\nenoent\neacces\n");
    buf_free(&b);
}

TEST(names, stops_at_its_limit)
{
    struct buf text, b;

    buf_init(&text, 1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_addf(&text, "name_%d ", i);
    buf_init(&b, 1 << 20);
    names_of(buf_str(&text), &b);
    CHECK(b.len <= NAMES_MAX);
    CHECK(b.len > NAMES_MAX / 2);
    CHECK(b.data[b.len - 1] == '\n');
    buf_free(&b);
    buf_init(&b, 20); /* a smaller buffer is respected and stays usable */
    names_of(STR("one_two three_four five_six"), &b);
    CHECK_STR(buf_str(&b), "one_two onetwo\n");
    CHECK(!buf_is_full(&b));
    buf_free(&b);
    buf_free(&text);
}

TEST(names, takes_any_bytes)
{
    struct buf b, text;

    buf_init(&text, 1 << 16);
    for (int i = 0; i < 1 << 16; i++)
        buf_addc(&text, (char)((i * 7919) ^ (i >> 5)));
    buf_init(&b, NAMES_MAX);
    names_of(buf_str(&text), &b);
    for (size_t n = 0; n < 600; n++) { /* no byte past the end is read */
        char *exact = malloc(n + 1);

        memcpy(exact, text.data, n);
        buf_reset(&b);
        names_of((struct str){exact, n}, &b);
        free(exact);
    }
    buf_free(&b);
    buf_free(&text);
}
