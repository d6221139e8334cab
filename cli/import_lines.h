/*
 * import_lines.h - memories as lines of JSON, given to the worker.
 *
 * Some hundred lines are one transaction of the worker's, so that hooks that
 * come meanwhile are answered in time. A line that is refused is named; the
 * others go in. What an interrupt leaves is whole.
 */
#ifndef CMEM_CLI_IMPORT_LINES_H
#define CMEM_CLI_IMPORT_LINES_H

#include "cli/import.h"

/* im->paths are files, "-" is standard input; items are lines, failed those
 * that were refused. With wait_ms waits until their vectors are there. */
int import_lines(struct cli *c, struct import *im, struct err *e);

#endif
