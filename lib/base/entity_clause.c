/* entity_clause.c - see entity_clause.h. */
#include "base/common.h"

#include "base/entity_clause.h"
#include "base/entity_scan.h"
#include "base/entity_words.h"

/* Words of a noun without its article: "payment ledger service". */
#define NOUN_WORDS 3

static const char articles[] =
    "the a an our my their its his her this that each every your both all";
static const char adverbs[] =
    "also now still currently always mainly mostly just already then only "
    "directly internally simply actually today both usually basically";
/* What may stand between a name and what it does. */
static const char callings[] =
    "team squad service app itself package library module server database "
    "cluster repo repository api client backend frontend worker project "
    "component crew group job pipeline tool";
static const char joints[] = "for of in with to from by on at into as about "
                             "like via over under after before without than";
static const char breaks[] = "and but because since so while as that where "
                             "then although though whereas yet or";
static const char nothings[] =
    "it we they this that he she i you who which what there everyone someone "
    "nobody everything nothing something one ones all both each these those "
    "them us him her me code thing things stuff function test tests method "
    "class file files value values data lot way people user users case reason "
    "point part rest team-mate folks call calls error bug fix change line "
    "lines message problem answer question work idea step time same other "
    "first second last new current following result results output input more "
    "most half none any some such it's that's is are was be been not no "
    "instead needed get set lots plenty less fewer";

bool clause_sentence(struct str *rest, struct str *sentence)
{
    struct str line = *rest;
    size_t n = 0;

    while (line.n &&
           (is_space(line.p[0]) || str_chr(STR("-*>|"), line.p[0]) >= 0))
        line = str_cut(line, 1, line.n);
    if (line.n == 0)
        return false;
    while (n < line.n && line.p[n] != '\n') {
        bool last =
            n + 1 >= line.n || is_space(line.p[n + 1]) || line.p[n + 1] == '"';

        if (strchr(".!?;", line.p[n]) && last) {
            n++;
            break;
        }
        n++;
    }
    *sentence = str_cut(line, 0, n);
    *rest = str_cut(line, n, line.n);
    return true;
}

/* The longest entity whose name begins at p. */
static const struct entity *entity_at(const struct clause *c, const char *p)
{
    const struct entity *best = NULL;

    for (size_t i = 0; i < c->nen; i++)
        if (c->en[i].name.p == p && (!best || c->en[i].name.n > best->name.n))
            best = &c->en[i];
    return best;
}

bool clause_read(struct clause *c, struct str s)
{
    size_t at = 0;

    c->n = 0;
    c->nen = entities_of(s, c->a, c->en, ARRAY_LEN(c->en));
    while (at < s.n) {
        const struct entity *en = entity_at(c, s.p + at);
        struct token *t = &c->t[c->n];
        size_t n = en ? en->name.n : entity_word(s, at);

        if (n == 0 && s.p[at] == '\'' && at + 1 < s.n && s.p[at + 1] == 's')
            n = 2;
        if (n == 0 && (is_space(s.p[at]) || strchr("`\"*_'", s.p[at]))) {
            at++;
            continue;
        }
        if (c->n == CLAUSE_TOKENS)
            return false;
        /* "PR 12" is one thing, though the number is its name. */
        if (en && en->kind == ENTITY_ISSUE && c->n &&
            clause_is(c, c->n - 1, "pr issue bug ticket mr")) {
            c->n--;
            t--;
        }
        t->s = str_cut(s, at, at + (n ? n : 1));
        t->en = en;
        c->n++;
        at += t->s.n;
        if (en && at + 1 < s.n && s.p[at] == '(' && s.p[at + 1] == ')')
            at += 2;
    }
    return true;
}

bool clause_is(const struct clause *c, size_t i, const char *words)
{
    return i < c->n && word_in(str_of(words), c->t[i].s);
}

static bool is_word(const struct clause *c, size_t i)
{
    return i < c->n && (c->t[i].en || is_alnum(c->t[i].s.p[0]) ||
                        (unsigned char)c->t[i].s.p[0] >= 0x80);
}

/* The tokens [from, to) as one NAME, unless they say nothing. */
static bool noun(struct clause *c, size_t from, size_t to, struct entity *out)
{
    struct str all;

    if (from >= to || to - from > NOUN_WORDS)
        return false;
    for (size_t i = from; i < to; i++)
        if (c->t[i].s.n < 2 || is_digit(c->t[i].s.p[0]) ||
            clause_is(c, i, nothings) || clause_is(c, i, adverbs) ||
            str_ends(c->t[i].s, STR("ly")))
            return false;
    all.p = c->t[from].s.p;
    all.n = (size_t)(c->t[to - 1].s.p + c->t[to - 1].s.n - all.p);
    *out =
        (struct entity){ENTITY_NAME, entity_key(ENTITY_NAME, all, c->a), all};
    return out->key.n > 2;
}

bool clause_is_bare(const struct entity *en)
{
    return !word_is_place(en->key);
}

/* Back over what may stand between a name and its verb. */
static size_t back(const struct clause *c, size_t i)
{
    size_t from = i;

    while (i && clause_is(c, i - 1, adverbs))
        i--;
    if (i && c->t[i - 1].s.p[0] == ')') {
        size_t open = i - 1;

        while (open && c->t[open].s.p[0] != '(')
            open--;
        i = open ? open : i;
    }
    if (i && c->t[i - 1].s.p[0] == ',' && from == i)
        return i; /* "..., uses": no subject of its own */
    if (i > 1 && !c->t[i - 1].en && clause_is(c, i - 1, callings)) {
        size_t at = i - 1;

        if (at && str_eqz(c->t[at - 1].s, "'s"))
            at--;
        if (at && c->t[at - 1].en)
            return at;
    }
    return i;
}

/* "X, which uses Y, is Z": of X it is said. */
static size_t over_aside(const struct clause *c, size_t i)
{
    if (i == 0 || c->t[i - 1].s.p[0] != ',')
        return i;
    for (size_t k = i - 1; k > 1 && i - k < 12; k--)
        if (clause_is(c, k, "which who") && c->t[k - 1].s.p[0] == ',')
            return k - 1;
    return i;
}

static size_t nouns_before(struct clause *c, size_t i, struct entity *out)
{
    size_t from = i;

    while (from && i - from <= NOUN_WORDS && is_word(c, from - 1) &&
           !c->t[from - 1].en && !clause_is(c, from - 1, articles) &&
           !clause_is(c, from - 1, breaks) && !clause_is(c, from - 1, joints))
        from--;
    /* "tests for the ledger service use": of the tests it is said */
    if (from && clause_is(c, from - 1, articles) && from > 1 &&
        clause_is(c, from - 2, joints))
        return 0;
    if (from && (clause_is(c, from - 1, joints) || c->t[from - 1].en))
        return 0;
    return noun(c, from, i, out) ? 1 : 0;
}

size_t clause_before(struct clause *c, size_t i, struct entity out[CLAUSE_ENDS])
{
    size_t n = 0, at;

    i = back(c, i);
    i = over_aside(c, i);
    if (i && clause_is(c, i - 1, "which that who")) {
        i--;
        if (i && c->t[i - 1].s.p[0] == ',')
            i--;
        if (!i || !c->t[i - 1].en)
            return 0;
    }
    if (!i)
        return 0;
    if (!c->t[i - 1].en)
        return nouns_before(c, i, out);
    for (at = i; at && c->t[at - 1].en && n < CLAUSE_ENDS;) {
        out[n++] = *c->t[--at].en;
        if (at && clause_is(c, at - 1, articles))
            at--;
        if (at > 1 &&
            (clause_is(c, at - 1, "and &") || c->t[at - 1].s.p[0] == ',') &&
            c->t[at - 2].en)
            at--;
        else if (at > 2 && clause_is(c, at - 1, "and") &&
                 c->t[at - 2].s.p[0] == ',' && c->t[at - 3].en)
            at -= 2;
        else
            break;
    }
    /* "the tests of payments-api": not payments-api. */
    if (at && clause_is(c, at - 1, joints))
        return 0;
    /* "the old payments-api": still it; "Redis cluster payments-api": who
     * knows. A verb before it has another subject. */
    return n;
}

static bool is_named(const struct clause *c, const struct entity *en)
{
    for (size_t i = 0; i < c->nen; i++)
        if (str_eq(c->en[i].key, en->key))
            return true;
    return false;
}

/* One entity or noun at i; the place behind it, or i when there is none. */
static size_t one_behind(struct clause *c, size_t i, struct entity *out)
{
    size_t start = i, to;

    while (clause_is(c, i, articles) || clause_is(c, i, adverbs))
        i++;
    if (i < c->n && c->t[i].en) {
        *out = *c->t[i].en;
        return i + 1 + clause_is(c, i + 1, callings);
    }
    for (to = i;
         to < c->n && to - i <= NOUN_WORDS && is_word(c, to) && !c->t[to].en &&
         !clause_is(c, to, joints) && !clause_is(c, to, breaks);
         to++)
        ;
    if (to < c->n && c->t[to].en)
        return start; /* "the old Redis": who knows what */
    return noun(c, i, to, out) ? to : start;
}

size_t clause_behind(struct clause *c, size_t i, struct entity out[CLAUSE_ENDS],
                     size_t *next)
{
    size_t n = 0;

    while (n < CLAUSE_ENDS) {
        size_t to = one_behind(c, i, &out[n]), mark;

        /* A second thing is a name, or called a place: "and writes to". */
        if (to == i || (n && !is_named(c, &out[n]) && clause_is_bare(&out[n])))
            break;
        /* "uses Redis, and Dana owns it": another sentence. */
        if (n && out[n].kind == ENTITY_PERSON && out[0].kind != ENTITY_PERSON)
            break;
        n++;
        *next = mark = to;
        if (mark < c->n && c->t[mark].s.p[0] == ',')
            mark++;
        if (clause_is(c, mark, "and &"))
            mark++;
        if (mark == to)
            break;
        while (clause_is(c, mark, articles))
            mark++;
        i = mark;
    }
    return n;
}
