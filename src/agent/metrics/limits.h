/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which series bounds which. Told by names alone, as those who write exporters give them:
 *
 *  - the same name but for words such as limit, max, usage: cpu_usage and cpu_limit;
 *  - pairs that do not look alike, and what is left of something against its size;
 *  - what is a share by itself: a utilisation, a percentage.
 */
#pragma once

#include "agent/metrics/series.h"

enum limit_sort {
    LIMIT_NONE,
    LIMIT_USED,  /* value / bound */
    LIMIT_ROOM,  /* what is left: 1 - value / bound */
    LIMIT_SHARE, /* the value itself, of 1 or of 100 */
    LIMIT_WAIT,  /* the share of turns in which it had to wait: value / bound */
};

const char *limit_sort_name(enum limit_sort sort); /* "used" */

struct limit {
    enum limit_sort sort;
    const struct series *bound; /* NULL for a share */
    double value;               /* of the bound: its median; of a share 1 or 100; > 0 */
    double full_at;             /* from this share on, work waits */
};

struct limits {
    const struct series_list *list;
    struct limit *items; /* one a series */
};

struct limits limits_find(struct arena *arena, const struct series_list *list);
