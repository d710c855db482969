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

# floors VERB AWK-EXPRESSION: the options that ask for as much as the baseline has
floors() {
    awk -F '\t' -v verb="$1" '!/^#/ && $1 == verb { '"$2"' }' eval/baseline.tsv
}

# shellcheck disable=SC2046 # lists of options
"$eval_program" rca build/data/rca -j 2 --warroom "$1" \
    $(floors rca 'if ($3 == "ac1") printf "--fail-under %s=%s ", $2, $4')
# shellcheck disable=SC2046
"$eval_program" logs build/data/loghub $(floors logs 'printf "--fail-under %s=%s ", $3, $4')
# shellcheck disable=SC2046
"$eval_program" series build/data/nab $(floors series 'printf "--fail-under %s ", $4')
"$eval_program" expert metric --labels eval/shapes.tsv --fail-under 0.8 build/data/nab
