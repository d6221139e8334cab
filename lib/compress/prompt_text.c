/* prompt_text.c - see prompt_text.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "compress/prompt_text.h"

/* An allowance never falls below this: less says nothing. */
#define ALLOWANCE_MIN 48u
/* A line of content longer than this is machine-made: minified, base64. */
#define LINE_MAX_BYTES 400u
/* Cleaned text waits here; larger than any allowance. */
#define SCRATCH_MAX    (256u * 1024u)
#define PATH_SHOWN_MAX 300u

void show_init(struct show *s, struct buf *out, struct str root)
{
    *s = (struct show){.out = out, .root = root, .percent = 100};
    while (s->root.n && s->root.p[s->root.n - 1] == '/')
        s->root.n--;
    buf_init(&s->scratch, SCRATCH_MAX);
}

void show_free(struct show *s)
{
    buf_free(&s->scratch);
}

size_t show_allowance(const struct show *s, size_t bytes)
{
    size_t n = bytes * s->percent / 100;

    return n < ALLOWANCE_MIN ? ALLOWANCE_MIN : n;
}

struct str show_relative(struct str root, struct str path)
{
    while (root.n && root.p[root.n - 1] == '/')
        root.n--;
    if (root.n > 1 && path.n > root.n && str_starts(path, root) &&
        path.p[root.n] == '/')
        return str_cut(path, root.n + 1, path.n);
    if (str_starts(path, STR("./")) && path.n > 2)
        return str_cut(path, 2, path.n);
    return path;
}

static bool in_word(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* Bytes at the start of s that are the root and end where a name ends; a root
 * of one or two letters would match too much. */
static size_t root_len(const struct show *s, struct str text, size_t at)
{
    size_t n = s->root.n;

    if (n < 4 || text.n - at < n || memcmp(text.p + at, s->root.p, n) != 0)
        return 0;
    if (at + n < text.n && in_word(text.p[at + n]))
        return 0;
    return n;
}

/* Our fence's own words do not appear as tags in content: a reader who skims
 * should not be misled either. */
static bool is_fence(struct str rest)
{
    static const char *const tags[] = {"record", "memories", "previous",
                                       "wishes"};
    size_t i = 1;

    if (i < rest.n && rest.p[i] == '/')
        i++;
    for (size_t k = 0; k < ARRAY_LEN(tags); k++) {
        size_t n = strlen(tags[k]);

        if (rest.n > i + n && !is_alnum(rest.p[i + n]) &&
            str_ieq(str_cut(rest, i, i + n), str_of(tags[k])))
            return true;
    }
    return false;
}

static void put_part(struct show *s, struct str text)
{
    size_t from = 0, i = 0;

    while (i < text.n) {
        size_t n = text.p[i] == '/' ? root_len(s, text, i) : 0;

        if (n) {
            buf_add(s->out, text.p + from, i - from);
            buf_addc(s->out, '.');
            i += n;
            from = i;
        } else if (text.p[i] == '<' && is_fence(str_cut(text, i, text.n))) {
            buf_add(s->out, text.p + from, i - from);
            buf_addz(s->out, "&lt;");
            from = ++i;
        } else {
            i++;
        }
    }
    buf_add(s->out, text.p + from, i - from);
}

static struct str trim_right(struct str s)
{
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* Cleans a slice and writes it as content; runs of empty lines become one. */
static void put_lines(struct show *s, struct str text, const char **label)
{
    struct str rest, line;
    bool empty = true; /* the line before was: none at the start */

    buf_reset(&s->scratch);
    utf8_clean(&s->scratch, utf8_cut(text, SCRATCH_MAX / 4));
    rest = buf_str(&s->scratch);
    while (str_line(&rest, &line)) {
        line = trim_right(line);
        if (line.n == 0 && (empty || rest.n == 0))
            continue;
        empty = line.n == 0;
        buf_addc(s->out, ' ');
        if (*label) {
            buf_addz(s->out, *label);
            *label = NULL;
        }
        if (line.n > LINE_MAX_BYTES) {
            put_part(s, utf8_cut(line, LINE_MAX_BYTES));
            buf_addf(s->out, "[+%zu]",
                     line.n - utf8_cut(line, LINE_MAX_BYTES).n);
        } else {
            put_part(s, line);
        }
        buf_addc(s->out, '\n');
    }
}

/* Where to end a head of about n bytes: behind a line's end or a blank that
 * is near, else between two characters. */
static size_t head_end(struct str text, size_t n)
{
    struct str head = utf8_cut(text, n);
    size_t near = n / 8 < 80 ? n / 8 : 80;

    for (size_t back = 0; back < near && back < head.n; back++)
        if (head.p[head.n - 1 - back] == '\n')
            return head.n - back;
    for (size_t back = 0; back < near && back < head.n; back++)
        if (head.p[head.n - 1 - back] == ' ')
            return head.n - back;
    return head.n;
}

/* Where to begin a tail of about n bytes: at a line if one starts soon, as
 * half a line of output misleads. */
static size_t tail_start(struct str text, size_t n)
{
    size_t at = text.n - n, near = n / 2 < 160 ? n / 2 : 160;

    for (size_t i = at; i < at + near; i++)
        if (text.p[i] == '\n')
            return i + 1;
    while (at < text.n && ((unsigned char)text.p[at] & 0xc0) == 0x80)
        at++;
    return at;
}

static size_t head_share(size_t n, enum keep keep)
{
    switch (keep) {
    case KEEP_HEAD:
        return n;
    case KEEP_TAIL:
        return 0;
    case KEEP_ENDS:
        return n / 3;
    case KEEP_MOST:
        break;
    }
    return n - n / 3;
}

void show_labelled(struct show *s, const char *label, struct str text,
                   size_t bytes, enum keep keep)
{
    size_t n = show_allowance(s, bytes), head, tail;

    text = trim_right(text);
    if (text.n == 0 || s->headers_only)
        return;
    /* The notice of a cut is not worth the last few bytes. */
    if (text.n <= n + n / 8) {
        put_lines(s, text, &label);
        return;
    }
    head = head_share(n, keep);
    tail = n - head;
    head = head ? head_end(text, head) : 0;
    tail = tail ? tail_start(text, tail) : text.n;
    put_lines(s, str_cut(text, 0, head), &label);
    buf_addf(s->out, " %s[... %zu bytes cut]\n", label ? label : "",
             tail - head);
    label = NULL;
    put_lines(s, str_cut(text, tail, text.n), &label);
}

void show_text(struct show *s, struct str text, size_t bytes, enum keep keep)
{
    show_labelled(s, NULL, text, bytes, keep);
}

void show_inline(struct show *s, struct str text, size_t bytes)
{
    struct str shown;

    buf_reset(&s->scratch);
    /* White space may shrink: look at a little more than is shown. */
    utf8_clean_line(&s->scratch, utf8_cut(text, bytes * 2 + 64));
    shown = utf8_cut(buf_str(&s->scratch), bytes);
    put_part(s, shown);
    if (shown.n < s->scratch.len || text.n > bytes * 2 + 64)
        buf_addz(s->out, "...");
}

void show_path(struct show *s, struct str path)
{
    show_inline(s, show_relative(s->root, path), PATH_SHOWN_MAX);
}
