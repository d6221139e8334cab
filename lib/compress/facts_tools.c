/* facts_tools.c - what is known of tools and attributes: see facts_words.h. */
#include "base/common.h"

#include "compress/facts_words.h"

/* Tools that do the same work: one of a row takes another's place. A tool
 * stands once, where it is mostly used. Normalised: see facts_words.c. */
static const struct {
    const char *kind, *tools;
} kinds[] = {
    {"package-manager", " npm yarn pnpm bun "},
    {"python-packages", " pip poetry uv pipenv conda pdm rye "},
    {"test-runner", " jest vitest mocha ava jasmine tap pytest unittest nose "
                    "rspec minitest "},
    {"browser-test", " cypress playwright selenium puppeteer webdriverio "},
    {"bundler", " webpack vite rollup esbuild parcel turbopack rspack "},
    {"linter", " eslint biome oxlint tslint flake8 pylint ruff golangci-lint "
               "rubocop "},
    {"formatter", " prettier dprint black yapf autopep8 clang-format gofmt "
                  "gofumpt "},
    {"database", " postgresql mysql mariadb sqlite mongodb dynamodb cassandra "
                 "cockroachdb oracle mssql "},
    {"cache", " redis memcached valkey dragonfly "},
    {"queue", " rabbitmq kafka nats sqs activemq pulsar "},
    {"ci", " jenkins circleci travis buildkite teamcity drone "},
    {"web-framework", " express fastify koa hono hapi nestjs flask django "
                      "fastapi rails sinatra gin echo fiber "},
    {"frontend", " react vue svelte angular solid preact ember "},
    {"meta-framework", " next.js nuxt remix astro sveltekit "},
    {"styling", " tailwind bootstrap emotion styled-component sass "},
    {"orm",
     " prisma drizzle typeorm sequelize knex sqlalchemy hibernate gorm "},
    {"monorepo", " turborepo nx lerna rush bazel pants "},
    {"cloud", " aws gcp azure heroku fly.io vercel netlify "},
    {"container", " docker podman containerd "},
    {"indentation", " tab space "},
    {"state", " redux zustand mobx jotai recoil "},
    {"logger", " winston pino log4j zap logrus zerolog "},
    {"build-tool", " make cmake meson ninja gradle maven ant sbt just mage "},
    {"vcs", " git mercurial subversion jujutsu "},
    {"editor", " vim neovim emacs vscode "},
    {"auth", " auth0 okta clerk keycloak cognito "},
    {"tracker", " jira linear asana trello "},
    {"chat", " slack discord teams mattermost "},
};

const char *tool_kind(struct str norm)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_in(norm, kinds[i].tools))
            return kinds[i].kind;
    return NULL;
}

/* Attributes that a thing has one of. Their value is a number ... */
static const char numbers[] =
    " port timeout limit threshold interval ttl size maximum minimum budget "
    "quota width height retention delay concurrency retry indentation length "
    "depth capacity price cost rate version count weight frequency ";
/* ... or a name, a path, a number, a word that is no adjective. */
static const char atoms[] =
    " url uri host hostname address endpoint domain path directory folder "
    "branch region timezone encoding charset locale license owner maintainer "
    "lead contact email channel database engine runtime framework language "
    "editor formatter linter bundler manager runner theme color algorithm "
    "protocol format schedule deadline date day name title image entrypoint "
    "prefix suffix separator default provider currency password-manager "
    "deadline codename nickname ";
/* ... or anything. */
static const char anything[] = " status state ";

enum attribute attribute_of(struct str norm)
{
    if (str_in(norm, numbers))
        return ATTRIBUTE_NUMBER;
    if (str_in(norm, atoms))
        return ATTRIBUTE_ATOM;
    if (str_in(norm, anything))
        return ATTRIBUTE_ANY;
    return ATTRIBUTE_NONE;
}
