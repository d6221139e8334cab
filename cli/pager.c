/* pager.c - see pager.h. */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/pager.h"

/* -F leaves when one screen holds it all, -R shows our colours, -X leaves the
 * text on the screen. Where there is no less nothing must be said of it. */
#define DEFAULT_PAGER                                                          \
    "command -v less >/dev/null 2>&1 || exit 127; exec less -FRX"

static const char *pager_command(void)
{
    const char *own = getenv("CMEM_PAGER"), *general = getenv("PAGER");
    const char *p = own ? own : general;

    if (!p)
        return DEFAULT_PAGER;
    return p[0] && strcmp(p, "cat") != 0 ? p : NULL;
}

static void run_pager(const char *command, int in)
{
    dup2(in, STDIN_FILENO);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    setenv("LESS", "FRX", 0);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

bool pager_show(struct str text)
{
    const char *command = pager_command();
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_pipe;
    int fds[2], status = 0;
    pid_t pid;

    if (!command || pipe2(fds, O_CLOEXEC) < 0)
        return false;
    /* Ctrl-C is for the pager; and it may leave before it read everything. */
    sigaction(SIGINT, &ignore, &old_int);
    sigaction(SIGPIPE, &ignore, &old_pipe);
    pid = fork();
    if (pid == 0)
        run_pager(command, fds[0]);
    close(fds[0]);
    if (pid > 0)
        (void)file_write_all(fds[1], text.p, text.n);
    close(fds[1]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGPIPE, &old_pipe, NULL);
    return pid > 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 127);
}
