/* config_test.c - settings: where values come from, and how they are set. */
#include "base/common.h"

#include "base/config.h"
#include "base/file.h"
#include "test.h"

static struct arena arena;

static const char *file(void)
{
    return arena_fmt(&arena, "%s/conf/config", test_dir()).p;
}

static void put(const char *text)
{
    struct err e = {0};

    CHECK_INT(file_mkdirs(arena_fmt(&arena, "%s/conf", test_dir()).p, &e), 0);
    CHECK_INT(file_write(file(), str_of(text), 0600, &e), 0);
}

static struct str now(void)
{
    struct buf b;
    struct err e = {0};
    struct str s;

    buf_init(&b, 1u << 20);
    if (file_read(file(), &b, &e) < 0)
        test_fail(__FILE__, __LINE__, "%s", e.msg);
    s = arena_str(&arena, buf_str(&b));
    buf_free(&b);
    return s;
}

TEST(config, every_row_is_whole_and_its_default_allowed)
{
    for (int i = 0; i < OPT_COUNT; i++) {
        const struct opt *o = config_opt((enum opt_id)i);
        struct err e = {0};

        CHECK(o->name && o->fallback && o->help);
        CHECK_INT(config_find(str_of(o->name)), i);
        if (config_check((enum opt_id)i, str_of(o->fallback), &e) < 0)
            test_fail(__FILE__, __LINE__, "%s", e.msg);
        CHECK((o->type == OPT_CHOICE) == (o->choices != NULL));
    }
    CHECK_INT(config_find(STR("nothing")), -1);
}

TEST(config, values_come_from_environment_file_and_default)
{
    struct config c;

    put("# mine\n\n provider = openai \nbatch_events=7\ncontext = No\n"
        "daily_usd = 2.5\n");
    setenv("CMEM_BATCH_EVENTS", "9", 1);
    config_load(&c, file());
    CHECK_INT(c.problem.code, 0);
    CHECK_STR(config_str(&c, OPT_PROVIDER), "openai");
    CHECK_INT(c.origin[OPT_PROVIDER], FROM_FILE);
    CHECK_INT(config_int(&c, OPT_BATCH_EVENTS), 9);
    CHECK_INT(c.origin[OPT_BATCH_EVENTS], FROM_ENV);
    CHECK(!config_bool(&c, OPT_CONTEXT));
    CHECK(config_num(&c, OPT_DAILY_USD) == 2.5);
    CHECK_INT(c.origin[OPT_MODEL], FROM_DEFAULT);
    config_free(&c);
    arena_free(&arena);
}

TEST(config, a_missing_file_is_all_defaults)
{
    struct config c;

    config_load(&c, "/nonexistent/config");
    CHECK_INT(c.problem.code, 0);
    CHECK_STR(config_str(&c, OPT_PROVIDER), "none");
    CHECK(config_bool(&c, OPT_CONTEXT));
    config_free(&c);
}

TEST(config, a_line_that_is_wrong_is_told_and_left_out)
{
    struct config c;

    put("provider = ollama\nbatch_events = many\nno_such = 1\n");
    config_load(&c, file());
    CHECK_STR(config_str(&c, OPT_PROVIDER), "ollama");
    CHECK_INT(config_int(&c, OPT_BATCH_EVENTS), 60);
    CHECK_HAS(str_of(c.problem.msg), "line 2: batch_events is a whole number");
    config_free(&c);
    setenv("CMEM_LOG_LEVEL", "loud", 1);
    put("");
    config_load(&c, file());
    CHECK_HAS(str_of(c.problem.msg), "CMEM_LOG_LEVEL");
    CHECK_STR(config_str(&c, OPT_LOG_LEVEL), "info");
    config_free(&c);
    arena_free(&arena);
}

TEST(config, values_are_checked_against_their_type)
{
    static const struct {
        enum opt_id id;
        const char *value;
        bool good;
    } rows[] = {
        {OPT_PROVIDER, "gemini", true},
        {OPT_PROVIDER, "gem", false},
        {OPT_PROVIDER, "", false},
        {OPT_CONTEXT, "ON", true},
        {OPT_CONTEXT, "maybe", false},
        {OPT_BATCH_EVENTS, "1", true},
        {OPT_BATCH_EVENTS, "0", false},
        {OPT_BATCH_EVENTS, "1001", false},
        {OPT_BATCH_EVENTS, "1.5", false},
        {OPT_BATCH_EVENTS, "", false},
        {OPT_BATCH_EVENTS, " 5", false},
        {OPT_BATCH_EVENTS, "5x", false},
        {OPT_BATCH_EVENTS, "nan", false},
        {OPT_DAILY_USD, "0.25", true},
        {OPT_DAILY_USD, "inf", false},
        {OPT_DAILY_USD, "-1", false},
        {OPT_MODEL, "", true},
        {OPT_MODEL, "a\nb", false},
        {OPT_BATCH_EVENTS, "0x10", false},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct err e = {0};
        int rc = config_check(rows[i].id, str_of(rows[i].value), &e);

        if ((rc == 0) != rows[i].good)
            test_fail(__FILE__, __LINE__, "%s = \"%s\": %d %s",
                      config_opt(rows[i].id)->name, rows[i].value, rc, e.msg);
        CHECK(rows[i].good || e.msg[0]);
    }
}

TEST(config, setting_one_keeps_the_rest_of_the_file)
{
    struct err e = {0};

    put("# top\nmodel = old\n\n# end\nmodel = twice");
    CHECK_INT(config_set(file(), OPT_MODEL, STR("new"), &e), 0);
    CHECK_STR(now(), "# top\nmodel = new\n\n# end\n");
    CHECK_INT(config_set(file(), OPT_PROVIDER, STR("claude"), &e), 0);
    CHECK_STR(now(), "# top\nmodel = new\n\n# end\nprovider = claude\n");
    CHECK_INT(config_set(file(), OPT_MODEL, STR_NONE, &e), 0);
    CHECK_STR(now(), "# top\n\n# end\nprovider = claude\n");
    CHECK_INT(config_set(file(), OPT_PROVIDER, STR("nobody"), &e), CM_EARG);
    CHECK_STR(now(), "# top\n\n# end\nprovider = claude\n");
    arena_free(&arena);
}

TEST(config, the_first_setting_makes_file_and_directory)
{
    struct err e = {0};

    CHECK_INT(config_set(file(), OPT_MODEL, STR("m"), &e), 0);
    CHECK_STR(now(), "model = m\n");
    arena_free(&arena);
}

/* A file that cannot be read must not be replaced by one line, whoever asks
 * for the reason or does not. */
TEST(config, a_file_too_large_to_read_is_left_alone)
{
    struct buf b;

    buf_init(&b, 1u << 20);
    while (b.len < 300000)
        buf_addz(&b, "# a comment\n");
    put(b.data);
    CHECK_INT(config_set(file(), OPT_MODEL, STR("m"), NULL), CM_EFULL);
    CHECK_INT(now().n, b.len);
    buf_free(&b);
    arena_free(&arena);
}

TEST(config, the_example_is_a_file_that_loads)
{
    struct config c;
    struct buf b;
    struct str rest, line;
    int settings = 0;

    buf_init(&b, 1u << 20);
    config_example(&b);
    for (rest = buf_str(&b); str_line(&rest, &line);)
        CHECK(line.n == 0 || line.p[0] == '#');
    for (int i = 0; i < OPT_COUNT; i++)
        settings +=
            str_find(buf_str(&b),
                     arena_fmt(&arena, "\n# %s = %s\n",
                               config_opt((enum opt_id)i)->name,
                               config_opt((enum opt_id)i)->fallback)) > 0;
    CHECK_INT(settings, OPT_COUNT);
    put(b.data);
    config_load(&c, file());
    CHECK_INT(c.problem.code, 0);
    config_free(&c);
    buf_free(&b);
    arena_free(&arena);
}

TEST(config, what_runs_or_sends_something_is_not_set_over_http)
{
    static const enum opt_id closed[] = {
        OPT_PROVIDER,       OPT_MODEL,        OPT_BASE_URL,
        OPT_API_KEY_ENV,    OPT_CLAUDE_BIN,   OPT_EMBEDDER,
        OPT_EMBEDDER_MODEL, OPT_EMBEDDER_URL, OPT_EMBEDDER_KEY_ENV,
        OPT_RERANKER,       OPT_RERANKER_COMMAND,
        OPT_EXCLUDE,        OPT_HTTP,         OPT_HTTP_PORT,
    };
    struct err e = {0};

    for (size_t i = 0; i < ARRAY_LEN(closed); i++)
        CHECK_INT(config_check_remote(closed[i], &e), CM_EPERM);
    CHECK_INT(config_check_remote(OPT_RERANKER_COMMAND, &e), CM_EPERM);
    CHECK_STR(str_of(e.msg),
              "reranker_command is not set over HTTP, because it names a "
              "program that is run: `cmem config set reranker_command VALUE`");
    CHECK_INT(config_check_remote(OPT_SPOOL_MB, &e), CM_EPERM);
    CHECK(str_find(str_of(e.msg), STR("cmem config set")) < 0);
    /* Whatever takes any text could name something. */
    for (int i = 0; i < OPT_COUNT; i++)
        if (config_opt((enum opt_id)i)->type == OPT_STR)
            CHECK_INT(config_check_remote((enum opt_id)i, &e), CM_EPERM);
    CHECK_INT(config_check_remote(OPT_CONTEXT_TOKENS, &e), 0);
    CHECK_INT(config_check_remote(OPT_DAILY_USD, &e), 0);
}

TEST(config, one_can_pretend_that_a_setting_is_another)
{
    struct config c;
    struct err e = {0};

    setenv("CMEM_CONTEXT_TOKENS", "700", 1);
    config_load(&c, "/nonexistent/config");
    CHECK_INT(config_pretend(&c, STR(" context_tokens = 400 "), &arena, &e),
              OPT_CONTEXT_TOKENS);
    CHECK_INT(config_int(&c, OPT_CONTEXT_TOKENS), 400);
    CHECK_INT(config_pretend(&c, STR("context_tokens=9"), &arena, &e), CM_EARG);
    CHECK_INT(config_pretend(&c, STR("context_tokens"), &arena, &e), CM_EARG);
    CHECK_INT(config_pretend(&c, STR("tokens=400"), &arena, &e), CM_EARG);
    CHECK_HAS(str_of(e.msg), "no setting \"tokens\"");
    CHECK_INT(config_int(&c, OPT_CONTEXT_TOKENS), 400);
    config_free(&c);
    arena_free(&arena);
}
