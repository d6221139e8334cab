/*
 * json.h - reading, changing and writing JSON.
 *
 * Reading gives a tree (struct json, which is the library's own node) that
 * the caller frees at its root. Writing has two forms: json_print for a tree
 * and struct jsonw, which writes straight into a buffer and minds the commas.
 *
 * Input is foreign: depth is bounded, a NUL in a string (\u0000) and half a
 * surrogate pair (a text that was cut inside an emoji) become U+FFFD, and so
 * do bytes that are not UTF-8: every string that comes out of a tree is well
 * formed. Numbers are doubles (whole numbers are exact up to 2^53).
 */
#ifndef CMEM_BASE_JSON_H
#define CMEM_BASE_JSON_H

#include "base/buf.h"
#include "base/common.h"
#include "base/str.h"

struct json;
struct err;

/* The whole of `text` must be one JSON value (white space around it is fine).
 * NULL and *e set when it is not. Caller frees with json_free. */
struct json *json_parse(struct str text, struct err *e);
void json_free(struct json *j);
/* The value and all below it, as a tree of its own. */
struct json *json_copy(const struct json *j);

/* All getters accept NULL and the wrong type, and then give the empty value:
 * NULL, an empty slice, 0, false. Slices are borrowed from the tree. */
struct json *json_get(const struct json *obj, const char *key);
struct json *json_path(const struct json *obj, const char *dotted); /* "a.b" */
struct str json_str(const struct json *j);
struct str json_get_str(const struct json *obj, const char *key);
int64_t json_int(const struct json *j);
int64_t json_get_int(const struct json *obj, const char *key, int64_t absent);
double json_num(const struct json *j);
bool json_bool(const struct json *j);
bool json_get_bool(const struct json *obj, const char *key);
bool json_is_object(const struct json *j);
bool json_is_array(const struct json *j);
bool json_is_str(const struct json *j);
bool json_is_num(const struct json *j);
bool json_is_bool(const struct json *j);
bool json_is_null(const struct json *j); /* a null that is there */
size_t json_len(const struct json *j);   /* elements or members */
/* Walk an array or object: for (c = json_first(j); c; c = json_next(c)) */
struct json *json_first(const struct json *j);
struct json *json_next(const struct json *j);
struct json *json_at(const struct json *arr, size_t i);
struct str json_key(const struct json *member);

/*
 * Visits every node of a tree, the root first, parents before children:
 *
 *     struct json_walk w;
 *     json_walk_init(&w, root);
 *     while ((j = json_walk_next(&w)))
 *         ...
 *
 * Texts may be assigned on the way; nothing may be added or taken out.
 */
#define JSON_DEPTH 1024 /* the parser stops at 1,000 */
struct json_walk {
    const struct json *at[JSON_DEPTH];
    int depth; /* of the node given last; -1 before the first */
    const struct json *root;
};
void json_walk_init(struct json_walk *w, const struct json *root);
struct json *json_walk_next(struct json_walk *w);

/* Changing a tree. New nodes belong to the tree they are put in. */
struct json *json_object(void);
struct json *json_array(void);
struct json *json_new_str(struct str s);
struct json *json_new_int(int64_t v);
struct json *json_new_bool(bool v);
void json_set(struct json *obj, const char *key, struct json *value);
void json_set_str(struct json *obj, const char *key, struct str s);
void json_set_int(struct json *obj, const char *key, int64_t v);
void json_set_bool(struct json *obj, const char *key, bool v);
void json_push(struct json *arr, struct json *value);
void json_push_str(struct json *arr, struct str s);
void json_del(struct json *obj, const char *key);
/* Replaces the text of a string node. */
void json_assign(struct json *node, struct str s);

/* Appends the tree to b; `indent` 0 is compact, else blanks per level. */
bool json_print(const struct json *j, struct buf *b, int indent);
/* Appends s as a JSON string with its quotes. Bytes that are not UTF-8
 * become U+FFFD. */
bool json_put_str(struct buf *b, struct str s);

/*
 * Streaming writer. Example:
 *
 *     struct jsonw w;
 *     jsonw_init(&w, &buf);
 *     jsonw_obj(&w, NULL);
 *     jsonw_str(&w, "title", STR("x"));
 *     jsonw_arr(&w, "ids");
 *     jsonw_int(&w, NULL, 7);
 *     jsonw_end(&w);
 *     jsonw_end(&w);
 *
 * key is NULL inside arrays and at the top. Depth over 32 is a bug.
 */
struct jsonw {
    struct buf *b;
    int depth;
    char close[32];
    bool first[32];
};

void jsonw_init(struct jsonw *w, struct buf *b);
void jsonw_obj(struct jsonw *w, const char *key);
void jsonw_arr(struct jsonw *w, const char *key);
void jsonw_end(struct jsonw *w);
void jsonw_str(struct jsonw *w, const char *key, struct str s);
void jsonw_strz(struct jsonw *w, const char *key, const char *z);
void jsonw_int(struct jsonw *w, const char *key, int64_t v);
void jsonw_num(struct jsonw *w, const char *key, double v);
void jsonw_bool(struct jsonw *w, const char *key, bool v);
void jsonw_null(struct jsonw *w, const char *key);
/* Ready-made JSON, put in as it is. */
void jsonw_raw(struct jsonw *w, const char *key, struct str json);

#endif
