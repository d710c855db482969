/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tasks of small experts, with any material: the first byte says which task of which, the rest
 * is what it is asked. What is answered is JSON, and the same each time; what is refused says why.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "expert/small.h"

static const struct small_task *task_of(uint8_t choice, const struct small_expert **expert)
{
    uint32_t count = 0;
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *task = (*at)->tasks; task->name; task++)
            count++;
    uint32_t left = count > 0 ? choice % count : 0;
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *task = (*at)->tasks; task->name; task++)
            if (left-- == 0) {
                *expert = *at;
                return task;
            }
    return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct small_expert *expert = NULL;
    const struct small_task *task = size > 0 ? task_of(data[0], &expert) : NULL;
    if (!task)
        return 0;
    struct arena *arena = arena_new("fuzz");
    const struct brief brief = {
        .ability = task->ability, .task = task->name, .material = fuzz_text(data + 1, size - 1)};
    struct opinion first, second;
    struct err err = {0}, again = {0};
    const bool told = small_infer(expert, &brief, arena, &first, &err);
    fuzz_expect(small_infer(expert, &brief, arena, &second, &again) == told,
                "the same is answered");
    if (told) {
        json_t *answer = json_loadb(first.text.ptr, first.text.len, 0, NULL);
        fuzz_expect(answer != NULL, "an answer is JSON");
        fuzz_expect(str_eq(first.text, second.text), "and the same bytes each time");
        json_decref(answer);
    } else {
        fuzz_expect(err.kind != ERR_NONE && err.text[0] != '\0', "what is refused says why");
    }
    arena_free(arena);
    return 0;
}
