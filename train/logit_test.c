/* SPDX-License-Identifier: Apache-2.0 */
#include "train/logit.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#define CHOICES 400
#define CANDIDATES 4

/* Which candidate is right follows the odds exp(2 text - 1 place), by a share that is counted off.
 */
static struct choice *choices_of(struct arena *arena, uint32_t group)
{
    struct choice *choices = arena_push_many(arena, struct choice, CHOICES);
    for (uint32_t i = 0; i < CHOICES; i++) {
        struct choice *choice = &choices[i];
        *choice = (struct choice){.count = CANDIDATES, .group = group, .weight = 1.0};
        choice->candidates = arena_push_many(arena, struct signs, CANDIDATES);
        choice->right = arena_push_many(arena, uint8_t, CANDIDATES);
        double odds[CANDIDATES], all = 0.0;
        for (uint32_t j = 0; j < CANDIDATES; j++) {
            double *of = choice->candidates[j].of;
            of[SIGN_TEXT] = (double)((i * 7 + j * 3) % 5) / 4.0;
            of[SIGN_PLACE] = (double)((i * 3 + j * 5) % 7) / 6.0;
            of[SIGN_SIZE] = 1.0; /* never differs */
            odds[j] = exp(2.0 * of[SIGN_TEXT] - of[SIGN_PLACE]);
            all += odds[j];
        }
        double left = fmod(i * 0.6180339887, 1.0) * all; /* spread evenly, not drawn */
        uint32_t right = 0;
        while (right + 1 < CANDIDATES && left > odds[right])
            left -= odds[right++];
        choice->right[right] = 1;
    }
    return choices;
}

static void the_weights_behind_the_choices_are_found(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct choice *choices = choices_of(arena, 0);
    double weights[SIGNS_COUNT], again[SIGNS_COUNT];
    logit_fit(arena, choices, CHOICES, GROUP_NONE, 0.1, weights);
    assert_true(fabs(weights[SIGN_TEXT] - 2.0) < 0.5);
    assert_true(fabs(weights[SIGN_PLACE] + 1.0) < 0.5);
    assert_true(weights[SIGN_SIZE] == 0.0);
    logit_fit(arena, choices, CHOICES, GROUP_NONE, 0.1, again);
    assert_memory_equal(weights, again, sizeof weights);
    logit_fit(arena, choices, CHOICES, GROUP_NONE, 1e6, again);
    assert_true(fabs(again[SIGN_TEXT]) < 0.01);
    arena_free(arena);
}

static void a_group_that_is_left_out_teaches_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    double weights[SIGNS_COUNT];
    logit_fit(arena, choices_of(arena, 3), CHOICES, 3, 0.1, weights);
    for (int sign = 0; sign < SIGNS_COUNT; sign++)
        assert_true(weights[sign] == 0.0);
    logit_fit(arena, NULL, 0, GROUP_NONE, 0.1, weights);
    assert_true(weights[SIGN_TEXT] == 0.0);
    arena_free(arena);
}

#define TIMES 3

/* Each wrong candidate three times; or once, standing for three. */
static struct choice *repeat(struct arena *arena, const struct choice *from, bool drawn)
{
    struct choice *choices = arena_push_many(arena, struct choice, CHOICES);
    for (uint32_t i = 0; i < CHOICES; i++) {
        struct choice *choice = &choices[i];
        *choice = (struct choice){.weight = 1.0};
        choice->candidates = arena_push_many(arena, struct signs, CANDIDATES * TIMES);
        choice->right = arena_push_many(arena, uint8_t, CANDIDATES * TIMES);
        choice->stands_for = arena_push_many(arena, double, CANDIDATES *TIMES);
        for (uint32_t j = 0; j < CANDIDATES; j++) {
            const bool right = from[i].right[j];
            for (int time = 0; time < (right || drawn ? 1 : TIMES); time++) {
                choice->candidates[choice->count] = from[i].candidates[j];
                choice->right[choice->count] = right;
                choice->stands_for[choice->count++] = right || !drawn ? 1.0 : TIMES;
            }
        }
    }
    return choices;
}

static void one_that_was_drawn_counts_as_all_it_stands_for(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct choice *choices = choices_of(arena, 0);
    double all[SIGNS_COUNT], drawn[SIGNS_COUNT], plain[SIGNS_COUNT];
    logit_fit(arena, repeat(arena, choices, false), CHOICES, GROUP_NONE, 1e-3, all);
    logit_fit(arena, repeat(arena, choices, true), CHOICES, GROUP_NONE, 1e-3, drawn);
    logit_fit(arena, choices, CHOICES, GROUP_NONE, 1e-3, plain);
    assert_true(fabs(all[SIGN_TEXT] - drawn[SIGN_TEXT]) < 0.01);
    assert_true(fabs(all[SIGN_PLACE] - drawn[SIGN_PLACE]) < 0.01);
    assert_true(fabs(all[SIGN_TEXT] - plain[SIGN_TEXT]) > 0.1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_weights_behind_the_choices_are_found),
        cmocka_unit_test(a_group_that_is_left_out_teaches_nothing),
        cmocka_unit_test(one_that_was_drawn_counts_as_all_it_stands_for),
    };
    return cmocka_run_group_tests_name("logit", tests, NULL, NULL);
}
