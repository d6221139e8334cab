/* rules_test.c - compression with no language model (lib/compress/rules.h). */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "compress/rules.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_rules
#include "tests/fuzz/rules.c"
#undef FUZZ_ENTRY

static struct arena arena;

/* --- a session from payloads, one a line ----------------------------------- */

#define EVENTS_MAX 64

static struct batch session_of(struct str lines)
{
    static struct ev evs[EVENTS_MAX];
    struct batch b = {.a = &arena, .evs = evs, .ends_turn = true};
    struct str line;

    for (size_t i = 0; i < EVENTS_MAX; i++) {
        json_free((struct json *)(uintptr_t)evs[i].payload);
        evs[i].payload = NULL;
    }
    while (str_line(&lines, &line)) {
        struct json *j = json_parse(line, NULL);
        struct ev *e = &evs[b.n];

        CHECK(j != NULL && b.n < EVENTS_MAX);
        *e = (struct ev){.id = (int64_t)++b.n};
        ev_fill(e, json_get_str(j, "hook_event_name"), j);
        if (clock_parse(json_get_str(j, "_ts"), 0, &e->time_ms) < 0)
            e->time_ms = 0;
        if (b.root.n == 0)
            b.root = json_get_str(j, "cwd");
    }
    return b;
}

static struct batch golden(const char *name)
{
    static struct buf text;
    char path[256];

    snprintf(path, sizeof(path), "tests/unit/rules/%s", name);
    buf_init(&text, 1u << 20);
    CHECK_INT(file_read(test_source(path), &text, NULL), 0);
    return session_of(buf_str(&text));
}

static const struct draft *draft_of(const struct drafts *d, const char *type,
                                    const char *title)
{
    for (size_t i = 0; i < d->n; i++)
        if (str_eqz(d->items[i].type, type) &&
            str_find(d->items[i].title, str_of(title)) >= 0)
            return &d->items[i];
    test_fail(__FILE__, __LINE__, "no %s with \"%s\"", type, title);
}

static const struct draft *fact_of(const struct drafts *d, const char *words)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->items[i].kind == DRAFT_FACT &&
            str_find(d->items[i].text, str_of(words)) >= 0)
            return &d->items[i];
    test_fail(__FILE__, __LINE__, "no fact with \"%s\"", words);
}

/* --- whole sessions ----------------------------------------------------------- */

TEST(rules, a_change_tells_what_was_asked_done_and_committed)
{
    struct batch b = golden("fix.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *m;

    rules_extract(&b, &d);
    m = draft_of(&d, "bugfix", "parse: read cents behind the point");
    CHECK_HAS(m->title, "(src/parse.c)");
    CHECK_HAS(m->text, "fix parse_amount so that \"1.50\" gives cents");
    CHECK_HAS(m->text, "src/parse.c (parse_amount, read_cents new; +7 -1)");
    CHECK_HAS(m->text, "Committed 1f2e3d4");
    CHECK_HAS(m->text, "The loop ended at the point, so 1.50 became 1.");
    CHECK_HAS(m->text, "`make test`: 12 passed");
    CHECK_HAS(m->facts[2], "Left open: Amounts with three decimals");
    CHECK_LACKS(m->text, "ide_opened_file");
    CHECK_LACKS(m->text, "Co-Authored-By");
    CHECK_LACKS(m->text, "Let me");
    CHECK_INT(m->nfiles, 1);
    CHECK(m->files[0].modified);
    CHECK_STR(m->files[0].path, "src/parse.c");
    CHECK_STR(m->origin, "assistant");
    CHECK(m->nevents > 2 && m->importance == 3 && m->event_ms > 0);
    for (size_t i = 0; i < m->nconcepts; i++)
        CHECK(observation_concept_is_known(m->concepts[i]));
}

TEST(rules, an_error_comes_with_its_cause_and_its_end)
{
    struct batch b = golden("fix.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *m;

    rules_extract(&b, &d);
    m = draft_of(&d, "bugfix", "Fixed: amount_with_cents");
    CHECK_HAS(m->text, "`make test` failed: amount_with_cents: test.c:31: "
                       "got 1, want 150.");
    CHECK_HAS(m->text, "because the loop in `src/parse.c` breaks there.");
    CHECK_HAS(m->text, "It passed after changing src/parse.c");
    CHECK_STR(m->origin, "tool");
    CHECK_INT(m->nevents, 2);
}

TEST(rules, what_the_user_wants_for_good_is_a_fact_of_theirs)
{
    struct batch b = golden("fix.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *f;

    rules_extract(&b, &d);
    f = fact_of(&d, "never use floating point for money");
    CHECK_STR(f->origin, "user");
    CHECK_INT(f->importance, 4);
    CHECK_HAS(f->text, "(about src/parse.c)");
}

TEST(rules, a_summary_has_every_field_that_there_is_something_for)
{
    struct batch b = golden("fix.jsonl");
    struct drafts d = {.n = 0};
    const struct summary_draft *s = &d.summary;

    rules_summarise(&b, &d);
    CHECK(s->set);
    CHECK_HAS(s->request, "fix parse_amount");
    CHECK_HAS(s->investigated, "Searched for \"parse_amount\"");
    CHECK_HAS(s->learned, "The problem was that `parse_amount` stops");
    CHECK_HAS(s->learned, "Decided to return an integer number of cents");
    CHECK_HAS(s->completed, "Committed 1f2e3d4");
    CHECK_HAS(s->completed, "Changed src/parse.c (parse_amount, read_cents");
    CHECK_HAS(s->next_steps, "Open: Refuse amounts with three decimals");
    CHECK_LACKS(s->next_steps, "Open: Read cents");
    CHECK_HAS(s->next_steps, "three decimals are still not refused");
    CHECK_HAS(s->next_steps, "Not answered: Want me to add that check");
    CHECK_HAS(s->notes, "We never use floating point");
}

TEST(rules, a_question_answered_is_a_discovery)
{
    struct batch b = golden("look.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *m;

    rules_extract(&b, &d);
    m = draft_of(&d, "discovery", "`report()` in `src/report.c` calls");
    CHECK_HAS(m->text, "Asked: \"why does `tally report` print every entry");
    CHECK_HAS(m->text, "copied from `summary()`");
    /* A row of a table is a sentence too. */
    CHECK_HAS(m->text, "`src/report.c:58` - the total loop");
    CHECK_STR(m->concepts[0], "why-it-exists");
    CHECK(!m->files[0].modified);
}

TEST(rules, the_right_command_is_worth_knowing)
{
    struct batch b = golden("look.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *m;

    rules_extract(&b, &d);
    m = draft_of(&d, "discovery", "`make test` works where `rtk make test`");
    CHECK_HAS(m->text, "unrecognized subcommand 'make'");
    CHECK_STR(m->concepts[0], "gotcha");
}

TEST(rules, answers_and_refusals_are_the_users_words)
{
    struct batch b = golden("look.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *m;

    rules_extract(&b, &d);
    m = draft_of(&d, "decision", "Chosen: Keep it");
    CHECK_STR(m->origin, "user");
    CHECK_HAS(m->text, "Should the total line stay?");
    fact_of(&d, "please always show me the diff before you edit");
    rules_summarise(&b, &d);
    CHECK_HAS(d.summary.notes, "always show me the diff");
    CHECK_HAS(d.summary.notes, "Chosen: Keep it");
    CHECK_LACKS(d.summary.request, "clear");
}

TEST(rules, a_plan_gives_its_title_and_reason)
{
    struct batch b = golden("plan.jsonl");
    struct drafts d = {.n = 0};
    const struct draft *m;

    rules_extract(&b, &d);
    m = draft_of(&d, "feature", "Import entries from CSV files");
    CHECK_HAS(m->text, "People keep their entries in spreadsheets.");
    CHECK_LACKS(m->text, "Two files are touched");
    CHECK_HAS(m->text, "src/csv.py (new file, read_rows, Importer, run");
    CHECK_INT(m->importance, 4);
    b.ends_session = true;
    rules_extract(&b, &d);
    m = draft_of(&d, "problem", "`ruff check src` failed");
    CHECK_HAS(m->text, "A005 Module `csv` shadows");
}

TEST(rules, other_languages_are_quoted_whole_characters)
{
    struct batch b = golden("plan.jsonl");
    struct drafts d = {.n = 0};

    rules_extract(&b, &d);
    for (size_t i = 0; i < d.n; i++)
        for (size_t at = 0; at < d.items[i].text.n;) {
            size_t n =
                utf8_len(str_cut(d.items[i].text, at, d.items[i].text.n));

            CHECK(n > 0);
            at += n;
        }
    rules_summarise(&b, &d);
    CHECK_HAS(d.summary.request, "日本語の名前を使ってください");
    CHECK_HAS(d.summary.next_steps, "Open: Document the file format");
    CHECK_HAS(d.summary.next_steps, "Still failing: `ruff check src`");
}

TEST(rules, idle_turns_give_nothing)
{
    static const char idle[] =
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"hi\"}\n"
        "{\"hook_event_name\":\"Stop\",\"last_assistant_message\":"
        "\"Hello! How can I help you today?\"}\n"
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"thanks\"}\n"
        "{\"hook_event_name\":\"Stop\"}\n";
    struct batch b = session_of(STR(idle)), none = {.a = &arena};
    struct drafts d = {.n = 7};

    rules_extract(&b, &d);
    CHECK_INT(d.n, 0);
    rules_summarise(&b, &d);
    CHECK(!d.summary.set);
    rules_extract(&none, &d);
    rules_summarise(&none, &d);
    CHECK_INT(d.n, 0);
    CHECK(!d.summary.set);
}

TEST(rules, notes_do_not_say_the_request_again)
{
    static const char lines[] =
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"We should "
        "never show the port to visitors.\",\"cwd\":\"/p\"}\n"
        "{\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Edit\","
        "\"tool_input\":{\"file_path\":\"/p/src/page.c\",\"old_string\":"
        "\"a\",\"new_string\":\"b\"},\"tool_response\":{}}\n"
        "{\"hook_event_name\":\"Stop\"}\n";
    struct batch b = session_of(STR(lines));
    struct drafts d = {.n = 0};

    rules_summarise(&b, &d);
    CHECK_HAS(d.summary.request, "never show the port to visitors");
    CHECK_LACKS(d.summary.notes, "never show the port");
    rules_extract(&b, &d);
    CHECK(fact_of(&d, "never show the port") != NULL); /* they do want it */
}

TEST(rules, the_transcripts_text_is_put_where_it_was_said)
{
    /* The transcript is read at the end of the turn: its texts come last. */
    static const char late[] =
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"why is the "
        "cache cold after a restart?\",\"_ts\":\"2026-03-02T10:00:00.000Z\"}\n"
        "{\"hook_event_name\":\"PostToolUse\",\"tool_name\":\"Read\","
        "\"tool_input\":{\"file_path\":\"/p/src/cache.c\"},"
        "\"tool_response\":{},\"_ts\":\"2026-03-02T10:00:05.000Z\"}\n"
        "{\"hook_event_name\":\"UserPromptSubmit\",\"prompt\":\"thanks\","
        "\"_ts\":\"2026-03-02T10:01:00.000Z\"}\n"
        "{\"hook_event_name\":\"Assistant\",\"text\":\"The root cause: "
        "`cache_save` is never called because `main` exits by `_exit`.\","
        "\"_ts\":\"2026-03-02T10:00:09.000Z\"}\n";
    struct batch b = session_of(STR(late));
    struct drafts d = {.n = 0};

    rules_extract(&b, &d);
    CHECK_INT(d.n, 1);
    CHECK_HAS(d.items[0].text, "why is the cache cold");
    CHECK_HAS(d.items[0].title, "cache_save");
}

/* One event's payload, built from pieces. */
static struct str tool(const char *name, const char *input, const char *rest)
{
    return arena_fmt(&arena,
                     "{\"hook_event_name\":\"PostToolUse%s\",\"tool_name\":"
                     "\"%s\",\"tool_input\":{%s},%s}\n",
                     str_starts(str_of(rest), STR("\"error\"")) ? "Failure"
                                                                : "",
                     name, input, rest);
}

static struct str bash(const char *command, const char *error)
{
    struct str in = arena_fmt(&arena, "\"command\":\"%s\"", command);
    struct str out =
        error ? arena_fmt(&arena, "\"error\":\"Exit code 1\\n%s\"", error)
              : STR("\"tool_response\":{\"stdout\":\"\"}");

    return tool("Bash", in.p, out.p);
}

static struct str prompt(const char *text)
{
    return arena_fmt(&arena,
                     "{\"hook_event_name\":\"UserPromptSubmit\",\"cwd\":\"/p\","
                     "\"prompt\":\"%s\"}\n",
                     text);
}

static struct batch joined(const struct str *part, size_t n)
{
    static struct buf b;

    buf_free(&b);
    buf_init(&b, 1u << 16);
    for (size_t i = 0; i < n; i++)
        buf_adds(&b, part[i]);
    return session_of(buf_str(&b));
}

TEST(rules, a_plan_nobody_carried_out_is_the_next_step)
{
    struct str part[] = {
        prompt("make the header sticky, but plan it first please"),
        tool("ExitPlanMode",
             "\"plan\":\"# Plan: Sticky header\\n\\n## Context\\n\\nThe header "
             "scrolls away.\"",
             "\"error\":\"User rejected tool use\""),
        tool("Edit",
             "\"file_path\":\"/p/src/h.ts\",\"old_string\":\"a\","
             "\"new_string\":\"b\"",
             "\"tool_response\":{}"),
    };
    struct batch b = joined(part, 2);
    struct drafts d = {.n = 0};

    rules_extract(&b, &d);
    CHECK_HAS(draft_of(&d, "decision", "Planned: Sticky header")->text,
              "The header scrolls away.");
    rules_summarise(&b, &d);
    CHECK_HAS(d.summary.next_steps, "Planned, not begun: \"Sticky header\"");
    b = joined(part, 3);
    rules_summarise(&b, &d);
    CHECK_LACKS(d.summary.next_steps, "Planned");
}

TEST(rules, checks_that_pass_again_are_no_problem)
{
    struct str part[] = {
        prompt("tidy src/a.ts up"),
        bash("bun run lint", "x Formatter would have printed this"),
        bash("bun run lint:fix", NULL),
        bash("rtk bun run test", "error: unrecognized subcommand 'bun'"),
        bash("go vet", "a.go:1:2: composite literal uses unkeyed fields"),
        bash("mise run lint && mise run test", NULL),
        bash("go test ./...",
             "--- FAIL: TestA (0.0s)\\n    a_test.go:3: got 1"),
    };
    struct batch b = joined(part, ARRAY_LEN(part) - 1);
    struct drafts d = {.n = 0};

    rules_summarise(&b, &d);
    CHECK_INT(d.summary.next_steps.n, 0);
    CHECK_HAS(d.summary.completed, "`mise run test` passed");
    b = joined(part, ARRAY_LEN(part));
    rules_summarise(&b, &d);
    CHECK_STR(d.summary.next_steps,
              "- Still failing: `go test ./...` failed: TestA: a_test.go:3: "
              "got 1");
}

TEST(rules, a_subagents_prompt_is_not_the_users_word)
{
    struct str part[] = {
        prompt("Never use the network. Always read `src/a.c` first."),
        tool("Read", "\"file_path\":\"/p/src/a.c\"", "\"tool_response\":{}"),
        STR("{\"hook_event_name\":\"Stop\",\"last_assistant_message\":\"The "
            "root cause: `a_init` runs twice because `main` calls it.\"}\n"),
    };
    struct batch b = joined(part, ARRAY_LEN(part));
    struct drafts d = {.n = 0};

    rules_extract(&b, &d);
    fact_of(&d, "Never use the network");
    b.agent_type = STR("Explore");
    rules_extract(&b, &d);
    for (size_t i = 0; i < d.n; i++)
        CHECK(d.items[i].kind != DRAFT_FACT);
    CHECK(d.n > 0);
}

TEST(rules, a_part_of_a_turn_says_what_it_is_part_of)
{
    struct str part[] = {
        tool("Edit",
             "\"file_path\":\"/p/src/a.py\",\"old_string\":\"x\","
             "\"new_string\":\"def load(path):\\n    pass\"",
             "\"tool_response\":{},\"cwd\":\"/p\""),
        tool("Edit", "\"file_path\":\"/p/src/a.py\"",
             "\"error\":\"String to replace not found in file.\""),
        tool("Edit", "\"file_path\":\"/p/src/a.py\"",
             "\"error\":\"String to replace not found in file.\""),
    };
    struct batch b = joined(part, ARRAY_LEN(part));
    struct json *so_far = json_object();
    struct drafts d = {.n = 0};

    json_set_str(so_far, "request", STR("Load the index lazily\n- then: x"));
    b.root = STR("/p");
    b.summary = so_far;
    rules_extract(&b, &d);
    CHECK_INT(d.n, 1);
    CHECK_STR(d.items[0].title, "Change load in src/a.py");
    CHECK_HAS(d.items[0].text, "Part of: Load the index lazily.");
    rules_summarise(&b, &d);
    CHECK(!d.summary.set); /* nobody asked for anything yet */
    json_free(so_far);
}

static struct str next_steps(const char *last_message)
{
    struct str part[] = {prompt("fix the operator in src/a.py"),
                         bash("make test", NULL),
                         arena_fmt(&arena,
                                   "{\"hook_event_name\":\"Stop\","
                                   "\"last_assistant_message\":\"%s\"}\n",
                                   last_message)};
    struct batch b = joined(part, ARRAY_LEN(part));
    struct drafts d = {.n = 0};

    rules_summarise(&b, &d);
    CHECK(d.summary.set);
    return d.summary.next_steps;
}

TEST(rules, what_is_called_next_is_a_next_step)
{
    CHECK_STR(next_steps("I fixed it: changed the operator and the tests pass "
                         "now. Next: negative numbers (KEY-12)."),
              "- negative numbers (KEY-12).");
    CHECK_STR(next_steps("Done.\\n\\n**Remaining:** the docs"), "- the docs");
    CHECK_STR(next_steps("TODO: quote paths"), "- quote paths");
    CHECK_STR(next_steps("Still to do: a test"), "- a test");
    CHECK_STR(next_steps("It works.\\n\\nNext steps:\\n- a test\\n- the docs\\n"
                         "\\nTell me what you think of it all."),
              "- a test\n- the docs");
    CHECK_STR(next_steps("## Next\\n1. Quote paths"), "- Quote paths");
    CHECK_STR(next_steps("Next, I'll look at the docs. Now run it."), "");
}

TEST(rules, edits_that_missed_are_noted)
{
    struct str miss = tool("Edit", "\"file_path\":\"/p/src/a.py\"",
                           "\"error\":\"String to replace not found in "
                           "file.\"");
    struct str part[] = {prompt("rename the loader in src/a.py"), miss, miss,
                         bash("make test", NULL)};
    struct batch b = joined(part, ARRAY_LEN(part));
    struct drafts d = {.n = 0};

    rules_summarise(&b, &d);
    CHECK_HAS(d.summary.notes, "2 edits of src/a.py did not find their text");
}

/* --- any text ------------------------------------------------------------------ */

TEST(rules, any_text_gives_well_formed_drafts)
{
    /* What rules look for, in any order. */
    static const char *const piece[] = {"```\n",
                                        "|",
                                        "| a | b |\n",
                                        "|---|\n",
                                        "**",
                                        "\n",
                                        "- [ ] ",
                                        "## Root cause\n",
                                        "1. ",
                                        "`x`",
                                        "because ",
                                        "Added ",
                                        "<ide_",
                                        "</ide_x>",
                                        "[Image #1]",
                                        "git commit -m \"$(cat <<'EOF'\n",
                                        "EOF\n",
                                        "\"",
                                        "'",
                                        "--- FAIL: x\n",
                                        "a.c:1:2: ",
                                        "12 pass\n",
                                        "[main 1a2b3c4] ",
                                        "cd /tmp && ",
                                        "sed -i ",
                                        "<<",
                                        "$(",
                                        ")",
                                        "\\",
                                        "\xe6",
                                        "\xe6\x97\xa5",
                                        "\xe3\x80\x82",
                                        "\x1b[",
                                        "#",
                                        "func f(",
                                        "# Plan: x\n",
                                        "Implement the following plan:\n",
                                        "## Context\n",
                                        "https://",
                                        "[a](",
                                        "...",
                                        ": ",
                                        " - ",
                                        "the user said:",
                                        "/p/a.ts",
                                        "doesn't want to proceed",
                                        "never ",
                                        "?",
                                        "+",
                                        "-",
                                        " ",
                                        "{\n"};
    uint32_t state = 1;

    for (int i = 0; i < 1500; i++) {
        char text[512];
        size_t n = 0;

        for (int k = 0; k < 24; k++) {
            const char *p;

            state = state * 1664525u + 1013904223u; /* the same every run */
            p = piece[(state >> 8) % ARRAY_LEN(piece)];
            if (n + strlen(p) >= sizeof(text))
                break;
            memcpy(text + n, p, strlen(p));
            n += strlen(p);
        }
        fuzz_rules((const uint8_t *)text, n);
    }
}
