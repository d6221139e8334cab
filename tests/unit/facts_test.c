/* facts_test.c - statements beside each other: lib/compress/facts.h. */
#include "base/common.h"

#include "base/buf.h"
#include "compress/facts.h"
#include "test.h"

struct pair {
    const char *older, *newer;
};

static const char *const names[] = {
    [FACT_UNRELATED] = "unrelated",
    [FACT_SAME] = "the same",
    [FACT_CONTRADICTS] = "a contradiction",
    [FACT_ENDS] = "an end",
};

/* As the store does it: first by key, then by comparison. */
static enum fact_stand stand(struct arena *a, const char *older,
                             const char *newer)
{
    struct fact x, y;

    if (!fact_read(str_of(newer), a, &x) || !fact_read(str_of(older), a, &y))
        return FACT_UNRELATED;
    for (size_t i = 0; i < x.nkeys; i++)
        if (str_eq(x.key[i], y.about))
            return fact_compare(&x, &y);
    return FACT_UNRELATED;
}

static void expect(const struct pair *p, size_t n, enum fact_stand want)
{
    struct arena a = {0};
    struct buf wrong;
    struct fact x, y;
    size_t bad = 0;

    buf_init(&wrong, 65536);
    for (size_t i = 0; i < n; i++) {
        enum fact_stand got = stand(&a, p[i].older, p[i].newer);

        if (got == want)
            continue;
        bad++;
        fact_read(str_of(p[i].newer), &a, &x);
        fact_read(str_of(p[i].older), &a, &y);
        buf_addf(&wrong,
                 "\n  \"%s\" | \"%s\": %s (%d \"%.*s\" = \"%.*s\" | %d "
                 "\"%.*s\" = \"%.*s\")",
                 p[i].older, p[i].newer, names[got], (int)y.kind,
                 STR_ARG(y.about), STR_ARG(y.value), (int)x.kind,
                 STR_ARG(x.about), STR_ARG(x.value));
    }
    if (bad)
        test_fail(__FILE__, __LINE__, "%zu of %zu are not %s:%s", bad, n,
                  names[want], wrong.data);
    buf_free(&wrong);
    arena_free(&a);
}

TEST(facts, knows_what_was_said_before)
{
    static const struct pair p[] = {
        {"We use pnpm", "we use pnpm."},
        {"We use pnpm", "The project uses pnpm"},
        {"The user said: \"We use pnpm\" (about package.json)", "We use pnpm"},
        {"The API port is 8080", "API port: 8080"},
        {"The API port is 8080", "The port of the API is 8080."},
        {"The API listens on port 8080", "The API port is 8080"},
        {"The API runs on port 8080", "The API listens on port 8080"},
        {"Never push to main", "Do not push to main"},
        {"Never push to main", "Don't push to main!"},
        {"Always run make check before a commit",
         "Run make check before a commit"},
        {"We deploy on Fridays", "On Fridays we deploy"},
        {"The staging database is wiped every Sunday",
         "the staging db is wiped every Sunday"},
        {"Commit messages are in English", "Commit messages are in english."},
        {"Tests need Docker", "tests need docker"},
        {"The build takes 5 minutes", "The build takes 5 min"},
        {"The timeout is 30s", "The timeout is 30 seconds"},
        {"Please use tabs", "Use tabs"},
        {"Remember: the release branch is cut by Ada",
         "The release branch is cut by Ada"},
        {"Logs go to /var/log/app", "logs go to /var/log/app"},
        {"The parser calls the lexer", "the parser calls the lexer"},
        {"The default branch is trunk", "Default branch: trunk"},
        {"Caching is disabled", "Caching is turned off"},
        {"We no longer use Redis", "We no longer use redis."},
        {"Node version is 20", "The Node version is 20"},
        {"We use Node 20", "The project uses Node 20"},
        {"All dates are UTC", "all dates are UTC"},
    };

    expect(p, ARRAY_LEN(p), FACT_SAME);
}

TEST(facts, never_makes_one_of_two)
{
    static const struct pair p[] = {
        {"The staging database is wiped on Sundays",
         "The production database is wiped on Sundays"},
        {"The deploy script for staging copies the built assets to the bucket "
         "before it restarts the workers",
         "The deploy script for production copies the built assets to the "
         "bucket before it restarts the workers"},
        {"The parser calls the lexer", "The lexer calls the parser"},
        {"A depends on B", "B depends on A"},
        {"Ada reviews Bob's code", "Bob reviews Ada's code"},
        {"Import the users to Postgres from MySQL",
         "Import the users from Postgres to MySQL"},
        {"Run the migration before the deploy",
         "Run the migration after the deploy"},
        {"The cache is on in tests", "The cache is on in production"},
        {"Issue 12 is fixed", "Issue 13 is fixed"},
        {"Phase 1 is done", "Phase 2 is done"},
        {"We use pnpm in the frontend", "We use pnpm in the backend"},
        {"Use tabs in Makefiles", "Use tabs in Go files"},
        {"The worker keeps 3 connections", "The server keeps 3 connections"},
        {"TS2345 comes from the old types", "TS2344 comes from the old types"},
        {"Errors are logged", "Errors are not logged everywhere"},
        {"We deploy on Fridays", "We deploy on Fridays except in December"},
        {"Use a fake clock in tests", "Use a fake clock"},
        {"Retries are safe with an id", "Retries are safe without an id"},
        {"Version 2.1 fixed the leak", "Version 2.2 fixed the leak"},
        {"src/a.c holds the parser", "src/b.c holds the parser"},
        {"Log in as admin", "Log out as admin"},
        {"Turn the flag on", "Turn the flag off"},
        {"Increase the limit", "Decrease the limit"},
        {"The first run is slow", "The last run is slow"},
        {"The API port is 8080 because the proxy wants it",
         "The API port is 8080 since the load balancer forwards there"},
        {"Can we use pnpm?", "Should we use bun?"},
        {"Ask Ada about the schema", "Ask Grace about the schema"},
        {"Only admins may delete", "Admins may delete"},
    };

    expect(p, ARRAY_LEN(p), FACT_UNRELATED);
}

TEST(facts, sees_what_takes_anothers_place)
{
    static const struct pair p[] = {
        {"The API port is 8080", "The API port is 9090"},
        {"The API port is 8080", "The API port is now 9090"},
        {"The API port is 8080", "The API now listens on port 9090"},
        {"API port: 8080", "The port of the API is 9090, not 8080"},
        {"We use pnpm", "We now use bun"},
        {"We use pnpm", "We switched from pnpm to bun"},
        {"We use pnpm", "We switched to bun"},
        {"We use pnpm", "Use bun instead of pnpm"},
        {"We use pnpm", "Use bun, not pnpm"},
        {"We use pnpm for installs", "We use bun instead of pnpm"},
        {"We use pnpm for installs in this repository.",
         "From now on we use bun instead of pnpm for installs."},
        {"We use Jest for tests", "We moved from Jest to Vitest"},
        {"We use Jest", "We migrated to Vitest"},
        {"We use Jest", "We replaced Jest with Vitest"},
        {"We use Jest", "Jest was replaced by Vitest"},
        {"We use Node 18", "We use Node 20"},
        {"We use Node 18", "We upgraded Node from 18 to 20"},
        {"We use Node 18", "We upgraded to Node 20"},
        {"Node version is 18", "The Node version is 20"},
        {"The timeout is 30 seconds", "The timeout is 60 seconds"},
        {"The request timeout is 30s", "The request timeout is now 1 minute"},
        {"The port changed from 80 to 8080",
         "The port changed from 8080 to 81"},
        {"The upload limit is 10 MB", "The upload limit was raised to 20 MB"},
        {"The default branch is master", "The default branch is now main"},
        {"The default branch is master",
         "The default branch was renamed from master to main"},
        {"The staging URL is https://a.example.org",
         "The staging URL is https://b.example.org"},
        {"The configuration lives in etc/app.yml",
         "The configuration moved to conf/app.yml"},
        {"Never push to main", "Push to main"},
        {"Use tabs", "Do not use tabs"},
        {"Use tabs for indentation", "Don't use tabs for indentation"},
        {"We use Redis", "We don't use Redis"},
        {"Caching is enabled", "Caching is disabled"},
        {"Caching is on", "Caching is now off"},
        {"The maintainer is Ada", "The maintainer is Grace"},
        {"The owner of the billing service is Ada",
         "The owner of the billing service is Grace"},
        {"The build takes 5 minutes", "The build now takes 12 minutes"},
        {"We deploy on Fridays", "We now deploy on Tuesdays"},
        {"Log level defaults to info", "Log level defaults to warn"},
        {"The backend uses npm", "The backend now uses pnpm"},
        {"In production the API port is 8080",
         "In production the API port is 9090"},
        {"We no longer use Redis", "We use Redis"},
        {"Commit directly to main", "Do not commit directly to main"},
        {"The package manager is npm", "The package manager is pnpm"},
    };

    expect(p, ARRAY_LEN(p), FACT_CONTRADICTS);
}

TEST(facts, sees_what_ends)
{
    static const struct pair p[] = {
        {"We use Redis", "We no longer use Redis"},
        {"We use Redis", "We stopped using Redis"},
        {"We use Redis", "We don't use Redis any more"},
        {"We use Redis for sessions", "We no longer use Redis"},
        {"We use Redis", "Redis was removed"},
        {"We use left-pad", "left-pad is deprecated"},
        {"We use Jest", "We dropped Jest"},
        {"The flag is needed", "The flag is no longer needed"},
        {"Docker is required for tests",
         "Docker is no longer required for tests"},
        {"The API supports XML", "The API no longer supports XML"},
        {"The backend uses Redis", "The backend no longer uses Redis"},
    };

    expect(p, ARRAY_LEN(p), FACT_ENDS);
}

TEST(facts, leaves_alone_what_can_both_be_true)
{
    static const struct pair p[] = {
        {"The API port is 8080", "The admin port is 9090"},
        {"The API port is 8080", "The API port is 9090 in production"},
        {"The API port is 8080 on staging",
         "The API port is 9090 in production"},
        {"The API supports JSON", "The API supports XML"},
        {"The API supports JSON", "The API now supports XML"},
        {"We use Postgres", "We use SQLite"},
        {"We use Postgres", "We use Redis"},
        {"We use Postgres", "We now use Redis"},
        {"We use Postgres for storage", "We use S3 for storage"},
        {"We use Jest for the frontend", "We now use Vitest for the backend"},
        {"We use Jest", "We now use Playwright"},
        {"We use npm", "The frontend now uses pnpm"},
        {"The frontend uses npm", "The backend now uses pnpm"},
        {"The API port is 8080", "The API port was 9090"},
        {"The API port is 8080", "The API port used to be 9090"},
        {"The API port is 8080", "Is the API port 9090?"},
        {"The API port is 8080", "If the API port is 9090, the proxy fails"},
        {"The API port is 8080", "The API port should be 9090"},
        {"The API port is 8080", "The API port could be 9090"},
        {"The API port is 8080", "The API port will be 9090"},
        {"We use pnpm", "We might switch to bun"},
        {"We use pnpm", "We plan to move to bun"},
        {"We use pnpm", "Should we now use bun?"},
        {"We use pnpm", "Let's consider bun instead of pnpm"},
        {"We use pnpm", "We used npm before"},
        {"The default branch is main", "The default branch is protected"},
        {"The timeout is 30 seconds", "The timeout is too short"},
        {"The version is 2.1", "The version is wrong"},
        {"The parser is slow", "The parser is recursive"},
        {"Ada owns the parser", "Grace owns the lexer"},
        {"Ada owns the parser", "Grace owns the parser"},
        {"Tests live in tests/", "Tests live in lib/check/"},
        {"The config is in etc/app.yml", "The config is in conf/app.yml"},
        {"Added 3 tests", "Added 5 tests"},
        {"The build takes 5 minutes", "The build takes 12 minutes on CI"},
        {"Error 404 is expected", "Error 500 is now expected"},
        {"Phase 1 is done", "Phase 2 is now done"},
        {"Step 3 failed", "Step 4 now failed"},
        {"Supported formats: JSON", "Supported formats: XML"},
        {"The languages are Go and C", "The languages are Go, C and Rust"},
        {"The owner is Ada and Bob", "The owner is Grace"},
        {"Redis is used for sessions", "Redis is no longer used for queues"},
        {"We use Redis for sessions", "We no longer use Redis for queues"},
        {"We use Redis", "We no longer use Memcached"},
        {"Never push to main", "Push to develop"},
        {"Don't use tabs in Python", "Use tabs"},
        {"The port of the worker is 7000", "The port of the server is 7001"},
        {"The request timeout is 30s", "The connect timeout is 5s"},
        {"Ask before a release", "Ask before a force push"},
        {"Alice lives in Berlin", "Bob moved to Paris"},
        {"The feature is enabled on staging",
         "The feature is disabled in production"},
        {"The job is on the roadmap", "The job is off the roadmap for Ada"},
        {"Docker is required for tests",
         "Docker is no longer required for builds"},
        {"The first deadline is 2026-03-01",
         "The second deadline is 2026-04-01"},
        {"Renamed parse to read", "Renamed scan to read"},
        {"We moved the tests to tests/unit", "We moved the docs to docs/"},
        {"Function a returns 1", "Function a returns 2 for empty input"},
        {"The retry limit is 3", "The retry limit is 3 per request, 10 in all"},
        {"We use GitHub Actions for CI", "We now use Slack for alerts"},
        {"Use spaces in YAML", "Now use tabs in Makefiles"},
        {"Version 1.2 is released", "Version 1.3 is now released"},
        {"Look at this:", "Don't look at it"},
        {"What we know", "What we don't know"},
        {"Status: open", "Status: done"},
        {"Base directory for this skill: /a/x",
         "Base directory for this skill: /a/y"},
        {"No changes are needed", "Changes are needed:"},
        {"The fix replaces the ternary", "Removed the ternary"},
        {"The current branch is main", "The current branch is topic/x"},
        {"That makes sense.", "Does that make sense?"},
        {"The test suite has 539 tests", "The parser suite now has 20 tests"},
    };

    expect(p, ARRAY_LEN(p), FACT_UNRELATED);
}

static size_t reworded(const struct pair *p, size_t n)
{
    struct arena a = {0};
    struct fact x, y;
    size_t yes = 0;

    for (size_t i = 0; i < n; i++) {
        CHECK(fact_read(str_of(p[i].older), &a, &x));
        CHECK(fact_read(str_of(p[i].newer), &a, &y));
        if (facts_reworded(&x, &y) != facts_reworded(&y, &x))
            test_fail(__FILE__, __LINE__, "\"%s\" depends on the order",
                      p[i].older);
        yes += facts_reworded(&x, &y);
    }
    arena_free(&a);
    return yes;
}

/* What a model of meaning finds alike: true repetitions ... */
TEST(facts, other_words_for_the_same)
{
    static const struct pair p[] = {
        {"Tests need Docker to run",
         "Docker is required for running the tests"},
        {"The staging database is wiped every Sunday",
         "Every Sunday the staging database gets cleared"},
        {"Run make check before committing",
         "Before you commit, run make check"},
        {"The API returns JSON only", "Only JSON is returned by the API"},
        {"Ada maintains the billing service",
         "The billing service is maintained by Ada"},
        {"Migrations must be reversible",
         "Every migration has to be reversible"},
        {"Do not edit generated files by hand",
         "Generated files must not be edited manually"},
        {"The cache is cleared on every deploy",
         "Each deploy clears the cache"},
        {"All timestamps are stored in UTC", "Timestamps are kept in UTC"},
        {"The worker restarts itself after 1000 jobs",
         "After 1000 jobs the worker restarts"},
        {"SQLite is used as the storage engine",
         "The storage engine is SQLite"},
        {"Commit messages are written in English",
         "Write commit messages in English"},
        {"Prices are stored in cents", "We store prices as cents"},
    };

    CHECK_INT(reworded(p, ARRAY_LEN(p)), ARRAY_LEN(p));
}

/* ... and what only looks so, up to a cosine of 0.99. */
TEST(facts, nearly_the_same_words_for_something_else)
{
    static const struct pair p[] = {
        {"The staging database is wiped every Sunday",
         "The production database is wiped every Sunday"},
        {"The deploy script for staging copies the built assets to the bucket "
         "before it restarts the workers",
         "The deploy script for production copies the built assets to the "
         "bucket before it restarts the workers"},
        {"Run the migration before the deploy",
         "Run the migration after the deploy"},
        {"Import the users to Postgres from MySQL",
         "Import the users from Postgres to MySQL"},
        {"Increase the limit in tests", "Decrease the limit in tests"},
        {"The first run is slow", "The last run is slow"},
        {"Retries are safe with an id", "Retries are safe without an id"},
        {"Only admins may delete", "Admins may delete"},
        {"The parser calls the lexer", "The lexer calls the parser"},
        {"Use tabs in Makefiles", "Use tabs in Go files"},
        {"The worker keeps the connection open",
         "The server keeps the connection open"},
        {"Ada reviews Bob's code", "Bob reviews Ada's code"},
        {"Log in as admin", "Log out as admin"},
        {"The cache is enabled in tests", "The cache is enabled in production"},
        {"Unit tests need Docker", "Integration tests need Docker"},
        {"We deploy on Fridays", "We deploy on Mondays"},
        {"The user prefers short answers", "The user prefers long answers"},
        {"Errors are written to stderr", "Errors are written to stdout"},
        {"The read timeout is too short", "The write timeout is too short"},
        {"Migrations run before the server starts",
         "Migrations run after the server starts"},
        {"The backend is written in Go", "The frontend is written in Go"},
        {"Backups are kept for a week", "Backups are kept for a month"},
        {"The build fails on macOS", "The build fails on Windows"},
        {"The job runs every hour", "The job runs every day"},
        {"Always use a transaction for writes",
         "Always use a transaction for reads"},
        {"The parser is slow on large files",
         "The parser is fast on large files"},
        {"The admin page needs a login", "The public page needs a login"},
        {"The upload endpoint accepts PNG",
         "The download endpoint accepts PNG"},
        {"The minimum password length is checked",
         "The maximum password length is checked"},
        {"Sessions expire when the browser closes",
         "Sessions expire when the server restarts"},
        {"The mobile app caches images", "The desktop app caches images"},
        {"Old records are archived", "New records are archived"},
        {"The import skips invalid rows", "The export skips invalid rows"},
        {"The left panel shows the files", "The right panel shows the files"},
        {"Ask Ada about the schema", "Ask Grace about the schema"},
        {"The client retries failed requests",
         "The server retries failed requests"},
        {"Reviews are optional for docs", "Reviews are required for docs"},
        {"Tests must be deterministic", "Tests may be nondeterministic"},
        {"The API supports JSON", "The API supports XML"},
        {"Caching is done in the proxy", "Caching is done in the client"},
        {"The parser is called by the lexer", "The parser calls the lexer"},
        {"Only Ada may merge", "Ada may merge"},
        {"Tests need Docker", "Tests do not need Docker"},
        {"The limit is 10", "The limit is 12"},
    };

    CHECK_INT(reworded(p, ARRAY_LEN(p)), 0);
}

TEST(facts, reads_anything)
{
    static const char *const odd[] = {
        "",         " ",       "?",           "= = =",
        "((((",     "is",      "use",         "is is is",
        "a: b: c",  "we use",  "to",          "from to",
        "\xff\xfe", "now",     "switched to", "The port is",
        "replaced", "\xe2\x80"};
    struct arena a = {0};
    struct fact f;

    for (size_t i = 0; i < ARRAY_LEN(odd); i++)
        if (fact_read(str_of(odd[i]), &a, &f))
            CHECK(f.about.n > 0);
    arena_free(&a);
}

TEST(facts, agree_on_numbers_names_and_negation)
{
    static const struct {
        const char *x, *y;
        bool agree;
    } t[] = {
        {"Tests need Docker", "Docker is needed for the tests", true},
        {"The suite has 3 flaky tests", "Three of the tests are flaky", false},
        {"Errors are logged", "Errors are not logged", false},
        {"src/a.c is generated", "the file src/a.c comes from a generator",
         true},
        {"src/a.c is generated", "src/b.c is generated", false},
    };
    struct arena a = {0};
    struct fact x, y;

    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        CHECK(fact_read(str_of(t[i].x), &a, &x));
        CHECK(fact_read(str_of(t[i].y), &a, &y));
        CHECK_INT(facts_agree(&x, &y), t[i].agree);
    }
    arena_free(&a);
}
