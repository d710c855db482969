/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The right side is kept in panels so narrow that one stays in the nearest cache while all rows go
 * by it, and so that what is read next lies next. (K. Goto, R. van de Geijn, "Anatomy of
 * High-Performance Matrix Multiplication", 2008, with one level of blocks of its three.)
 */
#include "expert/product.h"

#include "base/arena.h"

#include <assert.h>

#define TILE tile_narrow
#define TILE_LANES 4 /* what any machine has: SSE2, NEON */
#define TILE_TARGET
#include "expert/product_tile.h"

#ifdef __x86_64__
#define TILE tile_wide
#define TILE_LANES 8
#define TILE_TARGET __attribute__((target("avx2")))
#include "expert/product_tile.h"
#endif

static uint32_t rounded_up(uint32_t columns)
{
    return (columns + PRODUCT_COLUMNS - 1) / PRODUCT_COLUMNS * PRODUCT_COLUMNS;
}

struct matrix matrix_new(struct arena *arena, uint32_t rows_max, uint32_t columns_max)
{
    const uint32_t columns = rounded_up(columns_max);
    return (struct matrix){
        .rows = rows_max,
        .columns = columns,
        .panels = arena_push_many(arena, float, (size_t)rows_max *columns),
    };
}

void matrix_fill(struct matrix *matrix, const float *from, uint32_t rows, uint32_t columns,
                 size_t row_step, size_t column_step)
{
    matrix->rows = rows;
    matrix->columns = rounded_up(columns);
    float *to = matrix->panels;
    for (uint32_t panel = 0; panel < matrix->columns; panel += PRODUCT_COLUMNS)
        for (uint32_t row = 0; row < rows; row++)
            for (uint32_t column = panel; column < panel + PRODUCT_COLUMNS; column++)
                *to++ = column < columns ? from[row * row_step + column * column_step] : 0.0f;
}

void matrix_product(const float *left, uint32_t rows, size_t left_step, const struct matrix *right,
                    float *out, size_t out_step)
{
    assert(rows % PRODUCT_ROWS == 0);
#ifdef __x86_64__
    if (__builtin_cpu_supports("avx2")) {
        tile_wide(left, rows, left_step, right, out, out_step);
        return;
    }
#endif
    tile_narrow(left, rows, left_step, right, out, out_step);
}
