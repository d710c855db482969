#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reproducible.sh [TARGET...]: builds what git knows of this folder twice, from nothing, in two folders of
# other names, time zones, languages and rights, and compares the programs byte for byte (warroom, if none is
# named). Says in which section what differs. Where packages can be made, the Debian packages are compared, too,
# if `package` is named: they hold all programs. No compiler cache is asked: it would compare a file with itself.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
[ $# -gt 0 ] || set -- warroom
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-twice-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
targets=
package=
for target in "$@"; do
    if [ "$target" = package ]; then package=yes; else targets="$targets $target"; fi
done
date=$(git log -1 --format=%ct)

# DuckDB and llama.cpp are found where they lie: a program remembers the path of either.
build() { # FOLDER JOBS
    mkdir -p "$1"
    git ls-files -z | xargs -0 cp --parents -t "$1"
    mkdir "$1/.deps"
    cp -r .deps/uplot "$1/.deps/"
    [ ! -d .deps/libllama ] || ln -s "$root/.deps/libllama" "$1/.deps/"
    (
        cd "$1"
        CCACHE_DISABLE=1 CC="${CC:-gcc}" meson setup -Dduckdb_prefix="$root/.deps/duckdb" \
            -Dllama_prefix="$root/.deps/libllama" out >setup.txt || { cat setup.txt >&2; exit 2; }
        programs=
        [ -z "$package" ] || programs=$(ninja -C out -t targets all | sed -n 's/^\(warroom[a-z-]*\): c_LINKER.*/\1/p')
        # shellcheck disable=SC2086 # a list of words
        CCACHE_DISABLE=1 nice ninja -C out -j "$2" $programs $targets >build.txt || { tail build.txt >&2; exit 2; }
        [ -z "$package" ] || SOURCE_DATE_EPOCH=$date sh packaging/deb.sh out >/dev/null
    )
}

sections_that_differ() { # ONE OTHER
    readelf -SW "$1" | sed -n 's/^ *\[ *[0-9]*\] \(\.[^ ]*\) .*/\1/p' | while read -r section; do
        for file in "$1" "$2"; do
            objcopy -O binary --only-section="$section" --set-section-flags "$section=alloc" "$file" "$work/${#file}.section" 2>/dev/null || : >"$work/${#file}.section"
        done
        cmp -s "$work/${#1}.section" "$work/${#2}.section" || echo "    section $section"
    done
}

one=$work/one other=$work/another/place/with/a/longer/name
(umask 022; TZ=UTC LC_ALL=C build "$one" 2)
(umask 077; TZ=Asia/Kathmandu LC_ALL=C.UTF-8 build "$other" 3)

differ=0
# shellcheck disable=SC2086 # a list of words
for file in $targets ${package:+$(cd "$one/out" && ls ./*.deb)}; do
    if cmp -s "$one/out/$file" "$other/out/$file"; then
        echo "the same: $(sha256sum <"$one/out/$file" | cut -c 1-64) $file"
        continue
    fi
    echo "differs: $file"
    case $file in *.deb) ;; *) sections_that_differ "$one/out/$file" "$other/out/$file" ;; esac
    differ=1
done
exit $differ
