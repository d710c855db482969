/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include "base/arena.h"

#include <string.h>

#define REPLACEMENT STR("\xef\xbf\xbd")
#define ELLIPSIS STR("\xe2\x80\xa6")

uint32_t escape_take(struct str *rest)
{
    return utf8_take(rest);
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

bool escape_is_harmless(struct str text)
{
    while (text.len > 0) {
        const uint32_t code = escape_take(&text);
        if (is_harmful(code) && code != '\n' && code != '\t')
            return false;
    }
    return true;
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
