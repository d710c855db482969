/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

/* `door` calls `web`; since the onset `load` times the requests come in. */
static struct fixture *filled(double load, double busy)
{
    const struct fixture_series all[] = {
        {.service = "door", .metric = "requests_per_s", .before = 10, .after = 10 * load},
        {.service = "web", .metric = "cpu_usage", .before = 0.2, .after = 0.2 * busy},
    };
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct fixture_series series = all[i];
        series.from_s = -900;
        series.to_s = 600;
        series.step_s = 10;
        series.noise = series.before / 20;
        fixture_add_series(fix, &series);
    }
    fixture_seal(fix);
    topology_add(&fix->casefile->topology, STR("door"), STR("web"));
    fix->casefile->subject = STR("door");
    fix->casefile->incident = (struct window){fixture_time(0), fixture_time(600)};
    fix->casefile->onset_known = true;
    fixture_act_on(fix, "find_shifted_metrics", NULL);
    return fix;
}

static const struct {
    const char *why;
    double load, busy;
    bool fails;
    int64_t explained;
} cases[] = {
    {"busy as the requests have it", 3, 3, false, 1},
    {"each request costs more", 3, 9, false, 0},
    {"no more come in", 1, 3, false, 0},
    {"something fails: who retries makes load", 3, 3, true, 0},
};

static void what_rose_with_the_load_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = filled(cases[i].load, cases[i].busy);
        if (cases[i].fails)
            casefile_add(fix->casefile, &(struct evidence){.bearing = BEARING_SUPPORTS,
                                                           .finding = FINDING_LOG_ERRORS,
                                                           .subject = STR("web"),
                                                           .claim = STR("It failed."),
                                                           .strength = 0.8});
        const struct record out = fixture_act_on(fix, "compare_with_load", NULL);
        if (record_at(&out, "explained")->integer != cases[i].explained)
            fail_msg("%s: %lld", cases[i].why, (long long)record_at(&out, "explained")->integer);
        const struct record again = fixture_act_on(fix, "compare_with_load", NULL);
        assert_int_equal(record_at(&again, "explained")->integer, 0);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void how_much_more_comes_in_is_told(void **state)
{
    (void)state;
    struct fixture *fix = filled(4, 1);
    fixture_act_on(fix, "compare_with_load", NULL);
    const struct evidence *told = NULL;
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->kind == KIND_TRAFFIC)
            told = it;
    assert_non_null(told);
    assert_true(str_eq(told->subject, STR("door")));
    assert_true(told->strength > 0.7 && told->strength < 0.8);
    fixture_check_claims(fix);
    fixture_close(fix);

    fix = filled(1, 3);
    fixture_act_on(fix, "compare_with_load", NULL);
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        assert_int_not_equal(it->kind, KIND_TRAFFIC);
    fixture_close(fix);
}

static void nothing_is_no_load(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "compare_with_load", NULL);
    assert_false(record_at(&out, "rose")->truth);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_rose_with_the_load_is_explained),
        cmocka_unit_test(how_much_more_comes_in_is_told),
        cmocka_unit_test(nothing_is_no_load),
    };
    return cmocka_run_group_tests_name("compare_with_load", tests, NULL, NULL);
}
