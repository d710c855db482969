#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Feedback: kept, corrected, listed, learned from; what is no case is refused.
#   tests/feedback.sh WARROOM, from the root of the source
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-feedback-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

case=examples/incidents/pages-504
ledger=$work/ledger.db
lines() { [ "$(wc -l <"$work/out")" = "$1" ]; }
named() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[-1]["named"])' "$work/out"; }

run feedback "$case" right --ledger "$ledger"
check 'a bundle is judged' ended_with 0
check 'and what was kept is told' out_has '^Kept: right, of case [0-9a-f]*, where the report names .'
run investigate "$case" --no-progress --journal "$work/case.journal"
run feedback "$work/case.journal" wrong --service db --cause 'locks' --change 4be1f00 \
    --note "$(printf '<script>\033[31m\n\342\200\256')" --ledger "$ledger"
check 'so is its journal' ended_with 0
check 'a place that nothing spoke for is told' out_has 'No evidence named that place'
run feedback list --ledger "$ledger"
check 'both are listed' lines 2
check 'the first as corrected: it is the same case' out_has 'right .*(corrected later)$'
check 'the second with all that was said' out_has 'wrong .*; it was db; cause: locks; change: 4be1f00; note: <script>'
check 'and nothing that a terminal would obey' sh -c "! LC_ALL=C grep -q \"\$(printf '\\033')\" '$work/out'"
run feedback list --json --ledger "$ledger"
check 'as JSON too' python3 -c 'import json, sys
rows = json.load(open(sys.argv[1]))
assert [r["corrected"] for r in rows] == [True, False] and rows[0]["case"] == rows[1]["case"]
assert rows[1]["note"].startswith("<script>\x1b[31m\n") and rows[1]["service"] == "db"
assert rows[0]["named"] == rows[0]["service"] == rows[1]["named"]' "$work/out"
name=$(named)

run feedback "$work/none" right --ledger "$ledger"
check 'a case that is not there is refused' refused 'none: No such file'
run feedback README.md right --ledger "$ledger"
check 'so is what is no case' refused 'a case is a bundle or its journal'
head -n 3 "$work/case.journal" >"$work/cut.journal"
run feedback "$work/cut.journal" right --ledger "$ledger"
check 'so is a journal that was cut' refused 'a case is a bundle or its journal'
run feedback "$work/case.journal" maybe --ledger "$ledger"
check 'so is another word' refused 'right, wrong or partly'
run feedback "$work/case.journal" --ledger "$ledger"
check 'and none' refused 'one word is wanted'
run feedback "$work/case.journal" wrong --service "$name" --ledger "$ledger"
check 'wrong, and yet the place that is named, is refused' refused 'say .partly'
run feedback "$work/case.journal" right --ledger README.md
check 'a ledger that is none is refused' refused 'README.md'
run feedback list --json --ledger "$ledger"
check 'nothing of that was kept' python3 -c 'import json, sys; assert len(json.load(open(sys.argv[1]))) == 2' "$work/out"

run train verdict --ledger "$ledger"
check 'one case is too few to learn from' err_has '1 cases are too few to move the weights by, 20 are wanted'
check 'and that is a failure' ended_with 2
run train verdict --ledger "$work/none.db"
check 'a ledger that is not there is not made' err_has 'there is no ledger'
for round in a b; do
    run train verdict examples/incidents --journals "$work/journals" --ledger "$ledger" --out "$work/$round.json"
    check "round $round is learned from incidents and from people" ended_with 0
    check 'who says how much was said' out_has '^feedback: 2 given, 1 of them corrected later, 1 learned from'
    check 'as a set of its own' out_has '^feedback  *1 '
done
check 'the same words give the same weights' cmp "$work/a.json" "$work/b.json"

# ---- remembered ----

earlier() { # FOLDER: the case, two seconds earlier
    cp -r "$case" "$1"
    python3 -c 'import json, sys
path = sys.argv[1] + "/alert.json"; alert = json.load(open(path))
alert["id"] = "earlier"; alert["startsAt"] -= 2; json.dump(alert, open(path, "w"))' "$1"
}
verdict() { python3 -c 'import json, sys
h = json.load(open(sys.argv[1]))["hypotheses"][0]; print(h["subject"], h["confidence"] > 0.9)' "$work/out"; }
earlier "$work/earlier"
memories=$work/memories.db
run investigate "$case" --no-progress --format json
without=$(verdict)
cp "$work/out" "$work/without.json"
run investigate "$case" --no-progress --format json --ledger "$memories"
check 'a ledger that remembers nothing changes no report' python3 -c 'import json, sys
a, b = (json.load(open(p)) for p in sys.argv[1:])
assert [e["claim"] for e in a["evidence"]] == [e["claim"] for e in b["evidence"]]
assert "seen_before" not in b["triage"] and a["sources"] == b["sources"]' "$work/without.json" "$work/out"
run feedback "$work/earlier" right --fix 'more replicas' --cause 'too few of them' --ledger "$memories"
run investigate "$case" --no-progress --ledger "$memories" --journal "$work/seen.journal"
check 'what ended it the last time is told' out_has 'SEEN BEFORE'
check 'with what it was' sh -c "tr '\n' ' ' <'$work/out' | tr -s ' ' | grep -q 'too few of them; it was ended by more replicas'"
cp "$work/out" "$work/seen.txt"
run replay "$work/seen.journal"
check 'and again by the journal alone' cmp "$work/out" "$work/seen.txt"
run kb search 'too few' --ledger "$memories"
check 'the knowledge base has it as well' out_has 'What ended it: more replicas'
run feedback "$work/earlier" wrong --service nginx --cause 'it was nginx' --ledger "$memories"
run investigate "$case" --no-progress --format json --ledger "$memories"
check 'a wrong memory does not flip a clear case' [ "$(verdict)" = "$without" ]
check 'the last word is what is remembered' out_has 'it was nginx'
run feedback "$work/earlier" wrong --nothing --ledger "$memories"
run investigate "$case" --no-progress --ledger "$memories"
check 'where nothing was broken there is nothing to remember' sh -c "! grep -q 'SEEN BEFORE' '$work/out'"
run kb search 'too few' --ledger "$memories"
check 'in the knowledge base neither' ended_with 1

finish
