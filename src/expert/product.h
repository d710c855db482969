/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products of matrices of floats, the same bits on every machine.
 *
 * Each number of a product is summed up in the order of the inner dimension, and no product is
 * fused with its addition; only numbers that do not meet are worked out side by side. So how wide
 * the machine's registers are changes how long it takes and nothing else.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

#define PRODUCT_ROWS 4     /* worked out together */
#define PRODUCT_COLUMNS 16 /* of a panel */

/* The right side, in panels of PRODUCT_COLUMNS columns, each with one row after the other. */
struct matrix {
    uint32_t rows;    /* the inner dimension */
    uint32_t columns; /* a multiple of PRODUCT_COLUMNS; those that were added are 0 */
    float *panels;
};

struct matrix matrix_new(struct arena *arena, uint32_t rows_max, uint32_t columns_max);

/*
 * Fills it from numbers of which the one in (row, column) stands at row * row_step + column *
 * column_step. There must be room for `rows` and `columns` rounded up.
 */
void matrix_fill(struct matrix *matrix, const float *from, uint32_t rows, uint32_t columns,
                 size_t row_step, size_t column_step);

/*
 * out = left times right. `rows` must be a multiple of PRODUCT_ROWS. A row of `left` begins every
 * `left_step` numbers, one of `out` every `out_step`.
 */
void matrix_product(const float *left, uint32_t rows, size_t left_step, const struct matrix *right,
                    float *out, size_t out_step);
