/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows on disk, in segments of some minutes (docs/adr/0015).
 *
 * The open segment is a database file: a write is one transaction, and what it has confirmed is
 * there after a kill -9. Closed ones are a folder of Parquet files, a tenth of the size, whose name
 * says from when to when its rows are. Retention drops whole segments.
 *
 *     lock                     held by the process that has the store
 *     000012.open              the open segment (and 000012.open.wal beside it)
 *     000011_FROM_TO/          a closed one: logs.parquet, traces.parquet, metrics.parquet
 *     000009.damaged           what could not be read at start; nothing of ours reads it again
 *
 * One thread writes at a time, one tends, one exports; these three may do so at once.
 */
#pragma once

#include "intake/intake.h"
#include "otlp/harvest.h"

struct segments;

#define SEGMENT_AGE_NS (600 * NS_PER_S)        /* then it is closed */
#define SEGMENT_BYTES ((int64_t)192 << 20)     /* of rows; they lie in memory until it is closed */
#define SEGMENT_ROWS INT64_C(1000000)          /* some seconds of work to close */
#define SEGMENT_BYTES_MAX ((int64_t)512 << 20) /* beyond that nothing more is taken */

MUST_CHECK bool segments_open(struct arena *arena, struct str folder, struct segments **out,
                              struct err *err);

/*
 * All of them, or none. ERR_OVER_BUDGET: the open segment is full and waits to be closed;
 * ERR_IO: the disk refused, and the next write begins with a new segment.
 */
MUST_CHECK bool segments_write(struct segments *segments, const struct harvest *const *harvests,
                               size_t count, int64_t now_ns, struct err *err);

MUST_CHECK bool segments_tend(struct segments *segments, int64_t now_ns, int64_t retention_ns,
                              int64_t size_bytes, struct err *err);

MUST_CHECK bool segments_export(struct segments *segments, const struct intake_window *window,
                                struct str path, int64_t *rows, bool *cut, struct err *err);

/* Fills in what concerns segments. */
void segments_count(struct segments *segments, struct intake_counts *out);
