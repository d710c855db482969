/* SPDX-License-Identifier: Apache-2.0 */
/* The log lines of a case, as they stand in logs.csv or logs.jsonl. */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "eval/csv.h"

#define LOG_FILE_BYTES_MAX ((size_t)1 << 28)

struct log_row {
    struct str service, message, level;
    double time; /* s since 1970 */
};

struct log_rows {
    struct log_row *items; /* in the order of the file */
    uint32_t count, room;
};

/* Of the case, or of its fault-free reference; none is no error. */
MUST_CHECK bool log_rows_read(struct arena *arena, const char *folder, bool reference,
                              struct log_rows *rows, struct err *err);

/* The number of a column, or CSV_COLUMNS_MAX: a field that is always empty. */
uint32_t log_column(const struct csv *csv, const char *name);
