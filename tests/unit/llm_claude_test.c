/* llm_claude_test.c - the claude provider, with a script in claude's place. */
#include "test.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "llm_rig.h"
#include "worker/provider_claude.h"

#define ANSWER                                                                 \
    "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,"         \
    "\"result\":\"in words\",\"structured_output\":{\"title\":\"e\"},"         \
    "\"total_cost_usd\":0.001234,\"usage\":{\"input_tokens\":10,"              \
    "\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":30,"       \
    "\"output_tokens\":5},\"modelUsage\":{\"claude-haiku-4-5-20251001\":{}}}"

static const char *in_dir(const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s/%s", test_dir(), name);
    return path;
}

/* A program named claude that knows --version, records how it was called and
 * then does `script`. */
static void fake(struct rig *g, const char *version, const char *script)
{
    struct buf b;

    rig_init(g, "claude", NULL, 0);
    g->config.claude_bin = arena_strz(&g->a, in_dir("claude"));
    g->config.base_url = STR_NONE;
    g->config.key = STR_NONE;
    g->config.model = STR("haiku");
    g->config.kill_ms = 200;
    buf_init(&b, 1 << 16);
    buf_addf(&b,
             "#!/bin/sh\ncd '%s'\n"
             "if [ \"$1\" = --version ]; then\n"
             "    echo asked >>versions\n    echo '%s'\n    exit\nfi\n"
             "echo run >>runs\n"
             "for a in \"$@\"; do echo \"<$a>\"; done >argv\n"
             "env >env\n: \"${OLDPWD:?}\"\necho \"$OLDPWD\" >pwd\n"
             "cat >stdin\n%s\n",
             test_dir(), version, script);
    CHECK_INT(file_write(in_dir("claude"), buf_str(&b), 0700, NULL), 0);
    buf_free(&b);
}

static struct str file(struct rig *g, const char *name)
{
    struct buf b;
    struct str s;

    buf_init(&b, 1 << 20);
    if (file_read(in_dir(name), &b, NULL) < 0)
        test_fail(__FILE__, __LINE__, "there is no %s", name);
    s = arena_str(&g->a, buf_str(&b));
    buf_free(&b);
    return s;
}

#define ANSWERS "cat <<'END'\n" ANSWER "\nEND\n"
#define NEW     "2.1.329 (Claude Code)"

/* Running, and not merely waiting for its parent to notice its end. */
static bool is_alive(struct str pid)
{
    char path[64], line[256];
    FILE *f;
    bool alive;

    snprintf(path, sizeof(path), "/proc/%.*s/stat", STR_ARG(str_trim(pid)));
    f = fopen(path, "r");
    if (!f)
        return false;
    alive = fgets(line, sizeof(line), f) && !strstr(line, ") Z ");
    fclose(f);
    return alive;
}

TEST(llm_claude, reads_answer_usage_and_cost)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, NEW, ANSWERS);
    r = rig_ask(&g);
    CHECK_STR(str_of(r->err.msg), "");
    CHECK_STR(r->text, "{\"title\":\"e\"}");
    CHECK_STR(r->model, "claude-haiku-4-5-20251001");
    CHECK_INT(r->input_tokens, 60);
    CHECK_INT(r->cached_tokens, 30);
    CHECK_INT(r->output_tokens, 5);
    CHECK_INT(r->micro_usd, 1234);
    CHECK(r->price_known);
    CHECK_STR(file(&g, "stdin"), "Two events.");
    rig_end(&g);
}

TEST(llm_claude, is_told_to_be_quiet)
{
    struct rig g;
    struct str argv;

    fake(&g, NEW, ANSWERS);
    CHECK_INT(rig_ask(&g)->rc, 0);
    argv = file(&g, "argv");
    CHECK(str_starts(argv, STR("<-p>\n<--safe-mode>\n<--tools>\n<>\n")));
    CHECK_HAS(argv, "\n<--no-session-persistence>\n<--strict-mcp-config>\n"
                    "<--disable-slash-commands>\n");
    CHECK_HAS(argv, "\n<--system-prompt>\n<You keep notes.>\n");
    CHECK_HAS(argv, "\n<--json-schema>\n<" RIG_SCHEMA ">\n");
    CHECK_HAS(argv, "\n<--model>\n<haiku>\n<--output-format>\n<json>\n");
    CHECK_LACKS(argv, "--settings");
    CHECK_STR(str_trim(file(&g, "pwd")), test_dir());
    rig_end(&g);
}

TEST(llm_claude, an_older_one_is_told_in_its_own_words)
{
    struct rig g;
    struct str argv;

    fake(&g, "2.0.76 (Claude Code)", ANSWERS);
    CHECK_INT(rig_ask(&g)->rc, 0);
    argv = file(&g, "argv");
    CHECK_LACKS(argv, "--safe-mode");
    CHECK_HAS(argv, "<--settings>\n<{\"disableAllHooks\":true}>\n"
                    "<--setting-sources>\n<>\n<--tools>\n<>\n");
    CHECK_HAS(argv, "<--no-session-persistence>\n");
    rig_end(&g);
}

TEST(llm_claude, a_very_old_one_is_refused)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, "2.0.75 (Claude Code)", ANSWERS);
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EVERSION);
    CHECK(!r->transient);
    CHECK_HAS(str_of(r->err.msg), "2.0.75");
    CHECK(!file_exists(in_dir("runs")));
    rig_end(&g);
}

TEST(llm_claude, the_session_around_it_is_not_its_own)
{
    struct rig g;
    struct str env;

    setenv("CLAUDECODE", "1", 1);
    setenv("CLAUDE_CODE_ENTRYPOINT", "cli", 1);
    setenv("CLAUDE_CODE_SESSION_ID", "outer", 1);
    setenv("CLAUDE_CODE_MESSAGING_SOCKET", "/x", 1);
    setenv("CLAUDE_PROJECT_DIR", "/x", 1);
    setenv("CLAUDE_CODE_MAX_RETRIES", "99", 1);
    setenv("CLAUDE_CONFIG_DIR", "/kept", 1);
    setenv("CLAUDE_CODE_USE_BEDROCK", "kept", 1);
    fake(&g, NEW, ANSWERS);
    CHECK_INT(rig_ask(&g)->rc, 0);
    env = arena_fmt(&g.a, "\n%.*s", STR_ARG(file(&g, "env")));
    CHECK_HAS(env, "\nCMEM_INTERNAL=1\n");
    CHECK_HAS(env, "\nCLAUDE_CONFIG_DIR=/kept\n");
    CHECK_HAS(env, "\nCLAUDE_CODE_USE_BEDROCK=kept\n");
    CHECK_HAS(env, "\nCLAUDE_CODE_MAX_RETRIES=1\n");
    CHECK_LACKS(env, "CLAUDECODE=");
    CHECK_LACKS(env, "CLAUDE_CODE_ENTRYPOINT=");
    CHECK_LACKS(env, "CLAUDE_CODE_SESSION_ID=");
    CHECK_LACKS(env, "CLAUDE_CODE_MESSAGING_SOCKET=");
    CHECK_LACKS(env, "CLAUDE_PROJECT_DIR=");
    rig_end(&g);
}

TEST(llm_claude, the_version_is_asked_once)
{
    struct rig g;

    fake(&g, NEW, ANSWERS);
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK_INT(rig_ask(&g)->rc, 0);
    CHECK_STR(file(&g, "versions"), "asked\n");
    CHECK_STR(file(&g, "runs"), "run\nrun\n");
    rig_end(&g);
}

TEST(llm_claude, a_hanging_one_is_killed_with_all_its_children)
{
    struct rig g;
    const struct llm_result *r;
    struct str pid, child;
    int64_t before = clock_mono_ms();

    fake(&g, NEW,
         "trap '' TERM\necho $$ >pid\nsleep 1000 &\necho $! >child\nwait\n"
         "sleep 1000");
    g.config.timeout_ms = 2000;
    rig_start(&g);
    rig_submit(&g);
    while (!file_exists(in_dir("child")) && clock_mono_ms() - before < 20000)
        uv_run(&g.loop, UV_RUN_NOWAIT);
    pid = file(&g, "pid");
    child = file(&g, "child");
    CHECK(is_alive(pid));
    llm_close(g.l, NULL, NULL); /* no need to wait for the timeout */
    rig_wait(&g, 1);
    r = &g.r[0];
    CHECK_INT(r->rc, CM_EAGAIN);
    CHECK(r->transient);
    uv_run(&g.loop, UV_RUN_DEFAULT);
    CHECK(!is_alive(pid));
    while (is_alive(child))
        CHECK(clock_mono_ms() - before < 20000);
    CHECK_INT(uv_loop_close(&g.loop), 0);
    arena_free(&g.a);
}

TEST(llm_claude, the_timeout_ends_one_that_ignores_sigterm)
{
    struct rig g;
    const struct llm_result *r;
    int64_t before = clock_mono_ms();

    fake(&g, NEW, "trap '' TERM\necho $$ >pid\nwhile :; do sleep 1; done");
    g.config.timeout_ms = 400;
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_ETIME);
    CHECK(r->transient);
    CHECK_INT(r->tries, 3);
    CHECK(r->ms >= 3 * (400 + 200));
    CHECK(!is_alive(file(&g, "pid")));
    CHECK(clock_mono_ms() - before < 20000);
    rig_end(&g);
}

TEST(llm_claude, what_it_leaves_behind_is_killed)
{
    struct rig g;
    int64_t before = clock_mono_ms();

    fake(&g, NEW, "sleep 1000 &\necho $! >child\n" ANSWERS);
    CHECK_INT(rig_ask(&g)->rc, 0);
    while (is_alive(file(&g, "child")))
        CHECK(clock_mono_ms() - before < 20000);
    CHECK(clock_mono_ms() - before < 20000);
    rig_end(&g);
}

TEST(llm_claude, an_overload_is_tried_again)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, NEW,
         "if [ $(wc -l <runs) -lt 3 ]; then\n"
         "echo '{\"is_error\":true,\"result\":\"API Error: 529 "
         "Overloaded\"}'; exit 1\nfi\n" ANSWERS);
    r = rig_ask(&g);
    CHECK_INT(r->rc, 0);
    CHECK_INT(r->tries, 3);
    rig_end(&g);
}

TEST(llm_claude, a_missing_login_is_not_tried_again)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, NEW,
         "echo '{\"is_error\":true,\"result\":\"Invalid API key \\u00b7 "
         "Please run /login\"}'; exit 1");
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EPERM);
    CHECK(!r->transient);
    CHECK_INT(r->tries, 1);
    CHECK_HAS(str_of(r->err.msg), "Please run /login");
    rig_end(&g);
}

TEST(llm_claude, its_standard_error_explains_a_failure_without_words)
{
    struct rig g;

    fake(&g, NEW, "echo \"error: unknown option '--safe-mode'\" >&2; exit 1");
    CHECK_INT(rig_ask(&g)->rc, CM_EPERM);
    CHECK_HAS(str_of(g.r[0].err.msg), "unknown option");
    /* Another program may stand there meanwhile: its version is asked. */
    rig_ask(&g);
    CHECK_STR(file(&g, "versions"), "asked\nasked\n");
    rig_end(&g);
}

TEST(llm_claude, prose_is_no_reply)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, NEW, "echo 'Sure, here it is.'");
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EFORMAT);
    CHECK(r->transient);
    CHECK_INT(r->tries, 1);
    rig_end(&g);
}

TEST(llm_claude, an_answer_in_words_is_passed_on)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, NEW, "echo '{\"is_error\":false,\"result\":\"words\"}'");
    r = rig_ask(&g);
    CHECK_STR(r->text, "words");
    CHECK(r->estimated);
    CHECK(!r->price_known);
    rig_end(&g);
}

TEST(llm_claude, an_endless_answer_is_cut_off)
{
    struct rig g;
    const struct llm_result *r;

    fake(&g, NEW, "yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_EFULL);
    CHECK_INT(r->tries, 1);
    rig_end(&g);
}

TEST(llm_claude, input_that_is_not_read_is_no_failure)
{
    struct rig g;
    struct llm_request q = {.system = STR("s")};
    struct buf b;

    fake(&g, NEW, ANSWERS);
    /* More than a pipe holds, to a program that reads none of it. */
    CHECK_INT(file_write(in_dir("claude"),
                         STR("#!/bin/sh\n[ \"$1\" = --version ] && echo 2.1.329"
                             " && exit\necho '" ANSWER "'\n"),
                         0700, NULL),
              0);
    buf_init(&b, 1 << 20);
    while (buf_addz(&b, "0123456789abcdef"))
        ;
    q.user = buf_str(&b);
    rig_start(&g);
    CHECK_INT(llm_submit(g.l, &q, rig_done, &g, NULL), 0);
    rig_wait(&g, 1);
    CHECK_INT(g.r[0].rc, 0);
    buf_free(&b);
    rig_end(&g);
}

TEST(llm_claude, says_that_it_is_not_installed)
{
    struct rig g;
    const struct llm_result *r;

    rig_init(&g, "claude", NULL, 0);
    g.config.claude_bin = STR("no-such-claude");
    r = rig_ask(&g);
    CHECK_INT(r->rc, CM_ENOTFOUND);
    CHECK(!r->transient);
    CHECK_HAS(str_of(r->err.msg), "no-such-claude");
    rig_end(&g);
}

TEST(llm_claude, another_program_of_that_name_is_recognised)
{
    struct rig g;

    fake(&g, "a poet", ANSWERS);
    CHECK_INT(rig_ask(&g)->rc, CM_EARG);
    CHECK(!g.r[0].transient);
    CHECK(!file_exists(in_dir("runs")));
    rig_end(&g);
}

TEST(llm_claude, closing_ends_several_at_once)
{
    struct rig g;
    int64_t before = clock_mono_ms();

    fake(&g, NEW, "sleep 1000");
    rig_start(&g);
    for (int i = 0; i < 4; i++)
        rig_submit(&g);
    while (!file_exists(in_dir("runs")) && clock_mono_ms() - before < 20000)
        uv_run(&g.loop, UV_RUN_NOWAIT);
    rig_end(&g);
    CHECK_INT(g.n, 4);
    for (int i = 0; i < 4; i++)
        CHECK(g.r[i].rc == CM_EAGAIN && g.r[i].transient);
    CHECK(clock_mono_ms() - before < 20000);
}

TEST(llm_claude, knows_a_version_when_it_sees_one)
{
    CHECK_INT(claude_version_of(STR("2.1.329 (Claude Code)\n")), 2001329);
    CHECK_INT(claude_version_of(STR("2.0.76")), 2000076);
    CHECK_INT(claude_version_of(STR("10.20.30-beta")), 10020030);
    CHECK_INT(claude_version_of(STR("")), 0);
    CHECK_INT(claude_version_of(STR("2")), 0);
    CHECK_INT(claude_version_of(STR("2.1")), 0);
    CHECK_INT(claude_version_of(STR("2.1.")), 0);
    CHECK_INT(claude_version_of(STR("2..1")), 0);
    CHECK_INT(claude_version_of(STR("v2.1.3")), 0);
    CHECK_INT(claude_version_of(STR("2.1.1000")), 0);
}
