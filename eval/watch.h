/* SPDX-License-Identifier: Apache-2.0 */
/* Detectors under one roof: ours, and two whose score on the benchmark is published. */
#pragma once

#include "eval/nab_files.h"

struct watcher {
    const char *name;
    const char *summary;
    /* One score a row, out of the rows up to it alone. */
    void (*watch)(struct arena *arena, const struct nab_file *file, double *scores);
};

/* Ours is the first. */
extern const struct watcher watchers[];
extern const size_t watchers_count;
