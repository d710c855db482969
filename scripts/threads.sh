#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The thread sanitizer under load: threads.sh [BUILD]. Builds with it into BUILD (build-threads), then runs the tests of what
# has threads, a storm of alerts, pushed telemetry, two minutes of bench/soak.sh, an investigation, and logs on two
# threads. Any report fails it. DuckDB, libmicrohttpd, curl and SQLite are not built with the sanitizer: what they do by
# themselves is not looked at, their locks are (ignore_noninstrumented_modules). No suppression of ours stands beside that.
set -eu
build=${1:-build-threads}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests='child_test connect_inquiry_test desk_test http_test intake_test ledger_test network_test query_test reread_test
    scribe_test survey_test take_test telemetry_test work_test'
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 history_size=4 exitcode=66 log_path=$work/report"
failed=0

[ -d "$build" ] || meson setup "$build" -Db_sanitize=thread -Db_lundef=false >/dev/null
# shellcheck disable=SC2046
ninja -C "$build" warroom bench/bench-storm bench/bench-push bench/libsoak-clock.so $(printf 'tests/%s ' $tests) >"$work/built" ||
    { tail "$work/built"; exit 1; }

# run WHAT COMMAND...: how it ended, and how many reports came of it
run() {
    what=$1
    shift
    rm -f "$work"/report.*
    code=0
    "$@" >"$work/out" 2>&1 || code=$?
    reports=$(cat "$work"/report.* 2>/dev/null | grep -c '^WARNING: ThreadSanitizer' || true)
    echo "$what: ended with $code, $reports reports"
    [ "$code" = 0 ] && [ "$reports" = 0 ] && return
    failed=1
    tail -n 20 "$work/out"
    cat "$work"/report.* 2>/dev/null | head -n 60
}
push() {
    mkdir "$work/data"
    : >"$work/log"
    "$build/warroom" serve --listen 127.0.0.1:0 --data "$work/data" 2>"$work/log" &
    server=$!
    until grep -q 'listening at' "$work/log"; do sleep 0.1; done
    "$build/bench/bench-push" "$(sed -n 's,.*listening at http://[^:]*:\([0-9]*\)/".*,\1,p' "$work/log")" 4 200
    kill "$server"
    wait "$server"
}

for test in $tests; do
    run "$test" "$build/tests/$test"
done
run 'a storm, 50 watch' sh bench/storm.sh "$build" 1000 20 50
run 'pushed telemetry' push
run 'two minutes of a day' env PYTHONDONTWRITEBYTECODE=1 python3 bench/soak/run.py "$build" --pace 1 --hours 0.033 --memory 4000
run 'an investigation' "$build/warroom" investigate --no-progress examples/incidents/pages-504
for i in $(seq 20000); do echo "2026-11-22T02:00:00Z INFO request $i took $((i % 97)) ms"; done >"$work/lines.log"
run 'logs on two threads' "$build/warroom" logs summarise --threads 2 "$work/lines.log"
exit $failed
