#!/bin/sh
# Whatever happens, a hook exits 0 in time, writes no error and prints nothing
# but one JSON object (hooks/hook.h, promises 1 to 3).
. "$(dirname "$0")/hooks.inc"

all_quiet "no worker, no home directory yet"
spooled_are 6 "all six events wait in the spool"
all_quiet "no worker"

# --- a worker that is no help ---
for mode in hang deaf mute close other garbage; do
    fake $mode
    drain >/dev/null
    all_quiet "a worker in mode $mode"
    spooled_are 6 "a worker in mode $mode: spooled"
done
fake ack
kill -STOP "$fake_pid"
all_quiet "a stopped worker"
spooled_are 6 "a stopped worker: spooled"
no_fake
rm -f "$CMEM_HOME/cmem.sock"
mkdir "$CMEM_HOME/cmem.sock"
all_quiet "a directory in the socket's place"
rmdir "$CMEM_HOME/cmem.sock"

# --- places where nothing can be written ---
mkdir "$CMEM_HOME/lock"
all_quiet "a directory in the lock's place"
rmdir "$CMEM_HOME/lock"
rm -rf "$CMEM_HOME"
all_quiet "CMEM_HOME is gone again"
rm -rf "$CMEM_HOME"
: >"$CMEM_HOME"
all_quiet "CMEM_HOME is a file"
rm -f "$CMEM_HOME"
mkdir "$CMEM_HOME"
: >"$CMEM_HOME/spool"
all_quiet "the spool is a file"
rm -rf "$CMEM_HOME"
at_home()
{
    was=$CMEM_HOME
    CMEM_HOME=$1
    all_quiet "$2"
    CMEM_HOME=$was
}
at_home /proc/nowhere "CMEM_HOME in a file system that takes none"
at_home relative/path "CMEM_HOME is relative"
at_home "/$(printf '%05000d' 0)" "CMEM_HOME is longer than any path"
(
    ulimit -f 0
    hook() # a pipe, since no file can grow
    {
        name=$1
        from=$(now_ms)
        said=$("$BIN/cmem-hook-$name" 2>&1)
        rc=$?
        ms=$(($(now_ms) - from))
        [ -z "$said" ] || rc=99
    }
    quiet=0
    for one in $HOOKS; do
        event "$one"
        is_quiet || quiet=1
    done
    exit $quiet
)
ok $? "no file may grow"
mkdir -p "$T/tiny"
if mount -t tmpfs -o size=64k tmpfs "$T/tiny" 2>/dev/null; then
    mkdir -p "$T/tiny/cmem"
    head -c 100000 /dev/zero >"$T/tiny/fill" 2>/dev/null
    at_home "$T/tiny/cmem" "the disk is full"
    umount "$T/tiny"
fi # else it is for 0410-full-disk.sh, and for `no file may grow`
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    nobody='setpriv --reuid=54321 --regid=54321 --clear-groups'
    chmod 755 "$T" "$BIN"
else
    nobody=
fi
mkdir -p "$T/closed/cmem"
chmod 555 "$T/closed/cmem" "$T/closed"
as_nobody() # DESCRIPTION VARIABLE=VALUE... - without HOME
{
    what=$1
    shift
    quiet=0
    for one in $HOOKS; do
        from=$(now_ms)
        echo "$EVENT" | env -i "$@" $nobody "$BIN/cmem-hook-$one" \
            >"$T/out" 2>"$T/err"
        rc=$?
        ms=$(($(now_ms) - from))
        name=$one
        is_quiet || quiet=1
    done
    ok $quiet "$what"
}
as_nobody "a home that cannot be written" "CMEM_HOME=$T/closed/cmem"
as_nobody "no HOME, places given by the XDG variables" \
    "XDG_DATA_HOME=$T/x/data" "XDG_CONFIG_HOME=$T/x/config" \
    "XDG_CACHE_HOME=$T/x/cache" "XDG_STATE_HOME=$T/x/state"
if [ -n "$nobody" ]; then
    as_nobody "no HOME, and a user the system does not know" A=b
fi

# --- descriptors ---
for one in $HOOKS; do
    name=$one
    from=$(now_ms)
    "$BIN/cmem-hook-$one" <&- >"$T/out" 2>"$T/err"
    rc=$?
    : >"$T/out.2"
    echo "$EVENT" | "$BIN/cmem-hook-$one" >&- 2>"$T/err" || rc=98
    echo "$EVENT" | "$BIN/cmem-hook-$one" 2>&- >"$T/out.2" || rc=97
    echo "$EVENT" | "$BIN/cmem-hook-$one" >&- 2>&- || rc=96
    "$BIN/cmem-hook-$one" <&- >&- 2>&- || rc=95
    "$BIN/cmem-hook-$one" <"$T" >/dev/null 2>"$T/err" || rc=94
    ms=0
    is_quiet
    ok $? "$one: closed descriptors"
done
printf '{"hookSpecificOutput":{}}' >"$T/context"
fake ack "$T/context"
for to in /dev/full '&-' pipe; do
    case $to in
    pipe) echo "$EVENT" | { "$BIN/cmem-hook-session-start" 2>"$T/err"
                            echo $? >"$T/status"; } | : ;;
    '&-') echo "$EVENT" | "$BIN/cmem-hook-session-start" >&- 2>"$T/err"
          echo $? >"$T/status" ;;
    *) echo "$EVENT" | "$BIN/cmem-hook-session-start" >$to 2>"$T/err"
       echo $? >"$T/status" ;;
    esac
    rc=$(cat "$T/status") ms=0 name=session-start
    : >"$T/out"
    is_quiet
    ok $? "context for standard output that is $to"
done

# --- input ---
no_fake
drain >/dev/null
mkfifo "$T/fifo"
exec 9<>"$T/fifo" # never closed
quiet=0
for one in $HOOKS; do
    echo "$EVENT" >&9
    hook "$one" <"$T/fifo" 9<&-
    is_quiet || quiet=1
    hook "$one" <"$T/fifo" 9<&- # and nothing in it
    is_quiet || quiet=1
done
exec 9<&-
ok $quiet "standard input that is never closed"
is "$(drain | sort -u)" "1 $((${#EVENT} + 1))
2 $((${#EVENT} + 1))
3 $((${#EVENT} + 1))
4 $((${#EVENT} + 1))
5 $((${#EVENT} + 1))
6 $((${#EVENT} + 1))" "what came before the wait ended is kept"
: >"$T/empty"
all_quiet "empty input" "$T/empty"
is "$(drain)" "" "empty input is no event"
# keeps WANT DESCRIPTION FILE - what a hook keeps of it, if not at once: it reads
# for 250 ms, in which a busy machine may bring it less.
keeps()
{
    want=$1
    kept() { drain >/dev/null; hook stop <"$1"; [ "$(drain)" = "4 $want" ]; }
    until_ms 60000 kept "$3"
    ok $? "$2"
}
head -c 100000 /dev/urandom >"$T/garbage"
all_quiet "garbage" "$T/garbage"
keeps 100000 "garbage is kept whole" "$T/garbage"
head -c 10485760 /dev/urandom >"$T/10m"
all_quiet "10 MB" "$T/10m"
keeps 10485760 "10 MB are kept whole" "$T/10m"
head -c 20000000 /dev/zero >"$T/20m"
hook stop <"$T/20m"
is_quiet
ok $? "20 MB"
keeps 16777216 "of 20 MB the first 16 MiB are kept" "$T/20m"
drain >/dev/null
(ulimit -v 4000 && hook stop <"$T/10m" && is_quiet)
ok $? "10 MB with no memory to hold it"
little() { (ulimit -v 4000 && hook stop <"$T/10m"); [ "$(drain)" = "4 262144" ]; }
[ "$(drain)" = "4 262144" ] || until_ms 20000 little
ok $? "what there was memory for is kept"

# --- malformed JSON: the hook does not look, and passes every byte on ---
fake record "$T/recorded"
set -- "$ROOT"/tests/data/malformed/*.json
if [ -d "${CMEM_BIG_DATA:-/nowhere}/fuzz/json-parsing" ]; then
    set -- "$@" "$CMEM_BIG_DATA"/fuzz/json-parsing/*.json
fi
: >"$T/recorded"
quiet=0
for file; do
    for one in $HOOKS; do
        hook "$one" <"$file"
        is_quiet || { quiet=1 && echo "# with $file"; }
    done
done
ok $quiet "malformed JSON"
# What the fake worker did not answer in time is in the spool, too.
drain "$T/waiting" >/dev/null
cat >"$T/arrived.js" <<'END'
const fs = require('fs');
const [recorded, waiting, ...files] = process.argv.slice(2);
const events = new Map();
for (const from of [recorded, waiting].filter((f) => fs.existsSync(f))) {
    const b = fs.readFileSync(from);
    for (let at = 0; at + 36 <= b.length;) {
        const end = at + 36 + b.readUInt32LE(at + 8);
        events.set(b.toString('hex', at + 20, at + 36),
            b.toString('latin1', at + 36, end));
        at = end;
    }
}
const sent = files.map((f) => fs.readFileSync(f, 'latin1')).filter(Boolean);
const wanted = sent.flatMap((s) => Array(6).fill(s)).sort();
const got = [...events.values()].sort();
console.log(`# ${got.length} events of ${wanted.length}`);
process.exit(got.length > 0 && got.length === wanted.length &&
    got.every((s, i) => s === wanted[i]) ? 0 : 1);
END
arrived()
{
    node "$T/arrived.js" "$T/recorded" "$T/waiting" "$@" >"$T/count"
}
until_ms 5000 arrived "$@"
ok $? "malformed JSON arrives byte for byte"
sed -n p "$T/count"
[ ! -e cmem-was-here ]
ok $? "nothing in it was run"
finish
