/* SPDX-License-Identifier: Apache-2.0 */
/* template_of() and template_exception(): the first byte says how long the level is. */
#include "fuzz.h"

#include "base/arena.h"
#include "text/template.h"

#define LINE_MAX 4096

/* LIKE as SQL has it, with '\' before a character that stands for itself. */
static bool is_like(struct str text, struct str pattern)
{
    size_t at = 0, in = 0, at_wild = STR_NPOS, in_wild = 0;
    while (at < text.len) {
        const char c = in < pattern.len ? pattern.ptr[in] : '\0';
        const bool escaped = c == '\\' && in + 1 < pattern.len;
        if (in < pattern.len && c == '%') {
            at_wild = at;
            in_wild = ++in;
        } else if (in < pattern.len && pattern.ptr[in + escaped] == text.ptr[at]) {
            in += 1u + escaped;
            at++;
        } else if (at_wild != STR_NPOS) {
            at = ++at_wild;
            in = in_wild;
        } else {
            return false;
        }
    }
    while (in < pattern.len && pattern.ptr[in] == '%')
        in++;
    return in == pattern.len;
}

static void expect_bounds(const struct template *template, struct str level)
{
    fuzz_expect(template->like.len > 0 && template->like.ptr[template->like.len - 1] == '%' &&
                    template->like.ptr[0] == '%',
                "the pattern begins and ends with %");
    fuzz_expect(template->text.len <= level.len + 3 * LINE_MAX &&
                    template->like.len <= 3 * LINE_MAX,
                "a template is not much longer than its line");
    fuzz_expect(str_find(template->like, (struct str){.ptr = "\0", .len = 1}) == STR_NPOS,
                "SQL has no room for NUL");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str input = fuzz_text(data, size);
    const size_t level_len = size > 0 ? 1u + data[0] % 8u : 0;
    const struct str level = str_slice(input, 1, level_len);
    const struct str line = str_slice(input, level_len, input.len);
    struct arena *arena = arena_new("fuzz");

    const struct template template = template_of(arena, line, level);
    const struct template again = template_of(arena, line, level);
    expect_bounds(&template, level);
    fuzz_expect(is_like(line, template.like), "a line matches the pattern of its template");
    fuzz_expect(str_eq(template.text, again.text) && str_eq(template.like, again.like) &&
                    template.failing == again.failing,
                "a line has one template");
    if (fuzz_is_utf8(line) && fuzz_is_utf8(level))
        fuzz_expect(fuzz_is_utf8(template.text) && fuzz_is_utf8(template.like),
                    "no character is cut in two");

    const struct str exception = template_exception(line);
    fuzz_expect(fuzz_is_inside(line, exception), "an exception is a part of the line");
    fuzz_expect(exception.len == 0 || template.failing, "a line with an exception is failing");
    arena_free(arena);
    return 0;
}
