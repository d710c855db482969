#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the program stands on, as the build writes it down: SPDX 2.3, whole, and the same twice.
#   tests/inventory.sh WARROOM INVENTORY, from the root of the source
set -u
warroom=$(readlink -f "$1")
inventory=$2
build=$(dirname "$warroom")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
. tests/check.sh

has() { grep -qF -- "$1" "$inventory"; }

# ---- the fields that the standard wants ----
for field in '"spdxVersion": "SPDX-2.3"' '"dataLicense": "CC0-1.0"' '"SPDXID": "SPDXRef-DOCUMENT"' '"name": "warroom-' \
    '"documentNamespace": "https://' '"creationInfo": {"created": "' '"creators": ["Tool: ' '"packages": [' '"relationships": ['; do
    check "the document has $field" has "$field"
done
if command -v python3 >/dev/null; then
    cat >"$work/look.py" <<'END'
import json, re, sys
document = json.load(open(sys.argv[1]))
assert re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ', document['creationInfo']['created'])
ids = {'SPDXRef-DOCUMENT'}
for package in document['packages']:
    for field in ('SPDXID', 'name', 'versionInfo', 'downloadLocation', 'licenseConcluded', 'licenseDeclared', 'copyrightText'):
        assert isinstance(package[field], str) and package[field], (package, field)
    assert package['filesAnalyzed'] is False, package
    assert re.fullmatch(r'SPDXRef-[A-Za-z0-9.-]+', package['SPDXID']) and package['SPDXID'] not in ids, package['SPDXID']
    ids.add(package['SPDXID'])
    for checksum in package.get('checksums', []):
        assert checksum['algorithm'] == 'SHA512' and re.fullmatch('[0-9a-f]{128}', checksum['checksumValue']), package
assert {'spdxElementId': 'SPDXRef-DOCUMENT', 'relationshipType': 'DESCRIBES', 'relatedSpdxElement': 'SPDXRef-warroom'} in document['relationships']
related = set()
for it in document['relationships']:
    assert {it['spdxElementId'], it['relatedSpdxElement']} <= ids, it
    assert it['relationshipType'] in ('DESCRIBES', 'DYNAMIC_LINK', 'CONTAINS', 'RUNTIME_DEPENDENCY_OF', 'OPTIONAL_DEPENDENCY_OF'), it
    related |= {it['spdxElementId'], it['relatedSpdxElement']}
assert related == ids, ids - related
END
    check 'it is JSON, each package has what is wanted, and each stands in a relation' python3 "$work/look.py" "$inventory"
else
    echo 'skipped the structure of the JSON: there is no python3'
fi

# ---- nothing is forgotten ----
# Of what is loaded when it is wanted: llama.cpp is named by its own name, and only where it is built.
for name in $(grep -rhoE 'dlopen\("[^"]+' src | sed 's/.*"//' | sort -u); do
    check "what the program loads is in it: $name" has "\"name\": \"$name\""
done
for digest in $(sed -n 's/^\(library\|uplot\)_sha512=//p' scripts/setup.sh); do
    check "what scripts/setup.sh fetches is in it: $(echo "$digest" | cut -c 1-8)" has "$digest"
done
mkdir "$work/other"
cp "$(command -v bash)" "$work/other/warroom"
if readelf -d "$work/other/warroom" | grep -q 'NEEDED.*tinfo'; then
    sh packaging/spdx.sh "$work/other" >"$work/out" 2>"$work/err"
    code=$?
    check 'a library that it does not know is told, and nothing is made' sh -c "[ $code = 2 ] && [ ! -s '$work/out' ] && grep -q 'libtinfo.*add its line' '$work/err'"
fi

# ---- the same twice ----
SOURCE_DATE_EPOCH=1 sh packaging/spdx.sh "$build" >"$work/one"
(TZ=Asia/Kathmandu LC_ALL=C SOURCE_DATE_EPOCH=1 sh packaging/spdx.sh "$build") >"$work/two"
check 'it is the same twice' cmp "$work/one" "$work/two"
check 'at the time that it is given' grep -q '"created": "1970-01-01T00:00:01Z"' "$work/one"

finish
