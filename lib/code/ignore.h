/*
 * ignore.h - which paths of a tree .gitignore leaves out.
 *
 * Rules are pushed in the order of their weight, the least first: git's global
 * file, .git/info/exclude, the top's .gitignore, then that of each directory
 * on the way down; the last rule that fits decides. Going up again pops what
 * the directory pushed.
 *
 *     struct ignore g = {0};
 *     ignore_push(&g, STR(""), text);              the top's .gitignore
 *     size_t mark = ignore_push(&g, STR("src"), text2);
 *     if (ignore_match(&g, STR("src/a.o"), false) == IGNORE_OUT) ...
 *     ignore_pop(&g, mark);
 *     ignore_free(&g);
 *
 * It is git's own rules: a pattern without a slash fits a name at any depth,
 * one with a slash a path below its file's directory; "*" and "?" stop at a
 * slash, "**" between slashes does not; "!" takes back; a slash at the end
 * means directories only. What lies in a directory that is left out is never
 * asked for: the caller does not go there.
 *
 * Matching is linear in pattern times path, without recursion: both come from
 * whoever wrote the repository.
 */
#ifndef CMEM_CODE_IGNORE_H
#define CMEM_CODE_IGNORE_H

#include "base/arena.h"
#include "base/common.h"
#include "base/str.h"

/* Rules of one tree at one time, and bytes of one file of them. */
#define IGNORE_RULES 20000
#define IGNORE_BYTES (1u << 20)

enum ignore_verdict {
    IGNORE_SILENT, /* no rule says anything */
    IGNORE_OUT,
    IGNORE_IN,     /* taken back by "!" */
};

struct ignore_rule;
struct ignore {
    struct ignore_rule *v;
    size_t n, cap;
};

/* The rules of a file in directory `base` ("" is the top; no slash at the
 * end). Returns the mark that pops them. base and text are copied. */
size_t ignore_push(struct ignore *g, struct str base, struct str text);
void ignore_pop(struct ignore *g, size_t mark);
void ignore_free(struct ignore *g); /* accepts a zeroed one */

/* path is relative to the top, without a slash at either end. */
enum ignore_verdict ignore_match(const struct ignore *g, struct str path,
                                 bool is_dir);

/* A pattern of git's against a text. With `paths` a slash is special. */
bool ignore_glob(struct str pattern, struct str text, bool paths);

#endif
