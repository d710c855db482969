/* SPDX-License-Identifier: Apache-2.0 */
/* Diffs, as hosts of repositories give them: a text a file. */
#pragma once

#include "base/buf.h"

#define PATCH_BYTES_MAX ((size_t)24 << 10) /* of one change: what a person reads */

/* Adds " PATH" and the hunk's lines, as far as there is room for them. */
void patch_add(struct buf *out, struct str path, struct str hunks);
