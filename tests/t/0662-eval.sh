#!/bin/sh
# 0662-eval.sh - cmem eval, on a little data of our own.
set -u
. "$(dirname "$0")/../lib.sh"
cmem="$BIN/cmem"
data="$(cd "$(dirname "$0")/.." && pwd)/eval"
export TMPDIR="$dir/tmp"
mkdir "$TMPDIR"
is() { [ "$1" = "$2" ] || { echo "got \"$1\", not \"$2\""; return 1; }; }
timeless() { sed 's/"ms":{[^}]*}//g'; }
has() { # has NAME WANT: $out says so
    check "$1" sh -c 'printf "%s\n" "$1" | grep -qF -- "$2" || { printf "%s\n" "$1"; exit 1; }' \
        sh "$out" "$2"
}
# STS needs the weights.
tasks="--task locomo --task beam --task code"

$cmem eval "$data" $tasks --json >"$dir/1" 2>"$dir/err"
check "it measures" is $? 0
check "two runs say the same" sh -c \
    "'$cmem' eval '$data' $tasks --json | sed 's/\"ms\":{[^}]*}//g' >'$dir/2';
     sed 's/\"ms\":{[^}]*}//g' '$dir/1' | cmp - '$dir/2'"
out=$(cat "$dir/1")
has "turns that are easy are found" '{"task":"turns","n":5,"R@5":1'
has "and sessions" '{"task":"talks","n":5,"R@5":1'
has "and messages" '{"task":"beam","n":2,"R@5":1'
has "and the sessions of a commit" '{"task":"commits","n":3,"R@5":1'
has "and files that come again" '{"task":"files","n":2,"@5":1'
has "and what prompts bring" '{"task":"slot","n":7,"given":'
has "a kind of question has its line" '{"name":"temporal","n":1'
has "a conversation has its line" '{"name":"garden","n":2'
if [ -e "$(dirname "$BIN")/lib/cmem/minilm.cmem" ]; then
    out=$($cmem eval "$data" --task sts --json 2>&1)
    has "and sentences that mean the same" '{"task":"sts","n":4,"Spearman":1,'
fi
check "nothing is left behind" is "$(ls "$TMPDIR")" ""
check "nor touched in the user's own home" test ! -e "$CMEM_HOME"

# What is wrong must show: the same data, with other answers held for right.
cp -R "$data" "$dir/wrong"
chmod -R u+w "$dir/wrong"
sed '/dia_id/!s/"D2:3"/"D1:2"/; s/"D1:2; D2:1"/"D2:3"/' "$data/memory/locomo/tiny.json" \
    >"$dir/wrong/memory/locomo/tiny.json"
out=$($cmem eval "$dir/wrong" --task turns --json)
check "other gold, other figures" sh -c \
    'printf "%s" "$1" | grep -q "\"hit@1\":0\.[2-6]"' sh "$out"

# A kept home is asked again without being filled again.
$cmem eval "$data" --task turns --keep "$dir/kept" --json 2>/dev/null | timeless >"$dir/3"
check "--keep leaves the homes there" test -s "$dir/kept/locomo-tiny/cmem.db"
before=$(stat -c %Z "$dir/kept/locomo-tiny/filled")
$cmem eval "$data" --task turns --keep "$dir/kept" --json 2>/dev/null | timeless >"$dir/4"
check "and finds them again" is "$(stat -c %Z "$dir/kept/locomo-tiny/filled")" "$before"
check "with the same figures" cmp "$dir/3" "$dir/4"
$cmem eval "$data" --task turns --keep "$dir/kept" --dump "$dir/dump" >/dev/null
check "--dump writes a line for each question" is "$(wc -l <"$dir/dump" | tr -d ' ')" 5
check "with candidates that are right or not" sh -c \
    "head -n 1 '$dir/dump' | grep -q '\"gold\":true,.*\"gold\":false'"
check "and their signals" grep -q '"signals":{"words":' "$dir/dump"
out=$($cmem eval "$data" --task turns --keep "$dir/kept" --ablation)
has "--ablation has a line for each signal" 'without words'
out=$($cmem eval "$data" --task turns --keep "$dir/kept" --without words,near --folds)
has "--folds has one for each conversation" 'harbour'
check "no worker stays" sh -c "! ls '$dir'/kept/*/cmem.sock 2>/dev/null"

rm -r "$dir/wrong/memory/beam" "$dir/wrong/transcripts"
out=$($cmem eval "$dir/wrong" --task beam 2>&1)
check "a task that is asked for and not there is an error" is $? 1
has "which says what is missing" 'there is no memory/beam/'
out=$($cmem eval "$dir/wrong" 2>&1)
check "asked for all, what is there is measured" is $? 0
has "and what is not is said" 'left out: there is no transcripts/ground_truth/*.json'
out=$($cmem eval "$dir/nowhere" 2>&1)
check "a directory that is not there" is $? 1
has "is named" "$dir/nowhere"
out=$($cmem eval "$data" --task trns 2>&1)
check "an unknown task is refused" is $? 2
out=$($cmem eval "$data" --without sense 2>&1)
check "and an unknown signal" is $? 2
has "which is named" 'no signal "sense"'
echo '[{' >"$dir/wrong/memory/locomo/tiny.json"
out=$($cmem eval "$dir/wrong" --task turns 2>&1)
check "broken data is an error" is $? 3
has "that names the file" 'tiny.json'
check "still nothing is left behind" is "$(ls "$TMPDIR")" ""
done_testing
