#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A server with a fault in it: an alert is posted, an incident is looked into, a page asks for it; then it is ended. Its
# exit code is this script's, unless something does not hold: then 3. What it has acknowledged must be there afterwards.
set -u
data=$RUN/data
LD_PRELOAD=${FAIL_LOAD:-} "$WARROOM" serve --listen 127.0.0.1:0 --data "$data" 2>"$RUN/log" &
server=$!
fail() {
    echo "serve_once: $1" >&2
    kill -KILL "$server" 2>/dev/null
    exit 3
}
# try COMMAND...: until it succeeds or the server is gone; twenty seconds, for a machine may be busy
try() {
    for _ in $(seq 400); do
        "$@" && return 0
        kill -0 "$server" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}
ask() { curl -s -m 5 -o "$RUN/answer" -w '%{http_code}' "$@" 2>/dev/null; }
try grep -q 'listening at' "$RUN/log"
base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$RUN/log")
posted=000
if [ -n "$base" ]; then
    now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    for _ in 1 2 3; do
        posted=$(ask -H 'Content-Type: application/json' "$base/webhook/alertmanager" -d "{\"version\":\"4\",\"status\":\"firing\",
            \"alerts\":[{\"status\":\"firing\",\"labels\":{\"alertname\":\"StockWaits\",\"service\":\"stock\"},\"startsAt\":\"$now\"}]}")
        [ "$posted" = 000 ] || break
    done
    try grep -q 'text=".*: \(done\|failed\)' "$RUN/log"
    ask "$base/api/v1/incidents" >/dev/null
fi
kill "$server" 2>/dev/null
is_gone() { ! kill -0 "$server" 2>/dev/null || grep -q '^State:.Z' "/proc/$server/status"; }
for _ in $(seq 300); do
    is_gone && break
    sleep 0.05
done
is_gone || { kill -KILL "$server"; kill -KILL $$; } # it did not end when it was told to
wait "$server"
code=$?
cat "$RUN/log" >&2
[ "$code" -le 128 ] || kill -"$((code - 128))" $$ # ended as it was
[ "$code" -le 2 ] || exit "$code"

# ---- and without a fault, on what it has left ----
export LD_PRELOAD=
unset WARROOM_FAIL_PLAN
"$WARROOM" serve --listen 127.0.0.1:0 --data "$data" 2>"$RUN/log" &
server=$!
try grep -q 'listening at' "$RUN/log" || fail "the ledger cannot be opened afterwards"
base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$RUN/log")
ask "$base/api/v1/incidents" >/dev/null
case $posted in
2*) grep -q StockWaits "$RUN/answer" || fail "an alert that was acknowledged is gone" ;;
esac
kill "$server"
wait "$server"
exit "$code"
