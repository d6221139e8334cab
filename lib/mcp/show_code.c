/* show_code.c - what the tools of the code index answer; see tool.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "mcp/page.h"
#include "mcp/tool.h"

#define SIGNATURE_BYTES 200
#define DOC_BYTES       160

/* Code is shown as a file's reader shows it: nobody judges its words, but what
 * hides or acts on a terminal goes. */
static struct str clean(struct arena *a, struct str s, size_t max)
{
    struct str out;
    struct buf b;

    s = utf8_cut(s, max);
    buf_init(&b, 4 * s.n + 64);
    utf8_clean_line(&b, s);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

/* place: its file, or empty where all are of one. */
static void put_symbol(struct page *p, const struct json *s, struct str place)
{
    struct arena *a = p->r->a;
    struct str name = clean(a, json_get_str(s, "qualified"), 160);
    struct str signature =
        clean(a, json_get_str(s, "signature"), SIGNATURE_BYTES);
    struct str doc = clean(a, json_get_str(s, "doc"), DOC_BYTES);
    struct str kind = json_get_str(s, "kind");
    long long line = (long long)json_get_int(s, "line", 0);
    long long end = (long long)json_get_int(s, "end_line", line);
    int depth = (int)json_get_int(s, "depth", 0);

    buf_addf(&p->row_text, "%*s%.*s%s%lld-%lld %.*s %.*s", 2 * (depth % 16), "",
             STR_ARG(place), place.n ? ":" : "", line, end, STR_ARG(kind),
             STR_ARG(name));
    if (signature.n && !str_eq(signature, name))
        buf_addf(&p->row_text, "  %.*s", STR_ARG(signature));
    if (doc.n)
        buf_addf(&p->row_text, "  # %.*s", STR_ARG(doc));
    buf_addc(&p->row_text, '\n');
    jsonw_str(&p->row, "name", name);
    jsonw_str(&p->row, "kind", kind);
    if (place.n)
        jsonw_str(&p->row, "file", place);
    jsonw_int(&p->row, "line", line);
    jsonw_int(&p->row, "end_line", end);
    if (signature.n && !str_eq(signature, name))
        jsonw_str(&p->row, "signature", signature);
    if (doc.n)
        jsonw_str(&p->row, "doc", doc);
}

/* The rows of one page. Where the next one begins, or 0. */
static int64_t put_symbols(struct page *p, const struct json *list, bool files)
{
    int64_t i = 0;

    for (const struct json *s = json_first(list); s; s = json_next(s), i++) {
        if (i < p->r->offset)
            continue;
        if (i >= p->r->offset + p->r->limit)
            return i;
        page_row(p);
        put_symbol(p, s,
                   files ? clean(p->r->a, json_get_str(s, "file"), 300)
                         : STR_NONE);
        if (!page_row_end(p))
            return i;
    }
    return 0;
}

void mcp_show_symbols(struct request *r, const struct json *result,
                      struct buf *text, struct jsonw *w)
{
    struct page p = {.r = r, .text = text, .w = w};
    const struct json *list = json_get(result, "symbols");
    int64_t left = json_get_int(result, "left_out", 0), next;
    struct str about, how;

    if (json_len(list) == 0)
        about =
            arena_fmt(r->a, "0 of %lld symbols matched in %.*s.",
                      (long long)json_get_int(result, "of", 0),
                      STR_ARG(clean(r->a, json_get_str(result, "root"), 300)));
    else
        about = arena_fmt(
            r->a, "Symbols in %.*s, best first%s.",
            STR_ARG(clean(r->a, json_get_str(result, "root"), 300)),
            json_get_bool(result, "some") ? "; nothing has all these words"
                                          : "");
    page_begin(&p, PAGE_LIST_TOKENS, about);
    next = put_symbols(&p, list, true);
    if (next == 0 && left)
        next = (int64_t)json_len(list);
    how = p.shown ? STR("Source of one: smart_unfold with its file and name.")
                  : STR("Try a part of the name, or fewer words.");
    if (next)
        how = arena_fmt(r->a,
                        "More: offset %lld, or narrow by path or kind. "
                        "%.*s",
                        (long long)next, STR_ARG(how));
    page_end(&p, how, next);
}

void mcp_show_outline(struct request *r, const struct json *result,
                      struct buf *text, struct jsonw *w)
{
    struct page p = {.r = r, .text = text, .w = w};
    const struct json *list = json_get(result, "symbols");
    struct str status = json_get_str(result, "status");
    int64_t next;
    struct str how = STR("Source of one: smart_unfold with this file and its "
                         "name.");

    page_begin(
        &p, PAGE_LIST_TOKENS,
        arena_fmt(r->a, "%.*s: %.*s, %lld lines, %zu definitions%s%.*s",
                  STR_ARG(clean(r->a, json_get_str(result, "file"), 300)),
                  STR_ARG(json_get_str(result, "language")),
                  (long long)json_get_int(result, "lines", 0), json_len(list),
                  status.n ? "; " : "", STR_ARG(status)));
    next = put_symbols(&p, list, false);
    if (next)
        how = arena_fmt(r->a, "%lld more: offset %lld. %.*s",
                        (long long)((int64_t)json_len(list) - next),
                        (long long)next, STR_ARG(how));
    page_end(&p, how, next);
}

/* Lines with their numbers, in as many tokens as a reply has. Where the next
 * page begins (a line of the body), or 0. */
static int64_t put_lines(struct request *r, struct str body, int64_t first,
                         struct buf *text, struct buf *plain)
{
    struct str line;
    size_t budget = 3 * PAGE_WHOLE_TOKENS; /* bytes; a token has three or so */
    int64_t i = 0;
    struct buf one;

    for (; str_line(&body, &line); i++) {
        if (i < r->offset)
            continue;
        line = utf8_cut(line, budget);
        if (text->len + line.n > budget && plain->len)
            return i;
        buf_init(&one, 4 * line.n + 64);
        utf8_clean(&one, line);
        buf_addf(text, "%6lld  %.*s\n", (long long)(first + i),
                 STR_ARG(buf_str(&one)));
        buf_addf(plain, "%.*s\n", STR_ARG(buf_str(&one)));
        buf_free(&one);
    }
    return 0;
}

void mcp_show_body(struct request *r, const struct json *result,
                   struct buf *text, struct jsonw *w)
{
    int64_t first = json_get_int(result, "line", 1), next;
    struct str file = clean(r->a, json_get_str(result, "file"), 300);
    struct str name = clean(r->a, json_get_str(result, "qualified"), 160);
    int64_t others = json_get_int(result, "others", 0);
    struct buf plain;

    buf_init(&plain, 1u << 20);
    buf_addf(text, "%.*s:%lld-%lld %.*s %.*s\n", STR_ARG(file),
             (long long)first,
             (long long)json_get_int(result, "end_line", first),
             STR_ARG(json_get_str(result, "kind")), STR_ARG(name));
    next = put_lines(r, json_get_str(result, "text"), first, text, &plain);
    jsonw_str(w, "file", file);
    jsonw_str(w, "name", name);
    jsonw_int(w, "line", first + r->offset);
    jsonw_int(w, "end_line", json_get_int(result, "end_line", first));
    jsonw_str(w, "text", buf_str(&plain));
    if (others) {
        buf_addf(text,
                 "[%lld more are called so in this file: FILE:LINE "
                 "tells them apart]\n",
                 (long long)others);
        jsonw_int(w, "others", others);
    }
    if (next) {
        buf_addf(text, "[goes on: offset %lld]\n", (long long)next);
        jsonw_int(w, "next_offset", next);
    }
    buf_free(&plain);
}
