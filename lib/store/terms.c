/* terms.c - see terms.h. */
#include "base/common.h"

#include <math.h>
#include <sqlite3.h>

#include "base/buf.h"
#include "store/terms.h"

/* Different words of a row that are kept: the index has them all. */
#define TERMS_MAX 8192
/* How often a field has a word: 3 bits, 7 bits, 6 bits. */
#define TITLE_MOST 7u
#define TEXT_MOST  127u
#define NAMES_MOST 63u
/* Lengths of the three fields, how many terms, traits: 2 bytes each; then the
 * speaker. */
#define HEAD_BYTES   14u
#define HEAD_COUNT   6u
#define HEAD_TRAITS  8u
#define HEAD_SPEAKER 10u
#define LENGTH_MAX   0xffffu
/* How strongly a field's length dampens its hits: BM25's b. */
#define LENGTH_B 0.75

/* The fields, then speaker and traits. */
#define ROW_ARGS (FTS_COLUMNS + 2)

struct term {
    uint32_t hash;
    uint16_t count[FTS_COLUMNS];
};

struct terms_tokenizer {
    fts5_tokenizer api;
    Fts5Tokenizer *it;
};

/* Words of a row as they come; the same word may stand here several times. */
struct collect {
    struct term *v;
    size_t n, room;
    unsigned length[FTS_COLUMNS];
    int column;
};

static void put16(unsigned char *p, unsigned v)
{
    p[0] = (unsigned char)(v & 0xff);
    p[1] = (unsigned char)(v >> 8 & 0xff);
}
static unsigned get16(const unsigned char *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}
static void put32(unsigned char *p, uint32_t v)
{
    put16(p, v & 0xffff);
    put16(p + 2, v >> 16);
}
static uint32_t get32(const unsigned char *p)
{
    return (uint32_t)get16(p) | (uint32_t)get16(p + 2) << 16;
}

static uint32_t hash_of(const char *p, int n)
{
    uint64_t h = str_hash((struct str){p, (size_t)n});

    return (uint32_t)(h ^ h >> 32);
}

static int on_token(void *arg, int flags, const char *p, int n, int from,
                    int to)
{
    struct collect *c = arg;

    (void)from;
    (void)to;
    if (flags & FTS5_TOKEN_COLOCATED)
        return SQLITE_OK;
    if (c->length[c->column] < LENGTH_MAX)
        c->length[c->column]++;
    if (c->n == c->room) {
        size_t room = c->room ? c->room * 2 : 256;
        struct term *more = realloc(c->v, room * sizeof(*more));

        if (!more)
            return SQLITE_NOMEM;
        c->v = more;
        c->room = room;
    }
    c->v[c->n] = (struct term){.hash = hash_of(p, n)};
    c->v[c->n++].count[c->column] = 1;
    return SQLITE_OK;
}

int terms_tokenize(struct terms_tokenizer *t, int reason, struct str text,
                   void *arg,
                   int (*fn)(void *arg, int flags, const char *word, int n,
                             int from, int to))
{
    return text.n ? t->api.xTokenize(t->it, arg, reason, text.p, (int)text.n,
                                     fn)
                  : SQLITE_OK;
}

static int take(struct terms_tokenizer *t, struct collect *c, int reason,
                sqlite3_value *v)
{
    const char *p = (const char *)sqlite3_value_text(v);
    struct str text = {p, p ? (size_t)sqlite3_value_bytes(v) : 0};

    return terms_tokenize(t, reason, text, c, on_token);
}

static int by_hash(const void *pa, const void *pb)
{
    const struct term *x = pa, *y = pb;

    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

/* One entry for each word. */
static void fold(struct collect *c)
{
    size_t n = 0;

    if (c->n)
        qsort(c->v, c->n, sizeof(*c->v), by_hash);
    for (size_t i = 0; i < c->n; i++) {
        if (n && c->v[n - 1].hash == c->v[i].hash) {
            for (int k = 0; k < FTS_COLUMNS; k++)
                if (c->v[n - 1].count[k] < TEXT_MOST)
                    c->v[n - 1].count[k] += c->v[i].count[k];
        } else {
            c->v[n++] = c->v[i];
        }
    }
    c->n = n < TERMS_MAX ? n : TERMS_MAX;
}

static unsigned at_most(unsigned v, unsigned most)
{
    return v < most ? v : most;
}

static void pack(const struct collect *c, uint32_t speaker, unsigned traits,
                 unsigned char *p)
{
    for (int k = 0; k < FTS_COLUMNS; k++)
        put16(p + 2 * k, c->length[k]);
    put16(p + HEAD_COUNT, (unsigned)c->n);
    put16(p + HEAD_TRAITS, traits);
    put32(p + HEAD_SPEAKER, speaker);
    p += HEAD_BYTES;
    for (size_t i = 0; i < c->n; i++)
        put32(p + 4 * i, c->v[i].hash);
    p += 4 * c->n;
    for (size_t i = 0; i < c->n; i++) {
        const uint16_t *n = c->v[i].count;

        put16(p + 2 * i, at_most(n[FTS_TITLE], TITLE_MOST) |
                             at_most(n[FTS_TEXT], TEXT_MOST) << 3 |
                             at_most(n[FTS_NAMES], NAMES_MOST) << 10);
    }
}

/* row_terms(title, text, names, speaker, traits) */
static void row_terms(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    struct terms_tokenizer *t = sqlite3_user_data(ctx);
    struct collect c = {0}, who = {0};
    unsigned char *blob = NULL;
    int rc = nargs == ROW_ARGS ? SQLITE_OK : SQLITE_MISUSE;

    for (; c.column < FTS_COLUMNS && rc == SQLITE_OK; c.column++)
        rc = take(t, &c, FTS5_TOKENIZE_DOCUMENT, args[c.column]);
    if (rc == SQLITE_OK)
        rc = take(t, &who, FTS5_TOKENIZE_DOCUMENT, args[FTS_COLUMNS]);
    if (rc == SQLITE_OK) {
        fold(&c);
        blob = malloc(HEAD_BYTES + 6 * c.n);
        rc = blob ? SQLITE_OK : SQLITE_NOMEM;
    }
    if (rc == SQLITE_OK) {
        pack(&c, who.n ? who.v[0].hash : 0,
             (unsigned)sqlite3_value_int(args[FTS_COLUMNS + 1]) & 0xffff, blob);
        sqlite3_result_blob(ctx, blob, (int)(HEAD_BYTES + 6 * c.n), free);
    } else {
        sqlite3_result_error_code(ctx, rc);
    }
    free(c.v);
    free(who.v);
}

/* word_terms(text) */
static void word_terms(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    struct terms_tokenizer *t = sqlite3_user_data(ctx);
    struct collect c = {0};
    int rc =
        nargs == 1 ? take(t, &c, FTS5_TOKENIZE_QUERY, args[0]) : SQLITE_MISUSE;

    if (rc == SQLITE_OK) {
        struct buf b;

        buf_init(&b, 4 * TERMS_MAX);
        for (size_t i = 0; i < c.n && i < TERMS_MAX; i++) {
            unsigned char p[4];

            put32(p, c.v[i].hash);
            buf_add(&b, p, sizeof(p));
        }
        sqlite3_result_blob(ctx, b.data, (int)b.len, SQLITE_TRANSIENT);
        buf_free(&b);
    } else {
        sqlite3_result_error_code(ctx, rc);
    }
    free(c.v);
}

static void tokenizer_free(void *arg)
{
    struct terms_tokenizer *t = arg;

    if (t->it)
        t->api.xDelete(t->it);
    free(t);
}

/* The tokenizer that schema.sql names for memories_fts. */
struct pieces {
    struct str text;
    struct buf b;
};

static int on_piece(void *arg, int flags, const char *p, int n, int from,
                    int to)
{
    struct pieces *x = arg;

    (void)p;
    (void)n;
    if (!(flags & FTS5_TOKEN_COLOCATED))
        buf_addf(&x->b, "%s\"%.*s\"", x->b.len ? " AND " : "",
                 STR_ARG(str_cut(x->text, (size_t)from, (size_t)to)));
    return buf_is_full(&x->b) ? SQLITE_TOOBIG : SQLITE_OK;
}

/* word_match(text) */
static void word_match(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    const char *p = (const char *)sqlite3_value_text(args[0]);
    struct pieces x = {
        .text = {p, p ? (size_t)sqlite3_value_bytes(args[0]) : 0}};
    int rc;

    (void)nargs;
    buf_init(&x.b, 16 * TERMS_MAX);
    rc = terms_tokenize(sqlite3_user_data(ctx), FTS5_TOKENIZE_QUERY, x.text, &x,
                        on_piece);
    if (rc == SQLITE_OK)
        sqlite3_result_text(ctx, x.b.data, (int)x.b.len, SQLITE_TRANSIENT);
    else
        sqlite3_result_error_code(ctx, rc);
    buf_free(&x.b);
}

static int tokenizer_make(fts5_api *api, struct terms_tokenizer **out)
{
    const char *args[] = {"cmem"};
    struct terms_tokenizer *t = calloc(1, sizeof(*t));
    void *context = NULL;
    int rc;

    if (!t)
        return SQLITE_NOMEM;
    rc = api->xFindTokenizer(api, "porter", &context, &t->api);
    if (rc == SQLITE_OK)
        rc = t->api.xCreate(context, args, ARRAY_LEN(args), &t->it);
    if (rc == SQLITE_OK)
        *out = t;
    else
        tokenizer_free(t);
    return rc;
}

/* Each function has a tokenizer of its own, which goes with it. */
int terms_function(sqlite3 *h, fts5_api *api, const char *name, int nargs,
                   void (*fn)(sqlite3_context *, int, sqlite3_value **))
{
    struct terms_tokenizer *t = NULL;
    int rc = tokenizer_make(api, &t);

    return rc != SQLITE_OK
               ? rc
               : sqlite3_create_function_v2(h, name, nargs,
                                            SQLITE_UTF8 | SQLITE_DETERMINISTIC |
                                                SQLITE_DIRECTONLY,
                                            t, fn, NULL, NULL, tokenizer_free);
}

int terms_register(sqlite3 *h, fts5_api *api)
{
    int rc = terms_function(h, api, "row_terms", ROW_ARGS, row_terms);

    if (rc == SQLITE_OK)
        rc = terms_function(h, api, "word_terms", 1, word_terms);
    return rc == SQLITE_OK
               ? terms_function(h, api, "word_match", 1, word_match)
               : rc;
}

void terms_open(struct terms *t, struct str blob, const struct term_scale *s)
{
    const unsigned char *p = (const unsigned char *)blob.p;

    *t = (struct terms){0};
    if (blob.n < HEAD_BYTES)
        return;
    t->n = get16(p + HEAD_COUNT);
    t->traits = get16(p + HEAD_TRAITS);
    t->speaker = get32(p + HEAD_SPEAKER);
    if (blob.n < HEAD_BYTES + 6 * t->n)
        t->n = (blob.n - HEAD_BYTES) / 6;
    t->hash = p + HEAD_BYTES;
    t->freq = t->hash + 4 * t->n;
    for (int c = 0; c < FTS_COLUMNS; c++)
        t->per_hit[c] = (float)(s->weight[c] / (1 - LENGTH_B +
                                                LENGTH_B * get16(p + 2 * c) /
                                                    (s->average[c] + 1e-9)));
}

uint32_t terms_hash(const struct terms *t, size_t i)
{
    return get32(t->hash + 4 * i);
}

float terms_hits(const struct terms *t, uint32_t hash)
{
    size_t low = 0, high = t->n;
    unsigned f;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (get32(t->hash + 4 * mid) < hash)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == t->n || get32(t->hash + 4 * low) != hash)
        return 0;
    f = get16(t->freq + 2 * low);
    return t->per_hit[FTS_TITLE] * (float)(f & TITLE_MOST) +
           t->per_hit[FTS_TEXT] * (float)(f >> 3 & TEXT_MOST) +
           t->per_hit[FTS_NAMES] * (float)(f >> 10 & NAMES_MOST);
}
