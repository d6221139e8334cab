/*
 * weights.h - the numbers that make one score of all signals.
 *
 * They stand in weights.c and nowhere else, with where they come from.
 */
#ifndef CMEM_SEARCH_WEIGHTS_H
#define CMEM_SEARCH_WEIGHTS_H

#include "base/common.h"
#include "search/fuse.h"

/* For a question; with meaning or without. */
const struct weights *weights_for(bool has_meaning);
const struct place_weights *place_weights_for(bool has_meaning);

#endif
