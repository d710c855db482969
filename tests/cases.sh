#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whole cases, byte for byte: each shipped incident against tests/cases/NAME.json and NAME.text, and
# each folder of tests/cases against its report.text. A folder also says which runbook the plan must
# follow, in the file `runbook`.
# After a change that is meant: `sh tests/cases.sh build/warroom --accept`, and read the diff.
set -eu
warroom=$1
accept=${2:-}
bad=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# compare BUNDLE FORM WANT
compare()
{
    status=0
    "$warroom" investigate "$1" --format "$2" --no-timings >"$work/got" || status=$?
    [ "$status" -le 1 ] || { echo "$1: exit code $status"; bad=1; return; }
    if [ "$accept" = --accept ]; then
        cp "$work/got" "$3"
    elif ! diff -u "$3" "$work/got" >"$work/diff"; then
        echo "$1: the report in the form $2 has changed:"
        head -n 60 "$work/diff"
        bad=1
    fi
}

for incident in examples/incidents/*/; do
    name=$(basename "$incident")
    for form in json text; do
        compare "$incident" $form "tests/cases/$name.$form"
    done
done
for folder in tests/cases/*/; do
    bundle=${folder%/}
    [ ! -f "$bundle/bundle.tar.zst" ] || bundle=$bundle/bundle.tar.zst
    compare "$bundle" text "${folder}report.text"
    if ! "$warroom" investigate "$bundle" --plan-only | grep -qw "follow $(cat "${folder}runbook")"; then
        echo "$bundle: the plan does not follow the runbook $(cat "${folder}runbook")"
        bad=1
    fi
done
exit $bad
