/* SPDX-License-Identifier: Apache-2.0 */
/* Documents to plain text: the first byte says of which kind. */
#include "fuzz.h"

#include "base/arena.h"
#include "text/markup.h"

#define TITLE_BYTES 8 /* what a title of nothing may add */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const enum markup kind = size > 0 ? (enum markup)(data[0] % 3) : MARKUP_TEXT;
    const struct str input = str_slice(fuzz_text(data, size), 1, size);
    struct arena *arena = arena_new("fuzz");
    struct buf out = buf_new(arena);
    markup_to_text(&out, input, kind);
    const struct str text = buf_str(&out);
    fuzz_expect(fuzz_is_utf8(text), "plain text is UTF-8");
    fuzz_expect(text.len <= MARKUP_GROWTH * input.len + TITLE_BYTES, "and not much longer");
    fuzz_expect(!str_contains(text, STR("\n\n\n")), "empty lines stand alone");

    struct str rest = text;
    struct markup_section section;
    size_t sum = 0;
    while (markup_take_section(&rest, &section)) {
        fuzz_expect(fuzz_is_inside(text, section.heading) && fuzz_is_inside(text, section.text),
                    "a section is a part of the text");
        fuzz_expect((section.level > 0) == (section.heading.len > 0), "a heading has a level");
        sum += section.heading.len + section.text.len;
    }
    fuzz_expect(sum <= text.len, "sections do not overlap");
    arena_free(arena);
    return 0;
}
