/* redact.c - see redact.h. */
#include "base/common.h"

#include "base/redact.h"

static const struct str open_tag = {"<private", 8};
static const struct str close_tag = {"</private", 9};

/* Behind the private part that begins s: its tags nest, and one that is not
 * closed reaches to the end. 0 when s does not begin with such a tag. */
static size_t private_len(struct str s)
{
    size_t i = 0;
    int depth = 0;

    if (s.n < 9 || !str_ieq(str_cut(s, 0, 8), open_tag) ||
        (s.p[8] != '>' && !is_space(s.p[8])))
        return 0;
    for (; i < s.n; i++) {
        struct str at = str_cut(s, i, s.n);

        if (s.p[i] != '<')
            continue;
        if (str_ieq(str_cut(at, 0, 8), open_tag))
            depth++;
        else if (str_ieq(str_cut(at, 0, 9), close_tag) && --depth == 0) {
            ptrdiff_t end = str_chr(at, '>');

            return end < 0 ? s.n : i + (size_t)end + 1;
        }
    }
    return s.n;
}

size_t redact_text(struct str text, struct buf *out)
{
    size_t n = 0, from = 0, i = 0, len;

    for (; i < text.n; i++) {
        if (text.p[i] != '<' || !(len = private_len(str_cut(text, i, text.n))))
            continue;
        buf_add(out, text.p + from, i - from);
        buf_adds(out, STR("[redacted:private]"));
        n++;
        from = i + len;
        i = from - 1;
    }
    buf_adds(out, str_cut(text, from, text.n));
    return n;
}

bool redact_maybe(struct str text)
{
    return str_chr(text, '<') >= 0;
}

size_t redact_json(struct json *root)
{
    struct json_walk w;
    struct json *j;
    struct buf b;
    size_t n = 0, found;

    json_walk_init(&w, root);
    while ((j = json_walk_next(&w))) {
        struct str s = json_str(j);

        if (!redact_maybe(s))
            continue;
        buf_init(&b, 4 * s.n + 64);
        found = redact_text(s, &b);
        if (found)
            json_assign(j, buf_str(&b));
        n += found;
        buf_free(&b);
    }
    return n;
}
