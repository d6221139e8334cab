/* show_stale.c - memories whose code is not what it was, file by file. */
#include "base/common.h"

#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_fresh.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* Of one diff on the screen; --json has more. */
#define DIFF_LINES 60

static void put_diffs(struct term *t, const struct json *diffs, int indent)
{
    struct show_block how = {
        .indent = indent, .lines = DIFF_LINES, .diff = true};

    for (const struct json *d = json_first(diffs); d; d = json_next(d)) {
        struct str symbol = json_get_str(d, "symbol");
        struct str none = json_get_str(d, "none");

        /* Of one alone the line above has told the name. */
        if (json_len(diffs) > 1 || none.n) {
            term_pad(t, indent);
            term_put(t, TERM_HEAD, symbol.n ? symbol : json_get_str(d, "path"));
            if (none.n)
                term_styled(t, TERM_DIM, "  %.*s", STR_ARG(none));
            term_nl(t);
        }
        if (json_get(d, "diff"))
            show_block(t, &how, json_get_str(d, "diff"));
        if (json_get_bool(d, "cut")) {
            term_pad(t, indent);
            term_styled(t, TERM_DIM, "and more\n");
        }
    }
}

/* Then there is nothing to pick out of its citations. */
static bool is_fine(struct str state)
{
    return str_eqz(state, "fresh") || str_eqz(state, "unknown");
}

static void put_file(struct term *t, const struct json *file,
                     const struct show_cols *cols)
{
    const struct json *list = json_get(file, "memories");
    int indent = SHOW_INDENT + cols->id + 2;

    term_put(t, TERM_PATH, json_get_str(file, "file"));
    term_nl(t);
    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        term_pad(t, SHOW_INDENT);
        show_memory_head(t, m, cols);
        show_rest(t, TERM_TITLE, json_get_str(m, "title"));
        term_nl(t);
        show_cites(t, json_path(m, "freshness.cites"), indent,
                   !is_fine(json_str(json_path(m, "freshness.state"))));
        put_diffs(t, json_get(m, "diffs"), indent);
    }
    term_nl(t);
}

static void put_part(struct term *t, enum term_style style, int64_t n,
                     const char *words, bool *first)
{
    if (n == 0)
        return;
    term_printf(t, *first ? ": " : ", ");
    *first = false;
    term_styled(t, style, "%lld %s", (long long)n, words);
}

/* "5 of 41 memories about the code of app: 1 gone, 3 changed, 1 moved" */
static void put_count(struct term *t, const struct json *r)
{
    const struct json *counts = json_get(r, "counts");
    int64_t of = json_get_int(r, "of", 0);
    int64_t gone = json_get_int(counts, "gone", 0);
    int64_t changed = json_get_int(counts, "changed", 0);
    int64_t moved = json_get_int(counts, "moved", 0);
    int64_t unknown = json_get_int(counts, "unknown", 0);
    bool first = true;

    if (of == 0) {
        term_printf(t, "no memory of %.*s cites code yet\n",
                    STR_ARG(json_get_str(r, "project")));
        return;
    }
    term_count(t, gone + changed + moved);
    term_printf(t, " of ");
    show_plural(t, of, "memory", "memories");
    term_printf(t, " about the code of %.*s",
                STR_ARG(json_get_str(r, "project")));
    put_part(t, TERM_BAD, gone, "gone", &first);
    put_part(t, TERM_WARN, changed, "changed", &first);
    put_part(t, TERM_WARN, moved, "moved", &first);
    if (first)
        term_printf(t, " are not as they were");
    if (unknown)
        term_styled(t, TERM_DIM, "; of %lld nobody can say",
                    (long long)unknown);
    term_nl(t);
}

int show_stale(struct term *t, const struct json *r)
{
    const struct json *files = json_get(r, "files");
    int64_t left = json_get_int(r, "left_out", 0);
    struct show_cols cols = {0};

    for (const struct json *f = json_first(files); f; f = json_next(f))
        show_cols_for(&cols, json_get(f, "memories"));
    for (const struct json *f = json_first(files); f; f = json_next(f))
        put_file(t, f, &cols);
    if (left)
        term_styled(t, TERM_DIM, "and %lld more: -n shows more\n",
                    (long long)left);
    put_count(t, r);
    return json_len(files) ? CLI_DONE : CLI_NOTHING;
}
