/* SPDX-License-Identifier: Apache-2.0 */
/* Which commits a person means by `HEAD`, `4be1f00` or `main..topic`, along first parents. */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;

#define GIT_RANGE_MAX 1000 /* commits of a range; a person wants to know of fewer */

struct git_range {
    struct str *ids; /* newest first; of a single revision that one */
    uint32_t count;
    struct str tip; /* the revision that it ends with, as a person wrote it */
};

/* ERR_NOT_FOUND: there is no such revision; ERR_OVER_BUDGET: more than GIT_RANGE_MAX. */
MUST_CHECK bool git_range(struct arena *arena, const char *folder, const char *text,
                          struct git_range *out, struct err *err);
