/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which metrics of a Prometheus are fetched, and in which questions.
 *
 * Those that the alert's rule names come first, then those whose names say what an operator looks
 * at (agent/metrics/vocabulary.h), then the rest, as long as there is room. Samples are fetched as
 * they were taken where that is not too much: a grid would repeat old ones, and a counter that
 * stands still between two scrapes has a rate that is not there. Where it is too much, they are
 * thinned out to a grid.
 */
#pragma once

#include "connect/connector.h"

#include <jansson.h>

/* Facts that are learnt before: how many points a series has, and the rule of the alert. */
#define CHOICE_POINTS "points"
#define CHOICE_EXPRESSION "expression"
/* The cursor of a question for samples that are summed up. */
#define CHOICE_SUM "sum"

/* Of an array of names, whose sizes are asked for. */
void choice_of_names(struct arena *scratch, const struct question *question, const json_t *names,
                     struct gathered *out);

/* Of the vector `count by (__name__)`, whose samples are asked for: of `series_max` series. */
void choice_of_samples(struct arena *scratch, const struct question *question, int64_t series_max,
                       const json_t *sizes, struct gathered *out);

/* How long it is, in whole seconds; at least one. */
int64_t choice_seconds(struct window window);
