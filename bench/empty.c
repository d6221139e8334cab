/* empty.c - the least a hook can do: read its input to the end, and leave. */
#include <unistd.h>

static char block[65536];

int main(void)
{
    while (read(0, block, sizeof(block)) > 0)
        ;
    return 0;
}
