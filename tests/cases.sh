#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whole cases, byte for byte: each shipped incident against tests/cases/NAME.json and NAME.text, and
# each folder of tests/cases against its report.text. A folder also says which runbook its plan, or
# a revision of it, must follow: in the file `runbook`.
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
# bundle_of FOLDER: the path of its bundle; some open that of another case by another of its alerts
bundle_of()
{
    if [ -f "$1of" ]; then
        rm -rf "$work/recut"
        mkdir "$work/recut"
        tar --zstd -xf "tests/cases/$(cat "$1of")/bundle.tar.zst" -C "$work/recut"
        cp "$1alert.json" "$work/recut/alert.json"
        echo "$work/recut"
    elif [ -f "$1bundle.tar.zst" ]; then
        echo "$1bundle.tar.zst"
    else
        echo "${1%/}"
    fi
}

for folder in tests/cases/*/; do
    if [ -f "${folder}of" ] && ! command -v zstd >/dev/null; then
        echo "$folder is left out: zstd is not installed"
        continue
    fi
    compare "$(bundle_of "$folder")" text "${folder}report.text"
    name=$(cat "${folder}runbook")
    if ! grep -Eq "^  (plan|revised) +follow .*\b$name\b" "${folder}report.text"; then
        echo "$folder: no plan follows the runbook $name"
        bad=1
    fi
done
exit $bad
