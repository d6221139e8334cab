/* reply_files.c - see reply_files.h. */
#include "base/common.h"

#include "base/utf8.h"
#include "compress/prompt_text.h"
#include "compress/reply_files.h"
#include "compress/reply_text.h"

#define PATH_CHARS 400

/* --- what the batch mentions ----------------------------------------------- */

static bool in_name(char c)
{
    return is_alnum(c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Does a name go on from s[at]? A dot or dash counts where more follows. */
static bool goes_on(struct str s, size_t at)
{
    if (at < s.n && (s.p[at] == '.' || s.p[at] == '-'))
        at++;
    return at < s.n && in_name(s.p[at]);
}

static bool began_before(struct str s, size_t at)
{
    return at > 0 &&
           (in_name(s.p[at - 1]) || s.p[at - 1] == '.' || s.p[at - 1] == '-');
}

/* Is the path in the text, as a whole name? "a.c" is in "x/a.c:5", not in
 * "la.c" or "a.c.orig". */
static bool mentions(struct str text, struct str path)
{
    while (text.n >= path.n) {
        ptrdiff_t at = str_find(text, path);
        size_t end;

        if (at < 0)
            return false;
        end = (size_t)at + path.n;
        if ((!began_before(text, (size_t)at) || !in_name(path.p[0])) &&
            !goes_on(text, end))
            return true;
        text = str_cut(text, (size_t)at + 1, text.n);
    }
    return false;
}

static bool event_mentions(const struct ev *e, struct str path)
{
    struct json_walk w;
    const struct json *j;

    if (mentions(e->text, path))
        return true;
    if (!e->payload)
        return false;
    json_walk_init(&w, e->payload);
    while ((j = json_walk_next(&w)) != NULL)
        if (mentions(json_str(j), path) || mentions(json_key(j), path))
            return true;
    return false;
}

/* A tool that can change nothing, or words that only ask. */
static bool only_looks(const struct ev *e)
{
    static const char *const tools[] = {"Read",     "Grep",      "Glob",
                                        "WebFetch", "WebSearch", "LS"};

    if (e->kind != EV_TOOL)
        return e->kind == EV_PROMPT || e->kind == EV_TOOL_FAILED;
    for (size_t i = 0; i < ARRAY_LEN(tools); i++)
        if (str_eqz(e->tool, tools[i]))
            return true;
    return false;
}

enum seen { SEEN_NOT, SEEN_READ, SEEN_CHANGED };

static enum seen seen(const struct batch *b, struct str path)
{
    enum seen best = SEEN_NOT;

    for (size_t i = 0; i < b->n && best != SEEN_CHANGED; i++) {
        if (best == SEEN_READ && only_looks(&b->evs[i]))
            continue;
        if (event_mentions(&b->evs[i], path))
            best = only_looks(&b->evs[i]) ? SEEN_READ : SEEN_CHANGED;
    }
    return best;
}

/* Commands run in a directory name files without it: each part of the path
 * is looked for when the whole is nowhere. */
static enum seen seen_in_parts(const struct batch *b, struct str path)
{
    struct str rest = path, part, base = str_base(path);
    enum seen best = seen(b, base);

    /* A short name such as "a" or "src" is in any text. */
    if (base.n < 4 || base.n == path.n || str_chr(base, '.') < 0)
        return SEEN_NOT;
    while (best != SEEN_NOT && str_split(&rest, '/', &part))
        if (part.n && seen(b, part) == SEEN_NOT)
            best = SEEN_NOT;
    return best;
}

/* The file that a tool call is about. */
static struct str tool_file(const struct batch *b, const struct ev *e)
{
    static const char *const keys[] = {"file_path", "notebook_path", "path"};
    const struct json *in = json_get(e->payload, "tool_input");
    struct str path = STR_NONE;

    for (size_t i = 0; i < ARRAY_LEN(keys) && path.n == 0; i++)
        path = json_get_str(in, keys[i]);
    return show_relative(b->root, path);
}

/* "data.c" for "src/list/data.c": the whole path, when just one of the files
 * that tools worked on ends so. */
static struct str whole_path(const struct batch *b, struct str path)
{
    struct str whole = STR_NONE;

    for (size_t i = 0; i < b->n; i++) {
        struct str f = tool_file(b, &b->evs[i]);

        if (str_eq(f, path))
            return path;
        if (f.n <= path.n || !str_ends(f, path) ||
            f.p[f.n - path.n - 1] != '/' || str_eq(f, whole))
            continue;
        if (whole.n)
            return path;
        whole = f;
    }
    return whole.n ? arena_str(b->a, whole) : path;
}

/* --- paths ----------------------------------------------------------------- */

static struct str without_ends(struct str s, const char *ends)
{
    s = str_trim(s);
    while (s.n && strchr(ends, s.p[0]) != NULL)
        s = str_cut(s, 1, s.n);
    while (s.n && strchr(ends, s.p[s.n - 1]) != NULL)
        s.n--;
    return str_trim(s);
}

/* "a.c:12", "a.c:12-40", "a.c#L3", "a.c (new)" */
static struct str without_place(struct str s)
{
    ptrdiff_t at = str_find(s, STR(" ("));
    size_t n;

    if (at > 0)
        s = str_cut(s, 0, (size_t)at);
    at = str_find(s, STR("#L"));
    if (at > 0)
        s = str_cut(s, 0, (size_t)at);
    n = s.n;
    while (n && (is_digit(s.p[n - 1]) || strchr("-,:", s.p[n - 1]) != NULL))
        n--;
    if (n && n < s.n && s.p[n] == ':')
        s.n = n;
    return s;
}

struct str reply_path(struct str root, struct str s)
{
    s = without_ends(s, "\"'`,;*");
    s = without_place(s);
    if (str_find(s, STR("://")) >= 0)
        return STR_NONE;
    while (root.n > 1 && root.p[root.n - 1] == '/')
        root.n--;
    if (str_eq(s, root))
        return STR_NONE;
    s = show_relative(root, s);
    while (s.n > 1 && s.p[s.n - 1] == '/')
        s.n--;
    if (str_eqz(s, ".") || str_eqz(s, "/") || reply_says_none(s))
        return STR_NONE;
    return s;
}

/* --- lists ----------------------------------------------------------------- */

struct lists {
    const struct batch *b;
    struct draft *d;
    bool modified; /* which list is being read */
};

static void add_file(struct lists *l, struct str raw)
{
    struct draft *d = l->d;
    struct str path =
        reply_path(l->b->root, reply_clean(l->b->a, raw, PATH_CHARS));
    enum seen s;

    if (path.n == 0 || d->nfiles == REPLY_FILES_MAX)
        return;
    path = whole_path(l->b, path);
    for (size_t i = 0; i < d->nfiles; i++)
        if (str_eq(d->files[i].path, path))
            return;
    s = seen(l->b, path);
    if (s == SEEN_NOT)
        s = seen_in_parts(l->b, path);
    if (s == SEEN_NOT)
        return;
    d->files[d->nfiles++] = (struct draft_file){
        .path = path, .modified = l->modified && s == SEEN_CHANGED};
}

static void add_list(struct lists *l, const struct json *list, bool modified)
{
    struct str rest = json_str(list), part;
    int n = 0;

    l->modified = modified;
    /* Twice as many are looked at as are kept: some will be made up. */
    for (const struct json *j = json_is_array(list) ? json_first(list) : NULL;
         j && n < 2 * REPLY_FILES_MAX; j = json_next(j), n++) {
        struct str path = json_str(j);

        add_file(l, path.n ? path : json_get_str(j, "path"));
    }
    while (n++ < 2 * REPLY_FILES_MAX && str_split(&rest, ',', &part))
        add_file(l, part);
}

void reply_files(const struct batch *b, const struct json *modified,
                 const struct json *read, struct draft *d)
{
    struct lists l = {.b = b, .d = d};

    d->files = arena_array(b->a, REPLY_FILES_MAX, sizeof(*d->files));
    d->nfiles = 0;
    add_list(&l, modified, true);
    add_list(&l, read, false);
}
