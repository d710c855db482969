/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean ...?": which of some names was meant by one that does not exist.
 *
 * Ask with every name that would fit at the place, and with no other: a suggestion that is refused
 * in its turn is worse than none. Near is what str_distance() calls a few slips, the more of them
 * the longer the word is.
 */
#pragma once

#include "base/str.h"

struct nearest {
    struct str wanted;
    struct str best; /* empty: none is near */
    uint32_t distance;
};

struct nearest nearest_to(struct str wanted);

/* Of two that are equally near the first stays. The candidate must outlive the search. */
void nearest_try(struct nearest *nearest, struct str candidate);
