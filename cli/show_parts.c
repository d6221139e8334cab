/* show_parts.c - see show_parts.h. */
#include "base/common.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "cli/show_parts.h"
#include "cli/show_text.h"

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400
/* A project's name may fill this much of a line, and no more. */
#define PROJECT_COLUMNS 16
/* Longest id and type that keep their column: "#1234567", "discovery". */
#define WORD_COLUMNS 12
/* "2026-02-07 14:02" and "2026-02-07" */
#define MINUTE_COLUMNS 16
#define DATE_COLUMNS   10
#define GAP            2

/* --- numbers and times -------------------------------------------------- */

void show_count_text(char *out, int64_t n)
{
    char digits[24];
    size_t len, at = 0;

    snprintf(digits, sizeof(digits), "%lld", (long long)n);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        out[at++] = digits[i];
        if (is_digit(digits[i]) && i + 1 < len && (len - 1 - i) % 3 == 0)
            out[at++] = ',';
    }
    out[at] = '\0';
}

void show_span_text(char *out, int64_t ms)
{
    long long s = ms > 0 ? ms / 1000 : 0;

    if (s < MINUTE_S)
        snprintf(out, SHOW_NUMBER_BYTES, "%llds", s);
    else if (s < HOUR_S)
        snprintf(out, SHOW_NUMBER_BYTES, "%lldm", s / MINUTE_S);
    else if (s < DAY_S)
        snprintf(out, SHOW_NUMBER_BYTES, "%lldh%02lldm", s / HOUR_S,
                 s % HOUR_S / MINUTE_S);
    else
        snprintf(out, SHOW_NUMBER_BYTES, "%lldd%02lldh", s / DAY_S,
                 s % DAY_S / HOUR_S);
}

void show_plural(struct term *t, int64_t n, const char *one, const char *many)
{
    term_count(t, n);
    term_printf(t, " %s", n == 1 ? one : many);
}

int64_t show_time(const struct json *obj, const char *key)
{
    struct str s = json_get_str(obj, key);
    int64_t ms;

    return s.n && clock_parse(s, 0, &ms) == 0 ? ms : 0;
}

void show_date(struct term *t, int64_t ms)
{
    char text[16] = "";

    if (ms)
        clock_local_date(ms, text);
    term_styled(t, TERM_DIM, "%s", text);
}

void show_minute(struct term *t, int64_t ms)
{
    char text[20] = "";

    if (ms)
        clock_local_minute(ms, text);
    term_styled(t, TERM_DIM, "%s", text);
}

/* --- a memory in a line ------------------------------------------------- */

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

void show_cols_for(struct show_cols *cols, const struct json *list)
{
    for (const struct json *m = json_first(list); m; m = json_next(m)) {
        widen(&cols->id, json_get_str(m, "id"), WORD_COLUMNS);
        widen(&cols->type, show_type(m), WORD_COLUMNS);
        widen(&cols->origin, json_get_str(m, "origin"), WORD_COLUMNS);
    }
}

void show_cols_project(struct show_cols *cols, const struct json *list)
{
    for (const struct json *m = json_first(list); m; m = json_next(m))
        widen(&cols->project, json_get_str(m, "project"), PROJECT_COLUMNS);
}

void show_memory_head(struct term *t, const struct json *m,
                      const struct show_cols *cols)
{
    int64_t ms = show_time(m, "time");
    int at = t->column;

    term_put(t, TERM_ID, json_get_str(m, "id"));
    term_pad(t, at += cols->id + GAP);
    if (cols->minutes)
        show_minute(t, ms);
    else
        show_date(t, ms);
    term_pad(t, at += (cols->minutes ? MINUTE_COLUMNS : DATE_COLUMNS) + GAP);
    term_cut(t, TERM_DIM, show_type(m), cols->type);
    term_pad(t, at += cols->type + GAP);
    if (cols->origin) {
        term_cut(t, TERM_DIM, json_get_str(m, "origin"), cols->origin);
        term_pad(t, at += cols->origin + GAP);
    }
    if (cols->project) {
        term_cut(t, TERM_DIM, json_get_str(m, "project"), cols->project);
        term_pad(t, at + cols->project + GAP);
    }
}

void show_memory_line(struct term *t, const struct json *m,
                      const struct show_cols *cols)
{
    show_memory_head(t, m, cols);
    show_rest(t, json_get(m, "ended") ? TERM_DIM : TERM_PLAIN,
              json_get_str(m, "title"));
    term_nl(t);
}

/* --- sessions, summaries, files ----------------------------------------- */

void show_session_facts(struct term *t, const struct json *s)
{
    int64_t started = show_time(s, "started"), last = show_time(s, "last");
    struct str agent = json_get_str(s, "agent_type");
    struct str project = json_get_str(s, "project");
    struct str branch = json_get_str(s, "branch");
    char span[SHOW_NUMBER_BYTES];

    show_span_text(span, last - started);
    show_minute(t, started);
    term_printf(t, ", %s, ", span);
    if (agent.n)
        term_printf(t, "subagent %.*s, ", STR_ARG(agent));
    show_plural(t, json_get_int(s, "prompts", 0), "prompt", "prompts");
    term_printf(t, ", ");
    show_plural(t, json_get_int(s, "events", 0), "event", "events");
    if (json_get_int(s, "dropped", 0))
        term_printf(t, " (%lld deleted by age)",
                    (long long)json_get_int(s, "dropped", 0));
    if (project.n)
        term_printf(t, ", %.*s", STR_ARG(project));
    if (branch.n)
        term_printf(t, " (%.*s)", STR_ARG(branch));
}

void show_summary_body(struct term *t, const struct json *memory)
{
    static const struct {
        const char *key, *label;
    } fields[] = {
        {"request", "Request"},       {"investigated", "Investigated"},
        {"learned", "Learned"},       {"completed", "Completed"},
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

static struct str below(struct str path, struct str root)
{
    if (root.n && str_starts(path, root) && path.n > root.n + 1 &&
        path.p[root.n] == '/')
        return str_cut(path, root.n + 1, path.n);
    return path;
}

static void put_files(struct term *t, const struct json *files, bool modified,
                      struct str root)
{
    bool first = true;

    for (const struct json *f = json_first(files); f; f = json_next(f)) {
        if (json_get_bool(f, "modified") != modified)
            continue;
        if (first)
            show_label(t, modified ? "Files changed" : "Files read");
        first = false;
        term_pad(t, SHOW_INDENT);
        term_put(t, TERM_PATH, below(json_get_str(f, "path"), root));
        term_nl(t);
    }
}

void show_files(struct term *t, const struct json *files, struct str root)
{
    put_files(t, files, true, root);
    put_files(t, files, false, root);
}
