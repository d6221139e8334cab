/*
 * rules_text.h - running text for the built-in extractor: one clean line,
 * sentences of Markdown, likeness of sentences, paths as people name them.
 *
 * Pure functions of their input; results live in the arena given. Nothing
 * splits a UTF-8 character.
 */
#ifndef CMEM_COMPRESS_RULES_TEXT_H
#define CMEM_COMPRESS_RULES_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* s on one line of at most max bytes, without control characters, emphasis
 * marks and link targets; cut between words and then ended by "...". */
struct str text_line(struct arena *a, struct str s, size_t max);
/* As text_line, but leaves Markdown alone: for commands and their output. */
struct str text_raw_line(struct arena *a, struct str s, size_t max);
/* With a capital at its start and without a colon or stop at its end. */
struct str text_as_title(struct arena *a, struct str s);

/*
 * Walks the sentences of Markdown text: it = {.rest = text}. Code blocks,
 * quotes and rules are passed over; a row of a table is one sentence. The
 * sentence is a slice of the text without its list mark.
 */
struct sentences {
    struct str rest;
    struct str line;    /* what is left of the line in hand */
    struct str heading; /* the last heading above the sentence */
    bool is_intro;      /* ... which is a line "so and so:" */
    bool in_code, in_table;
    bool is_row;   /* the sentence is a row of a table */
    bool is_item;  /* the sentence stands in a list */
    bool is_open;  /* ... with an empty check box: "- [ ] text" */
    bool is_first; /* ... and begins its line */
    int number;    /* ... with this number, or 0 */
};
bool sentences_next(struct sentences *it, struct str *s);

/* A sketch of the words of a sentence: two that say the same look alike. */
struct sketch {
    uint64_t bit[4];
};
void sketch_of(struct str s, struct sketch *w);
bool sketch_alike(const struct sketch *a, const struct sketch *b);
/* How many words s has. */
size_t text_count_words(struct str s);
/* How many names of code (paths, identifiers, `marked` words) s has, counted
 * up to 3. */
int text_names(struct str s);
/* Does `lower` hold `word` as a word of its own? Both are lower case. */
bool text_has_word(struct str lower, const char *word);
/* Lower case of s into out, at most max - 1 bytes, one blank on both ends. */
struct str text_lower(struct str s, char *out, size_t max);

/* path relative to root, without the folder of a worktree. */
struct str path_in(struct str root, struct str path);
/* Inside the project, and neither a scratch file nor the client's own. */
bool path_is_ours(struct str root, struct str path);
bool path_is_test(struct str path);
bool path_is_doc(struct str path);

/* Appends sep (unless *b is empty) and s, or nothing when that would pass
 * max bytes. */
bool text_join(struct buf *b, const char *sep, struct str s, size_t max);

#endif
