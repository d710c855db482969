/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time: points and spans are int64_t nanoseconds, points since 1970 in UTC.
 *
 * A clock is passed in, so that a test or a replay can bring its own. Telemetry's time never comes
 * from a clock; a clock only says how long the work has taken.
 */
#pragma once

#include "base/str.h"

#define NS_PER_DAY (86400 * NS_PER_S) /* of UTC: there is no summer time */
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

struct arena;

struct clock {
    int64_t (*now_ns)(void *state); /* monotonic */
    void *state;
};

struct clock clock_system(void);
struct clock clock_fixed(const int64_t *now_ns); /* says what stands there; for tests and replay */
int64_t clock_now_ns(struct clock clock);

struct deadline {
    int64_t at_ns;
};

struct deadline deadline_in(struct clock clock, int64_t span_ns);
bool deadline_passed(struct deadline deadline, struct clock clock);

/* "2026-11-22 01:02:03" and "01:02:03", in UTC. */
struct str time_format(struct arena *arena, int64_t time_ns);
struct str time_format_short(struct arena *arena, int64_t time_ns);
/* "2026-11-22T01:02:03Z", with milliseconds where there are any. */
struct str time_format_rfc3339(struct arena *arena, int64_t time_ns);
/* The same to the nanosecond, with no more digits than it takes. */
struct str time_format_exact(struct arena *arena, int64_t time_ns);
/* "850 ms", "12 s", "3 min 5 s", "2 h 10 min". */
struct str span_format(struct arena *arena, int64_t span_ns);

/* RFC 3339: date, 'T' or space, time, fraction, 'Z' or offset (none: UTC). */
bool time_parse_rfc3339(struct str text, int64_t *out_ns);

/*
 * A number that counts since 1970 in s, ms, us or ns: which of them follows from its size, for
 * times between 1973 and 5138 cannot be confused. Returns the unit's length in ns, 0: no such time.
 */
int64_t time_unit_of(double number);

/* Such a number, to the nanosecond where it is whole and to the microsecond where it is not. */
bool time_from_integer(int64_t number, int64_t *out_ns);
bool time_from_real(double number, int64_t *out_ns);

/* Such a number, or RFC 3339. */
bool time_parse(struct str text, int64_t *out_ns);

/* A number with a unit (ns, us, ms, s, m, h, d), or a number of seconds: "90s", "1.5". */
bool span_parse(struct str text, int64_t *out_ns);
/* What span_parse() reads back: "90s", "1500ms", "2h"; the largest unit that leaves no fraction. */
struct str span_format_exact(struct arena *arena, int64_t span_ns);
