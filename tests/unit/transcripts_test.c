/* transcripts_test.c - transcripts below a place: which are found, how often,
 * in what order. */
#include "base/common.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/transcripts.h"
#include "test.h"

/* Two of them may be in use at once. */
static const char *place(const char *name)
{
    static char paths[2][4096];
    static int turn;
    char *path = paths[turn ^= 1];

    snprintf(path, sizeof(paths[0]), "%s/%s", test_dir(), name);
    return path;
}

static void put(const char *name, time_t mtime)
{
    struct timespec t[2] = {{.tv_sec = mtime}, {.tv_sec = mtime}};
    char dir[4096];

    snprintf(dir, sizeof(dir), "%s", place(name));
    *strrchr(dir, '/') = '\0';
    CHECK_INT(file_mkdirs(dir, NULL), 0);
    CHECK_INT(file_write(place(name), STR("{}\n"), 0600, NULL), 0);
    CHECK_INT(utimensat(AT_FDCWD, place(name), t, 0), 0);
}

static struct str name_of(const struct transcript_list *l, size_t i)
{
    return str_base(l->at[i].path);
}

static struct transcript_list find(struct arena *a, const char *name)
{
    struct transcript_list l = {.a = a};
    struct err e = {0};

    if (transcripts_find(&l, place(name), &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    transcripts_sort(&l);
    return l;
}

TEST(transcripts, are_found_below_a_place_oldest_first)
{
    struct arena a = {0};
    struct transcript_list l;

    put("p/x/new.jsonl", 3000);
    put("p/x/sub/agents/old.jsonl.gz", 1000);
    put("p/y/middle.jsonl", 2000);
    put("p/y/notes.json", 1);
    put("p/y/jsonl", 1);
    l = find(&a, "p");
    CHECK_INT(l.n, 3);
    CHECK_STR(name_of(&l, 0), "old.jsonl.gz");
    CHECK_STR(name_of(&l, 1), "middle.jsonl");
    CHECK_STR(name_of(&l, 2), "new.jsonl");
    CHECK_INT(l.bytes, 9);
    CHECK(l.at[0].path.p[0] == '/');
    arena_free(&a);
}

TEST(transcripts, a_file_that_is_named_is_taken_whatever_it_is_called)
{
    struct arena a = {0};
    struct transcript_list l;

    put("p/odd.txt", 1);
    l = find(&a, "p/odd.txt");
    CHECK_INT(l.n, 1);
    CHECK_STR(name_of(&l, 0), "odd.txt");
    arena_free(&a);
}

TEST(transcripts, loops_of_links_end_and_nothing_is_found_twice)
{
    struct arena a = {0};
    struct transcript_list l;

    put("p/x/one.jsonl", 1);
    put("q/two.jsonl", 2);
    CHECK_INT(symlink(place("p"), place("p/x/up")), 0);
    CHECK_INT(symlink("one.jsonl", place("p/x/again.jsonl")), 0);
    CHECK_INT(symlink("../../q", place("p/x/q")), 0);
    CHECK_INT(symlink("nowhere", place("p/x/gone.jsonl")), 0);
    l = find(&a, "p");
    CHECK_INT(l.n, 2);
    CHECK_INT(l.bytes, 6);
    CHECK_STR(name_of(&l, 1), "two.jsonl");
    /* The same place twice is one place. */
    CHECK_INT(transcripts_find(&l, place("p"), NULL), 0);
    transcripts_sort(&l);
    CHECK_INT(l.n, 2);
    CHECK_INT(l.bytes, 6);
    arena_free(&a);
}

TEST(transcripts, a_place_that_is_not_there_is_an_error_an_empty_one_is_none)
{
    struct arena a = {0};
    struct transcript_list l = {.a = &a};
    struct err e = {0};

    CHECK_INT(transcripts_find(&l, place("none"), &e), CM_ENOTFOUND);
    CHECK_HAS(str_of(e.msg), "none");
    CHECK_INT(file_mkdirs(place("empty"), NULL), 0);
    CHECK_INT(transcripts_find(&l, place("empty"), NULL), 0);
    transcripts_sort(&l);
    CHECK_INT(l.n, 0);
    arena_free(&a);
}

TEST(transcripts, a_directory_that_cannot_be_read_is_counted)
{
    struct arena a = {0};
    struct transcript_list l = {.a = &a};

    if (geteuid() == 0)
        return; /* the superuser reads everything */
    put("p/x/one.jsonl", 1);
    put("p/shut/two.jsonl", 1);
    CHECK_INT(chmod(place("p/shut"), 0), 0);
    CHECK_INT(transcripts_find(&l, place("p"), NULL), 0);
    CHECK_INT(chmod(place("p/shut"), 0700), 0);
    CHECK_INT(l.n, 1);
    CHECK_INT(l.unreadable, 1);
    CHECK_HAS(str_of(l.problem.msg), "shut");
    arena_free(&a);
}
