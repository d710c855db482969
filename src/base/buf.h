/* SPDX-License-Identifier: Apache-2.0 */
/* A text that grows while it is written. It lives in the arena it was made with. */
#pragma once

#include "base/str.h"

#include <stdarg.h>

struct buf {
    struct arena *arena;
    char *ptr;
    size_t len;
    size_t room;
};

struct buf buf_new(struct arena *arena);
void buf_add(struct buf *buf, struct str s);
void buf_add_char(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* What has been written; it ends in NUL and is valid until the next write. */
struct str buf_str(struct buf *buf);
