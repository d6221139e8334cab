/* corpus.c - see corpus.h. */
#include "base/common.h"

#include <math.h>

#include "bench/corpus.h"

#define WORDS       30000
#define IDENTIFIERS 20000
#define PATHS       5000
/* Zipf's exponent of English prose. */
#define EXPONENT 1.05
#define TEXT_MAX 16384

/* The most common words of notes about programs, by rank. */
static const char *const english[] = {
    "the",        "to",       "of",       "and",      "a",       "in",
    "is",         "it",       "that",     "for",      "was",     "on",
    "with",       "as",       "are",      "this",     "be",      "not",
    "by",         "from",     "when",     "test",     "file",    "now",
    "so",         "which",    "error",    "fixed",    "added",   "code",
    "function",   "after",    "use",      "only",     "set",     "path",
    "because",    "value",    "before",   "fails",    "run",     "build",
    "call",       "check",    "line",     "name",     "read",    "write",
    "return",     "data",     "user",     "session",  "server",  "new",
    "list",       "type",     "change",   "default",  "memory",  "time",
    "option",     "key",      "config",   "query",    "table",   "index",
    "socket",     "client",   "worker",   "message",  "request", "response",
    "cache",      "timeout",  "parser",   "token",    "string",  "buffer",
    "thread",     "lock",     "queue",    "event",    "hook",    "branch",
    "commit",     "merge",    "module",   "package",  "version", "release",
    "deploy",     "database", "schema",   "column",   "row",     "page",
    "button",     "form",     "style",    "layout",   "route",   "handler",
    "middleware", "login",    "password", "email",    "payment", "invoice",
    "order",      "customer", "report",   "chart",    "export",  "import",
    "script",     "command",  "shell",    "process",  "signal",  "log",
    "debug",      "trace",    "stack",    "heap",     "leak",    "crash",
    "retry",      "limit",    "memory",   "disk",     "network", "packet",
    "frame",      "header",   "field",    "record",   "object",  "array",
    "map",        "tree",     "graph",    "node",     "edge",    "search",
    "rank",       "score",    "match",    "filter",   "sort",    "merge",
    "split",      "encode",   "decode",   "compress", "encrypt", "hash",
    "digest",     "random",   "clock",    "date",     "zone",    "locale",
    "unicode",    "font",     "image",    "video",
};

static const char *const syllables[] = {
    "ba",  "cor", "de",  "fin", "gra", "hol", "in",  "jun", "ka",  "lor",
    "mi",  "nav", "ol",  "per", "qua", "ri",  "sta", "ten", "ul",  "ver",
    "wo",  "xan", "yel", "zor", "chi", "dri", "ex",  "flo", "gen", "hap",
    "ist", "jor", "kle", "lum", "mod", "ner", "or",  "pli", "rus", "sel",
};

static const char *const folders[] = {"src", "lib",   "cmd", "internal",
                                      "web", "tests", "app", "core"};
static const char *const endings[] = {".c",  ".h",  ".ts", ".tsx",
                                      ".go", ".py", ".rs", ".md"};

struct corpus {
    double cdf[WORDS];
};

/* splitmix64: from a number to one that looks like no other. */
static uint64_t mix(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

uint64_t corpus_next(struct corpus_rng *r)
{
    r->s ^= r->s >> 12;
    r->s ^= r->s << 25;
    r->s ^= r->s >> 27;
    return r->s * UINT64_C(2685821657736338717);
}

double corpus_unit(struct corpus_rng *r)
{
    return (double)(corpus_next(r) >> 11) / 9007199254740992.0;
}

struct corpus *corpus_create(void)
{
    struct corpus *c = malloc(sizeof(*c));
    double sum = 0;

    if (!c)
        CM_BUG("out of memory");
    for (size_t i = 0; i < WORDS; i++)
        c->cdf[i] = sum += 1 / pow((double)i + 2.7, EXPONENT);
    for (size_t i = 0; i < WORDS; i++)
        c->cdf[i] /= sum;
    return c;
}

void corpus_destroy(struct corpus *c)
{
    free(c);
}

/* A rank by Zipf's law. */
static uint64_t draw(const struct corpus *c, struct corpus_rng *r)
{
    double u = corpus_unit(r);
    size_t low = 0, high = WORDS - 1;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (c->cdf[mid] < u)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

void corpus_word(uint64_t rank, struct buf *b)
{
    uint64_t x = mix(rank);

    if (rank < ARRAY_LEN(english)) {
        buf_addz(b, english[rank]);
        return;
    }
    for (uint64_t n = 2 + x % 3; n > 0; n--) {
        x = mix(x);
        buf_addz(b, syllables[x % ARRAY_LEN(syllables)]);
    }
}

void corpus_identifier(uint64_t k, struct buf *b)
{
    bool camel = k % 2;

    for (int part = 0; part < 3; part++) {
        size_t from;

        if (part && !camel)
            buf_addc(b, '_');
        from = b->len;
        corpus_word(21 + mix(3 * k + (uint64_t)part) % 400, b);
        if (part && camel && is_lower(b->data[from]))
            b->data[from] = (char)(b->data[from] - 32);
    }
}

void corpus_path(uint64_t k, struct buf *b)
{
    uint64_t x = mix(k + 77);

    buf_addf(b, "%s/", folders[x % ARRAY_LEN(folders)]);
    corpus_word(40 + (x >> 8) % 120, b);
    buf_addc(b, '/');
    corpus_word(40 + mix(x) % 2000, b);
    buf_addz(b, endings[(x >> 24) % ARRAY_LEN(endings)]);
}

void corpus_error(uint64_t k, struct buf *b)
{
    uint64_t x = mix(k + 991);

    if (x % 2)
        buf_addf(b, "error[E%04d]: mismatched types, expected ",
                 (int)(x >> 8) % 900);
    else
        buf_addf(b, "ENOENT: no such file or directory, open ");
    if (x % 2)
        corpus_identifier(x % IDENTIFIERS, b);
    else
        corpus_path(x % PATHS, b);
}

/* One word in twelve is the name of something. */
static void put_words(const struct corpus *c, struct corpus_rng *r, size_t n,
                      struct buf *b)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t what = corpus_next(r) % 36;

        if (i)
            buf_addz(b, corpus_next(r) % 14 == 0 ? ". " : " ");
        if (what == 0)
            corpus_path(corpus_next(r) % PATHS, b);
        else if (what <= 2)
            corpus_identifier(corpus_next(r) % IDENTIFIERS, b);
        else
            corpus_word(draw(c, r), b);
    }
}

static const char *const japanese[] = {
    "設定", "検索", "接続", "エラー", "ファイル", "メモリ", "認証", "画面",
    "の",   "が",   "を",   "に",     "は",       "と",     "で",   "も",
    "発生", "修正", "追加", "削除",   "確認",     "した",   "する", "ない",
};

/* Without blanks, as it is written. */
static void put_japanese(struct corpus_rng *r, size_t n, struct buf *b)
{
    for (size_t i = 0; i < n; i++)
        buf_addz(b, japanese[corpus_next(r) % ARRAY_LEN(japanese)]);
}

static struct str made(struct arena *a, struct buf *b)
{
    struct str s = arena_str(a, buf_str(b));

    buf_reset(b);
    return s;
}

void corpus_memory(struct corpus *c, uint64_t i, uint64_t n, struct arena *a,
                   struct corpus_memory *out)
{
    struct corpus_rng r = {mix(i + 1) | 1};
    uint64_t place = i % CORPUS_SESSION;
    struct buf b;

    buf_init(&b, TEXT_MAX);
    *out = (struct corpus_memory){
        .kind = place == 0                    ? "prompt"
                : place == CORPUS_SESSION - 1 ? "summary"
                : place % 5 == 4              ? "fact"
                                              : "observation",
        .session = (int64_t)(i / CORPUS_SESSION),
        .time_ms = CORPUS_END_MS - CORPUS_SPAN_MS +
                   (int64_t)((double)CORPUS_SPAN_MS * (double)i / (double)n),
    };
    if (strcmp(out->kind, "observation") == 0) {
        put_words(c, &r, 5 + corpus_next(&r) % 5, &b);
        out->title = made(a, &b);
        corpus_path(draw(c, &r) % PATHS, &b); /* some are changed often */
        out->path = made(a, &b);
    }
    put_words(c, &r, 12 + corpus_next(&r) % 50, &b);
    if (corpus_next(&r) % 20 == 0) {
        buf_addz(&b, ". ");
        corpus_error(corpus_next(&r) % 3000, &b);
    }
    if (corpus_next(&r) % 50 == 0)
        put_japanese(&r, 16, &b);
    out->text = made(a, &b);
    buf_free(&b);
}
