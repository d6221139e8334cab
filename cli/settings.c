/* settings.c - see settings.h: what is put in, and where. */
#include "base/common.h"

#include "base/arena.h"
#include "base/json.h"
#include "cli/hook_rows.h"
#include "cli/jtext.h"
#include "cli/settings.h"

/* A settings file is a few KB; one of megabytes is not one. */
#define TEXT_MAX (8u << 20)

/* --- what is wanted --------------------------------------------------------- */

static void shell_quote(struct buf *b, const char *path)
{
    buf_addc(b, '\'');
    for (; *path; path++) {
        if (*path == '\'')
            buf_addz(b, "'\\''");
        else
            buf_addc(b, *path);
    }
    buf_addc(b, '\'');
}

struct json *settings_group(const struct hook_row *row,
                            const struct settings_want *w)
{
    struct json *group = json_object(), *list = json_array();
    struct json *hook = json_object(), *args = json_array();
    bool exec = w->client_version >= CLIENT_EXEC_FORM;
    struct buf path, command;

    buf_init(&path, 8192);
    buf_init(&command, 8192);
    buf_addf(&path, "%s/cmem-hook-%s", w->bin, row->program);
    if (exec) {
        buf_adds(&command, buf_str(&path));
        if (row->arg)
            json_push_str(args, str_of(row->arg));
    } else {
        shell_quote(&command, path.data);
        if (row->arg)
            buf_addf(&command, " %s", row->arg);
    }
    if (row->matcher)
        json_set_str(group, "matcher", str_of(row->matcher));
    json_set_str(hook, "type", STR("command"));
    json_set_str(hook, "command", buf_str(&command));
    if (exec)
        json_set(hook, "args", args);
    else
        json_free(args);
    json_set_int(hook, "timeout", HOOK_TIMEOUT_S);
    json_push(list, hook);
    json_set(group, "hooks", list);
    buf_free(&path);
    buf_free(&command);
    return group;
}

static bool is_known(const struct hook_row *row, const struct settings_want *w)
{
    return row->since <= w->client_version;
}

/* All rows of one event, in an array; NULL when the client has none of them
 * or an earlier row was of the same event. */
static struct json *event_groups(size_t first, const struct settings_want *w)
{
    struct json *groups;
    const char *event = hook_rows[first].event;

    if (!is_known(&hook_rows[first], w) ||
        (first > 0 && strcmp(hook_rows[first - 1].event, event) == 0))
        return NULL;
    groups = json_array();
    for (size_t i = first; i < hook_rows_count; i++)
        if (strcmp(hook_rows[i].event, event) == 0)
            json_push(groups, settings_group(&hook_rows[i], w));
    return groups;
}

/* --- how it is written --------------------------------------------------------- */

/* The look of the place where something is put in. */
struct look {
    bool one_line;
    bool spaced; /* one line: blanks behind ':' and ',' */
    const char *nl;
    struct str unit; /* one level of indentation */
    struct str base; /* indentation of the children of the place */
};

static void new_line(struct buf *b, const struct look *k, int level)
{
    if (k->one_line)
        return;
    buf_addz(b, k->nl);
    buf_adds(b, k->base);
    for (int i = 0; i < level; i++)
        buf_adds(b, k->unit);
}

static void put_key(struct buf *b, const struct look *k, struct str key)
{
    json_put_str(b, key);
    buf_addz(b, k->one_line && !k->spaced ? ":" : ": ");
}

/* Our own tree, five levels deep. */
static void put_value(struct buf *b, const struct look *k, int level,
                      const struct json *j)
{
    bool is_object = json_is_object(j);

    if ((!is_object && !json_is_array(j)) || json_len(j) == 0) {
        json_print(j, b, 0);
        return;
    }
    buf_addc(b, is_object ? '{' : '[');
    for (const struct json *c = json_first(j); c; c = json_next(c)) {
        if (c != json_first(j))
            buf_addz(b, k->one_line && k->spaced ? ", " : ",");
        new_line(b, k, level + 1);
        if (is_object)
            put_key(b, k, json_key(c));
        put_value(b, k, level + 1, c);
    }
    new_line(b, k, level);
    buf_addc(b, is_object ? '}' : ']');
}

/* --- where it goes ---------------------------------------------------------------- */

struct edit {
    size_t at;
    struct buf text;
};

struct editor {
    struct str text;
    struct jtext root;
    struct arena arena;
    struct edit edits[SETTINGS_PIECES];
    size_t n;
};

/* White space between the last line end before `at` and `at`, when nothing
 * else stands there. */
static bool indent_at(struct str text, size_t at, struct str *indent)
{
    size_t from = at;

    while (from > 0 && (text.p[from - 1] == ' ' || text.p[from - 1] == '\t'))
        from--;
    *indent = str_cut(text, from, at);
    return from > 0 && text.p[from - 1] == '\n';
}

/* Indentation of the line on which `at` stands. */
static struct str line_indent(struct str text, size_t at)
{
    size_t from = at, to;

    while (from > 0 && text.p[from - 1] != '\n')
        from--;
    for (to = from; to < at; to++)
        if (text.p[to] != ' ' && text.p[to] != '\t')
            break;
    return str_cut(text, from, to);
}

static bool has_newline(struct str text, struct jtext v)
{
    return str_chr(str_cut(text, v.from, v.to), '\n') >= 0;
}

/* The look of a container whose first child is *first (NULL: it is empty). */
static struct look look_at(struct editor *ed, struct jtext container,
                           const struct jtext_child *first)
{
    struct look k = {.nl = "\n", .unit = STR("  ")};
    struct jtext_child top = {0};
    struct str indent;
    ptrdiff_t colon;

    if (str_find(ed->text, STR("\r\n")) >= 0)
        k.nl = "\r\n";
    if (jtext_next(ed->text, ed->root, &top)) {
        colon = str_chr(str_cut(ed->text, top.from + top.key.n, top.value.from),
                        ':');
        k.spaced = top.from + top.key.n + (size_t)colon + 1 < top.value.from;
        if (indent_at(ed->text, top.from, &indent))
            k.unit = indent;
        k.one_line = !has_newline(ed->text, ed->root);
    }
    if (first && indent_at(ed->text, first->from, &indent)) {
        k.base = indent;
        k.one_line = false;
    } else if (first) {
        k.one_line = true;
    } else if (!k.one_line) {
        indent = line_indent(ed->text, container.from);
        k.base =
            arena_fmt(&ed->arena, "%.*s%.*s", STR_ARG(indent), STR_ARG(k.unit));
    }
    return k;
}

/* Room for one more edit, or NULL: events there are fewer than that. */
static struct buf *edit_at(struct editor *ed, size_t at)
{
    struct edit *edit = &ed->edits[ed->n++];

    if (ed->n > SETTINGS_PIECES)
        CM_BUG("more events than pieces");
    edit->at = at;
    buf_init(&edit->text, TEXT_MAX);
    return &edit->text;
}

/* Puts all children of `more` behind the last child of the container, which
 * is of the same kind. */
static void append(struct editor *ed, struct jtext container,
                   const struct json *more)
{
    struct jtext_child c = {0}, first = {0};
    bool empty = true, first_new = true;
    struct look k;
    struct buf *b;

    while (jtext_next(ed->text, container, &c)) {
        if (empty)
            first = c;
        empty = false;
    }
    k = look_at(ed, container, empty ? NULL : &first);
    b = edit_at(ed, empty ? container.from + 1 : c.value.to);
    for (const struct json *j = json_first(more); j; j = json_next(j)) {
        if (!empty || !first_new)
            buf_addz(b, k.one_line && k.spaced ? ", " : ",");
        first_new = false;
        new_line(b, &k, 0);
        if (json_is_object(more))
            put_key(b, &k, json_key(j));
        put_value(b, &k, 0, j);
    }
    if (empty && !k.one_line && !has_newline(ed->text, container)) {
        buf_addz(b, k.nl);
        buf_adds(b, line_indent(ed->text, container.from));
    }
}

static int find(const struct editor *ed, struct jtext object, const char *key,
                struct jtext_child *out, struct err *e)
{
    struct jtext_child c = {0};
    bool found = false;

    while (jtext_next(ed->text, object, &c)) {
        if (!jtext_key_is(&c, key))
            continue;
        if (found)
            return err_set(e, CM_EFORMAT, "it has \"%s\" twice", key);
        *out = c;
        found = true;
    }
    return found ? 1 : 0;
}

/* Fills ed with the edits that the wanted hooks come to. */
static int plan(struct editor *ed, const struct settings_want *w, struct err *e)
{
    struct json *members = json_object(), *top;
    struct jtext_child hooks, event;
    int has = find(ed, ed->root, "hooks", &hooks, e), rc = has < 0 ? has : 0;

    if (has > 0 && jtext_kind(ed->text, hooks.value) != '{')
        rc = err_set(e, CM_EFORMAT, "its \"hooks\" is not an object");
    for (size_t i = 0; i < hook_rows_count && rc == 0; i++) {
        struct json *groups = event_groups(i, w);
        const char *name = hook_rows[i].event;
        int there = 0;

        if (groups && has > 0)
            there = find(ed, hooks.value, name, &event, e);
        if (there > 0 && jtext_kind(ed->text, event.value) != '[')
            there =
                err_set(e, CM_EFORMAT, "its hooks for %s are not a list", name);
        if (there > 0)
            append(ed, event.value, groups);
        if (there == 0 && groups)
            json_set(members, name, groups);
        else
            json_free(groups);
        rc = there < 0 ? there : 0;
    }
    if (rc == 0 && has > 0 && json_len(members)) {
        append(ed, hooks.value, members);
    } else if (rc == 0 && has == 0) {
        top = json_object();
        json_set(top, "hooks", members);
        members = NULL;
        append(ed, ed->root, top);
        json_free(top);
    }
    json_free(members);
    return rc;
}

static int by_place(const void *a, const void *b)
{
    const struct edit *x = a, *y = b;

    return (x->at > y->at) - (x->at < y->at);
}

static int splice(struct editor *ed, struct buf *out,
                  struct settings_pieces *pieces)
{
    size_t from = 0;

    qsort(ed->edits, ed->n, sizeof(ed->edits[0]), by_place);
    pieces->n = 0;
    for (size_t i = 0; i < ed->n; i++) {
        struct edit *edit = &ed->edits[i];

        buf_adds(out, str_cut(ed->text, from, edit->at));
        pieces->piece[pieces->n++] =
            (struct settings_piece){out->len, edit->text.len};
        buf_adds(out, buf_str(&edit->text));
        from = edit->at;
    }
    buf_adds(out, str_cut(ed->text, from, ed->text.n));
    return buf_is_full(out) ? CM_EFULL : 0;
}

/* A file that has nothing yet: all of it is our piece. */
static int add_new(struct str text, const struct settings_want *w,
                   struct buf *out, struct settings_pieces *pieces,
                   struct err *e)
{
    struct buf b;
    struct settings_pieces inner;
    int rc;

    buf_init(&b, TEXT_MAX);
    rc = settings_add(STR("{}"), w, &b, &inner, e);
    buf_adds(out, text);
    pieces->n = 1;
    pieces->piece[0] = (struct settings_piece){text.n, b.len + 1};
    buf_adds(out, buf_str(&b));
    buf_addc(out, '\n');
    buf_free(&b);
    return rc;
}

int settings_add(struct str text, const struct settings_want *w,
                 struct buf *out, struct settings_pieces *pieces, struct err *e)
{
    struct editor ed = {.text = text};
    int rc;

    if (text.n > TEXT_MAX / 2)
        return err_set(e, CM_EFULL, "it is larger than any settings file");
    if (jtext_is_blank(text))
        return add_new(text, w, out, pieces, e);
    rc = jtext_root(text, &ed.root, e);
    if (rc == 0 && jtext_kind(text, ed.root) != '{')
        rc = err_set(e, CM_EFORMAT, "it is not a JSON object");
    if (rc == 0)
        rc = plan(&ed, w, e);
    if (rc == 0)
        rc = splice(&ed, out, pieces);
    for (size_t i = 0; i < ed.n; i++)
        buf_free(&ed.edits[i].text);
    arena_free(&ed.arena);
    return rc;
}

int settings_take_out(struct str text, const struct settings_pieces *pieces,
                      struct buf *out)
{
    size_t from = 0;

    for (size_t i = 0; i < pieces->n; i++) {
        const struct settings_piece *p = &pieces->piece[i];

        if (p->at < from || p->at > text.n || p->n > text.n - p->at)
            return CM_EFORMAT;
        buf_adds(out, str_cut(text, from, p->at));
        from = p->at + p->n;
    }
    buf_adds(out, str_cut(text, from, text.n));
    return 0;
}
