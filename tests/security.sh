#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/SECURITY.md and docs/formats.md: each test that they name is there, and each promise names one; and promises that
# no other test holds.
#   tests/security.sh WARROOM, from the root of the source
set -u
warroom=$(readlink -f "$1")
documents='docs/SECURITY.md docs/formats.md'
incident=examples/incidents/pages-504
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
. tests/check.sh

# ---- the documents ----
# Between its markers a row is | what is promised | `file`: test; `file`: test |. In C a test is a function that is
# run; elsewhere a sentence that is checked; a program of fuzz/ holds all that its head says. A row that begins in bold
# and has no test is a heading.
# shellcheck disable=SC2086 # a list of words
awk '/<!-- promises -->/ { on = 1; next } /<!-- \/promises -->/ { on = 0 }
     on && /^\|/ && !/^\| *(promise |---|\*\*.*\| *\|$)/ {
         n = split($0, cell, "|"); last = cell[n - 1]
         count = split(last, held, ";")
         for (i = 1; i <= count; i++) {
             file = held[i]; sub(/^[^`]*`/, "", file); sub(/`.*/, "", file)
             name = held[i]; if (sub(/^[^`]*`[^`]*`: */, "", name) == 0) name = ""
             gsub(/^ +| +$|`/, "", name); print FILENAME ":" FNR "\t" file "\t" name } }' $documents >"$work/held"
is_there() { # FILE TEST
    [ -f "$1" ] || return 1
    case $1 in
    fuzz/*) grep -q "'${1##*/}'\|'$(basename "$1" .c)'" fuzz/meson.build ;;
    *.c) grep -q "\(unit_test[a-z_]*\|TEST\)($2[,)]" "$1" || tr -d '\n ' <"$1" | grep -q "unit_test[a-z_]*($2[,)]" ;;
    *.mjs) grep -qF -- "check('$2'" "$1" || grep -qF -- "check(\`$2" "$1" ;;
    *) [ -z "$2" ] || grep -qF -- "check '$2'" "$1" || grep -qF -- "check \"$2\"" "$1" ;;
    esac
}
count=0
while IFS='	' read -r line file name; do
    count=$((count + 1))
    is_there "$file" "$name" && continue
    echo "FAILED  $line: there is no test \"$name\" in $file"
    failed=$((failed + 1))
done <"$work/held"
check 'the documents have promises' [ "$count" -gt 100 ]
not_there() { ! is_there "$@"; }
check 'a sentence that nobody checks is seen' not_there tests/serve.sh 'it sings'
check 'so is a function that nobody runs' not_there src/store/ledger_test.c open_as
check 'and a file that is gone' not_there fuzz/nothing.c ''

# ---- an investigation needs nothing but its bundle ----
run investigate --no-progress --format json "$incident"
grep -v '_ms"' "$work/out" >"$work/free"
run investigate --no-progress --format json --sandbox "$incident"
grep -v '_ms"' "$work/out" >"$work/shut"
check 'shut in, it finds what it finds free' cmp -s "$work/free" "$work/shut"

# ---- nothing that is open leads out of the sandbox ----
run kb list --ledger "$work/ledger.db"
mkfifo "$work/pipe"
exec 3<>"$work/pipe" # a reader that does not read: the program waits in the middle of its report
"$warroom" investigate --no-progress --sandbox --format json --ledger "$work/ledger.db" "$incident" >"$work/pipe" 2>"$work/err" 3<&- &
investigation=$!
dd bs=1 count=1 <&3 >/dev/null 2>&1
ls -l "/proc/$investigation/fd" >"$work/open"
check 'who is shut in is looked at' grep -q "$work/pipe" "$work/open"
check 'who is shut in holds no ledger' sh -c "! grep -q ledger.db '$work/open'"
kill "$investigation"
wait "$investigation" 2>/dev/null
exec 3<&-

printf '# Pool\n\nGive the pool more connections.\n' >"$work/pool.md"
run kb add "$work/pool.md" --ledger "$work/ledger.db"
exec 3<>"$work/pipe"
dd if=/dev/zero bs=65536 count=1 >&3 2>/dev/null # it is full: who is asked waits with its answer
"$warroom" ask 'what did people write of connections?' "$incident" --sandbox --ledger "$work/ledger.db" >"$work/pipe" 2>"$work/err" 3<&- &
question=$!
for _ in $(seq 200); do
    grep -q '^Seccomp:.*2' "/proc/$question/status" && break
    sleep 0.05
done
ls -l "/proc/$question/fd" >"$work/open"
kill "$question"
wait "$question" 2>/dev/null
exec 3<&-
check 'nor does who is asked' sh -c "grep -q '$work/pipe' '$work/open' && ! grep -q ledger.db '$work/open'"

mkfifo "$work/questions"
"$warroom" mcp --sandbox --ledger "$work/ledger.db" "$(dirname "$incident")" <"$work/questions" >"$work/answers" 2>/dev/null &
assistant=$!
exec 4>"$work/questions"
printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_knowledge","arguments":{"question":"pool"}}}' >&4
until [ -s "$work/answers" ]; do sleep 0.05; done
ls -l "/proc/$assistant/fd" >"$work/open.assistant"
exec 4>&-
wait "$assistant"
check 'and finds what people wrote' grep -q 'pool.md' "$work/answers"
check 'nor do assistants lead to one' sh -c "grep -q answers '$work/open.assistant' && ! grep -q ledger.db '$work/open.assistant'"

# ---- what scripts fetch ----
mkdir "$work/bin"
printf '#!/bin/sh\necho other >thing-1.tgz\necho thing-1.tgz\n' >"$work/bin/npm" # a registry that gives something else
chmod +x "$work/bin/npm"
PATH="$work/bin:$PATH" sh scripts/fetch.sh thing@1 "$(printf 'thing\n' | sha512sum | cut -d ' ' -f 1)" "$work/fetched" >"$work/out" 2>"$work/err"
code=$?
check 'what is not what it was is not taken' sh -c "[ $code = 2 ] && grep -q 'its digest differs' '$work/err' && [ ! -e '$work/fetched/package' ]"

# ---- whom the courier trusts ----
if command -v openssl >/dev/null; then
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
        -keyout "$work/key.pem" -out "$work/certificate.pem" 2>/dev/null
    : >"$work/server"
    openssl s_server -accept 127.0.0.1:0 -key "$work/key.pem" -cert "$work/certificate.pem" -www >"$work/server" 2>&1 </dev/null &
    server=$!
    waits_for ACCEPT "$work/server"
    port=$(sed -n 's/^ACCEPT.*:\([0-9]*\)$/\1/p' "$work/server")
    printf 'sources:\n  far: {kind: prometheus, url: "https://127.0.0.1:%s", key: "env:FAR_KEY"}\n' "$port" >"$work/far.yaml"
    FAR_KEY=very-hush run sources test far --config "$work/far.yaml"
    check 'a certificate that nobody vouches for is refused, and nothing is sent' \
        sh -c "cat '$work/out' '$work/err' | grep -q 'certificate is not one to trust, and nothing was sent'"
    kill "$server"
    wait "$server" 2>/dev/null
else
    echo 'skipped certificates: there is no openssl'
fi

finish
