/*
 * mem0_id.h - ids as mem0's clients want them: UUIDs.
 *
 * A memory's number and the home's own random bytes make its UUID, and the
 * same bytes give the number back: nothing is stored, the same memory has the
 * same UUID for good, another home another one, and a UUID that was made up
 * names nothing. It has the form of version 4.
 */
#ifndef CMEM_WORKER_MEM0_ID_H
#define CMEM_WORKER_MEM0_ID_H

#include "base/common.h"
#include "base/err.h"
#include "base/str.h"

#define MEM0_HOME_BYTES 16
#define MEM0_ID_SIZE    37 /* 36 characters and a NUL */

/* id is below 2^48. */
void mem0_id_put(const unsigned char home[MEM0_HOME_BYTES], int64_t id,
                 char out[MEM0_ID_SIZE]);
/* CM_EARG: no UUID at all; CM_ENOTFOUND: none of this home. */
int mem0_id_get(const unsigned char home[MEM0_HOME_BYTES], struct str uuid,
                int64_t *id);
/* A random one, for what is not a memory. */
void mem0_id_random(char out[MEM0_ID_SIZE]);

#endif
