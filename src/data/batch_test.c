/* SPDX-License-Identifier: Apache-2.0 */
#include "data/batch.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ROWS 1000

static const struct field fields[] = {
    {"truth", TYPE_BOOL, 0, "a bool", NULL},
    {"number", TYPE_INT, 0, "an int", NULL},
    {"real", TYPE_REAL, 0, "a real", NULL},
    {"text", TYPE_TEXT, 0, "a text", NULL},
    {"time", TYPE_TIME, 0, "a time", NULL},
    {"span", TYPE_SPAN, 0, "a span", NULL},
    {0},
};

static void what_is_set_comes_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct batch *batch = batch_new(arena, fields);
    for (int64_t i = 0; i < ROWS; i++) { /* more rows than there is room for at first */
        char text[2] = {(char)('a' + i % 26), '\0'};
        const size_t row = batch_add_row(batch);
        assert_int_equal(row, i);
        batch_set(batch, row, "truth", value_bool(i % 2 == 0));
        batch_set(batch, row, "number", value_int(-i));
        batch_set(batch, row, "real", value_real((double)i / 4));
        batch_set(batch, row, "text", value_text(str_of(text))); /* is copied */
        batch_set(batch, row, "time", value_time(INT64_MAX - i));
        batch_set(batch, row, "span", value_span(i));
    }
    for (uint32_t i = 0; i < ROWS; i++) {
        assert_int_equal(batch_value(batch, i, 0).truth, i % 2 == 0);
        assert_int_equal(batch_value(batch, i, 1).integer, -(int64_t)i);
        assert_true(batch_value(batch, i, 2).real * 4 == (double)i);
        assert_int_equal(batch_value(batch, i, 3).text.ptr[0], 'a' + i % 26);
        assert_int_equal(batch_value(batch, i, 4).integer, INT64_MAX - i);
        assert_int_equal(batch_value(batch, i, 5).integer, i);
        for (uint32_t column = 0; column < batch->columns_count; column++) {
            assert_true(batch_value(batch, i, column).known);
            assert_int_equal(batch_value(batch, i, column).type, fields[column].type);
        }
    }
    arena_free(arena);
}

static void a_new_row_is_unknown(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct batch *batch = batch_new(arena, fields);
    batch_reserve(batch, 3);
    const size_t row = batch_add_row(batch);
    for (uint32_t column = 0; column < batch->columns_count; column++)
        assert_false(batch_value(batch, row, column).known);
    batch_set(batch, row, "real", value_real(0.0 / 0.0)); /* no number is not known */
    assert_false(batch_value(batch, row, 2).known);
    arena_free(arena);
}

static void columns_are_found_by_name(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct batch *batch = batch_new(arena, fields);
    assert_int_equal(batch->columns_count, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_ptr_equal(batch_column(batch, fields[i].name), &batch->columns[i]);
    assert_null(batch_find(batch, "tex"));
    assert_null(batch_find(batch, ""));
    assert_null(batch_find(batch_new_columns(arena, 0), "text"));
    arena_free(arena);
}

static void a_copy_outlives_what_it_was_copied_from(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test"), *source = arena_new("source");
    struct batch *batch = batch_new(source, fields);
    for (size_t row = 0; row < 2; row++)
        batch_add_row(batch);
    batch_set(batch, 1, "text", value_text(STR("kept")));
    batch_set(batch, 1, "real", value_real(0.25));
    struct batch *copy = batch_copy(arena, batch);
    const struct batch *none = batch_copy(arena, batch_new(source, fields));
    arena_free(source);

    assert_int_equal(copy->rows, 2);
    assert_false(batch_value(copy, 0, 3).known);
    assert_string_equal(batch_value(copy, 1, 3).text.ptr, "kept");
    assert_true(batch_column(copy, "real")->reals[1] == 0.25);
    assert_int_equal(batch_add_row(copy), 2); /* and it can grow */
    assert_int_equal(none->rows, 0);
    assert_non_null(batch_find(none, "span"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_set_comes_back),
        cmocka_unit_test(a_new_row_is_unknown),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(a_copy_outlives_what_it_was_copied_from),
    };
    return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
