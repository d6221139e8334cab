/* code_index.c - see code_index.h. */
#include "base/common.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/redact.h"
#include "code/language.h"
#include "ops/code_index.h"
#include "store/code.h"
#include "store/code_find.h"
#include "store/code_read.h"

/* A portion: enough that a transaction pays, little enough that a writer is
 * not kept long and memory stays small. */
#define PORTION_FILES 256
#define PORTION_BYTES (1u << 20) /* of text */

/* Of one file. It is written in one go, and who waits for the writer waits for
 * it: a table of data of a hundred thousand keys would be felt. Parents stand
 * before their children, so that what is cut off leaves no orphans. */
#define SYMBOLS_MAX 20000

struct portion {
    struct arena a; /* texts and what was found in them */
    struct scan_item v[PORTION_FILES];
    size_t n, at;
};

struct index_run {
    struct arena a; /* for the run: what is known */
    struct scan *scan;
    struct portion portion;
    int64_t tree_id, total, began_ms;
    bool over; /* all was read */
    bool hurry; /* atomic */
    /* what is gone, and is taken out a few at a time */
    bool gone_over;
    int64_t gone; /* the next, 0: none known */
    char where[256];
    /* single files instead of a scan */
    struct code_parser *parser, *own_parser;
    char root[TREE_PATH];
    struct str *paths, *unsure;
    size_t n_paths, at_path, n_unsure;
    struct scan_count count;
};

static int read_known(struct index_run *r, struct db *db,
                      struct scan_known **known, size_t *n, struct err *e)
{
    struct code_known_row *v;
    int rc = code_known(db, r->tree_id, &r->a, &v, n, e);

    *known = NULL;
    if (rc < 0)
        return rc;
    *known = arena_array(&r->a, *n + 1, sizeof(**known));
    for (size_t i = 0; i < *n; i++)
        (*known)[i] = (struct scan_known){
            .path = v[i].path,
            .id = v[i].id,
            .size = v[i].size,
            .mtime_ns = v[i].mtime_ns,
            .hash = v[i].hash,
        };
    return 0;
}

static struct index_run *run_create(void)
{
    struct index_run *r = calloc(1, sizeof(*r));

    if (!r)
        CM_BUG("out of memory");
    r->began_ms = clock_mono_ms();
    return r;
}

int index_begin(struct index_run **out, struct db *db, const char *root,
                int64_t project_id, struct err *e)
{
    struct index_run *r = run_create();
    struct scan_known *known;
    struct code_tree_row t = {0};
    bool own = !db_in_transaction(db);
    size_t n;
    int rc = own ? db_begin(db, e) : 0;

    if (rc == 0)
        rc = code_tree_put(db, str_of(root), project_id, &r->tree_id, e);
    if (rc == 0)
        rc = code_tree_of(db, str_of(root), &r->a, &t, e);
    if (rc >= 0)
        rc = read_known(r, db, &known, &n, e);
    if (rc == 0)
        rc = scan_open(&r->scan, root, known, n, NULL, e);
    if (rc == 0 && own)
        rc = db_commit(db, e);
    else if (own && db_in_transaction(db))
        db_rollback(db);
    if (rc < 0) {
        index_end(r);
        return rc;
    }
    /* After one that was broken off nobody knows how many there are. */
    r->total = t.scanned_ms > 0 ? (int64_t)n : 0;
    *out = r;
    return 0;
}

int index_begin_files(struct index_run **out, struct code_parser *p,
                      int64_t tree_id, const char *root,
                      const struct str *paths, size_t n, struct err *e)
{
    struct index_run *r = run_create();

    if (strlen(root) >= sizeof(r->root)) {
        index_end(r);
        return err_set(e, CM_EARG, "%.60s...: the path is too long", root);
    }
    r->tree_id = tree_id;
    r->own_parser = p ? NULL : code_parser_create(NULL);
    r->parser = p ? p : r->own_parser;
    snprintf(r->root, sizeof(r->root), "%s", root);
    r->paths = arena_array(&r->a, n + 1, sizeof(r->paths[0]));
    r->unsure = arena_array(&r->a, n + 1, sizeof(r->unsure[0]));
    for (size_t i = 0; i < n; i++)
        r->paths[i] = arena_str(&r->a, paths[i]);
    r->n_paths = n;
    *out = r;
    return 0;
}

size_t index_unsure(const struct index_run *r, const struct str **paths)
{
    *paths = r->unsure;
    return r->n_unsure;
}

void index_end(struct index_run *r)
{
    if (!r)
        return;
    scan_close(r->scan);
    code_parser_destroy(r->own_parser);
    arena_free(&r->portion.a);
    arena_free(&r->a);
    free(r);
}

void index_hurry(struct index_run *r)
{
    __atomic_store_n(&r->hurry, true, __ATOMIC_RELAXED);
}

/* The next of the single files. One that is no more, or that a scan would not
 * take, is an item with status -1: to be taken out. */
static int next_file(struct index_run *r, struct scan_item *it, struct err *e)
{
    struct str path;
    int rc;

    if (r->at_path == r->n_paths)
        return 0;
    path = r->paths[r->at_path++];
    rc = tree_has(r->root, path) ? scan_file(r->parser, r->root, path,
                                             &r->portion.a, it, e)
                                 : CM_ENOTFOUND;
    if (rc == CM_ENOTFOUND) {
        *it = (struct scan_item){.path = path, .status = -1};
        rc = 0;
    }
    if (rc == 0 && it->file.unsure)
        r->unsure[r->n_unsure++] = path;
    r->count.files++;
    return rc < 0 ? rc : 1;
}

int index_read(struct index_run *r, struct err *e)
{
    struct portion *p = &r->portion;
    int64_t bytes = 0;
    int rc = 1;

    arena_free(&p->a);
    p->a = (struct arena){0};
    p->n = p->at = 0;
    if (r->over)
        return !r->gone_over;
    while (p->n < PORTION_FILES && bytes < PORTION_BYTES) {
        rc = r->scan ? scan_next(r->scan, &p->a, &p->v[p->n], e)
                     : next_file(r, &p->v[p->n], e);
        if (rc == CM_EAGAIN)
            return 1;
        if (rc <= 0)
            break;
        bytes += p->v[p->n].size;
        snprintf(r->where, sizeof(r->where), "%.*s",
                 STR_ARG(str_cut(p->v[p->n].path, 0, 200)));
        p->n++;
        if (__atomic_exchange_n(&r->hurry, false, __ATOMIC_RELAXED))
            return 1;
    }
    if (rc < 0)
        return rc;
    r->over = rc == 0;
    if (!r->scan && r->over)
        r->gone_over = true;
    return 1;
}

static struct str language_name(const struct scan_item *it)
{
    return it->file.language ? str_of(it->file.language->name) : STR_NONE;
}

/* A default value, a macro, a comment may be a credential: as everywhere, it
 * is taken out before it is stored. */
static struct str without_secrets(struct str text, struct arena *a)
{
    struct buf b;

    if (text.n == 0 || !redact_maybe(text))
        return text;
    buf_init(&b, 65536);
    if (redact_text(text, &b))
        text = arena_str(a, buf_str(&b));
    buf_free(&b);
    return text;
}

static int put_item(struct index_run *r, struct db *db, struct scan_item *it,
                    struct err *e)
{
    const struct code_file *f = &it->file;
    struct arena *a = &r->portion.a;
    struct code_file_in in = {
        .tree_id = r->tree_id,
        .id = it->id,
        .path = it->path,
        .language = language_name(it),
        .package = f->package,
        .size = it->size,
        .mtime_ns = it->mtime_ns,
        .hash = it->hash,
        .status = it->status,
        .lines = f->lines,
        .errors = f->errors,
        .error_bytes = f->error_bytes,
        .n_symbols = f->n_defs < SYMBOLS_MAX ? f->n_defs : SYMBOLS_MAX,
        .n_uses = f->n_refs,
        .n_imports = f->n_imports,
    };
    struct code_symbol_in *s = arena_array(a, in.n_symbols + 1, sizeof(*s));
    struct code_use_in *u = arena_array(a, f->n_refs + 1, sizeof(*u));
    struct code_import_in *m = arena_array(a, f->n_imports + 1, sizeof(*m));

    if (in.n_symbols < f->n_defs)
        in.status = CODE_CUT;
    for (size_t i = 0; i < in.n_symbols; i++) {
        const struct code_def *d = &f->defs[i];

        s[i] = (struct code_symbol_in){
            .name = d->name,
            .qualified = d->qualified,
            .signature = without_secrets(d->signature, a),
            .doc = without_secrets(d->doc, a),
            .kind = (int)d->kind,
            .exported = d->exported,
            .start = d->start,
            .end = d->end,
            .first_line = d->first_line,
            .last_line = d->last_line,
            .parent = d->parent,
            .hash = d->hash,
        };
    }
    for (size_t i = 0; i < f->n_refs; i++)
        u[i] = (struct code_use_in){
            .name = f->refs[i].name,
            .qualifier = f->refs[i].qualifier,
            .kind = (int)f->refs[i].kind,
            .member = f->refs[i].member,
            .line = f->refs[i].line,
            .symbol = f->refs[i].def < (int32_t)in.n_symbols ? f->refs[i].def
                                                             : -1,
        };
    for (size_t i = 0; i < f->n_imports; i++)
        m[i] = (struct code_import_in){f->imports[i].module, f->imports[i].name,
                                       f->imports[i].alias, f->imports[i].line};
    in.symbols = s;
    in.uses = u;
    in.imports = m;
    return code_file_put(db, &in, a, NULL, e);
}

static int drop_path(struct index_run *r, struct db *db, struct str path,
                     struct err *e)
{
    struct code_file_row f;
    int rc = code_file_find(db, r->tree_id, path, &r->portion.a, &f, e);

    return rc > 0 ? code_file_drop(db, f.id, e) : rc;
}

/* A single file: one whose text is known as it is was read only, or is told
 * once more. */
static int put_file(struct index_run *r, struct db *db, struct scan_item *it,
                    struct err *e)
{
    struct code_file_state was = {0};
    int rc = code_file_state(db, r->tree_id, it->path, &was, e);
    bool sure = was.mtime_ns != SCAN_UNSURE;

    if (rc < 0)
        return rc;
    if (rc == 0 || it->hash == 0 || was.hash != it->hash ||
        was.status != it->status || !(sure || it->file.confirmed))
        return put_item(r, db, it, e);
    return code_file_touch(db, was.id, it->size, sure ? 0 : it->mtime_ns, e);
}

/* One thing to write. 1, or 0 when the portion is written. */
static int write_one(struct index_run *r, struct db *db, struct err *e)
{
    struct portion *p = &r->portion;
    int64_t id;
    int rc;

    if (p->at < p->n) {
        struct scan_item *it = &p->v[p->at++];

        if (it->status == -1)
            rc = drop_path(r, db, it->path, e);
        else if (it->what == SCAN_TOUCHED)
            rc = code_file_touch(db, it->id, it->size, it->mtime_ns, e);
        else
            rc = r->scan ? put_item(r, db, it, e) : put_file(r, db, it, e);
        return rc < 0 ? rc : 1;
    }
    if (!r->over || r->gone_over)
        return 0;
    if (scan_gone(r->scan, &id)) {
        rc = code_file_drop(db, id, e);
        return rc < 0 ? rc : 1;
    }
    r->gone_over = true;
    rc = code_tree_scanned(db, r->tree_id, clock_now_ms(),
                           clock_mono_ms() - r->began_ms, e);
    return rc < 0 ? rc : 0;
}

int index_write(struct index_run *r, struct db *db, int64_t ms, struct err *e)
{
    int64_t until = clock_mono_ms() + ms;
    int rc;

    while ((rc = write_one(r, db, e)) > 0)
        if (ms && clock_mono_ms() >= until)
            return 1;
    return rc;
}

const struct scan_count *index_counts(struct index_run *r, int64_t *total)
{
    *total = r->total;
    return r->scan ? scan_counts(r->scan) : &r->count;
}

int64_t index_tree(const struct index_run *r)
{
    return r->tree_id;
}

void index_where(const struct index_run *r, char out[256])
{
    memcpy(out, r->where, sizeof(r->where));
    out[sizeof(r->where) - 1] = '\0';
}
