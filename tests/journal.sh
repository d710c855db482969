#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Journals: a replay gives the same bytes as the investigation, timings and all; one that was cut,
# damaged or edited is told from one that was not; and `diff` says why two differ.
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-journal-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
incident=examples/incidents/pages-504
journal=$work/journal
failed=0
LC_ALL=C
export LC_ALL

. tests/check.sh
# diverges PATTERN: exit code 1, and the place is named
diverges() { [ "$code" = 1 ] && err_has 'the replay diverges' && err_has "$1"; }
not_same() { ! cmp -s "$1" "$2"; }
# replay_edited 'SED SCRIPT': of the journal, after that edit
replay_edited() {
    sed "$1" "$journal" >"$work/edited"
    run replay "$work/edited"
}

# A program that reserves terabytes of addresses for its own checks cannot be held to 4 GB.
limited() {
    if (ulimit -v 4000000 && "$warroom" --version) >/dev/null 2>&1; then
        (ulimit -v 4000000 && timeout 60 "$warroom" "$@") >"$work/out" 2>"$work/err"
        code=$?
    else
        run "$@"
    fi
}

# ---- the same bytes ----

for bundle in examples/incidents/*/; do
    name=$(basename "$bundle")
    for form in text json html markdown; do
        run investigate "$bundle" --journal "$journal" --format $form --html "$work/page"
        first=$code
        mv "$work/out" "$work/first"
        run replay "$journal" --format $form --html "$work/page-again"
        check "$name, $form: the replay ends as the investigation did" test "$code" = "$first"
        check "$name, $form: the replay says nothing of divergences" test "$(grep -vc 'report with charts' "$work/err")" = 0
        check "$name, $form: the replay gives the same bytes" cmp "$work/first" "$work/out"
        check "$name, $form: so is the page" cmp "$work/page" "$work/page-again"
    done
    run replay "$journal" --no-timings --json
    mv "$work/out" "$work/again"
    run investigate "$bundle" --no-timings --json
    check "$name: without timings it is the report of any run" cmp "$work/out" "$work/again"
done
for seconds in 0.001 0.2 0.3; do
    run investigate examples/incidents/checkout-errors --time $seconds --journal "$journal"
    mv "$work/out" "$work/first"
    run replay "$journal"
    check "a case that had $seconds s runs out of time at the same place" cmp "$work/first" "$work/out"
done
# weights of somebody's own: the replay goes by those of the journal, not by those it came with
sed 's/"explained": [0-9.]*/"explained": 0.1/; s/"lead": [0-9.]*/"lead": 0.5/' models/verdict.json >"$work/weights"
run investigate $incident --weights "$work/weights" --journal "$journal"
first=$code
mv "$work/out" "$work/first"
run replay "$journal"
check 'with other weights the replay ends as the investigation did' test "$code" = "$first"
check 'with other weights the replay gives the same bytes' cmp "$work/first" "$work/out"
run investigate $incident --journal "$work/shipped"
check 'other weights come to another report' not_same "$work/first" "$work/out"
run diff "$work/shipped" "$journal"
check '`diff` names the weights' out_has '"explained"'
sed 's/"explained"/"explaned"/' models/verdict.json >"$work/weights"
run investigate $incident --weights "$work/weights"
check 'weights with a slip are refused' test "$code" = 2
check 'and what was meant is said' err_has 'graph: `explaned` is no setting; did you mean `explained`?'
mkdir "$work/alone"
echo '{"name": "A", "service": "web", "startsAt": 1795314900}' >"$work/alone/alert.json"
run investigate "$work/alone" --journal "$journal"
mv "$work/out" "$work/first"
run replay "$journal"
check 'an alert and nothing else is replayed' cmp "$work/first" "$work/out"

# ---- a journal that is none ----

run investigate "$incident" --journal "$journal"
check 'each line of a journal is an object with a type' test "$(grep -vc '^{"type":"[a-z]*".*}$' "$journal")" = 0
run replay
check '`replay` wants a journal' refused 'a journal is wanted'
run replay "$journal" "$journal"
check 'one at a time' refused 'one journal at a time'
run replay "$journal" --format pdf
check 'in a form that is known' refused 'text, markdown, json, html'
run replay "$work/nowhere"
check 'a journal that is not there is refused' refused 'No such file'
run replay "$work"
check 'so is a folder' refused 'Is a directory'
: >"$work/edited"
run replay "$work/edited"
check 'so is an empty file' refused 'it is empty'
run replay README.md
check 'so is any other text' refused 'line 1, column 1'
run replay "$incident/metrics.csv"
check 'and a table' refused 'line 1, column'
run investigate "$incident" --json
mv "$work/out" "$work/report"
run replay "$work/report"
check 'and a report' refused 'line 1, column'
run investigate "$incident" --journal "$work/no/such/folder/journal"
check 'a journal that cannot be written is told before the work begins' refused 'No such file'

# ---- damage ----

size=$(wc -c <"$journal")
for part in 2 3 5 10 50; do
    head -c $((size - size / part)) "$journal" >"$work/edited"
    run replay "$work/edited"
    check "cut by a ${part}th, it says where it ends" refused 'it ends after line [0-9]* ([a-z]*): the investigation did not'
done
head -n 1 "$journal" >"$work/edited"
run replay "$work/edited"
check 'so does one that has only begun' refused 'it ends after line 1 (open)'
head -c 100 "$journal" >"$work/edited"
run replay "$work/edited"
check 'one cut in its first line is none' refused 'line 1, column'
replay_edited '4s/.$//'
check 'a broken line is named' refused 'line 4, column'
replay_edited '1s/"version":1/"version":2/'
check 'so is another version' refused 'a journal of version 2; this program reads version 1'
# one of before weights stood in a journal: those of the program are taken, and that is told
run replay "$journal"
mv "$work/out" "$work/first"
replay_edited '1s/"weights":{"text":"\([^"\\]\|\\.\)*"},\{0,1\}//'
check 'an older journal is read' cmp "$work/first" "$work/out"
check 'and what it lacks is told' err_has 'line 1: open: weights: nothing in the journal'
replay_edited '3s/"type":"step"/"type":"leap"/'
check 'and a line of a type that is not known' refused 'line 3: it has no type that is known'
replay_edited '4s/"signal":"[a-z]*"/"signal":"smoke"/'
check 'and a name that is none' refused 'signal: one of its names is wanted'
head -c 100000000 /dev/zero >"$work/edited"
limited replay "$work/edited"
check '100 MB of zeros are refused' refused 'line 1: it is longer than 64 MiB'
{ head -n 1 "$journal" && printf '{"type":"step","x":"' && head -c 50000000 /dev/zero | tr '\0' 'x' && echo '"}'; } >"$work/edited"
limited replay "$work/edited"
check 'a line of 50 MB is read, and no end is missed behind it' refused 'it ends after line 2'
{ head -n 1 "$journal" && printf '{"type":"step","x":' && head -c 1000000 /dev/zero | tr '\0' '[' && echo; } >"$work/edited"
run replay "$work/edited"
check 'a million brackets are refused' refused 'line 2, column'

# ---- edits ----

replay_edited 's/"strength":0\.9[0-9]*/"strength":0.1/'
check 'another number is a divergence' diverges 'line [0-9]*: '
check 'and the report is printed all the same' out_has '^CAUSE'
replay_edited 's/"took_ns":[0-9]*/"took_ns":1/'
check 'so is another duration' diverges 'took_ns: '
replay_edited '4s/"services":1/"services":2/'
check 'so is a number that nothing follows from' diverges 'its sum is that of other bytes'
replay_edited '5d'
check 'so is a step that is missing' diverges 'the journal has the step'
replay_edited '5{p;}'
check 'a step that is there twice is told' test "$code" -ge 1 -a -s "$work/err"
replay_edited '3s/"name":"[a-z_]*"/"name":"find_offset"/'
check 'so is a step of another name' diverges 'the journal has the step `find_offset` here'
replay_edited 's/"query":"SELECT /"query":"DROP TABLE metrics; SELECT /g'
check 'a query is text: no other is run' diverges 'its sum'

# ---- diff ----

diff_edited() {
    sed "$1" "$journal" >"$work/edited"
    run diff "$journal" "$work/edited"
}
run investigate "$incident" --journal "$work/second" --no-timings
run diff "$journal" "$work/second"
check 'two runs of a bundle are the same' ended_with 0
check 'and are said to be' out_has '^They are the same'
run diff "$journal" "$work/second" --json
check '`diff --json` says so too' out_has '^{"same":true,'
cp -r "$incident" "$work/bundle"
head -n 3000 "$incident/metrics.csv" >"$work/bundle/metrics.csv"
run investigate "$work/bundle" --journal "$work/second" --json
mv "$work/out" "$work/report-second"
run diff "$journal" "$work/second"
check 'another bundle differs' ended_with 1
check 'first in its sources' out_has '^They differ first in the sources:'
check 'by so many rows' out_has 'rows: [0-9]* in A, 2999 in B'
check 'and the conclusion of each is told' out_has '^B .*/second: '
run diff "$journal" "$work/second" --json
check 'as JSON as well' out_has '^{"part":"sources","subject":"metrics.csv","path":"rows",'
diff_edited '4s/"services":1/"services":2/'
check 'an output that differs is named' out_has 'output.services: 1 in A, 2 in B'
head -n 5 "$journal" >"$work/edited"
run diff "$journal" "$work/edited"
check 'a journal that was cut can be compared' ended_with 1
check 'and is said to have no end' out_has '^B .*: it did not come to its end'
run diff "$work/report" "$work/report-second"
check 'two reports can be compared' out_has 'rows: [0-9]* in A, 2999 in B'
run diff "$work/report" "$journal"
check 'a report and a journal cannot' refused 'two journals, or two reports'
run diff "$journal" README.md
check 'nor can any other text' refused 'line 1, column 1'
run diff "$journal"
check '`diff` wants two' refused 'two journals are wanted'
run diff "$journal" "$work/nowhere"
check 'that are there' refused 'No such file'

finish
