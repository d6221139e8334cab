/*
 * ignore.c - fuzzer of lib/code/ignore: the first line is a path, the rest a
 * .gitignore. Nothing may be read past its end, and a path is in or out the
 * same way whatever stood before it.
 */
#include "base/common.h"

#include "code/ignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct str rest = {(const char *)data, n}, path;
    struct ignore g = {0};
    enum ignore_verdict v;
    size_t mark;

    if (!str_line(&rest, &path))
        return 0;
    ignore_push(&g, STR_NONE, rest);
    v = ignore_match(&g, path, false);
    mark = ignore_push(&g, STR("elsewhere"), STR("*\n!*\n"));
    ignore_pop(&g, mark);
    if (ignore_match(&g, path, false) != v)
        CM_BUG("a directory's rules stayed");
    ignore_match(&g, path, true);
    ignore_free(&g);
    return 0;
}
