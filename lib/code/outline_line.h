/*
 * outline_line.h - a text line by line, and what its lines declare: shared by
 * the languages of outline.c and outline_more.c.
 */
#ifndef CMEM_CODE_OUTLINE_LINE_H
#define CMEM_CODE_OUTLINE_LINE_H

#include "base/common.h"
#include "code/language.h"
#include "code/parse.h"

/* Declarations in declarations; what is deeper belongs to the innermost. */
#define OUTLINE_DEPTH 32

struct outline {
    const struct language *l;
    struct str text;
    struct arena *a;
    const struct code_limits *limits;
    struct code_file *f;
    size_t defs_cap, imports_cap;
    /* the line that is looked at */
    uint32_t number;    /* from 1 */
    uint32_t start;     /* its first byte */
    struct str raw;     /* without its newline */
    struct str line;    /* trimmed, without a comment behind it */
    uint32_t indent;
    const char *remark; /* what begins a comment, "#" */
    uint32_t last_end, last_number; /* of the last line that said something */
    /* the comment lines right above it */
    uint32_t doc_start, doc_end;
    bool keeps_doc; /* this line stands between them and a definition */
    /* what is open */
    struct {
        int32_t def;
        int level; /* indentation, or depth of braces, that it stands at */
    } open[OUTLINE_DEPTH];
    size_t n_open;
};

/* The next line that is neither empty nor a comment; false at the end. */
bool outline_next(struct outline *o);
/* A definition that begins with this line and ends with it, until something
 * says otherwise. name is a slice of the text. CODE_NO_DEF: no room. */
int32_t outline_add(struct outline *o, enum code_kind kind, struct str name,
                    bool exported);
/* It is open from here on. */
void outline_open(struct outline *o, int32_t def, int level);
/* What stands at this level or deeper ends with the last line said, or with
 * this one. */
void outline_close(struct outline *o, int level, bool with_this);
void outline_import(struct outline *o, struct str module, struct str name,
                    struct str alias);
/* The kind of the innermost open definition, CODE_KINDS: none. */
enum code_kind outline_inside(const struct outline *o);

/* Takes the identifier (letters, digits, '_', and the extra ones) off the
 * beginning of s; empty when there is none. */
struct str outline_word(struct str *s, const char *extra);
/* Takes `word` off, if s begins with it and a blank, or ends with it. */
bool outline_take(struct str *s, const char *word);

/* outline_more.c: languages whose forms end otherwise than by a brace. */
void outline_cmake(struct outline *o);
void outline_docker(struct outline *o);
void outline_erlang(struct outline *o);
void outline_nim(struct outline *o);

#endif
