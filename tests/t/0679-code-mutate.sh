#!/bin/sh
# 0679-code-mutate.sh - a line taken out of a query is missed by a sample: every
# twentieth; `make mutate-code` takes them all.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
mutate() {
    EVERY=20 TOOL="$TOOLS/code" CMEM_GRAMMARS="$BIN/../lib/cmem/grammars" \
        sh tests/code-mutate.sh
}
check "every line of a query that is taken out is missed" mutate
done_testing
