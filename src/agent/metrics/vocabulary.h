/* SPDX-License-Identifier: Apache-2.0 */
/* What a metric measures, told from its name alone. */
#pragma once

#include "case/evidence.h"

enum metric_kind {
    METRIC_OTHER,
    METRIC_LIMIT,   /* a bound for another metric, not a measurement */
    METRIC_SUCCESS, /* share of what went well: 0 to 1, or per cent */
    METRIC_ERRORS,
    METRIC_CPU,
    METRIC_MEMORY,
    METRIC_COLLECTION, /* garbage collection */
    METRIC_DISK,
    METRIC_NETWORK,
    METRIC_LATENCY,
    METRIC_CONNECTIONS,
    METRIC_REPLICAS,
    METRIC_TRAFFIC,
    METRIC_KINDS_COUNT
};

struct metric_meaning {
    enum metric_kind kind;
    struct str base;   /* the name without edge and labels */
    struct str caller; /* of an edge, "name:[side:]caller->callee"; else empty */
    struct str callee;
    bool server_side; /* of an edge: measured by the callee */
    bool is_room;     /* what is left of something: the less, the worse */
    bool of_host;     /* about the machine rather than the service */
};

struct metric_meaning metric_meaning_of(struct str name);

const char *metric_kind_name(enum metric_kind kind);

/* The kind of that name, METRIC_OTHER where there is none. */
enum metric_kind metric_kind_of(struct str name);

/* What evidence from such a metric speaks of. */
enum finding metric_kind_finding(enum metric_kind kind);

/* Whether the word is a piece of the name: pieces end at other characters and where a capital
 * begins one ("CPUUtilization" has two). */
bool metric_has_piece(struct str name, struct str word);
