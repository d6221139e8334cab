/* args.c - a command line, read by a command's row. */
#include "base/common.h"

#include "cli/cmd.h"

#define WORD_MAX 32 /* longer words are nothing's misspelling */

/* --- did you mean -------------------------------------------------------- */

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;

    return m < c ? m : c;
}

/* Letters to insert, delete, change or swap to get from a to b. */
static int distance(struct str a, struct str b)
{
    int d[WORD_MAX + 1][WORD_MAX + 1];

    for (int i = 0; i <= (int)a.n; i++)
        d[i][0] = i;
    for (int j = 0; j <= (int)b.n; j++)
        d[0][j] = j;
    for (int i = 1; i <= (int)a.n; i++)
        for (int j = 1; j <= (int)b.n; j++) {
            bool same = to_lower(a.p[i - 1]) == to_lower(b.p[j - 1]);

            d[i][j] =
                min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + !same);
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] &&
                a.p[i - 2] == b.p[j - 1] && d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    return d[a.n][b.n];
}

const char *args_nearest(struct str word, const char *const *candidates,
                         size_t n)
{
    const char *best = NULL;
    int least = WORD_MAX;

    if (word.n == 0 || word.n > WORD_MAX)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        struct str c = str_of(candidates[i]);
        int d, allowed = word.n < 4 ? 1 : word.n < 8 ? 2 : 3;

        if (c.n > WORD_MAX)
            continue;
        d = word.n >= 2 && str_starts(c, word) ? 0 : distance(word, c);
        if (d <= allowed && d < least && d < (int)word.n) {
            least = d;
            best = candidates[i];
        }
    }
    return best;
}

/* --- options ------------------------------------------------------------- */

struct parse {
    const struct cmd *cmd;
    const struct param *params;
    size_t n;
    struct json *args;
    struct err *e;
};

static const struct param *option(const struct parse *p, struct str name)
{
    for (size_t i = 0; i < p->n; i++)
        if (!(p->params[i].flags & PARAM_POSITIONAL) &&
            str_eqz(name, p->params[i].name))
            return &p->params[i];
    return NULL;
}

static const struct param *letter(const struct parse *p, char c)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->params[i].letter && p->params[i].letter == c)
            return &p->params[i];
    return NULL;
}

static int unknown(const struct parse *p, struct str name)
{
    const char *names[64], *near;
    size_t n = 0;

    for (size_t i = 0; i < p->n && n < ARRAY_LEN(names); i++)
        if (!(p->params[i].flags & PARAM_POSITIONAL))
            names[n++] = p->params[i].name;
    for (size_t i = 0; i < cmd_globals_count && n < ARRAY_LEN(names); i++)
        names[n++] = cmd_globals[i].name;
    near = args_nearest(name, names, n);
    return err_set(p->e, CM_EARG, "%s has no option --%.*s%s%s%s", p->cmd->name,
                   STR_ARG(name), near ? " (did you mean --" : "",
                   near ? near : "", near ? "?)" : "");
}

/* What stands before an option's name when it is typed. */
static const char *dashes(const struct param *par)
{
    if (par->flags & PARAM_POSITIONAL)
        return "";
    return par->name[1] == '\0' ? "-" : "--";
}

/* Puts a value in its place; a list grows, anything else is given once. */
static int assign(const struct parse *p, const struct param *par,
                  struct str value)
{
    struct json *old = json_get(p->args, par->name);
    bool by_place = par->flags & PARAM_POSITIONAL;
    int64_t n;

    if (par->type == PARAM_LIST) {
        if (!old) {
            old = json_array();
            json_set(p->args, par->name, old);
        }
        json_push_str(old, value);
        return 0;
    }
    if (old)
        return err_set(p->e, CM_EARG, "%s%s is given twice",
                       dashes(par), by_place ? par->value : par->name);
    if (par->type == PARAM_INT) {
        if (str_int(value, INT32_MIN, INT64_MAX, &n) < 0)
            return err_set(p->e, CM_EARG,
                           "%s%s is a whole number, not "
                           "\"%.*s\"",
                           dashes(par), by_place ? par->value : par->name, STR_ARG(value));
        json_set_int(p->args, par->name, n);
        return 0;
    }
    json_set_str(p->args, par->name, value);
    return 0;
}

/* An option and, when it has one, its value: inline or the next word. */
static int take(const struct parse *p, const struct param *par,
                const char *inline_value, int left, char **next, int *used)
{
    if (par->type == PARAM_BOOL) {
        if (inline_value)
            return err_set(p->e, CM_EARG, "--%s takes no value", par->name);
        json_set_bool(p->args, par->name, true);
        return 0;
    }
    if (inline_value)
        return assign(p, par, str_of(inline_value));
    if (left == 0)
        return err_set(p->e, CM_EARG, "%s%s needs a value (%s)", dashes(par),
                       par->name, par->value ? par->value : "VALUE");
    *used = 1;
    return assign(p, par, str_of(next[0]));
}

static int long_option(const struct parse *p, const char *word, int left,
                       char **next, int *used)
{
    const char *eq = strchr(word, '=');
    struct str name = {word, eq ? (size_t)(eq - word) : strlen(word)};
    const struct param *par = option(p, name);

    if (!par && str_starts(name, STR("no-")) && !eq) {
        par = option(p, str_cut(name, 3, name.n));
        if (par && par->type == PARAM_BOOL) {
            json_set_bool(p->args, par->name, false);
            return 0;
        }
        par = NULL;
    }
    if (!par)
        return unknown(p, name);
    return take(p, par, eq ? eq + 1 : NULL, left, next, used);
}

/* -n 5, -n5, -ab for booleans a and b. */
static int short_options(const struct parse *p, const char *word, int left,
                         char **next, int *used)
{
    for (; *word; word++) {
        const struct param *par = letter(p, *word);
        bool last = par && par->type != PARAM_BOOL;
        int rc;

        if (!par)
            return err_set(p->e, CM_EARG, "%s has no option -%c", p->cmd->name,
                           *word);
        rc = take(p, par, last && word[1] ? word + 1 : NULL, left, next, used);
        if (rc < 0 || last)
            return rc;
    }
    return 0;
}

/* --- positional words ---------------------------------------------------- */

static int join(const struct parse *p, const struct param *par, struct str word)
{
    struct str old = json_get_str(p->args, par->name);
    struct buf b;

    buf_init(&b, 1u << 20);
    buf_adds(&b, old);
    if (old.n)
        buf_addc(&b, ' ');
    buf_adds(&b, word);
    json_set_str(p->args, par->name, buf_str(&b));
    buf_free(&b);
    return 0;
}

static int positional(const struct parse *p, struct str word)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct param *par = &p->params[i];

        if (!(par->flags & PARAM_POSITIONAL))
            continue;
        if (par->flags & PARAM_JOINED)
            return join(p, par, word);
        if (par->type == PARAM_LIST || !json_get(p->args, par->name))
            return assign(p, par, word);
    }
    return err_set(p->e, CM_EARG, "%s does not take \"%.*s\"", p->cmd->name,
                   STR_ARG(word));
}

static int required(const struct parse *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const struct param *par = &p->params[i];

        if (!(par->flags & PARAM_REQUIRED) || json_get(p->args, par->name))
            continue;
        if (par->flags & PARAM_POSITIONAL)
            return err_set(p->e, CM_EARG, "%s needs %s: %s", p->cmd->name,
                           par->value ? par->value : par->name, par->help);
        return err_set(p->e, CM_EARG, "%s needs --%s: %s", p->cmd->name,
                       par->name, par->help);
    }
    return 0;
}

/* "-" is a file, "-5" a number where no option is called so. */
static bool is_option(const struct parse *p, const char *word)
{
    return word[0] == '-' && word[1] != '\0' &&
           (!is_digit(word[1]) || letter(p, word[1]));
}

int args_parse(const struct cmd *cmd, int argc, char **argv, struct json **out,
               struct err *e)
{
    struct parse p = {.cmd = cmd, .args = json_object(), .e = e};
    bool ended = false;
    int rc = 0;

    p.params = cmd_params(cmd, &p.n);
    for (int i = 0; i < argc && rc == 0; i++) {
        const char *word = argv[i];
        int used = 0;

        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (ended || !is_option(&p, word))
            rc = positional(&p, str_of(word));
        else if (word[1] == '-')
            rc = long_option(&p, word + 2, argc - i - 1, argv + i + 1, &used);
        else
            rc = short_options(&p, word + 1, argc - i - 1, argv + i + 1, &used);
        i += used;
    }
    if (rc == 0)
        rc = required(&p);
    if (rc < 0) {
        json_free(p.args);
        return rc;
    }
    *out = p.args;
    return 0;
}
