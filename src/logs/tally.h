/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commonest values of something, in fixed memory: Misra and Gries, Finding repeated elements,
 * 1982. Each count is at most `lost` too low, and a value that is not there came at most `lost`
 * times; where `lost` is 0 all is exact. Tallies of parts are merged as Agarwal et al., Mergeable
 * Summaries, 2012, have it; merged in the same order they are the same.
 */
#pragma once

#include "base/str.h"

#define TALLY_VALUES_MAX 32
#define TALLY_VALUE_BYTES 64 /* longer ones are told apart and kept in part */

struct tally_value {
    uint64_t count;
    uint8_t len;
    char bytes[TALLY_VALUE_BYTES];
};

struct tally {
    uint64_t total; /* of all values */
    uint64_t lost;
    uint32_t used;
    uint32_t hashes[TALLY_VALUES_MAX];
    struct tally_value values[TALLY_VALUES_MAX];
};

void tally_add(struct tally *tally, struct str value, uint64_t count);
void tally_merge(struct tally *into, const struct tally *from);

/* The number of a value, or TALLY_VALUES_MAX where it is not there. */
uint32_t tally_find(const struct tally *tally, struct str value);

struct str tally_text(const struct tally *tally, uint32_t number);

/* The commonest first, ties by their bytes. Nothing is added after it but by merging. */
void tally_sort(struct tally *tally);
