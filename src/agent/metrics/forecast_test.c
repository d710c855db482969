/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <math.h>
#include <stdlib.h>

/* 20 minutes of 10 s around T0: level, then `per_s` more each second, with a ripple of 1. */
static void add(struct fixture *fix, const char *metric, double level, double per_s)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO metrics (time, service, instance, metric, value) "
                                "SELECT make_timestamp_ns(%lld + i * 10000000000), 'db', 'db-0', "
                                "'%s', %.17g + greatest(i, 0) * 10 * %.17g + i %% 2 "
                                "FROM range(-60, 60) AS r(i)",
                                (long long)FIXTURE_T0, metric, level, per_s));
}

static struct record asked(struct fixture *fix, const char *metric, double limit)
{
    struct record in = fixture_input(fix, "metrics.forecast");
    *record_at(&in, "service") = value_text(STR("db"));
    *record_at(&in, "instance") = value_text(STR("db-0"));
    *record_at(&in, "metric") = value_text(str_of(metric));
    *record_at(&in, "at") = value_time(FIXTURE_T0);
    if (limit > 0)
        *record_at(&in, "limit") = value_real(limit);
    return fixture_use(fix, "metrics.forecast", &in);
}

static void what_grows_fills_up(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, "used", 100, 0.5);
    fixture_seal(fix);

    const struct record out = asked(fix, "used", 1000);
    assert_true(fabs(record_at(&out, "per_hour")->real - 1800) < 20);
    const int64_t want_ns = fixture_time(1800); /* 900 to go, at half a unit a second */
    assert_true(llabs(record_at(&out, "full")->integer - want_ns) < 30 * NS_PER_S);
    assert_true(record_at(&out, "full_soonest")->integer <= record_at(&out, "full")->integer);
    assert_true(record_at(&out, "full_latest")->integer >= record_at(&out, "full")->integer);

    const struct record without = asked(fix, "used", 0);
    assert_false(record_at(&without, "full")->known);
    assert_true(record_at(&without, "per_hour")->known);
    fixture_close(fix);
}

static void the_expected_stands_beside_the_observed(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    add(fix, "steady", 100, 0);
    fixture_run(fix,
                STR("INSERT INTO metrics (time, service, instance, metric, value) SELECT time, "
                    "service, instance, 'jumped', if(time < '2026-11-22 02:00:00', value, 250) "
                    "FROM metrics WHERE metric = 'steady'"));
    fixture_seal(fix);

    const struct record out = asked(fix, "jumped", 0);
    assert_true(fabs(record_at(&out, "expected")->real - 100.5) < 1);
    assert_true(record_at(&out, "observed")->real == 250);
    assert_true(record_at(&out, "high")->real < 110 && record_at(&out, "low")->real > 90);
    const struct record steady = asked(fix, "steady", 1000);
    assert_false(record_at(&steady, "full_latest")->known);
    fixture_close(fix);
}

static void too_little_is_unknown(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_run(fix, STR("INSERT INTO metrics (time, service, instance, metric, value) VALUES "
                         "('2026-11-22 01:59:00', 'db', 'db-0', 'two', 1), "
                         "('2026-11-22 02:01:00', 'db', 'db-0', 'two', 'nan'), "
                         "('2026-11-22 02:02:00', 'db', 'db-0', 'two', 2), "
                         "('2026-11-22 02:02:00', 'db', 'db-0', 'one', 2)"));
    fixture_seal(fix);
    const char *const metrics[] = {"one", "two"};
    for (size_t i = 0; i < 2; i++) {
        const struct record out = asked(fix, metrics[i], 10);
        assert_false(record_at(&out, "expected")->known);
        assert_false(record_at(&out, "full")->known);
        assert_false(record_at(&out, "per_hour")->known);
    }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_grows_fills_up),
        cmocka_unit_test(the_expected_stands_beside_the_observed),
        cmocka_unit_test(too_little_is_unknown),
    };
    return cmocka_run_group_tests_name("metrics.forecast", tests, NULL, NULL);
}
