#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A night on call, with nobody who plays a part: a real Prometheus measures a real Redis through its exporter, a commit lands,
# Redis dies, Prometheus fires, Alertmanager tells `warroom serve`, and the report is there. Told again it is the same incident;
# when Redis is back, it is over. Every wait ends when what it waits for is there, and all of them together after a minute.
#   tests/oncall.sh WARROOM
set -u
warroom=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-oncall-XXXXXX")
pids=
stop_all() {
    # shellcheck disable=SC2086 # a list of words
    kill $pids 2>/dev/null
    wait
    rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 1' INT TERM
failed=0
over=$(($(date +%s) + 60))
. tests/check.sh
. tests/oncall_world.sh
lacks=$(missing curl git prometheus prometheus-alertmanager prometheus-redis-exporter redis-server redis-cli)
[ -z "$lacks" ] || { echo "skipped: there is no $lacks (scripts/gym_setup.sh installs it)"; exit 77; }

# shellcheck disable=SC2046 # four words
set -- $(free_ports 4)
prometheus_port=$1 alertmanager_port=$2 redis_port=$3 exporter_port=$4
prometheus=http://127.0.0.1:$prometheus_port

# ---- the world ----

start_redis() {
    start redis redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --dir "$work"
    redis=$last
}
git init -q -b main "$work/repo"
commit() {
    git -C "$work/repo" add -A
    git -C "$work/repo" -c user.name=kim -c user.email=kim@example.org commit -q -m "$1"
}
printf 'maxmemory 64mb\n' >"$work/repo/redis.conf"
commit 'Redis for baskets'
mkdir "$work/told"
cat >"$work/warroom.yaml" <<END
sources:
  prometheus: {url: "$prometheus"}
  shop-code: {kind: git, path: "$work/repo"}
serve: {listen: "127.0.0.1:0", data: "$work/data"}
notify:
  wiki: {kind: file, path: "$work/told"}
END
cat >"$work/targets.yml" <<END
  - {job_name: redis, static_configs: [{targets: ["127.0.0.1:$exporter_port"]}]}
END
cat >"$work/rules.yml" <<'END'
groups:
  - name: shop
    rules:
      - {alert: RedisDown, expr: redis_up == 0, for: 3s, labels: {service: redis, severity: page}, annotations: {summary: "Redis does not answer"}}
END
start_redis
start exporter prometheus-redis-exporter -redis.addr "redis://127.0.0.1:$redis_port" -web.listen-address "127.0.0.1:$exporter_port"
check 'all is up' start_world
# measured QUERY NUMBER: Prometheus says that much, or more
measured() {
    told=$(ask -G "$prometheus/api/v1/query" --data-urlencode "query=$1" | sed -n 's/.*"value":\[[^,]*,"\([0-9]*\)".*/\1/p')
    [ "${told:-0}" -ge "$2" ]
}
check 'Redis is measured' until_true measured 'count_over_time((redis_up == 1)[1m:500ms])' 16
run doctor --config "$work/warroom.yaml"
check 'the doctor finds nothing wrong' ended_with 0

# ---- it breaks ----

incidents() { ask "$base/api/v1/incidents" >"$work/incidents"; }
incidents
check 'all is quiet' grep -q '{"incidents":\[\]' "$work/incidents"
printf 'maxmemory 1mb\n' >"$work/repo/redis.conf"
commit 'Baskets are small: give Redis 1 MB'
kill -9 "$redis"
opened() { incidents && grep -q '"title":"RedisDown: redis"' "$work/incidents"; }
check 'the alert opens an incident by itself' until_true opened
id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' "$work/incidents" | head -n 1)
has_ended() { ask "$base/api/v1/incidents/$id" >"$work/incident" && grep -q '"state":"\(done\|failed\|cancelled\)"' "$work/incident"; }
check 'it is looked into to the end' until_true has_ended
incident_has() { grep -q -- "$1" "$work/incident"; }
check 'and that went well' incident_has '"state":"done"'
check 'with a verdict that names it, or nobody' incident_has '"verdict":{"known":\(true,"service":"redis"\|false\)'
check 'its only alert is that of Prometheus' incident_has '"members":\[{"fingerprint":"[0-9a-f]*","name":"RedisDown","service":"redis"'

# ---- the report ----

report() { ask -f "$base/api/v1/incidents/$id/report?format=$1" >"$work/report.$1"; }
for form in json html markdown text postmortem; do check "the report is there as $form" report $form; done
check 'it speaks of Redis' grep -q 'redis' "$work/report.text"
bundle=$work/data/incidents/$id/bundle
check 'it was collected from Prometheus' grep -q '"source":"prometheus".*"state":"read"' "$bundle/sources.jsonl"
check 'with samples of Redis' grep -q ',redis_up,' "$bundle/metrics.csv"
check 'that show it down' grep -q ',redis_up,0' "$bundle/metrics.csv"
check 'and from the repository' grep -q '"source":"shop-code".*"state":"read"' "$bundle/sources.jsonl"
check 'with the commit' grep -q 'give Redis 1 MB' "$bundle/changes.jsonl"
check 'and its lines' grep -q 'maxmemory 1mb' "$bundle/changes.jsonl"
run investigate "$bundle" --format text
check 'who investigates the bundle again gets a report' test "$code" -le 1
check 'who was to be told has been told' until_true test -s "$work/told/$id.md"
check 'of Redis' grep -q 'redis' "$work/told/$id.md"
check 'the page is there' sh -c "curl -s '$base/' | grep -q '<html'"

# ---- told again, and over ----

told_again() { ask "http://127.0.0.1:$alertmanager_port/metrics" | grep -q '^alertmanager_notifications_total{integration="webhook"} [3-9]'; }
check 'Alertmanager tells it again, and again' until_true told_again
none_failed() { ask "http://127.0.0.1:$alertmanager_port/metrics" | grep -q '^alertmanager_notifications_failed_total{integration="webhook"} 0'; }
check 'and is answered each time' none_failed
incidents
check 'and it is still one incident' test "$(grep -o '"id":' "$work/incidents" | wc -l)" = 1
check 'investigated once' test "$(grep -c "text=\"$id: done\"" "$work/serve.log")" = 1
start_redis
is_over() { has_ended && incident_has '"resolved":true'; }
check 'Redis is back, and it is over' until_true is_over
check 'its report is still there' report text
kill "$server"
wait "$server"
check 'the server ends as it should' test $? = 0
check 'and has complained of nothing' sh -c "! grep -q 'level=error' '$work/serve.log'"
finish
