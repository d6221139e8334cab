/* entity_test.c - what a text names (lib/base/entity.h). */
#include "base/common.h"

#include "base/buf.h"
#include "base/entity.h"
#include "base/entity_words.h"
#include "test.h"

#define FUZZ_ENTRY fuzz_entity
#include "tests/fuzz/entity.c"
#undef FUZZ_ENTRY

/* The entities of a text: "kind:key kind:key". */
static struct str found(const char *text)
{
    static char all[4096];
    struct entity en[ENTITIES_MAX];
    struct arena a = {0};
    size_t n = entities_of(str_of(text), &a, en, ARRAY_LEN(en)), len = 0;

    all[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s:%.*s",
                                len ? " | " : "", entity_kind_name(en[i].kind),
                                STR_ARG(en[i].key));
    arena_free(&a);
    return (struct str){all, len};
}

TEST(entity, words_are_sorted)
{
    CHECK(words_are_sorted());
    CHECK(word_flags(STR("ada")) & WORD_MAYBE_PERSON);
    CHECK_INT(word_flags(STR("xyzzy")), 0);
    CHECK(word_in(STR("a bc def"), STR("DEF")));
    CHECK(word_in(STR("a bc def"), STR("a")));
    CHECK(!word_in(STR("a bc def"), STR("de")));
    CHECK(!word_in(STR("a bc def"), STR("b")));
    CHECK(!word_in(STR("a bc def"), STR("")));
}

TEST(entity, kinds_have_names)
{
    for (int k = 0; k < ENTITY_KIND_COUNT; k++)
        CHECK_INT(
            entity_kind_find(str_of(entity_kind_name((enum entity_kind)k))), k);
    CHECK_INT(entity_kind_find(STR("thing")), -1);
}

TEST(entity, paths)
{
    CHECK_STR(found("edit ./src/Main.c, src/Main.c and ~/x/y"),
              "path:src/main.c | path:~/x/y");
    CHECK_STR(found("see lib/base/str.c:120:7, `docs/` and cmd/app/cli"),
              "path:lib/base/str.c | path:docs | path:cmd/app/cli");
    CHECK_STR(found("the Makefile, a README and package.json"),
              "path:makefile | path:readme | path:package.json");
    CHECK_STR(found("@src/x/y.ts and @CLAUDE.md are given"),
              "path:src/x/y.ts | path:claude.md");
}

TEST(entity, what_only_looks_like_a_path)
{
    CHECK_STR(found("/tmp/build-x/a.log, /dev/null, TCP/UDP/ICMP"), "");
    CHECK_STR(found("read/write and/or AGENTS.md/CLAUDE.md, /clear, **/*.go"),
              "");
    CHECK_STR(found("TestParse/empty_input in *_test.go and .test.ts"), "");
    CHECK_STR(found("SKILL\\.md, //Apple//DTD, "
                    "/api/x/4288b490-d238-4150-8a31-a8b0e1c0277d"),
              "");
}

TEST(entity, symbols)
{
    CHECK_STR(found("parseReply, parse_reply(), Foo::bar, os.path.join"),
              "symbol:parsereply | symbol:parse_reply | symbol:foo::bar | "
              "symbol:os.path.join");
    CHECK_STR(found("`word` and main(), with --no-verify"),
              "symbol:word | symbol:--no-verify");
    CHECK_STR(found("`frobnicate` and frob() but `true` and `string`"),
              "symbol:frobnicate | symbol:frob");
}

TEST(entity, commits_branches_issues)
{
    CHECK_STR(found("a1b2c3d and 0d15ea5e1234567890abcdef0123456789abcdef"),
              "commit:a1b2c3d | "
              "commit:0d15ea5e1234567890abcdef0123456789abcdef");
    CHECK_STR(found("10e12345 deadbeef 1234567 eeab8e50-3eee-42da-b2af-"
                    "a42b2c6b4b9f"),
              "");
    CHECK_STR(found("on branch feature/login, the alex/fix-it branch, "
                    "origin/release-2, origin/main"),
              "branch:feature/login | branch:alex/fix-it | branch:release-2");
    CHECK_STR(found("#12, GH-12, PR 12, PR #60, issue 7, ENT-95, o/r#3"),
              "issue:#12 | issue:#60 | issue:#7 | issue:ent-95 | issue:o/r#3");
    CHECK_STR(found("UTF-8, SHA-256, GPT-4; option #3, PR 3.5, bug 5%"),
              "name:gpt-4");
}

TEST(entity, errors)
{
    CHECK_STR(found("ENOENT, E0308, TS2345, HTTP 429, status 503, SIGSEGV"),
              "error:enoent | error:e0308 | error:ts2345 | error:http 429 | "
              "error:http 503 | error:sigsegv");
    CHECK_STR(found("EXAMPLE SIGNAL ENABLE E1 status 42 handleError"),
              "symbol:handleerror");
    CHECK_STR(found("It says \"Cannot find module './x.js'\"."),
              "error:cannot find module | path:x.js");
    CHECK_STR(found("It says \"Cannot find module './other.js'\" again."),
              "error:cannot find module | path:other.js");
    CHECK_STR(found("error: connection to 10.1.2.3:99 refused at 0x7ffe12"),
              "error:connection to refused at | host:10.1.2.3");
    CHECK_STR(found("TypeError: Cannot read properties of undefined "
                    "(reading 'foo')"),
              "error:typeerror | "
              "error:cannot read properties of undefined reading");
    CHECK_STR(found("Asked: \"could we not say that it does not exist?\""), "");
}

TEST(entity, commands)
{
    CHECK_STR(found("`git rebase -i HEAD~3`, `npm run build` and `make`"),
              "command:git rebase | command:npm run build | command:make");
    CHECK_STR(found("then git push failed and npm run lint was red"),
              "command:git push | command:npm run lint");
    CHECK_STR(found("the git history, a docker image, go on, make it so"), "");
    CHECK_STR(found("`frob enable --all`"), "command:frob enable | "
                                            "symbol:--all");
}

TEST(entity, packages_urls_hosts_versions)
{
    CHECK_STR(found("@scope/name, left-pad@1.3.0, libuv, library"),
              "package:@scope/name | package:left-pad | package:libuv");
    CHECK_STR(found("`npm install react-query zod -D`"),
              "command:npm install | package:react-query | package:zod");
    CHECK_STR(found("see https://me:pw@GitHub.com/o/r/pull/9?x=1#y."),
              "url:github.com/o/r/pull/9");
    CHECK_STR(found("git@github.com:o/r.git http://localhost:3000/x"),
              "url:github.com/o/r");
    CHECK_STR(found("db1.internal, 10.0.0.7:5432 and 127.0.0.1"),
              "host:db1.internal | host:10.0.0.7");
    CHECK_STR(found("v2.1.3, 2.1.3, v2, 2.1.4-rc.1; 3.5 or 1.2x3"),
              "version:2.1.3 | version:v2 | version:2.1.4-rc.1");
}

TEST(entity, people)
{
    CHECK_STR(found("@dana said so; Dana Reyes <dana@example.com> wrote it"),
              "person:dana | person:dana reyes | person:dana@example.com");
    CHECK_STR(found("We asked Xiomara. Ada's team, reviewed by Grace"),
              "person:xiomara | person:ada | person:grace");
    CHECK_STR(found("@param @Override @media; Mark it; Will you? by Monday"),
              "");
}

TEST(entity, names)
{
    CHECK_STR(found("We use PostgreSQL with redis; Project Atlas runs Node.js "
                    "on AWS, behind payments-api"),
              "name:postgresql | name:redis | name:project atlas | "
              "name:node.js | name:aws | name:payments-api");
    CHECK_STR(found("Postgres and k8s"), "name:postgresql | name:kubernetes");
    CHECK_STR(found("Deploys to Fly.io, and to Bluefin Metal."),
              "name:fly.io | name:bluefin metal");
}

TEST(entity, titles_and_sentences_name_nothing)
{
    CHECK_STR(found("# Add Bluefin Handling To The Welcome Page"), "");
    CHECK_STR(found("Highlight Remediation Feature in Welcome Page"), "");
    CHECK_STR(found("The tests pass. Everything works. Changed it on Monday."),
              "");
    CHECK_STR(found("1. Primary Request and Bluefin:\n`x` - Legacy names, "
                    "_did_ it, `[x]`Bluefin, Cross-worktree; error fix plan"),
              "");
    CHECK_STR(found("click Settings, then Referenced, Severity and Bluef..."),
              "");
}

TEST(entity, empty_long_and_hostile_texts)
{
    struct entity en[ENTITIES_MAX];
    struct arena a = {0};
    struct buf b;

    CHECK_STR(found(""), "");
    CHECK_STR(found("\"\"\"\"````@@@@####////----....::::"), "");
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 20000; i++)
        buf_addf(&b, "name_%d ", i);
    CHECK_INT(entities_of(buf_str(&b), &a, en, ARRAY_LEN(en)), ENTITIES_MAX);
    CHECK_INT(entities_of(buf_str(&b), &a, en, 3), 3);
    CHECK_INT(entities_of(buf_str(&b), &a, en, 0), 0);
    buf_reset(&b);
    for (int i = 0; i < 1 << 16; i++)
        buf_addc(&b, (char)((i * 7919) ^ (i >> 5)));
    for (size_t n = 0; n < 600; n++) { /* no byte past the end is read */
        char *exact = malloc(n + 1);

        memcpy(exact, b.data + n * 7, n);
        entities_of((struct str){exact, n}, &a, en, ARRAY_LEN(en));
        free(exact);
    }
    buf_free(&b);
    arena_free(&a);
}

static struct str aliases(enum entity_kind kind, const char *name)
{
    static char all[1024];
    struct arena a = {0};
    struct entity en = {kind, entity_key(kind, str_of(name), &a), str_of(name)};
    struct str out[4];
    size_t n = entity_aliases(&en, &a, out), len = 0;

    all[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%.*s",
                                len ? " | " : "", STR_ARG(out[i]));
    arena_free(&a);
    return (struct str){all, len};
}

TEST(entity, aliases)
{
    CHECK_STR(aliases(ENTITY_PATH, "src/a/Main.c"), "main.c | a/main.c");
    CHECK_STR(aliases(ENTITY_PATH, "Main.c"), "");
    CHECK_STR(aliases(ENTITY_SYMBOL, "Foo::parse_it"),
              "parse_it | foo::parseit");
    CHECK_STR(aliases(ENTITY_COMMIT, "0d15ea5e1234567890"), "0d15ea5");
    CHECK_STR(aliases(ENTITY_COMMIT, "0d15ea5"), "");
    CHECK_STR(aliases(ENTITY_ISSUE, "o/r#12"), "#12");
    CHECK_STR(aliases(ENTITY_URL, "https://github.com/o/r/pull/9"), "#9 | o/r");
    CHECK_STR(aliases(ENTITY_PERSON, "Dana Reyes"), "dana");
    CHECK_STR(aliases(ENTITY_PERSON, "dana@example.com"), "dana");
    CHECK_STR(aliases(ENTITY_HOST, "db1.internal:5432"), "db1.internal | db1");
    CHECK_STR(aliases(ENTITY_BRANCH, "origin/feature/x-y"), "x-y");
    CHECK_STR(aliases(ENTITY_NAME, "Project Atlas"), "atlas");
}

TEST(entity, pieces_in_any_order)
{
    static const char *const pieces[] = {
        "src/a/B.c ",
        "payments-api ",
        "is owned by ",
        "Dana",
        "'s team ",
        "`",
        "\"",
        "(",
        ")",
        "https://",
        "github.com/a",
        "/pull/9",
        "@",
        "#12",
        "PR ",
        "error: ",
        "Cannot find module ",
        "'./x'",
        "git ",
        "rebase ",
        "npm install ",
        "a1b2c3d ",
        "v1.2.3",
        ", and ",
        "uses ",
        "Redis",
        "the ",
        "\n",
        ". ",
        "which ",
        "from ",
        "to ",
        "deploys ",
        "\xc3\xa4",
        "\xff",
        "--all ",
        "Project ",
        "Foo::bar()",
        "...",
        "/",
        "owner of ",
        "decided to use ",
        "\\",
        "HTTP 429",
    };
    uint32_t state = 7;

    for (int seed = 0; seed < 20000; seed++) {
        char bytes[512];
        size_t n = 0;
        char *exact;

        for (int k = 0; k < 14; k++) {
            struct str piece;

            state = state * 1664525u + 1013904223u;
            piece = str_of(pieces[(state >> 16) % ARRAY_LEN(pieces)]);
            memcpy(bytes + n, piece.p, piece.n);
            n += piece.n;
        }
        if (seed % 3 == 0)
            n -= (state >> 8) % n; /* cut off */
        exact = malloc(n + 1);
        memcpy(exact, bytes, n);
        fuzz_entity((const uint8_t *)exact, n);
        free(exact);
    }
}
