/* show_parts.c - see show_parts.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/show_parts.h"

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400
/* A project's name may fill this much of a line, and no more. */
#define PROJECT_COLUMNS 16
/* "2026-02-07" */
#define DATE_COLUMNS 10

int64_t show_time(const struct json *obj, const char *key)
{
    int64_t ms;

    return clock_parse(json_get_str(obj, key), 0, &ms) == 0 ? ms : 0;
}

void show_date(struct term *t, int64_t ms)
{
    char text[16] = "          ";

    if (ms)
        clock_local_date(ms, text);
    term_styled(t, TERM_DIM, "%s", text);
}

void show_minute(struct term *t, int64_t ms)
{
    char text[20] = "                ";

    if (ms)
        clock_local_minute(ms, text);
    term_styled(t, TERM_DIM, "%s", text);
}

void show_span_text(char out[SHOW_SPAN_BYTES], int64_t ms)
{
    long long s = ms > 0 ? ms / 1000 : 0;

    if (s < MINUTE_S)
        snprintf(out, SHOW_SPAN_BYTES, "%llds", s);
    else if (s < HOUR_S)
        snprintf(out, SHOW_SPAN_BYTES, "%lldm", s / MINUTE_S);
    else if (s < DAY_S)
        snprintf(out, SHOW_SPAN_BYTES, "%lldh%02lldm", s / HOUR_S,
                 s % HOUR_S / MINUTE_S);
    else
        snprintf(out, SHOW_SPAN_BYTES, "%lldd%02lldh", s / DAY_S,
                 s % DAY_S / HOUR_S);
}

void show_right(struct term *t, const char *text, int width)
{
    int blanks = width - (int)utf8_columns(str_of(text));

    if (blanks > 0)
        term_printf(t, "%*s", blanks, "");
    term_printf(t, "%s", text);
}

/* How wide term_count writes it. */
static int count_columns(int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof(digits), "%lld", (long long)n);

    return len + (len - (n < 0) - 1) / 3;
}

void show_number(struct term *t, int64_t n, int width)
{
    int blanks = width - count_columns(n);

    if (blanks > 0)
        term_printf(t, "%*s", blanks, "");
    term_count(t, n);
}

void show_plural(struct term *t, int64_t n, const char *one, const char *many)
{
    term_count(t, n);
    term_printf(t, " %s", n == 1 ? one : many);
}

void show_sep(struct term *t, bool *first, const char *sep)
{
    if (!*first)
        term_printf(t, "%s", sep);
    *first = false;
}

/* --- a memory in a line ------------------------------------------------------- */

struct str show_type(const struct json *memory)
{
    struct str type = json_get_str(memory, "type");

    return type.n ? type : json_get_str(memory, "kind");
}

static void widen(int *columns, struct str text, int most)
{
    int n = (int)utf8_columns(text);

    if (n > most)
        n = most;
    if (n > *columns)
        *columns = n;
}

void show_cols_for(struct show_cols *cols, const struct json *list,
                   bool with_project)
{
    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        widen(&cols->id, json_get_str(m, "id"), 12);
        widen(&cols->type, show_type(m), 12);
        if (with_project)
            widen(&cols->project, json_get_str(m, "project"), PROJECT_COLUMNS);
    }
}

int show_memory_line(struct term *t, const struct json *m,
                     const struct show_cols *cols)
{
    int at = t->column, title;

    term_put(t, TERM_ID, json_get_str(m, "id"));
    term_pad(t, at += cols->id + 2);
    show_date(t, show_time(m, "time"));
    term_pad(t, at += DATE_COLUMNS + 2);
    term_cut(t, TERM_DIM, show_type(m), cols->type);
    term_pad(t, at += cols->type + 2);
    if (cols->project) {
        term_cut(t, TERM_DIM, json_get_str(m, "project"), cols->project);
        term_pad(t, at += cols->project + 2);
    }
    title = t->column;
    term_cut(t, json_get(m, "ended") ? TERM_DIM : TERM_TITLE,
             json_get_str(m, "title"), t->width - title);
    term_nl(t);
    return title;
}

/* --- texts ---------------------------------------------------------------------- */

/* Takes the next word off *rest: up to a blank. */
static struct str next_word(struct str *rest)
{
    size_t n = 0;
    struct str word;

    *rest = str_trim(*rest);
    while (n < rest->n && !is_space(rest->p[n]))
        n++;
    word = str_cut(*rest, 0, n);
    *rest = str_cut(*rest, n, rest->n);
    return word;
}

/* Columns of a word without its marks. */
static int word_columns(struct str word)
{
    int n = (int)utf8_columns(word);

    for (size_t i = 0; i + 1 < word.n; i++)
        if (word.p[i] == '*' && word.p[i + 1] == '*') {
            n -= 2;
            i++;
        }
    return n;
}

/* A word, its marks turned into style; a mark stays on over words. */
static void put_marked(struct term *t, struct str word, bool *on)
{
    while (word.n) {
        ptrdiff_t at = str_find(word, STR("**"));
        size_t n = at < 0 ? word.n : (size_t)at;

        if (n)
            term_cut(t, *on ? TERM_MATCH : TERM_PLAIN, str_cut(word, 0, n),
                     t->width - t->column);
        if (at >= 0) {
            *on = !*on;
            n += 2;
        }
        word = str_cut(word, n, word.n);
    }
}

void show_snippet(struct term *t, int indent, int rows, struct str text)
{
    int width = t->width < TERM_WIDTH_PROSE ? t->width : TERM_WIDTH_PROSE;
    bool on = false, fresh = true;
    struct str word;

    while ((word = next_word(&text)).n) {
        int need = word_columns(word) + (str_trim(text).n && rows == 1 ? 1 : 0);

        if (!fresh && t->column + 1 + need > width) {
            if (--rows == 0) {
                term_printf(t, "\xe2\x80\xa6");
                break;
            }
            term_nl(t);
            fresh = true;
        }
        if (fresh)
            term_pad(t, indent);
        else
            term_printf(t, " ");
        put_marked(t, word, &on);
        fresh = false;
    }
    term_nl(t);
}

static void put_label(struct term *t, const char *label)
{
    if (t->column)
        term_nl(t);
    if (t->out.len)
        term_nl(t);
    term_styled(t, TERM_TITLE, "%s\n", label);
}

/* One of several: with a dash in front. */
static void put_bullet(struct term *t, struct str text)
{
    struct buf b;

    buf_init(&b, text.n + 8);
    buf_addz(&b, "- ");
    buf_adds(&b, str_trim(text));
    term_wrap(t, TERM_PLAIN, SHOW_INDENT, buf_str(&b));
    buf_free(&b);
}

void show_paragraph(struct term *t, const char *label, const struct json *text)
{
    if (json_is_array(text) && json_len(text)) {
        put_label(t, label);
        for (const struct json *c = json_first(text); c; c = json_next(c))
            put_bullet(t, json_str(c));
    } else if (str_trim(json_str(text)).n) {
        put_label(t, label);
        term_wrap(t, TERM_PLAIN, SHOW_INDENT, json_str(text));
    }
}

void show_summary_body(struct term *t, const struct json *memory)
{
    static const struct {
        const char *key, *label;
    } fields[] = {
        {"request", "Request"},     {"investigated", "Investigated"},
        {"learned", "Learned"},     {"completed", "Completed"},
        {"next_steps", "Next steps"}, {"notes", "Notes"},
    };
    const struct json *data = json_get(memory, "data");

    if (!json_is_object(data)) {
        show_paragraph(t, "Summary", json_get(memory, "text"));
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        show_paragraph(t, fields[i].label, json_get(data, fields[i].key));
}

static void put_files(struct term *t, const struct json *files, bool modified)
{
    bool first = true;

    for (const struct json *f = json_first(files); f; f = json_next(f)) {
        if (json_get_bool(f, "modified") != modified)
            continue;
        if (first)
            put_label(t, modified ? "Files changed" : "Files read");
        first = false;
        term_pad(t, SHOW_INDENT);
        term_put(t, TERM_PATH, json_get_str(f, "path"));
        term_nl(t);
    }
}

void show_files(struct term *t, const struct json *files)
{
    put_files(t, files, true);
    put_files(t, files, false);
}

void show_session_head(struct term *t, const struct json *s)
{
    int64_t started = show_time(s, "started"), last = show_time(s, "last");
    struct str title = json_get_str(s, "title");
    char span[SHOW_SPAN_BYTES];

    show_span_text(span, last - started);
    term_put(t, TERM_ID, json_get_str(s, "id"));
    term_printf(t, "  ");
    term_cut(t, TERM_TITLE, title.n ? title : STR("(no prompt)"),
             t->width - t->column);
    term_nl(t);
    show_minute(t, started);
    term_styled(t, TERM_DIM, ", %s, ", span);
    show_plural(t, json_get_int(s, "prompts", 0), "prompt", "prompts");
    term_printf(t, ", ");
    show_plural(t, json_get_int(s, "events", 0), "event", "events");
    if (json_get_str(s, "project").n)
        term_printf(t, ", %.*s", STR_ARG(json_get_str(s, "project")));
    if (json_get_str(s, "branch").n)
        term_printf(t, " (%.*s)", STR_ARG(json_get_str(s, "branch")));
    term_nl(t);
}
