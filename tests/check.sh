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
is_quiet() { [ ! -s "$work/err" ]; }
# refused PATTERN: exit code 2, a sentence of ours on stderr that has the pattern, nothing on stdout
refused() { [ "$code" = 2 ] && [ ! -s "$work/out" ] && grep -q '^warroom: ..' "$work/err" && err_has "$1"; }

# The last words of a script, and its exit status.
finish() {
    if [ "$failed" = 0 ]; then echo 'all ok'; else echo "$failed FAILED"; fi
    [ "$failed" = 0 ]
}
