#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom mcp` as a client sees it: both eras, each tool, and what is spoken wrongly.
set -u
warroom=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
. tests/check.sh

# ask MESSAGE...: each a line; answers in $work/out
ask() {
    printf '%s\n' "$@" | timeout 60 "$warroom" mcp examples/incidents >"$work/out" 2>"$work/err"
    code=$?
}
# call TOOL ARGUMENTS
call() { ask "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"$1\",\"arguments\":$2}}"; }
answers() { [ "$(wc -l <"$work/out")" = "$1" ]; }
worked() { out_has '"isError":false'; }
told() { out_has '"isError":true' && out_has "$1"; }
meta='"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}'

# ---- the era that begins with a greeting ----
ask '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' \
    '{"jsonrpc":"2.0","method":"notifications/initialized"}' '{"jsonrpc":"2.0","id":"a","method":"ping"}'
check 'a notification is not answered' answers 2
check 'the version that was asked for is spoken' out_has '"protocolVersion":"2025-06-18"'
check 'an id is given back as it came' out_has '"id":"a","result":{}'
check 'standard output has nothing but answers' is_quiet
ask '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}}'
check 'for a version that is not known the newest of its era is offered' out_has '"protocolVersion":"2025-11-25"'
ask '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
cp "$work/out" "$work/tools"
check 'the tools are listed' out_has '"name":"investigate"'
check 'each agent has its tools among them' out_has '"name":"logs.shifts"'
check 'they say that they only read' out_has '"readOnlyHint":true'
ask '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'
check 'always in the same order' cmp "$work/out" "$work/tools"
names_are_allowed() { ! sed 's/"name":"/\n&/g' "$work/tools" | sed -n 's/^"name":"\([^"]*\)".*/\1/p' | grep -v '^[A-Za-z0-9_.-]\{1,128\}$'; }
check 'their names are such as clients take' names_are_allowed

# ---- the era in which each request says its version ----
ask "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{$meta}}" "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\",\"params\":{$meta}}"
check 'a server can be discovered' out_has '"supportedVersions":\["2026-07-28"'
check 'results say that they are complete' out_has '"id":2,"result":{"resultType":"complete"'
check 'lists say how long they hold' out_has '"ttlMs":3600000,"cacheScope":"public"'
ask "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{$meta}}"
check 'what was taken out of the protocol is not there' out_has '"code":-32601'
ask '{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2031-01-01"}}}'
check 'a version that is not spoken is refused with those that are' out_has '"code":-32022.*"requested":"2031-01-01"'

# ---- tools ----
call list_incidents '{}'
check 'incidents are listed' out_has '\\"incident\\":\\"pages-504\\"'
call investigate '{"incident":"pages-504"}'
cp "$work/out" "$work/report"
check 'an incident is investigated' worked
printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"investigate","arguments":{"incident":"pages-504"}}}' |
    TMPDIR=$work "$warroom" mcp --sandbox examples/incidents >"$work/shut" 2>/dev/null
check 'with hardly a right left it answers the same' cmp "$work/report" "$work/shut"
check 'the report is there for people and for programs' out_has '"structuredContent":{"schema_version":'
call investigate '{"incident":"pages-504"}'
check 'an answer is one line' answers 1
check 'twice the same, byte for byte' cmp "$work/out" "$work/report"
call query_telemetry '{"incident":"pages-504","sql":"SELECT count(*) AS n FROM logs"}'
check 'telemetry is asked by SQL' out_has '"rows":\[{"n":'
call query_telemetry '{"incident":"pages-504","sql":"COPY logs TO \u0027/tmp/x\u0027"}'
check 'SQL that writes is refused' told 'disabled'
call logs.shifts '{"incident":"pages-504"}'
check "an agent's tool answers" worked
call check_claim '{"incident":"pages-504","claim":"`logs` has 1 line","sql":"SELECT 7 AS n"}'
check 'a claim that the rows do not bear out is told so' out_has '"holds":false'
call ask '{"incident":"pages-504","question":"what changed?"}'
check 'a question is answered' out_has '3697f10b.*E[0-9]'
call search_knowledge '{"question":"pool"}'
check 'without a ledger there is no knowledge' told 'no ledger was named'
call list_runbooks '{}'
check 'runbooks are listed' out_has '\\"name\\":\\"triage\\"'
call check_runbook '{"text":"runbook x {"}'
check 'a runbook is checked' out_has '"fine":false'
call run_runbook '{"incident":"pages-504","name":"errors"}'
check 'a runbook is run' out_has '"evidence":\['

# ---- what goes wrong ----
call investigate '{"incident":"../../etc"}'
check 'an incident is a name, not a path' told 'there is no incident'
call investigate '{}'
check 'what is missing is said' told 'incident'
call investigate '{"incident":"pages-504","verbose":true}'
check 'what it does not take is said' told 'verbose'
call nonsense '{}'
check 'a tool that is not there is an error of the request' out_has '"code":-32602'
ask 'nonsense'
check 'what is no JSON is refused' out_has '"code":-32700'
ask '[{"jsonrpc":"2.0","id":1,"method":"ping"}]' '{"jsonrpc":"1.0","id":1,"method":"ping"}' '{"jsonrpc":"2.0","id":{},"method":"ping"}' '{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}' '' '{"jsonrpc":"2.0","id":9,"method":"ping"}'
check 'after five that are wrong the sixth is answered' out_has '"id":9,"result":{}'
check 'and each of the wrong ones' answers 5
head -c 1200000 /dev/zero | tr '\0' 'a' >"$work/long"
printf '\n{"jsonrpc":"2.0","id":9,"method":"ping"}\n' >>"$work/long"
timeout 60 "$warroom" mcp examples/incidents <"$work/long" >"$work/out" 2>"$work/err"
check 'a line that is too long is refused, and the next one read' out_has '"id":9,"result":{}'
run mcp
check 'without folders it says what is wanted' refused 'folders'
run mcp /nonexistent
check 'a folder that is not there is refused' refused 'no such folder'
finish
