/* base_test.c - err, str, buf, arena, sha256. */
#include "base/common.h"

#include <errno.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/sha256.h"
#include "base/str.h"
#include "test.h"

TEST(err, a_sentence_is_set_extended_and_wrapped)
{
    struct err e;

    CHECK_INT(err_set(&e, CM_EDB, "open %s", "x.db"), CM_EDB);
    CHECK_STR(str_of(e.msg), "open x.db");
    CHECK_INT(err_wrap(&e, "start the worker"), CM_EDB);
    CHECK_STR(str_of(e.msg), "start the worker: open x.db");
    errno = ENOENT;
    CHECK_INT(err_sys(&e, CM_ENOTFOUND, "open %s", "y"), CM_ENOTFOUND);
    CHECK_STR(str_of(e.msg), "open y: No such file or directory");
    CHECK_INT(err_set(NULL, CM_EIO, "nobody asks"), CM_EIO);
    CHECK_STR(str_of(err_name(CM_EFORMAT)), "format");
    CHECK_STR(str_of(err_name(-99)), "error");
    CHECK_STR(str_of(err_name(1)), "error");
}

TEST(err, a_long_sentence_ends_in_dots)
{
    char text[2000];
    struct err e;

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    err_set(&e, CM_EIO, "%s", text);
    CHECK_INT(strlen(e.msg), sizeof(e.msg) - 1);
    CHECK(str_ends(str_of(e.msg), STR("x...")));
    err_wrap(&e, "read");
    CHECK(str_starts(str_of(e.msg), STR("read: x")));
    CHECK(str_ends(str_of(e.msg), STR("x...")));
    text[508] = '\0';
    errno = ENOENT;
    err_sys(&e, CM_EIO, "%s", text);
    CHECK(str_ends(str_of(e.msg), STR("...")));
    CHECK_INT(strlen(e.msg), sizeof(e.msg) - 1);
}

TEST(str, slices_compare_and_search)
{
    CHECK(str_eq(STR_NONE, STR("")));
    CHECK(str_eqz(STR("abc"), "abc"));
    CHECK(!str_eqz(STR("abc"), "abcd"));
    CHECK(str_ieq(STR("AbC"), STR("aBc")));
    CHECK(!str_ieq(STR("a\xc3\xa4"), STR("a\xc3\x84")));
    CHECK(str_starts(STR("abc"), STR("")));
    CHECK(!str_starts(STR("a"), STR("ab")));
    CHECK(str_ends(STR("abc"), STR("bc")));
    CHECK(!str_ends(STR("c"), STR("bc")));
    CHECK_INT(str_find(STR("abcabc"), STR("ca")), 2);
    CHECK_INT(str_find(STR("abc"), STR("")), 0);
    CHECK_INT(str_find(STR_NONE, STR("a")), -1);
    CHECK_INT(str_ifind(STR("xxAbC"), STR("abc")), 2);
    CHECK_INT(str_ifind(STR("ab"), STR("abc")), -1);
    CHECK_INT(str_chr(STR_NONE, 'a'), -1);
    CHECK_INT(str_rchr(STR("a/b/c"), '/'), 3);
    CHECK_STR(str_base(STR("/a/b")), "b");
    CHECK_STR(str_base(STR("b")), "b");
    CHECK_STR(str_base(STR("/a/")), "");
}

TEST(str, cutting_never_leaves_the_slice)
{
    CHECK_STR(str_cut(STR("abc"), 1, 2), "b");
    CHECK_STR(str_cut(STR("abc"), 2, 99), "c");
    CHECK_STR(str_cut(STR("abc"), 9, 99), "");
    CHECK_STR(str_cut(STR("abc"), 2, 1), "");
    CHECK_STR(str_cut(STR_NONE, 1, 2), "");
    CHECK_STR(str_trim(STR(" \t\r\n a b \v\f")), "a b");
    CHECK_STR(str_trim(STR("  ")), "");
}

TEST(str, lines_and_parts_are_taken_off)
{
    struct str rest = STR("a\r\n\nb"), part;

    CHECK(str_line(&rest, &part));
    CHECK_STR(part, "a");
    CHECK(str_line(&rest, &part));
    CHECK_STR(part, "");
    CHECK(str_line(&rest, &part));
    CHECK_STR(part, "b");
    CHECK(!str_line(&rest, &part));
    rest = STR(",x,");
    CHECK(str_split(&rest, ',', &part) && part.n == 0);
    CHECK(str_split(&rest, ',', &part) && str_eqz(part, "x"));
    CHECK(str_split(&rest, ',', &part) && part.n == 0);
    CHECK(!str_split(&rest, ',', &part));
}

TEST(str, numbers_are_whole_and_within_limits)
{
    static const char *const bad[] = {
        "",     " 1",  "1 ", "x", "1x", "-", "99999999999999999999999",
        "0x10", "1.0",
    };
    int64_t v = 7;

    CHECK_INT(str_int(STR("-12"), -100, 100, &v), 0);
    CHECK_INT(v, -12);
    CHECK_INT(str_int(STR("9223372036854775807"), 0, INT64_MAX, &v), 0);
    CHECK(v == INT64_MAX);
    v = 7;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        CHECK_INT(str_int(str_of(bad[i]), INT64_MIN, INT64_MAX, &v), CM_EARG);
    CHECK_INT(str_int(STR("9223372036854775808"), 0, INT64_MAX, &v), CM_EARG);
    CHECK_INT(str_int((struct str){"1\0002", 3}, 0, 100, &v), CM_EARG);
    CHECK_INT(str_int(STR("101"), 0, 100, &v), CM_EARG);
    CHECK_INT(v, 7);
}

TEST(buf, it_grows_up_to_its_ceiling_and_no_further)
{
    struct buf b;

    buf_init(&b, 10);
    CHECK_STR(buf_str(&b), "");
    CHECK(buf_addz(&b, "0123456789"));
    CHECK(!buf_is_full(&b));
    CHECK(buf_addz(&b, ""));
    CHECK(!buf_addc(&b, 'x'));
    CHECK(buf_is_full(&b));
    CHECK_STR(buf_str(&b), "0123456789");
    buf_reset(&b);
    CHECK(!buf_is_full(&b));
    /* What does not fit leaves nothing, and nothing fits from then on. */
    CHECK(!buf_addz(&b, "0123456789x"));
    CHECK(!buf_addz(&b, "y"));
    CHECK_STR(buf_str(&b), "");
    buf_free(&b);
    CHECK(b.data && b.data[0] == '\0');
}

TEST(buf, it_is_always_terminated)
{
    struct buf b;
    char *p;

    buf_init(&b, 1000);
    CHECK_INT(strlen(b.data), 0);
    buf_addf(&b, "%d-%s", 42, "x");
    CHECK_STR(str_of(b.data), "42-x");
    buf_consume(&b, 3);
    CHECK_STR(str_of(b.data), "x");
    p = buf_reserve(&b, 100);
    CHECK(p);
    memcpy(p, "yz", 2);
    buf_commit(&b, 2);
    CHECK_STR(str_of(b.data), "xyz");
    buf_consume(&b, 3);
    CHECK_STR(str_of(b.data), "");
    CHECK(buf_adds(&b, STR_NONE));
    CHECK(!buf_reserve(&b, 1001));
    buf_free(&b);
    buf_free(&(struct buf){0});
}

TEST(arena, an_array_grows_and_keeps_what_it_has)
{
    struct arena a = {0};
    size_t cap = 0;
    int *v = NULL;

    for (int i = 0; i < 1000; i++) {
        v = arena_grow(&a, v, (size_t)i, &cap, sizeof(*v));
        v[i] = i;
    }
    CHECK(cap >= 1000 && cap < 3000);
    for (int i = 0; i < 1000; i++)
        CHECK_INT(v[i], i);
    arena_free(&a);
}

TEST(arena, memory_is_zeroed_aligned_and_apart)
{
    struct arena a = {0};
    unsigned char *prev = NULL;
    size_t prev_n = 0;

    for (size_t n = 0; n < 40000; n = n * 3 + 1) {
        unsigned char *p = arena_alloc(&a, n);

        CHECK_INT((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            CHECK_INT(p[i], 0);
        memset(p, 0xaa, n);
        for (size_t i = 0; i < prev_n; i++)
            CHECK_INT(prev[i], 0xaa);
        prev = p;
        prev_n = n;
    }
    CHECK(arena_bytes(&a) > 29524);
    arena_free(&a);
    CHECK_INT(arena_bytes(&a), 0);
    arena_free(&a);
}

TEST(arena, strings_are_copied_and_terminated)
{
    struct arena a = {0};
    struct str s = arena_str(&a, str_cut(STR("abcdef"), 1, 3));

    CHECK_STR(s, "bc");
    CHECK_INT(s.p[2], 0);
    CHECK_STR(arena_fmt(&a, "%s %05d", "x", 42), "x 00042");
    CHECK_INT(arena_str(&a, STR_NONE).n, 0);
    CHECK_INT(arena_fmt(&a, "%30000d", 1).n, 30000);
    arena_free(&a);
}

static const char *sha(struct str s)
{
    static char hex[65];
    unsigned char h[SHA256_BYTES];

    sha256(s, h);
    hex_of(h, sizeof(h), hex);
    return hex;
}

/* The examples of FIPS 180-4's companion, and a million times "a". */
TEST(sha256, known_answers)
{
    struct sha256 s;
    unsigned char h[SHA256_BYTES];
    char hex[65], many[1000];

    CHECK_STR(str_of(sha(STR(""))), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4"
                                    "649b934ca495991b7852b855");
    CHECK_STR(str_of(sha(STR("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361"
                                       "a396177a9cb410ff61f20015ad");
    CHECK_STR(str_of(sha(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnom"
                             "nopnopq"))),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c"
              "1");
    memset(many, 'a', sizeof(many));
    sha256_init(&s);
    for (int i = 0; i < 1000; i++)
        sha256_add(&s, (struct str){many, sizeof(many)});
    sha256_end(&s, h);
    hex_of(h, sizeof(h), hex);
    CHECK_STR(str_of(hex), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e04"
                           "6d39ccc7112cd0");
}

TEST(sha256, any_cut_gives_the_same_hash)
{
    char text[200], whole[65], parts[65];
    unsigned char h[SHA256_BYTES];
    struct sha256 s;

    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(i * 7);
    for (size_t n = 0; n <= sizeof(text); n++) {
        sha256((struct str){text, n}, h);
        hex_of(h, sizeof(h), whole);
        sha256_init(&s);
        sha256_add(&s, (struct str){text, n / 3});
        sha256_add(&s, (struct str){text + n / 3, n - n / 3});
        sha256_end(&s, h);
        hex_of(h, sizeof(h), parts);
        CHECK_STR(str_of(parts), whole);
    }
}
