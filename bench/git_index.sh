#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What does an index of a git repository cost beside git's own time?
#
#   bench/git_index.sh WARROOM [CHANGES] [ROUNDS]
#
# Makes a history of CHANGES (10000) commits with `git fast-import` and times, in turns, what any
# reader has to wait for, `git log --raw -p --first-parent`, and `warroom changes index`; then the
# index after 100 more commits. Printed are medians over ROUNDS (3) and their ratios.
set -eu
warroom=$(realpath "$1")
changes=${2:-10000}
rounds=${3:-3}
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-bench-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C

# history FROM COUNT: each change touches 3 files of 120 lines, of 2000, a block of 6 lines each; a file begins
# whole. About what a repository of services looks like: 36 changed lines a change.
history() {
    awk -v from="$1" -v count="$2" '
        function body(file,   text, i) {
            text = ""
            for (i = 0; i < 20; i++)
                text = text sprintf("int function_%d_%d(int value)\n{\n    int limit = %d;\n    return value < limit;\n}\n\n", file, i, (file * 7 + i + edits[file, i] * 13) % 9973)
            return text
        }
        BEGIN {
            srand(7)
            for (n = 0; n < from + count; n++) {
                for (k = 0; k < 3; k++) {
                    files[k] = int(rand() * 2000)
                    for (e = 0; e < 6; e++) edits[files[k], int(rand() * 20)]++
                }
                if (n < from) continue
                message = sprintf("service_%d: change %d of the limits\n\nThey were too low.\n", files[0] % 40, n)
                printf "commit refs/heads/main\ncommitter dev%d <dev%d@example.org> %d +0000\ndata %d\n%s\n", n % 30, n % 30, 1700000000 + n * 60, length(message), message
                if (n == from && from > 0) print "from refs/heads/main^0"
                for (k = 0; k < 3; k++) {
                    text = body(files[k])
                    printf "M 100644 inline service_%d/file_%d.c\ndata %d\n%s\n", files[k] % 40, files[k], length(text), text
                }
            }
        }'
}
now() { date +%s.%N; }
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { printf "%.3f", v[int((NR + 1) / 2)] }'; }
# timed NAME COMMAND...: adds how long it took to $work/time-NAME
timed() {
    name=$1
    shift
    start=$(now)
    "$@" >/dev/null
    echo "$start $(now)" | awk '{ print $2 - $1 }' >>"$work/time-$name"
}
git_form() { git -C "$work/repo" --no-pager log --raw -p -U0 -M --first-parent --reverse; }
git_log() { git -C "$work/repo" --no-pager log --raw -p --first-parent; }
index() { "$warroom" changes index --repo "$work/repo" --rev main --ledger "$work/$1"; }

git init -q --bare "$work/repo"
history 0 "$changes" | git -C "$work/repo" fast-import --quiet
git -C "$work/repo" symbolic-ref HEAD refs/heads/main
echo "$changes changes, $(du -sm "$work/repo" | cut -f 1) MB packed, a log of $(git_log | wc -c | awk '{ printf "%d", $1 / 1e6 }') MB"
for round in $(seq "$rounds"); do
    rm -f "$work"/index*
    timed git git_log
    timed form git_form
    timed index index index
done
history "$changes" 100 | git -C "$work/repo" fast-import --quiet
for round in $(seq "$rounds"); do
    cp "$work/index" "$work/again"
    timed again index again
done
echo "$(median "$work/time-git") $(median "$work/time-form") $(median "$work/time-index") $(median "$work/time-again") $changes" | awk '{
    own = $3 > $2 ? $3 - $2 : 0.001
    printf "git log --raw -p            %8.3f s\n", $1
    printf "git log --raw -p -U0 -M     %8.3f s   what the index asks for\n", $2
    printf "changes index               %8.3f s   %.2f of the first; %.0f changes/s, %.0f beside git\047s own time\n", $3, $3 / $1, $5 / $3, $5 / own
    printf "the same after 100 more     %8.3f s   %.3f of it\n", $4, $4 / $3 }'
