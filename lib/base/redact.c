/* redact.c - see redact.h. */
#include "base/common.h"

#include "base/redact.h"
#include "base/secret_scan.h"
#include "base/secrets.h"
#include "base/utf8.h"

size_t redact_text(struct str text, struct buf *out)
{
    struct secret_scan sc = {.s = text};
    struct secret m;
    size_t n = 0, from = 0;

    for (; secret_next(&sc, &m); n++) {
        buf_add(out, text.p + from, m.from - from);
        buf_addf(out, "[redacted:%s]", m.label);
        from = m.to;
    }
    buf_adds(out, str_cut(text, from, text.n));
    return n;
}

struct str redact_clean(struct str text, bool one_line, struct arena *a)
{
    struct str out, rest;
    struct buf plain, b;

    /* A mark may be longer than the secret it stands for, never by much; what
     * is no UTF-8 becomes three bytes for one. */
    buf_init(&plain, 4 * text.n + 4096);
    redact_text(text, &plain);
    rest = str_trim(buf_str(&plain));
    buf_init(&b, 3 * rest.n + 64);
    if (one_line)
        utf8_clean_line(&b, rest);
    else
        utf8_clean(&b, rest);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    buf_free(&plain);
    return out;
}

bool redact_maybe(struct str text)
{
    struct secret_scan sc = {.s = text};
    struct secret m;

    return secret_next(&sc, &m);
}

static size_t redact_node(struct json *node)
{
    struct str s = json_str(node);
    enum name_kind kind = secret_name(json_key(node));
    struct buf b;
    size_t n;

    if (kind != NAME_PLAIN && secret_value(kind, VALUE_QUOTED, s)) {
        json_assign(node, kind == NAME_PASSWORD ? STR("[redacted:password]")
                                                : STR("[redacted:secret]"));
        return 1;
    }
    if (!redact_maybe(s))
        return 0;
    /* A mark may be longer than the secret; but never by this much. */
    buf_init(&b, 8 * s.n + 64);
    n = redact_text(s, &b);
    json_assign(node, buf_str(&b));
    buf_free(&b);
    return n;
}

/* Does something begin in this line that may end in another one? */
static bool opens_block(struct str line)
{
    return str_find(line, STR("-----BEGIN")) >= 0 ||
           str_ifind(line, STR("<private")) >= 0;
}

/*
 * The lines of a patch are an array of strings: what begins in one may end in
 * a later one. They are redacted as one text and dealt out again, and the
 * lines that are left over become empty.
 */
static size_t redact_lines(struct json *array)
{
    struct buf text, clean;
    struct str rest, line;
    size_t bytes = 0, n;
    bool opens = false;

    for (struct json *j = json_first(array); j; j = json_next(j)) {
        if (!json_is_str(j))
            return 0;
        opens = opens || opens_block(json_str(j));
        bytes += json_str(j).n + 1;
    }
    if (!opens)
        return 0;
    buf_init(&text, bytes);
    buf_init(&clean, 8 * bytes + 64);
    for (struct json *j = json_first(array); j; j = json_next(j)) {
        buf_adds(&text, json_str(j));
        buf_addc(&text, '\n');
    }
    n = redact_text(buf_str(&text), &clean);
    rest = buf_str(&clean);
    for (struct json *j = json_first(array); n && j; j = json_next(j)) {
        if (!str_split(&rest, '\n', &line))
            line = STR_NONE;
        json_assign(j, line);
    }
    buf_free(&text);
    buf_free(&clean);
    return n;
}

size_t redact_json(struct json *root)
{
    struct json_walk w;
    struct json *j;
    size_t n = 0;

    json_walk_init(&w, root);
    while ((j = json_walk_next(&w))) {
        if (json_is_array(j))
            n += redact_lines(j);
        else if (json_is_str(j))
            n += redact_node(j);
    }
    return n;
}
