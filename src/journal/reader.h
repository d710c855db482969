/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A journal, opened for reading: a file from anywhere, which is data and nothing else.
 *
 * Opening it reads all of it once and keeps where each line stands; lines are read again one by
 * one as they are asked for, so that a long journal takes no more memory than its longest line.
 */
#pragma once

#include "case/alert.h"
#include "journal/journal.h"

#include <jansson.h>
#include <stdio.h>

struct reader_line {
    enum line_type type;
    int64_t offset;
    size_t len; /* without its end */
};

struct reader {
    struct arena *arena;
    FILE *file;
    struct str name;           /* for messages: the path */
    struct reader_line *lines; /* the first is the opening */
    uint32_t lines_count;
    int64_t *ticks; /* of the clock, oldest first */
    uint32_t ticks_count;
    bool closed;     /* its last line says how it ended: it is whole */
    struct str cut;  /* where it ends, if it is not whole: "after line 7 (step)" */
    bool is_changed; /* it is whole, but its sum is that of other bytes */

    /* of the opening */
    struct str program;
    struct alert alert;
    struct journal_opening opening;
    uint32_t steps_max;
};

/* The file must be one that can be read twice, and stay open as long as the reader is used. */
MUST_CHECK bool reader_open(struct arena *arena, FILE *file, struct str name, struct reader **out,
                            struct err *err);

/* The bytes of a line, in `arena`. */
MUST_CHECK bool reader_bytes(const struct reader *reader, struct arena *arena, uint32_t number,
                             struct str *out, struct err *err);

/* The line as an object, for the caller to json_decref(); NULL: the file has changed meanwhile. */
json_t *reader_line(const struct reader *reader, uint32_t number, struct err *err);
