/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/events/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    const char *text;
    const char *pattern;
    bool want;
} matches[] = {
    {"a part anywhere", "dial tcp: lookup r: no such host", "no such host", true},
    {"case is no matter", "Insufficient CPU", "insufficient cpu", true},
    {"parts in their order", "lookup reg on dns: i/o timeout", "lookup *i/o timeout", true},
    {"and not in another", "i/o timeout in lookup reg", "lookup *i/o timeout", false},
    {"the empty text has no part", "", "x", false},
};

static void patterns_are_parts_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(matches); i++)
        if (words_match(str_of(matches[i].text), matches[i].pattern) != matches[i].want)
            fail_msg("%s", matches[i].why);
}

static const struct {
    const char *why;
    const char *text;
    double want; /* -1: it is none */
} quantities[] = {
    {"millicores", "250m", 0.25}, {"binary", "1Gi", 1073741824.0}, {"decimal", "2k", 2000.0},
    {"plain", " 10 ", 10.0},      {"no number", "Gi", -1.0},       {"an unknown unit", "3x", -1.0},
    {"nothing", "", -1.0},        {"two points", "1.2.3", -1.0},
};

static void quantities_have_units(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(quantities); i++) {
        double got = -1.0;
        if (!words_quantity(str_of(quantities[i].text), &got))
            got = -1.0;
        if (got < quantities[i].want - 1e-9 || got > quantities[i].want + 1e-9)
            fail_msg("%s: %g, not %g", quantities[i].why, got, quantities[i].want);
    }
}

static const struct {
    const char *why;
    const char *a;
    const char *b;
    bool want;
} names[] = {
    {"a plural", "orders", "order", true},
    {"a slip of the pen", "paymnet", "payment", true},
    {"another division", "stock-db", "stockdb", true},
    {"the same name is no slip", "stock", "stock", false},
    {"short names are too near to each other", "api", "app", false},
    {"another name", "ledger", "mailer", false},
};

static void likeness_is_a_slip_of_the_pen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (words_alike(str_of(names[i].a), str_of(names[i].b)) != names[i].want)
            fail_msg("%s", names[i].why);
}

static void numbers_and_fields_are_taken(void **state)
{
    (void)state;
    int64_t a = 0, b = 0;
    assert_true(words_ratio(STR("1/3"), &a, &b));
    assert_int_equal(a, 1);
    assert_int_equal(b, 3);
    assert_false(words_ratio(STR("x/3"), &a, &b));
    assert_false(words_number(STR("99999999999999999999"), &a)); /* no overflow */
    assert_true(words_number_after(STR("delay=5s period=10s"), "period=", &a));
    assert_int_equal(a, 10);

    struct str rest = STR("  Normal  Pulled   3s (x2 over 5s)  kubelet"), field;
    const char *const want[] = {"Normal", "Pulled", "3s (x2 over 5s)", "kubelet"};
    for (size_t i = 0; i < COUNT_OF(want); i++) {
        assert_true(words_next_field(&rest, &field));
        assert_true(str_eq(field, str_of(want[i])));
    }
    assert_false(words_next_field(&rest, &field));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_are_parts_in_order),
        cmocka_unit_test(quantities_have_units),
        cmocka_unit_test(likeness_is_a_slip_of_the_pen),
        cmocka_unit_test(numbers_and_fields_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
