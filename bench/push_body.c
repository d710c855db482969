/* SPDX-License-Identifier: Apache-2.0 */
#include "push_body.h"

#include "base/arena.h"
#include "otlp/wire.h"

static struct str attribute(struct arena *arena, const char *key, struct str value)
{
    struct buf any = buf_new(arena), pair = buf_new(arena);
    wire_put_bytes(&any, 1, value);
    wire_put_bytes(&pair, 1, str_of(key));
    wire_put_bytes(&pair, 2, buf_str(&any));
    return buf_str(&pair);
}

static struct str record(struct arena *arena, unsigned number, int64_t time_ns)
{
    struct buf log = buf_new(arena), body = buf_new(arena);
    wire_put_bytes(&body, 1,
                   str_printf(arena,
                              "GET /api/orders/%u answered 200 in %u ms for customer %u, cache "
                              "%s, pool %u of 20 connections in use",
                              number * 7919 % 100000, number % 300, number * 31 % 5000,
                              number % 3 ? "hit" : "miss", number % 20));
    wire_put_fixed64(&log, 1, (uint64_t)time_ns + number * 1000);
    wire_put_varint(&log, 2, 9);
    wire_put_bytes(&log, 3, STR("INFO"));
    wire_put_bytes(&log, 5, buf_str(&body));
    wire_put_bytes(&log, 6, attribute(arena, "http.route", STR("/api/orders/{id}")));
    wire_put_bytes(&log, 6, attribute(arena, "thread.name", STR("worker-12")));
    wire_put_bytes(&log, 9, str_printf(arena, "%016u", number + 1));
    wire_put_bytes(&log, 10, str_printf(arena, "%08u", number + 1));
    return buf_str(&log);
}

struct str push_body(struct arena *arena, unsigned from, int64_t time_ns)
{
    struct buf scope = buf_new(arena), resource = buf_new(arena), whole = buf_new(arena),
               out = buf_new(arena);
    for (unsigned i = 0; i < PUSH_RECORDS; i++)
        wire_put_bytes(&scope, 2, record(arena, from + i, time_ns));
    wire_put_bytes(&resource, 1, attribute(arena, "service.name", STR("orders")));
    wire_put_bytes(&resource, 1, attribute(arena, "k8s.pod.name", STR("orders-7d9f-x2x")));
    wire_put_bytes(&whole, 1, buf_str(&resource));
    wire_put_bytes(&whole, 2, buf_str(&scope));
    wire_put_bytes(&out, 1, buf_str(&whole));
    return buf_str(&out);
}
