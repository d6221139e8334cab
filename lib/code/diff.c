/* diff.c - see diff.h. */
#include "base/common.h"

#include "code/diff.h"

struct reader {
    struct arena *a;
    struct diff *out;
    size_t cap, hunks_cap;
    struct diff_file *f; /* NULL: before the first */
    int64_t minus, plus; /* lines of the hunk that are still to come */
};

const char *diff_what_name(enum diff_what w)
{
    static const char *const names[] = {"changed", "added", "deleted",
                                        "renamed"};

    return names[w];
}

/* The character behind a backslash; octal takes up to three digits. */
static char unescape(struct str s, size_t *i)
{
    static const char from[] = "abtnvfr\"\\", to[] = "\a\b\t\n\v\f\r\"\\";
    const char *at;
    int c = 0;

    if (*i < s.n && s.p[*i] && (at = strchr(from, s.p[*i]))) {
        ++*i;
        return to[at - from];
    }
    for (int k = 0; k < 3 && *i < s.n && s.p[*i] >= '0' && s.p[*i] <= '7'; k++)
        c = c * 8 + (s.p[(*i)++] - '0');
    return (char)c;
}

/* A name: quoted, or to the end of the line but for a tab that git puts
 * behind names with blanks. */
static struct str name_of(struct arena *a, struct str s)
{
    char *p;
    size_t n = 0;

    if (s.n == 0 || s.p[0] != '"')
        return s.n && s.p[s.n - 1] == '\t' ? str_cut(s, 0, s.n - 1) : s;
    p = arena_alloc(a, s.n);
    for (size_t i = 1; i < s.n && s.p[i] != '"';) {
        char c = s.p[i++];

        p[n++] = c == '\\' ? unescape(s, &i) : c;
    }
    return (struct str){p, n};
}

/* Without "a/" or "b/"; empty for /dev/null. */
static struct str side(struct arena *a, struct str s)
{
    s = name_of(a, s);
    return s.n > 2 && s.p[1] == '/' ? str_cut(s, 2, s.n) : STR_NONE;
}

static bool number(struct str *s, int64_t *out)
{
    size_t n = 0;

    while (n < s->n && is_digit(s->p[n]))
        n++;
    if (str_int(str_cut(*s, 0, n), 0, INT32_MAX, out) < 0)
        return false;
    *s = str_cut(*s, n, s->n);
    return true;
}

/* "-a[,b]" */
static bool range(struct str *s, char sign, int64_t *first, int64_t *n)
{
    if (s->n == 0 || s->p[0] != sign)
        return false;
    *s = str_cut(*s, 1, s->n);
    *n = 1;
    if (!number(s, first))
        return false;
    if (s->n && s->p[0] == ',') {
        *s = str_cut(*s, 1, s->n);
        return number(s, n);
    }
    return true;
}

static void read_hunk(struct reader *r, struct str line)
{
    struct str s = str_cut(line, 3, line.n);
    struct diff_hunk h;

    if (!range(&s, '-', &h.old_first, &h.old_n) || s.n == 0)
        return;
    s = str_cut(s, 1, s.n);
    if (!range(&s, '+', &h.new_first, &h.new_n))
        return;
    r->f->hunks =
        arena_grow(r->a, r->f->hunks, r->f->n_hunks, &r->hunks_cap, sizeof(h));
    r->f->hunks[r->f->n_hunks++] = h;
    r->f->added += h.new_n;
    r->f->removed += h.old_n;
    r->minus = h.old_n;
    r->plus = h.new_n;
}

static void begin_file(struct reader *r)
{
    r->out->files = arena_grow(r->a, r->out->files, r->out->n, &r->cap,
                               sizeof(r->out->files[0]));
    r->f = &r->out->files[r->out->n++];
    *r->f = (struct diff_file){0};
    r->hunks_cap = 0;
    r->minus = r->plus = 0;
}

static bool after(struct str line, const char *start, struct str *rest)
{
    if (!str_starts(line, str_of(start)))
        return false;
    *rest = str_cut(line, strlen(start), line.n);
    return true;
}

static void read_head(struct reader *r, struct str line)
{
    struct diff_file *f = r->f;
    struct str s;

    if (after(line, "rename from ", &s)) {
        f->what = DIFF_RENAMED;
        f->old_path = name_of(r->a, s);
    } else if (after(line, "rename to ", &s)) {
        f->path = name_of(r->a, s);
    } else if (after(line, "new file", &s)) {
        f->what = DIFF_ADDED;
    } else if (after(line, "deleted file", &s)) {
        f->what = DIFF_DELETED;
    } else if (after(line, "--- ", &s)) {
        f->old_path = side(r->a, s);
    } else if (after(line, "+++ ", &s)) {
        f->path = side(r->a, s);
    } else if (after(line, "Binary files ", &s)) {
        f->binary = true;
    }
}

/* Named by neither side: nothing to tell of it. */
static void end_files(struct diff *d)
{
    size_t n = 0;

    for (size_t i = 0; i < d->n; i++) {
        struct diff_file *f = &d->files[i];

        if (f->path.n == 0)
            f->path = f->old_path;
        if (f->path.n)
            d->files[n++] = *f;
    }
    d->n = n;
}

void diff_read(struct str text, struct arena *a, struct diff *out)
{
    struct reader r = {.a = a, .out = out};
    struct str rest = text, line;

    *out = (struct diff){0};
    while (str_line(&rest, &line)) {
        if (r.minus && line.n && line.p[0] == '-') {
            r.minus--;
            continue;
        }
        if (r.plus && line.n && line.p[0] == '+') {
            r.plus--;
            continue;
        }
        if (line.n && line.p[0] == '\\') /* no newline at the end */
            continue;
        if (str_starts(line, STR("diff --git ")))
            begin_file(&r);
        else if (r.f && str_starts(line, STR("@@ ")))
            read_hunk(&r, line);
        else if (r.f && r.f->n_hunks == 0)
            read_head(&r, line);
    }
    end_files(out);
}
