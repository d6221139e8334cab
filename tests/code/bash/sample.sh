#!/usr/bin/env bash
# What Bash can do to a parser.
source lib/base.sh
. ./other.sh

readonly LIMIT=16
export NAME="x"
declare -a items=(one two)
counter=0

# Adds two numbers.
# Prints the sum.
add() {
    local a=$1 b=$2
    echo $((a + b))
}

function draw {
    local out
    out=$(transform "$1" | sort -u)
    if ! check "$out"; then
        add 1 "$LIMIT" >&2
        return 1
    fi
    for i in "${items[@]}"; do
        visit "$i"
    done
}

function both() ( cd /tmp && draw x )

alias ll='ls -l'
trap cleanup EXIT
case "$1" in
start) draw "$@" ;;
*) usage ;;
esac
