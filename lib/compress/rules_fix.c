/* rules_fix.c - failures and what ended them: see rules_work.h. */
#include "base/common.h"

#include "compress/rules_work.h"

/* Did the later run check what the earlier one failed at? */
static bool answers(const struct run *good, const struct run *bad)
{
    if (good->cmd.key == bad->cmd.key)
        return true;
    if (good->cmd.kind != bad->cmd.kind || !shell_is_check(bad->cmd.kind))
        return false;
    if (!good->cmd.narrow || good->cmd.kind != SHELL_TEST)
        return true;
    /* A part of the tests answers for itself, and for the tests it names. */
    if (bad->cmd.narrow && str_eq(good->cmd.runner, bad->cmd.runner))
        return true;
    for (size_t i = 0; i < bad->out.ntests; i++)
        if (str_find(good->cmd.show, bad->out.test[i]) >= 0)
            return true;
    return false;
}

/* A failure that is a step of ordinary work and teaches nothing: a test
 * written before its code, an import forgotten, a format to be applied. */
bool failure_is_ordinary(struct str error)
{
    static const char *const marks[] = {"undefined: ",
                                        "imported and not used",
                                        "declared and not used",
                                        "Formatter would have",
                                        "not sorted",
                                        "is not formatted",
                                        "File is not `gof",
                                        "cannot find name",
                                        "Cannot find name",
                                        "has no exported member",
                                        "unused variable",
                                        "is unused",
                                        "no-unused",
                                        "noUnused",
                                        "organizeImports"};

    if (error.n == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_find(error, str_of(marks[i])) >= 0)
            return true;
    return false;
}

/* Was the command itself wrong, so that another one is the answer? */
bool failure_is_misuse(struct str error, struct str command)
{
    static const char *const marks[] = {"unrecognized",
                                        "not found",
                                        "unknown",
                                        "Unknown",
                                        "No such file",
                                        "no such file",
                                        "missing script",
                                        "Missing script",
                                        "illegal option",
                                        "invalid option",
                                        "unexpected argument",
                                        "usage",
                                        "Usage",
                                        "not a git",
                                        "No module named",
                                        "setup failed",
                                        "cannot open",
                                        "no test files",
                                        "directory not found"};

    if (str_find(command, STR(" && ")) >= 0)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_find(error, str_of(marks[i])) >= 0)
            return true;
    return false;
}

static void files_between(const struct work *w, struct fix *f, size_t from,
                          size_t to)
{
    for (size_t i = 0; i < w->nfiles; i++) {
        const struct file_work *file = &w->files[i];
        size_t at = f->nfiles;

        if (!file->edits || file->last < from || file->first > to)
            continue;
        /* Edited before and behind but perhaps not in between: the last edit
         * is all that is known, and that is near enough. */
        if (file->last > to && file->first < from)
            continue;
        while (at > 0 && w->files[f->files[at - 1]].edits < file->edits)
            at--;
        if (at >= ARRAY_LEN(f->files))
            continue;
        if (f->nfiles < ARRAY_LEN(f->files))
            f->nfiles++;
        for (size_t k = f->nfiles - 1; k > at; k--)
            f->files[k] = f->files[k - 1];
        f->files[at] = i;
    }
}

/* Is it worth telling at all? Without a failing test and without a word of
 * explanation, a compiler's complaint was just the next thing to do. */
static bool is_telling(const struct run *bad, const struct fix *f)
{
    if (f->by_other || f->cause.n || !shell_is_check(bad->cmd.kind))
        return true;
    return bad->out.ntests > 0;
}

static void add_fix(struct work *w, size_t bad, size_t good, int tries)
{
    const struct run *b = &w->runs[bad], *g = &w->runs[good];
    struct quote *cause = NULL;
    struct fix *f;

    if (failure_is_ordinary(b->out.error) || b->cmd.elsewhere ||
        w->nfixes == w->max_runs)
        return;
    f = &w->fixes[w->nfixes];
    *f = (struct fix){.bad = bad, .good = good, .tries = tries};
    f->by_other = b->misused;
    if (f->by_other && (str_eq(g->cmd.show, b->cmd.show) || good - bad > 4))
        return;
    if (!f->by_other) {
        files_between(w, f, b->at, g->at);
        if (f->nfiles == 0)
            return; /* it passed by itself */
        cause = work_quote(w, SAID_FINDING, SAID_FAIR, b->at, g->at + 2);
    }
    if (cause)
        f->cause = cause->text;
    if (!is_telling(b, f))
        return;
    if (cause)
        cause->used = true;
    w->nfixes++;
}

/* Formatting is what most complaints of linters come to, and is rarely checked
 * again. */
static void close_complaints(struct work *w, size_t format)
{
    for (size_t i = 0; i < format; i++)
        if (w->runs[i].state == RUN_OPEN && w->runs[i].cmd.kind == SHELL_LINT &&
            failure_is_ordinary(w->runs[i].out.error))
            w->runs[i].state = RUN_FIXED;
}

/* A success closes the failures it answers for. */
static void close_failures(struct work *w, size_t good)
{
    size_t first = 0;
    int tries = 0;

    if (w->runs[good].cmd.kind == SHELL_FORMAT)
        close_complaints(w, good);
    for (size_t i = 0; i < good; i++) {
        struct run *bad = &w->runs[i];

        if (bad->state != RUN_OPEN || !answers(&w->runs[good], bad))
            continue;
        bad->state = RUN_FIXED;
        if (tries++ == 0)
            first = i;
    }
    if (tries)
        add_fix(w, first, good, tries);
}

/* "rtk bun test" failed and "bun test" worked: the words are the same, the
 * command is another. Only for the run next in line. */
static void other_way(struct work *w, size_t i)
{
    struct run *bad = &w->runs[i];
    struct sketch a, b;

    if (i + 1 >= w->nruns || bad->state != RUN_OPEN ||
        w->runs[i + 1].out.failed || w->runs[i + 1].cmd.key == bad->cmd.key)
        return;
    sketch_of(bad->cmd.show, &a);
    sketch_of(w->runs[i + 1].cmd.show, &b);
    if (!sketch_alike(&a, &b))
        return;
    bad->state = RUN_FIXED;
    add_fix(w, i, i + 1, 1);
}

void work_fixes(struct work *w)
{
    for (size_t i = 0; i < w->nruns; i++)
        w->runs[i].misused =
            w->runs[i].out.failed &&
            failure_is_misuse(w->runs[i].out.error, w->runs[i].cmd.show);
    for (size_t i = 0; i < w->nruns; i++) {
        if (!w->runs[i].out.failed)
            close_failures(w, i);
        else if (!shell_is_check(w->runs[i].cmd.kind))
            other_way(w, i);
    }
    /* Of several failures of one check the last says how it stands. */
    for (size_t i = w->nruns; i-- > 0;)
        for (size_t k = 0; k < i && w->runs[i].state == RUN_OPEN; k++)
            if (w->runs[k].state == RUN_OPEN &&
                answers(&w->runs[i], &w->runs[k]))
                w->runs[k].state = RUN_DONE;
}
