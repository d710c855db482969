#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# image.sh BUILD: fills BUILD/image with all that a container of this program needs, libraries and git
# among it, from this machine: the Containerfile beside it only copies, and needs no network.
set -eu
build=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
image=$build/image

sh "$here/stage.sh" "$build" "$image"
rm -rf "$image/usr/lib/systemd" "$image/usr/share/bash-completion" "$image/usr/share/fish" "$image/usr/share/zsh"

# A program or library with all that it is linked to, where the loader looks for it.
take() {
    mkdir -p "$image$(dirname "$1")"
    cp -L "$1" "$image$1"
    ldd "$1" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^\t\(\/lib[^ ]*\) .*/\1/p' | while read -r library; do
        [ -e "$image$library" ] && continue
        mkdir -p "$image$(dirname "$library")"
        cp -L "$library" "$image$library"
    done
}
for library in $(ldd "$build/warroom" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p; s/^\t\(\/lib[^ ]*\) .*/\1/p'); do
    case $library in */libduckdb.so) ;; *) take "$library" ;; esac
done
# what is loaded when it is wanted
for name in libcurl.so.4 libcrypto.so.3 libmicrohttpd.so.12 libpq.so.5 libseccomp.so.2; do
    found=$(ldconfig -p | sed -n "s/.*$name.* => //p" | head -n 1)
    if [ -n "$found" ]; then take "$found"; else echo "image: goes without $name, which is not on this machine" >&2; fi
done
if command -v git >/dev/null; then take "$(command -v git)"; fi

mkdir -p "$image/etc/ssl/certs" "$image/var/lib/warroom" "$image/tmp"
chmod 1777 "$image/tmp"
chown 65532:65532 "$image/var/lib/warroom" 2>/dev/null || true
if [ -f /etc/ssl/certs/ca-certificates.crt ]; then cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"; fi
printf 'warroom:x:65532:65532::/var/lib/warroom:/nonexistent\n' > "$image/etc/passwd"
cp "$here/Containerfile" "$build/"
echo "$image"
