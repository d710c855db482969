/* SPDX-License-Identifier: Apache-2.0 */
/* time_parse_rfc3339() and time_parse(): points in time as people and programs write them. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "case/alert.h"

/* 2201-01-02: the parser takes years to 2200, and an offset may add a day. */
#define RFC3339_S_MAX INT64_C(7289740800)

static void expect_round_trip(int64_t time_ns)
{
    struct arena *arena = arena_new("fuzz");
    int64_t again_ns = 0;
    const struct str text = time_format_rfc3339(arena, time_ns);
    fuzz_expect(time_parse_rfc3339(text, &again_ns), "a time that was printed can be read");
    fuzz_expect(again_ns == time_ns / NS_PER_MS * NS_PER_MS, "and is the same to the millisecond");
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    int64_t time_ns = 0, alert_ns = 0;
    const bool read = time_parse_rfc3339(text, &time_ns);
    if (read) {
        fuzz_expect(time_ns >= -86400 * NS_PER_S && time_ns / NS_PER_S <= RFC3339_S_MAX,
                    "an RFC 3339 time lies between 1970 and 2200");
        if (time_ns >= 0 && time_ns / NS_PER_S < RFC3339_S_MAX - 2 * 86400)
            expect_round_trip(time_ns);
    }
    if (time_parse(text, &alert_ns)) {
        fuzz_expect(read ? alert_ns == time_ns : alert_ns >= 0,
                    "a time of an alert is that of RFC 3339, or a number from 1970 on");
    } else {
        fuzz_expect(!read, "what is RFC 3339 is good for an alert");
    }
    return 0;
}
