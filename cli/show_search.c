/* show_search.c - what a search found. */
#include "base/common.h"

#include <math.h>

#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_fresh.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* Enough of a text to judge a hit by. */
#define ROWS       2
#define GROUP_ROWS 1
/* Scores are meant as chances; questions that nothing answers get less. */
#define SURE 0.4

struct hits {
    struct show_cols cols;
    int indent;
    int rows;
    bool projects; /* they may be of several */
};

/* A title that is the beginning of the text, as prompts and facts have it, is
 * in the snippet; or the snippet is all in the title. */
static bool says_the_same(struct str title, struct str plain)
{
    struct str tail = STR("...");

    if (str_ends(title, tail))
        title.n -= tail.n;
    if (str_ends(plain, tail))
        plain.n -= tail.n;
    if (plain.n > title.n)
        plain.n = title.n;
    return str_ieq(str_cut(title, 0, plain.n), plain);
}

/* The title with the words that were found, and below it the snippet. */
static void put_texts(struct term *t, const struct json *hit,
                      const struct hits *h)
{
    struct str title = json_get_str(hit, "title");
    struct str snippet = json_get_str(hit, "snippet");
    int indent = h->indent + h->cols.id + 2;
    struct str project = h->projects ? json_get_str(hit, "project") : STR_NONE;
    struct show_marked first = {TERM_TITLE, indent, 0, STR_NONE};
    struct show_marked rest = {TERM_PLAIN, indent, h->rows, STR_NONE};
    struct buf b;

    if (json_get(hit, "ended"))
        first.style = TERM_DIM;
    buf_init(&b, 2 * (title.n + snippet.n) + 64);
    show_unmark(&b, snippet);
    if (snippet.n && says_the_same(title, buf_str(&b))) {
        bool longer = b.len > title.n;

        buf_reset(&b);
        if (longer)
            show_mark_snippet(&b, snippet);
        else
            show_mark_words(&b, title, snippet);
        first.style = TERM_PLAIN;
        first.rows = rest.rows > 1 ? rest.rows : 0;
        snippet.n = 0;
    } else {
        buf_reset(&b);
        show_mark_words(&b, title, snippet);
    }
    if (snippet.n == 0)
        first.after = project;
    show_marked(t, &first, buf_str(&b));
    if (snippet.n) {
        buf_reset(&b);
        show_mark_snippet(&b, snippet);
        term_pad(t, indent);
        if (project.n)
            term_styled(t, TERM_DIM, "%.*s: ", STR_ARG(project));
        show_marked(t, &rest, buf_str(&b));
    }
    buf_free(&b);
}

/* A line between what was found and what is merely nearest; results come best
 * first, so there is one at most. */
static bool put_doubt(struct term *t, const struct json *hit, bool first)
{
    if (!json_get(hit, "score") || json_num(json_get(hit, "score")) >= SURE)
        return false;
    term_styled(t, TERM_DIM,
                first ? "not sure of any of these:\n"
                      : "less sure of these:\n");
    return true;
}

/* "score 0.71 = words 0.40 + meaning 0.31; age x0.93", below a hit. */
static void put_explained(struct term *t, const struct json *hit,
                          const struct hits *h)
{
    const struct json *signals = json_get(hit, "signals");
    const struct json *reranked = json_get(hit, "reranked");
    const char *between = reranked ? "; before: " : " = ";
    int indent = h->indent + h->cols.id + 2;
    struct buf b;

    if (!signals)
        return;
    buf_init(&b, 4096);
    buf_addf(&b, "score %.2f", json_num(json_get(hit, "score")));
    if (reranked)
        buf_addf(&b, ", reranked %.2f", json_num(reranked));
    for (const struct json *s = json_first(signals); s; s = json_next(s)) {
        if (json_num(s) < 0.005)
            continue;
        buf_addf(&b, "%s%.*s %.2f", between, STR_ARG(json_key(s)), json_num(s));
        between = " + ";
    }
    for (const struct json *s = json_first(json_get(hit, "factors")); s;
         s = json_next(s))
        if (fabs(json_num(s) - 1) >= 0.005)
            buf_addf(&b, "; %.*s x%.2f", STR_ARG(json_key(s)), json_num(s));
    term_wrap(t, TERM_DIM, indent, buf_str(&b));
    buf_free(&b);
}

static void put_hits(struct term *t, const struct json *list,
                     const struct hits *h)
{
    bool doubted = h->indent > 0; /* below a session's line there is none */

    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        if (!doubted)
            doubted = put_doubt(t, m, m == json_first(list));
        if (h->indent)
            term_pad(t, h->indent);
        show_memory_head(t, m, &h->cols);
        show_fresh_label(t, m);
        put_texts(t, m, h);
        put_explained(t, m, h);
    }
}

/* A session's line names its project; those of its hits need not. */
static void put_groups(struct term *t, const struct json *groups,
                       const struct hits *h, bool projects)
{
    const char *of = str_eqz(json_key(groups), "groups") ? "group" : "session";

    for (const struct json *g = json_first(groups); g; g = json_next(g)) {
        const struct json *results = json_get(g, "results");
        int64_t more =
            json_get_int(g, "matched", 0) - (int64_t)json_len(results);

        if (json_get(g, "id")) {
            term_put(t, TERM_ID, json_get_str(g, "id"));
            term_printf(t, "  ");
            show_minute(t, show_time(g, "started"));
            if (projects)
                term_styled(t, TERM_DIM, "  %.*s",
                            STR_ARG(json_get_str(g, "project")));
            term_printf(t, "  ");
            show_rest(t, TERM_TITLE, json_get_str(g, "title"));
            term_nl(t);
        } else if (json_get(g, "group")) {
            show_rest(t, TERM_TITLE, json_get_str(g, "group"));
            term_nl(t);
        } else {
            term_styled(t, TERM_TITLE, "of no %s\n", of);
        }
        put_hits(t, results, h);
        if (more > 0)
            term_styled(t, TERM_DIM, "  and %lld more\n", (long long)more);
        term_nl(t);
    }
}

static void put_words(struct term *t, const struct json *words, int64_t n)
{
    const struct json *w = json_first(words);

    for (int64_t i = 0; w && i < n; w = json_next(w), i++) {
        if (w != json_first(words))
            term_printf(t, ", ");
        term_put(t, TERM_MATCH, json_str(w));
    }
}

/* Words that no memory has, each with those that are like it. `alone`: there
 * was one word only, and so there is no need to name it. */
static void put_unknown(struct term *t, const struct json *unknown, bool alone)
{
    for (const struct json *u = json_first(unknown); u; u = json_next(u)) {
        const struct json *nearest = json_get(u, "nearest");
        struct str word = json_get_str(u, "word");
        int64_t used = json_get_int(u, "used", 0);

        if (str_chr(word, ' ') >= 0) {
            term_printf(t, "; nothing has \"%.*s\" as it stands",
                        STR_ARG(word));
            continue;
        }
        if (!json_len(nearest)) {
            term_printf(t, "; nothing is like \"%.*s\"", STR_ARG(word));
            continue;
        }
        if (used)
            term_printf(t, "; nothing has \"%.*s\", looked for ",
                        STR_ARG(word));
        else if (alone)
            term_printf(t, "; nearest: ");
        else
            term_printf(t, "; nearest to \"%.*s\": ", STR_ARG(word));
        put_words(t, nearest, used ? used : (int64_t)json_len(nearest));
    }
}

/* " from 2026-03-01 until 2026-03-08": the time that a query was all about. */
static void put_times(struct term *t, const struct json *r)
{
    static const char *const names[] = {"from", "until"};
    int64_t ms;
    char date[20];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (clock_parse(json_get_str(r, names[i]), 0, &ms) < 0)
            continue;
        clock_local_minute(ms, date);
        if (strcmp(date + 10, " 00:00") == 0)
            date[10] = '\0';
        term_printf(t, " %s %s", names[i], date);
    }
}

/* ", as of 2026-03-01 10:00": the question said so. */
static void put_as_of(struct term *t, const struct json *r)
{
    int64_t ms;
    char date[20];

    if (clock_parse(json_get_str(r, "as_of"), 0, &ms) < 0)
        return;
    clock_local_minute(ms, date);
    term_printf(t, ", as of %s", date);
}

/* Without words the newest are listed; how many there might be is not known. */
static void put_listed(struct term *t, const struct json *r, size_t shown)
{
    struct str project = json_get_str(r, "project");
    bool dated = json_get(r, "from") || json_get(r, "until");

    if (json_get_str(r, "query").n && !dated && !json_get(r, "as_of"))
        term_printf(t, "no word to look for; ");
    term_printf(t, "%zu shown, newest first, of ", shown);
    show_plural(t, json_get_int(r, "of", 0), "memory", "memories");
    if (project.n)
        term_printf(t, " in %.*s", STR_ARG(project));
    if (dated)
        term_printf(t, ",");
    put_times(t, r);
    put_as_of(t, r);
    term_nl(t);
}

/* "34 of 272 matched in app, 10 shown; nearest to "databse": database". */
static void put_count(struct term *t, const struct json *r, size_t shown)
{
    int64_t matched = json_get_int(r, "matched", 0);
    int64_t elsewhere = json_get_int(r, "elsewhere", 0);
    int64_t others = json_get_int(r, "other_branches", 0);
    struct str project = json_get_str(r, "project");
    const struct json *unknown = json_get(r, "unknown");

    if (shown &&
        (json_get_str(r, "query").n == 0 || json_get_bool(r, "listed"))) {
        put_listed(t, r, shown);
        return;
    }
    term_count(t, matched);
    term_printf(t, " of ");
    term_count(t, json_get_int(r, "of", 0));
    term_printf(t, " matched");
    if (project.n)
        term_printf(t, " in %.*s", STR_ARG(project));
    if (shown && (int64_t)shown < matched)
        term_printf(t, ", %zu shown", shown);
    if (json_get(r, "from") || json_get(r, "until")) {
        term_printf(t, "; nothing");
        put_times(t, r);
    }
    put_as_of(t, r);
    if (others)
        term_printf(t, "; %lld of other branches left out (--all-branches)",
                    (long long)others);
    else if (elsewhere)
        term_printf(t, "; %lld in other projects (--all)",
                    (long long)elsewhere);
    if (!json_get(r, "from") && !json_get(r, "until"))
        put_unknown(t, unknown, shown == 0 && json_len(unknown) == 1);
    term_nl(t);
}

/* A reranker that failed is said; one that did its work is when asked. */
static void put_reranker(struct term *t, const struct json *r, bool explain)
{
    const struct json *by = json_get(r, "reranker");
    struct str problem = json_get_str(by, "problem");

    if (problem.n)
        term_styled(t, TERM_WARN, "not reranked: %.*s\n", STR_ARG(problem));
    else if (by && explain)
        term_styled(t, TERM_DIM, "%lld reranked by %s in %lld ms\n",
                    (long long)json_get_int(by, "judged", 0),
                    str_eqz(json_get_str(by, "by"), "model") ? "the model"
                                                             : "your command",
                    (long long)json_get_int(by, "ms", 0));
}

int show_search(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "results");
    const struct json *groups = json_get(r, "sessions")
                                    ? json_get(r, "sessions")
                                    : json_get(r, "groups");
    bool projects = json_get_str(r, "project").n == 0;
    struct hits h = {.rows = groups ? GROUP_ROWS : ROWS,
                     .indent = groups ? SHOW_INDENT : 0,
                     .projects = projects && !groups};

    show_cols_for(&h.cols, list);
    for (const struct json *g = json_first(groups); g; g = json_next(g))
        show_cols_for(&h.cols, json_get(g, "results"));
    put_hits(t, list, &h);
    put_groups(t, groups, &h, projects);
    put_count(t, r, json_len(list));
    put_reranker(t, r,
                 json_get(json_first(list), "signals") ||
                     json_path(json_first(groups), "results"));
    return json_len(list) + json_len(groups) ? CLI_DONE : CLI_NOTHING;
}
