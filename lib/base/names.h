/*
 * names.h - names in running text: paths, identifiers, error codes, versions.
 *
 * People remember code by its names, and write them in several ways. The
 * full-text index has a column for them; names_of fills it. A query's names
 * are taken apart by the same functions, so that parseReply, parse_reply and
 * "parse reply" find each other.
 *
 * What is a name:
 *   paths              src/main.c  ./x  ~/y  @scope/package  a/b/c
 *   joined words       parseReply  ParseReply  parse_reply  os.path  Foo::bar
 *   options            --no-verify
 *   words with digits  sha256  gpt-4  utf-8  E0308  TS2345  CVE-2024-1
 *   error codes        ENOENT  SIGSEGV  SQLITE_BUSY  HTTP 429
 *   numbers that name  v2.1.3  2.1.3  #123  commit hashes (7 to 40 digits)
 *   what is marked so  `word`  word()
 *
 * Pure functions of their input; linear in its length.
 */
#ifndef CMEM_BASE_NAMES_H
#define CMEM_BASE_NAMES_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

/* Bytes of names that one memory may have: some 400 names. Text with more is
 * a listing, and its tail would only blur what the memory is about. */
#define NAMES_MAX 8192
/* A longer word is data (base64, minified code), not a name. */
#define NAME_MAX_BYTES 200

/* Walks the names of a text: n = {text, 0}; names are slices of the text. */
struct names {
    struct str text;
    size_t at;
};
bool names_next(struct names *n, struct str *name);

/* Is this word, as it stands, a name? */
bool name_is(struct str word);

/* Appends the parts of a name in lower case with a blank between them:
 * "src/parseReply.c" gives "src parse reply c", "HTTPServer2" "http server 2",
 * a commit hash itself. Bytes that are not ASCII count as letters. */
void name_parts(struct str name, struct buf *out);

/*
 * Appends the names of text to out, a line for each: the name in lower case;
 * behind it its parts, when the tokenizer (which splits at everything that is
 * neither letter nor digit) would not find them by itself; and for names
 * joined by '_' or '-' the parts run together. Lines that out already has are
 * not added again, so title, text and files of a memory can be given one
 * after the other. Stops when out has NAMES_MAX bytes.
 */
void names_of(struct str text, struct buf *out);

#endif
