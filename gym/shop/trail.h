// SPDX-License-Identifier: Apache-2.0
/*
 * Which functions a thread is in, for the text of an error: C has no stack trace of its own that
 * knows static functions and lines. A function that wants to stand there begins with TRAIL.
 */
#pragma once
#include <stddef.h>

struct frame {
    const char *function;
    const char *file;
    int line;
    const struct frame *outer;
};

#define TRAIL                                                                                      \
    struct frame trail_frame                                                                       \
        __attribute__((cleanup(trail_leave))) = {__func__, __FILE_NAME__, __LINE__, NULL};         \
    trail_enter(&trail_frame)

void trail_enter(struct frame *frame);
void trail_leave(struct frame *frame);

/* "\n    at function (file.c:12)" for each function, innermost first. */
void trail_write(char *out, size_t size);
