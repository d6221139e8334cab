/*
 * query.h - what a person typed, as units that the full-text index can find.
 *
 * A query is a sentence, some words, names of things, or all of these:
 *
 *   why does parseReply fail on "cut off" replies in src/llm/p*
 *
 * becomes the units parseReply (also parse_reply, "parse reply"), fail,
 * "cut off", replies and the prefix src/llm/p; stop words (stop.h) are left
 * out, unless there is nothing else. A unit is found by one of its phrases.
 *
 * A day of a month is looked for as it may be written: "7 May", "May 7th",
 * 2023-05-07.
 *
 * Of scripts without blanks between words each pair of characters is a unit,
 * but for what is grammar; a quoted phrase is found as it stands (tokenize.h).
 *
 * The MATCH string is made of quoted letters and digits, OR, '*' and nothing
 * else, so no input can be an error or an operator. Pure: no database.
 */
#ifndef CMEM_SEARCH_QUERY_H
#define CMEM_SEARCH_QUERY_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"
#include "store/fts.h"

/* Spellings of one unit. */
#define UNIT_PHRASES 8

struct unit {
    struct str text;                 /* as typed, for messages */
    struct str phrase[UNIT_PHRASES]; /* words in lower case, blanks between */
    size_t nphrases;
    bool is_prefix; /* the last word of its phrases is the beginning of one */
    bool is_quoted; /* "like this": results without it come last */
    bool is_name;   /* parseReply, src/x.c, ENOENT */
};

struct query {
    struct unit unit[FTS_UNITS];
    size_t n;
};

/* Reads `text`; slices of q live in a. Words past FTS_UNITS are left out. */
void query_parse(struct str text, struct arena *a, struct query *q);
/* A second try for unit i, which nothing matched: a word becomes a prefix
 * ("auth" finds authentication), a name is replaced by its parts. False when
 * there is nothing more to try. */
bool query_widen(struct query *q, size_t i, struct arena *a);

/* Looks for these words instead of unit i (near.h). */
void query_instead(struct query *q, size_t i, const struct str *words,
                   size_t n);

/* match: FTS5 expression that any unit satisfies, empty for no units; map: as
 * fts.h wants it. Both live in a. */
void query_match(const struct query *q, struct arena *a, struct str *match,
                 struct str *map);
/* The expression of one unit alone. */
struct str unit_match(const struct unit *u, struct arena *a);

#endif
