# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# A small world that is on call, on loopback: a Prometheus that measures, an Alertmanager that tells, and `warroom serve`. For
# tests/oncall.sh and bench/oncall.sh, which source it and set `warroom`, `work` and `pids`; what they add is a job to scrape
# and the rules by which alerts fire.

# until_true COMMAND...: until it succeeds, or the time of the whole script is over
until_true() {
    while ! "$@" >/dev/null 2>&1; do
        [ "$(date +%s)" -lt "$over" ] || return 1
        sleep 0.1
    done
}
# start NAME COMMAND...: in the background; its words go to $work/NAME.log
start() {
    log=$work/$1.log
    shift
    "$@" >"$log" 2>&1 &
    last=$!
    pids="$pids $last"
}
# free_ports N: that nobody listens at, and that the kernel gives to nobody by itself
free_ports() {
    tried=$((10000 + $$ % 20000))
    found=0
    while [ $found -lt "$1" ]; do
        tried=$((tried + 1))
        refused=0
        curl -s -m 1 -o /dev/null "http://127.0.0.1:$tried/" || refused=$?
        if [ $refused = 7 ]; then # curl: failed to connect
            echo $tried
            found=$((found + 1))
        fi
    done
}
ask() { curl -s -m 10 "$@"; }
answers() { ask -f -o /dev/null "$1"; }

# missing PROGRAM...: the first that is not installed
missing() {
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "$program" && return; }
    done
}

# start_world: $prometheus_port and $alertmanager_port are set; so are $work/targets.yml (of the jobs), $work/rules.yml and
# $work/warroom.yaml. Then $base is where the server is.
start_world() {
    start serve "$warroom" serve --config "$work/warroom.yaml"
    server=$last
    until_true grep -q 'listening at' "$work/serve.log" || return 1
    base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$work/serve.log")
    cat >"$work/prometheus.yml" <<END
global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms}
rule_files: ["$work/rules.yml"]
alerting: {alertmanagers: [{static_configs: [{targets: ["127.0.0.1:$alertmanager_port"]}]}]}
scrape_configs:
  - {job_name: warroom, static_configs: [{targets: ["${base#http://}"]}]}
  - {job_name: prometheus, static_configs: [{targets: ["127.0.0.1:$prometheus_port"]}]}
END
    cat "$work/targets.yml" >>"$work/prometheus.yml"
    cat >"$work/alertmanager.yml" <<END
route: {receiver: warroom, group_by: [alertname, service], group_wait: 0s, group_interval: 1s, repeat_interval: 1s}
receivers: [{name: warroom, webhook_configs: [{url: "$base/webhook/alertmanager"}]}]
END
    start prometheus prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/tsdb" --log.level=error \
        --web.listen-address="127.0.0.1:$prometheus_port"
    start alertmanager prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/alerts" \
        --log.level=error --web.listen-address="127.0.0.1:$alertmanager_port" --cluster.listen-address=
    until_true answers "http://127.0.0.1:$prometheus_port/-/ready" && until_true answers "http://127.0.0.1:$alertmanager_port/-/ready"
}
