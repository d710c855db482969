/* SPDX-License-Identifier: Apache-2.0 */
/* SQL that shows again who calls whom, by all that the graph of a case is made from. */
#pragma once

#include "base/str.h"

/* "latency:web->cart" is about an edge; few names, of many samples. */
#define EDGES_OF_METRICS                                                                           \
    "SELECT regexp_extract(metric::VARCHAR, '[^:]*->.*$') AS edge FROM (SELECT DISTINCT metric "   \
    "FROM metrics)"

/*
 * Columns caller and callee: of whom the service calls, who calls it, and whom its callees call.
 * Where all edges that matter are `declared`, the rest need not be looked through.
 */
struct str edges_around_query(struct arena *arena, struct str service, bool declared);

/* Columns caller and callee; a row if that edge is declared, seen in traces or measured. */
struct str edges_query(struct arena *arena, struct str caller, struct str callee);
