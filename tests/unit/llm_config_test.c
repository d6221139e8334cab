/* llm_config_test.c - where the model's settings and key come from. */
#include "test.h"

#include <sys/stat.h>

#include "base/file.h"
#include "worker/llm.h"

struct setting {
    struct arena a;
    struct paths paths;
    struct config config;
    struct llm_config c;
    struct err e;
};

static int load(struct setting *s, const char *config)
{
    CHECK_INT(paths_init(&s->paths, &s->e), 0);
    CHECK_INT(file_write(s->paths.config, str_of(config), 0600, &s->e), 0);
    unsetenv("CMEM_PROVIDER");
    config_load(&s->config, s->paths.config);
    return llm_config_from(&s->config, &s->paths, &s->a, &s->c, &s->e);
}

static void unload(struct setting *s)
{
    config_free(&s->config);
    arena_free(&s->a);
}

static void write_keys(struct setting *s, const char *text, unsigned mode)
{
    CHECK_INT(paths_init(&s->paths, &s->e), 0);
    CHECK_INT(file_write(s->paths.keys, str_of(text), 0600, &s->e), 0);
    CHECK_INT(chmod(s->paths.keys, mode), 0);
}

TEST(llm_config, none_is_no_error_and_no_model)
{
    struct setting s = {0};

    CHECK_INT(load(&s, ""), 0);
    CHECK_INT(s.c.provider.n, 0);
    unload(&s);
}

TEST(llm_config, takes_the_usual_variable_of_the_provider)
{
    struct setting s = {0};

    setenv("GEMINI_API_KEY", " from-env \n", 1);
    CHECK_INT(load(&s, "provider = gemini\nprice_input = 0.25\n"), 0);
    CHECK_STR(s.c.key, "from-env");
    CHECK_STR(s.c.base_url, "https://generativelanguage.googleapis.com/v1beta");
    CHECK(s.c.model.n > 0);
    CHECK_INT(s.c.price_in * 100, 25);
    CHECK_INT(s.c.timeout_ms, 120000);
    unload(&s);
}

TEST(llm_config, reads_the_keys_file_after_the_environment)
{
    struct setting s = {0};

    unsetenv("MY_KEY");
    write_keys(&s, "# keys\nOTHER=no\nexport MY_KEY = \"from-file\"\n", 0600);
    CHECK_INT(load(&s, "provider = openai\napi_key_env = MY_KEY\n"), 0);
    CHECK_STR(s.c.key, "from-file");
    unload(&s);

    memset(&s, 0, sizeof(s));
    setenv("MY_KEY", "from-env", 1);
    CHECK_INT(load(&s, "provider = openai\napi_key_env = MY_KEY\n"), 0);
    CHECK_STR(s.c.key, "from-env");
    unload(&s);
}

TEST(llm_config, refuses_a_keys_file_that_others_can_read)
{
    static const unsigned modes[] = {0640, 0604, 0660, 0644};

    unsetenv("OPENAI_API_KEY");
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        struct setting s = {0};

        write_keys(&s, "OPENAI_API_KEY=sesame\n", modes[i]);
        CHECK_INT(load(&s, "provider = openai\n"), CM_EPERM);
        CHECK_HAS(str_of(s.e.msg), "chmod 600");
        CHECK_LACKS(str_of(s.e.msg), "sesame");
        unload(&s);
    }
}

TEST(llm_config, says_where_a_missing_key_belongs)
{
    struct setting s = {0};

    unsetenv("ANTHROPIC_API_KEY");
    CHECK_INT(load(&s, "provider = anthropic\n"), CM_ENOTFOUND);
    CHECK_HAS(str_of(s.e.msg), "ANTHROPIC_API_KEY");
    CHECK_HAS(str_of(s.e.msg), s.paths.keys);
    unload(&s);
}

TEST(llm_config, a_server_of_ones_own_needs_no_key_unless_one_is_named)
{
    struct setting s = {0};
    const char *own = "provider = openai\nbase_url = http://127.0.0.1:1234/\n";

    unsetenv("OPENAI_API_KEY");
    unsetenv("MY_KEY");
    CHECK_INT(load(&s, own), 0);
    CHECK_INT(s.c.key.n, 0);
    CHECK_STR(s.c.base_url, "http://127.0.0.1:1234");
    unload(&s);

    memset(&s, 0, sizeof(s));
    CHECK_INT(load(&s, "provider = openai\napi_key_env = MY_KEY\n"
                       "base_url = http://127.0.0.1:1234\n"),
              CM_ENOTFOUND);
    CHECK_HAS(str_of(s.e.msg), "MY_KEY");
    unload(&s);
}

TEST(llm_config, refuses_keys_that_would_make_a_header_of_their_own)
{
    struct setting s = {0};

    setenv("OPENAI_API_KEY", "a\r\nX-Other: b", 1);
    CHECK_INT(load(&s, "provider = openai\n"), CM_EARG);
    CHECK_HAS(str_of(s.e.msg), "OPENAI_API_KEY");
    CHECK_LACKS(str_of(s.e.msg), "X-Other");
    unload(&s);
}

TEST(llm_config, refuses_urls_that_are_none)
{
    static const char *const urls[] = {"file:///etc/passwd", "127.0.0.1:80",
                                       "ftp://x", "http://a b",
                                       "https://me:word@host/v1"};

    setenv("OPENAI_API_KEY", "k", 1);
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct setting s = {0};
        char text[200];

        snprintf(text, sizeof(text), "provider = openai\nbase_url = %s\n",
                 urls[i]);
        CHECK_INT(load(&s, text), CM_EARG);
        CHECK_HAS(str_of(s.e.msg), "base_url");
        CHECK_LACKS(str_of(s.e.msg), "word@");
        unload(&s);
    }
}

TEST(llm_config, claude_needs_neither_key_nor_url)
{
    struct setting s = {0};

    unsetenv("ANTHROPIC_API_KEY");
    CHECK_INT(load(&s, "provider = claude\nclaude_bin = /x/claude\n"), 0);
    CHECK_STR(s.c.claude_bin, "/x/claude");
    CHECK_STR(s.c.model, "haiku");
    CHECK_STR(s.c.dir, s.paths.state);
    CHECK_INT(s.c.key.n, 0);
    unload(&s);
}
