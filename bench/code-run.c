/*
 * code-run.c - what the code index costs, beside the parsing it cannot do
 * without.
 *
 *     code-run HOME TREE EDITED CMEM
 *
 * In this process, one thread, processor time: reading and parsing every file
 * of the tree (the floor); the whole index; a second scan, when nothing
 * changed; one file again (EDITED, a path below the tree) from event to
 * queryable; questions; the program CMEM asking one, from spawn to exit.
 * HOME is an empty directory, for the database.
 */
#include "base/common.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "code/language.h"
#include "ops/code_index.h"
#include "store/code_read.h"

#define ROUNDS    200
#define PROCESSES 41

static double cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peak_mb(void)
{
    struct rusage u;

    getrusage(RUSAGE_SELF, &u);
    return (double)u.ru_maxrss / 1024;
}

static _Noreturn void stop(const struct err *e)
{
    fprintf(stderr, "code-run: %s\n", e->msg);
    exit(1);
}

/* Every file of the tree read and parsed, and nothing else. */
static void floor_of(const char *root, double *s, int64_t *lines)
{
    struct tree *t;
    struct tree_entry en;
    struct err e = {0};
    struct code_parser *p = code_parser_create(NULL);
    struct buf b;
    double from = cpu_s();
    char path[TREE_PATH * 2];

    buf_init(&b, 4u << 20);
    *lines = 0;
    if (tree_open(&t, root, &e) < 0)
        stop(&e);
    while (tree_next(t, &en) > 0) {
        const struct language *l;
        struct str rest, line;

        snprintf(path, sizeof(path), "%s/%.*s", root, STR_ARG(en.path));
        buf_reset(&b);
        if (en.what != TREE_FILE || file_read(path, &b, NULL) < 0)
            continue;
        l = language_of(en.path, buf_str(&b));
        if (!l || !l->grammar || code_parse_only(p, l, buf_str(&b), &e) < 0)
            continue;
        for (rest = buf_str(&b); str_line(&rest, &line);)
            ++*lines;
    }
    *s = cpu_s() - from;
    tree_close(t);
    code_parser_destroy(p);
    buf_free(&b);
}

static void go(struct index_run *r, struct db *db, struct scan_count *c)
{
    struct err e = {0};
    int64_t total;
    int rc;

    while ((rc = index_read(r, &e)) > 0)
        do {
            if (db_begin(db, &e) < 0)
                stop(&e);
            rc = index_write(r, db, 20, &e);
            if (rc >= 0 && db_commit(db, &e) < 0)
                stop(&e);
            if (db_wal_pages(db) > 2000)
                db_checkpoint(db, &e);
        } while (rc > 0);
    if (rc < 0)
        stop(&e);
    *c = *index_counts(r, &total);
    index_end(r);
}

static void scan(struct db *db, const char *root, struct scan_count *c)
{
    struct index_run *r;
    struct err e = {0};

    if (index_begin(&r, db, root, 0, &e) < 0)
        stop(&e);
    go(r, db, c);
}

static void questions(struct db *db)
{
    static const char *const ask[] = {"open file", "hash", "parse string",
                                      "get", "read line buffer"};
    struct err e = {0};

    for (size_t i = 0; i < ARRAY_LEN(ask); i++) {
        struct code_symbol_row *v;
        size_t n = 0;
        double from = cpu_s();

        for (int k = 0; k < ROUNDS; k++) {
            struct arena a = {0};

            if (code_symbols_about(db, str_of(ask[i]), 0, false, 500, &a, &v,
                                   &n, &e) < 0)
                stop(&e);
            arena_free(&a);
        }
        printf("  words \"%s\": %.2f ms, %zu symbols\n", ask[i],
               (cpu_s() - from) * 1e3 / ROUNDS, n);
    }
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

/* Median of the whole process `cmem code search`, in the tree. */
static void process(const char *home, const char *tree, const char *cmem)
{
    int64_t us[PROCESSES];

    for (int i = 0; i < PROCESSES; i++) {
        int64_t from = clock_mono_us();
        int status = 0;
        pid_t pid = fork();

        if (pid == 0) {
            int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

            setenv("CMEM_HOME", home, 1);
            if (chdir(tree) < 0 || dup2(null, 1) < 0)
                _exit(9);
            execl(cmem, cmem, "code", "search", "parse", "argument", NULL);
            _exit(9);
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0 || status > 256) {
            printf("process: failed\n");
            return;
        }
        us[i] = clock_mono_us() - from;
    }
    qsort(us, PROCESSES, sizeof(us[0]), by_size);
    printf("process: cmem code search, %.1f ms (median of %d)\n",
           (double)us[PROCESSES / 2] / 1000, PROCESSES);
}

int main(int argc, char **argv)
{
    struct db *db;
    struct err e = {0};
    struct scan_count c;
    struct index_run *r;
    struct str edited;
    double floor_s, from, index_s, wall;
    int64_t floor_lines;
    struct stat st;
    char path[4096];

    if (argc != 5)
        return 2;
    snprintf(path, sizeof(path), "%s/cmem.db", argv[1]);
    if (db_open(&db, path, DB_WRITE, &e) < 0)
        stop(&e);
    wall = (double)clock_mono_us();
    from = cpu_s();
    scan(db, argv[2], &c);
    index_s = cpu_s() - from;
    wall = ((double)clock_mono_us() - wall) / 1e6;
    printf("files %lld, parsed %lld, skipped %lld, lines %lld\n",
           (long long)c.files, (long long)c.parsed, (long long)c.skipped,
           (long long)c.lines);
    db_checkpoint(db, &e);
    printf("index: %.2f CPU s (%.2f s), %.0f lines a CPU second, peak %.0f MB, "
           "database %.1f MB\n",
           index_s, wall, (double)c.lines / index_s, peak_mb(),
           stat(path, &st) == 0 ? (double)st.st_size / 1e6 : 0);
    floor_of(argv[2], &floor_s, &floor_lines);
    printf("floor: %.2f CPU s, %.0f lines a CPU second; the index is at "
           "%.2f of it\n",
           floor_s, (double)floor_lines / floor_s,
           (double)c.lines / index_s / ((double)floor_lines / floor_s));
    for (int i = 0; i < 2; i++) {
        from = cpu_s();
        scan(db, argv[2], &c);
        printf("again: %.1f ms; opened %lld of %lld\n", (cpu_s() - from) * 1e3,
               (long long)(c.files - c.same), (long long)c.files);
    }
    edited = str_of(argv[3]);
    from = cpu_s();
    if (index_begin_files(&r, db, 1, argv[2], &edited, 1, &e) < 0)
        stop(&e);
    go(r, db, &c);
    printf("one file: %.1f ms\n", (cpu_s() - from) * 1e3);
    questions(db);
    db_close(db);
    process(argv[1], argv[2], argv[4]);
    return 0;
}
