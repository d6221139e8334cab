#!/bin/sh
# 0001-lint.sh - the rules of the house: see tests/lint.sh.
exec sh "$(dirname "$0")/../lint.sh"
