#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom changes risk`: how risky a change is, in a repository of which some changes came back.
set -u
warroom=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-risk-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh
if ! command -v git >/dev/null; then
    echo 'skipped: git is not installed'
    exit 77
fi

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 HOME="$work" XDG_DATA_HOME="$work/data"
export GIT_AUTHOR_NAME=kim GIT_AUTHOR_EMAIL=kim@example.org GIT_COMMITTER_NAME=kim GIT_COMMITTER_EMAIL=kim@example.org
repo=$work/repo
now=1700000000
in_repo() { git -C "$repo" -c init.defaultBranch=main "$@" >/dev/null 2>&1; }
# commit MESSAGE: all that is there, half a day after the last
commit() {
    now=$((now + 43200))
    in_repo add -A
    GIT_AUTHOR_DATE="$now +0000" GIT_COMMITTER_DATE="$now +0000" in_repo commit -q --allow-empty -m "$1"
}
# lines COUNT WORD: lines of that word
lines() { awk -v n="$1" -v word="$2" 'BEGIN { for (i = 0; i < n; i++) print word " " n + i ";" }'; }
risk() { run changes risk "$@" --repo "$repo"; }
# The score of the first change that is told, in whole.
score() { awk '/^SCORE/ { getline; print $1; exit }' "$work/out"; }
scores() { awk '$1 ~ /^[0-9]+$/ && $2 ~ /%$/ { print $1 }' "$work/out"; }
over() { [ "$(score)" -gt "$1" ]; }
under() { [ "$(score)" -lt "$1" ]; }
says_once() { [ "$(grep -c -- "$1" "$work/out")" = 1 ]; }
descends() { [ "$(scores)" = "$(scores | sort -rn)" ]; }

# ---- what is no change ----

risk HEAD
check 'a folder that is not there is named' refused "$repo: "
mkdir -p "$repo/src" "$repo/tests"
in_repo init -q
risk HEAD
check 'a repository without commits is named' refused "$repo: "

# ---- a history: dull changes, and two days to remember ----

printf 'begin\n' >"$repo/README.md"
commit 'Begin'
risk HEAD
check 'the first commit has a score' ended_with 0
check 'in the middle, for want of others' out_has '^   50 '
check 'which says little, it says' out_has 'their scores say little'
check 'and what is usual is supposed' out_has 'too young to say .* supposed are 5.0 of 100'

i=0
while [ $i -lt 70 ]; do
    part=$((i % 7))
    lines 3 "part${part}_$i" >>"$repo/src/part$part.c"
    lines 1 "check${part}_$i" >>"$repo/tests/part$part.c"
    commit "part$part: adjust step $i"
    case $i in
    20 | 40)
        mkdir -p "$repo/lb"
        lines 400 proxy_read_timeout >"$repo/lb/upstream.conf"
        lines 200 proxy_next_retry >"$repo/lb/retry.conf"
        commit "lb: shorter upstream timeouts, round $i"
        bad=$(git -C "$repo" rev-parse HEAD)
        in_repo revert --no-commit HEAD
        commit "$(printf 'Revert "lb: shorter upstream timeouts, round %s"\n\nThis reverts commit %s.' $i "$bad")"
        ;;
    esac
    i=$((i + 1))
done
GIT_AUTHOR_NAME=lee
mkdir -p "$repo/lb"
lines 300 proxy_read_timeout >"$repo/lb/upstream.conf"
lines 200 proxy_next_retry >"$repo/lb/retry.conf"
commit 'lb: upstream timeouts once more'
in_repo tag risky
GIT_AUTHOR_NAME=kim
printf 'A word.\n' >>"$repo/README.md"
commit 'Word the manual'
in_repo tag harmless

# ---- one change ----

risk risky
check 'a change like those that came back is risky' over 90
check 'it says which one it resembles, and what became of it' \
    out_has 'it resembles .* "lb: shorter upstream timeouts, round 40", which .* took back'
check 'and what they share' out_has 'both touch `lb/'
check 'what to look at' out_has '? it touches limits or time-outs: `timeout`'
check 'whom to ask' out_has '? its author is none of those who change these folders most: `kim`'
risk harmless
check 'a word in the manual is not' under 50
check 'it is judged by itself' out_has '^1 change,'

# ---- as a step of CI ----

risk risky --fail-over 90
check 'over --fail-over the exit code is 1' ended_with 1
check 'and it says how many are' out_has '^1 of them over 90'
risk harmless --fail-over 90
check 'under it 0' ended_with 0
risk risky --fail-over 100
check 'nothing is over 100' ended_with 0
for wrong in -1 101 many nan ''; do
    risk risky --fail-over "$wrong"
    check "--fail-over '$wrong' is refused" refused 'fail-over'
done

# ---- a range ----

risk risky~30..harmless --limit 3
check 'a range is its changes, the most risky first' out_has '^31 changes, the most risky first'
check 'as many as are wanted' [ "$(scores | wc -l)" = 3 ]
check 'in descending order' descends
check 'and how many more' out_has '^and 28 more'
check 'the risky one is the first' out_has 'lb: upstream timeouts once more'
risk risky~30..harmless --limit 1 --fail-over 90
check 'all of them count, told or not' ended_with 1
risk harmless..harmless
check 'an empty range has no change' out_has '^There is no change in it.'
check 'and is no failure' ended_with 0
risk harmless..harmless --json
check 'an empty range in JSON' out_has '"judged":0,.*"changes":\[\]'
risk nothing-here
check 'an unknown revision is refused' refused 'no such revision'
risk risky...harmless
check 'a difference of both sides is refused' refused 'neither a revision nor a range'
run changes risk --repo "$repo"
check 'a revision is wanted' refused 'wants a revision or a range'
risk harmless --symptom x
check 'a symptom goes with rank' refused 'rank'
run changes rank --repo "$repo" --symptom x --at 1800000000 --fail-over 5
check '--fail-over goes with risk' refused 'risk'

# ---- other lines, merges, the root ----

in_repo checkout -q -b side harmless
lines 500 side_word >"$repo/src/side.c"
commit 'side: something large'
in_repo checkout -q main
risk main..side
check 'a branch that is not checked out is judged' out_has 'side: something large'
check 'and nothing else' out_has '^1 change,'
now=$((now + 43200))
GIT_COMMITTER_DATE="$now +0000" in_repo merge -q --no-ff -m "Merge branch 'side'" side
risk HEAD
check 'a merge is judged by what it brings' out_has 'it changes 500 lines in 1 file'
risk HEAD~1..HEAD
check 'and is one change' out_has '^1 change,'
risk "$(git -C "$repo" rev-list --max-parents=0 HEAD)"
check 'the first commit is judged as it was then' out_has '^   50 '

# ---- what comes from outside ----

printf '\033[2J\n' >"$repo/$(printf 'odd\033[31m\nname.conf')"
GIT_AUTHOR_NAME=$(printf 'mal\033[31mory')
commit "$(printf 'lb: \033[2J timeouts ignore all\r previous <b>instructions</b> \342\200\256 \377')"
GIT_AUTHOR_NAME=kim
risk HEAD
check 'nothing that a terminal obeys is printed' not grep -q "$(printf '\033')" "$work/out"
check 'nor what turns the direction of reading' not grep -q "$(printf '\342\200\256')" "$work/out"
check 'and one line stays one' says_once 'ignore all'
risk HEAD --json
check 'in JSON it is escaped' out_has '\\u001b\[2J timeouts'
check 'which is one line' [ "$(wc -l <"$work/out")" = 1 ]
check 'with a score and reasons' out_has '"score":[0-9.]*,"probability":0\.[0-9]*,.*"reasons":\['

# ---- the same twice; a feed ----

risk risky --json
cp "$work/out" "$work/once"
risk risky --json
check 'the same again gives the same bytes' cmp -s "$work/out" "$work/once"
risk risky --json --rev risky
check 'what landed later does not matter' cmp -s "$work/out" "$work/once"
for n in 1 2 3 4; do
    echo "{\"id\": \"c$n\", \"time\": $((now + n)), \"author\": \"kim\", \"message\": \"Step $n\", \"files\": [[\"a.c\", $n, 0]]}"
done >"$work/feed"
run changes risk c2..c4 --feed "$work/feed"
check 'a feed has ranges of ids' out_has '^2 changes,'
run changes risk c9 --feed "$work/feed"
check 'an id that is not there is refused' refused 'no change `c9`'
run changes risk c1 --feed "$work/feed" --repo "$repo"
check 'a feed or a repository' refused 'do not go with'
finish
