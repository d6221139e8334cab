/* cmd_browse.c - cmem browse: its options. See cli/browse/browse.h. */
#include "base/common.h"

#include <unistd.h>

#include "cli/browse/browse.h"
#include "store/db.h"

/* The least that a list can be seen in. */
#define HEIGHT_MIN 5

static const struct param params[] = {
    {"words", 0, PARAM_STR, PARAM_POSITIONAL | PARAM_JOINED, "WORDS",
     "to begin with"},
    {"height", 0, PARAM_STR, 0, "ROWS",
     "so many rows below the cursor, 15 or 40% (all of the terminal)"},
    {"scope", 0, PARAM_STR, 0, "SCOPE",
     "directory, repository, branch, session or all"},
    {"kind", 'k', PARAM_STR, 0, "KIND",
     "observations, facts, notes, prompts, sessions, files or symbols"},
    {"all", 'a', PARAM_BOOL, 0, NULL, "every project: --scope all"},
};

/* "15" or "40%", of the terminal's rows; 0: all of it. */
static int read_height(struct str s, int rows, int *out, struct err *e)
{
    bool percent = str_ends(s, STR("%"));
    int64_t n = 0;

    *out = 0;
    if (s.n == 0)
        return 0;
    if (str_int(str_cut(s, 0, s.n - percent), 1, percent ? 100 : 1000, &n) < 0)
        return err_set(e, CM_EARG,
                       "browse: height is a number of rows or 1%% to 100%%, "
                       "not \"%.*s\"",
                       STR_ARG(str_cut(s, 0, 40)));
    if (percent)
        n = n * rows / 100;
    *out = n < HEIGHT_MIN ? HEIGHT_MIN : (int)n;
    return 0;
}

static int read_options(struct cli *c, const struct json *args,
                        struct browse_options *o, struct err *e)
{
    struct str scope = json_get_str(args, "scope");
    struct str kind = json_get_str(args, "kind");
    int s = scope.n ? scope_of_word(scope) : SCOPE_REPOSITORY;
    int t = kind.n ? tab_of_word(kind) : TAB_ALL;

    if (json_get_bool(args, "all"))
        s = SCOPE_ALL;
    if (s < 0)
        return err_set(e, CM_EARG,
                       "browse: scope is directory, repository, branch, "
                       "session or all, not \"%.*s\"",
                       STR_ARG(str_cut(scope, 0, 40)));
    if (t < 0)
        return err_set(e, CM_EARG,
                       "browse: kind is observations, facts, notes, prompts, "
                       "sessions, files or symbols, not \"%.*s\"",
                       STR_ARG(str_cut(kind, 0, 40)));
    o->scope = (enum browse_scope)s;
    o->tab = (enum browse_tab)t;
    o->words = json_get_str(args, "words");
    return read_height(json_get_str(args, "height"), c->term.height, &o->rows,
                       e);
}

bool browse_can(const struct cli *c)
{
    const char *term = getenv("TERM");

    return c->term.is_tty && isatty(STDIN_FILENO) && term && term[0] &&
           strcmp(term, "dumb") != 0;
}

int browse_run(struct cli *c, const struct json *args, struct err *e)
{
    struct browse_options o;
    struct db *db = NULL;
    int rc = read_options(c, args, &o, e);

    if (rc == 0 && (!c->term.is_tty || !isatty(STDIN_FILENO)))
        rc = err_set(e, CM_EARG,
                     "browse needs a terminal for input and output; cmem "
                     "search WORDS does without");
    /* What there is to say of the database (there is none, an older version is
     * brought up to date) is said before the screen is taken over. */
    if (rc == 0)
        rc = cli_open_db(c, &db, e);
    db_close(db);
    return rc < 0 ? rc : browse(c, &o, e);
}

const struct cmd cmd_browse = {
    .name = "browse",
    .group = "Find",
    .summary = "search while you type, on the terminal",
    .details =
        "Lists what matches with every key: memories, sessions, files and "
        "symbols, and beside it what the chosen one says, what it rests on and "
        "whether the code it speaks of is as it was. Tab goes through the "
        "kinds, Ctrl-R through the places that are searched, Enter reads, "
        "Ctrl-Y copies, Ctrl-O opens the editor, Ctrl-G goes on with the "
        "session in Claude Code, Ctrl-S pins, Ctrl-X forgets, F1 tells all "
        "keys. cmem search without words is the same on a terminal.",
    .example = "cmem browse --height 40% retry",
    .params = params,
    .nparams = ARRAY_LEN(params),
    .run = browse_run,
};
