#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Questions about the shipped incidents: answered with citations, or told that they are not understood.
#   tests/ask.sh WARROOM, from the root of the source
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-ask-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

unset WARROOM_ENCODER
case=examples/incidents/pages-504
incident=$work/incidents/20261122-0234-aaaa
mkdir -p "$incident"
run investigate "$case" --no-progress --journal "$incident/journal.jsonl"
ln -s "$PWD/$case" "$incident/bundle"

run ask 'what is the root cause?' "$incident/journal.jsonl"
check 'a journal is asked' out_has '^The cause most likely lies in `storefront`.*\[E[0-9]*\]'
run ask 'how many requests to storefront failed?' "$incident"
check 'the folder of an incident has tools as well' out_has '^Of 37 requests to `storefront` since it began 36 failed.*\[T1\]'
check 'which are named' out_has '^\[T1\] traces.requests {}'
run ask 'what should I do?' --incident 20261122-0234-aaaa --ledger "$work/ledger.db"
check 'an incident of the server is found by its id' out_has 'git revert --no-edit 3697f10b'
printf '# Storefront\n\n## Configuration\n\nTake back a wrong configuration of storefront, then call Mina.\n' >"$work/storefront.runbook.md"
run kb add "$work/storefront.runbook.md" --kind runbook --ledger "$work/ledger.db"
run ask 'what should I do?' --incident 20261122-0234-aaaa --ledger "$work/ledger.db"
check 'what people wrote is cited with its place' out_has '^\[kb:[0-9]*\] .*storefront.runbook.md, lines '
run ask 'x' --incident ../secret --ledger "$work/ledger.db"
check 'an id is no path' refused 'no incident has such an id'
run ask 'how is the weather?' "$incident/journal.jsonl"
check 'what is not understood is 1' ended_with 1
check 'and says what can be asked' out_has 'It can be asked'
run ask 'when did it start?' "$incident" --json
check 'as JSON' python3 -c 'import json, sys
a = json.load(open(sys.argv[1]))
assert a["understood"] and a["aim"] == "when" and "02:33:36" in a["said"][0]["text"]' "$work/out"
run ask 'show me the errors of storefront' "$incident" --sandbox
check 'a sandbox keeps nothing from it' out_has 'no answer within.*\[E6\]'
run ask "$(printf '\033[31m`[E1]`\n<script>')" "$incident/journal.jsonl"
check 'a hostile question does nothing' sh -c "! LC_ALL=C grep -q \"\$(printf '\\033')\" '$work/out'"
run ask
check 'a question is wanted' refused 'a question is wanted'
run ask 'what happened' "$work/none"
check 'and a case' refused 'No such file'

# ---- how many are answered ----

cat >"$work/measure.py" <<'P'
import subprocess, sys
warroom, work, floor = sys.argv[1], sys.argv[2], float(sys.argv[3])
journals, right, count = {}, 0, 0
for line in open('eval/ask/questions.tsv'):
    if line.startswith('#') or not line.strip():
        continue
    case, question, wanted = line.rstrip('\n').split('\t')
    if case not in journals:
        journals[case] = f'{work}/{case}.journal'
        subprocess.run([warroom, 'investigate', f'examples/incidents/{case}', '--no-progress', '--journal', journals[case]], capture_output=True)
    ran = subprocess.run([warroom, 'ask', question, journals[case]], capture_output=True, text=True)
    said = ran.stdout.lower()
    good = ran.returncode < 2 and all(w[1:].lower() not in said if w.startswith('!') else any(x.lower() in said for x in w.split('|')) for w in wanted.split('&'))
    count, right = count + 1, right + good
    if not good:
        print(f'not answered: {case}: {question}')
print(f'{right} of {count} questions are answered as they should be')
sys.exit(right < floor * count)
P
python3 "$work/measure.py" "$warroom" "$work" 0.95 >"$work/measured" 2>&1
code=$?
cat "$work/measured"
check 'questions about the shipped incidents are answered' ended_with 0
finish
