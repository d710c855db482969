#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom serve` from outside: the API, who may ask, bad requests, live events, kill -9.
set -u
warroom=$1
work=$(mktemp -d)
server=
trap 'stop 2>/dev/null; rm -rf "$work"' EXIT
failed=0
. tests/check.sh
command -v curl >/dev/null || { echo 'skipped: there is no curl, which scripts/gym_setup.sh installs'; exit 77; }

data=$work/data
examples=$work/examples
mkdir "$examples"
cp -r examples/incidents/pages-504 "$examples/"

# start OPTION...: the server, on a free port; $base is where it is
start() {
    : >"$work/log"
    "$warroom" serve --listen 127.0.0.1:0 --data "$data" "$@" 2>"$work/log" &
    server=$!
    waits_for 'listening at' "$work/log" || return 1
    base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$work/log")
}
# ask METHOD PATH [CURL OPTION...]: status in $status, answer in $work/out, headers in $work/head
ask() {
    method=$1
    path=$2
    shift 2
    status=$(curl -s -m 20 -X "$method" -o "$work/out" -D "$work/head" -w '%{http_code}' --path-as-is "$@" "$base$path")
}
is() { [ "$status" = "$1" ]; }
head_has() { grep -qi -- "$1" "$work/head"; }
post() { path=$1; shift; ask POST "$path" -H 'Content-Type: application/json' "$@"; }
# raw BYTES: as they are, on a connection of their own; the first line of what comes back
raw() {
    printf "$1" | timeout 2 bash -c "exec 3<>/dev/tcp/127.0.0.1/${base##*:}; cat >&3; head -n 1 <&3" >"$work/out" 2>"$work/err"
}

# ---- it starts, and has the example looked into ----
check 'it starts' start --examples "$examples"
ask GET /healthz
check 'it is alive' is 200
ask GET /readyz
check 'it is ready' is 200
check 'an example is looked into' waits_for 'text=".*: done"' "$work/log"
ask GET /api/v1/incidents
check 'incidents are listed' out_has '"title":"NginxErrorRatioHigh: nginx"'
check 'with a verdict' out_has '"verdict":{"known":true,"service":"storefront"'
id=$(sed 's/.*"id":"\([^"]*\)".*/\1/' "$work/out" | head -n 1)
ask GET "/api/v1/incidents/$id"
check 'one is read' out_has '"members":\[{'
for form in json html markdown text postmortem; do
    ask GET "/api/v1/incidents/$id/report?format=$form"
    check "its report as $form" is 200
done
ask GET "/api/v1/incidents/$id/report?format=html"
check 'a report of texts from outside is in a sandbox' head_has '^content-security-policy: sandbox'
ask GET "/api/v1/incidents/$id/report?format=doc"
check 'no report in another form' is 400
ask GET "/api/v1/incidents/$id/exhibits"
check 'what charts need' out_has '"topology":{"nodes":\["'
ask GET "/api/v1/incidents/$id/journal"
check 'its journal' out_has '^{"type":"open"'
ask GET "/api/v1/incidents/$id/bundle"
check 'its bundle' is 200
cp "$work/out" "$work/again.tar.zst"
run investigate "$work/again.tar.zst" --json
check 'which gives the same verdict' out_has '"subject": *"storefront"'
ask GET "/api/v1/incidents/$id/events"
check 'its story to the end' out_has '^event: end'
last=$(grep -c '^id: ' "$work/out")
ask GET "/api/v1/incidents/$id/events" -H "Last-Event-ID: $((last - 1))"
check 'and from where it was left' [ "$(grep -c '^id: ' "$work/out")" = 1 ]
ask GET '/api/v1/incidents?state=nonsense'
check 'a filter that is none is refused' is 400
ask GET /api/v1/incidents/20200101-0000-0000
check 'an incident that is none' is 404
ask GET /api/v1/sources
check 'sources are listed' out_has '"sources":\[\]'
post /api/v1/sources/none/test -d '{}'
check 'one that is none is not tried' is 404
ask GET /api/v1/runbooks
check 'runbooks are listed' out_has '"name":"triage"'
post /api/v1/runbooks/check -d '{"text":"runbook x \"X\" { nonsense() }"}'
check 'a wrong runbook is told so' out_has '"fine":false'
ask GET /metrics
check 'it counts' out_has '^warroom_investigations_total{end="done"} 1'

# ---- questions ----
post "/api/v1/incidents/$id/ask" -d '{"question":"what is the root cause?"}'
check 'a question is answered' out_has '"understood":true.*"text":"The cause most likely lies in `storefront`'
post "/api/v1/incidents/$id/ask" -d '{"question":"how many requests to storefront failed?"}'
check 'with tools, in a sandbox' out_has '\[T1\]'
post "/api/v1/incidents/$id/ask" -d '{"question":"what should I do?"}'
check 'with what people wrote, if there is any' out_has '"text":"git revert'
post "/api/v1/incidents/$id/ask" -d '{"question":"--ledger=/etc/passwd"}'
check 'a question is no option' out_has '"understood":false'
post "/api/v1/incidents/$id/ask" -d '{"question":" "}'
check 'an empty one is refused' is 400
post "/api/v1/incidents/20200101-0000-0000/ask" -d '{"question":"why"}'
check 'about an incident that is none' is 404

# ---- feedback, again, silences ----
post "/api/v1/incidents/$id/feedback" -d '{"verdict":"right","note":"yes"}'
check 'feedback is kept' is 204
ask GET "/api/v1/incidents/$id"
check 'and shown' out_has '"feedback":\[{"verdict":"right"'
post "/api/v1/incidents/$id/feedback" -d '{"verdict":"perhaps"}'
check 'a verdict that is none is refused' is 400
post "/api/v1/incidents/$id/again" -d '{}'
check 'it is looked into again' is 204
twice() { [ "$(grep -c "$id: done" "$work/log")" = 2 ]; }
check 'to the end' soon twice
post /api/v1/silences -d '{"matchers":"alertname=Noise","for":"2h","why":"somebody works on it"}'
check 'a silence is made' is 201
ask GET /api/v1/silences
check 'and listed' out_has '"why":"somebody works on it"'
ask DELETE /api/v1/silences/1
check 'and ended' is 204

# ---- alerts in ----
alert() { printf '{"version":"4","groupKey":"{}:{alertname=\\"%s\\"}","status":"firing","alerts":[{"status":"firing","labels":{"alertname":"%s","service":"web"},"annotations":{},"startsAt":"2026-11-22T02:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"%s"}]}' "$1" "$1" "$1"; }
post /webhook/alertmanager -d "$(alert First)"
check 'an alert of Alertmanager opens an incident' is 202
check 'and says which' out_has '"incidents":\["'
post /webhook/alertmanager -d "$(alert First)"
check 'told again it opens none' out_has '"opened":0'
post /webhook/nonsense -d '{}'
check 'a kind that is none' is 404
post /webhook/alertmanager -d '{"nonsense'
check 'a body that is no JSON' is 400
ask POST /webhook/alertmanager -H 'Content-Type: text/plain' -d '{}'
check 'a body that says it is something else' is 415
post /api/v1/investigations -d '{"alert":{"id":"a","name":"Asked","startsAt":"2026-11-22T02:00:00Z","service":"web"}}'
check 'a person may ask' is 202
post /api/v1/investigations -d '{"alert":5}'
check 'but not without an alert' is 400

# ---- telemetry in ----
printf '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"web"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"%s000000000","body":{"stringValue":"hello"}}]}]}]}' "$(date +%s)" | gzip >"$work/otlp"
post /v1/logs -H 'Content-Encoding: gzip' --data-binary "@$work/otlp"
check 'logs are taken' is 200
ask GET "/api/v1/telemetry?table=logs&from=$(($(date +%s) - 60))&to=$(($(date +%s) + 60))"
check 'and given' out_has '^PAR1'
ask GET '/api/v1/telemetry?table=logs&from=5&to=3'
check 'but not backwards' is 400

# ---- tools ----
post /mcp -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_incidents","arguments":{}}}'
check 'tools know the incidents' out_has "$id"

# ---- bad requests ----
ask GET /nothing
check 'nothing there' is 404
ask PUT /api/v1/incidents -d x
check 'a method that is not taken' is 405
check 'and which are' head_has '^allow: GET'
ask POST "/webhook/alertmanager" -H 'Content-Type: application/json'
check 'no body where one is wanted' is 411
head -c 1500000 /dev/zero >"$work/large"
post /webhook/alertmanager --data-binary "@$work/large"
check 'too large a body' is 413
post /webhook/alertmanager -H 'Transfer-Encoding: chunked' --data-binary "@$work/large"
check 'the same in chunks' is 413
ask GET "/?$(head -c 40000 /dev/zero | tr '\0' a)"
check 'too long a line' is 414
ask GET / -H "X: $(head -c 30000 /dev/zero | tr '\0' a)"
check 'too long a header' is 431
ask GET /assets/../../etc/passwd
check 'no way up' is 400
ask GET /assets/%2e%2e/%2e%2e/etc/passwd
check 'nor written another way' is 400
ask GET /api%00/v1
check 'no NUL' is 400
ask GET /%ff%fe
check 'no bytes that are no UTF-8' is 400
ask GET /%4
check 'no half of an escape' is 400
raw 'GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
check 'no two lengths' out_has ' 400 '
raw 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
check 'requests one after the other' out_has ' 200 '
raw '\000\001\002\003\r\n\r\n'
ask GET /healthz
check 'bytes that are no HTTP do no harm' is 200
ask GET / -H 'Host: evil.example'
check 'the page, which holds no secret, is shown by any name' is 200
ask GET /api/v1/version -H 'Host: evil.example'
check 'the API is not: a name may have been led here' is 403
ask GET /api/v1/version -H 'X-Forwarded-For: 10.0.0.1'
check 'nor for somebody behind a proxy' is 403
post "/api/v1/incidents/$id/again" -H 'Origin: http://evil.example' -d '{}'
check 'nor for the page of somebody else' is 403
post "/webhook/alertmanager" -H 'Sec-Fetch-Site: cross-site' -d "$(alert Second)"
check 'nor are its alerts taken' is 403
ask GET /healthz
check 'all have the headers of the house' head_has '^x-content-type-options: nosniff'

# ---- tokens ----
check 'a token is made' sh -c "'$warroom' token add reader --ledger '$data/ledger.db' >'$work/token' 2>'$work/err'"
token=$(cat "$work/token")
sleep 1.5
ask GET /api/v1/version
check 'from then on one is wanted' is 401
ask GET /api/v1/version -H "Authorization: Bearer $token"
check 'and this one will do' is 200
ask GET /api/v1/version -H "Authorization: Bearer ${token}0"
check 'another will not' is 401
post "/api/v1/incidents/$id/again" -H "Authorization: Bearer $token" -d '{}'
check 'it may read only' is 403
post /api/v1/session -d "{\"token\":\"$token\"}"
check 'the page gets a cookie for it' head_has '^set-cookie: warroom_token=.*HttpOnly; SameSite=Strict'
ask GET /api/v1/session -H "Cookie: a=b; warroom_token=$token"
check 'which is as good' out_has '"name":"reader"'
check 'the ledger has no token in it' sh -c "! grep -q '$token' '$data'/ledger.db*"
run token list --ledger "$data/ledger.db"
check 'tokens are listed' out_has '^reader  read'
run token remove reader --ledger "$data/ledger.db"
check 'and removed' ended_with 0
run token add x --scope everything --ledger "$data/ledger.db"
check 'a scope that is none is refused' refused 'a scope is one of'

# ---- the end ----
check 'nobody else may look into its folder' [ "$(stat -c %a "$data")" = 700 ]
check 'it ends when it is told to' stop
check 'and says so' grep -q 'about=stop' "$work/log"
start --examples "$examples" || echo "no start"
ask GET /api/v1/incidents
check 'what was there is there' out_has "$id"
check 'an example is there once' [ "$(grep -o '"title":"NginxErrorRatioHigh: nginx"' "$work/out" | wc -l)" = 1 ]

# ledger SQL: as if time had passed
ledger() {
    python3 -c 'import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1], timeout=5)
ledger.execute(sys.argv[2])
ledger.commit()' "$data/ledger.db" "$1"
}

# ---- who is told ----
stop
mkdir "$work/told"
printf 'notify:\n  folder: {kind: file, path: %s, when: [opened, verdict, failed, resolved]}\n' "$work/told" >"$work/warroom.yaml"
start --config "$work/warroom.yaml" || echo "no start"
post /api/v1/investigations -d '{"alert":{"id":"told","name":"Told","startsAt":"2026-11-22T02:00:00Z","service":"web"}}'
told() { [ -n "$(ls "$work/told")" ]; }
check 'who is named in warroom.yaml is told' soon told
ending() { alert Ending | sed 's/"web"/"ending"/'; }
post /webhook/alertmanager -d "$(ending)"
file=$work/told/$(sed -n 's/.*"incidents":\["\([^"]*\)".*/\1/p' "$work/out").md
holds() { soon grep -qi "$1" "$file"; }
check 'and of what a webhook has brought' holds Ending
kill -9 "$server"
wait "$server" 2>/dev/null
start --config "$work/warroom.yaml" || echo "no start"
post /webhook/alertmanager -d "$(ending | sed 's/firing/resolved/g; s/0001-01-01/2026-11-22/')"
check 'and, after a kill, that the last alert is over' holds 'are over'
check 'and of no trouble in telling' sh -c "! grep about=notify '$work/log'"

# ---- who cannot be told at first ----
stop
printf 'notify:\n  folder: {kind: file, path: %s, when: [opened]}\n' "$work/later" >"$work/warroom.yaml"
start --config "$work/warroom.yaml" || echo "no start"
post /webhook/alertmanager -d "$(alert Later | sed 's/"web"/"later"/')"
file=$work/later/$(sed -n 's/.*"incidents":\["\([^"]*\)".*/\1/p' "$work/out").md
check 'who cannot be told is tried again' waits_for 'attempt 1, and there will be another' "$work/log"
mkdir "$work/later"
ledger 'UPDATE incident_news SET next_ns = 0' # the time is over for which they are left alone
check 'and told then' holds Later

# ---- what is old ----
stop
ledger "UPDATE incidents SET group_ns = 1, updated_ns = 1 WHERE id = '$id'"
check 'it has files' [ -e "$data/incidents/$id/report.json" ]
start --config "$work/warroom.yaml" || echo "no start"
check 'what is older than serve.retention goes' waits_for 'older than is kept' "$work/log"
check 'with its files' soon not test -e "$data/incidents/$id"
ask GET "/api/v1/incidents/$id"
check 'and is not known' is 404

# ---- a store that is elsewhere ----
stop
printf 'receive: {store: clickhouse, clickhouse: {url: "http://127.0.0.1:9"}}\n' >"$work/warroom.yaml"
run serve --listen 127.0.0.1:0 --data "$data" --config "$work/warroom.yaml"
check 'what ClickHouse is to keep is kept nowhere else' refused '127.0.0.1:9'
start || echo "no start"

# ---- who posts too fast ----
stop
printf 'serve: {posts_per_second: 1}\n' >"$work/warroom.yaml"
start --config "$work/warroom.yaml" || echo "no start"
too_fast() { for _ in $(seq 40); do post /webhook/alertmanager -d '{}'; is 429 && return 0; done; return 1; }
check 'who posts too fast is told to wait' too_fast
check 'and how long' head_has '^retry-after: 1'
ask GET /api/v1/version
check 'but may read' is 200
stop
start || echo "no start"

# ---- kill -9: what was acknowledged is there ----
for round in 1 2 3; do
    (for i in $(seq 40); do
        curl -s -m 5 -o /dev/null -w "%{http_code} Load-$round-$i\n" -H 'Content-Type: application/json' \
            -d "$(alert "Load-$round-$i")" "$base/webhook/alertmanager"
    done) >"$work/sent-$round" &
    sender=$!
    sleep "0.$((round * 3))"
    kill -9 "$server"
    wait "$server" 2>/dev/null
    start || echo "no start"
    wait "$sender"
done
sed -n 's/^202 //p' "$work"/sent-* >"$work/kept"
ask GET '/api/v1/incidents?limit=200'
sed 's/"id":"/\n/g' "$work/out" | sed -n 's/^\([0-9]\{8\}-[0-9]\{4\}-[^"]*\)".*/\1/p' >"$work/ids"
: >"$work/members"
while read -r id; do
    ask GET "/api/v1/incidents/$id"
    cat "$work/out" >>"$work/members"
done <"$work/ids"
count=0
missing=0
while read -r name; do
    count=$((count + 1))
    grep -q "\"name\":\"$name\"" "$work/members" || missing=$((missing + 1))
done <"$work/kept"
check "kill -9: $count acknowledged, $missing lost" [ "$missing" = 0 ]
check 'and it ends' stop
finish
