#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds llama-server for tests/expert.sh, from the source of llama.cpp that the package
# node-llama-cpp carries: for the processor alone, without its page. Takes ten minutes of one core,
# and prints the path of the program; where it is there, at once.
#
#   WARROOM_LLAMA_SERVER=$(sh scripts/llama_server.sh) sh tests/expert.sh build/warroom
set -eu
cd "$(dirname "$0")/.."
package=node-llama-cpp@3.22.1
sha512=6e5b488a9b9699cd76dc7eed30880318a4ac4ab866865418795502e3c5d38d55bb5c624988927209d95333343f2e25a83e4183a5c2f816f883a60c3ba9f4e20f
prefix=$PWD/.deps/llama
program=$prefix/build/bin/llama-server

if [ ! -x "$program" ]; then
    for tool in npm git cmake ninja g++; do
        command -v $tool >/dev/null || { echo "llama_server: $tool is wanted" >&2; exit 2; }
    done
    rm -rf "$prefix"
    mkdir -p "$prefix"
    tarball=$(cd "$prefix" && npm pack --silent $package)
    if ! echo "$sha512  $prefix/$tarball" | sha512sum -c --status; then
        echo "llama_server: $package is not what it was when this was written: its digest differs" >&2
        exit 2
    fi
    tar -xzf "$prefix/$tarball" -C "$prefix" package/llama/gitRelease.bundle
    git clone -q "$prefix/package/llama/gitRelease.bundle" "$prefix/source" 2>/dev/null
    cmake -S "$prefix/source" -B "$prefix/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_CXX_FLAGS_RELEASE=-O1 -DBUILD_SHARED_LIBS=OFF -DGGML_NATIVE=OFF -DGGML_OPENMP=OFF \
        -DLLAMA_OPENSSL=OFF -DLLAMA_BUILD_UI=OFF -DLLAMA_USE_PREBUILT_UI=OFF \
        -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_APP=OFF >"$prefix/log"
    nice ninja -C "$prefix/build" llama-server >>"$prefix/log"
    rm -rf "$prefix/package" "$prefix/$tarball"
fi
echo "$program"
