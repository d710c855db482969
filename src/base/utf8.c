/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include "base/arena.h"

/* Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF. */
static size_t sequence_len(struct str s, uint32_t *code)
{
    const unsigned char first = (unsigned char)s.ptr[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    const size_t len = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (first < 0xc2 || first > 0xf4 || s.len < len)
        return 0;
    uint32_t value = first & (0x7fu >> len);
    for (size_t i = 1; i < len; i++) {
        const unsigned char next = (unsigned char)s.ptr[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3fu);
    }
    if (value < least[len] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return len;
}

uint32_t utf8_take(struct str *rest)
{
    uint32_t code = UTF8_INVALID;
    const size_t len = sequence_len(*rest, &code);
    *rest = str_slice(*rest, len > 0 ? len : 1, rest->len);
    return len > 0 ? code : UTF8_INVALID;
}

/* Most texts are ASCII, and eight characters of it can be told at a glance. */
static struct str after_ascii(struct str text)
{
    uint64_t eight;
    while (text.len >= sizeof eight) {
        memcpy(&eight, text.ptr, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            break;
        text = (struct str){.ptr = text.ptr + sizeof eight, .len = text.len - sizeof eight};
    }
    return text;
}

bool utf8_is_valid(struct str text)
{
    for (text = after_ascii(text); text.len > 0; text = after_ascii(text))
        if (utf8_take(&text) == UTF8_INVALID)
            return false;
    return true;
}

struct str utf8_mended(struct arena *arena, struct str text)
{
    if (utf8_is_valid(text))
        return text;
    char *mended = arena_alloc(arena, 3 * text.len + 1);
    size_t len = 0;
    while (text.len > 0) {
        const struct str before = text;
        const bool is_bad = utf8_take(&text) == UTF8_INVALID;
        const struct str one =
            is_bad ? STR("\xef\xbf\xbd") : str_slice(before, 0, before.len - text.len);
        memcpy(mended + len, one.ptr, one.len);
        len += one.len;
    }
    return (struct str){.ptr = mended, .len = len};
}
