#!/bin/sh
# 0710-viewer.sh - the web viewer's files: what they are, and who gets them.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

"$BIN/cmem" view --no-open >"$dir/view"
check "cmem view prints the address with a ticket behind a #" \
    grep -Eqx 'http://127\.0\.0\.1:[0-9]+/#ticket=[0-9a-f]{64}' "$dir/view"
url=$(cat "$dir/view")
at=${url%%/#*}
token=$(cat "$CMEM_HOME/http.token")
check "not with the token" sh -c '! grep -q "$1" "$2"' - "$token" "$dir/view"
check "--json says the same" sh -c \
    '"$1/cmem" view --no-open --json | grep -q "\"opened\":false"' - "$BIN"
unset DISPLAY WAYLAND_DISPLAY BROWSER 2>/dev/null || true
check "without a display it is printed, too" \
    sh -c '"$1/cmem" view | grep -q "/#ticket="' - "$BIN"

# A browser that writes down what it was told to open.
cat >"$dir/browser" <<'END'
#!/bin/sh
printf '%s\n' "$1" >"$HOME/opened.part" && mv "$HOME/opened.part" "$HOME/opened"
END
chmod +x "$dir/browser"
BROWSER="$dir/browser" "$BIN/cmem" view >"$dir/view"
check "a browser is given the address" \
    wait_for 10 grep -Eqx "$at/#ticket=[0-9a-f]{64}" "$dir/opened"
check "another one each time" sh -c '! grep -qx "$1" "$2"' - "$url" "$dir/opened"
check "and the terminal is not told the ticket" \
    sh -c '! grep -q ticket "$1"' - "$dir/view"
BROWSER="$dir/none" "$BIN/cmem" view >"$dir/view"
check "one that is not there: the address is printed" \
    grep -q "^$at/#ticket=" "$dir/view"

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
check "and says what to do" grep -q "run <code>cmem view</code>" "$dir/body"
check "its policy lets its own script and style be, and no other" head_has \
    "^content-security-policy:.*script-src 'sha256-[^;]*; style-src 'sha256-"
fetch /viewer/api/settings
check "settings are not for everybody" head_has '^HTTP/1.1 401 '


# --- tickets -----------------------------------------------------------------
ticket() { # a new one
    "$BIN/cmem" view --no-open | sed 's/.*#ticket=//'
}
open_with() { # open_with TICKET [CURL-OPTION...]
    t=$1
    shift
    fetch /api/v1/session -X POST -H "Authorization: Ticket $t" "$@"
}
t=$(ticket)
open_with "$t" -H 'Origin: http://example.org'
check "a page of others cannot use a ticket" head_has '^HTTP/1.1 403 '
fetch /api/v1/ping -H "Authorization: Ticket $t"
check "nor does it open anything but the door" head_has '^HTTP/1.1 401 '
fetch /api/v1/session -X DELETE -H "Authorization: Ticket $t"
check "in one way" head_has '^HTTP/1.1 401 '
open_with "$t" -H "Origin: $at"
check "it is exchanged for a cookie" head_has '^HTTP/1.1 204 '
check "which scripts cannot read" \
    head_has '^set-cookie: cmem_session=.*HttpOnly; SameSite=Strict'
open_with "$t" -H "Origin: $at"
check "once" head_has '^HTTP/1.1 401 '
check "and no cookie comes with the refusal" \
    sh -c '! grep -qi "^set-cookie" "$1"' - "$dir/head"
open_with "$(printf '%064d' 0)"
check "a wrong one is refused" head_has '^HTTP/1.1 401 '
open_with ''
check "and so is none" head_has '^HTTP/1.1 401 '
first=$(ticket)
second=$(ticket)
for i in 1 2 3 4 5 6 7; do ticket >/dev/null; done
open_with "$first"
check "of very many the oldest ends" head_has '^HTTP/1.1 401 '
open_with "$second"
check "and the others do not" head_has '^HTTP/1.1 204 '
t=$(ticket)
"$BIN/cmem" serve --stop >/dev/null
"$BIN/cmem" serve --port "${at##*:}" >/dev/null
open_with "$t"
check "none outlives what it was made for" head_has '^HTTP/1.1 401 '

fetch /api/v1/session -X POST -H "Authorization: Bearer $token" \
    -H "Origin: $at"
check "the token is exchanged for a cookie, too" head_has '^HTTP/1.1 204 '
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
    '[ "$("$1/cmem" config list --json)" = "$(cat "$2")" ]' - "$BIN" "$dir/body"

fetch /viewer/app.js -H "Cookie: $cookie" -H 'Sec-Fetch-Site: cross-site'
check "a page of others gets nothing with it" head_has '^HTTP/1.1 403 '
auth /viewer/nothing.js
check "a file that there is not" head_has '^HTTP/1.1 404 '
auth /viewer/..%2findex.html
check "nor one with a path" head_has '^HTTP/1.1 404 '
done_testing
