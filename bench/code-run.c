/*
 * code-run.c - what the code index costs, beside the parsing it cannot do
 * without.
 *
 *     code-run tree HOME TREE CMEM
 *     code-run index HOME TREE
 *     code-run speed HOME TREE
 *     code-run edit HOME TREE EDITED
 *     code-run event HOME TREE EDITED HOOK
 *
 * HOME is an empty directory, for the database; EDITED a path below TREE. All
 * prints rows of a name and a number.
 *
 * tree: in this process, one thread, processor time: the whole index; reading
 * and parsing every file and nothing else (the floor); a second scan, when
 * nothing changed; questions; the program CMEM asking one,
 * from spawn to exit.
 *
 * index: only that, for who asks questions afterwards.
 *
 * speed: index and floor in turns, medians.
 *
 * edit: EDITED changed in the middle and taken again as the worker does,
 * processor time: the first time, and the median of all.
 *
 * event: a worker of HOME has indexed TREE. Time from the start of the hook
 * HOOK, which tells of a function written into EDITED, until a reader of the
 * database finds the function.
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
#define SPEEDS    3
#define SPEED_S   5 /* a tree that takes longer is measured once */
#define EVENTS    21
#define EVENT_MS  5000 /* then it is lost */

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

/* What became of a run, and what its two halves cost. */
struct outcome {
    struct scan_count count;
    double read_s, write_s;
};

static void go(struct index_run *r, struct db *db, struct outcome *out)
{
    struct err e = {0};
    double at = cpu_s(), read;
    int64_t total;
    int rc;

    out->read_s = out->write_s = 0;
    while ((rc = index_read(r, &e)) > 0) {
        read = cpu_s();
        out->read_s += read - at;
        do {
            if (db_begin(db, &e) < 0)
                stop(&e);
            rc = index_write(r, db, 20, &e);
            if (rc >= 0 && db_commit(db, &e) < 0)
                stop(&e);
            if (db_wal_pages(db) > 2000)
                db_checkpoint(db, &e);
        } while (rc > 0);
        at = cpu_s();
        out->write_s += at - read;
    }
    if (rc < 0)
        stop(&e);
    out->count = *index_counts(r, &total);
    index_end(r);
}

static void scan(struct db *db, const char *root, struct outcome *out)
{
    struct index_run *r;
    struct err e = {0};

    if (index_begin(&r, db, root, 0, &e) < 0)
        stop(&e);
    go(r, db, out);
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof(v[0]), by_size);
    return v[n / 2];
}

static void row(const char *name, double value)
{
    printf("%s %.10g\n", name, value);
}

/* The slowest of several questions, and how slow. */
static void questions(struct db *db)
{
    static const char *const ask[] = {"open file", "hash", "parse string",
                                      "get", "read line buffer"};
    struct err e = {0};
    double worst = 0;

    for (size_t i = 0; i < ARRAY_LEN(ask); i++) {
        struct code_symbol_row *v;
        size_t n = 0;
        double from = cpu_s(), ms;

        for (int k = 0; k < ROUNDS; k++) {
            struct arena a = {0};

            if (code_symbols_about(db, str_of(ask[i]), 0, false, 500, &a, &v,
                                   &n, &e) < 0)
                stop(&e);
            arena_free(&a);
        }
        ms = (cpu_s() - from) * 1e3 / ROUNDS;
        fprintf(stderr, "  words \"%s\": %.2f ms, %zu symbols\n", ask[i], ms,
                n);
        worst = ms > worst ? ms : worst;
    }
    row("words_ms", worst);
}

/* Runs argv with input from a file and no output. 0 when it ended well; ms:
 * its processor time. */
static int run(char *const argv[], const char *in, double *ms)
{
    struct rusage u;
    int status = 0;
    pid_t pid = fork();

    if (pid == 0) {
        int from = open(in, O_RDONLY | O_CLOEXEC),
            to = open("/dev/null", O_WRONLY | O_CLOEXEC);

        if (dup2(from, 0) < 0 || dup2(to, 1) < 0)
            _exit(9);
        execv(argv[0], argv);
        _exit(9);
    }
    if (pid < 0 || wait4(pid, &status, 0, &u) < 0)
        return -1;
    *ms = (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 +
          (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
    return status;
}

/* Median of the whole process `cmem code search`, in the tree. */
static void process(const char *home, const char *tree, char *cmem)
{
    char words[][10] = {"code", "search", "parse", "argument"};
    char *argv[] = {cmem, words[0], words[1], words[2], words[3], NULL};
    double ms[PROCESSES], cpu_ms[PROCESSES];

    setenv("CMEM_HOME", home, 1);
    if (chdir(tree) < 0)
        return;
    for (int i = 0; i < PROCESSES; i++) {
        int64_t from = clock_mono_us();
        int status = run(argv, "/dev/null", &cpu_ms[i]);

        if (status != 0 && WEXITSTATUS(status) != 1)
            return;
        ms[i] = (double)(clock_mono_us() - from) / 1e3;
    }
    row("process_ms", median(ms, PROCESSES));
    row("process_cpu_ms", median(cpu_ms, PROCESSES));
}

static struct db *open_db(const char *home, bool anew)
{
    struct db *db;
    struct err e = {0};
    char path[4096];

    for (int i = 0; anew && i < 3; i++) {
        static const char *const parts[] = {"", "-wal", "-shm"};

        snprintf(path, sizeof(path), "%s/cmem.db%s", home, parts[i]);
        unlink(path);
    }
    snprintf(path, sizeof(path), "%s/cmem.db", home);
    if (db_open(&db, path, anew ? DB_WRITE : DB_READ, &e) < 0)
        stop(&e);
    return db;
}

static double database_mb(const char *home)
{
    char path[4096];
    struct stat st;

    snprintf(path, sizeof(path), "%s/cmem.db", home);
    return stat(path, &st) == 0 ? (double)st.st_size / 1e6 : 0;
}

static int measure_tree(char **argv)
{
    const char *home = argv[0], *tree = argv[1];
    struct db *db = open_db(home, true);
    struct err e = {0};
    struct outcome o;
    double floor_s, from, index_s, wall, ms[SPEEDS];
    int64_t floor_lines;

    wall = (double)clock_mono_us();
    from = cpu_s();
    scan(db, tree, &o);
    index_s = cpu_s() - from;
    wall = ((double)clock_mono_us() - wall) / 1e6;
    db_checkpoint(db, &e);
    row("files", (double)o.count.files);
    row("lines", (double)o.count.lines);
    row("index_s", index_s);
    row("read_s", o.read_s);
    row("write_s", o.write_s);
    row("wall_s", wall);
    row("peak_mb", peak_mb());
    row("database_mb", database_mb(home));
    row("lines_s", (double)o.count.lines / index_s);
    floor_of(tree, &floor_s, &floor_lines);
    row("floor_lines_s", (double)floor_lines / floor_s);
    row("floor_share",
        (double)o.count.lines / index_s / ((double)floor_lines / floor_s));
    for (int i = 0; i < SPEEDS; i++) {
        from = cpu_s();
        scan(db, tree, &o);
        ms[i] = (cpu_s() - from) * 1e3;
    }
    row("again_opened", (double)(o.count.files - o.count.same));
    row("again_ms", median(ms, SPEEDS));
    questions(db);
    db_close(db);
    process(home, tree, argv[2]);
    return 0;
}

static int only_index(char **argv)
{
    struct db *db = open_db(argv[0], true);
    struct outcome o;

    scan(db, argv[1], &o);
    db_close(db);
    return 0;
}

static int measure_speed(char **argv)
{
    double index_s[SPEEDS], floor_s[SPEEDS], share[SPEEDS];
    int64_t floor_lines = 0;
    struct outcome o = {0};
    size_t n = 0;

    for (int i = 0; i < SPEEDS && (i == 0 || index_s[0] < SPEED_S); i++) {
        struct db *db = open_db(argv[0], true);
        double from = cpu_s();

        scan(db, argv[1], &o);
        index_s[i] = cpu_s() - from;
        db_close(db);
        floor_of(argv[1], &floor_s[i], &floor_lines);
        /* What is generated counts for the floor alone. */
        share[i] = (double)o.count.lines / index_s[i] /
                   ((double)floor_lines / floor_s[i]);
        n++;
    }
    row("lines", (double)o.count.lines);
    row("lines_s", (double)o.count.lines / median(index_s, n));
    row("floor_lines_s", (double)floor_lines / median(floor_s, n));
    row("floor_share", median(share, n));
    return 0;
}

/* A function more in the middle of a text, behind the end of another one. */
static void edit_middle(const char *path, struct str text, int round)
{
    size_t at = text.n / 2;
    FILE *f = fopen(path, "w");

    while (at && at + 1 < text.n &&
           !(text.p[at] == '}' && text.p[at - 1] == '\n' &&
             text.p[at + 1] == '\n'))
        at++;
    if (!f)
        exit(1);
    fprintf(f, "%.*s\nint bench_%d(int a)\n{\n    return a * %d;\n}\n%.*s",
            (int)(at + 2), text.p, round, round,
            STR_ARG(str_cut(text, at + 2, text.n)));
    fclose(f);
}

static int measure_edit(char **argv)
{
    const char *tree = argv[1];
    struct db *db = open_db(argv[0], true);
    struct str edited = str_of(argv[2]);
    double from, ms[EVENTS], read_ms[EVENTS], write_ms[EVENTS];
    struct err e = {0};
    struct code_parser *p = code_parser_create(NULL);
    struct code_keep keep = {65536, CODE_KEEP_BYTES, true}; /* the worker's */
    struct index_run *r;
    struct outcome o;
    char path[4096];
    struct buf b;

    code_parser_keep(p, &keep);
    buf_init(&b, 8u << 20);
    snprintf(path, sizeof(path), "%s/%s", tree, argv[2]);
    if (file_read(path, &b, &e) < 0)
        stop(&e);
    scan(db, tree, &o);
    for (int i = 0; i < EVENTS; i++) {
        edit_middle(path, buf_str(&b), i);
        from = cpu_s();
        if (index_begin_files(&r, p, 1, tree, &edited, 1, &e) < 0)
            stop(&e);
        go(r, db, &o);
        ms[i] = (cpu_s() - from) * 1e3;
        if (i == 0)
            row("edit_first_ms", ms[i]);
        read_ms[i] = o.read_s * 1e3;
        write_ms[i] = o.write_s * 1e3;
    }
    row("edit_ms", median(ms, EVENTS));
    row("edit_read_ms", median(read_ms, EVENTS));
    row("edit_write_ms", median(write_ms, EVENTS));
    row("edit_worst_ms", ms[EVENTS - 1]);
    row("edit_peak_mb", peak_mb());
    buf_free(&b);
    db_close(db);
    code_parser_destroy(p);
    return 0;
}

static bool is_there(struct db *db, struct str name)
{
    struct code_name_ask ask = {.name = name, .max = 1};
    struct code_symbol_row *v;
    struct arena a = {0};
    struct err e = {0};
    size_t n = 0;

    if (code_symbols_named(db, &ask, &a, &v, &n, &e) < 0)
        stop(&e);
    arena_free(&a);
    return n > 0;
}

static int measure_event(char **argv)
{
    const char *home = argv[0], *tree = argv[1];
    char *hook[] = {argv[3], NULL};
    struct db *db = open_db(home, false);
    struct timespec nap = {.tv_nsec = 100000};
    double ms[EVENTS], hook_ms;
    char path[4096], payload[4096], name[64];

    setenv("CMEM_HOME", home, 1);
    snprintf(path, sizeof(path), "%s/%s", tree, argv[2]);
    snprintf(payload, sizeof(payload), "%s/event.json", home);
    for (int i = 0; i < EVENTS; i++) {
        FILE *f = fopen(path, "a"), *p = fopen(payload, "w");
        int64_t from;

        if (!f || !p)
            return 1;
        snprintf(name, sizeof(name), "bench_of_an_event_%d", i);
        fprintf(f, "\nint %s(void)\n{\n    return %d;\n}\n", name, i);
        fprintf(p,
                "{\"session_id\":\"bench\",\"cwd\":\"%s\","
                "\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Edit\","
                "\"tool_use_id\":\"bench-%d\",\"tool_input\":{\"file_path\":"
                "\"%s\"},\"tool_response\":{}}",
                tree, i, path);
        fclose(f);
        fclose(p);
        from = clock_mono_us();
        if (run(hook, payload, &hook_ms) != 0)
            return 1;
        while (!is_there(db, str_of(name))) {
            if (clock_mono_us() - from > EVENT_MS * 1000)
                return 1;
            nanosleep(&nap, NULL);
        }
        ms[i] = (double)(clock_mono_us() - from) / 1e3;
        /* An agent thinks between two edits. */
        nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
    }
    db_close(db);
    row("event_ms", median(ms, EVENTS));
    row("event_worst_ms", ms[EVENTS - 1]);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "tree") == 0)
        return measure_tree(argv + 2);
    if (argc == 4 && strcmp(argv[1], "index") == 0)
        return only_index(argv + 2);
    if (argc == 4 && strcmp(argv[1], "speed") == 0)
        return measure_speed(argv + 2);
    if (argc == 5 && strcmp(argv[1], "edit") == 0)
        return measure_edit(argv + 2);
    if (argc == 6 && strcmp(argv[1], "event") == 0)
        return measure_event(argv + 2);
    return 2;
}
