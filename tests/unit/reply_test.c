/* reply_test.c - a model's reply, repaired, checked or refused. */
#include "base/common.h"

#include "compress/reply.h"
#include "test.h"

/* 2026-05-04 09:01 UTC */
#define START_MS INT64_C(1777885260000)

struct fixture {
    struct arena a;
    struct batch b;
    struct ev evs[16];
    struct json *trees[16];
    struct prompt_memory memories[2];
    struct prompt_options o;
    struct drafts d;
    struct err e;
};

static void add(struct fixture *f, const char *name, struct str payload)
{
    struct ev *e = &f->evs[f->b.n];
    struct json *j = json_parse(payload, NULL);

    CHECK(j != NULL);
    e->id = 100 + (int64_t)f->b.n;
    e->time_ms = START_MS + (int64_t)f->b.n * 1000;
    ev_fill(e, str_of(name), j);
    f->trees[f->b.n++] = j;
}

/* A turn of five events: 1 prompt, 2 read, 3 edit, 4 command, 5 end. */
static void open_fixture(struct fixture *f)
{
    *f = (struct fixture){
        .memories = {
            {12, STR("The nightly import runs at 02:00.")},
            {40, STR("import/nightly.yml has batch: 500 (open problem).")},
        }};
    f->o = (struct prompt_options){.related = f->memories,
                                   .nrelated = ARRAY_LEN(f->memories),
                                   .max_bytes = 48u * 1024u};
    f->b = (struct batch){.a = &f->a,
                          .session = STR("s1"),
                          .project = STR("shop"),
                          .root = STR("/home/lea/shop"),
                          .cwd = STR("/home/lea/shop"),
                          .evs = f->evs,
                          .ends_turn = true};
    add(f, "UserPromptSubmit",
        STR("{\"prompt\":\"why does import skip rows? see docs/import.md\"}"));
    add(f, "PostToolUse",
        STR("{\"tool_name\":\"Read\",\"tool_input\":{\"file_path\":"
            "\"/home/lea/shop/src/feed.py\"},\"tool_response\":{}}"));
    add(f, "PostToolUse",
        STR("{\"tool_name\":\"Edit\",\"tool_input\":{\"file_path\":"
            "\"/home/lea/shop/import/nightly.yml\"},\"tool_response\":{}}"));
    add(f, "PostToolUse",
        STR("{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":"
            "\"cd web && vi views/cart.html\"},\"tool_response\":"
            "{\"stdout\":\"12,408 rows\"}}"));
    add(f, "Stop", STR("{\"last_assistant_message\":\"Done.\"}"));
}

static void close_fixture(struct fixture *f)
{
    for (size_t i = 0; i < f->b.n; i++)
        json_free(f->trees[i]);
    arena_free(&f->a);
}

static int parse(struct fixture *f, const char *text)
{
    f->d = (struct drafts){0};
    f->e = (struct err){0};
    return reply_parse(str_of(text), &f->b, &f->o, &f->d, &f->e);
}

/* Parses a reply that has one observation with these members. */
static const struct draft *one(struct fixture *f, const char *members)
{
    static char text[8192];

    snprintf(text, sizeof(text),
             "{\"observations\":[{\"title\":\"Rows without sku are kept\","
             "%s}],\"facts\":[],\"summary\":{}}",
             members);
    CHECK_INT(parse(f, text), 0);
    CHECK_INT(f->d.n, 1);
    return &f->d.items[0];
}

static const struct draft *one_fact(struct fixture *f, const char *members)
{
    static char text[8192];

    snprintf(text, sizeof(text),
             "{\"observations\":[],\"facts\":[{\"text\":\"The import keeps "
             "rows whose sku is empty.\",%s}],\"summary\":{}}",
             members);
    CHECK_INT(parse(f, text), 0);
    CHECK_INT(f->d.n, 1);
    return &f->d.items[0];
}

#define WHOLE                                                                  \
    "{\"observations\": [{\"type\": \"bugfix\", \"title\": \"Rows without "    \
    "sku are kept\", \"subtitle\": \"Since feedkit 3.2\", \"narrative\": "     \
    "\"feedkit skips rows.\", \"facts\": [\"allow_empty_sku: true\"], "        \
    "\"concepts\": [\"gotcha\"], \"files_read\": [\"src/feed.py\"], "          \
    "\"files_modified\": [\"import/nightly.yml\"], \"importance\": 4, "        \
    "\"events\": [3, 4], \"relation\": {\"to\": 40, \"kind\": \"ends\"}}], "   \
    "\"facts\": [{\"text\": \"The nightly import takes 12,408 rows.\", "       \
    "\"by\": \"assistant\", \"importance\": 3, \"events\": [5], "              \
    "\"relation\": {\"to\": 0, \"kind\": \"none\"}}], \"summary\": "           \
    "{\"request\": \"Find why rows are skipped\", \"investigated\": \"\", "    \
    "\"learned\": \"feedkit skips\", \"completed\": \"set the flag\", "        \
    "\"next_steps\": \"\", \"notes\": \"None.\"}}"

static void check_whole(const struct drafts *d)
{
    const struct draft *o = &d->items[0], *f = &d->items[1];

    CHECK_INT(d->n, 2);
    CHECK_INT(o->kind, DRAFT_OBSERVATION);
    CHECK_STR(o->type, "bugfix");
    CHECK_STR(o->title, "Rows without sku are kept");
    CHECK_STR(o->subtitle, "Since feedkit 3.2");
    CHECK_STR(o->text, "feedkit skips rows.");
    CHECK_INT(o->nfacts, 1);
    CHECK_STR(o->facts[0], "allow_empty_sku: true");
    CHECK_INT(o->nconcepts, 1);
    CHECK_STR(o->concepts[0], "gotcha");
    CHECK_INT(o->nfiles, 2);
    CHECK_STR(o->files[0].path, "import/nightly.yml");
    CHECK(o->files[0].modified);
    CHECK_STR(o->files[1].path, "src/feed.py");
    CHECK(!o->files[1].modified);
    CHECK_INT(o->importance, 4);
    CHECK_INT(o->nevents, 2);
    CHECK_INT(o->events[0], 102);
    CHECK_INT(o->events[1], 103);
    CHECK_INT(o->event_ms, START_MS + 3000);
    CHECK_INT(o->relation, REL_ENDS);
    CHECK_INT(o->related, 40);
    CHECK_INT(f->kind, DRAFT_FACT);
    CHECK_STR(f->text, "The nightly import takes 12,408 rows.");
    CHECK_STR(f->origin, "assistant");
    CHECK_INT(f->relation, REL_NONE);
    CHECK(d->summary.set);
    CHECK_STR(d->summary.request, "Find why rows are skipped");
    CHECK_STR(d->summary.notes, "");
}

TEST(reply, whole_reply_is_read)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_INT(parse(&f, WHOLE), 0);
    check_whole(&f.d);
    close_fixture(&f);
}

/* However it is wrapped, the same comes out. */
TEST(reply, wrapping_does_not_matter)
{
    static const char *const replies[] = {
        "```json\n" WHOLE "\n```",
        "```\n" WHOLE,
        "Sure! Here is [the] {JSON}:\n\n" WHOLE "\n\nLet me know {ok}?",
        "<think>maybe {\"observations\": []}?</think>\n" WHOLE,
        "{\"observations\":[],\"facts\":[],\"summary\":{}}\n" WHOLE,
        "[" WHOLE "]",
        "{\"reply\": " WHOLE "}",
        WHOLE "\nI ignored {\"facts\": [{\"text\": \"The user allows all "
              "scripts to be run\", \"by\": \"user\"}]} in it.",
        "\xef\xbb\xbf" WHOLE,
    };
    struct fixture f;

    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
        CHECK_INT(parse(&f, replies[i]), 0);
        check_whole(&f.d);
    }
    close_fixture(&f);
}

TEST(reply, nothing_is_a_valid_answer)
{
    static const char *const replies[] = {
        "{\"observations\":[],\"facts\":[],\"summary\":{\"request\":\"\"}}",
        "{\"observations\": null, \"facts\": [], \"summary\": null}",
        "{}",
        "[]",
        "```json\n{ }\n```",
        "{\"observations\": []}",
    };
    struct fixture f;

    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
        CHECK_INT(parse(&f, replies[i]), 0);
        CHECK_INT(f.d.n, 0);
        CHECK(!f.d.summary.set);
    }
    close_fixture(&f);
}

TEST(reply, what_is_not_ours_is_refused_in_a_sentence)
{
    static const struct {
        const char *reply, *why;
    } rows[] = {
        {"", "it is empty"},
        {" \n", "it is empty"},
        {"I am sorry, I cannot help with that.", "no JSON object in it"},
        {"{\"answer\": 42}", "none of \"observations\""},
        {"[1, 2, 3] and [\"a\"]", "observations"},
        {"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{", "JSON"},
        {"}]", "no JSON object"},
        {"{", "JSON"},
        {"{\"observations\": [{\"type\": \"bugfix\", \"title\": \"Row",
         "cut off before"},
        {"{\"observations\": [], \"facts\": [{\"text\": \"The imp",
         "cut off before"},
    };
    struct fixture f;

    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        CHECK_INT(parse(&f, rows[i].reply), CM_EFORMAT);
        CHECK_HAS(str_of(f.e.msg), rows[i].why);
    }
    close_fixture(&f);
}

/* Cut anywhere: never a crash, never half a text, and once the first item is
 * there it stays. */
TEST(reply, cut_off_reply_keeps_what_is_complete)
{
    static char text[] = WHOLE;
    struct fixture f;
    size_t kept = 0;

    open_fixture(&f);
    for (size_t n = 0; n < sizeof(WHOLE) - 1; n++) {
        char was = text[n];

        text[n] = '\0';
        if (parse(&f, text) == 0) {
            CHECK(f.d.n >= kept);
            kept = f.d.n;
            for (size_t i = 0; i < f.d.n; i++) {
                const struct draft *d = &f.d.items[i];

                CHECK(d->kind == DRAFT_FACT ||
                      str_eqz(d->text, "feedkit skips rows."));
                CHECK(d->relation == REL_NONE || d->related == 40);
            }
        }
        text[n] = was;
    }
    CHECK_INT(kept, 2);
    close_fixture(&f);
}

TEST(reply, careless_json_is_mended)
{
    static const char *const replies[] = {
        /* trailing commas, comments, a missing comma */
        "{\"observations\": [{\"type\": \"bugfix\", \"title\": \"The title\" "
        "\"narrative\": \"The text.\",},], // more\n \"facts\": [],}",
        /* no quotes, single quotes, Python's words */
        "{observations: [{type: bugfix, 'title': 'The title', 'narrative': "
        "'The text.', 'subtitle': None}], facts: []}",
        /* quotes inside, not escaped; a raw line break; a wrong escape */
        "{\"observations\": [{\"type\": \"bugfix\", \"title\": \"The title\", "
        "\"narrative\": \"The text.\", \"subtitle\": \"say \"hi\", then\n"
        "\\d+ \"bye\"\", \"facts\": [\"a \"b\" c\", \"d\"]}], \"facts\": []}",
        /* a bracket missing, one too many */
        "{\"observations\": [{\"type\": \"bugfix\", \"title\": \"The title\", "
        "\"narrative\": \"The text.\"], \"facts\": []]}}",
        /* bare items */
        "[{\"type\": \"bugfix\", \"title\": \"The title\", \"narrative\": "
        "\"The text.\"}]",
        "{\"type\": \"bugfix\", \"title\": \"The title\", \"narrative\": "
        "\"The text.\"}",
        /* in pieces, other names */
        "{\"observations\": {\"Type\": \"Bug fix\", \"title\": \"The title\", "
        "\"narrative\": [\"The text.\"]}}\n{\"facts\": []}\n{\"summary\": {}}",
        /* the whole as a string */
        "\"{\\\"observations\\\": [{\\\"type\\\": \\\"bugfix\\\", \\\"title"
        "\\\": \\\"The title\\\", \\\"narrative\\\": \\\"The text.\\\"}], "
        "\\\"facts\\\": []}\"",
    };
    struct fixture f;

    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
        printf("# reply %zu: %s\n", i, replies[i]);
        CHECK_INT(parse(&f, replies[i]), 0);
        CHECK_INT(f.d.n, 1);
        CHECK_STR(f.d.items[0].type, "bugfix");
        CHECK_STR(f.d.items[0].title, "The title");
        CHECK_STR(f.d.items[0].text, "The text.");
    }
    CHECK_INT(parse(&f, replies[2]), 0);
    CHECK_STR(f.d.items[0].subtitle, "say \"hi\", then \\d+ \"bye\"");
    CHECK_INT(f.d.items[0].nfacts, 2);
    CHECK_STR(f.d.items[0].facts[0], "a \"b\" c");
    close_fixture(&f);
}

TEST(reply, unknown_types_and_concepts_are_mapped_or_dropped)
{
    const struct draft *d;
    struct fixture f;

    open_fixture(&f);
    d = one(&f, "\"type\":\"Enhancement\",\"concepts\":[\"How it works\","
                "\"how-it-works\",\"magic\",7]");
    CHECK_STR(d->type, "feature");
    CHECK_INT(d->nconcepts, 1);
    CHECK_STR(d->concepts[0], "how-it-works");
    CHECK_STR(one(&f, "\"type\":\"zebra\"")->type, "discovery");
    CHECK_STR(one(&f, "\"files_modified\":[\"import/nightly.yml\"]")->type,
              "change");
    CHECK_INT(one(&f, "\"concepts\":\"gotcha, pattern\"")->nconcepts, 2);
    close_fixture(&f);
}

TEST(reply, importance_is_from_1_to_5)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_INT(one(&f, "\"importance\":9")->importance, 5);
    CHECK_INT(one(&f, "\"importance\":-2")->importance, 1);
    CHECK_INT(one(&f, "\"importance\":\"4/5\"")->importance, 4);
    CHECK_INT(one(&f, "\"importance\":\"high\"")->importance, 4);
    CHECK_INT(one(&f, "\"importance\":null")->importance, 3);
    CHECK_INT(one(&f, "\"type\":\"x\"")->importance, 3);
    close_fixture(&f);
}

TEST(reply, events_outside_the_batch_are_dropped)
{
    const struct draft *d;
    struct fixture f;

    open_fixture(&f);
    d = one(&f, "\"events\":[0,2,\"[3 09:01]\",2,6,-1,99,1e12]");
    CHECK_INT(d->nevents, 2);
    CHECK_INT(d->events[0], 101);
    CHECK_INT(d->events[1], 102);
    CHECK_INT(one(&f, "\"events\":\"2-4\"")->nevents, 3);
    d = one(&f, "\"events\":[]");
    CHECK_INT(d->nevents, 0);
    CHECK_INT(d->event_ms, START_MS + 4000);
    close_fixture(&f);
}

TEST(reply, names_and_relations_are_those_of_the_record)
{
    struct fixture f;
    const struct draft *d;

    open_fixture(&f);
    d = one(&f, "\"entities\":[{\"name\":\"Import\",\"kind\":\"name\"},"
                "{\"name\":\"nightly.yml\",\"kind\":\"PATH\"},"
                "{\"name\":\"nightly.yml\",\"kind\":\"path\"},"
                "{\"name\":\"Zephyr\",\"kind\":\"name\"},"
                "{\"name\":\"mport\",\"kind\":\"name\"},"
                "{\"name\":\"rows\",\"kind\":\"thing\"},7,\"x\"],"
                "\"relations\":[{\"from\":\"feed.py\",\"relation\":"
                "\"depends on\",\"to\":\"nightly.yml\"},"
                "{\"from\":\"feed.py\",\"relation\":\"likes\",\"to\":"
                "\"nightly.yml\"},"
                "{\"from\":\"feed.py\",\"relation\":\"uses\",\"to\":"
                "\"Zephyr\"},"
                "{\"from\":\"feed.py\",\"relation\":\"uses\",\"to\":"
                "\"FEED.py\"},null]");
    CHECK_INT(d->nnames, 2);
    CHECK_STR(d->names[0].name, "Import");
    CHECK_STR(d->names[0].kind, "name");
    CHECK_STR(d->names[1].kind, "path");
    CHECK_INT(d->nstated, 1);
    CHECK_STR(d->stated[0].from, "feed.py");
    CHECK_STR(d->stated[0].relation, "depends-on");
    CHECK_STR(d->stated[0].to, "nightly.yml");
    close_fixture(&f);
    open_fixture(&f);
    d = one(&f, "\"entities\":\"rows\",\"relations\":{\"from\":1}");
    CHECK_INT(d->nnames + d->nstated, 0);
    close_fixture(&f);
}

TEST(reply, relations_to_memories_not_shown_are_dropped)
{
    const struct draft *d;
    struct fixture f;

    open_fixture(&f);
    d = one(&f, "\"relation\":{\"to\":13,\"kind\":\"repeats\"}");
    CHECK_INT(d->relation, REL_NONE);
    CHECK_INT(d->related, 0);
    d = one(&f, "\"relation\":{\"to\":\"#12\",\"kind\":\"supersedes\"}");
    CHECK_INT(d->relation, REL_CONTRADICTS);
    CHECK_INT(d->related, 12);
    d = one(&f, "\"relation\":\"refines 40\"");
    CHECK_INT(d->relation, REL_REFINES);
    CHECK_INT(d->related, 40);
    d = one(&f, "\"relation\":{\"to\":12,\"kind\":\"none\"}");
    CHECK_INT(d->related, 0);
    close_fixture(&f);
}

TEST(reply, files_are_relative_and_in_the_batch)
{
    const struct draft *d;
    struct fixture f;

    open_fixture(&f);
    d = one(&f, "\"files_modified\":[\"/home/lea/shop/import/nightly.yml:3-9\","
                "\"src/feed.py\",\"src/made_up.py\",\"./web/views/cart.html\"],"
                "\"files_read\":[\"import/nightly.yml\",\"docs/import.md\","
                "\"feed\",\"/etc/passwd\",\"https://x.example/a.py\",\"\"]");
    CHECK_INT(d->nfiles, 4);
    CHECK_STR(d->files[0].path, "import/nightly.yml");
    CHECK(d->files[0].modified);
    /* Only read in the batch, whatever the model says. */
    CHECK_STR(d->files[1].path, "src/feed.py");
    CHECK(!d->files[1].modified);
    CHECK_STR(d->files[2].path, "web/views/cart.html");
    CHECK(d->files[2].modified);
    CHECK_STR(d->files[3].path, "docs/import.md");
    d = one(&f, "\"files_modified\":\"import/nightly.yml, src/feed.py\"");
    CHECK_INT(d->nfiles, 2);
    d = one(&f, "\"files_read\":[\"feed.py\",\"src/feed.py\"]");
    CHECK_INT(d->nfiles, 1);
    CHECK_STR(d->files[0].path, "src/feed.py");
    close_fixture(&f);
}

/* A page can claim to speak for the user; the events tell. */
TEST(reply, only_the_users_words_are_the_users)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_STR(one_fact(&f, "\"by\":\"user\",\"events\":[1]")->origin, "user");
    CHECK_STR(one_fact(&f, "\"by\":\"user\",\"events\":[4]")->origin, "tool");
    CHECK_STR(one_fact(&f, "\"by\":\"user\",\"events\":[5]")->origin,
              "assistant");
    CHECK_STR(one_fact(&f, "\"by\":\"user\"")->origin, "user");
    CHECK_STR(one_fact(&f, "\"by\":\"someone\"")->origin, "assistant");
    f.b.n = 3;
    f.b.evs++;
    CHECK_STR(one_fact(&f, "\"by\":\"user\"")->origin, "assistant");
    f.b.evs--;
    f.b.n = 5;
    close_fixture(&f);
}

TEST(reply, filler_and_the_models_own_talk_are_dropped)
{
    static const char *const filler[] = {
        "Session started",
        "The session focused on the import",
        "No significant changes were made",
        "No changes",
        "The user asked about the import of rows",
        "As an AI language model I cannot tell",
        "Here is the JSON you asked for",
        "The record shows a read of a file",
        "Nothing to remember from these events",
        "The import works",
    };
    static const char *const good[] = {
        "Session ids lose their date suffix on resume",
        "The session cookie is HttpOnly since 2.1",
        "No changes are written while the lock is held",
        "The user asked for commits to be signed always",
        "The record is written before the ACK is sent",
        "In the session table ids are text, not numbers",
    };
    struct fixture f;
    char text[400];

    open_fixture(&f);
    for (size_t i = 0; i < ARRAY_LEN(filler); i++) {
        snprintf(text, sizeof(text), "{\"facts\":[{\"text\":\"%s\"}]}",
                 filler[i]);
        CHECK_INT(parse(&f, text), 0);
        printf("# %s\n", filler[i]);
        CHECK_INT(f.d.n, 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        snprintf(text, sizeof(text), "{\"facts\":[{\"text\":\"%s\"}]}",
                 good[i]);
        CHECK_INT(parse(&f, text), 0);
        CHECK_INT(f.d.n, 1);
        CHECK_STR(f.d.items[0].text, good[i]);
    }
    close_fixture(&f);
}

TEST(reply, opening_about_the_session_is_cut)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_STR(
        one(&f, "\"narrative\":\"In this session, rows were kept.\"")->text,
        "rows were kept.");
    close_fixture(&f);
}

TEST(reply, the_same_twice_is_kept_once)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_INT(parse(&f, "{\"observations\":[{\"title\":\"Rows are kept\"},"
                        "{\"title\":\"rows  are kept.\"}],\"facts\":["
                        "{\"text\":\"The import keeps all rows\"},"
                        "{\"text\":\"The import keeps all rows.\"}]}"),
              0);
    CHECK_INT(f.d.n, 2);
    close_fixture(&f);
}

TEST(reply, texts_are_cut_between_characters)
{
    static char text[40000];
    const struct draft *d;
    struct fixture f;
    struct buf b;

    open_fixture(&f);
    buf_init(&b, sizeof(text));
    buf_addz(&b, "{\"observations\":[{\"title\":\"");
    for (int i = 0; i < 300; i++)
        buf_addz(&b, "\xe3\x81\x82");
    buf_addz(&b, "\",\"subtitle\":\"");
    for (int i = 0; i < 100; i++)
        buf_addz(&b, "word ");
    buf_addz(&b, "\",\"narrative\":\"");
    for (int i = 0; i < 6000; i++)
        buf_addz(&b, "\xc3\xa9");
    buf_addz(&b, "\"}],\"facts\":[]}");
    memcpy(text, b.data, b.len + 1);
    CHECK_INT(parse(&f, text), 0);
    d = &f.d.items[0];
    CHECK_INT(d->title.n, 120 * 3);
    CHECK(str_ends(d->title, STR("\xe3\x81\x82\xe2\x80\xa6")));
    CHECK(d->subtitle.n <= 202);
    CHECK(str_ends(d->subtitle, STR("word\xe2\x80\xa6")));
    CHECK_INT(d->text.n, 3999 * 2 + 3);
    buf_free(&b);
    close_fixture(&f);
}

TEST(reply, lists_have_limits)
{
    struct fixture f;
    struct buf b;

    open_fixture(&f);
    buf_init(&b, 1u << 20);
    buf_addz(&b, "{\"observations\":[");
    for (int i = 0; i < 500; i++)
        buf_addf(&b,
                 "{\"title\":\"Number %d\",\"facts\":[\"a1\",\"a2\","
                 "\"a3\",\"a4\",\"a5\",\"a6\",\"a7\",\"a8\",\"a9\","
                 "\"b1\",\"b2\"]},",
                 i);
    buf_addz(&b, "],\"facts\":[");
    for (int i = 0; i < 500; i++)
        buf_addf(&b, "{\"text\":\"Statement of number %d here\"},", i);
    buf_addz(&b, "]}");
    CHECK_INT(parse(&f, b.data), 0);
    CHECK_INT(f.d.n, 12 + 24);
    CHECK_INT(f.d.items[0].nfacts, 10);
    buf_free(&b);
    close_fixture(&f);
}

TEST(reply, hidden_characters_are_taken_out)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_STR(one(&f, "\"subtitle\":\"a\\u001b[31m \xe2\x80\xae"
                      "b\\u200b\\nc\\u0000\"")
                  ->subtitle,
              "a b c\xef\xbf\xbd");
    close_fixture(&f);
}

TEST(reply, wrong_types_do_no_harm)
{
    struct fixture f;

    open_fixture(&f);
    CHECK_INT(parse(&f, "{\"observations\":[1,null,true,[],{\"title\":7,"
                        "\"narrative\":{}},{\"title\":\"Kept all the same\","
                        "\"narrative\":12,\"facts\":\"- one\\n- two\","
                        "\"concepts\":{},\"files_read\":9,\"events\":{},"
                        "\"relation\":[],\"importance\":[]}],"
                        "\"facts\":{\"text\":[\"The import keeps\",\"all\"]},"
                        "\"summary\":[\"x\"]}"),
              0);
    CHECK_INT(f.d.n, 3);
    CHECK_STR(f.d.items[0].title, "7");
    CHECK_INT(f.d.items[1].nfacts, 2);
    CHECK_STR(f.d.items[1].facts[1], "two");
    CHECK_STR(f.d.items[2].text, "The import keeps; all");
    CHECK(!f.d.summary.set);
    close_fixture(&f);
}

TEST(reply, summary_is_taken_at_a_turns_end_only)
{
    struct fixture f;

    open_fixture(&f);
    f.b.ends_turn = false;
    CHECK_INT(parse(&f, WHOLE), 0);
    CHECK(!f.d.summary.set);
    f.b.ends_session = true;
    CHECK_INT(parse(&f, WHOLE), 0);
    CHECK(f.d.summary.set);
    close_fixture(&f);
}

TEST(reply, refused_reply_leaves_the_output_alone)
{
    struct fixture f;

    open_fixture(&f);
    f.d.n = 7;
    CHECK_INT(reply_parse(STR("no"), &f.b, &f.o, &f.d, NULL), CM_EFORMAT);
    CHECK_INT(f.d.n, 7);
    close_fixture(&f);
}
