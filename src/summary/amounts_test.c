/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/amounts.h"

#include "base/arena.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_told(enum amount_unit unit, double value, const char *text)
{
    struct arena *arena = arena_new("test");
    const struct amount amount = amount_of(arena, unit, value);
    assert_string_equal(amount.text.ptr, text);
    assert_true(amount.divisor > 0);
    arena_free(arena);
}

static void amounts_are_told_as_people_do(void **state)
{
    (void)state;
    assert_told(AMOUNT_SECONDS, 0.0385, "38 ms");
    assert_told(AMOUNT_SECONDS, 0.0032, "3.2 ms");
    assert_told(AMOUNT_SECONDS, 0.00003, "0.03 ms");
    assert_told(AMOUNT_SECONDS, 2.69, "2.7 s");
    assert_told(AMOUNT_SECONDS, 0.9999, "1.0 s");
    assert_told(AMOUNT_SECONDS, -0.25, "-250 ms");
    assert_told(AMOUNT_SECONDS, 0, "0");
    assert_told(AMOUNT_BYTES, 67108864, "67 MB");
    assert_told(AMOUNT_BYTES, 1048576, "1.0 MB");
    assert_told(AMOUNT_BYTES, 12, "12 bytes");
    assert_told(AMOUNT_BYTES, 3e12, "3000 GB");
    assert_told(AMOUNT_NUMBER, 0.45, "0.45");
    assert_told(AMOUNT_NUMBER, 1441, "1440");
}

static void what_a_metric_counts_in_stands_at_the_end_of_its_name(void **state)
{
    (void)state;
    assert_int_equal(amount_unit_of(STR("heap_bytes")), AMOUNT_BYTES);
    assert_int_equal(amount_unit_of(STR("request_duration_seconds")), AMOUNT_SECONDS);
    assert_int_equal(amount_unit_of(STR("written_bytes_total")), AMOUNT_BYTES);
    assert_int_equal(amount_unit_of(STR("seconds_total")), AMOUNT_NUMBER);
    assert_int_equal(amount_unit_of(STR("")), AMOUNT_NUMBER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_told_as_people_do),
        cmocka_unit_test(what_a_metric_counts_in_stands_at_the_end_of_its_name),
    };
    return cmocka_run_group_tests_name("amounts", tests, NULL, NULL);
}
