/* SPDX-License-Identifier: Apache-2.0 */
#include "train/sure.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define GUESSES 1000

/* Who says 90 % and is right 60 times of 100 is taken at 60 %; and so on, for each of two. */
static void what_is_said_too_loudly_is_taken_back(void **state)
{
    (void)state;
    struct guess guesses[GUESSES];
    for (uint32_t i = 0; i < GUESSES; i++) {
        const bool bold = i % 2 == 0;
        guesses[i] = (struct guess){
            .said = bold ? 0.9 : 0.2, .right = i / 2 % 10 < (bold ? 6 : 1), .group = 1};
    }
    const struct sureness sure = sure_fit(guesses, GUESSES, UINT32_MAX);
    assert_true(fabs(sureness_of(&sure, 0.9) - 0.6) < 0.01);
    assert_true(fabs(sureness_of(&sure, 0.2) - 0.1) < 0.01);
}

static void what_is_left_out_teaches_nothing(void **state)
{
    (void)state;
    struct guess guesses[GUESSES];
    for (uint32_t i = 0; i < GUESSES; i++)
        guesses[i] = (struct guess){.said = 0.9, .right = false, .group = 1};
    const struct sureness sure = sure_fit(guesses, GUESSES, 1), none = sure_fit(guesses, 0, 0);
    assert_true(fabs(sureness_of(&sure, 0.9) - 0.9) < 1e-9);
    assert_true(fabs(sureness_of(&none, 0.9) - 0.9) < 1e-9);
}

static void certainty_is_finite(void **state)
{
    (void)state;
    const struct guess guesses[] = {{.said = 1.0, .right = true}, {.said = 0.0, .right = true}};
    const struct sureness sure = sure_fit(guesses, 2, UINT32_MAX);
    assert_true(isfinite(sure.offset) && isfinite(sure.slope));
    assert_true(sureness_of(&sure, 1.0) < 1.0 && sureness_of(&sure, 0.0) > 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_too_loudly_is_taken_back),
        cmocka_unit_test(what_is_left_out_teaches_nothing),
        cmocka_unit_test(certainty_is_finite),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
