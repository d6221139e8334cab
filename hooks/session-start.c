/* session-start.c - for SessionStart: tells of it, prints the context block. */
#include "base/common.h"

#include "hooks/hook.h"

int main(int argc, char **argv)
{
    return hook_main(HOOK_SESSION_START, argc, argv);
}
