/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pattern for paths, as CODEOWNERS has them: segments between slashes, `*` and `?` within one,
 * `**` for any number of them, `\` before what stands for itself.
 *
 * A folder stands for all in it: `src/db` and `src/db/` fit src/db/a/b.c. `src/db/` fits no file
 * of that name, and `src/db/` + `*` only what lies directly in it.
 */
#pragma once

#include "base/str.h"

struct arena;

struct pattern {
    struct str *segments; /* "**": any number of them, none as well */
    uint32_t count;
};

/* `floats`: one that does not begin with a slash fits in any folder, even if it has others. */
struct pattern pattern_read(struct arena *arena, struct str text, bool floats);

/* In time of the product of both lengths, at most. */
bool pattern_fits(const struct pattern *pattern, struct str path);
