#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fetch.sh PACKAGE SHA512 FOLDER: the files of an npm package under FOLDER/package, if the digest of its
# tarball is that one.
set -eu
mkdir -p "$3"
tarball=$(cd "$3" && npm pack --silent "$1")
if ! echo "$2  $3/$tarball" | sha512sum -c --status; then
    echo "fetch: $1 is not what it was when this was written: its digest differs" >&2
    exit 2
fi
tar -xzf "$3/$tarball" -C "$3"
