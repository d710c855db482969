/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define STEP_S 15.0
#define SERIES 5

static const struct {
    const char *why;
    double change_s; /* before the alert */
    double step;     /* noise is 1 around a level of 50 */
    double scale;
    const char *metric;
    const char *kind; /* that the alert names; NULL: none */
} steps[] = {
    {"a rise", -240, 20, 1, "queue", NULL},
    {"a fall", -240, -20, 1, "queue", NULL},
    {"late", -60, 20, 1, "queue", NULL},
    {"early", -480, 20, 1, "queue", NULL},
    {"in a small unit", -240, 20, 1e-9, "queue", NULL},
    {"in a large unit", -240, 20, 1e9, "queue", NULL},
    {"the alert's own series", -240, 20, 1, "latency_p99", "latency"},
    {"in a small unit, too", -240, 20, 1e-9, "latency_p99", "latency"},
    {"a success rate that falls", -240, -20, 1, "success_rate", "errors"},
};

static struct fixture *noise_and_a_step(size_t number)
{
    struct fixture *fix = fixture_open();
    for (int i = 0; i < SERIES; i++) {
        const char *service = str_printf(fix->arena, "s%d", i).ptr;
        fixture_add_series(fix, &(struct fixture_series){
                                    .service = service,
                                    .metric = steps[number].metric,
                                    .from_s = -3600,
                                    .to_s = 120,
                                    .step_s = STEP_S,
                                    .before = 50,
                                    .after = i == 2 ? 50 + steps[number].step : 50,
                                    .noise = 1,
                                    .change_s = steps[number].change_s,
                                    .scale = steps[number].scale,
                                });
    }
    fixture_seal(fix);
    return fix;
}

static struct record asked(struct fixture *fix, const char *kind)
{
    struct record in = fixture_input(fix, "metrics.onset");
    *record_at(&in, "alert") = value_time(FIXTURE_T0);
    if (kind) {
        *record_at(&in, "service") = value_text(STR("s2"));
        *record_at(&in, "kind") = value_text(str_of(kind));
    }
    return fixture_use(fix, "metrics.onset", &in);
}

static void a_step_in_one_of_five_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        struct fixture *fix = noise_and_a_step(i);
        const struct record out = asked(fix, steps[i].kind);
        if (!record_at(&out, "onset")->known)
            fail_msg("%s: not found", steps[i].why);
        const int64_t off_ns = record_at(&out, "onset")->integer - fixture_time(steps[i].change_s);
        if (llabs(off_ns) > (int64_t)(2 * STEP_S) * NS_PER_S)
            fail_msg("%s: off by %lld s", steps[i].why, (long long)(off_ns / NS_PER_S));
        assert_int_equal(record_at(&out, "step")->integer, (int64_t)STEP_S * NS_PER_S);
        assert_true(record_at(&out, "votes")->integer == 1 || steps[i].kind);
        if (record_at(&out, "alert_metric")->known != (steps[i].kind != NULL))
            fail_msg("%s: the alert's series", steps[i].why);
        const struct record again = asked(fix, steps[i].kind);
        assert_int_equal(record_at(&again, "onset")->integer, record_at(&out, "onset")->integer);
        fixture_close(fix);
    }
}

static void without_a_change_there_is_no_onset(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    for (int i = 0; i < SERIES; i++)
        fixture_add_series(fix, &(struct fixture_series){.service = "s",
                                                         .metric = i == 0 ? "flat" : "noise",
                                                         .instance = i > 1 ? "i" : "",
                                                         .from_s = -3600 + i,
                                                         .to_s = 120,
                                                         .step_s = STEP_S,
                                                         .before = 50,
                                                         .after = 50,
                                                         .noise = i == 0 ? 0 : 1});
    fixture_seal(fix);
    const struct record out = asked(fix, NULL);
    assert_false(record_at(&out, "onset")->known);
    assert_int_equal(record_at(&out, "votes")->integer, 0);
    fixture_close(fix);
}

static void odd_tables_do_no_harm(void **state)
{
    (void)state;
    static const char *const tables[] = {
        "INSERT INTO metrics (time, service, metric, value) VALUES (NULL, 'a', 'x', 1)",
        "INSERT INTO metrics (service, metric, value) VALUES ('a', 'x', 'nan'::DOUBLE)",
        "SELECT 1",
    };
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        struct fixture *fix = fixture_open();
        fixture_run(fix, str_of(tables[i]));
        fixture_seal(fix);
        struct record in = fixture_input(fix, "metrics.onset"), out;
        struct err err = {0};
        *record_at(&in, "alert") = value_time(FIXTURE_T0);
        assert_false(agent_use(&fix->call, "metrics.onset", &in, &out, &err));
        assert_int_equal(err.kind, ERR_NOT_FOUND);
        fixture_close(fix);
    }
    struct fixture *fix = fixture_open(); /* one sample, one far ahead, one in 1970 */
    fixture_run(fix, STR("INSERT INTO metrics (time, service, metric, value) VALUES "
                         "(make_timestamp_ns(1), 'a', 'x', 1), "
                         "(make_timestamp_ns(9199999999999999999), 'a', 'x', 1), "
                         "(make_timestamp_ns(1795312800000000000), 'b', 'latency', 1e308)"));
    fixture_seal(fix);
    asked(fix, "latency");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_in_one_of_five_is_found),
        cmocka_unit_test(without_a_change_there_is_no_onset),
        cmocka_unit_test(odd_tables_do_no_harm),
    };
    return cmocka_run_group_tests_name("metrics.onset", tests, NULL, NULL);
}
