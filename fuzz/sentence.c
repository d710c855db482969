/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of the sentence encoder: what stands before the first NUL as model.json and as
 * vocab.json, and what stands behind it as a text to be cut by the latter.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "expert/language/sentence_weights.h"

#define PIECES 32

static void expect_tensors(const struct weights_manifest *manifest)
{
    size_t next = 0;
    for (uint32_t i = 0; i < manifest->tensors_count; i++) {
        const struct tensor *tensor = &manifest->tensors[i];
        fuzz_expect(tensor->first == next, "a tensor begins where the one before it ends");
        fuzz_expect(tensor->count % tensor->columns == 0, "its rows are whole");
        next += tensor->count;
    }
    fuzz_expect(next == manifest->numbers && next <= MANIFEST_NUMBERS_MAX,
                "together they are what is read, and not too much");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new("fuzz");
    struct str rest = fuzz_text(data, size), json;
    struct weights_manifest manifest;
    struct pieces pieces;
    struct err err = {0};
    if (!str_split(&rest, '\0', &json))
        json = STR("");
    const bool is_manifest = weights_manifest_parse(arena, json, &manifest, &err);
    fuzz_expect_reason(is_manifest, &err);
    if (is_manifest)
        expect_tensors(&manifest);
    const bool is_vocabulary = pieces_parse(arena, json, &pieces, &err);
    fuzz_expect_reason(is_vocabulary, &err);
    if (is_vocabulary) {
        uint16_t out[PIECES];
        const uint32_t count = pieces_cut(&pieces, rest, out, PIECES);
        fuzz_expect(count <= PIECES && (count > 0) == (rest.len > 0),
                    "a text has pieces, and no more than were asked for");
        for (uint32_t i = 0; i < count; i++)
            fuzz_expect(out[i] < pieces.count, "a piece is one of the vocabulary");
    }
    arena_free(arena);
    return 0;
}
