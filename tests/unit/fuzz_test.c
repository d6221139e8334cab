/* fuzz_test.c - the fuzzers of tests/fuzz over a few thousand seeded inputs. */
#include "base/common.h"

#include "test.h"
#include "wire/spool.h"

#define FUZZ_ENTRY fuzz_frame
#include "tests/fuzz/frame.c"
#undef FUZZ_ENTRY
#define FUZZ_ENTRY fuzz_spool
#include "tests/fuzz/spool.c"

/* xorshift: the same inputs in every run, so that a failure comes back. */
static uint32_t next(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* A frame as it should be, of a short random body. */
static size_t good_frame(uint32_t *state, unsigned char *out)
{
    char body[64];
    struct frame f = {.type = FRAME_EVENT, .kind = HOOK_STOP};

    f.body = (struct str){body, next(state) % sizeof(body)};
    memset(body, (int)(next(state) % 256), sizeof(body));
    frame_head(&f, out);
    memcpy(out + FRAME_HEAD_BYTES, body, f.body.n);
    return FRAME_HEAD_BYTES + f.body.n;
}

/* The same as a record of the spool. */
static size_t good_record(uint32_t *state, unsigned char *out)
{
    size_t n = good_frame(state, out + 12);
    uint32_t length = (uint32_t)n, crc = spool_crc(0, out + 12, n);

    memcpy(out, "CMS1", 4);
    for (int i = 0; i < 4; i++) {
        out[4 + i] = (unsigned char)(length >> 8 * i);
        out[8 + i] = (unsigned char)(crc >> 8 * i);
    }
    return 12 + n;
}

/* Some good pieces one after the other, most of them damaged: cut short,
 * bytes overwritten. In memory of exactly that size, so that a byte read too
 * far is seen. */
static void run(uint32_t seed, size_t (*good)(uint32_t *, unsigned char *),
                int (*fuzz)(const uint8_t *, size_t))
{
    uint32_t state = seed * 2654435761u | 1;
    unsigned char bytes[1024];
    size_t n = 0;
    uint8_t *exact;

    for (uint32_t pieces = next(&state) % 5; pieces > 0; pieces--) {
        size_t piece = good(&state, bytes + n);

        for (uint32_t hits = next(&state) % 4; hits > 0; hits--)
            bytes[n + next(&state) % piece] = (unsigned char)next(&state);
        n += next(&state) % 3 ? piece : next(&state) % (piece + 1);
    }
    exact = malloc(n ? n : 1);
    memcpy(exact, bytes, n);
    fuzz(exact, n);
    free(exact);
}

TEST(fuzz, frame)
{
    for (uint32_t seed = 0; seed < 20000; seed++)
        run(seed, good_frame, fuzz_frame);
}

TEST(fuzz, spool)
{
    for (uint32_t seed = 0; seed < 1000; seed++)
        run(seed, good_record, fuzz_spool);
}
