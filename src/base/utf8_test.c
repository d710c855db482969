/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why, *text;
    bool valid;
} texts[] = {
    {"nothing", "", true},
    {"ASCII", "abc", true},
    {"two, three and four bytes", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x99", true},
    {"the last character there is", "\xf4\x8f\xbf\xbf", true},
    {"one behind it", "\xf4\x90\x80\x80", false},
    {"a byte that continues nothing", "a\x80", false},
    {"a character that was cut", "a\xe2\x82", false},
    {"a long form of a slash", "\xc0\xaf", false},
    {"half of a pair", "\xed\xa0\x80", false},
    {"Latin-1", "gr\xfc\xdf", false},
};

static void what_is_no_utf8_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (utf8_is_valid(str_of(texts[i].text)) != texts[i].valid)
            fail_msg("%s", texts[i].why);
}

static void characters_are_taken_one_by_one(void **state)
{
    (void)state;
    struct str rest = STR("a\xc3\xa4\xff\xe2\x82\xac");
    assert_int_equal(utf8_take(&rest), 'a');
    assert_int_equal(utf8_take(&rest), 0xe4);
    assert_int_equal(utf8_take(&rest), UTF8_INVALID);
    assert_int_equal(utf8_take(&rest), 0x20ac);
    assert_int_equal(rest.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_utf8_is_seen),
        cmocka_unit_test(characters_are_taken_one_by_one),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
