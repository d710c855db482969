#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shipped incidents, in all forms of the report: the same bytes twice, no claim withdrawn, one
# page that needs nothing from elsewhere, and small enough to ship.
#   tests/examples.sh WARROOM WARROOM_EVAL, from the root of the source
set -eu
warroom=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bytes_max=3000000
bad=0

complain() {
    echo "$1"
    bad=1
}

# The subject of the first hypothesis in a report's JSON.
first_subject() {
    sed -n '/"hypotheses": \[/,/"subject":/s/.*"subject": "\(.*\)",*$/\1/p' "$1" | head -n 1
}

truth_of() {
    sed -n 's/.*"service": "\(.*\)",*$/\1/p' "$1/truth.json" | head -n 1
}

for incident in examples/incidents/*/; do
    incident=${incident%/}
    name=$(basename "$incident")

    bytes=$(find "$incident" -type f -exec cat {} + | wc -c)
    [ "$bytes" -lt "$bytes_max" ] || complain "$name: $bytes bytes, more than $bytes_max"

    for form in text markdown json html; do
        for run in a b; do
            code=0
            "$warroom" investigate "$incident" --format "$form" --no-timings \
                >"$work/$name.$form.$run" 2>"$work/errors" || code=$?
            if [ "$code" -gt 1 ]; then
                complain "$name: $form: exit code $code: $(cat "$work/errors")"
            fi
        done
        a=$work/$name.$form.a b=$work/$name.$form.b
        if ! cmp -s "$a" "$b"; then
            complain "$name: $form: two runs differ"
            diff "$a" "$b" | head -n 6 || true
        fi
        [ -s "$a" ] || complain "$name: $form: it is empty"
    done

    html=$work/$name.html.a
    if grep -nEi '(src|srcset|href|action|data|poster)="(https?:)?//|<script|@import|url\(["'\'']?(https?:)?//|<iframe|<object' \
        "$html" | cut -c1-200 | head -n 3 | grep .; then
        complain "$name: html: it needs something from elsewhere"
    fi
    grep -oEi '<link[^>]*' "$html" | grep -v 'href="data:' &&
        complain "$name: html: a <link> leads out of the page"

    json=$work/$name.json.a
    for list in withdrawn removed; do
        grep -q "\"$list\": \[\]" "$json" || complain "$name: something was $list"
    done
done

named=$(first_subject "$work/pages-504.json.a")
truth=$(truth_of examples/incidents/pages-504)
[ "$named" = "$truth" ] || complain "pages-504: it names \`$named\` first; it was \`$truth\`"

# What the shipped recordings are worth: 7 of 8 places, and each of 6 changes.
gym=$(dirname "$warroom")/warroom-gym
if [ -x "$gym" ]; then
    "$gym" score examples/incidents --warroom "$warroom" --fail-under place=1 --fail-under change=1 --fail-under cause=0.8 --fail-under controls=1 >"$work/score" ||
        { cat "$work/score"; complain "the shipped recordings are understood worse than before"; }
fi

exit $bad
