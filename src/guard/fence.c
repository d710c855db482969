/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Servers of models read the marks of their templates wherever they stand in a prompt. All of them
 * begin with `<` or with `[` and a capital or a slash; as JSON escapes they are no marks any more,
 * and mean the same to who reads JSON.
 */
#include "guard/fence.h"

#include "base/utf8.h"

#define READ_RATIO 4 /* bytes that are read for each that is written: of blanks, marks, secrets */

static bool is_blank(uint32_t code)
{
    return code <= ' ' || (code >= 0x7f && code <= 0xa0) || code == UTF8_INVALID ||
           (code >= 0x2000 && code <= 0x200a) || code == 0x2028 || code == 0x2029 ||
           code == 0x202f || code == 0x205f || code == 0x3000;
}

/* No width, turns reading, a tag, a variation, a noncharacter, private: not there to be read. */
static bool is_unseen(uint32_t code)
{
    return code == 0xad || code == 0x61c || code == 0x34f || code == 0x180e ||
           (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
           (code >= 0x2060 && code <= 0x206f) || (code >= 0xfe00 && code <= 0xfe0f) ||
           code == 0xfeff || (code >= 0xfff0 && code <= 0xfffb) || (code & 0xfffe) == 0xfffe ||
           (code >= 0xfdd0 && code <= 0xfdef) || (code >= 0xe000 && code <= 0xf8ff) ||
           code >= 0xe0000;
}

static bool begins_mark(uint32_t code, struct str rest)
{
    if (code == '<' || code == 0xff1c)
        return true;
    return code == '[' && rest.len > 0 &&
           (rest.ptr[0] == '/' || (rest.ptr[0] >= 'A' && rest.ptr[0] <= 'Z'));
}

static void put_character(struct buf *out, uint32_t code, struct str bytes, struct str rest)
{
    if (code == '"' || code == '\\')
        buf_printf(out, "\\%c", (char)code);
    else if (begins_mark(code, rest))
        buf_printf(out, "\\u%04x", code);
    else
        buf_add(out, bytes);
}

void fence_put(struct buf *out, struct str text, size_t bytes_max, struct masked *masked)
{
    struct buf shown = buf_new(out->arena);
    secrets_mask(&shown, str_slice(text, 0, bytes_max * READ_RATIO), masked);
    struct str rest = buf_str(&shown);
    buf_add_char(out, '"');
    const size_t start = out->len;
    bool blank_due = false;
    while (rest.len > 0) {
        const struct str before = rest;
        const uint32_t code = utf8_take(&rest);
        if (is_blank(code)) {
            blank_due = out->len > start;
            continue;
        }
        if (is_unseen(code))
            continue;
        if (out->len - start >= bytes_max) {
            buf_add(out, STR("\xe2\x80\xa6"));
            break;
        }
        if (blank_due)
            buf_add_char(out, ' ');
        blank_due = false;
        put_character(out, code, str_slice(before, 0, before.len - rest.len), rest);
    }
    if (rest.len == 0 && text.len > bytes_max * READ_RATIO)
        buf_add(out, STR("\xe2\x80\xa6"));
    buf_add_char(out, '"');
}
