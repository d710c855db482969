#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each source says under which licence it stands.
set -eu
bad=0
for file in $(find src eval train gguf models gym bench fuzz tests scripts packaging -name '*.[ch]' -o -name '*.sh' -o -name '*.py' -o -name 'meson.build' | sort); do
    if ! head -n 3 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'; then
        echo "$file: no SPDX line among the first three"
        bad=1
    fi
done
exit $bad
