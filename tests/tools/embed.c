/*
 * embed.c - the embedder by itself, for tests and measurements:
 *
 *     embed WEIGHTS golden JSONL VECTORS    cosines with the reference's
 *     embed WEIGHTS vectors <TEXTS          a line a text: 384 numbers
 *     embed WEIGHTS pairs <PAIRS            a line "text<TAB>text": cosine
 *     embed WEIGHTS bench SECONDS <TEXTS    texts a second, the median of
 *                                           rounds over all texts, and the
 *                                           time of the first text
 *     embed WEIGHTS hash <TEXTS             one number of all vectors' bytes
 *
 * CMEM_KERNEL chooses the kernel.
 */
#include "base/common.h"

#include <math.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/json.h"
#include "embed/embed.h"

#define INPUT_MAX (64u << 20)
#define ROUNDS_MAX 10000

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void read_stdin(struct buf *b)
{
    char part[65536];
    ssize_t n;

    buf_init(b, INPUT_MAX);
    while ((n = read(STDIN_FILENO, part, sizeof(part))) > 0)
        buf_add(b, part, (size_t)n);
}

static double cosine(const float *a, const float *b)
{
    double ab = 0, aa = 0, bb = 0;

    for (size_t i = 0; i < EMBED_DIM; i++) {
        ab += (double)a[i] * (double)b[i];
        aa += (double)a[i] * (double)a[i];
        bb += (double)b[i] * (double)b[i];
    }
    return ab / sqrt(aa * bb);
}

static int golden(struct embed_run *r, const char *lines, const char *vectors)
{
    struct buf text, want;
    struct str rest, line;
    double least = 1, sum = 0;
    size_t n = 0, near = 0;

    buf_init(&text, INPUT_MAX);
    buf_init(&want, INPUT_MAX);
    if (file_read(lines, &text, NULL) < 0 ||
        file_read(vectors, &want, NULL) < 0)
        return 1;
    rest = buf_str(&text);
    while (str_line(&rest, &line) && (n + 1) * EMBED_DIM <= want.len) {
        struct json *j = json_parse(line, NULL);
        float v[EMBED_DIM], w[EMBED_DIM];
        double c;

        for (size_t i = 0; i < EMBED_DIM; i++)
            w[i] = (signed char)want.data[n * EMBED_DIM + i];
        embed_text(r, json_get_str(j, "text"), v);
        c = cosine(v, w);
        least = c < least ? c : least;
        sum += c;
        near += c >= 0.99;
        n++;
        json_free(j);
    }
    buf_free(&text);
    buf_free(&want);
    printf("texts %zu, cosine at least 0.99: %zu, least %.4f, mean %.4f\n", n,
           near, least, n ? sum / (double)n : 0);
    return n == 0 || near < n;
}

static void vectors(struct embed_run *r, struct str rest)
{
    struct str line;
    float v[EMBED_DIM];

    while (str_line(&rest, &line)) {
        embed_text(r, line, v);
        for (size_t i = 0; i < EMBED_DIM; i++)
            printf("%s%.9g", i ? " " : "", (double)v[i]);
        putchar('\n');
    }
}

static void pairs(struct embed_run *r, struct str rest)
{
    struct str line, part;
    float v[2][EMBED_DIM];

    while (str_line(&rest, &line)) {
        for (int i = 0; i < 2; i++) {
            if (!str_split(&line, '\t', &part))
                part = STR_NONE;
            embed_text(r, part, v[i]);
        }
        printf("%.6f\n", cosine(v[0], v[1]));
    }
}

static void hash(struct embed_run *r, struct str rest)
{
    struct str line;
    float v[EMBED_DIM];
    uint64_t all = 0;

    while (str_line(&rest, &line)) {
        embed_text(r, line, v);
        all = all * 31 + str_hash((struct str){(char *)v, sizeof(v)});
    }
    printf("%016llx\n", (unsigned long long)all);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void bench(struct embed_run *r, struct str all, double seconds,
                  int64_t first_us)
{
    static int64_t us[ROUNDS_MAX];
    int64_t end = now_us() + (int64_t)(seconds * 1e6);
    size_t rounds = 0, texts = 0;
    struct str rest, line;
    struct rusage usage;
    float v[EMBED_DIM];

    do {
        int64_t from = now_us();

        texts = 0;
        for (rest = all; str_line(&rest, &line); texts++)
            embed_text(r, line, v);
        us[rounds++] = now_us() - from;
    } while (now_us() < end && rounds < ROUNDS_MAX);
    qsort(us, rounds, sizeof(us[0]), by_value);
    getrusage(RUSAGE_SELF, &usage);
    printf("{\"per_second\":%.1f,\"best_per_second\":%.1f,\"first_ms\":%.3f,"
           "\"resident_kb\":%ld}\n",
           (double)texts * 1e6 / (double)us[rounds / 2],
           (double)texts * 1e6 / (double)us[0], (double)first_us / 1000,
           usage.ru_maxrss);
}

int main(int argc, char **argv)
{
    struct buf in = {0};
    struct embedder *m;
    struct embed_run *r;
    struct err e = {0};
    struct str rest, line;
    float v[EMBED_DIM];
    int64_t from;
    int rc = 0;

    if (argc < 3)
        return 2;
    if (strcmp(argv[2], "golden") != 0)
        read_stdin(&in);
    from = now_us();
    if (embedder_open(&m, argv[1], &e) < 0) {
        fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    r = embed_run_create(m);
    if (strcmp(argv[2], "golden") == 0 && argc == 5) {
        rc = golden(r, argv[3], argv[4]);
    } else if (strcmp(argv[2], "vectors") == 0) {
        vectors(r, buf_str(&in));
    } else if (strcmp(argv[2], "pairs") == 0) {
        pairs(r, buf_str(&in));
    } else if (strcmp(argv[2], "hash") == 0) {
        hash(r, buf_str(&in));
    } else if (strcmp(argv[2], "bench") == 0 && argc == 4) {
        rest = buf_str(&in);
        if (str_line(&rest, &line))
            embed_text(r, line, v);
        bench(r, buf_str(&in), strtod(argv[3], NULL), now_us() - from);
    } else {
        rc = 2;
    }
    embed_run_destroy(r);
    embedder_close(m);
    buf_free(&in);
    return rc;
}
