/* digest.c - see digest.h. */
#include "base/common.h"

#include "compress/digest.h"

bool observation_type_is_known(struct str type)
{
#define X(name, help)                                                          \
    if (str_eqz(type, name))                                                   \
        return true;
    OBSERVATION_TYPES(X)
#undef X
    return false;
}

bool observation_concept_is_known(struct str concept)
{
#define X(name)                                                                \
    if (str_eqz(concept, name))                                                \
        return true;
    OBSERVATION_CONCEPTS(X)
#undef X
    return false;
}

struct ev_name {
    const char *name;
    enum ev_kind kind;
    const char *text; /* the payload's member that is the event's text */
};

static const struct ev_name ev_names[] = {
    {"SessionStart", EV_SESSION_START, NULL},
    {"UserPromptSubmit", EV_PROMPT, "prompt"},
    {"PostToolUse", EV_TOOL, NULL},
    {"PostToolUseFailure", EV_TOOL_FAILED, "error"},
    {"Assistant", EV_ASSISTANT, "text"},
    {"Stop", EV_STOP, "last_assistant_message"},
    {"StopFailure", EV_STOP_FAILED, "last_assistant_message"},
    {"SubagentStart", EV_SUBAGENT_START, NULL},
    {"SubagentStop", EV_SUBAGENT_STOP, "last_assistant_message"},
    {"PreCompact", EV_PRE_COMPACT, "custom_instructions"},
    {"PostCompact", EV_POST_COMPACT, "compact_summary"},
    {"SessionEnd", EV_SESSION_END, NULL},
};

void ev_fill(struct ev *e, struct str name, const struct json *payload)
{
    e->kind = EV_OTHER;
    e->payload = payload;
    e->tool = json_get_str(payload, "tool_name");
    e->tool_use_id = json_get_str(payload, "tool_use_id");
    e->text = STR_NONE;
    for (size_t i = 0; i < ARRAY_LEN(ev_names); i++) {
        if (!str_eqz(name, ev_names[i].name))
            continue;
        e->kind = ev_names[i].kind;
        if (ev_names[i].text)
            e->text = json_get_str(payload, ev_names[i].text);
        break;
    }
    /* The client reports background work in the user's place. */
    if (e->kind == EV_PROMPT &&
        str_starts(str_trim(e->text), STR("<task-notification>")))
        e->kind = EV_NOTIFICATION;
    /* Compaction's own agent has no type; its text is the summary, which
     * PostCompact brings too. */
    if (e->kind == EV_SUBAGENT_STOP &&
        json_get(payload, "agent_type") != NULL &&
        json_get_str(payload, "agent_type").n == 0)
        e->kind = EV_OTHER;
    /* Some clients tell a failed tool only by a flag of the result. */
    if (e->kind == EV_TOOL && json_get_bool(payload, "_is_error"))
        e->kind = EV_TOOL_FAILED;
}
