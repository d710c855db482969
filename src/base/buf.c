/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

#define ROOM_MIN 256

struct buf buf_new(struct arena *arena)
{
    return (struct buf){.arena = arena};
}

/* Always leaves room for a NUL after what is written. */
static void make_room(struct buf *buf, size_t more)
{
    const size_t needed = buf->len + more + 1;
    if (needed <= buf->room)
        return;
    size_t room = buf->room > 0 ? buf->room : ROOM_MIN;
    while (room < needed)
        room *= 2;
    buf->ptr = arena_grow(buf->arena, buf->ptr, buf->len, room);
    buf->room = room;
}

void buf_add(struct buf *buf, struct str s)
{
    make_room(buf, s.len);
    if (s.len > 0)
        memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
}

void buf_add_char(struct buf *buf, char c)
{
    buf_add(buf, (struct str){.ptr = &c, .len = 1});
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len <= 0)
        return;

    make_room(buf, (size_t)len);
    va_start(args, format);
    vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

struct str buf_str(struct buf *buf)
{
    make_room(buf, 0);
    buf->ptr[buf->len] = '\0';
    return (struct str){.ptr = buf->ptr, .len = buf->len};
}
