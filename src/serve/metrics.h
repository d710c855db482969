/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers about the server itself, for Prometheus (text format 0.0.4). Counting is done by any
 * thread, without a lock.
 */
#pragma once

#include "serve/site.h"

#include <stdatomic.h>

#define METRICS_BUCKETS 9
#define METRICS_CLASSES 6 /* 1xx to 5xx, by the first digit */

struct metrics {
    atomic_uint_fast64_t answers[METRICS_CLASSES];
    atomic_uint_fast64_t duration[METRICS_BUCKETS + 1]; /* of requests; the last: longer */
    atomic_uint_fast64_t duration_us;
    atomic_uint_fast64_t body_bytes;
    atomic_uint_fast64_t ended[INCIDENT_CANCELLED + 1]; /* investigations, by how */
    atomic_uint_fast64_t worked_us;                     /* by workers, on them */
    int64_t started_ns;
};

struct http_exchange;

void metrics_count_answer(struct metrics *metrics, const struct http_exchange *exchange,
                          int64_t took_ns, size_t bytes);
void metrics_count_end(struct metrics *metrics, enum incident_state state, int64_t took_ns);
