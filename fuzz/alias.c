/* SPDX-License-Identifier: Apache-2.0 */
/* Masking of names: the first line is the text, each other line a name. */
#include "fuzz.h"

#include "base/arena.h"
#include "guard/alias.h"

#define NAMES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct str rest = fuzz_text(data, size), text = STR(""), name;
    struct aliases *aliases = aliases_new(arena);
    str_split(&rest, '\n', &text);
    for (int i = 0; i < NAMES_MAX && str_split(&rest, '\n', &name); i++)
        aliases_add(aliases, "service", name);
    const struct str sent = aliases_mask(aliases, arena, text);
    fuzz_expect(str_eq(aliases_unmask(aliases, arena, sent), text), "what was masked comes back");
    arena_free(arena);
    return 0;
}
