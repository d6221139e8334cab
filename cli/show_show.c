/* show_show.c - memories, sessions and events whole. */
#include "base/common.h"

#include "base/buf.h"
#include "base/clock.h"
#include "cli/cmd.h"
#include "cli/show.h"
#include "cli/show_event.h"
#include "cli/show_fresh.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

#define META_MAX 4096

/* --- a memory ----------------------------------------------------------- */

static void add_fact(struct buf *b, const char *before, struct str s)
{
    if (s.n)
        buf_addf(b, ", %s%.*s", before, STR_ARG(s));
}

static void add_number(struct buf *b, const char *before, const struct json *m,
                       const char *key, int64_t usual)
{
    int64_t n = json_get_int(m, key, usual);

    if (n != usual)
        buf_addf(b, ", %s %lld", before, (long long)n);
}

static void add_date(struct buf *b, const char *before, const struct json *m,
                     const char *key)
{
    int64_t ms = show_time(m, key);
    char date[16];

    if (ms == 0)
        return;
    clock_local_date(ms, date);
    buf_addf(b, ", %s %s", before, date);
}

/* "bugfix, 2026-02-20 10:29, app (main), s7, from tool, by rules, ..." */
static void put_facts(struct term *t, const struct json *m)
{
    struct str why = json_get_str(m, "importance_why");
    struct str by = json_get_str(m, "provider");
    int64_t ms = show_time(m, "time");
    char minute[20] = "";
    struct buf b;

    if (ms)
        clock_local_minute(ms, minute);
    buf_init(&b, META_MAX);
    buf_adds(&b, show_type(m));
    add_fact(&b, "", str_of(minute));
    add_fact(&b, "", json_get_str(m, "project"));
    add_fact(&b, "branch ", json_get_str(m, "branch"));
    if (json_get_bool(m, "unmerged"))
        buf_addz(&b, " until it is merged");
    add_fact(&b, "", json_get_str(m, "session"));
    add_fact(&b, "of ", json_get_str(m, "user"));
    add_fact(&b, "of agent ", json_get_str(m, "agent"));
    add_fact(&b, "from ", json_get_str(m, "origin"));
    if (json_get_bool(m, "disputed"))
        buf_addz(&b, ", disputed");
    add_fact(&b, "by ", json_get_str(m, "provider"));
    add_number(&b, "importance", m, "importance", 0);
    /* "4 by rules" alone says what stands there already. */
    if (why.n && (str_chr(why, ',') >= 0 || !str_ends(why, by) || !by.n))
        buf_addf(&b, " (%.*s)", STR_ARG(why));
    if (json_get_bool(m, "pinned"))
        buf_addz(&b, ", pinned");
    if (json_get_int(m, "seen", 1) > 1)
        buf_addf(&b, ", said %lld times",
                 (long long)json_get_int(m, "seen", 1));
    add_number(&b, "revision", m, "revision", 1);
    if (json_path(m, "used.times"))
        buf_addf(&b, ", used %lld time%s",
                 (long long)json_int(json_path(m, "used.times")),
                 json_int(json_path(m, "used.times")) == 1 ? "" : "s");
    add_fact(&b, "topic ", json_get_str(m, "topic"));
    add_date(&b, "holds until", m, "expires");
    add_date(&b, "no longer true since", m, "ended");
    term_wrap(t, TERM_DIM, 0, buf_str(&b));
    buf_free(&b);
}

/* The title of a prompt or a fact is the beginning of its text. */
static bool is_text_begin(struct str title, struct str text)
{
    struct buf b;
    bool yes;

    if (str_ends(title, STR("...")))
        title.n -= 3;
    buf_init(&b, 4 * text.n + 64);
    for (size_t i = 0; i < text.n; i++) /* titles are on one line */
        if (!is_space(text.p[i]) || (b.len && b.data[b.len - 1] != ' '))
            buf_addc(&b, is_space(text.p[i]) ? ' ' : text.p[i]);
    yes = str_starts(buf_str(&b), str_trim(title));
    buf_free(&b);
    return yes;
}

/* `but`: the one that is shown whole above. */
static void put_memories(struct term *t, const char *label,
                         const struct json *list, struct str but)
{
    struct show_cols cols = {.minutes = true};

    if (json_len(list) == (but.n ? 1 : 0))
        return;
    show_label(t, label);
    show_cols_for(&cols, list);
    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        if (but.n && str_eq(json_get_str(m, "id"), but))
            continue;
        term_pad(t, SHOW_INDENT);
        show_memory_line(t, m, &cols);
    }
}

/* How a link reads from this memory's side. */
static const char *relation_words(struct str relation, bool incoming)
{
    static const struct {
        const char *name, *outgoing, *incoming;
    } words[] = {
        {"repeats", "repeats", "repeated by"},
        {"refines", "refines", "refined by"},
        {"contradicts", "contradicts", "contradicted by"},
        {"ends", "ends", "ended by"},
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_eqz(relation, words[i].name))
            return incoming ? words[i].incoming : words[i].outgoing;
    return incoming ? "named by" : "names";
}

static void put_links(struct term *t, const struct json *links)
{
    struct show_cols cols = {0};

    if (json_len(links) == 0)
        return;
    show_label(t, "Links");
    show_cols_for(&cols, links);
    for (const struct json *l = json_first(links); l; l = json_next(l)) {
        term_pad(t, SHOW_INDENT);
        term_printf(t, "%-15s  ",
                    relation_words(json_get_str(l, "relation"),
                                   json_get_bool(l, "incoming")));
        show_memory_line(t, l, &cols);
    }
}

/* That it was added once is nothing to tell. */
static void put_history(struct term *t, const struct json *history)
{
    const struct json *first = json_first(history);

    if (json_len(history) == 0 ||
        (json_len(history) == 1 &&
         str_eqz(json_get_str(first, "event"), "add")))
        return;
    show_label(t, "History");
    for (const struct json *h = first; h; h = json_next(h)) {
        term_pad(t, SHOW_INDENT);
        show_minute(t, show_time(h, "time"));
        term_printf(t, "  %.*s by %.*s\n", STR_ARG(json_get_str(h, "event")),
                    STR_ARG(json_get_str(h, "actor")));
        if (json_get_str(h, "old").n) {
            term_pad(t, 2 * SHOW_INDENT);
            term_styled(t, TERM_DIM, "before: ");
            show_rest(t, TERM_DIM, json_get_str(h, "old"));
            term_nl(t);
        }
    }
}

static void put_concepts(struct term *t, const struct json *concepts)
{
    bool first = true;

    for (const struct json *c = json_first(concepts); c; c = json_next(c)) {
        term_styled(t, TERM_DIM, first ? "\nConcepts: " : ", ");
        term_put(t, TERM_DIM, json_str(c));
        first = false;
    }
    if (!first)
        term_nl(t);
}

/* What it names and its list of files does not; --json has them all. */
#define NAMES_SHOWN 16
static void put_entities(struct term *t, const struct json *list)
{
    struct buf b;
    int names = 0;

    buf_init(&b, 8192);
    for (const struct json *n = json_first(list); n; n = json_next(n)) {
        if (str_eqz(json_get_str(n, "kind"), "path") || names++ >= NAMES_SHOWN)
            continue;
        buf_addz(&b, names == 1 ? "Names: " : ", ");
        buf_adds(&b, json_get_str(n, "name"));
    }
    if (names > NAMES_SHOWN)
        buf_addf(&b, " and %d more", names - NAMES_SHOWN);
    if (names) {
        term_nl(t);
        term_wrap(t, TERM_DIM, 0, buf_str(&b));
    }
    buf_free(&b);
}

/* What it is about in the code, and how that is now. */
static void put_cites(struct term *t, const char *label,
                      const struct json *cites)
{
    if (json_len(cites) == 0)
        return;
    show_label(t, label);
    show_cites(t, cites, SHOW_INDENT, false);
}

/* What a reader must know before the text. */
static void put_held(struct term *t, const struct json *m)
{
    show_fresh_label(t, m);
    if (t->column)
        term_nl(t);
}

static void put_memory(struct term *t, const struct json *m)
{
    struct str title = json_get_str(m, "title"), text = json_get_str(m, "text");
    bool summary = str_eqz(json_get_str(m, "kind"), "summary");

    term_put(t, TERM_ID, json_get_str(m, "id"));
    term_printf(t, "  ");
    if (!summary && !is_text_begin(title, text))
        term_wrap(t, TERM_TITLE, t->column, title);
    put_facts(t, m);
    put_held(t, m);
    show_paragraph(t, "Subtitle", json_get(m, "subtitle"));
    if (summary) {
        show_summary_body(t, m);
    } else {
        term_nl(t);
        term_wrap(t, TERM_PLAIN, 0, text);
        show_paragraph(t, "Facts", json_path(m, "data.facts"));
    }
    put_concepts(t, json_path(m, "data.concepts"));
    put_entities(t, json_get(m, "entities"));
    show_files(t, json_get(m, "files"), STR_NONE);
    put_cites(t, "Code", json_path(m, "freshness.cites"));
    put_memories(t, "Superseded by", json_get(m, "successors"), STR_NONE);
    put_links(t, json_get(m, "links"));
    put_history(t, json_get(m, "history"));
    if (json_len(json_get(m, "evidence"))) {
        show_label(t, "Evidence");
        show_event_lines(t, json_get(m, "evidence"));
    }
}

/* --- a session ---------------------------------------------------------- */

static void put_subagents(struct term *t, const struct json *list)
{
    if (json_len(list) == 0)
        return;
    show_label(t, "Subagents");
    for (const struct json *s = json_first(list); s; s = json_next(s)) {
        term_pad(t, SHOW_INDENT);
        term_put(t, TERM_ID, json_get_str(s, "id"));
        term_printf(t, "  ");
        show_session_facts(t, s);
        term_nl(t);
    }
}

static void put_session(struct term *t, const struct json *s)
{
    struct str title = json_get_str(s, "title"), cwd = json_get_str(s, "cwd");
    const struct json *summary = json_get(s, "summary");

    term_put(t, TERM_ID, json_get_str(s, "id"));
    term_printf(t, "  ");
    if (title.n)
        term_wrap(t, TERM_TITLE, t->column, title);
    show_session_facts(t, s);
    term_nl(t);
    term_styled(t, TERM_DIM, "%.*s in ", STR_ARG(json_get_str(s, "uid")));
    term_put(t, TERM_PATH, cwd);
    if (json_get_str(s, "parent").n)
        term_styled(t, TERM_DIM, ", of session %.*s",
                    STR_ARG(json_get_str(s, "parent")));
    term_nl(t);
    if (summary)
        show_summary_body(t, summary);
    put_memories(t, "Memories", json_get(s, "results"),
                 json_get_str(summary, "id"));
    show_fixes(t, json_get(s, "fixes"), json_get_bool(s, "fixes_cut"));
    show_files(t, json_get(s, "files"), cwd);
    put_cites(t, "Definitions changed", json_get(s, "symbols"));
    if (json_get_bool(s, "symbols_cut"))
        term_styled(t, TERM_DIM, "  and more: cmem blame FILE tells them\n");
    put_subagents(t, json_get(s, "subagents"));
}

/* A bare number was meant as a memory's. */
static void put_missing(struct term *t, struct str id)
{
    term_printf(t, "there is no %s%.*s\n", id.n && is_digit(id.p[0]) ? "#" : "",
                STR_ARG(id));
}

int show_show(struct term *t, const struct json *r)
{
    const struct json *missing = json_get(r, "missing");
    bool first = true;

    for (const struct json *i = json_first(json_get(r, "items")); i;
         i = json_next(i)) {
        struct str kind = json_get_str(i, "kind");

        if (!first)
            term_printf(t, "\n\n");
        first = false;
        if (str_eqz(kind, "session"))
            put_session(t, i);
        else if (str_eqz(kind, "event"))
            show_event(t, i);
        else
            put_memory(t, i);
    }
    for (const struct json *m = json_first(missing); m; m = json_next(m))
        put_missing(t, json_str(m));
    return json_len(missing) ? CLI_NOTHING : CLI_DONE;
}
