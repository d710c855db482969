#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `warroom gym recut` and `gym score`: a recording told as another one is a bundle like any other, and what has
# only other times or other names has the same verdict.
set -u
warroom=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-recut-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0
. tests/check.sh
if [ ! -x "${warroom}-gym" ]; then
    echo 'skipped: warroom-gym is not built; scripts/gym_setup.sh installs what it needs'
    exit 77
fi
recording=examples/incidents/pages-504

# ---- the same bundle and seed, the same bytes ----
run gym recut "$recording" --out "$work/one" --per-bundle 13
check 'a recording is recut' ended_with 0
run gym recut "$recording" --out "$work/two" --per-bundle 13
check 'the same seed gives the same bytes' diff -r "$work/one" "$work/two"
run gym recut "$recording" --out "$work/three" --per-bundle 13 --seed 2
check 'another seed gives others' not diff -r "$work/one" "$work/three"
tar -C "$recording" --zstd -cf "$work/pages-504.tar.zst" . 2>/dev/null ||
    tar -C "$recording" -czf "$work/pages-504.tar.gz" .
run gym recut "$work"/pages-504.tar.* --out "$work/packed" --per-bundle 13
check 'a packed recording gives the same' diff -r "$work/one" "$work/packed"
for folder in "$work"/one/*; do
    run bundle check "$folder"
    check "$(basename "$folder") is a whole bundle" ended_with 0
done

# ---- metamorphic: what does not matter does not matter ----
verdict() { sed -n '/^  "verdict": {/,/^  }/p' "$work/out"; }
since() { verdict | sed -n 's/.*"since": "\(.*\)".*/\1/p'; }
run investigate --format json "$recording"
verdict | grep -v '"since"' >"$work/verdict"
began=$(date -u -d "$(since)" +%s%N)

shifted=$(echo "$work"/one/*-shift)
offset=$(sed -n 's/.*"offset_s": \(-*[0-9]*\).*/\1/p' "$shifted/truth.json")
run investigate --format json "$shifted"
verdict | grep -v '"since"' >"$work/shifted"
check 'at another time it is the same verdict' cmp "$work/verdict" "$work/shifted"
moved=$(($(date -u -d "$(since)" +%s%N) - offset * 1000000000 - began))
check 'and began at that other time' [ "$moved" = 0 ]

renamed=$(echo "$work"/one/*-rename)
run investigate --format json "$renamed"
script=$(sed -n '/"names": {/,/}/s/^ *"\(.*\)": "\(.*\)",*$/s,"\2","\1",;/p' "$renamed/truth.json")
verdict | grep -v '"since"' | sed "$script" >"$work/renamed"
check 'with other names it is the same verdict of those names' cmp "$work/verdict" "$work/renamed"

# ---- score ----
run gym score "$recording" "$shifted" --fail-under 1 --fail-under change=1
check 'what is right passes the gate' ended_with 0
check 'and its share is told with its interval' out_has '^1.000  0.342 to 1.000       2  place'
run gym score "$shifted" --by recut
check 'rows may be of transformations' out_has '^shift '
mkdir "$work/wrong"
cp -r "$shifted" "$work/wrong/elsewhere"
sed -i 's/"service": "[a-z]*"/"service": "nowhere"/; s/"instance": ".*"/"instance": ""/' "$work/wrong/elsewhere/truth.json"
run gym score "$work/wrong" --fail-under 0.5
check 'what is wrong does not pass' ended_with 1
check 'and the gate says which measure' err_has 'place is 0.000, below 0.500'
run gym score "$recording" --warroom /bin/false
check 'a program that fails is wrong' out_has '^0.000 .* place is the first'
check 'and named' out_has 'incidents/pages-504: exit status 1'
run gym score "$recording" --fail-under controls=1
check 'a gate over nothing is refused' ended_with 2
run gym score "$recording" --fail-under nonsense=1
check 'a gate that is none is refused' ended_with 2

# ---- what is refused ----
run gym recut "$recording" --out "$work/one"
check 'it writes over nothing' ended_with 2
run gym recut "$recording" --out "$work/no" --only sideways
check 'it names the transformations' err_has 'late, early'
run gym recut "$recording"
check 'it wants to know where to' err_has '--out DIR'
run gym recut tests --out "$work/no"
check 'it wants a recording' ended_with 2
finish
