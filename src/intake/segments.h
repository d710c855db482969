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
 * After a write that the disk refused, the next begins with a new segment once it is tended.
 */
#pragma once

#include "intake/keeper.h"

#define SEGMENT_AGE_NS (600 * NS_PER_S)        /* then it is closed */
#define SEGMENT_BYTES ((int64_t)96 << 20)      /* of rows; they lie in memory until it is closed */
#define SEGMENT_ROWS INT64_C(300000)           /* a second or two of work to close */
#define SEGMENT_BYTES_MAX ((int64_t)256 << 20) /* beyond that nothing more is taken */

/* Opens it, or makes it. */
MUST_CHECK bool segments_open(struct arena *arena, struct str folder, struct keeper *out,
                              struct err *err);
