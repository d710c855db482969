/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Log records a second of processor time, from the bytes of a request to rows on disk, step by
 * step: taken apart; taken apart and committed; and closed into Parquet as well. Requests are of
 * 500 records of about 300 bytes, as the collector's batch processor sends them.
 */
#include "intake/intake.h"
#include "base/arena.h"
#include "intake/segments.h"
#include "otlp/decode.h"
#include "otlp/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RECORDS 500
#define NOW_NS INT64_C(1795314510000000000)

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct str attribute(struct arena *arena, const char *key, struct str value)
{
    struct buf any = buf_new(arena), pair = buf_new(arena);
    wire_put_bytes(&any, 1, value);
    wire_put_bytes(&pair, 1, str_of(key));
    wire_put_bytes(&pair, 2, buf_str(&any));
    return buf_str(&pair);
}

static struct str record(struct arena *arena, unsigned number)
{
    struct buf log = buf_new(arena), body = buf_new(arena);
    wire_put_bytes(&body, 1,
                   str_printf(arena,
                              "GET /api/orders/%u answered 200 in %u ms for customer %u, cache "
                              "%s, pool %u of 20 connections in use",
                              number * 7919 % 100000, number % 300, number * 31 % 5000,
                              number % 3 ? "hit" : "miss", number % 20));
    wire_put_fixed64(&log, 1, (uint64_t)NOW_NS + number * 1000);
    wire_put_varint(&log, 2, 9);
    wire_put_bytes(&log, 3, STR("INFO"));
    wire_put_bytes(&log, 5, buf_str(&body));
    wire_put_bytes(&log, 6, attribute(arena, "http.route", STR("/api/orders/{id}")));
    wire_put_bytes(&log, 6, attribute(arena, "thread.name", STR("worker-12")));
    wire_put_bytes(&log, 9, str_printf(arena, "%016u", number + 1));
    wire_put_bytes(&log, 10, str_printf(arena, "%08u", number + 1));
    return buf_str(&log);
}

static struct str request(struct arena *arena, unsigned from)
{
    struct buf scope = buf_new(arena), resource = buf_new(arena), whole = buf_new(arena),
               out = buf_new(arena);
    for (unsigned i = 0; i < RECORDS; i++)
        wire_put_bytes(&scope, 2, record(arena, from + i));
    wire_put_bytes(&resource, 1, attribute(arena, "service.name", STR("orders")));
    wire_put_bytes(&resource, 1, attribute(arena, "k8s.pod.name", STR("orders-7d9f-x2x")));
    wire_put_bytes(&whole, 1, buf_str(&resource));
    wire_put_bytes(&whole, 2, buf_str(&scope));
    wire_put_bytes(&out, 1, buf_str(&whole));
    return buf_str(&out);
}

static void tell(const char *what, double seconds, unsigned requests)
{
    printf("%-28s %9.0f records/s of processor time\n", what, RECORDS * requests / seconds);
}

#define DIFFERENT 64 /* requests, sent over and over */

int main(int argc, char **argv)
{
    const unsigned requests = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
    struct arena *arena = arena_new("bench");
    struct str bodies[DIFFERENT];
    for (unsigned i = 0; i < DIFFERENT; i++)
        bodies[i] = request(arena, i * RECORDS);
    printf("%zu bytes a record\n", bodies[0].len / RECORDS);

    struct err err = {0};
    double start = processor_seconds();
    for (unsigned i = 0; i < requests; i++) {
        struct arena *own = arena_new("request");
        struct harvest harvest = harvest_new(own, 0, NOW_NS * 2, bodies[i % DIFFERENT].len);
        if (!otlp_decode_proto(DECODE_LOGS, bodies[i % DIFFERENT], &harvest, &err))
            return 2;
        arena_free(own);
    }
    tell("taken apart", processor_seconds() - start, requests);

    char folder[] = "/tmp/bench-intake-XXXXXX";
    if (!mkdtemp(folder))
        return 2;
    struct arena *store = arena_new("store");
    const struct intake_settings settings = {.folder = str_of(folder)};
    struct intake *intake;
    if (!intake_open(store, &settings, &intake, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    start = processor_seconds();
    for (unsigned i = 0; i < requests; i++) {
        struct arena *own = arena_new("request");
        const struct intake_request asked = {.content_type = STR("application/x-protobuf"),
                                             .content_encoding = STR(""),
                                             .body = bodies[i % DIFFERENT]};
        const struct intake_answer answer = intake_logs(intake, own, &asked, NOW_NS);
        if (answer.status != 200) {
            fprintf(stderr, "%d %.*s\n", answer.status, STR_ARG(answer.body));
            return 2;
        }
        arena_free(own);
    }
    tell("and committed", processor_seconds() - start, requests);
    if (!intake_tend(intake, NOW_NS + SEGMENT_AGE_NS, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    tell("and closed", processor_seconds() - start, requests);
    const struct intake_counts counts = intake_counts(intake);
    printf("%lld bytes a record on disk once closed\n",
           (long long)(counts.segments_bytes / (int64_t)(RECORDS * requests)));
    arena_free(store);
    arena_free(arena);
    return 0;
}
