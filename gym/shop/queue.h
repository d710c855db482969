// SPDX-License-Identifier: Apache-2.0
/*
 * Jobs, from checkout to the workers: a list in Redis, JSON texts, pushed at its tail and taken
 * from its head. A job that is being done stands in its worker's own list, so that it is done again
 * when the worker dies.
 *
 *   {"kind": "order.placed", "order": 17, "attempts": 0, "queued_ms": ..., "traceparent": "00-..."}
 */
#pragma once
#include "redis.h"

#define QUEUE_NAME "queue:orders"
#define QUEUE_DEAD "queue:orders:dead"

bool queue_push(struct redis *redis, const struct trace_context *context, const char *kind,
                long order);

/* Makes the queue_* gauges be read at each scrape; the pool is asked for one connection. */
void queue_watch(struct redis *redis);
