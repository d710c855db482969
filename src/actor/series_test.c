/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/series.h"

#include "actor/fixture_for_tests.h"

#include <math.h>

/* Half an hour before, ten minutes since; `value` is SQL of the sample's second `s`. */
static const struct {
    const char *service, *value;
    const char *claim; /* how it goes on after the name; a part of it */
} moved[] = {
    {"stepped", "10 + (s + 1800) % 40 / 40 + CASE WHEN s >= 0 THEN 20 ELSE 0 END", "jumped from"},
    {"fallen", "50 + (s + 1800) % 40 / 40 - CASE WHEN s >= 0 THEN 20 ELSE 0 END", "dropped from"},
    {"climbing", "10 + (s + 1800) % 40 / 40 + CASE WHEN s >= 0 THEN s / 10 ELSE 0 END",
     "climbed steadily from"},
    {"over", "10 + (s + 1800) % 40 / 40 + CASE WHEN s BETWEEN 0 AND 290 THEN 30 ELSE 0 END",
     "shot up from"},
    {"over", "10 + (s + 1800) % 40 / 40 + CASE WHEN s BETWEEN 0 AND 290 THEN 30 ELSE 0 END",
     "and was back at 02:05:00."},
    {"drifting", "200 + s / 10 + (s + 1800) % 40 / 40", "went on climbing as before, from"},
    {"frozen", "CASE WHEN s >= 60 THEN 30 ELSE 10 + (s + 1800) % 70 / 10 END",
     "and froze there at 02:01:00."},
    {"early", "10 + (s + 1800) % 40 / 40 + CASE WHEN s >= -300 THEN 20 ELSE 0 END",
     "already at 01:55:00."},
    {"late", "10 + (s + 1800) % 40 / 40 + CASE WHEN s >= 100 THEN 20 ELSE 0 END",
     "but only at 02:01:40."},
};

static struct fixture *filled(void)
{
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++)
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO metrics (time, service, metric, value) SELECT "
                                    "make_timestamp_ns(%lld + s::BIGINT * 1000000000), '%s', "
                                    "'queue', %s FROM range(-1800, 600, 10) AS r(s)",
                                    (long long)FIXTURE_T0, moved[i].service, moved[i].value));
    fixture_seal(fix);
    fix->casefile->incident = (struct window){fixture_time(0), fixture_time(600)};
    fix->casefile->onset_known = true;
    return fix;
}

static void how_it_moved_is_said_and_borne_out(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    fixture_act_on(fix, "find_shifted_metrics", NULL);
    fixture_check_claims(fix);
    for (size_t i = 0; i < sizeof moved / sizeof *moved; i++) {
        const struct evidence *it = fix->casefile->evidence;
        while (it && !str_eq(it->subject, str_of(moved[i].service)))
            it = it->next;
        if (!it || !str_contains(it->claim, str_of(moved[i].claim)))
            fail_msg("%s: %s", moved[i].service, it ? it->claim.ptr : "no evidence");
    }
    fixture_close(fix);
}

static double strength_of(const struct fixture *fix, const char *service)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (str_eq(it->subject, str_of(service)))
            return it->strength;
    return 0;
}

static void what_is_over_or_always_was_weighs_less(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    fixture_act_on(fix, "find_shifted_metrics", NULL);
    assert_true(strength_of(fix, "over") < strength_of(fix, "stepped"));
    assert_true(strength_of(fix, "drifting") < strength_of(fix, "climbing"));
    fixture_close(fix);
}

static void the_onset_is_the_series_own(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    fixture_act_on(fix, "find_shifted_metrics", NULL);
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (str_eq(it->subject, STR("late"))) {
            assert_int_equal(it->onset_ns, fixture_time(100));
            assert_true(it->onset_error_ns > 0 && it->onset_error_ns < 30 * NS_PER_S);
        }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_it_moved_is_said_and_borne_out),
        cmocka_unit_test(what_is_over_or_always_was_weighs_less),
        cmocka_unit_test(the_onset_is_the_series_own),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
