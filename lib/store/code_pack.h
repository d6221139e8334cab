/*
 * code_pack.h - the references of a file as one blob.
 *
 * A file has some ten references a symbol: as rows of their own they would be
 * most of the index. Packed they take four bytes each and are written with
 * their file. All numbers are varints (LEB128, at most 5 bytes):
 *
 *   names    how many; of each its length and bytes
 *   uses     of each: kind | member << 3 | qualified << 4 | same symbol << 5,
 *            lines since the last one, name, [qualifier], [symbol + 1]
 *
 * Reading trusts nothing: a blob that does not end where it should ends early.
 */
#ifndef CMEM_STORE_CODE_PACK_H
#define CMEM_STORE_CODE_PACK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "store/code.h"

/* A name longer than that is data. */
#define CODE_NAME_MAX 512

/* Appends to out. */
void code_pack(const struct code_use_in *v, size_t n, struct arena *a,
               struct buf *out);

struct code_unpack {
    struct str rest;
    struct str *names; /* in the arena */
    size_t n_names;
    uint32_t line;
    int32_t symbol;
};
void code_unpack_begin(struct code_unpack *u, struct str blob, struct arena *a);
/* false at the end. Slices point into the blob. */
bool code_unpack_next(struct code_unpack *u, struct code_use_in *out);

/* The word that stands for a name in the index of uses: 8 letters. Two names
 * may have the same one, once in a million million. */
#define CODE_TOKEN 8
void code_token(struct str name, char out[CODE_TOKEN]);

#endif
