/* spool_test.c - events that wait for a worker (lib/wire/spool.h). */
#include "base/common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "test.h"
#include "wire/spool.h"

#define ROOMY       (UINT64_C(1) << 30)
#define SOON_MS     5000
#define RECORD_HEAD (12 + FRAME_HEAD_BYTES)

static char dir[512], events[600];

static const char *spool(void)
{
    snprintf(dir, sizeof(dir), "%s/spool", test_dir());
    snprintf(events, sizeof(events), "%s/events.spool", dir);
    return dir;
}

static int64_t soon(void)
{
    return clock_mono_ms() + SOON_MS;
}

static struct frame event(int number, const char *body, size_t n)
{
    struct frame f = {.type = FRAME_EVENT,
                      .kind = HOOK_STOP,
                      .time_ms = number,
                      .body = {body, n}};

    memcpy(f.uid, &number, sizeof(number));
    return f;
}

static int put(int number, const char *body)
{
    struct frame f = event(number, body, strlen(body));

    return spool_append(spool(), &f, ROOMY, soon());
}

/* What a reader was given: "number:body " for each. */
struct seen {
    struct buf text;
    int count, done;
    int refuse_at; /* fn fails at this one, from 1 */
    bool done_fails;
    bool quiet; /* count only */
};

static int see(void *arg, const struct frame *f)
{
    struct seen *s = arg;

    if (s->refuse_at && s->count + 1 == s->refuse_at)
        return CM_EDB;
    s->count++;
    if (!s->quiet)
        buf_addf(&s->text, "%lld:%.*s ", (long long)f->time_ms,
                 STR_ARG(f->body));
    return 0;
}

static int done(void *arg)
{
    struct seen *s = arg;

    s->done++;
    return s->done_fails ? CM_EDB : 0;
}

static struct seen seen_new(void)
{
    struct seen s = {0};

    buf_init(&s.text, 1 << 20);
    return s;
}

static int read_all(struct seen *s, struct spool_counts *counts)
{
    struct spool_counts unused;

    return spool_read(spool(), see, done, s, counts ? counts : &unused, NULL);
}

/* Reads everything and compares. */
#define CHECK_READS(want_)                                                     \
    do {                                                                       \
        struct seen s_ = seen_new();                                           \
        CHECK_INT(read_all(&s_, NULL), 0);                                     \
        CHECK_STR(buf_str(&s_.text), want_);                                   \
        buf_free(&s_.text);                                                    \
    } while (0)

static uint64_t waiting(void)
{
    uint64_t bytes, dropped;

    spool_state(spool(), &bytes, &dropped);
    return bytes;
}

static uint64_t dropped(void)
{
    uint64_t bytes, n;

    spool_state(spool(), &bytes, &n);
    return n;
}

TEST(spool, crc_is_the_one_of_zlib)
{
    const char *nines = "123456789";
    uint32_t whole, parts;

    CHECK_INT(spool_crc(0, nines, 9), 0xcbf43926);
    CHECK_INT(spool_crc(0, "", 0), 0);
    CHECK_INT(spool_crc(0, "a", 1), 0xe8b7be43);
    CHECK_INT(spool_crc(0, "The quick brown fox jumps over the lazy dog", 43),
              0x414fa339);
    for (size_t i = 0; i <= 9; i++) {
        whole = spool_crc(0, nines, 9);
        parts = spool_crc(spool_crc(0, nines, i), nines + i, 9 - i);
        CHECK_INT(parts, whole);
    }
}

TEST(spool, gives_back_what_was_appended_in_order_and_once)
{
    CHECK_INT(put(1, "one"), 0);
    CHECK_INT(put(2, ""), 0);
    CHECK_INT(put(3, "three"), 0);
    CHECK_READS("1:one 2: 3:three ");
    CHECK_READS("");
    CHECK_INT(waiting(), 0);
    CHECK_INT(put(4, "four"), 0);
    CHECK_READS("4:four ");
}

TEST(spool, keeps_every_field_and_a_large_body)
{
    size_t n = 10 << 20;
    char *body = malloc(n);
    struct frame f = event(9, body, n);
    struct seen s = seen_new();

    for (size_t i = 0; i < n; i++)
        body[i] = (char)(i * 31 >> 3);
    s.quiet = true;
    CHECK_INT(spool_append(spool(), &f, ROOMY, soon()), 0);
    CHECK_INT(waiting(), RECORD_HEAD + n);
    CHECK_INT(put(10, "behind"), 0);
    CHECK_INT(read_all(&s, NULL), 0);
    CHECK_INT(s.count, 2);
    free(body);
}

TEST(spool, is_empty_where_there_is_none)
{
    struct seen s = seen_new();
    struct spool_counts counts;

    CHECK_INT(read_all(&s, &counts), 0);
    CHECK_INT(s.count + s.done, 0);
    CHECK_INT(waiting() + dropped(), 0);
}

TEST(spool, is_private)
{
    struct stat st;

    umask(0);
    CHECK_INT(put(1, "x"), 0);
    CHECK_INT(stat(spool(), &st), 0);
    CHECK_INT(st.st_mode & 0777, 0700);
    CHECK_INT(stat(events, &st), 0);
    CHECK_INT(st.st_mode & 0777, 0600);
}

/* The bytes of events.spool, and the file gone. */
static struct buf steal(void)
{
    struct buf b;

    buf_init(&b, 64 << 20);
    CHECK_INT(file_read(events, &b, NULL), 0);
    CHECK_INT(unlink(events), 0);
    return b;
}

static void append_bytes(struct str s)
{
    int fd = open(events, O_WRONLY | O_APPEND | O_CREAT, 0600);

    CHECK(fd >= 0);
    CHECK_INT(file_write_all(fd, s.p, s.n), 0);
    close(fd);
}

/* A writer killed after any number of bytes, others before and behind. */
TEST(spool, a_record_torn_at_any_byte_hides_no_other)
{
    struct buf torn;
    size_t n;

    put(2, "torn CMS1 record");
    torn = steal();
    n = torn.len;
    for (size_t cut = 0; cut <= n; cut++) {
        struct seen s = seen_new();
        struct spool_counts counts;

        put(1, "before");
        append_bytes(str_cut(buf_str(&torn), 0, cut));
        put(3, "behind");
        put(4, "last");
        CHECK_INT(read_all(&s, &counts), 0);
        CHECK_STR(buf_str(&s.text),
                  cut < n ? "1:before 3:behind 4:last "
                          : "1:before 2:torn CMS1 record 3:behind 4:last ");
        CHECK_INT(counts.records, cut < n ? 3 : 4);
        CHECK_INT(counts.torn_bytes, cut < n ? cut : 0);
        buf_free(&s.text);
    }
    buf_free(&torn);
}

/* A machine that lost power leaves zeros, or other bytes than were written. */
TEST(spool, a_flipped_bit_anywhere_loses_that_record_only)
{
    struct buf whole;
    size_t n;

    put(2, "damaged");
    whole = steal();
    n = whole.len;
    for (size_t bit = 0; bit < n * 8; bit++) {
        struct seen s = seen_new();

        whole.data[bit / 8] ^= (char)(1 << bit % 8);
        put(1, "before");
        append_bytes(buf_str(&whole));
        put(3, "behind");
        CHECK_INT(read_all(&s, NULL), 0);
        CHECK_STR(buf_str(&s.text), "1:before 3:behind ");
        whole.data[bit / 8] ^= (char)(1 << bit % 8);
        buf_free(&s.text);
    }
    buf_free(&whole);
    for (int i = 0; i < 100; i++)
        append_bytes((struct str){"\0\0\0\0\0\0\0\0\0\0\0\0", 12});
    put(5, "behind zeros");
    CHECK_READS("5:behind zeros ");
}

/* An event about a spool: what looks like records in its body is body. */
TEST(spool, records_inside_a_body_stay_in_the_body)
{
    struct seen s = seen_new();
    struct buf inner;
    struct frame f;

    put(7, "inner");
    inner = steal();
    f = event(1, inner.data, inner.len);
    CHECK_INT(spool_append(spool(), &f, ROOMY, soon()), 0);
    put(2, "outer");
    s.quiet = true;
    CHECK_INT(read_all(&s, NULL), 0);
    CHECK_INT(s.count, 2);
    buf_free(&inner);
    buf_free(&s.text);
}

/* Many heads that promise much, inside a torn record: bounded work. */
TEST(spool, a_record_made_to_keep_the_reader_busy_does_not)
{
    const size_t heads = 20000, body = 8 << 20;
    struct frame f = event(1, "", 0);
    unsigned char head[RECORD_HEAD] = "CMS1";
    uint32_t length = FRAME_HEAD_BYTES + (4u << 20);
    int64_t from = clock_mono_ms();
    struct buf b;

    f.body.n = 4 << 20;
    frame_head(&f, head + 12);
    memcpy(head + 4, &length, 4); /* tests run on little-endian machines */
    buf_init(&b, body + heads * sizeof(head));
    for (size_t i = 0; i < heads; i++)
        buf_add(&b, head, sizeof(head));
    memset(buf_reserve(&b, body), 'x', body);
    buf_commit(&b, body);
    put(0, "before");
    append_bytes(buf_str(&b));
    put(2, "behind");
    CHECK_READS("0:before 2:behind ");
    CHECK(clock_mono_ms() - from < 30000);
    buf_free(&b);
}

TEST(spool, keeps_a_newer_version_for_a_worker_that_knows_it)
{
    struct buf b;
    uint32_t crc;

    put(1, "from the future");
    b = steal();
    b.data[12 + 4] = FRAME_VERSION + 1;
    crc = spool_crc(0, b.data + 12, b.len - 12);
    memcpy(b.data + 8, &crc, 4);
    append_bytes(buf_str(&b));
    put(2, "now");
    CHECK_READS("2:now ");
    CHECK(waiting() > 0);
    CHECK_READS("2:now "); /* again: the database knows its id */
    buf_free(&b);
}

TEST(spool, keeps_the_file_when_an_event_or_the_commit_is_refused)
{
    struct seen s = seen_new();

    put(1, "one");
    put(2, "two");
    s.refuse_at = 2;
    CHECK_INT(read_all(&s, NULL), CM_EDB);
    CHECK_INT(s.count, 1);
    CHECK_INT(s.done, 0);
    put(3, "three");
    buf_reset(&s.text);
    s.refuse_at = 0;
    s.done_fails = true;
    CHECK_INT(read_all(&s, NULL), CM_EDB);
    CHECK_STR(buf_str(&s.text), "1:one 2:two ");
    buf_free(&s.text);
    CHECK_READS("1:one 2:two 3:three "); /* oldest file first */
    CHECK_INT(waiting(), 0);
}

TEST(spool, two_writers_and_a_reader_lose_and_repeat_nothing)
{
    enum { WRITERS = 2, EACH = 400 };
    static bool got[WRITERS * EACH];
    struct seen s = seen_new();
    int running = WRITERS, status, number, used;
    const char *p;

    spool();
    for (int w = 0; w < WRITERS; w++) {
        if (fork() == 0) {
            char body[3000];

            memset(body, 'a' + w, sizeof(body));
            for (int i = 0; i < EACH; i++) {
                struct frame f = event(w * EACH + i, body, (size_t)(i * 7));

                if (spool_append(dir, &f, ROOMY, soon()) != 0)
                    _exit(1);
            }
            _exit(0);
        }
    }
    buf_free(&s.text);
    buf_init(&s.text, 16 << 20);
    while (running > 0) {
        pid_t pid = waitpid(-1, &status, WNOHANG);

        if (pid > 0) {
            CHECK_INT(WEXITSTATUS(status), 0);
            running--;
        }
        CHECK_INT(read_all(&s, NULL), 0);
    }
    CHECK_INT(read_all(&s, NULL), 0);
    CHECK_INT(s.count, WRITERS * EACH);
    for (p = s.text.data; sscanf(p, "%d:%n", &number, &used) == 1;) {
        CHECK(number >= 0 && number < WRITERS * EACH && !got[number]);
        got[number] = true;
        p = strchr(p + used, ' ') + 1;
    }
    CHECK_INT(waiting(), 0);
    buf_free(&s.text);
}

/* A writer that was stopped while it held the lock. */
TEST(spool, a_stuck_writer_stops_neither_writers_nor_reader)
{
    struct frame f = event(2, "own file", 8);
    int64_t from;
    int status, fd;
    pid_t pid;

    put(1, "in the locked file");
    pid = fork();
    if (pid == 0) {
        fd = open(events, O_WRONLY);
        flock(fd, LOCK_EX);
        raise(SIGSTOP);
        _exit(0);
    }
    CHECK_INT(waitpid(pid, &status, WUNTRACED), pid);
    CHECK(WIFSTOPPED(status));
    from = clock_mono_ms();
    CHECK_INT(spool_append(dir, &f, ROOMY, from + 30), 0);
    CHECK(clock_mono_ms() - from < 2000);
    CHECK_READS("2:own file ");
    kill(pid, SIGCONT);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_READS("1:in the locked file ");
}

/* Killed between writing its own file and naming it. */
TEST(spool, reads_a_temporary_file_that_was_left_behind)
{
    const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    char tmp[700], fresh[700];

    put(1, "whole");
    snprintf(tmp, sizeof(tmp), "%s/0000000000001-aa.tmp", dir);
    snprintf(fresh, sizeof(fresh), "%s/0000000000002-bb.tmp", dir);
    CHECK_INT(rename(events, tmp), 0);
    put(2, "being written");
    CHECK_INT(rename(events, fresh), 0);
    CHECK_INT(utimensat(AT_FDCWD, tmp, long_ago, 0), 0);
    CHECK_READS("1:whole ");
    CHECK(!file_exists(tmp));
    CHECK(file_exists(fresh));
}

TEST(spool, when_full_refuses_tool_events_first_and_counts)
{
    const uint64_t max = 10000;
    char body[952] = {0};
    struct frame tool = event(1, body, sizeof(body));
    struct frame prompt = event(2, body, sizeof(body));
    int taken = 0;

    tool.kind = HOOK_POST_TOOL_USE;
    prompt.kind = HOOK_USER_PROMPT;
    while (spool_append(spool(), &tool, max, soon()) == 0)
        taken++;
    CHECK_INT(taken, 10); /* records of 1000 bytes */
    CHECK_INT(dropped(), 1);
    CHECK_INT(spool_append(dir, &prompt, max, soon()), 0); /* the tenth more */
    CHECK_INT(spool_append(dir, &prompt, max, soon()), CM_EFULL);
    CHECK_INT(spool_append(dir, &tool, max, soon()), CM_EFULL);
    CHECK_INT(dropped(), 3);
    CHECK_INT(waiting(), 11000);
    {
        struct seen s = seen_new();

        s.quiet = true;
        CHECK_INT(read_all(&s, NULL), 0);
        CHECK_INT(s.count, 11);
        buf_free(&s.text);
    }
    CHECK_INT(spool_append(dir, &tool, max, soon()), 0);
    CHECK_INT(dropped(), 3); /* stays for the doctor */
}

/* All files count: also those a reader took and did not finish. */
TEST(spool, measures_all_its_files_against_the_limit)
{
    struct frame f = event(1, "0123456789", 10);
    struct seen s = seen_new();

    s.done_fails = true;
    f.kind = HOOK_POST_TOOL_USE;
    CHECK_INT(spool_append(spool(), &f, 100, soon()), 0);
    CHECK_INT(read_all(&s, NULL), CM_EDB);
    CHECK_INT(spool_append(dir, &f, 100, soon()), CM_EFULL);
    CHECK_INT(spool_append(dir, &f, 116, soon()), 0);
    buf_free(&s.text);
}

/* A limit on file size stands for the full disk: the write comes back short. */
TEST(spool, a_full_disk_leaves_no_torn_record)
{
    struct rlimit small = {.rlim_cur = 300, .rlim_max = RLIM_INFINITY};
    struct rlimit old;
    char body[400] = {0};
    struct frame f = event(2, body, sizeof(body));

    signal(SIGXFSZ, SIG_IGN);
    CHECK_INT(put(1, "fits"), 0);
    CHECK_INT(getrlimit(RLIMIT_FSIZE, &old), 0);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
    CHECK_INT(spool_append(dir, &f, ROOMY, soon()), CM_EIO);
    CHECK_INT(waiting(), RECORD_HEAD + 4);
    CHECK_INT(put(3, "fits too"), 0);
    CHECK_INT(setrlimit(RLIMIT_FSIZE, &old), 0);
    CHECK_INT(dropped(), 1);
    CHECK_READS("1:fits 3:fits too ");
}

TEST(spool, refuses_without_a_directory_to_write_in)
{
    struct frame f = event(1, "x", 1);
    int status;
    pid_t pid;

    CHECK_INT(file_mkdirs(spool(), NULL), 0);
    CHECK_INT(chmod(test_dir(), 0755), 0);
    CHECK_INT(chmod(dir, 0555), 0);
    pid = fork(); /* root may write anywhere */
    if (pid == 0)
        _exit((geteuid() == 0 && setuid(65534) != 0) ||
              spool_append(dir, &f, ROOMY, soon()) != CM_EIO);
    CHECK_INT(waitpid(pid, &status, 0), pid);
    CHECK_INT(WEXITSTATUS(status), 0);
    CHECK_INT(spool_append("/proc/nowhere/spool", &f, ROOMY, soon()), CM_EIO);
    CHECK_INT(spool_append("/dev/null", &f, ROOMY, soon()), CM_EIO);
}

/* Taken between a writer's open and its lock: the writer must not write into
 * the file that is being read. */
TEST(spool, a_writer_that_waited_for_a_taken_file_uses_the_new_one)
{
    char taken[700];
    int fd, status;
    pid_t pid;
    struct buf b;

    put(1, "first");
    snprintf(taken, sizeof(taken), "%s/taken", dir);
    fd = open(events, O_RDWR);
    CHECK_INT(flock(fd, LOCK_EX), 0);
    pid = fork();
    if (pid == 0) {
        close(fd); /* the lock stays with the parent's descriptor */
        _exit(put(2, "second") != 0);
    }
    while (waitpid(pid, &status, WNOHANG) == 0) {
        static const struct timespec pause = {.tv_nsec = 20000000};

        nanosleep(&pause, NULL); /* let it open and wait */
        if (!file_exists(taken)) {
            CHECK_INT(rename(events, taken), 0);
            close(fd);
        }
    }
    CHECK_INT(WEXITSTATUS(status), 0);
    buf_init(&b, 4096);
    CHECK_INT(file_read(taken, &b, NULL), 0);
    CHECK_INT(b.len, RECORD_HEAD + 5);
    buf_free(&b);
    CHECK_READS("2:second ");
}
