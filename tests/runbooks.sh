#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom runbook`: what it says of wrong runbooks, how it formats and explains, and that those of
# the program, and those that docs/runbook.md shows, are what they are said to be.
#   tests/runbooks.sh WARROOM            from the root of the source
#   tests/runbooks.sh WARROOM --accept   what it says of the wrong ones now is what is wanted
set -u
warroom=$(readlink -f "$1")
accept=${2:-}
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-runbooks-XXXXXX")
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
wrong=tests/runbooks/wrong
incident=examples/incidents/pages-504
failed=0
LC_ALL=C
export LC_ALL

. tests/check.sh
run() {
    timeout 20 "$warroom" runbook "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}
same() { diff -u "$1" "$2" >"$work/err"; }
# says PATTERN: exit code 2, and the one problem is that
says() { [ "$code" = 2 ] && [ "$(wc -l <"$work/out")" = 1 ] && out_has "$1" && is_quiet; }
# without_path PATH: the problems as they stand in a .want
without_path() { sed "s|^$1:||" "$work/out" >"$work/said"; }

# ---- wrong ones, and all that is said of them ----

for file in "$wrong"/*.runbook; do
    run check "$file"
    without_path "$file"
    if [ "$accept" = --accept ]; then cp "$work/said" "${file%.runbook}.want"; fi
    name=$(basename "$file" .runbook)
    check "$name: it has problems" ended_with 2
    check "$name: nothing is said elsewhere" is_quiet
    check "$name: they are told with line, column and what to write" same "${file%.runbook}.want" "$work/said"
done

# ---- texts that nobody should give ----

run check "$work/nowhere.runbook"
check 'a file that is not there is refused' refused 'nowhere.runbook: '
run check "$work"
check 'a folder is refused' refused 'not a file'
mkfifo "$work/pipe.runbook"
run check "$work/pipe.runbook"
check 'a pipe is refused, and not waited for' refused 'not a file'
: >"$work/empty.runbook"
run check "$work/empty.runbook"
check 'an empty file is told what to write' says ':1:1: there is no runbook in here; write `runbook NAME'
head -c 10485760 /dev/zero | tr '\0' 'a' >"$work/large.runbook"
run check "$work/large.runbook"
check 'ten megabytes are refused' refused 'longer than the 256 kB'
head -c 200000 /dev/zero >"$work/zeros.runbook"
run check "$work/zeros.runbook"
check 'zeros are no text' says ':1:1: the control character U+0000'
# deep TEXT TIMES: a runbook that begins like that
deep() {
    awk -v text="$1" -v times="$2" 'BEGIN {
        printf "runbook deep \"b\" {\n"; for (i = 0; i < times; i++) printf "%s", text }' >"$work/deep.runbook"
}
deep 'if case.changed { ' 13000
run check "$work/deep.runbook"
check 'blocks within blocks without end have one problem' says ': more than 16 blocks within each other'
deep '(' 200000
run check "$work/deep.runbook"
check 'brackets without end come to an end' ended_with 2
deep 'if ' 80000
run check "$work/deep.runbook"
check 'words without end come to an end' ended_with 2
deep 'find_onset(a: ' 15000
run check "$work/deep.runbook"
check 'calls within calls without end come to an end' ended_with 2
deep 'x ' 100000
run check "$work/deep.runbook"
check 'and so do names' ended_with 2
check 'nobody is told more than 51 problems' test "$(wc -l <"$work/out")" -le 51
printf 'runbook a "b" {\n    f()\n}\n' >"$work/$(printf 'e\033[2Jsc').runbook"
run check "$work"/e*sc.runbook
check 'the name of a file does nothing to a terminal' not out_has "$(printf '\033')"

# ---- those of the program ----

run check runbooks/*.runbook
check 'the runbooks of the program are fine' ended_with 0
run fmt --check runbooks/*.runbook
check 'and in their canonical form' ended_with 0
run list
check '`list` is done' ended_with 0
cp "$work/out" "$work/list"
for file in runbooks/*.runbook; do
    name=$(basename "$file" .runbook)
    check "\`list\` has $name" grep -q "^$name  *[0-9][0-9]* calls at worst" "$work/list"
    run explain "$name"
    check "$name is explained" ended_with 0
done

# ---- a folder of one's own ----

mkdir "$work/mine"
cat >"$work/mine/latency.runbook" <<'END'
runbook latency "Our own" {
    when alert.symptom == "latency" and sources.traces
    limit steps 10, time 1m, tokens 1

    recent = changes.recent(onset: case.onset, grace: 2m, within: 1h)
    for change in recent.changes max 4 {
        parallel {
            find_new_errors(service: change.service)
            inspect_traces(service: change.service)
        }
        if change.kind == "deploy" {
            suppose culprit is change.service because "it was deployed"
        } else {
            follow bad_change
        }
    }
}
END
cat >"$work/mine/slow_disk.runbook" <<'END'
runbook slow_disk "A disk is slow" {
    follow latency
}
END
run check "$work"/mine/*.runbook
check 'runbooks that follow each other are checked together' ended_with 0
check 'and what they come to is said' out_has 'latency.runbook: fine; at worst [0-9]* calls, [0-9]* hypotheses'
run check "$work/mine/slow_disk.runbook" --runbooks "$work/mine"
check 'or with the others of their folder' ended_with 0
run list --runbooks "$work/mine"
check '`--runbooks` puts one in the place of that of its name' out_has '^latency  *[0-9]* calls at worst  Our own'
check 'and one with a new name behind' out_has '^slow_disk '
run explain slow_disk --runbooks="$work/mine"
check 'what is followed is explained with it' out_has '  4    *1.2.1.1. find_new_errors(service: change.service)'
check 'the guard is in the words of the language' not out_has '  when .*symptom'
run explain latency --runbooks "$work/mine" "$incident"
check 'with a bundle, the guard is asked' out_has 'which DOES NOT HOLD for this bundle'
mkdir "$work/bundle"
cp "$incident/alert.json" "$incident/logs.jsonl" "$work/bundle"
run explain "$work/mine/latency.runbook" "$work/bundle"
check 'and what is not there is said' out_has 'NOT THERE: changes; this step will be skipped'
echo 'runbook latency "Twice" {' >"$work/mine/also.runbook"
echo '}' >>"$work/mine/also.runbook"
run check "$work/mine/latency.runbook" "$work/mine/also.runbook"
check 'two of one name are told' out_has 'also.runbook:1:9: another runbook is called `latency`'
echo 'brew(' >>"$work/mine/also.runbook"
run list --runbooks "$work/mine"
check 'a folder with a wrong one is not used' ended_with 2
check 'and says which it is' err_has 'also.runbook:3:1: '

# ---- fmt ----

printf 'runbook a "b"{find_onset( )#c\n\n\n\nfind_onset()}' >"$work/odd.runbook"
printf 'runbook a "b" {\n    find_onset() # c\n\n    find_onset()\n}\n' >"$work/even.runbook"
cp "$work/odd.runbook" "$work/some.runbook"
chmod 640 "$work/some.runbook"
run fmt --check "$work/some.runbook" "$work/even.runbook"
check '`fmt --check` ends with 1 where something would change' ended_with 1
check 'and names the file' test "$(cat "$work/out")" = "$work/some.runbook"
check 'and changes nothing' cmp "$work/odd.runbook" "$work/some.runbook"
run fmt "$work/some.runbook" "$work/even.runbook"
check '`fmt` is done' ended_with 0
check 'and gives the canonical form' cmp "$work/even.runbook" "$work/some.runbook"
check 'and keeps who may read it' test "$(stat -c %a "$work/some.runbook")" = 640
check 'and leaves nothing beside it' test "$(find "$work" -maxdepth 1 -name 'some.runbook*' | wc -l)" = 1
ln -s some.runbook "$work/link.runbook"
cp "$work/odd.runbook" "$work/some.runbook"
run fmt "$work/link.runbook"
check 'a link stays a link, and what it names is formatted' test -L "$work/link.runbook"
check 'and so it is' cmp "$work/even.runbook" "$work/some.runbook"
timeout 20 "$warroom" runbook fmt - <"$work/odd.runbook" >"$work/out" 2>"$work/err"
check 'standard input is formatted to standard output' cmp "$work/even.runbook" "$work/out"
run fmt "$wrong/brace_not_closed.runbook"
check 'what has problems is not formatted' test "$code" = 2 -a ! -s "$work/out"
check 'and they are told' err_has 'brace_not_closed.runbook:4:25: this `{` is not closed'
if [ "$(id -u)" != 0 ]; then
    mkdir "$work/locked"
    cp "$work/odd.runbook" "$work/locked"
    chmod 500 "$work/locked"
    run fmt "$work/locked/odd.runbook"
    check 'what cannot be written is refused' refused 'odd.runbook: '
fi

# ---- words ----

run
check 'without a word, help is given' refused '^usage: warroom runbook'
for command in 'look' 'check' 'fmt' 'explain' 'explain a b c' 'list a' 'check --nothing a' 'list --runbooks'; do
    # shellcheck disable=SC2086 # words
    run $command
    check "\`runbook $command\` is refused, and says how to use it" refused '^usage: warroom runbook'
done
run explain nothing_of_the_kind
check 'a runbook that is not there is refused' refused 'nothing_of_the_kind: '
run --help
check '`--help` is done' ended_with 0

# ---- documents: ```runbook is fine, ```runbook wrong says what stands in the block behind it ----

awk -v work="$work" '
    /^```/ && inside { close(file); inside = 0; next }
    /^```runbook/ { count++; file = sprintf("%s/doc-%03d.%s", work, count, $2 == "wrong" ? "wrong" : "fine")
                    printf "%s:%d\n", FILENAME, FNR > (file ".line"); close(file ".line"); expects = $2 == "wrong"; inside = 1; next }
    /^```/ && expects { file = sprintf("%s/doc-%03d.want", work, count); expects = 0; inside = 1; next }
    /^```/ { file = "/dev/null"; inside = 1; next }
    inside { print > file }
' docs/runbook.md runbooks/README.md
check 'docs/runbook.md shows runbooks' test -f "$work/doc-001.fine"
check 'and wrong ones' test -n "$(find "$work" -name 'doc-*.wrong')"
for file in "$work"/doc-*.fine "$work"/doc-*.wrong; do
    [ -f "$file" ] || continue
    line=$(cat "$file.line")
    run check "$file"
    if [ "${file%.wrong}" = "$file" ]; then
        check "$line: the runbook is fine" ended_with 0
        run fmt --check "$file"
        check "$line: and in its canonical form" ended_with 0
    else
        without_path "$file"
        check "$line: the runbook has the problems that are shown" same "${file%.wrong}.want" "$work/said"
    fi
done

finish
