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
    GAUGE("queue_oldest_age_seconds", "Age of the oldest job near the head", "queue");

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

/* The oldest of some jobs near the head: one that was put back there may not say when it came. */
static double oldest_age_s(const redisReply *jobs)
{
    double oldest_s = 0;
    for (size_t i = 0; i < jobs->elements; i++) {
        const redisReply *text = jobs->element[i];
        json_t *job = json_loadb(text->str, (size_t)text->len, 0, NULL);
        const json_int_t queued_ms = json_integer_value(json_object_get(job, "queued_ms"));
        const double age_s = (double)(now_ns() / 1000000 - queued_ms) / 1000;
        if (queued_ms > 0 && age_s > oldest_s)
            oldest_s = age_s;
        json_decref(job);
    }
    return oldest_s;
}

static void collect(void *context)
{
    struct redis *redis = context;
    redisReply *waiting = redis_wait(redis, 0, "LLEN " QUEUE_NAME);
    redisReply *dead = redis_wait(redis, 0, "LLEN " QUEUE_DEAD);
    redisReply *head = redis_wait(redis, 0, "LRANGE " QUEUE_NAME " 0 19");
    if (waiting)
        metric_set(&messages, (double)waiting->integer, LABELS("orders"));
    if (dead)
        metric_set(&messages, (double)dead->integer, LABELS("orders:dead"));
    if (head)
        metric_set(&oldest, oldest_age_s(head), LABELS("orders"));
    freeReplyObject(waiting);
    freeReplyObject(dead);
    freeReplyObject(head);
}

void queue_watch(struct redis *redis)
{
    metric_collector(collect, redis);
}
