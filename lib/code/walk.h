/*
 * walk.h - one walk over a tree: what the query says of every node.
 *
 * Parts, each in its file: walk.c goes over the tree and keeps what is open;
 * match.c follows paths and asks a rule's conditions; emit.c writes what was
 * found; local.c takes out what only a function knows.
 */
#ifndef CMEM_CODE_WALK_H
#define CMEM_CODE_WALK_H

#include "base/common.h"
#include "code/parse.h"
#include "code/query.h"

#if CODE_HAVE_SITTER

/* A node on the way from the root. */
struct frame {
    uint16_t symbol; /* canonical */
    bool wraps, exports;
    bool lasting;    /* its scope ends with what follows it */
    size_t scopes;   /* that were open before it */
    uint32_t start;
    uint32_t outer;  /* start of the outermost wrapper around it */
};

/* A definition, or a scope, that is open. */
struct scope {
    int32_t def;        /* the innermost definition */
    struct str qualified;
    bool container;     /* members are methods and fields */
    bool module;
    bool callable;      /* a function is around */
    bool unnamed;       /* or one without a name */
    bool exported;
    uint32_t until;     /* lasting: where it ends, else 0 */
    bool showing;       /* members are known as it is */
    bool hiding;        /* members from here on are hidden */
};

/* The comment that what comes next may claim. */
struct pending {
    bool there;
    uint32_t start, end;
    uint32_t anchor; /* where that would have to begin */
};

/* A name that only one function knows. */
struct local {
    int32_t def;
    uint64_t hash;
};

/* Memory that goes from file to file. */
struct scratch {
    struct frame *frames;
    size_t frames_cap;
    struct scope *scopes;
    size_t scopes_cap;
    struct local *locals;
    size_t locals_cap;
    uint32_t *table; /* of locals: index + 1 */
    size_t table_cap;
    uint64_t *exports; /* hashes of names */
    size_t exports_cap;
    uint8_t *taken;  /* bit per byte: a name begins here that is told */
    size_t taken_cap;
};
void scratch_free(struct scratch *s);

struct walk {
    const struct query *q;
    const struct language *language;
    struct str text;
    struct arena *a;
    struct code_file *f;
    const struct code_limits *limits;
    struct scratch *s;
    size_t depth, n_scopes, n_locals, n_exports;
    size_t defs_cap, refs_cap, imports_cap;
    size_t outer_refs;     /* first of the outermost open function */
    struct pending doc;
    int32_t told;          /* what a node's rule defined last */
    bool has_error;
    TSTreeCursor side;     /* for looking at children */
    TSTreeCursor *main;    /* at the node that is looked at */
    /* Parses a part as another language and walks it: code_parser's. */
    void (*inject)(struct walk *w, const struct language *l, TSNode part);
    struct code_parser *parser;
};

/* Walks a tree; appends to w->f. */
void walk_tree(struct walk *w, TSNode root);

/* match.c */
struct found {
    TSNode node;
    struct str name, qualifier;
    bool member;
    uint16_t via; /* the kind whose tail led to it, UINT16_MAX: none */
};
static inline uint16_t walk_symbol(const struct walk *w, TSNode n)
{
    TSSymbol s = ts_node_symbol(n);

    return s < w->q->n_rows ? w->q->rows[s].canonical : (uint16_t)s;
}
struct str walk_text(const struct walk *w, TSNode n);
/* The node at the end of the path, or a null node. */
TSNode walk_follow(struct walk *w, TSNode n, const struct path *p);
TSNode walk_step(struct walk *w, TSNode n, const struct step *s);
/* From a node that stands for a name to the name itself. False: none. */
bool walk_name(struct walk *w, TSNode n, struct found *out);
bool walk_fits(struct walk *w, const struct rule *r, TSNode n);
/* Has it a child among the kinds? */
bool walk_has(struct walk *w, TSNode n, const struct kinds *k);
bool walk_exported(struct walk *w, const struct rule *r, TSNode n,
                   struct str name);

/* emit.c */
/* Appends a definition; its index, or CODE_NO_DEF when there is no room. */
int32_t emit_def(struct walk *w, const struct rule *r, TSNode n,
                 const struct found *name);
/* The definition that n goes on with, made longer; or CODE_NO_DEF. */
int32_t emit_merged(struct walk *w, TSNode n, const struct found *name);
void emit_ref(struct walk *w, const struct rule *r, const struct found *name);
void emit_import(struct walk *w, const struct rule *r, TSNode n);
/* Signatures' hashes and the order, once all is found. */
void emit_finish(struct walk *w);
/* Has a name at this byte been told? It is, from now on. */
bool emit_taken(struct walk *w, uint32_t start);
struct str emit_qualified(struct walk *w, struct str owner, struct str name);

/* local.c */
void local_add(struct walk *w, struct str name);
/* At the end of an outermost function. */
void local_filter(struct walk *w);

static inline struct scope *walk_scope(const struct walk *w)
{
    return &w->s->scopes[w->n_scopes - 1];
}
static inline struct frame *walk_frame(const struct walk *w, size_t up)
{
    return &w->s->frames[w->depth - up];
}

#endif
#endif
