/* rules_read_test.c - how the rules read prompts, sentences, code, the shell. */
#include "base/common.h"

#include "compress/rules_ask.h"
#include "compress/rules_code.h"
#include "compress/rules_said.h"
#include "compress/rules_shell.h"
#include "compress/rules_text.h"
#include "test.h"

static struct arena arena;

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
    CHECK_STR(ended("bun run lint", true, out).error,
              "src/x.ts:3:1 lint/style");
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
