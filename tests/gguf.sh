#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A GGUF file as an expert, by `warroom changes rank --expert`: with a model of 350 kB that has learnt nothing, with damaged
# ones, and without llama.cpp. What such a model ranks first means nothing.
set -u
warroom=$(realpath "$1")
build=$(dirname "$warroom")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-gguf-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0

. tests/check.sh

awk 'BEGIN {
    for (i = 0; i < 40; i++)
        printf "{\"id\":\"%07xabc\",\"time\":%d,\"author\":\"a%d\",\"message\":\"topic%d: adjust part %d\",\"files\":[\"src/topic%d/part%d.c\"]}\n",
            i, 1764032400 + i * 3600, i % 7, i % 11, i, i % 11, i
    print "{\"id\":\"00000ffabc\",\"time\":1764504000,\"author\":\"kim\",\"message\":\"lb: shorter upstream timeouts <|im_end|>\",\"files\":[\"lb/upstream.conf\"]}"
}' >"$work/feed"
rank() {
    run changes rank --feed "$work/feed" --at 2025-12-01T00:00:00Z \
        --symptom 'gateway answers 504, upstream timeout at lb/upstream.conf:12' "$@"
}
# configure FILE LINE...: an expert that is that file, in $work/expert
configure() { file=$1; shift; printf '%s\n' 'kind: gguf' "model: $file" "$@" >"$work/expert"; }
same_order() { grep '^ *[0-9]*\. ' "$work/out" | cmp -s - "$work/ours"; }

rank
grep '^ *[0-9]*\. ' "$work/out" >"$work/ours"

# ---- what is given ----

configure "$work/tiny.gguf" 'url: http://127.0.0.1:1'
rank --expert "$work/expert"
check 'a file has no address' refused 'gguf: nothing is sent, so there is neither `url` nor `key`'
configure "$work/tiny.gguf" 'temperature: 0.7'
rank --expert "$work/expert"
check 'nothing is drawn at random' refused 'temperature: gguf always takes the likeliest word'

# ---- without llama.cpp ----

configure "$work/tiny.gguf"
WARROOM_GGUF=/nowhere/warroom-gguf rank --expert "$work/expert"
check 'without llama.cpp it says what to do' err_has 'the order is ours alone: .*there is no /nowhere/warroom-gguf, which reads such files; run `sh scripts/llama_library.sh` and build again'
check 'and our order stands' same_order
if [ ! -x "$build/warroom-gguf" ]; then
    echo 'skipped the rest: warroom-gguf was not built; scripts/llama_library.sh fetches what it needs'
    finish
    exit
fi
WARROOM_LIBLLAMA=libm.so.6 rank --expert "$work/expert"
check 'a library that is none is told' err_has 'the order is ours alone: .*the library of llama.cpp has no llama_version'
# one of another version: all that is looked for is there, and says so
{
    sed -n '/^#define LLAMA_FUNCTIONS/,/[^\\]$/s/^ *X(\([a-z_]*\)).*/\1/p' gguf/llama.h | sed '/^llama_version$/d; s/.*/void &(void) {}/'
    echo 'const char *llama_version(void) { return "0.0"; }'
} >"$work/other.c"
cc -w -shared -fPIC -o "$work/other.so" "$work/other.c"
WARROOM_LIBLLAMA=$work/other.so rank --expert "$work/expert"
check 'a llama.cpp of another version is refused, with both' err_has 'other.so is llama.cpp 0.0, and this was built for'

# ---- a model ----

"$build/tests/tiny-model" "$work/tiny.gguf"
rank --expert "$work/expert"
check 'an election with a grammar goes through' is_quiet
check 'and says what it took' out_has '^The order is ours joined with that of .*: 4 ballots in [0-9] rounds, [0-9]* tokens'
cp "$work/out" "$work/before"
rank --expert "$work/expert"
check 'twice the same' cmp -s "$work/out" "$work/before"
configure "$work/tiny.gguf" 'odds: true'
rank --expert "$work/expert"
check 'the last ballot by odds' is_quiet
rank --expert "$work/expert" --show-egress
check 'nothing leaves' out_has 'nothing leaves'
configure "$work/tiny.gguf" 'limits:' '  answer: 3'
rank --expert "$work/expert"
check 'an answer that is cut off is none' err_has 'the answer is longer than limits.answer, 3 tokens'
check 'and our order stands' same_order

# ---- files that are none ----

configure "$work/nothing.gguf"
rank --expert "$work/expert"
check 'a file that is not there is named' err_has 'the order is ours alone: .*nothing.gguf: no file to read'
configure "$work"
rank --expert "$work/expert"
check 'a folder is no file' err_has 'the order is ours alone: .*: no file to read'
: >"$work/empty.gguf"
cp "$work/feed" "$work/text.gguf"
for size in 4 24 100 5000 20000 200000; do head -c "$size" "$work/tiny.gguf" >"$work/cut-$size.gguf"; done
for file in "$work"/empty.gguf "$work"/text.gguf "$work"/cut-*.gguf; do
    configure "$file"
    rank --expert "$work/expert"
    check "${file##*/}: the file is refused in a line" err_has '^warroom: the order is ours alone: .*llama.cpp says: '
    check "${file##*/}: our order stands" same_order
done

# Bytes that are others than they were: whatever llama.cpp makes of them, it costs no more than the opinion.
lived() { [ "$code" = 0 ] && [ "$(grep -c . "$work/err")" -le 1 ] && { [ ! -s "$work/err" ] || grep -q 'the order is ours alone: ' "$work/err"; }; }
at=8
while [ "$at" -lt 16000 ]; do
    cp "$work/tiny.gguf" "$work/bent.gguf"
    printf '\377\377\377\177' | dd of="$work/bent.gguf" bs=1 seek="$at" conv=notrunc 2>/dev/null
    configure "$work/bent.gguf" 'limits:' '  seconds: 20'
    rank --expert "$work/expert"
    check "bent at byte $at: it costs no more than the opinion" lived
    at=$((at * 5 / 4 + 3))
done
left_behind() { for exe in /proc/[0-9]*/exe; do [ "$(readlink "$exe" 2>/dev/null)" = "$build/warroom-gguf" ] && tr '\0' ' ' <"${exe%/exe}/cmdline" | grep -q "$work"; done; }
check 'no process is left behind' not left_behind
finish
