/* SPDX-License-Identifier: Apache-2.0 */
#include "tool/script_wire.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct head {
    uint64_t type;
    uint64_t bytes;
};

static bool write_all(int fd, const char *at, size_t left)
{
    while (left > 0) {
        const ssize_t done = write(fd, at, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        left -= (size_t)done;
    }
    return true;
}

static bool read_all(int fd, char *at, size_t left)
{
    while (left > 0) {
        const ssize_t done = read(fd, at, left);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        left -= (size_t)done;
    }
    return true;
}

bool wire_write(int fd, enum wire_type type, struct str body)
{
    const struct head head = {.type = (uint64_t)type, .bytes = body.len};
    return write_all(fd, (const char *)&head, sizeof head) && write_all(fd, body.ptr, body.len);
}

bool wire_read(int fd, void *(*room)(void *state, size_t size), void *state,
               struct wire_message *out)
{
    struct head head;
    if (!read_all(fd, (char *)&head, sizeof head) || head.bytes > WIRE_BYTES_MAX)
        return false;
    char *body = room(state, head.bytes + 1);
    if (!body || !read_all(fd, body, head.bytes))
        return false;
    body[head.bytes] = '\0';
    *out = (struct wire_message){.type = (enum wire_type)head.type,
                                 .body = {.ptr = body, .len = head.bytes}};
    return true;
}

/* ---- rows: columns with their names and types, then row by row a mark and a value ---- */

static void put_number(struct buf *out, uint64_t number)
{
    buf_add(out, (struct str){.ptr = (const char *)&number, .len = sizeof number});
}

static void put_text(struct buf *out, struct str text)
{
    put_number(out, text.len);
    buf_add(out, text);
}

static void put_value(struct buf *out, const struct column *column, size_t row)
{
    uint64_t bits = 0;
    put_number(out, column->known[row]);
    if (!column->known[row])
        return;
    if (column->type == TYPE_TEXT) {
        put_text(out, column->texts[row]);
        return;
    }
    memcpy(&bits,
           column->type == TYPE_REAL ? (const void *)&column->reals[row] : &column->integers[row],
           sizeof bits);
    put_number(out, bits);
}

bool wire_put_rows(struct buf *out, const struct batch *rows)
{
    put_number(out, rows->columns_count);
    put_number(out, rows->rows);
    for (uint32_t c = 0; c < rows->columns_count; c++) {
        put_text(out, rows->columns[c].name);
        put_number(out, (uint64_t)rows->columns[c].type);
    }
    for (size_t row = 0; row < rows->rows && out->len <= WIRE_BYTES_MAX; row++)
        for (uint32_t c = 0; c < rows->columns_count; c++)
            put_value(out, &rows->columns[c], row);
    return out->len <= WIRE_BYTES_MAX;
}

uint64_t wire_take_number(struct wire_cursor *cursor)
{
    uint64_t number = 0;
    if ((size_t)(cursor->end - cursor->at) >= sizeof number) {
        memcpy(&number, cursor->at, sizeof number);
        cursor->at += sizeof number;
    }
    return number;
}

struct str wire_take_text(struct wire_cursor *cursor)
{
    const uint64_t len = wire_take_number(cursor);
    if (len > (size_t)(cursor->end - cursor->at))
        return STR("");
    const struct str text = {.ptr = cursor->at, .len = len};
    cursor->at += len;
    return text;
}
