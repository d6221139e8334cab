/* rules_ask.c - see rules_ask.h. */
#include "base/common.h"

#include "compress/rules_ask.h"
#include "compress/rules_said.h"
#include "compress/rules_text.h"

#define LINE_BYTES  200
#define TITLE_BYTES 110
#define WHY_BYTES   280

/* --- taking off what the client put on ------------------------------------- */

/* Elements that the client writes into prompts, by the start of their names. */
static const char *const wrappers[] = {"command-",
                                       "local-command-",
                                       "system-reminder",
                                       "ide_",
                                       "bash-",
                                       "task-notification",
                                       "user-prompt-submit-hook",
                                       "session-start-hook",
                                       "teammate-message",
                                       "user-memory-input",
                                       "persisted-output",
                                       "post-tool-use-hook"};

/* Whole prompts that no person wrote. */
static const char *const machine[] = {
    "This session is being continued from a previous conversation",
    "Base directory for this skill:",
    "Operation stopped by hook",
    "Caveat: The messages below were",
    "Stop hook feedback:",
    "Unknown skill:",
    "Unknown slash command",
    "<task-notification>",
    "API Error",
    "Your task is to create a detailed",
    "Warmup"};

/* Commands of the client itself: they ask for nothing. */
static const char *const client_commands[] = {
    "/clear",        "/compact", "/model",   "/exit",           "/quit",
    "/mcp",          "/config",  "/help",    "/cost",           "/login",
    "/logout",       "/status",  "/resume",  "/plugin",         "/hooks",
    "/agents",       "/memory",  "/context", "/rewind",         "/usage",
    "/ide",          "/doctor",  "/vim",     "/theme",          "/permissions",
    "/export",       "/bug",     "/add-dir", "/terminal-setup", "/statusline",
    "/output-style", "/fast",    "/rename",  "/todos",          "/tasks"};

static bool is_any(struct str s, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(s, list[i]))
            return true;
    return false;
}

/* The client's element at the start of s: its length and its content. */
static size_t wrapper_at(struct str s, struct str *name, struct str *content)
{
    size_t n = 1, known = 0;
    ptrdiff_t open, close;
    char end[48];

    while (n < s.n && (is_alnum(s.p[n]) || s.p[n] == '-' || s.p[n] == '_'))
        n++;
    *name = str_cut(s, 1, n);
    for (size_t i = 0; i < ARRAY_LEN(wrappers); i++)
        known += str_starts(*name, str_of(wrappers[i]));
    if (!known || name->n > 40)
        return 0;
    open = str_chr(s, '>');
    if (open < 0)
        return 0;
    snprintf(end, sizeof(end), "</%.*s>", STR_ARG(*name));
    close = str_find(s, str_of(end));
    if (close < open) { /* never closed: it goes to the end */
        *content = STR_NONE;
        return s.n;
    }
    *content = str_trim(str_cut(s, (size_t)open + 1, (size_t)close));
    return (size_t)close + strlen(end);
}

/* "[Request interrupted by user]", "[Image #1]", "[Pasted text #2 +9 lines]" */
static size_t mark_at(struct str s, bool *interrupted)
{
    ptrdiff_t end = str_chr(s, ']');

    if (end < 0 || end > 80)
        return 0;
    if (str_starts(s, STR("[Request interrupted"))) {
        *interrupted = true;
        return (size_t)end + 1;
    }
    if (str_starts(s, STR("[Image")) || str_starts(s, STR("[Pasted")))
        return (size_t)end + 1;
    return 0;
}

static void own_words(struct arena *a, struct str prompt, struct ask *out)
{
    struct buf b;
    struct str name, content, cmd = STR_NONE, args = STR_NONE;
    size_t i = 0, n;

    buf_init(&b, prompt.n + 256);
    while (i < prompt.n) {
        struct str s = str_cut(prompt, i, prompt.n);

        if (s.p[0] == '<' && (n = wrapper_at(s, &name, &content)) != 0) {
            if (str_eqz(name, "command-name"))
                cmd = content;
            if (str_eqz(name, "command-args"))
                args = content;
            i += n;
        } else if (s.p[0] == '[' && (n = mark_at(s, &out->interrupted)) != 0) {
            i += n;
        } else {
            buf_addc(&b, s.p[0]);
            i++;
        }
    }
    /* A command of a plugin or of the person is an order like any other. */
    if (cmd.n && !is_any(cmd, client_commands, ARRAY_LEN(client_commands))) {
        buf_adds(&b, cmd);
        buf_addc(&b, ' ');
        buf_adds(&b, args);
    }
    out->words = str_trim(arena_str(a, buf_str(&b)));
    buf_free(&b);
}

/* --- what is wanted ------------------------------------------------------------ */

static const char *const polite[] = {"can you please ",
                                     "could you please ",
                                     "can you ",
                                     "could you ",
                                     "can we ",
                                     "could we ",
                                     "please ",
                                     "pls ",
                                     "now ",
                                     "ok, ",
                                     "ok ",
                                     "okay, ",
                                     "okay ",
                                     "yes, ",
                                     "yes ",
                                     "yes. ",
                                     "yeah, ",
                                     "yeah ",
                                     "great, ",
                                     "great. ",
                                     "hmm, ",
                                     "hmm ",
                                     "hi ",
                                     "hey ",
                                     "so, ",
                                     "so ",
                                     "and ",
                                     "also ",
                                     "then ",
                                     "i want you to ",
                                     "i'd like you to ",
                                     "i'd like to ",
                                     "i would like to ",
                                     "i want to ",
                                     "let's ",
                                     "lets ",
                                     "we should ",
                                     "we need to ",
                                     "i think we should ",
                                     "i think we need to ",
                                     "i think ",
                                     "you should ",
                                     "perfect, ",
                                     "alright, ",
                                     "cool, ",
                                     "first, ",
                                     "next, ",
                                     "no, ",
                                     "well, ",
                                     "actually, ",
                                     "actually ",
                                     "but ",
                                     "nice, ",
                                     "good, ",
                                     "sure, ",
                                     "oh, ",
                                     "ah, ",
                                     "right, ",
                                     "just ",
                                     "in this repo, ",
                                     "i need you to ",
                                     "i want ",
                                     "help me ",
                                     "great ",
                                     "question: ",
                                     "q: ",
                                     "maybe ",
                                     "if that's the case ",
                                     "if so, ",
                                     "we have to ",
                                     "you can ",
                                     "i think you can ",
                                     "follow up: ",
                                     "follow-up: ",
                                     "oh ",
                                     "thanks, ",
                                     "thanks. ",
                                     "cool ",
                                     "nice ",
                                     "ah ",
                                     "again, ",
                                     "hmm... ",
                                     "yep, "};

static struct str without_politeness(struct str s)
{
    size_t before;

    do {
        before = s.n;
        s = str_trim(s);
        for (size_t i = 0; i < ARRAY_LEN(polite); i++) {
            size_t n = strlen(polite[i]);

            /* "We should be using x" is no order without its first words. */
            if (s.n > n + 8 && str_ieq(str_cut(s, 0, n), str_of(polite[i])) &&
                !str_starts(str_cut(s, n, s.n), STR("be "))) {
                s = str_cut(s, n, s.n);
                break;
            }
        }
        /* "Let's do Add tests", as when an offer is quoted back. */
        if (s.n > 12 && str_ieq(str_cut(s, 0, 3), STR("do ")) &&
            is_upper(s.p[3]))
            s = str_cut(s, 3, s.n);
    } while (s.n != before);
    return s;
}

/* The order: the first sentence that says something. */
static struct str order_of(struct arena *a, struct str words)
{
    struct sentences it = {.rest = words};
    struct str s, best = STR_NONE;

    for (int i = 0; i < 12 && sentences_next(&it, &s); i++) {
        s = without_politeness(s);
        if (said_is_pasted(s))
            continue;
        if (best.n == 0)
            best = s;
        if (text_count_words(s) >= 3 && !said_is_filler(s)) {
            best = s;
            break;
        }
    }
    return text_as_title(a, text_line(a, best, TITLE_BYTES));
}

/* Sentences run together until the limit; the items of a list that hang on
 * one of them ("Two things:") go with it. */
static struct str run_on(struct arena *a, struct str text, size_t max,
                         int sentences)
{
    struct sentences it = {.rest = text};
    bool hangs = false;
    struct buf b;
    struct str s, out;

    buf_init(&b, 4096);
    while (b.len < max && sentences_next(&it, &s)) {
        bool item = hangs && it.is_item;

        if (said_is_pasted(s) && b.len)
            continue;
        if (!item && sentences-- == 0)
            break;
        text_join(&b, item && b.data[b.len - 1] != ':' ? "; " : " ", s, 4000);
        hangs = item || str_ends(s, STR(":"));
    }
    while (b.len && (b.data[b.len - 1] == ':' || b.data[b.len - 1] == ' '))
        b.data[--b.len] = '\0';
    out = text_line(a, buf_str(&b), max);
    buf_free(&b);
    return out;
}

/* The section of a plan that says what it is for. */
static struct str plan_context(struct str plan)
{
    static const char *const heads[] = {"Context",  "Summary",  "Goal",
                                        "Problem",  "Overview", "Background",
                                        "Objective"};
    struct str rest = plan, line;

    while (str_line(&rest, &line)) {
        if (!str_starts(line, STR("## ")))
            continue;
        line = str_trim(str_cut(line, 3, line.n));
        for (size_t i = 0; i < ARRAY_LEN(heads); i++)
            if (str_starts(line, str_of(heads[i])))
                return rest;
    }
    return STR_NONE;
}

bool ask_plan(struct arena *a, struct str text, struct str *title,
              struct str *why)
{
    static const char *const labels[] = {"Plan:", "Implementation Plan:"};
    struct str rest = text, line;
    ptrdiff_t at = str_find(rest, STR("\n# "));

    if (str_starts(rest, STR("# ")))
        rest = str_cut(rest, 2, rest.n);
    else if (at >= 0)
        rest = str_cut(rest, (size_t)at + 3, rest.n);
    else
        return false;
    if (!str_line(&rest, &line))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(labels); i++)
        if (str_starts(line, str_of(labels[i])))
            line = str_cut(line, strlen(labels[i]), line.n);
    *title = text_as_title(a, text_line(a, line, TITLE_BYTES));
    *why = run_on(a, plan_context(rest), WHY_BYTES, 2);
    return title->n > 0;
}

static bool read_plan(struct arena *a, struct ask *out)
{
    if (!str_starts(out->words, STR("Implement the following plan")) &&
        !str_starts(out->words, STR("# Plan")))
        return false;
    out->is_plan = ask_plan(a, out->words, &out->title, &out->why);
    if (out->is_plan)
        out->line =
            arena_fmt(a, "Implement the plan \"%.*s\"", STR_ARG(out->title));
    return out->is_plan;
}

/* "2", "2.", "option 2", "B)" -> 2 */
static int choice_of(struct str words)
{
    struct str s = str_trim(words);
    static const char *const starts[] = {"option ", "let's go with ",
                                         "go with ", "approach "};

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (s.n > strlen(starts[i]) &&
            str_ieq(str_cut(s, 0, strlen(starts[i])), str_of(starts[i])))
            s = str_cut(s, strlen(starts[i]), s.n);
    if (s.n == 0 || s.n > 200)
        return 0;
    /* A digit or letter alone: "2px" and "Because" are neither. */
    if (s.n > 1 && !strchr(").,: \n", s.p[1]))
        return 0;
    if (s.p[0] >= '1' && s.p[0] <= '9')
        return s.p[0] - '0';
    if (s.p[0] >= 'A' && s.p[0] <= 'F' && (s.n == 1 || s.p[1] == ')'))
        return s.p[0] - 'A' + 1;
    return 0;
}

void ask_read(struct arena *a, struct str prompt, struct ask *out)
{
    struct str s = str_trim(prompt);

    *out = (struct ask){.choice = 0};
    for (size_t i = 0; i < ARRAY_LEN(machine); i++)
        if (str_starts(s, str_of(machine[i])))
            return;
    own_words(a, s, out);
    if (out->words.n == 0)
        return;
    if (out->words.p[0] == '/') {
        ptrdiff_t end = str_chr(out->words, ' ');

        if (is_any(str_cut(out->words, 0, end < 0 ? out->words.n : (size_t)end),
                   client_commands, ARRAY_LEN(client_commands))) {
            out->words = STR_NONE;
            return;
        }
    }
    if (read_plan(a, out))
        return;
    out->choice = choice_of(out->words);
    out->is_filler = said_is_filler(out->words);
    out->is_question = said_is_question(out->words);
    out->line = run_on(a, out->words, LINE_BYTES, 6);
    if (out->line.n == 0) /* nothing but code or a table */
        out->line = text_line(a, out->words, LINE_BYTES);
    out->title = order_of(a, out->words);
    if (out->title.n == 0)
        out->title = text_line(a, out->words, TITLE_BYTES);
}

struct str ask_option(struct arena *a, struct str offer, int choice)
{
    struct sentences it = {.rest = offer};
    struct str s, best = STR_NONE;
    char head[16];

    /* The last list counts: earlier ones may be findings. */
    while (choice && sentences_next(&it, &s))
        if (it.is_first && it.number == choice)
            best = s;
    if (best.n)
        return text_line(a, best, 120);
    /* "### Option 2: ..." or "B) ..." */
    snprintf(head, sizeof(head), "Option %d", choice);
    it = (struct sentences){.rest = offer};
    while (choice && sentences_next(&it, &s))
        if (str_find(it.heading, str_of(head)) >= 0)
            return text_line(a, it.heading, 120);
    return STR_NONE;
}
