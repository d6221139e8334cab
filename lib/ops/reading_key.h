/*
 * reading_key.h - do two processes read alike?
 *
 * The answer of a reading operation depends on the program's version, on the
 * settings and on the time zone. Who lets another process read for it compares
 * keys first.
 */
#ifndef CMEM_OPS_READING_KEY_H
#define CMEM_OPS_READING_KEY_H

#include "base/common.h"
#include "base/config.h"

#define READING_KEY_SIZE 17 /* with the terminating zero */

void reading_key(const struct config *c, char out[READING_KEY_SIZE]);
/* Can the worker answer with these settings? Not where a server of somebody
 * else has to be asked on the way. */
bool reading_is_local(const struct config *c);

#endif
