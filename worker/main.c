/*
 * main.c - cmemd, the worker.
 *
 * cmemd is started by the first hook or command that finds nobody listening.
 * One runs at a time: it holds a lock for its whole life. It leaves after
 * idle_exit_s without work.
 */
#include "base/common.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/log.h"
#include "worker/digester.h"
#include "worker/worker.h"

/* Memory goes back to the system when a large event or batch is done; what a
 * search takes stays, or the next one would have to get every page anew. */
static void tune_memory(void)
{
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_MMAP_THRESHOLD, 2 * 1024 * 1024);
    mallopt(M_TRIM_THRESHOLD, 4 * 1024 * 1024);
}

int main(int argc, char **argv)
{
    static struct worker w = {.lock_fd = -1};
    struct err e = {0};
    struct rlimit core = {0, 0}; /* a core would hold what was redacted */
    int rc;

    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        printf("cmemd %s\n", CMEM_VERSION);
        return 0;
    }
    if (argc > 1) {
        fprintf(stderr, "usage: cmemd [--version]\n"
                        "The worker of cmem; hooks and cmem start it.\n");
        return 2;
    }
    setrlimit(RLIMIT_CORE, &core);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error like others */
    umask(0077);
    tune_memory();
    rc = worker_start(&w, &e);
    if (rc < 0) {
        if (rc != CM_EAGAIN) {
            log_error("cmemd does not start: %s", e.msg);
            fprintf(stderr, "cmemd: %s\n", e.msg);
        }
        return rc == CM_EAGAIN ? 0 : 3;
    }
    digester_run(&w);
    uv_run(&w.loop, UV_RUN_DEFAULT);
    worker_end(&w);
    return 0;
}
