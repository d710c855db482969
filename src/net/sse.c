/* SPDX-License-Identifier: Apache-2.0 */
#include "net/sse.h"

#include "base/arena.h"
#include "base/buf.h"

static const struct str byte_order_mark = STR("\xef\xbb\xbf");

bool sse_begins(struct str text)
{
    static const char *const fields[] = {"data:", "event:", "id:", "retry:", ":"};
    text = str_trim(str_starts(text, byte_order_mark) ? str_slice(text, 3, text.len) : text);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (str_starts(text, str_of(fields[i])))
            return true;
    return false;
}

/* A line with its end; false: its end has not come. */
static bool take_line(struct str *rest, struct str *line)
{
    const char *end = rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;
    if (!end)
        return false;
    const size_t len = (size_t)(end - rest->ptr);
    *line = str_slice(*rest, 0, len > 0 && end[-1] == '\r' ? len - 1 : len);
    *rest = str_slice(*rest, len + 1, rest->len);
    return true;
}

/* One blank behind the colon belongs to neither. */
static bool read_data(struct str line, struct str *out)
{
    if (!str_starts(line, STR("data:")))
        return false;
    *out = str_slice(line, str_starts(line, STR("data: ")) ? 6 : 5, line.len);
    return true;
}

bool sse_next(struct arena *arena, struct str *rest, struct str *data)
{
    struct str at = *rest, line, piece;
    struct buf joined = buf_new(arena);
    uint32_t pieces = 0;
    if (str_starts(at, byte_order_mark))
        at = str_slice(at, 3, at.len);
    while (take_line(&at, &line)) {
        if (read_data(line, &piece)) {
            if (pieces++ > 0)
                buf_add_char(&joined, '\n');
            buf_add(&joined, piece);
        }
        if (line.len > 0)
            continue;
        *rest = at;
        if (pieces == 0)
            continue; /* a comment that keeps the line open, or a name alone */
        *data = buf_str(&joined);
        return true;
    }
    return false;
}
