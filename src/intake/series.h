/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many series there are, so that a label that is different each time (a request's id, a
 * customer) costs its own metric and no other.
 *
 * A series is a service, an instance, a metric and its labels. What is counted is forgotten with
 * series_forget(), when a segment is closed. Several threads may ask at a time.
 */
#pragma once

#include "otlp/harvest.h"

struct series;

#define SERIES_OF_A_METRIC_MAX 20000 /* of one metric of one service; a busy one has hundreds */
#define SERIES_MAX 500000            /* in all: 8 MB of fingerprints */

struct series *series_new(struct arena *arena);

/* Rejects the points of the harvest that begin one series too many. */
void series_admit(struct series *series, struct harvest *harvest);

void series_forget(struct series *series);
