/* SPDX-License-Identifier: Apache-2.0 */
/* OTLP export requests in JSON, one a line, as the collector's file exporter writes them. */
#pragma once

#include "source/table.h"

/*
 * Appends the log records, spans and data points of the file to the tables logs, traces and
 * metrics. What becomes of each is said in otlp/harvest.h.
 */
MUST_CHECK bool otlp_load(struct telemetry *telemetry, struct arena *arena, struct str path,
                          struct table_load *out, struct err *err);
