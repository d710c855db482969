#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Training: what comes out is read by the program and measured by the scores, twice the same bytes,
# and what cannot be learned from is told.
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-train-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

for round in a b; do
    run train verdict examples/incidents --journals "$work/journals" --out "$work/$round.json" \
        --held-out "$work/held-out" --date 2026-01-02
    check "round $round is learned" ended_with 0
    mv "$work/out" "$work/table.$round"
done
check 'the same incidents give the same weights' cmp "$work/a.json" "$work/b.json"
check 'and the same table' cmp "$work/table.a" "$work/table.b"
check 'a second round investigates nothing anew' test "$(find "$work/journals" -newer "$work/a.json" | wc -l)" = 0
check 'the day is the one that was given' grep -q '"date": "2026-01-02"' "$work/a.json"

run eval rca examples/incidents --weights "$work/a.json"
check 'the scores can be had with them' out_has '^incidents  *9  [01]\.[0-9]'
run eval rca examples/incidents --held-out "$work/held-out"
check 'and with those that have not seen the set' out_has '^incidents  *9  [01]\.[0-9]'
run eval rca examples/incidents --held-out "$work"
check 'weights that are not there are told' out_has 'incidents.json: No such file'
run eval rca examples/incidents --held-out "$work" --weights "$work/a.json"
check 'both at once are refused' ended_with 2

for round in a b; do
    run train curve examples/incidents --journals "$work/journals" --shuffles 3 --seed 7 --out "$work/$round.html"
    check "round $round of the curve is drawn" ended_with 0
done
check 'the same seed gives the same page' cmp "$work/a.html" "$work/b.html"
check 'which loads nothing from elsewhere' sh -c "! grep -Eq '(src|href)=\"[^d]|https?://|@import' '$work/a.html'"
run train curve examples/incidents --journals "$work/journals" --shuffles 0
check 'a curve of no shuffle is refused' err_has '--shuffles wants a number from 1'
run train order examples/incidents --journals "$work/journals"
check 'what another order would be worth is told' out_has 'learned without fault'

mkdir "$work/empty"
run train verdict "$work/empty" --journals "$work/journals"
check 'without a case there is nothing to learn' err_has 'a case is a folder that holds'
check 'and that is a failure' ended_with 2
run train verdict examples/incidents
check 'the journals must have a place' err_has '--journals DIR is wanted'
echo '{"version": 1}' >"$work/bad.json"
run train verdict examples/incidents --journals "$work/journals" --start "$work/bad.json"
check 'a start that is none is refused' err_has 'bad.json: weights: provenance'
for journal in "$work"/journals/*; do
    echo '{"type":"open"}' >"$journal"
done
run train verdict examples/incidents --journals "$work/journals"
check 'journals that are none are left out' err_has 'is left out: .*no version'
check 'and where none is left it fails' ended_with 2

for round in a b; do
    run train expert language --out "$work/$round.json" --seed 3
    check "round $round of intents is learned" ended_with 0
done
check 'the same seed gives the same numbers' cmp "$work/a.json" "$work/b.json"
check 'each system of alerting was left out' out_has '^left out each '
run train expert code --out "$work/a.json"
check 'changes are learned from folders' err_has 'folders with changes.jsonl and queries.jsonl'
printf 'latency\tSlowAnswers\tp99 is 2 s\njob\tBackupFailed\n' >"$work/alerts.tsv"
run eval expert language "$work/alerts.tsv"
check 'labelled alerts are measured' out_has '^expert  *1.000 '
printf 'sadness\tSlowAnswers\n' >"$work/alerts.tsv"
run eval expert language "$work/alerts.tsv"
check 'a label that is none is told with its line' err_has 'alerts.tsv: line 1: '
printf 'refused\tdial tcp: connection refused\n' >"$work/thrown.tsv"
run eval expert code "$work/thrown.tsv"
check 'labelled exceptions are measured' out_has '^expert  *1.000 '

for round in a b; do
    run train expert language --answers "$work/$round.jsonl"
    check "round $round of held-back answers is written" ended_with 0
    run train router "$work/$round.jsonl" --out "$work/$round.json"
    check "round $round of the router is learned" ended_with 0
done
run eval router "$work/a.jsonl"
check 'the router is held against each choice' out_has '^name_intent  *all sets .* yes '
echo '{"task": 3}' >"$work/bad.jsonl"
run train router "$work/bad.jsonl" --out "$work/bad.json"
check 'what is no held-back answer is told with its line' err_has 'bad.jsonl: line 1: '
run train router "$work/a.jsonl"
check 'the numbers must have a place' err_has '--out are wanted'

finish
