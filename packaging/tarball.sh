#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tarball.sh BUILD [OUT]: writes warroom-VERSION-linux-ARCH.tar.zst into OUT, else BUILD: the program to run from any folder,
# with nothing installed but the C library. What the distribution has an archive of is linked in; what is loaded when it
# is wanted, and what comes without an archive, lies in lib/ with all that it stands on, unchanged. The programs find lib/ by
# DT_RPATH, which holds for the libraries of libraries as well; DT_RUNPATH does not.
# The objects are those of BUILD, linked once more. What wants more than a folder stays out: the gym, and what reads GGUF files.
set -eu
build=$(realpath "$1")
out=$(realpath "${2:-$1}")
cd "$(dirname "$0")/.."
version=$("$build/warroom" --version | sed 's/warroom //')
name=warroom-$version-linux-$(uname -m)
work=$out/tarball
stage=$work/$name
duckdb=$(ldd "$build/warroom" | sed -n 's/.*=> \(.*libduckdb\.so\) .*/\1/p')

rm -rf "$work"
mkdir -p "$stage/bin" "$stage/lib" "$stage/share/licences" "$stage/share/systemd"

# ---- programs ----
# libarchive's list of formats to write names xar, which would bring libxml2 and the 31 MB of ICU; warroom writes ustar alone,
# by name, so that entry may lead to it. nettle is LGPL, and lies in lib/ for others anyway.
for program in warroom warroom-eval warroom-train; do
    ${CC:-cc} -o "$stage/bin/$program" "$build/$program.p"/*.o "$build/src/libengine.a" "$duckdb" \
        -Wl,--disable-new-dtags,-rpath,'$ORIGIN/../lib' -Wl,--as-needed -s \
        -Wl,--defsym=archive_write_set_format_xar=archive_write_set_format_ustar \
        -Wl,-Bstatic -larchive -ljansson -lsqlite3 -llua5.4 -lyaml -lsnappy -lz -llzma -lzstd -lbz2 -llz4 \
        -Wl,-Bdynamic -lnettle -lstdc++ -lm
done

# ---- libraries ----
is_of_the_c_library() {
    case $1 in ld-linux* | libc.so.* | libm.so.* | libdl.so.* | libpthread.so.* | librt.so.* | libresolv.so.* | libutil.so.*) true ;; *) false ;; esac
}
# take FILE: it, and all that it is linked to
take() {
    [ -e "$stage/lib/${1##*/}" ] || cp -L "$1" "$stage/lib/"
    ldd "$1" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | while read -r library; do
        is_of_the_c_library "${library##*/}" || [ -e "$stage/lib/${library##*/}" ] || cp -L "$library" "$stage/lib/"
    done
}
take "$duckdb"
strip --strip-unneeded "$stage/lib/libduckdb.so"
for loaded in libnettle.so.8 libcurl.so.4 libcrypto.so.3 libmicrohttpd.so.12 libpq.so.5 libseccomp.so.2; do
    found=$(ldconfig -p | sed -n "s/.*$loaded (.*x86-64.* => //p" | head -n 1)
    if [ -n "$found" ]; then take "$found"; else echo "tarball: goes without $loaded, which is not on this machine" >&2; fi
done

# ---- what is read ----
sh packaging/stage.sh "$build" "$work/root"
cp -R "$work/root/usr/share/man" "$work/root/usr/share/bash-completion" "$stage/share/"
mv "$work/root/usr/share/doc/warroom/warroom.spdx.json" "$stage/share/licences/"
cp packaging/warroom.service "$stage/share/systemd/"
cp -R README.md LICENSE docs runbooks models examples "$stage/"
rm -f "$stage"/runbooks/meson.build "$stage"/models/meson.build "$stage"/models/embed.*
cp .deps/uplot/uPlot.LICENSE.txt "$stage/share/licences/uPlot"
cp packaging/duckdb.LICENSE "$stage/share/licences/duckdb"
# the words of each Debian package whose library is linked in or lies in lib/
for library in "$stage"/lib/*.so*; do ldconfig -p | sed -n "s|.*${library##*/} (.*x86-64.* => ||p" | head -n 1; done >"$work/libraries"
for linked in archive jansson sqlite3 lua5.4 yaml snappy z lzma zstd bz2 lz4; do ${CC:-cc} -print-file-name="lib$linked.a"; done >>"$work/libraries"
while read -r library; do
    dpkg -S "$library" "$(realpath "$library")" "${library#/usr}" 2>/dev/null | head -n 1 | cut -d : -f 1
done <"$work/libraries" | sort -u | while read -r package; do
    cp "/usr/share/doc/$package/copyright" "$stage/share/licences/$package" 2>/dev/null || true
done

# The same sources give the same bytes.
chmod -R u=rwX,go=rX "$stage"
date=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$date" -cf - -C "$work" "$name" | zstd -q -9 -T1 -f -o "$out/$name.tar.zst"
rm -rf "$work"
echo "$out/$name.tar.zst"
