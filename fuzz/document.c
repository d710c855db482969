/* SPDX-License-Identifier: Apache-2.0 */
/* A document on its way into a corpus: the first byte says whether it is code, the next is the
 * seed. */
#include "fuzz.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "train/corpus/ease.h"
#include "train/corpus/objective.h"
#include "train/corpus/tongue.h"

/* The text again, from what is asked and what is answered. */
static struct str restored(struct arena *arena, const struct objective *objective)
{
    struct buf out = buf_new(arena);
    struct str input = str_slice(objective->input, 4, objective->input.len);
    struct str target = objective->target;
    for (uint32_t i = 0; i <= SENTINELS_MAX; i++) {
        const struct str mark = str_printf(arena, "<extra_id_%u>", i);
        const struct str next = str_printf(arena, " <extra_id_%u>", i + 1);
        const size_t at = str_find(input, mark), end = str_find(target, next);
        if (at == STR_NPOS)
            break;
        fuzz_expect(end != STR_NPOS && str_starts(target, mark), "each sentinel has its answer");
        buf_add(&out, str_slice(input, 0, at));
        buf_add(&out, str_slice(target, mark.len + 1, end));
        input = str_slice(input, at + mark.len, input.len);
        target = str_slice(target, end + 1, target.len);
    }
    buf_add(&out, input);
    return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    const struct str text = utf8_mended(arena, str_slice(fuzz_text(data, size), 2, size));
    const bool is_code = size > 0 && (data[0] & 1);
    uint64_t state = size > 1 ? data[1] : 0;
    struct objective objective;
    const double difficulty = ease_difficulty(text, EASE_CAUSAL);
    fuzz_expect(difficulty >= 0.0 && difficulty <= 1.0, "difficulty is a share");
    fuzz_expect(tongue_of(text) < TONGUES, "a language is one of them");
    if (is_code ? objective_code(arena, text, &state, &objective)
                : objective_prose(arena, text, &state, &objective)) {
        fuzz_expect(str_eq(restored(arena, &objective), text), "nothing is lost");
        fuzz_expect(fuzz_is_utf8(objective.input) && fuzz_is_utf8(objective.target),
                    "no character is cut in two");
    }
    arena_free(arena);
    return 0;
}
