#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each file under src/ includes only what src/LAYERS allows its folder, and no two define one name.
set -eu
awk '
    FILENAME == "src/LAYERS" {
        if ($0 ~ /^#/ || NF == 0) next
        folder = $1; sub(":", "", folder)
        known[folder] = 1; allowed[folder, folder] = 1
        for (i = 2; i <= NF; i++) {
            if (!($i in known)) { print "src/LAYERS: " folder " may include " $i ", which stands above it or nowhere"; bad = 1 }
            allowed[folder, $i] = 1
        }
        next
    }
    /^[ \t]*#[ \t]*include[ \t]*"/ {
        split(FILENAME, path, "/"); from = path[2]
        match($0, /"[^"]*"/); to = substr($0, RSTART + 1, RLENGTH - 2); sub("/.*", "", to)
        if (!(from in known)) { print FILENAME ": the folder " from " is not in src/LAYERS"; bad = 1 }
        else if (!((from, to) in allowed)) { print FILENAME ":" FNR ": " from " may not include " to; bad = 1 }
    }
    END { exit bad }
' src/LAYERS $(find src -name '*.[ch]' | sort)

# A name that two files define is one of the two for the linker, without a word: so none is.
twice=$(nm --defined-only "$(dirname "$1")/src/libengine.a" | awk '$2 ~ /[TDBR]/ { print $3 }' | sort | uniq -d)
[ -z "$twice" ] || { echo "defined by two files of the engine: $twice" >&2; exit 1; }

# A small expert that says it is asked in investigations is, and no other: `eval experts` goes by it.
for folder in src/expert/*/; do
    name=$(basename "$folder")
    said=$(grep -c 'is_in_investigations = true' "$folder$name.c" || true)
    asked=$(grep -rlF "call_may_ask(call, \"$name\")" src/actor src/agent --include='*.c' | head -1)
    if { [ "$said" -gt 0 ] && [ -z "$asked" ]; } || { [ "$said" -eq 0 ] && [ -n "$asked" ]; }; then
        echo "$folder$name.c: is_in_investigations does not say whether an actor asks it" >&2
        exit 1
    fi
done
