/* stop.c - for Stop, SubagentStop, StopFailure. */
#include "base/common.h"

#include "hooks/hook.h"

int main(int argc, char **argv)
{
    return hook_main(HOOK_STOP, argc, argv);
}
