/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom a metric about an edge speaks of: the callee, or the caller, whichever has more of its other
 * edges sick too.
 */
#pragma once

#include "agent/metrics/vocabulary.h"
#include "case/topology.h"

struct batch;

/* One compared series: a row of metrics.shifts. */
struct shifted {
    const struct batch *rows;
    size_t row;
    struct str service; /* whom it speaks of, once edges are settled */
    struct str caller, callee;
    struct str base;
    enum metric_kind kind;
    bool edge;
    double weight;
    double rise;
};

/*
 * Sets the service of all items that are about an edge. Edges that metrics name are added to the
 * topology first. Items of one edge and kind stand together, as rows are ordered.
 */
void shifted_edges_settle(struct topology *topology, struct shifted *items, size_t count);
