/* page.c - see page.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "mcp/page.h"
#include "ops/fence.h"
#include "ops/tokens.h"

/* A line of an index is 50 to 100 tokens. */
#define TITLE_BYTES   150
#define SNIPPET_BYTES 150
/* A snippet that shares so much with the title repeats it; one that has less
 * than that besides says nothing. */
#define SAME_BYTES 60
#define SAY_BYTES  12
/* A row that is alone over the budget: its texts were cut by the callers. */
#define ROW_MAX (256u << 10)

static const char left_out[] = "(left out: it reads like an instruction)";

void page_begin(struct page *p, size_t budget, struct str about)
{
    p->budget = budget;
    p->tokens = p->shown = 0;
    buf_init(&p->row_text, ROW_MAX);
    buf_init(&p->row_json, ROW_MAX);
    buf_addf(p->text, "<cmem-memory>\n%.*s\n", STR_ARG(about));
    jsonw_str(p->w, "about", about);
    jsonw_arr(p->w, "results");
}

void page_row(struct page *p)
{
    buf_reset(&p->row_text);
    buf_reset(&p->row_json);
    jsonw_init(&p->row, &p->row_json);
    jsonw_obj(&p->row, NULL);
}

bool page_row_end(struct page *p)
{
    size_t text, json;

    jsonw_end(&p->row);
    if (buf_is_full(&p->row_text) || buf_is_full(&p->row_json))
        return false;
    text = text_tokens(buf_str(&p->row_text));
    json = text_tokens(buf_str(&p->row_json));
    p->tokens += text > json ? text : json;
    if (p->shown && p->tokens > p->budget)
        return false;
    buf_adds(p->text, buf_str(&p->row_text));
    jsonw_raw(p->w, NULL, buf_str(&p->row_json));
    p->shown++;
    return true;
}

void page_end(struct page *p, struct str next, int64_t offset)
{
    jsonw_end(p->w);
    buf_addz(p->text, "</cmem-memory>");
    if (next.n) {
        buf_addf(p->text, "\n%.*s", STR_ARG(next));
        jsonw_str(p->w, "next", next);
    }
    if (offset)
        jsonw_int(p->w, "next_offset", offset);
    buf_free(&p->row_text);
    buf_free(&p->row_json);
}

struct str page_line(struct arena *a, struct str s, size_t max_bytes,
                     struct str origin)
{
    struct buf b;
    struct str out;

    if (fence_is_instruction(s, origin))
        return str_of(left_out);
    buf_init(&b, 3 * max_bytes + 64);
    fence_line(s, max_bytes, &b);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* fence_line takes marks of lists and indents away, which a text of several
 * lines is better with. */
static void put_line(struct buf *out, const char *prefix, struct str line)
{
    size_t indent = 0;
    struct str rest = line;

    while (rest.n && is_space(rest.p[0])) {
        indent += rest.p[0] == '\t' ? 4 : 1;
        rest = str_cut(rest, 1, rest.n);
    }
    buf_addf(out, "%s%*s", prefix, (int)(indent < 40 ? indent : 40), "");
    if (str_starts(rest, STR("- ")) || str_starts(rest, STR("* ")))
        buf_addz(out, "- ");
    fence_line(rest, rest.n, out);
    buf_addc(out, '\n');
}

struct str page_lines(struct arena *a, struct str s, size_t max_bytes,
                      const char *prefix, size_t *left)
{
    struct str whole = s, line, out;
    struct buf b;

    s = utf8_cut(s, max_bytes);
    if (left)
        *left = whole.n - s.n;
    buf_init(&b, 64 * s.n + 4096);
    while (str_line(&s, &line))
        put_line(&b, prefix, line);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* A snippet says what the title does not: without the marks of what was
 * found, and without the title where it begins with it. */
static struct str snippet_of(struct arena *a, const struct json *m,
                             struct str title)
{
    struct str s = json_get_str(m, "snippet");
    size_t same = 0;
    struct buf b;

    buf_init(&b, s.n + 1);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '*' && i + 1 < s.n && s.p[i + 1] == '*')
            i++;
        else
            buf_addc(&b, s.p[i]);
    }
    s = str_trim(arena_str(a, buf_str(&b)));
    buf_free(&b);
    while (same < s.n && same < title.n && s.p[same] == title.p[same])
        same++;
    /* Either may have been cut a little before its end. */
    if (same >= SAME_BYTES || (same && same + 4 > title.n)) {
        while (same > 0 && same < s.n &&
               ((unsigned char)s.p[same] & 0xc0) == 0x80)
            same--;
        s = str_trim(str_cut(s, same, s.n));
        if (s.n < SAY_BYTES)
            return STR_NONE;
    }
    return s;
}

/* What a reader must know of a line besides what it says. */
static struct str notes_of(struct arena *a, const struct json *m)
{
    struct str by = json_get_str(m, "superseded_by");
    struct str fresh = json_str(json_path(m, "freshness.label"));
    struct str branch = json_get_str(m, "branch"), out;
    struct buf b;

    buf_init(&b, 1024);
    if (by.n)
        buf_addf(&b, "; replaced by %.*s", STR_ARG(by));
    else if (json_get(m, "ended"))
        buf_addz(&b, "; no longer holds");
    if (json_get_bool(m, "disputed"))
        buf_addz(&b, "; disputed");
    if (json_get_bool(m, "unmerged") && branch.n)
        buf_addf(&b, "; only on branch %.*s",
                 STR_ARG(page_line(a, branch, 60, STR("user"))));
    if (fresh.n)
        buf_addf(&b, "; %.*s", STR_ARG(page_line(a, fresh, 120, STR("user"))));
    out = b.len > 2 ? arena_str(a, str_cut(buf_str(&b), 2, b.len)) : STR_NONE;
    buf_free(&b);
    return out;
}

void page_memory(struct page *p, const struct json *m, const char *mark)
{
    struct arena *a = p->r->a;
    struct str origin = json_get_str(m, "origin");
    struct str raw = json_get_str(m, "title");
    struct str title = page_line(a, raw, TITLE_BYTES, origin);
    struct str snippet = snippet_of(a, m, raw), notes = notes_of(a, m);
    struct str kind = json_get_str(m, "type");
    struct str date = str_cut(json_get_str(m, "time"), 0, 10);

    if (kind.n == 0)
        kind = json_get_str(m, "kind");
    kind = page_line(a, kind, 40, STR("user"));
    snippet =
        snippet.n ? page_line(a, snippet, SNIPPET_BYTES, origin) : snippet;
    buf_addf(&p->row_text, "%s%.*s %.*s %.*s (%.*s): %.*s", mark,
             STR_ARG(json_get_str(m, "id")), STR_ARG(date), STR_ARG(kind),
             STR_ARG(origin), STR_ARG(title));
    if (snippet.n)
        buf_addf(&p->row_text, " | %.*s", STR_ARG(snippet));
    if (notes.n)
        buf_addf(&p->row_text, " [%.*s]", STR_ARG(notes));
    buf_addc(&p->row_text, '\n');
    jsonw_str(&p->row, "id", json_get_str(m, "id"));
    jsonw_str(&p->row, "date", date);
    jsonw_str(&p->row, "kind", kind);
    jsonw_str(&p->row, "from", origin);
    jsonw_str(&p->row, "title", title);
    if (snippet.n)
        jsonw_str(&p->row, "snippet", snippet);
    if (notes.n)
        jsonw_str(&p->row, "note", notes);
}
