/* snippet.c - see snippet.h. */
#include "base/common.h"

#include <sqlite3.h>

#include "base/buf.h"
#include "store/fts.h"
#include "store/snippet.h"
#include "store/terms.h"

/* Tokens of a snippet: two lines of a terminal. */
#define TOKENS 24
/* A phrase in the window counts a thousand times what a second hit of it does;
 * a window that begins with a sentence, or the text, is worth a little. */
#define WORTH_PHRASE   1000
#define WORTH_TEXT     120
#define WORTH_SENTENCE 100
/* Tokens of one field: an index row has at most 256 KB. */
#define TOKENS_MAX (1u << 18)

struct token {
    int from, to;   /* bytes in the text */
    size_t at, n;   /* of the word, in bytes */
    uint32_t hash;
};

/* The words of a text as the index has them. */
struct tokens {
    struct token *v;
    size_t n, room;
    char *bytes;
    size_t nbytes, room_bytes;
};

struct phrase {
    size_t first, n; /* of the question's tokens */
    bool is_prefix;  /* the last one is a beginning */
};

struct question {
    struct tokens words;
    struct phrase phrase[FTS_PHRASES];
    size_t n;
};

/* Phrase `phrase` stands at token `at`. */
struct place {
    size_t phrase, at;
};
struct places {
    struct place *v;
    size_t n, room;
};

/* Room for one more of `size` bytes each. */
static bool grow(void **v, size_t n, size_t *room, size_t more, size_t size)
{
    size_t wanted = *room ? *room : 64;
    void *p;

    while (wanted < n + more)
        wanted *= 2;
    if (wanted == *room)
        return true;
    p = realloc(*v, wanted * size);
    if (!p)
        return false;
    *v = p;
    *room = wanted;
    return true;
}

static void tokens_free(struct tokens *t)
{
    free(t->v);
    free(t->bytes);
}

static int on_token(void *arg, int flags, const char *p, int n, int from,
                    int to)
{
    struct tokens *t = arg;
    size_t len = n > 0 ? (size_t)n : 0;

    if (flags & FTS5_TOKEN_COLOCATED || t->n == TOKENS_MAX)
        return SQLITE_OK;
    if (!grow((void **)&t->v, t->n, &t->room, 1, sizeof(*t->v)) ||
        !grow((void **)&t->bytes, t->nbytes, &t->room_bytes, len + 1, 1))
        return SQLITE_NOMEM;
    if (len)
        memcpy(t->bytes + t->nbytes, p, len);
    t->v[t->n++] = (struct token){from, to, t->nbytes, len,
                                  (uint32_t)str_hash((struct str){p, len})};
    t->nbytes += len;
    return SQLITE_OK;
}

/* --- the question ---------------------------------------------------------- */

static int add_phrase(struct terms_tokenizer *t, struct question *q,
                      struct str words, bool is_prefix)
{
    struct phrase *p = &q->phrase[q->n];
    int flags = FTS5_TOKENIZE_QUERY | (is_prefix ? FTS5_TOKENIZE_PREFIX : 0);
    int rc;

    p->first = q->words.n;
    rc = terms_tokenize(t, flags, words, &q->words, on_token);
    p->n = q->words.n - p->first;
    p->is_prefix = is_prefix;
    q->n += rc == SQLITE_OK && p->n > 0;
    return rc;
}

/* What stands in quotes, and whether a star follows. */
static int read_question(struct terms_tokenizer *t, struct str match,
                         struct question *q)
{
    size_t at = 0;
    int rc = SQLITE_OK;

    while (rc == SQLITE_OK && at < match.n && q->n < FTS_PHRASES) {
        size_t from, to;

        while (at < match.n && match.p[at] != '"')
            at++;
        from = at + 1;
        for (to = from; to < match.n && match.p[to] != '"';)
            to++;
        if (to >= match.n)
            break;
        for (at = to + 1; at < match.n && match.p[at] == ' ';)
            at++;
        rc = add_phrase(t, q, str_cut(match, from, to),
                        at < match.n && match.p[at] == '*');
    }
    return rc;
}

/* --- where it stands ------------------------------------------------------- */

static bool is_word(const struct tokens *t, const struct token *x,
                    const struct question *q, size_t word, bool is_prefix)
{
    const struct token *w = &q->words.v[word];

    if (is_prefix ? x->n < w->n : x->n != w->n || x->hash != w->hash)
        return false;
    return memcmp(t->bytes + x->at, q->words.bytes + w->at, w->n) == 0;
}

static bool stands_at(const struct tokens *t, size_t at,
                      const struct question *q, const struct phrase *p)
{
    if (t->n - at < p->n)
        return false;
    for (size_t k = 0; k < p->n; k++)
        if (!is_word(t, &t->v[at + k], q, p->first + k,
                     p->is_prefix && k + 1 == p->n))
            return false;
    return true;
}

/* All places, or the first alone. */
static int find_places(const struct tokens *t, const struct question *q,
                       bool one, struct places *out)
{
    for (size_t at = 0; at < t->n; at++)
        for (size_t k = 0; k < q->n; k++) {
            if (!stands_at(t, at, q, &q->phrase[k]))
                continue;
            if (!grow((void **)&out->v, out->n, &out->room, 1,
                      sizeof(*out->v)))
                return SQLITE_NOMEM;
            out->v[out->n++] = (struct place){k, at};
            if (one)
                return SQLITE_OK;
        }
    return SQLITE_OK;
}

/* Does this field have any phrase? Negative: an SQLite error. */
static int has_any(struct terms_tokenizer *t, struct str text,
                   const struct question *q)
{
    struct tokens words = {0};
    struct places found = {0};
    int rc = terms_tokenize(t, FTS5_TOKENIZE_DOCUMENT, text, &words, on_token);

    if (rc == SQLITE_OK)
        rc = find_places(&words, q, true, &found);
    rc = rc == SQLITE_OK ? found.n > 0 : -rc;
    free(found.v);
    tokens_free(&words);
    return rc;
}

/* --- the window ------------------------------------------------------------ */

struct window {
    const struct tokens *t;
    const struct question *q;
    const struct places *p;
    size_t start; /* token */
    int worth;
};

/* A full stop or a colon and a blank stand before it, or nothing. */
static bool begins_sentence(struct str text, const struct tokens *t, size_t at)
{
    int i = t->v[at].from - 1;
    char c = 0;

    if (at == 0)
        return true;
    for (; i >= 0; i--) {
        c = text.p[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            break;
    }
    return i != t->v[at].from - 1 && (c == '.' || c == ':');
}

/* Places from p->v[first] on that begin in the window at `start`; *centred is
 * where it would begin with these in its middle. */
static int weigh(const struct window *w, size_t first, size_t start,
                 size_t *centred)
{
    const struct places *p = w->p;
    bool seen[FTS_PHRASES] = {false};
    int64_t head = -1, last = 0, at;
    int worth = 0;

    for (size_t i = first; i < p->n && p->v[i].at < start + TOKENS; i++) {
        size_t k = p->v[i].phrase;

        worth += seen[k] ? 1 : WORTH_PHRASE;
        seen[k] = true;
        if (head < 0)
            head = (int64_t)p->v[i].at;
        last = (int64_t)(p->v[i].at + w->q->phrase[k].n);
    }
    at = head - (TOKENS - (last - head)) / 2;
    if (at + TOKENS > (int64_t)w->t->n)
        at = (int64_t)w->t->n - TOKENS;
    *centred = at > 0 ? (size_t)at : 0;
    return worth;
}

static void choose(struct window *w, struct str text)
{
    const struct places *p = w->p;
    size_t sentence = 0, behind = 0, at = 1, centred;

    for (size_t i = 0; i < p->n; i++) {
        int worth = weigh(w, i, p->v[i].at, &centred);

        if (worth > w->worth) {
            w->worth = worth;
            w->start = centred;
        }
        /* The sentence that this place is in, and the first place in it. */
        for (; at <= p->v[i].at; at++)
            if (begins_sentence(text, w->t, at))
                sentence = at;
        while (p->v[behind].at < sentence)
            behind++;
        if (w->t->n <= TOKENS || sentence >= p->v[i].at)
            continue;
        worth = weigh(w, behind, sentence, &centred) +
                (sentence ? WORTH_SENTENCE : WORTH_TEXT);
        if (worth > w->worth) {
            w->worth = worth;
            w->start = sentence;
        }
    }
}

/* Tokens that are marked: places that touch are one. */
struct span {
    const struct window *w;
    size_t next; /* place */
    size_t from, to;
    bool is_none;
};

static void span_next(struct span *s)
{
    const struct places *p = s->w->p;

    s->is_none = s->next >= p->n;
    for (bool first = true; s->next < p->n; first = false, s->next++) {
        const struct place *x = &p->v[s->next];
        size_t last = x->at + s->w->q->phrase[x->phrase].n - 1;

        if (first) {
            s->from = x->at;
            s->to = last;
        } else if (x->at > s->to) {
            break;
        } else if (last > s->to) {
            s->to = last;
        }
    }
}

static void put_between(struct buf *b, struct str text, int *off, int to)
{
    if (to > *off)
        buf_adds(b, str_cut(text, (size_t)*off, (size_t)to));
    *off = to;
}

static void render(const struct window *w, struct str text, struct buf *b)
{
    const struct tokens *t = w->t;
    size_t end = w->start + TOKENS < t->n ? w->start + TOKENS : t->n;
    struct span s = {.w = w};
    bool open = false;
    int off = w->start ? t->v[w->start].from : 0;

    if (w->start)
        buf_addz(b, "...");
    do
        span_next(&s);
    while (!s.is_none && s.from < w->start);
    for (size_t i = w->start; i < end; i++) {
        const struct token *x = &t->v[i];

        if (open && (s.is_none || i <= s.from) && x->from > off) {
            buf_addc(b, '\3');
            open = false;
        }
        if (!s.is_none && i == s.from && !open) {
            put_between(b, text, &off, x->from);
            buf_addc(b, '\2');
            open = true;
        }
        if (!s.is_none && i == s.to) {
            put_between(b, text, &off, x->to);
            span_next(&s);
        }
    }
    if (end == w->start + TOKENS) { /* the window is full: up to its end */
        int to = t->v[end - 1].to;

        if (open && !s.is_none && end - 1 >= s.from)
            put_between(b, text, &off, to);
        if (open)
            buf_addc(b, '\3');
        open = false;
        put_between(b, text, &off, to);
    }
    if (open)
        buf_addc(b, '\3');
    if (w->start + TOKENS >= t->n)
        put_between(b, text, &off, (int)text.n);
    else
        buf_addz(b, "...");
}

/* --- the function ---------------------------------------------------------- */

static struct str text_of(sqlite3_value *v)
{
    const char *p = (const char *)sqlite3_value_text(v);

    return (struct str){p ? p : "", p ? (size_t)sqlite3_value_bytes(v) : 0};
}

/* 1: written to b; 0: the row has nothing; negative: an SQLite error. */
static int make(struct terms_tokenizer *t, sqlite3_value **args, struct buf *b)
{
    struct question q = {0};
    struct tokens words = {0};
    struct places found = {0};
    struct str text = text_of(args[2]);
    struct window w = {.t = &words, .q = &q, .p = &found};
    int rc = read_question(t, text_of(args[0]), &q), any;

    if (rc == SQLITE_OK)
        rc = terms_tokenize(t, FTS5_TOKENIZE_DOCUMENT, text, &words, on_token);
    if (rc == SQLITE_OK)
        rc = find_places(&words, &q, false, &found);
    any = rc == SQLITE_OK ? found.n > 0 : -rc;
    if (any == 0)
        any = has_any(t, text_of(args[1]), &q);
    if (any == 0)
        any = has_any(t, text_of(args[3]), &q);
    if (any > 0) {
        choose(&w, text);
        render(&w, text, b);
    }
    free(found.v);
    tokens_free(&words);
    tokens_free(&q.words);
    return any;
}

static void snippet_of(sqlite3_context *ctx, int nargs, sqlite3_value **args)
{
    struct buf b;
    int rc;

    (void)nargs;
    buf_init(&b, 2 * (size_t)sqlite3_value_bytes(args[2]) + 4096);
    rc = make(sqlite3_user_data(ctx), args, &b);
    if (rc < 0)
        sqlite3_result_error_code(ctx, -rc);
    else if (rc > 0)
        sqlite3_result_text(ctx, b.data, (int)b.len, SQLITE_TRANSIENT);
    buf_free(&b);
}

int snippet_register(struct sqlite3 *h, struct fts5_api *api)
{
    return terms_function(h, api, "snippet_of", 4, snippet_of);
}
