/* diff_test.c - lines that two texts do not have in common (base/diff.h). */
#include "base/common.h"

#include "base/diff.h"
#include "test.h"

static size_t diff(const char *old, const char *new, size_t around,
                   struct arena *a, struct buf *b)
{
    struct diff_text x = {str_of(old), 0}, y = {str_of(new), 0};

    buf_reset(b);
    return diff_lines(&x, &y, around, a, b);
}

TEST(diff, tells_what_was_taken_and_what_was_added)
{
    struct arena a = {0};
    struct buf b;

    buf_init(&b, 65536);
    CHECK_INT(diff("a\nb\nc\n", "a\nb\nc\n", 3, &a, &b), 0);
    CHECK_INT(b.len, 0);
    CHECK_INT(diff("", "", 3, &a, &b), 0);
    CHECK_INT(diff("a\nb\nc\n", "a\nX\nc\n", 3, &a, &b), 2);
    CHECK_STR(buf_str(&b), "@@ -1,3 +1,3 @@\n a\n-b\n+X\n c\n");
    CHECK_INT(diff("", "a\nb", 3, &a, &b), 2);
    CHECK_STR(buf_str(&b), "@@ -0,0 +1,2 @@\n+a\n+b\n");
    CHECK_INT(diff("a\nb\n", "", 3, &a, &b), 2);
    CHECK_STR(buf_str(&b), "@@ -1,2 +0,0 @@\n-a\n-b\n");
    CHECK_INT(diff("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", 0, &a, &b),
              5); /* the example of the paper */
    buf_free(&b);
    arena_free(&a);
}

TEST(diff, places_that_are_far_from_each_other_stand_apart)
{
    struct arena a = {0};
    struct buf b;

    buf_init(&b, 65536);
    CHECK_INT(diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "X\n2\n3\n4\n5\n6\n7\n8\nY\n",
                   1, &a, &b),
              4);
    CHECK_STR(buf_str(&b), "@@ -1,2 +1,2 @@\n-1\n+X\n 2\n"
                           "@@ -8,2 +8,2 @@\n 8\n-9\n+Y\n");
    CHECK_INT(diff("1\n2\n3\n4\n", "X\n2\n3\nY\n", 1, &a, &b), 4);
    CHECK_STR(buf_str(&b), "@@ -1,4 +1,4 @@\n-1\n+X\n 2\n 3\n-4\n+Y\n");
    buf_free(&b);
    arena_free(&a);
}

TEST(diff, counts_lines_from_where_the_texts_begin)
{
    struct diff_text x = {STR("a\nb\n"), 10}, y = {STR("a\nc\n"), 31};
    struct arena a = {0};
    struct buf b;

    buf_init(&b, 65536);
    CHECK_INT(diff_lines(&x, &y, 0, &a, &b), 2);
    CHECK_STR(buf_str(&b), "@@ -11,1 +32,1 @@\n-b\n+c\n");
    buf_free(&b);
    arena_free(&a);
}

/* Applies a diff of whole texts: what comes out must be the new one. */
static bool leads_to(struct str old, struct str new, struct str diff)
{
    struct str line, from, to, mark;

    while (str_line(&diff, &line)) {
        if (str_starts(line, STR("@@")))
            continue;
        mark = str_cut(line, 0, 1);
        line = str_cut(line, 1, line.n);
        if (!str_eqz(mark, "+") &&
            (!str_line(&old, &from) || !str_eq(from, line)))
            return false;
        if (!str_eqz(mark, "-") && (!str_line(&new, &to) || !str_eq(to, line)))
            return false;
    }
    return old.n == 0 && new.n == 0;
}

/* The length of what two texts of single letters have in common, the slow
 * way. */
static size_t common(const char *x, size_t n, const char *y, size_t m)
{
    size_t v[32][32] = {{0}};

    for (size_t i = 1; i <= n; i++)
        for (size_t k = 1; k <= m; k++)
            v[i][k] = x[i - 1] == y[k - 1]        ? v[i - 1][k - 1] + 1
                      : v[i - 1][k] > v[i][k - 1] ? v[i - 1][k]
                                                  : v[i][k - 1];
    return v[n][m];
}

TEST(diff, is_right_and_shortest_for_any_two_texts)
{
    uint32_t seed = 7;
    struct buf b;

    buf_init(&b, 65536);
    for (int round = 0; round < 3000; round++) {
        char x[64], y[64], lx[32], ly[32];
        struct arena a = {0};
        size_t n = 0, m = 0, changed;

        for (int side = 0; side < 2; side++) {
            char *text = side ? y : x, *letters = side ? ly : lx;
            size_t *len = side ? &m : &n;

            seed = seed * 1664525 + 1013904223;
            *len = (seed >> 16) % 20;
            for (size_t i = 0; i < *len; i++) {
                seed = seed * 1664525 + 1013904223;
                letters[i] = (char)('a' + (seed >> 16) % 4);
                text[2 * i] = letters[i];
                text[2 * i + 1] = '\n';
            }
            text[2 * *len] = '\0';
        }
        changed = diff(x, y, 20, &a, &b);
        CHECK_INT(changed, n + m - 2 * common(lx, n, ly, m));
        if (changed)
            CHECK(leads_to(str_of(x), str_of(y), buf_str(&b)));
        arena_free(&a);
    }
    buf_free(&b);
}

TEST(diff, what_differs_too_much_is_replaced_whole)
{
    struct diff_text x, y;
    struct arena a = {0};
    struct buf old, new, b;

    buf_init(&old, 1 << 20);
    buf_init(&new, 1 << 20);
    buf_init(&b, 1 << 20);
    buf_addz(&old, "first\n");
    buf_addz(&new, "first\n");
    for (int i = 0; i < DIFF_MAX; i++) {
        buf_addf(&old, "old %d\nboth\n", i);
        buf_addf(&new, "new %d\nboth\n", i);
    }
    x = (struct diff_text){buf_str(&old), 0};
    y = (struct diff_text){buf_str(&new), 0};
    CHECK_INT(diff_lines(&x, &y, 0, &a, &b), 4 * DIFF_MAX - 2);
    CHECK(leads_to(str_cut(x.text, 6, x.text.n - 5),
                   str_cut(y.text, 6, y.text.n - 5), buf_str(&b)));
    buf_free(&old);
    buf_free(&new);
    buf_free(&b);
    arena_free(&a);
}
