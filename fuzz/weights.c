/* SPDX-License-Identifier: Apache-2.0 */
/* weights_parse(): a file of somebody's own that the verdict is to go by. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/buf.h"
#include "verdict/weights.h"

static void expect_bounds(const struct weights *weights)
{
    struct weights copy = *weights;
    for (int finding = 0; finding < FINDINGS_COUNT; finding++)
        fuzz_expect(weights->findings[finding] >= 0 &&
                        weights->findings[finding] <= WEIGHT_FINDING_MAX,
                    "a finding weighs no less than nothing, and not all there is");
    for (const struct weights_setting *it = weights_settings; it->name; it++)
        fuzz_expect(*weights_at(&copy, it) >= it->min && *weights_at(&copy, it) <= it->max,
                    "a setting is within its bounds");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct weights weights, again;
    struct err err = {0};
    const bool ok = weights_parse(arena, fuzz_text(data, size), &weights, &err);
    fuzz_expect_reason(ok, &err);
    if (ok) {
        expect_bounds(&weights);
        struct buf out = buf_new(arena);
        weights_write(&weights, STR("{}"), &out);
        fuzz_expect(weights_parse(arena, buf_str(&out), &again, &err),
                    "what is written can be read");
    }
    arena_free(arena);
    return 0;
}
