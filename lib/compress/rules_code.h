/*
 * rules_code.h - names of functions and types, told from the shape of lines.
 *
 * No parser: an edit shows a few lines of a file and no more. A line is a
 * definition when it has the shape that definitions have in the language of
 * the file's extension. What no rule knows gives no name; a wrong name is
 * worse than none.
 */
#ifndef CMEM_COMPRESS_RULES_CODE_H
#define CMEM_COMPRESS_RULES_CODE_H

#include "base/common.h"
#include "base/json.h"
#include "base/str.h"

enum lang {
    LANG_NONE,
    LANG_C, /* C, C++, Objective-C */
    LANG_GO,
    LANG_RUST,
    LANG_PYTHON,
    LANG_JS,   /* JavaScript, TypeScript, Vue, Svelte */
    LANG_JAVA, /* Java, C#, Kotlin, Scala, Swift, PHP, Dart */
    LANG_RUBY,
    LANG_SHELL,
    LANG_SQL,
    LANG_TEXT, /* Markdown: a heading is its name */
};

enum lang lang_of(struct str path);

/* Is the line a definition? *name is a slice of it. */
bool code_defines(enum lang l, struct str line, struct str *name);

/*
 * The definition around `line` in `text` (a file or a part of one): the
 * nearest one above it that is less indented. False when `line` is not in
 * text or stands in no definition. Blank-trimmed lines are compared.
 */
bool code_around(enum lang l, struct str text, struct str line,
                 struct str *name);

#define CODE_NAMES_MAX 12

/* What edits did to one file. */
struct code_change {
    int64_t added, removed; /* lines */
    struct {
        struct str name; /* a slice of the payload */
        bool is_new;
    } name[CODE_NAMES_MAX];
    size_t nnames;
};

/* The last part of a qualified name ("Class.method", "A::f", "Part > Chapter").
 */
struct str code_last_name(struct str qualified);

void code_add_name(struct code_change *c, struct str name, bool is_new);

/* Reads a structuredPatch (an array of hunks). `text` is what is known of the
 * file, for hunks that show no definition; may be empty. */
void code_read_patch(enum lang l, const struct json *hunks, struct str text,
                     struct code_change *c);
/* The same from an edit's two texts, when there is no patch. */
void code_read_texts(enum lang l, struct str before, struct str after,
                     struct code_change *c);

#endif
