/* origin.c - see origin.h. */
#include "base/common.h"

#include "compress/origin.h"

enum source {
    SOURCE_SAID, /* by the assistant, or nothing that tells */
    SOURCE_USER,
    SOURCE_WORK, /* an edit: the assistant's doing */
    SOURCE_TOOL,
    SOURCE_REPO,
    SOURCE_WEB,
    SOURCES
};

static bool tool_in(struct str tool, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eqz(tool, list[i]))
            return true;
    return false;
}

/* "curl https://...", but not of this machine. */
static bool fetches(struct str command)
{
    return (str_find(command, STR("curl ")) >= 0 ||
            str_find(command, STR("wget ")) >= 0) &&
           str_find(command, STR("://")) >= 0 &&
           str_find(command, STR("://localhost")) < 0 &&
           str_find(command, STR("://127.")) < 0 &&
           str_find(command, STR("://[::1]")) < 0;
}

/* Other programs' tools tell by their names. */
static bool is_web(struct str tool)
{
    static const char *const marks[] = {"web",    "fetch", "browser",
                                        "scrape", "crawl", "http"};

    if (str_eqz(tool, "WebFetch") || str_eqz(tool, "WebSearch"))
        return true;
    if (!str_starts(tool, STR("mcp__")))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_ifind(tool, str_of(marks[i])) >= 0)
            return true;
    return false;
}

static enum source source_of(const struct ev *e)
{
    static const char *const readers[] = {"Read", "Grep", "Glob", "LS",
                                          "NotebookRead"};
    static const char *const writers[] = {"Edit", "Write", "MultiEdit",
                                          "NotebookEdit"};
    static const char *const asks[] = {"AskUserQuestion", "ExitPlanMode"};

    if (e->kind == EV_PROMPT || e->kind == EV_PRE_COMPACT)
        return SOURCE_USER;
    if (e->kind != EV_TOOL && e->kind != EV_TOOL_FAILED)
        return SOURCE_SAID;
    if (is_web(e->tool) ||
        (str_eqz(e->tool, "Bash") &&
         fetches(json_str(json_path(e->payload, "tool_input.command")))))
        return SOURCE_WEB;
    if (tool_in(e->tool, asks, ARRAY_LEN(asks)))
        return SOURCE_USER;
    if (tool_in(e->tool, readers, ARRAY_LEN(readers)))
        return SOURCE_REPO;
    return tool_in(e->tool, writers, ARRAY_LEN(writers)) ? SOURCE_WORK
                                                         : SOURCE_TOOL;
}

static void count_sources(const struct batch *b, const struct draft *d,
                          size_t counts[SOURCES])
{
    for (size_t k = 0; k < d->nevents; k++)
        for (size_t i = 0; i < b->n; i++)
            if (b->evs[i].id == d->events[k])
                counts[source_of(&b->evs[i])]++;
}

const char *draft_origin(const struct batch *b, const struct draft *d)
{
    size_t n[SOURCES] = {0};

    if (str_eqz(d->origin, "user"))
        return "user";
    count_sources(b, d, n);
    if (n[SOURCE_WEB] && !n[SOURCE_USER] && !n[SOURCE_WORK] && !n[SOURCE_TOOL])
        return "web";
    if (!str_eqz(d->origin, "tool"))
        return "assistant";
    if (n[SOURCE_WEB])
        return "web";
    return n[SOURCE_REPO] && !n[SOURCE_TOOL] ? "repo" : "tool";
}
