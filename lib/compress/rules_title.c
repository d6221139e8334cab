/* rules_title.c - see rules_title.h. */
#include "base/common.h"

#include "compress/rules_say.h"
#include "compress/rules_title.h"

struct str title_with_file(struct work *w, struct str title,
                           const struct file_work *f)
{
    struct str t = text_line(w->a, title, TITLE_MAX);

    if (!f || str_find(t, str_base(f->path)) >= 0)
        return t;
    if (t.n + f->path.n + 3 <= TITLE_MAX)
        return arena_fmt(w->a, "%.*s (%.*s)", STR_ARG(t), STR_ARG(f->path));
    if (t.n + str_base(f->path).n + 3 <= TITLE_MAX)
        return arena_fmt(w->a, "%.*s (%.*s)", STR_ARG(t),
                         STR_ARG(str_base(f->path)));
    return t;
}

static const struct {
    const char *word, *type;
} type_words[] = {
    {"fix", "bugfix"},           {"fixes", "bugfix"},
    {"fixed", "bugfix"},         {"bug", "bugfix"},
    {"bugs", "bugfix"},          {"broken", "bugfix"},
    {"crash", "bugfix"},         {"crashes", "bugfix"},
    {"failing", "bugfix"},       {"fails", "bugfix"},
    {"regression", "bugfix"},    {"prevent", "bugfix"},
    {"refactor", "refactor"},    {"rename", "refactor"},
    {"move", "refactor"},        {"extract", "refactor"},
    {"simplify", "refactor"},    {"deduplicate", "refactor"},
    {"cleanup", "refactor"},     {"clean", "refactor"},
    {"consolidate", "refactor"}, {"reuse", "refactor"},
    {"unify", "refactor"},       {"split", "refactor"},
    {"add", "feature"},          {"added", "feature"},
    {"implement", "feature"},    {"support", "feature"},
    {"introduce", "feature"},    {"create", "feature"},
    {"allow", "feature"},        {"feat", "feature"},
    {"enable", "feature"},       {"integrate", "feature"},
    {"show", "feature"},         {"display", "feature"},
    {"feature", "feature"},      {"new", "feature"},
    {"docs", "change"},          {"chore", "change"},
    {"bump", "change"},          {"update", "change"},
    {"change", "change"},        {"remove", "change"},
};

/* The type whose word comes first in s, or NULL. */
static const char *type_by_words(struct str s)
{
    const char *type = NULL;
    char tmp[260];
    struct str low = text_lower(s, tmp, sizeof(tmp));
    ptrdiff_t first = PTRDIFF_MAX, at;

    for (size_t i = 0; i < ARRAY_LEN(type_words); i++) {
        if (!text_has_word(low, type_words[i].word))
            continue;
        at = str_find(low, str_of(type_words[i].word));
        if (at < first) {
            first = at;
            type = type_words[i].type;
        }
    }
    return type;
}

/* Only documents and tests were changed: no feature, whatever it was called. */
static bool only_side_files(const struct work *w)
{
    if (!work_changed(w))
        return false;
    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].edits && w->files[i].ours &&
            !path_is_doc(w->files[i].path) && !path_is_test(w->files[i].path))
            return false;
    return true;
}

static bool has_new_code(const struct work *w)
{
    for (size_t i = 0; i < w->nfiles; i++)
        if (w->files[i].created && w->files[i].ours &&
            !path_is_doc(w->files[i].path) && !path_is_test(w->files[i].path))
            return true;
    return false;
}

const char *title_type(const struct work *w, const struct run *c,
                       const struct ask *ask)
{
    const char *type = NULL, *broken;

    if (c)
        type = type_by_words(c->cmd.subject);
    /* An order says what kind it is with its first words. */
    if (!type && ask)
        type = type_by_words(ask->is_plan ? ask->title
                                          : str_cut(ask->title, 0, 30));
    /* Further down only trouble is told apart. */
    broken = ask ? type_by_words(ask->line) : NULL;
    if (!type && broken && strcmp(broken, "bugfix") == 0)
        type = broken;
    if (type && strcmp(type, "bugfix") == 0)
        return type;
    if (only_side_files(w))
        return "change";
    if (!type && has_new_code(w))
        return "feature";
    return type ? type : "change";
}

/* How good a title an order makes. */
enum title_rank {
    TITLE_NONE,  /* talk: "I just got this", "why is it red" */
    TITLE_VAGUE, /* "make it wider": an order that leans on what was said */
    TITLE_TOLD,  /* "The report prints twice": a statement, not an order */
    TITLE_GOOD,
};

static bool begins_with(struct str low, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_starts(low, str_of(list[i])))
            return true;
    return false;
}

static enum title_rank rank_of(const struct ask *ask)
{
    static const char *const refers[] = {"it",    "that", "this", "these",
                                         "those", "them", "here", "there",
                                         "again", "1",    "2",    "3"};
    static const char *const talks[] = {" i ",   " i'",    " why ",  " what ",
                                        " how ", " if ",   " it ",   " there ",
                                        " you ", " so ",   " but ",  " when ",
                                        " hmm",  " look ", " since "};
    static const char *const tells[] = {" the ", " this ", " in ", " for "};
    struct str s = ask->title;
    char tmp[160];
    struct str low = text_lower(s, tmp, sizeof(tmp));

    if (ask->is_filler || ask->is_question || text_count_words(s) < 3 ||
        begins_with(low, talks, ARRAY_LEN(talks)))
        return TITLE_NONE;
    if (begins_with(low, tells, ARRAY_LEN(tells)))
        return TITLE_TOLD;
    if (text_names(s) > 0)
        return TITLE_GOOD;
    for (size_t i = 0; i < ARRAY_LEN(refers); i++)
        if (text_has_word(low, refers[i]))
            return TITLE_VAGUE;
    return text_count_words(s) >= 5 ? TITLE_GOOD : TITLE_VAGUE;
}

/* "Change newCleanCmd, runClean in clean.go" */
static struct str title_from_edits(struct work *w, const struct file_work *f)
{
    struct buf b;
    struct str s;

    if (!f)
        return STR_NONE;
    buf_init(&b, 400);
    for (size_t i = 0; i < f->change.nnames && i < 3; i++)
        text_join(&b, ", ", f->change.name[i].name, 80);
    if (b.len)
        s = arena_fmt(w->a, "%s %.*s in %.*s", f->created ? "Add" : "Change",
                      STR_ARG(buf_str(&b)), STR_ARG(f->path));
    else
        s = arena_fmt(w->a, "%s %.*s", f->created ? "Add" : "Change",
                      STR_ARG(f->path));
    buf_free(&b);
    return s;
}

struct str title_of_change(struct work *w, const struct ask *ask,
                           const struct run *commit)
{
    const struct file_work *f = say_main_file(w, w->from, w->to, true);
    enum title_rank rank = ask ? rank_of(ask) : TITLE_NONE;
    struct quote *result;

    if (commit)
        return title_with_file(w, commit->cmd.subject, f);
    if (ask && (ask->is_plan || rank == TITLE_GOOD))
        return title_with_file(w, ask->title, f);
    result = work_quote(w, SAID_RESULT, SAID_FAIR, w->from, w->to);
    if (result)
        return title_with_file(w, text_as_title(w->a, result->text), f);
    if (rank != TITLE_NONE)
        return title_with_file(w, ask->title, f);
    return text_line(w->a, title_from_edits(w, f), TITLE_MAX);
}
