/* edited.c - see edited.h. */
#include "base/common.h"

#include "agent/edited.h"

/* Hunks of one patch, replacements of one call. */
#define HUNKS_MAX 4096
#define EDITS_MAX 256

static bool fits(struct str s)
{
    return s.n <= EDITED_TEXT_MAX;
}

/* A text by its lines; what stands behind the last newline counts when it is
 * not empty. */
struct lines {
    struct str *v;
    size_t n;
    bool ends; /* with a newline */
};

static struct lines lines_of(struct str text, struct arena *a)
{
    struct lines l = {0};
    struct str rest = text, line;
    size_t n = 1;

    for (size_t i = 0; i < text.n; i++)
        n += text.p[i] == '\n';
    l.v = arena_array(a, n, sizeof(*l.v));
    while (l.n < n && rest.n) {
        ptrdiff_t at = str_chr(rest, '\n');

        line = str_cut(rest, 0, at < 0 ? rest.n : (size_t)at);
        l.v[l.n++] = line;
        l.ends = at >= 0;
        rest = str_cut(rest, line.n + (at >= 0), rest.n);
    }
    return l;
}

static struct str without_cr(struct str s)
{
    if (s.n && s.p[s.n - 1] == '\r')
        s.n--;
    return s;
}

/*
 * Is `shown` what a patch shows of the line? Patches are made for people:
 * clients write two blanks for each tab that a line begins with, and their
 * lines end without a carriage return.
 */
static bool shows(struct str shown, struct str line)
{
    size_t tabs = 0;

    shown = without_cr(shown);
    line = without_cr(line);
    while (tabs < line.n && line.p[tabs] == '\t')
        tabs++;
    if (shown.n == line.n)
        return str_eq(shown, line);
    if (tabs == 0 || shown.n != line.n + tabs)
        return false;
    for (size_t i = 0; i < 2 * tabs; i++)
        if (shown.p[i] != ' ')
            return false;
    return str_eq(str_cut(shown, 2 * tabs, shown.n),
                  str_cut(line, tabs, line.n));
}

/* --- a patch applied ------------------------------------------------------------ */

struct patching {
    struct lines was;
    size_t at; /* next line of was */
    struct str *now;
    size_t n, max;
    bool ends;
    bool cut; /* going back: it is known that there was no newline */
    struct edited *out;
};

static bool keep(struct patching *p, struct str line)
{
    if (p->n == p->max)
        return false;
    p->now[p->n++] = line;
    return true;
}

/* The lines up to `to` stay as they are. */
static bool copy_to(struct patching *p, size_t to)
{
    if (to < p->at || to > p->was.n)
        return false;
    while (p->at < to)
        if (!keep(p, p->was.v[p->at++]))
            return false;
    return true;
}

/* A line that went (made: one that came). The last place in mind grows when it
 * touches on it; past the most the last one takes everything. */
static void note(struct edited *out, size_t lines, bool made)
{
    struct line_range *r = out->n ? &out->line[out->n - 1] : NULL;
    uint32_t at = (uint32_t)lines;

    if (r && (r->last + 1 >= at + !made || out->n == EDITED_RANGES_MAX)) {
        if (made)
            r->last = at;
        return;
    }
    out->line[out->n++] = (struct line_range){made ? at : at + 1, at};
}

static bool apply_line(struct patching *p, struct str s, char *before)
{
    char mark = s.n ? s.p[0] : ' ';
    struct str shown = str_cut(s, 1, s.n);
    char last = *before;

    *before = mark;
    if (mark == '\\') { /* "No newline at end of file" of the line above */
        p->ends = last == '-';
        return true;
    }
    if (mark == '+') {
        if (!keep(p, shown))
            return false;
        note(p->out, p->n, true);
        return true;
    }
    if ((mark != ' ' && mark != '-') || p->at == p->was.n ||
        !shows(shown, p->was.v[p->at]))
        return false;
    if (mark == '-') {
        note(p->out, p->n, false);
        p->at++;
        return true;
    }
    return keep(p, p->was.v[p->at++]);
}

static bool apply_hunk(struct patching *p, const struct json *hunk)
{
    int64_t start = json_get_int(hunk, "oldStart", -1);
    int64_t lines = json_get_int(hunk, "oldLines", -1);
    char before = ' ';

    /* Of an empty range the line before it is told. */
    if (lines == 0)
        start++;
    if (start < 0 || start > (int64_t)p->was.n + 1)
        return false;
    if (!copy_to(p, start ? (size_t)start - 1 : 0))
        return false;
    for (const struct json *j = json_first(json_get(hunk, "lines")); j;
         j = json_next(j))
        if (!json_is_str(j) || !apply_line(p, json_str(j), &before))
            return false;
    return true;
}

static size_t added_by(const struct json *hunks)
{
    size_t n = 0;

    for (const struct json *h = json_first(hunks); h; h = json_next(h))
        n += json_len(json_get(h, "lines"));
    return n;
}

/* Lines in out->line; the text as the patch says it, by its lines, in p. */
static bool apply(struct str was, const struct json *hunks, struct arena *a,
                  struct patching *p, struct edited *out)
{
    size_t n = json_len(hunks);

    if (n == 0 || n > HUNKS_MAX || added_by(hunks) > EDITED_TEXT_MAX)
        return false;
    *p = (struct patching){.was = lines_of(was, a), .out = out};
    p->ends = p->was.ends || p->was.n == 0;
    p->max = p->was.n + added_by(hunks);
    p->now = arena_array(a, p->max + 1, sizeof(*p->now));
    out->line = arena_array(a, EDITED_RANGES_MAX, sizeof(*out->line));
    out->n = 0;
    for (const struct json *h = json_first(hunks); h; h = json_next(h))
        if (!apply_hunk(p, h))
            return false;
    return copy_to(p, p->was.n) && out->n;
}

/* Two blanks at the start of a line were a tab, when the file is one that
 * begins its lines with tabs. */
static size_t tabs_shown(const struct patching *p, struct str line)
{
    size_t n = 0, tabs = 0;

    for (size_t i = 0; i < p->was.n; i++)
        tabs += p->was.v[i].n && p->was.v[i].p[0] == '\t';
    if (tabs == 0)
        return 0;
    while (2 * n + 1 < line.n && line.p[2 * n] == ' ' &&
           line.p[2 * n + 1] == ' ')
        n++;
    return n;
}

static struct str join(const struct patching *p, struct arena *a)
{
    size_t n = 0, at = 0;
    char *s;

    for (size_t i = 0; i < p->n; i++)
        n += p->now[i].n + 1;
    s = arena_alloc(a, n + 1);
    for (size_t i = 0; i < p->n; i++) {
        struct str line = p->now[i];
        bool is_new = false;
        size_t tabs;

        for (size_t k = 0; k < p->out->n && !is_new; k++)
            is_new = i + 1 >= p->out->line[k].first &&
                     i + 1 <= p->out->line[k].last;
        tabs = is_new ? tabs_shown(p, line) : 0;
        memset(s + at, '\t', tabs);
        at += tabs;
        line = str_cut(line, 2 * tabs, line.n);
        if (line.n)
            memcpy(s + at, line.p, line.n);
        at += line.n;
        if (i + 1 < p->n || p->ends)
            s[at++] = '\n';
    }
    return (struct str){s, at};
}

/* Is this the text that the patch makes? */
static bool agrees(const struct patching *p, struct str text, struct arena *a)
{
    struct lines l = lines_of(text, a);

    if (l.n != p->n)
        return false;
    for (size_t i = 0; i < l.n; i++)
        if (!shows(p->now[i], l.v[i]) && !shows(l.v[i], p->now[i]))
            return false;
    return true;
}

/* --- words replaced ------------------------------------------------------------- */

static bool replace(struct str *text, const struct json *edit, bool all,
                    struct arena *a)
{
    struct str was = json_get_str(edit, "old_string"), rest = *text;
    struct str now = json_get_str(edit, "new_string");
    struct buf b;
    bool done = false;

    if (was.n == 0) {
        *text = now;
        return true;
    }
    buf_init(&b, 2 * EDITED_TEXT_MAX);
    for (int left = HUNKS_MAX; left && (all || !done); left--) {
        ptrdiff_t at = str_find(rest, was);

        if (at < 0)
            break;
        done = true;
        buf_add(&b, rest.p, (size_t)at);
        buf_adds(&b, now);
        rest = str_cut(rest, (size_t)at + was.n, rest.n);
        /* What goes as a whole takes its newline along. */
        if (now.n == 0 && was.p[was.n - 1] != '\n' && rest.n &&
            rest.p[0] == '\n')
            rest = str_cut(rest, 1, rest.n);
    }
    buf_adds(&b, rest);
    done = done && !buf_is_full(&b);
    if (done)
        *text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return done;
}

static bool is_all(const struct json *edit, const struct json *response)
{
    return json_get_bool(edit, "replace_all") ||
           json_get_bool(response, "replaceAll");
}

/* As the client did it, to the letter: tabs, and the end of the file. */
static bool replaced(const struct json *in, const struct json *response,
                     struct str *text, struct arena *a)
{
    const struct json *edits = json_get(in, "edits");
    int left = EDITS_MAX;

    if (!edits)
        return replace(text, in, is_all(in, response), a);
    for (const struct json *j = json_first(edits); j; j = json_next(j))
        if (!left-- || !replace(text, j, is_all(j, NULL), a))
            return false;
    return true;
}

/* --- tools ----------------------------------------------------------------------- */

static const struct json *original_of(const struct json *response)
{
    static const char *const names[] = {"originalFile", "originalFileContents",
                                        "original_file"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct json *j = json_get(response, names[i]);

        if (json_is_str(j))
            return j;
    }
    return NULL;
}

static bool whole(struct edited *out, struct str text, bool modified,
                  struct arena *a)
{
    struct lines l = lines_of(text, a);

    if (l.n == 0)
        return false;
    out->text = text;
    out->modified = modified;
    out->line = arena_new(a, struct line_range);
    out->line[0] = (struct line_range){1, (uint32_t)l.n};
    out->n = 1;
    return true;
}

static bool take_edit(const struct json *in, const struct json *response,
                      struct arena *a, struct edited *out)
{
    const struct json *file = original_of(response);
    struct str was = json_str(file), now = was;
    struct patching p;

    /* A file that was made by an edit has no original. */
    if ((!file && json_get_str(in, "old_string").n) || !fits(was))
        return false;
    if (!apply(was, json_get(response, "structuredPatch"), a, &p, out))
        return false;
    out->modified = true;
    if (!replaced(in, response, &now, a) || !agrees(&p, now, a))
        now = join(&p, a); /* a person changed it before it was written */
    out->text = now;
    return fits(now);
}

static bool take_write(const struct json *in, const struct json *response,
                       struct arena *a, struct edited *out)
{
    const struct json *file = original_of(response);
    struct str now = json_get_str(in, "content");
    struct patching p;

    if (now.n == 0)
        now = json_get_str(response, "content");
    if (!fits(now))
        return false;
    if (!file) {
        const struct json *type = json_get(response, "type");

        return (!type || str_eqz(json_str(type), "create")) &&
               json_is_object(response) && whole(out, now, true, a);
    }
    if (!fits(json_str(file)) ||
        !apply(json_str(file), json_get(response, "structuredPatch"), a, &p,
               out))
        return false;
    out->modified = true;
    out->text = agrees(&p, now, a) ? now : join(&p, a);
    return fits(out->text);
}

/* All of it, and nothing was cut out of it since. */
static bool take_read(const struct json *response, struct arena *a,
                      struct edited *out)
{
    const struct json *file = json_get(response, "file");
    struct str text = json_get_str(file, "content");
    int64_t n = json_get_int(file, "numLines", -1);
    struct lines l;

    if (!fits(text) || json_get_int(file, "startLine", 0) != 1 || n < 1 ||
        n != json_get_int(file, "totalLines", 0))
        return false;
    l = lines_of(text, a);
    if ((int64_t)l.n != n && (int64_t)l.n + l.ends != n)
        return false;
    return whole(out, text, false, a);
}

bool edited_is_of(struct str tool)
{
    static const char *const tools[] = {"Edit", "MultiEdit", "Write"};

    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        if (str_eqz(tool, tools[i]))
            return true;
    return false;
}

/* A call that was done, to a file that it names. */
static bool begin(const struct json *payload, struct edited *out)
{
    struct str path =
        json_get_str(json_get(payload, "tool_input"), "file_path");

    *out = (struct edited){0};
    if (path.n == 0 || path.p[0] != '/')
        path = json_get_str(json_get(payload, "tool_response"), "filePath");
    out->path = path;
    return path.n && path.p[0] == '/' &&
           str_eqz(json_get_str(payload, "hook_event_name"), "PostToolUse");
}

bool edited_read(const struct json *payload, struct arena *a,
                 struct edited *out)
{
    const struct json *in = json_get(payload, "tool_input");
    const struct json *response = json_get(payload, "tool_response");
    struct str tool = json_get_str(payload, "tool_name");

    if (!begin(payload, out))
        return false;
    if (str_eqz(tool, "Read"))
        return take_read(response, a, out);
    if (str_eqz(tool, "Write"))
        return take_write(in, response, a, out);
    return edited_is_of(tool) && take_edit(in, response, a, out);
}

/* --- back ------------------------------------------------------------------------ */

/* A line that went, as it was written: the patch shows its tabs as blanks. */
static struct str as_written(const struct patching *p, struct str shown,
                             struct arena *a)
{
    size_t tabs = tabs_shown(p, shown), n = shown.n - 2 * tabs;
    char *s;

    if (tabs == 0)
        return shown;
    s = arena_alloc(a, tabs + n + 1);
    memset(s, '\t', tabs);
    memcpy(s + tabs, shown.p + 2 * tabs, n);
    return (struct str){s, tabs + n};
}

static bool undo_line(struct patching *p, struct str s, char *before,
                      struct arena *a)
{
    char mark = s.n ? s.p[0] : ' ';
    struct str shown = str_cut(s, 1, s.n);
    char last = *before;

    *before = mark;
    if (mark == '\\') {
        p->cut = p->cut || last == '-';
        p->ends = !p->cut && (p->ends || last == '+');
        return true;
    }
    if (mark == '-') {
        note(p->out, p->at, false);
        return keep(p, as_written(p, shown, a));
    }
    if ((mark != ' ' && mark != '+') || p->at == p->was.n ||
        !shows(shown, p->was.v[p->at]))
        return false;
    p->at++;
    if (mark == '+') {
        note(p->out, p->at, true);
        return true;
    }
    return keep(p, p->was.v[p->at - 1]);
}

static bool undo_hunk(struct patching *p, const struct json *hunk,
                      struct arena *a)
{
    int64_t start = json_get_int(hunk, "newStart", -1);
    char before = ' ';

    if (json_get_int(hunk, "newLines", -1) == 0)
        start++;
    if (start < 0 || start > (int64_t)p->was.n + 1 ||
        !copy_to(p, start ? (size_t)start - 1 : 0))
        return false;
    for (const struct json *j = json_first(json_get(hunk, "lines")); j;
         j = json_next(j))
        if (!json_is_str(j) || !undo_line(p, json_str(j), &before, a))
            return false;
    return true;
}

static struct str joined(const struct patching *p, struct arena *a)
{
    size_t n = 0, at = 0;
    char *s;

    for (size_t i = 0; i < p->n; i++)
        n += p->now[i].n + 1;
    s = arena_alloc(a, n + 1);
    for (size_t i = 0; i < p->n; i++) {
        if (p->now[i].n)
            memcpy(s + at, p->now[i].p, p->now[i].n);
        at += p->now[i].n;
        if (i + 1 < p->n || p->ends)
            s[at++] = '\n';
    }
    return (struct str){s, at};
}

bool edited_back(const struct json *payload, struct str now, struct arena *a,
                 struct edited *out, struct str *before)
{
    const struct json *response = json_get(payload, "tool_response");
    const struct json *hunks = json_get(response, "structuredPatch");
    struct patching p = {.was = lines_of(now, a), .out = out};
    size_t n = json_len(hunks);

    if (!begin(payload, out) || !fits(now) ||
        !edited_is_of(json_get_str(payload, "tool_name")))
        return false;
    *before = STR_NONE;
    if (n == 0) /* it was made */
        return str_eqz(json_get_str(response, "type"), "create") &&
               str_eq(json_get_str(json_get(payload, "tool_input"), "content"),
                      now) &&
               whole(out, now, true, a);
    if (n > HUNKS_MAX || added_by(hunks) > EDITED_TEXT_MAX)
        return false;
    p.ends = p.was.ends || p.was.n == 0;
    p.max = p.was.n + added_by(hunks);
    p.now = arena_array(a, p.max + 1, sizeof(*p.now));
    out->line = arena_array(a, EDITED_RANGES_MAX, sizeof(*out->line));
    for (const struct json *h = json_first(hunks); h; h = json_next(h))
        if (!undo_hunk(&p, h, a))
            return false;
    if (!copy_to(&p, p.was.n) || out->n == 0)
        return false;
    out->text = now;
    out->modified = true;
    *before = joined(&p, a);
    return true;
}
