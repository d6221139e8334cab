#!/bin/sh
# 0732-mem0-webhooks.sh - deliveries to webhooks outlive the worker.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"
. "$root/tests/t/mem0.inc"

"$BIN/cmem" config set idle_exit_s 600 >/dev/null
mkdir "$dir/work"
cd "$dir/work" || exit 1
serve() {
    "$BIN/cmem" serve >/dev/null
    A=$(cat "$CMEM_HOME/http.address")
    T=$(cat "$CMEM_HOME/http.token")
}
cat >"$dir/hook.cjs" <<'END_JS'
// hook.cjs DIR: notes each delivery, and takes it if DIR/open is there. Of
// /slow it answers nothing at all.
const fs = require('fs');
const dir = process.argv[2];
require('http').createServer((q, a) => {
    let b = '';
    q.on('data', (c) => b += c).on('end', () => {
        const took = fs.existsSync(dir + '/open');
        fs.appendFileSync(dir + (took ? '/took' : '/refused'),
            JSON.stringify({ path: q.url, ...JSON.parse(b) }) + '\n');
        a.statusCode = took ? 204 : 503;
        if (q.url !== '/slow')
            a.end();
    });
}).listen(0, '127.0.0.1', function () {
    fs.writeFileSync(dir + '/hook.port', String(this.address().port));
});
END_JS
node "$dir/hook.cjs" "$dir" & hook=$!
trap 'kill $hook 2>/dev/null; clean_up' EXIT
check "somebody listens" wait_for 10 test -s "$dir/hook.port"
W=/api/v1/webhooks
register() { # register NAME PATH EVENTS
    ask POST $W/projects/local/ '{"name":"'"$1"'","url":"http://127.0.0.1:'"$(
        cat "$dir/hook.port")$2"'","event_types":'"$3"'}'
}
lines() { cat "$1" 2>/dev/null | grep -c "${2:-.}"; }
at_least() { [ "$(lines "$2" "${3:-.}")" -ge "$1" ]; }
seen() { # seen FILE EXPRESSION: of its deliveries, as r
    node -e 'const fs = require("fs"), r = fs.readFileSync(process.argv[1], "utf8")
        .trim().split("\n").map(JSON.parse);
        if (!new Function("r", `return (${process.argv[2]})`)(r)) {
            console.log(r); process.exit(1); }' "$@"
}

serve
register one /one '["memory_add","memory_delete"]'
add B '{"infer":false,"user_id":"ada","messages":"the bell is cracked"}'
add C '{"infer":false,"user_id":"ada","messages":"the rope is frayed"}'
check "what is refused" wait_for 10 at_least 1 "$dir/refused"
kill_worker
was=$(lines "$dir/refused")
: >"$dir/open"
check "waits while there is no worker" [ "$(lines "$dir/took")" = 0 ]
serve
check "and comes after a kill, when there is one again" \
    wait_for 20 at_least 2 "$dir/took"
check "in its order, with its text" seen "$dir/took" \
    'r.map((d) => d.event_details.data.memory).join("|") ===
     "the bell is cracked|the rope is frayed"'
check "under the id that it had, which no other has" sh -c '
    id=$(sed -n "s/.*\"delivery_id\":\"\([^\"]*\)\".*/\1/p" "$1/refused" | head -n 1)
    [ ${#id} = 36 ] && grep -q "$id" "$1/took" &&
    [ "$(sed "s/.*delivery_id\":\"\([^\"]*\)\".*/\1/" "$1/took" | sort -u | wc -l)" = 2 ]' \
    sh "$dir"
check "the first alone was tried before" seen "$dir/refused" \
    'r.every((d) => d.event_details.data.memory === "the bell is cracked")'
kill_worker
serve
is "what was delivered" 'r.length === 1' GET $W/projects/local/
add X '{"infer":false,"user_id":"ada","messages":"the clapper is new"}'
check "does not come again" wait_for 20 at_least 3 "$dir/took" &&
    check "so that this is the third" seen "$dir/took" \
        'r.length === 3 && r[2].event_details.data.memory === "the clapper is new"'

# --- what is forgotten meanwhile ---------------------------------------------------
rm "$dir/open" "$dir/refused"
add B '{"infer":false,"user_id":"bob","messages":"the secret name is Rumpel"}'
check "it waits" wait_for 10 at_least 1 "$dir/refused" Rumpel
ask DELETE '/v1/memories/{{B}}/'
kill_worker
check "no text waits with it" sh -c '! grep -q Rumpel "$1"/cmem.db*' sh "$CMEM_HOME"
: >"$dir/open"
serve
check "both come" wait_for 20 at_least 5 "$dir/took"
check "without the text that is forgotten" seen "$dir/took" \
    'r.slice(3).map((d) => d.event_details.event + d.event_details.data.memory)
        .join() === "ADD,DELETE" && r[3].event_details.id === r[4].event_details.id'

# --- one webhook does not wait for another's failure ----------------------------------
rm "$dir/open" "$dir/refused"
register slow /slow '["memory_add"]'
keep W 'r.webhook_id'
add C '{"infer":false,"user_id":"cem","messages":"the tower leans"}'
check "both are told" wait_for 20 at_least 1 "$dir/refused" '"/slow"'
check "each by itself" grep -q '"/one"' "$dir/refused"
is "a webhook that is deleted" 'status === 200' DELETE "$W/{{W}}/"
rm "$dir/refused"
check "is not told, the other is" wait_for 20 at_least 1 "$dir/refused" '"/one"'
check "indeed not" sh -c '! grep -q /slow "$1"' sh "$dir/refused"

# --- a new address ------------------------------------------------------------------------
ask GET $W/projects/local/
keep W 'r[0].webhook_id'
: >"$dir/open"
ask PUT "$W/{{W}}/" '{"url":"http://127.0.0.1:'"$(cat "$dir/hook.port")"'/new"}'
check "a new address is told what waits" wait_for 10 at_least 1 "$dir/took" '"/new"'
is "all of a user's" 'r.message' DELETE '/v1/memories/?user_id=cem'
check "are told when they are gone" wait_for 10 seen "$dir/took" \
    'r.at(-1).event_details.event === "DELETE" && r.at(-1).path === "/new"'
done_testing
