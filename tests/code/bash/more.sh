list[0]=first
"$command" run
trap finish EXIT
