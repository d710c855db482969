/* SPDX-License-Identifier: Apache-2.0 */
/* What a text is made of, before anyone asks what it means. */
#include "runbook/lex.h"

#include "base/arena.h"

/* The length of the character that `text` begins with, 0: it is none. Strict, as RFC 3629. */
static size_t take_character(struct str text, uint32_t *out)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text.ptr[0];
    const size_t len = first < 0x80    ? 1
                       : first >= 0xf8 ? 0
                       : first >= 0xf0 ? 4
                       : first >= 0xe0 ? 3
                       : first >= 0xc0 ? 2
                                       : 0;
    if (len == 0 || len > text.len)
        return 0;
    uint32_t code = len == 1 ? first : first & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        const unsigned char next = (unsigned char)text.ptr[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (next & 0x3f);
    }
    if (code < least[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
        return 0;
    *out = code;
    return len;
}

static bool turns_direction(uint32_t code)
{
    return code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static bool is_control(uint32_t code, char next)
{
    if (code == '\r')
        return next != '\n';
    return (code < 0x20 && code != '\n' && code != '\t') || (code >= 0x7f && code < 0xa0) ||
           code == 0x2028 || code == 0x2029;
}

bool lex_is_text(struct str text, struct problems *problems)
{
    struct span at = {.line = 1, .column = 1, .length = 1};
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        const size_t len = take_character(str_slice(text, i, text.len), &code);
        if (len == 0) {
            problem_add(problems, at, STR("save the file as UTF-8"),
                        "byte %zu, 0x%02x, is no UTF-8", i + 1, (unsigned char)text.ptr[i]);
            return false;
        }
        if (is_control(code, i + 1 < text.len ? text.ptr[i + 1] : '\0') || turns_direction(code)) {
            problem_add(problems, at, STR("take it out"),
                        turns_direction(code) ? "U+%04X turns the direction of reading"
                                              : "the control character U+%04X",
                        code);
            return false;
        }
        i += len;
        at.column++;
        if (code == '\n')
            at = (struct span){.line = at.line + 1, .column = 1, .length = 1};
    }
    return true;
}
