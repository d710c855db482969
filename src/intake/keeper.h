/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where rows are kept: on this disk (segments.h), or in ClickHouse (clickhouse.h). One writes, one
 * tends and one exports at a time; these three may do so at once.
 */
#pragma once

#include "intake/intake.h"
#include "otlp/harvest.h"

struct keeper {
    void *state;

    /* All of them or, where it says so, none. ERR_OVER_BUDGET: there is no room now, come again. */
    bool (*write)(void *state, const struct harvest *const *harvests, size_t count, int64_t now_ns,
                  struct err *err);
    bool (*tend)(void *state, int64_t now_ns, int64_t retention_ns, int64_t size_bytes,
                 struct err *err);
    bool (*export)(void *state, const struct intake_window *window, struct str path, int64_t *rows,
                   bool *cut, struct err *err);
    void (*count)(void *state, struct intake_counts *out); /* fills in what concerns it */
};
