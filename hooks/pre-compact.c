/* pre-compact.c - for PreCompact, PostCompact. */
#include "base/common.h"

#include "hooks/hook.h"

int main(int argc, char **argv)
{
    return hook_main(HOOK_PRE_COMPACT, argc, argv);
}
