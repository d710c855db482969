/* SPDX-License-Identifier: Apache-2.0 */
/* A file of one JSON object a line, brought into the store so that a bad line costs that line only.
 */
#pragma once

#include "base/err.h"
#include "base/str.h"

struct arena;
struct telemetry;

struct rawlines {
    int64_t refused; /* lines that are no JSON object, or none that could be read as a text */
    struct str note; /* how many, the first with line, column and reason; empty: none */
};

/*
 * Makes the table `lines` (number BIGINT, line VARCHAR, good BOOLEAN), one row for each line that
 * is not blank; the caller drops it. Not in it are lines that are not UTF-8 or too long.
 */
MUST_CHECK bool rawlines_load(struct telemetry *telemetry, struct arena *arena, struct str path,
                              struct rawlines *out, struct err *err);

/*
 * Calls `take` with each such line, which stays until it returns; false refuses the line at that
 * column, for the reason in `err`.
 */
typedef bool rawlines_take_fn(void *state, struct str line, int *column, struct err *err);
MUST_CHECK bool rawlines_each(struct arena *arena, struct str path, rawlines_take_fn *take,
                              void *state, struct rawlines *out, struct err *err);

/*
 * The number of the file's last line where that is longer than `bytes_max` and has no end, else 0.
 * The store's CSV reader drops such a line without a word.
 */
int64_t rawlines_endless(struct arena *arena, struct str path, size_t bytes_max);

/* The first line of a file, without its end; an error where it is too long for a header. */
MUST_CHECK bool rawlines_first(struct arena *arena, struct str path, struct str *out,
                               struct err *err);
