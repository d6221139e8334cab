#!/bin/sh
# 0674-code-bounds.sh - trees that nobody would write: each is bounded, and what
# was passed over is told.
set -u
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/code.inc"
export CMEM_PROVIDER=none
cmem="$BIN/cmem"

coverage() { "$cmem" index --coverage "$1"; }
def() { echo "def $1(): pass"; }

# --- links, large files, what is no file ---
p=$dir/odd
mkdir -p "$p/sub" && cd "$p" || exit 1
def plain >plain.py
ln -s . loop
ln -s .. sub/up
ln -s nowhere.py dangling.py
ln -s plain.py again.py
ln -s self.py self.py
truncate -s 100M huge.c
mkfifo pipe.py
ln -s /dev/zero zero.py
ln -s /dev/zero .gitignore
check "links are not followed, and nothing is waited for" \
    has "2 files, 1 parsed" timeout 20 "$cmem" index "$p"
check "a file of 100 MB is named" has "huge.c is larger than 4 MB" coverage "$p"
check "a link that is shown is its target's text" \
    has "plain" timeout 5 "$cmem" code outline again.py
check "a pipe is refused" has "not a regular file" \
    timeout 5 "$cmem" code outline pipe.py
check "so is a device" has "not a regular file" \
    timeout 5 "$cmem" code unfold "zero.py:1"
check "a large file is refused" status_is 3 timeout 5 "$cmem" code outline huge.c
printf '{"session_id":"s1","cwd":"%s","hook_event_name":"PostToolUse","tool_name":"Edit","tool_use_id":"t1","tool_input":{"file_path":"%s/pipe.py","old_string":"a","new_string":"b"},"tool_response":{}}' \
    "$p" "$p" | hook post-tool-use
def edited >plain.py
printf '{"session_id":"s1","cwd":"%s","hook_event_name":"PostToolUse","tool_name":"Edit","tool_use_id":"t2","tool_input":{"file_path":"%s/plain.py","old_string":"a","new_string":"b"},"tool_response":{}}' \
    "$p" "$p" | hook post-tool-use
check "an edited pipe stops nothing" \
    wait_for 8 has plain.py:1 "$cmem" code search edited

# --- names ---
p=$dir/names
mkdir -p "$p" && cd "$p" || exit 1
nl=$(printf 'new\nline')
bad=$(printf 'not\377utf8')
mkdir "$nl" "$bad"
def in_newline >"$nl/a.py"
def in_bytes >"$bad/$bad.py"
def by_escape >"$(printf 'e\033[31mf').py"
def with_blank >' lead and trail .py'
def with_quote >"it's \"so\".py"
check "names of any bytes" has "5 files, 5 parsed" "$cmem" index
check "are answered as JSON of UTF-8" sh -c \
    '"$1" code symbols --json | iconv -f UTF-8 -t UTF-8 >/dev/null' - "$cmem"
check "without control characters on a terminal" \
    lacks "$(printf '\033')" "$cmem" code search by_escape
check "and opened by them" has "def in_bytes" \
    "$cmem" code unfold "$bad/$bad.py" in_bytes
check "a newline, too" has "def in_newline" "$cmem" code unfold "$nl/a.py:1"
check "and by their symbol" has "def in_bytes" "$cmem" code unfold in_bytes
check "they are as known as others" has "5 files, 0 parsed" sh -c \
    "find . -name '*.py' -exec touch -h -d '1 hour ago' {} +; '$cmem' index"

# --- depth and length ---
p=$dir/deep
mkdir -p "$p" && cd "$p" || exit 1
def near >near.py
(
    d=1
    while [ $d -lt 260 ]; do
        mkdir d && cd d || exit 1
        d=$((d + 1))
        [ $d = 150 ] && def halfway >a.py
    done
    def bottom >a.py
)
n=$(printf '%0240d' 0)
(
    d=0
    mkdir long && cd long || exit 1
    while [ $d -lt 20 ]; do
        mkdir "$n" && cd "$n" || exit 1
        d=$((d + 1))
    done
    def too_long >a.py
) 2>/dev/null
check "too deep, too long: the rest is indexed" \
    has "files, 2 parsed" timeout 20 "$cmem" index "$p"
check "down to a depth" status_is 0 "$cmem" code search halfway
check "and no deeper" status_is 1 "$cmem" code search bottom
check "which is told" has "is a directory too deep" coverage "$p"
check "and of a path that is too long" sh -c '
    "$1" index --coverage "$2" --json | grep -q "\"file\":\"long/0"' - \
    "$cmem" "$p"

# --- rules ---
p=$dir/rules
mkdir -p "$p/dir/.gitignore" "$p/loop" "$p/huge" "$p/many" && cd "$p" || exit 1
for d in dir loop huge many; do def "in_$d" >$d/a.py; done
ln -s .gitignore loop/.gitignore
{ echo a.py; head -c 2000000 /dev/zero | tr '\0' 'x'; } >huge/.gitignore
{ seq 30000 | sed 's/^/x/'; echo a.py; } >many/.gitignore
check "rules that are a directory, a loop, too large, too many" \
    has "4 parsed" timeout 20 "$cmem" index "$p"
check "too large is told" has "huge/.gitignore has more rules" coverage "$p"
check "too many is told" has "many/.gitignore has more rules" coverage "$p"
check "what has none is not" lacks "loop/.gitignore" coverage "$p"

# --- what may not be read ---
as=$(mktemp -d /tmp/cmem-t-as-XXXXXX) || exit 1 # $dir may be root's alone
trap 'rm -rf "$as"; clean_up' EXIT
p=$as/shut
mkdir -p "$p/closed" && cd "$p" || exit 1
def open_ >open.py
def shut >shut.py
def inside >closed/a.py
chmod 000 shut.py closed
mkdir -p "$as/home"
cat >"$as/run" <<END
#!/bin/sh
# Root may read everything: ask as someone else.
export HOME="$as/home" CMEM_HOME="$as/home/cmem"
if [ "\$(id -u)" = 0 ]; then
    exec setpriv --reuid=65534 --regid=65534 --clear-groups "\$@"
fi
exec "\$@"
END
chmod 755 "$as/run" "$as" "$p"
theirs=$BIN
if [ "$(id -u)" = 0 ]; then
    chown -R 65534:65534 "$as/home"
    if ! "$as/run" test -x "$BIN/cmem"; then # a build in a home of root's
        mkdir -p "$as/lib"
        cp -r "$BIN" "$as/bin" && cp -r "$BIN/../lib/cmem" "$as/lib/cmem"
        theirs=$as/bin
    fi
fi
check "what may not be read stops nothing" \
    has "1 parsed" timeout 20 "$as/run" "$theirs/cmem" index "$p"
check "a file is named" has "shut.py could not be read" \
    "$as/run" "$theirs/cmem" index --coverage "$p"
check "and a directory" has "closed could not be read" \
    "$as/run" "$theirs/cmem" index --coverage "$p"
chmod 700 closed
kill_worker "$as/home/cmem"

# --- very many, two at once, a full disk ---
p=$dir/many
mkdir -p "$p" && cd "$p" || exit 1
seq 20000 | sed 's/.*/def f&(): pass/' |
    split -l 1 -a 5 -d --additional-suffix=.py - f
(
    CMEM_HOME=$dir/full
    export CMEM_HOME
    mkdir -p "$CMEM_HOME"
    ulimit -f 4096 # 2 MB
    exec "$BIN/cmemd"
) 2>/dev/null &
wait_for 10 test -S "$dir/full/cmem.sock"
check "a full disk is a sentence and not success" sh -c '
    export CMEM_HOME="$1"
    timeout 30 "$2" index "$3" >"$1/said" 2>&1 && exit 1
    cat "$1/said"; grep -qi "cmem: .*\(full\|I/O\|index\)" "$1/said"' - \
    "$dir/full" "$cmem" "$p"
kill_worker "$dir/full"
check "with room again it is whole" sh -c '
    CMEM_HOME="$1" timeout 30 "$2" index "$3"' - "$dir/full" "$cmem" "$p"
check "and every file is in it" sh -c '
    CMEM_HOME="$1" "$2" index --status | grep -F "20,000 files"' - \
    "$dir/full" "$cmem"

"$cmem" index "$p" >"$dir/one" 2>&1 &
one=$!
"$cmem" index "$dir/names" >"$dir/two" 2>&1 &
two=$!
"$cmem" index "$p" >"$dir/three" 2>&1
three=$?
wait $one
one=$?
wait $two
check "three at once all end well" [ "$one $? $three" = "0 0 0" ]
check "twenty thousand files" has "20,000 files, 20,000 symbols" \
    "$cmem" index --status "$p"
check "the last of them is found" status_is 0 \
    "$cmem" code search f20000 --dir "$p"

# --- what changes while it is read ---
p=$dir/busy
mkdir -p "$p/come" && cd "$p" || exit 1
{ i=0; while [ $i -lt 3000 ]; do i=$((i + 1)); def "g$i"; done; } >"$dir/text"
for i in 1 2 3 4 5 6 7 8; do cp "$dir/text" "$p/f$i.py"; done
(
    while [ ! -e "$dir/enough" ]; do
        : >f1.py                       # truncated
        cat "$dir/text" >>f2.py        # growing
        rm -f f3.py; mkfifo f3.py      # replaced by a pipe
        rm -rf come; mkdir come; cp "$dir/text" come/a.py
        cp "$dir/text" f4.py.new && mv f4.py.new f4.py
        rm -f f3.py; ln -s /dev/zero f3.py
        rm -f f3.py f5.py; cp "$dir/text" f5.py
        [ "$(wc -c <f2.py)" -lt 3000000 ] || : >f2.py
    done
) 2>/dev/null &
writer=$!
check "a tree under change is scanned to its end" sh -c '
    for i in 1 2 3; do timeout 60 "$1" index "$2" || exit 1; done' - \
    "$cmem" "$p"
: >"$dir/enough"
wait $writer
rm -rf f2.py f3.py come
for i in 1 2 4 5 6 7 8; do def "h$i" >f$i.py; done
check "and is right when it rests" has "7 files" "$cmem" index "$p"
check "with these symbols and no others" has "7 files, 7 symbols" \
    "$cmem" index --status "$p"

# --- Ctrl-C ---
p=$dir/slow
mkdir -p "$p" && cd "$p" || exit 1
awk 'BEGIN { for (i = 0; i < 15000; i++)
    printf "int f%d(int a) { return g%d(a) + a * %d; }\n", i % 7, i % 11, i }' \
    >a.c
for i in b c d e f g h i j k l m n o p; do cp a.c $i.c; done
mkfifo "$dir/keys"
script -qec "stty cols 80 rows 24; '$cmem' index '$p'" /dev/null \
    <"$dir/keys" >"$dir/seen" 2>&1 &
pty=$!
exec 9>"$dir/keys"
some() { "$cmem" index --status "$p" | grep ' [1-9][0-9,]* symbols'; }
wait_for 20 some
printf '\003' >&9
exec 9>&-
wait $pty
check "Ctrl-C ends the scan in a sentence" \
    grep -q "interrupted: what was indexed stays" "$dir/seen"
check "which is told" has "not scanned to its end" "$cmem" index --status "$p"
check "what was written is there" some
check "the next one goes on" sh -c '
    timeout 60 "$1" index "$2" --json >"$3/next" || exit 1
    cat "$3/next"
    n=$(sed "s/.*\"parsed\":\([0-9]*\).*/\1/" "$3/next")
    [ "$n" -gt 0 ] && [ "$n" -lt 16 ]' - "$cmem" "$p" "$dir"
check "to its end" has "16 files" "$cmem" index --status "$p"
done_testing
