/*
 * reply_json.h - finding our JSON in what a language model wrote.
 *
 * Asked for one object, models also send it in a code fence, in prose, in
 * pieces, wrapped in another object, as a bare list of its items, twice, or
 * cut off. Of several whole objects the last counts: what stands before it is
 * thinking or quotation. Pieces are put together only where there is no whole
 * object.
 */
#ifndef CMEM_COMPRESS_REPLY_JSON_H
#define CMEM_COMPRESS_REPLY_JSON_H

#include "base/common.h"
#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

#define REPLY_TREES 8

/* The parts point into the trees; each may be NULL and of any type. */
struct reply_json {
    const struct json *observations, *facts, *summary;
    const struct json *loose[REPLY_TREES]; /* items, or lists of items */
    size_t nloose;
    struct json *trees[REPLY_TREES];
    size_t ntrees;
    bool cut; /* the end of the text was missing */
};

/* CM_EFORMAT and a sentence for the model when there is nothing of ours. */
int reply_json_find(struct str text, struct reply_json *r, struct err *e);
void reply_json_free(struct reply_json *r);

/* The member of that name, written in whatever manner: "files_modified" also
 * finds "filesModified" and "Files-Modified". NULL when there is none. */
const struct json *reply_member(const struct json *obj, const char *name);

#endif
