/* hook_rows.c - see hook_rows.h. */
#include "base/common.h"

#include "cli/hook_rows.h"

const struct hook_row hook_rows[] = {
    /* The context stays in the conversation over resume and fork: there the
     * start is only told of. */
    {"SessionStart", "session-start", "startup|clear|compact", NULL, 0},
    {"SessionStart", "session-start", "resume|fork", "--capture", 0},
    {"UserPromptSubmit", "user-prompt", NULL, NULL, 0},
    {"PostToolUse", "post-tool-use", NULL, NULL, 0},
    {"PostToolUseFailure", "post-tool-use", NULL, NULL,
     CLIENT_VERSION(2, 0, 76)},
    {"Stop", "stop", NULL, NULL, 0},
    {"StopFailure", "stop", NULL, NULL, CLIENT_VERSION(2, 1, 150)},
    {"SubagentStart", "user-prompt", NULL, NULL, CLIENT_VERSION(2, 0, 76)},
    {"SubagentStop", "stop", NULL, NULL, 0},
    {"PreCompact", "pre-compact", NULL, NULL, 0},
    {"PostCompact", "pre-compact", NULL, NULL, CLIENT_VERSION(2, 1, 150)},
    {"SessionEnd", "session-end", NULL, NULL, 0},
};
const size_t hook_rows_count = ARRAY_LEN(hook_rows);

static bool matches(const char *matcher, struct str source)
{
    struct str rest = str_of(matcher), word;

    if (!matcher)
        return true;
    while (str_split(&rest, '|', &word))
        if (str_eq(word, source))
            return true;
    return false;
}

const struct hook_row *hook_row_for(struct str event, struct str source)
{
    const struct hook_row *first = NULL;

    for (size_t i = 0; i < hook_rows_count; i++) {
        if (!str_eqz(event, hook_rows[i].event))
            continue;
        if (matches(hook_rows[i].matcher, source))
            return &hook_rows[i];
        if (!first)
            first = &hook_rows[i];
    }
    return first;
}
