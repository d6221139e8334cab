/* reply.c - any text given to reply_parse as a model's reply. */
#include "base/common.h"

#include "base/utf8.h"
#include "compress/reply.h"
#include "tests/fuzz/fuzz.h"

int FUZZ_ENTRY(const uint8_t *data, size_t size);

static const char *const fuzz_reply_events[][2] = {
    {"UserPromptSubmit", "{\"prompt\":\"why? see docs/import.md\"}"},
    {"PostToolUse", "{\"tool_name\":\"Read\",\"tool_input\":{\"file_path\":"
                    "\"/home/ines/portal/vendor/feedkit/README.md\"}}"},
    {"PostToolUse", "{\"tool_name\":\"Edit\",\"tool_input\":{\"file_path\":"
                    "\"/home/ines/portal/import/nightly.yml\"}}"},
    {"SessionStart", "{}"},
    {"Stop", "{\"last_assistant_message\":\"Done.\"}"},
};

/* Clean UTF-8 of at most `chars` characters. */
static void fuzz_reply_text(struct str s, size_t chars)
{
    size_t at = 0, n = 0;

    while (at < s.n) {
        uint32_t cp = 0;
        size_t len = utf8_decode(str_cut(s, at, s.n), &cp);

        FUZZ_CHECK(len > 0);
        FUZZ_CHECK(cp >= 0x20 || cp == '\n' || cp == '\t');
        FUZZ_CHECK(cp != 0x7f && cp != 0x202e && cp != 0x200b);
        at += len;
        n++;
    }
    FUZZ_CHECK(n <= chars);
}

static void fuzz_reply_draft(const struct draft *d)
{
    bool fact = d->kind == DRAFT_FACT;

    FUZZ_CHECK(fact == (d->type.n == 0));
    FUZZ_CHECK(fact || observation_type_is_known(d->type));
    FUZZ_CHECK(fact == (d->title.n == 0));
    fuzz_reply_text(d->title, 120);
    fuzz_reply_text(d->subtitle, 200);
    fuzz_reply_text(d->text, fact ? 500 : 4000);
    FUZZ_CHECK(!fact || utf8_columns(d->text) >= 20);
    FUZZ_CHECK(d->nfacts <= 10 && d->nconcepts <= 7 && d->nfiles <= 20);
    for (size_t i = 0; i < d->nfacts; i++)
        fuzz_reply_text(d->facts[i], 300);
    for (size_t i = 0; i < d->nconcepts; i++)
        FUZZ_CHECK(observation_concept_is_known(d->concepts[i]));
    for (size_t i = 0; i < d->nfiles; i++) {
        fuzz_reply_text(d->files[i].path, 400);
        FUZZ_CHECK(!str_starts(d->files[i].path, STR("/home/ines/portal/")));
    }
    FUZZ_CHECK(d->nevents <= 4); /* the fourth was not shown */
    for (size_t i = 0; i < d->nevents; i++)
        FUZZ_CHECK(d->events[i] >= 100 && d->events[i] <= 104 &&
                   d->events[i] != 103);
    FUZZ_CHECK(d->event_ms >= 1000 && d->event_ms <= 1004);
    FUZZ_CHECK(d->importance >= 1 && d->importance <= 5);
    FUZZ_CHECK((d->relation != REL_NONE) == (d->related == 12));
    FUZZ_CHECK(d->relation != REL_NONE || d->related == 0);
}

int FUZZ_ENTRY(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena a = {0};
    struct json *trees[ARRAY_LEN(fuzz_reply_events)];
    struct ev evs[ARRAY_LEN(fuzz_reply_events)];
    struct prompt_memory memory = {.id = 12, .text = STR("a memory")};
    struct prompt_options o = {.related = &memory, .nrelated = 1};
    struct batch b = {.a = &a,
                      .root = STR("/home/ines/portal"),
                      .cwd = STR("/home/ines/portal"),
                      .evs = evs,
                      .n = ARRAY_LEN(evs),
                      .ends_turn = true};
    struct drafts d = {0};
    struct err e = {0};
    int rc;

    for (size_t i = 0; i < b.n; i++) {
        trees[i] = json_parse(str_of(fuzz_reply_events[i][1]), NULL);
        evs[i] =
            (struct ev){.id = 100 + (int64_t)i, .time_ms = 1000 + (int64_t)i};
        ev_fill(&evs[i], str_of(fuzz_reply_events[i][0]), trees[i]);
    }
    rc = reply_parse(text, &b, &o, &d, &e);
    FUZZ_CHECK(rc == 0 || rc == CM_EFORMAT);
    FUZZ_CHECK((rc == 0) == (e.msg[0] == '\0'));
    FUZZ_CHECK(rc == 0 || (d.n == 0 && !d.summary.set));
    FUZZ_CHECK(d.n <= 36);
    for (size_t i = 0; i < d.n; i++)
        fuzz_reply_draft(&d.items[i]);
    fuzz_reply_text(d.summary.request, 800);
    fuzz_reply_text(d.summary.notes, 800);
    for (size_t i = 0; i < b.n; i++)
        json_free(trees[i]);
    arena_free(&a);
    return 0;
}
