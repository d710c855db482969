#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The evaluation suite, as far as it needs no data from elsewhere: what is asked is apart from what
# was learned from, a copy that is planted is found, and tasks over crashes are what they were.
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-evaluation-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

run eval apart
check 'nothing that is asked was learned from' ended_with 0
check 'and it says of how much' out_has '^[1-9][0-9]* texts that are asked, [1-9][0-9]* that were learned from: 0 near'

# Copies of a question, with other numbers and in capitals, of a phrase, a crash and a line of a log.
sed -n 7p eval/questions/cloud.jsonl | sed 's/.*"question": "\([^"]*\)".*/\1/' |
    tr '0-9a-z' '9876543210A-Z' >"$work/question.txt"
sed -n '/^kept/{p;q;}' eval/phrases/sql.tsv | cut -f 4 >"$work/phrase.txt"
sed -n 20p eval/traces/traces.jsonl | sed 's/.*"text": "\(.*\)"}/\1/; s/\\n/\n/g; s/\\t/\t/g; s/\\"/"/g' >"$work/crash.txt"
sed -n 300p examples/incidents/pages-504/logs.jsonl | sed 's/.*"message": *"\(.*\)".*/\1/; s/\\"/"/g' >"$work/line.txt"
run eval apart "$work/question.txt" "$work/phrase.txt" "$work/crash.txt" "$work/line.txt"
check 'planted copies are found' ended_with 1
for name in question phrase crash line; do
    check "and told: the $name" out_has "learned  *$work/$name.txt"
done
check 'with what they are a copy of' out_has 'asked  *eval/questions/cloud.jsonl:7'

run eval apart "$work/nowhere"
check 'a source that is not there is told' ended_with 2

run eval task exception_frame exception_class exception_change --out "$work/cards" \
    --fail-under exception_frame=0.99 --fail-under exception_class=0.47 --fail-under exception_change=0.97
check 'crashes are read as they were' ended_with 0
check 'a category has its figure' out_has '^  all  *no model  *3  *0\.[0-9]'
check 'and so has it in scores.json' grep -q '"code":{"none":{"tasks":3,"score":0\.' "$work/cards/scores.json"
run eval task exception_frame --out "$work/cards"
check 'a card is not measured again' is_quiet

finish
