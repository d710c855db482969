/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counters become rates, once, so that whatever reads the table `metrics` sees levels.
 *
 * | in the files | in `metrics` |
 * |---|---|
 * | a counter NAME | rate(NAME), per second, over all its label sets together |
 * | one that tells failures by a label, such as code="500" | errors(NAME) besides, per second |
 * | a histogram's or summary's NAME_count and NAME_sum | rate(NAME_count), and mean(NAME) |
 *
 * What each label set has of a rate goes to the table `metric_parts`, and the samples as they were
 * to the table `counters`.
 */
#pragma once

#include "base/err.h"

struct telemetry;

/* The tables `counters`, `metric_parts`, and `counter_names` for what a source knows to count up.
 */
MUST_CHECK bool counters_create(struct telemetry *telemetry, struct err *err);

/* Labels have been settled (source/labels.h). */
MUST_CHECK bool counters_to_rates(struct telemetry *telemetry, struct err *err);
