/* rules_tool.c - what one tool call did: see rules_work.h. */
#include "base/common.h"

#include "compress/rules_work.h"

/* --- files ------------------------------------------------------------------- */

static struct file_work *file_of(struct work *w, struct str full, size_t at)
{
    struct file_work *f;
    struct str path;

    if (full.n == 0)
        return NULL;
    path = path_in(w->b->root, full);
    for (size_t i = 0; i < w->nfiles; i++)
        if (str_eq(w->files[i].path, path))
            return &w->files[i];
    if (w->nfiles == w->max_files)
        return NULL;
    f = &w->files[w->nfiles++];
    f->full = full;
    f->path = text_raw_line(w->a, path, 300);
    f->ours = path_is_ours(w->b->root, full);
    f->first = f->last = at;
    return f;
}

void work_missed(struct work *w, const struct ev *e, size_t at)
{
    struct file_work *f;

    if (!str_eqz(e->tool, "Edit") && !str_eqz(e->tool, "MultiEdit"))
        return;
    f = file_of(w, json_str(json_path(e->payload, "tool_input.file_path")), at);
    if (f)
        f->misses++;
}

static void edited(struct work *w, struct file_work *f, size_t at)
{
    struct turn *t = w->nturns ? &w->turns[w->nturns - 1] : NULL;

    if (f->edits++ == 0)
        f->first = at;
    f->last = at;
    if (t)
        t->edits++;
}

/* The part of the file that holds the hunks: for definitions out of sight. */
static struct str known_text(const struct file_work *f,
                             const struct json *hunks)
{
    const struct json *lines = json_get(json_first(hunks), "lines");
    struct str s;
    int left = 4; /* lines that say it: then it is not there */

    for (const struct json *j = json_first(lines); j && left;
         j = json_next(j)) {
        s = json_str(j);
        if (s.n < 20 || s.p[0] == '+')
            continue;
        left--;
        for (size_t i = 0; i < f->ntexts; i++)
            if (str_find(f->text[i], str_trim(str_cut(s, 1, s.n))) >= 0)
                return f->text[i];
    }
    return f->ntexts ? f->text[0] : STR_NONE;
}

/* The last part of a qualified name; of two that end alike the last two. */
static struct str short_name(const struct ev *e, const struct ev_touch *t)
{
    struct str s = t->symbol, last = code_last_name(s);

    for (size_t i = 0; i < e->ntouches; i++)
        if (!str_eq(e->touches[i].symbol, s) &&
            str_eq(code_last_name(e->touches[i].symbol), last))
            return s;
    return last;
}

/* What people call by name; a key of a table, a rule of a style sheet or a
 * variable is seldom what a change was about. */
static bool is_spoken_of(const struct ev_touch *t)
{
    static const char *const not[] = {"key",   "selector", "element",
                                      "field", "member",   "variable",
                                      "constant", "property", ""};

    for (size_t i = 0; i < ARRAY_LEN(not); i++)
        if (str_eqz(t->kind, not[i]))
            return false;
    return t->modified && t->symbol.n;
}

/* Names that a parser found stand for those that lines look like; which of
 * them are new only the lines say. */
static void add_change(struct file_work *f, const struct ev *e,
                       const struct code_change *seen)
{
    bool exact = false;

    f->change.added += seen->added;
    f->change.removed += seen->removed;
    for (size_t i = 0; i < e->ntouches; i++) {
        struct str name;
        bool is_new = false;

        if (!is_spoken_of(&e->touches[i]))
            continue;
        name = short_name(e, &e->touches[i]);
        for (size_t k = 0; k < seen->nnames; k++)
            is_new = is_new || (seen->name[k].is_new &&
                                str_eq(seen->name[k].name,
                                       code_last_name(name)));
        code_add_name(&f->change, name, is_new);
        exact = true;
    }
    for (size_t k = 0; k < seen->nnames && !exact; k++)
        code_add_name(&f->change, seen->name[k].name, seen->name[k].is_new);
}

static void take_edit(struct work *w, const struct ev *e, size_t at)
{
    struct code_change seen = {0};
    const struct json *in = json_get(e->payload, "tool_input");
    const struct json *out = json_get(e->payload, "tool_response");
    const struct json *hunks = json_get(out, "structuredPatch");
    struct str path = json_get_str(in, "file_path");
    struct file_work *f;
    enum lang l;

    if (path.n == 0)
        path = json_get_str(in, "notebook_path");
    f = file_of(w, path, at);
    if (!f)
        return;
    edited(w, f, at);
    l = lang_of(f->path);
    if (json_len(hunks)) {
        code_read_patch(l, hunks, known_text(f, hunks), &seen);
        add_change(f, e, &seen);
        return;
    }
    code_read_texts(l, json_get_str(in, "old_string"),
                    json_get_str(in, "new_string"), &seen);
    for (const struct json *j = json_first(json_get(in, "edits")); j;
         j = json_next(j))
        code_read_texts(l, json_get_str(j, "old_string"),
                        json_get_str(j, "new_string"), &seen);
    add_change(f, e, &seen);
}

/* A plan that was written for the person to approve. */
static void take_plan(struct work *w, struct str text, size_t at)
{
    if (ask_plan(w->a, text, &w->plan, &w->plan_why))
        w->plan_at = at;
}

static void take_write(struct work *w, const struct ev *e, size_t at)
{
    const struct json *in = json_get(e->payload, "tool_input");
    const struct json *out = json_get(e->payload, "tool_response");
    struct str content = json_get_str(in, "content");
    struct str path = json_get_str(in, "file_path");
    struct code_change seen = {0};

    if (content.n == 0)
        content = json_get_str(out, "content");
    if (str_find(path, STR("/.claude/plans/")) >= 0)
        take_plan(w, content, at);
    if (str_eqz(json_get_str(out, "type"), "update") &&
        json_len(json_get(out, "structuredPatch"))) {
        take_edit(w, e, at);
        return;
    }
    struct file_work *f = file_of(w, path, at);

    if (!f)
        return;
    f->created = f->created || f->edits == 0;
    edited(w, f, at);
    code_read_texts(lang_of(f->path), STR_NONE, content, &seen);
    add_change(f, e, &seen);
}

static void take_read(struct work *w, const struct ev *e, size_t at)
{
    const struct json *in = json_get(e->payload, "tool_input");
    struct str text =
        json_str(json_path(e->payload, "tool_response.file.content"));
    struct file_work *f = file_of(w, json_get_str(in, "file_path"), at);

    if (!f)
        return;
    f->reads++;
    if (text.n && f->ntexts < FILE_TEXTS)
        f->text[f->ntexts++] = text;
    if (w->nturns)
        w->turns[w->nturns - 1].reads++;
}

/* --- searching and looking elsewhere ------------------------------------------------ */

static void add_note(struct work *w, struct note *list, size_t *n,
                     struct str text, size_t at)
{
    if (text.n == 0)
        return;
    for (size_t i = 0; i < *n; i++)
        if (str_eq(list[i].text, text))
            return;
    if (*n < WORK_NOTES)
        list[(*n)++] = (struct note){text, at};
    (void)w;
}

static void searched(struct work *w, struct str what, size_t at)
{
    add_note(w, w->searches, &w->nsearches, text_raw_line(w->a, what, 60), at);
    if (w->nturns)
        w->turns[w->nturns - 1].reads++;
}

static void outside(struct work *w, const char *what, struct str s, size_t at)
{
    s = text_line(w->a, s, 100);
    if (s.n)
        add_note(w, w->outside, &w->noutside,
                 arena_fmt(w->a, "%s \"%.*s\"", what, STR_ARG(s)), at);
}

static void take_search(struct work *w, const struct ev *e, size_t at)
{
    searched(w, json_str(json_path(e->payload, "tool_input.pattern")), at);
}

static void take_web(struct work *w, const struct ev *e, size_t at)
{
    const struct json *in = json_get(e->payload, "tool_input");

    outside(w, "web search", json_get_str(in, "query"), at);
    if (json_get_str(in, "url").n)
        outside(w, "page", json_get_str(in, "url"), at);
    if (w->nturns)
        w->turns[w->nturns - 1].reads++;
}

static void take_agent(struct work *w, const struct ev *e, size_t at)
{
    const struct json *in = json_get(e->payload, "tool_input");

    outside(w, "subagent", json_get_str(in, "description"), at);
    if (w->nturns)
        w->turns[w->nturns - 1].reads++;
}

/* mcp__server__verb_noun: named by the server, the verb and what it is about.
 * Reading is not told: only what changes something out there. */
static void take_mcp(struct work *w, const struct ev *e, size_t at)
{
    static const char *const verbs[] = {"create", "update", "add",    "delete",
                                        "send",   "post",   "write",  "set",
                                        "merge",  "close",  "comment"};
    static const char *const keys[] = {"title",   "name", "subject", "id",
                                       "issueId", "body", "query"};
    const struct json *in = json_get(e->payload, "tool_input");
    ptrdiff_t at2 = str_rchr(e->tool, '_');
    struct str rest = str_cut(e->tool, 5, e->tool.n), verb, s = STR_NONE;
    bool writes = false;

    if (w->nturns)
        w->turns[w->nturns - 1].reads++;
    at2 = str_find(rest, STR("__"));
    if (at2 < 0)
        return;
    verb = str_cut(rest, (size_t)at2 + 2, rest.n);
    for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
        writes = writes || str_find(verb, str_of(verbs[i])) >= 0;
    for (size_t i = 0; i < ARRAY_LEN(keys) && s.n == 0; i++)
        s = json_get_str(in, keys[i]);
    if (writes && e->kind == EV_TOOL && s.n)
        outside(w, arena_fmt(w->a, "%.*s", STR_ARG(verb)).p, s, at);
}

/* --- the shell ------------------------------------------------------------------------ */

/* What newer clients tell of files that a command changed. */
static void take_shell_diff(struct work *w, const struct json *diff, size_t at)
{
    struct file_work *f;
    int left = 64;

    for (const struct json *j = json_first(json_get(diff, "files"));
         j && left--; j = json_next(j)) {
        f = file_of(w, json_get_str(j, "filePath"), at);
        if (!f)
            continue;
        edited(w, f, at);
        code_read_patch(lang_of(f->path), json_get(j, "hunks"), STR_NONE,
                        &f->change);
    }
}

static void add_run(struct work *w, const struct shell_cmd *c,
                    const struct outcome *o, size_t at)
{
    struct run *r;

    if (w->nruns == w->max_runs)
        return;
    r = &w->runs[w->nruns++];
    *r = (struct run){.cmd = *c, .out = *o, .at = at};
    r->state = o->failed ? RUN_OPEN : RUN_DONE;
}

/* Reading by way of the shell. */
static void looked(struct work *w, const struct shell_cmd *c, size_t at)
{
    struct file_work *f;

    if (c->kind == SHELL_SEARCH) {
        searched(w, c->what, at);
        return;
    }
    if (lang_of(c->what) != LANG_NONE && !c->elsewhere &&
        (f = file_of(w, c->what, at)) != NULL)
        f->reads++;
    if (w->nturns)
        w->turns[w->nturns - 1].reads++;
}

static void take_shell(struct work *w, const struct ev *e, size_t at)
{
    const struct json *in = json_get(e->payload, "tool_input");
    struct shell_cmd c[SHELL_PARTS_MAX];
    struct outcome o, none = {.passed = -1, .failures = -1};
    size_t n = shell_read(w->a, w->b->root, json_get_str(in, "command"), c);

    if (c[0].writes.n && e->kind == EV_TOOL) {
        struct file_work *f = file_of(w, c[0].writes, at);

        if (f && f->ours)
            edited(w, f, at);
    } else if (c[0].kind == SHELL_SEARCH || c[0].kind == SHELL_LOOK) {
        looked(w, &c[0], at);
        return;
    }
    shell_outcome(w->a, e, &c[0], &o);
    take_shell_diff(w, json_path(e->payload, "tool_response.bashEditDiff"), at);
    if (o.refused || c[0].kind == SHELL_NONE)
        return;
    /* Which of several failed is not told: the name says them all. */
    if (o.failed && n > 1 && o.ntests == 0)
        c[0].kind = c[1].kind; /* the first of them, most likely */
    if (o.failed && n > 1)
        c[0].show = arena_fmt(w->a, "%.*s && %.*s", STR_ARG(c[1].show),
                              STR_ARG(c[0].show));
    add_run(w, &c[0], &o, at);
    for (size_t i = 1; i < n && !o.failed; i++)
        add_run(w, &c[i], &none, at);
    if (w->nturns)
        w->turns[w->nturns - 1].runs++;
}

/* --- todos and questions ------------------------------------------------------------------ */

static struct todo *todo_of(struct work *w, struct str id)
{
    for (size_t i = 0; i < w->ntodos; i++)
        if (str_eq(w->todos[i].id, id))
            return &w->todos[i];
    if (w->ntodos == WORK_TODOS)
        return NULL;
    w->todos[w->ntodos].id = id;
    return &w->todos[w->ntodos++];
}

static bool is_closed(struct str status)
{
    return str_eqz(status, "completed") || str_eqz(status, "deleted") ||
           str_eqz(status, "cancelled");
}

static void todo_changed(struct work *w)
{
    w->todo_turn = w->nturns;
}

/* The whole list is written anew each time. */
static void take_todos(struct work *w, const struct ev *e, size_t at)
{
    const struct json *list = json_path(e->payload, "tool_input.todos");
    struct todo *t;

    w->ntodos = 0;
    for (const struct json *j = json_first(list); j && w->ntodos < WORK_TODOS;
         j = json_next(j)) {
        t = &w->todos[w->ntodos++];
        *t = (struct todo){.text =
                               text_line(w->a, json_get_str(j, "content"), 140),
                           .done = is_closed(json_get_str(j, "status")),
                           .at = at};
        t->id = t->text;
    }
    todo_changed(w);
}

static void take_task(struct work *w, const struct ev *e, size_t at)
{
    const struct json *in = json_get(e->payload, "tool_input");
    struct str id = json_get_str(in, "taskId"), subject;
    struct str status = json_get_str(in, "status");
    struct todo *t;

    subject = json_get_str(in, "subject");
    if (id.n == 0)
        id = json_str(json_path(e->payload, "tool_response.task.id"));
    if (id.n == 0)
        id = subject;
    t = id.n ? todo_of(w, id) : NULL;
    if (!t)
        return;
    if (subject.n)
        t->text = text_line(w->a, subject, 140);
    if (status.n)
        t->done = is_closed(status);
    t->at = at;
    todo_changed(w);
}

/* Is the answer one of the options? Then the option's own text is it. */
static bool is_option(const struct json *question, struct str answer)
{
    for (const struct json *o = json_first(json_get(question, "options")); o;
         o = json_next(o))
        if (str_eq(json_get_str(o, "label"), answer))
            return true;
    return false;
}

/* A question about how to go on is not about the project. */
static bool is_procedure(struct str q)
{
    static const char *const marks[] = {"What would you like to do next",
                                        "proceed",
                                        "Can I ",
                                        "Should I commit",
                                        "next step",
                                        "ready to"};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_ifind(q, str_of(marks[i])) >= 0)
            return true;
    return false;
}

static void take_question(struct work *w, const struct ev *e, size_t at)
{
    const struct json *out = json_get(e->payload, "tool_response");
    const struct json *answers = json_get(out, "answers");
    const struct json *list = json_get(out, "questions");
    struct chosen *c;

    if (!list)
        list = json_path(e->payload, "tool_input.questions");
    for (const struct json *q = json_first(list);
         q && w->nchosen < WORK_CHOICES; q = json_next(q)) {
        struct str text = json_get_str(q, "question"), answer = STR_NONE;
        bool own;

        for (const struct json *j = json_first(answers); j; j = json_next(j))
            if (str_eq(json_key(j), text))
                answer = str_trim(json_str(j));
        own = !is_option(q, answer);
        if (answer.n == 0 || (!own && is_procedure(text)))
            continue;
        c = &w->chosen[w->nchosen++];
        *c = (struct chosen){.question = text_line(w->a, text, 200),
                             .answer = text_line(w->a, answer, 200),
                             .own_words = own,
                             .at = at};
    }
}

static void take_plan_mode(struct work *w, const struct ev *e, size_t at)
{
    take_plan(w, json_str(json_path(e->payload, "tool_input.plan")), at);
}

/* --- the table of tools ---------------------------------------------------------------------- */

static const struct {
    const char *tool;
    void (*take)(struct work *w, const struct ev *e, size_t at);
    bool also_failed; /* a failed call says something too */
} tools[] = {
    {"Edit", take_edit, false},
    {"MultiEdit", take_edit, false},
    {"NotebookEdit", take_edit, false},
    {"Write", take_write, false},
    {"Read", take_read, false},
    {"NotebookRead", take_read, false},
    {"Bash", take_shell, true},
    {"Grep", take_search, false},
    {"Glob", take_search, false},
    {"WebSearch", take_web, false},
    {"WebFetch", take_web, false},
    {"Task", take_agent, false},
    {"Agent", take_agent, false},
    {"TodoWrite", take_todos, false},
    {"TaskCreate", take_task, false},
    {"TaskUpdate", take_task, false},
    {"AskUserQuestion", take_question, false},
    {"ExitPlanMode", take_plan_mode, true},
};

void work_tool(struct work *w, const struct ev *e, size_t at)
{
    for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
        if (!str_eqz(e->tool, tools[i].tool))
            continue;
        if (e->kind == EV_TOOL || tools[i].also_failed)
            tools[i].take(w, e, at);
        return;
    }
    if (str_starts(e->tool, STR("mcp__")))
        take_mcp(w, e, at);
}
