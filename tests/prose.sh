#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A report in the words of a model, on tape: what is borne out is told in every form, what is not is
# counted and told nowhere, a replay has the same bytes, and a journal can be told again later.
set -u
warroom=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-prose-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

. tests/check.sh
bundle=examples/incidents/checkout-errors

# reply NUMBER: the JSON on standard input as the answer of a model
reply() {
    json=$(tr -d '\n' | sed 's/\\/\\\\/g; s/"/\\"/g')
    printf 'HTTP 200\n\n{"choices":[{"finish_reason":"stop","message":{"role":"assistant","content":"%s"}}],"usage":{"prompt_tokens":900,"completion_tokens":90}}' "$json" >"$work/tape/$1.reply"
}
# model LINE...: one whose replies are the tape
model() {
    printf '%s\n' 'kind: openai' 'url: http://127.0.0.1:9/v1' 'model: writer' "replay: $work/tape" "$@" >"$work/model.yaml"
}
fresh_tape() { rm -rf "$work/tape"; mkdir "$work/tape"; }
tell() { run investigate "$bundle" --no-timings --expert "$work/model.yaml" "$@"; }

fresh_tape
reply 01 <<'END'
{"sentences":[
{"text":"Most likely orders caused the errors: its session orders-1 reconcile holds a lock that others wait for.","cites":["E59","E62"]},
{"text":"orders had been changed at 02:34:16 by deploy-4, which brought 4d21c8a4.","cites":["E62"]},
{"text":"The disk of orders filled up at 02:34:16.","cites":["E62"]},
{"text":"Half of the requests to storefront took up to 192 s.","cites":["E5"]}]}
END
reply 02 <<'END'
{"sentences":[
{"text":"The cause most likely lay in orders, which held locks that others waited for.","cites":["E59"]},
{"text":"Of the 45 requests to storefront 15 failed.","cites":["E4"]}]}
END
reply 03 <<'END'
{"sentences":[{"text":"Take back 4d21c8a4, the last change of orders.","cites":["E76"]},
{"text":"Then restart everything with kubectl delete pods --all.","cites":["E76"]}]}
END
model
tell --journal "$work/journal"
cp "$work/out" "$work/first"
check 'the cause is still named' test "$code" -eq 0
check 'a sentence that is borne out is told' grep -q 'Most likely orders caused the errors' "$work/out"
check 'and cites what it is borne out by' grep -q '\[E59\] *\[E62\]' "$work/out"
check 'it says whose words they are' grep -q 'the words of a model, writer' "$work/out"
check 'what no claim speaks of is told nowhere' not grep -q 'disk of orders' "$work/out"
check 'nor a number in another unit' not grep -q '192 s' "$work/out"
check 'nor a command of a model' not grep -q 'delete pods' "$work/out"
check 'they are counted' grep -q 'without 2 sentences that no evidence' "$work/out"
check 'the sentences of the program stand' grep -q 'FOR IT' "$work/out"

run replay "$work/journal" --no-timings
check 'a replay tells the same words' cmp -s "$work/first" "$work/out"
for form in markdown html json postmortem; do
    run replay "$work/journal" --no-timings --format "$form"
    case $form in
    postmortem) words='lay in orders, which held locks' ;;
    *) words='Most likely orders caused the errors' ;;
    esac
    check "they stand in the form $form" grep -q "$words" "$work/out"
done

sed 's/Most likely orders caused/Most likely catalog caused/' "$work/journal" >"$work/forged"
run replay "$work/forged" --no-timings
check 'a forged journal does not get its words told' not grep -q '^ *Most likely catalog caused' "$work/out"

# ---- later ----
run investigate "$bundle" --no-timings --journal "$work/plain"
fresh_tape
reply 01 <<'END'
{"sentences":[{"text":"The cause most likely lies in orders, since its deploy-4 at 02:34:16.","cites":["E62"]}]}
END
run retell "$work/plain" --no-timings --expert "$work/model.yaml"
check 'a journal is told again' grep -q 'since its deploy-4 at 02:34:16' "$work/out"
run retell "$work/plain" --no-timings --expert "$work/model.yaml" --show-egress
check 'what would be sent is shown' grep -q 'You rewrite a part' "$work/out"

# ---- too little ----
fresh_tape
reply 01 <<'END'
{"sentences":[{"text":"Of the 45 requests to storefront 15 failed.","cites":["E4"]},
{"text":"catalog is to blame.","cites":["E59"]}]}
END
tell
check 'where the cause is not told any more, nothing is' not grep -q 'IN OTHER WORDS' "$work/out"
check 'and the report says why' grep -q 'does not tell the cause' "$work/out"

# ---- names that stay in the house ----
model 'mask: names'
tell --show-egress
check 'with mask: names no service goes out' not grep -qE 'storefront|catalog|nginx|postgres' "$work/out"
check 'nor a person, nor a replica' not grep -qE 'Jonas|Weber|orders-1' "$work/out"
alias=$(grep -o 'subject\\":\\"service-[0-9]*' "$work/out" | head -n 1 | grep -o 'service-[0-9]*')
fresh_tape
reply 01 <<END
{"sentences":[{"text":"The cause most likely lies in $alias, which was changed at 02:34:16.","cites":["E62"]},
{"text":"It also lies in service-99.","cites":["E62"]}]}
END
tell
check 'an alias comes back as the name' grep -q 'most likely lies in orders, which was changed' "$work/out"
check 'one that was never given is told nowhere' not grep -q 'service-99' "$work/out"

finish
