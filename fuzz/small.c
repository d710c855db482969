/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small experts asked by name: the first byte picks the task, the rest is the material. They answer
 * JSON or say why not, and the same twice.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "expert/small.h"

#include <jansson.h>

/* The task of that number, over all experts; their count where there is none. */
static uint32_t find_task(uint32_t number, const struct small_expert **expert, const char **task)
{
    uint32_t count = 0;
    for (const struct small_expert *const *at = small_experts; *at; at++)
        for (const struct small_task *it = (*at)->tasks; it->name; it++)
            if (count++ == number) {
                *expert = *at;
                *task = it->name;
                return number;
            }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct small_expert *expert = NULL;
    const char *task = NULL;
    const uint32_t count = find_task(UINT32_MAX, &expert, &task);
    if (size == 0 || count == 0)
        return 0;
    find_task(data[0] % count, &expert, &task);
    struct arena *arena = arena_new("fuzz");
    const struct brief brief = {.task = task, .material = fuzz_text(data + 1, size - 1)};
    struct opinion first = {0}, second = {0};
    struct err err = {0};
    const bool ok = expert->infer(&brief, arena, &first, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(expert->infer(&brief, arena, &second, &err) == ok, "it is answered the same twice");
    if (ok) {
        json_t *json = json_loadb(first.text.ptr, first.text.len, 0, NULL);
        fuzz_expect(json_is_object(json), "an answer is an object of JSON");
        json_decref(json);
        fuzz_expect(str_eq(first.text, second.text), "the same brief gives the same bytes");
    }
    arena_free(arena);
    return 0;
}
