/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers that look drawn: SplitMix64 (G. Steele et al., 2014). The same seed gives the same ones.
 */
#pragma once

#include <stdint.h>

static inline uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

/* One of 0 to `count` - 1; the bias of a remainder is below 2^-32 for any count that fits 32 bits.
 */
static inline uint32_t draw_below(uint64_t *state, uint32_t count)
{
    return (uint32_t)((draw(state) >> 32) % count);
}
