/* fresh_diff.c - see fresh_diff.h. */
#include "base/common.h"

#include "base/diff.h"
#include "base/file.h"
#include "base/redact.h"
#include "code/language.h"
#include "code/parse.h"
#include "ops/fresh_diff.h"

#define FILE_MAX (4u << 20)
/* Lines around a change, as everybody is used to. */
#define AROUND 3

void fresh_differ_free(struct fresh_differ *d)
{
    code_parser_destroy(d->parser);
    d->parser = NULL;
}

/* The definition of that name that is nearest to where the index saw it. */
static const struct code_def *pick(const struct code_file *f,
                                   const struct fresh_cite *c)
{
    const struct code_def *best = NULL;
    uint32_t least = UINT32_MAX;

    for (size_t i = 0; i < f->n_defs; i++) {
        const struct code_def *d = &f->defs[i];
        uint32_t far = d->first_line > c->first_line
                           ? d->first_line - c->first_line
                           : c->first_line - d->first_line;

        if (str_eq(d->qualified, c->symbol) && far < least) {
            best = d;
            least = far;
        }
    }
    return best;
}

/* Its text on the disk; false with *why in a sentence. */
static bool read_now(struct fresh_differ *d, struct fresh *f,
                     const struct fresh_cite *c, struct arena *a,
                     struct diff_text *out, const char **why)
{
    struct str path = fresh_on_disk(f, c->path), text = STR_NONE;
    const struct code_def *def = NULL;
    const struct language *l;
    struct code_file file;
    struct buf b;

    buf_init(&b, FILE_MAX);
    if (path.n && file_read(path.p, &b, NULL) == 0)
        text = arena_str(a, buf_str(&b));
    buf_free(&b);
    if (!text.p) {
        *why = "its file cannot be read now";
        return false;
    }
    if (!d->parser)
        d->parser = code_parser_create(NULL);
    l = language_of(path, text);
    if (l && code_parse(d->parser, l, text, a, &file, NULL) == 0)
        def = pick(&file, c);
    if (!def) {
        *why = "its file has changed since it was indexed";
        return false;
    }
    text = str_cut(text, def->start, def->end);
    buf_init(&b, 2 * text.n + 4096);
    redact_text(text, &b);
    *out = (struct diff_text){arena_str(a, buf_str(&b)), def->first_line};
    buf_free(&b);
    return true;
}

const char *fresh_diff(struct fresh_differ *d, struct fresh *f,
                       const struct fresh_cite *c, struct arena *a,
                       struct buf *out)
{
    struct diff_text old = {c->was.body, c->was.first_line}, new = {0};
    const char *why = NULL;

    if (c->was.body.n == 0)
        return c->was.symbol.n ? "its text was too long to be kept"
                               : "of a file as such no text is kept";
    if (c->state != FRESH_GONE && !read_now(d, f, c, a, &new, &why))
        return why;
    if (diff_lines(&old, &new, AROUND, a, out) == 0)
        return "the same text";
    return NULL;
}
