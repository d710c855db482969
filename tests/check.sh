# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# For the tests that source it, which set `work` and count in `failed`.

# check SENTENCE COMMAND...: the command must succeed
check() {
    sentence=$1
    shift
    if "$@" >/dev/null 2>&1; then echo "ok      $sentence"; else
        echo "FAILED  $sentence"
        echo "        ($*)"
        tail -n 5 "$work/err" 2>/dev/null | cut -c 1-200
        failed=$((failed + 1))
    fi
}

# run ARGUMENT...: the program, with what it prints in $work/out and $work/err, and its exit code
run() {
    timeout 60 "$warroom" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}
ended_with() { [ "$code" = "$1" ]; }
out_has() { grep -q -- "$1" "$work/out"; }
err_has() { grep -q -- "$1" "$work/err"; }
not() { ! "$@"; }
is_quiet() { [ ! -s "$work/err" ]; }
# refused PATTERN: exit code 2, a sentence of ours on stderr that has the pattern, nothing on stdout
refused() { [ "$code" = 2 ] && [ ! -s "$work/out" ] && grep -q '^warroom: ..' "$work/err" && err_has "$1"; }

# soon COMMAND...: tries for twenty seconds; a server of ours that has ended is not waited for
soon() {
    for _ in $(seq 200); do
        "$@" >/dev/null 2>&1 && return 0
        [ -z "${server:-}" ] || kill -0 "$server" 2>/dev/null || return 1
        sleep 0.1
    done
    return 1
}
waits_for() { soon grep -q -- "$1" "$2"; } # waits_for PATTERN FILE

# stop: the server, if there is one; its exit status
stop() {
    [ -n "$server" ] || return 0
    kill "$server"
    wait "$server"
    code=$?
    server=
    return $code
}

# The last words of a script, and its exit status.
finish() {
    if [ "$failed" = 0 ]; then echo 'all ok'; else echo "$failed FAILED"; fi
    [ "$failed" = 0 ]
}
