#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench/soak.sh and bench/kill.sh, short: two hours of a server in half a minute, and some kills of a seed. No time is asserted
# and no growth is fitted: what is lost, or left over when all has ended, is counted.
set -u
build=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
command -v python3 >/dev/null || { echo 'skipped: there is no python3'; exit 77; }
command -v git >/dev/null || { echo 'skipped: there is no git'; exit 77; }
export PYTHONDONTWRITEBYTECODE=1

# check SENTENCE COMMAND...: what it says is shown where it fails
check() {
    sentence=$1
    shift
    if "$@" >"$work/out" 2>&1; then echo "ok      $sentence"; else
        echo "FAILED  $sentence"
        cat "$work/out"
        failed=1
    fi
}
check 'two hours leave nothing behind' python3 bench/soak/run.py "$build" --hours 2 --pace 240
check 'kill -9 loses nothing of a server' python3 bench/soak/kill.py "$build" --rounds 5 --only serve
for name in investigate kb feedback collect; do
    check "and nothing of warroom $name" python3 bench/soak/kill.py "$build" --rounds 4 --only "$name"
done
exit $failed
