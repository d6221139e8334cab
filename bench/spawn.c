/*
 * spawn.c - times programs that read a hook's payload on standard input.
 *
 *     spawn ROUNDS BYTES|@FILE NAME=PROGRAM[@CMEM_HOME]...
 *
 * Every round starts each program once, in alternating order: posix_spawn, a
 * payload through a pipe, wait. The payload has BYTES, or is the next line of
 * FILE, over and over. Time runs from before the spawn to the end of the
 * process. Prints a row a program: median and 99th percentile in microseconds,
 * the median as a multiple of the first program's, and in how many rounds it
 * printed something.
 */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define PROGRAMS_MAX 8
#define ROUNDS_MAX   1000000

extern char **environ;

struct program {
    const char *name;
    char *path;
    char *home;  /* its CMEM_HOME, or NULL */
    int64_t *us; /* one a round */
    int printed;
};

/* What programs print goes here; its size tells whether one did. */
static FILE *output;

static void die(const char *what)
{
    fprintf(stderr, "spawn: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* A tool event as the client sends it, `bytes` long; `round` makes each one
 * its own. */
static char *payload(size_t bytes, unsigned round)
{
    static const char words[] = "the quick tests of lib/wire/conn.c:120 ok ";
    static const char tail[] = "\",\"stderr\":\"\",\"interrupted\":false}}\n";
    char *p = malloc(bytes + 1);
    int n;

    if (!p)
        die("malloc");
    n = snprintf(p, bytes,
                 "{\"session_id\":\"0b5e0c1e-0000-4000-8000-00000000beef\","
                 "\"transcript_path\":\"/nowhere/t.jsonl\",\"cwd\":\"/tmp\","
                 "\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Bash\","
                 "\"tool_use_id\":\"toolu_bench_%d_%08u\","
                 "\"tool_input\":{\"command\":\"make check\"},"
                 "\"tool_response\":{\"stdout\":\"",
                 (int)getpid(), round);
    if (n < 0 || (size_t)n + sizeof(tail) > bytes)
        die("the payload is too small");
    for (size_t i = (size_t)n; i < bytes; i++)
        p[i] = words[i % (sizeof(words) - 1)];
    memcpy(p + bytes - (sizeof(tail) - 1), tail, sizeof(tail));
    return p;
}

/* The next line of the file, without its end; the first one behind the last. */
static char *next_line(FILE *f)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n = getline(&line, &room, f);

    if (n <= 0) {
        rewind(f);
        n = getline(&line, &room, f);
    }
    if (n <= 0)
        die("the file has no line");
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static int64_t run(struct program *p, const char *text, size_t bytes)
{
    posix_spawn_file_actions_t fa;
    char *argv[] = {p->path, NULL};
    int in[2], status, rc;
    int64_t from;
    pid_t pid;

    if (p->home)
        setenv("CMEM_HOME", p->home, 1);
    from = clock_mono_us();
    if (pipe2(in, O_CLOEXEC) < 0 || posix_spawn_file_actions_init(&fa) ||
        posix_spawn_file_actions_adddup2(&fa, in[0], 0) ||
        posix_spawn_file_actions_adddup2(&fa, fileno(output), 1))
        die("pipe");
    rc = posix_spawn(&pid, p->path, &fa, NULL, argv, environ);
    if (rc) {
        errno = rc;
        die(p->path);
    }
    close(in[0]);
    if (file_write_all(in[1], text, bytes) < 0)
        die("write");
    close(in[1]);
    if (waitpid(pid, &status, 0) < 0 || status != 0)
        die("the program failed");
    from = clock_mono_us() - from;
    posix_spawn_file_actions_destroy(&fa);
    p->printed += lseek(fileno(output), 0, SEEK_CUR) > 0;
    if (ftruncate(fileno(output), 0) < 0 ||
        lseek(fileno(output), 0, SEEK_SET) < 0)
        die("the output");
    return from;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void report(struct program *p, int count, int rounds)
{
    double first = 0;

    for (int i = 0; i < count; i++) {
        double median;

        qsort(p[i].us, (size_t)rounds, sizeof(*p[i].us), by_value);
        median = (double)p[i].us[rounds / 2];
        if (i == 0)
            first = median;
        printf("  %-24s median %7.0f us   p99 %7lld us   ratio %5.2f",
               p[i].name, median, (long long)p[i].us[rounds * 99 / 100],
               median / first);
        if (p[i].printed)
            printf("   printed in %d", p[i].printed);
        putchar('\n');
    }
}

/* NAME=PROGRAM[@CMEM_HOME] */
static struct program parse(char *arg, size_t rounds)
{
    struct program p = {.name = arg, .us = calloc(rounds, sizeof(*p.us))};
    char *is = strchr(arg, '='), *at;

    if (!is || !p.us)
        die("NAME=PROGRAM");
    *is = '\0';
    p.path = is + 1;
    at = strchr(p.path, '@');
    if (at) {
        *at = '\0';
        p.home = at + 1;
    }
    return p;
}

int main(int argc, char **argv)
{
    struct program programs[PROGRAMS_MAX];
    int64_t rounds, bytes = 0;
    int count = argc - 3;
    FILE *lines = NULL;

    if (count < 1 || count > PROGRAMS_MAX ||
        str_int(str_of(argv[1]), 1, ROUNDS_MAX, &rounds) < 0 ||
        (argv[2][0] != '@' &&
         str_int(str_of(argv[2]), 512, 64 << 20, &bytes) < 0)) {
        fputs("usage: spawn ROUNDS BYTES|@FILE NAME=PROGRAM[@CMEM_HOME]...\n",
              stderr);
        return 2;
    }
    if (bytes == 0)
        lines = fopen(argv[2] + 1, "re");
    output = tmpfile();
    if (!output || (bytes == 0 && !lines))
        die(argv[2]);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < count; i++)
        programs[i] = parse(argv[3 + i], (size_t)rounds);
    for (int64_t r = 0; r < rounds; r++) {
        char *text = lines ? next_line(lines)
                           : payload((size_t)bytes, (unsigned)r);

        for (int i = 0; i < count; i++) {
            struct program *p = &programs[r % 2 ? count - 1 - i : i];

            p->us[r] = run(p, text, strlen(text));
        }
        free(text);
    }
    report(programs, count, (int)rounds);
    return 0;
}
