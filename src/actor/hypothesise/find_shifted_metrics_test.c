/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

/* One gauge of `store` that goes from one level to another. */
static struct fixture *filled(const char *metric, double before, double after)
{
    const struct fixture_series series = {.service = "store",
                                          .metric = metric,
                                          .before = before,
                                          .after = after,
                                          .change_s = 0,
                                          .from_s = -900,
                                          .to_s = 600,
                                          .step_s = 10};
    struct fixture *fix = fixture_open();
    fixture_add_series(fix, &series);
    fixture_seal(fix);
    fix->casefile->subject = STR("store");
    fix->casefile->incident = (struct window){fixture_time(0), fixture_time(600)};
    fix->casefile->onset_known = true;
    return fix;
}

static bool tells_silence(const struct fixture *fix)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_MISSING)
            return true;
    return false;
}

static void what_says_that_a_thing_is_down_is_told(void **state)
{
    static const struct {
        const char *metric;
        double before, after;
        bool is_down;
    } cases[] = {
        {"up", 1, 0, true},
        {"redis_up", 1, 0, true},
        {"probe_success", 1, 0, true},
        {"up", 0, 1, false},           /* it came back */
        {"up", 3, 2, false},           /* some of several */
        {"queue_backup", 1, 0, false}, /* a name that only ends so */
        {"pods_running", 1, 0, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = filled(cases[i].metric, cases[i].before, cases[i].after);
        (void)fixture_act_on(fix, "find_shifted_metrics", NULL);
        assert_int_equal(tells_silence(fix), cases[i].is_down);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_says_that_a_thing_is_down_is_told),
    };
    return cmocka_run_group_tests_name("find_shifted_metrics", tests, NULL, NULL);
}
