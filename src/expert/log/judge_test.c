/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/judge.h"

#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void nothing_learned_says_what_the_bias_says(void **state)
{
    (void)state;
    struct log_numbers *numbers = calloc(1, sizeof *numbers);
    struct judgement judgement = judge_line(numbers, STR("connection refused"));
    assert_int_equal(judgement.gravity, GRAVITY_ROUTINE); /* the mildest of those as likely */
    assert_true(fabs(judgement.odds[GRAVITY_ERROR] - 1.0 / 3) < 1e-9);
    numbers->gravity_bias[GRAVITY_WARNING] = 1;
    judgement = judge_line(numbers, STR(""));
    assert_int_equal(judgement.gravity, GRAVITY_WARNING);
    free(numbers);
}

static void words_and_clues_add_up(void **state)
{
    (void)state;
    struct log_numbers *numbers = calloc(1, sizeof *numbers);
    struct judge_features one, other;
    judge_features(STR("refused"), &one);
    judge_features(STR("accepted"), &other);
    for (uint32_t i = 0; i < one.count; i++)
        numbers->judge[one.buckets[i]][GRAVITY_ERROR] = 10;
    numbers->gravity_scale = 1;
    assert_int_equal(judge_line(numbers, STR("refused")).gravity, GRAVITY_ERROR);
    numbers->clues[CLUE_WARN_WORD][GRAVITY_WARNING] = 50;
    assert_int_equal(judge_line(numbers, STR("warning: accepted")).gravity, GRAVITY_WARNING);
    assert_false(other.clues[CLUE_WARN_WORD] || other.clues[CLUE_FAILING]);
    judge_features(STR("java.io.IOException: reset"), &one);
    assert_true(one.clues[CLUE_FAILING]);
    free(numbers);
}

static void what_is_filled_in_does_not_matter(void **state)
{
    (void)state;
    struct judge_features one, other;
    judge_features(STR("closed 10.0.0.1:80 after 5ms"), &one);
    judge_features(STR("closed 10.9.8.7:443 after 77ms"), &other);
    assert_int_equal(one.count, other.count);
    assert_memory_equal(one.buckets, other.buckets, one.count * sizeof *one.buckets);
}

static void the_shipped_numbers_know_good_from_bad(void **state)
{
    (void)state;
    const struct log_numbers *shipped = log_numbers_shipped();
    const struct judgement bad =
        judge_line(shipped, STR("could not connect to db: connection refused"));
    const struct judgement good = judge_line(shipped, STR("listening on port 8080"));
    assert_int_equal(bad.gravity, GRAVITY_ERROR);
    assert_int_equal(good.gravity, GRAVITY_ROUTINE);
    assert_true(bad.anomaly > good.anomaly);
    assert_true(fabs(bad.odds[0] + bad.odds[1] + bad.odds[2] - 1) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_learned_says_what_the_bias_says),
        cmocka_unit_test(words_and_clues_add_up),
        cmocka_unit_test(what_is_filled_in_does_not_matter),
        cmocka_unit_test(the_shipped_numbers_know_good_from_bad),
    };
    return cmocka_run_group_tests_name("log judge", tests, NULL, NULL);
}
