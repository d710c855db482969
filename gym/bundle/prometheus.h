/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the world's own Prometheus. */
#pragma once

#include "base/err.h"
#include "gym/world/world.h"

#include <jansson.h>

/* `data.result` of an instant query, at `at_ns`; the caller's to json_decref(). */
MUST_CHECK bool prometheus_ask(const char *query, int64_t at_ns, json_t **result, struct err *err);

/* How many alerts of severity `critical` fire now. */
MUST_CHECK bool prometheus_critical(unsigned *count, struct err *err);

/* All raw samples between the two, as a bundle's metrics.csv. */
MUST_CHECK bool prometheus_export(const char *path, int64_t from_ns, int64_t to_ns,
                                  struct err *err);
