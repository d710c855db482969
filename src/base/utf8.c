/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

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

bool utf8_is_valid(struct str text)
{
    while (text.len > 0)
        if (utf8_take(&text) == UTF8_INVALID)
            return false;
    return true;
}
