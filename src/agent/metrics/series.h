/* SPDX-License-Identifier: Apache-2.0 */
/* The series of a case as arrays, in the order of service, instance, metric. */
#pragma once

#include "agent/metrics/vocabulary.h"
#include "case/call.h"

struct series {
    struct series_name name;
    struct metric_meaning meaning;
    const int64_t *times; /* ascending, ns; one value a time, the last that was written */
    const double *values; /* finite */
    size_t count;         /* > 0 */
};

struct series_list {
    struct series *items;
    uint32_t count;
};

/* Read once a case. A series that goes beyond 1e140 is left out. */
MUST_CHECK bool series_load(struct call *call, struct series_list *out, struct err *err);

/* The first sample at or after that time; series->count where there is none. */
size_t series_split(const struct series *series, int64_t time_ns);
