#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9 under load: kill.sh BUILD [ROUNDS]. Four senders post alerts, each of another name, and
# write down what was acknowledged; the server is killed at a random moment and started again. At
# the end everything that was acknowledged must be in the ledger, once, and everything that was
# running must be done, or wait.
set -eu
build=$1
rounds=${2:-50}
work=$(mktemp -d)
server=
trap 'kill -9 $server 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/examples"
cp -r examples/incidents/pages-504 "$work/examples/"

start() {
    : >"$work/log"
    "$build/warroom" serve --listen "127.0.0.1:${1:-0}" --data "$work/data" --examples "$work/examples" 2>>"$work/log" &
    server=$!
    until grep -q 'listening at' "$work/log"; do
        kill -0 $server || { cat "$work/log"; exit 1; }
        sleep 0.02
    done
    base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$work/log")
}
post() {
    printf '{"version":"4","groupKey":"{}:{group=\\"%s\\"}","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"%s","service":"s%s"},"annotations":{},"startsAt":"2026-11-22T02:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"%s"}]}' \
        "$1" "$2" "$1" "$2" |
        curl -s -m 5 -o /dev/null -w "%{http_code} $2\n" -H 'Content-Type: application/json' -d @- "$base/webhook/alertmanager" || true
}
send() {
    for i in $(seq 400); do
        [ -e "$work/enough" ] && return
        post $((i % 3)) "Load-$1-$2-$i"
    done
}

start
port=${base##*:}
id=
for round in $(seq "$rounds"); do
    rm -f "$work/enough"
    senders=
    for sender in 1 2 3 4; do
        send "$round" "$sender" >"$work/sent-$round-$sender" &
        senders="$senders $!"
    done
    [ -n "$id" ] || id=$(curl -s "$base/api/v1/incidents" | grep -o '"id":"[^"]*","title":"Nginx' | cut -d '"' -f 4)
    curl -s -o /dev/null -X POST -H 'Content-Type: application/json' -d '{}' "$base/api/v1/incidents/$id/again" || true
    sleep "$(awk -v r="$(od -An -N2 -tu2 /dev/urandom)" 'BEGIN { printf "%.3f", 0.05 + r / 65536 * 0.9 }')"
    kill -9 $server
    wait $server 2>/dev/null || true
    : >"$work/enough"
    start "$port"
    wait $senders 2>/dev/null || true
done

cat "$work"/sent-* | sed -n 's/^202 //p' | sort >"$work/acknowledged"
sqlite3 "$work/data/ledger.db" 'SELECT name FROM incident_alerts' | sort >"$work/kept"
echo "$rounds kills, $(wc -l <"$work/acknowledged") posts acknowledged, $(cat "$work"/sent-* | grep -vc '^202') not"
echo "lost: $(comm -23 "$work/acknowledged" "$work/kept" | wc -l), twice: $(uniq -d "$work/kept" | wc -l)"
for _ in $(seq 600); do
    left=$(sqlite3 "$work/data/ledger.db" "SELECT count(*) FROM investigations WHERE ended_ns IS NULL")
    [ "$left" = 0 ] && break
    sleep 0.1
done
echo "left running: $left"
sqlite3 "$work/data/ledger.db" "SELECT state, max(attempts), count(*) FROM investigations GROUP BY 1"
sqlite3 "$work/data/ledger.db" 'PRAGMA integrity_check'
[ "$(comm -23 "$work/acknowledged" "$work/kept" | wc -l)" = 0 ] && [ "$left" = 0 ]
