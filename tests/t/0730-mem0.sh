#!/bin/sh
# 0730-mem0.sh - mem0's protocol over the wire: the platform's and the open
# source server's routes.
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/tests/lib.sh"

"$BIN/cmem" config set idle_exit_s 600 >/dev/null
mkdir "$dir/work"
cd "$dir/work" || exit 1
"$BIN/cmem" add "a note of a person at work" >/dev/null
"$BIN/cmem" serve >/dev/null
A=$(cat "$CMEM_HOME/http.address")
T=$(cat "$CMEM_HOME/http.token")

. "$root/tests/t/mem0.inc"

# --- ping, add -----------------------------------------------------------------
is "ping says ok and no e-mail address" \
    'r.status === "ok" && r.org_id && r.project_id && !r.user_email.includes("@")' \
    GET /v1/ping/
check "without the token nothing is said" [ "$(curl -s --noproxy '*' -o /dev/null \
    -w '%{http_code}' "$A/v1/ping/")" = 401 ]
is "add without a model's help answers at once" \
    'r.status === "SUCCEEDED" && r.event_id && r.results.length === 2 &&
     r.results[0].event === "ADD" && r.results[0].data.memory === "red apples"' \
    POST /v3/memories/add/ '{"infer":false,"user_id":"ada","messages":[
     {"role":"user","content":"red apples"},{"role":"system","content":"no"},
     {"role":"assistant","content":"green pears"}],
     "metadata":{"area":"fruit","n":3,"user_id":"eve"},
     "timestamp":1700000000,"expiration_date":"2099-12-31"}'
keep A 'r.results[0].id'
keep B 'r.results[1].id'
keep E 'r.event_id'
is "its event is there" 'r.status === "SUCCEEDED" && r.event_type === "ADD" &&
    r.results[0].data.memory === "red apples"' GET '/v1/event/{{E}}/'
is "and in the list" 'r.count === 1 && r.results[0].event_type === "ADD"' \
    GET /v1/events/
is "the same again adds nothing" 'r.results[0].event === "NOOP"' \
    POST /v3/memories/add/ '{"infer":false,"user_id":"ada","messages":"red apples","timestamp":1700000000}'
is "another user's same words are another memory" \
    'r.results[0].event === "ADD"' POST /v3/memories/add/ \
    '{"infer":false,"user_id":"bob","messages":"red apples"}'
keep C 'r.results[0].id'
is "nobody's memory is refused" 'status === 400 && r.error && r.detail' \
    POST /v3/memories/add/ '{"infer":false,"messages":"x"}'
is "a name with a blank is refused" 'status === 400' \
    POST /v3/memories/add/ '{"infer":false,"messages":"x","user_id":"a b"}'
is "no message is refused" 'status === 400' \
    POST /v3/memories/add/ '{"infer":false,"messages":[],"user_id":"a"}'
is "a malformed expiry is refused" 'status === 400' POST /v3/memories/add/ \
    '{"infer":false,"messages":"x","user_id":"a","expiration_date":"soon"}'

# --- get -----------------------------------------------------------------------
is "get has all of it" 'r.id === "'"$ID_A"'" && r.memory === "red apples" &&
    r.user_id === "ada" && r.metadata.area === "fruit" && r.metadata.n === 3 &&
    !("user_id" in r.metadata) && r.created_at.startsWith("2023-11-14T22:13:20") &&
    r.expiration_date === "2099-12-31" && r.lifecycle_state === "active"' \
    GET '/v1/memories/{{A}}/'
is "an id that is none: 400" 'status === 400 && r.error' GET /v1/memories/12/
is "an unknown one: 404" 'status === 404 && r.error === "Memory not found!"' \
    GET /v1/memories/00000000-0000-4000-8000-000000000000/

# --- filters -------------------------------------------------------------------
add X '{"infer":false,"user_id":"ada","agent_id":"coder","run_id":"r1","app_id":"shop","messages":"Blue PLUMS","metadata":{"area":"fruit","n":10,"tags":["a","b"]},"timestamp":1800000000}'
found "eq" '{"user_id":"bob"}' 'red apples'
found "eq, said" '{"user_id":{"eq":"bob"}}' 'red apples'
found "AND" '{"AND":[{"user_id":"ada"},{"agent_id":"coder"}]}' 'Blue PLUMS'
found "OR" '{"OR":[{"agent_id":"coder"},{"user_id":"bob"}]}' 'Blue PLUMS|red apples'
found "NOT" '{"AND":[{"user_id":"ada"},{"NOT":[{"run_id":"r1"}]}]}' 'green pears|red apples'
found "nested" '{"AND":[{"user_id":"*"},{"OR":[{"NOT":{"user_id":"ada"}},{"AND":[{"app_id":"shop"},{"run_id":{"in":["r1","r2"]}}]}]}]}' 'Blue PLUMS|red apples'
found "ne" '{"AND":[{"user_id":{"ne":"ada"}},{"user_id":"*"}]}' 'red apples'
found "in" '{"user_id":{"in":["bob","zoe"]}}' 'red apples'
found "gt" '{"metadata":{"n":{"gt":3}}}' 'Blue PLUMS'
found "gte" '{"metadata":{"n":{"gte":3}}}' 'Blue PLUMS|green pears|red apples'
found "lt" '{"metadata":{"n":{"lt":10}}}' 'green pears|red apples'
found "lte" '{"metadata":{"n":{"lte":3}}}' 'green pears|red apples'
found "contains minds the case" '{"AND":[{"user_id":"ada"},{"keywords":{"contains":"plums"}}]}' ''
found "icontains does not" '{"AND":[{"user_id":"ada"},{"keywords":{"icontains":"plums"}}]}' 'Blue PLUMS'
found "contains in a list of metadata" '{"metadata":{"tags":{"contains":"b"}}}' 'Blue PLUMS'
found "* is any value that is there" '{"agent_id":"*"}' 'Blue PLUMS'
found "NOT of several is none of them" '{"AND":[{"user_id":"*"},{"NOT":[{"user_id":"ada"},{"user_id":"eve"}]}]}' 'red apples'
found "ne * is nobody's" '{"AND":[{"user_id":"ada"},{"agent_id":{"ne":"*"}}]}' 'green pears|red apples'
found "ne * of metadata" '{"AND":[{"user_id":"ada"},{"metadata":{"tags":{"ne":"*"}}}]}' 'green pears|red apples'
found "keywords alone" '{"AND":[{"user_id":"ada"},{"keywords":"plums"}]}' 'Blue PLUMS'
found "any of some" '{"AND":[{"user_id":"ada"},{"keywords":["plums","PEARS"]}]}' 'Blue PLUMS|green pears'
found "none of some" '{"AND":[{"user_id":"ada"},{"keywords":{"nin":["plums","pears"]}}]}' 'red apples'
found "of no keywords" '{"keywords":[]}' ''
for c in 'eq green pears|red apples' 'gte green pears|red apples' \
    'lte green pears|red apples' 'gt' 'lt'; do
    found "an expiration date, ${c%% *}" \
        '{"AND":[{"expiration_date":"*"},{"expiration_date":{"'"${c%% *}"'":"2099-12-31"}}]}' \
        "$(case $c in *' '*) echo "${c#* }" ;; esac)"
done
found "an expiration date, as itself" '{"expiration_date":["2099-12-31","2099-01-01"]}' 'green pears|red apples'
found "seconds as text" '{"AND":[{"user_id":"ada"},{"created_at":{"gt":"1750000000"}}]}' 'Blue PLUMS'
is "a wrong value is told with its field" 'status === 400 && /^created_at gte wants/.test(r.error)' \
    POST /v3/memories/ '{"filters":{"created_at":{"gte":true}}}'
found "dates" '{"AND":[{"user_id":"ada"},{"created_at":{"gte":"2024-01-01"}}]}' 'Blue PLUMS'
found "two limits of one date" '{"created_at":{"gte":"2023-01-01","lt":"2024-01-01"}}' 'green pears|red apples'
found "ids" '{"memory_ids":["'"$ID_A"'","00000000-0000-4000-8000-000000000000"]}' 'red apples'
found "a run and an app" '{"run_id":"r1","app_id":"shop"}' 'Blue PLUMS'
deep='{"run_id":"r1"}'
for i in 1 2 3 4 5 6; do deep='{"AND":[{"NOT":['$deep']}]}'; done
found "levels within levels" "$deep" 'Blue PLUMS'
is "but not without end" 'status === 400 && r.error.includes("levels")' \
    POST /v3/memories/ "{\"filters\":{\"AND\":[{\"AND\":[{\"AND\":[{\"AND\":[$deep]}]}]}]}}"
is "a field that is none is named" 'status === 400 && r.detail.includes("colour")' \
    POST /v3/memories/ '{"filters":{"colour":"red"}}'
is "an operator that is none is named" 'status === 400 && r.detail.includes("near")' \
    POST /v3/memories/ '{"filters":{"user_id":{"near":"x"}}}'

# --- list, search --------------------------------------------------------------
is "pages: the first" 'r.count === 3 && r.results.length === 2 &&
    r.previous === null && r.next.includes("page=2")' \
    POST '/v3/memories/?page=1&page_size=2' '{"filters":{"user_id":"ada"}}'
is "pages: the last" 'r.count === 3 && r.results.length === 1 && r.next === null &&
    r.previous.includes("page=1")' \
    POST '/v3/memories/?page=2&page_size=2' '{"filters":{"user_id":"ada"}}'
is "a run is called session_id in lists" \
    'r.results[0].session_id === "r1" && r.results[0].app_id === "shop"' \
    POST /v3/memories/ '{"filters":{"run_id":"r1"}}'
is "page 0 is refused" 'status === 400' POST '/v3/memories/?page=0' '{}'
is "search finds, scored" 'r.results[0].memory === "red apples" &&
    r.results[0].score > 0.1 && r.results[0].score <= 1 &&
    r.results[0].score_breakdown.bm25 > 0 && r.results.every((m) => m.user_id === "ada")' \
    POST /v3/memories/search/ '{"query":"apples","filters":{"user_id":"ada"}}'
is "fields" 'Object.keys(r.results[0]).sort().join() === "id,memory,score"' \
    POST /v3/memories/search/ \
    '{"query":"apples","filters":{"user_id":"ada"},"fields":["memory"]}'
is "top_k" 'r.results.length === 1' POST /v3/memories/search/ \
    '{"query":"apples pears plums","filters":{"user_id":"ada"},"top_k":1}'
is "threshold" 'r.results.length === 0' POST /v3/memories/search/ \
    '{"query":"apples","filters":{"user_id":"ada"},"threshold":0.99}'
is "explain" 'typeof r.results[0].score_details.words === "number"' \
    POST /v3/memories/search/ \
    '{"query":"apples","filters":{"user_id":"ada"},"explain":true}'
is "no query is refused" 'status === 400' POST /v3/memories/search/ '{"query":" "}'
is "top_k of 0 is refused" 'status === 400' POST /v3/memories/search/ '{"query":"x","top_k":0}'

# --- update, history -----------------------------------------------------------
is "update" 'r.memory === "yellow apples" && r.metadata.area === "tree" &&
    r.metadata.n === undefined && r.expiration_date === null' \
    PUT '/v1/memories/{{A}}/' \
    '{"text":"yellow apples","metadata":{"area":"tree"},"expiration_date":null}'
is "its history" 'r.some((h) => h.event === "ADD") && r.some((h) =>
    h.event === "UPDATE" && h.old_memory === "red apples" &&
    h.new_memory === "yellow apples" && h.memory_id === "'"$ID_A"'")' \
    GET '/v1/memories/{{A}}/history/'
is "a timestamp moves it" 'r.created_at.startsWith("2020-09-13T12:26:40")' \
    PUT '/v1/memories/{{A}}/' '{"timestamp":1600000000}'
is "an update of nothing is refused" 'status === 400' PUT '/v1/memories/{{A}}/' '{}'
is "past its day it is not found" 'r.expiration_date === "2020-01-01"' \
    PUT '/v1/memories/{{B}}/' '{"expiration_date":"2020-01-01"}'
found "expired: hidden" '{"user_id":"ada"}' 'Blue PLUMS|yellow apples'
is "expired: shown when asked for" 'mem(r) === "Blue PLUMS|green pears|yellow apples"' \
    POST /v3/memories/ '{"filters":{"user_id":"ada"},"show_expired":true}'
ask POST /v3/memories/add/ '{"infer":false,"immutable":true,"user_id":"imm","messages":"carved in stone"}'
keep W 'r.results[0].id'
is "what is immutable stays" 'status === 400' PUT '/v1/memories/{{W}}/' '{"text":"x"}'

# --- options -------------------------------------------------------------------
of_bob=$ID_C
add B '{"infer":false,"user_id":"opt","messages":"oats are in the north silo","timestamp":1500000000,"metadata":{"categories":["grain"]}}'
add C '{"infer":false,"user_id":"opt","messages":"rye is in the south silo","timestamp":1600000000,"metadata":{"categories":["grain","bread"]},"expiration_date":"2024-01-01"}'
opt() { # opt NAME OPTIONS TEXTS: of list and of search
    is "$1" "mem(r) === '$3' && r.count === r.results.length" \
        POST /v3/memories/ "{\"filters\":{\"user_id\":\"opt\"}$2}"
    is "$1, in a search" "mem(r) === '$3' && r.results.every((m) =>
        m.score > 0 && m.score <= 1)" POST /v3/memories/search/ \
        "{\"query\":\"what is in the silo\",\"threshold\":0,\"filters\":{\"user_id\":\"opt\"}$2}"
}
oats='oats are in the north silo' rye='rye is in the south silo'
opt "what expired is left out" '' "$oats"
opt "but shown" ',"show_expired":true' "$oats|$rye"
opt "not with what was replaced" ',"include_merged":true' "$oats"
opt "unless both are asked for" ',"latest_only":false,"show_expired":true' "$oats|$rye"
opt "as things stood then" ',"reference_date":1701000000' "$oats|$rye"
opt "and before" ',"reference_date":"2018-05-06"' "$oats"
opt "from a day on" ',"start_date":"2020-09-13","show_expired":true' "$rye"
opt "up to a day" ',"end_date":"2020-09-12","show_expired":true' "$oats"
opt "of a category" ',"categories":"bread","show_expired":true' "$rye"
opt "of one of them" ',"categories":["grain","x"],"show_expired":true' "$oats|$rye"
opt "of none that is there" ',"categories":["x"]' ''
is "a part of a category" "mem(r) === '$oats|$rye'" POST /v3/memories/ \
    '{"show_expired":true,"filters":{"AND":[{"user_id":"opt"},{"categories":{"contains":"rai"}}]}}'
is "is not the whole" 'mem(r) === ""' POST /v3/memories/ \
    '{"show_expired":true,"filters":{"AND":[{"user_id":"opt"},{"categories":{"in":["rai"]}}]}}'
is "a date that is none is refused" 'status === 400 && r.detail' \
    POST /v3/memories/ '{"reference_date":"soon"}'
# A memory of today: with what expired it is as young as without.
ask POST /v3/memories/search/ '{"query":"apples","filters":{"user_id":"bob"},"explain":true}'
keep W 'r.results[0].score_details.age'
is "what expired beside it does not change its age" \
    'r.results[0].score_details.age === '"$ID_W" POST /v3/memories/search/ \
    '{"query":"apples","filters":{"user_id":"bob"},"show_expired":true,"explain":true}'
weight() { # weight FEEDBACK IMPORTANCE
    ask POST /v1/feedback/ '{"memory_id":"{{B}}","feedback":"'"$1"'"}'
    is "feedback $1 is importance $2" "mem(r) === '$oats'" POST /v3/memories/ \
        '{"filters":{"user_id":"opt","importance":'"$2"'}}'
    ask POST /v3/memories/search/ \
        '{"query":"oats","filters":{"user_id":"opt"},"explain":true}'
    keep W 'r.results[0].score_details.importance'
}
weight VERY_NEGATIVE 1
low=$ID_W
weight NEGATIVE 2
mid=$ID_W
weight POSITIVE 5
check "which weighs in a score" node -e 'const [a, b, c] = process.argv.slice(1)
    .map(Number); process.exit(a < b && b < c ? 0 : 1)' "$low" "$mid" "$ID_W"
then=$(node -p 'Date.now()')
ask PUT '/v1/memories/{{B}}/' '{"text":"oats are in the west silo"}'
is "now" 'r.results[0].memory === "oats are in the west silo"' \
    POST /v3/memories/search/ '{"query":"oats","filters":{"user_id":"opt"}}'
is "and then" 'r.results[0].memory === "'"$oats"'"' POST /v3/memories/search/ \
    '{"query":"oats","filters":{"user_id":"opt"},"reference_date":'"$then"'}'
is "GET /memories, limit" 'r.results.length === 1' \
    GET '/memories?user_id=opt&limit=1&show_expired=true'
is "GET /memories, show_expired" 'r.results.length === 2' \
    GET '/memories?user_id=opt&show_expired=true'
is "GET /memories, not show_expired" 'r.results.length === 1' \
    GET '/memories?user_id=opt&show_expired=false'
is "GET /memories, a date" 'mem(r) === "'"$rye"'"' \
    GET '/memories?user_id=opt&show_expired=true&start_date=2020-01-01'
is "GET /memories, a limit that is none" 'status === 400' \
    GET '/memories?user_id=opt&limit=0'
ask POST /v3/memories/search/ '{"query":"oats","filters":{"user_id":"opt"},"explain":true}'
check "the parts of a score are numbers" says '["words", "meaning", "age", "use",
    "importance", "trust"].every((x) => typeof r.results[0].score_details[x] ===
    "number") && r.results[0].score_breakdown.bm25 > 0 &&
    r.results[0].score_details.words > 0'
ask DELETE '/v1/memories/?user_id=opt'
ID_C=$of_bob

# --- infer ---------------------------------------------------------------------
is "messages to be compressed wait" 'r.status === "PENDING" && r.event_id' \
    POST /v3/memories/add/ '{"user_id":"ina","agent_id":"coder","metadata":{"via":"chat"},
    "messages":[{"role":"user","content":"The Oslo office moved to pier nine"},
    {"role":"assistant","content":"I will remember that."}]}'
keep E 'r.event_id'
done_event() {
    ask GET '/v1/event/{{E}}/'
    says 'r.status === "SUCCEEDED" && r.latency >= 0 && r.results.length > 0 &&
        r.results[0].data.memory.includes("pier nine")' >/dev/null
}
check "and become memories" wait_for 20 done_event
is "of whom it was said" 'r.results.length > 0 && r.results.every((m) =>
    m.agent_id === "coder" && m.metadata.via === "chat" && m.session_id === null)' \
    POST /v3/memories/ '{"filters":{"user_id":"ina"}}'
is "an unknown event: 404" 'status === 404' GET /v1/event/nothing/

# --- entities, batch, the rest ---------------------------------------------------
is "entities" 'r.total_users >= 3 && ["user:ada","agent:coder","app:shop","run:r1"]
    .every((x) => r.results.some((e) => e.type + ":" + e.name === x && e.total_memories > 0))' \
    GET /v1/entities/
is "entities in pages" 'r.results.length === 1 && r.next' GET '/v1/entities/?page_size=1'
is "batch update" 'r.message === "Successfully updated 2 memories"' PUT /v1/batch/ \
    '{"memories":[{"memory_id":"{{A}}","text":"one apple"},{"memory_id":"{{C}}","text":"two apples"}]}'
is "did" 'r.memory === "two apples"' GET '/v1/memories/{{C}}/'
is "a batch with an unknown id changes nothing" 'status === 404' PUT /v1/batch/ \
    '{"memories":[{"memory_id":"{{A}}","text":"zzz"},{"memory_id":"00000000-0000-4000-8000-000000000000","text":"x"}]}'
is "did not" 'r.memory === "one apple"' GET '/v1/memories/{{A}}/'
is "batch delete" 'r.message === "Successfully deleted 1 memories"' DELETE /v1/batch/ \
    '{"memories":[{"memory_id":"{{C}}"}]}'
is "gone" 'status === 404' GET '/v1/memories/{{C}}/'
is "feedback" 'r.feedback === "POSITIVE" && r.id' POST /v1/feedback/ \
    '{"memory_id":"{{A}}","feedback":"POSITIVE","feedback_reason":"so it is"}'
is "feedback of another word is refused" 'status === 400' POST /v1/feedback/ \
    '{"memory_id":"{{A}}","feedback":"MEH"}'
is "an export" 'status === 201 && r.id' POST /v1/exports/ \
    '{"schema":{"type":"object","properties":{"memory":{"type":"string"}}},"filters":{"user_id":"ada"}}'
keep X 'r.id'
is "and what it gives" 'r.count === 2 && mem({results: r.memories}) ===
    "Blue PLUMS|one apple" && r.memories[0].user_id === undefined' \
    POST /v1/exports/get/ '{"memory_export_id":"{{X}}"}'
is "found by its filters, too" 'r.count === 2' POST /v1/exports/get/ \
    '{"filters":{"user_id":"ada"}}'
is "an unknown export: 404" 'status === 404' POST /v1/exports/get/ \
    '{"memory_export_id":"none"}'
is "summary" 'r[0].summary.includes("one apple") && r[0].count === 2' \
    POST /v1/summary/ '{"filters":{"user_id":"ada"}}'
is "stats" 'r.total_memories >= 4 && r.total_users >= 2' GET /v1/stats/
P=/api/v1/orgs/organizations/local/projects/local/
is "a project's settings are kept" 'status === 200 && r.message' PATCH $P \
    '{"custom_instructions":"be short","custom_categories":[{"food":"what is eaten"}]}'
is "and given" 'r.custom_instructions === "be short" &&
    r.custom_categories[0].food && !("id" in r)' \
    GET "$P?fields=custom_instructions&fields=custom_categories"
is "a profile is not enabled" 'r.status === "not_enabled"' \
    GET /v2/entities/user/ada/profile/

# --- accounts --------------------------------------------------------------------
for path in agent_mode email_code email_code/verify; do
    is "no account: $path" 'status === 404 && /http\.token/.test(r.error)' \
        POST /api/v1/auth/$path/ '{"email":"ada@example.org"}'
done
is "nobody to be identified" 'status === 404 && /http\.token/.test(r.error)' \
    PATCH /api/v1/auth/agent_mode/caller/ '{"agent_caller":"x"}'
is "no game" 'status === 404 && r.error.code === "agentrush_not_provisioned"' \
    POST /v1/agent-rush/memories/search/ '{"query":"x"}'
key=$T T=wrong
is "without the token, too, in words that a client shows" \
    'status === 401 && /http\.token/.test(r.error)' \
    POST /api/v1/auth/agent_mode/ '{}'
is "and elsewhere as ever" 'status === 401 && r.error.code' \
    POST /v1/agent-rush/memories/ '{}'
T=$key

# --- webhooks --------------------------------------------------------------------
cat >"$dir/hook.cjs" <<'END_JS'
// Refuses the first delivery, takes the others.
const fs = require('fs');
let n = 0;
const s = require('http').createServer((q, a) => {
    let b = '';
    q.on('data', (c) => b += c).on('end', () => {
        fs.appendFileSync(process.argv[2] + '/hooks', b + '\n');
        a.statusCode = n++ ? 200 : 500;
        a.end();
    });
}).listen(0, '127.0.0.1', () =>
    fs.writeFileSync(process.argv[2] + '/hook.port', String(s.address().port)));
END_JS
node "$dir/hook.cjs" "$dir" & hook=$!
trap 'kill $hook 2>/dev/null; clean_up' EXIT
check "somebody listens" wait_for 10 test -s "$dir/hook.port"
W=/api/v1/webhooks
is "a webhook is registered" 'r.webhook_id && r.event_types.length === 2' \
    POST $W/projects/local/ '{"name":"h","url":"http://127.0.0.1:'"$(cat "$dir/hook.port")"'/x",
    "event_types":["memory_add","memory_delete"]}'
keep W 'r.webhook_id'
is "and listed" 'r.length === 1 && r[0].name === "h"' GET $W/projects/local/
is "no other protocol" 'status === 400' POST $W/projects/local/ \
    '{"name":"f","url":"file:///etc/passwd"}'
add B '{"infer":false,"user_id":"hook","messages":"ring the bell"}'
ask PUT '/v1/memories/{{B}}/' '{"text":"ring the bells"}'
ask DELETE '/v1/memories/{{B}}/'
delivered() { [ "$(grep -c . "$dir/hooks")" -ge 3 ] 2>/dev/null; }
check "deliveries come, also those that failed once" wait_for 20 delivered
check "with what happened" grep -q \
    '"event_type":"memory_add".*"ring the bell".*"event":"ADD"' "$dir/hooks"
check "only what was asked for" sh -c "! grep -q memory_update '$dir/hooks'"
is "changed" 'status === 200' PUT "$W/{{W}}/" '{"name":"g","event_types":["memory_update"]}'
is "deleted" 'status === 200' DELETE "$W/{{W}}/"
is "and gone" 'r.length === 0' GET $W/projects/local/
is "twice: 404" 'status === 404' DELETE "$W/{{W}}/"

# --- the open source server's ------------------------------------------------------
is "health" 'r.status === "ok"' GET /health
is "POST /memories waits for the outcome" 'r.results[0].event === "ADD" &&
    r.results[0].memory.includes("pier ten")' POST /memories \
    '{"messages":[{"role":"user","content":"The ferry leaves from pier ten"}],"user_id":"oss"}'
keep A 'r.results[0].id'
is "POST /search, ids at the top" 'r.results[0].id === "'"$ID_A"'"' POST /search \
    '{"query":"ferry","user_id":"oss","limit":5}'
is "POST /search, metadata as a filter" 'r.results.length === 0' POST /search \
    '{"query":"ferry","user_id":"oss","filters":{"area":"x"}}'
long=$(printf '%0300d' 0)
ask POST /memories '{"user_id":"far","infer":false,"messages":"far away","metadata":{"'"$long"'":1}}'
is "also by a long name" 'r.results.length === 1' POST /search \
    '{"query":"far away","filters":{"user_id":"far","'"$long"'":1}}'
is "GET /memories" 'r.results.length === 1 && r.results[0].run_id === null' \
    GET '/memories?user_id=oss'
is "GET /memories/ID" 'r.memory.includes("pier ten")' GET '/memories/{{A}}'
is "PUT /memories/ID" 'r.memory === "The ferry leaves from pier one"' \
    PUT '/memories/{{A}}' '{"text":"The ferry leaves from pier one"}'
is "its history" 'r.length >= 2' GET '/memories/{{A}}/history'
oss() { # oss NAME BODY TEXTS: word for word, and what GET gives
    ask POST /memories "{\"user_id\":\"form\",\"infer\":false,$2}"
    is "messages, $1" "mem(r) === '$3'" GET '/memories?user_id=form'
    ask DELETE '/memories?user_id=form'
}
oss "a text" '"messages":"plain words"' 'plain words'
oss "one" '"messages":{"role":"user","content":"a single one"}' 'a single one'
oss "of parts" '"messages":[{"role":"user","content":[{"type":"text","text":"part one"},
    {"type":"image_url","image_url":{"url":"x"}},{"type":"text","text":"part two"}]}]' \
    'part one\npart two'
oss "and what is of no use here" '"messages":[{"role":"user","content":"with extras"}],
    "memory_type":"x","output_format":"v1.1","version":"v2","async_mode":false,"timestamp":1700000000' \
    'with extras'
ask POST /memories '{"run_id":"talk","user_id":"form","infer":false,"messages":[
    {"role":"user","name":"Ann","content":"the kiln is hot"},
    {"role":"user","name":"Ben","content":"the clay is dry"}]}'
is "who of several said it" 'r.results.length === 1 && r.results[0].actor_id === "Ann" &&
    r.results[0].memory === "the kiln is hot"' POST /search \
    '{"query":"kiln and clay","filters":{"user_id":"form","actor_id":"Ann"}}'
for body in '"user_id":"form","limit":1' '"user_id":"form","top_k":1' \
    '"filters":{"user_id":"form"},"limit":1,"rerank":true,"threshold":0' \
    '"filters":{"AND":[{"user_id":"form"},{"run_id":"talk"}]},"top_k":"1","timestamp":1700000000' \
    '"user_id":"form","agent_id":null,"run_id":"talk","filters":{},"limit":1'; do
    is "POST /search, $body" 'r.results.length === 1 && r.results[0].score > 0' \
        POST /search '{"query":"the kiln",'"$body"'}'
done
is "PUT /memories/ID, of data" 'r.memory === "the kiln is cold"' \
    PUT "/memories/$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).results[0].id' \
    "$dir/body")" '{"data":"the kiln is cold"}'
is "configure, of what is not ours" 'status === 200 && /Nothing is changed/.test(r.message)' \
    POST /configure '{"version":"v1.1","llm":{"provider":"openai","config":{"model":"m"}}}'
is "of instructions" 'status === 200 && /^Configuration set/.test(r.message)' \
    POST /configure '{"custom_fact_extraction_prompt":"keep kilns"}'
is "which are the project's" 'r.custom_instructions === "keep kilns"' GET $P
is "and of nonsense" 'status === 400' POST /configure '{"custom_instructions":7}'
check "the key as the open source server has it" [ "$(curl -s --noproxy '*' \
    -o /dev/null -w '%{http_code}' -H "X-API-Key: $T" "$A/memories?user_id=form")" = 200 ]
is "delete all of one" 'r.message' DELETE '/memories?user_id=form'
is "DELETE /memories/ID" 'r.message' DELETE '/memories/{{A}}'

# --- deleting ----------------------------------------------------------------------
"$BIN/cmem" add --user zed --app port "The deploy port of billing is 8080" >/dev/null
"$BIN/cmem" add --user zed --app port "The deploy port of billing is 9090" >/dev/null
found "what was replaced is left out" '{"user_id":"zed"}' \
    'The deploy port of billing is 9090'
keep B 'r.results[0].id'
is "but there, when it is asked for" 'r.count === 2 &&
    r.results[1].lifecycle_state === "superseded" &&
    r.results[1].replaced_by === r.results[0].id' \
    POST /v3/memories/ '{"filters":{"user_id":"zed"},"include_merged":true}'
is "by search, too" 'r.results.length === 2' POST /v3/memories/search/ \
    '{"query":"deploy port","filters":{"user_id":"zed"},"latest_only":false}'
is "deleted with what it replaced" 'r.cascade_count === 1' \
    DELETE '/v1/memories/{{B}}/?delete_linked=true'
is "both are gone" 'r.count === 0' POST /v3/memories/ \
    '{"filters":{"user_id":"zed"},"include_merged":true}'
add B '{"infer":false,"user_id":"del","messages":"to be deleted"}'
is "a delete with what it replaced says how many" 'r.cascade_count === 0' \
    DELETE '/v1/memories/{{B}}/?delete_linked=true'
is "deleted twice: 404" 'status === 404' DELETE '/v1/memories/{{B}}/'
is "delete all needs to know whose" 'status === 400' DELETE /v1/memories/
is "delete all of one" 'r.message' DELETE '/v1/memories/?user_id=ina'
found "did" '{"user_id":"ina"}' ''
is "an entity goes with its memories" 'r.message' DELETE /v2/entities/run/r1/
found "they are gone" '{"run_id":"*"}' ''
is "deleting it twice is no error" 'r.message' DELETE /v2/entities/run/r1/
is "an entity of no type is" 'status === 400' DELETE /v2/entities/planet/mars/
is "all users' go" 'r.message' DELETE '/v1/memories/?user_id=*'
found "did, all" '{"user_id":"*"}' ''
add A '{"infer":false,"agent_id":"last","messages":"the last one"}'
is "reset" 'r.message' POST /reset
found "leaves none of a program's" '{"agent_id":"*"}' ''
check "and what a person noted" sh -c '"$1" search person at work | grep -q "a person at work"' \
    sh "$BIN/cmem"

# --- with a model ------------------------------------------------------------------
kill -TERM "$(worker_pid)"
export CMEM_HOME="$dir/model"
mkdir "$CMEM_HOME"
printf '{"routes":[],"turns":[{"derive":true}]}' >"$dir/script.json"
node "$root/tests/model-server.mjs" --script "$dir/script.json" \
    --log "$dir/log.jsonl" --port-file "$dir/model.port" --max-seconds 120 \
    >/dev/null 2>&1 & model=$!
trap 'kill $hook $model 2>/dev/null; clean_up' EXIT
check "a model listens" wait_for 20 test -s "$dir/model.port"
{
    echo "provider = openai"
    echo "model = test-model"
    echo "base_url = http://127.0.0.1:$(cat "$dir/model.port")/v1"
    echo "idle_exit_s = 600"
} >"$CMEM_HOME/config"
echo "OPENAI_API_KEY=loopback" >"$CMEM_HOME/keys"
chmod 600 "$CMEM_HOME/keys"
"$BIN/cmem" serve >/dev/null
A=$(cat "$CMEM_HOME/http.address")
T=$(cat "$CMEM_HOME/http.token")
for who in mia ned; do # one run of two users, at once
    ask POST /v3/memories/add/ '{"user_id":"'$who'","run_id":"shared",
        "metadata":{"of":"'$who'"},"expiration_date":"2099-01-01","messages":[
        {"role":"user","content":"'$who' wants the cache of pump.c sized by pages, not bytes"},
        {"role":"assistant","content":"We decided that the cache of pump.c counts pages for '$who', because bytes made the eviction run far too often on small records."}]}'
    keep E 'r.event_id'
done
model_done() {
    ask GET '/v1/event/{{E}}/'
    says 'r.status === "SUCCEEDED" && r.results.length > 0'
}
check "a model makes memories of messages" wait_for 20 model_done
is "the one's are the one's" 'r.count > 0 && r.results.every((m) =>
    m.session_id === "shared" && m.metadata.of === "mia" &&
    m.expiration_date === "2099-01-01" && m.kind !== "summary" &&
    m.origin !== "import")' \
    POST /v3/memories/ '{"filters":{"user_id":"mia"}}'
is "the other's the other's" 'r.count > 0 && r.results.every((m) =>
    m.session_id === "shared" && m.metadata.of === "ned")' \
    POST /v3/memories/ '{"filters":{"user_id":"ned"}}'
check "it was asked" grep -q pump.c "$dir/log.jsonl"
ids() { node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).results
    .map((m) => m.id).sort().join()' "$dir/body"; }
before=$(ids)
kill -TERM "$(worker_pid)"
left() { [ -z "$(worker_pid)" ]; }
check "the worker leaves" wait_for 20 left
"$BIN/cmem" serve >/dev/null
A=$(cat "$CMEM_HOME/http.address")
ask POST /v3/memories/ '{"filters":{"user_id":"ned"}}'
check "another worker gives the same ids" [ "$(ids)" = "$before" ]
is "and knows what became of a request" 'r.status === "SUCCEEDED"' \
    GET '/v1/event/{{E}}/'
private() { [ "$(stat -c %a "$1")" = 600 ]; }
check "what it keeps is the user's alone" private "$CMEM_HOME/mem0.json"
check "and has no text of a memory in it" sh -c \
    "! grep -q 'pump.c' '$CMEM_HOME/mem0.json'"
done_testing
