#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# stage.sh BUILD FOLDER: what a package of this program holds, as it lies below / of a machine.
set -eu
cd "$(dirname "$0")/.."
build=$1
stage=$2
warroom=$build/warroom

rm -rf "$stage"
mkdir -p "$stage/usr/share/bash-completion/completions" "$stage/usr/share/zsh/vendor-completions" \
    "$stage/usr/share/fish/vendor_completions.d" "$stage/usr/share/man/man1" \
    "$stage/usr/bin" "$stage/usr/lib/warroom" "$stage/usr/lib/systemd/system" "$stage/usr/share/doc/warroom" "$stage/etc/warroom"

# Programs look for DuckDB where this package puts it, and not where they were built.
duckdb=$(ldd "$warroom" | sed -n 's/.*=> \(.*libduckdb\.so\) .*/\1/p')
cp "$duckdb" "$stage/usr/lib/warroom/"
for program in "$warroom" "$build"/warroom-*; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    cp "$program" "$stage/usr/bin/"
    patchelf --set-rpath /usr/lib/warroom "$stage/usr/bin/${program##*/}"
done
# likewise what reads GGUF files, where that was built
llama=.deps/libllama
if [ -x "$build/warroom-gguf" ] && [ -d "$llama" ]; then
    mkdir "$stage/usr/lib/warroom/llama"
    cp "$llama"/lib/*.so "$stage/usr/lib/warroom/llama/"
    cp "$llama/LICENSE" "$stage/usr/share/doc/warroom/llama.cpp.LICENSE"
fi
strip --strip-unneeded "$stage"/usr/bin/* "$stage/usr/lib/warroom/libduckdb.so"

"$warroom" completion bash > "$stage/usr/share/bash-completion/completions/warroom"
"$warroom" completion zsh > "$stage/usr/share/zsh/vendor-completions/_warroom"
"$warroom" completion fish > "$stage/usr/share/fish/vendor_completions.d/warroom.fish"
"$warroom" man | gzip -n9 > "$stage/usr/share/man/man1/warroom.1.gz"
for command in $("$warroom" --help | sed -n 's/^  warroom \([a-z]*\) .*/\1/p'); do
    "$warroom" man "$command" | gzip -n9 > "$stage/usr/share/man/man1/warroom-$command.1.gz"
done
"$warroom" config init - > "$stage/etc/warroom/warroom.yaml"
cp packaging/warroom.service "$stage/usr/lib/systemd/system/"
mkdir "$stage/usr/share/doc/warroom/docs" "$stage/usr/share/doc/warroom/examples"
cp LICENSE README.md "$stage/usr/share/doc/warroom/"
cp docs/*.md "$stage/usr/share/doc/warroom/docs/"
cp packaging/duckdb.LICENSE .deps/uplot/uPlot.LICENSE.txt "$stage/usr/share/doc/warroom/"
cp examples/warroom.yaml examples/incidents/*.tar.zst "$stage/usr/share/doc/warroom/examples/"
sh packaging/spdx.sh "$build" > "$stage/usr/share/doc/warroom/warroom.spdx.json"
