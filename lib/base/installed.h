/*
 * installed.h - where something lies that is installed with the programs.
 */
#ifndef CMEM_BASE_INSTALLED_H
#define CMEM_BASE_INSTALLED_H

#include "base/common.h"
#include "base/err.h"

/* `below` (a file or a directory) in the prefix whose bin/ this program is in,
 * unless the environment says otherwise in `variable`. Whether it is there is
 * not looked at. CM_EARG: too long for out. */
int installed_path(const char *variable, const char *below, char *out,
                   size_t size, struct err *e);

#endif
