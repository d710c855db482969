#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deb.sh BUILD [OUT]: writes warroom_VERSION_ARCH.deb into OUT, else BUILD; its dependencies are read from the programs.
set -eu
build=$(realpath "$1")
out=$(realpath "${2:-$1}")
here=$(cd "$(dirname "$0")" && pwd)
version=$("$build/warroom" --version | sed 's/warroom //')
arch=$(dpkg --print-architecture)
work=$out/deb
stage=$work/debian/warroom

rm -rf "$work"
mkdir -p "$stage"
sh "$here/stage.sh" "$build" "$stage"

# dpkg-shlibdeps wants a source package around what it looks at
printf 'Source: warroom\n\nPackage: warroom\nArchitecture: any\n' > "$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O -l"$stage/usr/lib/warroom" "$stage"/usr/bin/* "$stage"/usr/lib/warroom/*.so 2>/dev/null |
    sed 's/^shlibs:Depends=//')
# what it loads when it is wanted
depends="$depends, libcurl4, ca-certificates, libmicrohttpd12, libseccomp2, libssl3"

mkdir -p "$stage/DEBIAN"
cat > "$stage/DEBIAN/control" <<EOF
Package: warroom
Version: $version
Architecture: $arch
Maintainer: The warroom authors <warroom@localhost>
Installed-Size: $(find "$stage" -type f -printf "%s\n" | awk "{bytes += \$1} END {print int(bytes / 1024)}")
Depends: $depends
Recommends: git, libpq5
Section: admin
Priority: optional
Description: investigates incidents as their alerts fire
 An alert opens a case; metrics, logs, traces, events and changes are read,
 hypotheses are made and checked, and a report is written whose every
 sentence can be checked against the evidence.
EOF
cp "$here/deb/postinst" "$here/deb/prerm" "$here/deb/postrm" "$stage/DEBIAN/"
chmod +x "$stage"/DEBIAN/p*
echo /etc/warroom/warroom.yaml > "$stage/DEBIAN/conffiles"
# The same sources give the same package: no times of this build in it, and no rights of who built it.
chmod -R u=rwX,go=rX "$stage"
date=${SOURCE_DATE_EPOCH:-$(git -C "$here/.." log -1 --format=%ct 2>/dev/null || echo 0)}
find "$stage" -exec touch -h -d "@$date" {} +
SOURCE_DATE_EPOCH=$date dpkg-deb --root-owner-group -Zzstd -z9 --build "$stage" \
    "$out/warroom_${version}_$arch.deb" >/dev/null
rm -rf "$work"
echo "$out/warroom_${version}_$arch.deb"
