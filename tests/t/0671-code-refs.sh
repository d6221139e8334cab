#!/bin/sh
# 0671-code-refs.sh - references resolved, and what is not known is not told.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export CMEM_PROVIDER=none
cmem="$BIN/cmem"
p=$dir/proj
mkdir -p "$p/py/pkg" "$p/c" "$p/js" "$p/go/store"
cat >"$p/py/pkg/__init__.py" <<'END'
def loads(s):
    return s
END
cat >"$p/py/pkg/tools.py" <<'END'
def clean(s):
    return s


def run(s):
    return clean(s)


class Base:
    def step(self):
        return self.inner()

    def inner(self):
        return 1
END
cat >"$p/py/other.py" <<'END'
def clean(s):
    return 2


class Kid:
    def append(self, x):
        pass
END
cat >"$p/py/main.py" <<'END'
import pkg
from pkg.tools import clean as tidy, Base
from pkg import tools


class Work(Base):
    def go(self, x, y):
        tidy(x)
        pkg.loads(x)
        tools.run(x)
        y.append(x)
        return only_here(x)


def only_here(x):
    return x


def unknown(x):
    clean(x)
END
cat >"$p/c/util.h" <<'END'
int util_twice(int n);
END
cat >"$p/c/util.c" <<'END'
#include "util.h"
static int local(int n) { return n; }
int util_twice(int n)
{
    return local(n) + local(n);
}
END
cat >"$p/c/main.c" <<'END'
#include "util.h"
static int local(int n) { return n + 1; }
int main(void)
{
    int (*f)(int) = local;
    puts("x");
    return util_twice(2) + local(1) + f(1);
}
END
printf 'int third(void) { return local(3); }\n' >"$p/c/third.c"
cat >"$p/js/a.mjs" <<'END'
export function shape(x) { return x; }
END
cat >"$p/js/b.mjs" <<'END'
import { shape as form } from './a.mjs';
import * as a from './a.mjs';
export function draw() { form(1); return a.shape(2); }
END
cat >"$p/go/store/a.go" <<'END'
package store

func Open() int { return helper() }
END
cat >"$p/go/store/b.go" <<'END'
package store

func helper() int { return 1 }
END
cat >"$p/go/main.go" <<'END'
package main

import "example.org/x/go/store"

func main() { store.Open() }
END
cd "$p" || exit 1
"$cmem" index >"$dir/out" 2>&1 || cat "$dir/out"


check "a call in the same file" said \
    '"file":"py/pkg/tools.py","line":6,"kind":"call","in":"run","resolved":"file"' \
    code refs py/pkg/tools.py:1
check "a method of one's own class" said \
    '"in":"Base.step","qualifier":"self","resolved":"file"' \
    code refs Base.inner
check "an import under another name is a use of the name" said \
    '"file":"py/main.py"' code refs Base
check "inheriting is told so" said '"kind":"inherit","in":"Work"' \
    code refs Base
check "by the module that was imported" said \
    '"qualified":"loads"' code callees Work.go
check "and by a module of a package" said '"qualified":"run"' code callees Work.go
check "said to be so" said '"resolved":"import"' code callees Work.go
check "a function below in the file" said '"qualified":"only_here"' \
    code callees Work.go
check "x.append is not the only append there is" unsaid \
    '"qualified":"Kid.append"' code callees Work.go
check "but may be" said '"qualified":"Kid.append"' \
    code callees Work.go --ambiguous
check "a name of two definitions is ambiguous, and counted" said \
    '"ambiguous":1' code callees unknown
check "and left out" said '"symbols":[]' code callees unknown
check "unless it is asked for" said '"resolved":"ambiguous"' \
    code callees unknown --ambiguous
check "C: by the header, the definition" said \
    '"qualified":"util_twice","kind":"function","file":"c/util.c"' \
    code callees c/main.c:5
check "what is static is of its own file" said \
    '"file":"c/main.c","line":2' code callees c/main.c:5
check "and of no other" unsaid '"file":"c/util.c","line":2' \
    code callees c/main.c:5
check "not even where there is no other" said '"symbols":[],"outside":1' \
    code callees third
check "a name given on is a use" said \
    '"line":5,"kind":"use"' code refs c/main.c:2
check "callers" said '"qualified":"main"' code callers util_twice
check "two calls away" said '"depth":2,"by":"util_twice"' \
    code callers c/util.c:2 --depth 2
check "JavaScript: a name imported as another" said \
    '"qualified":"draw"' code callers js/a.mjs:1
check "Go: hidden from others, not from the package's other file" said \
    '"qualified":"helper"' code callees store/a.go:3
check "and another package's by its name" said \
    '"resolved":"import"' code callees go/main.go:5
check "a cap says what it left out" said '"left_out":1' \
    code refs c/util.c:2 -n 1
check "a qualified name with its module" said '"name":"loads"' \
    code callers pkg.loads
check "calls out of the tree are counted" said '"outside":1' \
    code callees c/main.c:4
"$cmem" code refs nothing_is_called_so >"$dir/out" 2>&1
check "no such symbol" [ $? = 1 ]
done_testing
