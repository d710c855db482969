#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom serve` with models configured: the report of an incident comes to stand in the words of a
# model, in every form; where the model cannot be reached or is too slow, it stands as it was.
set -u
warroom=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-serve-prose-XXXXXX")
server=
trap 'stop 2>/dev/null; rm -rf "$work"' EXIT
failed=0
. tests/check.sh
command -v curl >/dev/null || { echo 'skipped: there is no curl, which scripts/gym_setup.sh installs'; exit 77; }

mkdir "$work/examples" "$work/tape"
cp -r examples/incidents/checkout-errors "$work/examples/"

# start NAME: a server with $work/NAME.yaml and data of its own, until its report is told again, or not
start() {
    data=$work/$1
    : >"$work/log"
    "$warroom" serve --listen 127.0.0.1:0 --data "$data" --config "$work/$1.yaml" --examples "$work/examples" 2>"$work/log" &
    server=$!
    waits_for 'listening at' "$work/log" || return 1
    base=$(sed -n 's,.*listening at \(http[^ ]*\)/".*,\1,p' "$work/log")
    waits_for 'text=".*: done"' "$work/log" || return 1
    id=$(ls "$data/incidents")
}
report() { curl -s -m 20 -o "$work/out" "$base/api/v1/incidents/$id/report?format=$1"; }
# model URL LINE...: a warroom.yaml that has one
model() {
    printf 'serve: {deadline: 12s}\nexperts:\n  writer:\n    kind: openai\n    url: %s\n    model: writer\n' "$1"
    shift
    printf '    %s\n' "$@"
}

# ---- one that answers ----
reply=$(tr -d '\n' <<'END' | sed 's/"/\\"/g'
{"sentences":[{"text":"Most likely orders caused the errors: its session orders-1 reconcile holds a lock that others wait for.","cites":["E59","E62"]},
{"text":"The disk of orders filled up at 02:34:16.","cites":["E62"]}]}
END
)
printf 'HTTP 200\n\n{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":"%s"}}],"usage":{"prompt_tokens":900,"completion_tokens":90}}' "$reply" >"$work/tape/01.reply"
model http://127.0.0.1:9/v1 "replay: $work/tape" >"$work/answers.yaml"
check 'a report is made' start answers
check 'and told again' waits_for "$id: told in the words of a model" "$work/log"
for form in json html markdown text; do
    report "$form"
    check "the words stand in the form $form" out_has 'Most likely orders caused the errors'
    check "and who was asked, in $form" out_has 'writer'
done
check 'what no evidence bears out stands nowhere' not grep -rq 'disk of orders' "$data/incidents/$id"
report text
check 'the sentences of the program stand' out_has 'FOR IT'
check 'nothing is left beside it' not test -e "$data/incidents/$id/retold"
check 'the verdict came first' sh -c "sed -n '/: done\"/,\$p' '$work/log' | grep -q 'told in the words'"
cp "$data/incidents/$id/report.txt" "$work/told"
check 'no question goes to a model' sh -c "curl -s -m 20 -H 'Content-Type: application/json' -d '{\"question\":\"what is the root cause?\"}' '$base/api/v1/incidents/$id/ask' | grep -q '\"understood\":true'"
check 'it ends' stop

# ---- one that is not there ----
model http://127.0.0.1:9/v1 >"$work/down.yaml"
check 'a report is made without it' start down
check 'and the log says why it is not told again' waits_for "$id: no sentence of a model is told: .*127.0.0.1:9" "$work/log"
report text
check 'the report stands' out_has 'FOR IT'
check 'and says who was asked' out_has 'writer'
check 'in its own words' not grep -q 'IN OTHER WORDS' "$work/out"
stop

# ---- one that never answers ----
if command -v python3 >/dev/null; then
    python3 -c 'import socket, sys, time
it = socket.socket(); it.bind(("127.0.0.1", 0)); it.listen(8)
print(it.getsockname()[1], flush=True); time.sleep(60)' >"$work/port" &
    silent=$!
    while [ ! -s "$work/port" ]; do sleep 0.1; done
    model "http://127.0.0.1:$(cat "$work/port")/v1" >"$work/silent.yaml"
    check 'one that is silent delays no report' start silent
    check 'nor is it waited for longer than it may take' waits_for "$id: no sentence of a model is told" "$work/log"
    report text
    check 'the report stands' out_has 'FOR IT'
    curl -s -m 20 -o "$work/out" -H 'Content-Type: application/json' -d '{}' "$base/api/v1/incidents/$id/again"
    : >"$work/log"
    check 'it is looked into again' waits_for 'text=".*: done"' "$work/log"
    check 'and the server ends while the model is waited for' stop
    check 'which the log says' grep -q "$id: not told in the words of a model: the server ends" "$work/log"
    check 'and leaves nothing half written' not test -e "$data/incidents/$id/retold"
    kill "$silent"
fi

# ---- none ----
printf 'serve: {deadline: 12s}\n' >"$work/none.yaml"
check 'without models' start none
sleep 0.5
check 'nobody writes anew' not grep -q 'about=prose' "$work/log"
report text
check 'nor is any asked' not out_has 'writer'
stop

# ---- by hand ----
run retell "$work/answers/incidents/$id/journal.jsonl" --expert "$work/down.yaml" --time 0
check 'a time that is none is refused' refused 'time wants seconds'
finish
