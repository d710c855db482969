#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is shipped: the Debian package, the container's files, manual pages and completions.
set -u
warroom=$1
build=$(dirname "$warroom")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
. tests/check.sh

# ---- made from what the commands say of themselves ----
commands=$("$warroom" --help | sed -n 's/^  warroom \([a-z]*\) .*/\1/p')
if command -v groff >/dev/null; then
    page_is_sound() { "$warroom" man "$1" | LC_ALL=C groff -man -ww -z -Tascii 2>&1 | grep . >"$work/err"; [ ! -s "$work/err" ]; }
    for command in $commands; do check "the manual page of $command has no faults" page_is_sound "$command"; done
else
    echo 'skipped manual pages: groff is not installed'
fi
run man changes
check 'a page has each option, and what it means' out_has 'symptom TEXT$'
run man nonsense
check 'there is no page of what is no command' refused 'no such command'
run completion bash
cp "$work/out" "$work/warroom.bash"
completes() { # WORDS... = EXPECTED: what bash makes of them
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _warroom; echo "${COMPREPLY[*]}"' "$work/warroom.bash" "$@" >"$work/out"
}
completes warroom inv
check 'bash completes a command' out_has '^investigate$'
completes warroom changes r
check 'bash completes a verb' out_has '^rank risk$'
completes warroom investigate --form
check 'bash completes an option' out_has '^--format$'
run completion ksh
check 'a shell that is not known is refused' refused 'shell'

if ! command -v patchelf >/dev/null || ! command -v dpkg-deb >/dev/null; then
    echo 'skipped the packages: patchelf or dpkg-deb is not installed (scripts/package_setup.sh)'
    finish
    exit
fi

# ---- the Debian package ----
package=$(sh packaging/deb.sh "$build")
cp "$package" "$work/first.deb"
sh packaging/deb.sh "$build" >/dev/null
check 'the same programs give the same package, byte for byte' cmp "$work/first.deb" "$package"
dpkg-deb -x "$package" "$work/root"
check 'it has the program' test -x "$work/root/usr/bin/warroom"
check 'it says what it stands on' grep -q '"spdxVersion": "SPDX-2.3"' "$work/root/usr/share/doc/warroom/warroom.spdx.json"
check 'it has the unit' test -f "$work/root/usr/lib/systemd/system/warroom.service"
if [ -x "$build/warroom-gguf" ]; then
    "$build/tests/tiny-model" "$work/tiny.gguf"
    reads() { WARROOM_LIBLLAMA="$work/root/usr/lib/warroom/llama/libllama.so" "$work/root/usr/bin/warroom-gguf" "$work/tiny.gguf" </dev/null | grep '^{"model":"llama '; }
    check 'it has what reads GGUF files' reads
fi
check 'it has a page for each command' sh -c "for c in $(echo $commands); do test -f $work/root/usr/share/man/man1/warroom-\$c.1.gz || exit 1; done"
if command -v systemd-analyze >/dev/null; then
    sed "s#/usr/bin/warroom#$work/root/usr/bin/warroom#" "$work/root/usr/lib/systemd/system/warroom.service" >"$work/warroom.service"
    # where there is no page in the manual yet, it complains of that alone
    systemd-analyze verify "$work/warroom.service" 2>&1 | grep warroom.service | grep -v 'Command .man' >"$work/err"
    check 'systemd can read the unit' is_quiet
fi
# shellcheck disable=SC2016
loads() { readelf -d "$work/root/usr/bin/warroom" | grep -q 'RUNPATH.*\[/usr/lib/warroom\]'; }
if command -v readelf >/dev/null; then check 'it looks for libraries in its own folder, not where it was built' loads; fi

# ---- the container's files ----
if [ "$(id -u)" = 0 ] && image=$(sh packaging/image.sh "$build") && chroot "$image" /usr/bin/warroom --version >/dev/null 2>&1; then
    cp -r examples/incidents/pages-504 "$image/tmp/"
    chroot "$image" /usr/bin/warroom investigate /tmp/pages-504 >"$work/out" 2>"$work/err"
    check 'with nothing but the files of its image it investigates' out_has '^CAUSE '
    rm -rf "$image"
else
    echo 'skipped the image: only root may change into it'
fi
finish
