/* SPDX-License-Identifier: Apache-2.0 */
/* times_move() and renames_apply(): texts of telemetry with other times and names. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/recut/rename.h"
#include "gym/recut/times.h"

#define AROUND_NS (INT64_C(1795323739) * NS_PER_S)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct renames renames = {.from = {STR("cart-store"), STR("cart")},
                                           .to = {STR("bagomupeti"), STR("dule")},
                                           .count = 2};
    const struct str text = fuzz_text(data, size);
    struct arena *arena = arena_new("fuzz");
    struct buf moved = buf_new(arena), renamed = buf_new(arena), again = buf_new(arena);
    times_move(text, 86401, AROUND_NS, &moved);
    fuzz_expect(buf_str(&moved).len == text.len, "a moved text is as long, so no table breaks");
    renames_apply(&renames, text, &renamed);
    fuzz_expect(buf_str(&renamed).len == text.len, "and so is a renamed one");
    renames_apply(&renames, buf_str(&renamed), &again);
    fuzz_expect(str_eq(buf_str(&again), buf_str(&renamed)), "and no old name is left in it");
    arena_free(arena);
    return 0;
}
