#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From an alert to its report: oncall.sh BUILD [ALERTS]. A real Prometheus measures itself, the server, the machine and twenty
# services; one of them after the other breaks in its numbers, its alert fires by itself, a real Alertmanager tells `warroom
# serve`, and the report is written. How long that took is in the ledger.
set -eu
warroom=$(realpath "$1/warroom")
alerts=${2:-20}
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; wait; rm -rf "$work"' EXIT
over=$(($(date +%s) + 400))
. tests/oncall_world.sh
lacks=$(missing curl sqlite3 git nginx prometheus prometheus-alertmanager prometheus-node-exporter)
[ -z "$lacks" ] || { echo "there is no $lacks (scripts/gym_setup.sh)"; exit 2; }
# shellcheck disable=SC2046 # four words
set -- $(free_ports 4)
prometheus_port=$1 alertmanager_port=$2 shop_port=$3 node_port=$4

# The shop is a page of numbers: of each service requests, errors and their times.
chmod 755 "$work"
mkdir -m 755 "$work/shop"
cat >"$work/nginx.conf" <<END
daemon off; pid $work/nginx.pid; error_log $work/nginx.err; worker_processes 1;
events {}
http { access_log off; default_type text/plain; client_body_temp_path $work/t1; proxy_temp_path $work/t2; fastcgi_temp_path $work/t3;
  uwsgi_temp_path $work/t4; scgi_temp_path $work/t5; server { listen 127.0.0.1:$shop_port; root $work/shop; } }
END
measure() { # measure BROKEN: a tick of the shop; the service of that number errs
    tick=$((tick + 1))
    awk -v n="$alerts" -v broken="$1" -v tick="$tick" 'BEGIN { for (i = 1; i <= n; i++) {
        bad = i == broken ? 40 : 0
        printf "shop_requests_total{service=\"shop-%d\"} %d\n", i, tick * 50
        printf "shop_errors_share{service=\"shop-%d\"} %.3f\n", i, bad / 100 + (tick % 3) / 1000
        printf "shop_request_duration_seconds{service=\"shop-%d\"} %.4f\n", i, 0.02 + bad / 50 + (tick % 5) / 1000 } }' >"$work/shop/new"
    mv "$work/shop/new" "$work/shop/metrics"
}
tick=0
measure 0
git init -q -b main "$work/repo"
git -C "$work/repo" -c user.name=kim -c user.email=kim@example.org commit -q --allow-empty -m 'The shop'
cat >"$work/warroom.yaml" <<END
sources:
  prometheus: {url: "http://127.0.0.1:$prometheus_port"}
  code: {kind: git, path: "$work/repo"}
serve: {listen: "127.0.0.1:0", data: "$work/data", incidents_per_minute: 1000}
END
cat >"$work/targets.yml" <<END
  - {job_name: node, static_configs: [{targets: ["127.0.0.1:$node_port"]}]}
  - {job_name: shop, honor_labels: true, static_configs: [{targets: ["127.0.0.1:$shop_port"]}]}
END
cat >"$work/rules.yml" <<'END'
groups:
  - name: shop
    rules:
      - {alert: ErrorsHigh, expr: shop_errors_share > 0.1, for: 3s, labels: {severity: page}}
END
start nginx nginx -p "$work" -e "$work/nginx.err" -c "$work/nginx.conf"
start node prometheus-node-exporter --web.listen-address "127.0.0.1:$node_port" --log.level=error
start_world || { tail "$work"/*.log; exit 1; }

answer() { sqlite3 "$work/data/ledger.db" "$1"; }
ended() { [ "$(answer 'SELECT count(*) FROM investigations WHERE ended_ns IS NOT NULL')" -ge "$1" ]; }
for _ in $(seq 20); do measure 0; sleep 0.5; done # what is usual
for service in $(seq "$alerts"); do
    until ended "$service"; do
        [ "$(date +%s)" -lt "$over" ] || { echo 'it takes too long'; answer "SELECT number, alert_name, service, alerts FROM incidents; SELECT incident, service, why FROM incident_alerts; SELECT * FROM investigations" | tail -n 30; tail -n 3 "$work"/*.log; exit 1; }
        measure "$service"
        sleep 0.1
    done
done

echo "series: $(curl -s "http://127.0.0.1:$prometheus_port/api/v1/query?query=count(%7B__name__!=%22%22%7D)" | sed 's/.*,"\([0-9]*\)".*/\1/'), load: $(cut -d ' ' -f 1-3 /proc/loadavg)"
# quantiles SQL: of a column of seconds
quantiles() {
    answer "$1" | sort -n | awk '{ v[NR] = $1 } END { printf "median %.2f s, p95 %.2f s, most %.2f s, of %d\n", v[int((NR + 1) / 2)], v[int(NR * 0.95 + 0.999)], v[NR], NR }'
}
printf 'accepted -> report: '
quantiles "SELECT (ended_ns - asked_ns) / 1e9 FROM investigations WHERE state = 'done'"
printf 'fires -> report:    '
quantiles "SELECT (ended_ns - started_ns) / 1e9 FROM investigations JOIN incidents ON incidents.number = investigations.incident WHERE state = 'done'"
answer "SELECT state, count(*), sum(service = (SELECT service FROM incidents WHERE incidents.number = investigations.incident)) || ' name it' FROM investigations GROUP BY 1"
