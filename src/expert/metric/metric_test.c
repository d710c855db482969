/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/metric/model.h"
#include "expert/small.h"

#include "base/buf.h"
#include "stats/fixture_for_tests.h"

#include <math.h>

#define assert_near(a, b, by) assert_true(fabs((a) - (b)) <= (by))

static bool ask(const char *task, const char *material, struct opinion *out, struct err *err)
{
    const struct small_expert *expert = small_expert_find(STR("metric"));
    assert_non_null(expert);
    const struct brief brief = {.task = task, .material = str_of(material)};
    return small_infer(expert, &brief, arena, out, err);
}

static json_t *answer_of(const char *task, const char *material)
{
    struct opinion opinion;
    struct err err = {0};
    if (!ask(task, material, &opinion, &err))
        fail_msg("%s", err.text);
    json_t *answer = json_loadb(opinion.text.ptr, opinion.text.len, 0, NULL);
    assert_non_null(answer);
    return answer;
}

static enum curve shape_of(const double *samples, size_t count)
{
    struct metric_tokens tokens;
    assert_true(metric_tokens_of(arena, NULL, samples, count, &tokens));
    return curve_judge(&metric_model_shipped()->shape, &tokens).curve;
}

static void plain_shapes_have_their_names(void **state)
{
    (void)state;
    double samples[80];
    for (size_t i = 0; i < 80; i++)
        samples[i] = 10 + noise(i);
    assert_int_equal(shape_of(samples, 80), CURVE_NONE);
    for (size_t i = 0; i < 80; i++)
        samples[i] = 10 + noise(i) + (i >= 50 ? 20 : 0);
    assert_int_equal(shape_of(samples, 80), CURVE_STEP_UP);
    for (size_t i = 0; i < 80; i++)
        samples[i] = 10 + noise(i) - (i >= 50 ? 20 : 0);
    assert_int_equal(shape_of(samples, 80), CURVE_STEP_DOWN);
    for (size_t i = 0; i < 80; i++)
        samples[i] = 10 + noise(i) + (double)i;
    assert_int_equal(shape_of(samples, 80), CURVE_RAMP_UP);
    for (size_t i = 0; i < 80; i++)
        samples[i] = 10 + noise(i) + (i >= 50 && i < 53 ? 30 : 0);
    assert_int_equal(shape_of(samples, 80), CURVE_SPIKE);
    for (size_t i = 0; i < 80; i++)
        samples[i] = 10 + noise(i) + 2 * (double)(i % 27);
    assert_int_equal(shape_of(samples, 80), CURVE_SAWTOOTH);
    for (size_t i = 0; i < 80; i++)
        samples[i] = i < 50 ? 10 + noise(i) : samples[49];
    assert_int_equal(shape_of(samples, 80), CURVE_FROZEN);
}

static void odds_sum_to_one_and_unit_and_zero_do_not_matter(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        double samples[60], others[60], sum = 0;
        struct metric_tokens a, b;
        for (size_t i = 0; i < 60; i++) {
            samples[i] = round(50 * noise(seed * 100 + i)) + (i > seed ? 80 : 0);
            others[i] = samples[i] * 256 + 512;
        }
        assert_true(metric_tokens_of(arena, NULL, samples, 60, &a));
        assert_true(metric_tokens_of(arena, NULL, others, 60, &b));
        const struct curve_verdict x = curve_judge(&metric_model_shipped()->shape, &a);
        const struct curve_verdict y = curve_judge(&metric_model_shipped()->shape, &b);
        assert_int_equal(x.curve, y.curve);
        for (int c = 0; c < CURVES_COUNT; c++) {
            assert_near(x.odds[c], y.odds[c], 1e-9);
            assert_true(x.odds[c] >= 0 && x.odds[c] <= x.odds[x.curve]);
            sum += x.odds[c];
        }
        assert_near(sum, 1, 1e-9);
    }
}

static void the_examples_of_the_tasks_are_answered(void **state)
{
    (void)state;
    const struct small_expert *expert = small_expert_find(STR("metric"));
    for (const struct small_task *task = expert->tasks; task->name; task++) {
        json_t *answer = answer_of(task->name, task->material);
        json_t *example = json_loads(task->answer, 0, NULL);
        assert_non_null(example);
        const char *name;
        json_t *value;
        json_object_foreach(example, name, value)
            assert_int_equal(json_typeof(json_object_get(answer, name)), json_typeof(value));
        json_decref(example);
        json_decref(answer);
    }
    json_t *card = json_loadb(expert->card().ptr, expert->card().len, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(card, "name")), "metric");
    assert_true(json_array_size(json_object_get(card, "scores")) >= 1);
    json_decref(card);
}

static void a_step_is_named_and_a_line_goes_on(void **state)
{
    (void)state;
    json_t *answer = answer_of("name_shape", "{\"values\": [1, 1, 1, 1, null, 1, 1, 1, 1, 1, 1, 1, "
                                             "9, 9, 9, 9, 9, 9, 9, 9]}");
    assert_string_equal(json_string_value(json_object_get(answer, "shape")), "step_up");
    json_decref(answer);
    answer = answer_of("continue_series", "{\"values\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, "
                                          "13, 14, 15, 16], \"ahead\": 3}");
    const json_t *middle = json_object_get(answer, "middle");
    assert_int_equal(json_array_size(middle), 3);
    for (size_t i = 0; i < 3; i++) {
        const double low = json_number_value(json_array_get(json_object_get(answer, "low"), i));
        const double high = json_number_value(json_array_get(json_object_get(answer, "high"), i));
        const double at = json_number_value(json_array_get(middle, i));
        assert_true(low <= at && at <= high && at > 10 && at < 20);
    }
    json_decref(answer);
}

static void what_cannot_be_read_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "[]",
                                        "{\"values\": []}",
                                        "{\"values\": [1, 2]}",
                                        "{\"values\": [1, \"2\", 3, 4, 5, 6, 7, 8]}",
                                        "{\"values\": [1, 2, 3, 4, 5, 6, 7, 8], \"times\": [1]}",
                                        "{\"values\": [1, 2, 3, 4, 5, 6, 7, 8], \"times\": [2, 1]}",
                                        "{\"values\": [1, 2], \"times\": [2, 1]}",
                                        "{\"values\": [1, 2, 3, 4, 5, 6, 7, 8], \"ahead\": -1}",
                                        "{\"values\": [1, 2, 3, 4, 5, 6, 7, 8], \"ahead\": 1e9}"};
    struct opinion opinion;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct err err = {0};
        assert_false(ask("name_shape", wrong[i], &opinion, &err));
        assert_int_equal(err.kind, ERR_USAGE);
        assert_true(err.text[0] != '\0');
    }
    struct err err = {0};
    assert_false(ask("write_a_poem", "{}", &opinion, &err));
    assert_false(
        ask("continue_series", "{\"values\": [null, null], \"ahead\": 1}", &opinion, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_shapes_have_their_names),
        cmocka_unit_test(odds_sum_to_one_and_unit_and_zero_do_not_matter),
        cmocka_unit_test(the_examples_of_the_tasks_are_answered),
        cmocka_unit_test(a_step_is_named_and_a_line_goes_on),
        cmocka_unit_test(what_cannot_be_read_is_refused),
    };
    return cmocka_run_group_tests_name("metric", tests, setup, teardown);
}
