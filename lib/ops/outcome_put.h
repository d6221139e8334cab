/*
 * outcome_put.h - an error and what ended it, as operations tell it: error,
 * command, commands, edits, more_edits, held, failed, first, last.
 */
#ifndef CMEM_OPS_OUTCOME_PUT_H
#define CMEM_OPS_OUTCOME_PUT_H

#include "base/common.h"
#include "base/json.h"
#include "store/outcome.h"

/* Inside an object that the caller opened; fix: r->fix, parsed, or NULL. */
void put_outcome(struct jsonw *w, const struct outcome_row *r,
                 const struct json *fix);

#endif
