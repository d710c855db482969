/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One tile of a product: PRODUCT_ROWS rows and two registers of columns, which stay in registers
 * while the inner dimension goes by. Included once for each width of registers, by product.c alone,
 * which defines TILE (the name), TILE_LANES (floats in a register) and TILE_TARGET.
 */

/* As wide as the name says, and wherever it stands in memory. */
#define TILE_VECTOR                                                                                \
    float __attribute__((vector_size(sizeof(float) * TILE_LANES), aligned(sizeof(float)),          \
                         may_alias))

TILE_TARGET static void TILE(const float *left, uint32_t rows, size_t left_step,
                             const struct matrix *right, float *out, size_t out_step)
{
    typedef TILE_VECTOR vector;
    const uint32_t inner = right->rows;
    for (uint32_t column = 0; column < right->columns; column += 2 * TILE_LANES) {
        const float *panel = right->panels +
                             (size_t)(column / PRODUCT_COLUMNS) * PRODUCT_COLUMNS * inner +
                             column % PRODUCT_COLUMNS;
        for (uint32_t row = 0; row < rows; row += PRODUCT_ROWS) {
            const float *a0 = left + row * left_step;
            const float *a1 = a0 + left_step, *a2 = a1 + left_step, *a3 = a2 + left_step;
            vector sums[PRODUCT_ROWS][2] = {0};
            for (uint32_t i = 0; i < inner; i++) {
                const vector low = *(const vector *)(panel + (size_t)i * PRODUCT_COLUMNS);
                const vector high =
                    *(const vector *)(panel + (size_t)i * PRODUCT_COLUMNS + TILE_LANES);
                sums[0][0] += a0[i] * low;
                sums[0][1] += a0[i] * high;
                sums[1][0] += a1[i] * low;
                sums[1][1] += a1[i] * high;
                sums[2][0] += a2[i] * low;
                sums[2][1] += a2[i] * high;
                sums[3][0] += a3[i] * low;
                sums[3][1] += a3[i] * high;
            }
            float *to = out + row * out_step + column;
            for (int r = 0; r < PRODUCT_ROWS; r++, to += out_step) {
                *(vector *)to = sums[r][0];
                *(vector *)(to + TILE_LANES) = sums[r][1];
            }
        }
    }
}

#undef TILE_VECTOR
#undef TILE
#undef TILE_LANES
#undef TILE_TARGET
