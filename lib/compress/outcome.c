/* outcome.c - see outcome.h. */
#include "base/common.h"

#include "compress/outcome.h"
#include "compress/rules_work.h"
#include "compress/signature.h"

/* What is looked at of one session, and behind a failure for its end. */
#define STEPS_MAX 700
#define REACH     90
/* More files than this changed in between: nobody can tell which did it. */
#define FILES_TELL 5
#define SNIPPET    200
#define SHOW_BYTES 240

enum step_kind { STEP_RUN, STEP_EDIT, STEP_DO };

struct step {
    enum step_kind kind;
    const struct ev *ev;
    struct shell_cmd cmd;
    struct outcome out;
    struct str signature; /* of a failed run */
    struct str line;      /* the whole command */
    struct ending_edit edit;
    bool misused, tried; /* tried: the failure has been dealt with */
};

struct steps {
    const struct batch *b;
    struct step *s;
    size_t n;
};

/* Where two texts begin to differ, at the beginning of a line. */
static size_t same_head(struct str x, struct str y)
{
    size_t i = 0;

    while (i < x.n && i < y.n && x.p[i] == y.p[i])
        i++;
    if (i == x.n || i == y.n)
        return 0; /* one goes on where the other ends: whole */
    while (i > 0 && x.p[i - 1] != '\n')
        i--;
    return i;
}

static size_t same_tail(struct str x, struct str y)
{
    size_t i = 0;

    while (i < x.n && i < y.n && x.p[x.n - 1 - i] == y.p[y.n - 1 - i])
        i++;
    if (i == x.n || i == y.n)
        return 0;
    while (i > 0 && x.p[x.n - i] != '\n')
        i--;
    return i;
}

/* The lines that differ. */
static void snippets(const struct batch *b, struct str old, struct str new_one,
                     struct ending_edit *ed)
{
    size_t head = same_head(old, new_one), tail;

    old = str_cut(old, head, old.n);
    new_one = str_cut(new_one, head, new_one.n);
    tail = same_tail(old, new_one);
    ed->old = text_raw_line(b->a, str_cut(old, 0, old.n - tail), SNIPPET);
    ed->new_one =
        text_raw_line(b->a, str_cut(new_one, 0, new_one.n - tail), SNIPPET);
}

/* --- what happened, step by step ------------------------------------------------ */

static struct step *push(struct steps *o, enum step_kind kind,
                         const struct ev *e)
{
    struct step *s;

    if (o->n == STEPS_MAX)
        return NULL;
    s = &o->s[o->n++];
    *s = (struct step){.kind = kind, .ev = e};
    return s;
}

static void take_edit(struct steps *o, const struct ev *e)
{
    const struct json *in = json_get(e->payload, "tool_input");
    const struct json *first = json_first(json_get(in, "edits"));
    struct str path = json_get_str(in, "file_path");
    struct step *s;

    if (path.n == 0)
        path = json_get_str(in, "notebook_path");
    if (path.n == 0 || !path_is_ours(o->b->root, path))
        return;
    s = push(o, STEP_EDIT, e);
    if (!s)
        return;
    if (!first)
        first = in;
    s->edit.path = text_raw_line(o->b->a, path_in(o->b->root, path), 300);
    snippets(o->b, json_get_str(first, "old_string"),
             json_get_str(first, "new_string"), &s->edit);
}

/* Commands that change something though no check is made of them. */
static bool does_something(struct str line)
{
    static const char *const verbs[] = {
        "chmod ",     "rm ",        "mkdir ",     "export ",  "kill ",
        "pkill ",     "unset ",     "ln ",        "mv ",      "cp ",
        "source ",    "npm i",      "touch ",     "brew ",    "apt",
        "git config", "git pull ",  "pip ",       "nvm ",     "git add",
        "docker ",    "systemctl ", "launchctl ", "corepack "};

    for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
        ptrdiff_t at = str_find(line, str_of(verbs[i]));

        if (at == 0 || (at > 0 && strchr(" ;&(", line.p[at - 1])))
            return true;
    }
    return false;
}

static void take_shell(struct steps *o, const struct ev *e)
{
    struct str line =
        str_trim(json_str(json_path(e->payload, "tool_input.command")));
    struct shell_cmd c[SHELL_PARTS_MAX];
    struct outcome out;
    struct step *s;

    shell_read(o->b->a, o->b->root, line, c);
    if (c[0].elsewhere || c[0].kind == SHELL_LOOK ||
        c[0].kind == SHELL_SEARCH || c[0].kind == SHELL_COMMIT)
        return;
    shell_outcome(o->b->a, e, &c[0], &out);
    if (out.refused)
        return;
    if (c[0].writes.n && !out.failed) {
        s = push(o, STEP_EDIT, e);
        if (s)
            s->edit.path = path_in(o->b->root, c[0].writes);
        return;
    }
    if (c[0].kind == SHELL_NONE && (out.failed || !does_something(line)))
        return;
    s = push(o, c[0].kind == SHELL_NONE ? STEP_DO : STEP_RUN, e);
    if (!s)
        return;
    s->cmd = c[0];
    s->out = out;
    s->line = text_raw_line(o->b->a, line, SHOW_BYTES);
    if (out.failed && out.error.n)
        s->signature = signature_of(out.error, o->b->a);
    s->misused = out.failed && failure_is_misuse(out.error, c[0].show);
}

static void take_steps(const struct batch *b, struct steps *o)
{
    const struct ev **order = work_order(b);

    o->b = b;
    o->n = 0;
    o->s = arena_array(b->a, b->n < STEPS_MAX ? b->n + 1 : STEPS_MAX + 1,
                       sizeof(*o->s));
    for (size_t i = 0; i < b->n; i++) {
        const struct ev *e = order[i];

        if (e->kind != EV_TOOL && e->kind != EV_TOOL_FAILED)
            continue;
        if (str_eqz(e->tool, "Bash"))
            take_shell(o, e);
        else if (e->kind == EV_TOOL &&
                 (str_eqz(e->tool, "Edit") || str_eqz(e->tool, "Write") ||
                  str_eqz(e->tool, "MultiEdit") ||
                  str_eqz(e->tool, "NotebookEdit")))
            take_edit(o, e);
    }
}

/* --- from a failure to its end ---------------------------------------------------- */

static bool answers(const struct step *now, const struct step *bad)
{
    if (now->kind != STEP_RUN)
        return false;
    if (now->cmd.key == bad->cmd.key)
        return true;
    return now->cmd.kind == bad->cmd.kind && shell_is_check(bad->cmd.kind) &&
           !now->cmd.narrow && !now->out.failed;
}

/* Does the error (2), or what was printed with it (1), speak of the file? */
static int speaks_of(const struct step *bad, struct str path)
{
    struct str base = str_base(path), text;
    ptrdiff_t dot = str_rchr(base, '.');

    if (base.n < 4)
        return 0;
    text = bad->ev->text;
    if (text.n == 0)
        text = json_str(json_path(bad->ev->payload, "tool_response.stdout"));
    if (str_find(bad->out.error, base) >= 0)
        return 2;
    /* "x_test.go" fails for "x.go". */
    base = dot > 3 ? str_cut(base, 0, (size_t)dot) : base;
    return str_find(text, base) >= 0 || str_find(bad->line, base) >= 0;
}

static int shared_words(struct str signature, struct str text)
{
    struct str w;
    int n = 0;

    while (str_split(&signature, ' ', &w))
        n += w.n > 3 && str_ifind(text, w) >= 0;
    return n;
}

/* What the error speaks of comes first. */
static void add_edit(struct ending *en, const struct step *s, int spoken,
                     struct str signature)
{
    size_t at = 0;

    for (size_t i = 0; i < en->nedits; i++)
        if (str_eq(en->edits[i].path, s->edit.path)) {
            int mine = shared_words(signature, s->edit.new_one);
            int best = shared_words(signature, en->edits[i].new_one);

            /* Of several changes the one that has the error's words, else
             * the largest: not the import that followed. */
            if (mine > best ||
                (mine == best && s->edit.new_one.n > en->edits[i].new_one.n)) {
                en->edits[i].old = s->edit.old;
                en->edits[i].new_one = s->edit.new_one;
            }
            return;
        }
    while (at < en->nedits && en->edits[at].spoken >= spoken)
        at++;
    en->more_edits += en->nedits == ENDING_EDITS;
    if (at == ENDING_EDITS)
        return;
    if (en->nedits < ENDING_EDITS)
        en->nedits++;
    for (size_t i = en->nedits - 1; i > at; i--)
        en->edits[i] = en->edits[i - 1];
    en->edits[at] = s->edit;
    en->edits[at].spoken = spoken;
}

static void add_command(struct ending *en, struct str line)
{
    for (size_t i = 0; i < en->ncommands; i++)
        if (str_eq(en->commands[i], line))
            return;
    if (en->ncommands < ENDING_COMMANDS)
        en->commands[en->ncommands++] = line;
}

/* What was done in between; false when nothing was, or too much. */
static bool gather(const struct steps *o, size_t bad, size_t good,
                   struct ending *en)
{
    const struct step *b = &o->s[bad];
    struct str other = STR_NONE;
    bool any_spoken = false;
    int others = 0;

    for (size_t i = bad + 1; i < good; i++) {
        const struct step *s = &o->s[i];

        if (s->kind == STEP_EDIT) {
            int spoken = speaks_of(b, s->edit.path);

            any_spoken |= spoken > 0;
            add_edit(en, s, spoken, b->signature);
        } else if (!s->out.failed &&
                   (s->kind == STEP_DO || s->cmd.kind == SHELL_INSTALL ||
                    s->cmd.kind == SHELL_FORMAT)) {
            add_command(en, s->line);
        } else if (!s->out.failed && s->cmd.kind == SHELL_OTHER &&
                   !str_eq(s->cmd.runner, b->cmd.runner) &&
                   str_find(s->line, STR("git stash")) < 0) {
            others++;
            other = s->line;
        }
    }
    /* Any command may have done it, when it was the only one. */
    if (en->nedits == 0 && en->ncommands == 0 && others == 1)
        add_command(en, other);
    if (en->nedits == 0 && en->ncommands == 0)
        return false;
    return any_spoken || en->nedits + en->more_edits <= FILES_TELL;
}

/* The command itself was wrong: the next one like it that worked. */
static size_t other_way(const struct steps *o, size_t bad)
{
    struct sketch a, b;

    sketch_of(o->s[bad].cmd.show, &a);
    for (size_t i = bad + 1; i < o->n && i <= bad + 4; i++) {
        const struct step *s = &o->s[i];

        if (s->kind != STEP_RUN || s->out.failed ||
            s->cmd.key == o->s[bad].cmd.key)
            continue;
        sketch_of(s->cmd.show, &b);
        if (sketch_alike(&a, &b))
            return i;
    }
    return 0;
}

/* Where the error was seen last, and the run that was rid of it. */
static bool find_end(struct steps *o, size_t first, size_t *last, size_t *good)
{
    *last = first;
    for (size_t i = first + 1; i < o->n && i - *last <= REACH; i++) {
        struct step *s = &o->s[i];

        if (!answers(s, &o->s[first]))
            continue;
        if (s->out.failed && str_eq(s->signature, o->s[first].signature)) {
            s->tried = true;
            *last = i;
            continue;
        }
        *good = i;
        return true;
    }
    return false;
}

static int64_t came_back(const struct steps *o, size_t good, struct str sig)
{
    for (size_t i = good; i < o->n; i++)
        if (o->s[i].kind == STEP_RUN && o->s[i].out.failed &&
            str_eq(o->s[i].signature, sig))
            return o->s[i].ev->id;
    return 0;
}

static void try_failure(struct steps *o, size_t i, struct endings *out)
{
    struct step *bad = &o->s[i];
    struct ending *en = &out->items[out->n];
    size_t last, good = 0;
    bool found;

    *en = (struct ending){0};
    if (out->n == ENDINGS_MAX || failure_is_ordinary(bad->out.error))
        return;
    if (bad->misused && (good = other_way(o, i)) > 0) {
        last = i;
        add_command(en, o->s[good].line);
        found = true;
    } else {
        found = find_end(o, i, &last, &good) && gather(o, last, good, en);
    }
    if (!found)
        return;
    en->signature = bad->signature;
    en->error = bad->out.error;
    en->command = bad->cmd.show;
    en->bad = o->s[last].ev->id;
    en->good = o->s[good].ev->id;
    en->time_ms = o->s[good].ev->time_ms;
    /* A wrong command that is tried again says nothing of the right one. */
    if (!bad->misused)
        en->back = came_back(o, good, bad->signature);
    out->n++;
}

static void add_failure(struct endings *out, const struct step *s)
{
    for (size_t i = 0; i < out->nfailures; i++)
        if (str_eq(out->failures[i].signature, s->signature))
            return;
    if (out->nfailures < ENDINGS_MAX)
        out->failures[out->nfailures++] =
            (struct failing){s->signature, s->ev->id, s->ev->time_ms};
}

void endings_find(const struct batch *b, struct endings *out)
{
    struct steps o;

    *out = (struct endings){
        .items = arena_array(b->a, ENDINGS_MAX + 1, sizeof(*out->items)),
        .failures = arena_array(b->a, ENDINGS_MAX, sizeof(*out->failures))};
    take_steps(b, &o);
    for (size_t i = 0; i < o.n; i++) {
        struct step *s = &o.s[i];

        if (s->kind != STEP_RUN || !s->out.failed || s->signature.n == 0)
            continue;
        add_failure(out, s);
        if (!s->tried)
            try_failure(&o, i, out);
    }
}
