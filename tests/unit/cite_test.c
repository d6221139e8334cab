/* cite_test.c - what a draft is about, among what its events touched. */
#include "base/common.h"

#include "ops/cite.h"
#include "test.h"

#define TOUCHES 32

struct rig {
    struct arena a;
    struct batch b;
    struct draft d;
    struct draft_file file[4];
    int64_t event[4];
    struct touch_row t[TOUCHES];
    size_t n;
    int64_t out[CITES_MAX];
    size_t cited;
};

static void begin(struct rig *r)
{
    *r = (struct rig){.d = {.kind = DRAFT_OBSERVATION}};
    r->b.a = &r->a;
    r->d.files = r->file;
    r->d.events = r->event;
}

/* Its id is its place, from 1. */
static void touched(struct rig *r, int64_t event, const char *path,
                    const char *symbol, bool modified)
{
    r->t[r->n] = (struct touch_row){.id = (int64_t)r->n + 1,
                                    .event_id = event,
                                    .path = str_of(path),
                                    .symbol = str_of(symbol),
                                    .modified = modified};
    r->n++;
}

static void about(struct rig *r, const char *path, bool modified)
{
    r->file[r->d.nfiles++] = (struct draft_file){str_of(path), modified};
}

static void evidence(struct rig *r, int64_t event)
{
    r->event[r->d.nevents++] = event;
}

/* The ids cited, a blank between. */
static const char *cite(struct rig *r)
{
    struct buf b;
    const char *s;

    r->cited = cite_draft(&r->b, &r->d, r->t, r->n, r->out);
    buf_init(&b, 256);
    for (size_t i = 0; i < r->cited; i++)
        buf_addf(&b, "%s%lld", i ? " " : "", (long long)r->out[i]);
    s = arena_str(&r->a, buf_str(&b)).p;
    buf_free(&b);
    return s;
}

TEST(cite, what_the_evidence_changed_in_the_files_it_says)
{
    struct rig r;

    begin(&r);
    touched(&r, 5, "a.c", "early", true);
    touched(&r, 11, "a.c", "f", true);
    touched(&r, 12, "a.c", "g", true);
    touched(&r, 13, "b.c", "h", true);
    touched(&r, 14, "a.c", "g", true);
    touched(&r, 20, "a.c", "late", true);
    about(&r, "a.c", true);
    about(&r, "b.c", false);
    evidence(&r, 10); /* the prompt */
    evidence(&r, 14);
    CHECK_STR(str_of(cite(&r)), "5 2"); /* g was edited more, and stands last */
    arena_free(&r.a);
}

TEST(cite, as_it_looked_when_it_was_spoken_of)
{
    struct rig r;

    begin(&r);
    touched(&r, 1, "a.c", "parse", true);
    touched(&r, 3, "a.c", "parse", true);
    r.d.title = STR("`parse` leaks");
    evidence(&r, 2);
    CHECK_STR(str_of(cite(&r)), "1");
    arena_free(&r.a);
}

TEST(cite, what_it_names_of_all_that_was_touched_or_read)
{
    struct rig r;

    begin(&r);
    touched(&r, 1, "a.c", "parse_reply", true);
    touched(&r, 2, "b.py", "Cache.get", false);
    touched(&r, 3, "b.py", "Cache.put", false);
    touched(&r, 4, "c.py", "Other.get", false);
    touched(&r, 5, "d.py", "execute", false);
    r.d.kind = DRAFT_FACT;
    r.d.text = STR("parse_reply() relies on Cache.get; we execute the rest");
    CHECK_STR(str_of(cite(&r)), "1 2");
    /* A plain word is no name, unless it is marked as one. */
    r.d.text = STR("`execute` swallows errors");
    CHECK_STR(str_of(cite(&r)), "5");
    r.d.text = STR("nothing of it");
    CHECK_STR(str_of(cite(&r)), "");
    arena_free(&r.a);
}

TEST(cite, an_edit_says_more_than_a_read)
{
    struct rig r;

    begin(&r);
    touched(&r, 1, "a.c", "parse_reply", true);
    touched(&r, 2, "a.c", "parse_reply", false);
    r.d.text = STR("parse_reply is tested");
    CHECK_STR(str_of(cite(&r)), "1");
    arena_free(&r.a);
}

TEST(cite, files_as_such_come_last_and_only_when_they_were_changed)
{
    struct rig r;

    begin(&r);
    touched(&r, 1, "notes.txt", "", true);
    touched(&r, 1, "a.c", "f", true);
    touched(&r, 1, "other.txt", "", true);
    about(&r, "notes.txt", true);
    about(&r, "a.c", true);
    evidence(&r, 1);
    CHECK_STR(str_of(cite(&r)), "2 1");
    arena_free(&r.a);
}

TEST(cite, is_bounded_and_named_ones_stay)
{
    struct rig r;
    static const char *const names[] = {"a", "b", "c", "d", "e", "f",
                                        "g", "h", "i", "parse_it"};

    begin(&r);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        touched(&r, 1, "a.c", names[i], true);
    about(&r, "a.c", true);
    evidence(&r, 1);
    r.d.text = STR("It was parse_it all the time");
    CHECK_STR(str_of(cite(&r)), "10 1 2 3 4 5 6 7");
    CHECK_INT(cite_draft(&r.b, &r.d, r.t, 0, r.out), 0);
    arena_free(&r.a);
}
