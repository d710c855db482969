#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches llama.cpp as a library (its shared objects, 17 MB, and its headers, MIT) into .deps/libllama. With it
# the build makes warroom-gguf, which answers from a GGUF file; nothing else needs it. Does nothing where it is there.
set -eu
cd "$(dirname "$0")/.."

version=0.5.0-dev # as llama_version() says it
release=v0.5.0
library_package=@node-llama-cpp/linux-x64@3.22.1
library_sha512=e6e0820cda9608d7da026f1a47f533c5ba381c1a4a80d17dd640873dea4a86032057638099ab6879f6ce94c8a1b2a0a21f639ddf913f7941d00856df44126e3a
source_package=node-llama-cpp@3.22.1
source_sha512=6e5b488a9b9699cd76dc7eed30880318a4ac4ab866865418795502e3c5d38d55bb5c624988927209d95333343f2e25a83e4183a5c2f816f883a60c3ba9f4e20f
folder=.deps/libllama
fetched=.deps/fetch-llama

[ "$(cat "$folder/version" 2>/dev/null || true)" = "$version" ] && exit
for tool in npm git; do
    command -v $tool >/dev/null || { echo "llama_library: $tool is wanted to fetch $library_package" >&2; exit 2; }
done
[ "$(uname -m)" = x86_64 ] || { echo 'llama_library: it is fetched for x86-64 alone; -Dllama_prefix names another' >&2; exit 2; }
echo "llama_library: fetching $library_package" >&2
rm -rf "$folder" "$fetched"
sh scripts/fetch.sh "$library_package" "$library_sha512" "$fetched/library"
sh scripts/fetch.sh "$source_package" "$source_sha512" "$fetched/source"
git clone -q --bare "$fetched/source/package/llama/gitRelease.bundle" "$fetched/headers" 2>/dev/null
mkdir -p "$folder/lib" "$folder/include"
built=$fetched/library/package/bins/linux-x64
cp "$built/libllama.$release.so" "$folder/lib/libllama.so"
# the others under the names that it looks for
cp "$built/libggml.$release.so" "$built"/libggml-base.so "$built"/libggml-cpu-*.so "$folder/lib/"
cp "$fetched/library/package/LICENSE" "$folder/"
for header in include/llama.h ggml/include/ggml.h ggml/include/ggml-cpu.h ggml/include/ggml-backend.h \
    ggml/include/ggml-alloc.h ggml/include/ggml-opt.h ggml/include/gguf.h; do
    git --git-dir "$fetched/headers" show "HEAD:$header" > "$folder/include/${header##*/}"
done
rm -rf "$fetched"
echo "$version" > "$folder/version"
