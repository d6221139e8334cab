/* local.c - names that only their function knows: see walk.h. */
#include "base/common.h"

#include "code/walk.h"

#if CODE_HAVE_SITTER

/* More than any function people write; beyond it references stay that could
 * have gone. */
#define MAX_LOCALS 65536

/* Functions in functions that a name is looked for in. */
#define MAX_NESTING 64

void local_add(struct walk *w, struct str name)
{
    struct scratch *s = w->s;

    if (w->n_locals == s->locals_cap) {
        size_t cap = s->locals_cap ? 2 * s->locals_cap : 256;
        void *p;

        if (cap > MAX_LOCALS)
            return;
        p = realloc(s->locals, cap * sizeof(*s->locals));
        if (!p)
            CM_BUG("out of memory");
        s->locals = p;
        s->locals_cap = cap;
    }
    s->locals[w->n_locals++] =
        (struct local){walk_scope(w)->def, str_hash(name)};
}

static size_t slot_of(int32_t def, uint64_t hash, size_t mask)
{
    return (size_t)((hash ^ ((uint64_t)(uint32_t)def * 0x9e3779b97f4a7c15u)) >>
                    7) &
           mask;
}

/* A name set again and again stands in the table once. */
static bool same(const struct local *a, const struct local *b)
{
    return a->def == b->def && a->hash == b->hash;
}

static void fill(struct walk *w, size_t size)
{
    struct scratch *s = w->s;

    if (size > s->table_cap) {
        free(s->table);
        s->table = malloc(size * sizeof(*s->table));
        if (!s->table)
            CM_BUG("out of memory");
        s->table_cap = size;
    }
    memset(s->table, 0, size * sizeof(*s->table));
    for (size_t i = 0; i < w->n_locals; i++) {
        size_t at = slot_of(s->locals[i].def, s->locals[i].hash, size - 1);

        while (s->table[at] && !same(&s->locals[s->table[at] - 1],
                                     &s->locals[i]))
            at = (at + 1) & (size - 1);
        s->table[at] = (uint32_t)i + 1;
    }
}

static bool is_local(const struct walk *w, const struct code_ref *r,
                     size_t mask)
{
    uint64_t hash = str_hash(r->name);
    int32_t def = r->def;

    for (int n = 0; def != CODE_NO_DEF && n < MAX_NESTING; n++) {
        size_t at = slot_of(def, hash, mask);

        for (; w->s->table[at]; at = (at + 1) & mask) {
            const struct local *l = &w->s->locals[w->s->table[at] - 1];

            if (l->def == def && l->hash == hash)
                return true;
        }
        def = w->f->defs[def].parent;
    }
    return false;
}

void local_filter(struct walk *w)
{
    struct code_file *f = w->f;
    size_t size = 64, kept = w->outer_refs;

    if (w->n_locals && f->n_refs > w->outer_refs) {
        while (size < 2 * w->n_locals)
            size *= 2;
        fill(w, size);
        for (size_t i = w->outer_refs; i < f->n_refs; i++) {
            const struct code_ref *r = &f->refs[i];

            if ((r->kind == CODE_REF_USE ||
                 (r->kind == CODE_REF_CALL && !r->member)) &&
                is_local(w, r, size - 1))
                continue;
            f->refs[kept++] = *r;
        }
        f->n_refs = kept;
    }
    w->n_locals = 0;
}

#endif
