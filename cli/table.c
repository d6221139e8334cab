/* table.c - the list of commands, in the order of help. See cmd.h. */
#include "base/common.h"

#include "cli/cmd.h"

#define CMDS(X)                                                                \
    X(search)                                                                  \
    X(browse)                                                                  \
    X(timeline)                                                                \
    X(show)                                                                    \
    X(history)                                                                 \
    X(graph)                                                                   \
    X(fix)                                                                     \
    X(sessions)                                                                \
    X(summary)                                                                 \
    X(context)                                                                 \
    X(why)                                                                     \
    X(why_not)                                                                 \
    X(stats)                                                                   \
    X(view)                                                                    \
    X(stale)                                                                   \
    X(blame)                                                                   \
    X(index)                                                                   \
    X(code_status)                                                             \
    X(code_search)                                                             \
    X(code_outline)                                                            \
    X(code_unfold)                                                             \
    X(code_symbols)                                                            \
    X(code_refs)                                                               \
    X(code_callers)                                                            \
    X(code_callees)                                                            \
    X(code_impact)                                                             \
    X(code_files)                                                              \
    X(code_map)                                                                \
    X(add)                                                                     \
    X(edit)                                                                    \
    X(pin)                                                                     \
    X(unpin)                                                                   \
    X(forget)                                                                  \
    X(export)                                                                  \
    X(install)                                                                 \
    X(uninstall)                                                               \
    X(on)                                                                      \
    X(off)                                                                     \
    X(import)                                                                  \
    X(status)                                                                  \
    X(doctor)                                                                  \
    X(logs)                                                                    \
    X(rebuild)                                                                 \
    X(serve)                                                                   \
    X(config)                                                                  \
    X(mcp)                                                                     \
    X(replay)                                                                  \
    X(eval)                                                                    \
    X(completion)                                                              \
    X(help)

#define CMD_DECLARE(name) extern const struct cmd cmd_##name;
CMDS(CMD_DECLARE)

#define CMD_ENTRY(name) &cmd_##name,
const struct cmd *const cmds[] = {CMDS(CMD_ENTRY)};
const size_t cmds_count = ARRAY_LEN(cmds);

const struct param cmd_globals[] = {
    {"json", 0, PARAM_BOOL, 0, NULL, "print JSON, for programs"},
    {"color", 0, PARAM_STR, 0, "WHEN", "auto, always or never"},
    {"no-pager", 0, PARAM_BOOL, 0, NULL, "do not page long output"},
    {"help", 'h', PARAM_BOOL, 0, NULL, "explain the command"},
};
const size_t cmd_globals_count = ARRAY_LEN(cmd_globals);

const struct cmd *cmd_find(struct str name)
{
    for (size_t i = 0; i < cmds_count; i++)
        if (str_eqz(name, cmds[i]->name))
            return cmds[i];
    return NULL;
}

static const struct op *op_of(const struct cmd *cmd)
{
    return cmd->run && !cmd->run_with ? NULL : op_find(str_of(cmd->name));
}

const struct param *cmd_params(const struct cmd *cmd, size_t *n)
{
    const struct op *op = op_of(cmd);

    *n = op ? op->nparams : cmd->nparams;
    return op ? op->params : cmd->params;
}

const char *cmd_about(const struct cmd *cmd)
{
    const struct op *op = op_of(cmd);

    return op && !cmd->summary ? op->summary : cmd->summary;
}
