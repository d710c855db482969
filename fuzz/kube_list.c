/* SPDX-License-Identifier: Apache-2.0 */
/* list_parse(): what `kubectl get` printed. */
#include "fuzz.h"

#include "agent/events/list.h"
#include "base/arena.h"

#define COLUMNS_MAX 64
#define ROWS_MAX 20000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = fuzz_text(data, size);
    struct arena *arena = arena_new("fuzz");
    const struct list list = list_parse(arena, text);
    fuzz_expect(list.columns_count <= COLUMNS_MAX && list.rows <= ROWS_MAX, "a list is bounded");
    fuzz_expect(list.columns_count > 0 || list.rows == 0, "rows have columns");
    for (uint32_t i = 0; i < list.columns_count; i++) {
        fuzz_expect(list.columns[i].len > 0, "a column has a name");
        fuzz_expect(fuzz_is_inside(text, list.columns[i]), "a name is a part of the text");
    }
    for (size_t i = 0; i < (size_t)list.columns_count * list.rows; i++) {
        fuzz_expect(fuzz_is_inside(text, list.cells[i]), "a cell is a part of the text");
        fuzz_expect(!str_contains(list.cells[i], STR("\n")), "a cell stands on one line");
    }
    for (uint32_t row = 0; row < list.rows; row++)
        fuzz_expect(list_cell(&list, row, "\n").len == 0, "no column, no cell");
    arena_free(arena);
    return 0;
}
