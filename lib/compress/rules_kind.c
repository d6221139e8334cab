/* rules_kind.c - see rules_kind.h. */
#include "base/common.h"

#include "compress/rules_kind.h"

void shell_split(struct str part, struct shell_words *l)
{
    size_t i = 0, from;

    l->n = 0;
    while (i < part.n && l->n < WORDS_MAX) {
        char quote = '\0';

        while (i < part.n && is_space(part.p[i]))
            i++;
        from = i;
        for (; i < part.n && (quote || !is_space(part.p[i])); i++) {
            if (quote && part.p[i] == quote)
                quote = '\0';
            else if (!quote && (part.p[i] == '"' || part.p[i] == '\''))
                quote = part.p[i];
        }
        if (i > from)
            l->w[l->n++] = str_cut(part, from, i);
    }
}

struct str shell_unquoted(struct str w)
{
    if (w.n > 1 && (w.p[0] == '"' || w.p[0] == '\'') && w.p[w.n - 1] == w.p[0])
        return str_cut(w, 1, w.n - 1);
    return w;
}

static bool is_assignment(struct str w)
{
    ptrdiff_t eq = str_chr(w, '=');

    for (ptrdiff_t i = 0; i < eq; i++)
        if (!is_alnum(w.p[i]) && w.p[i] != '_')
            return false;
    return eq > 0;
}

size_t shell_unwrap(const struct shell_words *l)
{
    static const char *const wrap[] = {"sudo",    "time", "env",      "npx",
                                       "bunx",    "exec", "nohup",    "rtk",
                                       "command", "pnpx", "xvfb-run", "stdbuf"};
    size_t i = 0;

    while (i < l->n) {
        bool skip = is_assignment(l->w[i]);

        for (size_t k = 0; k < ARRAY_LEN(wrap) && !skip; k++)
            skip = str_eqz(l->w[i], wrap[k]);
        if (str_eqz(l->w[i], "timeout") && i + 2 < l->n)
            i++;
        else if (!skip)
            break;
        i++;
    }
    return i;
}

struct shell_word {
    const char *word, *second; /* second may be NULL: any */
    enum shell_kind kind;
};

static const struct shell_word shell_words[] = {
    {"cd", NULL, SHELL_NONE},
    {"echo", NULL, SHELL_NONE},
    {"printf", NULL, SHELL_NONE},
    {"export", NULL, SHELL_NONE},
    {"sleep", NULL, SHELL_NONE},
    {"mkdir", NULL, SHELL_NONE},
    {"true", NULL, SHELL_NONE},
    {"set", NULL, SHELL_NONE},
    {"source", NULL, SHELL_NONE},
    {"pwd", NULL, SHELL_NONE},
    {"do", NULL, SHELL_NONE},
    {"done", NULL, SHELL_NONE},
    {"for", NULL, SHELL_NONE},
    {"while", NULL, SHELL_NONE},
    {"if", NULL, SHELL_NONE},
    {"then", NULL, SHELL_NONE},
    {"else", NULL, SHELL_NONE},
    {"fi", NULL, SHELL_NONE},
    {"rm", NULL, SHELL_NONE},
    {"touch", NULL, SHELL_NONE},
    {"date", NULL, SHELL_NONE},
    {"which", NULL, SHELL_NONE},
    {"chmod", NULL, SHELL_NONE},
    {"exit", NULL, SHELL_NONE},
    {"ls", NULL, SHELL_LOOK},
    {"cat", NULL, SHELL_LOOK},
    {"head", NULL, SHELL_LOOK},
    {"tail", NULL, SHELL_LOOK},
    {"sed", "-n", SHELL_LOOK},
    {"wc", NULL, SHELL_LOOK},
    {"tree", NULL, SHELL_LOOK},
    {"jq", NULL, SHELL_LOOK},
    {"sort", NULL, SHELL_LOOK},
    {"diff", NULL, SHELL_LOOK},
    {"stat", NULL, SHELL_LOOK},
    {"file", NULL, SHELL_LOOK},
    {"awk", NULL, SHELL_LOOK},
    {"less", NULL, SHELL_LOOK},
    {"git", "log", SHELL_LOOK},
    {"git", "diff", SHELL_LOOK},
    {"git", "show", SHELL_LOOK},
    {"git", "status", SHELL_LOOK},
    {"git", "branch", SHELL_LOOK},
    {"git", "blame", SHELL_LOOK},
    {"git", "rev-parse", SHELL_LOOK},
    {"git", "ls-files", SHELL_LOOK},
    {"git", "fetch", SHELL_LOOK},
    {"git", "remote", SHELL_LOOK},
    {"git", "stash", SHELL_OTHER},
    {"git", "add", SHELL_NONE},
    {"git", "grep", SHELL_SEARCH},
    {"git", "commit", SHELL_COMMIT},
    {"git", "push", SHELL_PUSH},
    {"gh", "pr", SHELL_LOOK},
    {"gh", "api", SHELL_LOOK},
    {"gh", "issue", SHELL_LOOK},
    {"gh", "run", SHELL_LOOK},
    {"grep", NULL, SHELL_SEARCH},
    {"rg", NULL, SHELL_SEARCH},
    {"ag", NULL, SHELL_SEARCH},
    {"find", NULL, SHELL_SEARCH},
    {"fd", NULL, SHELL_SEARCH},
    {"go", "doc", SHELL_LOOK},
    {"go", "vet", SHELL_LINT},
    {"node", "--test", SHELL_TEST},
    {"pytest", NULL, SHELL_TEST},
    {"jest", NULL, SHELL_TEST},
    {"vitest", NULL, SHELL_TEST},
    {"mocha", NULL, SHELL_TEST},
    {"rspec", NULL, SHELL_TEST},
    {"phpunit", NULL, SHELL_TEST},
    {"ctest", NULL, SHELL_TEST},
    {"tox", NULL, SHELL_TEST},
    {"nox", NULL, SHELL_TEST},
    {"bats", NULL, SHELL_TEST},
    {"prove", NULL, SHELL_TEST},
    {"playwright", NULL, SHELL_TEST},
    {"eslint", NULL, SHELL_LINT},
    {"biome", NULL, SHELL_LINT},
    {"golangci-lint", NULL, SHELL_LINT},
    {"ruff", NULL, SHELL_LINT},
    {"flake8", NULL, SHELL_LINT},
    {"pylint", NULL, SHELL_LINT},
    {"mypy", NULL, SHELL_LINT},
    {"pyright", NULL, SHELL_LINT},
    {"shellcheck", NULL, SHELL_LINT},
    {"tsc", NULL, SHELL_LINT},
    {"clang-tidy", NULL, SHELL_LINT},
    {"gofmt", NULL, SHELL_FORMAT},
    {"goimports", NULL, SHELL_FORMAT},
    {"prettier", NULL, SHELL_FORMAT},
    {"rustfmt", NULL, SHELL_FORMAT},
    {"clang-format", NULL, SHELL_FORMAT},
    {"black", NULL, SHELL_FORMAT},
    {"gcc", NULL, SHELL_BUILD},
    {"clang", NULL, SHELL_BUILD},
    {"cc", NULL, SHELL_BUILD},
    {"g++", NULL, SHELL_BUILD},
    {"ninja", NULL, SHELL_BUILD},
    {"webpack", NULL, SHELL_BUILD},
    {"vite", "build", SHELL_BUILD},
    {"docker", "build", SHELL_BUILD},
    {"brew", "install", SHELL_INSTALL},
    {"apt-get", "install", SHELL_INSTALL},
    {"apt", "install", SHELL_INSTALL},
};

/* Programs whose second or later word says what they are to do. */
static const char *const runners[] = {
    "npm",    "yarn",      "pnpm",    "bun",    "deno",      "mise",   "make",
    "just",   "task",      "rake",    "gradle", "./gradlew", "mvn",    "./mvnw",
    "cargo",  "go",        "dotnet",  "mix",    "swift",     "nx",     "turbo",
    "poetry", "uv",        "hatch",   "pdm",    "composer",  "bundle", "bazel",
    "cmake",  "meson",     "zig",     "python", "python3",   "pip",    "pip3",
    "rails",  "bin/rails", "flutter", "sbt",    "lerna",     "php"};

static const struct {
    const char *start;
    enum shell_kind kind;
} run_words[] = {
    {"test", SHELL_TEST},       {"spec", SHELL_TEST},
    {"nextest", SHELL_TEST},    {"pytest", SHELL_TEST},
    {"unittest", SHELL_TEST},   {"check", SHELL_TEST},
    {"verify", SHELL_TEST},     {"e2e", SHELL_TEST},
    {"vitest", SHELL_TEST},     {"jest", SHELL_TEST},
    {"lint:fix", SHELL_FORMAT}, {"fmt", SHELL_FORMAT},
    {"format", SHELL_FORMAT},   {"fix", SHELL_FORMAT},
    {"lint", SHELL_LINT},       {"clippy", SHELL_LINT},
    {"typecheck", SHELL_LINT},  {"type-check", SHELL_LINT},
    {"tsc", SHELL_LINT},        {"mypy", SHELL_LINT},
    {"ruff", SHELL_LINT},       {"vet", SHELL_LINT},
    {"build", SHELL_BUILD},     {"compile", SHELL_BUILD},
    {"add", SHELL_INSTALL},     {"install", SHELL_INSTALL},
    {"get", SHELL_INSTALL},
};

static enum shell_kind run_kind(const struct shell_words *l, size_t i)
{
    struct str first = l->w[i];

    /* Only the first words name the task: the rest are its arguments. */
    for (size_t k = i + 1; k < l->n && k < i + 4; k++) {
        struct str w = l->w[k];

        if (w.p[0] == '-')
            continue;
        for (size_t r = 0; r < ARRAY_LEN(run_words); r++)
            if (str_starts(w, str_of(run_words[r].start)))
                return run_words[r].kind == SHELL_TEST &&
                               str_eqz(first, "cargo") && str_eqz(w, "check")
                           ? SHELL_BUILD
                           : run_words[r].kind;
    }
    return str_eqz(first, "make") || str_eqz(first, "cmake") ? SHELL_BUILD
                                                             : SHELL_OTHER;
}

static bool has_flag(const struct shell_words *l, const char *flag)
{
    for (size_t i = 0; i < l->n; i++)
        if (str_eqz(l->w[i], flag))
            return true;
    return false;
}

enum shell_kind shell_kind_of(const struct shell_words *l, size_t i)
{
    struct str first, second = i + 1 < l->n ? l->w[i + 1] : STR_NONE;
    size_t k = i + 1;

    if (i >= l->n)
        return SHELL_NONE;
    first = l->w[i];
    /* "git -C dir log" */
    while (str_eqz(first, "git") && k + 2 < l->n &&
           (str_eqz(l->w[k], "-C") || str_eqz(l->w[k], "-c"))) {
        k += 2;
        second = l->w[k];
    }
    if (str_eqz(first, "git") &&
        (str_eqz(second, "checkout") || str_eqz(second, "switch")))
        return has_flag(l, "-b") || has_flag(l, "-c") ? SHELL_BRANCH
                                                      : SHELL_OTHER;
    if (str_eqz(first, "gh") && str_eqz(second, "pr") && k + 1 < l->n &&
        str_eqz(l->w[k + 1], "create"))
        return SHELL_PR;
    for (size_t r = 0; r < ARRAY_LEN(shell_words); r++)
        if (str_eqz(first, shell_words[r].word) &&
            (!shell_words[r].second || str_eqz(second, shell_words[r].second)))
            return shell_words[r].kind;
    for (size_t r = 0; r < ARRAY_LEN(runners); r++)
        if (str_eqz(first, runners[r]))
            return run_kind(l, i);
    return SHELL_OTHER;
}
