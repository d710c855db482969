#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tarball and the package on a machine that has nothing else: a root of Debian 12 is made with what this machine's apt
# asks. The tarball runs there; then the package is installed, used as a new user does, and its unit is started by a
# systemd that is booted in that root, without a network; tests/clean_root/first_hour.sh is what happens there.
#   tests/clean_root.sh WARROOM, from the root of the source
set -u
warroom=$1
build=$(dirname "$warroom")
skip() { echo "skipped: $1"; exit 77; }
[ "$(id -u)" = 0 ] || skip 'only root may make a root'
for program in mmdebstrap patchelf dpkg-deb systemd-nspawn; do
    command -v $program >/dev/null || skip "there is no $program (scripts/package_setup.sh installs it)"
done
work=$(mktemp -d "${TMPDIR:-/tmp}/warroom-root-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
failed=0
. tests/check.sh
root=$work/root
mkdir "$root"

# ---- a root; it is kept for a day, for the lists of packages in it grow old ----
kept=$build/clean_root.tar
if [ -z "$(find "$kept" -mmin -1440 2>/dev/null)" ]; then
    # shellcheck disable=SC2046 # a list of files
    mmdebstrap --quiet --mode=root --variant=minbase --skip=cleanup/apt/lists bookworm "$work/root.tar" \
        $(find /etc/apt -name '*.list' -o -name '*.sources') 2>"$work/err" || skip "no root can be made: $(tail -n 1 "$work/err")"
    mv "$work/root.tar" "$kept"
fi
tar -xf "$kept" -C "$root"
cp /etc/resolv.conf "$root/etc/"
in_root() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
        unshare --pid --fork --mount-proc="$root/proc" chroot "$root" "$@"
}
# tells COMMAND...: in the root, with what it prints in $work/out and $work/err, and its exit code
tells() {
    in_root timeout 60 "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
}

# ---- the tarball, where nothing is installed ----
tarball=$(sh packaging/tarball.sh "$build" "$work")
tar -xf "$tarball" -C "$root/opt"
rm "$tarball"
mv "$root"/opt/warroom-* "$root/opt/any folder"
here='/opt/any folder'
tells "$here/bin/warroom" --version
check 'the tarball: it runs' out_has '^warroom '
check 'and says nothing else' is_quiet
tells "$here/bin/warroom" investigate "$here/examples/incidents/memory-leak.tar.zst"
check 'it investigates' out_has '^CAUSE  *catalog'
tells "$here/bin/warroom" eval rca "$here/examples/incidents"
check 'it finds what it measures with' ended_with 0
tells "$here/bin/warroom" doctor
for loaded in sandbox libmicrohttpd libcurl libpq; do check "it finds what it loads: $loaded" out_has "^ok  *$loaded "; done
tells timeout 5 "$here/bin/warroom" serve --listen 127.0.0.1:0 --examples "$here/examples/incidents"
check 'it serves' err_has 'listening at'
check 'it has licences for what is in it' test -s "$root$here/share/licences/libcurl4" -a -s "$root$here/share/licences/duckdb"
check 'it has manual pages' test -s "$root$here/share/man/man1/warroom.1.gz"
needs=$(for file in "$root$here"/bin/* "$root$here"/lib/*; do objdump -T "$file" 2>/dev/null; done | grep -o 'GLIBC_2[.0-9]*' | sort -uV | tail -n 1)
check 'it needs the C library that docs/install.md says' grep -q "glibc ${needs#GLIBC_} or newer" docs/install.md
rm -r "$root$here"

# ---- the package, and one of before it ----
mkdir -p "$root/test/work"
package=$(sh packaging/deb.sh "$build" "$work")
version=$(dpkg-deb -f "$package" Version)
cp "$package" "$root/test/new.deb"
dpkg-deb -R "$package" "$work/former"
sed -i 's/^Version: .*/Version: 0.0.1/' "$work/former/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$work/former" "$root/test/former.deb" >/dev/null
rm -r "$work/former" "$package"
install() { in_root timeout 300 apt-get install -y -q --no-install-recommends "$@" /test/former.deb systemd >"$work/out" 2>"$work/err" </dev/null; }
check 'Debian has all that it depends on' install --simulate
if ! install --download-only; then
    echo "skipped the rest: $(tail -n 1 "$work/err")"
    finish
    exit
fi
check 'apt installs it' install
in_root test -x /usr/bin/warroom || { finish; exit; }

# ---- as a new user does ----
tells warroom --version
check 'it says its version' out_has "^warroom $version"
tells gzip -dc /usr/share/man/man1/warroom-investigate.1.gz
check 'there is a manual page' out_has '^\.TH'
tells bash -c '. /usr/share/bash-completion/completions/warroom; COMP_WORDS=(warroom inv); COMP_CWORD=1; _warroom; echo "${COMPREPLY[*]}"'
check 'bash completes a command' out_has '^investigate$'
incidents=/usr/share/doc/warroom/examples
tells warroom investigate $incidents/memory-leak.tar.zst --html /root/report.html
check 'it investigates a shipped incident' ended_with 0
check 'and names its cause' out_has '^CAUSE  *catalog'
check 'and draws it' grep -q '</html>' "$root/root/report.html"
tells warroom investigate $incidents/nothing-busy.tar.zst
check 'where nothing is broken it is not known' ended_with 1
tells warroom doctor
check 'the doctor says what works' out_has '^ok '

# ---- with systemd ----
# What systemd-nspawn lets through is older than Landlock.
boots() {
    timeout 120 systemd-nspawn -q -D "$root" -M "warroom-$$" --keep-unit --register=no --private-network --console=pipe \
        --system-call-filter='landlock_create_ruleset landlock_add_rule landlock_restrict_self' "$@" >"$work/boot" 2>&1 </dev/null
}
if boots /bin/true; then
    cp tests/check.sh tests/clean_root/first_hour.sh "$root/test/"
    cat >"$root/etc/systemd/system/test.service" <<'END'
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'sh /test/first_hour.sh >/test/said 2>&1; systemctl --no-block poweroff'
END
    boots /lib/systemd/systemd systemd.unit=test.service
    cat "$root/test/said"
    check 'all of it is well in a root that was booted' grep -qx 'all ok' "$root/test/said"
else
    echo "skipped the unit: systemd cannot be booted in a root here: $(tail -n 1 "$work/boot")"
fi
finish
