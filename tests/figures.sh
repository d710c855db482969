#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The scores that eval/baseline.tsv stands by, where the public incidents lie beside the checkout (or
# where WARROOM_DATA says). They are not part of the project: without them there is nothing to check.
# The engine is deterministic, so a score below the baseline is a change, and never noise.
set -eu
eval_program=$2
data=${WARROOM_DATA:-../shared/data}
if [ ! -x "$data/unpack" ]; then
    echo "skipped: there are no public incidents at $data"
    exit 77
fi
if ! command -v zstd >/dev/null; then
    echo "skipped: the public incidents are packed with zstd, and it is not installed"
    exit 77
fi
"$data/unpack" build/data
floors=$(awk -F '\t' '!/^#/ && NF > 2 { printf "--fail-under %s=%s ", $1, $3 }' eval/baseline.tsv)
# shellcheck disable=SC2086 # a list of options
"$eval_program" rca build/data/rca -j 2 --warroom "$1" $floors
"$eval_program" logs build/data/loghub --fail-under GA=0.95 --fail-under FGA=0.90 --fail-under PA=0.75 --fail-under FTA=0.60
