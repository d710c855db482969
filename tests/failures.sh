#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The N-th-failure sweep, the short one: some hundred runs, each with another call of the system that fails. docs/hardening.md
# tells what the whole one has found, and how it is run.
#   tests/failures.sh WARROOM SWEEP LIBRARY STAND_IN, from the root of the source
set -u
warroom=$1
sweep=$2
library=$3
stand_in=$4
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-failures-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

# swept POINTS WORK [CLASS]: nothing is told that does not hold
swept() {
    "$sweep" "$warroom" "$library" "$stand_in" --points "$1" --work "$2" ${3:+--class "$3"} >"$work/$2$3" 2>&1
    code=$?
    cp "$work/$2$3" "$work/err"
    cat "$work/$2$3" >>"$work/all"
    return "$code"
}
check 'reading logs holds, whatever fails' swept 4 logs ''
check 'so does retelling a journal' swept 3 replay ''
check 'finding in documents' swept 3 kb-search ''
check 'keeping documents' swept 2 kb-add ''
check 'keeping what a person says' swept 3 feedback ''
check 'ranking changes of a repository' swept 2 changes ''
check 'collecting, where memory ends or files fail' swept 2 collect ''
check 'collecting, where the network fails' swept 3 collect network
check 'investigating, where files fail' swept 2 investigate file
check 'investigating, where memory ends' swept 2 investigate memory
check 'investigating an archive, where files fail' swept 1 investigate-archive file
check 'learning, where files fail' swept 1 train file
check 'measuring, where files fail' swept 1 eval file
if command -v curl >/dev/null; then
    check 'serving, where the network fails' swept 1 serve network
fi
awk -F'\t' '$6 ~ /^[0-9]+$/ { runs += $6 } END { print runs " runs" }' "$work/all"
finish
