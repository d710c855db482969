#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom collect` and `warroom sources` against a real Prometheus and a real Alertmanager on loopback, a repository, a
# stand-in that speaks Loki, and servers that are down, slow, endless, cut off, or something else altogether.
#   tests/collect.sh WARROOM WARROOM_EVAL STAND_IN
set -u
warroom=$(realpath "$1")
stand_in=$(realpath "$3")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-collect-XXXXXX")
pids=
finish_all() {
    for pid in $pids; do kill "$pid" 2>/dev/null; done
    wait
    rm -rf "$work"
}
trap finish_all EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

# ---- the world: a stand-in, and what is installed ----

STAND_IN_SERIES=1000 "$stand_in" >"$work/port" &
pids="$pids $!"
soon test -s "$work/port"
port=$(cat "$work/port")

# A port that was free a moment ago.
free_port() { "$stand_in" >"$work/free" & spare=$!; soon test -s "$work/free"; cat "$work/free"; kill $spare; : >"$work/free"; }

alert() { # alert FILE: one that fires now
    printf '{"name":"StockWaits","service":"stock","startsAt":"%s","labels":{"severity":"page"}}\n' \
        "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$1"
}
# state NAME: what sources.jsonl says became of it
state() { grep "\"source\":\"$1\"" "$work/bundle/sources.jsonl" | sed 's/.*"state":"\([a-z]*\)".*/\1/'; }
is_state() { [ "$(state "$1")" = "$2" ]; }
note_has() { grep "\"source\":\"$1\"" "$work/bundle/sources.jsonl" | grep -q -- "$2"; }
has_row() { grep -q -- "$2" "$work/bundle/$1"; }
collect() {
    rm -rf "$work/bundle"
    run collect "$@" --alert "$work/alert.json" --out "$work/bundle"
}

git init -q -b main "$work/repo"
printf 'pool_size: 40\npassword: hunter22\n' >"$work/repo/stock.yaml"
git -C "$work/repo" add -A
git -C "$work/repo" -c user.name=kim -c user.email=kim@example.org commit -q -m 'A larger pool for stock'

# ---- what is no source is a gap, and the rest is read ----

alert "$work/alert.json"
down=$(free_port)
here=http://127.0.0.1:$port
cat >"$work/warroom.yaml" <<EOF
sources:
  lines: {kind: loki, url: "$here"}
  code: {kind: git, path: "$work/repo"}
  down: {kind: prometheus, url: "http://127.0.0.1:$down"}
  slow: {kind: prometheus, url: "$here/slow", budget: 2s}
  huge: {kind: prometheus, url: "$here/huge"}
  cut: {kind: prometheus, url: "$here/cut"}
  lie: {kind: prometheus, url: "$here/lie"}
  html: {kind: prometheus, url: "$here/html"}
  redirect: {kind: prometheus, url: "$here/redirect"}
  refuse: {kind: prometheus, url: "$here/refuse", key: "env:STAND_IN_KEY"}
  deep: {kind: alertmanager, url: "$here/deep"}
  none: {kind: loki, url: "$here/none"}
EOF
export STAND_IN_KEY=very-hush
began=$(date +%s)
collect --config "$work/warroom.yaml"
took=$(($(date +%s) - began))
check 'a source that fails is exit code 1, and there is a bundle' ended_with 1
check 'lines of Loki are read' is_state lines read
check 'of a repository the commits are read' is_state code read
check 'with their diffs' has_row changes.jsonl 'pool_size: 40'
check 'a password in a diff is masked' has_row changes.jsonl 'password: \[secret\]'
check 'a key in a line is masked' has_row logs.jsonl 'token=\[secret\]'
check 'an address in a line is masked' has_row logs.jsonl 'told \[email\]'
check 'and that is said' note_has lines 'are masked'
check 'counts of lines are metrics' has_row metrics.csv ',stock,,log_lines_of_errors,7,'
for name in down slow huge cut lie html redirect refuse deep none; do
    check "$name: it has failed" is_state $name failed
done
check 'down says so' note_has down 'nobody takes the connection'
check 'slow says so' note_has slow 'no answer in time'
check 'huge says so' note_has huge 'more than 67108864 bytes'
check 'cut says so' note_has cut 'broke off'
check 'html says so' note_has html 'HTML'
check 'redirect says so' note_has redirect 'redirect'
check 'refuse says so' note_has refuse 'HTTP 401'
check 'none says so' note_has none 'HTTP 404'
check 'the slowest costs its own budget only' test "$took" -le 8
check 'the key stands nowhere' sh -c "! grep -rq very-hush '$work/bundle' '$work/out' '$work/err'"
check 'nobody else may read the bundle' sh -c "[ \$(stat -c %a '$work/bundle') = 700 ]"
check 'no parts are left' sh -c "[ -z \"\$(ls -A '$work/bundle' | grep '^\\.')\" ]"
run investigate "$work/bundle" --no-progress
check 'it is investigated as any other' test "$code" -le 1
check 'and the report says what is missing' out_has 'slow'

run collect --config "$work/warroom.yaml" --alert "$work/alert.json" --out "$work/bundle"
check 'a folder that has something in it is left alone' refused 'new or empty'
run collect --source "$here" --alert "$work/none.json" --out "$work/other"
check 'without an alert nothing is asked' refused 'none.json'
run collect --alert "$work/alert.json" --out "$work/other"
check 'without a source neither' refused 'no source'
printf 'sources:\n  shop:\n    kind: prometheus\n    ulr: http://127.0.0.1:1\n' >"$work/wrong.yaml"
run sources list --config "$work/wrong.yaml"
check 'what is misspelt is refused with its place' refused 'wrong.yaml: 4:10: .*`url` meant'
printf 'sources:\n  promtheus: {url: "http://127.0.0.1:1"}\n' >"$work/wrong.yaml"
run sources list --config "$work/wrong.yaml"
check 'a kind that is not there as well' refused 'there is no kind of source `promtheus`'
run sources list --config "$work/warroom.yaml"
check 'list names each' out_has 'refuse.*prometheus.*127.0.0.1'
run sources test lines --config "$work/warroom.yaml"
check 'test asks one' ended_with 0
run sources sample refuse --config "$work/warroom.yaml"
check 'sample shows what is sent, without the key' out_has 'Authorization: (a key)'

# ---- a real Prometheus and Alertmanager ----

if ! command -v prometheus >/dev/null || ! command -v prometheus-alertmanager >/dev/null; then
    echo 'without prometheus and prometheus-alertmanager the rest is left out'
    finish
    exit
fi
prometheus_port=$(free_port)
alertmanager_port=$(free_port)
cat >"$work/prometheus.yml" <<EOF
global: {scrape_interval: 500ms, evaluation_interval: 500ms}
rule_files: ["$work/rules.yml"]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:$alertmanager_port"]}]}]}
scrape_configs:
  - job_name: stock
    static_configs: [{targets: ["127.0.0.1:$port"]}]
EOF
cat >"$work/rules.yml" <<'EOF'
groups:
  - name: shop
    rules:
      - {alert: StockWaits, expr: 'stock_0_waiting_requests{route="/r0"} >= 0', labels: {severity: page, service: stock}}
      - {alert: StockIsThere, expr: 'up{job="stock"} == 1', labels: {severity: info, service: stock},
         annotations: {summary: "stock answers"}}
EOF
printf 'route: {receiver: none, group_wait: 1s}\nreceivers: [{name: none}]\n' >"$work/alertmanager.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --log.level=error \
    --web.listen-address="127.0.0.1:$prometheus_port" >"$work/prometheus.log" 2>&1 &
pids="$pids $!"
prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/alerts" --log.level=error \
    --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address= >"$work/alertmanager.log" 2>&1 &
pids="$pids $!"

cat >"$work/warroom.yaml" <<EOF
sources:
  prometheus: {url: "http://127.0.0.1:$prometheus_port"}
  alertmanager: {url: "http://127.0.0.1:$alertmanager_port"}
  code: {kind: git, path: "$work/repo"}
EOF
all_there() {
    alert "$work/alert.json"
    collect --config "$work/warroom.yaml" &&
        [ "$code" = 0 ] && is_state alertmanager read && grep -q 'StockIsThere' "$work/bundle/alerts.json"
}
check 'Prometheus and Alertmanager are read' soon all_there
check 'with samples of all series' has_row metrics.csv ',stock,127.0.0.1:[0-9]*,stock_19_waiting_requests,'
check 'and their labels' has_row metrics.csv '""route"":""/r49'
check 'what else fires is there' has_row alerts.json '"name":"StockIsThere"'
check 'the alert itself is not' sh -c "! grep -q '\"name\":\"StockWaits\"' '$work/bundle/alerts.json'"
check 'series are bounded' sh -c "[ \$(wc -l <'$work/bundle/metrics.csv') -gt 1000 ]"
run bundle check "$work/bundle"
check 'nothing of the bundle is refused' out_has '^metrics.csv  *read'
run investigate "$work/bundle" --no-progress
check 'it is investigated' test "$code" -le 1
first=$(sha256sum <"$work/bundle/changes.jsonl")
collect --config "$work/warroom.yaml"
check 'a repository gives the same bytes twice' sh -c "[ \"\$(sha256sum <'$work/bundle/changes.jsonl')\" = '$first' ]"

cat >"$work/warroom.yaml" <<EOF
sources:
  prometheus: {url: "http://127.0.0.1:$prometheus_port", series: 120, match: 'job="stock"'}
EOF
collect --config "$work/warroom.yaml"
check 'more series than are wanted are left out, and that is said' note_has prometheus 'metrics were left out'
finish
