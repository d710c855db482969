#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The gym's shop by itself: all of its roles on loopback addresses of their own, real PostgreSQL,
# Redis and nginx, ten seconds of customers. Every route answers, traces go through all services,
# metrics can be scraped, and nothing is left running.
#
#   tests/shop.sh build/gym/shop/shop
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin
export LC_ALL PATH
shop=$(realpath "$1" 2>/dev/null)
postgres_bin=${POSTGRES_BIN:-/usr/lib/postgresql/15/bin}
source=$PWD/gym/shop
net=127.$((64 + $$ % 128)).0 # of this run alone
failed=0

. tests/check.sh

skip() {
    echo "SKIP: $1"
    exit 77 # which meson reads as skipped
}
[ -x "$shop" ] || skip "the shop is not built: a library of gym/shop/meson.build is missing"
for command in "$postgres_bin/initdb" redis-server nginx jq curl; do
    command -v "$command" >/dev/null || skip "$command is not installed"
done
as_postgres=
if [ "$(id -u)" = 0 ]; then # PostgreSQL will not run as root
    id postgres >/dev/null 2>&1 || skip "there is no user postgres to run PostgreSQL as"
    as_postgres='setpriv --reuid=postgres --regid=postgres --clear-groups'
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-shop-XXXXXX")
chmod 711 "$work"
pids=
stop_all() {
    for pid in $pids; do kill -TERM "$pid" 2>/dev/null; done
    [ -s "$work/database/postmaster.pid" ] && kill -INT "$(head -n 1 "$work/database/postmaster.pid")" 2>/dev/null
    wait
    rm -rf "$work"
}
trap stop_all EXIT
trap 'exit 1' INT TERM

wait_until() { # SECONDS COMMAND...
    tries=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.1
    done
}

# ---- what the shop stands on ----

mkdir "$work/out" "$work/log" "$work/run" "$work/tmp" "$work/authority" "$work/database"
cp -r "$source/config" "$work/live"
find "$work/live" -type f -exec sed -i "s/127\.10\.0\./$net./g" {} +
sed -i "s/^trace_percent = .*/trace_percent = 100/" "$work/live/gateway/gateway.conf"
"$shop" certificate "$work/authority" payment $net.18 3600 "$work/live/payment" || exit 1
"$shop" certificate "$work/authority" bank bank.example 3600 "$work/live/bank" || exit 1
cp "$work/authority/ca.crt" "$work/live/checkout/ca.crt"
cp "$work/authority/ca.crt" "$work/live/payment/bank-ca.crt"

[ -z "$as_postgres" ] || chown postgres: "$work/database"
$as_postgres "$postgres_bin/initdb" -D "$work/database" -U owner -A trust --no-locale -E UTF8 \
    --no-sync >"$work/log/initdb.log" || exit 1
$as_postgres "$postgres_bin/postgres" -D "$work/database" -c listen_addresses=$net.30 -c port=5432 \
    -c unix_socket_directories= -c fsync=off -c max_connections=100 </dev/null \
    >"$work/log/postgres.log" 2>&1 &
redis-server "$work/live/redis/redis.conf" --bind $net.31 --port 6379 --dir "$work/tmp" </dev/null \
    >"$work/log/redis.log" 2>&1 &
pids="$pids $!"
psql() { "$postgres_bin/psql" -qX -h $net.30 -U "$@" -v ON_ERROR_STOP=1; }
wait_until 20 "$postgres_bin/pg_isready" -q -h $net.30 -U owner -d postgres || exit 1
psql owner -d postgres -c 'CREATE ROLE shop LOGIN' -c 'CREATE DATABASE shop OWNER shop' || exit 1
psql shop -d shop -v past_orders=20000 -f "$source/schema.sql" || exit 1
for migration in "$work"/live/postgres/*.sql; do
    psql shop -d shop -f "$migration" || exit 1
done

# ---- the shop ----

services='resolver-1 bank-1 auth-1 catalog-1 catalog-2 cart-1 inventory-1 recommendation-1
    shipping-1 payment-1 checkout-1 checkout-2 worker-1 worker-2 gateway-1 gateway-2'
host_of() {
    case $1 in
    gateway-1) echo 11 ;; gateway-2) echo 12 ;; catalog-1) echo 13 ;; catalog-2) echo 14 ;;
    cart-1) echo 15 ;; checkout-1) echo 16 ;; checkout-2) echo 17 ;; payment-1) echo 18 ;;
    inventory-1) echo 19 ;; recommendation-1) echo 20 ;; shipping-1) echo 21 ;; auth-1) echo 22 ;;
    worker-1) echo 23 ;; worker-2) echo 24 ;; bank-1) echo 32 ;; resolver-1) echo 33 ;;
    esac
}
url_of() {
    case $1 in payment-1 | bank-1) echo "https://$net.$(host_of "$1"):8080" ;;
    *) echo "http://$net.$(host_of "$1"):8080" ;; esac
}
for instance in $services; do
    role=${instance%-*}
    "$shop" "$role" "$instance" "$net.$(host_of "$instance")" "$work/live/$role/$role.conf" 1.0.0 \
        "$work/out" </dev/null >"$work/log/$instance.log" 2>&1 &
    pids="$pids $!"
done
for instance in $services; do
    check "$instance starts" wait_until 10 test -s "$work/out/$instance.ready"
done
nginx -p "$work/" -e log/nginx-error.log -c live/nginx/nginx.conf -g 'daemon off;' </dev/null \
    >"$work/log/nginx.log" 2>&1 &
pids="$pids $!"
check 'nginx starts' wait_until 10 test -s "$work/run/nginx.pid"

for instance in $services; do
    check "$instance is healthy" curl -sfk "$(url_of "$instance")/healthz"
    check "$instance is ready" wait_until 5 curl -sfk "$(url_of "$instance")/readyz"
done

# ---- each route, by hand ----

front=http://$net.10:8080
ask() { # METHOD TARGET: the body to $work/out/body; fails but for 2xx
    method=$1
    shift
    curl -sf -o "$work/body" -X "$method" -H "Authorization: Bearer $token" "$front$1"
}
body_has() { jq -e "$1" "$work/body"; }
token=none
check 'the home page' ask GET /
check 'shows products' body_has '.catalog.products | length == 20'
check 'a search' ask GET '/search?q=red+shirt'
check 'finds some' body_has '.products | length > 0'
check 'a product page' ask GET '/product?sku=7'
check 'has what others say of it' body_has '.inventory.available > 0 and .catalog.sku == 7'
check 'a product that is not sold is none' sh -c "[ \$(curl -s -o /dev/null -w '%{http_code}' $front/product?sku=99999) = 404 ]"
check 'who has not logged in has no cart' sh -c "[ \$(curl -s -o /dev/null -w '%{http_code}' $front/cart) = 401 ]"
check 'a wrong password is refused' sh -c "[ \$(curl -s -o /dev/null -w '%{http_code}' -X POST '$front/login?email=customer5@mail.example&password=no') = 401 ]"
check 'the right one is not' ask POST '/login?email=customer5@mail.example&password=correct+horse'
token=$(jq -r .token "$work/body")
check 'something for the cart' ask POST '/cart?sku=7&quantity=2'
check 'something else' ask POST '/cart?sku=8&quantity=1'
check 'the cart' ask GET /cart
check 'has both' body_has '.lines | length == 2'
total=$(jq .total_cents "$work/body")
check 'a total that is not that of now is refused' sh -c "[ \$(curl -s -o /dev/null -w '%{http_code}' -X POST -H 'Authorization: Bearer $token' $front/checkout?total=1) = 409 ]"
checked_out() { # the bank declines one of fifty
    ask POST "/checkout?total=$total" || ask POST "/checkout?total=$total"
}
check 'the checkout' checked_out
order=$(jq .order "$work/body")
shipped() { ask GET /orders && jq -e ".orders[0].order == $order and .orders[0].status == \"sent\"" "$work/body"; }
check 'is packed and mailed by the workers' wait_until 5 shipped

# ---- customers ----

"$shop" load $front 20 10 1 >"$work/load" || failed=$((failed + 1))
cat "$work/load"
no_errors() { grep -q 'no answer 0, 2xx [1-9][0-9]*, 4xx [0-9]*, 5xx 0$' "$work/load"; }
check 'ten seconds of customers, and no error' no_errors
for instance in $services; do
    curl -sfk "$(url_of "$instance")/metrics" >"$work/metrics" || failed=$((failed + 1))
    check "$instance tells its process's metrics" grep -q '^process_cpu_seconds_total [0-9]' "$work/metrics"
    check "each of its lines is a comment or a sample" \
        sh -c "! grep -vqE '^(# (HELP|TYPE) .+|[a-z_]+(\\{[^}]*\\})? [-+0-9.e]+)\$' $work/metrics"
    check "and no metric is told twice" sh -c "[ -z \"\$(grep '^# TYPE' $work/metrics | sort | uniq -d)\" ]"
done
sleep 2.5 # the exporter writes every two seconds
spans='.resourceSpans[] | (.resource.attributes[] | select(.key == "service.name") | .value.stringValue) as $service
    | .scopeSpans[].spans[] | {service: $service, trace: .traceId, span: .spanId, parent: (.parentSpanId // ""), name}'
jq -c "$spans" "$work/out/otlp-traces.jsonl" >"$work/spans" || failed=$((failed + 1))
through_all() {
    jq -se 'group_by(.trace) | map([.[].service] | unique) | any(contains(["gateway", "auth", "checkout",
        "cart", "catalog", "inventory", "payment", "shipping", "worker"]))' "$work/spans"
}
check 'a trace goes through all services that a checkout needs' through_all
parents_known() {
    jq -se '(map(.span) | INDEX(.)) as $known | map(select(.parent != "" and ($known[.parent] | not))) | length == 0' "$work/spans"
}
check 'each span has its parent' parents_known
check 'no log record is an error' \
    sh -c "! jq -e '.resourceLogs[].scopeLogs[].logRecords[] | select(.severityNumber >= 17)' $work/out/otlp-logs.jsonl"
check 'metrics are exported' sh -c "jq -e '.resourceMetrics[0].scopeMetrics[0].metrics | length > 5' $work/out/otlp-metrics.jsonl"

# ---- the end ----

for pid in $pids; do kill -TERM "$pid"; done
all_gone() { for pid in $pids; do ! kill -0 "$pid" 2>/dev/null || return 1; done; }
check 'all end when they are told' wait_until 15 all_gone
pids=
finish
