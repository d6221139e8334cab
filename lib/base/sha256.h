/*
 * sha256.h - SHA-256 (FIPS 180-4), for content hashes.
 *
 * Collisions must not be to be had by whoever writes the text, since equal
 * hashes make two memories one; so a cryptographic hash, in one small file
 * rather than a library that costs milliseconds of start-up.
 */
#ifndef CMEM_BASE_SHA256_H
#define CMEM_BASE_SHA256_H

#include "base/common.h"
#include "base/str.h"

#define SHA256_BYTES 32

struct sha256 {
    uint32_t h[8];
    uint64_t bytes;
    unsigned char block[64];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, struct str text);
void sha256_end(struct sha256 *s, unsigned char out[SHA256_BYTES]);
/* One text at once. */
void sha256(struct str text, unsigned char out[SHA256_BYTES]);
/* n bytes as 2n hex digits and a NUL. */
void hex_of(const unsigned char *p, size_t n, char *out);

#endif
