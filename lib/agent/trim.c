/* trim.c - see trim.h. */
#include "base/common.h"

#include "agent/intake.h"
#include "agent/trim.h"
#include "base/utf8.h"

/* Strings shorter than this are left alone: a note would not be shorter. */
#define BULK_MIN 200
/* Strings of tool_input that tool_response is compared with. */
#define INPUTS_MAX 64
/* A cut string keeps at least this much of itself. */
#define KEEP_MIN 64
/* Longest text of the note that stands where a string was cut. */
#define NOTE_BYTES 48

/* --- our own blocks ------------------------------------------------------- */

static const struct str own_open = {"<cmem-memory", 12};
static const struct str own_close = {"</cmem-memory>", 14};

/* Offset of the next block in s, and of its end. A block that is not closed
 * (its text was cut) reaches to the end, but only when it begins a line: in
 * the middle of one it is somebody writing about us. */
static bool next_own(struct str s, size_t *from, size_t *to)
{
    size_t at = 0;
    ptrdiff_t end = 0;

    for (;;) {
        ptrdiff_t hit = str_find(str_cut(s, at, s.n), own_open);
        char c;

        if (hit < 0)
            return false;
        *from = at + (size_t)hit;
        at = *from + own_open.n;
        c = at < s.n ? s.p[at] : '>';
        if (c != '>' && !is_space(c))
            continue;
        if (end >= 0) /* else none further on either */
            end = str_find(str_cut(s, at, s.n), own_close);
        if (end >= 0) {
            *to = at + (size_t)end + own_close.n;
            return true;
        }
        if (*from == 0 || s.p[*from - 1] == '\n') {
            *to = s.n;
            return true;
        }
    }
}

bool intake_is_own(struct str text)
{
    return str_starts(str_trim(text), own_open);
}

size_t trim_own(struct str text, struct buf *out)
{
    size_t from, to, n = 0;

    for (; next_own(text, &from, &to); n++) {
        buf_add(out, text.p, from);
        buf_adds(out, STR("[cmem memory left out]"));
        text = str_cut(text, to, text.n);
    }
    buf_adds(out, text);
    return n;
}

static size_t trim_own_node(struct json *node)
{
    struct str s = json_str(node);
    struct buf b;
    size_t n;

    if (str_find(s, own_open) < 0)
        return 0;
    buf_init(&b, s.n + 64);
    n = trim_own(s, &b);
    if (n)
        json_assign(node, buf_str(&b));
    buf_free(&b);
    return n;
}

/* A tool of cmem's own server, as the client calls it. */
static bool is_own_tool(struct str name)
{
    return str_starts(name, STR("mcp__cmem__")) ||
           str_starts(name, STR("mcp__plugin_cmem_cmem__"));
}

/* --- bulk ----------------------------------------------------------------- */

static void leave_note(struct json *node, const char *what, size_t bytes)
{
    char note[80];

    snprintf(note, sizeof(note), "[%s left out: %zu bytes]", what, bytes);
    json_assign(node, str_of(note));
}

static bool is_base64(char c)
{
    return is_alnum(c) || c == '+' || c == '/' || c == '=' || c == '-' ||
           c == '_' || c == '\n' || c == '\r';
}

/* Nothing but base64, as far as its first part tells. */
static bool looks_base64(struct str s)
{
    size_t n = s.n < 4096 ? s.n : 4096;

    for (size_t i = 0; i < n; i++)
        if (!is_base64(s.p[i]))
            return false;
    return true;
}

/* "data:image/png;base64,iVBOR..." inside a text loses its bytes. */
static size_t trim_data_urls(struct json *node)
{
    struct str s = json_str(node);
    struct buf b;
    size_t n = 0;

    buf_init(&b, s.n + 64);
    for (;;) {
        ptrdiff_t at = str_find(s, STR(";base64,"));
        size_t from, to;

        if (at < 0)
            break;
        from = to = (size_t)at + 8;
        while (to < s.n && is_base64(s.p[to]))
            to++;
        if (to - from < BULK_MIN) {
            buf_add(&b, s.p, to);
        } else {
            buf_add(&b, s.p, from);
            buf_addf(&b, "[base64 left out: %zu bytes]", to - from);
            n++;
        }
        s = str_cut(s, to, s.n);
    }
    buf_adds(&b, s);
    if (n && !buf_is_full(&b))
        json_assign(node, buf_str(&b));
    buf_free(&b);
    return n;
}

static bool key_in(const struct json *node, const char *const *names, size_t n)
{
    struct str key = json_key(node);

    for (size_t i = 0; i < n; i++)
        if (str_eqz(key, names[i]))
            return true;
    return false;
}

static bool is_original_file(const struct json *node)
{
    static const char *const names[] = {"originalFile", "originalFileContents",
                                        "original_file", "updated_file"};

    return key_in(node, names, ARRAY_LEN(names));
}

static bool is_binary_field(const struct json *node)
{
    static const char *const names[] = {"data", "base64", "blob"};

    return key_in(node, names, ARRAY_LEN(names));
}

struct inputs {
    struct str s[INPUTS_MAX];
    size_t n;
};

static void collect_inputs(const struct json *input, struct inputs *in)
{
    struct json_walk w;
    struct json *j;

    in->n = 0;
    json_walk_init(&w, input);
    while (in->n < INPUTS_MAX && (j = json_walk_next(&w))) {
        struct str s = json_str(j);

        if (s.n >= BULK_MIN)
            in->s[in->n++] = s;
    }
}

static bool is_input(const struct inputs *in, struct str s)
{
    for (size_t i = 0; i < in->n; i++)
        if (str_eq(in->s[i], s))
            return true;
    return false;
}

static size_t trim_response(struct json *j, const struct json *input)
{
    struct inputs in;
    struct json_walk w;
    size_t n = 0;

    collect_inputs(input, &in);
    json_walk_init(&w, j);
    while ((j = json_walk_next(&w))) {
        struct str s = json_str(j);

        if (s.n < BULK_MIN)
            continue;
        if (is_original_file(j))
            leave_note(j, "original file", s.n);
        else if (is_input(&in, s))
            leave_note(j, "same text as in the input", s.n);
        else
            continue;
        n++;
    }
    return n;
}

size_t trim_bulk(struct json *j, struct str raw)
{
    /* Two searches over the raw text save one over each string. */
    bool own = str_find(raw, STR("cmem-memory")) >= 0;
    bool urls = str_find(raw, STR(";base64,")) >= 0;
    struct json *input = json_get(j, "tool_input");
    struct json *response = json_get(j, "tool_response");
    struct json_walk w;
    size_t n = 0;

    if (response && is_own_tool(json_get_str(j, "tool_name"))) {
        json_del(j, "tool_response");
        json_set_str(j, "tool_response", STR("[cmem memory left out]"));
        n++;
    } else if (response) {
        n += trim_response(response, input);
    }
    json_walk_init(&w, j);
    while ((j = json_walk_next(&w))) {
        struct str s = json_str(j);

        if (own)
            n += trim_own_node(j);
        if (s.n < BULK_MIN)
            continue;
        if (is_binary_field(j) && looks_base64(s)) {
            leave_note(j, "base64", s.n);
            n++;
        } else if (urls) {
            n += trim_data_urls(j);
        }
    }
    return n;
}

/* --- caps ----------------------------------------------------------------- */

/* Bytes that the character at s takes inside a printed JSON string; *len is
 * what it takes now. Must agree with json_put_str. */
static size_t cost_at(struct str s, size_t *len)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t n;

    *len = 1;
    if (c == '"' || c == '\\' || c == '\n' || c == '\t' || c == '\r')
        return 2;
    if (c < 0x20 || c == 0x7f)
        return 6;
    if (c < 0x80)
        return 1;
    n = utf8_len(s);
    if (n == 0)
        return 3;
    *len = n;
    return n;
}

static size_t cost_of(struct str s)
{
    size_t cost = 0, i = 0, len;

    while (i < s.n) {
        unsigned char c = (unsigned char)s.p[i];

        if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
            cost++; /* most are plain */
            i++;
            continue;
        }
        cost += cost_at(str_cut(s, i, s.n), &len);
        i += len;
    }
    return cost;
}

/* How much of s, from its start, costs at most `budget`. */
static size_t fit_head(struct str s, size_t budget)
{
    size_t i = 0, len;

    while (i < s.n) {
        size_t cost = cost_at(str_cut(s, i, s.n), &len);

        if (cost > budget)
            break;
        budget -= cost;
        i += len;
    }
    return i;
}

/* Where the part at the end of s begins that costs at most `budget`. */
static size_t fit_tail(struct str s, size_t budget)
{
    size_t i = s.n, len;

    while (i > 0) {
        size_t at = i - 1;
        size_t cost;

        while (at > 0 && i - at < 4 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
            at--;
        cost = cost_at(str_cut(s, at, i), &len);
        if (len != i - at) { /* not one character: take a single byte */
            at = i - 1;
            cost = cost_at(str_cut(s, at, i), &len);
        }
        if (cost > budget)
            break;
        budget -= cost;
        i = at;
    }
    return i;
}

/* Appends s with its middle cut so that it costs at most `limit` and the
 * note. More of the head stays: it says what the text is. */
static void add_cut(struct buf *b, struct str s, size_t limit)
{
    size_t head = fit_head(s, limit - limit / 3);
    size_t tail = fit_tail(s, limit / 3);

    if (tail < head)
        tail = head;
    buf_add(b, s.p, head);
    buf_addf(b, "\n[... %zu bytes cut ...]\n", tail - head);
    buf_adds(b, str_cut(s, tail, s.n));
}

struct piece {
    struct json *node;
    size_t cost;
};

static struct piece *collect_pieces(struct json *root, struct arena *a,
                                    size_t *count)
{
    struct json_walk w;
    struct json *j;
    struct piece *all;
    size_t n = 0;

    json_walk_init(&w, root);
    while ((j = json_walk_next(&w)))
        n += json_str(j).n > KEEP_MIN;
    all = arena_array(a, n + 1, sizeof(*all));
    n = 0;
    json_walk_init(&w, root);
    while ((j = json_walk_next(&w)))
        if (json_str(j).n > KEEP_MIN)
            all[n++] = (struct piece){j, cost_of(json_str(j))};
    *count = n;
    return all;
}

static size_t saved_by(const struct piece *all, size_t n, size_t limit)
{
    size_t saved = 0;

    for (size_t i = 0; i < n; i++)
        if (all[i].cost > limit + NOTE_BYTES)
            saved += all[i].cost - limit - NOTE_BYTES;
    return saved;
}

/* Cuts the longest strings so that `over` bytes go. False when there are not
 * enough long ones. */
static bool cut_strings(struct json *root, size_t over)
{
    struct arena a = {0};
    struct buf b;
    struct piece *all;
    size_t n, low = KEEP_MIN, high = KEEP_MIN;
    bool enough;

    all = collect_pieces(root, &a, &n);
    enough = saved_by(all, n, low) >= over;
    for (size_t i = 0; i < n; i++)
        if (all[i].cost > high)
            high = all[i].cost;
    /* The largest limit that still saves enough. */
    while (enough && low + 1 < high) {
        size_t mid = low + (high - low) / 2;

        if (saved_by(all, n, mid) >= over)
            low = mid;
        else
            high = mid;
    }
    for (size_t i = 0; enough && i < n; i++) {
        if (all[i].cost <= low + NOTE_BYTES)
            continue;
        buf_init(&b, json_str(all[i].node).n + NOTE_BYTES);
        add_cut(&b, json_str(all[i].node), low);
        json_assign(all[i].node, buf_str(&b));
        buf_free(&b);
    }
    arena_free(&a);
    return enough;
}

static bool add_raw(struct jsonw *w, struct str text, size_t max)
{
    size_t room = max > w->b->len + 16 ? max - w->b->len - 16 : 0;
    struct buf b;
    bool cut = cost_of(text) > room;

    if (!cut) {
        jsonw_str(w, "raw", text);
        return false;
    }
    buf_init(&b, text.n + NOTE_BYTES);
    add_cut(&b, text, room > NOTE_BYTES ? room - NOTE_BYTES : 0);
    jsonw_str(w, "raw", buf_str(&b));
    buf_free(&b);
    return true;
}

bool trim_raw(struct str text, size_t max, struct buf *out)
{
    struct jsonw w;
    bool cut;

    jsonw_init(&w, out);
    jsonw_obj(&w, NULL);
    cut = add_raw(&w, text, max);
    jsonw_end(&w);
    return cut;
}

/* The identity members of j and its whole text, cut. */
static void print_as_raw(const struct json *j, struct str text, size_t max,
                         struct buf *out)
{
    static const char *const keep[] = {"session_id", "hook_event_name", "cwd",
                                       "tool_name",  "tool_use_id",     "_ts"};
    struct jsonw w;

    jsonw_init(&w, out);
    jsonw_obj(&w, NULL);
    for (size_t i = 0; i < ARRAY_LEN(keep); i++) {
        struct str s = json_get_str(j, keep[i]);

        if (s.n)
            jsonw_str(&w, keep[i], utf8_cut(s, max / 16));
    }
    add_raw(&w, text, max);
    jsonw_end(&w);
}

bool trim_print(struct json *j, size_t max, struct buf *out)
{
    struct buf all;
    bool cut = false;

    buf_init(&all, SIZE_MAX / 4);
    json_print(j, &all, 0);
    if (all.len > max) {
        cut = true;
        if (cut_strings(j, all.len - max)) {
            buf_reset(&all);
            json_print(j, &all, 0);
        }
    }
    if (all.len > max)
        print_as_raw(j, buf_str(&all), max, out);
    else
        buf_adds(out, buf_str(&all));
    buf_free(&all);
    return cut;
}
