/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Labelled series as the Numenta Anomaly Benchmark keeps them: data/GROUP/NAME.csv with the columns
 * timestamp and value, and combined_windows.json with the windows of each "GROUP/NAME.csv".
 */
#pragma once

#include "base/err.h"
#include "base/str.h"
#include "eval/nab.h"

#include <stdint.h>

struct arena;

struct nab_file {
    struct str name; /* "group/name.csv" */
    struct str group;
    int64_t *times_ns;
    double *values; /* finite; a row whose value is empty or no number has NAN */
    size_t count;
    struct nab_window *windows;
    size_t windows_count;
};

struct nab_files {
    struct nab_file *items; /* by name */
    size_t count;
};

/* All series of a folder. A series that the windows do not name, or the other way, is an error. */
MUST_CHECK bool nab_files_read(struct arena *arena, struct str folder, struct nab_files *out,
                               struct err *err);
