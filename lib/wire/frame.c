/* frame.c - see frame.h. */
#include "base/common.h"

#include "base/err.h"
#include "wire/frame.h"

static void put(unsigned char *p, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (unsigned char)(v >> (8 * i));
}

static uint64_t get(const unsigned char *p, int bytes)
{
    uint64_t v = 0;

    for (int i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

void frame_head(const struct frame *f, unsigned char out[FRAME_HEAD_BYTES])
{
    memcpy(out, "CMEM", 4);
    out[4] = FRAME_VERSION;
    out[5] = (unsigned char)f->type;
    out[6] = (unsigned char)f->kind;
    out[7] = (unsigned char)f->flags;
    put(out + 8, f->body.n, 4);
    put(out + 12, (uint64_t)f->time_ms, 8);
    memcpy(out + 20, f->uid, FRAME_UID_BYTES);
}

int frame_decode(struct str in, struct frame *f, size_t *used)
{
    const unsigned char *p = (const unsigned char *)in.p;
    size_t seen = in.n < 4 ? in.n : 4;
    uint64_t body;

    if (seen && memcmp(in.p, "CMEM", seen) != 0)
        return CM_EFORMAT;
    if (in.n > 4 && p[4] != FRAME_VERSION)
        return CM_EVERSION;
    if (in.n < FRAME_HEAD_BYTES) {
        *used = FRAME_HEAD_BYTES;
        return CM_EAGAIN;
    }
    if (p[5] < FRAME_EVENT || p[5] > FRAME_REPLY || p[6] > HOOK_PRE_COMPACT)
        return CM_EFORMAT;
    body = get(p + 8, 4);
    if (body > FRAME_BODY_MAX)
        return CM_EFORMAT;
    *used = FRAME_HEAD_BYTES + (size_t)body;
    if (in.n < *used)
        return CM_EAGAIN;
    f->type = (enum frame_type)p[5];
    f->kind = (enum hook_kind)p[6];
    f->flags = p[7];
    f->time_ms = (int64_t)get(p + 12, 8);
    memcpy(f->uid, p + 20, FRAME_UID_BYTES);
    f->body = str_cut(in, FRAME_HEAD_BYTES, *used);
    return 0;
}
