/* project_test.c - which body of work a directory belongs to. */
#include "base/common.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/project.h"
#include "base/file.h"
#include "test.h"

static struct arena arena;

static const char *path_of(const char *name)
{
    return arena_fmt(&arena, "%s/%s", test_dir(), name).p;
}

static void put(const char *name, const char *text)
{
    struct err e = {0};
    const char *path = path_of(name);

    if (file_mkdirs(arena_fmt(&arena, "%.*s",
                              (int)(strrchr(path, '/') - path), path)
                        .p,
                    &e) < 0 ||
        file_write(path, str_of(text), 0600, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
}

/* The least that is a repository. */
static void put_repo(const char *git_dir, const char *config)
{
    put(arena_fmt(&arena, "%s/objects/keep", git_dir).p, "");
    put(arena_fmt(&arena, "%s/refs/keep", git_dir).p, "");
    put(arena_fmt(&arena, "%s/HEAD", git_dir).p, "ref: refs/heads/main\n");
    put(arena_fmt(&arena, "%s/config", git_dir).p, config);
}

static struct project find(const char *name)
{
    struct project p;

    project_find(path_of(name), &arena, &p);
    return p;
}

static const char *key_of(const char *kind, const char *name)
{
    char real[PATH_MAX];

    return arena_fmt(&arena, "%s:%s", kind,
                     realpath(path_of(name), real) ? real : path_of(name))
        .p;
}

TEST(project, a_repository_is_its_git_directory)
{
    struct project p;

    put_repo("work/app/.git", "");
    put("work/app/src/deep/file.c", "");
    p = find("work/app/src/deep");
    CHECK_STR(p.name, "app");
    CHECK_STR(p.branch, "main");
    CHECK_STR(p.keys[0], key_of("dir", "work/app/.git"));
    CHECK_INT(p.nkeys, 1);
    CHECK(str_ends(p.root, STR("/work/app")));
    arena_free(&arena);
}

TEST(project, the_same_base_name_elsewhere_is_another_project)
{
    put_repo("a/app/.git", "");
    put_repo("b/app/.git", "");
    CHECK(!str_eq(find("a/app").keys[0], find("b/app").keys[0]));
    arena_free(&arena);
}

TEST(project, a_remote_is_the_second_key)
{
    struct project p;

    put_repo("app/.git", "[core]\n\tbare = false\n"
                         "[remote \"fork\"]\n\turl = git@example.org:me/x\n"
                         "[remote \"origin\"]\n"
                         "\turl = https://example.org/o/app.git\n"
                         "[branch \"main\"]\n\tremote = origin\n");
    p = find("app");
    CHECK_INT(p.nkeys, 2);
    CHECK_STR(p.keys[1], "remote:example.org/o/app");
    arena_free(&arena);
}

TEST(project, outside_git_a_directory_is_its_path)
{
    struct project p;

    put("notes/today.txt", "");
    p = find("notes");
    CHECK_STR(p.name, "notes");
    CHECK_STR(p.keys[0], key_of("path", "notes"));
    CHECK_INT(p.nkeys, 1);
    CHECK_INT(p.branch.n, 0);
    arena_free(&arena);
}
