// SPDX-License-Identifier: Apache-2.0
#include "redis.h"
#include "metric.h"
#include "pool.h"
#include "server.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct redis {
    struct pool *pool;
    char host[64];
    long port;
    long timeout_ms;
    char *password; /* NULL: none is asked for */
};

static _Thread_local char why_failed[240];

const char *redis_why(void)
{
    return why_failed;
}

static struct timeval timeval_of_ms(long ms)
{
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static bool log_in(redisContext *connection, const char *password, char *why, size_t size)
{
    redisReply *reply = redisCommand(connection, "AUTH %s", password);
    const bool good = reply && reply->type != REDIS_REPLY_ERROR;
    if (!good)
        snprintf(why, size, "redis: %s", reply ? reply->str : connection->errstr);
    freeReplyObject(reply);
    return good;
}

static void *connection_open(void *context, char *why, size_t size)
{
    const struct redis *redis = context;
    redisContext *connection =
        redisConnectWithTimeout(redis->host, (int)redis->port, timeval_of_ms(redis->timeout_ms));
    if (!connection)
        abort();
    if (connection->err)
        snprintf(why, size, "redis: %s:%ld: %s", redis->host, redis->port, connection->errstr);
    else if (!redis->password || log_in(connection, redis->password, why, size))
        return connection;
    redisFree(connection);
    return NULL;
}

static bool connection_is_good(void *connection)
{
    return ((redisContext *)connection)->err == 0;
}

static void connection_close(void *connection)
{
    redisFree(connection);
}

/* On one connection; the reason goes to why_failed. */
static redisReply *run(struct redis *redis, long timeout_ms, const char *format, va_list arguments)
{
    redisContext *connection = pool_take(redis->pool, why_failed, sizeof why_failed);
    if (!connection)
        return NULL;
    redisSetTimeout(connection, timeval_of_ms(timeout_ms));
    redisReply *reply = redisvCommand(connection, format, arguments);
    if (!reply) {
        snprintf(why_failed, sizeof why_failed, "redis: %s",
                 connection->errstr[0] ? connection->errstr : "no answer");
    } else if (reply->type == REDIS_REPLY_ERROR) {
        snprintf(why_failed, sizeof why_failed, "redis: %s", reply->str);
        freeReplyObject(reply);
        reply = NULL;
    }
    pool_give(redis->pool, connection);
    return reply;
}

redisReply *redis_command(struct redis *redis, const struct trace_context *context,
                          const char *name, const char *format, ...)
{
    struct span span;
    span_begin(&span, context, SPAN_CLIENT, name);
    span_text(&span, "db.system.name", "redis");
    span_text(&span, "server.address", redis->host);
    va_list arguments;
    va_start(arguments, format);
    redisReply *reply = run(redis, redis->timeout_ms, format, arguments);
    va_end(arguments);
    if (!reply) {
        log_write(SEVERITY_ERROR, context, "%s failed: %s", name, why_failed);
        span_fail(&span, "%.150s", why_failed);
    }
    pool_observe("redis", name, span.start_ns, reply != NULL);
    span_end(&span);
    return reply;
}

redisReply *redis_wait(struct redis *redis, long wait_ms, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    redisReply *reply = run(redis, wait_ms + redis->timeout_ms, format, arguments);
    va_end(arguments);
    return reply;
}

static bool check_ready(void *context, char *why, size_t size)
{
    redisReply *reply = redis_wait(context, 0, "PING");
    snprintf(why, size, "%s", reply ? "" : why_failed);
    freeReplyObject(reply);
    return reply != NULL;
}

struct redis *redis_open(const struct config *config)
{
    struct redis *redis = calloc(1, sizeof *redis);
    if (!redis)
        abort();
    snprintf(redis->host, sizeof redis->host, "%s", config_text(config, "redis_host", "127.0.0.1"));
    redis->port = config_number(config, "redis_port", 6379, 1, 65535);
    redis->timeout_ms = config_number(config, "redis_timeout_ms", 500, 1, 60000);
    redis->password = config_secret(config, "redis_password_file");
    redis->pool = pool_new(&(struct pool_options){
        .name = "redis",
        .size = config_number(config, "redis_pool_size", 8, 1, 200),
        .wait_ms = config_number(config, "redis_pool_wait_ms", 500, 1, 60000),
        .lifetime_s = config_number(config, "redis_connection_lifetime_s", 300, 1, 86400),
        .open = connection_open,
        .is_good = connection_is_good,
        .close = connection_close,
        .context = redis,
    });
    server_ready_check("redis", check_ready, redis);
    return redis;
}

void redis_close(struct redis *redis)
{
    metric_collector_remove(redis);
    pool_free(redis->pool);
    free(redis->password);
    free(redis);
}
