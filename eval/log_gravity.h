/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How well the gravity of templates is told on systems that were left out.
 *
 * The measure, fixed before anything was measured: macro F1 of the three gravities over the
 * templates of all left-out systems together. Beside it F1 of two classes, trouble (warning or
 * worse) and routine, and, for anomalies, the area under the ROC curve of each system that has both
 * kinds. And the first again on every fifth template, by numbers learned from the other four, of
 * the same systems too. Intervals: 95 %, by drawing templates with replacement 1000 times.
 *
 * Beside the expert stand the lexicon (what a line says about itself: names of errors and levels,
 * complaints of agent/logs) and "always routine".
 */
#pragma once

#include "base/buf.h"
#include "eval/log_lessons.h"

/*
 * Writes a table, and members of a JSON object; returns the macro F1. Answers on left-out systems
 * go to `answers` (eval/answers.h; NULL: nowhere). `per_item`: each left-out template too, as
 * `gravity_items`, [system, truth, expert, lexicon], 0 to 2, and `anomaly_items`, the same with a
 * truth of 0 or 1 and what each says of it, the more the likelier.
 */
double gravity_measure(const struct lessons *lessons, uint64_t seed, bool per_item,
                       struct buf *text, struct buf *json, struct buf *answers);
