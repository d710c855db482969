/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#include <string.h>

/* 20 minutes of 10 s: 20 of 100, which after the onset become `course`, an SQL term of `i`. */
static struct fixture *opened(const char *course)
{
    struct fixture *fix = fixture_open();
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(600)};
    fixture_run(
        fix, str_printf(fix->arena,
                        "INSERT INTO metrics (time, service, instance, metric, value) SELECT "
                        "make_timestamp_ns(%lld + i * 10000000000), 'db', '', metric, value FROM "
                        "(SELECT i, 'volume_used' AS metric, if(i < 0, 20, %s) + 0.2 * (i %% 2) AS "
                        "value FROM range(-60, 60) AS r(i) UNION ALL SELECT i, 'volume_capacity', "
                        "100 FROM range(-60, 60) AS r(i))",
                        (long long)FIXTURE_T0, course));
    fixture_seal(fix);
    return fix;
}

static const struct {
    const char *why;
    const char *course;
    int64_t filling, full;
    const char *claim; /* NULL: nothing is said */
} cases[] = {
    /* From 5 to 10 minutes: thirds around 34.5 and 54.5 steps; 100 is 80 steps after the onset. */
    {"it fills up", "20 + i", 1, 0,
     "`volume_used` of `db` grew from 54.6 % of its limit at 02:05:45 to 74.6 % at 02:09:05; at "
     "that rate it is full at 2026-11-22 02:13:19."},
    {"it grew, and has come to rest", "20 + least(i, 35)", 0, 0, NULL},
    {"it grows, and not by much", "20 + i / 20", 0, 0, NULL},
    {"it is full", "98", 0, 1, "`volume_used` of `db` was at 98.2 % of its limit"},
};

static void what_fills_up_is_told_with_its_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = opened(cases[i].course);
        const struct record out = fixture_act_on(fix, "check_saturation", NULL);
        const char *said = fix->casefile->evidence ? fix->casefile->evidence->claim.ptr : "";
        if (record_at(&out, "filling")->integer != cases[i].filling ||
            record_at(&out, "full")->integer != cases[i].full ||
            (cases[i].claim && !strstr(said, cases[i].claim)) || (!cases[i].claim && *said))
            fail_msg("%s: %s", cases[i].why, said);
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_fills_up_is_told_with_its_time)};
    return cmocka_run_group_tests_name("check_saturation", tests, NULL, NULL);
}
