/*
 * show_text.h - stored texts on the screen: wrapped, with what was searched
 * for marked, under a label, or line by line as a program printed them.
 */
#ifndef CMEM_CLI_SHOW_TEXT_H
#define CMEM_CLI_SHOW_TEXT_H

#include "base/buf.h"
#include "base/common.h"
#include "base/json.h"
#include "cli/term.h"

/* What stands under a label is this far in. */
#define SHOW_INDENT 2

/*
 * A byte that begins and ends a match in the text of show_marked. Stored text
 * cannot have it: operations take control characters out.
 */
#define SHOW_MARK '\002'

/* Appends the text of a snippet, its **words** between marks. */
void show_mark_snippet(struct buf *b, struct str snippet);
/* Appends a text, marking the words that a snippet has marked. */
void show_mark_words(struct buf *b, struct str text, struct str snippet);
/* A snippet without its marks. */
void show_unmark(struct buf *b, struct str snippet);

struct show_marked {
    enum term_style style; /* of what is not marked */
    int indent;            /* of rows behind the first */
    int rows;              /* at most; 0: one, as long as it takes */
    struct str after;      /* dimmed behind it, or below where it is full */
};
/* From the current column on, with a newline; an ellipsis where it is cut. */
void show_marked(struct term *t, const struct show_marked *how,
                 struct str text);

/* The last of what stands on a line: cut at the screen's edge, but whole into
 * a pipe, where somebody looks for words. */
void show_rest(struct term *t, enum term_style style, struct str text);

/* A blank line unless the output begins here, and the label. */
void show_label(struct term *t, const char *label);
/* The label and below it the text (a string, or a list of strings), wrapped.
 * Nothing at all when there is no text. */
void show_paragraph(struct term *t, const char *label, const struct json *text);

/*
 * Lines as they are, indented, neither wrapped nor joined. Of more than
 * `lines` the first, or with `tail` the last, are shown, and how many are not.
 */
struct show_block {
    int indent;
    size_t lines;
    bool tail;
    bool diff; /* lines that begin with + and - are coloured */
};
void show_block(struct term *t, const struct show_block *how, struct str text);

#endif
