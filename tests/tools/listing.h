/*
 * listing.h - what lib/code found in a text, a line each: the form of the
 * golden files in tests/code.
 *
 *   c  ok  31 lines
 *   def 3-9 function add exported
 *     sig int add(int a, int b)
 *     doc Adds two numbers.
 *   def 5 field pair::left in pair exported
 *   ref 7 call printf in add
 *   ref 8 call join of os.path in main
 *   import 1 stdio.h
 *
 * Hashes are not listed; whoever wants them compares them.
 */
#ifndef CMEM_TESTS_LISTING_H
#define CMEM_TESTS_LISTING_H

#include "base/buf.h"
#include "base/common.h"
#include "code/language.h"
#include "code/parse.h"

static void listing_def(const struct code_file *f, const struct code_def *d,
                        struct buf *out)
{
    buf_addf(out, "def %u", d->first_line);
    if (d->last_line != d->first_line)
        buf_addf(out, "-%u", d->last_line);
    buf_addf(out, " %s %.*s", code_kind_name(d->kind), STR_ARG(d->qualified));
    if (d->parent != CODE_NO_DEF)
        buf_addf(out, " in %.*s", STR_ARG(f->defs[d->parent].qualified));
    buf_addz(out, d->exported ? " exported\n" : "\n");
    if (d->signature.n && !str_eq(d->signature, d->name))
        buf_addf(out, "  sig %.*s\n", STR_ARG(d->signature));
    if (d->doc.n)
        buf_addf(out, "  doc %.*s\n", STR_ARG(d->doc));
}

static void listing_ref(const struct code_file *f, const struct code_ref *r,
                        struct buf *out)
{
    buf_addf(out, "ref %u %s %.*s", r->line, code_ref_kind_name(r->kind),
             STR_ARG(r->name));
    if (r->qualifier.n)
        buf_addf(out, " of %.*s", STR_ARG(r->qualifier));
    else if (r->member)
        buf_addz(out, " of ?");
    if (r->def != CODE_NO_DEF)
        buf_addf(out, " in %.*s", STR_ARG(f->defs[r->def].qualified));
    buf_addc(out, '\n');
}

/* Appends the listing; negative when the text could not be parsed at all. */
static int listing(struct code_parser *p, const struct language *l,
                   struct str text, struct buf *out)
{
    struct arena a = {0};
    struct code_file f = {0};
    struct err e = {0};
    int rc = code_parse(p, l, text, &a, &f, &e);

    if (rc < 0) {
        buf_addf(out, "failed: %s\n", e.msg);
        return rc;
    }
    buf_addf(out, "%s %s %u lines", l->name, code_status_name(f.status),
             f.lines);
    if (f.errors)
        buf_addf(out, " %u errors %u bytes", f.errors, f.error_bytes);
    if (f.package.n)
        buf_addf(out, " package %.*s", STR_ARG(f.package));
    buf_addc(out, '\n');
    for (size_t i = 0; i < f.n_imports; i++) {
        const struct code_import *m = &f.imports[i];

        buf_addf(out, "import %u %.*s", m->line, STR_ARG(m->module));
        if (m->name.n)
            buf_addf(out, " : %.*s", STR_ARG(m->name));
        if (m->alias.n)
            buf_addf(out, " as %.*s", STR_ARG(m->alias));
        buf_addc(out, '\n');
    }
    for (size_t i = 0; i < f.n_defs; i++)
        listing_def(&f, &f.defs[i], out);
    for (size_t i = 0; i < f.n_refs; i++)
        listing_ref(&f, &f.refs[i], out);
    arena_free(&a);
    return 0;
}

#endif
