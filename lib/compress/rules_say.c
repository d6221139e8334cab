/* rules_say.c - see rules_say.h. */
#include "base/common.h"

#include "compress/rules_say.h"

/* Most files that one list names. */
#define LISTED 8

static struct str finish(struct work *w, struct buf *b)
{
    struct str s = arena_str(w->a, buf_str(b));

    buf_free(b);
    return s;
}

/* --- files ------------------------------------------------------------------ */

struct str say_file(struct work *w, const struct file_work *f, int names)
{
    const struct code_change *c = &f->change;
    struct buf b;
    int shown = 0;

    if (path_is_doc(f->path) && names > 2)
        names = 2; /* headings are long */

    buf_init(&b, 1024);
    buf_adds(&b, f->path);
    buf_addz(&b, " (");
    if (f->created)
        buf_addz(&b, "new file");
    for (size_t i = 0; i < c->nnames && shown < names; i++, shown++) {
        if (buf_str(&b).p[b.len - 1] != '(')
            buf_addz(&b, ", ");
        buf_adds(&b, c->name[i].name);
        if (c->name[i].is_new && !f->created)
            buf_addz(&b, " new");
    }
    if (c->added || c->removed) {
        buf_addz(&b, b.data[b.len - 1] == '(' ? "" : "; ");
        if (f->created && !c->removed)
            buf_addf(&b, "%lld lines", (long long)c->added);
        else
            buf_addf(&b, "+%lld -%lld", (long long)c->added,
                     (long long)c->removed);
    }
    if (b.data[b.len - 1] == '(')
        b.data[b.len -= 2] = '\0';
    else
        buf_addc(&b, ')');
    return finish(w, &b);
}

static int64_t weight_of(const struct file_work *f, bool edited)
{
    int64_t n =
        edited ? f->change.added + f->change.removed + f->edits * 3 : f->reads;

    /* The code itself before its tests and its papers. */
    if (path_is_test(f->path) || path_is_doc(f->path))
        n = edited ? n / 4 : n;
    return n;
}

static bool is_listed(const struct file_work *f, bool edited, size_t from,
                      size_t to)
{
    if (!f->ours)
        return false;
    if (edited)
        return f->edits && f->last >= from && f->first < to;
    return f->reads && !f->edits;
}

/* Indices of the heaviest files; returns how many there are in all. */
static size_t heaviest(const struct work *w, size_t from, size_t to,
                       bool edited, size_t top[LISTED])
{
    size_t n = 0, all = 0;

    for (size_t i = 0; i < w->nfiles; i++) {
        int64_t weight = weight_of(&w->files[i], edited);
        size_t at;

        if (!is_listed(&w->files[i], edited, from, to))
            continue;
        all++;
        for (at = n < LISTED ? n : LISTED;
             at > 0 && weight_of(&w->files[top[at - 1]], edited) < weight; at--)
            if (at < LISTED)
                top[at] = top[at - 1];
        if (at < LISTED) {
            top[at] = i;
            n += n < LISTED;
        }
    }
    return all;
}

static struct str list_files(struct work *w, bool edited, size_t top[LISTED],
                             size_t all, size_t max)
{
    struct buf b;
    size_t shown = 0;

    buf_init(&b, 4096);
    for (size_t i = 0; i < all && i < LISTED; i++) {
        const struct file_work *f = &w->files[top[i]];
        struct str s = edited ? say_file(w, f, i < 3 ? 4 : 2) : f->path;

        if (!text_join(&b, ", ", s, max) && !text_join(&b, ", ", f->path, max))
            break;
        shown++;
    }
    if (shown && shown < all)
        buf_addf(&b, " and %zu more", all - shown);
    return finish(w, &b);
}

struct str say_changed(struct work *w, size_t from, size_t to, size_t max)
{
    size_t top[LISTED], all = heaviest(w, from, to, true, top);

    return list_files(w, true, top, all, max);
}

struct str say_read(struct work *w, size_t from, size_t to, size_t max)
{
    size_t top[LISTED], all = heaviest(w, from, to, false, top);

    return list_files(w, false, top, all, max);
}

const struct file_work *say_main_file(const struct work *w, size_t from,
                                      size_t to, bool edited)
{
    size_t top[LISTED];

    return heaviest(w, from, to, edited, top) ? &w->files[top[0]] : NULL;
}

/* --- commands ------------------------------------------------------------------ */

struct str say_run(struct work *w, const struct run *r)
{
    const struct outcome *o = &r->out;

    if (o->failed && o->passed >= 0 && o->failures > 0)
        return arena_fmt(w->a, "`%.*s`: %lld passed, %lld failed: %.*s",
                         STR_ARG(r->cmd.show), (long long)o->passed,
                         (long long)o->failures, STR_ARG(o->error));
    if (o->failed)
        return arena_fmt(w->a, "`%.*s` failed%s%.*s", STR_ARG(r->cmd.show),
                         o->error.n ? ": " : "", STR_ARG(o->error));
    if (o->passed > 0)
        return arena_fmt(w->a, "`%.*s`: %lld passed", STR_ARG(r->cmd.show),
                         (long long)o->passed);
    return arena_fmt(w->a, "`%.*s` passed", STR_ARG(r->cmd.show));
}

struct str say_checks(struct work *w, size_t from, size_t to, size_t max)
{
    static const enum shell_kind kinds[] = {SHELL_TEST, SHELL_LINT,
                                            SHELL_BUILD};
    struct buf b;

    buf_init(&b, 2048);
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const struct run *last = NULL;

        for (size_t i = 0; i < w->nruns; i++) {
            const struct run *r = &w->runs[i];

            if (r->cmd.kind != kinds[k] || r->at < from || r->at >= to ||
                r->cmd.elsewhere || r->misused)
                continue;
            /* All tests say more than some of them. */
            if (!last || last->cmd.narrow || !r->cmd.narrow || r->out.failed)
                last = r;
        }
        /* That it builds goes without saying when tests ran. */
        if (last && !(kinds[k] == SHELL_BUILD && b.len && !last->out.failed))
            text_join(&b, "; ", say_run(w, last), max);
    }
    return finish(w, &b);
}

static bool is_commit(const struct run *r)
{
    return r->cmd.kind == SHELL_COMMIT && !r->out.failed && !r->cmd.elsewhere &&
           r->cmd.subject.n;
}

bool say_is_commit(const struct work *w, size_t i)
{
    if (!is_commit(&w->runs[i]))
        return false;
    for (size_t k = i + 1; k < w->nruns; k++)
        if (is_commit(&w->runs[k]) &&
            str_eq(w->runs[k].cmd.subject, w->runs[i].cmd.subject))
            return false;
    return true;
}

struct str say_commit(struct work *w, const struct run *r, size_t body)
{
    struct buf b;

    buf_init(&b, 2048);
    buf_addz(&b, "Committed ");
    if (r->out.hash.n)
        buf_addf(&b, "%.*s ", STR_ARG(r->out.hash));
    buf_addf(&b, "\"%.*s\"", STR_ARG(r->cmd.subject));
    if (body && r->cmd.body.n)
        buf_addf(&b, ": %.*s", STR_ARG(text_line(w->a, r->cmd.body, body)));
    return finish(w, &b);
}

/* --- fixes ------------------------------------------------------------------------ */

static struct str fix_files(struct work *w, const struct fix *f)
{
    struct buf b;

    buf_init(&b, 1024);
    for (size_t i = 0; i < f->nfiles; i++)
        text_join(&b, ", ", say_file(w, &w->files[f->files[i]], 3), 400);
    return finish(w, &b);
}

struct str say_fix(struct work *w, const struct fix *f)
{
    const struct run *bad = &w->runs[f->bad], *good = &w->runs[f->good];
    struct buf b;

    buf_init(&b, 4096);
    buf_addf(&b, "`%.*s` failed", STR_ARG(bad->cmd.show));
    if (bad->out.failures > 0)
        buf_addf(&b, " (%lld tests)", (long long)bad->out.failures);
    buf_addf(&b, ": %.*s%s", STR_ARG(bad->out.error),
             str_ends(bad->out.error, STR(".")) ? "" : ".");
    if (f->cause.n)
        buf_addf(&b, " %.*s", STR_ARG(f->cause));
    if (f->by_other)
        buf_addf(&b, " `%.*s` worked.", STR_ARG(good->cmd.show));
    else
        buf_addf(&b, " It passed after changing %.*s",
                 STR_ARG(fix_files(w, f)));
    if (!f->by_other && f->tries > 1)
        buf_addf(&b, " (%d failed runs)", f->tries);
    if (!f->by_other)
        buf_addc(&b, '.');
    return finish(w, &b);
}

/* Is the word "x.go:12:3:" or "x.ts(12,3):"? */
static bool is_place(struct str w)
{
    size_t n = w.n;

    if (n < 6 || w.p[n - 1] != ':')
        return false;
    while (n && strchr(":0123456789(,)", w.p[n - 1]))
        n--;
    return w.n - n > 2 && lang_of(str_cut(w, 0, n)) != LANG_NONE;
}

/* An error without the place it happened at: the title names the file at its
 * end, and has little room. */
static struct str without_place(struct arena *a, struct str s)
{
    struct buf b;
    struct str rest = s, w, out;

    buf_init(&b, 1024);
    while (str_split(&rest, ' ', &w))
        if (!is_place(w))
            text_join(&b, " ", w, 1000);
    out = arena_str(a, buf_str(&b));
    buf_free(&b);
    return out;
}

struct str say_fix_title(struct work *w, const struct fix *f)
{
    const struct run *bad = &w->runs[f->bad], *good = &w->runs[f->good];
    struct str s;

    if (f->by_other)
        return text_raw_line(
            w->a,
            arena_fmt(w->a, "`%.*s` works where `%.*s` fails",
                      STR_ARG(text_raw_line(w->a, good->cmd.show, 45)),
                      STR_ARG(text_raw_line(w->a, bad->cmd.show, 45))),
            120);
    s = text_raw_line(w->a, without_place(w->a, bad->out.error), 95);
    return text_raw_line(
        w->a,
        arena_fmt(w->a, "Fixed: %.*s (%.*s)", STR_ARG(s),
                  STR_ARG(str_base(w->files[f->files[0]].path))),
        120);
}

/* --- asks --------------------------------------------------------------------------- */

struct str say_ask(struct work *w, const struct ask *ask)
{
    if (ask->line.n == 0)
        return STR_NONE;
    if (ask->is_plan && ask->why.n)
        return arena_fmt(w->a, "Plan \"%.*s\": %.*s", STR_ARG(ask->title),
                         STR_ARG(ask->why));
    if (ask->is_plan)
        return arena_fmt(w->a, "Plan \"%.*s\".", STR_ARG(ask->title));
    return arena_fmt(w->a, "Asked: \"%.*s\"", STR_ARG(ask->line));
}
