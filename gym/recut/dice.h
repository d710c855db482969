/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers out of a seed: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). The same everywhere. */
#pragma once

#include <stdint.h>

struct dice {
    uint64_t state;
};

static inline uint64_t dice_next(struct dice *dice)
{
    uint64_t z = dice->state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 to bound - 1; the bound is small, so the bias of the remainder is nothing. */
static inline uint64_t dice_below(struct dice *dice, uint64_t bound)
{
    return dice_next(dice) % bound;
}

/* From `low` to `high`, both included. */
static inline int64_t dice_between(struct dice *dice, int64_t low, int64_t high)
{
    return low + (int64_t)dice_below(dice, (uint64_t)(high - low) + 1);
}
