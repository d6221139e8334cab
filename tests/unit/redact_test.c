/*
 * redact_test.c - what goes and what stays.
 *
 * No text here looks like a credential as it stands: prefixes are split and
 * the rest is made at run time.
 */
#include "base/common.h"

#include "base/arena.h"
#include "base/redact.h"
#include "base/secrets.h"
#include "test.h"

static struct arena arena;

#define ALNUM_CHARS                                                            \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define UPPER_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
#define HEX_CHARS   "0123456789abcdef"

/* n characters of a set that look random and are the same every time. */
static const char *noise(size_t n, const char *set, uint32_t seed)
{
    char *p = arena_alloc(&arena, n + 1);
    size_t len = strlen(set);

    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        p[i] = set[(seed >> 16) % len];
    }
    return p;
}

static const char *alnum(size_t n)
{
    return noise(n, ALNUM_CHARS, 7);
}

static struct str redacted(struct str text)
{
    struct buf b;
    struct str s;
    size_t n;

    buf_init(&b, 8 * text.n + 64);
    n = redact_text(text, &b);
    if (redact_maybe(text) != (n > 0))
        test_fail(__FILE__, __LINE__, "redact_maybe disagrees on \"%.*s\"",
                  STR_ARG(text));
    s = arena_str(&arena, buf_str(&b));
    buf_free(&b);
    return s;
}

static void stays(const char *text)
{
    CHECK_STR(redacted(str_of(text)), text);
}

/* In `text`, which holds secret, nothing but the secret goes. */
static void goes(const char *text, const char *secret, const char *label)
{
    ptrdiff_t at = str_find(str_of(text), str_of(secret));
    const char *want;

    CHECK(at >= 0);
    want = arena_fmt(&arena, "%.*s[redacted:%s]%s", (int)at, text, label,
                     text + at + strlen(secret))
               .p;
    CHECK_STR(redacted(str_of(text)), want);
    /* Once is enough: what was redacted stays as it is. */
    CHECK_STR(redacted(str_of(want)), want);
}

static void value_goes(const char *fmt_before, const char *secret,
                       const char *after, const char *label)
{
    goes(arena_fmt(&arena, "%s%s%s", fmt_before, secret, after).p, secret,
         label);
}

TEST(redact, ordinary_text_is_kept_byte_for_byte)
{
    stays("");
    stays("a < b && c > d; x = y; \"key\": \"value\", -- done: http://e.org/");
    stays("git show 9fceb02d0ae598e95dc970b74767f19372d61af8");
    stays("id: 123e4567-e89b-12d3-a456-426614174000");
    stays("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852"
          "b855");
    stays("integrity sha512-9NK8nHJ5YpnRwqTU3Xz2hY5bQlG8YpO3mL4kK2m1v7c=");
    arena_free(&arena);
}

TEST(redact, private_parts_go_in_every_case)
{
    CHECK_STR(redacted(STR("a <private>b</private> c")),
              "a [redacted:private] c");
    CHECK_STR(redacted(STR("a <PRIVATE>b</Private > c")),
              "a [redacted:private] c");
    CHECK_STR(redacted(STR("a <private why=\"x\">b\nc</private>")),
              "a [redacted:private]");
    CHECK_STR(redacted(STR("word<private>b</private>word")),
              "word[redacted:private]word");
    arena_free(&arena);
}

TEST(redact, private_parts_nest)
{
    CHECK_STR(redacted(STR("<private>a<private>b</private>c</private>d")),
              "[redacted:private]d");
    CHECK_STR(redacted(STR("<private>a</private>b<private>c</private>")),
              "[redacted:private]b[redacted:private]");
    arena_free(&arena);
}

TEST(redact, an_unclosed_private_part_reaches_to_the_end)
{
    CHECK_STR(redacted(STR("a <private>b\n\nc")), "a [redacted:private]");
    CHECK_STR(redacted(STR("a <private>b<private>c</private>d")),
              "a [redacted:private]");
    CHECK_STR(redacted(STR("a <private>b</private")), "a [redacted:private]");
    stays("a <private");
    stays("a </private> b");
    arena_free(&arena);
}

TEST(redact, a_type_is_no_private_tag)
{
    stays("Local<Private> name, C<Private Use> code points");
    stays("<PrivateRoute path=\"/\">x</PrivateRoute>");
    arena_free(&arena);
}

struct sample {
    const char *a, *b; /* the prefix, in two parts */
    const char *set;
    size_t n;
    const char *label;
};

static const struct sample samples[] = {
    {"sk-", "ant-api03-", ALNUM_CHARS, 80, "anthropic-key"},
    {"sk-", "proj-", ALNUM_CHARS, 60, "openai-key"},
    {"sk-", "svcacct-", ALNUM_CHARS, 60, "openai-key"},
    {"sk-", "admin-", ALNUM_CHARS, 60, "openai-key"},
    {"sk-", "or-v1-", HEX_CHARS, 64, "openrouter-key"},
    {"sk-", "lf-", ALNUM_CHARS, 36, "langfuse-key"},
    {"sk-", "", ALNUM_CHARS, 48, "api-key"},
    {"gh", "p_", ALNUM_CHARS, 36, "github-token"},
    {"gh", "o_", ALNUM_CHARS, 36, "github-token"},
    {"gh", "u_", ALNUM_CHARS, 36, "github-token"},
    {"gh", "s_", ALNUM_CHARS, 36, "github-token"},
    {"gh", "r_", ALNUM_CHARS, 36, "github-token"},
    {"github", "_pat_", ALNUM_CHARS, 60, "github-token"},
    {"gl", "pat-", ALNUM_CHARS, 20, "gitlab-token"},
    {"gl", "dt-", ALNUM_CHARS, 20, "gitlab-token"},
    {"gl", "rt-", ALNUM_CHARS, 20, "gitlab-token"},
    {"gl", "ptt-", ALNUM_CHARS, 40, "gitlab-token"},
    {"gl", "cbt-", ALNUM_CHARS, 20, "gitlab-token"},
    {"gl", "soat-", ALNUM_CHARS, 20, "gitlab-token"},
    {"gl", "sa_", ALNUM_CHARS, 40, "grafana-token"},
    {"gl", "c_", ALNUM_CHARS, 60, "grafana-token"},
    {"gs", "k_", ALNUM_CHARS, 52, "groq-key"},
    {"GOC", "SPX-", ALNUM_CHARS, 28, "google-secret"},
    {"AK", "IA", UPPER_CHARS, 16, "aws-key"},
    {"AS", "IA", UPPER_CHARS, 16, "aws-key"},
    {"AI", "za", ALNUM_CHARS, 35, "google-key"},
    {"ya", "29.", ALNUM_CHARS, 60, "google-token"},
    {"AGE-SECRET", "-KEY-1", UPPER_CHARS, 58, "age-key"},
    {"AK", "Cp", ALNUM_CHARS, 69, "artifactory-key"},
    {"AT", "ATT3", ALNUM_CHARS, 180, "atlassian-token"},
    {"atlas", "v1.", ALNUM_CHARS, 60, "terraform-token"},
    {"bk", "ua_", HEX_CHARS, 40, "buildkite-token"},
    {"CCI", "PAT_", ALNUM_CHARS, 60, "circleci-token"},
    {"do", "p_v1_", HEX_CHARS, 64, "digitalocean-token"},
    {"do", "o_v1_", HEX_CHARS, 64, "digitalocean-token"},
    {"do", "r_v1_", HEX_CHARS, 64, "digitalocean-token"},
    {"dckr", "_pat_", ALNUM_CHARS, 27, "docker-token"},
    {"da", "pi", HEX_CHARS, 32, "databricks-token"},
    {"dp", ".pt.", ALNUM_CHARS, 43, "doppler-token"},
    {"fig", "d_", ALNUM_CHARS, 40, "figma-token"},
    {"FlyV1", " fm2_", ALNUM_CHARS, 90, "fly-token"},
    {"h", "f_", ALNUM_CHARS, 34, "huggingface-token"},
    {"hv", "s.", ALNUM_CHARS, 24, "vault-token"},
    {"hv", "b.", ALNUM_CHARS, 60, "vault-token"},
    {"HR", "KU-", ALNUM_CHARS, 36, "heroku-key"},
    {"hooks.slack", ".com/services/", ALNUM_CHARS, 44, "webhook-url"},
    {"ke", "y-", HEX_CHARS, 32, "mailgun-key"},
    {"lin_", "api_", ALNUM_CHARS, 40, "linear-key"},
    {"lsv2", "_pt_", ALNUM_CHARS, 42, "langsmith-key"},
    {"lsv2", "_sk_", ALNUM_CHARS, 42, "langsmith-key"},
    {"np", "m_", ALNUM_CHARS, 36, "npm-token"},
    {"nt", "n_", ALNUM_CHARS, 46, "notion-token"},
    {"nf", "p_", ALNUM_CHARS, 36, "netlify-token"},
    {"py", "pi-", ALNUM_CHARS, 160, "pypi-token"},
    {"PM", "AK-", ALNUM_CHARS, 59, "postman-key"},
    {"pc", "sk_", ALNUM_CHARS, 70, "pinecone-key"},
    {"pp", "lx-", ALNUM_CHARS, 48, "perplexity-key"},
    {"pscale", "_tkn_", ALNUM_CHARS, 43, "planetscale-token"},
    {"pscale", "_pw_", ALNUM_CHARS, 43, "planetscale-token"},
    {"pu", "l-", HEX_CHARS, 40, "pulumi-token"},
    {"rk_", "live_", ALNUM_CHARS, 24, "stripe-key"},
    {"rk_", "test_", ALNUM_CHARS, 24, "stripe-key"},
    {"sk_", "live_", ALNUM_CHARS, 24, "stripe-key"},
    {"sk_", "test_", ALNUM_CHARS, 24, "stripe-key"},
    {"r8", "_", ALNUM_CHARS, 37, "replicate-token"},
    {"S", "G.", ALNUM_CHARS, 66, "sendgrid-key"},
    {"sec", "ret_", ALNUM_CHARS, 43, "notion-token"},
    {"shp", "at_", HEX_CHARS, 32, "shopify-token"},
    {"shp", "ss_", HEX_CHARS, 32, "shopify-token"},
    {"shp", "ca_", HEX_CHARS, 32, "shopify-token"},
    {"sb", "p_", HEX_CHARS, 40, "supabase-token"},
    {"snt", "rys_", ALNUM_CHARS, 60, "sentry-token"},
    {"snt", "ryu_", HEX_CHARS, 64, "sentry-token"},
    {"sq0", "atp-", ALNUM_CHARS, 22, "square-token"},
    {"sq0", "csp-", ALNUM_CHARS, 43, "square-secret"},
    {"tsk", "ey-auth-", ALNUM_CHARS, 40, "tailscale-key"},
    {"tv", "ly-", ALNUM_CHARS, 32, "tavily-key"},
    {"wh", "sec_", ALNUM_CHARS, 32, "webhook-secret"},
    {"xo", "xb-", ALNUM_CHARS, 40, "slack-token"},
    {"xo", "xp-", ALNUM_CHARS, 40, "slack-token"},
    {"xo", "xa-", ALNUM_CHARS, 40, "slack-token"},
    {"xo", "xr-", ALNUM_CHARS, 40, "slack-token"},
    {"xo", "xs-", ALNUM_CHARS, 40, "slack-token"},
    {"xo", "xe-", ALNUM_CHARS, 40, "slack-token"},
    {"xa", "pp-1-", ALNUM_CHARS, 40, "slack-token"},
    {"xa", "i-", ALNUM_CHARS, 80, "xai-key"},
};

TEST(redact, keys_of_known_services_go_wherever_they_stand)
{
    for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
        const struct sample *s = &samples[i];
        const char *key = arena_fmt(&arena, "%s%s%s", s->a, s->b,
                                    noise(s->n, s->set, (uint32_t)i + 1))
                              .p;

        value_goes("", key, "", s->label);
        value_goes("use ", key, " here", s->label);
        value_goes("\"", key, "\"", s->label);
        value_goes("x\\n", key, "\\n", s->label); /* a newline spelt out */
        value_goes("line\n", key, "\n", s->label);
        stays(arena_fmt(&arena, "x%s", key).p); /* within a word */
    }
    arena_free(&arena);
}

TEST(redact, short_and_made_up_keys_stay)
{
    stays(arena_fmt(&arena, "%s%s", "sk-", "circle-fade-dot-animation-x").p);
    stays(arena_fmt(&arena, "%s%s", "sk-ant", "-...").p);
    stays(arena_fmt(&arena, "%s%s", "sk-ant", "-xxxxxxxxxxxxxxxxxxxxxxxx").p);
    stays(arena_fmt(&arena, "%s%s", "sk-ant", "-your-api-key-goes-here-1").p);
    stays(arena_fmt(&arena, "%s%s", "AKIA", "IOSFODNN7EXAMPLE").p);
    stays(
        arena_fmt(&arena, "%s%s", "gh", "p_0000000000000000000000000000000").p);
    stays(arena_fmt(&arena, "%s%s", "gh", "p_tooShort1").p);
    stays("npm_config_registry npm_lifecycle_event sk-learn hf_transformers");
    arena_free(&arena);
}

TEST(redact, web_tokens_go)
{
    const char *jwt = arena_fmt(&arena, "%s%s.%s.%s", "ey",
                                "JhbGciOiJIUzI1NiJ9", alnum(60), alnum(43))
                          .p;

    value_goes("cookie ", jwt, ";", "jwt");
    stays(arena_fmt(&arena, "data:base64,%s%s", "ey", "J2ZXJzaW9uIjozfQ").p);
    arena_free(&arena);
}

static const char *pem(const char *kind, const char *nl, const char *lead)
{
    return arena_fmt(&arena,
                     "%s%sPRIVATE KEY-----%s%s%s%s%s%s%s%s%sPRIVATE "
                     "KEY-----",
                     "-----BEGIN ", kind, nl, lead, noise(64, ALNUM_CHARS, 3),
                     nl, lead, noise(40, ALNUM_CHARS, 4), nl, "-----END ", kind)
        .p;
}

TEST(redact, private_key_blocks_go)
{
    value_goes("key:\n", pem("RSA ", "\n", ""), "\nrest", "private-key");
    value_goes("", pem("OPENSSH ", "\n", ""), "", "private-key");
    value_goes("\"k\": \"", pem("", "\\n", ""), "\\n\"", "private-key");
    value_goes("+", pem("EC ", "\n", "+"), "\n+rest", "private-key");
    value_goes("1\t", pem("", "\n", "2\t"), "", "private-key");
    arena_free(&arena);
}

TEST(redact, a_private_key_that_is_cut_off_goes_too)
{
    const char *head =
        arena_fmt(&arena, "%sRSA PRIVATE KEY-----\n%s\n%s", "-----BEGIN ",
                  noise(64, ALNUM_CHARS, 3), noise(50, ALNUM_CHARS, 4))
            .p;

    value_goes("key:\n", head, "", "private-key");
    value_goes("key:\n", head, "[... cut ...]", "private-key");
    arena_free(&arena);
}

TEST(redact, what_only_speaks_of_keys_stays)
{
    stays(arena_fmt(&arena, "grep -r '%sPRIVATE KEY-----' .", "-----BEGIN ").p);
    stays(arena_fmt(&arena,
                    "# %sRSA PRIVATE KEY-----\\n or\n# %sEC PRIVATE "
                    "KEY-----\\n are both read",
                    "-----BEGIN ", "-----BEGIN ")
              .p);
    stays(arena_fmt(&arena, "%sCERTIFICATE-----\n%s\n-----END CERTIFICATE-----",
                    "-----BEGIN ", alnum(64))
              .p);
    stays(arena_fmt(&arena, "ssh-ed25519 %s me@host", alnum(68)).p);
    arena_free(&arena);
}

TEST(redact, passwords_in_urls_go)
{
    const char *pw = arena_fmt(&arena, "%s%s", "s3", "cr-t!").p;

    value_goes("postgres://app:", pw, "@db:5432/app", "url-password");
    value_goes("git clone https://me:", pw, "@example.org/x.git",
               "url-password");
    value_goes("redis://:", pw, "@cache", "url-password");
    value_goes("https://", alnum(40), "@example.org/o/n", "url-password");
    stays("https://user:password@example.org");
    stays("https://user:<password>@example.org");
    stays("postgres://user:${DB_PASS}@db/app");
    stays("postgres://postgres:postgres@localhost:5432/test");
    stays("ssh://git@example.org:22/o/n.git");
    stays("http://localhost:8080/a@b");
    stays("see http://[::1]:80/ and file:///home/x@y");
    arena_free(&arena);
}

TEST(redact, authorization_headers_lose_the_credential)
{
    value_goes("Authorization: Bearer ", alnum(40), "\r\n", "authorization");
    value_goes("-H 'authorization: Bearer ", alnum(20), "'", "authorization");
    value_goes("\"Authorization\": \"Basic ",
               arena_fmt(&arena, "%s%s", "dXNlcjpw", "YXNzd29yZA==").p, "\"",
               "authorization");
    value_goes("Authorization: token ", alnum(40), "", "authorization");
    value_goes("x-api-key: ", alnum(32), "", "secret");
    value_goes("use Bearer ", alnum(64), " now", "authorization");
    stays("Authorization: Bearer $TOKEN");
    stays("Authorization: Bearer ${token}");
    stays("Authorization: Bearer <token>");
    stays("{\"Authorization\": \"Bearer \" + token}");
    stays("Authorization: Bearer test-token");
    stays("Basic authentication, the bearer of this letter");
    arena_free(&arena);
}

TEST(redact, cookies_go)
{
    value_goes(
        "Cookie: ", arena_fmt(&arena, "session=%s; theme=dark", alnum(24)).p,
        "\r\n", "cookie");
    stays("cookie: yes");
    arena_free(&arena);
}

TEST(redact, values_of_secret_names_go)
{
    static const char *const before[] = {
        "API_KEY=",
        "export OPENAI_API_KEY=\"",
        "api_key: ",
        "apiKey: '",
        "\"api-key\": \"",
        "\\\"apiKey\\\": \\\"",
        "client_secret = \"",
        "config[\"authToken\"] = \"",
        "secret => '",
        "token := \"",
        "--api-key ",
        "--token=",
        "?access_token=",
        "&api_key=",
        "<token>",
        "AWS_SECRET_ACCESS_KEY=",
        "SECRET_KEY_BASE=",
        "//host/:_authToken=",
        "webhook_secret2: ",
    };
    static const char *const after[] = {
        "",  "\"", "\n",   "'", "\"",       "\\\"", "\"", "\"", "'",  "\"",
        " ", " x", "&b=1", "",  "</token>", "",     "",   "\n", "\n",
    };

    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        value_goes(before[i], noise(32, ALNUM_CHARS, (uint32_t)i), after[i],
                   "secret");
        value_goes(before[i], noise(40, HEX_CHARS, (uint32_t)i), after[i],
                   "secret");
    }
    arena_free(&arena);
}

TEST(redact, passwords_need_not_be_random)
{
    const char *pw = arena_fmt(&arena, "%s%s", "hunt", "er2").p;

    value_goes("password: ", pw, "\n", "password");
    value_goes("\"password\": \"", pw, "\"", "password");
    value_goes("DB_PASSWORD=", "horse", "\n", "password");
    value_goes("db_pass = '", pw, "'", "password");
    value_goes("mysql --password ", pw, " -u root", "password");
    value_goes("--password=", pw, "", "password");
    value_goes("Server=x;Password=", pw, ";Timeout=3", "password");
    value_goes("curl -u me:", pw, " https://example.org", "password");
    value_goes("machine example.org login me password ", pw, "\n", "password");
    value_goes("machine example.org\n  login me\n  password ", pw, "\n",
               "password");
    value_goes("<password>", pw, "</password>", "password");
    value_goes("passphrase = \"", "correcthorse", "\"", "password");
    arena_free(&arena);
}

TEST(redact, code_that_handles_secrets_stays)
{
    stays("password: string; token?: string, apiKey: str | None = None");
    stays("const token = await response.data.accessToken2;");
    stays("password = getpass.getpass()");
    stays("self.password = password");
    stays("if (password == \"\" || token != null)");
    stays("secret: process.env.CLIENT_SECRET_2024,");
    stays("token = generateToken(32)");
    stays("API_KEY=$(cat ~/.key) TOKEN=${CI_TOKEN} PASSWORD=$PW");
    stays("api_key: <your-key>, token: xxxxxxxxxxxxxxxxxxxx1");
    stays("API_KEY=your-api-key-here-123456");
    stays("<input type=\"password\" name=\"password\" />");
    stays("\"password\": \"Password\", \"token\": \"Token\"");
    stays("max_tokens: 4096, token_count=1234567890123456");
    stays("next_page_token: 'CAoQAA2bC3dE4fG5hI6jK7'");
    stays("private_key: PKCS7PrivateKeyTypes, s: V1SecretVolumeSource");
    stays("secret_name = \"my-app-secret-2\"; PWD=/home/me/src");
    stays("--- PASS: TestParse2 (0.00s)");
    stays("the password reset page; login and password for the box");
    stays("docker run -u 1000:1000 x; git push -u origin main");
    stays("cache_key: 9fceb02d0ae598e95dc970b74767f19372d61af8");
    arena_free(&arena);
}

TEST(redact, trees_are_redacted_in_place)
{
    const char *key = alnum(32);
    struct json *j = json_object(), *in = json_object();
    struct buf b;

    json_set_str(j, "password", STR("hunter-2"));
    json_set_str(j, "plain", STR("nothing here"));
    json_set_str(in, "command",
                 arena_fmt(&arena, "curl -H 'x-api-key: %s'", key));
    json_set_str(in, "apiKey", str_of(key));
    json_set(j, "tool_input", in);
    CHECK_INT(redact_json(j), 3);
    buf_init(&b, 1000);
    json_print(j, &b, 0);
    CHECK_STR(
        buf_str(&b),
        "{\"password\":\"[redacted:password]\",\"plain\":\"nothing here\","
        "\"tool_input\":{\"command\":\"curl -H 'x-api-key: "
        "[redacted:secret]'\",\"apiKey\":\"[redacted:secret]\"}}");
    CHECK_INT(redact_json(j), 0);
    buf_free(&b);
    json_free(j);
    arena_free(&arena);
}

TEST(redact, a_block_may_span_the_lines_of_a_patch)
{
    struct json *j = json_array();
    struct str rest = str_of(pem("", "\n", "+")), line;
    size_t n = 0;

    json_push_str(j, STR(" before"));
    json_push_str(j, STR("+a <private>b"));
    json_push_str(j, STR("+c"));
    json_push_str(j, STR("+d</private> e"));
    for (; str_line(&rest, &line); n++)
        json_push_str(j, line);
    json_push_str(j, STR(" behind"));
    CHECK_INT(redact_json(j), 2);
    CHECK_INT(json_len(j), n + 5);
    CHECK_STR(json_str(json_at(j, 0)), " before");
    CHECK_STR(json_str(json_at(j, 1)), "+a [redacted:private] e");
    CHECK_STR(json_str(json_at(j, 2)), "[redacted:private-key]");
    CHECK_STR(json_str(json_at(j, 3)), " behind");
    CHECK_STR(json_str(json_at(j, 4)), "");
    json_free(j);
    arena_free(&arena);
}

/* Beginnings without ends: each must be looked at once, not once per other.
 * At a quadratic cost this would run into the runner's time limit. */
TEST(redact, beginnings_without_ends_cost_no_more)
{
    static const char *const parts[] = {
        "x<private> ", "-----BEGIN RSA PRIVATE KEY-----\n",
        "password=",   "://a:b",
        "--password ", "a<private>",
        "eyJ",         "Cookie: ",
        "machine ",    "\"token\": \"",
        "-----------", "<token>",
        "Bearer ",
    };
    struct buf b, out;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        buf_init(&b, 4u << 20);
        while (buf_addz(&b, parts[i]))
            ;
        buf_init(&out, 32u << 20);
        redact_text(buf_str(&b), &out);
        buf_free(&out);
        buf_free(&b);
    }
}

TEST(redact, what_is_shown_is_cleaned_too)
{
    static struct arena a;
    const char *text = " one\n<private>x</private>\x1b[31m two \xff ";

    CHECK_STR(redact_clean(str_of(text), true, &a),
              "one [redacted:private] two \xef\xbf\xbd");
    CHECK_STR(redact_clean(str_of(text), false, &a),
              "one\n[redacted:private] two \xef\xbf\xbd");
    CHECK_INT(redact_clean(STR("  "), true, &a).n, 0);
    arena_free(&a);
}
