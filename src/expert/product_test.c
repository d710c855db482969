/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/product.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* Numbers whose sums are not exact, so that another order of adding gives other bits. */
static float number(uint32_t i)
{
    return (float)((int)(i * 2654435761u >> 20) - 2048) / 977.0f;
}

/* One after the other, as the contract says. */
static float sum_of(const float *left, const float *right, uint32_t inner, size_t step)
{
    float sum = 0.0f;
    for (uint32_t i = 0; i < inner; i++)
        sum += left[i] * right[i * step];
    return sum;
}

static void each_number_is_summed_up_in_order(void **state)
{
    (void)state;
    static const struct {
        uint32_t rows, inner, columns;
    } sizes[] = {{4, 1, 1}, {4, 3, 16}, {8, 17, 5}, {12, 64, 33}, {4, 512, 48}, {4, 0, 16}};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct arena *arena = arena_new("test");
        const uint32_t rows = sizes[s].rows, inner = sizes[s].inner, columns = sizes[s].columns;
        float *left = arena_push_many(arena, float, rows *inner + 1);
        float *right = arena_push_many(arena, float, inner *columns + 1);
        for (uint32_t i = 0; i < rows * inner; i++)
            left[i] = number(i);
        for (uint32_t i = 0; i < inner * columns; i++)
            right[i] = number(i + 7);
        struct matrix matrix = matrix_new(arena, inner, columns);
        matrix_fill(&matrix, right, inner, columns, columns, 1);
        float *out = arena_push_many(arena, float, rows *matrix.columns);
        matrix_product(left, rows, inner, &matrix, out, matrix.columns);
        for (uint32_t row = 0; row < rows; row++)
            for (uint32_t column = 0; column < matrix.columns; column++) {
                const float want = column < columns
                                       ? sum_of(left + row * inner, right + column, inner, columns)
                                       : 0.0f;
                assert_memory_equal(&out[row * matrix.columns + column], &want, sizeof want);
            }
        arena_free(arena);
    }
}

static void a_matrix_can_be_filled_lying_on_its_side(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const float from[] = {1, 2, 3, 4, 5, 6}; /* two rows of three */
    struct matrix matrix = matrix_new(arena, 3, 2);
    matrix_fill(&matrix, from, 3, 2, 1, 3);
    for (uint32_t row = 0; row < 3; row++)
        for (uint32_t column = 0; column < PRODUCT_COLUMNS; column++)
            assert_true(matrix.panels[row * PRODUCT_COLUMNS + column] ==
                        (column < 2 ? from[column * 3 + row] : 0.0f));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_is_summed_up_in_order),
        cmocka_unit_test(a_matrix_can_be_filled_lying_on_its_side),
    };
    return cmocka_run_group_tests_name("product", tests, NULL, NULL);
}
