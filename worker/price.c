/* price.c - see price.h. */
#include "base/common.h"

#include <math.h>

#include "worker/price.h"

/*
 * List prices as their vendors stated them in the autumn of 2026, for prompts
 * below the sizes at which some ask more. price_input and price_output in the
 * configuration go before this table.
 */
static const struct row {
    const char *model;
    struct price price;
} rows[] = {
    {"claude-haiku-4-5", {1, 0.1, 1.25, 5}},
    {"claude-sonnet-4-5", {3, 0.3, 3.75, 15}},
    {"claude-sonnet-4-6", {3, 0.3, 3.75, 15}},
    {"claude-haiku-5-5", {0.1, 0.01, 0.125, 0.5}},
    {"claude-sonnet-5", {2, 0.2, 2.5, 10}},
    {"claude-sonnet-5-5", {2, 0.1, 2.5, 10}},
    {"claude-opus-4-7", {5, 0.5, 6.25, 25}},
    {"claude-opus-4-8", {5, 0.5, 6.25, 25}},
    {"claude-opus-5", {5, 0.5, 6.25, 25}},
    {"claude-opus-5-5", {4, 0.2, 5, 20}},
    {"gpt-4.1", {2, 0.5, 2, 8}},
    {"gpt-4.1-mini", {0.4, 0.1, 0.4, 1.6}},
    {"gpt-4o", {2.5, 1.25, 2.5, 10}},
    {"gpt-4o-mini", {0.15, 0.075, 0.15, 0.6}},
    {"text-embedding-3-small", {0.02, 0.02, 0.02, 0}},
    {"text-embedding-3-large", {0.13, 0.13, 0.13, 0}},
    {"gemini-embedding-001", {0.15, 0.15, 0.15, 0}},
    {"gpt-5", {1.25, 0.125, 1.25, 10}},
    {"gpt-5-mini", {0.25, 0.025, 0.25, 2}},
    {"gpt-5-nano", {0.05, 0.005, 0.05, 0.4}},
    {"gpt-5.4", {2.5, 0.25, 2.5, 15}},
    {"gpt-5.4-mini", {0.75, 0.075, 0.75, 4.5}},
    {"gpt-5.4-nano", {0.2, 0.02, 0.2, 1.25}},
    {"gemini-2.5-flash", {0.3, 0.03, 0.3, 2.5}},
    {"gemini-2.5-flash-lite", {0.1, 0.01, 0.1, 0.4}},
    {"gemini-3.1-flash-lite", {0.25, 0.025, 0.25, 1.5}},
    {"gemini-3.5-flash", {1.5, 0.15, 1.5, 9}},
    {"gemini-3.5-flash-lite", {0.3, 0.03, 0.3, 2.5}},
    {"deepseek-v4-flash", {0.44, 0.014, 0.44, 1.32}},
    {"deepseek-v4-pro", {1.32, 0.044, 1.32, 3.96}},
};

static char plain(char c)
{
    return c == '.' ? '-' : to_lower(c);
}

/* "", "-latest", "-preview" and dates and builds of three digits or more:
 * what may stand behind a name without making it another model. */
static bool is_same_model(struct str rest)
{
    size_t digits = 0;

    if (rest.n == 0)
        return true;
    if (rest.p[0] != '-' && rest.p[0] != '@')
        return false;
    rest = str_cut(rest, 1, rest.n);
    if (str_eq(rest, STR("latest")) || str_eq(rest, STR("preview")))
        return true;
    while (digits < rest.n && is_digit(rest.p[digits]))
        digits++;
    return digits >= 3;
}

static bool row_fits(const char *row, struct str model)
{
    size_t n = strlen(row);

    if (model.n < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (plain(row[i]) != plain(model.p[i]))
            return false;
    return is_same_model(str_cut(model, n, model.n));
}

bool price_find(struct str model, struct price *out)
{
    ptrdiff_t slash = str_rchr(model, '/');

    if (slash >= 0)
        model = str_cut(model, (size_t)slash + 1, model.n);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (row_fits(rows[i].model, model)) {
            *out = rows[i].price;
            return true;
        }
    }
    return false;
}

int64_t price_of(const struct price *p, const struct price_tokens *t)
{
    int64_t fresh = t->input - t->cached - t->stored;

    if (fresh < 0)
        fresh = 0;
    return llround((double)fresh * p->input + (double)t->cached * p->cached +
                   (double)t->stored * p->stored +
                   (double)t->output * p->output);
}
