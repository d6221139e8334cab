#!/bin/sh
# build-deps.sh build|check - Debian packages that are missing, installed.
#
# As root, or with sudo that asks nothing, installs them; otherwise prints the
# exact line to run and fails.
set -eu
mode=${1:-build}
missing=

need() { # need PACKAGE TEST...
    package=$1
    shift
    "$@" >/dev/null 2>&1 || missing="$missing $package"
}
header() { # header PACKAGE FILE: is it where the compiler looks?
    need "$1" sh -c "printf '#include <%s>\n' '$2' | ${CC:-cc} -E -x c - "
}

need gcc command -v "${CC:-cc}"
need libc6-dev test -e /usr/include/stdio.h
need make command -v make
need musl-tools command -v musl-gcc
if [ -z "$missing" ]; then
    header libuv1-dev uv.h
    header libcurl4-openssl-dev curl/curl.h
    header libcjson-dev cjson/cJSON.h
    header libncurses-dev term.h
else
    missing="$missing libuv1-dev libcurl4-openssl-dev libcjson-dev libncurses-dev"
fi
need node-llhttp test -e "${LLHTTP:-/usr/share}/llhttp/llhttp.c"
need npm command -v npm
need git command -v git
if [ "$mode" = check ]; then
    need nodejs command -v node
    need tmux command -v tmux
    need curl command -v curl
    need procps command -v pgrep
    need util-linux command -v script
    [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null ||
        echo 99)" -ge 18 ] || missing="$missing nodejs"
fi
[ -n "$missing" ] || exit 0

line="apt-get install -y --no-install-recommends$missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "cmem needs these packages (Debian's names):$missing" >&2
    exit 1
fi
if [ "$(id -u)" = 0 ]; then
    run=
elif sudo -n true 2>/dev/null; then
    run=sudo
else
    echo "cmem needs packages that are not installed. Run this, then make" \
        "again:" >&2
    echo "    sudo $line" >&2
    exit 1
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$run apt-get update -qq && $run $line >/dev/null
