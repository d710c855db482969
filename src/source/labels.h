/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Label sets of metrics: what tells series apart that have service, instance and metric in common.
 *
 * They come as a column `labels` ({"route": "/a"} or route="/a",code="500"), as the attributes of
 * an OTLP point, or within the name (NAME{route="/a"}), and are all written the last way here: in
 * the order of their names, without what all series of a service's metric have in common.
 */
#pragma once

#include "base/err.h"

struct telemetry;

/* Writes all label sets of the table `metrics` in one way; NULL or '' where none is to be told. */
MUST_CHECK bool labels_settle(struct telemetry *telemetry, struct err *err);

/*
 * Makes one series of each label set, NAME{labels}. Where one instance has more than 32 of them the
 * parts go to the table `metric_parts`, and what stays is sum(NAME).
 */
MUST_CHECK bool labels_into_names(struct telemetry *telemetry, struct err *err);
