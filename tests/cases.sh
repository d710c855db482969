#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whole cases, byte for byte: each shipped incident against tests/cases/NAME.json and NAME.txt.
# After a change that is meant: `sh tests/cases.sh build/warroom --accept`, and read the diff.
set -eu
warroom=$1
accept=${2:-}
bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for incident in examples/incidents/*/; do
    name=$(basename "$incident")
    for form in json text; do
        want=tests/cases/$name.$form
        status=0
        "$warroom" investigate "$incident" --format "$form" --no-timings >"$work/got" || status=$?
        [ "$status" -le 1 ] || { echo "$name: exit code $status"; bad=1; continue; }
        if [ "$accept" = --accept ]; then
            cp "$work/got" "$want"
        elif ! diff -u "$want" "$work/got" >"$work/diff"; then
            echo "$name: the report in the form $form has changed:"
            head -n 60 "$work/diff"
            bad=1
        fi
    done
done
exit $bad
