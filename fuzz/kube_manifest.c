/* SPDX-License-Identifier: Apache-2.0 */
/* manifest_parse(): YAML of objects. */
#include "fuzz.h"

#include "agent/events/manifest.h"
#include "base/arena.h"

#define ENTRIES_MAX 20000
#define DOCUMENTS_MAX 2000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    const struct manifests found = manifest_parse(arena, fuzz_text(data, size));
    fuzz_expect(found.count <= DOCUMENTS_MAX, "objects are bounded");
    for (uint32_t i = 0; i < found.count; i++) {
        const struct manifest *manifest = &found.items[i];
        fuzz_expect(manifest->kind.len > 0 && manifest->name.len > 0,
                    "an object has a kind and a name");
        fuzz_expect(manifest->entries.count <= ENTRIES_MAX, "an object is bounded");
        fuzz_expect(str_eq(entries_value(&manifest->entries, "kind"), manifest->kind) &&
                        str_eq(entries_value(&manifest->entries, "metadata.name"), manifest->name),
                    "kind and name stand at their paths");
    }
    arena_free(arena);
    return 0;
}
