/* SPDX-License-Identifier: Apache-2.0 */
#include "text/level.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void words_of_all_loggers_are_known(void **state)
{
    (void)state;
    assert_int_equal(level_of_word(STR("INFO")), LEVEL_INFO);
    assert_int_equal(level_of_word(STR("warning")), LEVEL_WARN);
    assert_int_equal(level_of_word(STR("Err")), LEVEL_ERROR);
    assert_int_equal(level_of_word(STR("emerg")), LEVEL_FATAL);
    assert_int_equal(level_of_word(STR("informational")), LEVEL_INFO);
    assert_int_equal(level_of_word(STR("errors")), LEVEL_NONE);
    assert_int_equal(level_of_word(STR("er")), LEVEL_NONE);
    assert_int_equal(level_of_word(STR("")), LEVEL_NONE);
    assert_int_equal(level_of_word(STR("err\0r")), LEVEL_NONE);
    assert_int_equal(level_of_word(STR("log\0\0\0\0\0\0\0\0")), LEVEL_NONE);
}

static void numbers_and_letters_are_known(void **state)
{
    (void)state;
    assert_int_equal(level_of_number(0), LEVEL_FATAL);
    assert_int_equal(level_of_number(3), LEVEL_ERROR);
    assert_int_equal(level_of_number(7), LEVEL_DEBUG);
    assert_int_equal(level_of_number(10), LEVEL_TRACE);
    assert_int_equal(level_of_number(50), LEVEL_ERROR);
    assert_int_equal(level_of_number(60), LEVEL_FATAL);
    assert_int_equal(level_of_number(8), LEVEL_NONE);
    assert_int_equal(level_of_number(-1), LEVEL_NONE);
    assert_int_equal(level_of_letter('E'), LEVEL_ERROR);
    assert_int_equal(level_of_letter('x'), LEVEL_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_all_loggers_are_known),
        cmocka_unit_test(numbers_and_letters_are_known),
    };
    return cmocka_run_group_tests_name("level", tests, NULL, NULL);
}
