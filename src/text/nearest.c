/* SPDX-License-Identifier: Apache-2.0 */
#include "text/nearest.h"

#define PER_SLIP 4  /* letters that must be right for each further slip */
#define SLIPS_MAX 3 /* beyond that, words only look alike by chance */

static uint32_t slips_allowed(size_t len)
{
    const size_t slips = 1 + len / PER_SLIP;
    return slips < SLIPS_MAX ? (uint32_t)slips : SLIPS_MAX;
}

struct nearest nearest_to(struct str wanted)
{
    return (struct nearest){.wanted = wanted, .distance = slips_allowed(wanted.len) + 1};
}

void nearest_try(struct nearest *nearest, struct str candidate)
{
    const uint32_t distance = str_distance(nearest->wanted, candidate);
    /* something of it must have been right */
    if (distance >= nearest->distance || distance >= nearest->wanted.len ||
        distance >= candidate.len)
        return;
    nearest->best = candidate;
    nearest->distance = distance;
}
