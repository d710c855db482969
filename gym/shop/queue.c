// SPDX-License-Identifier: Apache-2.0
#include "queue.h"
#include "metric.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct metric pushed =
    COUNTER("queue_pushed_total", "Jobs put into the queue", "queue", "kind");
static struct metric messages = GAUGE("queue_messages", "Jobs that wait", "queue");
static struct metric oldest =
    GAUGE("queue_oldest_age_seconds", "Age of the job that is next", "queue");

bool queue_push(struct redis *redis, const struct trace_context *context, const char *kind,
                long order)
{
    struct span span;
    span_begin(&span, context, SPAN_PRODUCER, "publish " QUEUE_NAME);
    span_text(&span, "messaging.system", "redis");
    span_text(&span, "messaging.destination.name", QUEUE_NAME);
    char traceparent[TRACEPARENT_SIZE];
    traceparent_write(&span.context, traceparent);
    json_t *job =
        json_pack("{s:s, s:I, s:i, s:I, s:s}", "kind", kind, "order", (json_int_t)order, "attempts",
                  0, "queued_ms", (json_int_t)(now_ns() / 1000000), "traceparent", traceparent);
    char *text = json_dumps(job, JSON_COMPACT);
    redisReply *length =
        redis_command(redis, &span.context, "RPUSH queue", "RPUSH " QUEUE_NAME " %s", text);
    if (!length)
        span_fail(&span, "%.150s", redis_why());
    else
        metric_add(&pushed, 1, LABELS("orders", kind));
    span_end(&span);
    json_decref(job);
    free(text);
    freeReplyObject(length);
    return length != NULL;
}

static double age_of(const redisReply *head)
{
    json_t *job = head && head->type == REDIS_REPLY_STRING
                      ? json_loadb(head->str, (size_t)head->len, 0, NULL)
                      : NULL;
    const json_int_t queued_ms = json_integer_value(json_object_get(job, "queued_ms"));
    json_decref(job);
    return queued_ms > 0 ? (double)(now_ns() / 1000000 - queued_ms) / 1000 : 0;
}

static void collect(void *context)
{
    struct redis *redis = context;
    redisReply *waiting = redis_wait(redis, 0, "LLEN " QUEUE_NAME);
    redisReply *dead = redis_wait(redis, 0, "LLEN " QUEUE_DEAD);
    redisReply *head = redis_wait(redis, 0, "LINDEX " QUEUE_NAME " 0");
    if (waiting)
        metric_set(&messages, (double)waiting->integer, LABELS("orders"));
    if (dead)
        metric_set(&messages, (double)dead->integer, LABELS("orders:dead"));
    if (head)
        metric_set(&oldest, age_of(head), LABELS("orders"));
    freeReplyObject(waiting);
    freeReplyObject(dead);
    freeReplyObject(head);
}

void queue_watch(struct redis *redis)
{
    metric_collector(collect, redis);
}
