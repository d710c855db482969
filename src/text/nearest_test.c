/* SPDX-License-Identifier: Apache-2.0 */
#include "text/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const char *const names[] = {"look",  "service", "alert.starts", "metrics.shifts",
                                    "limit", "onset",   "is",           "find_new_errors"};

static const struct {
    const char *why;
    const char *wanted;
    const char *best; /* "": none */
} cases[] = {
    {"a letter too few", "lok", "look"},
    {"a letter too many", "sservice", "service"},
    {"another letter", "onsat", "onset"},
    {"two that changed places", "lmiit", "limit"},
    {"capitals do not matter", "Service", "service"},
    {"nor do they cost", "METRICS.SHIFT", "metrics.shifts"},
    {"two slips in a long word", "find_new_erors_", "find_new_errors"},
    {"a word that only begins alike", "serve_all_of_them", ""},
    {"another word altogether", "saturation", ""},
    {"nothing was right of two letters", "or", ""},
    {"nothing was written", "", ""},
    {"far too long",
     "metrics.shiftsmetrics.shiftsmetrics.shiftsmetrics.shiftsmetrics.shiftsmetrics.shifts", ""},
};

static void the_name_that_was_meant_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct nearest nearest = nearest_to(str_of(cases[i].wanted));
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            nearest_try(&nearest, str_of(names[k]));
        if (!str_eq(nearest.best, str_of(cases[i].best)))
            fail_msg("%s: `%s` gives `%.*s`, not `%s`", cases[i].why, cases[i].wanted,
                     STR_ARG(nearest.best), cases[i].best);
    }
}

static void of_two_that_are_equally_near_the_first_stays(void **state)
{
    (void)state;
    struct nearest nearest = nearest_to(STR("hear"));
    nearest_try(&nearest, STR("head"));
    nearest_try(&nearest, STR("heat"));
    assert_string_equal(nearest.best.ptr, "head");
    nearest_try(&nearest, STR("hear"));
    assert_string_equal(nearest.best.ptr, "hear");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_name_that_was_meant_is_found),
        cmocka_unit_test(of_two_that_are_equally_near_the_first_stays),
    };
    return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
