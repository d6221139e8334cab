/* rows.c - results of operations as the lines of one list; see rows.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/browse/rows.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* Of a title nobody sees more. */
#define TITLE_BYTES 2000

struct rows *rows_new(void)
{
    struct rows *r = calloc(1, sizeof(*r));

    if (!r)
        CM_BUG("out of memory");
    r->v = arena_array(&r->a, ROWS_MAX, sizeof(*r->v));
    r->of = -1;
    return r;
}

void rows_free(struct rows *r)
{
    if (r)
        arena_free(&r->a);
    free(r);
}

static struct str clean(struct rows *r, struct str s)
{
    struct buf b;
    struct str out;

    buf_init(&b, 4 * TITLE_BYTES + 64);
    utf8_clean_line(&b, utf8_cut(s, TITLE_BYTES));
    out = arena_str(&r->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static struct row *next(struct rows *r, enum row_what what)
{
    struct row *row = r->n < ROWS_MAX ? &r->v[r->n++] : NULL;

    if (row)
        row->what = what;
    return row;
}

/* The title, the found words marked. When none of them is in it the place where
 * they are: behind it, or instead of it where it is no more than the beginning
 * of a text. */
static struct str title_of(struct rows *r, struct str title, struct str snippet,
                           bool is_beginning)
{
    struct str t = clean(r, title), s = clean(r, snippet), out;
    struct buf b;

    if (s.n == 0)
        return t;
    buf_init(&b, 8 * TITLE_BYTES);
    show_mark_words(&b, t, s);
    if (str_chr(buf_str(&b), SHOW_MARK) < 0 && str_find(s, STR("**")) >= 0) {
        if (is_beginning)
            buf_reset(&b);
        else
            buf_addz(&b, "  \xe2\x80\xb9 ");
        show_mark_snippet(&b, s);
    }
    out = arena_str(&r->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static void add_memory(struct rows *r, const struct json *m)
{
    struct row *row = next(r, ROW_MEMORY);

    if (!row)
        return;
    row->id = clean(r, json_get_str(m, "id"));
    row->label = clean(r, show_type(m));
    row->title =
        title_of(r, json_get_str(m, "title"), json_get_str(m, "snippet"),
                 str_eqz(json_get_str(m, "kind"), "prompt"));
    row->fresh = clean(r, json_get_str(json_get(m, "freshness"), "label"));
    row->session = clean(r, json_get_str(m, "session"));
    row->time_ms = show_time(m, "time");
    row->pinned = json_get_bool(m, "pinned");
    row->ended = json_get(m, "ended") != NULL;
}

static void add_session(struct rows *r, const struct json *s)
{
    struct str title = json_get_str(s, "title");
    struct row *row = json_get_str(s, "id").n ? next(r, ROW_SESSION) : NULL;

    if (!row)
        return;
    row->id = clean(r, json_get_str(s, "id"));
    row->label = STR("session");
    row->title = title_of(
        r, title.n ? title : json_get_str(s, "uid"),
        json_get_str(json_first(json_get(s, "results")), "snippet"), false);
    row->session = row->id;
    row->time_ms = show_time(s, "last");
    if (!row->time_ms)
        row->time_ms = show_time(s, "started");
}

static struct str below(struct rows *r, struct str root, struct str path)
{
    return arena_fmt(&r->a, "%.*s/%.*s", STR_ARG(root), STR_ARG(path));
}

static void add_symbol(struct rows *r, const struct json *s, struct str root)
{
    struct str file = json_get_str(s, "file");
    struct row *row = next(r, ROW_SYMBOL);

    if (!row)
        return;
    row->name = clean(r, json_get_str(s, "qualified"));
    row->line = json_get_int(s, "line", 1);
    row->id = clean(r, arena_fmt(&r->a, "%.*s:%lld:%.*s", STR_ARG(file),
                                 (long long)row->line, STR_ARG(row->name)));
    row->label = clean(r, json_get_str(s, "kind"));
    row->title = row->name;
    row->where = clean(
        r, arena_fmt(&r->a, "%.*s:%lld", STR_ARG(file), (long long)row->line));
    row->path = below(r, root, file);
}

static void add_file(struct rows *r, const struct json *f, struct str root)
{
    struct str file = json_get_str(f, "file");
    struct row *row = next(r, ROW_FILE);

    if (!row)
        return;
    row->id = row->title = clean(r, file);
    row->label = STR("file");
    row->path = below(r, root, file);
    row->line = 1;
}

void rows_add(struct rows *r, const struct json *result, size_t max)
{
    static const char *const lists[] = {"results", "sessions", "symbols",
                                        "files"};
    struct str root = json_get_str(result, "root");
    size_t n = 0;

    if (json_get(result, "of") && json_get(result, "matched")) {
        r->matched = json_get_int(result, "matched", 0);
        r->of = json_get_int(result, "of", 0);
    }
    if (json_get(result, "project"))
        r->project = clean(r, json_get_str(result, "project"));
    if (root.n)
        r->project = clean(r, str_base(root));
    for (size_t i = 0; i < ARRAY_LEN(lists); i++)
        for (const struct json *j = json_first(json_get(result, lists[i]));
             j && n < max; j = json_next(j), n++)
            switch (i) {
            case 0:
                add_memory(r, j);
                break;
            case 1:
                add_session(r, j);
                break;
            case 2:
                add_symbol(r, j, root);
                break;
            default:
                add_file(r, j, root);
            }
}

static bool is_called(const struct json *symbol, struct str words)
{
    return str_ieq(json_get_str(symbol, "name"), words) ||
           str_ieq(json_get_str(symbol, "qualified"), words);
}

static void add_symbols(struct rows *r, const struct json *result,
                        struct str words, bool called, size_t max)
{
    struct str root = json_get_str(result, "root");
    size_t n = 0;

    for (const struct json *s = json_first(json_get(result, "symbols"));
         s && n < max; s = json_next(s))
        if (is_called(s, words) == called) {
            add_symbol(r, s, root);
            n++;
        }
}

void rows_add_all(struct rows *r, const struct json *memories,
                  const struct json *symbols, const struct json *sessions,
                  struct str words, size_t max)
{
    struct rows counts;

    add_symbols(r, symbols, str_trim(words), true, max);
    rows_add(r, memories, ROWS_MAX);
    add_symbols(r, symbols, str_trim(words), false, max);
    counts = *r; /* the memories' numbers stand */
    rows_add(r, sessions, max);
    r->matched = counts.matched;
    r->of = counts.of;
}

ptrdiff_t rows_find(const struct rows *r, struct str id)
{
    for (size_t i = 0; r && i < r->n; i++)
        if (str_eq(r->v[i].id, id))
            return (ptrdiff_t)i;
    return -1;
}
