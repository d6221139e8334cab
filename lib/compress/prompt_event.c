/* prompt_event.c - see prompt_event.h. */
#include "base/common.h"

#include "compress/prompt_event.h"

/*
 * Allowances in bytes at 100 percent. They come from real sessions: with
 * these a turn of sixty tools takes some 20 KB, most of it diffs, failures
 * and what people said, which is where memories come from.
 */
enum {
    SAY_USER = 3000,
    SAY_ASSISTANT = 700,
    SAY_LAST = 2400, /* the message that ends a turn sums it up */
    SAY_REPORT = 2000,
    SAY_PLAN = 3000,
    SAY_DIFF = 800,
    SAY_NEW_FILE = 500,
    SAY_COMMAND = 260,
    SAY_COMMIT = 900, /* commit and pull request texts give reasons */
    SAY_OUTPUT = 260,
    SAY_CHECK = 450, /* tests, builds: the tail has the verdict */
    SAY_LOOK = 120,  /* cat, ls, grep: seen, not made */
    SAY_FAILURE = 900,
    SAY_PAGE = 600,
    SAY_ARGS = 240,
    SAY_RESULT = 300,
};

static void header(struct show *s, const char *label, const char *what)
{
    buf_addf(s->out, "[%s] %s", label, what);
}

/* What a header ends with may be absent: no blank is left at its end. */
static void end_header(struct show *s)
{
    while (s->out->len && s->out->data[s->out->len - 1] == ' ')
        s->out->len--;
    buf_addc(s->out, '\n');
}

/* --- words of people and models ------------------------------------------ */

/* The inner text of <tag>...</tag> in s, or an empty slice. */
static struct str inside(struct str s, const char *tag)
{
    char open[48], close[48];
    ptrdiff_t from, to;

    snprintf(open, sizeof(open), "<%s>", tag);
    snprintf(close, sizeof(close), "</%s>", tag);
    from = str_find(s, str_of(open));
    if (from < 0)
        return STR_NONE;
    s = str_cut(s, (size_t)from + strlen(open), s.n);
    to = str_find(s, str_of(close));
    return str_trim(to < 0 ? s : str_cut(s, 0, (size_t)to));
}

/* The client writes its own slash commands into the user's place. */
static bool is_client_talk(struct str text)
{
    return str_starts(text, STR("<local-command")) ||
           str_starts(text, STR("<bash-std")) ||
           str_starts(text, STR("Caveat: The messages below"));
}

static bool is_command(struct str text)
{
    return str_starts(text, STR("<command-"));
}

/* After a compaction the client's own summary comes as a prompt. */
static bool is_carried_over(struct str text)
{
    return str_starts(text, STR("This session is being continued from"));
}

static void show_prompt(struct show *s, const struct ev *e, const char *label)
{
    struct str text = str_trim(e->text), args;

    if (is_carried_over(text)) {
        header(s, label, "SUMMARY BY THE CLIENT of what went before");
        end_header(s);
        show_text(s, text, SAY_REPORT, KEEP_ENDS);
        return;
    }
    if (!is_command(text)) {
        header(s, label, "USER");
        end_header(s);
        show_text(s, text, SAY_USER, KEEP_MOST);
        return;
    }
    header(s, label, "USER COMMAND ");
    show_inline(s, inside(text, "command-name"), 80);
    end_header(s);
    args = inside(text, "command-args");
    show_text(s, args, SAY_USER, KEEP_MOST);
}

static void show_notification(struct show *s, const struct ev *e,
                              const char *label)
{
    struct str result = inside(e->text, "result");

    header(s, label, "BACKGROUND TASK ");
    show_inline(s, inside(e->text, "status"), 40);
    buf_addc(s->out, ' ');
    show_inline(s, inside(e->text, "summary"), 240);
    end_header(s);
    show_text(s, result, SAY_REPORT, KEEP_MOST);
}

static void show_said(struct show *s, const struct ev *e, const char *label)
{
    static const struct {
        enum ev_kind kind;
        const char *who;
        size_t bytes;
    } rows[] = {
        {EV_ASSISTANT, "ASSISTANT", SAY_ASSISTANT},
        {EV_STOP, "ASSISTANT, ending the turn", SAY_LAST},
        {EV_STOP_FAILED, "TURN BROKE OFF", SAY_RESULT},
        {EV_SUBAGENT_STOP, "SUBAGENT REPORT", SAY_REPORT},
        {EV_POST_COMPACT, "SUMMARY BY THE CLIENT", SAY_PLAN},
        {EV_PRE_COMPACT, "USER, on what to keep", SAY_RESULT},
    };
    struct str error = json_get_str(e->payload, "error");

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (rows[i].kind != e->kind)
            continue;
        header(s, label, rows[i].who);
        if (e->kind == EV_STOP_FAILED && error.n) {
            buf_addz(s->out, ": ");
            show_inline(s, error, 80);
        }
        end_header(s);
        show_text(s, e->text, rows[i].bytes, KEEP_MOST);
    }
}

/* --- tools ---------------------------------------------------------------- */

struct call {
    struct str name;
    const struct json *in;
    const struct json *out;
    struct str error; /* of a call that failed */
    bool failed;
};

static struct str arg(const struct call *c, const char *key)
{
    return json_get_str(c->in, key);
}

/* A result's text, whatever form it has: a string, {content}, or an array of
 * blocks, of which the first one with text. */
static struct str result_text(const struct json *out)
{
    static const char *const keys[] = {"content", "result",  "text",
                                       "output",  "message", "task.output"};
    struct str text = json_str(out);

    if (json_is_array(out))
        return json_get_str(json_first(out), "text");
    for (size_t i = 0; i < ARRAY_LEN(keys) && text.n == 0; i++) {
        const struct json *v = json_path(out, keys[i]);

        text = json_str(v);
        if (json_is_array(v))
            text = json_get_str(json_first(v), "text");
    }
    return text;
}

static void show_failure(struct show *s, const struct call *c)
{
    show_text(s, c->error, SAY_FAILURE, KEEP_ENDS);
}

static void begin(struct show *s, const struct call *c, const char *label)
{
    buf_addf(s->out, "[%s] ", label);
    show_inline(s, c->name, 80);
    if (c->failed)
        buf_addz(s->out, " FAILED");
    buf_addc(s->out, ' ');
}

static void tool_read(struct show *s, const struct call *c)
{
    const struct json *file = json_get(c->out, "file");
    int64_t from = json_get_int(c->in, "offset", 0);
    int64_t lines = json_get_int(file, "numLines", 0);

    show_path(s, arg(c, "file_path"));
    if (from > 0 && lines > 0)
        buf_addf(s->out, " %lld-%lld", (long long)from,
                 (long long)(from + lines - 1));
    end_header(s);
}

/* Lines of a patch that changed something, with the place. */
static void show_patch(struct show *s, const struct json *patch)
{
    struct buf b;
    size_t most = show_allowance(s, SAY_DIFF) + 64;

    buf_init(&b, 64u * 1024u);
    for (const struct json *h = json_first(patch); h && b.len <= most;
         h = json_next(h)) {
        buf_addf(&b, "@@ %lld\n", (long long)json_get_int(h, "newStart", 0));
        for (const struct json *l = json_first(json_get(h, "lines"));
             l && b.len <= most; l = json_next(l)) {
            struct str line = json_str(l);

            if (line.n < 2 || (line.p[0] != '+' && line.p[0] != '-'))
                continue;
            buf_adds(&b, line);
            buf_addc(&b, '\n');
        }
    }
    show_text(s, buf_str(&b), SAY_DIFF, KEEP_HEAD);
    buf_free(&b);
}

static void put_marked(struct buf *b, char mark, struct str text)
{
    struct str line;

    while (str_line(&text, &line)) {
        buf_addc(b, mark);
        buf_adds(b, line);
        buf_addc(b, '\n');
    }
}

/* How much of both texts' beginnings is the same, in whole lines. */
static size_t same_lines(struct str x, struct str y)
{
    size_t n = x.n < y.n ? x.n : y.n, same = 0;

    for (size_t i = 0; i < n && x.p[i] == y.p[i]; i++)
        if (x.p[i] == '\n')
            same = i + 1;
    return same;
}

/* An edit whose result brought no patch: the lines that differ. */
static void show_old_new(struct show *s, struct str old, struct str text)
{
    size_t same = same_lines(old, text);
    struct buf b;

    buf_init(&b, 64u * 1024u);
    put_marked(&b, '-', str_cut(old, same, old.n));
    put_marked(&b, '+', str_cut(text, same, text.n));
    show_text(s, buf_str(&b), SAY_DIFF, KEEP_MOST);
    buf_free(&b);
}

static void tool_edit(struct show *s, const struct call *c)
{
    const struct json *patch = json_get(c->out, "structuredPatch");
    const struct json *edits = json_get(c->in, "edits");

    show_path(s, arg(c, "file_path"));
    if (json_get_bool(c->out, "userModified"))
        buf_addz(s->out, " (changed by the user before it was accepted)");
    end_header(s);
    if (c->failed)
        show_failure(s, c);
    else if (json_len(patch))
        show_patch(s, patch);
    else if (json_len(edits))
        for (const struct json *e = json_first(edits); e; e = json_next(e))
            show_old_new(s, json_get_str(e, "old_string"),
                         json_get_str(e, "new_string"));
    else
        show_old_new(s, arg(c, "old_string"), arg(c, "new_string"));
}

static void tool_write(struct show *s, const struct call *c)
{
    const struct json *patch = json_get(c->out, "structuredPatch");
    struct str content = arg(c, "content");
    size_t lines = content.n > 0;

    show_path(s, arg(c, "file_path"));
    for (size_t i = 0; i + 1 < content.n; i++)
        lines += content.p[i] == '\n';
    buf_addf(s->out, " (%s%zu lines)", json_len(patch) ? "" : "new, ", lines);
    end_header(s);
    if (c->failed)
        show_failure(s, c);
    else if (json_len(patch))
        show_patch(s, patch);
    else
        show_text(s, content, SAY_NEW_FILE, KEEP_HEAD);
}

static void tool_notebook(struct show *s, const struct call *c)
{
    show_path(s, arg(c, "notebook_path"));
    buf_addc(s->out, ' ');
    show_inline(s, arg(c, "edit_mode"), 20);
    end_header(s);
    if (c->failed)
        show_failure(s, c);
    else
        show_text(s, arg(c, "new_source"), SAY_NEW_FILE, KEEP_HEAD);
}

struct command_kind {
    const char *word;
    size_t command, output;
};

/* By the words a command holds, the first that fits; it need not be exact. */
static const struct command_kind command_kinds[] = {
    {"git commit", SAY_COMMIT, SAY_LOOK},
    {"gh pr create", SAY_COMMIT, SAY_OUTPUT},
    {"git diff", SAY_COMMAND, SAY_LOOK},
    {"git log", SAY_COMMAND, SAY_LOOK},
    {"git show", SAY_COMMAND, SAY_LOOK},
    {"git status", SAY_COMMAND, SAY_LOOK},
    {"git add", SAY_COMMAND, SAY_LOOK},
    {"gh pr view", SAY_COMMAND, SAY_PAGE},
    {"gh api", SAY_COMMAND, SAY_PAGE},
    {"test", SAY_COMMAND, SAY_CHECK},
    {"lint", SAY_COMMAND, SAY_CHECK},
    {"build", SAY_COMMAND, SAY_CHECK},
    {"bench", SAY_COMMAND, SAY_PAGE},
};
static const char *const looking[] = {"cat ",   "ls",    "head ", "tail ",
                                      "sed -n", "grep ", "rg ",   "find ",
                                      "wc ",    "pwd"};

static struct command_kind command_kind_of(struct str command)
{
    struct command_kind k = {NULL, SAY_COMMAND, SAY_OUTPUT};

    command = str_trim(command);
    for (size_t i = 0; i < ARRAY_LEN(looking); i++)
        if (str_starts(command, str_of(looking[i]))) {
            k.output = SAY_LOOK;
            return k;
        }
    for (size_t i = 0; i < ARRAY_LEN(command_kinds); i++)
        if (str_find(command, str_of(command_kinds[i].word)) >= 0)
            return command_kinds[i];
    return k;
}

/* What a shell command changed, as newer clients tell it. */
static void show_changed_files(struct show *s, const struct json *out)
{
    const struct json *list = json_path(out, "bashEditDiff.changedFiles");
    int n = 0;

    if (!json_len(list) || s->headers_only)
        return;
    buf_addz(s->out, " changed:");
    for (const struct json *f = json_first(list); f && n < 20;
         f = json_next(f), n++) {
        struct str path = json_str(f);

        buf_addc(s->out, ' ');
        show_path(s, path.n ? path : json_get_str(f, "filePath"));
    }
    end_header(s);
}

static void tool_bash(struct show *s, const struct call *c)
{
    struct str command = arg(c, "command");
    struct command_kind k = command_kind_of(command);
    struct str err = json_get_str(c->out, "stderr");

    /* The client's own remark after every command with a cd. */
    if (str_starts(err, STR("\nShell cwd was reset to")) ||
        str_starts(err, STR("Shell cwd was reset to")))
        err = STR_NONE;
    if (json_get_bool(c->out, "interrupted"))
        buf_addz(s->out, "interrupted ");
    if (json_get_str(c->out, "backgroundTaskId").n)
        buf_addz(s->out, "in the background ");
    end_header(s);
    show_labelled(s, "$ ", command, k.command, KEEP_MOST);
    if (c->failed) {
        show_failure(s, c);
        return;
    }
    show_text(s, json_get_str(c->out, "stdout"), k.output, KEEP_TAIL);
    show_labelled(s, "stderr: ", err, k.output, KEEP_TAIL);
    if (json_is_str(c->out))
        show_text(s, json_str(c->out), k.output, KEEP_TAIL);
    show_changed_files(s, c->out);
}

static void tool_search(struct show *s, const struct call *c)
{
    struct str where = arg(c, "path"), glob = arg(c, "glob");
    int64_t n = json_get_int(c->out, "numFiles", -1);
    int64_t lines = json_get_int(c->out, "numLines", -1);

    buf_addc(s->out, '"');
    show_inline(s, arg(c, "pattern"), 160);
    buf_addc(s->out, '"');
    if (where.n) {
        buf_addz(s->out, " in ");
        show_path(s, where);
    }
    if (glob.n) {
        buf_addc(s->out, ' ');
        show_inline(s, glob, 80);
    }
    if (n > 0)
        buf_addf(s->out, ": %lld files", (long long)n);
    else if (lines > 0)
        buf_addf(s->out, ": %lld lines", (long long)lines);
    else if (n == 0 && !c->failed)
        buf_addz(s->out, ": nothing");
    end_header(s);
}

static void tool_web(struct show *s, const struct call *c)
{
    struct str url = arg(c, "url");

    show_inline(s, url.n ? url : arg(c, "query"), 200);
    end_header(s);
    if (c->failed)
        show_failure(s, c);
    else
        show_text(s, result_text(c->out), SAY_PAGE, KEEP_HEAD);
}

static void tool_agent(struct show *s, const struct call *c)
{
    show_inline(s, arg(c, "subagent_type"), 60);
    buf_addz(s->out, ": ");
    show_inline(s, arg(c, "description"), 120);
    if (json_get_bool(c->out, "isAsync"))
        buf_addz(s->out, " (in the background)");
    end_header(s);
    show_labelled(s, "asked: ", arg(c, "prompt"), SAY_ARGS, KEEP_HEAD);
    if (c->failed)
        show_failure(s, c);
    else
        show_labelled(s, "report: ", result_text(c->out), SAY_REPORT,
                      KEEP_MOST);
}

static void tool_plan(struct show *s, const struct call *c)
{
    struct str plan = arg(c, "plan");

    if (plan.n == 0)
        plan = json_get_str(c->out, "plan");
    buf_addz(s->out, c->failed ? "(turned down)" : "(accepted)");
    end_header(s);
    show_text(s, plan, SAY_PLAN, KEEP_MOST);
    if (c->failed)
        show_failure(s, c);
}

static void tool_ask(struct show *s, const struct call *c)
{
    const struct json *answers = json_get(c->out, "answers");

    end_header(s);
    for (const struct json *q = json_first(json_get(c->in, "questions")); q;
         q = json_next(q))
        show_labelled(s, "asked: ", json_get_str(q, "question"), SAY_RESULT,
                      KEEP_HEAD);
    for (const struct json *a = json_first(answers); a; a = json_next(a))
        show_labelled(s, "USER answered: ", json_str(a), SAY_ASSISTANT,
                      KEEP_MOST);
    if (c->failed)
        show_failure(s, c);
    else if (!json_len(answers))
        show_text(s, result_text(c->out), SAY_ASSISTANT, KEEP_MOST);
}

static void tool_todo(struct show *s, const struct call *c)
{
    const struct json *todos = json_get(c->in, "todos");
    struct str subject = arg(c, "subject");
    const char *sep = "";

    if (subject.n) {
        show_inline(s, subject, 160);
    }
    for (const struct json *t = json_first(todos); t; t = json_next(t)) {
        struct str status = json_get_str(t, "status");

        buf_addf(s->out, "%s[%c] ", sep,
                 str_eqz(status, "completed")     ? 'x'
                 : str_eqz(status, "in_progress") ? '~'
                                                  : ' ');
        show_inline(s, json_get_str(t, "content"), 90);
        sep = "; ";
    }
    end_header(s);
}

static void tool_other(struct show *s, const struct call *c)
{
    struct buf b;

    end_header(s);
    /* Arguments are shown in part: no need to print all of a long one. */
    buf_init(&b, 64u * 1024u);
    if (json_len(c->in))
        json_print(c->in, &b, 0);
    show_labelled(s, "args ", buf_str(&b), SAY_ARGS, KEEP_MOST);
    buf_free(&b);
    if (c->failed)
        show_failure(s, c);
    else
        show_text(s, result_text(c->out), SAY_RESULT, KEEP_MOST);
}

static const struct {
    const char *name;
    void (*show)(struct show *s, const struct call *c);
    bool shows_failure; /* else the error is put behind */
} tools[] = {
    {"Read", tool_read, false},
    {"Edit", tool_edit, true},
    {"MultiEdit", tool_edit, true},
    {"Write", tool_write, true},
    {"NotebookEdit", tool_notebook, true},
    {"Bash", tool_bash, true},
    {"Grep", tool_search, false},
    {"Glob", tool_search, false},
    {"WebFetch", tool_web, true},
    {"WebSearch", tool_web, true},
    {"Task", tool_agent, true},
    {"Agent", tool_agent, true},
    {"ExitPlanMode", tool_plan, true},
    {"AskUserQuestion", tool_ask, true},
    {"TodoWrite", tool_todo, false},
    {"TaskCreate", tool_todo, false},
};

/* Bookkeeping of the client: nothing in it is worth a line. */
static const char *const silent_tools[] = {"TaskUpdate", "TaskList", "TaskGet",
                                           "ToolSearch", "ListMcpResources"};

static bool tool_matters(const struct ev *e)
{
    for (size_t i = 0; i < ARRAY_LEN(silent_tools); i++)
        if (str_eqz(e->tool, silent_tools[i]))
            return false;
    /* Called off because a call beside it failed: it never ran. */
    return e->tool.n > 0 && !str_eqz(json_get_str(e->payload, "tool_response"),
                                     "Sibling tool call errored");
}

static void show_tool(struct show *s, const struct ev *e, const char *label)
{
    struct call c = {.name = e->tool,
                     .in = json_get(e->payload, "tool_input"),
                     .out = json_get(e->payload, "tool_response"),
                     .error = e->text,
                     .failed = e->kind == EV_TOOL_FAILED};

    if (c.failed && c.error.n == 0)
        c.error = result_text(c.out);
    begin(s, &c, label);
    for (size_t i = 0; i < ARRAY_LEN(tools); i++) {
        if (!str_eqz(e->tool, tools[i].name))
            continue;
        tools[i].show(s, &c);
        if (c.failed && !tools[i].shows_failure)
            show_failure(s, &c);
        return;
    }
    tool_other(s, &c);
}

bool prompt_event_matters(const struct ev *e)
{
    struct str text = str_trim(e->text);

    switch (e->kind) {
    case EV_TOOL:
    case EV_TOOL_FAILED:
        return tool_matters(e);
    case EV_PROMPT:
        return text.n > 0 && !is_client_talk(text);
    case EV_NOTIFICATION:
    case EV_STOP_FAILED:
        return true;
    case EV_ASSISTANT:
    case EV_STOP:
    case EV_SUBAGENT_STOP:
    case EV_PRE_COMPACT:
    case EV_POST_COMPACT:
        return text.n > 0;
    case EV_OTHER:
    case EV_SESSION_START:
    case EV_SUBAGENT_START:
    case EV_SESSION_END:
        break;
    }
    return false;
}

void prompt_event(struct show *s, const struct ev *e, const char *label)
{
    switch (e->kind) {
    case EV_TOOL:
    case EV_TOOL_FAILED:
        show_tool(s, e, label);
        break;
    case EV_PROMPT:
        show_prompt(s, e, label);
        break;
    case EV_NOTIFICATION:
        show_notification(s, e, label);
        break;
    default:
        show_said(s, e, label);
    }
}
