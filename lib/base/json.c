/* json.c - see json.h. The one file that knows cJSON. */
#include "base/common.h"

#include <cjson/cJSON.h>
#include <math.h>

#include "base/err.h"
#include "base/json.h"
#include "base/utf8.h"

/* struct json is cJSON's node under our name: never defined, only cast. */
static cJSON *in(const struct json *j)
{
    return (cJSON *)(uintptr_t)j;
}
static struct json *out(const cJSON *c)
{
    return (struct json *)(uintptr_t)c;
}

/* The code unit of the \uXXXX at the start of s, or -1. */
static int32_t code_unit(struct str s)
{
    int32_t v = 0;

    if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
        return -1;
    for (int i = 2; i < 6; i++) {
        char c = to_lower(s.p[i]);

        if (is_digit(c))
            v = v * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            v = v * 16 + (c - 'a' + 10);
        else
            return -1;
    }
    return v;
}

/*
 * A copy in which the escapes that cJSON cannot take are U+FFFD: it ends a
 * string at \u0000, and refuses the whole text for half a surrogate pair,
 * which clients write when they cut a text inside an emoji.
 */
static char *mended(struct str text)
{
    char *copy = malloc(text.n + 1);
    struct str s = {copy, text.n};
    size_t i = 0;

    if (!copy)
        CM_BUG("out of memory");
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    while (i + 1 < s.n) {
        int32_t a, b;

        if (copy[i] != '\\') {
            i++;
            continue;
        }
        a = code_unit(str_cut(s, i, s.n));
        b = code_unit(str_cut(s, i + 6, s.n));
        if (a >= 0xd800 && a < 0xdc00 && b >= 0xdc00 && b < 0xe000) {
            i += 12;
            continue;
        }
        if (a == 0 || (a >= 0xd800 && a < 0xe000))
            memcpy(copy + i, "\\ufffd", 6);
        i += a < 0 ? 2 : 6;
    }
    return copy;
}

static bool needs_mending(struct str text)
{
    ptrdiff_t at;

    for (; (at = str_find(text, STR("\\u"))) >= 0;
         text = str_cut(text, (size_t)at + 2, text.n)) {
        int32_t unit = code_unit(str_cut(text, (size_t)at, text.n));

        if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
            return true;
    }
    return false;
}

struct json *json_parse(struct str text, struct err *e)
{
    const char *end = NULL;
    char *copy = NULL;
    struct buf utf8;
    cJSON *c;
    struct str tail;

    if (text.n == 0) {
        err_set(e, CM_EFORMAT, "empty text is not JSON");
        return NULL;
    }
    if (memchr(text.p, '\0', text.n) != NULL) {
        err_set(e, CM_EFORMAT, "a NUL byte is not JSON");
        return NULL;
    }
    buf_init(&utf8, 3 * text.n);
    if (!utf8_is_valid(text)) {
        utf8_mend(&utf8, text);
        text = buf_str(&utf8);
    }
    if (needs_mending(text)) {
        copy = mended(text);
        text.p = copy;
    }
    c = cJSON_ParseWithLengthOpts(text.p, text.n, &end, 0);
    if (!c) {
        err_set(e, CM_EFORMAT, "not JSON at byte %zd",
                end ? end - text.p : (ptrdiff_t)0);
    } else {
        tail = str_trim(str_cut(text, (size_t)(end - text.p), text.n));
        if (tail.n) {
            err_set(e, CM_EFORMAT, "more text behind the JSON at byte %zd",
                    tail.p - text.p);
            cJSON_Delete(c);
            c = NULL;
        }
    }
    free(copy);
    buf_free(&utf8);
    return out(c);
}

void json_free(struct json *j)
{
    cJSON_Delete(in(j));
}

struct json *json_copy(const struct json *j)
{
    cJSON *copy = cJSON_Duplicate(in(j), 1);

    if (!copy)
        CM_BUG("out of memory");
    return out(copy);
}

struct json *json_get(const struct json *obj, const char *key)
{
    if (!obj || !cJSON_IsObject(in(obj)))
        return NULL;
    return out(cJSON_GetObjectItemCaseSensitive(in(obj), key));
}

struct json *json_path(const struct json *obj, const char *dotted)
{
    struct str rest = str_of(dotted), part;
    const struct json *at = obj;
    char key[64];

    while (at && str_split(&rest, '.', &part)) {
        if (part.n >= sizeof(key))
            return NULL;
        memcpy(key, part.p, part.n);
        key[part.n] = '\0';
        at = json_get(at, key);
    }
    return out(in(at));
}

struct str json_str(const struct json *j)
{
    if (!j || !cJSON_IsString(in(j)))
        return STR_NONE;
    return str_of(in(j)->valuestring);
}

struct str json_get_str(const struct json *obj, const char *key)
{
    return json_str(json_get(obj, key));
}

double json_num(const struct json *j)
{
    return j && cJSON_IsNumber(in(j)) ? in(j)->valuedouble : 0;
}

int64_t json_int(const struct json *j)
{
    double v = json_num(j);

    if (!(v > -9e15 && v < 9e15))
        return 0;
    return (int64_t)v;
}

int64_t json_get_int(const struct json *obj, const char *key, int64_t absent)
{
    const struct json *j = json_get(obj, key);

    return json_is_num(j) ? json_int(j) : absent;
}

bool json_bool(const struct json *j)
{
    return j && cJSON_IsTrue(in(j));
}
bool json_get_bool(const struct json *obj, const char *key)
{
    return json_bool(json_get(obj, key));
}
bool json_is_object(const struct json *j)
{
    return j && cJSON_IsObject(in(j));
}
bool json_is_array(const struct json *j)
{
    return j && cJSON_IsArray(in(j));
}
bool json_is_str(const struct json *j)
{
    return j && cJSON_IsString(in(j));
}
bool json_is_num(const struct json *j)
{
    return j && cJSON_IsNumber(in(j));
}
bool json_is_bool(const struct json *j)
{
    return j && cJSON_IsBool(in(j));
}
bool json_is_null(const struct json *j)
{
    return j && cJSON_IsNull(in(j));
}

size_t json_len(const struct json *j)
{
    return j ? (size_t)cJSON_GetArraySize(in(j)) : 0;
}

struct json *json_first(const struct json *j)
{
    if (!json_is_array(j) && !json_is_object(j))
        return NULL;
    return out(in(j)->child);
}

struct json *json_next(const struct json *j)
{
    return j ? out(in(j)->next) : NULL;
}

struct json *json_at(const struct json *arr, size_t i)
{
    struct json *c = json_first(arr);

    while (c && i--)
        c = json_next(c);
    return c;
}

struct str json_key(const struct json *member)
{
    return member ? str_of(in(member)->string) : STR_NONE;
}

void json_walk_init(struct json_walk *w, const struct json *root)
{
    w->root = root;
    w->depth = -1;
}

struct json *json_walk_next(struct json_walk *w)
{
    const struct json *j;

    if (w->depth < 0) {
        if (!w->root)
            return NULL;
        w->depth = 0;
        w->at[0] = w->root;
        w->root = NULL; /* once */
        return out(in(w->at[0]));
    }
    j = json_first(w->at[w->depth]);
    if (j) {
        if (++w->depth >= JSON_DEPTH)
            CM_BUG("json_walk: deeper than the parser allows");
        w->at[w->depth] = j;
        return out(in(j));
    }
    /* The root's own siblings are not ours. */
    for (; w->depth > 0; w->depth--) {
        j = json_next(w->at[w->depth]);
        if (j) {
            w->at[w->depth] = j;
            return out(in(j));
        }
    }
    w->depth = -1;
    return NULL;
}

static struct json *made(cJSON *c)
{
    if (!c)
        CM_BUG("out of memory");
    return out(c);
}

struct json *json_object(void)
{
    return made(cJSON_CreateObject());
}
struct json *json_array(void)
{
    return made(cJSON_CreateArray());
}
struct json *json_new_int(int64_t v)
{
    return made(cJSON_CreateNumber((double)v));
}
struct json *json_new_bool(bool v)
{
    return made(cJSON_CreateBool(v));
}

struct json *json_new_str(struct str s)
{
    struct json *j = made(cJSON_CreateString(""));

    json_assign(j, s);
    return j;
}

void json_assign(struct json *node, struct str s)
{
    char *z;

    if (!json_is_str(node))
        CM_BUG("json_assign on what is not a string");
    z = cJSON_malloc(s.n + 1);
    if (!z)
        CM_BUG("out of memory");
    if (s.n)
        memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    cJSON_free(in(node)->valuestring);
    in(node)->valuestring = z;
}

void json_set(struct json *obj, const char *key, struct json *value)
{
    json_del(obj, key);
    if (!cJSON_AddItemToObject(in(obj), key, in(value)))
        CM_BUG("out of memory");
}
void json_set_str(struct json *obj, const char *key, struct str s)
{
    json_set(obj, key, json_new_str(s));
}
void json_set_int(struct json *obj, const char *key, int64_t v)
{
    json_set(obj, key, json_new_int(v));
}
void json_set_bool(struct json *obj, const char *key, bool v)
{
    json_set(obj, key, json_new_bool(v));
}
void json_push(struct json *arr, struct json *value)
{
    if (!cJSON_AddItemToArray(in(arr), in(value)))
        CM_BUG("out of memory");
}
void json_push_str(struct json *arr, struct str s)
{
    json_push(arr, json_new_str(s));
}
void json_del(struct json *obj, const char *key)
{
    cJSON_DeleteItemFromObjectCaseSensitive(in(obj), key);
}

static bool put_num(struct buf *b, double v)
{
    char short_form[32];

    if (!isfinite(v))
        return buf_addz(b, "null");
    if (v == floor(v) && fabs(v) < 9e15)
        return buf_addf(b, "%lld", (long long)v);
    /* The shorter form, unless it is another number. */
    snprintf(short_form, sizeof(short_form), "%.15g", v);
    if (strtod(short_form, NULL) == v)
        return buf_addz(b, short_form);
    return buf_addf(b, "%.17g", v);
}

bool json_put_str(struct buf *b, struct str s)
{
    size_t i = 0, from = 0;

    buf_addc(b, '"');
    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];
        size_t len = 1;

        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
            i++;
            continue;
        }
        if (c >= 0x80) {
            len = utf8_len(str_cut(s, i, s.n));
            if (len) {
                i += len;
                continue;
            }
            len = 1;
        }
        buf_add(b, s.p + from, i - from);
        if (c == '"' || c == '\\' || c == '\n' || c == '\t' || c == '\r') {
            char pair[2] = {'\\', c == '\n'   ? 'n'
                                  : c == '\t' ? 't'
                                  : c == '\r' ? 'r'
                                              : (char)c};

            buf_add(b, pair, 2);
        } else if (c >= 0x80)
            buf_addz(b, "\xef\xbf\xbd");
        else
            buf_addf(b, "\\u%04x", c);
        i += len;
        from = i;
    }
    if (i > from) /* s.p is NULL in an empty slice */
        buf_add(b, s.p + from, i - from);
    return buf_addc(b, '"');
}

static void newline(struct buf *b, int indent, int depth)
{
    if (indent)
        buf_addf(b, "\n%*s", indent * depth, "");
}

/* Depth is bounded by the parser's own limit (1,000) and by what we build. */
static void print(const cJSON *c, struct buf *b, int indent, int depth)
{
    bool obj = cJSON_IsObject(c);

    if (cJSON_IsString(c)) {
        json_put_str(b, str_of(c->valuestring));
    } else if (cJSON_IsNumber(c)) {
        put_num(b, c->valuedouble);
    } else if (cJSON_IsBool(c)) {
        buf_addz(b, cJSON_IsTrue(c) ? "true" : "false");
    } else if (obj || cJSON_IsArray(c)) {
        buf_addc(b, obj ? '{' : '[');
        for (const cJSON *k = c->child; k; k = k->next) {
            newline(b, indent, depth + 1);
            if (obj) {
                json_put_str(b, str_of(k->string));
                buf_addz(b, indent ? ": " : ":");
            }
            print(k, b, indent, depth + 1);
            if (k->next)
                buf_addc(b, ',');
        }
        if (c->child)
            newline(b, indent, depth);
        buf_addc(b, obj ? '}' : ']');
    } else {
        buf_addz(b, "null");
    }
}

bool json_print(const struct json *j, struct buf *b, int indent)
{
    if (j)
        print(in(j), b, indent, 0);
    else
        buf_addz(b, "null");
    return !buf_is_full(b);
}

void jsonw_init(struct jsonw *w, struct buf *b)
{
    *w = (struct jsonw){.b = b};
    w->first[0] = true;
}

static void lead(struct jsonw *w, const char *key)
{
    if (!w->first[w->depth])
        buf_addc(w->b, ',');
    w->first[w->depth] = false;
    if (key) {
        json_put_str(w->b, str_of(key));
        buf_addc(w->b, ':');
    }
}

static void open_level(struct jsonw *w, const char *key, char o, char c)
{
    lead(w, key);
    buf_addc(w->b, o);
    if (++w->depth >= (int)ARRAY_LEN(w->close))
        CM_BUG("jsonw: too deep");
    w->close[w->depth] = c;
    w->first[w->depth] = true;
}

void jsonw_obj(struct jsonw *w, const char *key)
{
    open_level(w, key, '{', '}');
}
void jsonw_arr(struct jsonw *w, const char *key)
{
    open_level(w, key, '[', ']');
}
void jsonw_end(struct jsonw *w)
{
    if (w->depth < 1)
        CM_BUG("jsonw_end without a beginning");
    buf_addc(w->b, w->close[w->depth--]);
}
void jsonw_str(struct jsonw *w, const char *key, struct str s)
{
    lead(w, key);
    json_put_str(w->b, s);
}
void jsonw_strz(struct jsonw *w, const char *key, const char *z)
{
    if (z)
        jsonw_str(w, key, str_of(z));
    else
        jsonw_null(w, key);
}
void jsonw_int(struct jsonw *w, const char *key, int64_t v)
{
    lead(w, key);
    buf_addf(w->b, "%lld", (long long)v);
}
void jsonw_num(struct jsonw *w, const char *key, double v)
{
    lead(w, key);
    put_num(w->b, v);
}
void jsonw_bool(struct jsonw *w, const char *key, bool v)
{
    lead(w, key);
    buf_addz(w->b, v ? "true" : "false");
}
void jsonw_null(struct jsonw *w, const char *key)
{
    lead(w, key);
    buf_addz(w->b, "null");
}
void jsonw_raw(struct jsonw *w, const char *key, struct str json)
{
    lead(w, key);
    buf_adds(w->b, json);
}
