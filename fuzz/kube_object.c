/* SPDX-License-Identifier: Apache-2.0 */
/* objects_read() and print_object(): objects in JSON or YAML. */
#include "fuzz.h"

#include "base/arena.h"
#include "kube/print.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct objects found = objects_read(arena, fuzz_text(data, size));
    fuzz_expect(found.count <= OBJECTS_MAX, "objects are bounded");
    for (uint32_t i = 0; i < found.count; i++) {
        const struct object *object = &found.items[i];
        fuzz_expect(object->kind.len > 0 && object->name.len > 0,
                    "an object has a kind and a name");
        const struct str text = print_object(arena, object);
        for (size_t at = 0; at < text.len; at++)
            fuzz_expect(text.ptr[at] == '\n' || (unsigned char)text.ptr[at] >= ' ',
                        "values make no lines and no control bytes");
        fuzz_expect(object_declaration(arena, object).len > 0, "an object can be declared again");
    }
    objects_free(&found);
    arena_free(arena);
    return 0;
}
