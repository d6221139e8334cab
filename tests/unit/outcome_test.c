/* outcome_test.c - errors and what ended them. */
#include "base/common.h"

#include "base/arena.h"
#include "base/json.h"
#include "compress/outcome.h"
#include "compress/signature.h"
#include "seed.h"
#include "store/outcome.h"
#include "test.h"

TEST(signature, keeps_what_names_the_error)
{
    static const struct {
        const char *line, *want;
    } t[] = {
        {"/home/ada/app/src/main.c:12:5: error: 'foo' undeclared",
         "main.c error foo undeclared"},
        {"src/a.ts(236,2): error TS2322: Type 'x' is not assignable",
         "a.ts error ts2322 type x is not assignable"},
        {"Error: connect ECONNREFUSED 127.0.0.1:5432",
         "error connect econnrefused"},
        {"fatal: bad object 4f0c1d2e3b4a5968778695a4b3c2d1e0f9a8b7c6",
         "fatal bad object"},
        {"panic at 0x7ffe3c21: took 1.5s, 12ms more (3 tries)",
         "panic at took more tries"},
        {"error[E0308]: mismatched types", "error[e0308 mismatched types"},
        {"2026-03-01 10:22:01 ERROR no space left on device",
         "error no space left on device"},
        {"  \t ", ""},
        {"", ""},
    };
    struct arena a = {0};

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        CHECK_STR(signature_of(str_of(t[i].line), &a), t[i].want);
    arena_free(&a);
}

TEST(signature, the_same_error_elsewhere_is_alike)
{
    struct arena a = {0};
    struct str x = signature_of(
        STR("/a/src/engine.ts(218,25): error TS7006: Parameter 'p' implicitly "
            "has an 'any' type."),
        &a);
    struct str y = signature_of(
        STR("lib/other.ts(9,1): error TS7006: Parameter 'row' implicitly has "
            "an 'any' type."),
        &a);
    struct str z = signature_of(
        STR("lib/other.ts(9,1): error TS2304: Cannot find name 'row'."), &a);

    CHECK(signature_alike(x, x) == 1);
    CHECK(signature_alike(x, y) > 0.5);
    CHECK(signature_alike(x, z) < 0.3);
    CHECK(signature_alike(x, STR("")) == 0);
    arena_free(&a);
}

/* --- endings -------------------------------------------------------------------- */

struct rig {
    struct arena a;
    struct batch b;
    struct ev evs[64];
    struct json *payloads[64];
};

static void open_rig(struct rig *r)
{
    memset(r, 0, sizeof(*r));
    r->b = (struct batch){.a = &r->a,
                          .session = STR("s"),
                          .root = STR("/w/app"),
                          .cwd = STR("/w/app"),
                          .evs = r->evs};
}

static void close_rig(struct rig *r)
{
    for (size_t i = 0; i < r->b.n; i++)
        json_free(r->payloads[i]);
    arena_free(&r->a);
}

static void add(struct rig *r, const char *name, struct str payload)
{
    size_t i = r->b.n++;

    r->payloads[i] = json_parse(payload, NULL);
    CHECK(r->payloads[i] != NULL);
    r->evs[i].id = (int64_t)i + 1;
    r->evs[i].time_ms = 1000 * (int64_t)(i + 1);
    ev_fill(&r->evs[i], str_of(name), r->payloads[i]);
}

static void fails(struct rig *r, const char *command, const char *output)
{
    add(r, "PostToolUseFailure",
        arena_fmt(&r->a,
                  "{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"%s\"},"
                  "\"error\":\"Exit code 1\\n%s\"}",
                  command, output));
}

static void passes(struct rig *r, const char *command)
{
    add(r, "PostToolUse",
        arena_fmt(&r->a,
                  "{\"tool_name\":\"Bash\",\"tool_input\":{\"command\":\"%s\"},"
                  "\"tool_response\":{\"stdout\":\"ok\"}}",
                  command));
}

static void edits(struct rig *r, const char *path, const char *old,
                  const char *new_one)
{
    add(r, "PostToolUse",
        arena_fmt(&r->a,
                  "{\"tool_name\":\"Edit\",\"tool_input\":{\"file_path\":"
                  "\"/w/app/%s\",\"old_string\":\"%s\",\"new_string\":\"%s\"},"
                  "\"tool_response\":{}}",
                  path, old, new_one));
}

TEST(endings, an_edit_between_failure_and_success)
{
    struct endings out;
    struct rig r;

    open_rig(&r);
    fails(&r, "make test", "src/parse.c:7: error: stack is empty at the end");
    edits(&r, "src/parse.c", "a\\nreturn x;\\nb", "a\\nreturn top(x);\\nb");
    passes(&r, "make test");
    endings_find(&r.b, &out);
    CHECK_INT(out.n, 1);
    CHECK_INT(out.nfailures, 1);
    CHECK_STR(out.items[0].signature,
              "parse.c error stack is empty at the end");
    CHECK_STR(out.items[0].edits[0].path, "src/parse.c");
    CHECK_STR(out.items[0].edits[0].old, "return x;");
    CHECK_STR(out.items[0].edits[0].new_one, "return top(x);");
    CHECK_INT(out.items[0].bad, 1);
    CHECK_INT(out.items[0].good, 3);
    CHECK_INT(out.items[0].back, 0);
    close_rig(&r);
}

TEST(endings, another_error_of_the_same_check_ends_the_first)
{
    struct endings out;
    struct rig r;

    open_rig(&r);
    fails(&r, "make test", "error: stack is empty");
    edits(&r, "src/a.c", "x", "first change");
    fails(&r, "make test", "error: stack is empty");
    edits(&r, "src/b.c", "x", "second change");
    fails(&r, "make test", "error: heap is full");
    edits(&r, "src/c.c", "x", "third change");
    passes(&r, "make test");
    endings_find(&r.b, &out);
    CHECK_INT(out.n, 2);
    CHECK_STR(out.items[0].edits[0].path, "src/b.c"); /* a.c did not help */
    CHECK_INT(out.items[0].nedits, 1);
    CHECK_STR(out.items[1].edits[0].path, "src/c.c");
    close_rig(&r);
}

TEST(endings, what_was_back_did_not_hold)
{
    struct endings out;
    struct rig r;

    open_rig(&r);
    fails(&r, "make test", "error: stack is empty");
    edits(&r, "src/a.c", "x", "a change");
    passes(&r, "make test");
    fails(&r, "make test", "error: stack is empty");
    endings_find(&r.b, &out);
    CHECK_INT(out.n, 1);
    CHECK_INT(out.items[0].back, 4);
    close_rig(&r);
}

TEST(endings, the_command_that_worked_instead)
{
    struct endings out;
    struct rig r;

    open_rig(&r);
    fails(&r, "tool bun test", "error: unrecognized subcommand 'bun'");
    passes(&r, "tool run bun test");
    fails(&r, "tool bun test", "error: unrecognized subcommand 'bun'");
    endings_find(&r.b, &out);
    CHECK_INT(out.n, 1);
    CHECK_STR(out.items[0].commands[0], "tool run bun test");
    CHECK_INT(out.items[0].back, 0); /* it still is the right one */
    close_rig(&r);
}

TEST(endings, a_package_that_was_missing)
{
    struct endings out;
    struct rig r;

    open_rig(&r);
    fails(&r, "npm test", "Error: Cannot find module 'left-pad'");
    passes(&r, "npm install left-pad");
    passes(&r, "npm test");
    endings_find(&r.b, &out);
    CHECK_INT(out.n, 1);
    CHECK_STR(out.items[0].commands[0], "npm install left-pad");
    close_rig(&r);
}

TEST(endings, what_nobody_can_tell_is_left_out)
{
    struct endings out;
    char path[32];
    struct rig r;

    open_rig(&r);
    fails(&r, "make test", "error: flaky"); /* passed by itself */
    passes(&r, "make test");
    fails(&r, "make check", "error: many things are wrong");
    for (int i = 0; i < 9; i++) {
        snprintf(path, sizeof(path), "src/file%d.c", i);
        edits(&r, path, "x", "y");
    }
    passes(&r, "make check");
    fails(&r, "make lint", "error: never run again");
    edits(&r, "src/z.c", "x", "y");
    endings_find(&r.b, &out);
    CHECK_INT(out.n, 0);
    CHECK_INT(out.nfailures, 3);
    close_rig(&r);
}

/* --- kept and asked --------------------------------------------------------------- */

static void keep(struct seed *s, int64_t session, int64_t bad, int64_t back)
{
    struct outcome_in in = {
        .project_id = s->project,
        .session_id = session,
        .signature = STR("main.c error stack is empty"),
        .error = STR("src/main.c:9: error: stack is empty"),
        .command = STR("make test"),
        .what = STR("{\"edits\":[{\"path\":\"src/main.c\",\"new\":\"top\"}]}"),
        .same = STR("src/main.c: top"),
        .bad = bad,
        .good = bad + 1,
        .back = back,
        .time_ms = SEED_NOW - SEED_DAY + bad,
    };

    CHECK_INT(outcome_put(s->db, &in, NULL), 0);
}

TEST(fix, answers_with_what_worked_and_how_often)
{
    struct seed s;
    int64_t one, two;
    struct str out;

    seed_open(&s);
    one = seed_session(&s, "one", "main", 3, NULL);
    two = seed_session(&s, "two", "main", 2, NULL);
    out = seed_run(&s, "fix", "{\"text\":\"error: stack is empty\"}");
    CHECK_HAS(out, "\"of\":0,\"matched\":0,\"results\":[]");
    keep(&s, one, 1, 0);
    keep(&s, one, 1, 0); /* told again: the same time */
    keep(&s, two, 5, 0);
    out = seed_run(&s, "fix",
                   "{\"text\":\"make: entering\\n/x/main.c:44: error: stack "
                   "is empty\\n1 error\"}");
    CHECK_HAS(out, "\"matched\":1");
    CHECK_HAS(out, "\"alike\":1,");
    CHECK_HAS(out, "\"edits\":[{\"path\":\"src/main.c\",\"new\":\"top\"}]");
    CHECK_HAS(out, "\"held\":2,\"failed\":0");
    CHECK_HAS(out, "\"session\":\"s2\",\"failed_in\":\"e5\"");
    keep(&s, two, 5, 9); /* and was back in that session */
    out = seed_run(&s, "fix", "{\"text\":\"main.c: error: stack is empty\"}");
    CHECK_HAS(out, "\"held\":1,\"failed\":1");
    out = seed_run(&s, "fix", "{\"text\":\"error: heap is empty today\"}");
    CHECK_HAS(out, "\"matched\":0,\"results\":[],\"nearest\":[{\"alike\":0.");
    CHECK_INT(seed_fail(&s, "fix", "{\"text\":\" ? \"}").code, CM_EARG);
    seed_close(&s);
}

TEST(fix, a_later_session_that_has_it_again_counts_once)
{
    struct seed s;
    int64_t one, two;

    seed_open(&s);
    one = seed_session(&s, "one", "main", 3, NULL);
    two = seed_session(&s, "two", "main", 2, NULL);
    keep(&s, one, 1, 0);
    for (int i = 0; i < 3; i++)
        CHECK_INT(outcome_back(s.db, s.project, two,
                               STR("main.c error stack is empty"), 50, SEED_NOW,
                               NULL),
                  0);
    CHECK_HAS(seed_run(&s, "fix", "{\"text\":\"main.c error stack is empty\"}"),
              "\"held\":0,\"failed\":1");
    seed_close(&s);
}
