#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The page in a real browser: what it shows, what it asks, how it takes hostile text, keys, phones and a server that goes.
# Skipped where there is no Chromium.
set -u
warroom=$1
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
skip() { echo "skipped: $1"; exit 77; }
[ -n "$browser" ] || skip 'there is no Chromium'
command -v node >/dev/null || skip 'there is no node to drive the browser'
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-page-XXXXXX")
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

mkdir -p "$work/incidents" "$work/data"
for incident in pages-504 nothing-busy.tar.zst; do cp -R "examples/incidents/$incident" "$work/incidents/"; done
"$warroom" serve --listen 127.0.0.1:0 --data "$work/data" --examples "$work/incidents" >"$work/out" 2>&1 </dev/null &
server=$!
node tests/page/page.mjs "$browser" "$work/out" "$server" ${WARROOM_PAGE_SHOTS:+"$WARROOM_PAGE_SHOTS"}
