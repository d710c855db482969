#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What docs/experts.md says of the log expert's entities, on the lines that people have marked, where
# loghub lies beside the checkout (or where WARROOM_DATA says). Each system is asked of numbers that were
# learned from the others, the marked lines of recorded cases left out; all is deterministic: a lower
# figure is a change. Gravity is learned again on the way; its figures need the
# recorded cases as well, and are checked by hand.
set -eu
data=${WARROOM_DATA:-../shared/data}
loghub=${WARROOM_LOGHUB:-}
if [ -z "$loghub" ]; then
    if [ ! -x "$data/unpack" ] || ! command -v zstd >/dev/null; then
        echo "skipped: there is no loghub at $data"
        exit 77
    fi
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
    "$data/unpack" "$folder"
    loghub=$folder/loghub
fi
"$1" expert log "$loghub" --entities eval/entities.tsv --fail-under entities=0.87
