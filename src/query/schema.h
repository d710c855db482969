/* SPDX-License-Identifier: Apache-2.0 */
/* What a question may name: services, instances, metrics and short values of the case at hand. */
#pragma once

#include "store/telemetry.h"

/* A metric as it is stored, and as Prometheus would spell it. */
struct schema_metric {
    struct str name;
    struct str series; /* dots are underscores there; empty: it is derived, and no series */
    struct str service;
    bool is_counter; /* it lies in the table `counters` */
};

/* A text of a column that has few: a reason of events, a kind of changes. */
struct schema_value {
    struct str table, column, text;
};

#define SCHEMA_NAMES_MAX ((size_t)20000) /* of each list; what a case has more is not found */

struct schema {
    struct str *services;
    size_t services_count;
    struct str *instances;
    size_t instances_count;
    struct schema_metric *metrics; /* by name, then service; counters are behind the others */
    size_t metrics_count;
    struct schema_value *values;
    size_t values_count;
};

/* The texts live in the arena. */
MUST_CHECK bool schema_read(struct arena *arena, struct telemetry *telemetry, struct schema *out,
                            struct err *err);
