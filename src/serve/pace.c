/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of fixed size: an address has WAYS places, and takes the one that was asked for the
 * longest ago, whose bucket is the fullest. Who has a great many addresses gets more than one
 * bucket's worth; but nobody loses what is theirs, and memory stays as it is.
 */
#include "serve/pace.h"

#include "base/arena.h"
#include "base/clock.h"

#define SETS 1024
#define WAYS 4
#define HASH_FACTOR UINT64_C(0x9e3779b97f4a7c15) /* 2^64 over the golden ratio (Knuth, 6.4) */

struct bucket {
    uint64_t address;
    int64_t asked_ns; /* 0: nobody's */
    double tokens;    /* at that time */
};

struct pace {
    double per_second;
    struct bucket buckets[SETS][WAYS];
};

struct pace *pace_new(struct arena *arena, uint32_t per_second)
{
    struct pace *pace = arena_push(arena, struct pace);
    pace->per_second = per_second;
    return pace;
}

static struct bucket *find(struct pace *pace, uint64_t address, int64_t now_ns)
{
    struct bucket *set = pace->buckets[(address * HASH_FACTOR) >> 54];
    struct bucket *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].asked_ns != 0 && set[i].address == address)
            return &set[i];
        if (set[i].asked_ns < oldest->asked_ns)
            oldest = &set[i];
    }
    *oldest = (struct bucket){
        .address = address, .asked_ns = now_ns, .tokens = pace->per_second * PACE_BURST_S};
    return oldest;
}

bool pace_take(struct pace *pace, uint64_t address, int64_t now_ns)
{
    if (pace->per_second <= 0)
        return true;
    struct bucket *bucket = find(pace, address, now_ns);
    const double most = pace->per_second * PACE_BURST_S;
    const double came = (double)(now_ns - bucket->asked_ns) / (double)NS_PER_S * pace->per_second;
    bucket->tokens = bucket->tokens + came < most ? bucket->tokens + came : most;
    bucket->asked_ns = now_ns;
    if (bucket->tokens < 1)
        return false;
    bucket->tokens -= 1;
    return true;
}
