#!/bin/sh
# What is answered over HTTP, to whom, and what is refused.
. "$(dirname "$0")/../lib.sh"

with_sanitizers

"$BIN/cmem" config set idle_exit_s 600 >/dev/null
"$BIN/cmem" serve >"$dir/serve"
A=$(cat "$CMEM_HOME/http.address")
PORT=${A##*:}
T=$(cat "$CMEM_HOME/http.token")
AUTH="Authorization: Bearer $T"
JSON="Content-Type: application/json"
wrong=$(printf '%064d' 0)

# status CURL-ARGUMENT...: prints the status of the answer, its body in $dir/body.
status() {
    curl -s -m 20 -o "$dir/body" -w '%{http_code}\n' "$@"
}
is() { # is STATUS CURL-ARGUMENT...
    want=$1
    shift
    got=$(status "$@")
    [ "$got" = "$want" ] ||
        { echo "$got, not $want"; cat "$dir/body"; echo; false; }
}
CLIENT=$(dirname "$0")/../tools/http-client.mjs
client() { node "$CLIENT" "$@"; }

# --- where it listens, and what lies on the disk -------------------------------
check "serve says where, and that it is this machine only" \
    grep -q "^http://127.0.0.1:$PORT .*this machine only" "$dir/serve"
private() { [ "$(stat -c %a "$1")" = 600 ]; }
check "the token is the user's alone" private "$CMEM_HOME/http.token"
check "and so is the address" private "$CMEM_HOME/http.address"
hexport=$(printf '%04X' "$PORT")
check "it listens on 127.0.0.1" \
    grep -q "0100007F:$hexport 00000000:0000 0A" /proc/net/tcp
check "and nowhere else" sh -c "! grep -q '00000000:$hexport ' /proc/net/tcp \
    /proc/net/tcp6"

# --- the token -------------------------------------------------------------------
check "no token: 401" is 401 "$A/api/v1/ping"
check "whatever is asked" is 401 "$A/no/such/thing"
check "and by whatever method" is 401 -X DELETE "$A/api/v1/forget"
check "a preflight is no exception" is 401 -X OPTIONS "$A/api/v1/add" \
    -H "Origin: http://example.org" -H "Access-Control-Request-Method: POST"
check "a wrong token: 401" is 401 "$A/api/v1/ping" -H "Authorization: Bearer $wrong"
check "one that is too short: 401" is 401 "$A/api/v1/ping" \
    -H "Authorization: Bearer $(printf %.63s "$T")"
check "an empty one: 401" is 401 "$A/api/v1/ping" -H "Authorization: Bearer "
check "the token in the query is none: 401" is 401 "$A/api/v1/ping?token=$T"
check "two at once: 401" is 401 "$A/api/v1/ping" -H "$AUTH" -H "$AUTH"
check "a 401 tells nothing of what there is" sh -c "
    [ \"\$(curl -s $A/api/v1/ping)\" = \"\$(curl -s $A/nothing)\" ]"
check "Bearer lets in" is 200 "$A/api/v1/ping" -H "$AUTH"
check "Token lets in" is 200 "$A/api/v1/ping" -H "Authorization: Token $T"
check "X-API-Key lets in" is 200 "$A/api/v1/ping" -H "X-API-Key: $T"
curl -s -D "$dir/head" -o "$dir/page" -H "Accept: text/html,*/*;q=0.8" \
    "$A/" >/dev/null
check "a browser without a cookie gets the page that asks for one" \
    grep -q "api/v1/session" "$dir/page"
check "as a 401" grep -q "^HTTP/1.1 401" "$dir/head"

# --- Host and Origin -----------------------------------------------------------------
check "a name that points here is refused" is 403 "$A/api/v1/ping" -H "$AUTH" \
    -H "Host: rebind.example.org:$PORT"
check "and so is another port" is 403 "$A/api/v1/ping" -H "$AUTH" \
    -H "Host: 127.0.0.1:1"
check "and none" is 403 "$A/api/v1/ping" -H "$AUTH" -H "Host;"
check "localhost is fine" is 200 "$A/api/v1/ping" -H "$AUTH" \
    -H "Host: localhost:$PORT"
check "a foreign origin is refused" is 403 "$A/api/v1/ping" -H "$AUTH" \
    -H "Origin: http://example.org"
check "another port of this machine is foreign" is 403 "$A/api/v1/ping" \
    -H "$AUTH" -H "Origin: http://127.0.0.1:1"
check "the null origin is refused" is 403 "$A/api/v1/ping" -H "$AUTH" \
    -H "Origin: null"
check "its own is fine" is 200 "$A/api/v1/ping" -H "$AUTH" -H "Origin: $A"

# --- the cookie, and requests that pages of others make ---------------------------------
curl -s -D "$dir/head" -X POST "$A/api/v1/session" -H "$AUTH"
COOKIE=$(sed -n 's/^Set-Cookie: \([^;]*\);.*/\1/p' "$dir/head")
check "the cookie is HttpOnly and SameSite=Strict" \
    grep -q "^Set-Cookie: .*HttpOnly; SameSite=Strict" "$dir/head"
check "and is not the token" sh -c "! grep -q $T $dir/head"
check "it reads" is 200 "$A/api/v1/stats" -b "$COOKIE"
check "it is not the token, either, where that is asked" is 401 \
    "$A/api/v1/ping" -H "Authorization: Bearer ${COOKIE#*=}"
NOTE='{"text":"planted by somebody else"}'
check "a form of another page adds nothing: its origin" is 403 \
    "$A/api/v1/add" -b "$COOKIE" -H "Origin: http://127.0.0.1:1" \
    -H "Content-Type: text/plain" -d "$NOTE"
check "its null origin" is 403 "$A/api/v1/add" -b "$COOKIE" -H "Origin: null" \
    -H "$JSON" -d "$NOTE"
check "no origin at all" is 403 "$A/api/v1/add" -b "$COOKIE" -H "$JSON" -d "$NOTE"
check "Sec-Fetch-Site: same-site is another port" is 403 "$A/api/v1/add" \
    -b "$COOKIE" -H "Sec-Fetch-Site: same-site" -H "$JSON" -d "$NOTE"
check "nor may an image of another page be one of ours" is 403 \
    "$A/api/v1/stats" -b "$COOKIE" -H "Sec-Fetch-Site: same-site"
check "text/plain is no JSON, even with the token" is 415 "$A/api/v1/add" \
    -H "$AUTH" -H "Content-Type: text/plain" -d "$NOTE"
check "nothing was planted" sh -c "! '$BIN/cmem' search planted"
check "our own page may" is 200 "$A/api/v1/add" -b "$COOKIE" -H "Origin: $A" \
    -H "$JSON" -d '{"text":"The heron stands in the water"}'
check "and where there is only Sec-Fetch-Site" is 200 "$A/api/v1/add" \
    -b "$COOKIE" -H "Sec-Fetch-Site: same-origin" -H "$JSON" \
    -d '{"text":"The otter sleeps at noon"}'

# --- what every answer carries --------------------------------------------------------------
curl -s -D "$dir/head" -o /dev/null -H "$AUTH" -H "Origin: $A" "$A/api/v1/ping"
for h in "Content-Security-Policy: default-src 'none'" \
    "X-Content-Type-Options: nosniff" "Referrer-Policy: no-referrer" \
    "Cache-Control: no-store" "Cross-Origin-Resource-Policy: same-origin"; do
    check "every answer has $h" grep -q "^$h" "$dir/head"
done
check "and none of CORS" sh -c "! grep -qi access-control '$dir/head'"

# --- operations ---------------------------------------------------------------------------------
check "an operation by GET" is 200 "$A/api/v1/search?words=heron" -H "$AUTH"
check "gives what the terminal's --json gives" sh -c "
    '$BIN/cmem' search --json heron | grep -q 'heron' &&
    grep -q '\"title\":\"The heron stands in the water\"' '$dir/body'"
check "by POST" is 200 "$A/api/v1/search" -H "$AUTH" -H "$JSON" \
    -d '{"words":"heron","n":1}'
check "it found it" grep -q '"title":"The heron' "$dir/body"
check "numbers in the query are numbers" is 200 \
    "$A/api/v1/search?words=heron&n=1&since=7d" -H "$AUTH"
check "percent and plus are decoded" is 200 \
    "$A/api/v1/search?words=he%72on+water" -H "$AUTH"
check "and found" grep -q '"title":"The heron' "$dir/body"
check "an unknown parameter is an error that names it" is 400 \
    "$A/api/v1/search?words=x&colour=red" -H "$AUTH"
check "by name" grep -q "no parameter colour" "$dir/body"
check "a relative cwd is refused" is 400 "$A/api/v1/context?cwd=here" -H "$AUTH"
used() { # used TIMES: memory 1 was opened so often
    status -H "$AUTH" "$A/api/v1/show?ids=1&opened=false" >/dev/null
    grep -q "\"used\":{\"times\":$1," "$dir/body" ||
        { [ "$1" = 0 ] && ! grep -q '"used"' "$dir/body"; } ||
        { cat "$dir/body"; false; }
}
check "what was only looked at in passing was not opened" used 0
check "what is shown" is 200 "$A/api/v1/show?ids=%231&ids=999" -H "$AUTH"
check "was" used 1
check "by POST, too" is 200 "$A/api/v1/show" -H "$AUTH" -H "$JSON" \
    -d '{"ids":["1"]}'
check "and counts" used 2
check "in passing, by POST" is 200 "$A/api/v1/show" -H "$AUTH" -H "$JSON" \
    -d '{"ids":["1"],"opened":false}'
check "it does not" used 2
check "no other operation has it" is 400 "$A/api/v1/timeline?opened=false" \
    -H "$AUTH"
check "a memory that is not there" is 404 "$A/api/v1/history?id=999" -H "$AUTH"
check "an operation that is not there" is 404 "$A/api/v1/nothing" -H "$AUTH"
check "a change by GET" is 405 "$A/api/v1/add?text=x" -H "$AUTH"
check "a method of nobody's" is 405 -X PUT "$A/api/v1/ping" -H "$AUTH"
check "HEAD has no body" sh -c "
    curl -sI -H '$AUTH' '$A/api/v1/ping' | grep -q '^Content-Length: [1-9]'"
check "OPTIONS says what is allowed" sh -c "
    curl -si -X OPTIONS -H '$AUTH' '$A/api/v1/ping' | grep -q '^Allow: GET, HEAD'"
check "a body that is not JSON" is 400 "$A/api/v1/search" -H "$AUTH" -H "$JSON" \
    -d '{"words":'
check "a body that is a list" is 400 "$A/api/v1/search" -H "$AUTH" -H "$JSON" \
    -d '[1]'
check "a query that is not well formed" is 400 "$A/api/v1/search?words=%zz" \
    -H "$AUTH"
check "the description has every operation" is 200 "$A/api/v1/openapi.json" \
    -H "$AUTH"
check "search among them" grep -q '"/api/v1/search":{"get"' "$dir/body"
check "and is JSON" node -e '
    const d = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"));
    if (d.openapi !== "3.1.0" || d.paths["/api/v1/add"].get) process.exit(1);
    const ids = Object.values(d.paths).flatMap(Object.values)
        .map((o) => o.operationId);
    if (new Set(ids).size !== ids.length) process.exit(1);' "$dir/body"

# --- limits -----------------------------------------------------------------------------------------
head -c 20000 /dev/zero | tr '\0' a >"$dir/long"
check "a target that is too long" is 414 "$A/api/v1/$(cat "$dir/long")" -H "$AUTH"
check "headers that are too large" is 431 "$A/api/v1/ping" -H "$AUTH" \
    -H "X-Long: $(cat "$dir/long")"
head -c 9000000 /dev/zero >"$dir/large"
check "a body that is too large" is 413 "$A/api/v1/search" -H "$AUTH" -H "$JSON" \
    --data-binary "@$dir/large"
check "the same in chunks" is 413 "$A/api/v1/search" -H "$AUTH" -H "$JSON" \
    -H "Transfer-Encoding: chunked" --data-binary "@$dir/large"
check "without a token it is not even read" is 401 "$A/api/v1/search" -H "$JSON" \
    --data-binary "@$dir/large"

{ printf '{"words":"'; head -c 3000000 /dev/zero | tr '\0' x
    printf '","colour":1}'; } >"$dir/big"
check "a large one is parsed" is 400 "$A/api/v1/search" -H "$AUTH" -H "$JSON" \
    --data-binary "@$dir/big"
check "to its end" grep -q "no parameter colour" "$dir/body"
printf x >>"$dir/big"
check "and refused when it is not JSON" is 400 "$A/api/v1/search" -H "$AUTH" \
    -H "$JSON" --data-binary "@$dir/big"
check "as that" grep -q "not JSON" "$dir/body"

# --- the protocol ------------------------------------------------------------------------------------
check "keep-alive: three requests, one connection" sh -c "
    curl -sv -H '$AUTH' '$A/api/v1/ping' '$A/api/v1/ping' '$A/api/v1/ping' 2>&1 |
        grep -c 'Re-using existing connection' | grep -qx 2"
check "chunked bodies, with 100-continue" is 200 "$A/api/v1/search" -H "$AUTH" \
    -H "$JSON" -H "Transfer-Encoding: chunked" -H "Expect: 100-continue" \
    -d '{"words":"heron"}'
check "pipelined requests are answered in their order" \
    client pipeline "$PORT" "$T"
check "one that comes a byte at a time is served" client dribble "$PORT" "$T"

# refused NAME STATUS: raw bytes on stdin, \r\n as they stand
refused() {
    sed "s/TOKEN/$T/;s/PORT/$PORT/" >"$dir/raw"
    check "$1" sh -c "printf '%b' \"\$(cat '$dir/raw')\" |
        node '$CLIENT' raw $PORT |
        head -n 1 | grep -q '^HTTP/1.1 $2 '"
}
H='Host: 127.0.0.1:PORT\r\nAuthorization: Bearer TOKEN\r\n'
refused "two lengths" 400 <<EOF
POST /api/v1/search HTTP/1.1\r\n${H}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x
EOF
refused "a length and chunks" 400 <<EOF
POST /api/v1/search HTTP/1.1\r\n${H}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
EOF
refused "an encoding behind chunked" 400 <<EOF
POST /api/v1/search HTTP/1.1\r\n${H}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n
EOF
refused "a blank before the colon" 400 <<EOF
GET /api/v1/ping HTTP/1.1\r\n${H}X : y\r\n\r\n
EOF
refused "a NUL in a header" 400 <<EOF
GET /api/v1/ping HTTP/1.1\r\n${H}X: a\0b\r\n\r\n
EOF
refused "lines that end with LF alone" 400 <<EOF
GET /api/v1/ping HTTP/1.1\nHost: 127.0.0.1:PORT\nAuthorization: Bearer TOKEN\n\n
EOF
refused "and with CR alone" 400 <<EOF
GET /api/v1/ping HTTP/1.1\r\n${H}X: a\rContent-Length: 5\r\n\r\n
EOF
refused "chunks whose lines end with LF alone" 400 <<EOF
POST /api/v1/search HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n
EOF
refused "a length that is a list" 400 <<EOF
POST /api/v1/search HTTP/1.1\r\n${H}Content-Length: 2, 2\r\n\r\n{}
EOF
refused "HTTP/0.9" 505 <<EOF
GET /api/v1/ping HTTP/0.9\r\n${H}\r\n
EOF
refused "two Hosts" 401 <<EOF
GET /api/v1/ping HTTP/1.1\r\n${H}Host: evil\r\n\r\n
EOF
refused "a target with a host" 400 <<EOF
GET http://evil/api/v1/ping HTTP/1.1\r\n${H}\r\n
EOF
refused "CONNECT" 405 <<EOF
CONNECT 127.0.0.1:22 HTTP/1.1\r\n${H}\r\n
EOF
refused "HTTP/2 without asking" 400 <<EOF
PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n
EOF
refused "something else altogether" 400 <<EOF
hello there\r\n\r\n
EOF
refused "an upgrade is ignored" 200 <<EOF
GET /api/v1/ping HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n
EOF
check "a client that never ends its head is cut off, others are served" \
    client slow "$PORT" "$T"

# --- live ------------------------------------------------------------------------------------------------
curl -sN -m 60 -H "$AUTH" "$A/api/v1/events" >"$dir/live" &
live=$!
wait_for 10 grep -q "^retry:" "$dir/live"
printf '{"session_id":"s1","cwd":"/nowhere/heron","hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":"make"},"tool_response":{"stdout":"a private output"},"tool_use_id":"t1"}' |
    hook post-tool-use >/dev/null
"$BIN/cmem" add "A kingfisher dives" >/dev/null
check "a hook's event is told as it happens" \
    wait_for 10 grep -q '"name":"PostToolUse","tool":"Bash"' "$dir/live"
check "and a memory" wait_for 10 grep -q '"title":"A kingfisher dives"' "$dir/live"
check "not what the event said" sh -c "! grep -q 'private output' '$dir/live'"
id=$(sed -n 's/^id: //p' "$dir/live" | head -n 1)
kill "$live"
wait "$live" 2>/dev/null
curl -sN -m 60 -H "$AUTH" -H "Last-Event-ID: $id" "$A/api/v1/events" \
    >"$dir/again" &
live=$!
check "who comes again gets what came after the last that it had" \
    wait_for 10 grep -q '"title":"A kingfisher dives"' "$dir/again"
check "and that one not" sh -c "! grep -q '^id: $id\$' '$dir/again'"
kill "$live"
wait "$live" 2>/dev/null
check "an id of somebody else's is refused" is 400 "$A/api/v1/events" -H "$AUTH" \
    -H "Last-Event-ID: x"
check "more streams than there may be are refused" client streams "$PORT" "$T" 16

# --- crowds -------------------------------------------------------------------------------------------------
# A hook's process, from its start to its end; most of that is the machine's.
hooks() { client hooks "$BIN/cmem-hook-user-prompt" 100; }
events() {
    "$BIN/cmem" stats --json | sed -n 's/.*"totals":{[^}]*"events":\([0-9]*\).*/\1/p'
}
before=$(events)
echo "# hooks alone: $(hooks)"
node "$CLIENT" crowd "$PORT" "$T" 1000 >"$dir/crowd" 2>&1 &
crowd=$!
wait_for 20 grep -q "^here" "$dir/crowd"
check "a thousand connections: hooks are served meanwhile" hooks
echo "# hooks meanwhile: $(cat "$dir/.out")"
kill -USR1 "$crowd"
wait "$crowd"
crowded=$?
check "and who has the token is, too" [ "$crowded" = 0 ]
sed 's/^/# /' "$dir/crowd"
all_stored() { [ "$(events)" = $((before + 200)) ]; }
check "and all of the hooks' events are stored" wait_for 20 all_stored
"$BIN/cmem" config set http_rate 5 >/dev/null
check "too many requests: 429" client rate "$PORT" "$T"
"$BIN/cmem" config set http_rate 1000 >/dev/null

# --- on, off, over restarts ---------------------------------------------------------------------------------------
check "cmem status says where it is served" sh -c "
    '$BIN/cmem' status | grep -q '^http  *http://127.0.0.1:$PORT'"
check "the status as JSON" sh -c "
    '$BIN/cmem' serve --status --json | grep -q '\"serving\":true'"
"$BIN/cmem" serve --stop >/dev/null
check "off is off" sh -c "! curl -s '$A/api/v1/ping'"
check "and the address is gone" [ ! -e "$CMEM_HOME/http.address" ]
nothing() { "$BIN/cmem" serve --status >/dev/null; [ $? = 1 ]; }
check "the status then is 1" nothing
"$BIN/cmem" serve --port "$PORT" >/dev/null
check "on again at a given port, with the same token" is 200 "$A/api/v1/ping" \
    -H "$AUTH"
"$BIN/cmem" config set http on >/dev/null
"$BIN/cmem" config set http_port "$PORT" >/dev/null
kill_worker
"$BIN/cmem" add "Starts the worker anew" >/dev/null
check "the setting keeps it on over a restart" \
    wait_for 10 is 200 "$A/api/v1/ping" -H "$AUTH"
chmod 644 "$CMEM_HOME/http.token"
"$BIN/cmem" config set http off >/dev/null
"$BIN/cmem" serve --stop >/dev/null
"$BIN/cmem" serve --port "$PORT" >/dev/null
check "a token that others could read is made anew" is 401 "$A/api/v1/ping" \
    -H "$AUTH"
check "and private again" private "$CMEM_HOME/http.token"
check "a port that is taken is said" sh -c "
    '$BIN/cmem' serve --port 1 2>&1 | grep -q '127.0.0.1:1'"
"$BIN/cmem" uninstall --purge --yes >/dev/null
check "the token goes with everything else" [ ! -e "$CMEM_HOME/http.token" ]
done_testing
