/* post-tool-use.c - for PostToolUse, PostToolUseFailure. */
#include "base/common.h"

#include "hooks/hook.h"

int main(int argc, char **argv)
{
    return hook_main(HOOK_POST_TOOL_USE, argc, argv);
}
