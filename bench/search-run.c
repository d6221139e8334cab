/*
 * search-run.c - how long a search takes, beside what it cannot do without.
 *
 *     CMEM_HOME=DIR search-run ROUNDS CMEM EMPTY
 *
 * Asks the queries of the table below in turn: the whole search as the worker
 * runs it, in this process; SQLite's own ranking of the same words (the floor
 * of the search); the program `cmem search` from spawn to exit; an empty
 * program (the floor of a process). Prints median and 99th percentile, and the
 * median of the processor time (user and system, of all threads), which a busy
 * machine disturbs least. Each question is another one than the last, so that
 * its vector is made anew; every part of the search is in what is measured.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/paths.h"
#include "bench/corpus.h"
#include "search/meaning.h"
#include "search/search.h"
#include "store/read_search.h"
#include "store/read_session.h"

#define ROUNDS_MAX 10000
#define RESULTS    10
#define TEXT_MAX   4096

extern char **environ;

/* What a person would type. %w a word of that rank, %i an identifier, %p a
 * path, %e an error. */
static const struct query_row {
    const char *name, *words;
    bool file, by_session;
} rows[] = {
    {"identifier", "%i77", false, false},
    {"rare word", "%w9500", false, false},
    {"three common words", "%w27 %w40 %w53", false, false},
    {"question", "why does the %w60 of %i31 fail when %w900 was changed", false,
     false},
    {"error text", "%e12", false, false},
    {"date", "what did we fix in the %w75 last week", false, false},
    {"words and a file", "%w33 %w150", true, false},
    {"by session", "%w120 %w250 %w44", false, true},
    {"part of a name", "%i77x", false, false},
    {"Japanese", "接続エラー", false, false},
    {"a typo", "midlewear handeler %w300", false, false},
};

/* Medians that were promised, in ms: of the search in the worker, and what the
 * program takes beside it. */
static const struct {
    int64_t memories; /* up to so many, and a tenth */
    double search, beside;
} promises[] = {{10000, 1.5, 4}, {100000, 4, 4}, {1000000, 25, 4}};

/* Of each round, in microseconds. */
struct series {
    int64_t *wall, *cpu;
};

/* What one call cost. */
struct cost {
    int64_t wall, cpu;
};

struct measured {
    struct series search, floor, process, empty;
};

struct bench {
    struct db *db;
    struct paths paths;
    struct config config;
    struct meaning *meaning;
    struct project_row project;
    struct str path; /* for --file */
    struct arena a;
    struct err e;
    char *cmem, *nothing;
    int64_t memories;
    int rounds;
};

static void die(const struct bench *b, const char *what)
{
    fprintf(stderr, "search-run: %s: %s\n", what,
            b->e.code ? b->e.msg : strerror(errno));
    exit(1);
}

/* With an x behind its number: without its first and last two letters. */
static void put_identifier(uint64_t k, const char *end, struct buf *b)
{
    struct buf whole;

    buf_init(&whole, TEXT_MAX);
    corpus_identifier(k, &whole);
    if (*end == 'x' && whole.len > 8)
        buf_adds(b, str_cut(buf_str(&whole), 2, whole.len - 2));
    else
        buf_adds(b, buf_str(&whole));
    buf_free(&whole);
}

static struct str words_of(struct bench *bench, const struct query_row *row)
{
    struct buf b;
    struct str out;

    buf_init(&b, TEXT_MAX);
    for (const char *p = row->words; *p; p++) {
        char what = p[0] == '%' ? p[1] : 0;
        char *end = NULL;
        unsigned long k = what ? strtoul(p + 2, &end, 10) : 0;

        if (what == 'w')
            corpus_word(k, &b);
        else if (what == 'i')
            put_identifier(k, end, &b);
        else if (what == 'e')
            corpus_error(k, &b);
        else
            buf_addc(&b, *p);
        if (end)
            p = end - (*end != 'x');
    }
    out = arena_str(&bench->a, buf_str(&b));
    buf_free(&b);
    return out;
}

static struct cost now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (struct cost){clock_mono_us(),
                         ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000};
}

static struct cost since(struct cost began)
{
    struct cost c = now();

    return (struct cost){c.wall - began.wall, c.cpu - began.cpu};
}

static struct cost time_search(struct bench *b, const struct query_row *row,
                               struct str words, size_t *found)
{
    struct search_request rq = {.words = words,
                                .max = RESULTS,
                                .meaning = b->meaning,
                                .by = row->by_session ? BY_SESSION : BY_MEMORY};
    struct search_result r;
    struct arena a = {0};
    struct cost began;

    rq.filter.project_id = b->project.id;
    rq.filter.now_ms = CORPUS_END_MS;
    if (row->file)
        rq.filter.file = b->path;
    began = now();
    if (search_run(b->db, &rq, &a, &r, &b->e) < 0)
        die(b, row->name);
    began = since(began);
    *found = r.n + r.ngroups;
    arena_free(&a);
    return began;
}

/* SQLite's own ranking of the same words. */
static struct cost time_floor(struct bench *b, struct str words)
{
    struct arena a = {0};
    struct query q;
    struct str match, map;
    struct stmt *s;
    struct cost began;

    query_parse(words, &a, &q);
    query_match(&q, &a, &match, &map);
    began = now();
    s = db_stmt(b->db, "SELECT rowid FROM memories_fts WHERE memories_fts "
                       "MATCH ?1 ORDER BY rank LIMIT 10");
    stmt_str(s, 1, match);
    while (stmt_step(s, &b->e) > 0)
        continue;
    stmt_done(s);
    began = since(began);
    arena_free(&a);
    return began;
}

static struct cost time_process(struct bench *b, char *const *argv)
{
    posix_spawn_file_actions_t fa;
    struct rusage used;
    struct cost c;
    int status, rc;
    pid_t pid;

    if (posix_spawn_file_actions_init(&fa) ||
        posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0) ||
        posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0))
        die(b, "spawn");
    c.wall = clock_mono_us();
    rc = posix_spawn(&pid, argv[0], &fa, NULL, argv, environ);
    if (rc) {
        errno = rc;
        die(b, argv[0]);
    }
    /* 1: nothing found, which is an answer too. */
    if (wait4(pid, &status, 0, &used) < 0 || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 1)
        die(b, argv[0]);
    c.wall = clock_mono_us() - c.wall;
    c.cpu = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * INT64_C(1000000) +
            used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    posix_spawn_file_actions_destroy(&fa);
    return c;
}

static struct cost time_cmem(struct bench *b, const struct query_row *row,
                             struct str words)
{
    char search[] = "search", project[] = "--project=bench", json[] = "--json";
    char by[] = "--by=session", file[TEXT_MAX], text[TEXT_MAX];
    char *argv[8] = {b->cmem, search, project, json, text};
    int n = 5;

    snprintf(text, sizeof(text), "%.*s", STR_ARG(words));
    snprintf(file, sizeof(file), "--file=%.*s", STR_ARG(b->path));
    if (row->by_session)
        argv[n++] = by;
    if (row->file)
        argv[n++] = file;
    return time_process(b, argv);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static double part(int64_t *us, int rounds, double p)
{
    qsort(us, (size_t)rounds, sizeof(*us), by_value);
    return (double)us[(int)(p * (rounds - 1))] / 1000;
}

static void put(struct series *s, int i, struct cost c)
{
    s->wall[i] = c.wall;
    s->cpu[i] = c.cpu;
}

static void print(const char *name, struct measured *m, int rounds,
                  size_t found)
{
    double search = part(m->search.wall, rounds, .5);
    double floor = part(m->floor.wall, rounds, .5);
    double process = part(m->process.wall, rounds, .5);

    printf("  %-19s %7.2f %7.2f %6.2f %7.2f %5.1f %8.2f %7.2f %6.2f %6zu\n",
           name, search, part(m->search.wall, rounds, .99),
           part(m->search.cpu, rounds, .5), floor,
           floor > 0 ? search / floor : 0, process,
           part(m->process.wall, rounds, .99), part(m->process.cpu, rounds, .5),
           found);
}

static void open_all(struct bench *b)
{
    struct str key = STR("path:" CORPUS_ROOT);
    struct buf path;
    bool ready;

    if (paths_init(&b->paths, &b->e) < 0)
        die(b, "paths");
    config_load(&b->config, b->paths.config);
    if (db_open(&b->db, b->paths.db, DB_READ, &b->e) < 0 ||
        project_by_keys(b->db, &key, 1, &b->a, &b->project, &b->e) < 0)
        die(b, "open");
    db_stays(b->db);
    b->meaning = meaning_open(&b->paths, &b->config);
    printf("  meaning: %s\n", meaning_state(b->meaning, b->db, &ready));
    b->memories = memories_count(b->db, 0, NULL);
    buf_init(&path, TEXT_MAX);
    corpus_path(5, &path);
    b->path = arena_str(&b->a, buf_str(&path));
    buf_free(&path);
}

static void measure(struct bench *b, const struct str *words,
                    struct measured *m, size_t *found)
{
    char *const nothing[] = {b->nothing, NULL};

    for (int r = -1; r < b->rounds; r++) /* the first is for the caches */
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            struct cost c[] = {time_search(b, &rows[i], words[i], &found[i]),
                               time_floor(b, words[i]),
                               time_cmem(b, &rows[i], words[i]),
                               time_process(b, nothing)};

            if (r < 0)
                continue;
            put(&m[i].search, r, c[0]);
            put(&m[i].floor, r, c[1]);
            put(&m[i].process, r, c[2]);
            put(&m[0].empty, r * (int)ARRAY_LEN(rows) + (int)i, c[3]);
        }
}

/* Median of the queries' medians. */
static double middle(struct measured *m, int rounds, bool process, bool cpu)
{
    int64_t us[ARRAY_LEN(rows)];

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct series *s = process ? &m[i].process : &m[i].search;

        us[i] = (int64_t)(part(cpu ? s->cpu : s->wall, rounds, .5) * 1000);
    }
    return part(us, ARRAY_LEN(rows), .5);
}

/* ok of what was measured, beside what was promised. */
static void judge(const char *what, double wall, double cpu, double promised)
{
    printf("  %-34s %6.2f ms, processor %6.2f ms; promised %5.1f ms: %s\n",
           what, wall, cpu, promised,
           wall <= promised  ? "kept"
           : cpu <= promised ? "kept but for waiting"
                             : "missed");
}

static void summarise(const struct bench *b, struct measured *m)
{
    int rounds = b->rounds, all = rounds * (int)ARRAY_LEN(rows);
    double search = middle(m, rounds, false, false);
    double search_cpu = middle(m, rounds, false, true);
    double process = middle(m, rounds, true, false);
    double process_cpu = middle(m, rounds, true, true);
    size_t k = 0;

    while (k + 1 < ARRAY_LEN(promises) && b->memories > promises[k].memories * 11 / 10)
        k++;
    printf("  %-19s %7.2f %7s %6.2f %7s %5s %8.2f %7s %6.2f\n",
           "median of these", search, "", search_cpu, "", "", process, "",
           process_cpu);
    printf("  %-19s %7s %7s %6s %7s %5s %8.2f %7.2f %6.2f\n",
           "an empty program", "", "", "", "", "",
           part(m[0].empty.wall, all, .5), part(m[0].empty.wall, all, .99),
           part(m[0].empty.cpu, all, .5));
    judge("a search", search, search_cpu, promises[k].search);
    /* The worker searches; what the program does itself is all its own. */
    judge("the program, beside the search", process - search, process_cpu,
          promises[k].beside);
}

static struct series series(struct bench *b, size_t n)
{
    return (struct series){arena_array(&b->a, n, sizeof(int64_t)),
                           arena_array(&b->a, n, sizeof(int64_t))};
}

int main(int argc, char **argv)
{
    struct bench b = {0};
    struct measured m[ARRAY_LEN(rows)];
    struct str words[ARRAY_LEN(rows)];
    size_t found[ARRAY_LEN(rows)];
    int64_t rounds;

    if (argc != 4 || str_int(str_of(argv[1]), 1, ROUNDS_MAX, &rounds) < 0) {
        fputs("usage: CMEM_HOME=DIR search-run ROUNDS CMEM EMPTY\n", stderr);
        return 2;
    }
    b.rounds = (int)rounds;
    b.cmem = argv[2];
    b.nothing = argv[3];
    open_all(&b);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        words[i] = words_of(&b, &rows[i]);
        m[i] = (struct measured){series(&b, (size_t)rounds),
                                 series(&b, (size_t)rounds),
                                 series(&b, (size_t)rounds),
                                 series(&b, (size_t)rounds * ARRAY_LEN(rows))};
    }
    measure(&b, words, m, found);
    printf("  %-19s %7s %7s %6s %7s %5s %8s %7s %6s\n", "ms", "search", "", "",
           "SQLite", "", "program", "", "");
    printf("  %-19s %7s %7s %6s %7s %5s %8s %7s %6s %6s\n", "", "median", "p99",
           "cpu", "median", "ratio", "median", "p99", "cpu", "found");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        print(rows[i].name, &m[i], b.rounds, found[i]);
    summarise(&b, m);
    meaning_close(b.meaning);
    db_close(b.db);
    config_free(&b.config);
    arena_free(&b.a);
    return 0;
}
