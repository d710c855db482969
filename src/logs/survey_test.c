/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/log_for_tests.h"

#include <string.h>

static void events_are_counted_by_template_level_and_side(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 60; i++) {
        log_stamp(&log, i, "INFO");
        buf_printf(&log, "order %d placed\n", i);
        if (i >= 50) {
            log_stamp(&log, i, "ERROR");
            buf_printf(&log, "store db-%d refused\n", i % 2);
        }
    }
    struct survey_options options = log_options();
    options.has_split = true;
    options.split_ns = LOG_START_NS + 50 * NS_PER_S;
    options.attributes_by_level = true;
    const struct survey survey = log_survey(arena, &log, &options);
    assert_true(survey.has_time);
    assert_int_equal(survey.events, 70);
    assert_int_equal(survey.lines, 70);
    assert_int_equal(survey.missing, STAMP_NO_ZONE);
    assert_int_equal(survey.sides[0].events, 50);
    assert_int_equal(survey.sides[1].events, 20);
    assert_int_equal(survey.levels[1][LEVEL_ERROR], 10);
    const struct survey_template *placed = log_template(&survey, "placed");
    assert_int_equal(placed->counts[0], 50);
    assert_int_equal(placed->counts[1], 10);
    assert_int_equal(placed->level, LEVEL_INFO);
    const struct survey_template *refused = log_template(&survey, "refused");
    assert_int_equal(refused->errors, 10);
    assert_int_equal(refused->first_error.number, 52);
    assert_int_equal(refused->first.time_ns, LOG_START_NS + 50 * NS_PER_S);
    assert_int_equal(refused->last_ns, LOG_START_NS + 59 * NS_PER_S);
    uint64_t in_slots = 0;
    for (uint32_t i = 0; i < survey.slots; i++)
        in_slots += placed->slots[i];
    assert_int_equal(in_slots, 60);
    assert_int_equal(survey.attribute_events[1], 10);
    arena_free(arena);
}

static void only_the_window_is_counted(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 60; i++) {
        log_stamp(&log, i, "INFO");
        buf_printf(&log, "order placed\nprinted without a time\n");
    }
    struct survey_options options = log_options();
    options.since_ns = LOG_START_NS + 10 * NS_PER_S;
    options.until_ns = LOG_START_NS + 20 * NS_PER_S;
    const struct survey survey = log_survey(arena, &log, &options);
    assert_int_equal(survey.events, 20);
    assert_int_equal(log_template(&survey, "printed")->counts[0], 10);
    arena_free(arena);
}

static void one_wild_clock_does_not_squeeze_the_others(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 3000; i++) {
        log_stamp(&log, i == 1600 ? 9e8 : i == 800 ? -9e8 : i, "INFO");
        buf_printf(&log, "order placed\n");
    }
    struct survey_options options = log_options();
    const struct survey survey = log_survey(arena, &log, &options);
    assert_int_equal(survey.outside, 2);
    assert_true(survey.sides[0].end - survey.sides[0].start < 7000 * NS_PER_S);
    assert_int_equal(survey.events, 3000);
    arena_free(arena);
}

static void without_times_lines_are_the_course(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 120; i++)
        buf_printf(&log, i < 60 ? "order placed\n" : "store refused\n");
    struct survey_options options = log_options();
    options.split_share = 0.5;
    struct survey survey = log_survey(arena, &log, &options);
    assert_false(survey.has_time);
    assert_int_equal(log_template(&survey, "placed")->counts[0], 60);
    assert_int_equal(log_template(&survey, "refused")->counts[1], 60);

    struct err err = {0};
    options.since_ns = LOG_START_NS;
    struct buf *logs[] = {&log};
    assert_false(log_try(arena, logs, 1, &options, &survey, &err));
    assert_non_null(strstr(err.text, "no line has a time"));
    arena_free(arena);
}

static void exceptions_are_told_apart_by_root_and_place(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    for (int i = 0; i < 9; i++) {
        log_stamp(&log, i, "ERROR");
        buf_printf(&log,
                   "order lost\na.WebException: no\n\tat a.Web.get(Web.java:%d)\n"
                   "Caused by: a.OrderException: gone\n\tat a.Orders.take(Orders.java:%d)\n",
                   i, 31 + i % 2);
    }
    const struct survey_options options = log_options();
    const struct survey survey = log_survey(arena, &log, &options);
    assert_int_equal(survey.events, 9);
    assert_int_equal(survey.exceptions_count, 2);
    assert_int_equal(survey.exceptions[0].counts[0], 5);
    assert_string_equal(survey.exceptions[0].chain.ptr, "a.WebException <- a.OrderException");
    assert_string_equal(survey.exceptions[0].place.ptr, "Orders.java:31");
    assert_int_equal(survey.exceptions[1].first.number, 6);
    arena_free(arena);
}

/* What everything in a survey amounts to, as text. */
static struct str told(struct arena *arena, const struct survey *survey)
{
    struct buf out = buf_new(arena);
    buf_printf(&out, "%llu %llu %u %llu\n", (unsigned long long)survey->lines,
               (unsigned long long)survey->events, survey->templates_count,
               (unsigned long long)survey->others[0]);
    for (uint32_t i = 0; i < survey->templates_count; i++) {
        const struct survey_template *it = &survey->templates[i];
        buf_printf(&out, "%.*s %llu %lld %.*s", STR_ARG(it->text),
                   (unsigned long long)it->counts[0], (long long)it->first.number,
                   STR_ARG(it->first.example));
        for (uint32_t at = 0; at < it->parameters_count; at++)
            for (uint32_t value = 0; value < it->parameters[at].values[0].used; value++)
                buf_printf(&out, " %.*s %llu",
                           STR_ARG(tally_text(&it->parameters[at].values[0], value)),
                           (unsigned long long)it->parameters[at].values[0].values[value].count);
        for (uint32_t slot = 0; slot < survey->slots; slot++)
            buf_printf(&out, " %u", it->slots[slot]);
    }
    return buf_str(&out);
}

static void the_number_of_threads_changes_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf log = buf_new(arena);
    uint32_t random = 1;
    while (log.len < 3 * BLOCK_BYTES) {
        random = random * 1664525 + 1013904223;
        log_stamp(&log, (double)log.len / 1000, random >> 28 == 0 ? "ERROR" : "INFO");
        buf_printf(&log, "order %u placed by user u%u in %u ms\n%s", random >> 20, random >> 25,
                   random >> 18,
                   random >> 28 == 0 ? "a.OrderException: no\n\tat a.B(B.java:1)\n" : "");
    }
    struct survey_options options = log_options();
    const struct survey alone = log_survey(arena, &log, &options);
    const struct str want = told(arena, &alone);
    for (uint32_t threads = 2; threads <= 5; threads += 3) {
        options.threads = threads;
        const struct survey survey = log_survey(arena, &log, &options);
        assert_string_equal(told(arena, &survey).ptr, want.ptr);
    }
    arena_free(arena);
}

static void odd_files_are_read(void **state)
{
    (void)state;
    static const struct str logs[] = {{"", 0},           {"\n", 1},       {"x", 1}, {"\0\0\n\0", 4},
                                      {"\xff\xfe\n", 3}, {"\r\n\r\n", 4}, {"}", 1}};
    static const uint64_t events[] = {0, 0, 1, 2, 1, 0, 1};
    struct arena *arena = arena_new("test");
    const struct survey_options options = log_options();
    for (size_t i = 0; i < sizeof logs / sizeof *logs; i++) {
        struct buf log = buf_new(arena);
        buf_add(&log, logs[i]);
        assert_int_equal(log_survey(arena, &log, &options).events, events[i]);
    }
    struct buf log = buf_new(arena); /* a line that is longer than a block */
    while (log.len < 2 * BLOCK_BYTES + 7)
        buf_add(&log, STR("word "));
    const struct survey survey = log_survey(arena, &log, &options);
    assert_int_equal(survey.events, 3); /* it is torn */
    arena_free(arena);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct input *input;
    struct err err = {0};
    assert_false(input_open(arena, "/nowhere/at/all", HEADER_NONE, 0, &input, &err));
    assert_non_null(strstr(err.text, "/nowhere/at/all: No such file"));
    assert_false(input_open(arena, "/tmp", HEADER_NONE, 0, &input, &err));
    assert_non_null(strstr(err.text, "folder"));
    assert_false(input_open(arena, "/dev/null", HEADER_NONE, 0, &input, &err));
    assert_non_null(strstr(err.text, "no plain file"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_counted_by_template_level_and_side),
        cmocka_unit_test(only_the_window_is_counted),
        cmocka_unit_test(one_wild_clock_does_not_squeeze_the_others),
        cmocka_unit_test(without_times_lines_are_the_course),
        cmocka_unit_test(exceptions_are_told_apart_by_root_and_place),
        cmocka_unit_test(the_number_of_threads_changes_nothing),
        cmocka_unit_test(odd_files_are_read),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests_name("survey", tests, NULL, NULL);
}
