#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gallery.sh BUILD: draws the top of the report on each shipped incident, and on one that it gets wrong, into docs/gallery/. What
# is said of them in docs/gallery/README.md is written by hand: read it again when a verdict has changed.
set -eu
warroom=$(realpath "$1/warroom")
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ] || ! command -v pngquant >/dev/null; then
    echo "gallery: it is drawn by chromium and pngquant: apt-get install chromium pngquant" >&2
    exit 2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

draw() { # NAME BUNDLE
    "$warroom" investigate "$2" --html "$work/$1.html" >/dev/null 2>&1 || [ $? = 1 ]
    HOME=$work "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
        --window-size=1000,1300 --screenshot="$work/$1.png" "file://$work/$1.html" >/dev/null 2>&1
    pngquant --force --strip --quality 50-85 --output "docs/gallery/$1.png" "$work/$1.png"
    echo "docs/gallery/$1.png"
}
rm -f docs/gallery/*.png
for bundle in examples/incidents/*; do
    name=${bundle##*/}
    draw "${name%.tar.zst}" "$bundle"
done
draw pages-come-and-go tests/cases/pages-come-and-go/bundle.tar.zst
