#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# train/language from one end to the other, on the documents of this project: a vocabulary, a model of two million numbers, a
# GGUF file that llama.cpp reads as it was written. Takes half a minute of one core with OpenBLAS, two and a half without. Skipped
# without torch or llama.cpp. What such a model says means nothing.
set -u
warroom=$(realpath "$1")
build=$(dirname "$warroom")
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-language-XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1

. tests/check.sh

for python in python3 /usr/bin/python3; do "$python" -c 'import torch' 2>/dev/null && break; done
if ! "$python" -c 'import torch' 2>/dev/null; then
    echo 'skipped: there is no torch (Debian: python3-torch, and libopenblas0-pthread, or it is slow)'
    exit 77
fi
if [ ! -x "$build/warroom-gguf" ]; then
    echo 'skipped: warroom-gguf was not built; scripts/llama_library.sh fetches what it needs'
    exit 77
fi

# language PROGRAM ARGUMENT...: one of train/language, with what it prints in $work/out and $work/err
language() {
    program=$1
    shift
    "$python" "train/language/$program.py" "$@" >"$work/out" 2>"$work/err"
    code=$?
    return $code
}

# ---- a corpus: documents, one in ten held back; what denoising and instructing look like ----

"$python" - "$work" docs/*.md docs/adr/*.md <<'PYTHON'
import json, sys
work, paths = sys.argv[1], sys.argv[2:]
with open(f"{work}/corpus", "w") as corpus, open(f"{work}/held", "w") as held:
    for i, path in enumerate(paths):
        print(json.dumps({"text": open(path, encoding="utf-8").read()}), file=held if i % 10 == 9 else corpus)
    for i in range(20):
        print(json.dumps({"input": f"[R] The pool of <extra_id_0> is full since {i}:00", "target": "<extra_id_0> connections <extra_id_1>"}), file=corpus)
        print(json.dumps({"messages": [{"role": "user", "content": "Is <|im_end|> a mark?"}, {"role": "assistant", "content": "Not here."}]}), file=corpus)
PYTHON

check 'a vocabulary is learned' language vocabulary "$work/corpus" --size 2048 --out "$work/vocabulary"
check 'it has the size that was asked for' out_has '^2048 tokens, 1689 of them learned$'
check 'again' language vocabulary "$work/corpus" --size 2048 --out "$work/again"
check 'the same corpus gives the same vocabulary' cmp -s "$work/vocabulary" "$work/again"

printf '{"text": "one"}\n{"words": "two"}\n' >"$work/wrong"
language vocabulary "$work/wrong" --out "$work/none"
check 'a row of another form is refused with its place' err_has "$work/wrong:2: \`text\`, \`input\` and \`target\`, or \`messages\` is wanted"

# ---- interrupted and resumed ----

train() { language train "$work/corpus" --vocabulary "$work/vocabulary" --context 128 "$@"; }
small() { train --width 32 --layers 1 --heads 2 --inner 64 --steps 6 "$@"; }
check 'six steps' small --out "$work/whole"
check 'three steps' small --out "$work/half" --until 3
check 'and three more' small --out "$work/half" --resume
check 'written' language gguf "$work/whole" --out "$work/whole.gguf"
check 'written' language gguf "$work/half" --out "$work/half.gguf"
check 'a run that was interrupted comes to the same bytes' cmp -s "$work/whole.gguf" "$work/half.gguf"
small --out "$work/half" --resume --rate 1
check 'what is resumed has to be the same run' err_has 'what is resumed had other options: rate'

check 'another run begins with its weights' small --out "$work/more" --begin-with "$work/whole" --until 1
more="$(sed -n 's/^step 1: loss \([0-9.]*\),.*/\1/p' "$work/out")"
small --out "$work/first" --until 1
first="$(sed -n 's/^step 1: loss \([0-9.]*\),.*/\1/p' "$work/out")"
check 'and knows more at its beginning' awk "BEGIN { exit !($more < $first) }"
train --out "$work/wider" --begin-with "$work/whole"
check 'these have to be of its shape' err_has "$work/whole: a model of another shape or vocabulary"

# ---- a model ----

check 'a model after one step' train --out "$work/young" --steps 40 --rate 4e-3 --until 1 --check "$work/held"
young="$(sed -n 's/^held back: loss \([0-9.]*\) .*/\1/p' "$work/out")"
check 'a model of two million numbers is trained' train --out "$work/run" --steps 40 --rate 4e-3 --check "$work/held"
check 'it has as many' out_has '^2.16 million numbers, '
cat "$work/out"
falls() { awk -v young="$young" '/^held back/ { exit !($4 < young - 0.3) }' "$work/out"; }
check 'what was held back surprises it less than at its beginning' falls
better_than_chance() { awk '/^held back/ { exit !($4 < 6.8) }' "$work/out"; } # ln 2048 is 7.6
check 'and less than chance would' better_than_chance

check 'it is written as GGUF' language gguf "$work/run" --out "$work/model.gguf"
check 'llama.cpp has the same tokens, and logits within 1e-3' language check "$work/run" "$work/model.gguf" --program "$build/warroom-gguf" --more "$work/corpus"
cat "$work/out"
check 'it is written in halves' language gguf "$work/run" --out "$work/halves.gguf" --half
check 'llama.cpp reads these, and is near' language check "$work/run" "$work/halves.gguf" --program "$build/warroom-gguf" --most 0.05

# ---- asked ----

printf '{"id":"%s","time":1764504000,"author":"kim","message":"%s","files":["lb/upstream.conf"]}\n' \
    00000ffabc 'lb: shorter upstream timeouts' 00000feabc 'a page about lunch' >"$work/feed"
printf '%s\n' 'kind: gguf' "model: $work/model.gguf" >"$work/expert"
run changes rank --feed "$work/feed" --at 2025-12-01T00:00:00Z --symptom 'upstream timeout at lb/upstream.conf:12' --expert "$work/expert"
check 'it can be configured as an expert, and is too small for the question' err_has 'the order is ours alone: .*tokens, and the model reads 128'

if [ -n "${WARROOM_LLAMA_SERVER:-}" ]; then
    port=$((20000 + $$ % 20000))
    "$WARROOM_LLAMA_SERVER" -m "$work/model.gguf" --host 127.0.0.1 --port "$port" -c 128 -np 1 -t 1 --no-webui >"$work/log" 2>&1 &
    server=$!
    tries=0
    until curl -sf "http://127.0.0.1:$port/health" >/dev/null || [ "$tries" = 100 ]; do sleep 0.3; tries=$((tries + 1)); done
    check 'llama-server: its log-probabilities are within 1e-3' language check "$work/run" "$work/model.gguf" --program "$build/warroom-gguf" --server "http://127.0.0.1:$port"
else
    echo 'skipped: WARROOM_LLAMA_SERVER names no llama-server; scripts/llama_server.sh builds one'
fi
finish
