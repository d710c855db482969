// SPDX-License-Identifier: Apache-2.0
#include "trail.h"
#include <stdio.h>

static _Thread_local const struct frame *innermost;

void trail_enter(struct frame *frame)
{
    frame->outer = innermost;
    innermost = frame;
}

void trail_leave(struct frame *frame)
{
    innermost = frame->outer;
}

void trail_write(char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (const struct frame *frame = innermost; frame && length < size; frame = frame->outer) {
        const int wrote = snprintf(out + length, size - length, "\n    at %s (%s:%d)",
                                   frame->function, frame->file, frame->line);
        length += wrote > 0 ? (size_t)wrote : 0;
    }
}
