// SPDX-License-Identifier: Apache-2.0
/*
 * Redis through a bounded pool of connections; each command is a CLIENT span.
 *
 * Options: redis_host, redis_port, redis_password_file, redis_timeout_ms, redis_pool_size,
 * redis_pool_wait_ms, redis_connection_lifetime_s.
 */
#pragma once
#include "config.h"
#include "telemetry.h"
#include <hiredis/hiredis.h>

struct redis;

struct redis *redis_open(const struct config *config);
void redis_close(struct redis *redis);

/* Why the last command of this thread failed. */
const char *redis_why(void);

/* The reply, to be freeReplyObject()ed; NULL when it failed or Redis answered an error, and then it
 * is logged. `name` is the operation, "HGETALL cart"; `format` as redisCommand()'s. */
redisReply *redis_command(struct redis *redis, const struct trace_context *context,
                          const char *name, const char *format, ...);

/* The same without a span and with a wait of its own, for who waits on purpose (BLMOVE). */
redisReply *redis_wait(struct redis *redis, long wait_ms, const char *format, ...);
