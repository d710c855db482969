// SPDX-License-Identifier: Apache-2.0
/* Prices: a copy in Redis for cache_ttl_s, the truth in PostgreSQL; a job changes some of them now
 * and then, as a shop does. */
#pragma once
#include "database.h"
#include "redis.h"

#define PRICES_MAX 100 /* asked for at once */

/* Options: cache_ttl_s, price_fetch, price_batch, repricing_every_s, repricing_count. */
void prices_start(const struct config *config, struct database *database, struct redis *redis);
void prices_stop(void);

/* {"SKU": cents, ...}; NULL when the database failed. A sku that is not sold has no price. */
json_t *prices_of(const struct trace_context *context, const long skus[], unsigned count);
