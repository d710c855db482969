#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# spdx.sh BUILD: prints what the program in BUILD is made of and stands on, with versions, licences and digests, as
# SPDX 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/). What is linked is read from the program; a library that the
# table below does not know ends it, so that none is forgotten. Versions are those that are installed here; of
# what scripts fetched, version and digest are those that the scripts ask for. What the libraries of the distribution
# stand on themselves is the distribution's to tell.
# Deterministic: the time is SOURCE_DATE_EPOCH, else that of the commit.
set -eu
build=$(realpath "$1")
cd "$(dirname "$0")/.."
program=$build/warroom

# SONAMES|DEBIAN PACKAGE|PKG-CONFIG|LICENCE|HOW: linked, or loaded when it is wanted
libraries='libjansson.so.4|libjansson4|jansson|MIT|linked
libarchive.so.13|libarchive13|libarchive|BSD-2-Clause|linked
libsqlite3.so.0|libsqlite3-0|sqlite3|blessing|linked
liblua5.4.so.0|liblua5.4-0|lua5.4|MIT|linked
libz.so.1|zlib1g|zlib|Zlib|linked
libsnappy.so.1|libsnappy1v5|-|BSD-3-Clause|linked
libyaml-0.so.2|libyaml-0-2|yaml-0.1|MIT|linked
libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0|libc6|-|LGPL-2.1-or-later|linked
libgcc_s.so.1|libgcc-s1|-|GPL-3.0-or-later WITH GCC-exception-3.1|linked
libcurl.so.4|libcurl4|libcurl|curl|loaded
libcrypto.so.3|libssl3|libcrypto|Apache-2.0|loaded
libmicrohttpd.so.12|libmicrohttpd12|libmicrohttpd|LGPL-2.1-or-later|loaded
libseccomp.so.2|libseccomp2|libseccomp|LGPL-2.1-only|loaded
libpq.so.5|libpq5|libpq|PostgreSQL|loaded'

needed=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
for name in $needed; do
    case $name in libduckdb.so | ld-linux* | lib*san.so.*) continue ;; esac # those that look for mistakes go into no package
    if ! printf '%s\n' "$libraries" | cut -d '|' -f 1 | tr ' ' '\n' | grep -Fxq "$name"; then
        echo "spdx: the program is linked to $name, which packaging/spdx.sh does not know: add its line" >&2
        exit 2
    fi
done
version=$("$program" --version | sed 's/warroom //')
seconds=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

# asked SCRIPT NAME: what the script fetches
asked() { sed -n "s/^$2=\([^ ]*\).*/\1/p" "scripts/$1"; }
installed() { # DEBIAN PKG-CONFIG
    dpkg-query -W -f '${Version}' "$1" 2>/dev/null && return
    [ "$2" = - ] || pkg-config --modversion "$2" 2>/dev/null | tr -d '\n' || true
}

packages=
relations=
# add ID NAME VERSION LICENCE PLACE DIGEST REFERENCE: a package; empty: not known
add() {
    packages="$packages${packages:+,}
    {\"SPDXID\": \"SPDXRef-$1\", \"name\": \"$2\", \"versionInfo\": \"${3:-NOASSERTION}\",
     \"downloadLocation\": \"${5:-NOASSERTION}\", \"filesAnalyzed\": false,${6:+
     \"checksums\": [{\"algorithm\": \"SHA512\", \"checksumValue\": \"$6\"\}],}${7:+
     \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"$7\"\}],}
     \"licenseConcluded\": \"$4\", \"licenseDeclared\": \"$4\", \"copyrightText\": \"NOASSERTION\"}"
}
relate() { # ONE HOW OTHER
    relations="$relations${relations:+,}
    {\"spdxElementId\": \"SPDXRef-$1\", \"relationshipType\": \"$2\", \"relatedSpdxElement\": \"SPDXRef-$3\"}"
}
# add_npm ID NAME VERSION LICENCE PACKAGE DIGEST
add_npm() { add "$1" "$2" "$3" "$4" "" "$6" "pkg:npm/$(printf '%s' "$5" | sed 's/^@/%40/')"; }

relate DOCUMENT DESCRIBES warroom
add warroom warroom "$version" Apache-2.0 '' '' ''

# An installed DuckDB may have been named in the place of the one that is fetched.
case $(ldd "$program" | grep libduckdb) in
*/.deps/duckdb/*)
    add_npm duckdb duckdb "$(asked setup.sh duckdb_version)" MIT "$(asked setup.sh library_package)" "$(asked setup.sh library_sha512)"
    ;;
*) add duckdb duckdb '' MIT '' '' '' ;;
esac
relate warroom DYNAMIC_LINK duckdb
add_npm uplot uPlot "$(asked setup.sh uplot_version)" MIT "uplot@$(asked setup.sh uplot_version)" "$(asked setup.sh uplot_sha512)"
relate warroom CONTAINS uplot
if [ -x "$build/warroom-gguf" ]; then
    add_npm llama.cpp llama.cpp "$(asked llama_library.sh version)" MIT "$(asked llama_library.sh library_package)" "$(asked llama_library.sh library_sha512)"
    relate llama.cpp RUNTIME_DEPENDENCY_OF warroom
fi
encoder=$(asked encoder.sh package)
add_npm encoder "${encoder%@*}" "${encoder##*@}" Apache-2.0 "$encoder" "$(asked encoder.sh sha512)"
relate encoder OPTIONAL_DEPENDENCY_OF warroom

while IFS='|' read -r names debian config licence how; do
    # shellcheck disable=SC2086 # a list of words
    if [ "$how" = linked ] && ! printf '%s\n' $needed | grep -Fxq "$(printf '%s\n' $names)"; then continue; fi
    found=$(installed "$debian" "$config")
    reference=
    [ -z "$found" ] || reference="pkg:deb/debian/$debian@$(printf '%s' "$found" | sed 's/:/%3A/g; s/+/%2B/g')"
    add "$debian" "${names%% *}" "$found" "$licence" '' '' "$reference"
    if [ "$how" = linked ]; then relate warroom DYNAMIC_LINK "$debian"; else relate "$debian" RUNTIME_DEPENDENCY_OF warroom; fi
done <<END
$libraries
END

body=$(printf '%s\n' "  \"packages\": [$packages" '  ],' "  \"relationships\": [$relations" '  ]')
digest=$(printf '%s' "$body" | sha256sum | cut -c 1-32)
cat <<END
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "warroom-$version",
  "documentNamespace": "https://spdx.org/spdxdocs/warroom-$version-$digest",
  "creationInfo": {"created": "$(date -u -d "@$seconds" +%Y-%m-%dT%H:%M:%SZ)", "creators": ["Tool: warroom-packaging-spdx.sh-$version"]},
$body
}
END
