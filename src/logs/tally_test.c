/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void add_number(struct tally *tally, int number, uint64_t count)
{
    char text[16];
    const int len = snprintf(text, sizeof text, "%d", number);
    tally_add(tally, (struct str){.ptr = text, .len = (size_t)len}, count);
}

static void few_values_are_counted_exactly(void **state)
{
    (void)state;
    struct tally tally = {0};
    tally_add(&tally, STR("b"), 2);
    tally_add(&tally, STR("a"), 2);
    tally_add(&tally, STR(""), 1);
    tally_add(&tally, STR("c"), 7);
    tally_sort(&tally);
    assert_int_equal(tally.used, 4);
    assert_int_equal(tally.total, 12);
    assert_int_equal(tally.lost, 0);
    assert_memory_equal(tally.values[0].bytes, "c", 1);
    assert_memory_equal(tally.values[1].bytes, "a", 1); /* as often as b: by its bytes */
    assert_int_equal(tally.values[3].len, 0);
    assert_int_equal(tally_find(&tally, STR("c")), 0);
    assert_int_equal(tally_find(&tally, STR("d")), TALLY_VALUES_MAX);
}

static void a_common_value_is_never_lost(void **state)
{
    (void)state;
    struct tally tally = {0};
    const int others = 10000;
    for (int i = 0; i < others; i++) {
        add_number(&tally, i, 1);
        if (i % 10 == 0)
            tally_add(&tally, STR("common"), 1);
    }
    tally_sort(&tally);
    const uint32_t at = tally_find(&tally, STR("common"));
    assert_int_equal(at, 0);
    assert_true(tally.values[at].count <= 1000);
    assert_true(tally.values[at].count + tally.lost >= 1000);
    assert_true(tally.lost <= tally.total / (TALLY_VALUES_MAX + 1));
}

static void tallies_of_parts_are_one(void **state)
{
    (void)state;
    struct tally parts[2] = {0}, all = {0};
    for (int i = 0; i < 20; i++) {
        add_number(&parts[i % 2], i % 5, 1);
        add_number(&all, i % 5, 1);
    }
    tally_merge(&parts[0], &parts[1]);
    tally_sort(&parts[0]);
    tally_sort(&all);
    assert_int_equal(parts[0].used, all.used);
    assert_int_equal(parts[0].total, all.total);
    for (uint32_t i = 0; i < all.used; i++) {
        assert_true(str_eq(tally_text(&parts[0], i), tally_text(&all, i)));
        assert_int_equal(parts[0].values[i].count, all.values[i].count);
    }
}

static void a_long_value_is_kept_in_part(void **state)
{
    (void)state;
    struct tally tally = {0};
    char text[300];
    memset(text, 'x', sizeof text);
    tally_add(&tally, (struct str){.ptr = text, .len = sizeof text}, 1);
    text[299] = 'y';
    tally_add(&tally, (struct str){.ptr = text, .len = sizeof text}, 1);
    assert_int_equal(tally.used, 2);
    assert_int_equal(tally.values[0].len, TALLY_VALUE_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_values_are_counted_exactly),
        cmocka_unit_test(a_common_value_is_never_lost),
        cmocka_unit_test(tallies_of_parts_are_one),
        cmocka_unit_test(a_long_value_is_kept_in_part),
    };
    return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
