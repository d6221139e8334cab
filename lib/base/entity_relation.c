/* entity_relation.c - see entity_relation.h. */
#include "base/common.h"

#include "base/entity_clause.h"
#include "base/entity_relation.h"
#include "base/entity_words.h"

static const struct {
    const char *word, *reverse;
} words[] = {
#define X(id, word, reverse) [RELATION_##id] = {word, reverse},
    RELATIONS(X)
#undef X
};

const char *relation_name(enum relation_word r)
{
    return (size_t)r < ARRAY_LEN(words) ? words[r].word : "";
}

int relation_find(struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        struct str w = str_of(words[i].word);
        size_t k = 0;

        while (k < w.n && w.n == word.n &&
               (to_lower(word.p[k]) == w.p[k] ||
                (w.p[k] == '-' && strchr("_ ", word.p[k]))))
            k++;
        if (k == w.n && w.n == word.n)
            return (int)i;
    }
    return -1;
}

bool relation_is_known(struct str word)
{
    return relation_find(word) >= 0;
}

const char *relation_reverse(struct str word)
{
    int r = relation_find(word);

    return r < 0 ? "" : words[r].reverse;
}

/* --- what may stand to what ----------------------------------------------- */

#define BIT(k) (1u << ENTITY_##k)
#define THINGS                                                                 \
    (BIT(NAME) | BIT(PACKAGE) | BIT(SYMBOL) | BIT(PATH) | BIT(HOST) | BIT(URL))
#define TRACKED (BIT(COMMIT) | BIT(ISSUE) | BIT(BRANCH))

static const struct {
    unsigned from, to;
} allowed[] = {
    [RELATION_USES] = {THINGS | BIT(PERSON) | BIT(COMMAND),
                       THINGS | BIT(COMMAND)},
    [RELATION_PART_OF] = {THINGS | BIT(PERSON) | BIT(ISSUE),
                          THINGS | BIT(ISSUE)},
    [RELATION_FIXES] = {TRACKED | BIT(VERSION), BIT(ISSUE) | BIT(ERROR)},
    [RELATION_CAUSES] = {THINGS | TRACKED | BIT(VERSION) | BIT(COMMAND),
                         BIT(ISSUE) | BIT(ERROR)},
    [RELATION_DEPENDS_ON] = {THINGS | BIT(ISSUE) | BIT(COMMAND),
                             THINGS | BIT(ISSUE) | BIT(COMMAND) | BIT(VERSION)},
    [RELATION_DECIDED_IN] = {THINGS | BIT(COMMAND),
                             BIT(PERSON) | BIT(ISSUE) | BIT(PATH) | BIT(URL)},
    [RELATION_OWNS] = {BIT(PERSON) | BIT(NAME), THINGS | BIT(ISSUE)},
    [RELATION_WORKS_ON] = {BIT(PERSON) | BIT(NAME),
                           THINGS | BIT(ISSUE) | BIT(BRANCH)},
    [RELATION_DEPLOYS_TO] = {THINGS, BIT(NAME) | BIT(HOST) | BIT(URL)},
    [RELATION_REPLACES] = {THINGS | BIT(COMMAND), THINGS | BIT(COMMAND)},
};

struct finder {
    struct clause *c;
    struct entity subject[CLAUSE_ENDS]; /* of the verb before */
    size_t nsubject;
    struct relation *out;
    size_t n, max;
};

static bool is_same(const struct entity *a, const struct entity *b)
{
    return str_eq(a->key, b->key);
}

/* Only people and what is called a team own and write things. */
static bool is_owner(const struct entity *en)
{
    return en->kind == ENTITY_PERSON || str_find(en->key, STR("team")) >= 0 ||
           str_find(en->key, STR("squad")) >= 0 || is_upper(en->name.p[0]);
}

static void add(struct finder *f, enum relation_word word,
                const struct entity *from, const struct entity *to)
{
    if (f->n == f->max || is_same(from, to) ||
        !(allowed[word].from >> from->kind & 1) ||
        !(allowed[word].to >> to->kind & 1))
        return;
    if ((word == RELATION_OWNS || word == RELATION_WORKS_ON) && !is_owner(from))
        return;
    if (word == RELATION_PART_OF && from->kind == ENTITY_PATH &&
        to->kind == ENTITY_PATH)
        return;
    for (size_t i = 0; i < f->n; i++)
        if (f->out[i].word == word && is_same(&f->out[i].from, from) &&
            is_same(&f->out[i].to, to))
            return;
    f->out[f->n++] = (struct relation){*from, *to, word};
}

/* --- verbs ---------------------------------------------------------------- */

enum form {
    PLAIN,    /* S uses O */
    REVERSED, /* S is owned by O */
    TO,       /* S deploys O to P; S deploys to P */
    FROM_TO,  /* S moved from O to P: P replaces O */
    WITH,     /* S replaced O with P: P replaces O; S replaces O */
    DECIDED,  /* S decided to use O */
};

static const struct verb {
    const char *words;
    enum relation_word word;
    enum form form;
} verbs[] = {
    {"is responsible for", RELATION_OWNS, PLAIN},
    {"are responsible for", RELATION_OWNS, PLAIN},
    {"is in charge of", RELATION_OWNS, PLAIN},
    {"owned by", RELATION_OWNS, REVERSED},
    {"maintained by", RELATION_OWNS, REVERSED},
    {"managed by", RELATION_OWNS, REVERSED},
    {"run by", RELATION_OWNS, REVERSED},
    {"owns", RELATION_OWNS, PLAIN},
    {"own", RELATION_OWNS, PLAIN},
    {"maintains", RELATION_OWNS, PLAIN},
    {"maintain", RELATION_OWNS, PLAIN},
    {"leads", RELATION_OWNS, PLAIN},
    {"written by", RELATION_WORKS_ON, REVERSED},
    {"built by", RELATION_WORKS_ON, REVERSED},
    {"authored by", RELATION_WORKS_ON, REVERSED},
    {"created by", RELATION_WORKS_ON, REVERSED},
    {"wrote", RELATION_WORKS_ON, PLAIN},
    {"built", RELATION_WORKS_ON, PLAIN},
    {"created", RELATION_WORKS_ON, PLAIN},
    {"authored", RELATION_WORKS_ON, PLAIN},
    {"works on", RELATION_WORKS_ON, PLAIN},
    {"work on", RELATION_WORKS_ON, PLAIN},
    {"worked on", RELATION_WORKS_ON, PLAIN},
    {"is working on", RELATION_WORKS_ON, PLAIN},
    {"are working on", RELATION_WORKS_ON, PLAIN},
    {"deployed to", RELATION_DEPLOYS_TO, PLAIN},
    {"deployed on", RELATION_DEPLOYS_TO, PLAIN},
    {"deploys on", RELATION_DEPLOYS_TO, PLAIN},
    {"hosted on", RELATION_DEPLOYS_TO, PLAIN},
    {"hosted at", RELATION_DEPLOYS_TO, PLAIN},
    {"hosted by", RELATION_DEPLOYS_TO, PLAIN},
    {"runs on", RELATION_DEPLOYS_TO, PLAIN},
    {"run on", RELATION_DEPLOYS_TO, PLAIN},
    {"running on", RELATION_DEPLOYS_TO, PLAIN},
    {"lives on", RELATION_DEPLOYS_TO, PLAIN},
    {"deploys", RELATION_DEPLOYS_TO, TO},
    {"deploy", RELATION_DEPLOYS_TO, TO},
    {"deployed", RELATION_DEPLOYS_TO, TO},
    {"ships", RELATION_DEPLOYS_TO, TO},
    {"depends on", RELATION_DEPENDS_ON, PLAIN},
    {"depend on", RELATION_DEPENDS_ON, PLAIN},
    {"relies on", RELATION_DEPENDS_ON, PLAIN},
    {"rely on", RELATION_DEPENDS_ON, PLAIN},
    {"requires", RELATION_DEPENDS_ON, PLAIN},
    {"used by", RELATION_USES, REVERSED},
    {"uses", RELATION_USES, PLAIN},
    {"use", RELATION_USES, PLAIN},
    {"is using", RELATION_USES, PLAIN},
    {"are using", RELATION_USES, PLAIN},
    {"written in", RELATION_USES, PLAIN},
    {"built with", RELATION_USES, PLAIN},
    {"built on", RELATION_USES, PLAIN},
    {"backed by", RELATION_USES, PLAIN},
    {"based on", RELATION_USES, PLAIN},
    {"talks to", RELATION_USES, PLAIN},
    {"connects to", RELATION_USES, PLAIN},
    {"reads from", RELATION_USES, PLAIN},
    {"writes to", RELATION_USES, PLAIN},
    {"publishes to", RELATION_USES, PLAIN},
    {"subscribes to", RELATION_USES, PLAIN},
    {"calls", RELATION_USES, PLAIN},
    {"imports", RELATION_USES, PLAIN},
    {"is part of", RELATION_PART_OF, PLAIN},
    {"are part of", RELATION_PART_OF, PLAIN},
    {"is a part of", RELATION_PART_OF, PLAIN},
    {"is a module of", RELATION_PART_OF, PLAIN},
    {"is a member of", RELATION_PART_OF, PLAIN},
    {"belongs to", RELATION_PART_OF, PLAIN},
    {"belong to", RELATION_PART_OF, PLAIN},
    {"fixed by", RELATION_FIXES, REVERSED},
    {"fixed in", RELATION_FIXES, REVERSED},
    {"resolved by", RELATION_FIXES, REVERSED},
    {"closed by", RELATION_FIXES, REVERSED},
    {"fixes", RELATION_FIXES, PLAIN},
    {"fixed", RELATION_FIXES, PLAIN},
    {"closes", RELATION_FIXES, PLAIN},
    {"resolves", RELATION_FIXES, PLAIN},
    {"caused by", RELATION_CAUSES, REVERSED},
    {"introduced by", RELATION_CAUSES, REVERSED},
    {"causes", RELATION_CAUSES, PLAIN},
    {"caused", RELATION_CAUSES, PLAIN},
    {"introduced", RELATION_CAUSES, PLAIN},
    {"replaced by", RELATION_REPLACES, REVERSED},
    {"superseded by", RELATION_REPLACES, REVERSED},
    {"replaces", RELATION_REPLACES, WITH},
    {"replaced", RELATION_REPLACES, WITH},
    {"supersedes", RELATION_REPLACES, PLAIN},
    {"moved from", RELATION_REPLACES, FROM_TO},
    {"migrated from", RELATION_REPLACES, FROM_TO},
    {"switched from", RELATION_REPLACES, FROM_TO},
    {"decided to use", RELATION_DECIDED_IN, DECIDED},
    {"decided on", RELATION_DECIDED_IN, DECIDED},
    {"decided for", RELATION_DECIDED_IN, DECIDED},
    {"chose", RELATION_DECIDED_IN, DECIDED},
    {"decided in", RELATION_DECIDED_IN, PLAIN},
};

/* How many tokens the verb's words take at i; 0 when it is not there. */
static size_t match(const struct clause *c, size_t i, const char *phrase)
{
    struct str rest = str_of(phrase), w;
    size_t n = 0;

    while (str_split(&rest, ' ', &w)) {
        if (i + n >= c->n || c->t[i + n].en || !str_ieq(c->t[i + n].s, w))
            return 0;
        n++;
    }
    return n;
}

static const struct verb *verb_at(const struct clause *c, size_t i, size_t *n)
{
    const struct verb *best = NULL;

    *n = 0;
    for (size_t v = 0; v < ARRAY_LEN(verbs); v++) {
        size_t len = to_lower(c->t[i].s.p[0]) == verbs[v].words[0]
                         ? match(c, i, verbs[v].words)
                         : 0;

        if (len > *n) {
            *n = len;
            best = &verbs[v];
        }
    }
    return best;
}

/* Before a verb: what makes the statement none. */
static bool is_unsure(const struct clause *c, size_t i)
{
    static const char doubts[] =
        "not never no longer don't doesn't didn't isn't aren't wasn't weren't "
        "won't shouldn't can't cannot couldn't wouldn't hasn't haven't should "
        "could would might may can will shall must to let's lets if unless "
        "whether maybe perhaps without instead hardly nobody please did does "
        "do used";

    for (size_t k = 1; k <= 4 && k <= i; k++) {
        if (c->t[i - k].en)
            return false;
        if (clause_is(c, i - k, doubts))
            return true;
    }
    return false;
}

/* A question, a condition, a wish: nothing in it is stated. */
static bool states_nothing(const struct clause *c)
{
    static const char begins[] =
        "who what where when why how which does do did is are was were should "
        "could would can will if unless suppose imagine let's lets please "
        "maybe perhaps todo consider whether unlike make ensure verify check "
        "add try";

    if (c->n < 3 || c->t[c->n - 1].s.p[0] == '?')
        return true;
    for (size_t i = 0; i < c->n; i++)
        if (clause_is(c, i, "if unless whether wish wishes hypothetically"))
            return true;
    return clause_is(c, 0, begins);
}

/* Back over "is", "was", "has been": the subject stands before them. */
static size_t over_helpers(const struct clause *c, size_t i)
{
    while (i && clause_is(c, i - 1,
                          "is are was were be been being has have had now "
                          "currently gets got also still always mainly"))
        i--;
    return i;
}

/* Was it made an entity by its place alone, and is called nothing that has
 * one of its own? */
static bool is_bare(const struct finder *f, const struct entity *en)
{
    for (size_t i = 0; i < f->c->nen; i++)
        if (is_same(&f->c->en[i], en))
            return false;
    return clause_is_bare(en);
}

/* A bare noun is believed beside a person or a product, not in "parse() uses
 * tree". */
static bool vouches(const struct finder *f, const struct entity *en)
{
    unsigned kinds = BIT(PERSON) | BIT(NAME) | BIT(HOST) | BIT(PACKAGE);

    return !is_bare(f, en) && (kinds >> en->kind & 1);
}

static void pair(struct finder *f, const struct verb *v, struct entity *s,
                 size_t ns, struct entity *o, size_t no)
{
    for (size_t i = 0; i < ns; i++)
        for (size_t k = 0; k < no; k++) {
            if ((is_bare(f, &s[i]) && !vouches(f, &o[k])) ||
                (is_bare(f, &o[k]) && !vouches(f, &s[i])))
                continue;
            if (v->form == REVERSED || v->form == DECIDED)
                add(f, v->word, &o[k], &s[i]);
            else
                add(f, v->word, &s[i], &o[k]);
        }
}

/* "deploys the payments-api to Fly.io": the subject works on it. */
static void deploys(struct finder *f, struct entity *s, size_t ns, size_t at)
{
    static const struct verb to = {"", RELATION_DEPLOYS_TO, PLAIN};
    static const struct verb on = {"", RELATION_WORKS_ON, PLAIN};
    struct entity o[CLAUSE_ENDS], p[CLAUSE_ENDS];
    size_t no = 0, np, next = at;

    if (!clause_is(f->c, at, "to on"))
        no = clause_behind(f->c, at, o, &next);
    else if (ns == 0)
        return;
    if (!clause_is(f->c, next, "to on onto"))
        return;
    np = clause_behind(f->c, next + 1, p, &next);
    if (no) {
        pair(f, &to, o, no, p, np);
        pair(f, &on, s, ns, o, no);
    } else {
        pair(f, &to, s, ns, p, np);
    }
}

/* The second of two things: "from A to B", "A with B". */
static bool exchanges(struct finder *f, const char *joint, size_t at)
{
    static const struct verb by = {"", RELATION_REPLACES, PLAIN};
    struct entity o[CLAUSE_ENDS], p[CLAUSE_ENDS];
    size_t next = at, no = clause_behind(f->c, at, o, &next), np;

    if (no == 0 || !clause_is(f->c, next, joint))
        return false;
    np = clause_behind(f->c, next + 1, p, &next);
    pair(f, &by, p, np, o, no);
    return np > 0;
}

static void take_verb(struct finder *f, const struct verb *v, size_t at,
                      size_t n)
{
    struct entity s[CLAUSE_ENDS], o[CLAUSE_ENDS];
    size_t helped = over_helpers(f->c, at);
    size_t ns = clause_before(f->c, helped, s), next, no;

    /* "uses Kafka and writes to Redis" */
    if (ns == 0 && f->nsubject && helped && clause_is(f->c, helped - 1, "and"))
        memcpy(s, f->subject, (ns = f->nsubject) * sizeof(s[0]));
    f->nsubject = ns;
    memcpy(f->subject, s, ns * sizeof(s[0]));

    if (v->form == TO) {
        deploys(f, s, ns, at + n);
        return;
    }
    if (v->form == FROM_TO) {
        exchanges(f, "to", at + n);
        return;
    }
    if (v->form == WITH && exchanges(f, "with by", at + n))
        return;
    if (ns == 0)
        return;
    no = clause_behind(f->c, at + n, o, &next);
    pair(f, v, s, ns, o, no);
}

/* "The owner of payments-api is Dana", "payments-api's owner is Dana". */
static void take_owner(struct finder *f, size_t at)
{
    static const struct verb owns = {"", RELATION_OWNS, PLAIN};
    struct entity o[CLAUSE_ENDS], s[CLAUSE_ENDS];
    size_t next = at, no, ns;

    if (clause_is(f->c, at + 1, "of")) {
        no = clause_behind(f->c, at + 2, o, &next);
    } else {
        if (at < 2 || !str_eqz(f->c->t[at - 1].s, "'s") || !f->c->t[at - 2].en)
            return;
        o[0] = *f->c->t[at - 2].en;
        no = 1;
        next = at + 1;
    }
    if (no == 0 || !clause_is(f->c, next, "is are"))
        return;
    ns = clause_behind(f->c, next + 1, s, &next);
    pair(f, &owns, s, ns, o, no);
}

static void take_clause(struct finder *f)
{
    struct clause *c = f->c;

    f->nsubject = 0;
    if (states_nothing(c))
        return;
    for (size_t i = 0; i < c->n; i++) {
        const struct verb *v;
        size_t n;

        if (c->t[i].en)
            continue;
        if (clause_is(c, i, "owner maintainer")) {
            take_owner(f, i);
            continue;
        }
        v = verb_at(c, i, &n);
        if (!v)
            continue;
        if (!is_unsure(c, i))
            take_verb(f, v, i, n);
        i += n - 1;
    }
}

size_t relations_of(struct str text, struct arena *a, struct relation *out,
                    size_t max)
{
    struct clause *c = arena_new(a, struct clause);
    struct finder f = {.c = c, .out = out, .max = max};
    struct str rest = text, sentence;

    c->a = a;
    while (f.n < max && clause_sentence(&rest, &sentence))
        if (clause_read(c, sentence))
            take_clause(&f);
    return f.n;
}

static bool closes(struct str w)
{
    return word_in(STR("fix fixes fixed close closes closed resolve resolves "
                       "resolved"),
                   w);
}

size_t relations_of_commits(struct str text, struct arena *a,
                            struct relation *out, size_t max)
{
    struct clause *c = arena_new(a, struct clause);
    struct finder f = {.c = c, .out = out, .max = max};
    struct str rest = text, line;

    c->a = a;
    while (str_line(&rest, &line)) {
        const struct entity *commit = NULL;
        struct str left = line, sentence;
        struct entity kept;

        if (str_ifind(line, STR("commit")) < 0)
            continue;
        while (clause_sentence(&left, &sentence) && clause_read(c, sentence)) {
            for (size_t i = 0; i < c->n; i++) {
                const struct entity *en = c->t[i].en;

                if (en && en->kind == ENTITY_COMMIT) {
                    kept = *en;
                    commit = &kept;
                }
                if (en && commit && en->kind == ENTITY_ISSUE && i &&
                    (closes(c->t[i - 1].s) ||
                     (i > 1 && c->t[i - 1].s.p[0] == ':' &&
                      closes(c->t[i - 2].s))))
                    add(&f, RELATION_FIXES, commit, en);
            }
        }
    }
    return f.n;
}
