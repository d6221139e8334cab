/* main.c - runs the unit tests: unit-tests [-j N] [AREA|NAME]... */
#include "base/common.h"

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* A unit test that takes longer than this hangs. */
#define TEST_SECONDS 60

static struct test *tests;
static char dir[256];

void test_register(struct test *t)
{
    struct test **at = &tests;

    while (*at && (strcmp((*at)->area, t->area) < 0 ||
                   (strcmp((*at)->area, t->area) == 0 &&
                    strcmp((*at)->name, t->name) < 0)))
        at = &(*at)->next;
    t->next = *at;
    *at = t;
}

void test_fail(const char *file, int line, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    printf("# %s:%d: ", file, line);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    fflush(stdout);
    _exit(1);
}

const char *test_dir(void)
{
    return dir;
}

const char *test_source(const char *name)
{
    static char path[4096];
    static char root[2048];

    if (!root[0] && !getcwd(root, sizeof(root)))
        CM_BUG("getcwd");
    snprintf(path, sizeof(path), "%s/%s", root, name);
    return path;
}

static int rm(const char *p, const struct stat *s, int f, struct FTW *w)
{
    (void)s;
    (void)f;
    (void)w;
    return remove(p);
}

static void set_up(void)
{
    const char *tmp = getenv("TMPDIR");

    snprintf(dir, sizeof(dir), "%s/cmem-unit-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(dir))
        test_fail(__FILE__, __LINE__, "mkdtemp %s: %s", dir, strerror(errno));
    setenv("HOME", dir, 1);
    setenv("CMEM_HOME", dir, 1);
    setenv("TZ", "UTC", 1);
    unsetenv("XDG_DATA_HOME");
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("XDG_CACHE_HOME");
    unsetenv("XDG_STATE_HOME");
}

/* The whole test in its own process; output goes to a file so that parallel
 * tests do not mix. */
static pid_t start(const struct test *t, FILE *out)
{
    pid_t pid;

    fflush(stdout);
    pid = fork();
    if (pid != 0)
        return pid;
    dup2(fileno(out), STDOUT_FILENO);
    dup2(fileno(out), STDERR_FILENO);
    alarm(TEST_SECONDS);
    test_source("");
    set_up();
    t->run();
    nftw(dir, rm, 16, FTW_DEPTH | FTW_PHYS);
    exit(0); /* not _exit: leaks are found at exit */
}

static bool wanted(const struct test *t, char **names, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(t->area, names[i]) == 0 || strcmp(t->name, names[i]) == 0)
            return true;
    return n == 0;
}

struct slot {
    pid_t pid;
    const struct test *t;
    FILE *out;
};

static bool report(const struct slot *s, int status, int number)
{
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    char line[4096];

    rewind(s->out);
    if (!ok)
        while (fgets(line, sizeof(line), s->out))
            fputs(line, stdout);
    fclose(s->out);
    printf("%sok %d - %s: %s", ok ? "" : "not ", number, s->t->area,
           s->t->name);
    if (WIFSIGNALED(status))
        printf(" # signal %d", WTERMSIG(status));
    putchar('\n');
    return ok;
}

int main(int argc, char **argv)
{
    struct slot slots[2] = {0};
    struct test *t = tests;
    int passed = 0, failed = 0, running = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    while (t || running) {
        int status;
        pid_t pid;

        while (t && running < (int)ARRAY_LEN(slots)) {
            struct slot *s = slots[0].pid ? &slots[1] : &slots[0];

            if (wanted(t, argv + 1, argc - 1)) {
                s->t = t;
                s->out = tmpfile();
                if (!s->out)
                    CM_BUG("tmpfile");
                s->pid = start(t, s->out);
                running++;
            }
            t = t->next;
        }
        pid = running ? wait(&status) : -1;
        for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
            if (pid < 0 || slots[i].pid != pid)
                continue;
            if (report(&slots[i], status, passed + failed + 1))
                passed++;
            else
                failed++;
            slots[i].pid = 0;
            running--;
        }
    }
    printf("1..%d\n%d passed, %d failed\n", passed + failed, passed, failed);
    return failed || !passed;
}
