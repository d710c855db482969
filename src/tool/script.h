/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Lua script over the rows of a case: what SQL says badly, a loop says well.
 *
 * The script is from outside, a person's or a model's. It runs in a process of its own that can do
 * nothing but count and ask us: no files, no clock, no network, no randomness, a bound for each of
 * steps, memory, output and time. A crash of it is an error here and no more. The same rows and
 * script give the same bytes: tables are walked in the order of their keys.
 *
 *     local rows = query("SELECT service, count(*) AS lines FROM logs GROUP BY 1 ORDER BY 1")
 *     for _, row in ipairs(rows) do print(row.service, row.lines) end
 *     return rows[1].lines / #rows
 *
 * Lua's own `math`, `string`, `table`, `utf8` and the base library are there, less what could load
 * code, draw numbers, or show an address. Times and spans are whole numbers of nanoseconds.
 */
#pragma once

#include "base/err.h"
#include "data/batch.h"

#define SCRIPT_TEXT_BYTES_MAX ((size_t)64 << 10)

struct script_limits {
    uint64_t steps_max; /* instructions of Lua's machine */
    size_t memory_bytes_max;
    size_t output_bytes_max; /* of what it returns; what it prints is cut there */
    uint32_t queries_max;
    int64_t time_max_ns; /* the last resort: what is slow without taking steps is killed */
};

extern const struct script_limits script_limits_usual;

/* Who answers query(). What goes wrong is the script's error, which it may catch. */
struct script_host {
    bool (*query)(void *state, struct arena *arena, struct str sql, struct batch **rows,
                  struct err *err);
    void *state;
};

struct script_result {
    struct str json; /* what it returned; null where it returned nothing */
    bool is_number;
    double number;
    struct str printed;
    bool printed_is_cut;
};

/*
 * False: what is wrong with the script (ERR_USAGE, with its line), or which bound it ran into
 * (ERR_OVER_BUDGET, ERR_TIMEOUT).
 */
MUST_CHECK bool script_run(struct arena *arena, struct str text, const struct script_limits *limits,
                           const struct script_host *host, struct script_result *out,
                           struct err *err);
