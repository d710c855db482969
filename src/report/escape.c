/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include "base/arena.h"

#include <string.h>

#define REPLACEMENT STR("\xef\xbf\xbd")
#define ELLIPSIS STR("\xe2\x80\xa6")

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

uint32_t escape_take(struct str *rest)
{
    uint32_t code = ESCAPE_INVALID;
    const size_t len = sequence_len(*rest, &code);
    *rest = str_slice(*rest, len > 0 ? len : 1, rest->len);
    return len > 0 ? code : ESCAPE_INVALID;
}

static bool turns_reading(uint32_t code)
{
    return code == 0x061c || code == 0x200e || code == 0x200f ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

/* Control characters of both sets (a terminal obeys the second too), and what is no character. */
static bool is_harmful(uint32_t code)
{
    return code == ESCAPE_INVALID || code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
           turns_reading(code) || (code & 0xfffe) == 0xfffe || (code >= 0xfdd0 && code <= 0xfdef);
}

static struct str taken(struct str before, struct str after)
{
    return str_slice(before, 0, before.len - after.len);
}

void escape_html(struct buf *out, struct str text)
{
    while (text.len > 0) {
        const struct str before = text;
        const uint32_t code = escape_take(&text);
        if (code == '&')
            buf_add(out, STR("&amp;"));
        else if (code == '<')
            buf_add(out, STR("&lt;"));
        else if (code == '>')
            buf_add(out, STR("&gt;"));
        else if (code == '"')
            buf_add(out, STR("&quot;"));
        else if (code == '\'')
            buf_add(out, STR("&#39;"));
        else if (is_harmful(code) && code != '\n' && code != '\t')
            buf_add(out, REPLACEMENT);
        else
            buf_add(out, taken(before, text));
    }
}

static bool is_space(uint32_t code)
{
    return code == '\n' || code == '\t' || code == '\r' || code == ' ';
}

void escape_plain(struct buf *out, struct str text)
{
    while (text.len > 0) {
        const struct str before = text;
        const uint32_t code = escape_take(&text);
        if (is_space(code))
            buf_add_char(out, ' ');
        else if (is_harmful(code))
            buf_add(out, REPLACEMENT);
        else
            buf_add(out, taken(before, text));
    }
}

/*
 * Only what means something to Markdown or HTML inside a line gets its backslash. What means
 * something at the start of a line (`-`, `1.`) does no harm: all our lines start with our own
 * words.
 */
void escape_markdown(struct buf *out, struct str text)
{
    while (text.len > 0) {
        const struct str before = text;
        const uint32_t code = escape_take(&text);
        if (is_space(code)) {
            buf_add_char(out, ' ');
        } else if (is_harmful(code)) {
            buf_add(out, REPLACEMENT);
        } else {
            if (code < 0x80 && strchr("\\`*_[]<>&|~#!", (int)code))
                buf_add_char(out, '\\');
            buf_add(out, taken(before, text));
        }
    }
}

struct str escape_utf8(struct arena *arena, struct str text)
{
    struct buf out = buf_new(arena);
    while (text.len > 0) {
        const struct str before = text;
        const uint32_t code = escape_take(&text);
        if (code == ESCAPE_INVALID || code == 0)
            buf_add(&out, REPLACEMENT);
        else
            buf_add(&out, taken(before, text));
    }
    return buf_str(&out);
}

struct str escape_clip(struct arena *arena, struct str text, size_t chars_max)
{
    struct str rest = text;
    for (size_t chars = 0; chars + 1 < chars_max && rest.len > 0; chars++)
        escape_take(&rest);
    struct str last = rest;
    if (last.len > 0)
        escape_take(&last);
    if (last.len == 0)
        return text;
    struct buf out = buf_new(arena);
    buf_add(&out, taken(text, rest));
    buf_add(&out, ELLIPSIS);
    return buf_str(&out);
}

size_t escape_chars(struct str text)
{
    size_t chars = 0;
    for (; text.len > 0; chars++)
        escape_take(&text);
    return chars;
}
