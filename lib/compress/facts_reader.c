/* facts_reader.c - a statement's words, keys and values: facts_reader.h. */
#include "base/common.h"

#include "base/buf.h"
#include "compress/facts_reader.h"

/* Words that carry no meaning of their own: a statement is the same without
 * them. */
const char said_empty[] =
    " a an the this that these those is are be been being am it its of in on "
    "at "
    "to for with and by as we our us i you your my they their user say said "
    "tell told please just really very so then also do doe did ha have has "
    "there here currently now today already alway must shall should = "
    "note fyi btw ok okay actually remember keep mind will ";
const char said_negations[] = " not no never none neither nor avoid ";
/* It may be so, or it was so, or somebody thinks of it. */
const char said_doubts[] =
    " if unless would could might may maybe perhap probably possibly consider "
    "considering wonder whether propose proposed suggest suggested plan "
    "planned "
    "planning think thinking thought try trying tried want wanted hope wish "
    "should will going until when while assume suppose imagine seem seemed "
    "appear appeared like? let let's lets shall ";
const char said_past[] =
    " was were had did previously formerly originally earlier initially "
    "historically ago yesterday once former ";
const char said_announcing[] =
    " now switched switch moved migrated changed replaced renamed dropped "
    "stopped deprecated retired removed instead upgraded downgraded longer "
    "any-more henceforth ";
const char said_qualifying[] =
    " in on for under at during within per inside by with via from across to ";
/* A clause behind the statement. */
static const char clauses[] =
    " because since so which who whose although though but as otherwise where "
    "thus hence therefore and-so = ";

bool reader_is(const struct fact_reader *r, size_t i, const char *z)
{
    return i < r->n && said_is(r->w[i], z);
}

bool reader_in(const struct fact_reader *r, size_t i, const char *list)
{
    return i < r->n && said_in(r->w[i], list);
}

size_t reader_find(const struct fact_reader *r, size_t from, size_t to,
                   const char *list)
{
    while (from < to && !said_in(r->w[from], list))
        from++;
    return from;
}

/* --- keys ------------------------------------------------------------------- */

static int by_text(const void *x, const void *y)
{
    const struct str *a = x, *b = y;
    size_t n = a->n < b->n ? a->n : b->n;
    int order = memcmp(a->p, b->p, n);

    return order ? order : a->n < b->n ? -1 : a->n > b->n;
}

void key_add(struct fact_key *k, struct str s)
{
    for (size_t i = 0; i < k->n; i++)
        if (str_eq(k->w[i], s))
            return;
    if (k->n < FACT_KEY_WORDS)
        k->w[k->n++] = s;
}

void key_add_range(const struct fact_reader *r, struct fact_key *k, size_t from,
                   size_t to)
{
    for (size_t i = from; i < to && i < r->n; i++)
        if (!said_in(r->w[i], said_empty) &&
            !said_in(r->w[i], said_qualifying) &&
            !said_in(r->w[i], " name called "))
            key_add(k, r->w[i]->norm);
}

struct str key_text(const struct fact_reader *r, struct fact_key *k,
                    const char *before)
{
    struct buf b;
    struct str s;

    qsort(k->w, k->n, sizeof(k->w[0]), by_text);
    buf_init(&b, 4096);
    buf_addz(&b, before);
    for (size_t i = 0; i < k->n; i++)
        buf_addf(&b, "%s%.*s", b.len ? " " : "", STR_ARG(k->w[i]));
    s = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return s;
}

void fact_add_key(struct fact *f, struct str s)
{
    if (s.n && f->nkeys < FACT_KEYS)
        f->key[f->nkeys++] = s;
}

void fact_set_about(struct fact *f, struct str s)
{
    f->about = s;
    f->nkeys = 0;
    fact_add_key(f, s);
}

/* --- values ----------------------------------------------------------------- */

/* Where the clause that begins at `from` ends. */
size_t reader_clause_end(const struct fact_reader *r, size_t from)
{
    for (size_t i = from; i < r->n; i++) {
        if (i > from && (said_in(r->w[i], clauses) || r->w[i]->opens))
            return i;
        if (r->w[i]->stop && strchr(",;:.!", r->w[i]->stop))
            return i + 1;
    }
    return r->n;
}

struct str reader_join(const struct fact_reader *r, size_t from, size_t to)
{
    struct buf b;
    struct str s;

    buf_init(&b, 2048);
    for (size_t i = from; i < to; i++)
        buf_addf(&b, "%s%.*s", b.len ? " " : "", STR_ARG(r->w[i]->norm));
    s = arena_str(r->a, buf_str(&b));
    buf_free(&b);
    return s;
}

/* Words that say something, of a clause behind the value. */
void reader_set_more(struct fact_reader *r, size_t from)
{
    struct fact *f = r->f;

    f->more = arena_array(r->a, r->n + 1, sizeof(*f->more));
    f->nmore = 0;
    for (size_t i = from; i < r->n; i++)
        if (!said_in(r->w[i], said_empty) && !said_in(r->w[i], said_announcing))
            f->more[f->nmore++] = r->w[i]->norm;
}

bool reader_take_value(struct fact_reader *r, size_t from, struct fact_key *k)
{
    size_t end = reader_clause_end(r, from), to = from;
    struct fact *f = r->f;

    while (from < end && said_in(r->w[from], " about around roughly ~ exactly "
                                             "set now still "))
        from++;
    to = from;
    while (to < end && (to == from || !said_in(r->w[to], said_qualifying)))
        to++;
    if (to == from || to - from > 4)
        return false;
    for (size_t i = from; i < to; i++) {
        if (said_in(r->w[i], " and or & plus both ") ||
            (i + 1 < to && r->w[i]->stop == ','))
            f->is_list = true;
        if (said_in(r->w[i], said_doubts) || said_in(r->w[i], said_past))
            return false;
    }
    if (to == end && end < r->n && r->w[to - 1]->stop == ',' &&
        reader_in(r, end, " and or "))
        f->is_list = true;
    f->value = reader_join(r, from, to);
    key_add_range(r, k, to, end);
    reader_set_more(r, end);
    return true;
}

/* A phrase in front ("in production, ...") belongs to the key. */
size_t reader_skip_front(const struct fact_reader *r, struct fact_key *k)
{
    size_t i = 0;

    if (r->n && said_in(r->w[0], " in on for under at with by ") &&
        !r->w[0]->stop) {
        for (i = 0; i < r->n && i < 5 && r->w[i]->stop != ','; i++)
            ;
        /* "In production the port ...": an article stood there. */
        if ((i == r->n || r->w[i]->stop != ',') && r->n > 2 &&
            r->w[2] - r->w[1] > 1)
            i = 1;
        else if (i == r->n || r->w[i]->stop != ',')
            return 0;
        key_add_range(r, k, 0, i + 1);
        return i + 1;
    }
    while (i < r->n && (said_in(r->w[i], " now note fyi btw ok remember update "
                                         "correction from-now-on so and ") ||
                        (said_is(r->w[i], "of") && i)))
        i++;
    return i;
}
