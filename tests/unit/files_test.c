/* files_test.c - which files a session will change (lib/search/files.h). */
#include "base/common.h"

#include "search/files.h"
#include "search/files_prompt.h"
#include "seed.h"
#include "store/session.h"
#include "test.h"

#define TOP 40

struct list {
    struct file_rank *rows;
    size_t n;
};

static struct list rank_for(struct seed *s, struct files_request rq)
{
    struct list l;
    struct err e = {0};

    rq.project_id = s->project;
    if (files_rank(s->db, &rq, TOP, &s->arena, &l.rows, &l.n, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    return l;
}

static struct list rank_prompt(struct seed *s, const char *prompt)
{
    return rank_for(s, (struct files_request){.prompt = str_of(prompt)});
}

/* The place of a path, from 1; 0 when it is not there. */
static int place(const struct list *l, const char *path)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eqz(l->rows[i].path, path))
            return (int)i + 1;
    return 0;
}

/* A session `days` ago that changed these files, separated by blanks. */
static int64_t worked(struct seed *s, const char *uid, const char *branch,
                      double days, const char *files)
{
    int64_t id = seed_session(s, uid, branch, days, NULL);
    struct str rest = str_of(files), f;

    while (str_split(&rest, ' ', &f)) {
        char path[512];

        snprintf(path, sizeof(path), "%s/%.*s", SEED_ROOT, STR_ARG(f));
        seed_file(s, id, path, true, days);
    }
    return id;
}

TEST(files, are_none_in_an_empty_store)
{
    struct seed s;
    struct list l;

    seed_open(&s);
    l = rank_for(&s, (struct files_request){0});
    CHECK_INT(l.n, 0);
    l = rank_prompt(&s, "fix src/main.c");
    CHECK_INT(l.n, 0);
    seed_close(&s);
}

TEST(files, come_from_the_latest_sessions_first)
{
    struct seed s;
    struct list l;

    seed_open(&s);
    worked(&s, "sess-1", "main", 9, "old.c both.c");
    worked(&s, "sess-2", "main", 5, "mid.c both.c");
    worked(&s, "sess-3", "main", 1, "new.c");
    l = rank_for(&s, (struct files_request){0});
    CHECK_INT(l.n, 4);
    CHECK_INT(place(&l, "both.c"), 1); /* twice, and not long ago */
    CHECK_INT(place(&l, "new.c"), 2);
    CHECK(place(&l, "mid.c") < place(&l, "old.c"));
    for (size_t i = 1; i < l.n; i++)
        CHECK(l.rows[i - 1].score >= l.rows[i].score);
    seed_close(&s);
}

TEST(files, of_this_branch_come_before_newer_ones)
{
    struct seed s;
    struct list l;
    struct files_request rq = {.branch = STR("feature/spool")};

    seed_open(&s);
    worked(&s, "sess-1", "feature/spool", 9, "ours.c");
    worked(&s, "sess-2", "feature/other", 5, "theirs.c");
    worked(&s, "sess-3", "feature/other", 1, "newest.c");
    l = rank_for(&s, rq);
    CHECK_INT(place(&l, "ours.c"), 1);
    rq.branch = STR("main"); /* everybody's */
    l = rank_for(&s, rq);
    CHECK_INT(place(&l, "newest.c"), 1);
    seed_close(&s);
}

TEST(files, are_known_by_the_words_of_a_branch)
{
    struct seed s;
    struct list l;
    struct files_request rq = {.branch = STR("ada/spool-rotation")};

    seed_open(&s);
    for (int i = 0; i < 12; i++) {
        char uid[16];

        snprintf(uid, sizeof(uid), "sess-%d", i);
        worked(&s, uid, "main", 20 - i, "lib/a.c lib/b.c lib/c.c lib/d.c");
    }
    worked(&s, "sess-x", "main", 40, "lib/spool.c");
    l = rank_for(&s, rq);
    CHECK(place(&l, "lib/spool.c") > 0);
    rq.branch = STR("main");
    l.rows = NULL;
    CHECK(place(&(struct list){0}, "x") == 0);
    seed_close(&s);
}

TEST(files, do_not_come_from_the_asking_session_nor_from_later)
{
    struct seed s;
    struct list l;
    int64_t own;

    seed_open(&s);
    worked(&s, "sess-1", "main", 9, "old.c");
    own = worked(&s, "sess-2", "main", 1, "own.c");
    seed_session(&s, "sess-2:a1", "main", 1, "sess-2");
    l = rank_for(&s, (struct files_request){.session_id = own});
    CHECK_INT(l.n, 1);
    l = rank_for(&s, (struct files_request){.as_of_ms = SEED_NOW -
                                                        5 * SEED_DAY});
    CHECK_INT(l.n, 1);
    CHECK_INT(place(&l, "old.c"), 1);
    seed_close(&s);
}

TEST(files, that_were_only_read_or_are_elsewhere_are_none)
{
    struct seed s;
    struct list l;
    int64_t id;

    seed_open(&s);
    id = worked(&s, "sess-1", "main", 1, "a.c");
    seed_file(&s, id, SEED_ROOT "/read.c", false, 1);
    seed_file(&s, id, "/etc/passwd", true, 1);
    l = rank_for(&s, (struct files_request){0});
    CHECK_INT(l.n, 1);
    seed_close(&s);
}

TEST(files, that_were_read_lately_come_sooner)
{
    struct seed s;
    struct list l;
    int64_t reader;

    seed_open(&s);
    worked(&s, "sess-1", "main", 9, "a.c b.c c.c");
    worked(&s, "sess-2", "main", 5, "new.c");
    reader = seed_session(&s, "sess-3", "main", 1, NULL);
    seed_file(&s, reader, SEED_ROOT "/c.c", false, 1);
    seed_file(&s, reader, SEED_ROOT "/never.c", false, 1);
    l = rank_for(&s, (struct files_request){0});
    CHECK_INT(l.n, 4); /* what nobody changed is no candidate */
    CHECK(place(&l, "c.c") < place(&l, "a.c"));
    CHECK(place(&l, "a.c") < place(&l, "b.c"));
    seed_close(&s);
}

TEST(files, that_the_prompt_names_are_first)
{
    static const char *const prompts[] = {
        "why does src/net/retry.c loop?",
        "look at retry.c please",
        "in ./src/net/retry.c, line 7",
        "File: `/home/ada/other/place/src/net/retry.c`",
        "see SRC/NET/RETRY.C.",
    };
    struct seed s;

    seed_open(&s);
    worked(&s, "sess-1", "main", 30, "src/net/retry.c src/old.c");
    worked(&s, "sess-2", "main", 2, "src/a.c src/b.c src/tretry.c");
    worked(&s, "sess-3", "main", 1, "src/a.c src/b.c");
    for (size_t i = 0; i < ARRAY_LEN(prompts); i++) {
        struct list l = rank_prompt(&s, prompts[i]);

        if (place(&l, "src/net/retry.c") != 1)
            test_fail(__FILE__, __LINE__, "\"%s\": %.*s", prompts[i],
                      STR_ARG(l.rows[0].path));
        CHECK(l.rows[0].evidence >= 0.5);
        CHECK_STR(str_of(l.rows[0].why), "named in the prompt");
    }
    seed_close(&s);
}

TEST(files, have_the_prompts_words_in_their_names)
{
    struct seed s;
    struct list l;

    seed_open(&s);
    worked(&s, "sess-1", "main", 30,
           "lib/spoolWriter.ts lib/parse.ts lib/menu.ts lib/colour.ts");
    worked(&s, "sess-2", "main", 2, "lib/menu.ts lib/colour.ts");
    l = rank_prompt(&s, "the writer of the spools hangs");
    CHECK_INT(place(&l, "lib/spoolWriter.ts"), 1);
    seed_close(&s);
}

TEST(files, that_change_together_come_together)
{
    struct seed s;
    struct list l;

    seed_open(&s);
    worked(&s, "sess-1", "main", 30, "a/spool.c b/journal.c");
    worked(&s, "sess-2", "main", 29, "a/spool.c b/journal.c");
    worked(&s, "sess-3", "main", 28, "c/menu.c d/zebra.c");
    worked(&s, "sess-4", "main", 27, "c/menu.c d/zebra.c");
    l = rank_prompt(&s, "a/spool.c leaks");
    CHECK_INT(place(&l, "a/spool.c"), 1);
    CHECK(place(&l, "b/journal.c") < place(&l, "d/zebra.c"));
    seed_close(&s);
}

TEST(files, of_sessions_that_a_search_found)
{
    struct seed s;
    struct list l;
    struct search_hit hit = {.score = 0.6};
    struct search_result found = {.hits = &hit, .n = 1};

    seed_open(&s);
    hit.row.session_id = worked(&s, "sess-1", "main", 30, "x/deep.c");
    worked(&s, "sess-2", "main", 2, "y/a.c y/b.c");
    l = rank_for(&s, (struct files_request){.prompt = STR("nothing named"),
                                            .found = &found});
    CHECK_INT(place(&l, "x/deep.c"), 1);
    CHECK_STR(str_of(l.rows[0].why), "changed in a session about this");
    hit.score = 0.01; /* hardly about it */
    l = rank_for(&s, (struct files_request){.prompt = STR("nothing named"),
                                            .found = &found});
    CHECK(place(&l, "x/deep.c") > 1);
    seed_close(&s);
}

TEST(files, are_the_same_for_the_same_state)
{
    struct seed s;
    struct list x, y;

    seed_open(&s);
    worked(&s, "sess-1", "main", 3, "c.c b.c a.c");
    worked(&s, "sess-2", "main", 3, "e.c d.c");
    x = rank_prompt(&s, "look into them");
    y = rank_prompt(&s, "look into them");
    CHECK_INT(x.n, 5);
    for (size_t i = 0; i < x.n; i++)
        CHECK(str_eq(x.rows[i].path, y.rows[i].path));
    CHECK(place(&x, "a.c") < place(&x, "b.c"));
    seed_close(&s);
}

TEST(files, stand_hostile_prompts_and_paths)
{
    struct seed s;
    struct buf b;

    seed_open(&s);
    worked(&s, "sess-1", "main", 1, "/ . .. a//b \xff\xfe.c x");
    buf_init(&b, 1u << 20);
    for (int i = 0; i < 20000; i++)
        buf_addf(&b, "%c/%d%c ", 33 + i % 90, i, i % 7 ? '/' : '.');
    buf_addc(&b, '\0');
    buf_addz(&b, "//// .... a//b \xff\xfe.c");
    rank_for(&s, (struct files_request){.prompt = buf_str(&b)});
    rank_for(&s, (struct files_request){.prompt = STR("/"),
                                        .branch = STR("////")});
    buf_free(&b);
    seed_close(&s);
}

TEST(files, of_one_name_share_its_worth)
{
    const struct str paths[] = {STR("a/index.ts"), STR("b/index.ts"),
                                STR("c/index.ts"), STR("d/index.ts"),
                                STR("e/other.ts")};
    double named[ARRAY_LEN(paths)];
    struct arena a = {0};

    files_named(STR("the export in index.ts"), paths, ARRAY_LEN(paths), &a,
                named);
    CHECK(named[0] == 0.5 && named[3] == 0.5);
    CHECK(named[4] == 0);
    files_named(STR("the export in c/index.ts"), paths, ARRAY_LEN(paths), &a,
                named);
    CHECK(named[2] == 1 && named[0] < named[2]);
    arena_free(&a);
}
