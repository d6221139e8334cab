/*
 * doors-run.c - the same search through each door of a running worker.
 *
 *     CMEM_HOME=DIR doors-run ROUNDS CMEM
 *
 * One question after the other, each another one than the last:
 *
 *   ping    GET /api/v1/ping: what HTTP costs without a search (the floor)
 *   http    GET /api/v1/search over one connection that is kept
 *   socket  the same operation over the worker's socket, a connection each
 *   mcp     the tool search of one `cmem mcp` that is kept
 *   mcphttp the same tool at /mcp, over the connection that is kept
 *   cmem    the program `cmem search --json`, from spawn to exit
 *
 * Prints a row a door: median and 99th percentile in milliseconds, and how many
 * a second one asker gets that way.
 */
#include "base/common.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/file.h"
#include "base/json.h"
#include "base/paths.h"
#include "bench/corpus.h"
#include "ops/reading_key.h"
#include "wire/conn.h"

#define ROUNDS_MAX 100000
#define WAIT_MS    10000

extern char **environ;

struct doors {
    struct paths paths;
    struct config config;
    const char *cmem;
    char token[128];
    int fd; /* the HTTP connection */
    int to_mcp, from_mcp;
    struct buf in;
    char words[256]; /* this round's question */
};

static void die(const char *what)
{
    fprintf(stderr, "doors-run: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* Three words of different rank and an identifier. */
static void ask_next(struct doors *d, int round)
{
    struct buf b;

    buf_init(&b, sizeof(d->words));
    corpus_word((uint64_t)(20 + round % 40), &b);
    buf_addc(&b, ' ');
    corpus_word((uint64_t)(200 + round % 700), &b);
    buf_addc(&b, ' ');
    corpus_identifier((uint64_t)(round % 500), &b);
    snprintf(d->words, sizeof(d->words), "%.*s", STR_ARG(buf_str(&b)));
    buf_free(&b);
}

/* --- the doors --------------------------------------------------------------- */

/* `more`: further headers, the line between, a body. */
static void exchange(struct doors *d, const char *target, const char *more)
{
    char request[2048];
    ptrdiff_t end, length;
    int64_t body = 0;
    struct str head;
    int n = snprintf(request, sizeof(request),
                     "%s HTTP/1.1\r\nHost: %s\r\n"
                     "Authorization: Bearer %s\r\n%s",
                     target, getenv("DOORS_HOST"), d->token, more);

    if (file_write_all(d->fd, request, (size_t)n) < 0)
        die("send");
    buf_reset(&d->in);
    for (;;) {
        char *room = buf_reserve(&d->in, 65536);
        ssize_t got = room ? read(d->fd, room, 65536) : 0;

        if (got <= 0)
            die("receive");
        buf_commit(&d->in, (size_t)got);
        end = str_find(buf_str(&d->in), STR("\r\n\r\n"));
        if (end < 0)
            continue;
        head = str_cut(buf_str(&d->in), 0, (size_t)end);
        length = str_ifind(head, STR("content-length: "));
        body = length < 0 ? 0 : strtoll(head.p + length + 16, NULL, 10);
        if (d->in.len >= (size_t)end + 4 + (size_t)body)
            break;
    }
    if (!str_starts(head, STR("HTTP/1.1 200")))
        die("an answer that is not 200");
}

static void by_ping(struct doors *d)
{
    exchange(d, "GET /api/v1/ping", "\r\n");
}

static void by_http(struct doors *d)
{
    char target[512];

    snprintf(target, sizeof(target), "GET /api/v1/search?words=%s", d->words);
    for (char *p = target + 4; *p; p++)
        if (*p == ' ')
            *p = '+';
    exchange(d, target, "\r\n");
}

static void by_socket(struct doors *d)
{
    struct frame f = {.type = FRAME_OP, .time_ms = clock_now_ms()}, answer;
    int64_t deadline = clock_mono_ms() + WAIT_MS;
    struct json *j = json_object(), *args = json_object(),
                *inner = json_object();
    char key[READING_KEY_SIZE];
    struct buf body;
    int fd;

    reading_key(&d->config, key);
    json_set_str(inner, "words", str_of(d->words));
    json_set_str(args, "name", STR("search"));
    json_set_str(args, "key", str_of(key));
    json_set(args, "args", inner);
    json_set_str(args, "cwd", STR("/nowhere"));
    json_set_str(j, "op", STR("read"));
    json_set(j, "args", args);
    buf_init(&body, 65536);
    json_print(j, &body, 0);
    f.body = buf_str(&body);
    fd = conn_open(&d->paths, deadline);
    if (fd < 0 || conn_send(fd, &f, deadline) < 0 ||
        conn_recv(fd, &d->in, &answer, deadline) < 0 ||
        str_find(answer.body, STR("\"ok\":true")) < 0)
        die("the socket");
    close(fd);
    buf_free(&body);
    json_free(j);
}

/* Sends a line, and reads the one that comes back. */
static void say_mcp(struct doors *d, const char *line)
{
    if (file_write_all(d->to_mcp, line, strlen(line)) < 0)
        die("send to cmem mcp");
    buf_reset(&d->in);
    while (d->in.len == 0 || d->in.data[d->in.len - 1] != '\n') {
        char *room = buf_reserve(&d->in, 65536);
        ssize_t got = room ? read(d->from_mcp, room, 65536) : 0;

        if (got <= 0)
            die("receive from cmem mcp");
        buf_commit(&d->in, (size_t)got);
    }
}

static void put_call(const struct doors *d, char line[1024])
{
    snprintf(line, 1024,
             "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\","
             "\"params\":{\"name\":\"search\",\"arguments\":{\"query\":"
             "\"%s\",\"all\":true,\"limit\":10}}}\n",
             d->words);
}

static void by_mcp_http(struct doors *d)
{
    char line[1024], more[1280];

    put_call(d, line);
    snprintf(more, sizeof(more),
             "Content-Type: application/json\r\n"
             "MCP-Protocol-Version: 2025-11-25\r\n"
             "Content-Length: %zu\r\n\r\n%s",
             strlen(line), line);
    exchange(d, "POST /mcp", more);
    if (str_find(buf_str(&d->in), STR("structuredContent")) < 0)
        die("an answer of /mcp that is none");
}

static void by_mcp(struct doors *d)
{
    char line[1024];

    put_call(d, line);
    say_mcp(d, line);
    if (str_find(buf_str(&d->in), STR("structuredContent")) < 0)
        die("an answer of cmem mcp that is none");
}

static void by_program(struct doors *d)
{
    char *argv[] = {(char *)(uintptr_t)d->cmem, (char *)(uintptr_t) "search",
                    (char *)(uintptr_t) "--json", d->words, NULL};
    posix_spawn_file_actions_t files;
    pid_t pid;
    int status;

    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&pid, d->cmem, &files, NULL, argv, environ) != 0 ||
        waitpid(pid, &status, 0) < 0 || !WIFEXITED(status) ||
        WEXITSTATUS(status) > 1)
        die("cmem search");
    posix_spawn_file_actions_destroy(&files);
}

static const struct {
    const char *name;
    void (*ask)(struct doors *d);
} doors[] = {
    {"ping", by_ping}, {"http", by_http},        {"socket", by_socket},
    {"mcp", by_mcp},   {"mcphttp", by_mcp_http}, {"cmem", by_program},
};

/* --- measuring ----------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void connect_http(struct doors *d)
{
    struct sockaddr_in sa = {.sin_family = AF_INET};
    const char *host = getenv("DOORS_HOST"), *token = getenv("DOORS_TOKEN");
    int on = 1;

    if (!host || !token || !strchr(host, ':'))
        die("DOORS_HOST and DOORS_TOKEN are not set");
    snprintf(d->token, sizeof(d->token), "%s", token);
    sa.sin_port = htons((uint16_t)strtol(strchr(host, ':') + 1, NULL, 10));
    inet_pton(AF_INET, "127.0.0.1", &sa.sin_addr);
    d->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (d->fd < 0 || connect(d->fd, (struct sockaddr *)&sa, sizeof(sa)) < 0)
        die("connect");
    setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* It ends with its input, which is closed with this process. */
static void start_mcp(struct doors *d)
{
    char *argv[] = {(char *)(uintptr_t)d->cmem, (char *)(uintptr_t) "mcp",
                    NULL};
    posix_spawn_file_actions_t files;
    int in[2], out[2];
    pid_t pid;

    if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
        die("make a pipe");
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in[0], 0);
    posix_spawn_file_actions_adddup2(&files, out[1], 1);
    if (posix_spawn(&pid, d->cmem, &files, NULL, argv, environ) != 0)
        die("cmem mcp");
    posix_spawn_file_actions_destroy(&files);
    close(in[0]);
    close(out[1]);
    d->to_mcp = in[1];
    d->from_mcp = out[0];
    say_mcp(d, "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\","
               "\"params\":{\"protocolVersion\":\"2025-11-25\","
               "\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\","
               "\"version\":\"1\"}}}\n");
}

int main(int argc, char **argv)
{
    static struct doors d;
    static int64_t us[ARRAY_LEN(doors)][ROUNDS_MAX];
    int rounds = argc == 3 ? (int)strtol(argv[1], NULL, 10) : 0;
    struct err e;

    if (rounds < 1 || rounds > ROUNDS_MAX || paths_init(&d.paths, &e) < 0) {
        fprintf(stderr, "usage: doors-run ROUNDS CMEM\n");
        return 2;
    }
    d.cmem = argv[2];
    config_load(&d.config, d.paths.config);
    buf_init(&d.in, 32u << 20);
    connect_http(&d);
    start_mcp(&d);
    /* In turn, so that a busy minute is everybody's. */
    for (int i = -10; i < rounds; i++)
        for (size_t k = 0; k < ARRAY_LEN(doors); k++) {
            int64_t began;

            ask_next(&d, 10 + i + (int)k * 7919);
            began = clock_mono_us();
            doors[k].ask(&d);
            if (i >= 0)
                us[k][i] = clock_mono_us() - began;
        }
    printf("  %-8s %9s %9s %11s\n", "door", "p50 ms", "p99 ms", "a second");
    for (size_t k = 0; k < ARRAY_LEN(doors); k++) {
        int64_t sum = 0;

        for (int i = 0; i < rounds; i++)
            sum += us[k][i];
        qsort(us[k], (size_t)rounds, sizeof(us[k][0]), by_value);
        printf("  %-8s %9.2f %9.2f %11.0f\n", doors[k].name,
               (double)us[k][rounds / 2] / 1000,
               (double)us[k][rounds * 99 / 100] / 1000,
               1e6 * rounds / (double)(sum ? sum : 1));
    }
    config_free(&d.config);
    buf_free(&d.in);
    close(d.fd);
    return 0;
}
