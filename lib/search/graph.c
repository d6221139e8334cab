/* graph.c - see graph.h. */
#include "base/common.h"

#include <math.h>

#include "base/entity_words.h"
#include "search/graph.h"

/* Memories of one named thing that are proposed, the newest. */
#define NAMED_MEMORIES 40
/* Memories of a thing that was only reached. */
#define REACHED_MEMORIES 3
/* Statements read of one thing in each direction. */
#define EDGES 16
/* Fainter steps are not taken. */
#define FAINT 0.06f
/* Of what was reached, what is brighter is followed once more. */
#define FOLLOWED 0.15f
/* A relation that the question does not ask for. */
#define UNASKED 0.55f
/* What is left behind each step, and of things merely named together. */
#define STEP    0.8f
#define COMPANY 0.2f
/* Words of a question that are looked up by themselves. */
#define WORDS_MAX 24
#define RUN_MAX   3
/* More candidates are not kept while walking. */
#define HITS_MAX 512

/* --- what the question names ---------------------------------------------- */

struct starts {
    struct db *db;
    struct arena *a;
    struct graph_start *out;
    size_t n;
    struct err *e;
};

static void start_add(struct starts *s, const struct entity_row *row,
                      float sure)
{
    size_t i;

    for (i = 0; i < s->n; i++)
        if (s->out[i].row.id == row->id)
            return;
    for (i = 0; i < s->n && s->out[i].sure >= sure; i++)
        ;
    if (i == GRAPH_STARTS)
        return;
    if (s->n < GRAPH_STARTS)
        s->n++;
    memmove(&s->out[i + 1], &s->out[i], (s->n - 1 - i) * sizeof(s->out[0]));
    s->out[i] = (struct graph_start){*row, sure};
}

/* Whatever has the key; an alias that many things have says little. */
static int start_key(struct starts *s, struct str key, float sure)
{
    struct entity_row *rows;
    size_t n;
    int rc = entity_find(s->db, key, 4, s->a, &rows, &n, s->e);

    for (size_t i = 0; i < n && rc == 0; i++)
        start_add(s, &rows[i],
                  str_eq(rows[i].key, key) ? sure : sure * 0.7f / (float)n);
    return rc;
}

static int start_entity(struct starts *s, const struct entity *en)
{
    struct str alias[4];
    size_t before = s->n, n;
    int rc = start_key(s, en->key, 1.0f);

    /* "src/a/reply.c" may be stored as "reply.c" only, and so on. */
    n = rc == 0 && s->n == before ? entity_aliases(en, s->a, alias) : 0;
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = start_key(s, alias[i], 0.7f);
    return rc;
}

static bool is_mark(char c)
{
    return is_space(c) || strchr("?!,;:\"'`()[]{}", c) != NULL;
}

/* The question's words in lower case; "dana's" without its end. */
static size_t split(struct str q, struct arena *a, struct str *out)
{
    size_t n = 0, at = 0;

    while (at < q.n && n < WORDS_MAX) {
        size_t from;
        char *low;

        while (at < q.n && is_mark(q.p[at]))
            at++;
        from = at;
        while (at < q.n && !is_mark(q.p[at]))
            at++;
        while (at > from && q.p[at - 1] == '.')
            at--;
        if (at == from) {
            at++;
            continue;
        }
        low = arena_alloc(a, at - from);
        for (size_t i = from; i < at; i++)
            low[i - from] = to_lower(q.p[i]);
        out[n++] = (struct str){low, at - from};
        if (at + 1 < q.n && q.p[at] == '\'' && q.p[at + 1] == 's')
            at += 2;
        else if (at < q.n && q.p[at] == '.')
            at++;
    }
    return n;
}

/* A plain word by itself, or a run that begins and ends with one. */
static bool names_nothing(struct str first, struct str last)
{
    unsigned f = word_flags(first), l = word_flags(last);

    if (first.n < 3 || last.n < 3)
        return true;
    if (first.p == last.p)
        return (f & (WORD_PLAIN | WORD_SPEAKS)) != 0;
    return (f & WORD_PLAIN) && (l & WORD_PLAIN);
}

static int start_words(struct starts *s, const struct str *w, size_t n)
{
    int rc = 0;

    for (size_t len = RUN_MAX; len > 0; len--)
        for (size_t i = 0; i + len <= n && rc == 0; i++) {
            struct str key = w[i];

            if (names_nothing(w[i], w[i + len - 1]))
                continue;
            for (size_t k = 1; k < len; k++)
                key = arena_fmt(s->a, "%.*s %.*s", STR_ARG(key),
                                STR_ARG(w[i + k]));
            rc = start_key(s, entity_key(ENTITY_NAME, key, s->a),
                           len > 1 ? 0.9f : 0.7f);
        }
    return rc;
}

int graph_named(struct db *db, struct str question, struct arena *a,
                struct graph_start out[GRAPH_STARTS], size_t *n, struct err *e)
{
    struct starts s = {db, a, out, 0, e};
    struct entity en[GRAPH_STARTS];
    struct str words[WORDS_MAX];
    size_t nen = entities_of(question, a, en, ARRAY_LEN(en));
    int rc = 0;

    for (size_t i = 0; i < nen && rc == 0; i++)
        rc = start_entity(&s, &en[i]);
    if (rc == 0)
        rc = start_words(&s, words, split(question, a, words));
    *n = s.n;
    return rc;
}

/* --- the walk ------------------------------------------------------------- */

/* Relations that the question's words ask for, a bit each. */
static unsigned asked(const struct str *w, size_t n)
{
    static const struct {
        const char *words;
        enum relation_word word;
    } rows[] = {
        {"use uses used using stack built", RELATION_USES},
        {"part belong belongs member contains", RELATION_PART_OF},
        {"fix fixes fixed resolved closed solved", RELATION_FIXES},
        {"cause causes caused why broke breaks", RELATION_CAUSES},
        {"depend depends dependency dependencies need needs needed relies",
         RELATION_DEPENDS_ON},
        {"decide decided decision chose chosen picked", RELATION_DECIDED_IN},
        {"own owns owner owned owners maintain maintains maintainer "
         "responsible charge",
         RELATION_OWNS},
        {"wrote written write author made build built works work working "
         "created",
         RELATION_WORKS_ON},
        {"deploy deploys deployed deployment host hosted hosting run runs "
         "running live lives",
         RELATION_DEPLOYS_TO},
        {"replace replaces replaced instead migrated switched moved before",
         RELATION_REPLACES},
    };
    unsigned bits = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < ARRAY_LEN(rows); k++)
            if (word_in(str_of(rows[k].words), w[i]))
                bits |= 1u << rows[k].word;
    return bits;
}

struct node {
    int64_t id;
    int64_t memories;
    float lit; /* how much of the question is here */
};

struct walk {
    struct db *db;
    struct arena *a;
    int64_t project_id;
    unsigned asked;
    struct node node[GRAPH_NODES];
    size_t n;
    struct graph_hit *hit;
    size_t nhits;
    struct err *e;
};

/* Two reasons are stronger than one, and never more than certain. */
static float join(float a, float b)
{
    return 1.0f - (1.0f - a) * (1.0f - b);
}

static void hit(struct walk *w, int64_t memory_id, float names, float graph)
{
    size_t i;

    for (i = 0; i < w->nhits && w->hit[i].memory_id != memory_id; i++)
        ;
    if (i == HITS_MAX)
        return;
    if (i == w->nhits) {
        w->hit[i] = (struct graph_hit){.memory_id = memory_id};
        w->nhits++;
    }
    w->hit[i].names = join(w->hit[i].names, names);
    if (w->hit[i].graph < graph)
        w->hit[i].graph = graph;
}

/* What many memories have tells little. 1: 0.87, 10: 0.57, 100: 0.36. */
static float rarity(int64_t memories)
{
    return 1.0f / (1.0f + 0.35f * log2f(1.0f + (float)memories / 3.0f));
}

/* A name in prose is less than an identifier. */
static float weight_of(struct str kind)
{
    int k = entity_kind_find(kind);

    return k == ENTITY_NAME || k == ENTITY_PERSON || k == ENTITY_COMMAND ||
                   k == ENTITY_VERSION
               ? 0.6f
               : 1.0f;
}

static int take_named(struct walk *w, const struct graph_start *s)
{
    float worth = s->sure * weight_of(s->row.kind) * rarity(s->row.memories);
    struct entity_memory *m;
    size_t n;
    int rc =
        entity_memories(w->db, s->row.id, NAMED_MEMORIES, w->a, &m, &n, w->e);

    for (size_t i = 0; i < n && rc == 0; i++)
        hit(w, m[i].memory_id, worth * (0.7f + 0.1f * (float)m[i].strength), 0);
    return rc;
}

/* A thing that was reached, or is reached again by a better way. */
static void reach(struct walk *w, int64_t id, int64_t memories, float lit)
{
    size_t i, faintest = 0;

    for (i = 0; i < w->n; i++) {
        if (w->node[i].id == id) {
            if (w->node[i].lit < lit)
                w->node[i].lit = lit;
            return;
        }
        if (w->node[i].lit < w->node[faintest].lit)
            faintest = i;
    }
    if (w->n < GRAPH_NODES)
        w->node[w->n++] = (struct node){id, memories, lit};
    else if (w->node[faintest].lit < lit)
        w->node[faintest] = (struct node){id, memories, lit};
}

/* Of a kind of statement that a thing has many of, each says little. */
static float share(const struct entity_edge *edges, size_t n,
                   const struct entity_edge *of)
{
    size_t same = 0;

    for (size_t i = 0; i < n; i++)
        same += edges[i].word == of->word && edges[i].incoming == of->incoming;
    return same <= 4
               ? 1.0f
               : sqrtf(4.0f / (float)same) * (same >= EDGES ? 0.3f : 1.0f);
}

static void follow(struct walk *w, const struct node *from,
                   const struct entity_edge *edges, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_asked = (w->asked >> edges[i].word & 1) != 0;
        float lit = from->lit * share(edges, n, &edges[i]) *
                    (is_asked || !w->asked ? 1.0f : UNASKED);

        if (lit < FAINT)
            continue;
        hit(w, edges[i].memory_id, 0, lit);
        reach(w, edges[i].other, edges[i].other_memories, lit * STEP);
    }
}

/* One step from a thing along its relations. */
static int step(struct walk *w, struct node from)
{
    struct relation_ask ask = {
        .entity_id = from.id, .project_id = w->project_id, .max = EDGES};
    struct entity_edge *edges;
    size_t n;
    int rc = entity_edges(w->db, &ask, -1, w->a, &edges, &n, w->e);

    if (rc < 0)
        return rc;
    follow(w, &from, edges, n);
    /* A hub: what was asked for may lie behind the limit. */
    for (int r = 0; r < RELATION_COUNT && n >= EDGES && rc == 0; r++) {
        if (!(w->asked >> r & 1))
            continue;
        rc = entity_edges(w->db, &ask, r, w->a, &edges, &n, w->e);
        if (rc == 0)
            follow(w, &from, edges, n);
    }
    return rc;
}

/* Things that are named beside it, where nothing is stated. */
static int beside(struct walk *w, const struct node *from)
{
    struct relation_ask ask = {.entity_id = from->id, .max = 6};
    struct entity_edge *edges;
    size_t n;
    int rc = entity_company(w->db, &ask, 20, w->a, &edges, &n, w->e);

    for (size_t i = 0; i < n && rc == 0; i++) {
        float lit = from->lit * COMPANY * rarity(edges[i].other_memories);

        if (lit >= FAINT)
            reach(w, edges[i].other, edges[i].other_memories, lit);
    }
    return rc;
}

/* Memories that name what was reached, and state nothing. */
static int take_reached(struct walk *w, const struct node *node)
{
    struct entity_memory *m;
    size_t n;
    int rc =
        entity_memories(w->db, node->id, REACHED_MEMORIES, w->a, &m, &n, w->e);
    float worth = 0.5f * node->lit * rarity(node->memories);

    for (size_t i = 0; i < n && rc == 0 && worth >= FAINT / 2; i++)
        hit(w, m[i].memory_id, 0, worth);
    return rc;
}

static int go(struct walk *w, const struct graph_start *starts, size_t nstarts)
{
    size_t first, second;
    int rc = 0;

    for (size_t i = 0; i < nstarts && rc == 0; i++) {
        rc = take_named(w, &starts[i]);
        reach(w, starts[i].row.id, starts[i].row.memories, starts[i].sure);
    }
    first = w->n;
    for (size_t i = 0; i < first && rc == 0; i++)
        rc = step(w, w->node[i]);
    second = w->n;
    for (size_t i = 0; i < first && second == first && rc == 0; i++)
        if (w->node[i].memories <= 60)
            rc = beside(w, &w->node[i]);
    for (size_t i = first; i < second && rc == 0; i++)
        if (w->node[i].lit >= FOLLOWED)
            rc = step(w, w->node[i]);
    for (size_t i = first; i < w->n && rc == 0; i++)
        rc = take_reached(w, &w->node[i]);
    return rc;
}

static int by_signal(const void *x, const void *y)
{
    const struct graph_hit *a = x, *b = y;
    float fa = join(a->names, a->graph), fb = join(b->names, b->graph);

    if (fa != fb)
        return fa < fb ? 1 : -1;
    return a->memory_id < b->memory_id ? 1 : -1;
}

int graph_find(struct db *db, struct str question, int64_t project_id,
               size_t max, struct arena *a, struct graph_hit **out, size_t *n,
               struct err *e)
{
    struct walk *w = arena_new(a, struct walk);
    struct graph_start starts[GRAPH_STARTS];
    struct str words[WORDS_MAX];
    size_t nstarts;
    int rc = graph_named(db, question, a, starts, &nstarts, e);

    *out = NULL;
    *n = 0;
    if (rc < 0 || nstarts == 0)
        return rc;
    *w = (struct walk){.db = db, .a = a, .project_id = project_id, .e = e};
    w->asked = asked(words, split(question, a, words));
    w->hit = arena_array(a, HITS_MAX, sizeof(w->hit[0]));
    rc = go(w, starts, nstarts);
    if (rc < 0)
        return rc;
    qsort(w->hit, w->nhits, sizeof(w->hit[0]), by_signal);
    *out = w->hit;
    *n = w->nhits < max ? w->nhits : max;
    return 0;
}
