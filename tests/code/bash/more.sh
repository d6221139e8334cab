list[0]=first
"$command" run
trap finish EXIT

# Documented.
function with-dash { helper "$@"; }
function both() { local x=1; helper "$x"; }
spaced  ( )
{
    cat <<'END'
not_a_function() { :; }
END
    helper | while read -r line; do visit "$line"; done
}
subshell() ( cd / && helper )
readonly CONST=1 OTHER=2
declare -A map=([a]=1)
export PATH="$HOME/bin:$PATH" LATER
export -f both
: "${DEFAULT:=x}"
arr=(one two)
arr[3]=three
trap 'cleanup' EXIT
. ./lib.sh
source "${BASH_SOURCE%/*}/other.sh"
if true; then nested_one() { helper; }; fi
outer_one() { inner_one() { helper; }; inner_one; }
x=$(both) y=`spaced`
[[ -n $x ]] && both && (( y++ ))
case $1 in start) both ;; esac
alias now=both
