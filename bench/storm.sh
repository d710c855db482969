#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A storm of alerts against a fresh server: storm.sh BUILD [POSTS [SECONDS [WATCHERS]]]
set -eu
build=$1
shift
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$work"' EXIT
ulimit -n 4096
"$build/warroom" serve --listen 127.0.0.1:0 --data "$work/data" 2>"$work/log" &
server=$!
until grep -q 'listening at' "$work/log"; do sleep 0.1; done
base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$work/log")
"$build/bench/bench-storm" "${base##*:}" "$@"
grep VmHWM "/proc/$server/status"
curl -s "$base/metrics" | grep -E 'http_answers_total.*[245]xx|duration_seconds_(bucket|count)|resident'
echo "incidents: $(sqlite3 "$work/data/ledger.db" 'SELECT count(*) FROM incidents')," \
    "alerts: $(sqlite3 "$work/data/ledger.db" 'SELECT count(*) FROM incident_alerts')"
grep -v 'about=incident\|about=start' "$work/log" | head -5 || true
