/* SPDX-License-Identifier: Apache-2.0 */
#include "data/record.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static const struct field fields[] = {
    {"service", TYPE_TEXT, 0, "whose", NULL},
    {"onset", TYPE_TIME, 0, "since when", NULL},
    {"hint", TYPE_REAL, FIELD_OPTIONAL, "if there is one", NULL},
    {0},
};

static void a_new_record_knows_nothing_but_its_types(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct record record = record_new(arena, fields);
    for (size_t i = 0; fields[i].name; i++) {
        assert_false(record_at(&record, fields[i].name)->known);
        assert_int_equal(record_at(&record, fields[i].name)->type, fields[i].type);
    }
    arena_free(arena);
}

static void what_is_not_optional_must_be_known(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct record record = record_new(arena, fields);
    struct err err = {0};
    *record_at(&record, "service") = value_text(STR("cart"));
    assert_false(record_is_complete(&record, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_non_null(strstr(err.text, "`onset`")); /* which one, and what it is */
    assert_non_null(strstr(err.text, "since when"));
    *record_at(&record, "onset") = value_time(1);
    assert_true(record_is_complete(&record, &err));

    static const struct field none[] = {{0}};
    const struct record empty = record_new(arena, none);
    assert_true(record_is_complete(&empty, &err));
    arena_free(arena);
}

static void reals_are_known_where_they_are_finite(void **state)
{
    (void)state;
    assert_true(value_real(0).known);
    assert_false(value_real(0.0 / 0.0).known);
    assert_false(value_real(1e308 * 10).known);
}

static const struct {
    enum type type;
    const char *word;
    bool ok;
} words[] = {
    {TYPE_TEXT, "", true},
    {TYPE_BOOL, "true", true},
    {TYPE_BOOL, "yes", false},
    {TYPE_INT, "-3", true},
    {TYPE_INT, "3.5", false},
    {TYPE_REAL, "3.5", true},
    {TYPE_REAL, "much", false},
    {TYPE_TIME, "1795314900", true},
    {TYPE_TIME, "soon", false},
    {TYPE_SPAN, "5m", true},
    {TYPE_SPAN, "long", false},
    {TYPE_WINDOW, "1795314900..2026-11-22T03:00:00Z", true},
    {TYPE_WINDOW, "1795314900", false},
    {TYPE_WINDOW, "1795314900..1795314800", false},
    {TYPE_ROWS, "", false},
};

static void a_word_is_a_value_of_its_type_or_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct value value;
        struct err err = {0};
        const bool ok = value_parse(words[i].type, str_of(words[i].word), &value, &err);
        assert_int_equal(value.type, words[i].type);
        if (ok != words[i].ok || value.known != ok || ok == (err.text[0] != '\0'))
            fail_msg("%s: %s", words[i].word, err.text);
    }
}

static void every_type_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = TYPE_BOOL; i <= TYPE_ROWS; i++)
        for (int k = TYPE_BOOL; k < i; k++)
            assert_string_not_equal(type_name((enum type)i), type_name((enum type)k));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_record_knows_nothing_but_its_types),
        cmocka_unit_test(what_is_not_optional_must_be_known),
        cmocka_unit_test(reals_are_known_where_they_are_finite),
        cmocka_unit_test(a_word_is_a_value_of_its_type_or_none),
        cmocka_unit_test(every_type_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
