/* SPDX-License-Identifier: Apache-2.0 */
/* SQL that counts again what a row of traces.calls counted. */
#pragma once

#include "base/str.h"

struct arena;
struct batch;

/*
 * One row: service, operation, caller, limit_ms, onset, hits_since, calls_since, hits_base and
 * calls_base. Names come from the rows that were counted, so that a claim about others cannot be
 * borne out. The alert's time bounds what was usual, as agent/trials.h has it.
 */
struct str call_counts_query(struct arena *arena, const struct batch *calls, size_t row,
                             int64_t onset_ns, int64_t alert_ns);
