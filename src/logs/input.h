/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a log file, in blocks that hold whole events, as often as they are wanted.
 *
 * Files may be compressed (gzip, zstd, xz, bzip2, lz4: told by their first bytes). "-" is standard
 * input; what comes through a pipe is put into a file without a name below $TMPDIR first, for a log
 * is read twice.
 */
#pragma once

#include "base/err.h"
#include "text/header.h"

struct arena;
struct input;

/* A block, but for its last event, which moves to the next one. */
#define BLOCK_BYTES ((size_t)2 << 20)

struct block {
    struct str text;
    uint32_t file;  /* which input, from 0 */
    int64_t number; /* of its first line, from 1 */
    int64_t at;     /* where its first byte stands in the file, unpacked */
};

/*
 * Looks at the first bytes: is it there, can it be read, which format has it? `format` is
 * HEADER_NONE where that is to be found out. `now_ns` is the newest time that a line without a year
 * can have where the file has no date of its own. It is closed with the arena.
 */
MUST_CHECK bool input_open(struct arena *arena, const char *path, enum header_format format,
                           int64_t now_ns, struct input **out, struct err *err);

const char *input_path(const struct input *input);
const struct header_reader *input_header(const struct input *input);

/* How far it has been read, 0 to 1, by its bytes on the disk. */
double input_progress(const struct input *input);

MUST_CHECK bool input_rewind(struct input *input, struct err *err);

/*
 * The next block into `bytes`, which has room for BLOCK_BYTES. *more: false at the end, where the
 * block is empty. A line that is longer than a block is torn.
 */
MUST_CHECK bool input_next(struct input *input, char *bytes, struct block *out, bool *more,
                           struct err *err);
