/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which replicas of a service were there before it was changed, which came since, and whether one
 * went that was not followed by another.
 */
#pragma once

#include "agent/metrics/series.h"

struct generation {
    struct str instance;
    int64_t first_ns, last_ns; /* its samples */
    bool young;                /* it came since */
};

struct generations {
    struct generation *items;
    uint32_t count;
    uint32_t young;
    int64_t changed_ns;
    int64_t step_ns; /* the longest of their series' */
};

/*
 * The instances that have samples before `until_ns`, of no more than 200. Where none was there
 * before `changed_ns`, the data just begin, and none is young.
 */
struct generations generations_of(struct arena *arena, const struct series_list *list,
                                  struct str service, int64_t changed_ns, int64_t until_ns);

bool generations_is_young(const struct generations *all, struct str instance);

/*
 * Who stopped reporting as the change began, the first of them, where fewer came than went; else
 * NULL. `missed` is how many samples its successor is late: one is lost in any replacement.
 */
const struct generation *generations_silent(const struct generations *all, int64_t *missed);
