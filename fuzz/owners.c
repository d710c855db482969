/* SPDX-License-Identifier: Apache-2.0 */
/* owners_read(): whose files are whose; asked for the words of the same bytes, as paths. */
#include "fuzz.h"

#include "base/arena.h"
#include "culprit/owners.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    const struct str text = fuzz_text(data, size);
    const struct owners *owners = owners_read(arena, text);
    fuzz_expect(owners->rules_count <= OWNERS_RULES_MAX, "rules are bounded");
    fuzz_expect(owners->sections_count <= OWNERS_SECTIONS_MAX, "sections are bounded");
    struct str rest = text, path;
    for (int i = 0; i < 50 && str_split(&rest, ' ', &path); i++) {
        const struct owner_list list = owners_of(arena, owners, path);
        fuzz_expect(list.count <= OWNERS_NAMES_MAX, "owners of a file are bounded");
        for (uint32_t j = 0; j < list.count; j++)
            fuzz_expect(list.items[j].name.len > 0 && list.items[j].count > 0,
                        "an owner has a name");
    }
    arena_free(arena);
    return 0;
}
