/*
 * project_test.c - which body of work a directory belongs to.
 *
 * The repositories are git's own where git is there, so that its real layouts
 * are met; the edges are made by hand.
 */
#include "base/common.h"

#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/project.h"
#include "base/file.h"
#include "test.h"

static struct arena arena;

static const char *path_of(const char *name)
{
    return arena_fmt(&arena, "%s/%s", test_dir(), name).p;
}

/* The path without symbolic links: how keys are written. */
static const char *real_of(const char *name)
{
    char real[PATH_MAX];

    if (!realpath(path_of(name), real))
        test_fail(__FILE__, __LINE__, "%s is not there", name);
    return arena_strz(&arena, real).p;
}

static void put(const char *name, const char *text)
{
    struct err e = {0};
    const char *path = path_of(name);
    struct str dir =
        str_cut(str_of(path), 0, (size_t)(strrchr(path, '/') - path));

    if (file_mkdirs(arena_str(&arena, dir).p, &e) < 0 ||
        file_write(path, str_of(text), 0600, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
}

/* Runs a command of the shell in the test's directory. */
static void sh(const char *script)
{
    pid_t pid = fork();
    int status;

    if (pid == 0) {
        setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
        setenv("GIT_AUTHOR_NAME", "t", 1);
        setenv("GIT_AUTHOR_EMAIL", "t@example.org", 1);
        setenv("GIT_COMMITTER_NAME", "t", 1);
        setenv("GIT_COMMITTER_EMAIL", "t@example.org", 1);
        if (chdir(test_dir()) == 0)
            execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        test_fail(__FILE__, __LINE__, "failed: %s", script);
}

/* "git" that says nothing, on a first branch called main. */
#define GIT                                                                    \
    "g() { git -c init.defaultBranch=main -c protocol.file.allow=always "      \
    "-c advice.detachedHead=false \"$@\" >/dev/null 2>&1; }; "
#define REPO(name) "g init " name "; g -C " name " commit --allow-empty -m x; "

static struct project find(const char *name)
{
    struct project p;

    project_find(path_of(name), &arena, &p);
    return p;
}

static const char *key(const char *kind, const char *name)
{
    return arena_fmt(&arena, "%s:%s", kind, real_of(name)).p;
}

/* The least that is a repository. */
static void put_repo(const char *git_dir, const char *config)
{
    put(arena_fmt(&arena, "%s/objects/keep", git_dir).p, "");
    put(arena_fmt(&arena, "%s/refs/keep", git_dir).p, "");
    put(arena_fmt(&arena, "%s/HEAD", git_dir).p, "ref: refs/heads/main\n");
    put(arena_fmt(&arena, "%s/config", git_dir).p, config);
}

TEST(project, a_repository_is_its_git_directory)
{
    struct project p;

    sh(GIT REPO("work/app") "mkdir -p work/app/src/deep");
    p = find("work/app/src/deep");
    CHECK_STR(p.name, "app");
    CHECK_STR(p.branch, "main");
    CHECK_STR(p.keys[0], key("dir", "work/app/.git"));
    CHECK_INT(p.nkeys, 1);
    CHECK_STR(p.root, real_of("work/app"));
    arena_free(&arena);
}

TEST(project, a_new_repository_without_a_commit_counts)
{
    sh(GIT "g init app");
    CHECK_STR(find("app").branch, "main");
    CHECK_STR(find("app").keys[0], key("dir", "app/.git"));
    arena_free(&arena);
}

TEST(project, knows_how_many_files_git_tracks)
{
    sh(GIT REPO("app") "cd app; echo a >a; echo b >b; echo c >c; g add a b; "
       "g commit -m y; g worktree add -b other ../tree; cd ../tree; g add -A; "
       "echo d >d; echo e >e; g add d e");
    CHECK_INT(project_tracked(path_of("app"), &arena), 2);
    CHECK_INT(project_tracked(path_of("tree"), &arena), 4);
    CHECK_INT(project_tracked(path_of("nowhere"), &arena), 0);
    put("app/.git/index", "DIRX\0\0\0\2\0\0\0\7");
    CHECK_INT(project_tracked(path_of("app"), &arena), 0);
    arena_free(&arena);
}

TEST(project, worktrees_share_identity_but_not_branch_and_root)
{
    struct project main, tree;

    sh(GIT REPO("app") "g -C app worktree add ../else/where -b feature/x; "
                       "g -C app worktree add .worktrees/y");
    main = find("app");
    tree = find("else/where");
    CHECK_STR(tree.keys[0], main.keys[0].p);
    CHECK_STR(tree.name, "app");
    CHECK_STR(tree.branch, "feature/x");
    CHECK_STR(tree.root, real_of("else/where"));
    CHECK_STR(main.branch, "main");
    tree = find("app/.worktrees/y");
    CHECK_STR(tree.keys[0], main.keys[0].p);
    CHECK_STR(tree.branch, "y");
    CHECK_STR(tree.root, real_of("app/.worktrees/y"));
    arena_free(&arena);
}

TEST(project, a_removed_worktree_still_belongs_to_its_repository)
{
    struct project main, gone;

    sh(GIT REPO("app"));
    main = find("app");
    gone = find("app/.claude/worktrees/x/src");
    CHECK_STR(gone.keys[0], main.keys[0].p);
    gone = find("app/.worktrees/x");
    CHECK_STR(gone.keys[0], main.keys[0].p);
    CHECK_STR(gone.name, "app");
    arena_free(&arena);
}

TEST(project, a_directory_of_another_machine_is_its_path)
{
    struct project p;

    project_find("/nowhere/me/app/.claude/worktrees/fix/src", &arena, &p);
    CHECK_STR(p.keys[0], "path:/nowhere/me/app");
    CHECK_STR(p.name, "app");
    CHECK_STR(p.root, "/nowhere/me/app");
    CHECK_INT(p.nkeys, 1);
    CHECK_INT(p.branch.n, 0);
    project_find("/nowhere/me/app///", &arena, &p);
    CHECK_STR(p.keys[0], "path:/nowhere/me/app");
    project_find("/", &arena, &p);
    CHECK_STR(p.keys[0], "path:/");
    CHECK_STR(p.name, "/");
    project_find("", &arena, &p);
    CHECK_INT(p.nkeys, 1);
    arena_free(&arena);
}

TEST(project, a_submodule_is_a_project_of_its_own)
{
    struct project outer, sub;

    sh(GIT REPO("lib") REPO("app") "g -C app submodule add ../lib third/lib");
    outer = find("app");
    sub = find("app/third/lib");
    CHECK(!str_eq(outer.keys[0], sub.keys[0]));
    CHECK_STR(sub.keys[0], key("dir", "app/.git/modules/third/lib"));
    CHECK_STR(sub.name, "lib");
    CHECK_STR(sub.root, real_of("app/third/lib"));
    arena_free(&arena);
}

TEST(project, bare_repositories_and_their_worktrees)
{
    struct project tree, bare;

    sh(GIT REPO("src") "g clone --bare src app.git; "
                       "g -C app.git worktree add ../tree main; "
                       "mkdir hub; g clone --bare src hub/.bare; "
                       "g -C hub/.bare worktree add ../main main");
    bare = find("app.git");
    tree = find("tree");
    CHECK_STR(bare.name, "app");
    CHECK_STR(tree.name, "app");
    CHECK_STR(tree.keys[0], key("dir", "app.git"));
    CHECK_STR(bare.keys[0], tree.keys[0].p);
    tree = find("hub/main");
    CHECK_STR(tree.name, "hub");
    CHECK_STR(tree.keys[0], key("dir", "hub/.bare"));
    arena_free(&arena);
}

TEST(project, a_git_directory_may_stand_elsewhere)
{
    struct project p;

    sh(GIT "mkdir store; g init --separate-git-dir=store/x.git app");
    p = find("app");
    CHECK_STR(p.name, "app");
    CHECK_STR(p.root, real_of("app"));
    CHECK_STR(p.keys[0], key("dir", "store/x.git"));
    arena_free(&arena);
}

TEST(project, a_detached_head_is_named_by_its_commit)
{
    struct project p;

    sh(GIT REPO("app") "g -C app checkout --detach");
    p = find("app");
    CHECK_INT(p.branch.n, 9);
    CHECK(p.branch.p[0] == '(' && p.branch.p[8] == ')');
    arena_free(&arena);
}

TEST(project, symbolic_links_lead_to_one_project)
{
    sh(GIT REPO("app") "mkdir app/src; ln -s app/src link");
    CHECK_STR(find("link").keys[0], key("dir", "app/.git"));
    CHECK_STR(find("link").root, real_of("app"));
    arena_free(&arena);
}

TEST(project, the_same_base_name_elsewhere_is_another_project)
{
    sh(GIT REPO("a/app") REPO("b/app"));
    CHECK(!str_eq(find("a/app").keys[0], find("b/app").keys[0]));
    CHECK_STR(find("a/app").name, "app");
    CHECK_STR(find("b/app").name, "app");
    arena_free(&arena);
}

TEST(project, a_remote_is_the_second_key)
{
    struct project p;

    sh(GIT REPO("app") "g -C app remote add fork git@example.org:me/app.git; "
                       "g -C app remote add origin "
                       "'https://u:p@example.org/o/app.git'");
    p = find("app");
    CHECK_INT(p.nkeys, 2);
    CHECK_STR(p.keys[1], "remote:example.org/o/app");
    /* Without "origin" it is the first; one that is a path is none. */
    sh(GIT REPO("b") "g -C b remote add disk /srv/b.git; "
                     "g -C b remote add up ssh://git@example.org:22/o/b");
    CHECK_STR(find("b").keys[1], "remote:example.org/o/b");
    sh(GIT REPO("c") "g -C c remote add origin ../b");
    CHECK_INT(find("c").nkeys, 1);
    arena_free(&arena);
}

TEST(project, configurations_are_read_as_git_reads_them)
{
    put_repo("a/.git", "# [remote \"origin\"]\n[REMOTE   \"origin\"] ; x\n"
                       "  URL=\"https://example.org/o/a\" # here\n");
    CHECK_STR(find("a").keys[1], "remote:example.org/o/a");
    put_repo("b/.git", "[remote \"origin\"]\r\n\turl = "
                       "https://example.org/o/b ; comment\r\n");
    CHECK_STR(find("b").keys[1], "remote:example.org/o/b");
    put_repo("c/.git", "[remote \"x\"]\n\tpushurl = https://example.org/p\n"
                       "[branch \"origin\"]\n\turl = https://example.org/q\n");
    CHECK_INT(find("c").nkeys, 1);
    put_repo("d/.git", "[remote \"origin\"\n]\nurl\n[[[\n\"=\n[remote]\nurl =");
    CHECK_INT(find("d").nkeys, 1);
    arena_free(&arena);
}

TEST(project, outside_git_a_directory_is_its_path)
{
    struct project p;

    put("notes/sub/today.txt", "");
    p = find("notes");
    CHECK_STR(p.name, "notes");
    CHECK_STR(p.keys[0], key("path", "notes"));
    CHECK_STR(p.root, real_of("notes"));
    CHECK_INT(p.nkeys, 1);
    CHECK_INT(p.branch.n, 0);
    CHECK_STR(find("notes/sub").keys[0], key("path", "notes/sub"));
    arena_free(&arena);
}

TEST(project, what_only_looks_like_a_repository_is_none)
{
    put("a/.git/HEAD", "ref: refs/heads/main\n"); /* no objects */
    CHECK_STR(find("a").keys[0], key("path", "a"));
    put("b/.git", "gitdir: ../nowhere\n");
    CHECK_STR(find("b").keys[0], key("path", "b"));
    put("c/.git", "something else");
    CHECK_STR(find("c").keys[0], key("path", "c"));
    put_repo("d/.git", "");
    put("d/.git/HEAD", "");
    CHECK_STR(find("d").keys[0], key("path", "d"));
    /* Reading a pipe would wait for ever. */
    put("e/x", "");
    CHECK_INT(mkfifo(path_of("e/.git"), 0600), 0);
    CHECK_STR(find("e").keys[0], key("path", "e"));
    put_repo("f/.git", "");
    CHECK_INT(unlink(path_of("f/.git/HEAD")), 0);
    CHECK_INT(mkfifo(path_of("f/.git/HEAD"), 0600), 0);
    CHECK_STR(find("f").keys[0], key("path", "f"));
    arena_free(&arena);
}

TEST(project, strange_heads_give_no_branch)
{
    put_repo("a/.git", "");
    put("a/.git/HEAD", "ref: refs/heads/.invalid\n");
    CHECK_INT(find("a").branch.n, 0);
    put("a/.git/HEAD", "no commit either, but long enough to be one, perhaps");
    CHECK_INT(find("a").branch.n, 0);
    put("a/.git/HEAD", "abc1234\n");
    CHECK_INT(find("a").branch.n, 0);
    put("a/.git/HEAD", "ref: refs/remotes/x/y\n");
    CHECK_STR(find("a").branch, "refs/remotes/x/y");
    arena_free(&arena);
}

TEST(project, remotes_are_one_however_they_are_written)
{
    static const char *const rows[][2] = {
        {"https://github.com/o/n", "github.com/o/n"},
        {"https://github.com/O/N.git", "github.com/o/n"},
        {"https://user:x@GitHub.com/o/n/", "github.com/o/n"},
        {"git@github.com:o/n.git", "github.com/o/n"},
        {"github.com:o/n", "github.com/o/n"},
        {"ssh://git@github.com/o/n.git", "github.com/o/n"},
        {"ssh://git@github.com:22/o/n.git", "github.com/o/n"},
        {"git://github.com//o//n", "github.com/o/n"},
        {"https://github.com:443/o/n?x=1#y", "github.com/o/n"},
        {" https://git.example.org/A/b/C.git ", "git.example.org/A/b/C"},
        {"http://localhost:3000/o/n", "localhost:3000/o/n"},
        {"ssh://[::1]:2222/o/n", "[::1]/o/n"},
        {"git@[::1]:o/n", "[::1]/o/n"},
        {"/srv/git/n.git", ""},
        {"../n", ""},
        {"file:///srv/n.git", ""},
        {"C:/src/n", ""},
        {"./a:b", ""},
        {"https://github.com/", ""},
        {"https://github.com", ""},
        {"https:///o/n", ""},
        {"", ""},
        {"https://exa mple.org/o/n", ""},
        {"git@host:.git", ""},
        {"://", ""},
        {":", ""},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str got = project_remote(str_of(rows[i][0]), &arena);

        if (!str_eqz(got, rows[i][1]))
            test_fail(__FILE__, __LINE__, "\"%s\" gives \"%.*s\", not \"%s\"",
                      rows[i][0], STR_ARG(got), rows[i][1]);
    }
    arena_free(&arena);
}
