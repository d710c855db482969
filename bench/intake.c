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
#include "push_body.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOW_NS INT64_C(1795314510000000000)

static double processor_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void tell(const char *what, double seconds, unsigned requests)
{
    printf("%-28s %9.0f records/s of processor time\n", what, PUSH_RECORDS * requests / seconds);
}

#define DIFFERENT 64 /* requests, sent over and over */

int main(int argc, char **argv)
{
    const unsigned requests = argc > 1 ? (unsigned)atoi(argv[1]) : 1000;
    struct arena *arena = arena_new("bench");
    struct str bodies[DIFFERENT];
    for (unsigned i = 0; i < DIFFERENT; i++)
        bodies[i] = push_body(arena, i * PUSH_RECORDS, NOW_NS);
    printf("%zu bytes a record\n", bodies[0].len / PUSH_RECORDS);

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
           (long long)(counts.segments_bytes / (int64_t)(PUSH_RECORDS * requests)));
    arena_free(store);
    arena_free(arena);
    return 0;
}
