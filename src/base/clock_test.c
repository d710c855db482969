/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NOON (INT64_C(1795348800) * NS_PER_S) /* 2026-11-22 12:00:00 */
#define BAD INT64_MIN

static const struct {
    const char *why;
    struct str text;
    int64_t want_ns;
} times[] = {
    {"UTC", STR("2026-11-22T12:00:00Z"), NOON},
    {"a space and no zone are UTC", STR("2026-11-22 12:00:00"), NOON},
    {"small letters", STR("2026-11-22t12:00:00z"), NOON},
    {"east is earlier", STR("2026-11-22T14:00:00+02:00"), NOON},
    {"west is later", STR("2026-11-22T06:30:00-05:30"), NOON},
    {"an offset without a colon", STR("2026-11-22T14:00:00+0200"), NOON},
    {"over midnight", STR("2026-11-23T00:30:00+12:30"), NOON},
    {"milliseconds", STR("2026-11-22T12:00:00.250Z"), NOON + 250 * NS_PER_MS},
    {"a comma", STR("2026-11-22T12:00:00,5Z"), NOON + 500 * NS_PER_MS},
    {"nanoseconds", STR("2026-11-22T12:00:00.000000001Z"), NOON + 1},
    {"finer than that is cut", STR("2026-11-22T12:00:00.0000000019Z"), NOON + 1},
    {"the beginning", STR("1970-01-01T00:00:00Z"), 0},
    {"a leap day", STR("2024-02-29T00:00:00Z"), INT64_C(1709164800) * NS_PER_S},
    {"a leap second", STR("2016-12-31T23:59:60Z"), INT64_C(1483228800) * NS_PER_S},
    {"far off", STR("2200-01-01T00:00:00Z"), INT64_C(7258118400) * NS_PER_S},
    {"too far off", STR("2201-01-01T00:00:00Z"), BAD},
    {"too long ago", STR("1969-12-31T23:59:59Z"), BAD},
    {"nothing", STR(""), BAD},
    {"a date alone", STR("2026-11-22"), BAD},
    {"no seconds", STR("2026-11-22T12:00Z"), BAD},
    {"a month that is none", STR("2026-13-22T12:00:00Z"), BAD},
    {"month zero", STR("2026-00-22T12:00:00Z"), BAD},
    {"a day that its month has not", STR("2026-02-31T12:00:00Z"), BAD},
    {"no leap year", STR("2026-02-29T12:00:00Z"), BAD},
    {"hour 24", STR("2026-11-22T24:00:00Z"), BAD},
    {"minute 60", STR("2026-11-22T12:60:00Z"), BAD},
    {"second 61", STR("2026-11-22T12:00:61Z"), BAD},
    {"an offset that no place has", STR("2026-11-22T12:00:00+99:00"), BAD},
    {"a point and no fraction", STR("2026-11-22T12:00:00.Z"), BAD},
    {"letters", STR("2026-11-22T12:0x:00Z"), BAD},
    {"a sign", STR("+026-11-22T12:00:00Z"), BAD},
    {"something behind", STR("2026-11-22T12:00:00Z "), BAD},
    {"half an offset", STR("2026-11-22T12:00:00+02:"), BAD},
    {"a NUL for a T", STR("2026-11-22\00012:00:00Z"), BAD},
};

static void rfc3339_is_read_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(times); i++) {
        int64_t got = BAD;
        const bool ok = time_parse_rfc3339(times[i].text, &got);
        if (ok != (times[i].want_ns != BAD) || (ok && got != times[i].want_ns))
            fail_msg("%s: %lld", times[i].why, (long long)got);
    }
}

static const struct {
    int64_t time_ns;
    const char *full, *brief, *rfc3339;
} formats[] = {
    {NOON, "2026-11-22 12:00:00", "12:00:00", "2026-11-22T12:00:00Z"},
    {NOON + 7 * NS_PER_MS, "2026-11-22 12:00:00", "12:00:00", "2026-11-22T12:00:00.007Z"},
    {NOON - 1, "2026-11-22 11:59:59", "11:59:59", "2026-11-22T11:59:59.999Z"},
    {0, "1970-01-01 00:00:00", "00:00:00", "1970-01-01T00:00:00Z"},
    {-1, "1969-12-31 23:59:59", "23:59:59", "1969-12-31T23:59:59.999Z"},
    {INT64_MAX, "2262-04-11 23:47:16", "23:47:16", "2262-04-11T23:47:16.854Z"},
    {INT64_MIN, "1677-09-21 00:12:43", "00:12:43", "1677-09-21T00:12:43.145Z"},
};

static void times_are_written_in_utc(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(formats); i++) {
        assert_string_equal(time_format(arena, formats[i].time_ns).ptr, formats[i].full);
        assert_string_equal(time_format_short(arena, formats[i].time_ns).ptr, formats[i].brief);
        assert_string_equal(time_format_rfc3339(arena, formats[i].time_ns).ptr, formats[i].rfc3339);
    }
    arena_free(arena);
}

static void what_is_written_can_be_read(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (int64_t time_ns = 0; time_ns < INT64_C(7200000000) * NS_PER_S;
         time_ns += INT64_C(86399) * 997 * NS_PER_S + 13 * NS_PER_MS) {
        int64_t back;
        assert_true(time_parse_rfc3339(time_format_rfc3339(arena, time_ns), &back));
        assert_int_equal(back, time_ns);
    }
    arena_free(arena);
}

static const struct {
    int64_t span_ns;
    const char *want;
} spans[] = {
    {0, "0 ms"},
    {850 * NS_PER_MS, "850 ms"},
    {NS_PER_S, "1 s"},
    {12 * NS_PER_S, "12 s"},
    {119 * NS_PER_S, "119 s"},
    {185 * NS_PER_S, "3 min 5 s"},
    {7800 * NS_PER_S, "2 h 10 min"},
};

static void spans_are_written_for_people(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(spans); i++)
        assert_string_equal(span_format(arena, spans[i].span_ns).ptr, spans[i].want);
    arena_free(arena);
}

static const struct {
    const char *why;
    double number;
    int64_t unit_ns;
} units[] = {
    {"seconds of 1973", 1e8, NS_PER_S},
    {"seconds of today", 1795348800, NS_PER_S},
    {"milliseconds of today", 1795348800e3, NS_PER_MS},
    {"microseconds of today", 1795348800e6, NS_PER_US},
    {"nanoseconds of today", 1795348800e9, 1},
    {"zero is no time", 0, 0},
    {"nor is what is negative", -1795348800, 0},
    {"nor what is too large", 1e19, 0},
    {"nor what is no number", 0.0 / 0.0, 0},
    {"nor what has no end", 1e308 * 10, 0},
};

static void the_unit_follows_from_the_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (time_unit_of(units[i].number) != units[i].unit_ns)
            fail_msg("%s", units[i].why);
}

static const struct {
    int64_t time_ns;
    const char *want;
} exact_times[] = {
    {INT64_C(1795314900) * NS_PER_S, "2026-11-22T02:35:00Z"},
    {INT64_C(1795314900) * NS_PER_S + 120 * NS_PER_MS, "2026-11-22T02:35:00.120Z"},
    {INT64_C(1795314900) * NS_PER_S + 120 * NS_PER_US, "2026-11-22T02:35:00.000120Z"},
    {INT64_C(1795314900) * NS_PER_S + 1, "2026-11-22T02:35:00.000000001Z"},
    {-1, "1969-12-31T23:59:59.999999999Z"},
};

static void exact_times_lose_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(exact_times); i++) {
        const struct str text = time_format_exact(arena, exact_times[i].time_ns);
        int64_t again_ns;
        assert_string_equal(text.ptr, exact_times[i].want);
        if (exact_times[i].time_ns >= 0) {
            assert_true(time_parse(text, &again_ns));
            assert_true(again_ns == exact_times[i].time_ns);
        }
    }
    arena_free(arena);
}

static const struct {
    const char *why, *text;
    int64_t span_ns; /* -1: it is none */
    const char *again;
} read_spans[] = {
    {"minutes", "5m", 300 * NS_PER_S, "5m"},
    {"seconds", "90s", 90 * NS_PER_S, "90s"},
    {"milliseconds, not minutes of seconds", "90ms", 90 * NS_PER_MS, "90ms"},
    {"microseconds", "1us", NS_PER_US, "1us"},
    {"nanoseconds", "7ns", 7, "7ns"},
    {"hours", "2h", 7200 * NS_PER_S, "2h"},
    {"days", "1d", 86400 * NS_PER_S, "1d"},
    {"a fraction", "1.5h", 5400 * NS_PER_S, "90m"},
    {"a number of seconds", "600", 600 * NS_PER_S, "10m"},
    {"nothing at all", "0", 0, "0s"},
    {"no number", "m", -1, NULL},
    {"no unit that is known", "3 weeks", -1, NULL},
    {"too long", "9999999999h", -1, NULL},
    {"no end", "infs", -1, NULL},
    {"an empty text", "", -1, NULL},
};

static void spans_are_read_or_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(read_spans); i++) {
        int64_t span_ns = 0;
        const bool ok = span_parse(str_of(read_spans[i].text), &span_ns);
        if (ok != (read_spans[i].span_ns >= 0) || (ok && span_ns != read_spans[i].span_ns))
            fail_msg("%s: %lld", read_spans[i].why, (long long)span_ns);
        if (ok)
            assert_string_equal(span_format_exact(arena, span_ns).ptr, read_spans[i].again);
    }
    assert_string_equal(span_format_exact(arena, INT64_MIN).ptr, "-9223372036854775808ns");
    arena_free(arena);
}

static void a_deadline_passes_when_its_moment_is_there(void **state)
{
    (void)state;
    int64_t now_ns = 5;
    const struct clock clock = clock_fixed(&now_ns);
    const struct deadline deadline = deadline_in(clock, 10);
    assert_int_equal(clock_now_ns(clock), 5);
    assert_false(deadline_passed(deadline, clock));
    now_ns = 14;
    assert_false(deadline_passed(deadline, clock));
    now_ns = 15;
    assert_true(deadline_passed(deadline, clock));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc3339_is_read_or_refused),
        cmocka_unit_test(times_are_written_in_utc),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(spans_are_written_for_people),
        cmocka_unit_test(the_unit_follows_from_the_size),
        cmocka_unit_test(exact_times_lose_nothing),
        cmocka_unit_test(spans_are_read_or_refused),
        cmocka_unit_test(a_deadline_passes_when_its_moment_is_there),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
