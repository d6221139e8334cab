/* user-prompt.c - for UserPromptSubmit, SubagentStart. */
#include "base/common.h"

#include "hooks/hook.h"

int main(int argc, char **argv)
{
    return hook_main(HOOK_USER_PROMPT, argc, argv);
}
