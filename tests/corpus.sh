#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A corpus of the project's own documents: what goes in, what does not and why, the same bytes twice; nothing that the
# project is judged by; and instruction data of the shipped incidents, which by itself leaves them out.
set -u
warroom=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-corpus-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

has() { grep -q -- "$2" "$work/$1"; }
lacks() { ! grep -q -- "$2" "$work/$1"; }

# ---- a folder of a user ----
user=$work/user
mkdir -p "$user/sub" "$work/set"
ln -s .. "$user/sub/loop"
cat >"$user/runbook.md" <<'TEXT'
# Gateway answers 502

When the gateway answers 502, look at the pods of the upstream first. If they restart, read the log of the one before: a
missing setting or a connection that is refused is the usual cause after a rollout. Roll back, then look for the change.
The password of the dashboard is password=hunter2secret and the owner is ann.example@example.com, who is on call.
TEXT
cat >"$user/handbuch.md" <<'TEXT'
Wenn das Gateway mit 502 antwortet, dann sind die Pods des Dienstes nicht zu erreichen. Man sieht sich zuerst das Log des
Dienstes an und setzt die letzte Änderung zurück, wenn sie der Grund für den Fehler ist und nicht die Datenbank.
TEXT
cat >"$work/set/question.md" <<'TEXT'
At noon the ledger service of the northern region began to refuse every third booking, because a clerk had imported
the tariff table twice and each price was found two times by a query that wanted exactly one row from the table.
TEXT
{
    printf 'A story from our archive about the service and its database, for those who run it on call today.\n\n'
    cat "$work/set/question.md"
} >"$user/planted.md"
sed 's/noon/midnight/; s/northern/southern/; s/clerk/person/' "$work/set/question.md" >"$user/edited.md"
cp "$user/runbook.md" "$user/copy.md"
head -c 40000 /dev/zero | tr '\0' 'x' >"$user/long.log"
printf '\nservice orders ERROR deadlock detected while updating the row of the stock table in the database\n' >>"$user/long.log"
printf '\177ELF\0\0\0\1' >"$user/program"
printf 'The log of the service has bytes that are no text \377 but most of the words about its errors are.\n' >"$user/odd.md"
mkfifo "$user/pipe"
cat >"$user/retry.py" <<'TEXT'
def fetch_with_retry(client, url, attempts):
    for attempt in range(attempts):
        try:
            return client.get(url, timeout=REQUEST_TIMEOUT)
        except ConnectionError as error:
            backoff.sleep(attempt)
    raise UpstreamUnavailable(url)
TEXT

for round in a b; do
    run train corpus docs README.md runbooks examples "$user" --without "$work/set" --out "$work/$round"
    check "round $round is made" ended_with 0
    mv "$work/out" "$work/told.$round"
    mv "$work/err" "$work/err.$round"
done
check 'the same sources give the same bytes' diff -r "$work/a" "$work/b"
check 'and the same table' cmp "$work/told.a" "$work/told.b"
check 'nothing half-written is left behind' test "$(find "$work/a" -name '.*' -type f | wc -l)" = 0
check 'documents become denoising' has a/denoise.jsonl '^{"input":"\[[RSX]\] .*<extra_id_0>.*","target":"<extra_id_0> '
check 'code loses names' has a/denoise.jsonl '"input":"\[C\] def '
check 'logs are foretold' has a/causal.jsonl '^{"text":".*deadlock detected'
check 'each line is an object' sh -c "! grep -qv '^{.*}\$' '$work/a/denoise.jsonl'"
check 'the manifest counts them' sh -c "grep -q '\"lines\": '\$(wc -l <'$work/a/denoise.jsonl') '$work/a/manifest.json'"
check 'and has the digest of the file' sh -c "grep -q \$(sha256sum <'$work/a/denoise.jsonl' | cut -d' ' -f1) '$work/a/manifest.json'"

check 'secrets go' sh -c "! grep -q 'hunter2secret' '$work/a/denoise.jsonl'"
check 'and so do addresses of people' sh -c "! grep -q 'ann.example@' '$work/a/denoise.jsonl'"
check 'another language is dropped, and it is said' has a/dropped.jsonl '"why":"language".*handbuch.md'
check 'and in which' has a/manifest.json '"german":1'
check 'a copy is dropped' has a/dropped.jsonl '"why":"duplicate".*runbook.md\|"why":"duplicate".*copy.md'
check 'what is no text is passed over' has a/dropped.jsonl '"why":"binary".*program'
check 'a loop of links is not walked' has a/dropped.jsonl '"why":"link".*loop'
check 'a pipe is not waited for' has a/dropped.jsonl '"why":"link".*pipe'
check 'a line without end is cut, and the rest goes on' has a/dropped.jsonl '"why":"cut_lines".*long.log'
check 'which is told once' test "$(grep -c 'longer than 16 kB' "$work/err.a")" = 1
mended=$(printf '\357\277\275')
check 'broken UTF-8 is mended' has a/denoise.jsonl "$mended"

check 'a planted evaluation item does not get through' has a/dropped.jsonl '"why":"evaluated".*planted.md'
check 'nor does one that was lightly edited' has a/dropped.jsonl '"why":"evaluated".*edited.md'
check 'no word of it is there' sh -c "! grep -q 'tariff table' '$work/a/denoise.jsonl'"
check 'the shipped incidents are evaluation items' has a/dropped.jsonl '"why":"evaluated".*examples/incidents/pages-504'
check 'and none of their documents goes in' sh -c "! grep -h 'NginxErrorRatioHigh' '$work/a/denoise.jsonl' '$work/a/causal.jsonl' | grep -q 'Changes before it'"
check 'how much is kept apart is told' has told.a '^kept apart  *3 sets'

run train corpus docs --out "$work/other" --seed 2 --keep-evaluated
check 'another seed takes out other words' sh -c "! cmp -s '$work/a/denoise.jsonl' '$work/other/denoise.jsonl'"

# ---- a repository ----
git init -q "$work/repository"
git -C "$work/repository" -c user.name=a -c user.email=a@b commit -q --allow-empty -m 'Give the pool of the orders service an upper limit

Without one, a slow database let connections grow until the server refused requests of all others.'
run train corpus "$work/repository" --out "$work/history" --keep-evaluated
check 'a history is read' sh -c "grep -q 'slow database\|orders service' '$work/history/denoise.jsonl'"

# ---- mistakes ----
run train corpus docs
check 'a place is wanted' err_has 'sources and --out DIR are wanted'
check 'and that is wrong usage' ended_with 2
run train corpus "$work/nowhere" --out "$work/n"
check 'a source that is not there is told' err_has 'nowhere: No such file'
check 'and ends it' ended_with 2
run train corpus docs --out "$work/n" --relevance 3
check 'a chance is one' err_has '--relevance wants a chance from 0 to 1'
run train corpus docs --out "$work/user/runbook.md" --keep-evaluated
check 'a file is no folder' ended_with 2

# ---- filters ----
for round in a b; do
    run train filters train/corpus/seeds.txt docs README.md runbooks --out "$work/filters.$round"
    check "filters are learned, round $round" ended_with 0
done
check 'the same each time' cmp "$work/filters.a" "$work/filters.b"
check 'and measured on what was left out' out_has '^relevance  held out: .* good ones kept'
run train filters "$user/runbook.md" --out "$work/filters.c"
check 'seeds that are none are refused' err_has 'no `+ topic` or `- topic`'

# ---- instruction data ----
run train sft examples/incidents --journals "$work/journals" --out "$work/none.jsonl"
check 'of what is evaluated nothing is made' test ! -s "$work/none.jsonl"
check 'which is no failure' ended_with 0
check 'and it is said' out_has 'left out: 9 evaluated'
for round in a b; do
    run train sft examples/incidents --journals "$work/journals" --out "$work/sft.$round" --keep-evaluated
    check "round $round of instructions is made" ended_with 0
done
check 'the same incidents give the same lines' cmp "$work/sft.a" "$work/sft.b"
for task in rank summary symptoms query; do
    check "the task $task is among them" has sft.a "\"task\":\"$task\""
done
check 'each line is a chat' sh -c "! grep -qv '^{\"messages\":\[{\"role\":\"system\".*{\"role\":\"user\".*{\"role\":\"assistant\"' '$work/sft.a'"
check 'no query is there that does not bear out its claim' has sft.a.manifest.json '"queries_not_borne_out": 0'
check 'summaries cite' sh -c "grep '\"task\":\"summary\"' '$work/sft.a' | grep -q '\"assistant\",\"content\":\"[^\"]*\[E[0-9]'"
check 'what it was is not in a question of the task rank' sh -c "! grep '\"task\":\"rank\"' '$work/sft.a' | grep -q 'backend_timeout_ms is 1'"
run feedback examples/incidents/pages-504 partly --cause 'a limit that was set too low' --ledger "$work/ledger.db"
run train sft --ledger "$work/ledger.db" --out "$work/said.jsonl" --keep-evaluated
check 'what people said is an example' has said.jsonl 'In `storefront`.*a limit that was set too low.*"task":"feedback"'
run train sft --ledger "$work/ledger.db" --out "$work/unsaid.jsonl"
check 'but not of an incident that is evaluated' test ! -s "$work/unsaid.jsonl"
run train corpus --ledger "$work/ledger.db" --out "$work/said" --keep-evaluated
check 'and a document' has said/manifest.json 'ledger.db","files":0,"documents":1'
run train sft examples/incidents --out "$work/sft.c"
check 'journals must have a place' err_has '--journals DIR is wanted'
run train sft --ledger "$work/nowhere" --out "$work/sft.c"
check 'a ledger that is not there is told' err_has 'there is no ledger'

finish
