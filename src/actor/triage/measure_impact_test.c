/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define ONSET_S 600.0

static struct fixture *incident(void)
{
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(ONSET_S + 60);
    fix->casefile->incident = (struct window){fixture_time(ONSET_S), fixture_time(ONSET_S + 300)};
    fix->casefile->data = (struct window){FIXTURE_T0, fixture_time(ONSET_S + 300)};
    return fix;
}

/* Requests from outside to `front`, each of which asks `back`. */
struct load {
    double from_s, to_s, step_s;
    int64_t front_us, back_us;
    int fails_each; /* every so many fail; 0: none */
};

static void add_requests(struct fixture *fix, const struct load *load)
{
    int count = 0;
    for (double at = load->from_s; at < load->to_s; at += load->step_s, count++) {
        const char *trace = str_printf(fix->arena, "t%.0f", at * 10).ptr;
        const bool fails = load->fails_each > 0 && count % load->fails_each == 0;
        fixture_add_span(fix, &(struct fixture_span){at, trace, "a", "", "front", "GET /",
                                                     load->front_us, fails ? "ERROR" : "OK"});
        fixture_add_span(
            fix, &(struct fixture_span){at, trace, "b", "a", "back", "read", load->back_us, "OK"});
    }
}

static void failing_requests_are_counted_at_the_edge(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    add_requests(fix, &(struct load){0, ONSET_S, 2, 5000, 1000, 0});
    add_requests(fix, &(struct load){ONSET_S, ONSET_S + 300, 2, 5000, 1000, 2});
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "measure_impact", NULL);
    fixture_check_all(fix);
    assert_string_equal(fixture_said(fix, FINDING_IMPACT, "front"),
                        "Of the 150 requests to `front` since 02:10:00 75 failed, and of the 300 "
                        "before 0.");
    assert_null(fixture_found(fix, FINDING_IMPACT, "back"));
    assert_true(record_at(&out, "failing_share")->real == 0.5);
    assert_int_equal(fix->casefile->triage.affected_count, 1);
    assert_string_equal(fix->casefile->triage.affected[0].ptr, "front");
    fixture_close(fix);
}

static void slow_requests_and_lost_traffic_are_told(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    add_requests(fix, &(struct load){0, ONSET_S, 2, 5000, 1000, 0});
    add_requests(fix, &(struct load){ONSET_S, ONSET_S + 300, 6, 150000, 40000, 0});
    fixture_seal(fix);
    fixture_act_on(fix, "measure_impact", NULL);
    fixture_check_all(fix);
    const struct evidence *it = fix->casefile->evidence;
    assert_int_equal(it->bearing, BEARING_REFUTES); /* nothing fails */
    it = it->next;
    assert_string_equal(it->claim.ptr, "Half of the requests to `front` took up to 150 ms and all "
                                       "but a twentieth up to 150 ms since 02:10:00, after 5 and 5 "
                                       "ms before.");
    assert_int_equal(it->bearing, BEARING_SUPPORTS);
    it = it->next;
    assert_string_equal(it->claim.ptr,
                        "`front` got 10.2 requests a minute since 02:10:00, after 30 before.");
    assert_int_equal(fix->casefile->triage.affected_count, 2);
    fixture_close(fix);
}

/* Ten times as long, and still at once: a service shows it, and nobody who uses it does. */
static void nobody_suffers_from_what_still_comes_at_once(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    add_requests(fix, &(struct load){0, ONSET_S, 2, 5000, 1000, 0});
    add_requests(fix, &(struct load){ONSET_S, ONSET_S + 300, 2, 50000, 40000, 0});
    fixture_seal(fix);
    fixture_act_on(fix, "measure_impact", NULL);
    fixture_check_all(fix);
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        assert_int_equal(it->bearing, BEARING_REFUTES);
    assert_int_equal(fix->casefile->triage.affected_count, 2);
    fixture_close(fix);
}

static void where_nothing_suffers_that_is_told(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    add_requests(fix, &(struct load){0, ONSET_S + 300, 2, 5000, 1000, 50});
    fixture_add_series(
        fix, &(struct fixture_series){"shop", "", "error_ratio", 0, 900, 10, 0, 0, 0, ONSET_S, 0});
    fix->casefile->subject = STR("shop");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "measure_impact", NULL);
    fixture_check_all(fix);
    assert_int_equal(record_at(&out, "affected")->integer, 0);
    assert_int_equal(fix->casefile->evidence_count, 3);
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        assert_int_equal(it->bearing, BEARING_REFUTES);
    assert_string_equal(
        fixture_said(fix, FINDING_IMPACT, "shop"),
        "`error_ratio` of `shop` stayed in its usual range: 0 (upper quartile since "
        "02:10:00), after 0 before (median).");
    fixture_close(fix);
}

static void metrics_tell_where_there_are_no_traces(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    const struct fixture_series series[] = {
        {"shop", "shop-1", "success_ratio", 0, 900, 10, 0.99, 0.6, 0.001, ONSET_S, 0},
        {"shop", "shop-1", "latency_p95_ms", 0, 900, 10, 20, 21, 4, ONSET_S, 0},
        {"shop", "shop-1", "requests_per_s", 0, 900, 10, 50, 10, 2, ONSET_S, 0},
        {"stock", "", "latency_p95_ms", 0, 900, 10, 20, 200, 4, ONSET_S, 0},
        {"stock", "", "cpu_usage", 0, 900, 10, 0.2, 0.9, 0.01, ONSET_S, 0},
        {"idle", "", "requests_per_s", 0, 900, 10, 50, 50, 2, ONSET_S, 0},
    };
    for (size_t i = 0; i < sizeof series / sizeof *series; i++)
        fixture_add_series(fix, &series[i]);
    fix->casefile->subject = STR("shop");
    topology_add(&fix->casefile->topology, STR("shop"), STR("stock"));
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "measure_impact", NULL);
    fixture_check_all(fix);
    assert_true(record_at(&out, "failing_share")->real > 0.39);
    assert_int_equal(fix->casefile->triage.affected_count, 2);
    assert_string_equal(fix->casefile->triage.affected[0].ptr, "stock");
    assert_string_equal(fix->casefile->triage.affected[1].ptr, "shop");
    uint32_t suffering = 0;
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next) {
        assert_string_equal(it->subject.ptr, "shop");

        suffering += it->bearing == BEARING_SUPPORTS;
    }
    assert_int_equal(suffering, 2);                     /* failures, and traffic that went away */
    assert_int_equal(fix->casefile->evidence_count, 2); /* what is fine beside it is not told */
    fixture_close(fix);
}

/* The edge is asked by users alone: what it asks itself is not counted, nor what came twice. */
static void only_requests_from_outside_count_at_the_edge(void **state)
{
    (void)state;
    struct fixture *fix = incident();
    add_requests(fix, &(struct load){0, ONSET_S + 300, 3, 5000, 1000, 0});
    add_requests(fix, &(struct load){0, ONSET_S + 300, 3, 5000, 1000, 0}); /* again */
    for (int i = 0; i < 100; i++)
        fixture_add_span(fix, &(struct fixture_span){ONSET_S + i, "t0", "c", "b", "front",
                                                     "callback", 900000, "ERROR"});
    fixture_seal(fix);
    fixture_act_on(fix, "measure_impact", NULL);
    fixture_check_all(fix);
    assert_string_equal(fixture_said(fix, FINDING_IMPACT, "front"),
                        "Of the 100 requests to `front` since 02:10:00 0 failed, and of the 200 "
                        "before 0.");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failing_requests_are_counted_at_the_edge),
        cmocka_unit_test(slow_requests_and_lost_traffic_are_told),
        cmocka_unit_test(nobody_suffers_from_what_still_comes_at_once),
        cmocka_unit_test(where_nothing_suffers_that_is_told),
        cmocka_unit_test(metrics_tell_where_there_are_no_traces),
        cmocka_unit_test(only_requests_from_outside_count_at_the_edge),
    };
    return cmocka_run_group_tests_name("measure_impact", tests, NULL, NULL);
}
