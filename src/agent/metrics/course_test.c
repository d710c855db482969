/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define STEP_S 15

/* The symptom comes and goes every five samples; who causes it does the same. */
static double bursts(int sample)
{
    return sample / 5 % 2 == 0 ? 10 : 2;
}

static double against(int sample)
{
    return 12 - bursts(sample);
}

static double always(int sample)
{
    return 40 + sample % 3;
}

static double constant(int sample)
{
    (void)sample;
    return 0.1;
}

static const struct {
    const char *service;
    double (*value)(int sample);
    double low, high; /* of "together" */
} courses[] = {
    {"followed", bursts, 0.999, 1}, {"cause", bursts, 0.999, 1},  {"opposite", against, 0, 0},
    {"always", always, 0, 0.4},     {"constant", constant, 0, 0},
};

static struct fixture *filled(double scale)
{
    struct fixture *fix = fixture_open();
    struct buf sql = buf_new(fix->arena);
    buf_printf(&sql, "INSERT INTO metrics (time, service, metric, value) VALUES ");
    for (size_t i = 0; i < COUNT_OF(courses); i++)
        for (int sample = -40; sample < 40; sample++)
            buf_printf(&sql, "%s(make_timestamp_ns(%lld), '%s', 'latency', %.17g)",
                       i + (size_t)(sample + 40) > 0 ? ", " : "",
                       (long long)fixture_time(sample * STEP_S), courses[i].service,
                       scale * courses[i].value(sample + 40));
    fixture_run(fix, buf_str(&sql));
    fixture_seal(fix);
    return fix;
}

static void what_comes_and_goes_together_is_told(void **state)
{
    (void)state;
    static const double scales[] = {1, 1e-9, 1e9};
    for (size_t k = 0; k < COUNT_OF(scales); k++) {
        struct fixture *fix = filled(scales[k]);
        struct record in = fixture_input(fix, "metrics.course");
        *record_at(&in, "service") = value_text(STR("followed"));
        *record_at(&in, "metric") = value_text(STR("latency"));
        *record_at(&in, "onset") = value_time(FIXTURE_T0);
        const struct record out = fixture_use(fix, "metrics.course", &in);
        assert_true(record_at(&out, "services")->known);
        const struct batch *rows = record_at(&out, "services")->rows;
        assert_int_equal(rows->rows, COUNT_OF(courses));
        for (size_t i = 0; i < COUNT_OF(courses); i++) {
            const size_t row = fixture_row(rows, "service", courses[i].service, NULL, NULL);
            const double got = batch_column(rows, "together")->reals[row];
            if (got < courses[i].low - 1e-6 || got > courses[i].high + 1e-6)
                fail_msg("%s, times %g: %g", courses[i].service, scales[k], got);
        }
        fixture_close(fix);
    }
}

static void too_little_is_unknown_and_nothing_is_an_error(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_add_series(
        fix, &(struct fixture_series){
                 .service = "a", .metric = "latency", .from_s = 0, .to_s = 45, .step_s = STEP_S});
    fixture_seal(fix);
    struct record in = fixture_input(fix, "metrics.course"), out;
    *record_at(&in, "service") = value_text(STR("a"));
    *record_at(&in, "metric") = value_text(STR("latency"));
    *record_at(&in, "onset") = value_time(FIXTURE_T0);
    out = fixture_use(fix, "metrics.course", &in);
    assert_false(record_at(&out, "services")->known);

    struct err err = {0};
    *record_at(&in, "service") = value_text(STR("b"));
    assert_false(agent_use(&fix->call, "metrics.course", &in, &out, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_and_goes_together_is_told),
        cmocka_unit_test(too_little_is_unknown_and_nothing_is_an_error),
    };
    return cmocka_run_group_tests_name("metrics.course", tests, NULL, NULL);
}
