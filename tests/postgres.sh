#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A real PostgreSQL as a source: who waits for whom, what runs, by which plan, and what it says where
# it refuses; and that nothing is changed in it.
set -u
warroom=$1
work=$(mktemp -d)
failed=0
. tests/check.sh

postgres_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1)
if [ ! -x "$postgres_bin/postgres" ] || [ "$(id -u)" != 0 ] || ! id postgres >/dev/null 2>&1; then
    echo 'skipped: PostgreSQL is not installed, or this is not root (scripts/gym_setup.sh)'
    exit 77
fi
as_postgres="setpriv --reuid=postgres --regid=postgres --clear-groups"
chmod 755 "$work"
mkdir "$work/database" "$work/socket" && chown postgres "$work/database" "$work/socket"
port=$((20000 + $$ % 20000))
trap '$as_postgres "$postgres_bin/pg_ctl" -D "$work/database" -m immediate stop >/dev/null 2>&1; rm -rf "$work"' EXIT

$as_postgres "$postgres_bin/initdb" -D "$work/database" -U owner -A trust --no-sync >/dev/null || exit 1
$as_postgres "$postgres_bin/pg_ctl" -D "$work/database" -w -l "$work/database/log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$work/socket -c fsync=off" start >/dev/null || exit 1
sql() { PGAPPNAME=$1 "$postgres_bin/psql" -q -h 127.0.0.1 -p "$port" -U owner -d postgres -c "$2" >>"$work/psql" 2>&1; }

sql setup 'CREATE TABLE stock (id int PRIMARY KEY, held int); INSERT INTO stock SELECT n, 0 FROM generate_series(1, 1000) n'
sql reconcile 'BEGIN; UPDATE stock SET held = 1 WHERE id = 7; SELECT pg_sleep(60)' &
sql report 'SELECT count(*), pg_sleep(60) FROM stock' &
waits() { "$postgres_bin/psql" -At -h 127.0.0.1 -p "$port" -U owner -d postgres -c "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND ($1)"; }
until_there() { for _ in $(seq 100); do [ "$(waits "$1")" = "$2" ] && return; sleep 0.1; done; }
until_there "wait_event = 'PgSleep' AND query_start < clock_timestamp() - interval '1.1 s'" 2
for _ in 1 2 3 4; do sql checkout 'UPDATE stock SET held = 2 WHERE id = 7' & done
until_there "wait_event_type = 'Lock'" 4

cat >"$work/warroom.yaml" <<EOF
sources:
  shop-db: {kind: postgres, url: "postgresql://127.0.0.1:$port", user: owner, password: unused, database: postgres}
  gone: {kind: postgres, url: "postgresql://127.0.0.1:1", user: owner, password: unused}
EOF
cat >"$work/alert.json" <<EOF
{"name": "SlowCheckout", "service": "checkout", "startsAt": $(date +%s)}
EOF
run collect --config "$work/warroom.yaml" --alert "$work/alert.json" --out "$work/bundle"
has() { grep -q -- "$2" "$work/bundle/$1"; }
check 'who waits is told, and who holds' has logs.jsonl 'still waiting for ShareLock on transaction.*Process holding the lock'
check 'and who that is' has logs.jsonl 'application_name=reconcile'
check 'what runs for long is told' has logs.jsonl 'app=report LOG:  duration: [0-9]* ms  statement: SELECT count'
check 'with its plan' has state.jsonl 'Seq Scan.tpublic.stock'
check 'who is at the end of the queue stands in a table' has state.jsonl 'end_application.*reconcile'
check 'limits are told' has state.jsonl 'max_connections'
check 'a database that is not there is a named gap' has sources.jsonl '"gone".*[Cc]onnection refused'
check 'nothing was changed' test "$("$postgres_bin/psql" -At -h 127.0.0.1 -p "$port" -U owner -d postgres -c 'SELECT sum(held) FROM stock')" = 0
run investigate "$work/bundle"
check 'the bundle can be investigated' out_has 'checkout'
check 'and the lock is told' out_has 'reconcile'

# A full house says so.
sql setup 'CREATE ROLE guest LOGIN CONNECTION LIMIT 0'
cat >"$work/warroom.yaml" <<EOF
sources:
  shop-db: {kind: postgres, url: "postgresql://127.0.0.1:$port", user: guest, password: unused, database: postgres}
EOF
run collect --config "$work/warroom.yaml" --alert "$work/alert.json" --out "$work/refused"
check 'a refusal is a line of its log' grep -q 'FATAL:  too many connections for role' "$work/refused/logs.jsonl"
finish
