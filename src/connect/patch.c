/* SPDX-License-Identifier: Apache-2.0 */
#include "connect/patch.h"

void patch_add(struct buf *out, struct str path, struct str hunks)
{
    if (out->len + path.len + 2 > PATCH_BYTES_MAX)
        return;
    buf_printf(out, " %.*s\n", STR_ARG(path));
    struct str line;
    while (str_split(&hunks, '\n', &line) && out->len + line.len < PATCH_BYTES_MAX) {
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
}
