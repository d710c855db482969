/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telemetry that is pushed to this server (intake/), as far as the server has to do with it: its
 * store is opened and tended here, and what it holds of the time of an alert goes into the bundle
 * of that alert, beside what other sources have told.
 */
#pragma once

#include "intake/intake.h"

struct receive;

/* ERR_DENIED: another process has the store open. */
MUST_CHECK bool receive_start(struct arena *arena, const struct intake_settings *settings,
                              struct receive **out, struct err *err);
void receive_stop(struct receive *receive);

struct intake *receive_intake(struct receive *receive);

/*
 * Writes logs.parquet, traces.parquet and metrics.parquet into the folder of a bundle, and a line
 * each into its sources.jsonl. A table that has nothing of that time has no file.
 */
MUST_CHECK bool receive_export(struct receive *receive, struct arena *arena, struct str bundle,
                               struct str alert, int64_t now_ns, struct err *err);
