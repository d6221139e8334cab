/* frame.c - any bytes given to frame_decode. */
#include "base/common.h"

#include "base/err.h"
#include "tests/fuzz/fuzz.h"
#include "wire/frame.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str in = {(const char *)data, size};
    unsigned char head[FRAME_HEAD_BYTES];
    struct frame f;
    size_t used = 0;
    int rc = frame_decode(in, &f, &used);

    switch (rc) {
    case 0: /* what was understood is what was there */
        FUZZ_CHECK(used == FRAME_HEAD_BYTES + f.body.n && used <= size);
        frame_head(&f, head);
        FUZZ_CHECK(memcmp(head, data, sizeof(head)) == 0);
        FUZZ_CHECK(f.body.n == 0 || f.body.p == in.p + sizeof(head));
        break;
    case CM_EAGAIN: /* asks for more than it has, within bounds */
        FUZZ_CHECK(used > size);
        FUZZ_CHECK(used <= (size_t)FRAME_HEAD_BYTES + FRAME_BODY_MAX);
        break;
    default:
        FUZZ_CHECK(rc == CM_EFORMAT || rc == CM_EVERSION);
    }
    return 0;
}
