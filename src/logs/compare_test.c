/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/compare.h"
#include "logs/log_for_tests.h"

/* Ten templates in steady traffic, `pace` times as fast in the second hour. */
static void add_traffic(struct buf *log, double from_s, double to_s, double step_s)
{
    static const char *const words[] = {"red",  "blue",  "green", "white", "black",
                                        "pink", "brown", "grey",  "cyan",  "gold"};
    int i = 0;
    for (double at = from_s; at < to_s; at += step_s, i++) {
        log_stamp(log, at, "INFO");
        buf_printf(log, "%s lamp is on\n", words[i % 10]);
    }
}

static struct survey split_at(struct arena *arena, struct buf *log, double at_s)
{
    struct survey_options options = log_options();
    options.has_split = true;
    options.split_ns = LOG_START_NS + (int64_t)(at_s * (double)NS_PER_S);
    return log_survey(arena, log, &options);
}

static const struct template_change *change_of(const struct survey *survey,
                                               const struct comparison_of_logs *it,
                                               const char *part)
{
    for (uint32_t i = 0; i < it->changes_count; i++)
        if (str_contains(survey->templates[it->changes[i].template].text, str_of(part)))
            return &it->changes[i];
    return NULL;
}

static void what_is_new_and_what_stopped_is_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    add_traffic(&log, 0, 3600, 1);
    for (int i = 0; i < 60; i++) {
        log_stamp(&log, i * 30, "INFO");
        buf_printf(&log, "queue drained\n");
        log_stamp(&log, 1800 + i * 30, "ERROR");
        buf_printf(&log, "queue is full\n");
    }
    const struct survey survey = split_at(arena, &log, 1800);
    const struct comparison_of_logs it = compare_sides(arena, &survey);
    const struct template_change *full = change_of(&survey, &it, "full");
    const struct template_change *drained = change_of(&survey, &it, "drained");
    assert_non_null(full);
    assert_int_equal(full->change, CHANGE_NEW);
    assert_true(full->is_certain);
    assert_non_null(drained);
    assert_int_equal(drained->change, CHANGE_STOPPED);
    assert_int_equal(it.changes_count, 2);
    arena_free(arena);
}

static void twice_the_traffic_is_no_news_of_any_template(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    add_traffic(&log, 0, 1800, 1);
    add_traffic(&log, 1800, 3600, 0.25);
    for (int i = 0; i < 600; i++) { /* of this one eight times as much, twice the pace */
        log_stamp(&log, i < 60 ? i * 30 : 1800 + (i - 60) * 3.3, "WARN");
        buf_printf(&log, "queue is long\n");
    }
    const struct survey survey = split_at(arena, &log, 1800);
    const struct comparison_of_logs it = compare_sides(arena, &survey);
    assert_true(it.pace > 3.9 && it.pace < 4.1);
    assert_int_equal(it.changes_count, 1);
    const struct template_change *queue = change_of(&survey, &it, "queue");
    assert_int_equal(queue->change, CHANGE_MORE);
    assert_true(queue->ratio > 8 && queue->low < queue->ratio && queue->ratio < queue->high);
    arena_free(arena);
}

static void one_line_may_be_chance(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    add_traffic(&log, 0, 3600, 1);
    log_stamp(&log, 2000, "ERROR");
    buf_printf(&log, "queue is full\n");
    const struct survey survey = split_at(arena, &log, 1800);
    const struct comparison_of_logs it = compare_sides(arena, &survey);
    assert_int_equal(it.changes_count, 1);
    assert_int_equal(it.changes[0].change, CHANGE_NEW);
    assert_false(it.changes[0].is_certain);
    arena_free(arena);
}

static void a_value_that_only_one_side_has_is_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 400; i++) {
        log_stamp(&log, i * 9, "INFO");
        buf_printf(&log, "GET answered with status %d by 10.0.0.%d:80\n",
                   i >= 200 && i % 3 == 0 ? 503 : 200, i >= 200 && i % 3 == 0 ? 7 : 1 + i % 3);
    }
    const struct survey survey = split_at(arena, &log, 1800);
    const struct comparison_of_logs it = compare_sides(arena, &survey);
    bool status = false, address = false;
    for (uint32_t i = 0; i < it.values_count; i++) {
        status |= str_eq(it.values[i].value, STR("503")) && it.values[i].counts[0] == 0;
        address |= str_eq(it.values[i].value, STR("10.0.0.7"));
    }
    assert_true(status && address);
    arena_free(arena);
}

static void a_burst_is_told_with_its_time(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    add_traffic(&log, 0, 3600, 1);
    for (int i = 0; i < 300; i++) {
        log_stamp(&log, 1800 + i * 0.4, "WARN");
        buf_printf(&log, "retrying\n");
    }
    const struct survey_options options = log_options();
    const struct survey survey = log_survey(arena, &log, &options);
    uint32_t count;
    const struct burst *bursts = find_bursts(arena, &survey, &count);
    assert_int_equal(count, 1);
    assert_true(bursts[0].from_slot >= 29 && bursts[0].to_slot <= 33);
    assert_int_equal(bursts[0].count, 300);
    arena_free(arena);
}

static void what_goes_with_errors_is_told(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 300; i++) {
        log_stamp(&log, i, i % 10 == 0 ? "ERROR" : "INFO");
        buf_printf(&log, i % 10 == 0 ? "no answer from 10.0.0.7:80\n" : "asked 10.0.0.%d:80\n",
                   i % 5);
    }
    struct survey_options options = log_options();
    options.attributes_by_level = true;
    const struct survey survey = log_survey(arena, &log, &options);
    uint32_t count;
    const struct value_change *values = compare_attributes(arena, &survey, true, &count);
    assert_true(count > 0);
    assert_true(str_eq(values[0].value, STR("10.0.0.7")));
    assert_int_equal(values[0].counts[1], 30);
    arena_free(arena);
}

static void nothing_can_be_compared_with_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    log_stamp(&log, 0, "INFO");
    buf_printf(&log, "up\n");
    const struct survey_options options = log_options();
    const struct survey survey = log_survey(arena, &log, &options);
    assert_int_equal(compare_sides(arena, &survey).changes_count, 0);
    uint32_t count;
    find_bursts(arena, &survey, &count);
    assert_int_equal(count, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_new_and_what_stopped_is_told),
        cmocka_unit_test(twice_the_traffic_is_no_news_of_any_template),
        cmocka_unit_test(one_line_may_be_chance),
        cmocka_unit_test(a_value_that_only_one_side_has_is_told),
        cmocka_unit_test(a_burst_is_told_with_its_time),
        cmocka_unit_test(what_goes_with_errors_is_told),
        cmocka_unit_test(nothing_can_be_compared_with_nothing),
    };
    return cmocka_run_group_tests_name("compare_logs", tests, NULL, NULL);
}
