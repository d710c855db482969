/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *why;
    struct str in;
    struct str needle;
    size_t at;
    size_t at_no_case;
} finds[] = {
    {"at the start", STR("abc"), STR("ab"), 0, 0},
    {"at the end", STR("abc"), STR("bc"), 1, 1},
    {"the first of two", STR("xaya"), STR("a"), 1, 1},
    {"case counts in one of the two", STR("xError"), STR("ERROR"), STR_NPOS, 1},
    {"not there", STR("abc"), STR("d"), STR_NPOS, STR_NPOS},
    {"longer than the text", STR("a"), STR("aa"), STR_NPOS, STR_NPOS},
    {"nothing is nowhere", STR("abc"), STR(""), STR_NPOS, STR_NPOS},
    {"in nothing there is nothing", STR(""), STR("a"), STR_NPOS, STR_NPOS},
    {"behind a NUL", STR("a\0bc"), STR("bc"), 2, 2},
    {"a NUL itself", STR("a\0b"), STR("\0"), 1, 1},
};

static void finding_is_by_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(finds); i++) {
        if (str_find(finds[i].in, finds[i].needle) != finds[i].at ||
            str_find_no_case(finds[i].in, finds[i].needle) != finds[i].at_no_case)
            fail_msg("%s", finds[i].why);
        assert_int_equal(str_contains(finds[i].in, finds[i].needle), finds[i].at != STR_NPOS);
    }
}

static const struct {
    const char *why;
    struct str a;
    struct str b;
    int order;
} orders[] = {
    {"the same", STR("ab"), STR("ab"), 0},
    {"a prefix is smaller", STR("a"), STR("ab"), -1},
    {"bytes are unsigned", STR("\xff"), STR("a"), 1},
    {"nothing is the smallest", STR(""), STR("\0"), -1},
    {"no text is the empty text", {NULL, 0}, STR(""), 0},
    {"a NUL does not end it", STR("a\0b"), STR("a\0c"), -1},
};

static void order_is_total(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(orders); i++) {
        const int order = str_compare(orders[i].a, orders[i].b);
        const int back = str_compare(orders[i].b, orders[i].a);
        if ((order > 0) - (order < 0) != orders[i].order ||
            (back > 0) - (back < 0) != -orders[i].order)
            fail_msg("%s", orders[i].why);
        assert_int_equal(str_eq(orders[i].a, orders[i].b), orders[i].order == 0);
        if (orders[i].order == 0)
            assert_int_equal(str_hash(orders[i].a), str_hash(orders[i].b));
    }
}

static const struct {
    const char *why;
    struct str text;
    bool is_int;
    int64_t integer;
    bool is_real;
    double real;
} numbers[] = {
    {"a number", STR("42"), true, 42, true, 42},
    {"a negative one", STR("-7"), true, -7, true, -7},
    {"a fraction", STR("0.25"), false, 0, true, 0.25},
    {"an exponent", STR("1e3"), false, 0, true, 1000},
    {"the largest", STR("9223372036854775807"), true, INT64_MAX, true, 9223372036854775807.0},
    {"one more", STR("9223372036854775808"), false, 0, true, 9223372036854775808.0},
    {"nothing", STR(""), false, 0, false, 0},
    {"white space before", STR(" 1"), false, 0, false, 0},
    {"white space after", STR("1 "), false, 0, false, 0},
    {"a unit", STR("1ms"), false, 0, false, 0},
    {"no number", STR("nan"), false, 0, false, 0},
    {"not finite", STR("inf"), false, 0, false, 0},
    {"too large for a real", STR("1e999"), false, 0, false, 0},
    {"a NUL inside", STR("1\0002"), false, 0, false, 0},
    {"longer than any number",
     STR("1000000000000000000000000000000000000000000000000000000000000000"), false, 0, false, 0},
};

static void numbers_are_whole_texts(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++) {
        int64_t integer = 0;
        double real = 0;
        if (str_to_int(numbers[i].text, &integer) != numbers[i].is_int ||
            integer != numbers[i].integer)
            fail_msg("%s, as an integer", numbers[i].why);
        if (str_to_real(numbers[i].text, &real) != numbers[i].is_real || real != numbers[i].real)
            fail_msg("%s, as a real", numbers[i].why);
    }
}

static const struct {
    const char *why;
    const char *text;
    const char *want; /* the parts, each followed by '|' */
} splits[] = {
    {"two parts", "a,b", "a|b|"},         {"an empty part between", "a,,b", "a||b|"},
    {"an empty part first", ",a", "|a|"}, {"what ends in a separator has no last part", "a,", "a|"},
    {"nothing has no part", "", ""},      {"a separator alone", ",", "|"},
};

static void splitting_gives_every_part(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(splits); i++) {
        char got[64] = "";
        struct str rest = str_of(splits[i].text), part;
        while (str_split(&rest, ',', &part)) {
            strncat(got, part.ptr, part.len);
            strcat(got, "|");
        }
        if (strcmp(got, splits[i].want) != 0)
            fail_msg("%s: %s", splits[i].why, got);
    }
}

static void slices_stay_inside(void **state)
{
    (void)state;
    static const size_t ends[] = {0, 1, 3, 4, SIZE_MAX};
    const struct str s = STR("abc");
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        for (size_t k = 0; k < COUNT_OF(ends); k++) {
            const struct str part = str_slice(s, ends[i], ends[k]);
            assert_true(part.ptr >= s.ptr && part.ptr + part.len <= s.ptr + s.len);
        }
    assert_int_equal(str_slice((struct str){0}, 1, 2).len, 0);
    assert_true(str_eq(str_trim(STR(" \t\r\n a b \v")), STR("a b")));
    assert_int_equal(str_trim(STR(" \n ")).len, 0);
    assert_true(str_starts(s, STR("")) && str_ends(s, STR("")));
    assert_true(str_starts(s, STR("abc")) && !str_starts(s, STR("abcd")));
    assert_true(str_ends(s, STR("bc")) && !str_ends(s, STR("ab")));
    assert_int_equal(str_of(NULL).len, 0);
}

static void copies_end_in_nul(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct str copy = str_copy(arena, str_slice(STR("abcdef"), 1, 3));
    assert_string_equal(copy.ptr, "bc");
    assert_string_equal(str_copy(arena, (struct str){0}).ptr, "");
    assert_string_equal(str_lower(arena, STR("AbC\xc3\x84")).ptr, "abc\xc3\x84");
    const struct str printed = str_printf(arena, "%.*s=%d", STR_ARG(copy), 7);
    assert_string_equal(printed.ptr, "bc=7");
    assert_int_equal(printed.len, 4);
    arena_free(arena);
}

static const struct {
    const char *a, *b;
    uint32_t want;
} distances[] = {
    {"", "", 0},        {"look", "look", 0},      {"lok", "look", 1},
    {"look", "lok", 1}, {"look", "took", 1},      {"", "abc", 3},
    {"ab", "ba", 1},    {"kitten", "sitting", 3}, {"LOOK", "look", 0},
};

static void distance_counts_slips(void **state)
{
    (void)state;
    char longer[80] = {0};
    for (size_t i = 0; i < COUNT_OF(distances); i++)
        assert_int_equal(str_distance(str_of(distances[i].a), str_of(distances[i].b)),
                         distances[i].want);
    memset(longer, 'a', sizeof longer - 1);
    assert_int_equal(str_distance(str_of(longer), str_of(longer)), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finding_is_by_bytes),     cmocka_unit_test(order_is_total),
        cmocka_unit_test(numbers_are_whole_texts), cmocka_unit_test(splitting_gives_every_part),
        cmocka_unit_test(slices_stay_inside),      cmocka_unit_test(copies_end_in_nul),
        cmocka_unit_test(distance_counts_slips),
    };
    return cmocka_run_group_tests_name("str", tests, NULL, NULL);
}
