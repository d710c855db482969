/* SPDX-License-Identifier: Apache-2.0 */
/* What `warroom eval` reads back: the report of a case as JSON, and the truth beside the case. */
#include "fuzz.h"

#include "../eval/answer.h"
#include "base/arena.h"
#include "base/utf8.h"

static void read_answer(struct arena *arena, struct str text)
{
    struct answer answer;
    struct err err = {0};
    const bool ok = answer_parse(arena, text, &answer, &err);
    fuzz_expect_reason(ok, &err);
    if (!ok)
        return;
    fuzz_expect(answer.suspects_count <= SUSPECTS_MAX, "suspects are bounded");
    fuzz_expect(answer.changes_count <= CHANGES_MAX, "and changes");
    fuzz_expect(answer.confidence >= 0.0 && answer.confidence <= 1.0, "confidence is from 0 to 1");
    for (uint32_t i = 0; i < answer.suspects_count; i++)
        fuzz_expect(utf8_is_valid(answer.suspects[i].subject), "a name is UTF-8");
}

static void read_truth(struct arena *arena, struct str text)
{
    struct truth truth;
    struct err err = {0};
    const bool ok = truth_parse(arena, text, &truth, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!ok || truth.nobody ==
                           (truth.service.len + truth.instance.len + truth.object.len == 0),
                "a truth names somebody, or says that it was nobody");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    read_answer(arena, fuzz_text(data, size));
    read_truth(arena, fuzz_text(data, size));
    arena_free(arena);
    return 0;
}
