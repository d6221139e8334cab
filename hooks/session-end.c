/* session-end.c - for SessionEnd. */
#include "base/common.h"

#include "hooks/hook.h"

int main(int argc, char **argv)
{
    return hook_main(HOOK_SESSION_END, argc, argv);
}
