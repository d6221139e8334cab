/* show_fresh.c - see show_fresh.h. */
#include "base/common.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/show_fresh.h"
#include "cli/show_text.h"

/* Columns of a place and of a name: longer ones push what follows. */
#define PLACE_COLUMNS 44
#define NAME_COLUMNS  32
#define GAP           2
#define PLACE_BYTES   8192

static const struct {
    const char *name, *words;
    enum term_style style;
} states[] = {
    {"fresh", "as it was", TERM_GOOD},  {"moved", "moved", TERM_WARN},
    {"changed", "changed", TERM_WARN},  {"gone", "gone", TERM_BAD},
    {"unknown", "not known", TERM_DIM},
};

static size_t state_of(const struct json *v)
{
    struct str name = json_get_str(v, "state");
    size_t i = 0;

    while (i + 1 < ARRAY_LEN(states) && !str_eqz(name, states[i].name))
        i++;
    return i;
}

void show_fresh_label(struct term *t, const struct json *memory)
{
    const struct json *fresh = json_get(memory, "freshness");
    struct str label = json_get_str(fresh, "label");

    if (label.n == 0)
        return;
    term_styled(t, states[state_of(fresh)].style, "(%.*s)", STR_ARG(label));
    term_printf(t, " ");
}

/* "a/b.c:12-30", "a/b.c:12", "a/b.c". */
static void put_place(struct buf *b, const struct json *v)
{
    int64_t line = json_get_int(v, "line", 0);
    int64_t end = json_get_int(v, "end_line", 0);

    buf_adds(b, json_get_str(v, "path"));
    if (line)
        buf_addf(b, ":%lld", (long long)line);
    if (end > line)
        buf_addf(b, "-%lld", (long long)end);
}

static bool is_shown(const struct json *c, bool stale)
{
    struct str state = json_get_str(c, "state");

    return !stale || !(str_eqz(state, "fresh") || str_eqz(state, "unknown"));
}

static void widen(int *columns, struct str text, int most)
{
    int n = (int)utf8_columns(text);

    if (n > most)
        n = most;
    if (n > *columns)
        *columns = n;
}

/* ", now 14-31", " to b.c:3-7 count": where it stands, as far as that is
 * another place. */
static void put_now(struct term *t, const struct json *c)
{
    const struct json *now = json_get(c, "now");
    struct str path = json_get_str(now, "path");
    struct str symbol = json_get_str(now, "symbol");
    bool moved = str_eqz(json_get_str(c, "state"), "moved");
    bool there = str_eq(path, json_get_str(c, "path"));
    int64_t line = json_get_int(now, "line", 0);
    int64_t end = json_get_int(now, "end_line", 0);
    struct buf b;

    if (!now || (there && !moved && line == json_get_int(c, "line", 0) &&
                 end == json_get_int(c, "end_line", 0)))
        return;
    buf_init(&b, PLACE_BYTES);
    if (there && line == 0)
        ; /* a file that changed: where it is, is known */
    else if (there && end > line)
        buf_addf(&b, "%lld-%lld", (long long)line, (long long)end);
    else if (there)
        buf_addf(&b, "%lld", (long long)line);
    else
        put_place(&b, now);
    if (b.len)
        term_styled(t, TERM_DIM, moved && !there ? " to " : ", now ");
    term_put(t, there ? TERM_DIM : TERM_PATH, buf_str(&b));
    if (!str_eq(symbol, json_get_str(c, "symbol"))) {
        term_printf(t, " ");
        term_put(t, TERM_TITLE, symbol);
    }
    buf_free(&b);
}

void show_cites(struct term *t, const struct json *cites, int indent,
                bool stale)
{
    int places = 0, names = 0;
    struct buf b;

    buf_init(&b, PLACE_BYTES);
    for (const struct json *c = json_first(cites); c; c = json_next(c)) {
        if (!is_shown(c, stale))
            continue;
        buf_reset(&b);
        put_place(&b, c);
        widen(&places, buf_str(&b), PLACE_COLUMNS);
        widen(&names, json_get_str(c, "symbol"), NAME_COLUMNS);
    }
    for (const struct json *c = json_first(cites); c; c = json_next(c)) {
        size_t state = state_of(c);

        if (!is_shown(c, stale))
            continue;
        buf_reset(&b);
        put_place(&b, c);
        term_pad(t, indent);
        term_put(t, TERM_PATH, buf_str(&b));
        term_pad(t, indent + places + GAP);
        term_put(t, TERM_TITLE, json_get_str(c, "symbol"));
        if (names)
            term_pad(t, indent + places + GAP + names + GAP);
        term_styled(t, states[state].style, "%s", states[state].words);
        put_now(t, c);
        term_nl(t);
    }
    buf_free(&b);
}
