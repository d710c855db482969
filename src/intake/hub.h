/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database in memory to which the files of open segments are attached: `segment_12` for number
 * 12, and `empty_logs` and so on for the columns alone.
 *
 * One is for some minutes. DuckDB keeps a line for each block that was ever free to be evicted, and
 * the block's head with it, and never purges fewer than 32,768 (EvictionQueue in its
 * storage/buffer/buffer_pool.cpp); its allocator keeps pages beside them. That is 4 KiB for each
 * export, and ends with the database alone: segments.c opens a new one for each segment.
 */
#pragma once

#include "store/telemetry.h"

struct hub {
    struct arena *arena;                             /* NULL: it is not open */
    struct telemetry *writing, *tending, *exporting; /* one thread each */
};

/* On failure it is not open. */
MUST_CHECK bool hub_open(struct hub *hub, struct err *err);

/* One that is not open is left alone. Nothing that was committed is lost. */
void hub_close(struct hub *hub);

/* Makes the file where it is not there; otherwise its log is replayed. */
MUST_CHECK bool hub_attach(struct telemetry *telemetry, const char *path, uint32_t number,
                           struct err *err);
MUST_CHECK bool hub_detach(struct telemetry *telemetry, uint32_t number, struct err *err);
MUST_CHECK bool hub_make_tables(struct telemetry *telemetry, uint32_t number, struct err *err);

#define HUB_CATALOG_BYTES 24

void hub_catalog(char *out, uint32_t number);
