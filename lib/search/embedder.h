/*
 * embedder.h - which embedder is set, and the name under which its vectors are
 * kept.
 *
 * A name is "KIND MODEL URL tN": what makes two vectors comparable, and the
 * version of the text that is embedded (vector.h). "-" stands for no URL; a
 * number of elements that was asked for stands behind the model as "#256".
 *
 *   builtin all-MiniLM-L6-v2/int8-1 - t1
 *   openai text-embedding-3-small#512 https://api.openai.com/v1 t1
 */
#ifndef CMEM_SEARCH_EMBEDDER_H
#define CMEM_SEARCH_EMBEDDER_H

#include "base/common.h"
#include "base/config.h"
#include "base/err.h"
#include "base/str.h"
#include "store/vector.h"

enum embedder_kind {
    EMBEDDER_OFF,
    EMBEDDER_BUILTIN,
    EMBEDDER_OPENAI,
    EMBEDDER_OLLAMA,
    EMBEDDER_GEMINI,
    EMBEDDER_KINDS
};

struct embedder_about {
    const char *name; /* as in the settings */
    const char *model, *url, *key_env; /* what empty settings mean */
    bool is_remote, needs_key;
};
const struct embedder_about *embedder_about(enum embedder_kind kind);

struct embedder_choice {
    enum embedder_kind kind;
    struct str model, url; /* url without a slash at its end */
    int dim;               /* asked for; 0: as many as the model gives */
    int text_version;
};

/* Of the settings; slices are borrowed from them. */
void embedder_choose(const struct config *c, struct embedder_choice *out);
/* builtin: embedder_name of the one that is built in, NULL when it is not
 * there. CM_EARG when a setting is too long or has blanks in it. */
int embedder_name_of(const struct embedder_choice *c, const char *builtin,
                     char out[VECTOR_NAME_MAX], struct err *e);
/* The reverse; slices are borrowed from the name. CM_EFORMAT. */
int embedder_parse(const char *name, struct embedder_choice *out);

#endif
