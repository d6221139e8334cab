/*
 * test_file.h - is a file a test? By its path, as each language's own tools
 * and habits have it.
 *
 *   any        below a directory test, tests, __tests__, spec, specs, testing,
 *              testdata, e2e, unittests, androidTest (src/test has a test)
 *   python     test_*.py, *_test.py, conftest.py
 *   go         *_test.go
 *   js, ts     *.test.*, *.spec.*, *.cy.*
 *   java, ...  *Test, *Tests, *TestCase, *IT, Test*, *Spec of Java, Kotlin,
 *              Scala, Groovy, C#, Swift, PHP
 *   ruby       *_test.rb, *_spec.rb; the same ending in C, C++, Rust, Dart,
 *              Elixir, Erlang (_SUITE), Lua, Zig
 *   perl       *.t; bats: *.bats
 *
 * A symbol in a file that is none may be a test all the same: Rust's modules
 * called test or tests, and what the parser says is a test.
 */
#ifndef CMEM_CODE_TEST_FILE_H
#define CMEM_CODE_TEST_FILE_H

#include "base/common.h"
#include "base/str.h"

/* path: relative to the tree's top, or at least not through a directory above
 * it that happens to be called "test". */
bool code_is_test_file(struct str path);
/* kind: enum code_kind. Of a file that is no test itself. */
bool code_is_test_symbol(struct str language, struct str qualified, int kind);

#endif
