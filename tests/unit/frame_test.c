/* frame_test.c - the message format (lib/wire/frame.h). */
#include "base/common.h"

#include "base/err.h"
#include "test.h"
#include "wire/frame.h"

static struct frame sample(void)
{
    struct frame f = {.type = FRAME_EVENT,
                      .kind = HOOK_STOP,
                      .flags = FRAME_CUT,
                      .time_ms = INT64_C(1790000000123),
                      .body = STR("{\"a\":1}\n")};

    for (int i = 0; i < FRAME_UID_BYTES; i++)
        f.uid[i] = (unsigned char)(i * 7);
    return f;
}

static size_t encode(char *out)
{
    struct frame f = sample();

    frame_head(&f, (unsigned char *)out);
    memcpy(out + FRAME_HEAD_BYTES, f.body.p, f.body.n);
    return FRAME_HEAD_BYTES + f.body.n;
}

TEST(frame, comes_back_as_it_went)
{
    char b[256];
    size_t n = encode(b), used;
    struct frame want = sample(), got;

    CHECK_INT(frame_decode((struct str){b, n}, &got, &used), 0);
    CHECK_INT(used, n);
    CHECK_INT(got.type, want.type);
    CHECK_INT(got.kind, want.kind);
    CHECK_INT(got.flags, want.flags);
    CHECK_INT(got.time_ms, want.time_ms);
    CHECK(memcmp(got.uid, want.uid, sizeof(got.uid)) == 0);
    CHECK_STR(got.body, "{\"a\":1}\n");
}

/* The worker sees whatever the kernel hands it: every prefix must mean
 * "wait", none may be read past its end. */
TEST(frame, asks_for_more_on_every_prefix)
{
    char b[256];
    size_t n = encode(b), used;
    struct frame got;

    for (size_t i = 0; i < n; i++) {
        char *exact = malloc(i + 1);

        memcpy(exact, b, i);
        CHECK_INT(frame_decode((struct str){exact, i}, &got, &used), CM_EAGAIN);
        CHECK(used > i);
        free(exact);
    }
}

TEST(frame, refuses_what_is_not_ours)
{
    char b[256];
    size_t n = encode(b), used;
    struct frame got;

    b[0] = 'X';
    CHECK_INT(frame_decode((struct str){b, n}, &got, &used), CM_EFORMAT);
    encode(b);
    b[4] = 9;
    CHECK_INT(frame_decode((struct str){b, n}, &got, &used), CM_EVERSION);
    encode(b);
    b[5] = 77;
    CHECK_INT(frame_decode((struct str){b, n}, &got, &used), CM_EFORMAT);
    encode(b);
    memset(b + 8, 0xff, 4);
    CHECK_INT(frame_decode((struct str){b, n}, &got, &used), CM_EFORMAT);
}
