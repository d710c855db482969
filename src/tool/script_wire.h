/* SPDX-License-Identifier: Apache-2.0 */
/* Between a script's process and ours: messages over two pipes, and the rows in them. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "data/batch.h"

enum wire_type {
    WIRE_QUERY = 'Q',   /* to us: SQL */
    WIRE_PRINTED = 'P', /* to us: what it has printed, all of it; one byte before says if cut */
    WIRE_RESULT = 'R',  /* to us: JSON; the end */
    WIRE_WRONG = 'W',   /* to us: what is wrong with the script; the end */
    WIRE_BEYOND = 'B',  /* to us: which bound it ran into; the end */
    WIRE_ROWS = 'T',    /* to it */
    WIRE_REFUSED = 'F', /* to it: why there are no rows */
};

#define WIRE_BYTES_MAX ((size_t)64 << 20) /* of a message */

struct wire_message {
    enum wire_type type;
    struct str body;
};

/* Until all of it is written; false: nobody reads it any more. */
MUST_CHECK bool wire_write(int fd, enum wire_type type, struct str body);

/* Until all of it is there. The body is allocated by `room`, which may say NULL. */
MUST_CHECK bool wire_read(int fd, void *(*room)(void *state, size_t size), void *state,
                          struct wire_message *out);

/* False: they are more than a message takes. */
MUST_CHECK bool wire_put_rows(struct buf *out, const struct batch *rows);

/* Walks what wire_put_rows() has put; our own words, yet nothing outside of it is read. */
struct wire_cursor {
    const char *at, *end;
};

uint64_t wire_take_number(struct wire_cursor *cursor); /* 8 bytes */
struct str wire_take_text(struct wire_cursor *cursor);
