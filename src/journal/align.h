/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of two lists stands beside what: the longest common part (Hunt and McIlroy, 1976). Lists of
 * lines, or of steps by their names.
 */
#pragma once

#include "base/str.h"

#define ALIGN_NONE UINT32_MAX

struct align_pair {
    uint32_t a; /* ALIGN_NONE: there is nothing beside it in A */
    uint32_t b;
};

/*
 * All of both lists in order; what is only in A comes before what is only in B. Lists that are too
 * long to be compared that way (four million pairs) are taken place by place.
 */
struct align_pair *align(struct arena *arena, const struct str *a, uint32_t a_count,
                         const struct str *b, uint32_t b_count, uint32_t *count);
