/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows in ClickHouse, in the tables that OpenTelemetry's exporter makes: otel_logs, otel_traces,
 * otel_metrics_gauge, otel_metrics_sum. Who has them from the exporter may have us write into the
 * same, and reads both.
 *
 * A write is an INSERT for each table and megabyte, confirmed one by one: what has been confirmed
 * before a failure stays, and comes twice when the sender sends it again.
 */
#pragma once

#include "intake/keeper.h"

/* Makes the tables where they are not there, with the retention as their TTL. */
MUST_CHECK bool clickhouse_open(struct arena *arena, const struct intake_settings *settings,
                                struct keeper *out, struct err *err);
