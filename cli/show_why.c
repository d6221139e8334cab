/* show_why.c - what sessions were given and why, and what not. */
#include "base/common.h"

#include "base/utf8.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

/* "in   0.71  ": what stands before a line about a score. */
#define SCORE_COLUMNS 11
/* Reasons beside a line of a session's start, as in show_context.c. */
#define WHY_COLUMNS 40
/* Of what was passed over: the nearest misses tell enough. */
#define PASSED_OVER 5

static void put_verdict(struct term *t, bool in, const struct json *row)
{
    term_pad(t, SHOW_INDENT);
    term_styled(t, in ? TERM_GOOD : TERM_WARN, in ? "in " : "out");
    if (json_get(row, "score"))
        term_printf(t, "  %.2f", json_num(json_get(row, "score")));
    term_pad(t, SHOW_INDENT + SCORE_COLUMNS);
}

/* "has 23 % of what the prompt says (words worth 18.4), meaning 0.66" */
static void put_common(struct term *t, const struct json *common)
{
    const struct json *meaning = json_get(common, "meaning");

    if (!common)
        return;
    term_pad(t, SHOW_INDENT + SCORE_COLUMNS);
    term_styled(t, TERM_DIM,
                "has %.0f %% of what the prompt says (words worth %.1f)",
                100 * json_num(json_get(common, "share")),
                json_num(json_get(common, "words")));
    if (meaning)
        term_styled(t, TERM_DIM, ", meaning %.2f", json_num(meaning));
    term_nl(t);
}

/* "below the bar by 0.19", "says the same as a better one (#7)" */
static void put_reason(struct term *t, const struct json *row, double bar)
{
    struct str other = json_get_str(row, "other");
    double score = json_num(json_get(row, "score"));

    term_put(t, TERM_DIM, json_get_str(row, "why"));
    if (str_eqz(json_get_str(row, "fate"), "below-bar") && bar > score)
        term_styled(t, TERM_DIM, " by %.2f", bar - score);
    if (other.n)
        term_styled(t, TERM_DIM, " (%.*s)", STR_ARG(other));
}

/* A candidate that was not given: its line, and below it the reason. */
static void put_out(struct term *t, const struct json *row,
                    const struct show_cols *cols, double bar)
{
    put_verdict(t, str_eqz(json_get_str(row, "fate"), "given"), row);
    show_memory_head(t, row, cols);
    show_rest(t, TERM_PLAIN, json_get_str(row, "title"));
    term_nl(t);
    term_pad(t, SHOW_INDENT + SCORE_COLUMNS);
    put_reason(t, row, bar);
    term_nl(t);
    put_common(t, json_get(row, "in_common"));
}

static void put_paths(struct term *t, const struct json *files)
{
    if (json_len(files) == 0)
        return;
    term_pad(t, SHOW_INDENT);
    term_printf(t, "files");
    for (const struct json *f = json_first(files); f; f = json_next(f)) {
        term_pad(t, SHOW_INDENT + SCORE_COLUMNS);
        term_put(t, TERM_PATH, json_get_str(f, "path"));
        term_styled(t, TERM_DIM, "  %.*s", STR_ARG(json_get_str(f, "why")));
        term_nl(t);
    }
}

static int why_columns(const struct json *lines)
{
    int most = 0;

    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        int n = (int)utf8_columns(json_get_str(l, "why"));

        if (n > most)
            most = n;
    }
    return most < WHY_COLUMNS ? most : WHY_COLUMNS;
}

/* Lines of a session's start: the reason beside each, a section's name above
 * its lines. */
static void put_start(struct term *t, const struct json *lines)
{
    int why = why_columns(lines);
    struct str section = STR_NONE;

    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        struct str name = json_get_str(l, "section");

        if (name.n && !str_eq(name, section)) {
            term_pad(t, SHOW_INDENT);
            show_rest(t, TERM_HEAD, name);
            term_nl(t);
        }
        section = name;
        term_pad(t, 2 * SHOW_INDENT);
        if (why) {
            term_cut(t, TERM_DIM, json_get_str(l, "why"), why);
            term_pad(t, 2 * SHOW_INDENT + why + 2);
        }
        show_rest(t, TERM_PLAIN, json_get_str(l, "text"));
        term_nl(t);
    }
}

static void put_behind_prompt(struct term *t, const struct json *given)
{
    const struct json *lines = json_get(given, "lines");
    const struct json *over = json_get(given, "passed_over");
    struct show_cols cols = {0};
    double bar = json_num(json_get(given, "bar"));
    int n = 0;

    term_pad(t, SHOW_INDENT);
    show_rest(t, TERM_TITLE, json_get_str(given, "query"));
    term_nl(t);
    for (const struct json *l = json_first(lines); l; l = json_next(l)) {
        if (!json_get(l, "id"))
            continue; /* the files: below */
        put_verdict(t, true, l);
        show_rest(t, TERM_PLAIN, json_get_str(l, "text"));
        term_nl(t);
        put_common(t, json_get(l, "in_common"));
    }
    put_paths(t, json_get(given, "files"));
    show_cols_for(&cols, over);
    for (const struct json *m = json_first(over); m && n < PASSED_OVER;
         m = json_next(m), n++)
        put_out(t, m, &cols, bar);
}

static void put_given(struct term *t, const struct json *given)
{
    struct str source = json_get_str(given, "source");
    bool prompt = str_eqz(source, "prompt");

    term_nl(t);
    show_minute(t, show_time(given, "time"));
    term_styled(t, TERM_HEAD, "  %s",
                prompt ? "behind a prompt" : "at its start");
    if (!prompt)
        term_printf(t, " (%.*s)", STR_ARG(source));
    term_printf(t, ", about ");
    show_plural(t, json_get_int(given, "tokens", 0), "token", "tokens");
    term_nl(t);
    if (prompt)
        put_behind_prompt(t, given);
    else
        put_start(t, json_get(given, "lines"));
}

int show_why(struct term *t, const struct json *r)
{
    const struct json *session = json_get(r, "session");
    const struct json *given = json_get(r, "given");

    term_put(t, TERM_ID, json_get_str(session, "id"));
    term_printf(t, "  ");
    show_rest(t, TERM_TITLE, json_get_str(session, "title"));
    term_nl(t);
    show_session_facts(t, session);
    term_nl(t);
    for (const struct json *g = json_first(given); g; g = json_next(g))
        put_given(t, g);
    term_nl(t);
    if (json_len(given) == 0) {
        term_printf(t, "nothing was given to it; cmem why-not WORDS says why "
                       "a prompt brings nothing\n");
        return CLI_NOTHING;
    }
    show_plural(t, json_get_int(r, "tokens", 0), "token", "tokens");
    term_printf(t, ", about, in ");
    show_plural(t, (int64_t)json_len(given), "block", "blocks");
    term_nl(t);
    return CLI_DONE;
}

/* --- why not -------------------------------------------------------------------- */

static void put_bar(struct term *t, const struct json *r)
{
    term_printf(t, "the bar is %.2f (the setting prompt_bar)\n",
                json_num(json_get(r, "bar")));
}

static int show_words(struct term *t, const struct json *r)
{
    const struct json *list = json_get(r, "candidates");
    struct str silent = json_get_str(r, "silent");
    struct str project = json_get_str(r, "project");
    struct show_cols cols = {0};
    int64_t in = 0;

    if (silent.n) {
        term_printf(t, "such a prompt brings nothing: %.*s\n", STR_ARG(silent));
        return CLI_NOTHING;
    }
    show_cols_for(&cols, list);
    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        in += str_eqz(json_get_str(m, "fate"), "given");
        put_out(t, m, &cols, json_num(json_get(r, "bar")));
    }
    if (json_get_bool(r, "files_given"))
        put_paths(t, json_get(r, "files"));
    if (json_len(list))
        term_nl(t);
    term_count(t, in);
    term_printf(t, " of ");
    show_plural(t, json_get_int(r, "of", 0), "memory", "memories");
    if (project.n)
        term_printf(t, " in %.*s", STR_ARG(project));
    term_printf(t, " would be given; ");
    put_bar(t, r);
    return json_len(list) ? CLI_DONE : CLI_NOTHING;
}

static void put_prompts(struct term *t, const struct json *r)
{
    for (const struct json *p = json_first(json_get(r, "prompts")); p;
         p = json_next(p)) {
        put_verdict(t, str_eqz(json_get_str(p, "fate"), "given"), p);
        show_minute(t, show_time(p, "time"));
        term_printf(t, "  ");
        show_rest(t, TERM_PLAIN, json_get_str(p, "prompt"));
        term_nl(t);
        term_pad(t, SHOW_INDENT + SCORE_COLUMNS);
        put_reason(t, p, json_num(json_get(r, "bar")));
        if (json_get(p, "place"))
            term_styled(t, TERM_DIM, "; number %lld of what was found",
                        (long long)json_get_int(p, "place", 0));
        term_nl(t);
    }
}

static int show_memory(struct term *t, const struct json *r)
{
    const struct json *memory = json_get(r, "memory");
    const struct json *given = json_get(r, "given");
    struct str session = json_get_str(r, "session");
    struct show_cols cols = {.type = (int)utf8_columns(show_type(memory))};

    show_memory_line(t, memory, &cols);
    if (json_get(memory, "ended"))
        term_printf(t, "it no longer holds: since then it is not given\n");
    for (const struct json *g = json_first(given); g; g = json_next(g)) {
        term_printf(t, "given to ");
        term_put(t, TERM_ID, json_get_str(g, "session"));
        term_printf(t, " ");
        show_minute(t, show_time(g, "time"));
        term_printf(t, str_eqz(json_get_str(g, "source"), "prompt")
                           ? " behind a prompt\n"
                           : " at its start\n");
    }
    if (json_len(given) == 0)
        term_printf(t, "it was never given to a session\n");
    if (session.n) {
        term_printf(t, "\nat the prompts of ");
        term_put(t, TERM_ID, session);
        term_printf(t, ", as things stood then:\n");
        put_prompts(t, r);
        if (json_len(json_get(r, "prompts")) == 0)
            term_printf(t, "  there were none\n");
    }
    put_bar(t, r);
    return CLI_DONE;
}

int show_why_not(struct term *t, const struct json *r)
{
    return json_get(r, "memory") ? show_memory(t, r) : show_words(t, r);
}
