/* rules_test.c - compression with no language model (lib/compress/rules.h). */
#include "base/common.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/utf8.h"
#include "compress/rules.h"
#include "compress/rules_ask.h"
#include "compress/rules_code.h"
#include "compress/rules_said.h"
#include "compress/rules_shell.h"
#include "compress/rules_text.h"
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

/* --- prompts -------------------------------------------------------------------- */

static struct ask asked(const char *prompt)
{
    struct ask a;

    ask_read(&arena, str_of(prompt), &a);
    return a;
}

TEST(rules, only_the_persons_own_words_are_theirs)
{
    CHECK_STR(asked("<system-reminder>x</system-reminder>do it").words,
              "do it");
    CHECK_STR(asked("<ide_selection>a\nb</ide_selection>rename `x`").words,
              "rename `x`");
    CHECK_INT(asked("<task-notification>done</task-notification>").words.n, 0);
    CHECK_INT(
        asked("<local-command-stdout>Bye!</local-command-stdout>").words.n, 0);
    CHECK_INT(asked("<bash-stdout>never closed").words.n, 0);
    CHECK_INT(asked("This session is being continued from a previous "
                    "conversation that ran out")
                  .words.n,
              0);
    CHECK_STR(asked("<command-name>/deploy</command-name>\n"
                    "<command-args>to staging</command-args>")
                  .words,
              "/deploy to staging");
    CHECK_INT(asked("<command-name>/compact</command-name>\n"
                    "<command-args>go on</command-args>")
                  .words.n,
              0);
    CHECK_INT(asked("/model").words.n, 0);
    CHECK(asked("[Request interrupted by user]").interrupted);
    CHECK_INT(asked("[Request interrupted by user]").words.n, 0);
    CHECK_STR(asked("look at [Image #1] and <b>this</b>").words,
              "look at  and <b>this</b>");
}

TEST(rules, an_order_loses_its_politeness)
{
    CHECK_STR(asked("ok, can you please add a `--json` flag?").title,
              "Add a `--json` flag?");
    CHECK_STR(asked("great. now let's move it to lib/base").title,
              "Move it to lib/base");
    CHECK_STR(asked("```\nlog\n```\nwhy does this fail?").title,
              "Why does this fail?");
    CHECK(asked("yes, go ahead").is_filler);
    CHECK(asked("commit this").is_filler);
    CHECK(!asked("yes, and rename the flag").is_filler);
    CHECK(asked("how does the spool work?").is_question);
    CHECK(!asked("can you add a test?").is_question);
}

TEST(rules, a_number_means_the_offer_of_that_number)
{
    struct str offer = STR("Options:\n\n1. **One flag** - simple\n"
                           "2. Two commands\n\nWhich one?");

    CHECK_INT(asked("2").choice, 2);
    CHECK_INT(asked("option 1, please").choice, 1);
    CHECK_INT(asked("B)").choice, 2);
    CHECK_INT(asked("2px more").choice, 0);
    CHECK_INT(asked("Because").choice, 0);
    CHECK_STR(ask_option(&arena, offer, 1), "One flag - simple");
    CHECK_STR(ask_option(&arena, offer, 2), "Two commands");
    CHECK_INT(ask_option(&arena, offer, 3).n, 0);
}

/* --- sentences --------------------------------------------------------------------- */

static struct str sentences(const char *text)
{
    static char all[2048];
    struct sentences it = {.rest = str_of(text)};
    struct str s;
    size_t n = 0;

    all[0] = '\0';
    while (sentences_next(&it, &s) && n + s.n + 2 < sizeof(all))
        n += (size_t)snprintf(all + n, sizeof(all) - n, "%s%.*s", n ? "|" : "",
                              STR_ARG(s));
    return (struct str){all, n};
}

TEST(rules, text_is_cut_into_sentences)
{
    CHECK_STR(sentences("One. Two!  Three?\n\nFour"), "One.|Two!|Three?|Four");
    CHECK_STR(sentences("See e.g. this. Use `a. b` now."),
              "See e.g. this.|Use `a. b` now.");
    CHECK_STR(sentences("- a list\n2. **of** two\n- [ ] open"),
              "a list|**of** two|open");
    CHECK_STR(sentences("# Head\n```\ncode. x\n```\n> quote\n---\nprose"),
              "prose");
    CHECK_STR(sentences("| A | B |\n|---|---|\n| one | two |\nend"),
              "one | two|end");
    CHECK_STR(sentences("一つ。二つ！"), "一つ。|二つ！");
    CHECK_STR(sentences(""), "");
}

TEST(rules, sentences_are_judged)
{
    static const struct {
        enum said_kind kind;
        const char *text;
    } row[] = {
        {SAID_FINDING, "The root cause: `spool_drain` is never called."},
        {SAID_FINDING, "Files are lost because `git status` paths are relative "
                       "to the root."},
        {SAID_DECISION, "We decided to keep `--old` rather than break scripts, "
                        "so that both flags work."},
        {SAID_RESULT, "Added `read_cents` to `src/parse.c`."},
        {SAID_RESULT, "Fix 1 - `engine.ts`: Swapped the two paths."},
        {SAID_REMAINS, "The migration of `users` still needs to be written."},
        {SAID_OFFER, "Want me to add a test for `parse_amount` too?"},
        {SAID_TALK, "Let me check why `parse_amount` fails because of this."},
        {SAID_TALK, "Now I'll fix the root cause in `parse_amount`."},
        {SAID_TALK, "Add a constant to `types.ts` because it is used twice."},
        {SAID_TALK, "Here's what I found about the root cause:"},
        {SAID_TALK, "I think it might be the cache."},
        {SAID_TALK, "Done."},
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (said_judge(str_of(row[i].text), STR_NONE).kind != row[i].kind)
            test_fail(__FILE__, __LINE__, "\"%s\" is %d, not %d", row[i].text,
                      said_judge(str_of(row[i].text), STR_NONE).kind,
                      row[i].kind);
}

TEST(rules, lasting_wishes_are_told_from_orders)
{
    static const char *const yes[] = {
        "We never use floating point for money.",
        "Always run the linter before you commit, from now on.",
        "we should be using the strong types instead of string wherever we can",
        "The API schema must stay the source of truth.",
        "I prefer small commits.",
    };
    static const char *const no[] = {
        "fix the test",
        "don't commit yet",
        "can we always use X here?",
        "I don't think we should do that",
        "never mind",
        "+    // Always written",
        "this causes it to always return 0",
        "> we never do that",
        "I don't know why it must be so",
    };

    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        if (said_lasting(str_of(yes[i])) < SAID_FAIR)
            test_fail(__FILE__, __LINE__, "not lasting: \"%s\"", yes[i]);
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        if (said_lasting(str_of(no[i])) >= SAID_FAIR)
            test_fail(__FILE__, __LINE__, "lasting: \"%s\"", no[i]);
}

TEST(rules, lines_are_cut_between_words_and_characters)
{
    CHECK_STR(text_line(&arena, STR("a **b** [c](http://d)\n e"), 80),
              "a b c e");
    CHECK_STR(text_line(&arena, STR("one two three four five"), 18),
              "one two three...");
    CHECK_STR(text_line(&arena, STR("日本語日本語"), 10), "日本...");
    CHECK_STR(text_line(&arena, STR("\033[31mred\033[0m"), 80), "red");
    CHECK_STR(text_raw_line(&arena, STR("a **b**"), 80), "a **b**");
}

TEST(rules, paths_are_named_from_the_root)
{
    struct str root = STR("/p/app");

    CHECK_STR(path_in(root, STR("/p/app/src/a.c")), "src/a.c");
    CHECK_STR(path_in(root, STR("/p/app/.worktrees/x/src/a.c")), "src/a.c");
    CHECK_STR(
        path_in(STR("/p/app/.worktrees/x"), STR("/p/app/.worktrees/x/src/a.c")),
        "src/a.c");
    CHECK_STR(path_in(root, STR("/p/apple/a.c")), "/p/apple/a.c");
    CHECK(path_is_ours(root, STR("/p/app/a.c")));
    CHECK(!path_is_ours(root, STR("/tmp/a.c")));
    CHECK(!path_is_ours(root, STR("/p/app/.claude/plans/x.md")));
}

/* --- code ----------------------------------------------------------------------------- */

TEST(rules, definitions_are_known_by_their_shape)
{
    static const struct {
        const char *path, *line, *name; /* name NULL: no definition */
    } row[] = {
        {"a.c", "int parse_amount(const char *s)", "parse_amount"},
        {"a.c", "static struct str *find(struct x *y)", "find"},
        {"a.c", "struct point {", "point"},
        {"a.c", "    if (parse_amount(s))", NULL},
        {"a.c", "    return find(y);", NULL},
        {"a.c", "int parse_amount(const char *s);", NULL},
        {"a.go", "func (s *Store) Save(ctx Context) error {", "Save"},
        {"a.go", "func main() {", "main"},
        {"a.go", "type Store struct {", "Store"},
        {"a.go", "\tgo func() {", NULL},
        {"a.rs", "    pub(crate) async fn drain(&self) {", "drain"},
        {"a.rs", "impl Store {", NULL},
        {"a.py", "    async def run(self):", "run"},
        {"a.py", "class Importer(Base):", "Importer"},
        {"a.ts", "export const chunk = <T>(a: T[]) => {", "chunk"},
        {"a.ts", "export default async function main() {", "main"},
        {"a.ts", "  async save(id: string): Promise<void> {", "save"},
        {"a.ts", "export interface Options {", "Options"},
        {"a.ts", "export type Mode = \"a\" | \"b\";", "Mode"},
        {"a.ts", "export const BATCH_SIZE = 10;", "BATCH_SIZE"},
        {"a.ts", "  const x = save(id);", NULL},
        {"a.ts", "  if (x) {", NULL},
        {"a.ts", "  setTimeout(function () {", NULL},
        {"a.java", "    public static void main(String[] args) {", "main"},
        {"a.java", "    return new Foo(bar) {", NULL},
        {"a.kt", "fun greet(name: String) {", "greet"},
        {"a.rb", "  def self.call(x)", "call"},
        {"a.sh", "build_all() {", "build_all"},
        {"a.md", "## How it works", "How it works"},
        {"a.md", "text", NULL},
        {"a.bin", "int f(int x)", NULL},
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct str name = STR_NONE;
        bool got = code_defines(lang_of(str_of(row[i].path)),
                                str_of(row[i].line), &name);

        if (got != (row[i].name != NULL) ||
            (got && !str_eqz(name, row[i].name)))
            test_fail(__FILE__, __LINE__, "\"%s\" gives %s%.*s", row[i].line,
                      got ? "" : "nothing ", STR_ARG(name));
    }
}

TEST(rules, the_definition_around_a_line_is_found)
{
    struct str text =
        STR("int fun(void)\n{\n    a = 1;\n\n    if (x) {\n"
            "        long_enough();\n    }\n}\n\nint limit = 1;\n");
    struct str name;

    CHECK(code_around(LANG_C, text, STR("long_enough();"), &name));
    CHECK_STR(name, "fun");
    CHECK(!code_around(LANG_C, text, STR("int limit = 1;"), &name));
    CHECK(!code_around(LANG_C, text, STR("not in there"), &name));
    text = STR("class A:\n    def one(self):\n        pass\n\n"
               "    def two(self):\n        return self.value\n");
    CHECK(code_around(LANG_PYTHON, text, STR("return self.value"), &name));
    CHECK_STR(name, "two");
}

/* --- the shell --------------------------------------------------------------------------- */

static struct shell_cmd shell(const char *line)
{
    struct shell_cmd c[SHELL_PARTS_MAX];

    shell_read(&arena, STR("/p"), str_of(line), c);
    return c[0];
}

TEST(rules, commands_are_known_by_what_they_are_for)
{
    static const struct {
        enum shell_kind kind;
        const char *line;
    } row[] = {
        {SHELL_TEST, "cd /p && go test ./... 2>&1 | tail -5"},
        {SHELL_TEST, "CI=1 npm run test:unit"},
        {SHELL_TEST, "rtk bun test src/"},
        {SHELL_TEST, "python -m pytest -k name"},
        {SHELL_TEST, "timeout 60 make check"},
        {SHELL_BUILD, "cargo check"},
        {SHELL_BUILD, "make -j2 all"},
        {SHELL_LINT, "npx eslint ."},
        {SHELL_LINT, "mise run fmt && mise run lint"},
        {SHELL_FORMAT, "gofmt -w ."},
        {SHELL_COMMIT, "git add -A && git commit -m 'x: y'"},
        {SHELL_PUSH, "git push origin main"},
        {SHELL_PR, "gh pr create --title \"Add x\" --body y"},
        {SHELL_BRANCH, "git checkout -b topic"},
        {SHELL_LOOK, "git -C /p log --oneline | head"},
        {SHELL_SEARCH, "grep -rn 'a;b' src | head"},
        {SHELL_NONE, "echo 'go test'"},
        {SHELL_NONE, ""},
        {SHELL_OTHER, "./deploy.sh"},
        {SHELL_INSTALL, "npm install left-pad"},
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        if (shell(row[i].line).kind != row[i].kind)
            test_fail(__FILE__, __LINE__, "\"%s\" is %d, not %d", row[i].line,
                      shell(row[i].line).kind, row[i].kind);
    CHECK_STR(shell("cd /p && go test ./... 2>&1 | tail").show,
              "go test ./...");
    CHECK(shell("go test -run X ./a").narrow);
    CHECK(!shell("go test ./...").narrow);
    CHECK(shell("cd /tmp/x && git init && git commit -m a").elsewhere);
    CHECK_STR(shell("gh pr create --title \"Add x\"").what, "Add x");
    CHECK_STR(shell("grep -n pat file.c").what, "pat");
    CHECK_STR(shell("sed -i 's/a/b/' src/a.c").writes, "src/a.c");
    CHECK_STR(shell("cat > src/a.go <<'EOF'\nx; y\nEOF\ngo vet").writes,
              "src/a.go");
}

TEST(rules, a_commits_message_is_read_in_every_form)
{
    struct shell_cmd c = shell("git commit -am \"a: b\" -m 'because c'");

    CHECK_STR(c.subject, "a: b");
    CHECK_STR(c.body, "because c");
    c = shell("git commit -m \"$(cat <<'EOF'\nsub \"x\"\n\nbody one\nmore\n\n"
              "rest\nEOF\n)\"");
    CHECK_STR(c.subject, "sub \"x\"");
    CHECK_STR(c.body, "body one more");
    CHECK_INT(shell("git commit --amend --no-edit").subject.n, 0);
    CHECK_INT(shell("git commit -m").subject.n, 0);
}

static struct outcome ended(const char *line, bool failed, const char *output)
{
    struct shell_cmd c = shell(line);
    struct json *j = json_object();
    struct outcome o;
    struct ev e;

    json_set_str(j, failed ? "error" : "tool_response", str_of(output));
    ev_fill(&e, failed ? STR("PostToolUseFailure") : STR("PostToolUse"), j);
    shell_outcome(&arena, &e, &c, &o);
    json_free(j);
    return o;
}

TEST(rules, a_line_drawn_under_a_heading_is_no_error)
{
    /* Box-drawing characters, as linters print them. */
    const char *rule = "\xe2\x94\x81\xe2\x94\x81\xe2\x94\x81\xe2\x94\x81";
    char out[400];

    snprintf(out, sizeof(out),
             "check %s\nsrc/x.ts:3:1 lint/style %s\n  the name is not used\n",
             rule, rule);
    CHECK_STR(ended("bun run lint", true, out).error, "src/x.ts:3:1 lint/style");
    snprintf(out, sizeof(out), "check %s\n%s\nnothing was formatted\n", rule,
             rule);
    CHECK_STR(ended("bun run lint", true, out).error, "nothing was formatted");
}

TEST(rules, test_runners_counts_are_read)
{
    static const struct {
        int64_t passed, failures;
        const char *line, *out;
    } row[] = {
        {12, 0, "bun test", "\n 12 pass\n 0 fail\nRan 12 tests"},
        {30, 2, "npx jest", "Tests:       2 failed, 30 passed, 32 total"},
        {9, 1, "npx vitest", " Tests  1 failed | 9 passed (10)"},
        {10, 3, "pytest", "=== 3 failed, 10 passed in 1.20s ==="},
        {11, 1, "cargo test", "test result: FAILED. 11 passed; 1 failed; 0 x"},
        {7, 2, "node --test test", "# pass 7\n# fail 2"},
        {10, 2, "rspec", "12 examples, 2 failures"},
        {10, 2, "mvn test", "Tests run: 12, Failures: 2, Errors: 0"},
        {-1, -1, "go test ./...", "ok  \tx\t1.2s\nItem 3 failed to load"},
    };

    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct outcome o = ended(row[i].line, false, row[i].out);

        if (o.passed != row[i].passed || o.failures != row[i].failures)
            test_fail(__FILE__, __LINE__, "%s: %lld passed, %lld failed",
                      row[i].line, (long long)o.passed, (long long)o.failures);
    }
}

TEST(rules, the_line_that_tells_most_is_the_error)
{
    CHECK_STR(
        ended("go build", true, "Exit code 1\n# x/y\na.go:3:2: undefined: foo")
            .error,
        "a.go:3:2: undefined: foo");
    CHECK_STR(ended("python x.py", true,
                    "Exit code 1\nTraceback (most recent call last):\n"
                    "  File \"x.py\", line 1\nKeyError: 'a'")
                  .error,
              "KeyError: 'a'");
    CHECK_STR(
        ended("bun test", true, "Exit code 1\n(fail) a > b [0.4ms]\n 1 fail")
            .test[0],
        "a > b");
    CHECK(ended("make test | tail", false, "--- FAIL: x").failed);
    CHECK(!ended("make test", false, "--- FAIL: x").failed);
    CHECK(ended("ls", true, "User rejected tool use").refused);
    CHECK_STR(ended("git commit -m 'a: b'", false,
                    "[main (root-commit) 1a2b3c4] a: b")
                  .hash,
              "1a2b3c4");
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
