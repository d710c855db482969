/* SPDX-License-Identifier: Apache-2.0 */
/* What a log line says besides its template: the first byte says how long the level is. */
#include "fuzz.h"

#include "base/arena.h"
#include "text/template.h"

static bool is_pattern(struct str pattern)
{
    return pattern.len > 0 && pattern.ptr[0] == '%' && pattern.ptr[pattern.len - 1] == '%';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str input = fuzz_text(data, size);
    const size_t level_len = size > 0 ? 1u + data[0] % 8u : 0;
    const struct str level = str_slice(input, 1, level_len);
    const struct str line = str_slice(input, level_len, input.len);
    struct arena *arena = arena_new("fuzz");

    const struct str place = template_place(line);
    const struct str exception = template_exception(line);
    fuzz_expect(fuzz_is_inside(line, place), "a place is a part of the line");
    fuzz_expect(fuzz_is_inside(line, exception), "an exception is a part of the line");
    fuzz_expect(fuzz_is_inside(line, template_message(line)), "so is the message");
    fuzz_expect(exception.len == 0 || template_is_failing(line, level),
                "a line with an exception is failing");

    const struct str pattern = template_like(arena, line);
    fuzz_expect(is_pattern(pattern), "a pattern begins and ends with %");
    fuzz_expect(str_find(pattern, (struct str){.ptr = "\0", .len = 1}) == STR_NPOS,
                "SQL has no room for NUL");
    fuzz_expect(!fuzz_is_utf8(line) || fuzz_is_utf8(pattern), "no character is cut in two");
    if (place.len > 0)
        fuzz_expect(is_pattern(template_like_place(arena, place, exception)),
                    "and so does that of a place");
    arena_free(arena);
    return 0;
}
