/* SPDX-License-Identifier: Apache-2.0 */
/* What `warroom train` learns from feedback: a case as the ledger keeps it; it weighs, and is
 * written and read again. */
#include "fuzz.h"

#include "base/arena.h"
#include "feedback/lesson.h"
#include "verdict/weigh.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct casefile *casefile, *again;
    struct err err = {0};
    const bool ok = lesson_read(fuzz_text(data, size), &casefile, &err);
    fuzz_expect_reason(ok, &err);
    if (!ok)
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct weighing weighing = weigh(arena, casefile);
    for (uint32_t i = 0; i < weighing.names.count; i++)
        fuzz_expect(isfinite(weighing.suspects[i].score), "a score is a number");
    const struct str kept = lesson_of(arena, casefile);
    if (kept.len > 0) {
        fuzz_expect(lesson_read(kept, &again, &err), "what is kept can be read");
        fuzz_expect(str_eq(lesson_of(arena, again), kept), "and is the same");
        casefile_close(again);
    }
    casefile_close(casefile);
    arena_free(arena);
    return 0;
}
