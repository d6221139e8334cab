#!/bin/sh
# 0710-viewer.sh - the web viewer's files: what they are, and who gets them.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

"$BIN/cmem" view --no-open >"$dir/view"
check "cmem view prints the address with the token behind a #" \
    grep -Eqx 'http://127\.0\.0\.1:[0-9]+/#token=[0-9a-f]{64}' "$dir/view"
url=$(cat "$dir/view")
at=${url%%/#*}
token=${url##*=}
check "the token is the file's" test "$token" = "$(cat "$CMEM_HOME/http.token")"
check "--json says the same" sh -c \
    '"$1/cmem" view --no-open --json | grep -q "\"opened\":false"' - "$BIN"
unset DISPLAY WAYLAND_DISPLAY BROWSER 2>/dev/null || true
check "without a display it is printed, too" \
    sh -c '"$1/cmem" view | grep -q "/#token="' - "$BIN"

# A browser that writes down what it was told to open.
cat >"$dir/browser" <<'END'
#!/bin/sh
printf '%s\n' "$1" >"$HOME/opened.part" && mv "$HOME/opened.part" "$HOME/opened"
END
chmod +x "$dir/browser"
BROWSER="$dir/browser" "$BIN/cmem" view >"$dir/view"
check "a browser is given the address" wait_for 10 grep -qx "$url" "$dir/opened"
check "and the terminal is not told the token" \
    sh -c '! grep -q token "$1"' - "$dir/view"
BROWSER="$dir/none" "$BIN/cmem" view >"$dir/view"
check "one that is not there: the address is printed" \
    grep -qx "$url" "$dir/view"

fetch() { # fetch PATH CURL-OPTION...: head in $dir/head, body in $dir/body
    path=$1
    shift
    curl -s -m 10 -D "$dir/head" -o "$dir/body" "$@" "$at$path"
}
auth() { fetch "$1" -H "Authorization: Bearer $token"; }
head_has() { tr -d '\r' <"$dir/head" | grep -qi "$1"; }

for f in "$root"/viewer/*.html "$root"/viewer/*.css "$root"/viewer/*.js \
    "$root"/viewer/*.svg; do
    file=${f##*/}
    case $file in
    *.html) type=text/html ;;
    *.css) type=text/css ;;
    *.js) type=text/javascript ;;
    *.svg) type=image/svg+xml ;;
    esac
    auth "/viewer/$file"
    check "$file is served whole" cmp "$f" "$dir/body"
    check "$file is $type" head_has "^content-type: $type"
    fetch "/viewer/$file" -H 'Accept: */*'
    check "$file is not for everybody" head_has '^HTTP/1.1 401 '
done

auth /
check "the page stands at /" cmp "$root/viewer/index.html" "$dir/body"
for part in "default-src 'none'" "script-src 'self'" "style-src 'self'" \
    "require-trusted-types-for 'script'" "frame-ancestors 'none'"; do
    check "its policy has $part" head_has "^content-security-policy:.*$part"
done
check "its policy allows nothing inline" \
    sh -c '! grep -qi "unsafe" "$1"' - "$dir/head"
check "no page of it has inline script or style" \
    sh -c '! grep -Eqi "<script>|<style|style=|[[:blank:]]on[a-z]+=" "$1"' - "$dir/body"
check "nothing in it parses HTML" sh -c \
    '! grep -nE "innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(" \
        "$1"/viewer/*.js' - "$root"
check "nothing in it is from elsewhere" sh -c \
    '! grep -nE "https?://" "$1"/viewer/* | grep -v "www.w3.org/2000/svg"' \
    - "$root"

fetch / -H 'Accept: text/html,*/*;q=0.8'
check "without the token a browser gets the door" head_has '^HTTP/1.1 401 '
check "which holds nothing" sh -c '! grep -q "/viewer/" "$1"' - "$dir/body"
fetch /viewer/api/settings
check "settings are not for everybody" head_has '^HTTP/1.1 401 '

fetch /api/v1/session -X POST -H "Authorization: Bearer $token" \
    -H "Origin: $at"
check "the token is exchanged for a cookie" head_has '^HTTP/1.1 204 '
check "that scripts cannot read" \
    head_has '^set-cookie: cmem_session=.*HttpOnly; SameSite=Strict'
cookie=$(tr -d '\r' <"$dir/head" | sed -n 's/^[Ss]et-[Cc]ookie: \([^;]*\).*/\1/p')
fetch / -H "Cookie: $cookie" -H 'Sec-Fetch-Site: none'
check "with the cookie the page is there" \
    cmp "$root/viewer/index.html" "$dir/body"
fetch /viewer/api/health -H "Cookie: $cookie" -H 'Sec-Fetch-Site: same-origin'
check "and what it asks" grep -q '"waiting_events":' "$dir/body"
fetch /viewer/api/settings -H "Cookie: $cookie" \
    -H 'Sec-Fetch-Site: same-origin'
check "settings are those of cmem config" sh -c \
    'grep -q "{\"name\":\"context_tokens\",\"value\":\"[0-9]*\",\"origin\":\"default\"" "$1"' \
    - "$dir/body"
fetch /viewer/app.js -H "Cookie: $cookie" -H 'Sec-Fetch-Site: cross-site'
check "a page of others gets nothing with it" head_has '^HTTP/1.1 403 '
auth /viewer/nothing.js
check "a file that there is not" head_has '^HTTP/1.1 404 '
auth /viewer/..%2findex.html
check "nor one with a path" head_has '^HTTP/1.1 404 '
done_testing
