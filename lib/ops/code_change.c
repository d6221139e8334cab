/* code_change.c - see code_change.h. */
#include "base/common.h"

#include <sys/stat.h>

#include "base/file.h"
#include "code/language.h"
#include "code/parse.h"
#include "ops/code_change.h"
#include "ops/code_git.h"

/* Files that are parsed, and symbols told of. */
#define FILES_MAX   500
#define SYMBOLS_MAX 1000
#define TEXT_BYTES  (4u << 20)

struct work {
    struct op_env *env;
    const struct code_tree_row *tree;
    struct code_parser *parser;
    struct code_changes *out;
    int64_t strangers; /* ids given to what the index has not */
    struct err *e;
};

/* One side of a file. */
struct version {
    struct code_file f;
    int32_t *at;  /* innermost symbol of each line, from 1 */
    bool *touched; /* of each symbol */
};

const char *change_what_name(enum change_what w)
{
    static const char *const names[] = {"changed", "added", "removed",
                                        "moved"};

    return names[w];
}

/* --- one side ----------------------------------------------------------------------- */

static int parse_text(struct work *w, struct str path, struct str text,
                      struct version *v, bool *is_code)
{
    const struct language *l = text.p ? language_of(path, text) : NULL;
    int rc;

    *v = (struct version){0};
    if (!l)
        return 0;
    *is_code = true;
    rc = code_parse(w->parser, l, text, w->env->a, &v->f, w->e);
    if (rc < 0)
        return rc;
    v->at = arena_array(w->env->a, (size_t)v->f.lines + 2, sizeof(v->at[0]));
    v->touched = arena_array(w->env->a, v->f.n_defs + 1, sizeof(bool));
    for (size_t i = 0; i <= (size_t)v->f.lines + 1; i++)
        v->at[i] = CODE_NO_DEF;
    /* In order: an inner one stands behind its outer one. */
    for (size_t i = 0; i < v->f.n_defs; i++)
        for (uint32_t k = v->f.defs[i].first_line;
             k <= v->f.defs[i].last_line && k <= v->f.lines; k++)
            v->at[k] = (int32_t)i;
    return 0;
}

/* Who is changed when this is: nobody (-1), it, or what it is a part of. */
static int32_t owner(const struct code_file *f, int32_t i)
{
    int32_t best = i;

    for (int32_t k = i, depth = 0; k >= 0 && depth < 64;
         k = f->defs[k].parent, depth++)
        if (k != i && code_kind_is_callable(f->defs[k].kind))
            best = k;
    if (best >= 0 && (f->defs[best].kind == CODE_FIELD ||
                      f->defs[best].kind == CODE_PROPERTY ||
                      f->defs[best].kind == CODE_MEMBER) &&
        f->defs[best].parent >= 0)
        best = f->defs[best].parent;
    if (best >= 0 && f->defs[best].kind >= CODE_HEADING)
        return CODE_NO_DEF; /* nothing calls a heading */
    return best;
}

static void touch(struct version *v, int32_t i)
{
    i = i >= 0 ? owner(&v->f, i) : i;
    if (i >= 0)
        v->touched[i] = true;
}

/* n lines from `first`; with none, what is on both sides of the place behind
 * `first`. */
static void touch_lines(struct version *v, int64_t first, int64_t n)
{
    int32_t i;

    if (!v->at)
        return;
    for (int64_t k = first; k < first + n && k <= v->f.lines; k++)
        touch(v, v->at[k]);
    if (n || first > v->f.lines)
        return;
    i = v->at[first];
    while (i >= 0 && v->f.defs[i].last_line < first + 1)
        i = v->f.defs[i].parent;
    touch(v, i);
}

static void touch_all(struct version *v)
{
    for (size_t i = 0; i < v->f.n_defs; i++)
        touch(v, (int32_t)i);
}

/* The definition of that name nearest to a line, or none. */
static int32_t same_def(const struct code_file *f, const struct code_def *d)
{
    int32_t best = CODE_NO_DEF;
    int64_t far = INT64_MAX;

    for (size_t i = 0; i < f->n_defs; i++) {
        int64_t off = (int64_t)f->defs[i].first_line - d->first_line;

        if (!str_eq(f->defs[i].qualified, d->qualified))
            continue;
        off = off < 0 ? -off : off;
        if (off < far)
            best = (int32_t)i;
        far = off < far ? off : far;
    }
    return best;
}

/* --- to rows -------------------------------------------------------------------------- */

static void add(struct work *w, enum change_what what,
                const struct code_symbol_row *s, size_t file)
{
    struct code_changes *out = w->out;

    if (out->n == SYMBOLS_MAX) {
        out->left++;
        return;
    }
    out->v[out->n++] = (struct code_change){what, *s, file};
}

/* What the index does not know. */
static struct code_symbol_row stranger(struct work *w, size_t file,
                                       const struct code_def *d,
                                       struct str path,
                                       const struct language *l)
{
    return (struct code_symbol_row){
        .id = INT64_MIN + ++w->strangers,
        .file_id = w->out->files[file].row.id,
        .name = d->name,
        .qualified = d->qualified,
        .signature = d->signature,
        .kind = d->kind,
        .exported = d->exported,
        .parent = -1,
        .first_line = d->first_line,
        .last_line = d->last_line,
        .tree_id = w->tree->id,
        .path = path,
        .language = str_of(l->name),
    };
}

/* The row of a definition as it is now. */
static struct code_symbol_row row_of(struct work *w, size_t file,
                                     const struct code_def *d,
                                     const struct language *l,
                                     struct code_symbol_row *rows, size_t n)
{
    const struct code_symbol_row *best = NULL;
    int64_t far = INT64_MAX;
    struct code_symbol_row s;

    for (size_t i = 0; i < n; i++) {
        int64_t off = rows[i].first_line - d->first_line;

        if (rows[i].kind != (int)d->kind ||
            !str_eq(rows[i].qualified, d->qualified))
            continue;
        off = off < 0 ? -off : off;
        if (off < far)
            best = &rows[i];
        far = off < far ? off : far;
    }
    if (!best)
        return stranger(w, file, d, w->out->files[file].diff->path, l);
    s = *best;
    s.first_line = d->first_line;
    s.last_line = d->last_line;
    return s;
}

static int tell(struct work *w, size_t file, const struct version *old,
                struct version *new)
{
    const struct diff_file *df = w->out->files[file].diff;
    struct code_symbol_row *rows = NULL;
    size_t n = 0;
    int rc = 0;

    for (size_t i = 0; i < old->f.n_defs; i++) {
        const struct code_def *d = &old->f.defs[i];
        int32_t now = same_def(&new->f, d);
        struct code_symbol_row s;

        if (now >= 0 && old->touched[i])
            touch(new, now);
        if ((now >= 0 && df->what != DIFF_RENAMED) ||
            (now < 0 && !old->touched[i]) || owner(&old->f, (int32_t)i) !=
                                                 (int32_t)i)
            continue;
        s = stranger(w, file, d, df->old_path, old->f.language);
        if (df->what == DIFF_RENAMED)
            s.file_id = 0; /* not of the file that has its place */
        add(w, now < 0 ? CHANGE_REMOVED : CHANGE_MOVED, &s, file);
    }
    if (w->out->files[file].row.id)
        rc = code_symbols_of(w->env->db, w->out->files[file].row.id,
                             w->env->a, &rows, &n, w->e);
    for (size_t i = 0; i < new->f.n_defs && rc == 0; i++) {
        const struct code_def *d = &new->f.defs[i];
        struct code_symbol_row s;

        if (!new->touched[i])
            continue;
        s = row_of(w, file, d, new->f.language, rows, n);
        add(w, same_def(&old->f, d) < 0 ? CHANGE_ADDED : CHANGE_EDITED, &s,
            file);
    }
    return rc;
}

/* --- one file --------------------------------------------------------------------------- */

/* As it is on disk; p NULL when there is no such text. */
static struct str on_disk(struct work *w, struct str path)
{
    struct str whole = arena_fmt(w->env->a, "%.*s/%.*s",
                                 STR_ARG(w->tree->root), STR_ARG(path));
    struct str text = STR_NONE;
    struct stat st;
    struct buf b;

    /* Not a link, which git compares as such, nor what never ends. */
    if (lstat(whole.p, &st) < 0 || !S_ISREG(st.st_mode) ||
        st.st_size > TEXT_BYTES)
        return STR_NONE;
    buf_init(&b, TEXT_BYTES);
    if (file_read(whole.p, &b, NULL) == 0)
        text = arena_str(w->env->a, buf_str(&b));
    buf_free(&b);
    return text;
}

static int read_file(struct work *w, size_t i, struct str old_text)
{
    struct code_touched *t = &w->out->files[i];
    const struct diff_file *df = t->diff;
    bool gone = df->what == DIFF_DELETED;
    struct str text = gone ? STR_NONE : on_disk(w, df->path);
    struct version old, new;
    int rc = parse_text(w, df->old_path, old_text, &old, &t->is_code);

    if (rc == 0)
        rc = parse_text(w, df->path, text, &new, &t->is_code);
    if (rc == 0)
        rc = code_file_find(w->env->db, w->tree->id, df->path, w->env->a,
                            &t->row, w->e);
    if (rc < 0)
        return rc;
    t->stale = t->is_code && (gone ? rc > 0
                                   : rc == 0 || t->row.hash !=
                                                    (str_hash(text) | 1));
    if (rc == 0)
        t->row = (struct code_file_row){0};
    for (size_t k = 0; k < df->n_hunks; k++) {
        touch_lines(&old, df->hunks[k].old_first, df->hunks[k].old_n);
        touch_lines(&new, df->hunks[k].new_first, df->hunks[k].new_n);
    }
    if (df->what == DIFF_ADDED)
        touch_all(&new);
    return tell(w, i, &old, &new);
}

int code_changes_read(struct op_env *env, const struct code_tree_row *tree,
                      struct str rev, const struct diff *diff,
                      struct code_changes *out, struct err *e)
{
    struct work w = {.env = env, .tree = tree, .out = out, .e = e};
    struct str *paths, *texts;
    size_t n = diff->n < FILES_MAX ? diff->n : FILES_MAX, asked = 0;
    int rc;

    *out = (struct code_changes){.n_files = n, .files_left = diff->n - n};
    out->files = arena_array(env->a, n + 1, sizeof(out->files[0]));
    out->v = arena_array(env->a, SYMBOLS_MAX, sizeof(out->v[0]));
    paths = arena_array(env->a, n + 1, sizeof(paths[0]));
    texts = arena_array(env->a, n + 1, sizeof(texts[0]));
    for (size_t i = 0; i < n; i++)
        if (diff->files[i].old_path.n)
            paths[asked++] = diff->files[i].old_path;
    rc = code_git_texts(env, tree->root, rev, paths, asked, texts, e);
    if (rc < 0)
        return rc;
    w.parser = code_parser_create(NULL);
    asked = 0;
    for (size_t i = 0; i < n && rc >= 0; i++) {
        bool has = diff->files[i].old_path.n > 0;

        out->files[i].diff = &diff->files[i];
        rc = read_file(&w, i, has ? texts[asked] : STR_NONE);
        asked += has;
    }
    code_parser_destroy(w.parser);
    return rc < 0 ? rc : 0;
}
