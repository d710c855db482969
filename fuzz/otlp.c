/* SPDX-License-Identifier: Apache-2.0 */
/* otlp_decode_proto(), otlp_decode_json(), loki_decode_*(): the body of a request, of any bytes.
 * The first byte says which. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "otlp/decode.h"

#include <math.h>

#define FROM_NS INT64_C(1700000000000000000)
#define TO_NS INT64_C(3600000000000000000)

static bool decode(uint8_t which, struct str body, struct harvest *harvest, struct err *err)
{
    switch (which % 8) {
    case 6:
        return loki_decode_json(body, harvest, err);
    case 7:
        return loki_decode_proto(body, harvest, err);
    default:
        return which % 8 < 3
                   ? otlp_decode_proto((enum decode_signal)(which % 8), body, harvest, err)
                   : otlp_decode_json((enum decode_signal)(which % 8 - 3), body, harvest, err);
    }
}

static void expect_row(const struct batch *rows, size_t row)
{
    for (uint32_t i = 0; i < rows->columns_count; i++) {
        const struct value value = batch_value(rows, row, i);
        if (!value.known)
            continue;
        if (value.type == TYPE_TEXT)
            fuzz_expect(value.text.len > 0 && utf8_is_valid(value.text), "a text is UTF-8");
        if (value.type == TYPE_REAL)
            fuzz_expect(isfinite(value.real), "a value is a number");
        if (value.type == TYPE_TIME)
            fuzz_expect(value.integer >= FROM_NS && value.integer <= TO_NS,
                        "a time is one that is taken");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    struct harvest harvest = harvest_new(arena, FROM_NS, TO_NS, size);
    struct err err = {0};
    if (decode(data[0], fuzz_text(data + 1, size - 1), &harvest, &err))
        for (int table = 0; table < HARVEST_TABLES; table++)
            for (size_t row = 0; row < harvest.rows[table]->rows; row++)
                expect_row(harvest.rows[table], row);
    else
        fuzz_expect(*err.text, "what is refused is refused with a sentence");
    arena_free(arena);
    return 0;
}
