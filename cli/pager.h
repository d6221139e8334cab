/*
 * pager.h - long output shown a page at a time.
 */
#ifndef CMEM_CLI_PAGER_H
#define CMEM_CLI_PAGER_H

#include "base/common.h"
#include "base/str.h"

/*
 * Shows text with $CMEM_PAGER, else $PAGER, else less; waits until the reader
 * is done. False when there is no pager ("cat", an empty variable, none
 * installed): nothing was shown then.
 */
bool pager_show(struct str text);

#endif
